"""Owns how a running call moves: item by item, and through the gate of an audience; who hears is ``audience``'s."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import audience
from bot.agenda import AgendaItem, ItemState
from bot.audience import Record
from bot.calls import LATE, Call, CallState, Live, Segment
from bot.errors import Conflict
from bot.participants import ParticipantKind, Reader
from bot.when import show

EARLY = timedelta(hours=1)
"""So long before its time a call may be started without being asked twice."""

DOUBLE = timedelta(seconds=1)
"""Two who say `next` within this mean the same step; one person who does so means two."""

Heard = Mapping[str, frozenset[Reader]]
"""Who may hear each segment, by its id: Agencies as organisations, guests as persons."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands: in a segment, at its opening (no item) or at one of its items."""

    segment_id: str
    item: str | None = None

    @property
    def token(self) -> str:
        """What names the place in a button: the item, at an opening the part; a call comes to none of them twice."""
        return self.item or self.segment_id


@dataclass(frozen=True, slots=True)
class Ahead:
    """What comes next: a place, None at the end; ``gate`` where other people hear it than hear the current segment."""

    place: Place | None
    gate: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    """The change from one segment to the next: who must go, who may come, who may stay."""

    closes: Segment
    opens: Segment
    must_go: frozenset[Reader]
    may_come: frozenset[Reader]
    may_stay: frozenset[Reader]


def started(call: Call, now: datetime, zone: ZoneInfo, *, early: bool = False) -> Call:
    """*call* as it is once started: it stands at the opening of its first segment, which is open.

    Raises Conflict for a draft, one that runs, was held or cancelled; unless *early* for one that starts in more than
    an hour, and for one whose time is over, which may have been held on paper; and for one whose time was more than a
    day ago. Times are said in *zone* and UTC.
    """
    if call.running:
        raise Conflict(f"“{call.title}” is running already. `/lap next` goes on, `/lap end` ends it.")
    if call.state is not CallState.ANNOUNCED:
        raise Conflict(f"“{call.title}” {_CANNOT_START[call.state].format(day=f'{call.start:%Y-%m-%d}')}")
    if now > call.end + LATE:
        raise Conflict(
            f"“{call.title}” was to end on {show(call.end, zone)}, more than a day ago. "
            "Plan another with `/lap call add`."
        )
    if call.start - now > EARLY and not early:
        raise Conflict(
            f"“{call.title}” starts on {show(call.start, zone)}, and can be started from an hour before. "
            f"To start it now, send `/lap start {call.start:%Y-%m-%d} now`."
        )
    if now >= _ends(call) and not early:
        raise Conflict(
            f"The time of “{call.title}” was over on {show(_ends(call), zone)}. If it was held without the bot, "
            f"`/lap start {call.start:%Y-%m-%d} held` enters it as such, and nobody is told; if it begins only now, "
            f"send `/lap start {call.start:%Y-%m-%d} now`."
        )
    return replace(call, live=Live(now, call.segments[0].id, None, cleared=True, segment_at=now))


def held_on_paper(call: Call, now: datetime, zone: ZoneInfo) -> Call:
    """*call*, which was held without the bot, as begun, to be ended at once. Raises Conflict as ``started`` does, and
    for one whose time is not over."""
    begun = started(call, now, zone, early=True)
    if now < _ends(call):
        raise Conflict(
            f"The time of “{call.title}” is over on {show(_ends(call), zone)}, so it was not held yet. "
            f"`/lap start {call.start:%Y-%m-%d}` begins it."
        )
    return begun


def _ends(call: Call) -> datetime:
    """When the time of a call is over (UTC): as planned, or as those who wait were told."""
    return call.end + timedelta(minutes=call.late)


GATE_IS_SHUT = "The gate is shut. `/lap clear` opens the next part, once only those are there who may hear it."
_CANNOT_START = {
    CallState.DRAFT: "is a draft, and only an announced call is held. Announce it first: `/lap announce {day}`.",
    CallState.HELD: "was held already. `/lap minutes {day}` shows its record.",
    CallState.CANCELLED: "was cancelled. `/lap calls` lists what is planned.",
}


