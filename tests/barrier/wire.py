"""Owns the house over HTTP: pages fetched, the forms on them sent in, and Slack's requests as Slack signs them.

What is asked for, and what is made of the answers, is for ``doors``.
"""

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from urllib.parse import urlencode

import httpx
from pydantic import SecretStr
from starlette.types import ASGIApp

from handlers.desk import Desk
from handlers.slack import app as slack_app
from handlers.traffic import Traffic
from handlers.web.app import make_app
from tests.barrier.people import TEAM, Reader
from tests.doors import events
from tests.workspace.delivery import FORM, signed_headers
from tests.workspace.passes import ApiCall
from tests.workspace.people import BOT_USER, User
from tests.workspace.slack import Workspace

JSON = "application/json"
EVENTS = (
    "app_home_opened", "app_mention", "channel_shared", "file_shared", "link_shared", "member_joined_channel",
    "member_left_channel", "message", "message_changed", "reaction_added", "team_join", "user_change",
)  # fmt: skip
"""Events that Slack could be told to send, subscribed to or not: nobody keeps a forger from naming them."""

INTERACTIONS = ("block_suggestion", "message_action", "shortcut", "view_closed")
"""Requests of Slack beside commands, presses and submissions."""


@dataclass(frozen=True)
class Ask:
    """One request: a form where there is a *body*."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}" + (f" {self.body[:200]!r}" if self.body else "")


@dataclass(frozen=True)
class Sheet:
    """A form as it stands on a page: where it goes, what it holds, and its buttons."""

    action: str
    fields: tuple[tuple[str, str], ...]
    buttons: tuple[tuple[str, str], ...]

    def filled(self, token: str = "", **other: str) -> Iterator[Ask]:
        """Sent in with each of its buttons; *other* values in the place of those it holds, to another's *token*."""
        given = {**dict(self.fields), **other}
        path = "/".join([*self.action.split("/")[:2], token, *self.action.split("/")[3:]]) if token else self.action
        for button in self.buttons or (("", ""),):
            body = urlencode({**given, **({button[0]: button[1]} if button[0] else {})}).encode()
            yield Ask("POST", path, body, {"content-type": FORM})

    def holding(self, name: str, data: bytes) -> Ask:
        """Sent in with a file of that *name* in the place of its one field for a file."""
        address = f"https://lap.example{self.action}"
        files = {"file": (name, data, "application/octet-stream")}
        request = httpx.Request("POST", address, data=dict(self.fields), files=files)
        return Ask("POST", self.action, request.read(), dict(request.headers))


class _Sheets(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Sheet] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Sheet(held.get("action", ""), (), ()))
        elif self.found and "name" in held:
            form, entry = self.found[-1], (held["name"], held.get("value", ""))
            pressed = tag == "button" or held.get("type") == "submit"
            more = {"buttons": (*form.buttons, entry)} if pressed else {"fields": (*form.fields, entry)}
            self.found[-1] = replace(form, **more)  # type: ignore[arg-type]


def sheets(html: bytes) -> list[Sheet]:
    """Every form of a page, in its order."""
    parser = _Sheets()
    parser.feed(html.decode("utf-8", "replace"))
    return parser.found


def asked(app: ASGIApp, asks: Iterable[Ask]) -> list[tuple[Ask, httpx.Response]]:
    """What *app* answers, in the order of asking; it follows no redirection."""

    async def ask_all() -> list[tuple[Ask, httpx.Response]]:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="https://lap.example", timeout=60) as client:
            return [
                (it, await client.request(it.method, it.path, content=it.body or None, headers=it.headers))
                for it in asks
            ]  # fmt: skip

    return asyncio.run(ask_all())


# --- Slack's requests ---


