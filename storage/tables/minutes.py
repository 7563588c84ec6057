"""Owns the rows of the record: minutes, named editions, actions, and the index by which they are found."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from bot.actions import ActionState, ChangeKind
from bot.archive import Kind
from bot.confidentiality import Tlp
from bot.editions import LABELS
from bot.minutes import LineKind
from storage.tables.common import Row, index_where, one_of


class MinuteEntryRow(Row, table=True):
    __tablename__ = "minute_entry"
    __table_args__ = (one_of("kind", LineKind), one_of("label", Tlp))
    reference: str = Field(primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    segment_id: str
    item: str | None = None
    kind: str
    text: str
    label: str
    closed: bool = False
    speaker_id: str | None = Field(default=None, foreign_key="participant.id")
    entered_by: str
    entered_at: datetime
    taken_back_at: datetime | None = None
    held_by: str = ""
    corrected_at: datetime | None = None
    minuted: bool = False
    withheld: bool = False


class CorrectionRow(Row, table=True):
    """What a line said before it was corrected, by whom and when: nothing of the record is lost."""

    __tablename__ = "correction"
    __table_args__ = (one_of("label", Tlp),)
    id: str = Field(primary_key=True)
    line: str = Field(foreign_key="minute_entry.reference", index=True)
    was: str
    label: str
    by_id: str = Field(foreign_key="participant.id")
    at: datetime


class LineHoldRow(Row, table=True):
    """That an Agency objected to the adoption of a line, or no longer did; who holds it now stands with the line."""

    __tablename__ = "line_hold"
    id: str = Field(primary_key=True)
    line: str = Field(foreign_key="minute_entry.reference", index=True)
    by_id: str = Field(foreign_key="participant.id")
    at: datetime
    released: bool


class AmendmentRow(Row, table=True):
    """What was put right in a line after the silence over it had ended, by which participant; withheld once that Agency
    keeps it from wider editions."""

    __tablename__ = "amendment"
    __table_args__ = (one_of("label", Tlp),)
    id: str = Field(primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    line: str = Field(foreign_key="minute_entry.reference", index=True)
    text: str
    label: str
    by_id: str = Field(foreign_key="participant.id")
    at: datetime
    withheld: bool = False


class NamedEditionRow(Row, table=True):
    """An edition of lines that leave their part, under a name; GREEN or CLEAR."""

    __tablename__ = "named_edition"
    __table_args__ = (one_of("label", LABELS),)
    reference: str = Field(primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    name: str
    label: str
    asked_at: datetime
    ends_at: datetime
    released_at: datetime | None = None
    dropped_at: datetime | None = None


class EditionLineRow(Row, table=True):
    """A line that a named edition asks for, with a digest of the words that were asked."""

    __tablename__ = "edition_line"
    edition: str = Field(foreign_key="named_edition.reference", primary_key=True)
    line: str = Field(foreign_key="minute_entry.reference", primary_key=True, index=True)
    words: str


class TakenOutRow(Row, table=True):
    """That an organisation takes a line out of a named edition."""

    __tablename__ = "taken_out"
    edition: str = Field(foreign_key="named_edition.reference", primary_key=True)
    line: str = Field(foreign_key="minute_entry.reference", primary_key=True, index=True)
    by_id: str = Field(foreign_key="participant.id", primary_key=True)
    at: datetime


class ActionItemRow(Row, table=True):
    __tablename__ = "action_item"
    __table_args__ = (
        one_of("state", ActionState),
        one_of("label", Tlp),
        index_where("ix_action_item_open", "ended_at IS NULL", "due"),
        index_where("ix_action_item_remind_at", "ended_at IS NULL", "remind_at"),
        index_where("ix_action_item_escalate_at", "ended_at IS NULL", "escalate_at"),
    )
    reference: str = Field(primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    segment_id: str
    task: str
    owner_id: str = Field(foreign_key="participant.id", index=True)
    owner_contact_id: str | None = Field(default=None, foreign_key="contact.id")
    due: date
    state: str
    confirmed: bool = False
    entered_by: str
    entered_at: datetime
    ended_at: datetime | None = None
    changed_at: datetime | None = None
    remind_at: datetime | None = None
    escalate_at: datetime | None = None
    escalated: bool = False
    closed: bool = False
    label: str
    by_id: str | None = Field(default=None, foreign_key="participant.id")


class ActionChangeRow(Row, table=True):
    """How an action stood after one change, ``number`` counting from 1; without ``by_id`` the secretariat made it."""

    __tablename__ = "action_change"
    __table_args__ = (one_of("kind", ChangeKind), one_of("state", ActionState))
    reference: str = Field(primary_key=True, foreign_key="action_item.reference", ondelete="CASCADE")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    at: datetime
    by_id: str | None = Field(default=None, foreign_key="participant.id")
    owner_id: str = Field(foreign_key="participant.id")
    owner_contact_id: str | None = Field(default=None, foreign_key="contact.id")
    due: date
    state: str
    confirmed: bool = False
    text: str = ""


class ArchiveRow(Row, table=True):
    """What can be found, in the order in which it came: the words of an item, a line, an action and the like, which
    the database itself keeps as those say now (``storage.archive``), and what narrows a search to its reader.

    ``participant_id``: whose it is; ``closed``: guests of its part do not read it. It leads to nobody by itself: it
    changes and goes with what it is of.
    """

    __tablename__ = "archive"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("label", Tlp),
        Index("uq_archive_kind", "kind", "reference", unique=True),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    reference: str
    call_id: str | None = None
    segment_id: str | None = None
    participant_id: str | None = None
    closed: bool = False
    label: str
    words: str = ""
