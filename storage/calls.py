"""Owns the queries of calls and of everything known of them: a ``Record`` a call, as ``bot.audience`` takes it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Flag, auto
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    delete,
    insert,
    or_,
    select,
    update,
)

from bot.agenda import ItemState
from bot.attendees import AttendeeList
from bot.audience import Record
from bot.calls import Call, CallKind, CallState, Live, Segment
from bot.minutes import Minutes
from bot.topics import AudienceKind
from storage.call_parts import actions_of, admissions_of, attendance_of, items_of, lines_of, objections_to, words
from storage.store import Tx, insert_into
from storage.tables import AdmissionRow, AgendaItemRow, CallRow, EarlierDateRow, SegmentRow, columns

_C = columns(CallRow)
_S = columns(SegmentRow)
_E = columns(EarlierDateRow)
_A = columns(AdmissionRow)

OVERRUN = timedelta(days=1)
"""A call that began within the last day may still be running, or be about to be recorded."""


class Part(Flag):
    """What of a call is fetched beside the call and its segments; each is one statement (LIST: two)."""

    NONE = 0
    LIST = auto()
    ITEMS = auto()
    LINES = auto()
    ACTIONS = auto()
    ATTENDANCE = auto()


def one(tx: Tx, call_id: str, parts: Part = Part.NONE) -> Record | None:
    """The call with that id."""
    found = _records(tx, _ONE, parts, call_id=call_id)
    return found[0] if found else None


def many(tx: Tx, call_ids: Iterable[str], parts: Part = Part.NONE) -> list[Record]:
    """The calls with those ids, earliest first."""
    ids = list(call_ids)
    if len(ids) == 1:
        return _records(tx, _ONE, parts, call_id=ids[0])
    return _records(tx, _MANY, parts, call_ids=ids) if ids else []


def upcoming(tx: Tx, now: datetime, parts: Part = Part.NONE, *, drafts: bool = False, most: int = 40) -> list[Record]:
    """Calls announced (and drafts) that have not ended, earliest first; those that began within the last day count."""
    return _records(tx, _UPCOMING_OR_DRAFT if drafts else _UPCOMING, parts, since=now - OVERRUN, most=most)


def past(tx: Tx, now: datetime, parts: Part = Part.NONE, *, most: int = 12) -> list[Record]:
    """Calls announced that have begun, and held ones (one may be held before its time), latest first."""
    return _records(tx, _BEGUN, parts, states=_TOLD, until=now, most=most)[::-1]


def running(tx: Tx) -> list[Record]:
    """The calls that run now, earliest first."""
    return _records(tx, _RUNNING, Part.NONE)


def around(tx: Tx, since: datetime, until: datetime, parts: Part = Part.NONE) -> list[Record]:
    """Calls of any state that start between *since* and *until*, or once were to; earliest first."""
    return _records(tx, _AROUND, parts, since=since, until=until)


def titled(tx: Tx, title: str, parts: Part = Part.NONE) -> list[Record]:
    """Calls of any state with exactly that title, earliest first."""
    return _records(tx, _TITLED, parts, title=title)


def of_series(tx: Tx, series_id: str, parts: Part = Part.NONE) -> list[Record]:
    """The calls of a series, earliest first."""
    return _records(tx, _OF_SERIES, parts, series_id=series_id)


def earlier_dates(tx: Tx, call_ids: Iterable[str]) -> dict[str, list[tuple[datetime, datetime]]]:
    """For each moved call the starts it was told under before, each with the moment it was moved."""
    rows = tx.execute(
        select(_E.call_id, _E.start, _E.moved_at).where(_E.call_id.in_(list(call_ids))).order_by(_E.start)
    )
    found: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for row in rows:
        found[row.call_id].append((row.start, row.moved_at))
    return found


def listed(tx: Tx, since: datetime, parts: Part = Part.NONE, *, drafts: bool = False, most: int = 60) -> list[Record]:
    """Calls announced or held (and drafts) that start from *since* on, earliest first."""
    states = [*_TOLD, *([CallState.DRAFT] if drafts else [])]
    return _records(tx, _LISTED, parts, states=states, since=since, most=most)


def awaited(
    tx: Tx, since: datetime, call_ids: Collection[str], parts: Part = Part.NONE, *, drafts: bool = False
) -> list[Record]:
    """Calls announced or held (and drafts) that start from *since* on, and whatever the ids name, earliest first."""
    states = [*_TOLD, *([CallState.DRAFT] if drafts else [])]
    return _records(tx, _AWAITED, parts, states=states, since=since, call_ids=list(call_ids))


@dataclass(frozen=True, slots=True)
class Named:
    """What a call is named by."""

    id: str
    title: str
    start: datetime
    state: CallState


def not_cancelled_between(tx: Tx, since: datetime, until: datetime) -> list[Named]:
    """The calls that start from *since* to before *until* and are not cancelled, earliest first."""
    query = select(_C.id, _C.title, _C.start, _C.state).where(_C.start >= since, _C.start < until)
    rows = tx.execute(query.where(_C.state != CallState.CANCELLED).order_by(_C.start, _C.id))
    return [Named(row.id, row.title, row.start, CallState(row.state)) for row in rows]


def cancelled_because(tx: Tx, call_id: str) -> str:
    """What the secretariat gave as the reason of a cancellation, for Agencies; empty where it gave none."""
    return tx.execute(select(_C.cancelled_because).where(_C.id == call_id)).scalar() or ""


def ahead_of_series(tx: Tx, series_ids: Collection[str], now: datetime) -> dict[str, list[Named]]:
    """By series, its calls that start after *now* and are not cancelled, earliest first."""
    query = select(_C.series_id, _C.id, _C.title, _C.start, _C.state).where(_C.series_id.in_(list(series_ids)))
    found: dict[str, list[Named]] = defaultdict(list)
    ahead = query.where(_C.start > now, _C.state != CallState.CANCELLED).order_by(_C.start, _C.id)
    for row in tx.execute(ahead):
        found[row.series_id].append(Named(row.id, row.title, row.start, CallState(row.state)))
    return found


def insert_call(tx: Tx, call: Call, created_at: datetime) -> None:
    """Writes a new call with its segments."""
    insert_calls(tx, [call], created_at)


def insert_calls(tx: Tx, calls: Sequence[Call], created_at: datetime) -> None:
    """Writes new calls with their segments, in two statements."""
    tx.execute(
        insert(CallRow),
        [
            {
                "id": c.id, "series_id": c.series_id, "title": c.title, "kind": c.kind, "state": c.state,
                "start": c.start, "only": joined(c.only), "created_at": created_at,
            }
            for c in calls
        ],
    )  # fmt: skip
    tx.execute(insert(SegmentRow), [row for c in calls for row in _segment_rows(c)])


def update_call(tx: Tx, call_id: str, **columns: object) -> None:
    """Sets columns of a call (names as in ``CallRow``)."""
    tx.execute(update(CallRow).where(_C.id == call_id).values(**columns))


def cancel_calls(tx: Tx, call_ids: Collection[str], because: str = "") -> None:
    """Those calls are cancelled, in one statement."""
    values = {"state": CallState.CANCELLED, "cancelled_because": because}
    tx.execute(update(CallRow).where(_C.id.in_(list(call_ids))).values(**values))


def free_items(tx: Tx, call_ids: Collection[str]) -> None:
    """What stood on the agendas of those calls is deferred, so that it comes back; what was only proposed for them
    goes into the pool, but for a call of named organisations: it is theirs, and stays with that call."""
    t = columns(AgendaItemRow)
    stood = t.state == ItemState.ACCEPTED
    theirs = select(_C.only).where(_C.id == t.call_id).scalar_subquery() != ""
    tx.execute(
        update(AgendaItemRow)
        .where(t.call_id.in_(list(call_ids)), t.state.in_([ItemState.ACCEPTED, ItemState.PROPOSED]))
        .values(
            segment_id=None, state=case((stood, ItemState.DEFERRED), else_=t.state),
            call_id=case((or_(stood, theirs), t.call_id), else_=None),
        )
    )  # fmt: skip


def take_off(tx: Tx, segment_id: str, contact_ids: Collection[str]) -> None:
    """Those people are not on the list of that segment any longer."""
    tx.execute(delete(AdmissionRow).where(_A.segment_id == segment_id, _A.contact_id.in_(list(contact_ids))))


def rewrite_segments(tx: Tx, call: Call, gone: Collection[str] = ()) -> None:
    """Makes the segments of a call those of *call*, in its order. With those *gone* go the names on their lists; their
    items stay on the agenda without a place."""
    if gone:
        items = columns(AgendaItemRow)
        tx.execute(delete(AdmissionRow).where(_A.call_id == call.id, _A.segment_id.in_(list(gone))))
        tx.execute(update(AgendaItemRow).where(items.segment_id.in_(list(gone))).values(segment_id=None))
    tx.execute(delete(SegmentRow).where(_S.call_id == call.id))
    tx.execute(insert(SegmentRow), _segment_rows(call))


def remember_earlier_date(tx: Tx, call_id: str, start: datetime, moved_at: datetime) -> None:
    """Keeps the date that a moved call was told under."""
    row = insert_into(tx, EarlierDateRow).values(call_id=call_id, start=start, moved_at=moved_at)
    tx.execute(row.on_conflict_do_nothing())


def joined(ids: Iterable[str]) -> str:
    """A set of ids as one column holds it."""
    return " ".join(sorted(ids))


def _segment_rows(call: Call) -> list[dict[str, object]]:
    return [
        {
            "id": s.id, "call_id": call.id, "position": at, "title": s.title,
            "audience": s.audience, "minutes": s.minutes, "only": joined(s.only),
        }
        for at, s in enumerate(call.segments)
    ]  # fmt: skip


_CALL = [
    _C[name]
    for name in (
        "id", "series_id", "title", "kind", "state", "start", "only",
        "live_started_at", "live_ended_at", "live_segment_id", "live_item", "live_cleared",
        "list_circulated_at", "list_window_ends_at", "list_approved_at", "list_early", "list_changed",
        "minutes_sent_at", "minutes_adopts_at", "minutes_adopted_at",
    )
]  # fmt: skip

_SPLIT = len(_CALL)

# Statements are made once: making one takes longer than running it (`make bench`, row 2).
_TOLD = [CallState.ANNOUNCED, CallState.HELD]
_WHOLE = (
    select(*_CALL, *(_S[name].label(f"s_{name}") for name in ("id", "title", "audience", "minutes", "only")))
    .join(SegmentRow, _S.call_id == _C.id)
    .order_by(_C.start, _C.id, _S.position)
)
_STATES = _C.state.in_(bindparam("states", expanding=True))
_SINCE: BindParameter[Any] = bindparam("since")
_UNTIL: BindParameter[Any] = bindparam("until")


def _first(*conditions: ColumnElement[bool], latest: bool = False) -> Select[Any]:
    """The calls for which *conditions* hold with their segments, only the ``most`` first (or latest) of them."""
    order = (_C.start.desc(), _C.id.desc()) if latest else (_C.start, _C.id)
    return _WHOLE.where(
        _C.id.in_(select(_C.id).where(*conditions).order_by(*order).limit(bindparam("most", type_=Integer)))
    )


_ONE = _WHOLE.where(_C.id == bindparam("call_id"))
_MANY = _WHOLE.where(_C.id.in_(bindparam("call_ids", expanding=True)))
_UPCOMING = _first(_C.state == CallState.ANNOUNCED, _C.start > _SINCE)
_UPCOMING_OR_DRAFT = _first(_C.state.in_([CallState.ANNOUNCED, CallState.DRAFT]), _C.start > _SINCE)
_LISTED = _first(_STATES, _C.start >= _SINCE)
_AWAITED = _WHOLE.where(
    or_(and_(_STATES, _C.start >= _SINCE), _C.id.in_(bindparam("call_ids", expanding=True)))
)  # fmt: skip
_BEGUN = _first(_STATES, or_(_C.start <= _UNTIL, _C.state == CallState.HELD), latest=True)
_RUNNING = _WHOLE.where(
    _C.live_started_at.is_not(None), _C.live_ended_at.is_(None), _C.state == CallState.ANNOUNCED
)  # fmt: skip
_AROUND = _WHOLE.where(
    or_(
        and_(_C.start >= _SINCE, _C.start < _UNTIL),
        _C.id.in_(select(_E.call_id).where(_E.start >= _SINCE, _E.start < _UNTIL)),
    )
)
_TITLED = _WHOLE.where(_C.title == bindparam("title"))
_OF_SERIES = _WHOLE.where(_C.series_id == bindparam("series_id"))

V = TypeVar("V")


def _records(tx: Tx, query: Select[Any], parts: Part, **asked: object) -> list[Record]:
    """The calls of a query made from ``_WHOLE``, with the *parts* asked for."""
    found: dict[str, tuple[Any, list[Segment]]] = {}
    for row in tx.execute(query, asked).all():
        segment_id, title, audience, minutes, only = row[_SPLIT:]
        segment = Segment(segment_id, title, AudienceKind(audience), minutes, words(only))
        found.setdefault(row[0], (row, []))[1].append(segment)
    return _with_parts(tx, [_record(row, tuple(segments)) for row, segments in found.values()], parts)


def _with_parts(tx: Tx, records: list[Record], parts: Part) -> list[Record]:
    if not records or not parts:
        return records
    ids = [r.call.id for r in records]
    admissions = _by_call(admissions_of(tx, ids)) if Part.LIST in parts else {}
    objections = objections_to(tx, ids) if Part.LIST in parts else []
    items = _by_call(items_of(tx, ids)) if Part.ITEMS in parts else {}
    lines = _by_call(lines_of(tx, ids)) if Part.LINES in parts else {}
    actions = _by_call(actions_of(tx, ids)) if Part.ACTIONS in parts else {}
    attendance = _by_call(attendance_of(tx, ids)) if Part.ATTENDANCE in parts else {}
    return [
        replace(
            record,
            admissions=tuple(admissions.get(record.call.id, ())),
            objections=tuple(o for o in objections if o.call_id in (None, record.call.id)),
            items=tuple(items.get(record.call.id, ())),
            lines=tuple(lines.get(record.call.id, ())),
            attendance=tuple(attendance.get(record.call.id, ())),
            actions=tuple(actions.get(record.call.id, ())),
        )
        for record in records
    ]


def _record(row: Any, segments: tuple[Segment, ...]) -> Record:
    (
        call_id, series_id, title, kind, state, start, only,
        started, ended, segment_id, item, cleared,
        circulated, window_ends, approved, early, changed,
        sent, adopts, adopted,
    ) = row[:_SPLIT]  # fmt: skip
    live = None if started is None else Live(started, segment_id, item, cleared, ended)
    return Record(
        Call(call_id, title, CallKind(kind), CallState(state), start, segments, words(only), series_id, live),
        list=AttendeeList(circulated, window_ends, approved, early, changed),
        minutes=Minutes(sent, adopts, adopted),
    )


def _by_call(values: Iterable[V]) -> dict[str, list[V]]:
    found: dict[str, list[V]] = defaultdict(list)
    for value in values:
        found[value.call_id].append(value)  # type: ignore[attr-defined]
    return found
