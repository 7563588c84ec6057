"""Owns putting on hold what is about a person or a call, and lifting it: nothing held is erased or ages away."""

from dataclasses import dataclass
from datetime import datetime

from bot.errors import NotFound, NotUnderstood
from bot.holds import Hold
from bot.text import clean_line
from bot.words import fold_reference
from handlers.act import act, reading
from handlers.finding import find_call
from handlers.work import Reading, Writing
from storage import calls, holds, subjects
from storage.directory import contact_even_removed

NO_REASON = 'A hold needs a reason in words, as in: lap hold add "Request of the court of 3 May" jane@example.org'
LONGEST = 500
TOO_LONG = "The reason has {count} characters; keep it under {most}."
NOBODY = "Nobody with the address {email} is or was a contact, so there is nothing to hold."
NO_HOLD = "No hold stands under {reference}. `lap hold list` shows those that do."


@dataclass(frozen=True, slots=True)
class Holding:
    """A hold as it is listed; ``about``: the address, the call's date (no title: it may be
    closed, and a terminal is no door for that), or empty for everything."""

    reference: str
    reason: str
    about: str
    at: datetime


@act
def add_hold(work: Writing, reason: str, about: str | None = None) -> Holding:
    """Suspends erasure and retention of what is *about* a person (an address), a call, or of all there is.

    Raises NotUnderstood without a reason, NotFound for an address or a call that is none.
    """
    reason = clean_line(reason).strip()
    if not reason:
        raise NotUnderstood(NO_REASON)
    if len(reason) > LONGEST:
        raise NotUnderstood(TOO_LONG.format(count=len(reason), most=LONGEST))
    contact_id, call_id = _meant(work, about)
    hold = Hold(work.desk.new_reference(), reason, contact_id, call_id, work.now)
    holds.add(work.tx, hold)
    work.record("hold.add", hold.reference, reason=reason, contact=contact_id, call=call_id)
    return _holding(work, hold)


@act
def lift_hold(work: Writing, reference: str) -> str:
    """Ends a hold; what has aged meanwhile goes with the next day's sweep. Raises NotFound."""
    reference = fold_reference(reference)
    if not holds.lift(work.tx, reference, work.now):
        raise NotFound(NO_HOLD.format(reference=reference))
    work.record("hold.lift", reference)
    return reference


@reading
def standing_holds(work: Reading) -> list[Holding]:
    """The holds that are not lifted, oldest first."""
    return [_holding(work, hold) for hold in holds.standing(work.tx)]


def _meant(work: Reading, about: str | None) -> tuple[str | None, str | None]:
    if about is None:
        return None, None
    if "@" in about:
        found = subjects.subjects(work.tx, about)
        if not found:
            raise NotFound(NOBODY.format(email=about.strip()))
        return found[-1].id, None
    return None, find_call(work, about)[0].call.id


def _holding(work: Reading, hold: Hold) -> Holding:
    about = ""
    if hold.contact_id:
        known = contact_even_removed(work.tx, hold.contact_id)
        about = (known[0].email or known[0].name) if known else ""
    if hold.call_id:
        record = calls.one(work.tx, hold.call_id)
        about = f"{record.call.start:%Y-%m-%d}" if record else ""
    return Holding(hold.reference, hold.reason, about, hold.at)
