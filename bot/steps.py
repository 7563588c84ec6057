"""Owns what each step of the procedure asks, of whom, and whether it is still to be told; ``procedure`` owns when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.agenda import ItemState
from bot.attendees import Kinds, to_approve, to_circulate
from bot.audience import Record
from bot.calls import Call, CallState
from bot.errors import Conflict, NotUnderstood
from bot.procedure import Step as Step
from bot.procedure import StepKind
from bot.procedure import StepState as StepState
from bot.topics import AudienceKind


class Whom(StrEnum):
    """Whom a step reminds; NOBODY where what it asks is done."""

    NOBODY = "nobody"
    SECRETARIAT = "secretariat"
    AGENCIES = "agencies"
    EVERYBODY = "everybody"


class Outcome(StrEnum):
    """What becomes of a due step: TOLD (or nothing left to tell), MISSED, or LATER, when ``Verdict.later`` comes."""

    TOLD = "told"
    MISSED = "missed"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one due step and whom it reminds; ``later`` is UTC."""

    outcome: Outcome
    whom: Whom = Whom.NOBODY
    later: datetime | None = None


MISSED = Verdict(Outcome.MISSED)

WORDS: Mapping[str, StepKind] = {
    "items": StepKind.CALL_FOR_ITEMS,
    "close": StepKind.ITEMS_CLOSE,
    "list": StepKind.LIST_CIRCULATED,
    "window": StepKind.WINDOW_ENDS,
    "approval": StepKind.APPROVAL,
    "agenda": StepKind.AGENDA_OUT,
    "day": StepKind.REMINDER_DAY,
    "hour": StepKind.REMINDER_HOUR,
    "minutes": StepKind.DRAFT_MINUTES,
    "adoption": StepKind.MINUTES_ADOPTED,
}
"""The word by which each step is named in commands."""

NAMES: Mapping[StepKind, str] = {
    StepKind.CALL_FOR_ITEMS: "call for items",
    StepKind.ITEMS_CLOSE: "items close",
    StepKind.LIST_CIRCULATED: "attendee list circulated",
    StepKind.WINDOW_ENDS: "window to object ends",
    StepKind.APPROVAL: "approval of the attendee list",
    StepKind.AGENDA_OUT: "agenda out",
    StepKind.REMINDER_DAY: "reminder the day before",
    StepKind.REMINDER_HOUR: "reminder shortly before",
    StepKind.DRAFT_MINUTES: "draft minutes",
    StepKind.MINUTES_ADOPTED: "minutes adopted",
}

AFTER_THE_CALL = frozenset([StepKind.DRAFT_MINUTES, StepKind.MINUTES_ADOPTED])

_WHOM = {
    StepKind.CALL_FOR_ITEMS: Whom.AGENCIES,
    StepKind.REMINDER_DAY: Whom.EVERYBODY,
    StepKind.REMINDER_HOUR: Whom.EVERYBODY,
}

# The steps that wait for the end of a period whose real end the secretariat may have set otherwise.
_ENDS: Mapping[StepKind, Callable[[Record], datetime | None]] = {
    StepKind.WINDOW_ENDS: lambda record: record.list.window_ends_at,
    StepKind.APPROVAL: lambda record: record.list.window_ends_at,
    StepKind.MINUTES_ADOPTED: lambda record: record.minutes.adopts_at,
}


def judge(kind: StepKind, record: Record, kinds: Kinds, now: datetime) -> Verdict:
    """What becomes at *now* of the due step *kind* of a call (Plan A.3, B.3).

    1. Nobody is reminded of a cancelled call. A step before a call that has begun is missed, not told.
    2. A draft is the secretariat's alone, whatever the step: it is to be announced.
    3. A step that waits for the end of a period is put off until that end.
    4. What is done already is not asked again; all else reminds those who must act.
    """
    call = record.call
    ahead = kind not in AFTER_THE_CALL
    if call.state is CallState.CANCELLED or (ahead and has_begun(record, now)):
        return MISSED
    if call.state is CallState.DRAFT:
        return Verdict(Outcome.TOLD, Whom.SECRETARIAT) if ahead else MISSED
    end = _ENDS[kind](record) if kind in _ENDS else None
    if end is not None and end > now:
        return Verdict(Outcome.LATER, later=end)
    if is_done(kind, record, kinds, now):
        return Verdict(Outcome.TOLD)
    return Verdict(Outcome.TOLD, _WHOM.get(kind, Whom.SECRETARIAT))


