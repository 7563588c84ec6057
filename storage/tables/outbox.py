"""Owns the rows of what is to leave, and what left."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from storage.tables.common import Row, index_where, one_of


class OutboxState(StrEnum):
    """DUE until SENT; DROPPED when superseded or no longer the reader's to have; MISSED when its call had begun."""

    DUE = "due"
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"
    MISSED = "missed"


class Door(StrEnum):
    """The doors that messages leave by."""

    MAIL = "mail"
    SLACK = "slack"


class OutboxRow(Row, table=True):
    """Who is to be told, about what, at which revision; never rendered text (design.md 3.3).

    ``subject`` names what it is about (a UID, a reference, a step); ``first`` goes before others (a narrowing);
    from ``until`` on it is no longer worth telling. ``address``: in the place of a contact, where it is nobody's.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("(contact_id IS NULL) <> (address IS NULL)", name="addressed"),
        one_of("state", OutboxState),
        one_of("door", Door),
        # In the order in which they are claimed, so that of ten thousand only those are read that go next.
        index_where("ix_outbox_due", "state = 'due'", "first", "due_at", "created_at", "id"),
        index_where("ix_outbox_missed", "state = 'missed'", "ended_at"),
        Index("ix_outbox_contact_id_subject", "contact_id", "subject"),
        Index("ix_outbox_call_id", "call_id", "created_at"),
    )
    id: str = Field(primary_key=True)
    kind: str
    door: str
    contact_id: str | None = Field(default=None, foreign_key="contact.id")
    address: str | None = None
    call_id: str | None = Field(default=None, foreign_key="call.id")
    subject: str = ""
    revision: int = 0
    first: bool = False
    due_at: datetime
    created_at: datetime
    leased_until: datetime | None = None
    attempts: int = 0
    first_attempt_at: datetime | None = None
    until: datetime | None = None
    state: str = OutboxState.DUE
    ended_at: datetime | None = None
    error: str = ""


class ExposureRow(Row, table=True):
    """A message that was offered to a server for one person: the exposure ledger (barrier.md, The send barrier).

    ``left_at`` is empty while it is handed over, and stays so after a kill: it may have left. ``turn_by``: it was made
    before its turn, which comes by then or not at all; empty once it is. ``shows``: ids of the segments, references of
    the items, lines and actions in it; ``posts``: in Slack, ``CHANNEL/TS``; words with spaces.
    """

    __tablename__ = "exposure"
    __table_args__ = (one_of("door", Door), Index("ix_exposure_contact_id_began_at", "contact_id", "began_at"))
    id: str = Field(primary_key=True)
    errand_id: str
    contact_id: str = Field(foreign_key="contact.id")
    call_id: str | None = Field(default=None, foreign_key="call.id", index=True)
    door: str
    kind: str
    subject: str = ""
    revision: int = 0
    began_at: datetime
    left_at: datetime | None = None
    turn_by: datetime | None = None
    shows: str = ""
    posts: str = ""
