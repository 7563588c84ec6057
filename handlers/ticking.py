"""Owns one beat: do once what is due, whoever asks for it; how often, and on which thread, is the clock door's."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import TypeVar

import structlog

from bot.errors import Refusal
from bot.series import Quarter, still_to_draft
from handlers.act import act, reading
from handlers.action_reminders import remind_of_actions
from handlers.audit import head_to_mail, mail_head
from handlers.composing import Kinds
from handlers.confirming import any_to_ask, ask_to_confirm
from handlers.delivery import deliver_all
from handlers.desk import Desk, the_clock
from handlers.kinds import KINDS
from handlers.lanes import Lanes
from handlers.quarters import KIND as QUARTER
from handlers.quarters import quarters_to_watch
from handlers.retention import still_to_sweep, sweep
from handlers.seats import acts_to_tell, tell_acts
from handlers.sending import Delivered
from handlers.series import fill_all_series
from handlers.steps import Ran, run_due_steps
from handlers.timekeeping import due as time_to_tell
from handlers.timekeeping import tell_the_time
from handlers.work import Reading, Writing
from storage import actions, archive_index, directory, marks, outbox, requests, series, steps
from storage.store import Clash, Unavailable

log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one beat did: steps, calls of series drafted, quarters told of, actions reminded of, standing objections
    asked about, words of the time of running calls, heads of the audit record mailed, records swept, messages; what
    ``failed``, by name; and what is ``owed`` again since the clock was set back."""

    steps: Ran = Ran()
    drafted: int = 0
    quarters: int = 0
    actions: int = 0
    objections: int = 0
    seats: int = 0
    times: int = 0
    heads: int = 0
    swept: int = 0
    delivered: Delivered = Delivered()
    failed: tuple[str, ...] = ()
    owed: int = 0

    def __str__(self) -> str:
        """What was done, a line each; a sentence where nothing was due."""
        lines = [
            *([f"owed again, as the clock was set back: {self.owed}"] if self.owed else []),
            *_counted("steps", self.steps),
            *([f"calls drafted: {self.drafted}"] if self.drafted else []),
            *([f"quarters without a call, told to the secretariat: {self.quarters}"] if self.quarters else []),
            *([f"actions reminded of: {self.actions}"] if self.actions else []),
            *([f"standing objections asked about: {self.objections}"] if self.objections else []),
            *([f"told what the other secretariat did: {self.seats}"] if self.seats else []),
            *([f"words of the time of running calls: {self.times}"] if self.times else []),
            *([f"heads of the audit record to mail: {self.heads}"] if self.heads else []),
            *([f"records deleted, as their time is over: {self.swept}"] if self.swept else []),
            *_counted("messages", self.delivered),
            *(f"went wrong, the log says why: {what}" for what in self.failed),
        ]
        return "\n".join(lines) or "Nothing was due."


def _counted(what: str, done: Ran | Delivered) -> list[str]:
    counts = [
        (f.name.replace("_", " "), getattr(done, f.name)) for f in fields(done) if f.type == "int" or f.type is int
    ]
    return [f"{what} {name}: {count}" for name, count in counts if count]


@dataclass(frozen=True, slots=True)
class Due:
    """What there is to do now; each is one look at an index, however much is done already."""

    owed: bool
    steps: bool
    series: bool
    quarters: bool
    actions: bool
    objections: bool
    seats: bool
    times: bool
    heads: bool
    sweeping: bool
    forgetting: bool
    messages: bool


@reading
def what_is_due(work: Reading) -> Due:
    """What there is to do at this moment, in one reading transaction. A look that goes wrong says yes: the part itself
    then goes wrong by itself, and is told of."""
    tx, now = work.tx, work.now
    return Due(
        owed=_looked(lambda: steps.any_missed_ahead(tx, now) or outbox.any_missed_ahead(tx, now)),
        steps=_looked(lambda: steps.any_due(tx, now)),
        series=_looked(lambda: any(still_to_draft(s, now) for s in series.running(tx))),
        quarters=_looked(lambda: bool(_quarters_to_tell(work))),
        actions=_looked(lambda: actions.any_to_tell(tx, now)),
        objections=_looked(lambda: any_to_ask(work)),
        seats=_looked(lambda: acts_to_tell(work)),
        times=_looked(lambda: time_to_tell(work)),
        heads=_looked(lambda: head_to_mail(work)),
        sweeping=_looked(lambda: still_to_sweep(work)),
        forgetting=_looked(lambda: requests.any_old(tx, now)),
        messages=_looked(lambda: outbox.any_due(tx, now)),
    )


def _looked(look: Callable[[], bool]) -> bool:
    try:
        return look()
    except Exception:  # one damaged row may not hide what else is due
        log.exception("a look at what is due went wrong")
        return True


def beat(desk: Desk) -> Ticked:
    """Does once what is due, but for sending: delivery is woken where something is to leave."""
    done, leaving = _do(desk)
    if leaving:
        desk.wake()
    return done


