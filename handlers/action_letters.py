"""Owns what people are told of actions: one given, one changed, a reminder, an overdue one; when, ``action_reminders``
says, and who may change them ``action_changes``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot import audience
from bot.actions import ActionChange, ActionItem, ActionState, ChangeKind, is_overdue
from bot.audience import Record
from bot.dates import show_date
from bot.exposures import shown
from bot.notices import OR_ANSWER, QUESTIONS, Button, Notice
from bot.participants import Contact, Participant
from bot.zones import zone_of
from handlers.action_views import owner_name, owner_told, owner_zone, waits
from handlers.actions import CHANGED, GIVEN, as_shown, read_subject
from handlers.carrying import carried, labelled
from handlers.composing import Compose
from handlers.work import Reading
from storage import actions as rows
from storage import calls, directory
from storage.calls import Part
from storage.directory import Directory
from storage.outbox import Errand

REMINDER, OVERDUE = "action_reminder", "action_overdue"

ENTRY = "`{reference}` {task}. Owner: {owner}. Due: {due}{late}{proposed}."
LATE = ", which has gone by"
PROPOSED = "; to be accepted"
GIVEN_SUBJECT = {True: "An action for you, due {due}", False: "{count} actions for you, the first due {due}"}
GIVEN_WORDS = "In the {network} this is recorded for you to do."
REMINDER_SUBJECT = {True: "Reminder of an action, due {due}", False: "Reminder of {count} actions, the first due {due}"}
REMINDER_WORDS = "This is still open."
CHANGED_SUBJECT = {True: "Action {reference} has changed", False: "{count} actions have changed"}
CHANGE_SUBJECT: Mapping[ChangeKind, str] = {
    ChangeKind.DONE: "Action {reference}: done",
    ChangeKind.MOVED: "Action {reference}: now due {due}",
    ChangeKind.ACCEPTED: "Action {reference}: accepted",
    ChangeKind.DECLINED: "Action {reference}: declined",
    ChangeKind.DROPPED: "Action {reference}: dropped",
    ChangeKind.HANDED_OVER: "Action {reference}: handed over",
}
IS: Mapping[ChangeKind, str] = {
    ChangeKind.DONE: "`{reference}` {task} ({owner}): done.",
    ChangeKind.MOVED: "`{reference}` {task} ({owner}): now due {due}.",
    ChangeKind.ACCEPTED: "`{reference}` {task} ({owner}): accepted.",
    ChangeKind.DECLINED: "`{reference}` {task} ({owner}): declined{why}.",
    ChangeKind.DROPPED: "`{reference}` {task} ({owner}): dropped{why}.",
    ChangeKind.HANDED_OVER: "`{reference}` {task}: handed over to {owner}.",
}
WHY = ", because: {why}"
GONE_SUBJECT, GONE = "Action {reference}: no longer yours", "`{reference}` is no longer yours to do."
GIVE_IT_ON = "`/lap give {reference} to WHO` gives it to somebody else, `/lap drop {reference} because TEXT` ends it."
CONFIRM_IT = (
    "Its new owner may not hear where it comes from: `/lap action {reference} confirm` lets these words go out."
)
WHAT_TO_DO = "When it is done, say so with `/lap done {reference}`; another date is `/lap due {reference} DATE`."
TO_ACCEPT = (
    "The Plan binds nobody: `/lap accept {reference}` takes it on, `/lap decline {reference}` leaves it to the "
    "secretariat, and so does `/lap decline {reference} because TEXT`."
)
OVERDUE_SUBJECT = {
    True: "An action is overdue since {due}",
    False: "{count} actions are overdue, the first since {due}",
}
OVERDUE_WORDS = (
    "Your organisation took this on, and its date has gone by. If nothing changes, the secretariat is told next."
)
OVERDUE_SECRETARIAT = (
    "Their owners took these on, and their dates have gone by; their points of contact know, or there is none to tell. "
    "`/lap due REFERENCE DATE` moves one, `/lap give REFERENCE to WHO` gives it to somebody else, "
    "`/lap drop REFERENCE because TEXT` ends it."
)
SEE_ALL = "`/lap actions` lists what is open."


@dataclass(frozen=True, slots=True)
class _Known:
    """The actions of some errands that this person may read now, who takes part, the calls that they come from, and
    whole histories, which are still to be cut."""

    actions: tuple[ActionItem, ...]
    people: Directory
    records: Mapping[str, Record]
    changes: Mapping[str, list[ActionChange]]


def compose_given(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """What one person was given: task, owner and date, and nothing of the call that it comes from (barrier.md 9)."""
    known = _known(work, errands)
    open_ones = [a for a in known.actions if not a.state.ended and a.owner_id == participant.id]
    words = GIVEN_WORDS.format(network=work.desk.procedure.texts.network)
    return to_do(work, open_ones, known.people, GIVEN_SUBJECT, words)


def compose_reminder(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """What one person has still to do, as it stands now."""
    known = _known(work, errands)
    open_ones = [a for a in known.actions if not a.state.ended and a.owner_id == participant.id]
    return to_do(work, open_ones, known.people, REMINDER_SUBJECT, REMINDER_WORDS)


def compose_overdue(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """What is overdue and was taken on, as it stands now: for a point of contact its organisation's, for the
    secretariat everybody's."""
    known = _known(work, errands)
    late = [
        a
        for a in known.actions
        if a.state is ActionState.OPEN and is_overdue(a, work.now.astimezone(owner_zone(a, known.people)).date())
    ]
    if not work.reader.secretariat:
        own = [a for a in late if a.owner_id == participant.id]
        return to_do(work, own, known.people, OVERDUE_SUBJECT, OVERDUE_WORDS)
    if not late:
        return None
    return Notice(
        subject=OVERDUE_SUBJECT[len(late) == 1].format(count=len(late), due=show_date(min(a.due for a in late))),
        paragraphs=(OVERDUE_SECRETARIAT,),
        items=tuple(entry(work, a, known.people) for a in late),
        closing=(SEE_ALL,),
        shows=shown(actions=(a.reference for a in late)),
    )


