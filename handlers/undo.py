"""Owns ``undo``: the last thing that somebody entered is taken back where it has not left; how, says each room."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.errors import Conflict, NotFound
from handlers import (
    action_changes,
    actions,
    agenda,
    attendance,
    attendees,
    departures,
    labels,
    lines_back,
    live,
    objections,
    on_paper,
    planning_undone,
    proxy_ends,
    regrets,
    reports,
    scribe,
    spoken,
)
from handlers.act import act, of_oneself
from handlers.looking import Weighed, Wish, digest_of, weigh_seen
from handlers.work import Reading, Writing
from storage import requests
from storage.requests import Entered, Look

UNDO: Mapping[str, Callable[[Writing, str], str]] = {
    **action_changes.UNDO,
    **actions.UNDO,
    **agenda.UNDO,
    **attendance.UNDO,
    **attendees.UNDO,
    **departures.UNDO,
    **labels.UNDO,
    **lines_back.UNDO,
    **live.UNDO,
    **objections.UNDO,
    **on_paper.UNDO,
    **planning_undone.UNDO,
    **proxy_ends.UNDO,
    **regrets.UNDO,
    **reports.UNDO,
    **scribe.UNDO,
    **spoken.UNDO,
}
SECRETARIATS = frozenset(name for room in (attendees, planning_undone) for name in room.UNDO)
"""What only the secretariat enters, and so only who is of it still takes back; what the scribe enters
too, each room asks about itself."""

NOTHING = "There is nothing of yours to take back: `/lap undo` reaches the last thing that you entered."
NO_WAY_BACK = "What you entered last ({what}, {when:%Y-%m-%d %H:%M} UTC) cannot be taken back: it has left."


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, or would be, in the room's words."""

    what: Entered
    weighed: Weighed
    said: str


@act
@of_oneself
def undo_last(work: Writing, wish: Wish) -> Undone:
    """Takes back the last thing that this user entered, once it was named to them. Raises NotFound where there is
    nothing, Conflict where it has left."""
    last, look = _last(work, wish)
    work.undoes(last.number)
    weighed = weigh_seen(work, wish, digest_of(last=last.number), look)
    if not weighed.go:
        with work.tried():  # so that a refusal comes before the button does
            said = UNDO[last.act](work, last.subject)
        return Undone(last, weighed, said)
    said = UNDO[last.act](work, last.subject)
    work.record("undo", last.subject, of=last.act)
    return Undone(last, weighed, said)


def _last(work: Reading, wish: Wish) -> tuple[Entered, Look | None]:
    """What is to be taken back, and the last look at it: the one whose button was pressed, else the latest."""
    contact_id, line = work.actor.contact.id, "" if wish.reference else wish.line
    last, looks = requests.last_entered(work.tx, work.actor.user, contact_id, wish.reference, line)
    if last is None or (last.act in SECRETARIATS and not work.reader.secretariat):
        raise NotFound(NOTHING)
    if last.act not in UNDO:
        raise Conflict(NO_WAY_BACK.format(what=last.act, when=last.at))
    return last, next(iter(looks), None)
