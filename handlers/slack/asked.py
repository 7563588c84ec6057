"""Owns what a Slack room is handed: a command, a press or a submission as plain values with its actor; rooms answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import NotUnderstood
from handlers.desk import Actor, Desk
from handlers.identity import ChannelInfo, Profile
from handlers.looking import Look
from handlers.slack.reply import Errors, Reply


def no_channel(team: str, channel: str) -> ChannelInfo | None:
    """What is known of a channel where Slack is not asked."""
    return None


@dataclass(frozen=True, slots=True)
class Asked:
    """A command after its verb: ``text`` is unescaped once; ``go``: the line ended with the word that does it;
    ``look``: the reference of the look whose button was pressed, ``found``: that look, where it was read already;
    ``channel_info`` asks Slack of a channel (team, channel)."""

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
    found: Look | None = None
    channel_info: Callable[[str, str], ChannelInfo | None] = no_channel


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button: ``value`` is that of ``bot.notices.Button``; ``look`` the look that has it as its reference, of who
    pressed it; ``team``, ``user`` and ``channel`` are Slack's."""

    desk: Desk
    actor: Actor
    action: str
    value: str
    team: str
    user: str
    channel: str
    trigger: str
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """A modal sent in: ``values`` by block_id (text, an option's value or several), ``reference`` from the view.

    ``one`` and ``several`` read them. Both raise WrongInput where a value is not of the input's kind, which no form
    that the house opened sends.
    """

    desk: Desk
    actor: Actor
    callback: str
    values: Mapping[str, Any]
    reference: str
    team: str
    user: str
    trigger: str

    def one(self, name: str) -> str:
        """The text or the one option of the input *name*; '' where it is empty or not there."""
        value = self.values.get(name) or ""
        if not isinstance(value, str):
            raise WrongInput(name)
        return value

    def several(self, name: str) -> list[str]:
        """The options chosen in the input *name*."""
        value = self.values.get(name) or []
        if not isinstance(value, list):
            raise WrongInput(name)
        return value


class WrongInput(NotUnderstood):
    """An input holds what it cannot; ``block`` names it."""

    def __init__(self, block: str) -> None:
        super().__init__("This could not be read, and nothing was done. Fill it in once more, or open the form anew.")
        self.block = block


S, A, P, O = "S", "A", "P", "O"  # noqa: E741 -- the roles' letters of interface.md
ALL = "SAPO"
RUN = "SA"
"""Who may run a call: the secretariat, and the contact of an Agency who is its scribe; the act asks which."""

PROXIES = frozenset(
    ("", "help", "whoami", "iam", "timezone", "feed", "links", "calls", "call", "rsvp", "yes", "no", "maybe", "regrets")
    + ("topics", "agenda", "paper", "q+", "q-", "queue", "words", "present+", "regrets+", "[off]")
    + ("minutes", "find", "actions", "directory", "undo")
)
"""What whoever was brought to one call can type there; `/lap` alone is ''."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of ``/lap``: who may type it, its one-line form, and a sentence of help.

    ``looks``: it shows what would leave before it does it, so a last word ``go`` is no part of its text. ``keeps``:
    what was typed comes back with every refusal, since it is a sentence that somebody wrote down while others spoke.
    ``paced``: whatever it answers leaves after a multiple of so many seconds, where its time would tell something.
    """

    run: Callable[[Asked], Reply]
    roles: str
    usage: str
    says: str
    looks: bool = False
    keeps: bool = False
    paced: float = 0.0


@dataclass(frozen=True, slots=True)
class Knock:
    """A command of somebody who may be nobody (``actor`` is None then); ``profile`` asks Slack who it is; ``verbs`` and
    ``open_verbs`` are the house's tables."""

    desk: Desk
    actor: Actor | None
    verb: str
    text: str
    team: str
    user: str
    trigger: str
    profile: Callable[[], Profile | None]
    verbs: Mapping[str, Verb]
    open_verbs: Mapping[str, "OpenVerb"]


@dataclass(frozen=True, slots=True)
class OpenVerb:
    """A verb that answers strangers too: its one-line form, and a sentence of help."""

    run: Callable[[Knock], Reply]
    usage: str
    says: str


Press = Callable[[Pressed], Reply]
View = Callable[[Submitted], Reply | Errors]