def compose_changed(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """What became of actions, change by change: whoever may not read one any more is told that it is no longer theirs;
    of a change that was taken back nothing."""
    known = _known(work, errands)
    subjects = [read_subject(e.subject) for e in errands]
    first = list(dict.fromkeys(reference for reference, _ in subjects))
    in_order = sorted(subjects, key=lambda subject: (first.index(subject[0]), subject[1]))
    told = [t for subject in in_order if (t := _told(work, known, *subject)) is not None]
    if not told:
        return None
    count = len({t.reference for t in told})
    several = CHANGED_SUBJECT[count == 1].format(count=count, reference=told[0].reference)
    return Notice(
        subject=told[0].subject if len(told) == 1 else several,
        paragraphs=(),
        items=tuple(t.says for t in told),
        closing=(
            *dict.fromkeys(t.next for t in told if t.next), SEE_ALL,
            QUESTIONS.format(address=work.desk.settings.mail_from),
        ),
        buttons=tuple(dict.fromkeys(b for t in told for b in t.buttons)),
        shows=shown(actions=(t.reference for t in told if t.readable)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said of one change, and what can be done about it; ``readable``: the action's words are in it."""

    reference: str
    subject: str
    says: str
    next: str = ""
    buttons: tuple[Button, ...] = ()
    readable: bool = True


def _told(work: Reading, known: _Known, reference: str, number: int) -> _Told | None:
    history = known.changes.get(reference, [])
    change = next((c for c in history if c.number == number), None)
    action = next((a for a in known.actions if a.reference == reference), None)
    if change is None:
        return None
    if action is None:
        before = next((c.owner_id for c in reversed(history) if c.number < number), None)
        lost = change.kind is ChangeKind.HANDED_OVER and before == work.reader.participant_id
        gone = _Told(
            reference, GONE_SUBJECT.format(reference=reference), GONE.format(reference=reference), readable=False
        )
        return gone if lost else None
    record = known.records[action.call_id]
    cut = audience.cut_changes(work.reader, record, action, history, work.now)
    why = next((c.text for c in cut if c.number == number), "")
    then = replace(action, owner_id=change.owner_id, owner_contact_id=change.owner_contact_id)
    said = {
        "reference": reference,
        "task": labelled(work, action.task, action.label),
        "owner": owner_told(work, then, record, known.people),
        "due": show_date(change.due),
        "why": WHY.format(why=carried(work, why.removesuffix("."), action.label)) if why else "",
    }
    to_confirm = work.reader.secretariat and waits(record, action, known.people, work.now)
    back = work.reader.secretariat and action.state is ActionState.DECLINED
    shown = as_shown(change.due, owner_name(action, known.people))
    return _Told(
        reference,
        CHANGE_SUBJECT[change.kind].format(**said),
        IS[change.kind].format(**said),
        (CONFIRM_IT if to_confirm else GIVE_IT_ON).format(reference=reference) if to_confirm or back else "",
        (Button("Confirm these words", "action.confirm", f"{reference} {shown}"),) if to_confirm else (),
    )


def _known(work: Reading, errands: Sequence[Errand]) -> _Known:
    people = directory.everybody(work.tx, past=True)
    references = {e.subject.partition(" ")[0] for e in errands}
    found = rows.with_references(work.tx, references)
    records = calls.many(work.tx, {a.call_id for a in found}, Part.LIST | Part.ITEMS)
    changes: dict[str, list[ActionChange]] = {}
    if any(e.kind == CHANGED for e in errands):
        for change in rows.changes(work.tx, references):
            changes.setdefault(change.reference, []).append(change)
    seen = audience.cut_carried(work.reader, found, records, work.now)
    return _Known(seen, people, {r.call.id: r for r in records}, changes)


def to_do(
    work: Reading, actions: list[ActionItem], people: Directory, subject: Mapping[bool, str], words: str
) -> Notice | None:
    """*actions* that the reader has to do, with what they can do about them; None where there is none."""
    if not actions:
        return None
    one = len(actions) == 1
    entries = tuple(entry(work, a, people) for a in actions)
    reference = actions[0].reference if one else "REFERENCE"
    proposed = [a for a in actions if a.state is ActionState.PROPOSED]
    to_accept = (TO_ACCEPT.format(reference=reference),) if proposed else ()
    shown_first = actions[:25]
    return Notice(
        subject=subject[one].format(count=len(actions), due=show_date(min(a.due for a in actions))),
        paragraphs=(words,),
        items=entries,
        closing=(
            *to_accept, WHAT_TO_DO.format(reference=reference), QUESTIONS.format(address=work.desk.settings.mail_from)
        ),
        buttons=(
            *(b for a in proposed[:10] for b in _to_accept(work, a)),
            *(Button(f"Done: {labelled(work, a.task, a.label)}", "done", a.reference) for a in shown_first),
        ),
        by_answer=OR_ANSWER,
        shows=shown(actions=(a.reference for a in actions)),
    )  # fmt: skip


def _to_accept(work: Reading, action: ActionItem) -> tuple[Button, Button]:
    task = labelled(work, action.task, action.label)
    return (
        Button(f"Accept: {task}", "action.accept", action.reference, "primary"),
        Button(f"Decline: {task}", "action.decline", action.reference),
    )


def entry(work: Reading, action: ActionItem, people: Directory) -> str:
    """An action as a list of them has it, late or not by the reader's own date."""
    today = work.now.astimezone(zone_of(work.actor.contact.zone)).date()
    return ENTRY.format(
        reference=action.reference,
        task=labelled(work, action.task.removesuffix("."), action.label),
        owner=owner_name(action, people),
        due=show_date(action.due),
        late=LATE if is_overdue(action, today) else "",
        proposed=PROPOSED if action.state is ActionState.PROPOSED else "",
    )


NOTICES: dict[str, Compose] = {
    GIVEN: compose_given,
    CHANGED: compose_changed,
    REMINDER: compose_reminder,
    OVERDUE: compose_overdue,
}
