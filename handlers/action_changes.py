"""Owns what becomes of an action once given: accepted, declined, done, put off, handed over, dropped, and taken back.

Giving and finding one is ``actions``'; what people are told of it is ``action_letters``'.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot import actions as rules
from bot import audience
from bot.actions import ActionItem, ActionState, ChangeKind, changed
from bot.confidentiality import unlabelled
from bot.dates import show_date
from bot.errors import Conflict, NotEntitled, NotFound, NotUnderstood
from bot.participants import ParticipantKind, Reader, as_organisation, member_of
from bot.text import clean_line
from bot.who import Who
from handlers.act import act, secretariat_only
from handlers.action_views import ActionView, action_views, owner_name, owner_told, owners_people, with_days
from handlers.actions import (
    CHANGED,
    GIVEN,
    NO_ACTION,
    Found,
    find_action,
    made_by,
    read_due,
    subject_of,
    tell,
    tell_owner,
    today_of,
)
from handlers.carrying import labelled
from handlers.live_views import is_owner_told
from handlers.naming import find_one
from handlers.owners import owner_of
from handlers.work import Reading, Writing
from storage import actions as rows
from storage import calls, directory
from storage.call_parts import items_of
from storage.calls import Part
from storage.directory import Directory

LONGEST_REASON = 500

NOT_YOURS = "`{reference}` was given to {owner}: only it and the secretariat can change it."
WHY_DROP = (
    "Why is `{reference}` dropped? Say so after `because`, as in `/lap drop {reference} because It was overtaken.`"
)
TOO_LONG = "That reason has {count} characters, and {most} fit. Shorten it: {text}"
OWN_PEOPLE = (
    "I know nobody of your organisation called “{asked}”, and within it you hand an action over. "
    "`/lap decline {reference}` leaves it to the secretariat, which can give it to others."
)
NOT_AGAIN = "`{reference}` was declined, so it is the secretariat's to give to somebody. Ask it to, at {address}."
TOLD = "People were told already that `{reference}` is {what}, so that stays. {next}"
GONE = (
    "`{reference}` has changed since, so there is nothing to take back. `/lap actions {reference}` shows its history."
)
BACK_AGAIN = "The action `{reference}` is {state} again, due {due}: {task} ({owner})."
NEXT: Mapping[ChangeKind, str] = {
    ChangeKind.MOVED: "`/lap due {reference} DATE` moves it again.",
    ChangeKind.HANDED_OVER: "`/lap give {reference} to WHO` hands it on.",
    ChangeKind.DECLINED: "The secretariat can give it again.",
    ChangeKind.DROPPED: "The secretariat can give it anew in the next call.",
    ChangeKind.ACCEPTED: "`/lap decline {reference}` leaves it to the secretariat.",
}

TO_THE_SECRETARIAT = (ChangeKind.MOVED, ChangeKind.DECLINED, ChangeKind.HANDED_OVER)
"""What the secretariat is told of when an owner does it; the rest stands in its lists."""


@act
def accept_action(work: Writing, reference: str) -> ActionView:
    """Its owner, or the secretariat for it, takes an action on. Raises NotFound, NotEntitled, Conflict."""
    found = _own(work, reference)
    return _changed(work, ChangeKind.ACCEPTED, found, rules.accepted(found.action), counted_anew=True)


@act
def decline_action(work: Writing, reference: str, why: str = "") -> ActionView:
    """Its owner, or the secretariat for it, leaves an action to the secretariat, words and all: the Plan binds nobody.
    Raises NotFound, NotEntitled, NotUnderstood, Conflict."""
    found = _own(work, reference)
    return _changed(
        work, ChangeKind.DECLINED, found, rules.declined(found.action, work.now), text=_reason(why)
    )  # fmt: skip


@act
def mark_done(work: Writing, reference: str) -> ActionView:
    """Its owner, or the secretariat, closes an action. Raises NotFound, NotEntitled, Conflict."""
    found = _own(work, reference)
    return _changed(work, ChangeKind.DONE, found, rules.done(found.action, work.now))


@act
def move_due(work: Writing, reference: str, due: str) -> ActionView:
    """Its owner, which so accepts it, or the secretariat gives an action another due date. Raises NotFound,
    NotEntitled, Conflict."""
    found = _own(work, reference)
    day, by_owner = read_due(work, due, found.record), not work.reader.secretariat
    after = rules.put_off(found.action, day, today_of(work), by_owner=by_owner)
    return _changed(work, ChangeKind.MOVED, found, after, counted_anew=True)


@act
def drop_action(work: Writing, reference: str, why: str) -> ActionView:
    """The secretariat says of an action, and why, that nobody need do it any more. Raises NotFound, NotEntitled,
    NotUnderstood, Conflict."""
    secretariat_only(work, "drop an action")
    found = find_action(work, reference)
    after = rules.dropped(found.action, work.now)
    text = _reason(why)
    if not text:
        raise NotUnderstood(WHY_DROP.format(reference=after.reference))
    return _changed(work, ChangeKind.DROPPED, found, after, text=text)


@act
def hand_over(work: Writing, reference: str, asked: str) -> ActionView:
    """Its owner, or the secretariat, gives an action to somebody else, who has yet to accept it.

    A new owner that may not hear its part reads nothing before the secretariat has confirmed the words for it
    (barrier.md, Who comes 9). Who hands it over does not learn whether that is so: it would tell of objections. The old
    owner reads it from now on as others of its kind do. Raises NotFound, NotEntitled, SeveralPeople, Conflict.
    """
    found = _own(work, reference)
    action = found.action
    if action.state is ActionState.DECLINED and not work.reader.secretariat:
        raise Conflict(NOT_AGAIN.format(reference=action.reference, address=work.desk.settings.mail_from))
    who = owner_of(_named(work, asked, found))
    after = rules.handed_over(action, who.participant.id, who.contact.id if who.contact else None)
    if sum(a.participant_id == after.owner_id for a in found.record.admissions) > 1 and not found.record.items:
        items = tuple(items_of(work.tx, [found.record.call.id]))
        found = replace(found, record=replace(found.record, items=items))
    losing = [
        c.id
        for c in found.people.people_of(action.owner_id)
        if not audience.sees_action(_as_themselves(c.id, action, found.people), found.record, after, work.now)
    ]
    work.narrow(losing, action.call_id, lost=False)
    return _changed(work, ChangeKind.HANDED_OVER, found, after, counted_anew=True)


def undo_change(work: Writing, subject: str) -> str:
    """Takes back the last change of an action that nobody was told of yet; returns what names it.

    One that the secretariat made only who is of it still; who may not read the action as it was before is answered as
    if it were not there. Who may not read it as it is now learns nothing of what others did since.
    """
    reference, _, number = subject.partition(" ")
    action, history = rows.find(work.tx, reference), rows.changes(work.tx, [reference])
    at = next((n for n, change in enumerate(history) if str(change.number) == number), 0)
    record = calls.one(work.tx, action.call_id, Part.LIST | Part.ITEMS) if action else None
    if action is None or record is None or not at:
        raise NotFound(NO_ACTION.format(reference=reference))
    last, people = history[at], directory.everybody(work.tx, past=True)
    after = with_days(work, rules.as_before(action, last, history[at - 1]), people)
    own = work.reader.secretariat or last.by_id == made_by(work)
    if not own or not audience.sees_action(work.reader, record, after, work.now):
        raise NotFound(NO_ACTION.format(reference=reference))
    changed_since = last is not history[-1]
    if changed_since and audience.sees_action(work.reader, record, action, work.now):
        raise Conflict(GONE.format(reference=reference))
    if changed_since or (last.kind is not ChangeKind.DONE and rows.has_left(work.tx, subject, work.now)):
        what = NEXT.get(last.kind, "").format(reference=reference)
        raise Conflict(TOLD.format(reference=reference, what=last.kind, next=what).strip())
    rows.take_back(work.tx, last)
    rows.save(work.tx, after)
    if action.owner_id != after.owner_id:
        work.narrow((c.id for c in people.people_of(action.owner_id)), action.call_id, lost=False)
    return BACK_AGAIN.format(
        reference=reference, task=labelled(work, action.task, action.label), owner=owner_name(after, people),
        state=after.state, due=show_date(after.due),
    )  # fmt: skip


_NAMES: Mapping[ChangeKind, str] = {
    ChangeKind.ACCEPTED: "action.accept",
    ChangeKind.DECLINED: "action.decline",
    ChangeKind.DONE: "done",
    ChangeKind.MOVED: "due",
    ChangeKind.HANDED_OVER: "action.give",
    ChangeKind.DROPPED: "action.drop",
}
UNDO: Mapping[str, Callable[[Writing, str], str]] = dict.fromkeys(_NAMES.values(), undo_change)


def _own(work: Reading, reference: str) -> Found:
    """The action, which is the reader's organisation's, or anybody's for the secretariat."""
    found = find_action(work, reference)
    action = found.action
    if not work.reader.secretariat and action.owner_id != work.reader.participant_id:
        owner = owner_told(work, action, found.record, _with_owner(work, action, found.people))
        raise NotEntitled(NOT_YOURS.format(reference=action.reference, owner=owner))
    return found


