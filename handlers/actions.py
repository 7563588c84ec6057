"""Owns action items: given in a call, confirmed, listed, shown with their history; what becomes of them afterwards is
``action_changes``'s, what people are told of it ``action_letters``'.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot import actions as rules
from bot import audience, live
from bot.actions import ActionItem, ActionState, ChangeKind, Typed, changed
from bot.audience import CallView, Record
from bot.calls import Segment
from bot.confidentiality import check_inside
from bot.dates import read_date
from bot.errors import Conflict, NotEntitled, NotFound
from bot.spoken import Form
from bot.who import Who
from bot.words import fold_reference
from handlers.act import act, reading
from handlers.action_views import (
    ActionView,
    ChangeView,
    action_views,
    change_views,
    guests_only,
    owner_name,
    owner_told,
    owners_people,
    with_days,
)
from handlers.carrying import labelled
from handlers.finding import find_call, parts_to_cut
from handlers.lines import is_closed_there, keep_spoken
from handlers.live_views import is_owner_told
from handlers.owners import owner_of, read_owner
from handlers.running import check_runs, names_part, placed_in
from handlers.work import Reading, Writing
from storage import actions as rows
from storage import calls, directory, said
from storage import live as live_rows
from storage.call_parts import items_of
from storage.calls import Part
from storage.directory import Directory
from storage.live import Table
from storage.tables import Door

GIVEN, CHANGED = "action_given", "action_changed"
BOTH = (Door.MAIL, Door.SLACK)

NO_ACTION = "I know no action `{reference}` for you. `/lap actions` lists what you may read, with the references."
NO_LATER = (
    "No later call is announced yet, so nothing can be due on its day. Give a date: `action WHO by +14d TEXT`, or "
    "`- +14d` at the end of an `ACTION:` line."
)
ONLY_OWN = (
    "An action for {owner} is given by who runs the call: the secretariat, and its scribe. Your own organisation you "
    "can give one yourself."
)
TOLD_ANYWAY = "`{reference}` needs no confirmation: {owner} hears the part that it comes from, and is told."
LEFT = (
    "Word of `{reference}` has left already, or something became of it since, so it stays. `/lap actions {reference}` "
    "shows its history, and `/lap done {reference}` closes it."
)
NOT_AS_SHOWN = (
    "`{reference}` has another owner or date than when that button was shown, so nothing went out. "
    "`/lap action {reference}` shows it; `/lap action {reference} confirm` lets those words go out."
)
MINUTED = (
    "The minutes were sent since with `{reference}` in them, so it stays. `/lap done {reference}` closes it; the "
    "secretariat can `/lap drop` it."
)
GONE = "`{reference}` is no longer there, so there is nothing to take back."
TAKEN_BACK = "The action `{reference}` was taken back: {task} ({owner})."


@dataclass(frozen=True, slots=True)
class Listed:
    """Actions that this reader may read, by due date; those of one call where one was named."""

    actions: tuple[ActionView, ...]
    call: CallView | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One action with its history, first to last, as this reader may have both."""

    action: ActionView
    changes: tuple[ChangeView, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An action that this reader may read, its call with what decides who hears its part, and who takes part now."""

    action: ActionItem
    record: Record
    people: Directory


@act
def give_action(work: Writing, text: str) -> ActionView:
    """Gives an action in the part under way (``WHO by DATE [TLP:LABEL] TEXT``).

    The owner is told a little later, so that a slip can be taken back; an owner who may not hear the part, or its
    item, only once the secretariat has confirmed the words. One that is not recorded as present there has yet to accept
    it. Raises NotUnderstood, NotFound, Conflict.
    """
    record, words = placed_in(work, text, Part.ITEMS)
    typed = rules.read_given(words)
    view = given(work, record, typed)
    if not names_part(text):
        spoken = f"{typed.before} {typed.after}".strip() + f" - {typed.due}"
        keep_spoken(work, record.call.id, Form.ACTION, spoken, view.reference)
    return view


def given(work: Writing, record: Record, typed: Typed, *, own: bool = False) -> ActionView:
    """Gives an action where the call of *record* stands; with *own* to nobody but the actor's own organisation. Raises
    as ``give_action`` does."""
    segment = live.open_segment(record.call)
    table = live_rows.table_of(work.tx, record.call.id, segment.id)
    named, words = read_owner(work, typed, table.people)
    who = owner_of(named)
    if own and who.participant.id != work.actor.participant.id:
        raise NotEntitled(ONLY_OWN.format(owner=who.participant.name))
    due = read_due(work, typed.due, record)
    rules.check_due(due, today_of(work))
    read, task = rules.read_task(words)
    label = read or work.desk.procedure.labels.default
    check_inside(task, label)
    action = ActionItem(
        work.desk.new_reference(), record.call.id, segment.id, task, who.participant.id,
        who.contact.id if who.contact else None, due, _first_state(work, segment, table, who), False,
        work.actor.user, work.now,
        closed=is_closed_there(work, segment.audience, record.call.live.item if record.call.live else None),
        label=label, by_id=work.actor.participant.id or None,
    )  # fmt: skip
    action = with_days(work, action, table.people)
    record = _at_table(work, record, table, action.owner_id)
    rows.add(work.tx, action)
    number = rows.enter(work.tx, changed(action, ChangeKind.GIVEN, made_by(work), work.now))
    told = is_owner_told(record, action, table.people, work.now)
    if told:
        tell_owner(work, GIVEN, action, number, table.people)
    work.record("action", action.reference, call=record.call.id, owner=who.participant.short_name, due=due)
    gave_own = action.owner_id == action.by_id
    work.can_be_undone("action", action.reference if gave_own else f"{action.reference} {record.call.id}")
    return action_views(work, [action], [record], table.people)[0]


@act
def confirm_action(work: Writing, reference: str, shown: str = "") -> ActionView:
    """Confirms the words of an action for an owner who may not hear its part: they go out exactly so (barrier.md).

    A press says with what owner and date its button was *shown* (``as_shown``): raises Conflict where it has others by
    now, which nobody has looked at with it.
    """
    found = find_action(work, reference)
    action, people = found.action, found.people
    check_runs(work, found.record)
    if shown not in ("", as_shown(action.due, owner_name(action, people))):
        raise Conflict(NOT_AS_SHOWN.format(reference=action.reference))
    after = replace(rules.confirmed(action), changed_at=work.now)
    if is_owner_told(found.record, action, people, work.now):
        owner = owner_told(work, action, found.record, people)
        raise Conflict(TOLD_ANYWAY.format(reference=action.reference, owner=owner))
    rows.save(work.tx, after)
    number = rows.enter(work.tx, changed(after, ChangeKind.CONFIRMED, made_by(work), work.now))
    tell_owner(work, GIVEN, after, number, people, at_once=True)
    work.record("action.confirm", after.reference)
    return action_views(work, [after], [found.record], people)[0]


def as_shown(due: date, owner: str) -> str:
    """What of an action may change between its showing and its confirming, for the button to carry."""
    return f"{due.isoformat()} {owner}"


@reading
def list_actions(work: Reading, which: str = "", asked: str | None = None) -> Listed:
    """The actions that this reader may read: the open ones, ``mine`` (with those that one declined and nobody else has
    yet), ``overdue``, the ``declined`` ones, for the secretariat with those of owners that left, which are its to
    give to others, or all of the call *asked*."""
    parts = Part.LIST | Part.ITEMS if work.reader.secretariat else parts_to_cut(work, Part.NONE)
    people = directory.everybody(work.tx, past=True)
    if asked is not None:
        record, view = find_call(work, asked, parts | Part.ACTIONS)
        work.shows_closed(view.id)
        seen = audience.cut_actions(work.reader, record, work.now)
        # An action whose part the reader does not hear must not tell which call it comes from.
        heard = [a for a in seen if audience.hears(work.reader, record, a.segment_id, work.now)]
        return Listed(action_views(work, heard, [record], people), view)
    own = which == "mine" or guests_only(work)
    if which == "declined" and work.reader.secretariat:  # whose owner left tells whose it was, where that is not named
        found = rows.left_over(work.tx)
    else:
        asks = rows.declined if which == "declined" else rows.all_open
        found = asks(work.tx, work.reader.participant_id if own else None)
    if which == "mine":  # what one declined is one's own until somebody else has it
        found = [*found, *rows.declined(work.tx, work.reader.participant_id)]
    records = calls.many(work.tx, {a.call_id for a in found}, parts)
    work.shows_closed(*(a.call_id for a in found))
    views = action_views(work, audience.cut_carried(work.reader, found, records, work.now), records, people)
    return Listed(tuple(v for v in views if v.overdue or which != "overdue"))


@reading
def show_action(work: Reading, reference: str) -> Shown:
    """An action with its history: given, accepted, moved, handed over, by whom and when. Raises NotFound."""
    found = find_action(work, reference)
    action, record = found.action, found.record
    work.shows_closed(record.call.id)
    changes = audience.cut_changes(
        work.reader, record, action, rows.changes(work.tx, [action.reference]), work.now
    )  # fmt: skip
    people = directory.everybody(work.tx, past=True)
    return Shown(action_views(work, [action], [record], people)[0], change_views(work, action, record, changes, people))


def find_action(work: Reading, reference: str) -> Found:
    """The action with that reference. Raises NotFound, in the same words for one that is not there and one that is not
    this reader's to know."""
    action = rows.find(work.tx, fold_reference(reference))
    record = calls.one(work.tx, action.call_id) if action else None
    if action is not None and record is not None:
        table = live_rows.table_of(work.tx, action.call_id)
        record = _at_table(work, record, table, action.owner_id, work.reader.participant_id)
        if audience.sees_action(work.reader, record, action, work.now):
            return Found(action, record, table.people)
    raise NotFound(NO_ACTION.format(reference=fold_reference(reference)))


def undo_action(work: Writing, subject: str, *, by_hand: bool = True) -> str:
    """Takes an action back that nobody was told of yet, of which nothing became since, and which stands in no minutes
    that were sent; returns what names it. *subject*: its reference, and where it was given to others its call;
    *by_hand*: not by a spoken line, which is kept as what takes it back."""
    reference, _, call_id = subject.partition(" ")
    action, people = rows.find(work.tx, reference), directory.everybody(work.tx, past=True)
    record = calls.one(work.tx, action.call_id if action else call_id) if action or call_id else None
    own = action.owner_id == action.by_id == work.actor.participant.id if action else not call_id
    if not own:
        check_runs(work, record)  # first: whether it stands tells what others did since
    if action is None:
        raise NotFound(GONE.format(reference=reference))
    if record is not None and record.minutes.sent_at is not None:
        raise Conflict(MINUTED.format(reference=reference))
    owner = owner_name(action, people)
    if rows.stands(work.tx, reference, subject_of(reference, 1), work.now):
        raise Conflict(LEFT.format(reference=reference))
    rows.drop(work.tx, reference)
    if by_hand:
        said.withdraw(work.tx, action.call_id, reference)
    return TAKEN_BACK.format(reference=reference, task=labelled(work, action.task, action.label), owner=owner)


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"action": undo_action}


