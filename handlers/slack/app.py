"""Owns the Bolt app and its bridge to Starlette: acknowledged from the act's result; rooms know no Bolt."""

import asyncio
import json
import logging
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook import WebhookClient, WebhookResponse
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from handlers.desk import Desk, NotNow
from handlers.linking import follow_profile
from handlers.settings import Settings
from handlers.slack.channels import channel_info
from handlers.slack.front import Front, Rooms, SlackSilent
from handlers.slack.profiles import Profiles, profile_from
from handlers.slack.reply import Errors, Modal, Reply, fitted, message
from handlers.slack.rooms import ROOMS
from handlers.slack.silence import NO_ANSWER
from handlers.traffic import Traffic

log = structlog.get_logger()

ON_THE_WAY_SECONDS = 1
"""The bot's own Slack calls before an acknowledgement time out at 1 s (interface.md)."""

NO_LONGER = "That is not possible here, or no longer. `/lap` alone says what awaits you, `/lap help` what you can type."
ASKING = 24
"""Threads on which requests are answered, as many as there are database connections."""

MOST_ASKED = 4 << 20
"""Octets of the longest request: Slack's views have 250 kB at most, and what is written in a form grows threefold."""
NO_REQUEST = "That is no request of Slack's.\n"

ANSWERING = 16
"""Threads on which answers to presses and submissions go to Slack once they are acknowledged: a slow Slack holds up
nobody's press."""


def make_app(desk: Desk, rooms: Rooms = ROOMS) -> App:
    """A Bolt app whose listeners answer from *rooms*; every answer to a command is the HTTP response itself."""
    settings = desk.settings
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    secret = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else None
    client = WebClient(token=token, base_url=settings.slack_api_url, timeout=ON_THE_WAY_SECONDS)
    app = App(
        name="lap",  # else Bolt looks for the file that calls it among all that was read
        client=client,
        logger=logging.getLogger("slack_bolt"),
        signing_secret=secret or "",
        process_before_response=True,
        token_verification_enabled=False,
        request_verification_enabled=not settings.slack_app_token,
        ignoring_self_events_enabled=True,
        raise_error_for_unhandled_request=True,  # else it warns with a listener to be written, and answers 404
    )
    afterwards = ThreadPoolExecutor(ANSWERING, thread_name_prefix="answers")
    profiles = Profiles(client)
    front = Front(
        desk,
        rooms,
        lambda _team, user: profiles(user),
        lambda _team, channel: channel_info(client, channel),
        time.sleep,
    )

    @app.command("/lap")
    def command(ack: Any, body: dict[str, Any]) -> None:
        reply = front.command(body)
        if reply.modal is not None and not _opened(client, body["trigger_id"], reply.modal):
            reply = Reply(reply.text, reply.buttons)
        ack(**message(reply))

    @app.action(re.compile(".*"))
    def press(ack: Any, body: dict[str, Any], respond: Callable[..., Any]) -> None:
        reply = front.press(body)
        if reply.modal is not None and _opened(client, body["trigger_id"], reply.modal):
            ack()
            return
        ack()
        if body.get("response_url"):
            afterwards.submit(_told, lambda: respond(**message(reply), replace_original=reply.replace))

    @app.view(re.compile(".*"))
    def submission(ack: Any, body: dict[str, Any]) -> None:
        answer = front.submission(body)
        if isinstance(answer, Errors):
            ack(response_action="errors", errors=dict(answer.by_block))
            return
        said = message(answer)
        said.pop("response_type")
        ack()
        to = body["user"]["id"]
        afterwards.submit(
            _told, lambda: client.chat_postMessage(channel=to, unfurl_links=False, unfurl_media=False, **said)
        )

    def hear(body: dict[str, Any]) -> BoltResponse | None:
        """Acknowledged once it is committed; what could not be taken is not, so that Slack brings it again."""
        try:
            whisper = front.event(body)
        except (NotNow, SlackSilent) as error:
            log.warning("a line waits", why=type(error).__name__)
            return BoltResponse(status=503)
        except Exception:
            log.exception("a line could not be taken")
            return BoltResponse(status=503)
        if whisper is not None:
            channel, user, text = whisper.channel, whisper.user, fitted(whisper.text)
            afterwards.submit(_told, lambda: client.chat_postEphemeral(channel=channel, user=user, text=text))
        return None

    @app.event("message")
    def message_(body: dict[str, Any]) -> BoltResponse | None:
        return hear(body)

    @app.event("app_mention")
    def app_mention(body: dict[str, Any]) -> BoltResponse | None:
        return hear(body)

    @app.event("user_change")
    def user_change(body: dict[str, Any]) -> BoltResponse | None:
        told = (body.get("event") or {}).get("user") or {}
        try:
            profile = profile_from(told, profiles.own_team())
            follow_profile(desk, str(told.get("team_id") or ""), str(told.get("id") or ""), profile)
        except (NotNow, *NO_ANSWER) as error:
            log.warning("a change of a profile waits", why=type(error).__name__)
            return BoltResponse(status=503)
        return None

    @app.event(re.compile(".*"))
    def event(ack: Any) -> None:
        ack()

    @app.error
    def failed(error: Exception) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            return unheard(error.body)
        reply = front._went_wrong() if not isinstance(error, SlackApiError) else Reply("")
        return BoltResponse(status=200, body=reply.text)

    def unheard(body: dict[str, Any]) -> BoltResponse:
        """What nothing here listens to, such as a shortcut or a command of an earlier manifest: accepted, and whoever
        asked is told, where Slack has a way to; what nobody asked is not there."""
        kind = "command" if body.get("command") else str(body.get("type") or "")
        log.warning("nothing here listens to a request", kind=kind)
        if not body.get("user") and not body.get("user_id"):
            return BoltResponse(status=404)
        if kind == "block_suggestion":
            return BoltResponse(status=200, body={"options": []})
        if to := body.get("response_url") if kind != "command" else None:
            said = {"text": NO_LONGER, "response_type": "ephemeral", "replace_original": False}
            afterwards.submit(_told, lambda: WebhookClient(to, timeout=ON_THE_WAY_SECONDS).send_dict(said))
        return BoltResponse(status=200, body=NO_LONGER if kind == "command" else "")

    return app


