"""Owns the rows of the attendee list, objections, invitations and the mail that answers them."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from bot.attendees import AdmissionState
from bot.invitations import Rsvp
from bot.replies import MailKind, Outcome
from storage.tables.common import Row, index_where, one_of


class AdmissionRow(Row, table=True):
    __tablename__ = "admission"
    __table_args__ = (one_of("state", AdmissionState), Index("ix_admission_call_id", "call_id", "contact_id"))
    segment_id: str = Field(primary_key=True, foreign_key="segment.id", ondelete="CASCADE")
    contact_id: str = Field(primary_key=True, foreign_key="contact.id")
    call_id: str = Field(foreign_key="call.id")
    participant_id: str = Field(foreign_key="participant.id")
    state: str
    circulated_at: datetime | None = None
    approved_at: datetime | None = None
    chosen: bool = False
    window_ends_at: datetime | None = None


class ObjectionRow(Row, table=True):
    """``by_user``: the Slack user who entered it, for the record; it belongs to the Agency ``by_id``. A standing one is
    confirmed once a year: ``confirmed_at`` last, ``asked_at`` when that was last asked for. The one that it ``follows``
    may be kept no longer."""

    __tablename__ = "objection"
    __table_args__ = (index_where("ix_objection_standing", "call_id IS NULL AND withdrawn_at IS NULL", "raised_at"),)
    reference: str = Field(primary_key=True)
    by_id: str = Field(foreign_key="participant.id", index=True)
    by_user: str
    participant_id: str = Field(foreign_key="participant.id", index=True)
    contact_id: str | None = Field(default=None, foreign_key="contact.id")
    call_id: str | None = Field(default=None, foreign_key="call.id", index=True)
    segment_ids: str = ""
    reason: str = ""
    raised_at: datetime
    until: datetime | None = None
    withdrawn_at: datetime | None = None
    confirmed_at: datetime | None = None
    asked_at: datetime | None = None
    follows: str | None = None


class ListBeforeRow(Row, table=True):
    """How a place on a list was before the act named ``reference`` changed it, so that ``undo`` restores exactly that:
    ``state`` is empty where the name was not on the list; ``tells_at`` is when the person is told."""

    __tablename__ = "list_before"
    __table_args__ = (one_of("state", AdmissionState),)
    reference: str = Field(primary_key=True)
    segment_id: str = Field(primary_key=True)
    contact_id: str = Field(primary_key=True, foreign_key="contact.id")
    call_id: str = Field(foreign_key="call.id", index=True)
    participant_id: str = Field(foreign_key="participant.id")
    state: str | None = None
    circulated_at: datetime | None = None
    approved_at: datetime | None = None
    chosen: bool = False
    tells_at: datetime
    window_ends_at: datetime | None = None


class ListChangeRow(Row, table=True):
    """A name that left or joined a circulated or approved list; it names no cause, so that none can be read from it.

    ``batch``: what changed together, and is told in one message. ``part`` and ``only``: the segment's title and the
    organisations it named, should it be gone by then. ``approved_at``: that of the list as it was approved before.
    """

    __tablename__ = "list_change"
    id: str = Field(primary_key=True)
    batch: str = Field(index=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    segment_id: str
    contact_id: str = Field(foreign_key="contact.id")
    joined: bool
    part: str = ""
    only: str = ""
    approved_at: datetime | None = None
    at: datetime


class InvitationRow(Row, table=True):
    __tablename__ = "invitation"
    __table_args__ = (
        one_of("rsvp", Rsvp),
        one_of("rsvp_before", Rsvp),
        Index("uq_invitation_copy", "call_id", "contact_id", "block", unique=True),
        # It has all that a look at a kept feed adds up (`make bench`, row 12).
        Index("ix_invitation_revisions", "contact_id", "revision", "sent_revision"),
    )
    uid: str = Field(primary_key=True)
    call_id: str = Field(foreign_key="call.id")
    contact_id: str = Field(foreign_key="contact.id")
    block: int
    sequence: int
    revision: int
    dtstamp: datetime
    created_at: datetime
    start: datetime
    end: datetime
    title: str
    cancelled: bool = False
    sent_revision: int = 0
    sent_start: datetime | None = None
    sent_end: datetime | None = None
    sent_title: str = ""
    rsvp: str
    answered_at: datetime | None = None
    sent_link: str = ""
    sent_parts: str = ""
    thread_stamp: datetime | None = None
    sent_stamp: datetime | None = None
    answer_stamp: datetime | None = None
    tag: str = ""
    rsvp_before: str | None = None


class MailboxRow(Row, table=True):
    """How far a mailbox was read: the last UID taken, while its UIDVALIDITY is the same (RFC 3501 2.3.1.1); both are
    numbers of 32 bits without a sign."""

    __tablename__ = "mailbox"
    name: str = Field(primary_key=True)
    validity: int = Field(sa_type=BigInteger)
    last_uid: int = Field(sa_type=BigInteger)


class MailRow(Row, table=True):
    """A mail that came in, for the secretariat to read: a person's words, an answer that waits, a bounce."""

    __tablename__ = "mail"
    __table_args__ = (
        one_of("kind", MailKind),
        one_of("outcome", Outcome),
        one_of("rsvp", Rsvp),
        Index("ix_mail_sender_at", "sender", "at"),
    )
    reference: str = Field(primary_key=True)
    at: datetime = Field(index=True)
    kind: str
    sender: str
    sender_name: str = ""
    contact_id: str | None = Field(default=None, foreign_key="contact.id")
    authentic: bool = False
    subject: str = ""
    words: str = ""
    whole: bool = True
    outcome: str | None = None
    uid: str | None = None
    rsvp: str | None = None
    sequence: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    settled_at: datetime | None = None
    digest: str | None = Field(default=None, index=True)
