"""Owns what Slack's client makes of a typed slash command before the bot gets it; the act is `slack`'s."""

import re
from collections.abc import Callable

MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
LINK = re.compile(r"https?://[^\s<>]+")
MENTION = re.compile(r"(?<![\w.@/])@([\w][\w.-]*[\w]|[\w])")
CHANNEL = re.compile(r"(?<![\w&/])#([\w-]+)")


def escaped(text: str) -> str:
    """``& < >`` as Slack escapes them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(
    text: str,
    *,
    should_escape: bool,
    user: Callable[[str], str | None],
    channel: Callable[[str], tuple[str, str] | None],
) -> str:
    """*text* as the bot gets it: escaped; with *should_escape* also mentions, channels, links and addresses marked up.

    *user* gives the id of a handle; *channel* gives id and shown name of a channel's name.
    """
    found = escaped(text.strip())
    if not should_escape:
        return found

    def mention(match: re.Match[str]) -> str:
        known = user(match[1])
        return f"<@{known}|{match[1]}>" if known else match[0]

    def place(match: re.Match[str]) -> str:
        known = channel(match[1])
        return f"<#{known[0]}|{known[1]}>" if known else match[0]

    found = LINK.sub(lambda m: f"<{m[0]}>", found)
    found = MAIL.sub(lambda m: f"<mailto:{m[0]}|{m[0]}>", found)
    return CHANNEL.sub(place, MENTION.sub(mention, found))
