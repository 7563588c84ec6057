"""Owns the Slack room of a running call: start, next, skip, gate, clear, end; who is there is ``roll``'s, lines
are ``lines``'s."""

from collections.abc import Callable
from datetime import datetime

from bot.calls import AUDIENCES
from bot.errors import NotUnderstood
from bot.notices import Button
from bot.timing import minutes_left
from bot.topics import AudienceKind
from bot.when import show, show_span, show_time
from handlers import live, on_paper
from handlers.desk import Actor, Desk
from handlers.gates import list_gates
from handlers.late import tell_delay
from handlers.live_views import Ended, GateView, Goer, Quicker, Standing, Stopped, Taken
from handlers.slack.asked import RUN, Asked, Press, Pressed, Verb, View
from handlers.slack.reply import Reply, escape, listed

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
PART_TIME = "Its time is up at {at} ({left})."
ITEM_TIME = "Its time is up at {at} ({left}); the part's at {part_at} ({part_left})."
LEFT_MINUTES, OVER_MINUTES, UP_NOW = "{n} min left", "{n} min over", "now"
QUEUE = "Waiting for the floor ({count}): {names}. `/lap ack` gives it to the first."
QUICKER = "Somebody was quicker, so nothing was moved. The call stands here:"
PASSED = "`{reference}` was passed over: it counts as not taken, and `/lap item {reference} defer` keeps it for later."
LAST = "Nothing is left in this part. `/lap gate` shuts the door before the next one, or `/lap end` ends the call."
STAYED = "`/lap here same` records everybody who was in the part before and may hear this one."
NO_RECORDER = "Ask everybody to make sure that no recorder and no notetaker of a program is on the line."
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
ENDED = (
    "*{title}* (`{name}`) has ended. `/lap minutes {name}` shows the draft of its minutes, {sends} sends it. It is due "
    "by {due}."
)
HELD = (
    "*{title}* (`{name}`) is entered as held without the bot, and nobody is told. `/lap undo` takes that back. What "
    "was written down goes in with its part, until the minutes are sent: `/lap here {name}/1 WHO...`, "
    "`/lap note {name}/1 TEXT`. "
    "`/lap minutes {name}` shows the draft, {sends} sends it. It is due by {due}."
)
HELD_EXAMPLE = "Which call was held without the bot? Name it by its date, as in `/lap start 2027-02-16 held`."
SEND, OTHERS_SEND = "`/lap minutes send {name}`", "and the secretariat"
NOT_TAKEN = "These items were not taken; `/lap item ITEM defer` keeps one for a later call:"
OTHERS_KEEP = "These items were not taken; the secretariat may keep them for a later call:"
GATES = "The gates of “{title}” (`{name}`):"
GATE_LINE = "• behind part {number}, “{part}”: shut {shut}{by}, {cleared}"
CLEARED_BY, REOPENED, STILL_SHUT = "cleared {at}{by}", "opened again {at}{by}: the part went on", "not cleared yet"
NO_GATE = "None was shut."
DELAYED = (
    "“{title}” (`{name}`) is {minutes} min late, all in all. {told} Calendars stay as they are; links to join follow."
)
ON_TIME = "“{title}” (`{name}`) is on time again. {told}"
NOBODY_WAITS = "Nobody waits for a part that is yet to begin, so nobody is told."
ONE_WAITS = "One person waits, and is told when their own part now begins."
MORE_WAIT = "{count} people wait, and are told when their own part now begins."
WAITING = "These actions reach their owners only when you confirm their words:"
WAITS = "• `{reference}` {task}: `/lap action {reference} confirm`"
START_EXAMPLE = "What follows `start` is a call's date and `now`, as in `/lap start 2027-02-16 now`; not “{text}”."


def start(asked: Asked) -> Reply:
    """``/lap start [CALL] [now|held]``."""
    words = asked.text.split()
    early = [w for w in words if w.casefold() in ("now", "held")]
    named = [w for w in words if w not in early]
    if len(early) > 1 or len(named) > 1:
        raise NotUnderstood(START_EXAMPLE.format(text=asked.text))
    if early and early[0].casefold() == "held":
        if not named:
            raise NotUnderstood(HELD_EXAMPLE)
        return Reply(_ended(asked.actor, on_paper.enter_held(asked.desk, asked.actor, named[0]), on_paper=True))
    begun = live.start_call(asked.desk, asked.actor, named[0] if named else None, early=bool(early))
    head = BEGUN.format(title=escape(begun.view.title), name=begun.name, at=show_time(begun.at, asked.actor.zone))
    return _opened(asked.desk, asked.actor, begun, head)


