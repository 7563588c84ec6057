"""Owns the Slack room of the speaker queue: q+, q-, the queue, the floor given."""

from bot.when import show_time
from handlers.desk import Actor
from handlers.queue import EMPTY, Queue, ask_for_floor, leave_queue, pass_floor, show_queue
from handlers.slack.asked import ALL, RUN, Asked, Press, Pressed, Verb, View
from handlers.slack.reply import Reply, escape

YOU_WAIT = "You wait for the floor in “{part}”, since {at}. `/lap q-` gives the place up."
YOU_DO_NOT = "You do not wait for the floor in “{part}”. `/lap q+` asks for it."
WAITING = "Waiting for the floor in “{part}” ({count}): {names}."
YOU = "you"
ASKED = "{name} waits for the floor."
WAITED = "That was asked for before, and the place in the queue is kept."
LEFT = "{name} gave the place up."
FLOOR = "*{name}* has the floor."


def ask(asked: Asked) -> Reply:
    """``/lap q+ [CALL] [WHO] [to TEXT]``."""
    found = ask_for_floor(asked.desk, asked.actor, asked.text)
    return Reply(said(found, asked.actor, ASKED if found.changed else WAITED))


def press_ask(pressed: Pressed) -> Reply:
    """The button ``q+``; its value is the call's name."""
    found = ask_for_floor(pressed.desk, pressed.actor, pressed.value)
    return Reply(said(found, pressed.actor, ASKED if found.changed else WAITED))


def leave(asked: Asked) -> Reply:
    """``/lap q- [CALL] [WHO]``."""
    return Reply(said(leave_queue(asked.desk, asked.actor, asked.text), asked.actor, LEFT))


def queue(asked: Asked) -> Reply:
    """``/lap queue [CALL]``."""
    return Reply(said(show_queue(asked.desk, asked.actor, asked.text), asked.actor))


def ack(asked: Asked) -> Reply:
    """``/lap ack [CALL] [WHO]``."""
    return Reply(said(pass_floor(asked.desk, asked.actor, asked.text), asked.actor, FLOOR))


def said(it: Queue, actor: Actor, head: str = "") -> str:
    """The queue as its reader may know it, under what was done: a guest reads of its own place alone."""
    part = escape(it.segment.title)
    if not actor.is_secretariat and not actor.reader.is_agency:
        own = next((s for s in it.speakers if s.own), None)
        at = show_time(own.since, actor.zone) if own else ""
        return YOU_WAIT.format(part=part, at=at) if own else YOU_DO_NOT.format(part=part)
    return "\n".join(line for line in (head.format(name=escape(it.changed)), waiting(it)) if line)


def waiting(it: Queue) -> str:
    """Who waits, in one line."""
    names = ", ".join(f"{n}. {YOU if s.own else escape(s.name)}" for n, s in enumerate(it.speakers, 1))
    return WAITING.format(part=escape(it.segment.title), count=len(it.speakers), names=names) if names else EMPTY


VERBS: dict[str, Verb] = {
    "q+": Verb(
        ask, ALL, "q+ [WHO] [to TEXT]",
        "Asks for the floor in the part that is on; who runs the call asks for somebody with WHO. What for is said on "
        "the line.",
    ),
    "q-": Verb(leave, ALL, "q- [WHO]", "Gives the place in the queue up."),
    "queue": Verb(queue, ALL, "queue", "Shows who waits for the floor."),
    "ack": Verb(
        ack, RUN, "ack [WHO]",
        "Gives the floor to the first who waits, or to WHO. Who does not run the call takes it, as `ack me` does.",
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {"q+": press_ask}
VIEWS: dict[str, View] = {}
