"""Owns the Slack door for what the bot says by itself: a notice as a direct message to the person's Slack users."""

import time
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.notices import Notice
from bot.participants import Contact
from handlers.delivery import NotTaken
from handlers.desk import Desk, Errand
from handlers.identity import link_by_profile, slack_users_of
from handlers.settings import Settings
from handlers.slack.profiles import profile_from
from handlers.slack.reply import blocks, escape, fitted

SEND_SECONDS = 30
ASK_AGAIN_SECONDS = 3600
FOR_GOOD = {
    "user_not_found",
    "users_not_found",
    "account_inactive",
    "is_archived",
    "channel_not_found",
    "cannot_dm_bot",
}


class SlackDoor:
    """Sends notices as direct messages; somebody without Slack is told by mail alone."""

    def __init__(self, desk: Desk, client: WebClient | None = None) -> None:
        self._desk = desk
        self._client = client or make_client(desk.settings)
        self._unknown: dict[str, float] = {}

    def __call__(self, notice: Notice, errand: Errand, contact: Contact, dated: datetime) -> None:
        text = fitted(text_of(notice))
        for user in self._users(contact):
            try:
                self._client.chat_postMessage(
                    channel=user,
                    text=text,
                    blocks=blocks(text, notice.buttons) if notice.buttons else None,
                    unfurl_links=False,
                    unfurl_media=False,
                )
            except SlackApiError as error:
                code = str(error.response.get("error", ""))
                wait = error.response.headers.get("Retry-After") if error.response.status_code == 429 else None
                raise NotTaken(
                    code or "Slack refused", for_good=code in FOR_GOOD, wait=float(wait) if wait else None
                ) from error
            except OSError as error:
                raise NotTaken("Slack does not answer", unreachable=True) from error

    def _users(self, contact: Contact) -> list[str]:
        """The person's Slack users; where none is known, the one whose profile has the contact's address."""
        known = [user for _, user in slack_users_of(self._desk, contact.id)]
        if known or self._unknown.get(contact.email, 0.0) > time.monotonic():
            return known
        try:
            told: Any = self._client.users_lookupByEmail(email=contact.email)["user"]
        except (SlackApiError, OSError):
            self._unknown[contact.email] = time.monotonic() + ASK_AGAIN_SECONDS
            return []
        profile = profile_from(told, told.get("team_id"))
        found = profile.full_member and link_by_profile(self._desk, told["team_id"], told["id"], contact)
        return [told["id"]] if found else []


def make_client(settings: Settings) -> WebClient:
    """The Slack client of the background: it may wait, unlike the one on the way to an acknowledgement."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    return WebClient(token=token, base_url=settings.slack_api_url, timeout=SEND_SECONDS)


def text_of(notice: Notice) -> str:
    """A notice as mrkdwn: the label directly before the text, user text inert."""
    head = f"{notice.label} " if notice.label else ""
    parts = [
        f"*{escape(head + notice.subject)}*",
        *(escape(p) for p in notice.paragraphs),
        "\n".join(f"{escape(name)}: {escape(value)}" for name, value in notice.facts),
        "\n".join(f"• {escape(item)}" for item in notice.items),
        "\n".join(f"<{url}|{escape(label)}>" for label, url in notice.links),
        *(escape(c) for c in notice.closing),
    ]
    return "\n".join(part for part in parts if part)
