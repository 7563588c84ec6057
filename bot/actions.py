"""Owns action items and what becomes of one; its reminders are ``due_days``'s, who reads it ``audience``'s."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.confidentiality import Tlp, split_label
from bot.dates import MOST_WORDS, is_date, show_date
from bot.errors import Conflict, NotUnderstood
from bot.text import clean_line
from bot.words import Word, each_word, rest_of

LONGEST_TASK = 500

NO_DUE = (
    "I found no due date{understood}. Write it after `by`, as in "
    "`/lap action fr-cnil by +14d Send the list of numbers`; `by next` is the day of the next call."
)


class ActionState(StrEnum):
    """PROPOSED until an owner that was absent accepts it, as the Plan binds nobody; then OPEN, until it is DONE;
    DECLINED by its owner it is the secretariat's to give to another; DROPPED it is nobody's any more."""

    PROPOSED = "proposed"
    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"
    DROPPED = "dropped"

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do for its owner: it comes back on no agenda, and nobody is reminded."""
        return self not in (ActionState.PROPOSED, ActionState.OPEN)


class ChangeKind(StrEnum):
    """What can happen to an action; what was taken back never happened."""

    GIVEN = "given"
    CONFIRMED = "words confirmed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MOVED = "moved"
    HANDED_OVER = "handed over"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class ActionItem:
    """A task with an owner and a due date, carried over until done.

    ``owner_id`` is a participant, ``owner_contact_id`` one of its people where one was named. ``confirmed``: the scribe
    confirmed the words for an owner who may not hear the segment that it comes from. ``remind_at``: when its owner is
    next reminded; ``escalate_at``: when others are told that it is overdue, its point of contact first and, once it
    was (``escalated``), the secretariat. ``closed``: given under a closed item, which guests of the part do not hear.
    ``by_id``: the participant whose words they are, which gave it. Times are UTC.
    """

    reference: str
    call_id: str
    segment_id: str
    task: str
    owner_id: str
    owner_contact_id: str | None
    due: date
    state: ActionState
    confirmed: bool
    entered_by: str
    entered_at: datetime
    ended_at: datetime | None = None
    changed_at: datetime | None = None
    remind_at: datetime | None = None
    escalate_at: datetime | None = None
    escalated: bool = False
    closed: bool = False
    label: Tlp = Tlp.AMBER
    by_id: str | None = None


@dataclass(frozen=True, slots=True)
class ActionChange:
    """How an action stood after one change of it, ``number`` counting from 1. ``by_id``: the organisation that changed
    it; None for the secretariat, empty where that is not the reader's to know. ``text``: why, where that was said."""

    reference: str
    number: int
    kind: ChangeKind
    at: datetime
    by_id: str | None
    owner_id: str
    owner_contact_id: str | None
    due: date
    state: ActionState
    confirmed: bool
    text: str = ""


def is_overdue(action: ActionItem, today: date) -> bool:
    """Whether the due date of an action that has not ended lies before *today* (the owner's own date)."""
    return not action.state.ended and action.due < today


def read_task(typed: str) -> tuple[Tlp | None, str]:
    """*typed* (``[TLP:LABEL] TEXT``, the label first or last) as its label and a task of one line.

    Raises NotUnderstood for no task, for more than 500 characters, and for a label that there is not.
    """
    label, task = split_label(clean_line(typed))
    if not task:
        raise NotUnderstood(
            "The task is missing. Write it last, as in `/lap action fr-cnil by +14d Send the list of numbers`."
        )
    if len(task) > LONGEST_TASK:
        again = "." if label else f": {task}"
        raise NotUnderstood(f"That task has {len(task)} characters, and {LONGEST_TASK} fit. Shorten it{again}")
    return label, task


@dataclass(frozen=True, slots=True)
class Typed:
    """An action as typed: what stands before ``by DATE`` and after it, which together are its owner and its task."""

    before: str
    due: str
    after: str


def read_given(text: str) -> Typed:
    """``WHO by DATE TEXT``, or with ``by DATE`` at another place. Raises NotUnderstood where no date follows a “by”."""
    words: list[Word] = []
    with suppress(NotUnderstood):  # an open quote is the task's, if the date comes before it
        words.extend(each_word(text))
    for at, word in enumerate(words):
        if word.quoted or word.text.casefold() != "by":
            continue
        for length in range(min(MOST_WORDS, len(words) - at - 1), 0, -1):
            last = words[at + length]
            said = text[words[at + 1].start : last.end]
            if is_date(said) or said.casefold() == "next":
                return Typed(text[: word.start].strip(), said, rest_of(text, last))
    raise NotUnderstood(NO_DUE.format(understood=f" in “{text}”" if text else ""))


