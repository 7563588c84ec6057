"""Owns running a workspace, its people, channels and troubles to order; what people do and see there is `slack`'s."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from tests.workspace import payloads
from tests.workspace.acts import Acts
from tests.workspace.callbacks import Callback
from tests.workspace.clock import MovableClock
from tests.workspace.delivery import BotAnswer, BotDoor, Delivery
from tests.workspace.passes import Impossible
from tests.workspace.people import BOT_USER, STRANGERS, Json, User, read_roster
from tests.workspace.records import Channel
from tests.workspace.server import ServerThread
from tests.workspace.socket_mode import SocketHub
from tests.workspace.state import State
from tests.workspace.web_api import WebApi

ROSTER = Path(__file__).parent / "roster"
AGENCIES_CHANNEL = "lap-agencies"
SUBSCRIPTIONS = frozenset(
    {"app_home_opened", "member_joined_channel", "member_left_channel", "user_change", "team_join", "channel_shared"}
    | {"app_mention"}
)


class Premises:
    """A workspace with people, channels and one app, the bot.

    *bot_url* may be set later; without one the bot is reached over Socket Mode. *patience* (seconds) is how long an
    answer of the bot is waited for; Slack's own is 3. *linger* (seconds) is how long a press or submission waits for
    a first consequence; with *settle* that callback runs instead.
    """

    def __init__(
        self,
        users: Iterable[User] = (),
        *,
        clock: MovableClock | None = None,
        port: int = 0,
        bot_url: str | None = None,
        signing_secret: str = "workspace-signing-secret",
        bot_token: str = "xoxb-workspace",
        app_token: str = "xapp-workspace",
        patience: float = 10.0,
        linger: float = 1.0,
        settle: Callback | None = None,
    ) -> None:
        self.clock = clock or MovableClock()
        self.signing_secret, self.bot_token, self.app_token = signing_secret, bot_token, app_token
        self.state = State(users, self.clock)
        self.sockets = SocketHub()
        self.door = BotDoor(bot_url, signing_secret, self.sockets, patience)
        self.acts = Acts(self.state, self.door, lambda: self.url)
        self.acts.linger, self.acts.settle = linger, settle
        self.web_api = WebApi(self.state, self.sockets, bot_token, app_token)
        self.subscriptions = set(SUBSCRIPTIONS)
        self.routes: list[BaseRoute] = []  # further routes on the same port, filled before start()
        self._server: ServerThread | None = None
        self._port = port

    @classmethod
    def from_roster(cls, folder: Path = ROSTER, **settings: Any) -> Self:
        """Everybody of the roster, three people of none, the agencies' private channel and one public channel."""
        roster = read_roster(folder)
        made = cls((*roster, *STRANGERS), **settings)
        agencies = [u.id for u in roster if u.group in {"agencies", "secretariat"}]
        made.state.add_channel(AGENCIES_CHANNEL, "private", (*agencies, BOT_USER))
        everybody = [u.id for u in (*roster, *STRANGERS)]
        made.state.add_channel("general", "public", everybody, ext=True)
        return made

    # -- running

    @property
    def bot_url(self) -> str | None:
        """Where the bot takes requests, without ``/slack/events``; None: Socket Mode."""
        return self.door.url

    @bot_url.setter
    def bot_url(self, url: str | None) -> None:
        self.door.url = url.rstrip("/") if url else None

    @property
    def url(self) -> str:
        """The page and the JSON doors, without a closing slash."""
        if self._server is None:
            raise RuntimeError("the workspace has not been started")
        return self._server.url

    @property
    def api_url(self) -> str:
        """The base of the Web API, for ``SLACK_API_URL``."""
        return f"{self.url}/slack/api/"

    def start(self) -> Self:
        """Listen; returns once requests are taken."""
        app = Starlette(routes=[*self.web_api.routes(), *self.sockets.routes(), *self.routes])
        self._server = ServerThread(app, port=self._port)
        self._server.start()
        self.sockets.base = self.url.replace("http://", "ws://")
        return self

    def stop(self) -> None:
        """Stop listening; what was said stays readable."""
        if self._server is not None:
            self.sockets.disconnect(reason="")
            self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def read_lines(self) -> None:
        """Let the bot hear what is written in private channels, and react to it: `slack-manifest-lines.json`."""
        self.subscriptions.add("message")
        self.web_api.scopes |= {"groups:history", "reactions:write"}

    # -- people and channels

    @property
    def users(self) -> list[User]:
        """Everybody but the bot, in the order of the roster."""
        return [u for u in self.state.users.values() if not u.is_bot]

    def user(self, who: str) -> User:
        """One user, found by id, e-mail, handle, name, mention or short name; else ``Impossible``."""
        return self.state.person(who)

    def channel(self, what: str) -> Channel:
        """One channel by id or name; else ``Impossible``."""
        found = self.state.channel(what)
        if found is None:
            raise Impossible(f"there is no channel {what!r}")
        return found

    def add_user(self, user: User, *channels: str) -> User:
        """A newcomer, with ``team_join``; then a member of *channels*."""
        with self.state.changed:
            self.state.users[user.id] = user
        self._notify({"type": "team_join", "user": user.as_slack(self.clock.now())})
        for channel in channels:
            self.join(user.id, channel)
        return user

    def change_user(self, who: str, **changes: Any) -> User:
        """Change fields of a user (``email``, ``deleted``, ``is_restricted`` ...), with ``user_change``."""
        with self.state.changed:
            user = replace(self.user(who), **changes)
            self.state.users[user.id] = user
        self._notify({"type": "user_change", "user": user.as_slack(self.clock.now())})
        return user

    def add_channel(self, name: str, *members: str, private: bool = True, bot: bool = True) -> Channel:
        """A channel with *members*, and the bot where *bot* says so."""
        ids = [self.user(who).id for who in members]
        return self.state.add_channel(name, "private" if private else "public", (*ids, *([BOT_USER] if bot else ())))

    def join(self, who: str, channel: str) -> None:
        """Somebody joins a channel, with ``member_joined_channel``."""
        self._member("member_joined_channel", who, channel)

    def leave(self, who: str, channel: str) -> None:
        """Somebody leaves a channel, with ``member_left_channel``."""
        self._member("member_left_channel", who, channel)

    def _member(self, event: str, who: str, channel: str) -> None:
        user, place = self.user(who), self.channel(channel)
        with self.state.changed:
            (place.members.add if event == "member_joined_channel" else place.members.discard)(user.id)
        kind = "C" if place.kind == "public" else "G"
        self._notify({"type": event, "user": user.id, "channel": place.id, "channel_type": kind, "team": user.team_id})

    def _notify(self, event: Json) -> BotAnswer | None:
        reachable = self.door.url is not None or self.sockets.connected
        if event["type"] in self.subscriptions and reachable:
            return self.event(**event)
        return None

    def event(
        self,
        type: str,  # noqa: A002 - Slack's own word
        *,
        event_id: str | None = None,
        retry_num: int | None = None,
        retry_reason: str = "http_timeout",
        **fields: Any,
    ) -> BotAnswer:
        """Send one event; the same *event_id* with *retry_num* 1 to 3 is one of Slack's retries."""
        now = self.clock.now().timestamp()
        with self.state.changed:
            name = event_id or self.state.id("Ev")
        payload = payloads.event_callback({"type": type, "event_ts": f"{now:.6f}", **fields}, name, int(now))
        headers = {}
        if retry_num is not None:
            headers = {"X-Slack-Retry-Num": str(retry_num), "X-Slack-Retry-Reason": retry_reason}
        return self.door.send(Delivery("events_api", payload), headers)

    # -- troubles to order; *method* is a Web API method or "response_url"

    def rate_limit(self, method: str, times: int = 1, retry_after: int | str = 1) -> None:
        """Answer the next *times* calls of *method* with 429 and ``Retry-After`` (seconds)."""
        self._order(method, times, {"retry_after": retry_after})

    def break_down(
        self, method: str, times: int = 1, status: int = 500, body: bytes = b"trouble made to order"
    ) -> None:
        """Answer the next *times* calls of *method* with a bare HTTP *status* and *body*, said to be UTF-8."""
        self._order(method, times, {"status": status, "body": body})

    def hang(self, method: str, seconds: float, times: int = 1) -> None:
        """Let the next *times* calls of *method* wait *seconds* before they are done."""
        self._order(method, times, {"seconds": seconds})

    def refuse(self, method: str, error: str, times: int = 1) -> None:
        """Answer the next *times* calls of *method* with ``ok: false`` and *error*."""
        self._order(method, times, {"error": error})

    def _order(self, method: str, times: int, trouble: Json) -> None:
        with self.state.changed:
            self.state.knobs.troubles[method].extend([trouble] * times)
