"""Owns a tiny real Bolt app, as small as one would write it by hand, on which the workspace is proved."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.workspace.server import ServerThread
from tests.workspace.slack import Workspace

Json = dict[str, Any]


def plain(text: str) -> Json:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


def section(text: str) -> Json:
    """A section of mrkdwn."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(action_id: str, text: str, value: str = "", **more: Any) -> Json:
    """A button."""
    return {"type": "button", "action_id": action_id, "text": plain(text), "value": value or action_id, **more}


def field(block_id: str, element: Json, **more: Any) -> Json:
    """An input block whose element is called like the block."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id.capitalize()),
        "element": {"action_id": block_id, **element},
        **more,
    }


def options(*values: str) -> list[Json]:
    """Options whose text is the value with a capital."""
    return [{"text": plain(value.capitalize()), "value": value} for value in values]


def modal(*blocks: Json, callback_id: str = "form", title: str = "A form", **more: Any) -> Json:
    """A modal with a submit button."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain("Send"),
        "close": plain("Close"),
        "blocks": list(blocks),
        **more,
    }


EVERY_INPUT = modal(
    field("title", {"type": "plain_text_input", "max_length": 20}),
    field("minutes", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "90"}),
    field("topic", {"type": "static_select", "options": options("cases", "tools")}),
    field("who", {"type": "external_select", "min_query_length": 0}),
    field("labels", {"type": "multi_static_select", "options": options("red", "amber", "green")}, optional=True),
    field("parts", {"type": "checkboxes", "options": options("one", "two")}, optional=True),
    field("scope", {"type": "radio_buttons", "options": options("call", "standing")}),
    field("day", {"type": "datepicker", "initial_date": "2027-02-16"}),
    field("hour", {"type": "timepicker", "timezone": "Europe/Paris"}),
    field("moment", {"type": "datetimepicker"}),
    field("owner", {"type": "users_select"}),
    field("place", {"type": "conversations_select"}),
)


def example_app(slack: Workspace) -> App:
    """The app: `/lap WORD ...` does what WORD says."""
    client = WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=5)
    app = App(client=client, signing_secret=slack.signing_secret, process_before_response=True)
    seen: list[Json] = []
    app.seen = seen  # type: ignore[attr-defined]

    @app.command("/lap")
    def lap(ack: Any, command: Json, respond: Any) -> None:
        word, _, rest = command["text"].partition(" ")
        seen.append(command)
        if word == "ask":
            ack(text="Sure?", blocks=[section("Sure?"), {"type": "actions", "elements": [button("yes", "Yes", rest)]}])
        elif word == "form":
            client.views_open(trigger_id=command["trigger_id"], view=EVERY_INPUT)
            ack()
        elif word == "aloud":
            ack(text=rest, response_type="in_channel")
        elif word == "later":
            ack()
            respond(rest)
        elif word == "wrong":
            ack(text="blocks", blocks=[{"type": "header", "text": plain("x" * 151)}])
        elif word == "boom":
            raise RuntimeError("as asked")
        else:
            ack(f"You said {command['text']}")

    @app.action("yes")
    def yes(ack: Any, body: Json, action: Json, respond: Any) -> None:
        seen.append(body)
        ack()
        respond(f"Done: {action['value']}", replace_original=True)

    @app.action("open")
    def open_form(ack: Any, body: Json) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=EVERY_INPUT)
        ack()

    @app.view("form")
    def form(ack: Any, body: Json, view: Json) -> None:
        seen.append(body)
        title = view["state"]["values"]["title"]["title"]["value"]
        if title == "bad":
            ack(response_action="errors", errors={"title": "Another title, please"})
        elif title == "wrong":
            ack(response_action="errors", errors={"nowhere": "No such block"})
        elif title == "next":
            ack(response_action="push", view=modal(section("Second"), callback_id="second"))
        elif title == "change":
            ack(response_action="update", view=modal(section("Changed"), callback_id="second"))
        else:
            ack()
            client.chat_postMessage(channel=body["user"]["id"], text=f"Taken: {title}")

    @app.view("second")
    def second(ack: Any) -> None:
        ack(response_action="clear")

    @app.options("who")
    def who(ack: Any, payload: Json) -> None:
        known = ("harbour-bank", "polar-telecom")
        ack(options=[o for o in options(*known) if payload["value"] in o["value"]])

    @app.event("app_home_opened")
    def home(event: Json) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section("Welcome home")]})

    @app.event("member_joined_channel")
    def joined(body: Json) -> None:
        seen.append(body)

    return app


@contextmanager
def served(app: App) -> Iterator[str]:
    """*app* on a port of its own; gives its base URL."""

    async def events(request: Request) -> Response:
        bolt_request = to_bolt_request(request, await request.body())
        return to_starlette_response(await run_in_threadpool(app.dispatch, bolt_request))

    with ServerThread(Starlette(routes=[Route("/slack/events", events, methods=["POST"])])) as server:
        yield server.url
