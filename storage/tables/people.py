"""Owns the rows of who takes part, who speaks for them, where they are in Slack, and their personal links."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from bot.participants import ParticipantKind, Sector
from storage.tables.common import Row, index_where, one_of


class ParticipantRow(Row, table=True):
    __tablename__ = "participant"
    __table_args__ = (one_of("kind", ParticipantKind), one_of("sector", Sector))
    id: str = Field(primary_key=True)
    short_name: str = Field(unique=True)
    kind: str
    name: str
    country: str = ""
    sector: str | None = None
    zone: str
    left_at: datetime | None = None
    listed: int = 0


class ContactRow(Row, table=True):
    """``told_at``: when the first mail, which says who writes, went out; ``shown``: to representatives, by choice;
    ``feed_alarm``: so many minutes before an entry of their feed a calendar rings.

    ``listed``, here and in a participant: the place in the roster that it came from, so that an export keeps its order.
    """

    __tablename__ = "contact"
    __table_args__ = (index_where("uq_contact_email", "removed_at IS NULL", "email", unique=True),)
    id: str = Field(primary_key=True)
    participant_id: str = Field(foreign_key="participant.id", index=True)
    name: str
    email: str
    zone: str
    roles: str = ""
    attending: bool = True
    shown: bool = False
    feed_alarm: int | None = None
    told_at: datetime | None = None
    removed_at: datetime | None = None
    successor_id: str | None = Field(default=None, foreign_key="contact.id")
    listed: int = 0


class ProxyRow(Row, table=True):
    """To which one call somebody was brought, by whom and when; who has no row here speaks for their organisation
    always."""

    __tablename__ = "proxy"
    contact_id: str = Field(primary_key=True, foreign_key="contact.id")
    call_id: str = Field(foreign_key="call.id", index=True)
    by_id: str = Field(foreign_key="contact.id")
    at: datetime


class ContactRequestRow(Row, table=True):
    """A contact that an organisation asks for, new or in the place of ``replaces_id``, until it is confirmed or
    (``ended_at``) the secretariat ends the wish; ``call_id``: as a proxy for that call."""

    __tablename__ = "contact_request"
    reference: str = Field(primary_key=True)
    participant_id: str = Field(foreign_key="participant.id")
    replaces_id: str | None = Field(default=None, foreign_key="contact.id")
    name: str
    email: str
    roles: str = ""
    zone: str
    asked_by: str = Field(foreign_key="contact.id")
    asked_at: datetime
    confirmed_at: datetime | None = None
    call_id: str | None = Field(default=None, foreign_key="call.id")
    ended_at: datetime | None = None


class SlackUserRow(Row, table=True):
    """Who is who in Slack: ``confirmed_at`` is empty while the secretariat has still to confirm a guest's link.

    ``team_id`` is empty where only the user is known (from the roster, from a mention): its id is enough.
    """

    __tablename__ = "slack_user"
    __table_args__ = (one_of("source", ("profile", "code", "secretariat", "roster")),)
    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    contact_id: str = Field(foreign_key="contact.id", index=True)
    source: str
    linked_at: datetime
    confirmed_at: datetime | None = None


class SlackCodeRow(Row, table=True):
    """A code mailed for ``iam``: its SHA-256, ten minutes, five tries; no contact_id where the address is nobody's.

    ``used_until`` is when the latest code that the account used would have ended.
    """

    __tablename__ = "slack_code"
    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    contact_id: str | None = Field(default=None, foreign_key="contact.id")
    code_sha256: str
    expires_at: datetime
    tries: int = 0
    used_until: datetime | None = None


class LinkPurpose(StrEnum):
    """REPLY: not a link, but what stands after the plus sign in the organizer's address of one person's copies."""

    JOIN = "join"
    FEED = "feed"
    PAGE = "page"
    REPLY = "reply"


class LinkRow(Row, table=True):
    """A personal link: the SHA-256 of its token, never the token. ``call_id`` is set for join links."""

    __tablename__ = "link"
    __table_args__ = (one_of("purpose", LinkPurpose),)
    token_sha256: str = Field(primary_key=True)
    purpose: str
    contact_id: str = Field(foreign_key="contact.id", index=True)
    call_id: str | None = Field(default=None, foreign_key="call.id")
    epoch: int = 0
    dead_at: datetime | None = None
