"""Owns the rows of the audit record, what was entered by which request, marks, and holds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from storage.tables.common import Row


class LookRow(Row, table=True):
    """What was shown before a mass mail: the line that does it and a digest of the state shown."""

    __tablename__ = "look"
    reference: str = Field(primary_key=True)
    contact_id: str = Field(foreign_key="contact.id", index=True)
    line: str
    digest: str
    at: datetime = Field(index=True)


class EnteredRow(Row, table=True):
    """What somebody entered, by the number of its audit entry: a ``request`` of Slack's acts once, the second gets its
    ``reference``; ``undo`` takes back the latest that says how (``act``, ``subject``), and names it (``undoes``)."""

    __tablename__ = "entered"
    __table_args__ = (Index("ix_entered_user_number", "user", "number"),)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    user: str
    request: str | None = Field(default=None, unique=True)
    reference: str
    act: str | None = None
    subject: str = ""
    at: datetime = Field(index=True)
    undoes: int | None = Field(default=None, index=True)


class MarkRow(Row, table=True):
    """Something that is done once, whoever does it: its name (``quarter Q3 2027``), and when it was."""

    __tablename__ = "mark"
    name: str = Field(primary_key=True)
    at: datetime


class AuditRow(Row, table=True):
    """One decision: append-only (``storage.guards``), each chained to the one before by ``hash``, which covers all but
    ``detail`` and ``salt``: those erasure empties, and ``commitment`` stands for them (``bot.audit``)."""

    __tablename__ = "audit"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime
    actor: str
    act: str
    subject: str
    commitment: str
    previous: str
    hash: str
    detail: str
    salt: str


class AuditHeadRow(Row, table=True):
    """The chain's single head row: whoever appends holds its lock."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: int = Field(primary_key=True)
    number: int
    hash: str


class HoldRow(Row, table=True):
    """What suspends erasure and retention until it is lifted: for one person, for one call, or, without either, of all
    that is kept."""

    __tablename__ = "hold"
    __table_args__ = (CheckConstraint("contact_id IS NULL OR call_id IS NULL", name="one"),)
    reference: str = Field(primary_key=True)
    reason: str
    contact_id: str | None = Field(default=None, foreign_key="contact.id")
    call_id: str | None = Field(default=None, foreign_key="call.id")
    at: datetime
    lifted_at: datetime | None = None
