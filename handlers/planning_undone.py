"""Owns what ``undo`` does to the planning of calls: a draft vanishes again; what has left stays."""

from collections.abc import Callable, Mapping

from bot.calls import Call, CallState
from bot.errors import Conflict
from handlers.steps import drop_steps
from handlers.work import Writing
from storage import calls, series

CALL_GONE = "The draft “{title}” of {start:%Y-%m-%d} was taken back. Nobody had been told of it."
SERIES_GONE = "The series “{title}” was taken back, with its {count} drafts. Nobody had been told of them."
STANDS = "{what} is not taken back by `/lap undo`. {remedy}"

REMEDIES = {
    "call.announce": ("Announcing a call", "`/lap call cancel` tells those invited."),
    "call.move": ("Moving a call", "`/lap call move` moves it again."),
    "call.cancel": ("Cancelling a call", "`/lap call add` plans another."),
    "series.end": ("Ending a series", "`/lap series add` plans another."),
    "segment.add": ("A new part", "`/lap segment CALL/N remove` removes it."),
    "segment.change": ("Changing a part", "`/lap segment CALL/N` changes it again."),
    "segment.consent": ("Asking for consent", "The items stay closed until their proposers open them."),
}


def call_added(work: Writing, call_id: str) -> str:
    """Takes a draft back. Raises Conflict where it is a draft no longer."""
    found = calls.one(work.tx, call_id)
    if found is None or found.call.state is not CallState.DRAFT:
        raise Conflict("That call is a draft no longer, so `/lap undo` leaves it. `/lap call cancel` cancels it.")
    _vanish(work, [found.call])
    return CALL_GONE.format(title=found.call.title, start=found.call.start)


def series_added(work: Writing, series_id: str) -> str:
    """Takes a series back with its drafts. Raises Conflict where one of its calls is announced already."""
    found = series.one(work.tx, series_id)
    drafts = [r.call for r in calls.of_series(work.tx, series_id)]
    if found is None or found.ended_at is not None or any(c.state is not CallState.DRAFT for c in drafts):
        raise Conflict("That series is more than drafts by now, so `/lap undo` leaves it. `/lap series end` ends it.")
    series.end(work.tx, series_id, work.now)
    _vanish(work, drafts)
    return SERIES_GONE.format(title=found.title, count=len(drafts))


def _vanish(work: Writing, drafts: list[Call]) -> None:
    calls.cancel_calls(work.tx, [c.id for c in drafts])
    calls.free_items(work.tx, [c.id for c in drafts])
    drop_steps(work, *drafts)


def _stands(act: str) -> Callable[[Writing, str], str]:
    def refuse(work: Writing, subject: str) -> str:
        what, remedy = REMEDIES[act]
        raise Conflict(STANDS.format(what=what, remedy=remedy))

    return refuse


UNDO: Mapping[str, Callable[[Writing, str], str]] = {
    "call.add": call_added,
    "series.add": series_added,
    **{act: _stands(act) for act in REMEDIES},
}
