"""Owns the rows of the database (SQLModel); a row never leaves storage, the queries beside it return values of ``bot``.

Times are UTC. Every state column has a CHECK, every constraint a name, every reference to another row a foreign key;
``only``, ``roles``, ``segment_ids``, ``held_by``, ``shows`` and ``posts`` hold words separated by spaces; empty, the
first says “everybody” and ``segment_ids`` “the whole call”.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Dialect, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.actions import ActionState, ChangeKind
from bot.agenda import ItemState
from bot.archive import Kind
from bot.attendees import AdmissionState
from bot.calls import CallKind, CallState
from bot.confidentiality import Tlp
from bot.editions import LABELS
from bot.invitations import Rsvp
from bot.minutes import LineKind
from bot.participants import ParticipantKind, Sector
from bot.procedure import StepKind
from bot.replies import MailKind, Outcome
from bot.said import State as SaidState
from bot.series import Cadence
from bot.spoken import Form
from bot.steps import StepState
from bot.topics import AudienceKind

metadata = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


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


class LinkPurpose(StrEnum):
    """REPLY: not a link, but what stands after the plus sign in the organizer's address of one person's copies."""

    JOIN = "join"
    FEED = "feed"
    PAGE = "page"
    REPLY = "reply"


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """A CHECK that *column* holds one of *values* (or NULL)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def index_where(name: str, condition: str, *on: str, unique: bool = False) -> Index:
    """An index of the rows for which *condition* holds, on both databases."""
    return Index(name, *on, unique=unique, sqlite_where=text(condition), postgresql_where=text(condition))


def columns(table: type[SQLModel], name: str = "") -> Any:
    """The columns of a table, for Core statements; of the same table once more under another *name*."""
    named = table.__table__.alias(name) if name else table.__table__  # type: ignore[attr-defined]
    return named.c


class Row(SQLModel):
    """What would check given values is not built at the start: no row is made of such."""

    model_config = {"defer_build": True}


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
    """A contact that an organisation asks for, new or in the place of ``replaces_id``, until it is confirmed;
    ``call_id``: as a proxy for that call."""

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
    """A code mailed for ``iam``: its SHA-256, ten minutes, five tries; no contact_id where the address is nobody's."""

    __tablename__ = "slack_code"
    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    contact_id: str | None = Field(default=None, foreign_key="contact.id")
    code_sha256: str
    expires_at: datetime
    tries: int = 0


class SeriesRow(Row, table=True):
    __tablename__ = "series"
    __table_args__ = (one_of("cadence", Cadence),)
    id: str = Field(primary_key=True)
    title: str
    cadence: str
    first: date
    local: time
    zone: str
    minutes: int
    ended_at: datetime | None = None
    drafted_until: date | None = None


class CallRow(Row, table=True):
    """A call with what happened to it as a whole: its run (``live_*``), its attendee list, its minutes.

    ``live_tell_at``: when something of its run is to be told next to who runs it.
    """

    __tablename__ = "call"
    __table_args__ = (
        one_of("kind", CallKind),
        one_of("state", CallState),
        Index("ix_call_state_start", "state", "start"),
        Index("ix_call_start", "start"),
        index_where("ix_call_live_tell_at", "live_tell_at IS NOT NULL", "live_tell_at"),
    )
    id: str = Field(primary_key=True)
    series_id: str | None = Field(default=None, foreign_key="series.id", index=True)
    title: str
    kind: str
    state: str
    start: datetime
    only: str = ""
    created_at: datetime
    announced_at: datetime | None = None
    cancelled_because: str = ""
    live_started_at: datetime | None = None
    live_ended_at: datetime | None = None
    live_segment_id: str | None = None
    live_item: str | None = None
    live_cleared: bool = False
    live_segment_at: datetime | None = None
    live_item_at: datetime | None = None
    live_shut_at: datetime | None = None
    live_moved_at: datetime | None = None
    live_moved_by: str = ""
    live_tell_at: datetime | None = None
    late_minutes: int = 0
    scribe_id: str | None = Field(default=None, foreign_key="contact.id")
    list_circulated_at: datetime | None = None
    list_window_ends_at: datetime | None = None
    list_approved_at: datetime | None = None
    list_early: bool = False
    minutes_sent_at: datetime | None = None
    minutes_adopts_at: datetime | None = None
    minutes_adopted_at: datetime | None = None


class EarlierDateRow(Row, table=True):
    """A date that a moved call was told under: it answers to it for those who had been told (``moved_at``)."""

    __tablename__ = "earlier_date"
    call_id: str = Field(primary_key=True, foreign_key="call.id")
    start: datetime = Field(primary_key=True)
    moved_at: datetime


class SegmentRow(Row, table=True):
    __tablename__ = "segment"
    __table_args__ = (one_of("audience", AudienceKind), CheckConstraint("minutes >= 1", name="minutes"))
    id: str = Field(primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    position: int
    title: str
    audience: str
    minutes: int
    only: str = ""
    chatham: bool = False


class SeenOrderRow(Row, table=True):
    """The order of segments that a reader was last shown, so that CALL/N is refused when it changed since."""

    __tablename__ = "seen_order"
    contact_id: str = Field(primary_key=True, foreign_key="contact.id")
    call_id: str = Field(primary_key=True, foreign_key="call.id")
    segment_ids: str


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
    confirmed once a year: ``confirmed_at`` last, ``asked_at`` when that was last asked for."""

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


class AmendmentRow(Row, table=True):
    """What was put right in a line after the silence over it had ended, by which participant."""

    __tablename__ = "amendment"
    __table_args__ = (one_of("label", Tlp),)
    id: str = Field(primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    line: str = Field(foreign_key="minute_entry.reference", index=True)
    text: str
    label: str
    by_id: str = Field(foreign_key="participant.id")
    at: datetime


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


class StepRow(Row, table=True):
    """A due step of the procedure for one call; ``moved`` once the secretariat gave it a time of its own."""

    __tablename__ = "step"
    __table_args__ = (
        one_of("kind", StepKind),
        one_of("state", StepState),
        Index("ix_step_state_due_at", "state", "due_at"),
    )
    call_id: str = Field(primary_key=True, foreign_key="call.id")
    kind: str = Field(primary_key=True)
    due_at: datetime
    state: str = StepState.DUE
    moved: bool = False
    done_at: datetime | None = None


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


class Moment(UTCDateTime):
    """An aware UTC time as SQLModel keeps it, to and from SQLite's text in one step: a look at an agenda reads 250."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        return _moment if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        return _text if dialect.name == "sqlite" else super().bind_processor(dialect)


@lru_cache(maxsize=64)  # an act writes its one moment many times
def _text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    if moment.tzinfo is not UTC:
        if moment.utcoffset() is None:
            raise ValueError("A time is kept with its zone: give it one.")
        moment = moment.astimezone(UTC)
    return moment.isoformat(" ", "microseconds")[:26]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


for _column in (column for table in metadata.tables.values() for column in table.columns):
    if isinstance(_column.type, UTCDateTime):
        _column.type = Moment()
