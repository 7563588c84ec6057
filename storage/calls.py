"""Owns the queries of calls and of everything known of them: a ``Record`` a call, as ``bot.audience`` takes it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import Flag, StrEnum, auto
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from bot.agenda import ItemState
from bot.attendees import AdmissionState, AttendeeList
from bot.audience import Record
from bot.calls import Call, CallKind, CallState, Live, Segment
from bot.minutes import Minutes
from bot.participants import ParticipantKind, Reader
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
    these_calls,
    this_call,
    words,
)
from storage.prepared import Prepared
from storage.store import Tx, insert_into
from storage.tables import AdmissionRow, AgendaItemRow, CallRow, EarlierDateRow, ListChangeRow, SegmentRow, columns
from storage.together import Ask, Rows, together
from storage.values import reads

_C = columns(CallRow)
_S = columns(SegmentRow)
_E = columns(EarlierDateRow)
_A = columns(AdmissionRow)

OVERRUN = timedelta(days=1)
"""A call that began within the last day may still be running, or be about to be recorded."""
MOST_UPCOMING = 40


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


def one(tx: Tx, call_id: str, parts: Part = Part.NONE, reader: str = "") -> Record | None:
    """The call with that id."""
    found = _records(tx, this_call, parts, call_id=call_id, reader=reader)
    return found[0] if found else None


def many(tx: Tx, call_ids: Iterable[str], parts: Part = Part.NONE) -> list[Record]:
    """The calls with those ids, earliest first."""
    ids = list(call_ids)
    if len(ids) == 1:
        return _records(tx, this_call, parts, call_id=ids[0])
    return _records(tx, these_calls, parts, call_ids=ids) if ids else []


def with_parts(tx: Tx, record: Record, parts: Part) -> Record:
    """*record* with those parts of its call too."""
    return _filled([record], parts, _asking_more(parts)(tx, {"call_id": record.call.id}))[0]


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
    reach, asked = _reach(whose)
    which = _UPCOMING_OR_DRAFT if drafts else _UPCOMING[reach]
    return _records(tx, which, parts, since=now - OVERRUN, most=most, **asked)


def upcoming_beside(
    tx: Tx, now: datetime, parts: Part, others: tuple[Select[Any], ...], asked: Mapping[str, object]
) -> tuple[list[Record], list[Rows]]:
    """The calls of ``upcoming`` with drafts, and the rows of *others*, whose parameters are *asked*; one statement."""
    since = {"since": now - OVERRUN, "most": MOST_UPCOMING}
    found = _asking(_UPCOMING_OR_DRAFT, parts, others)(tx, {**asked, **since})
    at = len(found) - len(others)
    return _made(parts, found[:at]), found[at:]


def past(
    tx: Tx, now: datetime, parts: Part = Part.NONE, *, most: int = 12, whose: Reader | None = None
) -> list[Record]:
    """Calls announced that have begun, and held ones (one may be held before its time), latest first; *whose* as
    ``upcoming`` has it."""
    reach, asked = _reach(whose)
    return _records(tx, _BEGUN[reach], parts, until=now, most=most, **asked)[::-1]


def running(tx: Tx, parts: Part = Part.NONE) -> list[Record]:
    """The calls that run now, earliest first."""
    return _records(tx, _RUNNING, parts)


def ran_beside(
    tx: Tx, at: datetime, others: tuple[Select[Any], ...], asked: Mapping[str, object]
) -> tuple[list[Record], list[Rows]]:
    """The calls that ran at *at* (UTC), whether or not they still do, and the rows of *others*, whose parameters are
    *asked*; one statement."""
    found = _asking(_RAN, Part.NONE, others)(tx, {**asked, "at": at})
    kept = len(found) - len(others)
    return _made(Part.NONE, found[:kept]), found[kept:]


def around(tx: Tx, since: datetime, until: datetime, parts: Part = Part.NONE, reader: str = "") -> list[Record]:
    """Calls of any state that start between *since* and *until*, or once were to; earliest first."""
    return _records(tx, _AROUND, parts, since=since, until=until, reader=reader)


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
    reach, asked = _reach(whose)
    return _records(tx, _LISTED_OR_DRAFT if drafts else _LISTED[reach], parts, since=since, most=most, **asked)


def all_since(tx: Tx, since: datetime, parts: Part = Part.NONE, *, drafts: bool = False, whose: Reader) -> list[Record]:
    """Every call announced or held (and drafts) that starts from *since* on and may be that reader's, earliest first,
    however many."""
    reach, asked = _reach(whose)
    return _records(tx, _ALL_SINCE_OR_DRAFT if drafts else _ALL_SINCE[reach], parts, since=since, **asked)


def awaited(
    tx: Tx, since: datetime, call_ids: Collection[str], parts: Part = Part.NONE, *, drafts: bool = False
) -> list[Record]:
    """Calls announced or held (and drafts) that start from *since* on, and whatever the ids name, earliest first."""
    which = _AWAITED_OR_DRAFT if drafts else _AWAITED
    return _records(tx, which, parts, since=since, call_ids=list(call_ids))


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


def _those(*conditions: ColumnElement[bool]) -> Theirs:
    """The calls for which *conditions* hold."""
    return _in(select(_C.id).where(*conditions))


def _first(*conditions: ColumnElement[bool], latest: bool = False) -> Theirs:
    """Only the ``most`` first (or latest) of the calls for which *conditions* hold."""
    order = (_C.start.desc(), _C.id.desc()) if latest else (_C.start, _C.id)
    return _in(select(_C.id).where(*conditions).order_by(*order).limit(bindparam("most", type_=Integer)))


def _in(ids: Select[Any]) -> Theirs:
    """The calls with those *ids*, which the statement looks for once."""
    meant = ids.cte("meant")
    return lambda call_id: call_id.in_(select(meant.c.id))


def _is(*states: CallState) -> ColumnElement[bool]:
    """Whether a call is in one of *states*; written out, as a list would be spelt anew each time."""
    return or_(*(_C.state == state for state in states))


_SINCE: BindParameter[Any] = bindparam("since")
_UNTIL: BindParameter[Any] = bindparam("until")
_TOLD = _is(CallState.ANNOUNCED, CallState.HELD)
_TOLD_OR_DRAFT = _is(CallState.ANNOUNCED, CallState.HELD, CallState.DRAFT)


class _Reach(StrEnum):
    """Whose calls are meant: everybody's, one Agency's, one guest's, or the one that somebody was brought to."""

    ALL = "all"
    AGENCY = "agency"
    GUEST = "guest"
    PROXY = "proxy"