def _named(work: Reading, asked: str, found: Found) -> Who:
    """Whom *asked* means; who is no Agency's hands over within its own organisation. Raises as ``find_one`` does."""
    people = found.people
    if work.reader.secretariat or work.reader.kind is ParticipantKind.AGENCY:
        return find_one(work, asked, people)
    own = work.reader.participant_id
    known = Directory(
        tuple(p for p in people.participants if p.id == own),
        tuple(c for c in people.contacts if c.participant_id == own),
    )
    try:
        return find_one(work, asked, known)
    except NotFound:
        raise NotFound(OWN_PEOPLE.format(asked=asked, reference=found.action.reference)) from None


def _as_themselves(contact_id: str, action: ActionItem, people: Directory) -> Reader:
    contact, owner = people.contact(contact_id), people.participant(action.owner_id)
    return member_of(contact, owner) if contact is not None else as_organisation(owner)


def _reason(why: str) -> str:
    text = unlabelled(clean_line(why))
    if len(text) > LONGEST_REASON:
        raise NotUnderstood(TOO_LONG.format(count=len(text), most=LONGEST_REASON, text=text))
    return text


def _changed(
    work: Writing, kind: ChangeKind, found: Found, after: ActionItem, *, text: str = "", counted_anew: bool = False
) -> ActionView:
    """Writes the action and its history, and tells the other side: the secretariat of what an owner did that is its to
    know, an owner of what the secretariat did; a new owner what it was given."""
    people, before = found.people, found.action
    after = replace(after, changed_at=work.now)
    after = with_days(work, after, people) if counted_anew else after
    rows.save(work.tx, after)
    number = rows.enter(work.tx, changed(after, kind, made_by(work), work.now, text))
    if work.reader.secretariat:
        tell_owner(work, CHANGED, before, number, people)
    elif kind in TO_THE_SECRETARIAT:
        seats = (c.id for c in people.secretariat if c.removed_at is None)
        tell(work, CHANGED, seats, after, number)
    if kind is ChangeKind.HANDED_OVER and is_owner_told(found.record, after, people, work.now):
        old = {c.id for c in owners_people(before, people)} if before.owner_id == after.owner_id else set[str]()
        tell(work, GIVEN, (c.id for c in owners_people(after, people) if c.id not in old), after, number)
    work.can_be_undone(_NAMES[kind], subject_of(after.reference, number))
    work.record(_NAMES[kind], after.reference, due=after.due, state=after.state, owner=after.owner_id)
    return action_views(work, [after], [found.record], _with_owner(work, after, people))[0]


def _with_owner(work: Reading, action: ActionItem, people: Directory) -> Directory:
    """*people*, or where the owner of *action* no longer takes part those of before as well."""
    known = any(p.id == action.owner_id for p in people.participants)
    return people if known else directory.everybody(work.tx, past=True)
