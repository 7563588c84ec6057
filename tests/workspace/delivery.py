"""Owns requests from the workspace to the bot: bodies, v0 signatures, the way there; what they say is `payloads`'."""

import hashlib
import hmac
import http.client
import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from tests.workspace.people import Json
from tests.workspace.socket_mode import SocketHub

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Delivery:
    """One request to the bot, kept so that the same can be sent again."""

    kind: str  # "slash_commands", "interactive", "events_api"
    payload: Json

    @property
    def body(self) -> bytes:
        """The HTTP body exactly as Slack builds it."""
        if self.kind == "events_api":
            return json.dumps(self.payload, ensure_ascii=False).encode()
        fields = self.payload if self.kind == "slash_commands" else {"payload": json.dumps(self.payload)}
        return urlencode(fields).encode()

    @property
    def content_type(self) -> str:
        """The body's media type."""
        return "application/json" if self.kind == "events_api" else FORM


@dataclass(frozen=True)
class BotAnswer:
    """What the bot answered: *status* 0 means nothing came, *error* is then Slack's word for it."""

    status: int
    body: bytes = b""
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    elapsed: float = 0.0
    error: str = ""

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")

    def json(self) -> Json | None:
        """The body as a JSON object, or None when it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Slack's v0 signature: HMAC-SHA256 of ``v0:timestamp:body``."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()


def signed_headers(secret: str, body: bytes, *, timestamp: int | None = None) -> dict[str, str]:
    """The two headers that sign *body* at *timestamp* (Unix seconds of the wall clock; None: now)."""
    moment = int(time.time()) if timestamp is None else timestamp
    return {"X-Slack-Request-Timestamp": str(moment), "X-Slack-Signature": signature(secret, moment, body)}


def post(url: str, body: bytes, headers: dict[str, str], patience: float) -> BotAnswer:
    """POST *body* to the bot and wait at most *patience* seconds."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=patience)
    begun = time.monotonic()
    try:
        connection.request("POST", parts.path or "/", body, {"User-Agent": "Slackbot 1.0", **headers})
        reply = connection.getresponse()
        content = reply.read()
    except TimeoutError:
        return BotAnswer(0, elapsed=time.monotonic() - begun, error="operation_timeout")
    except (OSError, http.client.HTTPException):
        return BotAnswer(0, elapsed=time.monotonic() - begun, error="dispatch_failed")
    finally:
        connection.close()
    return BotAnswer(
        status=reply.status,
        body=content,
        content_type=reply.headers.get_content_type(),
        headers={name.lower(): value for name, value in reply.getheaders()},
        elapsed=time.monotonic() - begun,
        error="" if 200 <= reply.status < 300 else "dispatch_failed",
    )


@dataclass
class BotDoor:
    """How the workspace reaches the bot: by HTTP where *url* is given, else over Socket Mode."""

    url: str | None
    secret: str
    hub: SocketHub
    patience: float

    def send(self, delivery: Delivery, headers: dict[str, str] | None = None) -> BotAnswer:
        """Deliver once, well signed, and give the bot's answer."""
        if self.url is None:
            return self._over_socket(delivery)
        body = delivery.body
        signed = signed_headers(self.secret, body) | {"Content-Type": delivery.content_type}
        return post(f"{self.url}/slack/events", body, signed | (headers or {}), self.patience)

    def raw(
        self, body: bytes, *, content_type: str, headers: dict[str, str] | None, signed: bool, timestamp: int | None
    ) -> BotAnswer:
        """POST any bytes, to see a bot refuse them."""
        if self.url is None:
            raise RuntimeError("raw requests need the bot's HTTP address")
        known = signed_headers(self.secret, body, timestamp=timestamp) if signed else {}
        return post(
            f"{self.url}/slack/events", body, known | {"Content-Type": content_type} | (headers or {}), self.patience
        )

    def _over_socket(self, delivery: Delivery) -> BotAnswer:
        begun = time.monotonic()
        answer = self.hub.send(delivery.kind, delivery.payload, self.patience)
        elapsed = time.monotonic() - begun
        if answer is None:
            error = "operation_timeout" if self.hub.connected else "dispatch_failed"
            return BotAnswer(0, elapsed=elapsed, error=error)
        payload = answer.get("payload")
        body = b"" if not payload else json.dumps(payload).encode()
        return BotAnswer(200, body, "application/json" if body else "", elapsed=elapsed)
