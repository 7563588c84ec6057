"""Owns the Slack room of invitations: the answer to one, typed or pressed."""

from bot.invitations import Rsvp
from bot.notices import read_answer
from bot.when import show
from handlers.answering import Answered
from handlers.answering import rsvp as answer_invitation
from handlers.desk import Actor
from handlers.slack.asked import ALL, Asked, Press, Pressed, Verb, View
from handlers.slack.reply import Reply, escape
from handlers.slack.roll import regrets

ANSWERS = {
    "yes": Rsvp.ACCEPTED,
    "no": Rsvp.DECLINED,
    "regrets": Rsvp.DECLINED,
    "maybe": Rsvp.TENTATIVE,
}
SAID = {
    Rsvp.ACCEPTED: "You are expected at",
    Rsvp.DECLINED: "You are not expected at",
    Rsvp.TENTATIVE: "You may come to",
}
ANSWERED = "{said} {title}, {when}. To change it: `/lap yes`, `/lap no` or `/lap maybe` with the date {date}."
WHICH = "Say `yes`, `no` or `maybe`, and the call where it is not the next one, as in `/lap rsvp yes 2027-02-16`."


def rsvp(asked: Asked) -> Reply:
    """``/lap rsvp yes|no|maybe [CALL]``."""
    word, _, call = asked.text.partition(" ")
    answer = ANSWERS.get(word.casefold())
    if answer is None:
        return Reply(WHICH)
    return answered_reply(asked.actor, answer_invitation(asked.desk, asked.actor, answer, call.strip() or None))


def short(asked: Asked) -> Reply:
    """``/lap yes [CALL]`` and its like; ``regrets from [CALL] WHO...`` writes down those of others."""
    word, _, named = asked.text.partition(" ")
    if (asked.verb, word.casefold()) == ("regrets", "from"):
        return regrets(asked.desk, asked.actor, named)
    answered = answer_invitation(asked.desk, asked.actor, ANSWERS[asked.verb], asked.text or None)
    return answered_reply(asked.actor, answered)


def press(pressed: Pressed) -> Reply:
    """The buttons ``rsvp.yes``, ``rsvp.maybe`` and ``rsvp.no``; the value is that of ``to_answer``."""
    answer = ANSWERS[pressed.action.rpartition(".")[2]]
    call_id, shown = read_answer(pressed.value)
    answered = answer_invitation(pressed.desk, pressed.actor, answer, None, call_id, shown)
    return answered_reply(pressed.actor, answered)


def answered_reply(actor: Actor, answered: Answered) -> Reply:
    """What an answer to an invitation is answered with."""
    view = answered.view
    return Reply(
        ANSWERED.format(
            said=SAID[answered.rsvp],
            title=escape(view.title),
            when=show(view.start, actor.zone),
            date=view.name,
        )
    )


_SHORT = "Answers your invitation to the next call, or to the one named."
VERBS: dict[str, Verb] = {
    "rsvp": Verb(rsvp, ALL, "rsvp yes|no|maybe [CALL]", _SHORT),
    "yes": Verb(short, ALL, "yes [CALL]", _SHORT),
    "no": Verb(short, ALL, "no [CALL]", _SHORT),
    "maybe": Verb(short, ALL, "maybe [CALL]", _SHORT),
    "regrets": Verb(
        short,
        ALL,
        "regrets [CALL] | regrets from [CALL] WHO...",
        f"{_SHORT} `from`: who runs the call writes down those of others.",
    ),
}
PRESSES: dict[str, Press] = {f"rsvp.{word}": press for word in ("yes", "maybe", "no")}
VIEWS: dict[str, View] = {}
