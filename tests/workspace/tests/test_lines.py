"""Owns the proofs of what a bot hears of a channel, and of its reactions: which events, in which words, how fast."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.workspace.people import BOT, BOT_USER
from tests.workspace.server import ServerThread
from tests.workspace.slack import AGENCIES_CHANNEL, Workspace

Events = list[dict[str, Any]]


@pytest.fixture
def heard(slack: Workspace) -> Iterator[Events]:
    """The events that a bot gets which listens to all of them."""
    events: Events = []

    async def take(request: Request) -> Response:
        events.append((await request.json())["event"])
        return Response()

    server = ServerThread(Starlette(routes=[Route("/slack/events", take, methods=["POST"])]))
    server.start()
    slack.bot_url = server.url
    yield events
    server.stop()


def test_a_bot_hears_of_a_channel_only_what_names_it(slack: Workspace, heard: Events) -> None:
    slack.say("gb-ico", AGENCIES_CHANNEL, "hello")
    slack.say("gb-ico", AGENCIES_CHANNEL, f"@{BOT.name} #agreed yes & no")
    assert [(e["type"], e["text"]) for e in heard] == [
        ("app_mention", f"<@{BOT_USER}|{BOT.name}> #agreed yes &amp; no")
    ]  # fmt: skip


def test_with_the_option_it_hears_every_line_and_a_mention_twice(slack: Workspace, heard: Events) -> None:
    slack.read_lines()
    made = slack.say("gb-ico", AGENCIES_CHANNEL, f"@{BOT.name} hello")
    assert [(e["type"], e["ts"], e.get("channel_type")) for e in heard] == [
        ("message", made.ts, "group"),
        ("app_mention", made.ts, "group"),
    ]


def test_an_edit_and_a_deletion_are_told_with_what_stood_before(slack: Workspace, heard: Events) -> None:
    slack.read_lines()
    made = slack.say("gb-ico", AGENCIES_CHANNEL, "one")
    slack.edit("gb-ico", made, "two")
    slack.delete("gb-ico", made)
    told = [(e["subtype"], e["previous_message"]["text"], e.get("message", {}).get("text")) for e in heard[1:]]
    assert told == [("message_changed", "one", "two"), ("message_deleted", "two", None)]


def test_a_reaction_stands_at_the_message_once(slack: Workspace, client: WebClient) -> None:
    slack.read_lines()
    made = slack.say("gb-ico", AGENCIES_CHANNEL, "one")
    react(client, made.channel, made.ts)
    with pytest.raises(SlackApiError, match="already_reacted"):
        react(client, made.channel, made.ts)
    assert [m.reactions for m in slack.messages("gb-ico") if m.ts == made.ts] == [["memo"]]


def test_a_reaction_takes_a_scope_of_its_own(slack: Workspace, client: WebClient) -> None:
    made = slack.say("gb-ico", AGENCIES_CHANNEL, "one")
    with pytest.raises(SlackApiError, match="missing_scope"):
        react(client, made.channel, made.ts)


def test_more_than_fifty_in_a_minute_are_too_many(slack: Workspace, client: WebClient) -> None:
    slack.read_lines()
    slack.clock.freeze()
    said = [slack.say("gb-ico", AGENCIES_CHANNEL, f"line {n}") for n in range(51)]
    for made in said[:50]:
        react(client, made.channel, made.ts)
    with pytest.raises(SlackApiError) as caught:
        react(client, said[50].channel, said[50].ts)
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "60")


def react(client: WebClient, channel: str, ts: str) -> None:
    client.reactions_add(channel=channel, timestamp=ts, name="memo")
