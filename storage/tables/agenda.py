"""Owns the rows of items of the agenda, their papers, and early-warning reports."""

from datetime import datetime

from sqlmodel import Field

from bot.agenda import ItemState
from bot.confidentiality import Tlp
from bot.topics import AudienceKind
from storage.tables.common import Row, one_of


class AgendaItemRow(Row, table=True):
    __tablename__ = "agenda_item"
    __table_args__ = (one_of("audience", AudienceKind), one_of("label", Tlp), one_of("state", ItemState))
    reference: str = Field(primary_key=True)
    call_id: str | None = Field(default=None, foreign_key="call.id", index=True)
    segment_id: str | None = Field(default=None, foreign_key="segment.id", ondelete="SET NULL")
    position: int = 0
    clause: str
    title: str
    minutes: int | None = None
    audience: str
    label: str
    state: str
    proposer_id: str = Field(foreign_key="participant.id")
    contact_id: str = Field(foreign_key="contact.id")
    created_at: datetime
    consent_asked_at: datetime | None = None
    case: str = ""
    confirmed_at: datetime | None = None
    standing: bool = False
    stated: str = ""
    drafted: bool = False


class PaperRow(Row, table=True):
    """A file attached to an item, under its label; ``data`` is empty once it was removed."""

    __tablename__ = "paper"
    reference: str = Field(primary_key=True)
    item: str = Field(foreign_key="agenda_item.reference", index=True)
    name: str
    media_type: str
    size: int
    sha256: str
    by_id: str = Field(foreign_key="participant.id")
    contact_id: str = Field(foreign_key="contact.id")
    at: datetime
    removed_at: datetime | None = None
    drafted: bool = False
    data: bytes = b""


class ReportRow(Row, table=True):
    """An early-warning report of a representative (B.3.a.v); ``call_id`` once it went to the Agencies."""

    __tablename__ = "report"
    __table_args__ = (one_of("label", Tlp),)
    reference: str = Field(primary_key=True)
    participant_id: str = Field(foreign_key="participant.id", index=True)
    contact_id: str = Field(foreign_key="contact.id")
    text: str
    label: str
    at: datetime
    call_id: str | None = Field(default=None, foreign_key="call.id", index=True)
    taken_back_at: datetime | None = None
