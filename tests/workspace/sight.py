"""Owns what a person has before them: messages, views, what can be pressed there; acting on it is `acts`'."""

from typing import Any

from tests.workspace import payloads
from tests.workspace.answers import Answer, SubmitAnswer
from tests.workspace.delivery import BotDoor, Delivery
from tests.workspace.forms import KEYS, Filler, stateful
from tests.workspace.passes import Impossible
from tests.workspace.people import Json, User
from tests.workspace.records import Message, View
from tests.workspace.state import State

Target = Message | View | Answer | SubmitAnswer | str | None  # None, where an answer brought none, is refused


class Sight:
    """Looks things up for one person at a time; external options are asked of the bot through *door*."""

    def __init__(self, state: State, door: BotDoor) -> None:
        self.state = state
        self.door = door

    def target(self, user: User, what: Target) -> Message | View:
        """The message or open view that *user* has before them; else ``Impossible``."""
        if isinstance(what, Answer | SubmitAnswer):
            last = what.messages[-1] if what.messages else None
            first, second = (last, what.view) if isinstance(what, Answer) else (what.view, last)
            thing = first or second
            key = thing.id if thing is not None else ""
        else:
            key = what if isinstance(what, str) else "" if what is None else what.id
        view = self.state.views.get(key)
        if view is not None:
            if view.user != user.id or not view.open:
                raise Impossible(f"{user.name} has no open view {key}")
            return view
        message = self.state.message(key)
        if message is None or message.id not in {m.id for m in self.state.visible(user.id)}:
            raise Impossible(f"{user.name} sees no message {key or 'in that answer'}")
        if message.deleted:
            raise Impossible(f"the message {key} was deleted")
        return message

    def element(self, target: Message | View, action_id: str, value: Any) -> tuple[str, Json]:
        """What *action_id* presses, with its block's id; *value* tells several apart. Else ``Impossible``."""
        elements = [(block, e) for block in target.blocks for e in _pressable(block)]
        found = [(block["block_id"], e) for block, e in elements if e.get("action_id") == action_id]
        exact = [pair for pair in found if pair[1]["type"] != "button" or value in (None, pair[1].get("value"))]
        if not exact:
            names = ", ".join(f"{e.get('action_id')} {e.get('value', '')}".strip() for _, e in elements) or "nothing"
            raise Impossible(f"there is no {action_id} {value or ''} to press; there is: {names}")
        return exact[0]

    def filler(self, user: User, target: Message | View) -> Filler:
        """What fills the inputs of *target* for *user*."""

        def resolve(kind: str, word: str) -> str:
            if kind == "user":
                return self.state.person(word).id
            channel = self.state.channel(word)
            if channel is None:
                raise Impossible(f"there is no channel {word!r}")
            return channel.id

        return Filler(resolve, lambda element, block_id, words: self.options(user, target, element, block_id, words))

    def options(self, user: User, target: Message | View, element: Json, block_id: str, words: str) -> list[Json]:
        """What the bot offers in an external select for *words*."""
        channel = None if isinstance(target, View) else self.state.channels[target.channel]
        payload = payloads.block_suggestion(user, target, channel, block_id, element["action_id"], words)
        reply = self.door.send(Delivery("interactive", payload)).json() or {}
        groups = reply.get("option_groups") or [{"options": reply.get("options") or []}]
        found = [option for group in groups for option in group["options"]]
        if len(found) > 100:
            self.state.complain(f"options of {element['action_id']}: more than 100")
        return found[:100]

    def external(self, user: User, target: Target, action_id: str, words: str) -> list[Json]:
        """What the bot offers in the external select *action_id* of a message or view."""
        found = self.target(user, target)
        for block_id, element in stateful(found.blocks):
            if element["action_id"] == action_id and "external" in element["type"]:
                return self.options(user, found, element, block_id, words)
        raise Impossible(f"there is no external select {action_id}")

    def seen(self, user: User) -> dict[str, int]:
        """Which messages *user* sees, each with how often it changed."""
        with self.state.changed:
            return {m.id: len(m.versions) for m in self.state.visible(user.id)}

    def news(self, user: User, before: dict[str, int]) -> list[Message]:
        """What came or changed since ``seen`` gave *before*, oldest first."""
        return [m for m in self.state.visible(user.id) if before.get(m.id) != len(m.versions)]


def _pressable(block: Json) -> list[Json]:
    found = [block["accessory"]] if isinstance(block.get("accessory"), dict) else []
    if block["type"] == "actions":
        found += block["elements"]
    if block["type"] == "input" and block.get("dispatch_action"):
        found.append(block["element"])
    return [element for element in found if element.get("type") == "button" or element.get("type") in KEYS]
