"""Owns which bridge a segment gets and where a join link leads at a moment; who may join is ``audience``'s."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.calls import Call, Segment
from bot.timing import MARGIN, closes_at


def assign(
    segments: Sequence[Segment],
    people: Callable[[str], object],
    held: Mapping[str, str],
    pool: Sequence[str],
    *,
    kept: Collection[str] = (),
    spoilt: Callable[[str, str], bool] = lambda url, segment_id: False,
    last: Callable[[str, str], bool | tuple[bool, ...]] = lambda url, segment_id: False,
    first: Callable[[str], bool] = lambda segment_id: False,
) -> dict[str, str]:
    """A bridge of *pool* for each segment, by segment id: adjacent segments with the same people share one.

    What a segment holds already it keeps while that is in the pool: one of *kept* (past or under way) in any case, any
    other unless the bridge is *spoilt* for it, which means that somebody was led to it who may not hear the segment.
    A segment for which no bridge is free gets none, so that two audiences never meet on one. Those that are for the
    segment to be taken *last* are, as where guests of earlier calls know the address; of several reasons the first
    weighs most. Those segments that are *first* are given theirs before the others, whatever their place, so that
    theirs tell nothing of the others.
    """
    given = {s.id: held[s.id] for s in segments if s.id in kept and held.get(s.id) in pool}
    used = set(given.values())
    wanted_elsewhere = set(held.values())
    neighbours = dict(zip((s.id for s in segments[1:]), (s.id for s in segments), strict=False))
    for segment in sorted(segments, key=lambda s: not first(s.id)):
        if segment.id not in given:
            before = neighbours.get(segment.id, segment.id)
            alike = before in given and people(before) == people(segment.id)
            shared = [given[before]] if alike else []
            own = [held[segment.id]] if held.get(segment.id) in pool else []
            rest = sorted(pool, key=lambda u, i=segment.id: (last(u, i), u in wanted_elsewhere))  # type: ignore[misc]
            free = [u for u in (*own, *rest) if u not in used]
            url = next((u for u in (*shared, *free) if not spoilt(u, segment.id)), None)
            if url is not None:
                given[segment.id] = url
                used.add(url)
    return given


AROUND = timedelta(minutes=30)
"""So long before a call somebody may be on its bridge already, and after it still."""


@dataclass(frozen=True, slots=True)
class Occupied:
    """A bridge that another call holds which has not ended: when that is planned (UTC), how long and with which delay
    (minutes), and since when it runs, where it does."""

    url: str
    start: datetime
    minutes: int
    late: int
    started_at: datetime | None


def meanwhile(call: Call, others: Iterable[Occupied]) -> frozenset[str]:
    """The bridges on which people of other calls may be while *call* lasts: not all of them hear it. Another that is
    running is reckoned with for as long as its links lead anybody in."""
    ends = closes_at(call) if call.running else call.end + timedelta(minutes=call.late)
    return frozenset(
        one.url
        for one in others
        if min(one.start, one.started_at or one.start) - AROUND < ends and call.start < _until(one) + AROUND
    )


def _until(one: Occupied) -> datetime:
    """Until when a call is on: by its plan, or where it runs and nobody ends it, as ``timing.closes_at`` has it."""
    length, late = timedelta(minutes=one.minutes), timedelta(minutes=one.late)
    if one.started_at is None:
        return one.start + length + late
    return max(one.start, one.started_at) + length + late + MARGIN


A_DAY = timedelta(days=1)
"""So long before a call an Agency may read its telephone numbers (barrier.md, The join link)."""


def by_telephone(call: Call, heard: Sequence[Segment], at: datetime) -> tuple[Segment, ...]:
    """The segments whose telephone numbers an Agency that hears *heard* may read at *at*: of a call that begins for it
    within a day, those that have not ended; none once the call is over, or runs on behind
    them."""
    spans = [(s, *call.span(s.id)) for s in heard]
    over = call.ended or call.runs_behind({s.id for s in heard})
    if over or not spans or at < spans[0][1] - A_DAY:
        return ()
    return tuple(s for s, _, end in spans if at < end)


def joinable(call: Call, heard: Sequence[Segment], at: datetime, early: timedelta, *, goes_on: bool) -> Segment | None:
    """The segment that somebody who hears *heard* may join at *at*: the current one of a running call while it *goes
    on* for them (``audience.goes_on``), else the one planned now, with the delay that was told; from *early* before it
    begins. None before, after, while a part they do not hear is on, and long after the time of a call that nobody
    ended."""
    if call.running and call.live is not None:
        if at >= closes_at(call):
            return None
        current = next((s for s in heard if s.id == call.live.segment_id), None)
        return current if goes_on else None
    if call.live is not None:
        return None
    delay = timedelta(minutes=call.late)
    for segment in heard:
        start, end = (moment + delay for moment in call.span(segment.id))
        if start - early <= at < end:
            return segment
    return None
