"""Owns the delay of a call: told to those who wait, each of their own part alone; the words are ``part_letters``'.

A delay moves no calendar entry: it is short, and a copy that moved would come after the part has begun. The join link
follows it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import timing
from bot.audience import CallView
from bot.errors import Conflict, NotFound, NotUnderstood
from bot.words import split_words
from handlers import posting
from handlers.act import act
from handlers.finding import find_call, views_of
from handlers.invitations import wanted_copy
from handlers.part_letters import LATE, waiting_since
from handlers.running import check_runs, running_now
from handlers.work import Writing
from storage import calls, invitations
from storage import live as rows
from storage.calls import Part
from storage.tables import Door

MOST = 180
"""A call that is later than this is moved, not delayed."""

LONGEST_NUMBER = 9

HOW_LATE = (
    "By how many minutes is the call late? Give them after the word, as in `/lap late 10`; `/lap late 0` takes it back."
)
TOO_LATE = "{minutes} minutes are no delay any more. Give 0 to {most}, or move the call: `/lap call move`."
SAID = (
    "“{title}” is {late} already, so nothing was changed and nobody is told again. `/lap late MINUTES` counts all in "
    "all, against the plan."
)
FAR = "“{title}” begins in more than a day: `/lap call move` gives it another time."
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Delayed:
    """A call that is late by so many minutes; ``told``: how many people read when their own part now begins."""

    view: CallView
    minutes: int
    told: int
    starts: datetime


@act
def tell_delay(work: Writing, text: str) -> Delayed:
    """The call (``[CALL] MINUTES``; the one that runs, else the next) is late by so many minutes against its plan, all
    in all; ``0`` takes that back. Who waits reads when their own part now begins.

    Raises NotEntitled for who does not run it, NotUnderstood for no number or one that is no delay, Conflict for a call
    that is over or far away, or late by just so much already.
    """
    words = split_words(text)
    minutes = words[-1].text.removesuffix("min") if words else ""
    if not (minutes.isascii() and minutes.isdigit()):
        raise NotUnderstood(HOW_LATE)
    if len(minutes) > LONGEST_NUMBER or int(minutes) > MOST:
        raise NotUnderstood(TOO_LATE.format(minutes=minutes, most=MOST))
    named = text[: words[-1].start].strip()
    running = [] if named else running_now(work)
    try:
        record, view = (running[0], views_of(work, running)[running[0].call.id]) if running else find_call(work, named)
    except NotFound:
        check_runs(work, None)
        raise
    check_runs(work, record)
    if record.call.ended:
        raise Conflict(f"“{record.call.title}” is over, so nobody waits for it.")
    if record.call.start - work.now > A_DAY:
        raise Conflict(FAR.format(title=record.call.title))
    if int(minutes) == record.call.late:
        stands = f"{record.call.late} min late" if record.call.late else "on time"
        raise Conflict(SAID.format(title=view.title, late=stands))
    table = rows.table_of(work.tx, record.call.id)
    items = calls.with_parts(work.tx, record, Part.ITEMS).items
    late = replace(record.call, late=int(minutes))
    record = table.put_into(replace(record, call=late, items=items))
    tell_at = timing.next_word(late, items, work.now) if late.running else None
    calls.update_call(work.tx, late.id, late_minutes=late.late, live_tell_at=tell_at)
    declined = invitations.declined(work.tx, [late.id])
    told = []
    for contact in table.people.everyone:
        wanted = wanted_copy(contact, table.people, record, work.now)
        if not wanted.windows or (late.id, contact.id) in declined:
            continue
        begins = waiting_since(record, wanted.windows, work.now)
        if begins is not None:
            told.append(contact.id)
            work.tell(
                LATE, [contact.id], doors=(Door.SLACK, Door.MAIL), call_id=late.id, subject=str(late.late),
                until=begins,
            )  # fmt: skip
    if late.running:
        posting.tell(work, late.id)
    work.record("late", late.id, minutes=late.late, told=len(told))
    return Delayed(view, late.late, len(told), view.start + timedelta(minutes=late.late))
