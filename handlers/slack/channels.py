"""Owns how Slack is asked what a channel is and who is in it; whether it will do is for ``handlers.channels``."""

from typing import Any

import structlog
from slack_sdk import WebClient

from handlers.identity import ChannelInfo
from handlers.slack.silence import NO_ANSWER

log = structlog.get_logger()

MOST_PAGES = 5
PAGE = 200


def channel_info(client: WebClient, channel: str) -> ChannelInfo | None:
    """What Slack says of a channel that the bot is in; None where it does not answer, or has too many members."""
    try:
        told: Any = client.conversations_info(channel=channel)["channel"]
        me = client.auth_test()["user_id"]
        members = _members(client, channel)
    except NO_ANSWER as error:
        log.warning("slack did not say what a channel is", channel=channel, why=type(error).__name__)
        return None
    if members is None:
        return None
    private = bool(told.get("is_private")) and not told.get("is_im") and not told.get("is_mpim")
    return ChannelInfo(private, tuple(m for m in members if m != me))


def _members(client: WebClient, channel: str) -> list[str] | None:
    found: list[str] = []
    cursor = ""
    for _ in range(MOST_PAGES):
        page: Any = client.conversations_members(channel=channel, limit=PAGE, cursor=cursor)
        found += page["members"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return found
    return None
