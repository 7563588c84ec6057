"""Owns the Slack room of a running call: start, next, gate, clear, end, and who is there; lines are ``lines``'s."""

from bot.calls import AUDIENCES
from bot.errors import NotUnderstood
from bot.notices import Button
from bot.topics import AudienceKind
from bot.when import show, show_span, show_time
from handlers import attendance, live
from handlers.attendance import Present
from handlers.desk import Actor, Desk
from handlers.live_views import Ended, GateView, Goer, Standing, Stopped, Taken
from handlers.slack.asked import RUN, Asked, Press, Pressed, Verb, View
from handlers.slack.reply import Reply, escape

BEGUN = "*{title}* (`{name}`) has begun, at {at}."
PART = "Part {number}: *{part}* ({audience}), {when}."
OPENING = "To be read out: “{text}”"
ITEM = "• `{reference}` {title} ({proposer}), {minutes} min{closed}"
CLOSED = ", closed"
NO_ITEMS = "No item stands in this part."
EXPECTED = "Expected Agencies ({count}): {names}."
GUESTS = "Expected guests ({count}): {names}."
NOBODY = "Nobody is expected."
REGRETS = "Sent regrets: {names}."
NOW = "Now: `{reference}` {title} ({proposer}), {minutes} min, in part {number}, “{part}”."
BEWARE = (
    "This item is closed, and guests hear this part: shut the gate first, or put the item off with "
    "`/lap item {reference} defer`."
)
GO_ON = "`/lap next` goes on; `/lap here WHO...` records who is there; `/lap note TEXT` minutes what is said."
SHUT = "The gate is shut: nobody is led in until it is cleared.\nNext is part {number}, *{part}* ({audience}), {when}."
MUST_GO = "Must go: {names}."
NOBODY_GOES = "Nobody has to go."
IS_HERE = "*{name}*, who is here"
WAS_LED = "*{name}*, whom a link led in"
MAY_COME = "May come: {names}."
NOBODY_COMES = "Nobody new may come."
MAY_STAY = "May stay: {names}."
THEN_CLEAR = "When only those are there who may hear it, `/lap clear` opens it. `/lap undo` opens the gate again."
CLEARED = "Cleared at {at}."
RECORDED = "There in “{part}”: {names}."
ALREADY = "Recorded before: {names}."
ENDED = (
    "*{title}* (`{name}`) has ended. `/lap minutes {name}` shows the draft of its minutes, "
    "`/lap minutes send {name}` sends it. It is due by {due}."
)
WAITING = "These actions reach their owners only when you confirm their words:"
WAITS = "• `{reference}` {task}: `/lap action {reference} confirm`"
START_EXAMPLE = "What follows `start` is a call's date and `now`, as in `/lap start 2027-02-16 now`; not “{text}”."


def start(asked: Asked) -> Reply:
    """``/lap start [CALL] [now]``."""
    words = asked.text.split()
    early = [w for w in words if w.casefold() == "now"]
    named = [w for w in words if w.casefold() != "now"]
    if len(early) > 1 or len(named) > 1:
        raise NotUnderstood(START_EXAMPLE.format(text=asked.text))
    begun = live.start_call(asked.desk, asked.actor, named[0] if named else None, early=bool(early))
    head = BEGUN.format(title=escape(begun.view.title), name=begun.name, at=show_time(begun.at, asked.actor.zone))
    return _opened(asked.desk, asked.actor, begun, head)


def next_(asked: Asked) -> Reply:
    """``/lap next``."""
    try:
        found = live.next_item(asked.desk, asked.actor, asked.text)
    except Stopped as stopped:
        return Reply(escape(stopped.says), (Button("Shut the gate", "gate", stopped.name, "primary"),))
    if found.item is None:
        return _opened(asked.desk, asked.actor, found, "")
    return Reply(_at_item(found, found.item))


def gate(asked: Asked) -> Reply:
    """``/lap gate``."""
    return _shut(asked.actor, live.shut_gate(asked.desk, asked.actor, asked.text))


def press_gate(pressed: Pressed) -> Reply:
    """The button ``gate``; its value is the call's name."""
    return _shut(pressed.actor, live.shut_gate(pressed.desk, pressed.actor, pressed.value))


def clear(asked: Asked) -> Reply:
    """``/lap clear``."""
    return _cleared(asked.desk, asked.actor, asked.text)


def press_clear(pressed: Pressed) -> Reply:
    """The button ``clear``; its value is the call's name."""
    return _cleared(pressed.desk, pressed.actor, pressed.value)


def here(asked: Asked) -> Reply:
    """``/lap here WHO...``, also ``present``."""
    return Reply(_there(attendance.record_present(asked.desk, asked.actor, asked.text)))


