"""Owns the Slack room of the scribe: named, passed on, shown."""

from handlers.scribe import Scribe, name_scribe, names_somebody, show_scribe
from handlers.slack.asked import RUN, Asked, Press, Verb, View
from handlers.slack.reply import Reply, escape

NAMED = "{now} is the scribe of “{title}” (`{name}`) now, and is told so."
TOOK_OVER = " Before it was {before}."
NOBODY = "“{title}” (`{name}`) has no scribe now. It was {before}, who is told so."
IS = "The scribe of “{title}” (`{name}`) is {now}."
IS_NOBODY = "“{title}” (`{name}`) has no scribe. `/lap scribe WHO` names one: somebody who hears every part."
MAY_NOT = " They do not hear every part any longer, so they do not run the call."


def scribe(asked: Asked) -> Reply:
    """``/lap scribe [CALL] [WHO|none]``."""
    if not names_somebody(asked.text):
        return Reply(_is(show_scribe(asked.desk, asked.actor, asked.text)))
    return Reply(_named(name_scribe(asked.desk, asked.actor, asked.text)))


def _is(it: Scribe) -> str:
    words = {"title": escape(it.view.title), "name": it.view.name, "now": escape(it.now)}
    return IS.format(**words) + MAY_NOT * (not it.may) if it.now else IS_NOBODY.format(**words)


def _named(it: Scribe) -> str:
    words = {"title": escape(it.view.title), "name": it.view.name}
    if not it.now:
        return NOBODY.format(**words, before=escape(it.before))
    took = it.before and it.before != it.now
    return NAMED.format(**words, now=escape(it.now)) + (TOOK_OVER.format(before=escape(it.before)) if took else "")


VERBS: dict[str, Verb] = {
    "scribe": Verb(
        scribe, RUN, "scribe [CALL] [WHO|none]",
        "Names who runs the call beside the secretariat: a contact who hears every part. The scribe passes the role "
        "on; who loses a part loses it.",
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {}
VIEWS: dict[str, View] = {}
