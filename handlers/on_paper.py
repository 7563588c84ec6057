"""Owns a call that was held without the bot and is entered afterwards; what was written down in it goes in as that of
any call that was held: ``lines``, ``actions`` and ``attendance`` take it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot import live
from bot.calls import CallState
from bot.errors import Conflict
from handlers.act import act
from handlers.finding import find_call
from handlers.live import held
from handlers.live_views import Ended
from handlers.running import check_runs, refuse_sent
from handlers.work import Writing
from storage import calls, places
from storage import live as rows
from storage.calls import Part

TAKEN_BACK = (
    "“{title}” of {start:%Y-%m-%d} is not entered as held any more, and stands as before. Nobody had been told of it."
)
HAS_RECORD = (
    "Something was entered since into the record of “{title}”, so it stays held. What was given or written comes off "
    "first, by whoever entered it, with `/lap undo`."
)
NOT_HELD = "That call is not entered as held without the bot any more, so there is nothing to take back."


@act
def enter_held(work: Writing, asked: str) -> Ended:
    """Enters a call that was held without the bot, on paper: it began and has ended, nobody is told, and no link leads
    in. Raises NotFound, and Conflict as ``bot.live.held_on_paper`` does."""
    record = find_call(work, asked, Part.ITEMS | Part.ACTIONS)[0]
    check_runs(work, record)
    record = replace(record, call=live.held_on_paper(record.call, work.now, work.actor.zone))
    places.stand(work.tx, record.call.id, live.live_of(record.call), work.now, by=work.actor.user)
    ended = held(work, record, rows.table_of(work.tx, record.call.id))
    work.can_be_undone("held", record.call.id)
    return ended


def undo_held(work: Writing, call_id: str) -> str:
    """Has a call stand as it did before it was entered as held. Raises Conflict once its record holds something, and
    once its minutes were sent."""
    record = calls.one(work.tx, call_id, Part.LIST | Part.ITEMS | Part.LINES | Part.ACTIONS | Part.ATTENDANCE)
    check_runs(work, record)
    if record is None or record.call.state is not CallState.HELD:
        raise Conflict(NOT_HELD)
    refuse_sent(record)
    if record.attendance or record.actions or any(line.taken_back_at is None for line in record.lines):
        raise Conflict(HAS_RECORD.format(title=record.call.title))
    places.forget(work.tx, call_id)
    calls.update_call(
        work.tx, call_id, state=CallState.ANNOUNCED, live_started_at=None, live_ended_at=None, live_segment_id=None,
        live_cleared=False, live_segment_at=None, live_moved_at=None, live_moved_by="",
    )  # fmt: skip
    return TAKEN_BACK.format(title=record.call.title, start=record.call.start)


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"held": undo_held}
