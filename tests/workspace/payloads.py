"""Owns the exact fields of what Slack sends to a bot; who sends what when is `acts`'."""

from typing import Any

from tests.workspace.people import APP_ID, BOT_ID, BOT_USER, TEAM, TEAM_DOMAIN, Json, User
from tests.workspace.records import Channel, Message, View

TOKEN = "verification-token"
_OURS: Json = {"id": TEAM, "domain": TEAM_DOMAIN}


def _person(user: User) -> Json:
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id}


def _interaction(kind: str, user: User, trigger_id: str) -> Json:
    return {
        "type": kind,
        "user": _person(user),
        "api_app_id": APP_ID,
        "token": TOKEN,
        "trigger_id": trigger_id,
        "team": _OURS,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def slash_command(user: User, channel: Channel, command: str, text: str, response_url: str, trigger_id: str) -> Json:
    """The form of a slash command; *text* as Slack escapes it."""
    return {
        "token": TOKEN,
        "team_id": TEAM,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel.command_name,
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def message_action(
    user: User, channel: Channel, message: Message, action: Json, state: Json, response_url: str, trigger_id: str
) -> Json:
    """``block_actions`` from a message; an ephemeral one comes without the message itself."""
    found = _interaction("block_actions", user, trigger_id) | {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.ephemeral,
        },
        "channel": {"id": channel.id, "name": channel.command_name},
        "state": {"values": state},
        "response_url": response_url,
        "actions": [action],
    }
    return found if message.ephemeral else found | {"message": message.as_slack(BOT_ID, APP_ID, TEAM)}


def view_action(user: User, view: View, action: Json, state: Json, trigger_id: str) -> Json:
    """``block_actions`` from a modal or home tab; it has no response_url."""
    return _interaction("block_actions", user, trigger_id) | {
        "container": {"type": "view", "view_id": view.id},
        "view": view.as_slack(state, TEAM, APP_ID, BOT_ID),
        "actions": [action],
    }


def view_submission(user: User, view: View, state: Json, trigger_id: str) -> Json:
    """``view_submission`` of a modal."""
    return _interaction("view_submission", user, trigger_id) | {
        "view": view.as_slack(state, TEAM, APP_ID, BOT_ID),
        "response_urls": [],
    }


def view_closed(user: User, view: View, *, is_cleared: bool) -> Json:
    """``view_closed``, sent when the view asked for it."""
    found = _interaction("view_closed", user, "") | {
        "view": view.as_slack({}, TEAM, APP_ID, BOT_ID),
        "is_cleared": is_cleared,
    }
    del found["trigger_id"]
    return found


def block_suggestion(
    user: User, target: Message | View, channel: Channel | None, block_id: str, action_id: str, value: str
) -> Json:
    """``block_suggestion``: what was typed so far into an external select."""
    found = _interaction("block_suggestion", user, "") | {
        "action_id": action_id,
        "block_id": block_id,
        "value": value,
    }
    del found["trigger_id"]
    if isinstance(target, View):
        return found | {
            "container": {"type": "view", "view_id": target.id},
            "view": target.as_slack({}, TEAM, APP_ID, BOT_ID),
        }
    return found | {
        "container": {"type": "message", "message_ts": target.ts, "channel_id": target.channel},
        "channel": {"id": target.channel, "name": channel.command_name if channel else ""},
    }


def event_callback(event: Json, event_id: str, event_time: int) -> Json:
    """The envelope of one event."""
    return {
        "token": TOKEN,
        "team_id": TEAM,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": event_time,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def written(message: Message) -> Json:
    """A person's message as it stands within an event."""
    return {
        "type": "message",
        "client_msg_id": f"client-{message.id}",
        "user": message.author,
        "team": TEAM,
        "text": message.text,
        "ts": message.ts,
    }


def message(user: User, channel: Channel, made: Message) -> Json:
    """The ``message`` event of a channel."""
    kind = {"private": "group", "public": "channel"}.get(channel.kind, channel.kind)
    team = {"user_team": user.team_id, "source_team": user.team_id, "team": user.team_id}
    return {**written(made), **team, "channel": channel.id, "channel_type": kind, "event_ts": made.ts}


def changed(subtype: str, made: Message, moment: str, **told: Any) -> Json:
    """The ``message`` event of one that its author changed or deleted."""
    return {
        "type": "message", "subtype": subtype, "channel": made.channel, "channel_type": "group", "hidden": True,
        "ts": moment, "event_ts": moment, **told,
    }  # fmt: skip
