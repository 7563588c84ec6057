"""Owns what the workspace keeps of channels, messages and views; who did what to them is `state`'s."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]
Blocks = list[Json]


@dataclass
class Channel:
    """A conversation: a public or private channel, or a direct message (*kind* ``im``)."""

    id: str
    name: str
    kind: str  # "public", "private", "im", "mpim"
    members: set[str] = field(default_factory=set)
    is_archived: bool = False
    is_ext_shared: bool = False

    @property
    def command_name(self) -> str:
        """The ``channel_name`` field of a slash command typed here."""
        return {"im": "directmessage", "private": "privategroup", "mpim": "mpdm"}.get(self.kind, self.name)

    def as_slack(self, reader: str) -> Json:
        """The conversation object as ``conversations.info`` gives it to the bot (*reader*)."""
        found: Json = {
            "id": self.id,
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private",
            "is_im": self.kind == "im",
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind != "public",
            "is_archived": self.is_archived,
            "is_ext_shared": self.is_ext_shared,
            "is_shared": self.is_ext_shared,
            "is_org_shared": False,
        }
        if self.kind == "im":
            return found | {"user": next(iter(self.members - {reader}), reader)}
        return found | {
            "name": self.name,
            "name_normalized": self.name,
            "is_general": self.name == "general",
            "is_member": reader in self.members,
            "num_members": len(self.members),
        }


@dataclass(frozen=True)
class Button:
    """Something to press in a message or view: a button, or a select whose *kind* says which."""

    action_id: str
    value: str
    text: str
    block_id: str
    kind: str = "button"
    style: str = ""
    url: str = ""


def buttons_of(blocks: Blocks) -> list[Button]:
    """Every interactive element outside input blocks, in reading order."""
    found = []
    for block in blocks:
        accessory = [block["accessory"]] if isinstance(block.get("accessory"), dict) else []
        for element in accessory + (block.get("elements") or [] if block.get("type") == "actions" else []):
            if element.get("action_id"):
                label = element.get("text") or element.get("placeholder") or {}
                found.append(
                    Button(
                        action_id=element["action_id"],
                        value=str(element.get("value", "")),
                        text=label.get("text", ""),
                        block_id=block["block_id"],
                        kind=element["type"],
                        style=element.get("style", ""),
                        url=element.get("url", ""),
                    )
                )
    return found


@dataclass
class Message:
    """A message as its readers see it now; *versions* keeps every text it had before, oldest first."""

    id: str
    ts: str
    channel: str
    author: str
    text: str
    blocks: Blocks
    at: datetime
    only_for: str | None = None  # the one user who sees an ephemeral message
    thread_ts: str | None = None
    updated: bool = False
    deleted: bool = False
    versions: list[tuple[str, Blocks]] = field(default_factory=list)
    reactions: list[str] = field(default_factory=list)  # the bot's, by name

    @property
    def ephemeral(self) -> bool:
        """Seen by one user only and kept by no server."""
        return self.only_for is not None

    @property
    def buttons(self) -> list[Button]:
        """What can be pressed in it."""
        return [] if self.deleted else buttons_of(self.blocks)

    def change(self, text: str, blocks: Blocks) -> None:
        """Show *text* and *blocks* from now on, keeping what was shown before."""
        self.versions.append((self.text, self.blocks))
        self.text, self.blocks, self.updated = text, blocks, True

    def as_slack(self, bot_id: str, app_id: str, team: str) -> Json:
        """The message object as Slack puts it into answers and payloads."""
        found: Json = {
            "type": "message",
            "user": self.author,
            "bot_id": bot_id,
            "app_id": app_id,
            "team": team,
            "ts": self.ts,
            "text": self.text,
        }
        if self.blocks:
            found["blocks"] = deepcopy(self.blocks)
        if self.thread_ts:
            found["thread_ts"] = self.thread_ts
        if self.updated:
            found["edited"] = {"user": bot_id, "ts": self.ts}
        return found


@dataclass
class View:
    """A modal or home tab that one user has before them; *hash* changes with every update."""

    id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    open: bool = True
    updates: int = 0

    @property
    def kind(self) -> str:
        """``modal`` or ``home``."""
        return str(self.body["type"])

    @property
    def callback_id(self) -> str:
        """The verb it carries."""
        return str(self.body.get("callback_id", ""))

    @property
    def title(self) -> str:
        """What stands at its head."""
        return str((self.body.get("title") or {}).get("text", ""))

    @property
    def blocks(self) -> Blocks:
        """Its blocks, block ids filled in."""
        found: Blocks = self.body["blocks"]
        return found

    @property
    def buttons(self) -> list[Button]:
        """What can be pressed in it."""
        return buttons_of(self.blocks)

    def as_slack(self, state: Json, team: str, app_id: str, bot_id: str) -> Json:
        """The view object as Slack puts it into answers and payloads, *state* being its ``state.values``."""
        optional = {key: self.body.get(key) for key in ("title", "submit", "close")}
        return {
            "id": self.id,
            "team_id": team,
            "type": self.kind,
            "blocks": deepcopy(self.blocks),
            "private_metadata": self.body.get("private_metadata", ""),
            "callback_id": self.callback_id,
            "state": {"values": state},
            "hash": self.hash,
            "clear_on_close": self.body.get("clear_on_close", False),
            "notify_on_close": self.body.get("notify_on_close", False),
            "previous_view_id": self.previous_id,
            "root_view_id": self.root_id,
            "external_id": self.body.get("external_id", ""),
            "app_id": app_id,
            "app_installed_team_id": team,
            "bot_id": bot_id,
            **optional,
        }
