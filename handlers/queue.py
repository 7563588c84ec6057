"""Owns the speaker queue's acts: a place asked for and given up, the floor given; who reads it is ``audience``'s.

A queue is of the part that is on: it ends with the part, and at the gate. Who may not know of a gate that stands shut
goes on as before it: their place is taken and given up as ever, and counts where the gate is opened again.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot import audience
from bot.audience import CallView, Record, SegmentView
from bot.errors import Conflict, NotEntitled, NotFound
from bot.participants import ParticipantKind
from bot.queue import Asking, check_room, place_of, who_asks
from bot.who import Who
from handlers import posting
from handlers.act import act, of_oneself, reading
from handlers.finding import is_named, read_call_date, views_of
from handlers.live_views import readers_of, speaker_name
from handlers.naming import ME, find_one, is_oneself
from handlers.work import Reading, Writing
from storage import calls
from storage import live as live_rows
from storage import queue as rows
from storage.calls import Part
from storage.live import Table

NOTHING_ON = "No part of a call that you hear is on at this moment, so there is no floor to ask for."
SHUT = "The gate is shut, and a queue ends with its part. Ask again once the next part is open."
WHICH_ONE = "You hear {count} calls that are on. Write the date of the one that you mean, as in `/lap q+ {example}`."
NOT_HERE = "{name} does not hear this part, so has no floor to ask for in it."
NOT_WAITING = "{name} does not wait for the floor. `/lap queue` shows who does."
YOU_DO_NOT_WAIT = "You do not wait for the floor, so there is nothing to give up. `/lap q+` asks for it."
EMPTY = "Nobody waits for the floor."
OTHERS = (
    "“{said}” is not your own name, and to speak for others is for who runs the call: the secretariat, and its scribe. "
    "Without a name it is about yourself."
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who waits for the floor, by name, since when (UTC); ``own``: it is the reader."""

    name: str
    since: datetime
    own: bool = False


@dataclass(frozen=True, slots=True)
class Queue:
    """Who waits for the floor in the part that is on, as this reader may know it, first come first: a representative or
    observer reads its own place alone. ``name``: the call's. ``changed``: whom the act was about, by name, empty where
    it changed nothing."""

    name: str
    segment: SegmentView
    speakers: tuple[Speaker, ...]
    changed: str = ""


@reading
def show_queue(work: Reading, asked: str = "") -> Queue:
    """Who waits for the floor, as this reader may know. Raises NotFound where no part that it hears is on."""
    on = _part_on(work, asked)
    work.shows_closed(on.record.call.id)
    return _view(work, on, on.queue)


@act
@of_oneself
def ask_for_floor(work: Writing, text: str = "") -> Queue:
    """Takes a place at the end of the queue (``[CALL] [WHO] [to TEXT]``): one's own, or, for who runs the call,
    somebody's.

    Who waits already keeps the place. Raises NotFound where no part that the actor hears is on, Conflict for somebody
    who does not hear it, NotEntitled for who names another and does not run the call.
    """
    on = _part_on(work, text)
    who = _named(work, on)
    if place_of(on.queue, who.participant.id, who.contact.id if who.contact else None) is not None:
        return _view(work, on, on.queue)
    check_room(audience.cut_queue(work.reader, on.record, work.now))  # that there are many is not a guest's to read
    asking = Asking(
        work.desk.new_id(), on.record.call.id, on.segment.id, who.participant.id,
        who.contact.id if who.contact else None, who.participant.kind, work.now,
    )  # fmt: skip
    if not audience.hears(asking.reader, on.record, on.segment.id, work.now):
        raise Conflict(NOT_HERE.format(name=who.name))
    rows.add(work.tx, asking)
    return _changed(work, on, "q+", asking, (*on.queue, asking))


@act
@of_oneself
def leave_queue(work: Writing, text: str = "") -> Queue:
    """Gives a place up, one's own or, for who runs the call, somebody's. Raises as ``ask_for_floor`` does."""
    return _left(work, _part_on(work, text))


def _left(work: Writing, on: "_On") -> Queue:
    who = _named(work, on)
    place = place_of(on.queue, who.participant.id, who.contact.id if who.contact else None)
    own = _is_about_oneself(work, on)
    if place is None and own:  # somebody asked for it by the organisation's name
        place = next((a for a in on.queue if a.is_of(who.participant.id, None)), None)
    if place is None:
        raise NotFound(YOU_DO_NOT_WAIT if own else NOT_WAITING.format(name=who.name))
    rows.drop(work.tx, [place.id])
    return _changed(work, on, "q-", place, tuple(a for a in on.queue if a.id != place.id))


