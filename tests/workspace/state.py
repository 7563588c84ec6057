"""Owns what the workspace knows, under one lock; how the bot asks is `web_api`'s, how people do is `slack`'s."""

import hashlib
import re
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import replace
from datetime import datetime

from tests.workspace.clock import MovableClock
from tests.workspace.passes import TRIGGER_LIFE, ApiCall, Impossible, Knobs, ResponseUrl, Trigger
from tests.workspace.people import BOT, BOT_USER, Json, User
from tests.workspace.records import Blocks, Channel, Message, View


class State:
    """Everything the workspace remembers. Hold ``changed`` (a condition) while reading or writing."""

    def __init__(self, users: Iterable[User], clock: MovableClock) -> None:
        self.clock = clock
        self.changed = threading.Condition(threading.RLock())
        self.users: dict[str, User] = {user.id: user for user in (BOT, *users)}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Message] = {}
        self.views: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.calls: list[ApiCall] = []
        self.complaints: list[str] = []
        self.knobs = Knobs()
        self.version = 0
        self.reacted: deque[datetime] = deque()
        self._stamps: set[int] = set()
        self._numbers: dict[str, int] = defaultdict(int)

    # -- ids and waiting

    def number(self, kind: str) -> int:
        """1, 2, 3 ... for each *kind*."""
        self._numbers[kind] += 1
        return self._numbers[kind]

    def id(self, prefix: str) -> str:
        """A Slack-looking id, deterministic within a run."""
        return f"{prefix}{self.number(prefix):09d}"

    def stamp(self) -> str:
        """A message ``ts`` of the present moment that no other message has."""
        micros = int(self.clock.now().timestamp() * 1_000_000)
        while micros in self._stamps:
            micros += 1
        self._stamps.add(micros)
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def touch(self) -> None:
        """Tell everybody who waits that something changed."""
        with self.changed:
            self.version += 1
            self.changed.notify_all()

    def wait(self, until: Callable[[], bool], seconds: float) -> bool:
        """Wait until *until* holds; False when *seconds* of real time went by first."""
        with self.changed:
            return self.changed.wait_for(until, seconds)

    def complain(self, says: str) -> None:
        """Note something the bot did that Slack would not accept."""
        self.complaints.append(says)

    # -- people and channels

    def person(self, who: str) -> User:
        """The user of an id, mention, e-mail, handle, name, or participant's short name; else ``Impossible``."""
        word = who.strip()
        mention = re.fullmatch(r"<@(\w+)(?:\|[^>]*)?>", word)
        word = mention[1] if mention else word.removeprefix("@")
        if word in self.users:
            return self.users[word]
        low = word.lower()
        tests: tuple[Callable[[User], bool], ...] = (
            lambda u: bool(u.email) and u.email.lower() == low,
            lambda u: u.group == "secretariat" and low == "secretariat",
            lambda u: u.name.lower() == low,
            lambda u: u.real_name.lower() == low,
            lambda u: bool(u.organisation) and u.organisation.lower() == low,
        )
        for test in tests:
            for user in self.users.values():
                if test(user):
                    return user
        raise Impossible(f"there is no user {who!r} in the workspace")

    def channel(self, what: str) -> Channel | None:
        """The channel of an id, or of a name with or without ``#``."""
        name = what.removeprefix("#")
        found = self.channels.get(what)
        return found or next((c for c in self.channels.values() if c.name == name and c.kind != "im"), None)

    def add_channel(self, name: str, kind: str, members: Iterable[str], *, ext: bool = False) -> Channel:
        """Make a channel; its id follows from its name."""
        digest = hashlib.sha256(name.encode()).hexdigest().upper()[:8]
        made = Channel(f"{'D' if kind == 'im' else 'C'}0{digest}", name, kind, set(members), is_ext_shared=ext)
        return self.channels.setdefault(made.id, made)

    def direct(self, *users: str) -> Channel:
        """The direct message of the bot with one or several users, made when there is none."""
        name = "-".join(("dm", *sorted(users)))
        return self.add_channel(name, "im" if len(users) == 1 else "mpim", {*users, BOT_USER})

    # -- messages

    def post(
        self,
        channel: str,
        author: str,
        text: str,
        blocks: Blocks,
        *,
        only_for: str | None = None,
        thread_ts: str | None = None,
    ) -> Message:
        """Put a message into a channel, for all its members or for one user's eyes only."""
        made = Message(
            id=f"m{self.number('m')}",
            ts=self.stamp(),
            channel=channel,
            author=author,
            text=text,
            blocks=self.named(blocks),
            at=self.clock.now(),
            only_for=only_for,
            thread_ts=thread_ts,
        )
        self.messages[made.id] = made
        self.touch()
        return made

    def named(self, blocks: Blocks) -> Blocks:
        """A copy of *blocks* with ``block_id`` and buttons' ``action_id`` filled in, as Slack does."""
        found = deepcopy(blocks)
        for block in found:
            block.setdefault("block_id", f"b{self.number('b'):04x}")
            elements = [block.get("accessory"), *(block.get("elements") or [] if block["type"] == "actions" else [])]
            for element in elements:
                if isinstance(element, dict) and element.get("type") == "button":
                    element.setdefault("action_id", f"a{self.number('a'):04x}")
            if block["type"] == "input":
                block.setdefault("dispatch_action", False)
                block.setdefault("optional", False)
        return found

    def message(self, key: str) -> Message | None:
        """The message of an id (``m12``) or a ``ts``."""
        return self.messages.get(key) or next((m for m in self.messages.values() if m.ts == key), None)

    def visible(self, user: str) -> list[Message]:
        """Copies of all messages *user* can see, oldest first: ephemeral ones to them, and posts where they are."""
        return [
            replace(m, versions=list(m.versions))
            for m in self.messages.values()
            if (m.only_for == user if m.ephemeral else user in self.channels[m.channel].members)
        ]

    # -- triggers, response_urls, views

    def trigger(self, user: str, view: str | None = None, *, known: str | None = None) -> str:
        """A new trigger id for *user*; *known* repeats an old one without making it younger (a redelivery)."""
        if known is not None and known in self.triggers:
            return known
        made = known or f"{self.number('trigger')}.1000000.{hashlib.md5(user.encode()).hexdigest()}"
        self.triggers[made] = Trigger(user, self.clock.now(), view)
        return made

    def spend(self, trigger_id: object) -> Trigger | str:
        """Use a trigger up, or the error word why it cannot be used."""
        found = self.triggers.get(str(trigger_id))
        if found is None:
            return "invalid_trigger_id"
        if found.used:
            return "exchanged_trigger_id"
        if self.clock.now() - found.made > TRIGGER_LIFE:
            return "expired_trigger_id"
        found.used = True
        return found

    def response_url(self, user: str, channel: str, message: str | None = None) -> ResponseUrl:
        """A new response_url for what *user* does in *channel* (to *message*)."""
        token = f"r{self.number('response_url')}"
        made = ResponseUrl(token, user, channel, message, self.clock.now())
        self.response_urls[token] = made
        return made

    def show(self, user: str, body: Json, *, previous: View | None = None) -> View:
        """Open a view before *user*, on top of *previous* where given."""
        view_id = self.id("V")
        made = View(
            id=view_id,
            user=user,
            body=self.checked(body),
            hash=f"{int(self.clock.now().timestamp())}.{self.number('hash'):06d}",
            root_id=previous.root_id if previous else view_id,
            previous_id=previous.id if previous else None,
        )
        self.views[view_id] = made
        self.touch()
        return made

    def checked(self, body: Json) -> Json:
        """A copy of a view's body with block ids filled in."""
        return deepcopy(body) | {"blocks": self.named(body["blocks"])}

    def update_view(self, view: View, body: Json) -> None:
        """Show another body in an open view, with a new hash."""
        view.body = self.checked(body)
        view.hash = f"{int(self.clock.now().timestamp())}.{self.number('hash'):06d}"
        view.updates += 1
        self.touch()

    def close(self, view: View, *, whole_stack: bool = False) -> None:
        """Close a view, or the whole stack it stands in."""
        for other in self.views.values():
            if other is view or (whole_stack and other.root_id == view.root_id):
                other.open = False
        self.touch()

    def stack(self, view: View) -> list[View]:
        """The open views under and over *view*, lowest first."""
        return [v for v in self.views.values() if v.open and v.root_id == view.root_id and v.kind == "modal"]
