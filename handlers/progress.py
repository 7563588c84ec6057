"""Owns what became of all actions in half a year, for the secretariat alone: numbers, no text."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.actions import ActionState
from bot.burn_down import WEEKS, Span, Week, begins, ended_as, weeks
from handlers.act import reading, secretariat_only
from handlers.work import Reading
from storage import actions

SAYS = (
    "Open now: {open}, of which overdue: {overdue}, to be accepted: {proposed}. Open {weeks} weeks ago: {before}. "
    "Since then given: {given}, done: {done}, dropped: {dropped}, declined and not given again: {declined}."
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many actions were open at the end of each of 26 weeks, the last of which ends now; and the same in words."""

    weeks: tuple[Week, ...]
    says: str


@reading
def show_progress(work: Reading) -> Progress:
    """What became of all actions. Raises NotEntitled for who is not of the secretariat."""
    return progress(work, actions.spans(work.tx, begins(work.now)))


def progress(work: Reading, spans: Sequence[Span]) -> Progress:
    """The same of *spans*, inside an act: of all actions that had not ended when it ``begins``."""
    secretariat_only(work, "see what became of everybody's actions")
    since = begins(work.now)
    told, ended = weeks(spans, work.now), ended_as(spans, since)
    says = SAYS.format(
        open=told[-1].open, overdue=told[-1].overdue, weeks=WEEKS - 1, before=told[0].open,
        proposed=sum(s.state is ActionState.PROPOSED for s in spans), given=sum(s.given > since for s in spans),
        done=ended[ActionState.DONE], dropped=ended[ActionState.DROPPED], declined=ended[ActionState.DECLINED],
    )  # fmt: skip
    return Progress(told, says)
