"""Owns what a Slack room is handed: a command, a press or a submission as plain values with its actor; rooms answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from handlers.desk import Actor, Desk
from handlers.slack.reply import Errors, Reply


@dataclass(frozen=True, slots=True)
class Asked:
    """A command after its verb: ``text`` is unescaped once; ``go``: the line ended with the word
    that does it; ``look``: the reference of the look whose button was pressed."""

    desk: Desk
    actor: Actor
    verb: str
    text: str
    line: str
    team: str
    user: str
    channel: str
    trigger: str
    go: bool = False
    look: str = ""

    def with_actor(self, actor: Actor) -> "Asked":
        return replace(self, actor=actor)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button: ``value`` is only a reference; ``team``, ``user`` and ``channel`` are Slack's."""

    desk: Desk
    actor: Actor
    action: str
    value: str
    team: str
    user: str
    channel: str
    trigger: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """A modal sent in: ``values`` by block_id (text, an option's value or several), ``reference`` from the view."""

    desk: Desk
    actor: Actor
    callback: str
    values: Mapping[str, Any]
    reference: str
    team: str
    user: str
    trigger: str


S, A, P, O = "S", "A", "P", "O"  # noqa: E741 -- the roles' letters of interface.md
ALL = "SAPO"


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of ``/lap``: who may type it, its one-line form, and a sentence of help."""

    run: Callable[[Asked], Reply]
    roles: str
    usage: str
    says: str


Press = Callable[[Pressed], Reply]
View = Callable[[Submitted], Reply | Errors]