_OWN: BindParameter[str] = bindparam("own", type_=String)


def _named(only: Any) -> ColumnElement[bool]:
    """Whether a column of organisations names the reader's, or nobody and so everybody."""
    return or_(only == "", (" " + only + " ").like("% " + _OWN + " %"))


_MAY_BE: Mapping[_Reach, ColumnElement[bool]] = {
    _Reach.ALL: true(),
    _Reach.AGENCY: and_(_named(_C.only), exists(select(_S.id).where(_S.call_id == _C.id, _named(_S.only)))),
    _Reach.GUEST: exists(
        select(_A.segment_id).where(
            _A.call_id == _C.id, _A.contact_id == bindparam("reader"), _A.state == AdmissionState.APPROVED
        )
    ),
    _Reach.PROXY: _C.id == bindparam("only_call", type_=String),
}
"""Whether a call may be a reader's at all, as far as one statement knows; never narrower than ``audience``."""


def _reach(whose: Reader | None) -> tuple[_Reach, dict[str, object]]:
    """Which calls are looked through for *whose*, None: for nobody in particular; and what is asked with that."""
    if whose is None or whose.secretariat:
        return _Reach.ALL, {"reader": whose.contact_id if whose else ""}
    asked: dict[str, object] = {"reader": whose.contact_id, "own": whose.participant_id, "only_call": whose.only_call}
    if whose.is_proxy:
        return _Reach.PROXY, asked
    return _Reach.AGENCY if whose.kind is ParticipantKind.AGENCY else _Reach.GUEST, asked


