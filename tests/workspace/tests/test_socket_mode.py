"""Owns the proofs of Socket Mode against the real builtin client and Bolt's own handler."""

import queue
import time
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from tests.workspace.slack import Workspace
from tests.workspace.tests.example_bot import example_app
from tests.workspace.tests.test_modals import FILLED


def _end(slack: Workspace, client: Any) -> None:
    """Close *client*; the workspace hangs up first, or the client waits three seconds for one more word. Its receiver
    has to have taken that in: two of its threads that close one socket at once trip over each other."""
    client.auto_reconnect_enabled = False
    session = client.current_session
    slack.sockets.disconnect(reason="")
    deadline = time.monotonic() + 5
    while session is not None and session.is_active() and time.monotonic() < deadline:
        time.sleep(0.01)
    client.close()


@pytest.fixture
def requests(slack: Workspace) -> Iterator["queue.Queue[SocketModeRequest]"]:
    """Everything a builtin client receives; each is acknowledged with a text."""
    client = SocketModeClient(
        app_token=slack.app_token, web_client=WebClient(token=slack.bot_token, base_url=slack.api_url)
    )
    received: queue.Queue[SocketModeRequest] = queue.Queue()

    def listener(of: Any, request: SocketModeRequest) -> None:
        received.put(request)
        of.send_socket_mode_response(SocketModeResponse(request.envelope_id, {"text": "By socket"}))

    client.socket_mode_request_listeners.append(listener)
    client.connect()
    assert slack.sockets.wait_connected()
    yield received
    _end(slack, client)


@pytest.fixture
def handler(slack: Workspace) -> Iterator[SocketModeHandler]:
    """The example Bolt app behind Bolt's Socket Mode handler."""
    app = example_app(slack)
    made = SocketModeHandler(app, slack.app_token, web_client=WebClient(token=slack.bot_token, base_url=slack.api_url))
    made.connect()  # type: ignore[no-untyped-call]
    assert slack.sockets.wait_connected()
    yield made
    _end(slack, made.client)


def test_a_command_travels_as_an_envelope(slack: Workspace, requests: "queue.Queue[SocketModeRequest]") -> None:
    answer = slack.command("au-acma", "hello")
    request = requests.get(timeout=5)
    assert (request.type, request.payload["text"], answer.text) == ("slash_commands", "hello", "By socket")


def test_an_event_is_acknowledged_without_a_payload(
    slack: Workspace, requests: "queue.Queue[SocketModeRequest]"
) -> None:
    slack.event("app_home_opened", user="U1")
    request = requests.get(timeout=5)
    assert (request.type, request.accepts_response_payload) == ("events_api", False)


def test_bolt_answers_a_command_over_the_socket(slack: Workspace, handler: SocketModeHandler) -> None:
    assert slack.command("au-acma", "hello").text == "You said hello"


def test_bolt_takes_a_press_over_the_socket(slack: Workspace, handler: SocketModeHandler) -> None:
    assert slack.press("au-acma", slack.command("au-acma", "ask R1"), "yes").text == "Done: R1"


def test_bolt_takes_a_submission_over_the_socket(slack: Workspace, handler: SocketModeHandler) -> None:
    view = slack.command("au-acma", "form").view
    assert view is not None
    errors = slack.submit("au-acma", view, FILLED | {"title": "bad"}).errors
    assert (errors, slack.submit("au-acma", view, FILLED).text) == (
        {"title": "Another title, please"},
        "Taken: Botnets",
    )


def test_a_connection_that_is_asked_to_comes_again(
    slack: Workspace, requests: "queue.Queue[SocketModeRequest]"
) -> None:
    slack.sockets.disconnect()
    assert slack.sockets.wait_connected()
    assert slack.command("au-acma", "hello").text == "By socket"


def test_only_the_app_token_opens_a_socket(slack: Workspace, client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_auth"):
        client.apps_connections_open(app_token=slack.bot_token)


def test_without_a_socket_or_an_address_nothing_is_delivered(slack: Workspace) -> None:
    assert slack.command("au-acma", "hello").error == "dispatch_failed"