def live_of(call: Call) -> Live:
    """Where the running *call* stands. Raises Conflict where it does not run."""
    if call.live is None or not call.running:
        raise Conflict(f"“{call.title}” is not running. `/lap start {call.start:%Y-%m-%d}` starts it.")
    return call.live


def current_segment(call: Call) -> Segment:
    """The segment that a running call stands in; the first where that one was taken out of the call."""
    at = live_of(call).segment_id
    return next((s for s in call.segments if s.id == at), call.segments[0])


def current_item(record: Record) -> AgendaItem | None:
    """The item that a running call stands at; None at an opening, and where the item was taken off the agenda."""
    at = live_of(record.call).item
    return next((i for i in record.items if i.reference == at), None)


def open_segment(call: Call) -> Segment:
    """The segment under way, for what is to be recorded in it. Raises Conflict while the gate is shut: nobody can know
    whether the words belong before it or behind it."""
    if not live_of(call).cleared:
        raise Conflict(
            "The gate is shut, so this has no part to stand in. Send it again once whoever runs the call has opened "
            "the next part, with `/lap clear`."
        )
    return current_segment(call)


def items_in(items: Iterable[AgendaItem], segment_id: str) -> tuple[AgendaItem, ...]:
    """The items to be taken in that segment, in their order."""
    return tuple(sorted((i for i in items if i.segment_id == segment_id and i.state is ItemState.ACCEPTED), key=_order))


def hearers(record: Record, readers: Collection[Reader], at: datetime) -> Heard:
    """Which of *readers* may hear each segment of the call at *at*."""
    found: dict[str, set[Reader]] = {s.id: set() for s in record.call.segments}
    for reader in readers:
        for window in audience.windows(reader, record, at):
            for segment in window.segments:
                found[segment.id].add(reader)
    return {segment_id: frozenset(who) for segment_id, who in found.items()}


def same_audience(one: Segment, other: Segment, heard: Heard) -> bool:
    """Whether two segments have one audience: the same kind, the same named organisations, the same people admitted."""
    return (one.audience, one.only, heard[one.id]) == (other.audience, other.only, heard[other.id])


def ahead(call: Call, items: Sequence[AgendaItem], heard: Heard, there: Collection[Reader] = ()) -> Ahead:
    """What comes after the place where a running *call* stands: the next item of the segment, then the next segment,
    behind a gate where it has another audience, or where somebody is *there* (as in ``gate``) who may not hear it.

    Raises Conflict while the gate is shut.
    """
    live = live_of(call)
    if not live.cleared:
        raise Conflict(GATE_IS_SHUT)
    here = current_segment(call)
    passed = next((i for i in items if i.reference == live.item), None)
    left = [i for i in items_in(items, here.id) if passed is None or _order(i) > _order(passed)]
    if left:
        return Ahead(Place(here.id, left[0].reference))
    following = _following(call, here)
    if following is None:
        return Ahead(None)
    shut_first = not same_audience(here, following, heard) or bool(_must_go(heard[here.id], heard[following.id], there))
    return Ahead(Place(following.id), gate=shut_first)


def moved_to(call: Call, place: Place, now: datetime, by: str = "") -> Call:
    """*call* standing at *place*, which is open, from *now* on; moved there by the user *by*."""
    live = live_of(call)
    since = live.segment_at if place.segment_id == live.segment_id else now
    there = replace(live, segment_id=place.segment_id, item=place.item, cleared=True, shut_at=None, moved_at=now)
    there = replace(there, moved_by=by)
    return replace(call, live=replace(there, segment_at=since, item_at=now if place.item else None))


def place_of(call: Call) -> Place:
    """Where a running call stands. Raises Conflict where it does not run."""
    live = live_of(call)
    return Place(current_segment(call).id, live.item)


def was_left(call: Call, leaves: str, now: datetime, by: str) -> bool:
    """Whether a press that *leaves* a place (``Place.token``) comes too late, as the call stands elsewhere already; for
    a typed word of the user *by*, which names no place, whether somebody else moved the call within the last second."""
    if leaves:
        return place_of(call).token != leaves
    live = live_of(call)
    return live.moved_at is not None and live.moved_by != by and timedelta() <= now - live.moved_at < DOUBLE