def subject_of(reference: str, number: int) -> str:
    """What an errand is about: a change of an action, by its number in the history."""
    return f"{reference} {number}"


def read_subject(subject: str) -> tuple[str, int]:
    """The reference and number that ``subject_of`` put together."""
    reference, number = subject.split(" ")
    return reference, int(number)


def tell_owner(
    work: Writing, kind: str, action: ActionItem, number: int, people: Directory, *, at_once: bool = False
) -> None:
    """Has the owner's people told of a change, a little later unless *at_once*, so that a slip can be taken back."""
    tell(work, kind, (c.id for c in owners_people(action, people)), action, number, at_once=at_once)


def tell(
    work: Writing, kind: str, people: Iterable[str], action: ActionItem, number: int, *, at_once: bool = False
) -> None:
    """Has those people (contacts' ids) but for who acts told of a change of an action."""
    wait = timedelta() if at_once else timedelta(seconds=work.desk.procedure.invitations.merge_seconds)
    told = [i for i in people if i != work.actor.contact.id]
    subject = subject_of(action.reference, number)
    work.tell(kind, told, doors=BOTH, call_id=action.call_id, subject=subject, due_at=work.now + wait)


def read_due(work: Reading, said: str, record: Record) -> date:
    """The day that *said* names; ``next`` is that of the next announced call after the one of *record*, as far as the
    reader may know of it. Raises NotUnderstood, NotFound."""
    if said.strip().casefold() != "next":
        return read_date(said, today=today_of(work))
    for later in calls.upcoming(work.tx, work.now, parts_to_cut(work, Part.NONE), whose=work.reader):
        view = audience.cut_call(work.reader, later, work.now)
        if view is not None and view.start > max(record.call.start, work.now):
            return view.start.date()
    raise NotFound(NO_LATER)


def made_by(work: Reading) -> str | None:
    """Whose a change is: the actor's organisation's, None for the secretariat."""
    return None if work.reader.secretariat else work.reader.participant_id


def today_of(work: Reading) -> date:
    """The date of who acts."""
    return work.now.astimezone(work.actor.zone).date()


def _first_state(work: Reading, segment: Segment, table: Table, who: Who) -> ActionState:
    """Open where its owner was there to take it on, or it is the scribe's own organisation. Under the Chatham House
    Rule nobody is to read from it who was there."""
    if segment.chatham:
        return ActionState.PROPOSED
    there = who.participant.id in table.present or who.participant.id == work.actor.participant.id
    return ActionState.OPEN if there else ActionState.PROPOSED


def _at_table(work: Reading, record: Record, table: Table, *ids: str) -> Record:
    """*record* with what decides which parts those organisations hear; the agenda only where somebody of one of them is
    on several lists."""
    several = any(sum(a.participant_id == i for a in table.admissions) > 1 for i in ids)
    items = tuple(items_of(work.tx, [record.call.id])) if several and not record.items else record.items
    return table.put_into(replace(record, items=items))
