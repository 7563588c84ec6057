"""Owns what people are told of actions: one given, one changed, a reminder; who may change them is ``actions``'s."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot import audience
from bot.actions import ActionItem, ActionState, is_overdue
from bot.audience import Record
from bot.dates import show_date
from bot.exposures import shown
from bot.notices import OR_ANSWER, QUESTIONS, Button, Notice
from bot.participants import Contact, Participant, Reader
from bot.zones import zone_of
from handlers.action_views import next_reminder, owner_name, owners_people
from handlers.actions import CHANGED, GIVEN
from handlers.carrying import labelled
from handlers.delivery import Compose
from handlers.desk import Reading, Writing, act
from storage import actions as rows
from storage import calls, directory
from storage.calls import Part
from storage.directory import Directory
from storage.outbox import Errand
from storage.tables import Door

REMINDER = "action_reminder"

ENTRY = "`{reference}` {task}. Owner: {owner}. Due: {due}{late}."
LATE = ", which has gone by"
GIVEN_SUBJECT = {True: "An action for you, due {due}", False: "{count} actions for you, the first due {due}"}
GIVEN_WORDS = "The secretariat of the {network} has recorded this for you to do."
REMINDER_SUBJECT = {True: "Reminder of an action, due {due}", False: "Reminder of {count} actions, the first due {due}"}
REMINDER_WORDS = "This is still open."
CHANGED_SUBJECT = "{count} actions have changed"
DONE_SUBJECT, DUE_SUBJECT = "Action {reference}: done", "Action {reference}: now due {due}"
IS_DONE = "`{reference}` {task} ({owner}): done."
IS_DUE = "`{reference}` {task} ({owner}): now due {due}."
WHAT_TO_DO = "When it is done, say so with `/lap done {reference}`; another date is `/lap due {reference} DATE`."
SEE_ALL = "`/lap actions` lists what is open."


@dataclass(frozen=True, slots=True)
class _Known:
    """The actions of some errands that this person may read now, and who takes part."""

    actions: tuple[ActionItem, ...]
    people: Directory


def compose_given(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """What one person was given: task, owner and date, and nothing of the call that it comes from (barrier.md 9)."""
    known = _known(work, errands, contact, participant)
    open_ones = [a for a in known.actions if a.state is ActionState.OPEN]
    words = GIVEN_WORDS.format(network=work.desk.procedure.texts.network)
    return _to_do(work, open_ones, known.people, GIVEN_SUBJECT, words)


def compose_reminder(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """What one person has still to do, as it stands now."""
    known = _known(work, errands, contact, participant)
    open_ones = [a for a in known.actions if a.state is ActionState.OPEN and a.owner_id == participant.id]
    return _to_do(work, open_ones, known.people, REMINDER_SUBJECT, REMINDER_WORDS)


def compose_changed(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """What became of actions: done, or due on another day."""
    known = _known(work, errands, contact, participant)
    if not known.actions:
        return None
    told = tuple(
        (IS_DONE if a.state is ActionState.DONE else IS_DUE).format(
            reference=a.reference,
            task=labelled(work, a.task, a.label),
            owner=owner_name(a, known.people),
            due=show_date(a.due),
        )
        for a in known.actions
    )
    return Notice(
        subject=_what_changed(known.actions),
        paragraphs=(),
        items=told,
        closing=(SEE_ALL, QUESTIONS.format(address=work.desk.settings.mail_from)),
        shows=shown(actions=(a.reference for a in known.actions)),
    )


def _what_changed(actions: Sequence[ActionItem]) -> str:
    if len(actions) > 1:
        return CHANGED_SUBJECT.format(count=len(actions))
    one = actions[0]
    subject = DONE_SUBJECT if one.state is ActionState.DONE else DUE_SUBJECT
    return subject.format(reference=one.reference, due=show_date(one.due))


@act
def remind_of_actions(work: Writing) -> int:
    """Puts out the reminders that are due, for the heartbeat; returns how many actions people are reminded of."""
    return actions_to_remind(work)


def actions_to_remind(work: Writing) -> int:
    """Tells the owners of open actions whose reminder is due (procedure file ``[reminders]``); returns how many.

    1. Takes the open actions whose next reminder has come; acts follow one another, so nobody else takes them.
    2. Tells those of the owner's people who may read the action now; for words that wait to be confirmed nobody.
    3. Gives each action its next reminder, so that each of its days comes once, several missed ones as one.
    """
    due = rows.to_remind(work.tx, work.now)
    if not due:
        return 0
    people = directory.everybody(work.tx)
    records = {r.call.id: r for r in calls.many(work.tx, {a.call_id for a in due}, Part.LIST | Part.ITEMS)}
    organisations = {p.id: p for p in people.participants}
    told = 0
    for action in due:
        owner, record = organisations.get(action.owner_id), records.get(action.call_id)
        if owner is None or record is None:
            continue
        asked = owners_people(action, people)
        ids = [c.id for c in asked if _reads(work, record, action, c, owner)]
        told += bool(ids)
        work.tell(REMINDER, ids, doors=(Door.MAIL, Door.SLACK), call_id=action.call_id, subject=action.reference)
    rows.set_reminders(work.tx, {a.reference: next_reminder(work, a, people) for a in due})
    work.record("actions.remind", "", actions=[a.reference for a in due])
    return told


def _known(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> _Known:
    people = directory.everybody(work.tx, past=True)
    if contact.removed_at is not None or participant.left_at is not None:
        return _Known((), people)
    found = rows.with_references(work.tx, {e.subject for e in errands})
    records = calls.many(work.tx, {a.call_id for a in found}, Part.LIST | Part.ITEMS)
    return _Known(audience.cut_carried(work.reader, found, records, work.now), people)


def _to_do(
    work: Reading, actions: list[ActionItem], people: Directory, subject: dict[bool, str], words: str
) -> Notice | None:
    if not actions:
        return None
    one = len(actions) == 1
    entries = tuple(_entry(work, a, people) for a in actions)
    reference = actions[0].reference if one else "REFERENCE"
    return Notice(
        subject=subject[one].format(count=len(actions), due=show_date(min(a.due for a in actions))),
        paragraphs=(words,),
        items=entries,
        closing=(WHAT_TO_DO.format(reference=reference), QUESTIONS.format(address=work.desk.settings.mail_from)),
        buttons=tuple(Button(f"Done: {labelled(work, a.task, a.label)}", "done", a.reference) for a in actions[:25]),
        by_answer=OR_ANSWER,
        shows=shown(actions=(a.reference for a in actions)),
    )


def _entry(work: Reading, action: ActionItem, people: Directory) -> str:
    today = work.now.astimezone(zone_of(work.actor.contact.zone)).date()
    return ENTRY.format(
        reference=action.reference,
        task=labelled(work, action.task.removesuffix("."), action.label),
        owner=owner_name(action, people),
        due=show_date(action.due),
        late=LATE if is_overdue(action, today) else "",
    )


def _reads(work: Reading, record: Record, action: ActionItem, contact: Contact, owner: Participant) -> bool:
    """Whether that person of the owner's may read the action with its own hat, which a reminder is for."""
    reader = Reader(contact.id, owner.id, owner.kind)
    return audience.sees_action(reader, record, action, work.now)


NOTICES: dict[str, Compose] = {GIVEN: compose_given, CHANGED: compose_changed, REMINDER: compose_reminder}