def check_due(due: date, today: date) -> None:
    """Refuses a due date that has gone by; *today* is the date of who gives it."""
    if due < today:
        raise Conflict(f"{show_date(due)} has gone by. Give a date that lies ahead, for example `+14d`.")


def confirmed(action: ActionItem) -> ActionItem:
    """*action* with its words confirmed for an owner who may not hear its segment (barrier.md, Who comes 9)."""
    _refuse_ended(action)
    if action.confirmed:
        raise Conflict(f"The words of `{action.reference}` are confirmed already, and its owner is told.")
    return replace(action, confirmed=True)


def accepted(action: ActionItem) -> ActionItem:
    """*action* as its owner takes it on. Raises Conflict where it is accepted already, or has ended."""
    _refuse_ended(action)
    if action.state is ActionState.OPEN:
        raise Conflict(f"`{action.reference}` is accepted already. `/lap done {action.reference}` closes it.")
    return replace(action, state=ActionState.OPEN)


def declined(action: ActionItem, now: datetime) -> ActionItem:
    """*action* as its owner leaves it to the secretariat, accepted before or not: the Plan binds nobody. Raises
    Conflict where it has ended."""
    _refuse_ended(action)
    return replace(action, state=ActionState.DECLINED, ended_at=now)


def dropped(action: ActionItem, now: datetime) -> ActionItem:
    """*action* as nobody's any more, declined or not. Raises Conflict where it is done or dropped already."""
    if action.state is not ActionState.DECLINED:
        _refuse_ended(action)
    return replace(action, state=ActionState.DROPPED, ended_at=now)


def done(action: ActionItem, now: datetime) -> ActionItem:
    """*action* as it is once done. Raises Conflict where it has ended already."""
    _refuse_ended(action)
    return replace(action, state=ActionState.DONE, ended_at=now)


def put_off(action: ActionItem, due: date, today: date, *, by_owner: bool = False) -> ActionItem:
    """*action* with another due date, which its owner accepts by naming it. Raises Conflict for one that has ended, a
    date gone by, and the date it has."""
    _refuse_ended(action)
    check_due(due, today)
    if due == action.due:
        raise Conflict(f"`{action.reference}` is due on {show_date(due)} already. Give another date.")
    return replace(action, due=due, state=ActionState.OPEN if by_owner else action.state)


def handed_over(action: ActionItem, owner_id: str, contact_id: str | None) -> ActionItem:
    """*action* with another owner, who has yet to accept it, and for whom its words are not confirmed; within one
    organisation it stays as it is. Raises Conflict for one that is done or dropped, and where it is theirs already."""
    if action.state is not ActionState.DECLINED:
        _refuse_ended(action)
        if (owner_id, contact_id) == (action.owner_id, action.owner_contact_id):
            raise Conflict(f"`{action.reference}` is theirs already. Name somebody else.")
    same = owner_id == action.owner_id
    kept = same and action.state is not ActionState.DECLINED
    return replace(
        action,
        owner_id=owner_id,
        owner_contact_id=contact_id,
        state=action.state if kept else ActionState.PROPOSED,
        confirmed=action.confirmed and same,
        ended_at=None,
    )


def as_before(action: ActionItem, last: ActionChange, before: ActionChange) -> ActionItem:
    """*action* as it stood after the change *before*: the *last* one never happened. A person of the owner's who was
    replaced since stays so, unless that change handed it over."""
    handed = last.kind is ChangeKind.HANDED_OVER
    return replace(
        action,
        owner_id=before.owner_id,
        owner_contact_id=before.owner_contact_id if handed else action.owner_contact_id,
        due=before.due,
        state=before.state,
        confirmed=before.confirmed,
        ended_at=before.at if before.state.ended else None,
        changed_at=before.at,
    )


def changed(action: ActionItem, kind: ChangeKind, by_id: str | None, at: datetime, text: str = "") -> ActionChange:
    """The entry in its history that leaves *action* as it is; its number is storage's to give."""
    return ActionChange(
        action.reference, 0, kind, at, by_id, action.owner_id, action.owner_contact_id, action.due, action.state,
        action.confirmed, text,
    )  # fmt: skip


def _refuse_ended(action: ActionItem) -> None:
    if action.state.ended:
        reference = action.reference
        next_step = (
            f"`/lap give {reference} to WHO` gives it to somebody else."
            if action.state is ActionState.DECLINED
            else "`/lap actions` lists what is open."
        )
        raise Conflict(f"`{reference}` is {action.state} already. {next_step}")
