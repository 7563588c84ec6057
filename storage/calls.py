"""Owns the queries of calls: found, written, counted; which are meant is ``call_choice``'s, what is fetched of each
``call_records``'."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, delete, func, insert, or_, select, update

from bot.agenda import ItemState
from bot.audience import Record
from bot.calls import Call, CallState
from bot.participants import Reader
from storage.call_choice import (
    ALL_SINCE,
    ALL_SINCE_OR_DRAFT,
    AROUND,
    AWAITED,
    AWAITED_OR_DRAFT,
    BEGUN,
    LISTED,
    LISTED_OR_DRAFT,
    OF_SERIES,
    RUNNING,
    THAT_RAN,
    UPCOMING,
    UPCOMING_OR_DRAFT,
    reach_of,
)
from storage.call_parts import these_calls, this_call
from storage.call_records import Part as Part
from storage.call_records import asking, asking_more, filled, made, records
from storage.prepared import Prepared
from storage.store import Tx, insert_into
from storage.tables import AdmissionRow, AgendaItemRow, CallRow, EarlierDateRow, SegmentRow, columns
from storage.together import Rows

_C = columns(CallRow)
_S = columns(SegmentRow)
_E = columns(EarlierDateRow)
_A = columns(AdmissionRow)

OVERRUN = timedelta(days=1)
"""A call that began within the last day may still be running, or be about to be recorded."""
MOST_UPCOMING = 40


def one(tx: Tx, call_id: str, parts: Part = Part.NONE, reader: str = "") -> Record | None:
    """The call with that id."""
    found = records(tx, this_call, parts, call_id=call_id, reader=reader)
    return found[0] if found else None


def many(tx: Tx, call_ids: Iterable[str], parts: Part = Part.NONE) -> list[Record]:
    """The calls with those ids, earliest first."""
    ids = list(call_ids)
    if len(ids) == 1:
        return records(tx, this_call, parts, call_id=ids[0])
    return records(tx, these_calls, parts, call_ids=ids) if ids else []


def with_parts(tx: Tx, record: Record, parts: Part) -> Record:
    """*record* with those parts of its call too."""
    return filled([record], parts, asking_more(parts)(tx, {"call_id": record.call.id}))[0]


def upcoming(
    tx: Tx,
    now: datetime,
    parts: Part = Part.NONE,
    *,
    drafts: bool = False,
    most: int = MOST_UPCOMING,
    whose: Reader | None = None,
) -> list[Record]:
    """Calls announced (and drafts) that have not ended, earliest first; those that began within the last day count.

    *whose*: only those that may be that reader's at all, so that no hidden ones take the places of theirs.
    """
    whom, asked = reach_of(whose)
    which = UPCOMING_OR_DRAFT if drafts else UPCOMING[whom]
    return records(tx, which, parts, since=now - OVERRUN, most=most, **asked)


def upcoming_beside(
    tx: Tx, now: datetime, parts: Part, others: tuple[Select[Any], ...], asked: Mapping[str, object]
) -> tuple[list[Record], list[Rows]]:
    """The calls of ``upcoming`` with drafts, and the rows of *others*, whose parameters are *asked*; one statement."""
    since = {"since": now - OVERRUN, "most": MOST_UPCOMING}
    found = asking(UPCOMING_OR_DRAFT, parts, others)(tx, {**asked, **since})
    at = len(found) - len(others)
    return made(parts, found[:at]), found[at:]


def past(
    tx: Tx, now: datetime, parts: Part = Part.NONE, *, most: int = 12, whose: Reader | None = None
) -> list[Record]:
    """Calls announced that have begun, and held ones (one may be held before its time), latest first; *whose* as
    ``upcoming`` has it."""
    whom, asked = reach_of(whose)
    return records(tx, BEGUN[whom], parts, until=now, most=most, **asked)[::-1]


def running(tx: Tx, parts: Part = Part.NONE) -> list[Record]:
    """The calls that run now, earliest first."""
    return records(tx, RUNNING, parts)


def ran_beside(
    tx: Tx, at: datetime, others: tuple[Select[Any], ...], asked: Mapping[str, object]
) -> tuple[list[Record], list[Rows]]:
    """The calls that ran at *at* (UTC), whether or not they still do, and the rows of *others*, whose parameters are
    *asked*; one statement."""
    found = asking(THAT_RAN, Part.NONE, others)(tx, {**asked, "at": at})
    kept = len(found) - len(others)
    return made(Part.NONE, found[:kept]), found[kept:]


def around(tx: Tx, since: datetime, until: datetime, parts: Part = Part.NONE, reader: str = "") -> list[Record]:
    """Calls of any state that start between *since* and *until*, or once were to; earliest first."""
    return records(tx, AROUND, parts, since=since, until=until, reader=reader)


def of_series(tx: Tx, series_id: str, parts: Part = Part.NONE) -> list[Record]:
    """The calls of a series, earliest first."""
    return records(tx, OF_SERIES, parts, series_id=series_id)


def earlier_dates(tx: Tx, call_ids: Iterable[str]) -> dict[str, list[tuple[datetime, datetime]]]:
    """For each moved call the starts it was told under before, each with the moment it was moved."""
    rows = tx.execute(
        select(_E.call_id, _E.start, _E.moved_at).where(_E.call_id.in_(list(call_ids))).order_by(_E.start)
    )
    found: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for row in rows:
        found[row.call_id].append((row.start, row.moved_at))
    return found


def listed(
    tx: Tx,
    since: datetime,
    parts: Part = Part.NONE,
    *,
    drafts: bool = False,
    most: int = 60,
    whose: Reader | None = None,
) -> list[Record]:
    """Calls announced or held (and drafts) that start from *since* on, earliest first; *whose* as ``upcoming`` has
    it."""
    whom, asked = reach_of(whose)
    return records(tx, LISTED_OR_DRAFT if drafts else LISTED[whom], parts, since=since, most=most, **asked)


def all_since(tx: Tx, since: datetime, parts: Part = Part.NONE, *, drafts: bool = False, whose: Reader) -> list[Record]:
    """Every call announced or held (and drafts) that starts from *since* on and may be that reader's, earliest first,
    however many."""
    whom, asked = reach_of(whose)
    return records(tx, ALL_SINCE_OR_DRAFT if drafts else ALL_SINCE[whom], parts, since=since, **asked)


def awaited(
    tx: Tx, since: datetime, call_ids: Collection[str], parts: Part = Part.NONE, *, drafts: bool = False
) -> list[Record]:
    """Calls announced or held (and drafts) that start from *since* on, and whatever the ids name, earliest first."""
    which = AWAITED_OR_DRAFT if drafts else AWAITED
    return records(tx, which, parts, since=since, call_ids=list(call_ids))


def told_since(tx: Tx, call_ids: Collection[str]) -> dict[str, tuple[datetime | None, datetime | None]]:
    """For each of those calls when it was announced, and when it was moved last."""
    moved = select(func.max(_E.moved_at)).where(_E.call_id == _C.id).scalar_subquery()
    rows = tx.execute(select(_C.id, _C.announced_at, moved).where(_C.id.in_(list(call_ids))))
    return {row[0]: (row[1], row[2]) for row in rows}


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


def not_cancelled_about(tx: Tx, days: Collection[date]) -> list[Named]:
    """The calls that start on one of those days (UTC) or the day before it and are not cancelled, earliest first."""
    a_day, moments = timedelta(days=1), [datetime.combine(day, time(), UTC) for day in sorted(set(days))]
    asked = {f"since{n}": at - a_day for n, at in enumerate(moments)}
    asked |= {f"until{n}": at + a_day for n, at in enumerate(moments)}
    return [Named(row[0], row[1], row[2], CallState(row[3])) for row in _about(len(moments)).rows(tx, **asked)]


@cache
def _about(days: int) -> Prepared:
    near = [and_(_C.start >= bindparam(f"since{n}"), _C.start < bindparam(f"until{n}")) for n in range(days)]
    query = select(_C.id, _C.title, _C.start, _C.state).where(or_(*near), _C.state != CallState.CANCELLED)
    return Prepared(query.order_by(_C.start, _C.id))


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
    _update_call(tuple(columns)).change(tx, which=call_id, **columns)


@cache
def _update_call(names: tuple[str, ...]) -> Prepared:
    values: dict[str, Any] = {name: bindparam(name, type_=_C[name].type) for name in names}
    return Prepared(update(CallRow).where(_C.id == bindparam("which")).values(**values))


def cancel_calls(tx: Tx, call_ids: Collection[str], because: str = "") -> None:
    """Those calls are cancelled, in one statement."""
    values = {"state": CallState.CANCELLED, "cancelled_because": because}
    tx.execute(update(CallRow).where(_C.id.in_(list(call_ids))).values(**values))


def free_items(tx: Tx, call_ids: Collection[str]) -> None:
    """What stood on the agendas of those calls is deferred, so that it comes back, but for the standing items: every
    call has its own. What was only proposed for them goes into the pool, but for a call of named organisations: it is
    theirs, and stays with that call."""
    t = columns(AgendaItemRow)
    stood = t.state == ItemState.ACCEPTED
    theirs = select(_C.only).where(_C.id == t.call_id).scalar_subquery() != ""
    tx.execute(
        update(AgendaItemRow)
        .where(t.call_id.in_(list(call_ids)), t.state.in_([ItemState.ACCEPTED, ItemState.PROPOSED]))
        .values(
            segment_id=None,
            state=case((and_(stood, t.standing), ItemState.DECLINED), (stood, ItemState.DEFERRED), else_=t.state),
            call_id=case((or_(stood, theirs), t.call_id), else_=None),
        )
    )  # fmt: skip


def take_off(tx: Tx, segment_id: str, contact_ids: Collection[str]) -> None:
    """Those people are not on the list of that segment any longer."""
    tx.execute(delete(AdmissionRow).where(_A.segment_id == segment_id, _A.contact_id.in_(list(contact_ids))))


def rewrite_segments(tx: Tx, call: Call) -> None:
    """Writes the segments of *call* as they are now, those that are new and those that were."""
    now = _segment_rows(call)
    rows = insert_into(tx, SegmentRow).values(now)
    changing = {name: rows.excluded[name] for name in now[0] if name != "id"}
    tx.execute(rows.on_conflict_do_update(index_elements=["id"], set_=changing))


def remove_segments(tx: Tx, segment_ids: Collection[str]) -> None:
    """Removes those segments with the names on their lists; their items stay on the agenda without a place."""
    if segment_ids:
        tx.execute(delete(SegmentRow).where(_S.id.in_(list(segment_ids))))


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
            "audience": s.audience, "minutes": s.minutes, "only": joined(s.only), "chatham": s.chatham,
        }
        for at, s in enumerate(call.segments)
    ]  # fmt: skip
