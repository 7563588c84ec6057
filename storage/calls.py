"""Owns the queries of calls and of everything known of them: a ``Record`` a call, as ``bot.audience`` takes it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Flag, auto
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, delete, insert, or_, select, update

from bot.actions import ActionItem, ActionState
from bot.agenda import AgendaItem, ItemState
from bot.attendees import Admission, AdmissionState, AttendeeList
from bot.audience import Record
from bot.calls import Call, CallKind, CallState, Live, Segment
from bot.confidentiality import Tlp
from bot.minutes import Attendance, LineKind, MinuteEntry, Minutes
from bot.objections import Objection
from bot.topics import AudienceKind
from storage.store import Tx
from storage.tables import (
    ActionItemRow,
    AdmissionRow,
    AgendaItemRow,
    AttendanceRow,
    CallRow,
    EarlierDateRow,
    MinuteEntryRow,
    ObjectionRow,
    SegmentRow,
    columns,
)

_C = columns(CallRow)
_S = columns(SegmentRow)
_E = columns(EarlierDateRow)
_A = columns(AdmissionRow)
_O = columns(ObjectionRow)

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
    found = _with_parts(tx, _joined(tx, _C.id == call_id), parts)
    return found[0] if found else None


def many(tx: Tx, call_ids: Iterable[str], parts: Part = Part.NONE) -> list[Record]:
    """The calls with those ids, earliest first."""
    ids = list(call_ids)
    return _with_parts(tx, _joined(tx, _C.id.in_(ids)), parts) if ids else []


def upcoming(tx: Tx, now: datetime, parts: Part = Part.NONE, *, drafts: bool = False, most: int = 40) -> list[Record]:
    """Calls announced (and drafts) that have not ended, earliest first; those that began within the last day count."""
    states = [CallState.ANNOUNCED, *([CallState.DRAFT] if drafts else [])]
    query = select(*_CALL).where(_C.state.in_(states), _C.start > now - OVERRUN).order_by(_C.start, _C.id).limit(most)
    return _records(tx, query, parts)


def past(tx: Tx, now: datetime, parts: Part = Part.NONE, *, most: int = 12) -> list[Record]:
    """Calls announced or held that have begun, latest first."""
    states = [CallState.ANNOUNCED, CallState.HELD]
    query = select(*_CALL).where(_C.state.in_(states), _C.start <= now).order_by(_C.start.desc(), _C.id).limit(most)
    return _records(tx, query, parts)


def running(tx: Tx) -> list[Record]:
    """The calls that run now, earliest first."""
    return _joined(
        tx, _C.live_started_at.is_not(None), _C.live_ended_at.is_(None), _C.state == CallState.ANNOUNCED
    )  # fmt: skip


def around(tx: Tx, since: datetime, until: datetime, parts: Part = Part.NONE) -> list[Record]:
    """Calls of any state that start between *since* and *until*, or once were to; earliest first."""
    told = select(_E.call_id).where(_E.start >= since, _E.start < until)
    query = select(*_CALL).where(or_(and_(_C.start >= since, _C.start < until), _C.id.in_(told)))
    return _records(tx, query.order_by(_C.start, _C.id), parts)


def titled(tx: Tx, title: str, parts: Part = Part.NONE) -> list[Record]:
    """Calls of any state with exactly that title, earliest first."""
    return _records(tx, select(*_CALL).where(_C.title == title).order_by(_C.start, _C.id), parts)


def of_series(tx: Tx, series_id: str, parts: Part = Part.NONE) -> list[Record]:
    """The calls of a series, earliest first."""
    return _records(tx, select(*_CALL).where(_C.series_id == series_id).order_by(_C.start, _C.id), parts)


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
    states = [CallState.ANNOUNCED, CallState.HELD, *([CallState.DRAFT] if drafts else [])]
    query = select(*_CALL).where(_C.state.in_(states), _C.start >= since).order_by(_C.start, _C.id).limit(most)
    return _records(tx, query, parts)


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
    goes into the pool."""
    t = columns(AgendaItemRow)
    of_calls = t.call_id.in_(list(call_ids))
    for state, values in (
        (ItemState.ACCEPTED, {"state": ItemState.DEFERRED, "segment_id": None}),
        (ItemState.PROPOSED, {"call_id": None, "segment_id": None}),
    ):
        tx.execute(update(AgendaItemRow).where(of_calls, t.state == state).values(**values))


def empty_segment(tx: Tx, segment_id: str) -> None:
    """Nobody is on the list of that segment any longer."""
    tx.execute(delete(AdmissionRow).where(_A.segment_id == segment_id))


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
    known = select(_E.call_id).where(_E.call_id == call_id, _E.start == start)
    if tx.execute(known).first() is None:
        tx.execute(insert(EarlierDateRow).values(call_id=call_id, start=start, moved_at=moved_at))


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

V = TypeVar("V")


def _records(tx: Tx, query: Select[Any], parts: Part) -> list[Record]:
    rows = tx.execute(query).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    segments: dict[str, list[Segment]] = defaultdict(list)
    columns = (_S.call_id, _S.id, _S.title, _S.audience, _S.minutes, _S.only)
    for s in tx.execute(select(*columns).where(_S.call_id.in_(ids)).order_by(_S.call_id, _S.position)):
        segments[s.call_id].append(
            Segment(s.id, s.title, AudienceKind(s.audience), s.minutes, frozenset(s.only.split()))
        )
    return _with_parts(tx, [_record(row, segments[row.id]) for row in rows], parts)


