"""Owns the Slack door for what the bot says by itself: a notice as a direct message to the person's Slack users."""

import re
import socket
import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.notices import Notice, Reaction
from bot.participants import Contact
from bot.when import show_time
from bot.zones import zone_of
from handlers.desk import Desk, Errand
from handlers.identity import link_by_profile, slack_users_of
from handlers.sending import NotTaken
from handlers.settings import Settings
from handlers.slack.channels import channel_info
from handlers.slack.profiles import profile_from
from handlers.slack.reply import blocks, escape, fitted
from handlers.slack.silence import UNREADABLE

SEND_SECONDS = 30
UTC = zone_of("UTC")
ASK_AGAIN_SECONDS = 3600
FOR_GOOD = {"is_archived", "channel_not_found"}
USER_GONE = frozenset({"user_not_found", "users_not_found", "user_disabled", "channel_not_found", "cannot_dm_bot"})
"""What Slack says of a user who was deactivated or shares no channel with the bot any more: like one without Slack."""
MAY_NOT_LOOK = frozenset({"missing_scope", "not_allowed_token_type", "no_permission"})
MAY_NOT_REACT = MAY_NOT_LOOK
NO_REACTION = frozenset(
    {
        "already_reacted", "message_not_found", "channel_not_found", "not_in_channel", "is_archived", "thread_locked",
        "too_many_emoji", "too_many_reactions", "invalid_name", "not_reactable", "bad_timestamp", "no_item_specified",
    }
)  # fmt: skip
"""The message is not there any more, or takes no reaction: nothing is lost, as what it said is entered."""
GONE_FROM_CHANNEL = frozenset({"user_not_in_channel", "channel_not_found", "not_in_channel", "is_archived"})
UNCHANGEABLE = {"message_not_found", "cant_update_message", "edit_window_closed"}


