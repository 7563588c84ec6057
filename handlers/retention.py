"""Owns the daily sweep of what has grown older than the procedure file lets it (``[retention]``); which rows those are
is ``storage.retention``'s.
"""

from dataclasses import fields
from datetime import datetime, timedelta

from bot.holds import Held
from bot.retention import cutoff
from handlers.act import act
from handlers.erasing import erase
from handlers.work import Reading, Writing
from storage import contacts, holds, marks, proxies, retention, subjects
from storage.subjects import Subject

BATCH = 500
LOOKED_AT = 50
MARKS_KEPT = timedelta(days=2)


def still_to_sweep(work: Reading) -> bool:
    """Whether something may still be to be swept today (UTC)."""
    return not marks.made(work.tx, [_mark(work.now)])


@act
def sweep(work: Writing) -> int:
    """Deletes one batch of what is older than its kind may be, or erases one of those who left; returns how many.

    1. What is held stays (``lap hold``).
    2. Up to 500 rows go; once none are left, whoever was brought to a call so long ago is nobody's proxy any more, and
       then one person goes; what went, by kind, is on the audit record.
    3. When nothing is left, the day is marked as swept; else the next beat goes on.
    """
    if not still_to_sweep(work):
        return 0
    terms = work.desk.procedure.retention
    cutoffs = {f.name: cutoff(work.now, getattr(terms, f.name)) for f in fields(terms)}
    held = holds.held(work.tx)
    done = retention.sweep(work.tx, cutoffs, held, BATCH)
    if done:
        work.record("retention", "", **done)
        return sum(done.values())
    if not held.whole and (over := proxies.over(work.tx, cutoffs["proxies"], held.contacts, held.calls, BATCH)):
        work.narrow(over)
        contacts.end_contacts(work.tx, over, work.now)
        work.record("proxies end", "", contacts=over)
        return len(over)
    if not held.whole and (person := _who_left(work, cutoffs["contacts"], held)):
        erase(work, person.email, [person])
        return 1
    marks.make(work.tx, [_mark(work.now)], work.now)
    retention.drop_marks(work.tx, work.now - MARKS_KEPT)
    return 0


def _who_left(work: Reading, before: datetime, held: Held) -> Subject | None:
    """The first who left before that and is not held, themselves or by a call they took part in."""
    left = subjects.left_before(work.tx, before, held.contacts, LOOKED_AT)
    their_calls = holds.calls_of(work.tx, [p.id for p in left]) if held.calls else {}
    return next((p for p in left if held.calls.isdisjoint(their_calls.get(p.id, ()))), None)


def _mark(now: datetime) -> str:
    return f"retention {now.date()}"