def end(asked: Asked) -> Reply:
    """``/lap end``."""
    return Reply(_ended(asked.actor, live.end_call(asked.desk, asked.actor, asked.text)))


def _cleared(desk: Desk, actor: Actor, named: str) -> Reply:
    opened = live.clear_gate(desk, actor, named)
    return _opened(desk, actor, opened, CLEARED.format(at=show_time(opened.at, actor.zone)))


def _opened(desk: Desk, actor: Actor, it: Standing, head: str) -> Reply:
    """A part at its opening: the statement to be read out, its items, who is expected."""
    segment, expected = it.segment, it.expected
    lines = [
        head,
        PART.format(
            number=segment.number, part=escape(segment.title), audience=_audience(segment.audience),
            when=show_span(segment.start, segment.end, actor.zone),
        ),
        OPENING.format(text=escape(it.opening)),
        *([_item(item) for item in it.items] or [NO_ITEMS]),
        _named(EXPECTED, expected.agencies, ", "),
        _named(GUESTS, expected.guests),
        "" if expected.agencies or expected.guests else NOBODY,
        _named(REGRETS, expected.regrets),
        GO_ON,
    ]  # fmt: skip
    return Reply("\n".join(line for line in lines if line), more=f"/lap agenda {it.name}/{segment.number}")


def _at_item(it: Standing, item: Taken) -> str:
    now = NOW.format(
        reference=item.reference, title=escape(item.text), proposer=escape(item.proposer),
        minutes=item.minutes, number=it.segment.number, part=escape(it.segment.title),
    )  # fmt: skip
    return "\n".join([now, *([BEWARE.format(reference=item.reference)] if item.closed_there else [])])


def _item(item: Taken) -> str:
    return ITEM.format(
        reference=item.reference, title=escape(item.text), proposer=escape(item.proposer), minutes=item.minutes,
        closed=CLOSED * item.closed_there,
    )  # fmt: skip


def _shut(actor: Actor, it: GateView) -> Reply:
    opens = it.opens
    goers = [_goer(g).format(name=escape(g.name)) for g in it.must_go]
    lines = [
        SHUT.format(
            number=opens.number, part=escape(opens.title), audience=_audience(opens.audience),
            when=show_span(opens.start, opens.end, actor.zone),
        ),
        MUST_GO.format(names="; ".join(goers)) if goers else NOBODY_GOES,
        _named(MAY_COME, it.may_come) or NOBODY_COMES,
        _named(MAY_STAY, it.may_stay),
        THEN_CLEAR,
    ]  # fmt: skip
    clear_it = Button("Clear: open the next part", "clear", it.name, "primary")
    return Reply("\n".join(line for line in lines if line), (clear_it,), more=f"/lap attendees {it.name}")


def _goer(it: Goer) -> str:
    return IS_HERE if it.here else WAS_LED if it.led else "{name}"


def _named(template: str, names: tuple[str, ...], between: str = "; ") -> str:
    return template.format(count=len(names), names=escape(between.join(names))) if names else ""


def _there(it: Present) -> str:
    part = escape(it.segment.title)
    lines = [
        RECORDED.format(part=part, names=escape(", ".join(it.recorded))) if it.recorded else "",
        _named(ALREADY, it.already, ", "),
        escape(attendance.not_listed(it.not_listed)) if it.not_listed else "",
        *map(escape, it.not_found),
    ]
    return "\n".join(line for line in lines if line)


def _ended(actor: Actor, it: Ended) -> str:
    head = ENDED.format(title=escape(it.view.title), name=it.name, due=show(it.draft_due, actor.zone))
    waiting = [WAITS.format(reference=a.reference, task=escape(a.text)) for a in it.unconfirmed]
    return "\n".join([head, *([WAITING, *waiting] if waiting else [])])


def _audience(audience: AudienceKind | None) -> str:
    return AUDIENCES[audience] if audience is not None else ""


_HERE = "Records who is there in the part under way, by organisation; names as many as you like."
VERBS: dict[str, Verb] = {
    "start": Verb(start, RUN, "start [CALL] [now]", "Starts the call: from an hour before, earlier with `now`."),
    "next": Verb(next_, RUN, "next", "Goes to the next item, then to the next part; stops where other people hear it."),
    "gate": Verb(gate, RUN, "gate", "Shuts the door before the next part, and lists who must go and who may come."),
    "clear": Verb(clear, RUN, "clear", "Opens the part behind the gate."),
    "here": Verb(here, RUN, "here WHO...", _HERE),
    "present": Verb(here, RUN, "present WHO...", _HERE),
    "end": Verb(end, RUN, "end", "Ends the call that runs."),
}
PRESSES: dict[str, Press] = {"gate": press_gate, "clear": press_clear}
VIEWS: dict[str, View] = {}