class SlackDoor:
    """Sends notices as direct messages; somebody without Slack is told by mail alone."""

    def __init__(self, desk: Desk, client: WebClient | None = None) -> None:
        self._desk = desk
        self._client = client or make_client(desk.settings)
        self._unknown: dict[str, float] = {}
        self._own_team = ""
        self._given: dict[str, dict[tuple[str, str], str]] = {}
        """What some of a mailbox's users have already of a message that others have not: by errand, then by user and
        text. Several threads send at one time, each another errand."""

    def __call__(self, notice: Notice, errand: Errand, contact: Contact, dated: datetime) -> Sequence[str]:
        """Posts to each of the person's Slack users, or gives earlier posts these words; all within 30 seconds."""
        text, end, posts = fitted(text_of(notice)), time.monotonic() + SEND_SECONDS, list[str]()
        if notice.reaction is not None:
            self._react(notice.reaction, notice.only_for, text, end)
            return posts
        for channel, ts in (p.split("/") for earlier in notice.instead for p in earlier.posts):
            self._call(
                self._client.chat_update, end, {"channel": channel, "ts": ts, "text": text, "blocks": []}, USER_GONE
            )
        with_buttons = {"blocks": blocks(text, notice.buttons)} if notice.buttons else {}
        for user in [] if notice.instead else [notice.only_for] if notice.only_for else self._users(contact, end):
            said = {"channel": user, "text": text, "unfurl_links": False, "unfurl_media": False, **with_buttons}
            if (known := self._given.get(errand.id, {}).get((user, text))) is not None:
                posts.append(known)
                continue
            try:
                posted = self._call(self._client.chat_postMessage, end, said, USER_GONE)
            except NotTaken as error:
                error.posts, error.offered = tuple(posts), error.offered or bool(posts)
                if error.for_good:
                    self._given.pop(errand.id, None)
                raise
            if posted and not isinstance(posted, str):
                posts.append(f"{posted['channel']}/{posted['ts']}")
                self._given.setdefault(errand.id, {})[user, text] = posts[-1]
        self._given.pop(errand.id, None)
        return posts

    def _react(self, it: Reaction, user: str, text: str, end: float) -> None:
        """Reacts to a message; where the app may not, its author alone is told *text* there."""
        told = {"channel": it.channel, "timestamp": it.ts, "name": it.name}
        if self._call(self._client.reactions_add, end, told, MAY_NOT_REACT | NO_REACTION) in MAY_NOT_REACT:
            said = {"channel": it.channel, "user": user, "text": text}
            self._call(self._client.chat_postEphemeral, end, said, GONE_FROM_CHANNEL)

    def look(self, channel: str) -> Sequence[str]:
        """The users in a private channel but the bot. Raises NotTaken where Slack does not say, or it is not
        private."""
        info = channel_info(self._client, channel)
        if info is None or not info.private:
            raise NotTaken("Slack does not say who is in the channel")
        return info.members

    def post(self, channel: str, ts: str | None, notice: Notice) -> str:
        """Posts to a channel, or gives an earlier post these words; a post that is gone is made anew."""
        text, end = fitted(text_of(notice)), time.monotonic() + SEND_SECONDS
        said = {"channel": channel, "text": text, "blocks": blocks(text, notice.buttons) if notice.buttons else []}
        if ts is not None and self._call(self._client.chat_update, end, {**said, "ts": ts}):
            return ts
        quiet = {"unfurl_links": False, "unfurl_media": False}
        return str(self._call(self._client.chat_postMessage, end, {**said, **quiet})["ts"])

    def _call(
        self,
        method: Callable[..., Any],
        end: float,
        told: dict[str, Any],
        put_up_with: Collection[str] = (),
        *,
        offers: bool = True,
    ) -> Any:
        """What Slack answers; None of an earlier post that cannot be changed any more, and which of the errors to
        *put_up_with* it was; *offers*: the message is in what is told. Raises NotTaken."""
        left = end - time.monotonic()
        if left <= 0:
            raise NotTaken("Slack took over 30 seconds", unreachable=True, offered=offers)
        self._client.timeout = max(1, int(left))
        try:
            return method(**told)
        except SlackApiError as error:
            code = str(error.response.get("error", ""))
            if code in put_up_with:
                return code
            if code in UNCHANGEABLE:
                return None
            wait = _seconds(error.response.headers.get("Retry-After")) if error.response.status_code == 429 else None
            raise NotTaken(code or "Slack refused", for_good=code in FOR_GOOD, wait=wait, offered=offers) from error
        except OSError as error:
            never = isinstance(getattr(error, "reason", error), ConnectionRefusedError | socket.gaierror)
            raise NotTaken("Slack does not answer", unreachable=True, offered=offers and not never) from error
        except UNREADABLE as error:
            raise NotTaken("Slack's answer cannot be read", unreachable=True, offered=offers) from error

    def _users(self, contact: Contact, end: float) -> list[str]:
        """The person's Slack users; where none is known, the full member of our own team whose profile has that
        address. What another team says of the addresses of its people proves nothing. Raises NotTaken."""
        known = [user for _, user in slack_users_of(self._desk, contact.id)]
        if known or self._unknown.get(contact.email, 0.0) > time.monotonic():
            return known
        asked = {"email": contact.email}
        found = self._call(self._client.users_lookupByEmail, end, asked, USER_GONE | MAY_NOT_LOOK, offers=False)
        user = None if isinstance(found, str) else self._tied(found["user"], contact, end)
        if user is None:
            self._unknown[contact.email] = time.monotonic() + ASK_AGAIN_SECONDS
        return [] if user is None else [user]

    def _tied(self, told: Any, contact: Contact, end: float) -> str | None:
        """The user of whom that is *told*, tied to the contact by now; None where they may not be. Raises NotTaken."""
        if not self._own_team:
            self._own_team = str(self._call(self._client.auth_test, end, {}, offers=False)["team_id"])
        full = profile_from(told, self._own_team).full_member
        tied = full and link_by_profile(self._desk, told["team_id"], told["id"], contact)
        return str(told["id"]) if tied else None


def _seconds(wait: str | None) -> float | None:
    """How long Slack asks to be left alone, an hour at most; None where it does not say so in seconds."""
    return min(float(wait), ASK_AGAIN_SECONDS) if wait and wait.isascii() and wait.isdigit() else None


def make_client(settings: Settings) -> WebClient:
    """The Slack client of the background: it may wait, unlike the one on the way to an acknowledgement."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    return WebClient(token=token, base_url=settings.slack_api_url, timeout=SEND_SECONDS)


def text_of(notice: Notice) -> str:
    """A notice as mrkdwn: the label directly before the text, user text inert."""
    head = f"{notice.label} " if notice.label else ""
    parts = [
        f"*{escape(head + notice.subject)}*",
        *(_dated(escape(p), notice.moments) for p in notice.paragraphs),
        "\n".join(f"{escape(name)}: {escape(value)}" for name, value in notice.facts),
        "\n".join(f"• {escape(item)}" for item in notice.items),
        "\n".join(f"<{url}|{escape(label)}>" for label, url in notice.links),
        *(escape(c) for c in notice.closing),
    ]
    return "\n".join(part for part in parts if part)


def _dated(text: str, moments: Sequence[datetime]) -> str:
    """*text* with the last of the *moments* in it as Slack's own date, which shows each reader the hour of their zone;
    what shows no such date shows UTC (slack.md 1.4: the fallback names its zone)."""
    words = {show_time(moment, UTC): moment for moment in moments}
    if not words:
        return text
    found = re.fullmatch(f"(.*)({'|'.join(map(re.escape, words))})(.*)", text, re.DOTALL)
    if found is None:
        return text
    before, utc, after = found.groups()
    return f"{before}<!date^{int(words[utc].timestamp())}^{{time}} ({utc})|{utc}>{after}"
