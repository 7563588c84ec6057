"""Owns the watch over “at least quarterly” (Plan A.3): which quarter stays without a call; planning one is ``calls``'.

A quarter is watched from the present one on, as far as it ends within twelve months. Calls of every kind count, drafts
that lie ahead too; a cancelled call does not, nor a draft whose time went by.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.calls import CallState
from bot.dates import show_date
from bot.notices import Notice
from bot.participants import Contact, Participant, Role
from bot.series import Quarter, quarters_without_call, year_after
from handlers.work import Reading
from storage import calls
from storage.calls import Named
from storage.outbox import Errand

KIND = "quarter"

SUBJECT = "No call in {quarter}"
UNSERVED = (
    "No call is planned from {start} to {end} ({quarter}). The Plan asks for calls at least quarterly (A.3). "
    "Plan one with `/lap call add`, or a year of them with `/lap series add`; or answer this mail."
)


def watched(now: datetime) -> tuple[datetime, datetime]:
    """From when to when (UTC) it is watched: from the beginning of this quarter to twelve months ahead."""
    return Quarter.of(now).start, year_after(now)


def planned(work: Reading, *moments: datetime) -> list[Named]:
    """The calls that are not cancelled, from the beginning of this quarter to twelve months ahead, and on the days
    of *moments*; earliest first. One statement."""
    first, last = watched(work.now)
    since = min([first, *(m - timedelta(days=1) for m in moments)])
    until = max([last, *(m + timedelta(days=1) for m in moments)])
    return calls.not_cancelled_between(work.tx, since, until)


def uncovered(named: Iterable[Named], now: datetime) -> tuple[Quarter, ...]:
    """The quarters that stay without any of the *named* calls."""
    starts = [n.start for n in named if n.state is not CallState.DRAFT or n.start > now]
    return tuple(quarters_without_call(starts, since=now, until=year_after(now)))


def quarters_to_watch(work: Reading) -> list[Quarter]:
    """The quarters of which the secretariat is to be told now: without a call, and so near to their end (procedure
    file ``[reminders] quarter_days_before_end``)."""
    notice = timedelta(days=work.desk.procedure.reminders.quarter_days_before_end)
    return [q for q in uncovered(planned(work), work.now) if q.end - notice <= work.now]


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Tells the secretariat of quarters without a call; the errand's subject is the quarter (``Q3 2027``)."""
    if Role.SECRETARIAT not in contact.roles:
        return None
    asked = {e.subject for e in errands}
    still = [q for q in uncovered(planned(work), work.now) if str(q) in asked]
    if not still:
        return None
    return Notice(
        SUBJECT.format(quarter=" and ".join(map(str, still))),
        tuple(
            UNSERVED.format(quarter=q, start=show_date(q.start.date()), end=show_date(last_day(q).date()))
            for q in still
        ),
    )  # fmt: skip


def last_day(quarter: Quarter) -> datetime:
    """The midnight (UTC) with which its last day begins."""
    return quarter.end - timedelta(days=1)