def next_(asked: Asked) -> Reply:
    """``/lap next``."""
    return _went(asked.desk, asked.actor, lambda: live.next_item(asked.desk, asked.actor, asked.text))


def press_next(pressed: Pressed) -> Reply:
    """The button ``next``; its value is the call's name and the place that it leaves."""
    name, _, place = pressed.value.partition(" ")
    return _went(pressed.desk, pressed.actor, lambda: live.next_item(pressed.desk, pressed.actor, name, place))


def skip(asked: Asked) -> Reply:
    """``/lap skip``."""
    return _went(asked.desk, asked.actor, lambda: live.skip_item(asked.desk, asked.actor, asked.text))


def press_skip(pressed: Pressed) -> Reply:
    """The button ``skip``; its value as that of ``next``."""
    name, _, place = pressed.value.partition(" ")
    return _went(pressed.desk, pressed.actor, lambda: live.skip_item(pressed.desk, pressed.actor, name, place))


def _went(desk: Desk, actor: Actor, go: Callable[[], Standing]) -> Reply:
    """Where the call stands after a step; before other people the gate is offered instead."""
    try:
        found = go()
    except Stopped as stopped:
        return Reply(escape(stopped.says), (Button("Shut the gate", "gate", stopped.name, "primary"),))
    except Quicker as quicker:
        return _stands(desk, actor, quicker.stands, QUICKER)
    head = PASSED.format(reference=found.skipped) if found.skipped else ""
    if found.skipped and not found.moved:
        return Reply(f"{head}\n{LAST}", (Button("Shut the gate", "gate", found.name, "primary"),))
    return _stands(desk, actor, found, head)


def _stands(desk: Desk, actor: Actor, it: Standing, head: str) -> Reply:
    if it.item is None:
        return _opened(desk, actor, it, head)
    return Reply("\n".join(line for line in (head, _at_item(actor, it, it.item)) if line), _steps(it))


def _steps(it: Standing) -> tuple[Button, ...]:
    """The buttons of a place: each names the place that it leaves."""
    place = f"{it.name} {it.place}"
    return Button("Next", "next", place, "primary"), Button("Skip", "skip", place), Button("Gate", "gate", it.name)


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
    """The button ``clear``; its value is the call's name and the part that the gate stands behind."""
    name, _, behind = pressed.value.partition(" ")
    return _cleared(pressed.desk, pressed.actor, name, behind)


def gates(asked: Asked) -> Reply:
    """``/lap gates [CALL]``."""
    it, zone = list_gates(asked.desk, asked.actor, asked.text), asked.actor.zone
    lines = [
        GATE_LINE.format(
            part=escape(g.part.title), number=g.part.number, shut=show(g.shut_at, zone), by=_by(g.shut_by),
            cleared=STILL_SHUT if g.cleared_at is None else (REOPENED if g.reopened else CLEARED_BY).format(
                at=show_time(g.cleared_at, zone), by=_by(g.cleared_by)
            ),
        )
        for g in it.gates
    ]  # fmt: skip
    head = GATES.format(title=escape(it.view.title), name=it.view.name)
    return Reply("\n".join([head, *(lines or [NO_GATE])]))


def _by(name: str) -> str:
    return f" by {escape(name)}" if name else ""


def late(asked: Asked) -> Reply:
    """``/lap late [CALL] MINUTES``."""
    it = tell_delay(asked.desk, asked.actor, asked.text)
    told = NOBODY_WAITS if not it.told else ONE_WAITS if it.told == 1 else MORE_WAIT.format(count=it.told)
    words = {"title": escape(it.view.title), "minutes": it.minutes, "told": told, "name": it.view.name}
    return Reply((DELAYED if it.minutes else ON_TIME).format(**words))


def end(asked: Asked) -> Reply:
    """``/lap end``."""
    return Reply(_ended(asked.actor, live.end_call(asked.desk, asked.actor, asked.text)))


