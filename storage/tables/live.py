"""Owns the rows of a running call: bridges, who was there, where it stood, what was said, the Agencies' channel."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from bot.participants import ParticipantKind
from bot.said import State as SaidState
from bot.spoken import Form
from storage.tables.common import Row, one_of


class BridgeRow(Row, table=True):
    """The conference bridge that a segment has been given; adjacent segments with the same people share one."""

    __tablename__ = "bridge"
    segment_id: str = Field(primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    url: str


class BridgeLedRow(Row, table=True):
    """Whom a join link led to which bridge, and when first: no part that is closed to one of them gets that bridge."""

    __tablename__ = "bridge_led"
    call_id: str = Field(primary_key=True, foreign_key="call.id")
    url: str = Field(primary_key=True)
    contact_id: str = Field(primary_key=True, foreign_key="contact.id")
    at: datetime


class AttendanceRow(Row, table=True):
    """An organisation that is there in a part: since when, and from when on no longer; ``away``: how many minutes of
    that it was gone and came back."""

    __tablename__ = "attendance"
    call_id: str = Field(primary_key=True, foreign_key="call.id")
    segment_id: str = Field(primary_key=True)
    participant_id: str = Field(primary_key=True, foreign_key="participant.id")
    at: datetime
    left_at: datetime | None = None
    away: int = 0


class RegretsRow(Row, table=True):
    """An organisation that cannot come to a call, as it told whoever keeps the record."""

    __tablename__ = "regrets"
    call_id: str = Field(primary_key=True, foreign_key="call.id")
    participant_id: str = Field(primary_key=True, foreign_key="participant.id")
    at: datetime


class PlaceRow(Row, table=True):
    """Where a running call stood from a moment on, or (``cleared`` is empty) who was its scribe; ``said``: the spoken
    line that made it so; ``skipped``: the item that was passed over, ``by_user``: who moved it."""

    __tablename__ = "place"
    __table_args__ = (Index("ix_place_call_id_at", "call_id", "at"),)
    number: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(foreign_key="call.id")
    at: datetime
    segment_id: str | None = None
    item: str | None = None
    cleared: bool | None = None
    scribe_id: str | None = Field(default=None, foreign_key="contact.id")
    said: str | None = None
    skipped: str | None = None
    by_user: str = ""


class SpeakerRow(Row, table=True):
    """Somebody who asks for the floor in a part that is on; the row goes when the part does."""

    __tablename__ = "speaker"
    __table_args__ = (one_of("kind", ParticipantKind),)
    id: str = Field(primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    segment_id: str
    participant_id: str = Field(foreign_key="participant.id")
    contact_id: str | None = Field(default=None, foreign_key="contact.id")
    kind: str
    at: datetime


class SaidRow(Row, table=True):
    """A line that somebody typed during a call in one of the accepted forms; without ``ts`` after ``/lap``."""

    __tablename__ = "said"
    __table_args__ = (
        one_of("form", Form),
        one_of("state", SaidState),
        UniqueConstraint("channel_id", "ts", name="uq_said_channel_id_ts"),
        Index("ix_said_call_id_at", "call_id", "at"),
    )
    id: str = Field(primary_key=True)
    call_id: str | None = Field(default=None, foreign_key="call.id")
    channel_id: str | None = None
    ts: str | None = None
    at: datetime
    user: str
    contact_id: str = Field(foreign_key="contact.id")
    form: str
    text: str
    state: str
    reference: str = ""
    why: str = ""


class ChannelRow(Row, table=True):
    """The Agencies' private channel of the calls, one a team."""

    __tablename__ = "channel"
    team_id: str = Field(primary_key=True)
    channel_id: str
    set_at: datetime


class PanelRow(Row, table=True):
    """The bot's post in an Agencies' channel that says where a call stands: it is changed as the call moves."""

    __tablename__ = "panel"
    call_id: str = Field(primary_key=True, foreign_key="call.id")
    team_id: str = Field(primary_key=True)
    channel_id: str = Field(primary_key=True)
    ts: str
    shows: str = ""
