"""Owns the directory and conversation methods of the Web API; posting is `methods_chat`, views are `methods_views`."""

import base64
from collections.abc import Callable, Sequence
from typing import Any

from tests.workspace.people import APP_ID, BOT, BOT_ID, BOT_USER, OTHER_TEAM, TEAM, TEAM_DOMAIN, Json, User
from tests.workspace.records import Channel
from tests.workspace.state import State

Method = Callable[[State, Json], Json]


class Refused(Exception):
    """Slack's ``ok: false`` with its error word and, for bad arguments, its messages."""

    def __init__(self, error: str, messages: Sequence[str] = (), **more: object) -> None:
        super().__init__(error)
        self.answer: Json = {"ok": False, "error": error, **more}
        if messages:
            self.answer["response_metadata"] = {"messages": list(messages)}


def needed(arguments: Json, name: str) -> Any:
    """An argument that must be there, else ``invalid_arguments``."""
    value = arguments.get(name)
    if value in (None, ""):
        raise Refused("invalid_arguments", [f"[ERROR] missing required field: {name}"])
    return value


def page(items: Sequence[Any], arguments: Json, default: int) -> tuple[list[Any], Json]:
    """One page of *items* by ``limit`` and ``cursor``, and the answer's ``response_metadata``."""
    try:
        limit = min(max(int(arguments.get("limit") or default), 1), 1000)
    except (TypeError, ValueError):
        raise Refused("invalid_limit") from None
    cursor = str(arguments.get("cursor") or "")
    try:
        start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("at:")) if cursor else 0
    except ValueError:
        raise Refused("invalid_cursor") from None
    more = base64.b64encode(f"at:{start + limit}".encode()).decode() if start + limit < len(items) else ""
    return list(items[start : start + limit]), {"response_metadata": {"next_cursor": more}}


def shares_channel(state: State, user: User) -> bool:
    """Whether *user* can be seen by the bot: one of ours, or of another team but in a shared channel."""
    return not user.is_external or (
        not user.is_stranger and any(user.id in c.members for c in state.channels.values() if c.kind != "im")
    )


def known_user(state: State, user_id: object) -> User:
    """The user of an id, else ``user_not_found``."""
    found = state.users.get(str(user_id))
    if found is None:
        raise Refused("user_not_found")
    return found


def known_channel(state: State, what: object) -> Channel:
    """The channel the bot may know of, else ``channel_not_found`` (as for a private one it is not in)."""
    found = state.channel(str(what))
    if found is None or (found.kind != "public" and BOT_USER not in found.members):
        raise Refused("channel_not_found")
    return found


def api_test(state: State, arguments: Json) -> Json:
    """Echo; fails with ``error`` where that is given."""
    if arguments.get("error"):
        raise Refused(str(arguments["error"]), args=arguments)
    return {"args": arguments}


def auth_test(state: State, arguments: Json) -> Json:
    """Who the token is."""
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": "LAP workspace",
        "user": BOT.name,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "is_enterprise_install": False,
    }


def users_info(state: State, arguments: Json) -> Json:
    """One user."""
    user = known_user(state, needed(arguments, "user"))
    return {"user": user.as_slack(state.clock.now())}


def users_lookup(state: State, arguments: Json) -> Json:
    """Somebody with an e-mail address: a member of our team, else a user of another who shares a channel (Slack's pages
    do not say that these are not found); gone ones are not."""
    email = str(needed(arguments, "email")).lower()
    for user in sorted(state.users.values(), key=lambda user: user.is_external):
        if user.email.lower() == email and not user.deleted and shares_channel(state, user):
            return {"user": user.as_slack(state.clock.now())}
    raise Refused("users_not_found")


def users_list(state: State, arguments: Json) -> Json:
    """All users, paged when asked."""
    users = [u.as_slack(state.clock.now()) for u in state.users.values() if shares_channel(state, u)]
    members, more = page(users, arguments, 1000)
    return {"members": members, "cache_ts": int(state.clock.now().timestamp()), **more}


def conversations_open(state: State, arguments: Json) -> Json:
    """The direct message with one user (or several), made when there is none."""
    if arguments.get("channel"):
        channel = known_channel(state, arguments["channel"])
    else:
        ids = arguments.get("users") or ""
        names = [i.strip() for i in ids.split(",")] if isinstance(ids, str) else [str(i) for i in ids]
        names = [name for name in names if name]
        if not names:
            raise Refused("users_list_not_supplied")
        for user in (known_user(state, name) for name in names):
            if user.deleted:
                raise Refused("user_disabled")
            if not shares_channel(state, user):
                raise Refused("user_not_visible")
        channel = state.direct(*names)
    found: Json = {"id": channel.id}
    if arguments.get("return_im") in (True, "true", "1"):
        found = channel.as_slack(BOT_USER)
    return {"no_op": False, "already_open": True, "channel": found}


def conversations_info(state: State, arguments: Json) -> Json:
    """One conversation."""
    return {"channel": known_channel(state, needed(arguments, "channel")).as_slack(BOT_USER)}


def conversations_members(state: State, arguments: Json) -> Json:
    """The members' ids, a hundred a page unless ``limit`` says else."""
    channel = known_channel(state, needed(arguments, "channel"))
    members, more = page(sorted(channel.members), arguments, 100)
    return {"members": members, **more}


def conversations_list(state: State, arguments: Json) -> Json:
    """Public channels, and private ones the bot is in, by ``types``; a hundred a page."""
    kinds = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
    asked = {kinds.get(t.strip(), "") for t in str(arguments.get("types") or "public_channel").split(",")}
    found = [
        c.as_slack(BOT_USER)
        for c in state.channels.values()
        if c.kind in asked and (c.kind == "public" or BOT_USER in c.members)
    ]
    channels, more = page(found, arguments, 100)
    return {"channels": channels, **more}


#: Method name to (function, scope it needs).
DIRECTORY: dict[str, tuple[Method, str]] = {
    "api.test": (api_test, ""),
    "auth.test": (auth_test, ""),
    "users.info": (users_info, "users:read"),
    "users.lookupByEmail": (users_lookup, "users:read.email"),
    "users.list": (users_list, "users:read"),
    "conversations.open": (conversations_open, "im:write"),
    "conversations.info": (conversations_info, "channels:read"),
    "conversations.members": (conversations_members, "channels:read"),
    "conversations.list": (conversations_list, "channels:read"),
}

__all__ = ["DIRECTORY", "OTHER_TEAM", "Method", "Refused", "known_channel", "known_user", "needed", "page"]
