"""Owns the Slack room of action items as they are given, listed and shown; what becomes of one is ``acting``'s."""

from collections.abc import Mapping

from bot.actions import ActionState, ChangeKind
from bot.dates import show_date
from bot.errors import NotUnderstood
from bot.notices import Button
from bot.when import show
from bot.words import is_reference
from handlers import actions as acts
from handlers.action_views import ActionView, ChangeView
from handlers.progress import show_progress
from handlers.slack.asked import ALL, RUN, Asked, Press, Pressed, Verb, View
from handlers.slack.minutes import read_page
from handlers.slack.reply import Reply, escape, paged

GIVEN = (
    "Action `{reference}` given: {entry}\nIts owner is told in a moment; `/lap undo` takes it back before. "
    "`/lap due {reference} DATE` moves the date."
)
WAITS = (
    "Action `{reference}` is recorded, but its owner may not hear this. These words go out only when you confirm "
    "them, exactly so:\n{entry}\nPress the button, or send `/lap action {reference} confirm`."
)
CONFIRMED = "Confirmed: `{reference}` goes to its owner exactly so: {entry}"
ENTRY = "{task}. Owner: {owner}. Due: {due}."
LINE = "• `{reference}` {task}. Owner: {owner}. Due: {due}{late}{state}{call}{waits}"
LATE, OF_CALL, UNCONFIRMED = ", overdue", ", from `{name}`", " (to be confirmed)"
GONE = " (its owner no longer takes part)"
STATES: Mapping[ActionState, str] = {
    ActionState.OPEN: "",
    ActionState.PROPOSED: ", to be accepted",
    **{state: f", {state}" for state in (ActionState.DONE, ActionState.DECLINED, ActionState.DROPPED)},
}
PROPOSED = " It has yet to accept it."
NONE = {
    "": "No action is open that you may read.",
    "mine": "No action of yours is open.",
    "open": "No action is open that you may read.",
    "overdue": "No action is overdue that you may read.",
    "declined": "No action is left over, declined or of an owner that left, that you may read.",
}
NONE_OF_CALL = "There is no action of {title} that you may read."
DO_WITH = (
    "`/lap done ACTION` closes one, `/lap due ACTION DATE` moves its date, `/lap actions ACTION` shows its history."
)
ACCEPT = "`/lap accept ACTION` or `/lap decline ACTION` answers one that is to be accepted. "
GIVE_ON = "`/lap give ACTION to WHO` gives one to somebody else, `/lap drop ACTION because TEXT` ends it."
WHICH = "Which action? Write its reference, as in `/lap {example}`; `/lap actions` lists them. You typed: {text}"
USAGE = (
    "After `actions` comes nothing, `mine`, `open`, `overdue`, `declined`, a call or an action, as in "
    "`/lap actions 2027-02-16`; not “{text}”."
)
STEP = "• {at}: {what}{by}{why}"
WHAT: Mapping[ChangeKind, str] = {
    ChangeKind.GIVEN: "given{owner}, due {due}",
    ChangeKind.CONFIRMED: "the words confirmed for its owner",
    ChangeKind.ACCEPTED: "accepted",
    ChangeKind.DECLINED: "declined",
    ChangeKind.MOVED: "moved to {due}",
    ChangeKind.HANDED_OVER: "handed over{owner}",
    ChangeKind.DONE: "done",
    ChangeKind.DROPPED: "dropped",
}
TO, BY, WHY = " to {owner}", ", by {by}", ", because: {why}"
SECRETARIAT = "the secretariat"


def action(asked: Asked) -> Reply:
    """``/lap action WHO by DATE [TLP:LABEL] TEXT``, ``action ACTION confirm``, and ``action ACTION``."""
    text = asked.text
    words = text.split()
    if len(words) == 1 and is_reference(words[0]):
        return _history(asked, words[0])
    if len(words) == 2 and words[1].casefold() == "confirm" and is_reference(words[0]):
        return Reply(said(CONFIRMED, acts.confirm_action(asked.desk, asked.actor, words[0])))
    return given_reply(acts.give_action(asked.desk, asked.actor, text))


