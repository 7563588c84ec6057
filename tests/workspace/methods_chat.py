"""Owns chat.* and the posts to a response_url; who may be found where is `methods`'."""

from typing import Any

from tests.workspace.limits import BLOCK_TEXT_MOST, TEXT_MOST, block_text, problems_of_blocks
from tests.workspace.methods import Method, Refused, known_channel, known_user, needed, shares_channel
from tests.workspace.passes import RESPONSE_LIFE, RESPONSE_USES, ResponseUrl
from tests.workspace.people import APP_ID, BOT_ID, BOT_USER, TEAM, Json
from tests.workspace.records import Blocks, Channel, Message
from tests.workspace.state import State


def words_of(payload: Json) -> tuple[str, Blocks]:
    """Text and blocks of a message payload, else the error Slack answers. Every message needs a top-level text."""
    text, blocks = payload.get("text"), payload.get("blocks") or []
    if not isinstance(text, str) or not text.strip():
        raise Refused("no_text", ["[ERROR] every message needs a top-level text"])
    if len(text) > TEXT_MOST:
        raise Refused("msg_too_long")
    problems = problems_of_blocks(blocks, "message")
    if problems:
        raise Refused("invalid_blocks", problems, errors=problems)
    if block_text(blocks) > BLOCK_TEXT_MOST:
        raise Refused("msg_blocks_too_long")
    if payload.get("attachments"):
        raise Refused("invalid_arguments", ["[ERROR] this workspace takes no attachments, only blocks"])
    return text, blocks


def _target(state: State, what: Any) -> Channel:
    """Where the bot may post: a channel it is in, or somebody's direct message by user id."""
    name = str(what)
    if name in state.users:
        user = known_user(state, name)
        if user.deleted or not shares_channel(state, user):
            raise Refused("channel_not_found")
        return state.direct(name)
    channel = known_channel(state, name)
    if channel.is_archived:
        raise Refused("is_archived")
    if BOT_USER not in channel.members:
        raise Refused("not_in_channel")
    return channel


def _slack(message: Message) -> Json:
    return message.as_slack(BOT_ID, APP_ID, TEAM)


def post_message(state: State, arguments: Json) -> Json:
    """A message for all members of a channel."""
    channel = _target(state, needed(arguments, "channel"))
    text, blocks = words_of(arguments)
    made = state.post(channel.id, BOT_USER, text, blocks, thread_ts=arguments.get("thread_ts"))
    return {"channel": channel.id, "ts": made.ts, "message": _slack(made)}


def post_ephemeral(state: State, arguments: Json) -> Json:
    """A message for one member's eyes; no server keeps it."""
    channel = _target(state, needed(arguments, "channel"))
    user = known_user(state, needed(arguments, "user"))
    if user.id not in channel.members:
        raise Refused("user_not_in_channel")
    text, blocks = words_of(arguments)
    made = state.post(channel.id, BOT_USER, text, blocks, only_for=user.id)
    return {"message_ts": made.ts}


def _own(state: State, arguments: Json, error: str) -> Message:
    channel = known_channel(state, needed(arguments, "channel"))
    found = state.message(str(needed(arguments, "ts")))
    if found is None or found.channel != channel.id or found.ephemeral or found.deleted:
        raise Refused("message_not_found")
    if found.author != BOT_USER:
        raise Refused(error)
    return found


def update(state: State, arguments: Json) -> Json:
    """Change one of the bot's own messages; text without blocks takes the blocks away."""
    message = _own(state, arguments, "cant_update_message")
    text, blocks = words_of(arguments)
    message.change(text, state.named(blocks))
    state.touch()
    return {"channel": message.channel, "ts": message.ts, "text": text, "message": _slack(message)}


def delete(state: State, arguments: Json) -> Json:
    """Delete one of the bot's own messages."""
    message = _own(state, arguments, "cant_delete_message")
    message.change("", [])
    message.deleted = True
    state.touch()
    return {"channel": message.channel, "ts": message.ts}


def respond(state: State, url: ResponseUrl, payload: Json) -> None:
    """A post to a response_url: five uses in thirty minutes, ephemeral unless ``in_channel``. Else ``Refused``."""
    if url.uses >= RESPONSE_USES or state.clock.now() - url.made > RESPONSE_LIFE:
        raise Refused("used_url" if url.uses >= RESPONSE_USES else "expired_url")
    original = state.messages.get(url.message or "")
    if payload.get("delete_original"):
        if original is None:
            raise Refused("no_original")
        original.change("", [])
        original.deleted = True
        url.posted.append(original.id)
    elif payload.get("replace_original"):
        text, blocks = words_of(payload)
        if original is None or original.deleted:
            raise Refused("no_original")
        original.change(text, state.named(blocks))
        url.posted.append(original.id)
    else:
        text, blocks = words_of(payload)
        public = payload.get("response_type") == "in_channel"
        made = state.post(url.channel, BOT_USER, text, blocks, only_for=None if public else url.user)
        url.posted.append(made.id)
    url.uses += 1
    state.touch()


CHAT: dict[str, tuple[Method, str]] = {
    "chat.postMessage": (post_message, "chat:write"),
    "chat.postEphemeral": (post_ephemeral, "chat:write"),
    "chat.update": (update, "chat:write"),
    "chat.delete": (delete, "chat:write"),
}