def _cleared(desk: Desk, actor: Actor, named: str, behind: str = "") -> Reply:
    opened = live.clear_gate(desk, actor, named, behind)
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
        listed(EXPECTED, expected.agencies, ", "),
        listed(GUESTS, expected.guests),
        "" if expected.agencies or expected.guests else NOBODY,
        listed(REGRETS, expected.regrets),
        PART_TIME.format(at=show_time(it.part_ends, actor.zone), left=time_left(it.part_ends, it.at)),
        listed(QUEUE, it.queue, ", "),
        STAYED if segment.number > 1 else "",
        GO_ON,
    ]  # fmt: skip
    same = (Button("All are still here", "here.same", it.name),) if segment.number > 1 else ()
    text = "\n".join(line for line in lines if line)
    return Reply(text, (*_steps(it), *same), more=f"/lap agenda {it.name}/{segment.number}")


def time_left(ends: datetime, now: datetime) -> str:
    """'5 min left', '2 min over' or 'now'."""
    left = minutes_left(ends, now)
    return (LEFT_MINUTES if left > 0 else OVER_MINUTES if left < 0 else UP_NOW).format(n=abs(left))


def _at_item(actor: Actor, it: Standing, item: Taken) -> str:
    ends = it.item_ends or it.part_ends
    times = ITEM_TIME.format(
        at=show_time(ends, actor.zone), left=time_left(ends, it.at),
        part_at=show_time(it.part_ends, actor.zone), part_left=time_left(it.part_ends, it.at),
    )  # fmt: skip
    now = NOW.format(
        reference=item.reference, title=escape(item.text), proposer=escape(item.proposer),
        minutes=item.minutes, number=it.segment.number, part=escape(it.segment.title),
    )  # fmt: skip
    beware = BEWARE.format(reference=item.reference) if item.closed_there else ""
    return "\n".join(line for line in (now, times, beware, listed(QUEUE, it.queue, ", ")) if line)


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
        listed(MAY_COME, it.may_come) or NOBODY_COMES,
        listed(MAY_STAY, it.may_stay),
        NO_RECORDER,
        THEN_CLEAR,
    ]  # fmt: skip
    clear_it = Button("Clear: open the next part", "clear", f"{it.name} {it.closes.id}", "primary")
    return Reply("\n".join(line for line in lines if line), (clear_it,), more=f"/lap attendees {it.name}")


def _goer(it: Goer) -> str:
    return IS_HERE if it.here else WAS_LED if it.led else "{name}"


def _ended(actor: Actor, it: Ended, *, on_paper: bool = False) -> str:
    """That a call has ended, and what is next; what the secretariat alone does is not offered to its scribe. Which
    items were taken is not known of one that was held *on_paper*."""
    sends = SEND.format(name=it.name) if actor.is_secretariat else OTHERS_SEND
    due = show(it.draft_due, actor.zone)
    head = (HELD if on_paper else ENDED).format(title=escape(it.view.title), name=it.name, sends=sends, due=due)
    waiting = [WAITS.format(reference=a.reference, task=escape(a.text)) for a in it.unconfirmed]
    over = [_item(item) for item in it.left_over if not on_paper]
    kept = NOT_TAKEN if actor.is_secretariat else OTHERS_KEEP
    return "\n".join([head, *([kept, *over] if over else []), *([WAITING, *waiting] if waiting else [])])


def _audience(audience: AudienceKind | None) -> str:
    return AUDIENCES[audience] if audience is not None else ""


VERBS: dict[str, Verb] = {
    "start": Verb(
        start,
        RUN,
        "start [CALL] [now|held]",
        "Starts the call: from an hour before, earlier with `now`; `held` enters one that was held without the bot.",
    ),
    "next": Verb(next_, RUN, "next", "Goes to the next item, then to the next part; stops where other people hear it."),
    "skip": Verb(skip, RUN, "skip", "Passes over the item under way, at a part's opening its first, and goes on."),
    "gate": Verb(gate, RUN, "gate", "Shuts the door before the next part, and lists who must go and who may come."),
    "clear": Verb(clear, RUN, "clear", "Opens the part behind the gate."),
    "gates": Verb(gates, RUN, "gates [CALL]", "Shows when each gate of a call was shut and cleared, and by whom."),
    "late": Verb(
        late,
        RUN,
        "late [CALL] MINUTES",
        "Tells those who wait when their own part now begins, and nothing else; `late 0` takes it back.",
    ),
    "end": Verb(end, RUN, "end", "Ends the call that runs."),
}
PRESSES: dict[str, Press] = {
    "next": press_next, "skip": press_skip, "gate": press_gate, "clear": press_clear,
}  # fmt: skip
VIEWS: dict[str, View] = {}
