"""Owns how users, messages, views and mails look as JSON; which door gives them is `doors`'."""

from tests.workspace.forms import options_of
from tests.workspace.mails import Mail
from tests.workspace.people import Json, User
from tests.workspace.records import Button, Message, View
from tests.workspace.state import State


def user_json(user: User) -> Json:
    """What the page needs of a person."""
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "email": user.email,
        "tz": user.tz,
        "organisation": user.organisation,
        "group": user.group,
        "team_id": user.team_id,
        "is_guest": user.is_guest,
        "is_external": user.is_external,
        "deleted": user.deleted,
    }


def message_json(state: State, message: Message) -> Json:
    """A message as its reader sees it now."""
    channel = state.channels[message.channel]
    return {
        "id": message.id,
        "ts": message.ts,
        "at": message.at.isoformat(),
        "channel": message.channel,
        "channel_name": "lap" if channel.kind == "im" else channel.name,
        "author": state.users[message.author].name,
        "text": message.text,
        "blocks": message.blocks,
        "buttons": [button_json(b) for b in message.buttons],
        "ephemeral": message.ephemeral,
        "updated": message.updated,
        "deleted": message.deleted,
        "reactions": message.reactions,
    }


def button_json(button: Button) -> Json:
    """What scripts need of a button."""
    return {
        "action_id": button.action_id,
        "value": button.value,
        "text": button.text,
        "block_id": button.block_id,
        "type": button.kind,
        "style": button.style,
        "url": button.url,
    }


def view_json(view: View) -> Json:
    """What scripts and the page need of a view; *fields* are its inputs."""
    fields = [
        {
            "block_id": block["block_id"],
            "action_id": block["element"]["action_id"],
            "type": block["element"]["type"],
            "label": block["label"]["text"],
            "optional": bool(block.get("optional")),
            "options": _options(block["element"]),
        }
        for block in view.blocks
        if block["type"] == "input"
    ]
    return {
        "id": view.id,
        "type": view.kind,
        "open": view.open,
        "hash": view.hash,
        "callback_id": view.callback_id,
        "title": view.title,
        "submit": (view.body.get("submit") or {}).get("text"),
        "close": (view.body.get("close") or {}).get("text"),
        "blocks": view.blocks,
        "buttons": [button_json(b) for b in view.buttons],
        "fields": fields,
    }


def _options(element: Json) -> list[Json]:
    return [{"value": o["value"], "text": o["text"]["text"]} for o in options_of(element)]


def mail_json(mail: Mail) -> Json:
    """A mail as the doors give it; *raw* and *calendar* as text."""
    return {
        "number": mail.number,
        "to": mail.to,
        "recipients": list(mail.recipients),
        "from": str(mail.message["from"] or ""),
        "sender": mail.sender,
        "date": str(mail.message["date"] or ""),
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "calendar": mail.calendar.decode(errors="replace") if mail.calendar is not None else None,
        "method": mail.method,
        "attachments": [
            {"name": name, "type": kind, "bytes": len(content)} for name, kind, content in mail.attachments
        ],
        "raw": mail.raw.decode(errors="replace"),
    }