def gate(call: Call, heard: Heard, there: Collection[Reader] = ()) -> Gate:
    """The gate behind the segment under way. Raises Conflict in the last segment, and where it is shut already.

    *there*: who was led to its bridge, and who is recorded as being there, a guest's organisation as a reader without
    a person; somebody who was taken off the list meanwhile is among them.
    """
    if not live_of(call).cleared:
        raise Conflict("The gate is shut already. `/lap clear` opens the next part.")
    return gate_behind(call, current_segment(call), heard, there)


def gate_behind(call: Call, here: Segment, heard: Heard, there: Collection[Reader] = ()) -> Gate:
    """The gate behind the segment *here*. Raises Conflict where that is the last one."""
    following = _following(call, here)
    if following is None:
        raise Conflict(f"“{here.title}” is the last part of this call. `/lap end` ends the call.")
    now, then = heard[here.id], heard[following.id]
    return Gate(here, following, _must_go(now, then, there), may_come=then - now, may_stay=now & then)


def _must_go(now: Collection[Reader], then: frozenset[Reader], there: Collection[Reader]) -> frozenset[Reader]:
    """Who heard the part till *now*, or is *there* whether entitled or not, and may not hear the one behind the gate.

    An organisation of guests goes by the persons who must go, and by its name only where none of them is known.
    """
    goers = {r for r in (*now, *there) if r not in then}
    by_person = {r.participant_id for r in (*goers, *then) if r.contact_id}
    return frozenset(
        r for r in goers if r.contact_id or r.kind is ParticipantKind.AGENCY or r.participant_id not in by_person
    )


def shut(call: Call, now: datetime) -> Call:
    """*call* with its gate shut: nobody is led in until it is cleared."""
    return replace(call, live=replace(live_of(call), cleared=False, shut_at=now))


def reopened(call: Call) -> Call:
    """*call* with the gate that was shut by mistake open again: the part goes on."""
    return replace(call, live=replace(live_of(call), cleared=True, shut_at=None))


def skipped(call: Call, items: Sequence[AgendaItem]) -> AgendaItem:
    """What a `skip` passes over: the item under way, at a part's opening its first. Raises Conflict where there is
    none, and while the gate is shut."""
    live = live_of(call)
    if not live.cleared:
        raise Conflict(GATE_IS_SHUT)
    here = items_in(items, current_segment(call).id)
    found = next((i for i in items if i.reference == live.item), here[0] if here and live.item is None else None)
    if found is None:
        raise Conflict("No item stands in this part, so there is none to pass over. `/lap next` goes on.")
    return found


def past(call: Call, item: AgendaItem) -> Call:
    """*call* as it stands when *item*, of the part under way, is behind it."""
    return replace(call, live=replace(live_of(call), item=item.reference))


def cleared(call: Call, now: datetime, by: str = "") -> Call:
    """*call* at the opening of the segment behind the gate, which the user *by* cleared. Raises Conflict where the gate
    is not shut."""
    live = live_of(call)
    if live.cleared:
        raise Conflict(
            f"“{current_segment(call).title}” is open. `/lap gate` shuts it first and lists who must go; "
            "then `/lap clear` opens the next part."
        )
    following = _following(call, current_segment(call))
    if following is None:
        raise Conflict("There is no part behind this gate. `/lap end` ends the call.")
    return moved_to(call, Place(following.id), now, by)


def ended(call: Call, now: datetime) -> Call:
    """*call* as it is once ended: held."""
    return replace(call, state=CallState.HELD, live=replace(live_of(call), ended_at=now))


def _following(call: Call, segment: Segment) -> Segment | None:
    at = call.segments.index(segment)
    return call.segments[at + 1] if at + 1 < len(call.segments) else None


def _order(item: AgendaItem) -> tuple[int, datetime, str]:
    return item.position, item.created_at, item.reference
