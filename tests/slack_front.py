"""Owns how a test types into the Slack door: one command, press or submission of an actor, answered by the rooms."""

from typing import Any

from handlers.desk import Actor
from handlers.slack.front import Front
from handlers.slack.reply import Errors, Reply
from handlers.slack.rooms import ROOMS
from storage import directory
from tests.cast import Cast

TEAM = "T1"


def front(cast: Cast) -> Front:
    """The front door on *cast*'s desk; Slack knows nobody's profile."""
    return Front(cast.desk, ROOMS, lambda team, user: None)


def say(cast: Cast, actor: Actor, line: str, *, trigger: str | None = None, channel: str = "D1") -> Reply:
    """What *actor* is answered on typing ``/lap`` *line*; the user is tied to the contact on the fly."""
    body = {"team_id": TEAM, "user_id": _user(cast, actor), "text": line, "channel_id": channel}
    return front(cast).command({**body, "trigger_id": trigger or cast.desk.new_id()})


def unmended(reply: Reply) -> str:
    """The answer without what was typed, which comes back at its end ready to mend."""
    return reply.text.partition("\nYou typed: ")[0]


def press(cast: Cast, actor: Actor, action: str, value: str, *, trigger: str | None = None) -> Reply:
    """What *actor* is answered on pressing the button *action* with *value*."""
    user = {"id": _user(cast, actor), "team_id": TEAM}
    pressed = {"actions": [{"action_id": action, "value": value}], "user": user, "channel": {"id": "D1"}}
    return front(cast).press({**pressed, "trigger_id": trigger or cast.desk.new_id()})


def submit(
    cast: Cast, actor: Actor, callback: str, values: dict[str, Any], reference: str = "", *, trigger: str | None = None
) -> Reply | Errors:
    """What *actor* is answered on sending the modal *callback*: *values* by block_id, a list for several options."""
    view = {
        "callback_id": callback,
        "private_metadata": reference,
        "state": {"values": {block: {"input": _element(value)} for block, value in values.items()}},
        "blocks": [{"type": "input", "block_id": block} for block in values],
    }
    user = {"id": _user(cast, actor), "team_id": TEAM}
    return front(cast).submission({"view": view, "user": user, "trigger_id": trigger or cast.desk.new_id()})


def _element(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"selected_options": [{"value": v} for v in value]}
    return {"value": value}


def _user(cast: Cast, actor: Actor) -> str:
    with cast.desk.store.begin() as tx:
        directory.link_slack_user(tx, TEAM, actor.user, actor.contact.id, "roster", cast.clock(), confirmed=True)
    return actor.user
