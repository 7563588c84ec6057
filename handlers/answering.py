"""Owns the answer to an invitation: one act and one truth, whichever door it comes by."""

from dataclasses import dataclass
from datetime import datetime

from bot.audience import CallView
from bot.errors import Conflict, NotFound
from bot.invitations import Invitation, Rsvp
from bot.when import show_span
from handlers.act import act, of_oneself
from handlers.finding import call_of, find_call
from handlers.own_copies import own_record, up_to_date
from handlers.work import Writing
from storage import invitations

NO_COPY = "You have no invitation to that call to answer. `/lap calls` lists the calls that you are invited to."
MOVED = (
    "The times of that call have changed since you were shown them: it is now {when}. Nothing was "
    "answered; look at the new times, and answer again."
)
OVER = "That call is over; nothing is left to answer. `/lap calls` lists what is to come."


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered, to which call as this reader sees it."""

    rsvp: Rsvp
    view: CallView


@act
@of_oneself
def rsvp(
    work: Writing, answer: Rsvp, asked: str | None, call_id: str | None = None,
    shown: tuple[datetime, datetime] | None = None,
) -> Answered:  # fmt: skip
    """Records this person's answer, as ``answer_call`` does."""
    return answer_call(work, answer, asked, call_id, shown)


def answer_call(
    work: Writing, answer: Rsvp, asked: str | None, call_id: str | None = None,
    shown: tuple[datetime, datetime] | None = None,
) -> Answered:  # fmt: skip
    """Records the answer of the one who acts for their part of a call: the one with *call_id* (a reference that a
    button or form carries), else the one that *asked* names, else the next.

    *shown*: the times (UTC) that the answer was given to. It counts for the times as they are: an entry that was moved
    and has not left yet is brought up to date first, or the answer would be taken for one to the earlier time. One that
    was narrowed stays what its holder has until they may be told. Raises NotFound, and Conflict where the call is over
    or its times are others by now.
    """
    record, view = call_of(work, call_id) if call_id else find_call(work, asked)
    copies = [i for i in invitations.of_person(work.tx, work.reader.contact_id, record.call.id) if not i.cancelled]
    if not copies:
        raise NotFound(NO_COPY)
    if view.end <= work.now or view.ended:
        raise Conflict(OVER)
    if view.start < min(c.start for c in copies) or max(c.end for c in copies) < view.end:
        copies = _up_to_date(work, record.call.id) or copies
    if shown is not None and shown not in [(view.start, view.end), *((c.start, c.end) for c in copies)]:
        raise Conflict(MOVED.format(when=show_span(view.start, view.end, work.actor.zone)))
    invitations.answer(work.tx, [i.uid for i in copies], answer, work.now)
    work.record("rsvp", record.call.id, answer=answer)
    return Answered(answer, view)


def _up_to_date(work: Writing, call_id: str) -> list[Invitation]:
    contact, participant = work.actor.contact, work.actor.participant
    own = own_record(work, call_id, contact.id)
    if own is None or contact.participant_id != participant.id:  # with another's hat nobody holds a copy
        return []
    return [c for c in up_to_date(work, own, contact, participant) if not c.cancelled]
