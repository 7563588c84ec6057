"""Owns the due rows of a call's procedure: planned with it, put off with it, dropped with it."""

from bot.calls import Call
from bot.procedure import due_times
from handlers.desk import Writing
from storage import steps


def plan_steps(work: Writing, *calls: Call) -> None:
    """Puts a due row for each step of each new call (procedure file ``[steps]``)."""
    if calls:
        steps.add(work.tx, {c.id: due_times(c.start, c.end, work.desk.procedure) for c in calls})


def replan_steps(work: Writing, call: Call) -> None:
    """Puts off the steps of a moved call that are still due and were not moved by hand."""
    steps.put_off(work.tx, call.id, due_times(call.start, call.end, work.desk.procedure))


def drop_steps(work: Writing, *calls: Call) -> None:
    """Marks the steps of cancelled calls that are still due as missed: nobody is reminded of them."""
    if calls:
        steps.miss(work.tx, [c.id for c in calls], work.now)