def _first_of_each(*conditions: ColumnElement[bool], latest: bool = False) -> Mapping[_Reach, Theirs]:
    """``_first``, for each reach."""
    return {reach: _first(may_be, *conditions, latest=latest) for reach, may_be in _MAY_BE.items()}


_UPCOMING = _first_of_each(_is(CallState.ANNOUNCED), _C.start > _SINCE)
_UPCOMING_OR_DRAFT = _first(_is(CallState.ANNOUNCED, CallState.DRAFT), _C.start > _SINCE)
_LISTED = _first_of_each(_TOLD, _C.start >= _SINCE)
_LISTED_OR_DRAFT = _first(_TOLD_OR_DRAFT, _C.start >= _SINCE)
_ALL_SINCE = {reach: _those(may_be, _TOLD, _C.start >= _SINCE) for reach, may_be in _MAY_BE.items()}
_ALL_SINCE_OR_DRAFT = _those(_TOLD_OR_DRAFT, _C.start >= _SINCE)
_AWAITED = _those(or_(and_(_TOLD, _C.start >= _SINCE), these_calls(_C.id)))
_AWAITED_OR_DRAFT = _those(or_(and_(_TOLD_OR_DRAFT, _C.start >= _SINCE), these_calls(_C.id)))
_BEGUN = _first_of_each(_TOLD, or_(_C.start <= _UNTIL, _C.state == CallState.HELD), latest=True)
_RUNNING = _those(_C.live_started_at.is_not(None), _C.live_ended_at.is_(None), _is(CallState.ANNOUNCED))
_AT: BindParameter[Any] = bindparam("at")
RAN: Select[Any] = select(_C.id).where(
    _C.live_started_at <= _AT, or_(_C.live_ended_at.is_(None), _C.live_ended_at >= _AT)
)
"""The ids of the calls that ran at ``at``."""
_RAN = _in(RAN)
_AROUND = _those(
    or_(
        and_(_C.start >= _SINCE, _C.start < _UNTIL),
        _C.id.in_(select(_E.call_id).where(_E.start >= _SINCE, _E.start < _UNTIL)),
    )
)
_OF_SERIES = _those(_C.series_id == bindparam("series_id"))

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
def _asking(which: Theirs, parts: Part, others: tuple[Select[Any], ...] = ()) -> Ask:
    """What fetches those calls with those parts, and *others* beside them. It is made once: making it takes longer than
    running it."""
    whole = _CALLS.where(which(_C.id)), _SEGMENTS.where(which(_S.call_id))
    return together(*whole, *(k.query(which) for k in _kinds(parts).values()), *others)


@cache
def _asking_more(parts: Part) -> Ask:
    """What fetches those parts of one call."""
    return together(*(k.query(this_call) for k in _kinds(parts).values()))


def _records(tx: Tx, which: Theirs, parts: Part, **asked: object) -> list[Record]:
    """Those calls, earliest first, with the *parts* asked for; one statement."""
    return _made(parts, _asking(which, parts)(tx, asked))


def _made(parts: Part, found: Sequence[Rows]) -> list[Record]:
    """The calls that were *found*, earliest first."""
    rows, segments, *others = found
    of: dict[str, list[Segment]] = defaultdict(list)
    for call_id, _, segment_id, title, audience, minutes, only, chatham in sorted(segments):
        of[call_id].append(Segment(segment_id, title, _heard_by(audience), minutes, words(only), bool(chatham)))
    records = sorted((_record(r, tuple(of[r[0]])) for r in rows), key=lambda r: (r.call.start, r.call.id))
    return _filled(records, parts, others)


def _filled(records: list[Record], parts: Part, found: Iterable[Rows]) -> list[Record]:
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
