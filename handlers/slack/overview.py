"""Owns the Slack room of ``/lap`` alone: what awaits the person, by when, in their hour, and the verb for each."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.audience import CallView
from bot.invitations import Rsvp
from bot.notices import Button, to_answer
from bot.steps import NAMES, Step
from bot.when import show, show_date, show_span
from handlers.named_views import AwaitedEdition
from handlers.overview import Awaiting, Overview, OwnAction, Task, show_overview
from handlers.slack.asked import ALL, Asked, Press, Verb, View
from handlers.slack.reply import Reply, escape

HEAD = "*What awaits you* ({now})"
NEXT = "Your next call: {title}, {span}{answered}."
NOW = "Now: {title}, {span}{answered}."
NO_CALL = "No call is planned that you are invited to."
SAID = {
    Rsvp.ACCEPTED: "; you are coming",
    Rsvp.DECLINED: "; you are not coming",
    Rsvp.TENTATIVE: "; you may come",
}
WORDS = {
    Task.ANSWER: "{title}, {when}: do you come? `/lap yes {date}`, `/lap no {date}` or `/lap maybe {date}`",
    Task.ANNOUNCE: "{title}, {when}: still a draft; to be announced{by}. `/lap announce {date}`",
    Task.PROPOSALS: "{title}, {when}: {count} to decide on{by}. `/lap agenda {date}`",
    Task.CONFIRM: "{title}, {when}: {count} to confirm{by}. `/lap bring`",
    Task.CIRCULATE: "{title}, {when}: {count} to circulate{by}. `/lap circulate {date}`",
    Task.APPROVE: "{title}, {when}: {count} to approve when the window to object has ended{by}. `/lap approve {date}`",
    Task.BRIEF: "{title}, {when}: {count} for the briefing of the Agencies{by}. `/lap briefing send {date}`",
    Task.SEND_MINUTES: "{title}, {when}: minutes to send{by}. `/lap minutes send {date}`",
    Task.ADOPT_MINUTES: "{title}, {when}: minutes to adopt when the silence has ended{by}. `/lap minutes adopt {date}`",
    Task.OBJECT: "{title}, {when}: {count} expected; you may object{by}. `/lap attendees {date}`",
    Task.PROPOSE: '{title}, {when}: items are wanted{by}. `/lap propose {date} TOPIC MINUTES "TITLE"`',
    Task.READ_MINUTES: "{title}, {when}: minutes to read before they can be adopted{by}. `/lap minutes {date}`",
    Task.PRESENT: "{title}, {when}: you are asked whether you present your item `{item}`{by}. "
    "`/lap item {item} confirm` or `/lap item {item} withdraw`",
    Task.CONSENT: "{title}, {when}: you are asked whether your item `{item}` may be opened to guests. "
    "`/lap item {item} joint` or `/lap item {item} closed`",
}
COUNTED = {
    Task.PROPOSALS: ("proposal", "proposals"),
    Task.CONFIRM: ("proxy", "proxies"),
    Task.CIRCULATE: ("name", "names"),
    Task.APPROVE: ("name", "names"),
    Task.BRIEF: ("early-warning report", "early-warning reports"),
    Task.OBJECT: ("guest is", "guests are"),
}
EDITION = {
    False: "• {label} edition “{name}”: may {lines} of yours, or of a part that you heard, go into it? Whoever says "
    "nothing until {by} agrees. `/lap edition {reference}` shows them, `/lap edition {reference} object` takes them "
    "out",
    True: "• {label} edition “{name}”: its silence ended on {by}; to release or to drop. `/lap edition {reference}`",
}
LEFT_OVER = (
    "• {count} left over, declined or of an owner that left: to be given to somebody else, or dropped. "
    "`/lap actions declined`"
)
ACTION = "• `{reference}` {task}, due {due}{late}. {do}"
DO = {False: "`/lap done {reference}`", True: "`/lap accept {reference}` or `/lap decline {reference}`"}
LATE = ", which has gone by"
PROPOSED = ", to be accepted"
ACTIONS = "*Open actions*"
STEPS = "*Next steps*"
STEP = "• {by}: {step}, {title} of {when}"
NOTHING = "Nothing awaits you."
HELP = "`/lap help` shows what you can do, `/lap feed` your page and your calendar feed."
MOST_ACTIONS = 10
ALL_ACTIONS = "… all of them: `/lap actions mine`"


def overview(asked: Asked) -> Reply:
    """``/lap`` alone."""
    found, zone = show_overview(asked.desk, asked.actor), asked.actor.zone
    lines = [
        HEAD.format(now=show(found.now, zone)),
        _next(found, zone),
        *(_awaiting(a, found.now, zone) for a in found.awaiting),
        *(_edition(e, zone) for e in found.editions),
        *((LEFT_OVER.format(count=_left_over(found.left_over)),) if found.left_over else ()),
        *(() if found.awaiting or found.editions or found.actions or found.left_over else (NOTHING,)),
        *(_actions(found.actions) if found.actions else ()),
        *(_steps(found.steps, zone) if found.steps else ()),
        HELP,
    ]
    return Reply("\n".join(lines), _buttons(found))


def _next(found: Overview, zone: ZoneInfo) -> str:
    if found.next is None:
        return NO_CALL
    span = show_span(found.next.start, found.next.end, zone)
    answered = SAID.get(found.rsvp, "") if found.rsvp else ""
    words = NOW if found.begun else NEXT
    return words.format(title=_title(found.next), span=span, answered=answered)


def _awaiting(awaiting: Awaiting, now: datetime, zone: ZoneInfo) -> str:
    one, more = COUNTED.get(awaiting.task, ("", ""))
    return "• " + WORDS[awaiting.task].format(
        title=_title(awaiting.view),
        when=_day(awaiting.view, zone),
        date=awaiting.name,
        item=awaiting.item,
        count=f"{awaiting.count} {one if awaiting.count == 1 else more}",
        by=_by(awaiting.by, now, zone),
    )


def _by(by: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    if by is None:
        return ""
    return f", {'by' if by > now else 'due since'} {show(by, zone)}"


def _edition(it: AwaitedEdition, zone: ZoneInfo) -> str:
    lines = "1 line" if it.lines == 1 else f"{it.lines} lines"
    return EDITION[it.ended].format(
        label=it.label, name=escape(it.name), lines=lines, by=show(it.by, zone), reference=it.reference
    )


def _left_over(count: int) -> str:
    return "1 action is" if count == 1 else f"{count} actions are"


def _actions(actions: Sequence[OwnAction]) -> list[str]:
    told = [
        ACTION.format(
            reference=a.reference,
            task=escape(a.text),
            due=show_date(a.due),
            late=LATE * a.overdue + PROPOSED * a.proposed,
            do=DO[a.proposed].format(reference=a.reference),
        )
        for a in actions[:MOST_ACTIONS]
    ]
    return [ACTIONS, *told, *((ALL_ACTIONS,) if len(actions) > MOST_ACTIONS else ())]


def _steps(steps: Sequence[tuple[Step, CallView]], zone: ZoneInfo) -> list[str]:
    told = [
        STEP.format(by=show(step.due_at, zone), step=NAMES[step.kind], title=_title(view), when=_day(view, zone))
        for step, view in steps
    ]
    return [STEPS, *told]


def _buttons(found: Overview) -> tuple[Button, ...]:
    """To answer the next invitation at once, while its call is still to come."""
    if found.next is None or found.begun or found.rsvp is not Rsvp.NEEDS_ACTION:
        return ()
    return to_answer(found.next.id, found.next.start, found.next.end)


def _title(view: CallView) -> str:
    return f"“{escape(view.title)}”"


def _day(view: CallView, zone: ZoneInfo) -> str:
    return show_date(view.start.astimezone(zone).date())


VERBS: dict[str, Verb] = {"": Verb(overview, ALL, "", "Shows what awaits you, by when, in your hour.")}
PRESSES: dict[str, Press] = {}
VIEWS: dict[str, View] = {}
