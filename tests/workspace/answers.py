"""Owns what an act of a person comes back with; how it came about is `slack`'s."""

from dataclasses import dataclass, field

from tests.workspace.delivery import BotAnswer, Delivery
from tests.workspace.people import Json
from tests.workspace.records import Blocks, Button, Message, View


@dataclass(frozen=True)
class Answer:
    """What a command or press brought: *text* and *blocks* as the person sees them, *raw* the HTTP body of the bot.

    *error* is empty, or Slack's word for why nothing could be shown (``operation_timeout``, ``dispatch_failed``, ...).
    After several posts the last one is the answer; all are in *messages*, oldest first. *elapsed* is in seconds.
    """

    status: int
    text: str = ""
    blocks: Blocks = field(default_factory=list)
    raw: bytes = b""
    elapsed: float = 0.0
    error: str = ""
    message: Message | None = None
    view: View | None = None
    messages: tuple[Message, ...] = ()
    trigger_id: str = ""
    response_url: str = ""
    delivery: Delivery | None = None

    @property
    def buttons(self) -> list[Button]:
        """What can be pressed in the answer."""
        return self.message.buttons if self.message else []


@dataclass(frozen=True)
class SubmitAnswer:
    """What a submission brought: *errors* by ``block_id`` (empty: taken), the next *view* if one came, new *messages*.

    *sent* is False when Slack's own client refused it before the bot was asked.
    """

    status: int
    errors: dict[str, str] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    view: View | None = None
    sent: bool = True
    raw: bytes = b""
    elapsed: float = 0.0
    error: str = ""
    trigger_id: str = ""
    delivery: Delivery | None = None

    @property
    def text(self) -> str:
        """The text of the last message that followed, or "" when none did."""
        return self.messages[-1].text if self.messages else ""


def shown(answer: BotAnswer) -> Json | None:
    """The message a slash command's HTTP response carries: JSON, or bare text; None for an empty body."""
    if not answer.body.strip():
        return None
    found = answer.json()
    if found is not None and (answer.content_type == "application/json" or "text" in found):
        return found
    return {"text": answer.text}