def given_reply(it: ActionView) -> Reply:
    """What somebody who gave an action is answered with."""
    if it.waits:
        return Reply(said(WAITS, it), (Button("Confirm these words", "action.confirm", _value(it), "primary"),))
    return Reply(said(GIVEN, it) + PROPOSED * (it.state is ActionState.PROPOSED))


def press_confirm(pressed: Pressed) -> Reply:
    """The button ``action.confirm``; its value is the action's reference, and with what owner and date it was shown."""
    reference, _, shown = pressed.value.partition(" ")
    return Reply(said(CONFIRMED, acts.confirm_action(pressed.desk, pressed.actor, reference, shown)))


def _value(it: ActionView) -> str:
    return f"{it.reference} {acts.as_shown(it.due, it.owner)}"


def actions(asked: Asked) -> Reply:
    """``/lap actions [mine|open|overdue|declined|progress|CALL|ACTION]``."""
    words, page = read_page(asked.text)
    which = words.casefold()
    if " " in words:
        raise NotUnderstood(USAGE.format(text=asked.text))
    if which in NONE:
        found = acts.list_actions(asked.desk, asked.actor, which)
        then = GIVE_ON if which == "declined" and asked.actor.is_secretariat else DO_WITH
        return paged(_listed(found.actions, NONE[which], then), f"actions {which}".strip(), page)
    if which == "progress":
        return Reply(escape(show_progress(asked.desk, asked.actor).says))
    if is_reference(words):
        return _history(asked, words, page)
    found = acts.list_actions(asked.desk, asked.actor, asked=words)
    none = NONE_OF_CALL.format(title=escape(found.call.title)) if found.call else ""
    return paged(_listed(found.actions, none), f"actions {words}", page)


def _history(asked: Asked, reference: str, page: int = 1) -> Reply:
    it = acts.show_action(asked.desk, asked.actor, reference)
    steps = [_step(asked, c) for c in it.changes]
    return paged("\n".join([_line(it.action), *steps]), f"actions {it.action.reference}", page)


def _step(asked: Asked, c: ChangeView) -> str:
    owner = TO.format(owner=escape(c.owner)) if c.owner else ""
    return STEP.format(
        at=show(c.at, asked.actor.zone),
        what=WHAT[c.kind].format(owner=owner, due=show_date(c.due)),
        by=BY.format(by=escape(c.by) or SECRETARIAT) if c.by is not None else "",
        why=WHY.format(why=escape(c.why)) if c.why else "",
    )


def said(template: str, it: ActionView) -> str:
    """*template* with the action's reference and date, and its whole entry."""
    due = show_date(it.due)
    entry = ENTRY.format(task=escape(it.text), owner=escape(it.owner), due=due)
    return template.format(reference=it.reference, entry=entry, due=due)


def _listed(found: tuple[ActionView, ...], none: str, then: str = DO_WITH) -> str:
    waits = any(a.state is ActionState.PROPOSED for a in found)
    return "\n".join([*map(_line, found), ACCEPT * waits + then]) if found else none


def _line(a: ActionView) -> str:
    return LINE.format(
        reference=a.reference, task=escape(a.text), owner=escape(a.owner), due=show_date(a.due),
        late=LATE * a.overdue, state=STATES[a.state], call=OF_CALL.format(name=a.name) if a.name else "",
        waits=UNCONFIRMED * a.waits + GONE * a.gone,
    )  # fmt: skip


VERBS: dict[str, Verb] = {
    "action": Verb(
        action, RUN, "action [CALL/N] WHO by DATE [TLP:LABEL] TEXT | action ACTION confirm | action ACTION",
        "Gives an action in the part under way, or afterwards in the part named; `by next` is the day of the next "
        "call. `confirm` lets its words go to an owner who does not hear the part. A reference alone shows its "
        "history.",
        keeps=True,
    ),
    "actions": Verb(
        actions, ALL, "actions [mine|open|overdue|declined|progress|CALL|ACTION]",
        "Lists the actions that you may read, or shows one with its history; `progress` tells the secretariat what "
        "became of all of them in half a year.",
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {"action.confirm": press_confirm}
VIEWS: dict[str, View] = {}
