"""Owns the words for what had left for somebody: in answers that close something to them, and the verb ``shown``."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.errors import NotUnderstood
from bot.when import show
from handlers import exposing
from handlers.exposing import HadLeft
from handlers.slack.asked import Asked, Press, S, Verb, View
from handlers.slack.list_words import Line, one_call
from handlers.slack.minutes import read_page
from handlers.slack.reply import Reply, escape, paged

EXAMPLE = "`/lap shown harbour-bank 2027-02-16`"
WHOSE = "Of whom? Name the person or the organisation, and perhaps a call, as in {example}."
HAD_LEFT = "\nThis had left before, and cannot be recalled:\n{lines}"
LINE = "• {name}: {what}, {when}{parts}{references}"
MAY_HAVE = "may have left: "
MORE = "\n• {count} more"
MOST = 8

HEAD = "What left for {name}, latest first:\n{lines}"
NOTHING = "Nothing that is still on record has left for {name}."
PARTS, REFERENCES = "; shows {parts}", "; {references}"


def had_left(messages: Sequence[HadLeft], zone: ZoneInfo) -> str:
    """A line for each message, for an answer; nothing where nothing had left."""
    if not messages:
        return ""
    more = MORE.format(count=len(messages) - MOST) if len(messages) > MOST else ""
    return HAD_LEFT.format(lines="\n".join(_line(m, zone) for m in messages[:MOST])) + more


def shown(asked: Asked) -> Reply:
    """``/lap shown WHO [CALL] [page N]``."""
    text, page = read_page(asked.text)
    tokens, line = Line.read(text).calls()
    call, _ = one_call(tokens, EXAMPLE)
    if not line.words:
        raise NotUnderstood(WHOSE.format(example=EXAMPLE))
    found = exposing.shown_to(asked.desk, asked.actor, line.text, call)
    if not found.messages:
        return Reply(NOTHING.format(name=escape(found.name)))
    lines = "\n".join(_line(m, asked.actor.zone) for m in found.messages)
    return paged(HEAD.format(name=escape(found.name), lines=lines), f"shown {text}", page)


def _line(it: HadLeft, zone: ZoneInfo) -> str:
    references = ", ".join(f"`{r}`" for r in it.references)
    return LINE.format(
        name=escape(it.name),
        what=it.what if it.sure else MAY_HAVE + it.what,
        when=show(it.at, zone),
        parts=PARTS.format(parts=escape(", ".join(it.parts))) if it.parts else "",
        references=REFERENCES.format(references=references) if references else "",
    )


VERBS: dict[str, Verb] = {
    "shown": Verb(
        shown, S, "shown WHO [CALL]",
        "What left for somebody by mail, Slack and calendar: when, and which parts, items and lines it showed.",
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {}
VIEWS: dict[str, View] = {}