@act
@of_oneself
def pass_floor(work: Writing, text: str = "") -> Queue:
    """Gives the floor to the first who waits, or to the one named; or takes it: who is named by themselves, and who
    does not run the call and names nobody, waits no longer.

    Raises NotEntitled for who names another and does not run the call, NotFound where nobody waits.
    """
    on = _part_on(work, text)
    runs = audience.runs(work.reader, on.record, work.now)
    if _is_about_oneself(work, on) and (on.named or not runs):
        return _left(work, on)
    check_for_others(work, on.record, on.named)
    waiting = audience.cut_queue(work.reader, on.record, work.now)
    place = next(iter(waiting), None)
    if on.named:
        who = find_one(work, on.named, on.table.people)
        place = place_of(waiting, who.participant.id, who.contact.id if who.contact else None)
        if place is None:
            raise NotFound(NOT_WAITING.format(name=who.name))
    if place is None:
        raise NotFound(EMPTY)
    rows.drop(work.tx, [place.id])
    return _changed(work, on, "ack", place, tuple(a for a in on.queue if a.id != place.id))


@dataclass(frozen=True, slots=True)
class _On:
    """The part that is on and heard by the actor, its call with its list, and everybody in the queue; ``named``: what
    was typed of somebody else."""

    record: Record
    view: CallView
    segment: SegmentView
    table: Table
    queue: tuple[Asking, ...]
    named: str


def _part_on(work: Reading, text: str) -> _On:
    """The part that is on. Raises NotFound in the same words where none is, and where it is not the reader's."""
    word, _, rest = text.partition(" ")
    dated = read_call_date(word)[0] is not None
    found = [
        (r, v)
        for r in calls.running(work.tx, Part.LIST | Part.ITEMS | Part.FLOOR)
        if (v := audience.cut_call(work.reader, r, work.now)) is not None and audience.is_on(r, v)
    ]
    views = views_of(work, [r for r, _ in found])
    named = [(r, views[r.call.id]) for r, _ in found]
    meant = [(r, v) for r, v in named if not dated or is_named([s.start for s in v.segments], word)]
    if not meant:
        raise NotFound(NOTHING_ON)
    if len(meant) > 1:
        raise Conflict(WHICH_ONE.format(count=len(meant), example=meant[0][1].name))
    record, view = meant[0]
    live = record.call.live
    if live is None or not audience.goes_on(work.reader, record, work.now):
        raise Conflict(SHUT)
    table = live_rows.table_of(work.tx, record.call.id)
    segment = next(s for s in view.segments if s.id == live.segment_id)
    known = table.put_into(record)
    queue = tuple(a for a in record.queue if a.segment_id == segment.id)
    return _On(known, view, segment, table, queue, who_asks(rest if dated else text))


def _named(work: Reading, on: _On) -> Who:
    """Whose place it is: the actor's own, or that of whom it named, which only who runs the call may."""
    if _is_about_oneself(work, on):
        return Who(work.actor.participant, work.actor.contact)
    check_for_others(work, on.record, on.named)
    who = find_one(work, on.named, on.table.people)
    if who.contact is not None or who.participant.kind is ParticipantKind.AGENCY:
        return who
    # A guest is there as a person: an organisation's name means whoever of it hears the part.
    theirs = [r for r in readers_of(on.table.people, on.table.admissions) if r.participant_id == who.participant.id]
    hearing = [r for r in theirs if audience.hears(r, on.record, on.segment.id, work.now)]
    contact = on.table.people.contact(hearing[0].contact_id) if hearing else None
    if contact is None:
        raise Conflict(NOT_HERE.format(name=who.name))
    return Who(who.participant, contact)


def _is_about_oneself(work: Reading, on: _On) -> bool:
    """Whether nobody else is named. To who runs the call an organisation's name means whoever of it waits."""
    if not on.named or on.named.casefold() in ME:
        return True
    return is_oneself(work, on.named) and not audience.runs(work.reader, on.record, work.now)


def check_for_others(work: Reading, record: Record, said: str) -> None:
    """Raises NotEntitled for who names somebody else and does not run the call."""
    if not audience.runs(work.reader, record, work.now):
        raise NotEntitled(OTHERS.format(said=said))


def _view(work: Reading, on: _On, queue: tuple[Asking, ...], changed: str = "") -> Queue:
    seen = audience.cut_queue(work.reader, replace(on.record, queue=queue), work.now)
    own = work.actor.participant.id, work.actor.contact.id
    return Queue(
        on.view.name,
        on.segment,
        tuple(Speaker(speaker_name(work, a, on.table), a.at, a.is_of(*own)) for a in seen),
        changed,
    )


def _changed(work: Writing, on: _On, act: str, place: Asking, after: tuple[Asking, ...]) -> Queue:
    posting.tell(work, on.record.call.id)
    work.record(act, on.record.call.id, segment=on.segment.id, of=place.contact_id or place.participant_id)
    return _view(work, on, after, speaker_name(work, place, on.table))
