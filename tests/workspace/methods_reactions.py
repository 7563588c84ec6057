"""Owns reactions.add of the Web API, with the rate at which Slack takes it; messages are `methods_chat`'s."""

from collections import deque
from datetime import datetime, timedelta

from tests.workspace.methods import Method, Refused, known_channel, needed
from tests.workspace.people import BOT_USER, Json
from tests.workspace.state import State

A_MINUTE = timedelta(minutes=1)
MOST_IN_A_MINUTE = 50  # tier 3 of Slack's rate limits


class RateLimited(Refused):
    """Slack's 429: to be asked again in ``seconds``."""

    def __init__(self, seconds: int) -> None:
        super().__init__("ratelimited")
        self.seconds = seconds


def add_reaction(state: State, arguments: Json) -> Json:
    """The bot reacts to a message of a channel that it is in, once with each emoji."""
    _check_rate(state.reacted, state.clock.now())
    channel = known_channel(state, needed(arguments, "channel"))
    if BOT_USER not in channel.members:
        raise Refused("not_in_channel")
    name, found = str(needed(arguments, "name")), state.message(str(needed(arguments, "timestamp")))
    if found is None or found.channel != channel.id or found.ephemeral or found.deleted:
        raise Refused("message_not_found")
    if name in found.reactions:
        raise Refused("already_reacted")
    found.reactions.append(name)
    state.touch()
    return {}


def _check_rate(reacted: deque[datetime], now: datetime) -> None:
    while reacted and now - reacted[0] >= A_MINUTE:
        reacted.popleft()
    if len(reacted) >= MOST_IN_A_MINUTE:
        raise RateLimited(max(1, round((reacted[0] + A_MINUTE - now).total_seconds())))
    reacted.append(now)


REACTIONS: dict[str, tuple[Method, str]] = {"reactions.add": (add_reaction, "reactions:write")}