def tick(desk: Desk, kinds: Kinds = KINDS, lanes: Lanes[Delivered] | None = None) -> Ticked:
    """Does once what is due, sending included."""
    done, leaving = _do(desk)
    if not leaving:
        return done
    failed = list(done.failed)
    delivered = _guarded("delivery", lambda: deliver_all(desk, kinds, lanes), Delivered(), failed)
    return replace(done, delivered=delivered, failed=tuple(failed))


def _do(desk: Desk) -> tuple[Ticked, bool]:
    """Steps, series, quarters, actions, heads, sweeping, forgetting, tidying, each apart: none holds up others.

    Nothing is woken before all of it is done: what one person is owed then leaves together. Also returned is whether
    something may be there to leave.
    """
    quiet, failed = replace(desk, wake=lambda: None), list[str]()
    due = _guarded("database", lambda: what_is_due(quiet, the_clock()), None, failed)
    if due is None:
        return Ticked(failed=tuple(failed)), False
    clock = the_clock()
    owed = _guarded("clock", lambda: owe_again(quiet, clock), 0, failed) if due.owed else 0
    ran = _guarded("steps", lambda: run_due_steps(quiet), Ran(), failed) if due.steps or owed else Ran()
    drafted = _guarded("series", lambda: len(fill_all_series(quiet, clock)), 0, failed) if due.series else 0
    told = _guarded("quarters", lambda: tell_quarters(quiet, clock), 0, failed) if due.quarters else 0
    reminded = _guarded("actions", lambda: remind_of_actions(quiet, clock), 0, failed) if due.actions else 0
    asked = _guarded("objections", lambda: ask_to_confirm(quiet, clock), 0, failed) if due.objections else 0
    seats = _guarded("seats", lambda: tell_acts(quiet, clock), 0, failed) if due.seats else 0
    times = _guarded("times", lambda: tell_the_time(quiet, clock), 0, failed) if due.times else 0
    heads = _guarded("heads", lambda: mail_head(quiet, clock), 0, failed) if due.heads else 0
    swept = _guarded("sweeping", lambda: sweep(quiet, clock), 0, failed) if due.sweeping else 0
    if due.forgetting:
        _guarded("forgetting", lambda: forget(quiet), None, failed)
    if quiet.store.untidy:
        _guarded("tidying", lambda: tidy(quiet), None, failed)
    done = Ticked(ran, drafted, told, reminded, asked, seats, times, heads, swept, failed=tuple(failed), owed=owed)
    acted = owed or ran.any or drafted or told or reminded or asked or seats or times or heads
    return done, due.messages or bool(acted)


def _guarded(what: str, do: Callable[[], T], nothing: T, failed: list[str]) -> T:
    try:
        return do()
    except (Refusal, Unavailable, Clash) as error:
        log.warning("a part of the beat waits", part=what, why=str(error))
    except Exception:  # a fault in one part must not stop the others
        log.exception("a part of the beat went wrong", part=what)
    failed.append(what)
    return nothing


@act
def owe_again(work: Writing) -> int:
    """Has what was missed, or put off, while the clock had run ahead be due again, once it was set back; returns how
    many. What has begun by then is missed as ever, and what was told too early is not told twice."""
    owed = steps.owe_again(work.tx, work.now) + outbox.owe_again(work.tx, work.now)
    if owed:
        work.record("clock.back", "", owed=owed)
    return owed


@act
def tell_quarters(work: Writing) -> int:
    """Tells the secretariat, once, of a quarter that nears its end without a call (Plan A.3); returns how many.

    The mark is written with the errands: a second process finds it, or clashes and finds it then.
    """
    quarters = _quarters_to_tell(work)
    if not quarters:
        return 0
    marks.make(work.tx, map(_mark, quarters), work.now)
    people = [c.id for c in directory.secretariat(work.tx)]
    for quarter in quarters:
        work.tell(QUARTER, people, subject=str(quarter), until=quarter.end)
    work.record("quarters", "", quarters=[str(q) for q in quarters])
    return len(quarters)


def _quarters_to_tell(work: Reading) -> list[Quarter]:
    """The quarters to be told of, not marked yet. Only this one can be, near to its end: else nothing is asked."""
    now, days = Quarter.of(work.now), work.desk.procedure.reminders.quarter_days_before_end
    if now.end - timedelta(days=days) > work.now or marks.made(work.tx, [_mark(now)]):
        return []
    return quarters_to_watch(work)


def _mark(quarter: Quarter) -> str:
    return f"quarter {quarter}"


def tidy(desk: Desk) -> None:
    """Has the database put together what was written since, in a moment in which nobody waits for an answer; where
    there is none, the next beat looks for one."""
    if desk.give_way():
        desk.store.tidy(archive_index.merge)


def forget(desk: Desk) -> None:
    """Drops requests and looks older than a day."""
    with desk.store.begin() as tx:
        requests.forget_old(tx, desk.now())
