"""Owns what is good for a while: triggers, response_urls, troubles to order; who holds them is `state`'s."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.workspace.people import Json

TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_LIFE = timedelta(minutes=30)
RESPONSE_USES = 5


class Impossible(Exception):
    """Slack's own client would not let this person do this; ``says`` tells why."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


@dataclass
class Trigger:
    """A ``trigger_id``: good for one view within three seconds."""

    user: str
    made: datetime
    view: str | None = None  # the modal it was pressed in, on which views.push stacks
    used: bool = False
    opened: str | None = None  # the view it was used for


@dataclass
class ResponseUrl:
    """A ``response_url``: five uses in thirty minutes."""

    token: str
    user: str
    channel: str
    message: str | None
    made: datetime
    uses: int = 0
    posted: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ApiCall:
    """One call the bot made: method, arguments as understood, and what it was answered."""

    method: str
    arguments: Json
    answer: Json


@dataclass
class Knobs:
    """Troubles to come: for each method a queue of what its next calls meet."""

    troubles: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))

    def next(self, method: str) -> Json | None:
        """The trouble of this call, used up by asking."""
        queue = self.troubles.get(method)
        return queue.pop(0) if queue else None
