"""Owns the Slack room of action items: given, confirmed, listed, done, put off."""

from bot.actions import ActionState
from bot.dates import show_date
from bot.errors import NotUnderstood
from bot.notices import Button
from bot.words import is_reference, split_words
from handlers import actions as acts
from handlers.action_views import ActionView
from handlers.desk import Actor, Desk
from handlers.slack.asked import ALL, RUN, Asked, Press, Pressed, Verb, View
from handlers.slack.lines import HAT
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
DONE = "`{reference}` is done: {entry}"
MOVED = "`{reference}` is now due {due}: {entry}"
ENTRY = "{task}. Owner: {owner}. Due: {due}."
LINE = "• `{reference}` {task}. Owner: {owner}. Due: {due}{late}{done}{call}{waits}"
LATE, IS_DONE, OF_CALL, UNCONFIRMED = ", overdue", ", done", ", from `{name}`", " (to be confirmed)"
NONE = {
    "": "No action is open that you may read.",
    "mine": "No action of yours is open.",
    "open": "No action is open that you may read.",
    "overdue": "No action is overdue that you may read.",
}
NONE_OF_CALL = "There is no action of {title} that you may read."
DO_WITH = "`/lap done ACTION` closes one, `/lap due ACTION DATE` moves its date."
WHICH = "Which action? Write its reference, as in `/lap {example}`; `/lap actions` lists them. You typed: {text}"
USAGE = (
    "After `actions` comes nothing, `mine`, `open`, `overdue` or a call, as in `/lap actions 2027-02-16`; not “{text}”."
)
NO_DATE = "Which date? Write it after the reference, as in `/lap due {reference} +14d`. You typed: {text}"


def action(asked: Asked) -> Reply:
    """``/lap action WHO by DATE [TLP:LABEL] TEXT``, and ``action ACTION confirm``."""
    text = asked.text
    words = text.split()
    if len(words) == 2 and words[1].casefold() == "confirm" and is_reference(words[0]):
        return Reply(_said(CONFIRMED, acts.confirm_action(asked.desk, asked.actor, words[0])))
    it = acts.give_action(asked.desk, asked.actor, text)
    if it.waits:
        return Reply(_said(WAITS, it), (Button("Confirm these words", "action.confirm", it.reference, "primary"),))
    return Reply(_said(GIVEN, it))


def press_confirm(pressed: Pressed) -> Reply:
    """The button ``action.confirm``; its value is the action's reference."""
    return Reply(_said(CONFIRMED, acts.confirm_action(pressed.desk, pressed.actor, pressed.value)))


def actions(asked: Asked) -> Reply:
    """``/lap actions [mine|open|overdue|CALL]``."""
    said, page = read_page(asked.text)
    which = said.casefold()
    if " " in said:
        raise NotUnderstood(USAGE.format(text=asked.text))
    if which in NONE:
        found = acts.list_actions(asked.desk, asked.actor, which)
        return paged(_listed(found.actions, NONE[which]), f"actions {which}".strip(), page)
    found = acts.list_actions(asked.desk, asked.actor, asked=said)
    none = NONE_OF_CALL.format(title=escape(found.call.title)) if found.call else ""
    return paged(_listed(found.actions, none), f"actions {said}", page)


def done(asked: Asked) -> Reply:
    """``/lap done ACTION``."""
    words = asked.text.split()
    if len(words) != 1 or not is_reference(words[0]):
        raise NotUnderstood(WHICH.format(example="done K7MPQ2", text=asked.text or "nothing"))
    return _done(asked.desk, asked.actor, words[0])


def press_done(pressed: Pressed) -> Reply:
    """The button ``done`` of a message about actions; its value is the action's reference."""
    return _done(pressed.desk, pressed.actor, pressed.value)


def due(asked: Asked) -> Reply:
    """``/lap due ACTION DATE``, in either order."""
    words = split_words(asked.text)
    found = next((w for w in words if is_reference(w.text)), None)
    if found is None:
        raise NotUnderstood(WHICH.format(example="due K7MPQ2 +14d", text=asked.text or "nothing"))
    rest = [w.text for w in words if w is not found]
    said = " ".join(rest[1:] if rest and rest[0].casefold() in ("by", "to", "on") else rest)
    if not said:
        raise NotUnderstood(NO_DATE.format(reference=found.text, text=asked.text))
    it = acts.move_due(asked.desk, asked.actor, found.text, said)
    return Reply(_said(MOVED, it))


def _done(desk: Desk, actor: Actor, reference: str) -> Reply:
    return Reply(_said(DONE, acts.mark_done(desk, actor, reference)))


def _said(template: str, it: ActionView) -> str:
    due = show_date(it.due)
    entry = ENTRY.format(task=escape(it.text), owner=escape(it.owner), due=due)
    text = template.format(reference=it.reference, entry=entry, due=due)
    return text + (HAT.format(hat=escape(it.hat)) if it.hat and template in (DONE, MOVED) else "")


def _listed(found: tuple[ActionView, ...], none: str) -> str:
    if not found:
        return none
    lines = [
        LINE.format(
            reference=a.reference, task=escape(a.text), owner=escape(a.owner), due=show_date(a.due),
            late=LATE * a.overdue, done=IS_DONE * (a.state is ActionState.DONE),
            call=OF_CALL.format(name=a.name) if a.name else "", waits=UNCONFIRMED * a.waits,
        )
        for a in found
    ]  # fmt: skip
    return "\n".join([*lines, DO_WITH])


VERBS: dict[str, Verb] = {
    "action": Verb(
        action, RUN, "action WHO by DATE [TLP:LABEL] TEXT | action ACTION confirm",
        "Gives an action in the part under way; `by next` is the day of the next call. `confirm` lets its words go to "
        "an owner who does not hear the part.", keeps=True,
    ),
    "actions": Verb(actions, ALL, "actions [mine|open|overdue|CALL]", "Lists the actions that you may read."),
    "done": Verb(done, ALL, "done ACTION", "Closes an action: its owner, or the secretariat."),
    "due": Verb(due, ALL, "due ACTION DATE", "Moves an action's date: its owner, or the secretariat."),
}  # fmt: skip
PRESSES: dict[str, Press] = {"action.confirm": press_confirm, "done": press_done}
VIEWS: dict[str, View] = {}
