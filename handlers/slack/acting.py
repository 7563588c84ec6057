"""Owns the Slack room of what becomes of an action: accepted, declined, done, put off, handed over, dropped."""

from bot.errors import NotUnderstood
from bot.words import is_reference, split_words
from handlers import action_changes as acts
from handlers.action_views import ActionView
from handlers.desk import Actor, Desk
from handlers.slack.actions import WHICH, said
from handlers.slack.asked import ALL, Asked, Press, Pressed, S, Verb, View
from handlers.slack.in_flight import leaving
from handlers.slack.lines import HAT
from handlers.slack.reply import Reply, escape

ACCEPTED = "`{reference}` is accepted: {entry}"
DECLINED = "`{reference}` is declined, and the secretariat has it back: {entry}"
DONE = "`{reference}` is done: {entry}"
MOVED = "`{reference}` is now due {due}: {entry}"
DROPPED = "`{reference}` is dropped: {entry}"
GIVEN_ON = "`{reference}` is handed over: {entry}\nIt is theirs to accept; they are told once they may read it."
CONFIRM = (
    "\nIts new owner may not hear where it comes from. These words go out only when you confirm them, exactly so: "
    "`/lap action {reference} confirm`."
)
TAKE_BACK = "\n`/lap undo` takes that back while nobody was told."
NO_DATE = "Which date? Write it after the reference, as in `/lap due {reference} +14d`. You typed: {text}"
TO_WHOM = "To whom? Name them after the reference, as in `/lap give {reference} to fr-cnil`. You typed: {text}"
BECAUSE = (
    "What follows `{reference}`? A reason comes after `because`, as in `/lap {verb} {reference} because TEXT`. "
    "You typed: {text}"
)


def accept(asked: Asked) -> Reply:
    """``/lap accept ACTION``."""
    return _accept(asked.desk, asked.actor, _alone(asked))


def press_accept(pressed: Pressed) -> Reply:
    """The button ``action.accept``; its value is the action's reference."""
    return _accept(pressed.desk, pressed.actor, pressed.value)


def decline(asked: Asked) -> Reply:
    """``/lap decline ACTION [because TEXT]``."""
    reference, why = _because(asked)
    return _decline(asked.desk, asked.actor, reference, why)


def press_decline(pressed: Pressed) -> Reply:
    """The button ``action.decline``; its value is the action's reference."""
    return _decline(pressed.desk, pressed.actor, pressed.value)


def done(asked: Asked) -> Reply:
    """``/lap done ACTION``."""
    return _done(asked.desk, asked.actor, _alone(asked))


def press_done(pressed: Pressed) -> Reply:
    """The button ``done`` of a message about actions; its value is the action's reference."""
    return _done(pressed.desk, pressed.actor, pressed.value)


def due(asked: Asked) -> Reply:
    """``/lap due ACTION DATE``, in either order."""
    reference, rest = _reference(asked, "due K7MPQ2 +14d")
    to = " ".join(rest[1:] if rest and rest[0].casefold() in ("by", "to", "on") else rest)
    if not to:
        raise NotUnderstood(NO_DATE.format(reference=reference, text=asked.text))
    return _told(MOVED, acts.move_due(asked.desk, asked.actor, reference, to))


def give(asked: Asked) -> Reply:
    """``/lap give ACTION to WHO``."""
    reference, rest = _reference(asked, "give K7MPQ2 to fr-cnil")
    whom = " ".join(rest[1:] if rest and rest[0].casefold() == "to" else rest)
    if not whom:
        raise NotUnderstood(TO_WHOM.format(reference=reference, text=asked.text))
    it = acts.hand_over(asked.desk, asked.actor, reference, whom)
    reply = _told(GIVEN_ON + CONFIRM if it.waits else GIVEN_ON, it)
    return Reply(reply.text + leaving(it.in_flight))


def drop(asked: Asked) -> Reply:
    """``/lap drop ACTION because TEXT``."""
    reference, why = _because(asked)
    return _told(DROPPED, acts.drop_action(asked.desk, asked.actor, reference, why))


def _accept(desk: Desk, actor: Actor, reference: str) -> Reply:
    return _told(ACCEPTED, acts.accept_action(desk, actor, reference))


def _decline(desk: Desk, actor: Actor, reference: str, why: str = "") -> Reply:
    return _told(DECLINED, acts.decline_action(desk, actor, reference, why))


def _done(desk: Desk, actor: Actor, reference: str) -> Reply:
    return _told(DONE, acts.mark_done(desk, actor, reference))


def _told(template: str, it: ActionView) -> Reply:
    hat = HAT.format(hat=escape(it.hat)) if it.hat else ""
    return Reply(said(template, it) + hat + TAKE_BACK)


def _alone(asked: Asked) -> str:
    words = asked.text.split()
    if len(words) != 1 or not is_reference(words[0]):
        raise NotUnderstood(WHICH.format(example=f"{asked.verb} K7MPQ2", text=asked.text or "nothing"))
    return words[0]


def _reference(asked: Asked, example: str) -> tuple[str, list[str]]:
    """The first reference in the text, and the other words."""
    words = split_words(asked.text)
    found = next((w for w in words if is_reference(w.text)), None)
    if found is None:
        raise NotUnderstood(WHICH.format(example=example, text=asked.text or "nothing"))
    return found.text, [w.text for w in words if w is not found]


def _because(asked: Asked) -> tuple[str, str]:
    """The reference that the text begins with, and the reason after ``because``, as typed."""
    head, _, rest = asked.text.partition(" ")
    if not is_reference(head):
        raise NotUnderstood(WHICH.format(example=f"{asked.verb} K7MPQ2 because TEXT", text=asked.text or "nothing"))
    word, _, why = rest.strip().partition(" ")
    if word and word.casefold() != "because":
        raise NotUnderstood(BECAUSE.format(reference=head, verb=asked.verb, text=asked.text))
    return head, why.strip()


_BACK = "Its owner, or the secretariat for it."
VERBS: dict[str, Verb] = {
    "accept": Verb(accept, ALL, "accept ACTION", f"Takes on an action that was given in your absence. {_BACK}"),
    "decline": Verb(
        decline, ALL, "decline ACTION [because TEXT]", f"Leaves an action to the secretariat. {_BACK}"
    ),
    "done": Verb(done, ALL, "done ACTION", "Closes an action: its owner, or the secretariat."),
    "due": Verb(due, ALL, "due ACTION DATE", "Moves an action's date: its owner, or the secretariat."),
    "give": Verb(
        give, ALL, "give ACTION to WHO",
        "Hands an action over to another organisation or person, who has yet to accept it: its owner, or the "
        "secretariat.",
    ),
    "drop": Verb(drop, S, "drop ACTION because TEXT", "Ends an action that nobody need do any more, and says why."),
}  # fmt: skip
PRESSES: dict[str, Press] = {"action.accept": press_accept, "action.decline": press_decline, "done": press_done}
VIEWS: dict[str, View] = {}
