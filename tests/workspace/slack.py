"""Owns the Workspace: the Slack-compatible server that tests drive and `make run` shows; its parts are its neighbours.

Used in a test::

    with Workspace.from_roster(ROSTER, bot_url="http://127.0.0.1:3000") as slack:
        answer = slack.command("secretariat", "calls")
        slack.press("au-acma", answer, "object")
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from tests.workspace import payloads
from tests.workspace.acts import Acts, Target
from tests.workspace.answers import Answer, SubmitAnswer
from tests.workspace.clock import MovableClock
from tests.workspace.delivery import FORM, BotAnswer, BotDoor, Delivery
from tests.workspace.people import BOT_USER, STRANGERS, Json, User, read_roster
from tests.workspace.records import Channel, Message, View
from tests.workspace.server import ServerThread
from tests.workspace.socket_mode import SocketHub
from tests.workspace.state import ApiCall, Impossible, State
from tests.workspace.web_api import WebApi

ROSTER = Path(__file__).parent / "roster"
AGENCIES_CHANNEL = "lap-agencies"
SUBSCRIPTIONS = frozenset(
    "app_home_opened member_joined_channel member_left_channel user_change team_join channel_shared".split()
)


class Workspace:
    """A workspace with people, channels and one app, the bot. *user* is everywhere an id, e-mail, handle, name or short name.

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
        settle: Callable[[], object] | None = None,
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
            self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

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

    def _notify(self, event: Json) -> None:
        reachable = self.door.url is not None or self.sockets.connected
        if event["type"] in self.subscriptions and reachable:
            self.event(**event)

    # -- what people do

    def command(
        self, user: str, text: str, channel: str | None = None, trigger_id: str | None = None, *, command: str = "/lap"
    ) -> Answer:
        """Type a slash command, in *channel* or in the direct message with the bot. A known *trigger_id* is a redelivery."""
        person = self.user(user)
        place = self.channel(channel) if channel else self.state.direct(person.id)
        return self.acts.command(person, text, place, command, trigger_id)

    def press(
        self,
        user: str,
        message: Target,
        action_id: str,
        value: Any = None,
        *,
        values: Mapping[str, Any] | None = None,
        trigger_id: str | None = None,
    ) -> Answer:
        """Press *action_id* in a message, answer or open view. *value*: which of several such buttons, or a select's choice."""
        return self.acts.press(self.user(user), message, action_id, value, values or {}, trigger_id)

    def submit(
        self,
        user: str,
        view: Target,
        values: Mapping[str, Any] | None = None,
        *,
        trigger_id: str | None = None,
    ) -> SubmitAnswer:
        """Fill an open modal by ``block_id`` and submit it; fields left out keep their initial value."""
        return self.acts.submit(self.user(user), self.view(user, view), values or {}, trigger_id)

    def close(self, user: str, view: Target) -> None:
        """Close a modal without submitting it."""
        self.acts.close(self.user(user), self.view(user, view))

    def options(self, user: str, target: Target, action_id: str, words: str = "") -> list[Json]:
        """What the bot offers in an external select for the *words* typed so far."""
        return self.acts.external(self.user(user), target, action_id, words)

    def again(self, user: str, answer: Answer | SubmitAnswer) -> Answer | SubmitAnswer:
        """The request behind *answer* once more: the same body and trigger_id, signed afresh."""
        if answer.delivery is None:
            raise Impossible("nothing was sent that could be sent again")
        return self.acts.again(self.user(user), answer.delivery)

    def say(self, user: str, channel: str, text: str) -> Message:
        """Somebody writes into a channel; the bot hears of it where it subscribes to ``message``."""
        person, place = self.user(user), self.channel(channel)
        if person.id not in place.members:
            raise Impossible(f"{person.name} is not in {place.name}")
        with self.state.changed:
            made = self.state.post(place.id, person.id, text, [])
        self._notify({"type": "message", "user": person.id, "channel": place.id, "text": text, "ts": made.ts})
        return made

    def open_home(self, user: str) -> View | None:
        """Somebody opens the bot's home tab (``app_home_opened``); the tab the bot publishes, if it does."""
        person = self.user(user)
        self._notify({"type": "app_home_opened", "user": person.id, "tab": "home", "channel": ""})
        return self.home(user)

    # -- what the workspace sends by itself

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

    def url_verification(self, challenge: str = "challenge") -> BotAnswer:
        """Slack's first request to a new events address: the bot repeats the challenge."""
        fields = {"token": payloads.TOKEN, "challenge": challenge, "type": "url_verification"}
        return self.door.send(Delivery("events_api", fields))

    def ssl_check(self) -> BotAnswer:
        """Slack's look at the certificate of a slash command's address; to be answered 200."""
        return self.door.send(Delivery("slash_commands", {"ssl_check": "1", "token": payloads.TOKEN}))

    def raw(
        self,
        body: bytes,
        *,
        content_type: str = FORM,
        headers: dict[str, str] | None = None,
        signed: bool = True,
        timestamp: int | None = None,
    ) -> BotAnswer:
        """POST any bytes to the bot: malformed, unsigned, badly signed (by *headers*), or at an old *timestamp* (Unix s)."""
        return self.door.raw(body, content_type=content_type, headers=headers, signed=signed, timestamp=timestamp)

    # -- what people see

    def messages(self, user: str) -> list[Message]:
        """Copies of everything *user* can see, oldest first; deleted ones are marked so."""
        with self.state.changed:
            return self.state.visible(self.user(user).id)

    def views(self, user: str) -> list[View]:
        """The open modals of *user*, lowest first."""
        person = self.user(user).id
        with self.state.changed:
            return [v for v in self.state.views.values() if v.user == person and v.open and v.kind == "modal"]

    def home(self, user: str) -> View | None:
        """The home tab the bot has published to *user*."""
        person = self.user(user).id
        with self.state.changed:
            return next((v for v in self.state.views.values() if v.user == person and v.kind == "home"), None)

    def view(self, user: str, what: Target) -> View:
        """One view of *user*, open or closed; else ``Impossible``."""
        if isinstance(what, View):
            return self.state.views[what.id]
        if isinstance(what, Answer | SubmitAnswer):
            if what.view is None:
                raise Impossible("that answer opened no view")
            return self.state.views[what.view.id]
        found = self.state.views.get(what if isinstance(what, str) else "")
        if found is None or found.user != self.user(user).id:
            raise Impossible(f"{user} has no view {what}")
        return found

    def wait_for(self, user: str, until: Callable[[list[Message]], bool], seconds: float = 10.0) -> list[Message]:
        """Wait until *until* holds of the messages *user* sees; ``TimeoutError`` after *seconds* of real time."""
        if not self.state.wait(lambda: until(self.messages(user)), seconds):
            raise TimeoutError(f"{user} waited {seconds} s in vain; sees {[m.text for m in self.messages(user)]}")
        return self.messages(user)

    @property
    def calls(self) -> list[ApiCall]:
        """Every call the bot made to the Web API and to response_urls, oldest first."""
        with self.state.changed:
            return list(self.state.calls)

    @property
    def complaints(self) -> list[str]:
        """Everything the bot sent that Slack would not take; empty for a well-behaved bot."""
        with self.state.changed:
            return list(self.state.complaints)

    # -- troubles to order; *method* is a Web API method or "response_url"

    def rate_limit(self, method: str, times: int = 1, retry_after: int = 1) -> None:
        """Answer the next *times* calls of *method* with 429 and ``Retry-After`` (seconds)."""
        self._order(method, times, {"retry_after": retry_after})

    def break_down(self, method: str, times: int = 1, status: int = 500) -> None:
        """Answer the next *times* calls of *method* with a bare HTTP *status*."""
        self._order(method, times, {"status": status})

    def hang(self, method: str, seconds: float, times: int = 1) -> None:
        """Let the next *times* calls of *method* wait *seconds* before they are done."""
        self._order(method, times, {"seconds": seconds})

    def refuse(self, method: str, error: str, times: int = 1) -> None:
        """Answer the next *times* calls of *method* with ``ok: false`` and *error*."""
        self._order(method, times, {"error": error})

    def _order(self, method: str, times: int, trouble: Json) -> None:
        with self.state.changed:
            self.state.knobs.troubles[method].extend([trouble] * times)


__all__ = ["AGENCIES_CHANNEL", "ROSTER", "Impossible", "Workspace", "timedelta"]
