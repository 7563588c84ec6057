"""Owns calls and their segments; how the segments of one change is ``segments``'s, who may hear them ``audience``'s."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.confidentiality import NAMED, unlabelled
from bot.errors import Conflict, NotUnderstood
from bot.text import clean_line
from bot.topics import AudienceKind

MOST_MINUTES = 24 * 60
LATE = timedelta(days=1)
"""So long after its planned end a call can still be started, and be objected to."""
LONGEST_TITLE = 200
CHATHAM = "(Chatham House Rule)"

AUDIENCES = {AudienceKind.AGENCIES: "for Agencies only", AudienceKind.JOINT: "joint"}
"""Who hears a part, in words for those who may know of closed ones."""


class CallKind(StrEnum):
    """A members' call, one for law enforcement only (B.3), training with the private sector (A.3.f, B.3.b), or the
    annual meeting."""

    MEMBERS = "members"
    LAW_ENFORCEMENT = "law-enforcement"
    TRAINING = "training"
    ANNUAL = "annual"


class CallState(StrEnum):
    DRAFT = "draft"
    ANNOUNCED = "announced"
    HELD = "held"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Segment:
    """A portion of a call with one audience (B.3). ``only``: participant ids where organisations are named;
    ``chatham``: it is under the Chatham House Rule."""

    id: str
    title: str
    audience: AudienceKind
    minutes: int
    only: frozenset[str] = frozenset()
    chatham: bool = False

    @property
    def name(self) -> str:
        """The title as people see it, with the word where the part is under the Chatham House Rule."""
        return f"{self.title} {CHATHAM}" if self.chatham else self.title


@dataclass(frozen=True, slots=True)
class Live:
    """Where a running call stands; ``cleared`` is false while the gate behind ``segment_id`` is shut.

    ``segment_at``, ``item_at``, ``shut_at``: since when (UTC) the part is on, the item is, the gate is shut.
    ``moved_at``: when, and by which user, it was last moved on.
    """

    started_at: datetime
    segment_id: str | None
    item: str | None
    cleared: bool
    ended_at: datetime | None = None
    segment_at: datetime | None = None
    item_at: datetime | None = None
    shut_at: datetime | None = None
    moved_at: datetime | None = None
    moved_by: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The moment (UTC) for which it is asked whether an objection stands: now, or the end of a call that is *over*."""

    at: datetime
    over: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A periodic conference call (A.3). ``start`` is UTC; the segments' minutes add up to the call's length.

    ``late``: the delay in minutes that those who wait were told. ``scribe``: the contact (id) who was named to run it
    beside the secretariat; whether they still may, says ``audience.runs``.
    """

    id: str
    title: str
    kind: CallKind
    state: CallState
    start: datetime
    segments: tuple[Segment, ...]
    only: frozenset[str] = frozenset()
    series_id: str | None = None
    live: Live | None = None
    scribe: str | None = None
    late: int = 0

    @property
    def minutes(self) -> int:
        return sum(segment.minutes for segment in self.segments)

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)

    @property
    def ended(self) -> bool:
        return self.state in (CallState.HELD, CallState.CANCELLED)

    @property
    def running(self) -> bool:
        return self.live is not None and self.live.ended_at is None

    def is_ruled(self, segment_id: str | None) -> bool:
        """Whether that segment is under the Chatham House Rule; what belongs to none is not."""
        return any(s.id == segment_id and s.chatham for s in self.segments)

    def runs_behind(self, segment_ids: Collection[str]) -> bool:
        """Whether the call is on in a part behind all of those: to who hears no other it is as if it had ended."""
        stands = self.live.segment_id if self.live is not None and self.running else None
        order = [s.id for s in self.segments]
        if stands is None or stands not in order:
            return False
        return not any(i in segment_ids for i in order[order.index(stands) :])

    def judged_at(self, at: datetime) -> Judgement:
        """The moment at which objections count: *at*, or the call's end once it is over (what was given stays).

        One that was not started is over once it can no longer be.
        """
        ended_at = self.live.ended_at if self.live else None
        if ended_at is not None or self.ended:
            return Judgement(ended_at or self.end, over=True)
        last = self.end + LATE
        return Judgement(last, over=True) if not self.running and last < at else Judgement(at)

    def spans(self) -> Iterator[tuple[Segment, datetime, datetime]]:
        """The segments, each with its start and end (UTC) as planned."""
        at = self.start
        for segment in self.segments:
            end = at + timedelta(minutes=segment.minutes)
            yield segment, at, end
            at = end

    def span(self, segment_id: str) -> tuple[datetime, datetime]:
        """Start and end (UTC) of a segment as planned."""
        for segment, start, end in self.spans():
            if segment.id == segment_id:
                return start, end
        raise KeyError(segment_id)

    def segment(self, segment_id: str) -> Segment:
        return next(s for s in self.segments if s.id == segment_id)


def check_minutes(minutes: int, most: int = MOST_MINUTES) -> None:
    """Refuses a length below one minute or beyond *most*."""
    if not 1 <= minutes <= most:
        raise NotUnderstood(f"{minutes} minutes is not a length I can use: give 1 to {most} minutes, for example `30`.")


def read_title(text: str) -> str:
    """*text* as a title of one line. Raises NotUnderstood for none, for one beyond 200 characters, and for a label in
    it."""
    title = clean_line(text)
    if not title:
        raise NotUnderstood('A title is missing. Give it in quotes, for example `"Case updates"`.')
    if len(title) > LONGEST_TITLE:
        raise NotUnderstood(
            f"That title has {len(title)} characters, and {LONGEST_TITLE} fit. Shorten it by "
            f"{len(title) - LONGEST_TITLE}, and send the command again."
        )
    return unlabelled(title, NAMED)


def announced(call: Call) -> Call:
    """*call* as it is once announced. Raises Conflict unless it is a draft."""
    if call.state is not CallState.DRAFT:
        raise Conflict(f"“{call.title}” {STOOD[call.state]}: only a draft is announced. `/lap calls` lists the drafts.")
    return replace(call, state=CallState.ANNOUNCED)


def moved(call: Call, start: datetime) -> Call:
    """*call* starting at *start* (UTC). Raises Conflict for one that runs, is over, or starts at that moment anyway."""
    _refuse_over(call, "moved")
    if start == call.start:
        raise Conflict(f"“{call.title}” starts at {start:%Y-%m-%d %H:%M} UTC already. Give another date or time.")
    return replace(call, start=start)


def cancelled(call: Call) -> Call:
    """*call* as it is once cancelled. Raises Conflict for one that runs, was held or is cancelled already."""
    _refuse_over(call, "cancelled")
    return replace(call, state=CallState.CANCELLED)


STOOD = {
    CallState.ANNOUNCED: "is announced already",
    CallState.HELD: "was held",
    CallState.CANCELLED: "was cancelled",
}
"""What became of a call, in words for why it cannot be changed."""


def _refuse_over(call: Call, change: str) -> None:
    if call.running:
        raise Conflict(f"“{call.title}” is running, so it cannot be {change}. `/lap end` ends it.")
    if call.ended:
        raise Conflict(f"“{call.title}” {STOOD[call.state]}, so it cannot be {change}. `/lap call add` plans another.")


@dataclass(frozen=True, slots=True)
class SeenOrder:
    """The ids of a call's segments, with spaces between, as one reader was last shown them numbered."""

    call_id: str
    segment_ids: str