def greet(app: App, settings: Settings) -> None:
    """Sends the app an event of our own that nobody hears: Bolt asks Slack once who it is, before anybody waits."""
    body = json.dumps({"type": "event_callback", "event": {"type": "warm_up"}, "team_id": "", "event_id": "warm-up"})
    headers: dict[str, str | Sequence[str]] = {"content-type": "application/json"}
    if settings.slack_signing_secret:
        now = str(int(time.time()))
        verifier = SignatureVerifier(settings.slack_signing_secret.get_secret_value())
        signature = verifier.generate_signature(timestamp=now, body=body) or ""
        headers |= {"x-slack-request-timestamp": now, "x-slack-signature": signature}
    app.dispatch(BoltRequest(body=body, headers=headers))


def _told(tell: Callable[[], object]) -> None:
    """Sends an answer to Slack; what it answers is done and acknowledged, so a failure is only logged."""
    try:
        answer = tell()
    except NO_ANSWER as error:
        log.warning("slack did not take an answer", why=type(error).__name__)
    else:
        if isinstance(answer, WebhookResponse) and answer.status_code != 200:
            log.warning("slack did not take an answer", why=f"HTTP {answer.status_code}")


def _opened(client: WebClient, trigger: str, modal: Modal) -> bool:
    try:
        client.views_open(trigger_id=trigger, view=dict(modal.view))
    except NO_ANSWER:  # the trigger ran out, or Slack is slow: the text says the one-line form
        return False
    return True


def endpoint(app: App, traffic: Traffic) -> ASGIApp:
    """Slack's requests over HTTP: signature and dispatch in a thread of a pool of its own."""
    pool = ThreadPoolExecutor(ASKING, thread_name_prefix="slack")

    async def handle(request: Request) -> Response:
        octets = bytearray()
        async for chunk in request.stream():
            octets += chunk
            if len(octets) > MOST_ASKED:
                return PlainTextResponse(NO_REQUEST, 413)
        body = octets.decode("utf-8", "replace")
        try:
            asked = BoltRequest(body=body, query=request.url.query, headers=dict(request.headers))
        except (ValueError, TypeError, AttributeError, KeyError):  # its shape is read before its signature
            return PlainTextResponse(NO_REQUEST, 400)
        with traffic.answering():
            answer = await asyncio.get_running_loop().run_in_executor(pool, app.dispatch, asked)
        headers = {name: value for name, values in answer.headers.items() for value in values}
        return Response(answer.body, answer.status, headers)

    async def asked_over_http(scope: Scope, receive: Receive, send: Send) -> None:
        await (await handle(Request(scope, receive)))(scope, receive, send)

    return asked_over_http
