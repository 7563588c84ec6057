"""Owns the queries of bridges: which conference address a segment has been given, and who was led to which."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)

from bot import bridges
from bot.calls import Call, CallState
from bot.participants import ParticipantKind
from storage.store import Tx, insert_into
from storage.tables import (
    BridgeLedRow,
    BridgeRow,
    CallRow,
    ContactRow,
    ListBeforeRow,
    ParticipantRow,
    ProxyRow,
    SegmentRow,
    columns,
)

_B = columns(BridgeRow)
_L = columns(BridgeLedRow)
_K = columns(ContactRow)
_P = columns(ParticipantRow)
_C = columns(CallRow)
_S = columns(SegmentRow)
_T = columns(ListBeforeRow)

TAKEN_OFF, _NO_MARK = "taken off", literal("")

NEAR = timedelta(days=2)
"""Calls that start further away are over by then, or have not begun."""

_ON_PAPER = and_(_C.state == CallState.HELD, _C.live_started_at == _C.live_ended_at)
"""Whether a call was held without the bot: when that was entered tells nothing of when people hung up."""


@dataclass(frozen=True, slots=True)
class Led:
    """Somebody who was led to a bridge, by name, with their organisation; one who is no contact any more, too. If that
    was at another call, ``taken_off`` says whether they were taken off the list of this one."""

    url: str
    contact_id: str
    name: str
    participant_id: str
    organisation: str
    kind: ParticipantKind
    taken_off: bool = False


@dataclass(frozen=True, slots=True)
class Bridges:
    """The bridge of each segment of a call that has one, and who was led to which; ``elsewhere``: the guests and
    the proxies who were led to one at another call, and so know where it is; ``lingering``: who was led to one at a
    call that has just ended; ``meanwhile``: those on which people of other calls may be while this one lasts
    (``bot.bridges.meanwhile``)."""

    held: dict[str, str]
    led: tuple[Led, ...]
    elsewhere: tuple[Led, ...] = ()
    lingering: tuple[Led, ...] = ()
    meanwhile: frozenset[str] = frozenset()


def of_call(tx: Tx, call: Call, since: datetime) -> Bridges:
    """The bridges of a call, in one statement; *since* (UTC): who was at a call that ended later may linger there."""
    call_id = call.id
    nothing = [literal("").label(name) for name in ("contact_id", "name", "participant_id", "organisation", "kind")]
    given = select(literal("held"), _B.url, _B.segment_id, *nothing).where(_B.call_id == call_id)
    led = _led("led").where(_L.call_id == call_id)
    for_one_call = or_(_P.kind != ParticipantKind.AGENCY, _K.id.in_(select(columns(ProxyRow).contact_id)))
    taken_off = exists().where(_T.call_id == call_id, _T.contact_id == _L.contact_id)
    of_list = case((taken_off, literal(TAKEN_OFF)), else_=_NO_MARK)
    elsewhere = _led("elsewhere", of_list).where(_L.call_id != call_id, for_one_call).distinct()
    held, others, led_to = dict[str, str](), list[bridges.Occupied](), defaultdict[str, list[Led]](list)
    query = union_all(given, led, elsewhere, _lingering(call, since), _of_others(call))
    for what, url, segment_id, *told in sorted(tuple(row) for row in tx.execute(query)):
        if what == "held":
            held[segment_id] = url
        elif what == "meanwhile":
            others.append(_occupied(url, *told))
        else:
            led_to[what].append(_made(url, segment_id, *told))
    return Bridges(
        held, tuple(led_to["led"]), tuple(led_to["elsewhere"]), tuple(led_to["lingering"]),
        bridges.meanwhile(call, others),
    )  # fmt: skip


def _lingering(call: Call, since: datetime) -> Select[Any]:
    """Who was led to a bridge at another call that ended after *since*; of one called off, who was led since then. One
    that was held on paper is over by its plan (``_of_others``)."""
    over = or_(and_(_C.live_ended_at > since, not_(_ON_PAPER)), and_(_C.live_ended_at.is_(None), _L.at > since))
    near = _C.start.between(call.start - NEAR, call.end + NEAR)
    of_others = (_L.call_id != call.id, _C.state.in_((CallState.HELD, CallState.CANCELLED)), near)
    return _led("lingering").join(CallRow, _C.id == _L.call_id).where(*of_others, over).distinct()


def _of_others(call: Call) -> Select[Any]:
    """What calls that are near and not over hold, or over on paper alone: times and minutes as text, as a union has
    them beside the others."""
    length = select(func.sum(_S.minutes)).where(_S.call_id == _C.id).scalar_subquery()
    began = case((_ON_PAPER, ""), else_=func.coalesce(cast(_C.live_started_at, String), ""))
    told = (_C.start, length, _C.late_minutes, began)
    return (
        select(literal("meanwhile"), _B.url, literal(""), *(cast(it, String) for it in told), literal(""))
        .join(CallRow, _C.id == _B.call_id)
        .where(
            _B.call_id != call.id, or_(_C.state.not_in((CallState.HELD, CallState.CANCELLED)), _ON_PAPER),
            _C.start.between(call.start - NEAR, call.end + NEAR),
        )
    )  # fmt: skip


def _occupied(url: str, start: str, minutes: str, late: str, started_at: str, _: str) -> bridges.Occupied:
    at, began = (datetime.fromisoformat(told) if told else None for told in (start, started_at))
    assert at is not None
    return bridges.Occupied(url, _utc(at), int(minutes), int(late), _utc(began) if began else None)


def _utc(at: datetime) -> datetime:
    """SQLite keeps UTC without saying so."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _made(url: str, mark: str, contact_id: str, name: str, participant_id: str, organisation: str, kind: str) -> Led:
    return Led(url, contact_id, name, participant_id, organisation, ParticipantKind(kind), mark == TAKEN_OFF)


def _led(what: str, mark: ColumnElement[str] = _NO_MARK) -> Select[Any]:
    """Who was led where, for one part of the union; a *mark* stands in the place of the segment."""
    people = [_K.id, _K.name, _P.id, _P.name.label("organisation"), _P.kind]
    return (
        select(literal(what), _L.url, mark, *people)
        .join(ContactRow, _K.id == _L.contact_id)
        .join(ParticipantRow, _P.id == _K.participant_id)
    )


def give(tx: Tx, call_id: str, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Gives segments of a call their bridges, *after* in place of *before*; nothing is written of what stays."""
    lost = before.keys() - after.keys()
    if lost:
        tx.execute(delete(BridgeRow).where(_B.call_id == call_id, _B.segment_id.in_(list(lost))))
    changed = [
        {"segment_id": segment_id, "call_id": call_id, "url": url}
        for segment_id, url in after.items()
        if before.get(segment_id) != url
    ]
    if changed:
        rows = insert_into(tx, BridgeRow).values(changed)
        tx.execute(rows.on_conflict_do_update(index_elements=["segment_id"], set_={"url": rows.excluded.url}))


def remember_led(tx: Tx, call_id: str, url: str, contact_id: str, at: datetime) -> None:
    """That person was led to that bridge; of several times the first counts."""
    row = insert_into(tx, BridgeLedRow).values(call_id=call_id, url=url, contact_id=contact_id, at=at)
    tx.execute(row.on_conflict_do_nothing())


def was_led(led: Collection[Led], url: str, contact_id: str) -> bool:
    """Whether it is on record that the person was led to that bridge."""
    return any((one.url, one.contact_id) == (url, contact_id) for one in led)
