"""Owns the Slack room of mail that came in: listed, read, and its answers counted by hand; the words are next door."""

from bot.errors import NotUnderstood
from bot.notices import Button
from bot.when import show
from handlers.mailed import MailView, count_answer, latest_mail, read_mail
from handlers.mailed_words import ANSWERS, can_be_counted, standing_of, subject_of, words_of
from handlers.slack.asked import Asked, Press, Pressed, S, Verb, View
from handlers.slack.reply import Reply, escape

NONE = "No mail has come in that anybody wrote."
HEAD = "Mail that came in last:"
LINE = "• `{reference}` {when}, {standing}: {subject}"
HOW = "`/lap mail REFERENCE` shows one."
COUNTED = "“{answer}” now counts for {holder}, call of {call}."
FORM = "Say which mail, as in `/lap mail 7K2QXM`, and `count` behind it to count its answer. `/lap mail` lists them."


def mail(asked: Asked) -> Reply:
    """``/lap mail [REFERENCE [count]]``."""
    words = asked.text.split()
    if not words:
        return _listed(asked)
    if len(words) == 2 and words[1].casefold() == "count":
        return _counted(count_answer(asked.desk, asked.actor, words[0]))
    if len(words) != 1:
        raise NotUnderstood(FORM)
    view = read_mail(asked.desk, asked.actor, words[0])
    count = (Button("Count it", "mail.count", view.mail.reference, "primary"),) if can_be_counted(view) else ()
    told = (f"*{escape(subject_of(view))}*", *map(escape, words_of(view, asked.actor.zone)))
    return Reply("\n".join(told), count)


def press(pressed: Pressed) -> Reply:
    """The button ``mail.count``; the value is the mail's reference."""
    return _counted(count_answer(pressed.desk, pressed.actor, pressed.value))


def _listed(asked: Asked) -> Reply:
    found = latest_mail(asked.desk, asked.actor)
    if not found:
        return Reply(NONE)
    return Reply("\n".join((HEAD, *(_line(view, asked) for view in found), HOW)))


def _line(view: MailView, asked: Asked) -> str:
    return LINE.format(
        reference=view.mail.reference,
        when=show(view.mail.at, asked.actor.zone),
        standing=escape(standing_of(view)),
        subject=escape(view.mail.subject),
    )


def _counted(view: MailView) -> Reply:
    answer = ANSWERS.get(view.mail.rsvp, "") if view.mail.rsvp else ""
    return Reply(COUNTED.format(answer=answer, holder=escape(view.holder), call=view.call))


VERBS: dict[str, Verb] = {
    "mail": Verb(mail, S, "mail [REFERENCE [count]]", "Shows the mail that came in; `count` counts an answer in it."),
}
PRESSES: dict[str, Press] = {"mail.count": press}
VIEWS: dict[str, View] = {}
