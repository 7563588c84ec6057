"""Owns the Slack room of mail that came in: listed, read, and its answers counted by hand; the words are next door."""

from bot.errors import Conflict, NotUnderstood
from bot.replies import MailKind
from bot.when import show
from handlers.mailed_by_hand import MailView, count_answer, decline_wish, latest_mail, read_mail
from handlers.mailed_words import ANSWERS, buttons_of, standing_of, subject_of, words_of
from handlers.slack import calls
from handlers.slack.asked import Asked, Press, Pressed, S, Verb, View
from handlers.slack.reply import Reply, escape

NONE = "No mail has come in that anybody wrote. `/lap mail machines` lists what machines wrote."
NO_MACHINES = "No mail has come in that a machine wrote."
HEAD = "Mail that came in last:"
MACHINES_HEAD = "Mail that machines wrote last:"
LINE = "• `{reference}` {when}, {standing}: {subject}"
RETURNED_LINE = "• `{reference}` {when}, {subject}"
HOW = "`/lap mail REFERENCE` shows one; `/lap mail machines` lists answering machines and the like."
COUNTED = "“{answer}” now counts for {holder}, call of {call}."
DECLINED = (
    "{holder} is told, and nobody else, that the time of the call of {call} stays; their calendar is told the same."
)
NO_MOVE = "`{reference}` proposes no time that the call could be moved to. `/lap mail {reference}` shows it."
FORM = (
    "Say which mail, as in `/lap mail 7K2QXM`, and behind it `count` to count its answer or `decline` to leave the "
    "time as it is. `/lap mail` lists them."
)


def mail(asked: Asked) -> Reply:
    """``/lap mail [REFERENCE [count|decline]]``, ``/lap mail machines``."""
    match [word.casefold() for word in asked.text.split()]:
        case []:
            return _listed(asked)
        case ["machines"]:
            return _listed(asked, machines=True)
        case [_]:
            return _shown(read_mail(asked.desk, asked.actor, asked.text.strip()), asked)
        case [reference, "count"]:
            return _counted(count_answer(asked.desk, asked.actor, reference))
        case [reference, "decline"]:
            return _declined(decline_wish(asked.desk, asked.actor, reference))
    raise NotUnderstood(FORM)


def press_count(pressed: Pressed) -> Reply:
    """The button ``mail.count``; the value is the mail's reference."""
    return _counted(count_answer(pressed.desk, pressed.actor, pressed.value))


def press_decline(pressed: Pressed) -> Reply:
    """The button ``mail.decline``; the value is the mail's reference."""
    return _declined(decline_wish(pressed.desk, pressed.actor, pressed.value))


def press_move(pressed: Pressed) -> Reply:
    """The button ``mail.move``: the look of ``call move`` to the time that the mail proposes."""
    view = read_mail(pressed.desk, pressed.actor, pressed.value)
    if view.would_begin is None:
        raise Conflict(NO_MOVE.format(reference=view.mail.reference))
    text = f"{view.call} to {view.would_begin:%Y-%m-%d %H:%M} UTC"
    return calls.move(
        Asked(
            pressed.desk, pressed.actor, "call", text, f"call move {text}", pressed.team, pressed.user, pressed.channel,
            pressed.trigger,
        ),
        text,
    )  # fmt: skip


def _shown(view: MailView, asked: Asked) -> Reply:
    told = (f"*{escape(subject_of(view))}*", *map(escape, words_of(view, asked.actor.zone)))
    return Reply("\n".join(told), buttons_of(view))


def _listed(asked: Asked, *, machines: bool = False) -> Reply:
    found = latest_mail(asked.desk, asked.actor, machines=machines)
    if not found:
        return Reply(NO_MACHINES if machines else NONE)
    lines = (_line(view, asked) for view in found)
    return Reply("\n".join((MACHINES_HEAD if machines else HEAD, *lines, HOW)))


def _line(view: MailView, asked: Asked) -> str:
    returned = view.mail.kind is MailKind.BOUNCE
    return (RETURNED_LINE if returned else LINE).format(
        reference=view.mail.reference,
        when=show(view.mail.at, asked.actor.zone),
        standing=escape(standing_of(view)),
        subject=escape(subject_of(view) if returned else view.mail.subject),
    )


def _counted(view: MailView) -> Reply:
    answer = ANSWERS.get(view.mail.rsvp, "") if view.mail.rsvp else ""
    return Reply(COUNTED.format(answer=answer, holder=escape(view.holder), call=view.call))


def _declined(view: MailView) -> Reply:
    return Reply(DECLINED.format(holder=escape(view.holder), call=view.call))


VERBS: dict[str, Verb] = {
    "mail": Verb(
        mail, S, "mail [REFERENCE [count|decline]|machines]",
        "Shows the mail that came in; `count` counts an answer in it, "
        "`decline` tells who proposed another time, and nobody else, that theirs stays.",
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {"mail.count": press_count, "mail.move": press_move, "mail.decline": press_decline}
VIEWS: dict[str, View] = {}
