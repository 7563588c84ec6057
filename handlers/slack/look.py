"""Owns how a look before a mass mail is shown and pressed in Slack; what it shows is made by the acts."""

from collections.abc import Callable

from bot.errors import Conflict
from bot.notices import Button
from handlers.looking import Look, Weighed, Wish
from handlers.slack.asked import Asked, Press, Pressed
from handlers.slack.reply import Reply, escape

CHANGED = "Since you looked, {what} changed, so nothing was done. As it stands now:\n"
WHAT = {
    "call": "the call",
    "parts": "the parts of the call",
    "names": "the names or their parts",
    "told": "who is told",
    "until": "the time to object",
    "excepted": "who is left out",
    "early": "whether that is early",
    "lines": "the minutes",
    "last": "what you entered last",
    "bridge": "the bridge",
    "reports": "the reports that wait",
}
"""What can have changed since a look, by the names that acts give the parts of what they show."""
DO_IT = "\nNothing has left yet. To do it, press the button or send `/lap {line} go`."


def wish_of(asked: Asked) -> Wish:
    """What *asked* wants done, for an act that weighs it itself."""
    return Wish(asked.line, asked.go, asked.look, asked.found)


def look_at(asked: Asked, text: str, weighed: Weighed, label: str) -> Reply:
    """*text* as the look that an act kept instead of doing it, with the button that does it."""
    what = " and ".join(WHAT[name] for name in weighed.changed)
    said = (CHANGED.format(what=what) if what else "") + text + DO_IT.format(line=escape(asked.line))
    return Reply(said, (Button(label, asked.verb, weighed.reference, "primary"),), replace=bool(asked.look))


def press_of(run: Callable[[Asked], Reply]) -> Press:
    """The press that does what a look showed: *run* of the looked-at line, with ``go``."""

    def press(pressed: Pressed) -> Reply:
        return press_look(run, pressed)

    return press


def press_look(run: Callable[[Asked], Reply], pressed: Pressed) -> Reply:
    """Does the line of the look whose button was pressed. Raises Conflict where it is no look of that verb's."""
    look = pressed.look
    verb, _, text = (look.line if look else "").partition(" ")
    if look is None or verb.casefold() != pressed.action:
        raise Conflict("That button is no longer good. Send the command again to see how things stand.")
    return run(as_typed(pressed, text.strip(), look.line, look))


def as_typed(pressed: Pressed, text: str, line: str, found: Look | None = None) -> Asked:
    """The press of a look's button as its *line* with ``go``."""
    return Asked(
        pressed.desk, pressed.actor, pressed.action, text, line, pressed.team, pressed.user, pressed.channel,
        pressed.trigger, go=True, look=pressed.value, found=found,
    )  # fmt: skip
