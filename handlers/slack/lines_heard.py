"""Owns the lines that the bot hears in Slack: which event is one, who typed it when; what it does is ``spoken``'s."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.errors import Refusal
from bot.spoken import Spoken, read_spoken
from bot.words import unescape
from handlers.desk import Actor, Desk, NotNow
from handlers.said import Line
from handlers.spoken import Elsewhere, keep_refused, speak

MENTIONED = (
    "I read one of the words of a call after my name, as in `#agreed The list is shared`; `/lap words` shows them. "
    "Everything else is typed after `/lap`: `/lap help` shows it."
)
KINDS = (None, "thread_broadcast", "file_share", "me_message")
"""The subtypes of a message that a person wrote."""
_MENTION = re.compile(r"\s*<@([UW][A-Z0-9]+)(?:\|[^>]*)?>[\s,:]*")
_TS = re.compile(r"([0-9]{9,11})\.([0-9]{6})")


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that a person wrote: where, who, when (UTC), and what it says where that has one of our forms;
    ``mention``: it comes because the bot is named in it; ``echoed``: it comes so too, and is answered then."""

    team: str
    channel: str
    ts: str
    at: datetime
    user: str
    spoken: Spoken | None
    mention: bool
    echoed: bool


def heard(body: Mapping[str, Any]) -> Heard | None:
    """The message that an event is about; None for one of the bot's, a changed one, and whatever else comes."""
    event = body.get("event") or {}
    user, channel, ts = event.get("user"), event.get("channel"), str(event.get("ts") or "")
    moment = _TS.fullmatch(ts)
    if not user or not channel or moment is None or event.get("bot_id") or event.get("subtype") not in KINDS:
        return None
    text = unescape(str(event.get("text") or ""))
    to = _MENTION.match(text)
    named = to is not None and to[1] in _bot_users(body)
    spoken = read_spoken(text[to.end() :] if to is not None and named else text)
    mention = event.get("type") == "app_mention"
    at = datetime.fromtimestamp(int(moment[1]), UTC) + timedelta(microseconds=int(moment[2]))
    team = event.get("user_team") or event.get("team") or body.get("team_id") or ""
    return Heard(team, channel, ts, at, user, spoken, mention, named and not mention)


def say(desk: Desk, actor: Actor, it: Heard) -> str:
    """Does what a line says, and answers nothing: a reaction does, or a message to its author. What is told at once is
    that the words are for another channel, where the bot was named in it.

    Raises NotNow where the database could not take it.
    """
    if it.spoken is None:
        return ""
    line = Line(it.spoken, it.at, it.team, it.channel, it.ts)
    try:
        speak(desk, actor, line)
    except Elsewhere as elsewhere:
        return elsewhere.says if it.mention else ""
    except Refusal as refusal:
        if isinstance(refusal, NotNow):
            raise
        keep_refused(desk, actor, line, refusal)
    return ""


def _bot_users(body: Mapping[str, Any]) -> set[str]:
    """The users that the app is in the team that an event comes from."""
    return {str(a.get("user_id")) for a in body.get("authorizations") or ()}
