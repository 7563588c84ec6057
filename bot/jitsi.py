"""Owns rooms on a self-hosted Jitsi: their addresses, and the token that opens one for one person and time."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Jitsi:
    """A Jitsi that takes tokens: its address, the application id it knows us by, the secret they are signed with."""

    url: str
    app_id: str
    secret: str = field(repr=False)

    @property
    def domain(self) -> str:
        """The host of its address."""
        return re.sub(r"^\w+://", "", self.url).partition("/")[0].partition(":")[0]

    def room(self, name: str) -> str:
        """The address of the room *name*, in small letters as Jitsi keeps it; without a token it opens for nobody."""
        return f"{self.url.rstrip('/')}/{name.lower()}"

    def entrance(self, room: str, person_id: str, name: str, start: datetime, end: datetime) -> str:
        """The address by which one person enters *room* from *start* to *end* (UTC), and no other room or time."""
        claims = {
            "iss": self.app_id,
            "aud": self.app_id,
            "sub": self.domain,
            "room": room.rpartition("/")[2],
            "nbf": int(start.timestamp()),
            "exp": int(end.timestamp()),
            "context": {"user": {"id": person_id, "name": name}},
        }
        return f"{room}?jwt={signed(claims, self.secret)}"


def signed(claims: Mapping[str, object], secret: str) -> str:
    """*claims* as a JSON Web Token under HS256 (RFC 7519; RFC 7515 3.1 and 5.1)."""
    header = {"alg": "HS256", "typ": "JWT"}
    text = ".".join(_part(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return f"{text}.{_part(hmac.digest(secret.encode(), text.encode(), hashlib.sha256))}"


def _part(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
