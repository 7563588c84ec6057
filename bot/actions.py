"""Owns action items, when they are due and when their owner is reminded; who reads one is ``audience``'s."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

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
    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class ActionItem:
    """A task with an owner and a due date, carried over until done.

    ``owner_id`` is a participant, ``owner_contact_id`` one of its people where one was named. ``confirmed``: the scribe
    confirmed the words for an owner who may not hear the segment that it comes from. ``remind_at``: when its owner is
    next reminded. ``closed``: given under a closed item, which guests of the part do not hear. ``by_id``: the
    participant whose words they are, which gave it. Times are UTC.
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
    done_at: datetime | None = None
    remind_at: datetime | None = None
    closed: bool = False
    label: Tlp = Tlp.AMBER
    by_id: str | None = None


def is_overdue(action: ActionItem, today: date) -> bool:
    """Whether an open action's due date lies before *today* (the owner's own date)."""
    return action.state is ActionState.OPEN and action.due < today


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
    _refuse_done(action)
    if action.confirmed:
        raise Conflict(f"The words of `{action.reference}` are confirmed already, and its owner is told.")
    return replace(action, confirmed=True)


def done(action: ActionItem, now: datetime) -> ActionItem:
    """*action* as it is once done. Raises Conflict where it was done already."""
    _refuse_done(action)
    return replace(action, state=ActionState.DONE, done_at=now)


def put_off(action: ActionItem, due: date, today: date) -> ActionItem:
    """*action* with another due date. Raises Conflict for one that is done, a date gone by, and the date it has."""
    _refuse_done(action)
    check_due(due, today)
    if due == action.due:
        raise Conflict(f"`{action.reference}` is due on {show_date(due)} already. Give another date.")
    return replace(action, due=due)


def reminder_days(due: date, before: Sequence[int], after: Sequence[int]) -> tuple[date, ...]:
    """The days on which the owner of an action is reminded, in order."""
    return tuple(sorted({*(due - timedelta(days=n) for n in before), *(due + timedelta(days=n) for n in after)}))


def next_reminder(
    action: ActionItem, zone: ZoneInfo, hour: int, before: Sequence[int], after: Sequence[int], now: datetime
) -> datetime | None:
    """When (UTC) its owner is next reminded of an open *action*, after *now*; None where no day is left.

    A day is the owner's own (*zone*), and *hour* (UTC) is when its messages leave. The day on which the action was
    given counts for nothing.
    """
    given = action.entered_at.astimezone(zone).date()
    days = (day for day in reminder_days(action.due, before, after) if day > given)
    ahead = (moment for day in days if (moment := hour_on(day, zone, hour)) > now)
    return next(ahead, None) if action.state is ActionState.OPEN else None


def hour_on(day: date, zone: ZoneInfo, hour: int) -> datetime:
    """The moment at which *hour* (UTC) strikes on the local *day* of *zone*; where it strikes at no time of a day of 23
    hours, that day's beginning."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    strikes = midnight.replace(hour=hour, minute=0, second=0, microsecond=0)
    strikes = strikes if strikes >= midnight else strikes + timedelta(days=1)
    return strikes if strikes.astimezone(zone).date() == day else midnight


def _refuse_done(action: ActionItem) -> None:
    if action.state is ActionState.DONE:
        raise Conflict(f"`{action.reference}` is done already. `/lap actions` lists what is open.")
