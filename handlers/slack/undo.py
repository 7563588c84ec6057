"""Owns the Slack room of ``undo``: what would be taken back is named first."""

from bot.words import is_reference
from handlers.lines_back import take_back_line
from handlers.slack.asked import ALL, Asked, Press, Pressed, Verb, View
from handlers.slack.look import as_typed, look_at, wish_of
from handlers.slack.reply import Reply, escape
from handlers.undo import undo_last

WOULD = "What you entered last would be taken back. The answer then:\n> {said}"


def undo(asked: Asked) -> Reply:
    """``/lap undo [LINE]``."""
    if is_reference(asked.text):
        return Reply(escape(take_back_line(asked.desk, asked.actor, asked.text)))
    done = undo_last(asked.desk, asked.actor, wish_of(asked))
    if done.weighed.go:
        return Reply(escape(done.said))
    return look_at(asked, WOULD.format(said=escape(done.said).replace("\n", "\n> ")), done.weighed, "Take it back")


def press_undo(pressed: Pressed) -> Reply:
    """The button *Take it back*: the act finds its look together with what was entered last."""
    return undo(as_typed(pressed, "", "undo"))


VERBS: dict[str, Verb] = {
    "undo": Verb(
        undo,
        ALL,
        "undo [LINE]",
        "Takes back the last thing that you entered, where it has not left. Who runs a call takes a LINE of the "
        "draft of its minutes back, too.",
        looks=True,
    )
}
PRESSES: dict[str, Press] = {"undo": press_undo}
VIEWS: dict[str, View] = {}
