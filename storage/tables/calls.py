"""Owns the rows of series, calls, their segments, and the steps of the procedure."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from bot.calls import CallKind, CallState
from bot.procedure import StepKind
from bot.series import Cadence
from bot.steps import StepState
from bot.topics import AudienceKind
from storage.tables.common import Row, index_where, one_of


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


class StepRow(Row, table=True):
    """A due step of the procedure for one call; ``moved`` once the secretariat gave it a time of its own."""

    __tablename__ = "step"
    __table_args__ = (
        one_of("kind", StepKind),
        one_of("state", StepState),
        Index("ix_step_state_due_at", "state", "due_at"),
        index_where("ix_step_missed", "state = 'missed'", "done_at"),
    )
    call_id: str = Field(primary_key=True, foreign_key="call.id")
    kind: str = Field(primary_key=True)
    due_at: datetime
    state: str = StepState.DUE
    moved: bool = False
    done_at: datetime | None = None
