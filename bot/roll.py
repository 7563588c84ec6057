"""Owns the roll call of a part: who is there, who came late, who left, who is still missed; who may be there is
``audience``'s."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.calls import Call
from bot.minutes import Attendance

LATE = timedelta(minutes=5)
"""Who comes so long after a part opened came late (``late``)."""


@dataclass(frozen=True, slots=True)
class Roll:
    """The organisations (ids) of a part: *there* with since when, *late* of these, *left* with when, *missed* who are
    expected and sent no regrets, *before* who were in the part before this and may hear it, and are not recorded
    yet."""

    there: dict[str, datetime]
    late: frozenset[str]
    left: dict[str, datetime]
    missed: frozenset[str]
    before: frozenset[str]


def away(seats: Iterable[Attendance], segment_id: str, now: datetime) -> dict[str, int]:
    """How many minutes in all those who left that segment and come back *now* (UTC) were gone, by organisation; who is
    said, afterwards, to have been there before they left, for none that is known."""
    return {
        a.participant_id: a.away + (max(round((now - a.left_at).total_seconds() / 60), 1) if now >= a.left_at else 0)
        for a in seats
        if a.segment_id == segment_id and a.left_at is not None
    }


def late(opened: datetime, planned: datetime, seats: Iterable[Attendance]) -> frozenset[str]:
    """Who of those recorded in one part came late: LATE after it was opened (UTC), after it was *planned* to begin or
    after its roll was first called, whichever was last: whoever comes at the time they were told is in time, and nobody
    is recorded before the roll, however early they came."""
    known = list(seats)
    began = max([opened, planned, *([min(a.at for a in known)] if known else [])])
    return frozenset(a.participant_id for a in known if a.at - began >= LATE)


def planned_start(call: Call, segment_id: str) -> datetime:
    """When that part was planned to begin (UTC)."""
    return next((start for s, start, _ in call.spans() if s.id == segment_id), call.start)


def called(
    call: Call, segment_id: str, opened: datetime, seats: Iterable[Attendance], expected: Collection[str],
    regrets: Collection[str],
) -> Roll:  # fmt: skip
    """The roll of that part, opened at *opened* (UTC): *expected* are the organisations that may hear it, *regrets*
    those that said they cannot come."""
    known = list(seats)
    here = [a for a in known if a.segment_id == segment_id]
    there = {a.participant_id: a.at for a in here if a.left_at is None}
    left = {a.participant_id: a.left_at for a in here if a.left_at is not None}
    order = [s.id for s in call.segments]
    previous = order[order.index(segment_id) - 1] if segment_id in order and order.index(segment_id) else None
    stayed = {a.participant_id for a in known if a.segment_id == previous and a.left_at is None}
    recorded = there.keys() | left.keys()
    return Roll(
        there,
        late(opened, planned_start(call, segment_id), here) & there.keys(),
        left,
        frozenset(set(expected) - recorded - set(regrets)),
        frozenset((stayed & set(expected)) - recorded),
    )