def has_begun(record: Record, now: datetime) -> bool:
    """Whether the call runs or ran, or its time has come."""
    return record.call.live is not None or record.call.state is CallState.HELD or record.call.start <= now


def is_done(kind: StepKind, record: Record, kinds: Kinds, now: datetime) -> bool:
    """Whether nothing is left to do of what the step *kind* asks."""
    taken = [i for i in record.items if i.state is ItemState.ACCEPTED]
    proposed = any(i.state is ItemState.PROPOSED for i in record.items)
    match kind:
        case StepKind.ITEMS_CLOSE:
            return bool(taken) and not proposed
        case StepKind.LIST_CIRCULATED:
            circulated = record.list.circulated_at is not None and not to_circulate(record, kinds, now)
            return circulated or not takes_guests(record)
        case StepKind.WINDOW_ENDS | StepKind.APPROVAL:
            approved = record.list.approved_at is not None and not to_approve(record, kinds, now)
            return approved or not takes_guests(record)
        case StepKind.DRAFT_MINUTES:
            return record.minutes.sent_at is not None
        case StepKind.MINUTES_ADOPTED:
            return record.minutes.adopted_at is not None
        case _:
            return False


def takes_guests(record: Record) -> bool:
    """Whether there is an attendee list to speak of: a joint part, or somebody admitted by name."""
    return bool(record.admissions) or any(s.audience is AudienceKind.JOINT for s in record.call.segments)


def replanned(step: Step, call: Call, due_at: datetime, now: datetime) -> Step:
    """*step* for its call as moved, due by the procedure at *due_at*: one that lies ahead again is due again.

    A time that the secretariat gave stays as long as it is on the right side of the call.
    """
    if step.moved and _fits(step.kind, call, step.due_at):
        return step
    again = due_at > now
    return replace(step, due_at=due_at, moved=False, state=StepState.DUE if again else step.state)


def _fits(kind: StepKind, call: Call, at: datetime) -> bool:
    return at >= call.end if kind in AFTER_THE_CALL else at < call.start


def read_step(text: str) -> StepKind:
    """The step named by its word (``list``). Raises NotUnderstood with all the words."""
    said = text.strip().casefold().replace("-", "_")
    if kind := WORDS.get(said):
        return kind
    if said in StepKind.__members__.values():
        return StepKind(said)
    words = ", ".join(f"`{word}` ({NAMES[kind]})" for word, kind in WORDS.items())
    raise NotUnderstood(f"There is no step “{text.strip()}”. The steps are {words}.")


def word_of(kind: StepKind) -> str:
    """The word that names a step in commands."""
    return next(word for word, named in WORDS.items() if named is kind)


def check_step_time(kind: StepKind, record: Record, at: datetime) -> None:
    """Raises Conflict where a step would fall on the wrong side of its call."""
    call = record.call
    if call.state is CallState.CANCELLED:
        raise Conflict(f"“{call.title}” was cancelled: it has no steps. `/lap calls` lists what is planned.")
    if not _fits(kind, call, at):
        after = kind in AFTER_THE_CALL
        raise Conflict(
            f"“{NAMES[kind]}” comes {'after' if after else 'before'} the call, which "
            f"{'ends' if after else 'starts'} at {call.end if after else call.start:%Y-%m-%d %H:%M} UTC. "
            f"Give {'a later' if after else 'an earlier'} time."
        )
