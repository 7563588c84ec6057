"""Owns the Slack room of who is there: here, left, roll, and regrets that are written down; the call itself is
``live``'s."""

from zoneinfo import ZoneInfo

from bot.notices import Button
from bot.when import show_time
from handlers import attendance, departures
from handlers.attendance import Present
from handlers.desk import Actor, Desk
from handlers.regrets import Regretted, record_regrets
from handlers.roll import Seat, call_roll
from handlers.slack.asked import RUN, Asked, Press, Pressed, Verb, View
from handlers.slack.reply import Reply, escape, listed

REGRETS = "Sent regrets: {names}."
RECORDED = "There in “{part}”{since}: {names}."
SINCE = " since {at}"
LEFT = "Left “{part}” at {at}: {names}."
REGRETTED = "Regrets of {names} are written down for “{title}”."
ROLL = "The roll of part {number}, “{part}”:"
THERE = "There ({count}): {names}."
CAME_LATE, WAS_AWAY = "late, {at}", "left and came back, away {minutes} min"
GONE = "Left ({count}): {names}."
WENT = "{name} ({at})"
MISSED = "Not recorded yet ({count}): {names}."
BEFORE = "In the part before, and not recorded in this one ({count}): {names}."
NOBODY_THERE = (
    "Nobody is recorded as being there. `/lap here WHO...` records them, `/lap here all except WHO...` everybody else."
)
ALREADY = "Recorded before: {names}."


def here(asked: Asked) -> Reply:
    """``/lap here WHO...|all [except WHO...]|same``, also ``present``."""
    return Reply(there_text(asked.actor, attendance.record_present(asked.desk, asked.actor, asked.text)))


def press_same(pressed: Pressed) -> Reply:
    """The button ``here.same``; its value is the call's name, which is not needed."""
    return Reply(there_text(pressed.actor, attendance.record_present(pressed.desk, pressed.actor, attendance.SAME)))


def left(asked: Asked) -> Reply:
    """``/lap left [[CALL/N] HH:MM] WHO...``."""
    it = departures.record_left(asked.desk, asked.actor, asked.text)
    names, at = escape(", ".join(it.left)), show_time(it.at, asked.actor.zone)
    lines = [
        LEFT.format(part=escape(it.segment.title), at=at, names=names),
        escape(departures.not_there(it.not_there)) if it.not_there else "",
        *map(escape, it.not_found),
    ]
    return Reply("\n".join(line for line in lines if line))


def roll(asked: Asked) -> Reply:
    """``/lap roll``."""
    it = call_roll(asked.desk, asked.actor, asked.text)
    zone = asked.actor.zone
    there = [_there(s, zone) for s in it.there]
    gone = [WENT.format(name=s.name, at=show_time(s.at, zone)) for s in it.left]
    lines = [
        ROLL.format(number=it.segment.number, part=escape(it.segment.title)),
        listed(THERE, tuple(there), ", ") or NOBODY_THERE,
        listed(GONE, tuple(gone), ", "),
        listed(REGRETS, it.regrets, ", "),
        listed(MISSED, it.missed, ", "),
        listed(BEFORE, it.before, ", "),
    ]
    same = (Button("All of them are here", "here.same", it.name),) if it.before else ()
    return Reply("\n".join(line for line in lines if line), same)


def _there(seat: Seat, zone: ZoneInfo) -> str:
    marks = [CAME_LATE.format(at=show_time(seat.at, zone))] if seat.late else []
    marks += [WAS_AWAY.format(minutes=seat.away)] if seat.away else []
    return f"{seat.name} ({'; '.join(marks)})" if marks else seat.name


def regrets(desk: Desk, actor: Actor, text: str) -> Reply:
    """``/lap regrets from [CALL] WHO...``, whose other form answers one's own invitation."""
    return Reply(regretted_text(record_regrets(desk, actor, text)))


def regretted_text(it: Regretted) -> str:
    names = escape(", ".join(it.recorded))
    lines = [
        REGRETTED.format(names=names, title=escape(it.view.title)) if it.recorded else "",
        listed(ALREADY, it.already, ", "),
        *map(escape, it.not_found),
    ]
    return "\n".join(line for line in lines if line)


def there_text(actor: Actor, it: Present) -> str:
    part, since = escape(it.segment.title), SINCE.format(at=show_time(it.at, actor.zone)) if it.late else ""
    lines = [
        RECORDED.format(part=part, since=since, names=escape(", ".join(it.recorded))) if it.recorded else "",
        listed(ALREADY, it.already, ", "),
        escape(attendance.not_listed(it.not_listed)) if it.not_listed else "",
        *map(escape, it.not_found),
    ]
    return "\n".join(line for line in lines if line)


_HERE = (
    "Records who is there in the part under way, by organisation; names as many as you like. `all`: everybody who is "
    "expected and sent no regrets, but those after `except`. `same`: all who were in the part before and may hear this "
    "one. With a part it is entered afterwards, until the minutes are sent."
)
VERBS: dict[str, Verb] = {
    "here": Verb(here, RUN, "here [CALL/N] WHO...|all [except WHO...]|same", _HERE),
    "present": Verb(here, RUN, "present [CALL/N] WHO...|all [except WHO...]|same", _HERE),
    "left": Verb(
        left,
        RUN,
        "left [[CALL/N] HH:MM] WHO...",
        "Records who leaves the part under way before it ends, now or at that time; with a part it is entered "
        "afterwards.",
    ),
    "roll": Verb(roll, RUN, "roll", "Calls the roll: who is there, late, gone again, missed, and who sent regrets."),
}
PRESSES: dict[str, Press] = {"here.same": press_same}
VIEWS: dict[str, View] = {}
