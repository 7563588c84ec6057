"""Owns action items and when they are due; who reads one is ``audience``'s."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

LONGEST_TASK = 500


class ActionState(StrEnum):
    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class ActionItem:
    """A task with an owner and a due date, carried over until done.

    ``owner_id`` is a participant, ``owner_contact_id`` one of its people where one was named. ``confirmed``: the scribe
    confirmed the words for an owner who may not hear the segment that it comes from. Times are UTC.
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
    reminded_at: datetime | None = None


def is_overdue(action: ActionItem, today: date) -> bool:
    """Whether an open action's due date lies before *today* (the owner's own date)."""
    return action.state is ActionState.OPEN and action.due < today