def _joined(tx: Tx, *conditions: ColumnElement[bool]) -> list[Record]:
    """The calls for which *conditions* hold, with their segments, earliest first, in one statement."""
    parts = [_S[name].label(f"s_{name}") for name in ("id", "title", "audience", "minutes", "only")]
    query = select(*_CALL, *parts).join(SegmentRow, _S.call_id == _C.id).where(*conditions)
    found: dict[str, tuple[Any, list[Segment]]] = {}
    for row in tx.execute(query.order_by(_C.start, _C.id, _S.position)):
        only = frozenset(row.s_only.split())
        segment = Segment(row.s_id, row.s_title, AudienceKind(row.s_audience), row.s_minutes, only)
        found.setdefault(row.id, (row, []))[1].append(segment)
    return [_record(row, segments) for row, segments in found.values()]


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


def _record(row: Any, segments: Iterable[Segment]) -> Record:
    return Record(
        _call(row, tuple(segments)),
        list=AttendeeList(
            row.list_circulated_at, row.list_window_ends_at, row.list_approved_at, row.list_early, row.list_changed
        ),
        minutes=Minutes(row.minutes_sent_at, row.minutes_adopts_at, row.minutes_adopted_at),
    )


def _call(row: Any, segments: tuple[Segment, ...]) -> Call:
    live = None
    if row.live_started_at is not None:
        live = Live(row.live_started_at, row.live_segment_id, row.live_item, row.live_cleared, row.live_ended_at)
    return Call(
        row.id, row.title, CallKind(row.kind), CallState(row.state), row.start, segments,
        frozenset(row.only.split()), row.series_id, live,
    )  # fmt: skip


def _by_call(values: Iterable[V]) -> dict[str, list[V]]:
    found: dict[str, list[V]] = defaultdict(list)
    for value in values:
        found[value.call_id].append(value)  # type: ignore[attr-defined]
    return found


def _of_calls(column: ColumnElement[Any], ids: Sequence[str]) -> ColumnElement[bool]:
    return column == ids[0] if len(ids) == 1 else column.in_(list(ids))


def admissions_of(tx: Tx, call_ids: Sequence[str]) -> list[Admission]:
    """The names on the lists of those calls, by segment and contact."""
    columns = [_A[name] for name in Admission.__slots__]
    rows = tx.execute(select(*columns).where(_of_calls(_A.call_id, call_ids)).order_by(_A.segment_id, _A.contact_id))
    return [
        Admission(
            r.call_id, r.segment_id, r.contact_id, r.participant_id, AdmissionState(r.state),
            r.circulated_at, r.approved_at, r.chosen,
        )
        for r in rows
    ]  # fmt: skip


def objections_to(tx: Tx, call_ids: Sequence[str]) -> list[Objection]:
    """The objections to those calls and the standing ones, withdrawn ones too (they count for calls that ended before);
    oldest first."""
    columns = [_O[name] for name in Objection.__slots__]
    rows = tx.execute(
        select(*columns)
        .where(or_(_O.call_id.is_(None), _of_calls(_O.call_id, call_ids)))
        .order_by(_O.raised_at, _O.reference)
    )
    return [to_objection(r) for r in rows]


def to_objection(row: Any) -> Objection:
    values = dict(row._mapping)
    return Objection(**{**values, "segment_ids": frozenset(values["segment_ids"].split())})


def items_of(tx: Tx, call_ids: Sequence[str]) -> list[AgendaItem]:
    """The proposals and items of those calls, by place, then oldest first."""
    t = columns(AgendaItemRow)
    rows = tx.execute(
        select(*(t[name] for name in AgendaItem.__slots__))
        .where(_of_calls(t.call_id, call_ids))
        .order_by(t.position, t.created_at, t.reference)
    )
    return [to_item(r) for r in rows]


def to_item(row: Any) -> AgendaItem:
    values = dict(row._mapping)
    kinds = {
        "audience": AudienceKind(values["audience"]),
        "label": Tlp(values["label"]),
        "state": ItemState(values["state"]),
    }
    return AgendaItem(**{**values, **kinds})


def lines_of(tx: Tx, call_ids: Sequence[str]) -> list[MinuteEntry]:
    """The lines of those calls' minutes in the order of entry."""
    t = columns(MinuteEntryRow)
    rows = tx.execute(
        select(*(t[name] for name in MinuteEntry.__slots__))
        .where(_of_calls(t.call_id, call_ids))
        .order_by(t.entered_at, t.reference)
    )
    return [to_line(r) for r in rows]


def to_line(row: Any) -> MinuteEntry:
    kinds = {"kind": LineKind(row.kind), "label": Tlp(row.label), "held_by": frozenset(row.held_by.split())}
    return MinuteEntry(**{**row._mapping, **kinds})


def actions_of(tx: Tx, call_ids: Sequence[str]) -> list[ActionItem]:
    """The actions given in those calls, by due date."""
    t = columns(ActionItemRow)
    rows = tx.execute(
        select(*(t[name] for name in ActionItem.__slots__))
        .where(_of_calls(t.call_id, call_ids))
        .order_by(t.due, t.reference)
    )
    return [to_action(r) for r in rows]


def to_action(row: Any) -> ActionItem:
    return ActionItem(**{**row._mapping, "state": ActionState(row.state)})


def attendance_of(tx: Tx, call_ids: Sequence[str]) -> list[Attendance]:
    """Who was there, in the order of arrival."""
    t = columns(AttendanceRow)
    rows = tx.execute(
        select(t.call_id, t.segment_id, t.participant_id, t.at)
        .where(_of_calls(t.call_id, call_ids))
        .order_by(t.at, t.participant_id)
    )
    return [Attendance(*r) for r in rows]
