"""Owns what is fetched of calls, whichever are meant: a ``Record`` a call, as ``bot.audience`` takes it, with the parts
asked for, in one statement."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from enum import Flag, auto
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, case, exists, func, select

from bot.attendees import AttendeeList
from bot.audience import Record
from bot.calls import Call, CallKind, CallState, Live, Segment
from bot.minutes import Minutes
from bot.topics import AudienceKind
from storage.call_parts import (
    ACTIONS,
    ADMISSIONS,
    AMENDMENTS,
    ATTENDANCE,
    COPIES,
    ITEMS,
    LINES,
    OBJECTIONS,
    OWN_ADMISSIONS,
    QUEUE,
    REGRETS,
    SEEN,
    STEPS,
    STRANGERS,
    UNTOLD,
    Kind,
    Theirs,
    this_call,
    words,
)
from storage.store import Tx
from storage.tables import CallRow, ListChangeRow, SegmentRow, columns
from storage.together import Ask, Rows, together
from storage.values import reads

_C = columns(CallRow)
_S = columns(SegmentRow)


class Part(Flag):
    """What of a call is fetched with the call and its segments, in the same statement.

    FLOOR is who waits for it, and who cannot come. COPIES are everybody's, with UNTOLD: who is to be told how; SEEN
    is the order of parts as *reader* last saw it. OWN, in the place of LIST, is what decides on *reader* alone: nobody
    else's name on the list."""

    NONE = 0
    LIST = auto()
    ITEMS = auto()
    LINES = auto()
    ACTIONS = auto()
    ATTENDANCE = auto()
    COPIES = auto()
    STEPS = auto()
    SEEN = auto()
    FLOOR = auto()
    OWN = auto()
    UNTOLD = auto()


V = TypeVar("V")

_kind, _state, _heard_by = reads(CallKind), reads(CallState), reads(AudienceKind)

_CALL = [
    _C[name]
    for name in (
        "id", "series_id", "title", "kind", "state", "start", "only",
        "live_started_at", "live_ended_at", "live_segment_id", "live_item", "live_cleared",
        "live_segment_at", "live_item_at", "live_shut_at", "live_moved_at", "live_moved_by", "scribe_id",
        "late_minutes",
        "list_circulated_at", "list_window_ends_at", "list_approved_at", "list_early",
        "minutes_sent_at", "minutes_adopts_at", "minutes_adopted_at",
    )
]  # fmt: skip


_L = columns(ListChangeRow)
_CHANGED = exists(
    select(_L.segment_id)
    .where(_L.call_id == _C.id, _L.approved_at == _C.list_approved_at)
    .group_by(_L.segment_id, _L.contact_id)
    .having(func.sum(case((_L.joined, 1), else_=-1)) != 0)
)
"""Whether a call's list differs from what was approved; a name that left and came back does not count."""

_CALLS = select(*_CALL, _CHANGED)
_SEGMENTS = select(
    *(_S[name] for name in ("call_id", "position", "id", "title", "audience", "minutes", "only", "chatham"))
)
_PARTS: Mapping[Part, Mapping[str, Kind[Any]]] = {
    Part.LIST: {"admissions": ADMISSIONS, "objections": OBJECTIONS},
    Part.ITEMS: {"items": ITEMS},
    Part.LINES: {"lines": LINES, "amendments": AMENDMENTS},
    Part.ACTIONS: {"actions": ACTIONS},
    Part.ATTENDANCE: {"attendance": ATTENDANCE},
    Part.FLOOR: {"queue": QUEUE, "regrets": REGRETS},
    Part.COPIES: {"copies": COPIES, "untold": UNTOLD, "strangers": STRANGERS},
    Part.STEPS: {"steps": STEPS},
    Part.SEEN: {"seen": SEEN},
    Part.OWN: {"admissions": OWN_ADMISSIONS, "objections": OBJECTIONS},
    Part.UNTOLD: {"untold": UNTOLD, "strangers": STRANGERS},
}
"""What is fetched of each part: by field of a ``Record``, of which kind."""


def _kinds(parts: Part) -> Mapping[str, Kind[Any]]:
    return {name: kind for part in parts for name, kind in _PARTS[part].items()}


@cache
def asking(which: Theirs, parts: Part, others: tuple[Select[Any], ...] = ()) -> Ask:
    """What fetches those calls with those parts, and *others* beside them. It is made once: making it takes longer than
    running it."""
    whole = _CALLS.where(which(_C.id)), _SEGMENTS.where(which(_S.call_id))
    return together(*whole, *(k.query(which) for k in _kinds(parts).values()), *others)


@cache
def asking_more(parts: Part) -> Ask:
    """What fetches those parts of one call."""
    return together(*(k.query(this_call) for k in _kinds(parts).values()))


def records(tx: Tx, which: Theirs, parts: Part, **asked: object) -> list[Record]:
    """Those calls, earliest first, with the *parts* asked for; one statement."""
    return made(parts, asking(which, parts)(tx, asked))


def made(parts: Part, found: Sequence[Rows]) -> list[Record]:
    """The calls that were *found*, earliest first."""
    rows, segments, *others = found
    of: dict[str, list[Segment]] = defaultdict(list)
    for call_id, _, segment_id, title, audience, minutes, only, chatham in sorted(segments):
        of[call_id].append(Segment(segment_id, title, _heard_by(audience), minutes, words(only), bool(chatham)))
    records = sorted((_record(r, tuple(of[r[0]])) for r in rows), key=lambda r: (r.call.start, r.call.id))
    return filled(records, parts, others)


def filled(records: list[Record], parts: Part, found: Iterable[Rows]) -> list[Record]:
    """*records* with the parts whose rows were *found*."""
    if not parts:
        return records
    ids = [r.call.id for r in records]
    fields: dict[str, dict[str, Any]] = {call_id: {} for call_id in ids}
    for (name, kind), rows in zip(_kinds(parts).items(), found, strict=True):
        values = _by_call(kind.values(rows), ids)
        for call_id in ids:
            fields[call_id][name] = tuple(values[call_id])
    return [replace(r, **fields[r.call.id]) for r in records]


def _record(row: Sequence[Any], segments: tuple[Segment, ...]) -> Record:
    (
        call_id, series_id, title, kind, state, start, only,
        started, ended, segment_id, item, cleared,
        segment_at, item_at, shut_at, moved_at, moved_by, scribe, late,
        circulated, window_ends, approved, early,
        sent, adopts, adopted, changed,
    ) = row  # fmt: skip
    live = None if started is None else Live(
        started, segment_id, item, cleared, ended, segment_at, item_at, shut_at, moved_at, moved_by
    )  # fmt: skip
    return Record(
        Call(call_id, title, _kind(kind), _state(state), start, segments, words(only), series_id, live, scribe, late),
        list=AttendeeList(circulated, window_ends, approved, early, changed),
        minutes=Minutes(sent, adopts, adopted),
    )


def _by_call(values: Iterable[V], call_ids: Collection[str]) -> dict[str, list[V]]:
    """*values* by call; one without a call stands with every one."""
    found: dict[str, list[V]] = defaultdict(list)
    for value in values:
        own = value.call_id  # type: ignore[attr-defined]
        for call_id in call_ids if own is None else (own,):
            found[call_id].append(value)
    return found