class Slack:
    """A workspace that the house knows, and that keeps every call which the house makes to it; ``members`` are in the
    Agencies' ``channel``, ``posts`` is what the bot said there."""

    def __init__(self) -> None:
        self.workspace = Workspace.from_roster()
        self.workspace.start()
        self.members: tuple[Reader, ...] = ()
        self.channel, self.posts = "", list[str]()
        self._read = 0

    def opened(self, members: Iterable[Reader]) -> str:
        """The id of the Agencies' channel, made with *members* in it."""
        self.members = tuple(members)
        self.workspace.read_lines()
        for who in self.members:
            self.workspace.add_user(User(who.user, TEAM, who.user.casefold(), f"{who.user.casefold()}@slack.example"))
        self.channel = self.workspace.add_channel("the-calls", *(who.user for who in self.members)).id
        return self.channel

    def app(self, desk: Desk) -> ASGIApp:
        """The web application of *desk* with Slack's door in it."""
        desk = self.known_to(desk)
        return make_app(desk, slack_app.endpoint(slack_app.make_app(desk), Traffic()), dict)

    def known_to(self, desk: Desk) -> Desk:
        """*desk* with what it has to know of this workspace."""
        given = {
            "slack_bot_token": SecretStr(self.workspace.bot_token),
            "slack_signing_secret": SecretStr(self.workspace.signing_secret),
            "slack_api_url": self.workspace.api_url,
        }
        return replace(desk, settings=desk.settings.model_copy(update=given))

    def calls(self) -> list[ApiCall]:
        """What the house asked of Slack or told it since this was asked last, but who it is itself."""
        made = list(self.workspace.state.calls)[self._read :]
        self._read += len(made)
        said = [c for c in made if c.method in ("chat.postMessage", "chat.update")]
        self.posts += [json.dumps(c.arguments) for c in said if c.arguments.get("channel") == self.channel]
        return [call for call in made if call.method != "auth.test"]

    def standing(self, who: Reader) -> list[bytes]:
        """What stands before *who* of what the bot said in channels: each post as it was changed last."""
        if all(who.user not in place.members for place in self.workspace.state.channels.values()):
            return []
        said = [m for m in self.workspace.messages(who.user) if m.author == BOT_USER]
        return [json.dumps([m.text, m.blocks]).encode() for m in said]

    def line(self, who: Reader, words: str, ts: str) -> Ask:
        """*words* that *who* writes in the Agencies' channel."""
        event = {
            "type": "message", "user": who.user, "channel": self.channel, "channel_type": "group", "text": words,
            "ts": ts, "event_ts": ts, "team": TEAM, "user_team": TEAM,
        }  # fmt: skip
        body = {"type": "event_callback", "team_id": TEAM, "event_id": f"{who.user}{ts}", "event": event}
        return self._signed(json.dumps(body).encode(), JSON)

    def requests(self, who: Reader, lines: Sequence[str], channel: str) -> Iterator[Ask]:
        """*lines* typed by *who*; every event and interaction that names them; unsigned and malformed ones."""
        for number, line in enumerate(lines):
            fields = {
                "command": "/lap", "text": line, "team_id": TEAM, "user_id": who.user, "channel_id": channel,
                "trigger_id": f"{who.user}.{number}",
            }  # fmt: skip
            yield self._signed(urlencode(fields).encode(), FORM)
        words = lines[0] if lines else ""
        for kind in sorted({*EVENTS, *events()}):
            event = {"type": kind, "user": who.user, "channel": channel, "text": words, "tab": "home", "ts": "1.2"}
            body = {"type": "event_callback", "team_id": TEAM, "event_id": f"{who.user}{kind}", "event": event}
            yield self._signed(json.dumps(body).encode(), JSON)
        for kind in INTERACTIONS:
            told = {
                "type": kind, "callback_id": "object", "action_id": "who", "block_id": "who", "value": words,
                "user": {"id": who.user, "team_id": TEAM}, "team": {"id": TEAM}, "trigger_id": f"{who.user}.{kind}",
                "view": {"callback_id": "object", "private_metadata": words, "state": {"values": {}}, "blocks": []},
            }  # fmt: skip
            yield self._signed(urlencode({"payload": json.dumps(told)}).encode(), FORM)
        unsigned = urlencode({"command": "/lap", "text": words, "team_id": TEAM, "user_id": who.user}).encode()
        yield Ask("POST", "/slack/events", unsigned, {"content-type": FORM})
        yield self._signed(b"payload=%7Bno", FORM)
        yield self._signed(b'{"type": "url_verification", "challenge": "once"}', JSON)

    def _signed(self, body: bytes, media_type: str) -> Ask:
        signed = signed_headers(self.workspace.signing_secret, body)
        return Ask("POST", "/slack/events", body, {**signed, "content-type": media_type})

    def close(self) -> None:
        self.workspace.stop()
