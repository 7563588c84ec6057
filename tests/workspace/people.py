"""Owns the people of the workspace: users, teams and where they come from; channels and messages live in `records`."""

import base64
import csv
import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]

TEAM = "T0LAPLAB01"
TEAM_DOMAIN = "lap-workspace"
OTHER_TEAM = "T0PARTNER1"
BOT_USER = "U0LAPBOT01"
BOT_ID = "B0LAPBOT01"
APP_ID = "A0LAPAPP01"

GROUPS = ("secretariat", "agencies", "private sector", "observers", "others")
_GROUP_OF_KIND = {"agency": "agencies", "private_sector": "private sector", "observer": "observers"}


def user_id(email: str) -> str:
    """A Slack-looking id that one e-mail address has in every run."""
    return "U" + base64.b32encode(hashlib.sha256(email.lower().encode()).digest()).decode()[:10]


@dataclass(frozen=True)
class User:
    """One Slack user; *name* is the handle, *organisation* the participant's short name where there is one."""

    id: str
    team_id: str
    name: str
    email: str
    tz: str = "Etc/UTC"
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False
    is_stranger: bool = False
    real_name: str = ""
    organisation: str = ""
    group: str = "others"

    @property
    def is_guest(self) -> bool:
        """A guest of either kind: multi-channel, or single-channel (which is both flags)."""
        return self.is_restricted or self.is_ultra_restricted

    @property
    def is_external(self) -> bool:
        """A member of another team, here through Slack Connect."""
        return self.team_id != TEAM

    def as_slack(self, now: datetime) -> Json:
        """The user object as ``users.info`` gives it; ``tz_offset`` (seconds) is the one in force at *now*."""
        offset = now.astimezone(ZoneInfo(self.tz)).utcoffset()
        found: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.real_name or self.name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "profile": {
                "real_name": self.real_name or self.name,
                "display_name": self.name,
                "team": self.team_id,
            },
            "is_admin": False,
            "is_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 0,
        }
        if not self.is_bot:
            found["profile"]["email"] = self.email
        if self.is_stranger:
            found["is_stranger"] = True
        if self.deleted:
            for gone in ("tz", "tz_label", "tz_offset"):
                del found[gone]
        return found


def member(email: str, name: str, **more: Any) -> User:
    """A full member of our team with the id that follows from *email*."""
    return User(id=user_id(email), team_id=TEAM, name=name, email=email, **more)


BOT = User(id=BOT_USER, team_id=TEAM, name="lap", email="", is_bot=True, real_name="lap")

#: People whom no roster knows: a single-channel guest, a user of another team, and a full member.
STRANGERS = (
    member(
        "guest@venue.example",
        "guest",
        real_name="Guest of one channel",
        tz="Europe/Paris",
        is_restricted=True,
        is_ultra_restricted=True,
    ),
    User(
        id=user_id("partner@other-team.example"),
        team_id=OTHER_TEAM,
        name="partner",
        email="partner@other-team.example",
        real_name="User of another team",
        tz="America/Denver",
    ),
    member("newcomer@elsewhere.example", "newcomer", real_name="Member in no roster", tz="Asia/Kolkata"),
)


def read_roster(folder: Path) -> list[User]:
    """One full member for every e-mail of ``contacts.csv``, in the order of the file."""
    with (folder / "participants.csv").open(encoding="utf-8", newline="") as file:
        participants = {row["short_name"]: row for row in csv.DictReader(file)}
    with (folder / "contacts.csv").open(encoding="utf-8", newline="") as file:
        contacts = list(csv.DictReader(file))
    found: dict[str, User] = {}
    handles: set[str] = set()
    for row in contacts:
        key = row["email"].strip().lower()
        secretary = any(r["role"] == "secretariat" for r in contacts if r["email"].strip().lower() == key)
        if key in found:
            continue
        participant = participants[row["participant"]]
        handle = row["participant"]
        while handle in handles:
            handle = f"{handle}-{key.split('@')[0]}"
        handles.add(handle)
        found[key] = User(
            id=row["slack_id"] or user_id(key),
            team_id=TEAM,
            name=handle,
            email=row["email"].strip(),
            tz=row["zone"] or participant["zone"],
            real_name=row["name"],
            organisation=row["participant"],
            group="secretariat" if secretary else _GROUP_OF_KIND[participant["kind"]],
        )
    return list(found.values())
