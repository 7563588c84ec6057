"""Owns the words of ``rotate``; what it replaces is ``handlers.rotating``'s."""

from handlers.rotating import Rotated, rotate_bridge
from handlers.slack.asked import Asked, Press, S, Verb, View
from handlers.slack.attendees import head_of
from handlers.slack.look import look_at, press_of, wish_of
from handlers.slack.reply import Reply, escape

WOULD = "The bridge of part {number}, “{part}”, of {head} would be replaced behind the join links."
DONE = "The bridge of part {number}, “{part}”, of {head} is replaced behind the join links. Nobody was written to."
MOVED = "\nOn the old one, and to follow their own link again: {names}. Say so in the call."
NOBODY = "\nNobody was led to the old one yet."
BEHIND = "\nLed to the old one, and may not hear this part: {names}. Their links lead nowhere."


def rotate(asked: Asked) -> Reply:
    """``/lap rotate CALL/N``."""
    it = rotate_bridge(asked.desk, asked.actor, asked.text, wish_of(asked))
    if it.weighed.go:
        return Reply(_text(DONE, it, asked))
    return look_at(asked, _text(WOULD, it, asked), it.weighed, "Replace the bridge")


def _text(words: str, it: Rotated, asked: Asked) -> str:
    head = head_of(it.call, asked.actor.zone)
    text = words.format(number=it.part.number, part=escape(it.part.title), head=head)
    text += MOVED.format(names=escape("; ".join(it.moved))) if it.moved else "" if it.left_behind else NOBODY
    return text + (BEHIND.format(names=escape("; ".join(it.left_behind))) if it.left_behind else "")


VERBS: dict[str, Verb] = {
    "rotate": Verb(
        rotate, S, "rotate CALL/N", "Replaces the bridge of a part behind the join links; nobody is written to.",
        looks=True,
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {"rotate": press_of(rotate)}
VIEWS: dict[str, View] = {}
