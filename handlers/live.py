"""Owns running a call: start, next item, gate, clear, end; who was there is ``attendance``'s, what was said ``lines``'.

The secretariat runs a call, and beside it the scribe, who hears every part (``audience.runs``); what these acts answer
with is cut for them.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot import audience, live, timing
from bot.audience import Record
from bot.errors import Conflict, NotEntitled, NotFound
from bot.participants import ParticipantKind, Reader
from bot.procedure import StepKind, due_times
from handlers import posting
from handlers.act import act
from handlers.carrying import labelled
from handlers.finding import find_call
from handlers.joining import bridges_for, there_in
from handlers.live_views import (
    Ended,
    GateView,
    Goer,
    Quicker,
    Standing,
    Stopped,
    Unconfirmed,
    is_owner_told,
    name_of,
    named_view,
    names_of,
    readers_of,
    standing,
    taken,
)
from handlers.part_letters import CLOSES, ITEM, OPENS
from handlers.pool import bridges_of, pool_of, tell_of_none
from handlers.running import NOT_YOURS, check_runs, running_call
from handlers.work import Reading, Writing
from storage import bridges, calls, places, queue, steps
from storage import live as rows
from storage.bridges import Bridges
from storage.calls import Part
from storage.live import Table
from storage.tables import Door

NEWS = timedelta(minutes=15)
"""So long it is worth telling somebody that their part is over."""

NOTHING_TO_START = "No announced call is there to be started. `/lap calls` lists what is planned."
AT_THE_END = "That was the end of the last part, “{part}”. `/lap end` ends the call."
GATE_UNDONE = "The gate is open again: “{part}” goes on."
EARLIER_GATE = (
    "That button is of an earlier gate, so nothing was opened. The gate behind “{part}” is shut now: see that only "
    "those are on the line who may hear what follows; then `/lap clear` opens it."
)
GATE_LATE = "The gate was passed already, so it stays as it is. `/lap next` goes on."


@act
def start_call(work: Writing, asked: str | None, *, early: bool = False) -> Standing:
    """Starts a call (the next where none is named): it stands at the opening of its first part, which is open.

    Raises NotFound, and Conflict as ``bot.live.started`` does.
    """
    record = find_call(work, asked, Part.ITEMS)[0] if asked else _next_to_start(work)
    check_runs(work, record)
    call = live.started(record.call, work.now, work.actor.zone, early=early)
    table = rows.table_of(work.tx, call.id)
    record = table.put_into(replace(record, call=call))
    known = bridges_of(work, call)
    _give_bridges(work, record, table, known, live.current_segment(call).id)
    _tell_guests(work, record, table, came_from=None)
    return _moved(work, "start", record, table)


@act
def next_item(work: Writing, asked: str = "", leaves: str = "") -> Standing:
    """Goes to the next item, or to the next part where the same people hear it.

    A press names the place that it *leaves*: raises Quicker, with where the call stands now, where it was left already,
    and for two who type it within a second. Raises Stopped at a change of audience, Conflict at the end and while the
    gate is shut.
    """
    record, table = _at_table(work, asked)
    if live.was_left(record.call, leaves, work.now, work.actor.user):
        raise Quicker(standing(work, record, table))
    ahead, known = _ahead(work, record, table)
    here = live.current_segment(record.call)
    if ahead.place is None:
        raise Conflict(AT_THE_END.format(part=here.title))
    if ahead.gate:
        opens = record.call.segment(ahead.place.segment_id)
        raise Stopped(named_view(work, record).name, here.title, opens.title)
    if ahead.place.segment_id != here.id:
        _give_bridges(work, record, table, known, ahead.place.segment_id)
    after = replace(record, call=live.moved_to(record.call, ahead.place, work.now, work.actor.user))
    _tell_guests(work, after, table, came_from=here.id)
    return _moved(work, "next", after, table)


@act
def skip_item(work: Writing, asked: str = "", leaves: str = "") -> Standing:
    """Passes over the item under way, at a part's opening its first: it counts as not taken, and the call goes on to
    the next. Behind the last of a part nothing is moved: the gate, or the end, comes first. Raises as ``next_item``
    does, Conflict without an item."""
    record, table = _at_table(work, asked)
    if live.was_left(record.call, leaves, work.now, work.actor.user):
        raise Quicker(standing(work, record, table))
    item = live.skipped(record.call, record.items)
    behind = replace(record, call=live.past(record.call, item))
    ahead, known = _ahead(work, behind, table)
    if ahead.place is None or ahead.gate:
        return _moved(work, "skip", behind, table, skipped=item.reference, moved=False)
    if ahead.place.segment_id != live.current_segment(record.call).id:
        _give_bridges(work, record, table, known, ahead.place.segment_id)
    after = replace(record, call=live.moved_to(record.call, ahead.place, work.now, work.actor.user))
    _tell_guests(work, after, table, came_from=live.current_segment(record.call).id)
    return _moved(work, "skip", after, table, skipped=item.reference)


@act
def shut_gate(work: Writing, asked: str = "") -> GateView:
    """Shuts the door before the next part: nobody is led in until it is cleared. Tells who must go and who may come."""
    record, table = _at_table(work, asked)
    heard = live.hearers(record, readers_of(table.people, table.admissions), work.now)
    known = bridges_of(work, record.call)
    there = there_in(work, record, table, known, live.current_segment(record.call).id)
    gate = live.gate(record.call, heard, there.names)
    _stands(work, replace(record, call=live.shut(record.call, work.now)))
    view = named_view(work, record)
    work.record("gate", view.name, segment=gate.closes.id, must_go=len(gate.must_go))
    work.can_be_undone("gate", f"{record.call.id} {gate.closes.id}")
    parts = {s.id: s for s in view.segments}
    goers = [
        Goer(there.names.get(r) or name_of(r, table), r.participant_id in there.recorded, r in there.led)
        for r in gate.must_go
    ]
    return GateView(
        view.name,
        parts[gate.closes.id],
        parts[gate.opens.id],
        tuple(sorted(goers, key=lambda g: (not g.here, not g.led, g.name))),
        names_of(gate.may_come, table),
        names_of(gate.may_stay, table),
        work.now,
    )


@act
def clear_gate(work: Writing, asked: str = "", behind: str = "") -> Standing:
    """Opens the part behind the gate; from now on join links lead those there who may hear it.

    A press names the part that its gate stands *behind*: raises Conflict where another gate is shut by now, whose list
    of who must go nobody has been shown with that button.
    """
    record, table = _at_table(work, asked)
    here = live.current_segment(record.call)
    if behind not in ("", here.id) and not live.live_of(record.call).cleared:
        raise Conflict(EARLIER_GATE.format(part=here.title))
    opened = replace(record, call=live.cleared(record.call, work.now, work.actor.user))
    known = bridges_of(work, record.call)
    _give_bridges(work, record, table, known, live.current_segment(opened.call).id)
    _tell_guests(work, opened, table, came_from=live.current_segment(record.call).id)
    return _moved(work, "clear", opened, table)


@act
def end_call(work: Writing, asked: str = "") -> Ended:
    """Ends the running call: it was held, and its record waits to be sent."""
    record = running_call(work, asked, Part.ITEMS | Part.ACTIONS)
    queue.empty(work.tx, record.call.id)
    last, table = live.current_segment(record.call).id, rows.table_of(work.tx, record.call.id)
    heard = table.put_into(record)
    _part_letters(work, CLOSES, record.call.id, last, _guests(heard, table, last, work))
    posting.tell(work, record.call.id)
    return held(work, record, table)


def held(work: Writing, record: Record, table: Table) -> Ended:
    """Writes that the running call of *record* was held, and says what is left to be done about it."""
    call = live.ended(record.call, work.now)
    calls.update_call(work.tx, call.id, state=call.state, live_ended_at=work.now, live_tell_at=None)
    given, done = record.actions, places.taken(work.tx, call.id)
    after = table.put_into(replace(record, call=call))
    names = {p.id: p.name for p in table.people.participants}
    parts = {s.id: s.audience for s in call.segments}
    left = [i for s in call.segments for i in live.items_in(record.items, s.id) if i.reference not in done]
    drafts = [s.due_at for s in steps.of_calls(work.tx, [call.id]).get(call.id, ()) if s.kind is StepKind.DRAFT_MINUTES]
    planned = due_times(call.start, call.end, work.desk.procedure)[StepKind.DRAFT_MINUTES]
    view = named_view(work, after)
    work.record("end", view.name, actions=len(given))
    return Ended(
        view.name,
        view,
        drafts[0] if drafts else planned,
        tuple(
            Unconfirmed(a.reference, labelled(work, a.task, a.label))
            for a in given
            if not is_owner_told(after, a, table.people, work.now)
        ),
        tuple(taken(work, i, parts[i.segment_id or ""], names) for i in left),
    )


def undo_gate(work: Writing, subject: str) -> str:
    """Opens the gate again, where the part behind it was not opened yet."""
    call_id, _, segment_id = subject.partition(" ")
    record = calls.one(work.tx, call_id, Part.ITEMS)
    check_runs(work, record)  # first: whether it was passed tells who ran the call before that it goes on
    stands = record.call.live if record and record.call.running else None
    if record is None or stands is None or stands.cleared or stands.segment_id != segment_id:
        raise Conflict(GATE_LATE)
    _stands(work, replace(record, call=live.reopened(record.call)))
    return GATE_UNDONE.format(part=live.current_segment(record.call).title)


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"gate": undo_gate}


def _next_to_start(work: Reading) -> Record:
    """The announced call that is next and the actor's to run, one whose time is on or has just gone by included.
    Raises NotFound, NotEntitled for who runs none."""
    ahead = calls.upcoming(work.tx, work.now, Part.ITEMS, whose=work.reader)
    known = [r for r in ahead if audience.runs(work.reader, r, work.now)]
    if not known and not work.reader.secretariat:
        raise NotEntitled(NOT_YOURS.format(address=work.desk.settings.mail_from))
    waiting = [r for r in known if r.call.live is None]
    ahead = [r for r in waiting if r.call.end > work.now]
    running = calls.running(work.tx) if not waiting else []
    if running:
        return running[0]
    if not waiting:
        raise NotFound(NOTHING_TO_START)
    return ahead[0] if ahead else waiting[-1]


def _at_table(work: Reading, asked: str) -> tuple[Record, Table]:
    """The running call with its agenda and list, and everybody who may be there."""
    record = running_call(work, asked, Part.ITEMS | Part.ATTENDANCE | Part.FLOOR)
    table = rows.table_of(work.tx, record.call.id)
    return table.put_into(record), table


def _give_bridges(work: Writing, record: Record, table: Table, known: Bridges, opens: str) -> None:
    """Settles the bridges before the part *opens*: one that somebody now excluded was led to is not among them."""
    given = bridges_for(record, table, known, pool_of(work, record, known.held), work.now, opening=opens)
    bridges.give(work.tx, record.call.id, known.held, given)
    if opens not in given:
        tell_of_none(work, record.call.id, opens, table.people)


def _ahead(work: Reading, record: Record, table: Table) -> tuple[live.Ahead, Bridges]:
    """What comes next, as those who hear it and those who are there decide; and the bridges of the call."""
    heard = live.hearers(record, readers_of(table.people, table.admissions), work.now)
    here, known = live.current_segment(record.call), bridges_of(work, record.call)
    there = there_in(work, record, table, known, here.id)
    return live.ahead(record.call, record.items, heard, there.names), known


def _tell_guests(work: Writing, record: Record, table: Table, *, came_from: str | None) -> None:
    """Has those guests told, in Slack, whose part opened or is over with this step, and whose item is on: the call of
    *record* stands where it stands now, and *came_from* that segment."""
    call = record.call
    here = live.current_segment(call)
    now = _guests(record, table, here.id, work)
    if came_from != here.id:
        before = _guests(record, table, came_from, work) if came_from else set()
        until = timing.part_ends(call)
        _part_letters(work, OPENS, call.id, here.id, now - before, until)
        _part_letters(work, CLOSES, call.id, came_from or "", before - now)
    _tell_whose_item(work, record, now)


def item_is_on(work: Writing, record: Record) -> None:
    """Has those guests told, in Slack, whose item the call of *record* has come to otherwise than by ``next``."""
    table = rows.table_of(work.tx, record.call.id)
    record = table.put_into(record)
    _tell_whose_item(work, record, _guests(record, table, live.current_segment(record.call).id, work))


def _tell_whose_item(work: Writing, record: Record, there: Collection[Reader]) -> None:
    item = live.current_item(record)
    if item is not None:
        theirs = {r for r in there if r.participant_id == item.proposer_id}
        _part_letters(work, ITEM, record.call.id, item.reference, theirs, timing.item_ends(record.call, item))


def _guests(record: Record, table: Table, segment_id: str, work: Reading) -> set[Reader]:
    """The representatives and observers who hear that part, as persons."""
    heard = live.hearers(record, readers_of(table.people, table.admissions), work.now).get(segment_id, frozenset())
    return {r for r in heard if r.contact_id and r.kind is not ParticipantKind.AGENCY}


def _part_letters(
    work: Writing, kind: str, call_id: str, subject: str, to: set[Reader], until: datetime | None = None
) -> None:
    people = sorted(r.contact_id for r in to)
    if people:
        work.tell(
            kind, people, doors=(Door.SLACK,), call_id=call_id, subject=subject, until=until or work.now + NEWS
        )  # fmt: skip


def _stands(work: Writing, record: Record, skipped: str | None = None) -> None:
    """Writes where the call stands from now on, who moved it, and when something of it is to be told next."""
    call = record.call
    posting.tell(work, call.id)
    tell_at = timing.next_word(call, record.items, work.now)
    places.stand(
        work.tx, call.id, live.live_of(call), work.now, tell_at=tell_at, by=work.actor.user, skipped=skipped
    )  # fmt: skip


def _moved(
    work: Writing, name: str, record: Record, table: Table, *, skipped: str = "", moved: bool = True
) -> Standing:
    """Writes where the call stands now, and says it."""
    at = live.live_of(record.call)
    _stands(work, record, skipped or None)
    stands = standing(work, record, table, moved=moved, skipped=skipped)
    work.record(name, stands.name, segment=at.segment_id, item=at.item)
    return stands
