"""Owns which bridge a segment gets and where a join link leads at a moment; who may join is ``audience``'s."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.calls import Call, Segment


def assign(
    segments: Sequence[Segment], people: Callable[[str], object], held: Mapping[str, str], pool: Sequence[str]
) -> dict[str, str]:
    """A bridge of *pool* for each segment, by segment id: adjacent segments with the same people share one.

    What a segment holds already it keeps while that is in the pool. A segment for which no bridge is free gets none,
    so that two audiences never meet on one.
    """
    given: dict[str, str] = {}
    used: dict[str, object] = {}
    before: tuple[object, str] | None = None
    for segment in segments:
        who = people(segment.id)
        wished = [before[1]] if before and before[0] == who else []
        wished += [held[segment.id]] if held.get(segment.id) in pool else []
        wished += list(pool)
        url = next((u for u in wished if u not in used or used[u] == who), None)
        if url is None:
            before = None
            continue
        given[segment.id], used[url], before = url, who, (who, url)
    return given


def joinable(call: Call, heard: Sequence[Segment], at: datetime, early: timedelta) -> Segment | None:
    """The segment that somebody who hears *heard* may join at *at*: the current one of a running call, else the one
    planned now; from *early* before it begins. None before, after, and while a part they do not hear is on."""
    if call.running and call.live is not None:
        current = next((s for s in heard if s.id == call.live.segment_id), None)
        return current if call.live.cleared else None
    if call.live is not None:
        return None
    for segment in heard:
        start, end = call.span(segment.id)
        if start - early <= at < end:
            return segment
    return None
