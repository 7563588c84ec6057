"""Owns the JSON doors of the workspace (interface.md, "HTTP"); what they do is `slack`'s, `mail`'s and `clock`'s."""

import json
import threading
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.workspace.answers import Answer, SubmitAnswer
from tests.workspace.callbacks import Callback, run
from tests.workspace.clock import parse_moment, parse_step
from tests.workspace.mail import MailDrop
from tests.workspace.passes import Impossible
from tests.workspace.people import GROUPS, Json
from tests.workspace.shapes import button_json, mail_json, message_json, user_json, view_json
from tests.workspace.slack import Workspace

PATIENCE = 30.0  # seconds that a request waits for a bot that is still starting


class BadRequest(Exception):
    """The body of a door's request could not be read; the text says what was missing."""


class Doors:
    """``/api/...`` on the workspace's port. *after_move* runs after the clock moved, *settle* before answers that tell
    what followed; either may be a plain function or a coroutine function, and may be set later. While ``open`` is
    cleared, because the bot is still starting, requests wait."""

    def __init__(
        self,
        slack: Workspace,
        mail: MailDrop | None = None,
        after_move: Callback | None = None,
        settle: Callback | None = None,
    ) -> None:
        self.slack = slack
        self.mail = mail
        self.after_move = after_move
        self.settle = settle
        self.open = threading.Event()
        self.open.set()

    @property
    def settle(self) -> Callback | None:
        """The workspace's own: what runs instead of lingering after an act."""
        return self.slack.acts.settle

    @settle.setter
    def settle(self, callback: Callback | None) -> None:
        self.slack.acts.settle = callback

    def routes(self) -> list[Route]:
        """Its routes for the workspace's server."""
        return [
            Route("/api/clock", self._door(self.clock), methods=["GET", "POST"]),
            Route("/api/command", self._door(self.command), methods=["POST"]),
            Route("/api/press", self._door(self.press), methods=["POST"]),
            Route("/api/submit", self._door(self.submit), methods=["POST"]),
            Route("/api/close", self._door(self.close), methods=["POST"]),
            Route("/api/options", self._door(self.options), methods=["POST"]),
            Route("/api/say", self._door(self.say), methods=["POST"]),
            Route("/api/home", self._door(self.home), methods=["GET", "POST"]),
            Route("/api/messages", self._door(self.messages), methods=["GET"]),
            Route("/api/mails", self._door(self.mails), methods=["GET"]),
            Route("/api/users", self._door(self.users), methods=["GET"]),
            Route("/api/channels", self._door(self.channels), methods=["GET"]),
            Route("/api/state", self._door(self.state), methods=["GET"]),
            Route("/api/views", self._door(self.views), methods=["GET"]),
            Route("/api/calls", self._door(self.calls), methods=["GET"]),
        ]

    def _door(self, work: Callable[[Json], Any]) -> Callable[[Request], Any]:
        """JSON or query in, JSON out; *work* runs in a thread, because the bot calls back meanwhile."""

        async def door(request: Request) -> Response:
            try:
                arguments = dict(request.query_params) | await _body(request)
                arguments["method"] = request.method
                await run_in_threadpool(self.open.wait, PATIENCE)
                return JSONResponse(await run_in_threadpool(work, arguments))
            except BadRequest as error:
                return JSONResponse({"error": str(error)}, 400)
            except ValueError as error:
                return JSONResponse({"error": str(error)}, 400)
            except Impossible as refusal:
                return JSONResponse({"error": refusal.says}, 409)

        return door

    # -- the clock

    def clock(self, arguments: Json) -> Json:
        """GET: now. POST ``{"now": ISO}`` or ``{"advance": "+14d"}``: move, let the bot do what is due."""
        clock = self.slack.clock
        if arguments["method"] == "POST":
            if "now" in arguments:
                clock.set(parse_moment(str(arguments["now"])))
            elif "advance" in arguments:
                clock.advance(parse_step(arguments["advance"]))
            else:
                raise BadRequest('say {"now": "2027-01-05T10:00:00+00:00"} or {"advance": "+14d"}')
            run(self.after_move)
        return self._now()

    def _now(self) -> Json:
        return {"now": self.slack.clock.now().isoformat(), "frozen": self.slack.clock.frozen}

    # -- acts

    def command(self, arguments: Json) -> Json:
        """``{user, channel, text}``: type a slash command; *text* with or without ``/lap`` before it."""
        user, text = _needed(arguments, "user"), str(arguments.get("text") or "").strip()
        command, _, rest = text.partition(" ") if text.startswith("/") else ("/lap", "", text)
        answer = self.slack.command(
            user, rest, arguments.get("channel") or None, arguments.get("trigger_id"), command=command
        )
        return self._answered(user, answer)

    def press(self, arguments: Json) -> Json:
        """``{user, message, action_id}``: press; *message* is an id, ts or view id, *value* tells which."""
        user = _needed(arguments, "user")
        answer = self.slack.press(
            user,
            _needed(arguments, "message"),
            _needed(arguments, "action_id"),
            arguments.get("value"),
            values=arguments.get("values"),
            trigger_id=arguments.get("trigger_id"),
        )
        return self._answered(user, answer)

    def submit(self, arguments: Json) -> Json:
        """``{user, view, values}``: fill a modal by ``block_id`` and submit it."""
        user = _needed(arguments, "user")
        values = arguments.get("values") or {}
        if not isinstance(values, dict):
            raise BadRequest("values must be an object by block_id")
        answer = self.slack.submit(user, _needed(arguments, "view"), values, trigger_id=arguments.get("trigger_id"))
        run(self.settle)
        return {
            "status": answer.status,
            "ok": not answer.errors and not answer.error,
            "errors": answer.errors,
            "error": answer.error,
            "text": answer.text,
            "messages": [message_json(self.slack.state, m) for m in answer.messages],
            "view": view_json(answer.view) if answer.view else None,
            "trigger_id": answer.trigger_id,
            "elapsed": round(answer.elapsed, 4),
        }

    def close(self, arguments: Json) -> Json:
        """``{user, view}``: close a modal."""
        self.slack.close(_needed(arguments, "user"), _needed(arguments, "view"))
        return {"ok": True}

    def options(self, arguments: Json) -> Json:
        """``{user, view | message, action_id, value}``: what an external select offers."""
        target = arguments.get("view") or _needed(arguments, "message")
        words = str(arguments.get("value") or "")
        user, action = _needed(arguments, "user"), _needed(arguments, "action_id")
        return {"options": self.slack.options(user, str(target), action, words)}

    def say(self, arguments: Json) -> Json:
        """``{user, channel, text}``: write into a channel."""
        made = self.slack.say(*(_needed(arguments, name) for name in ("user", "channel", "text")))
        return {"message": message_json(self.slack.state, made)}

    def home(self, arguments: Json) -> Json:
        """The home tab of *user*; POST opens it first, which tells the bot."""
        user = _needed(arguments, "user")
        if arguments["method"] == "POST":
            self.slack.open_home(user)
            run(self.settle)
        found = self.slack.home(user)
        return {"view": view_json(found) if found else None}

    def _answered(self, user: str, answer: Answer | SubmitAnswer) -> Json:
        assert isinstance(answer, Answer)
        run(self.settle)
        view = self.slack.state.views.get(answer.view.id) if answer.view else None
        return {
            "status": answer.status,
            "ok": not answer.error,
            "error": answer.error,
            "text": answer.text,
            "blocks": answer.blocks,
            "buttons": [button_json(b) for b in answer.buttons],
            "message": answer.message.id if answer.message else None,
            "messages": [message_json(self.slack.state, m) for m in answer.messages],
            "view": view_json(view) if view else None,
            "trigger_id": answer.trigger_id,
            "elapsed": round(answer.elapsed, 4),
        }

    # -- reading

    def messages(self, arguments: Json) -> list[Json]:
        """Everything *user* can see, oldest first."""
        run(self.settle)
        return [message_json(self.slack.state, m) for m in self.slack.messages(_needed(arguments, "user"))]

    def state(self, arguments: Json) -> Json:
        """Everything the page shows *user*, in one answer; ``mails=all``: everybody's mails."""
        run(self.settle)
        user = _needed(arguments, "user")
        return {
            "clock": self._now(),
            "messages": [message_json(self.slack.state, m) for m in self.slack.messages(user)],
            "views": [view_json(v) for v in self.slack.views(user)],
            "mails": self._mails(None if arguments.get("mails") == "all" else user),
        }

    def mails(self, arguments: Json) -> list[Json]:
        """All mails in order of arrival, or those *to* an address, a user or a participant's short name."""
        run(self.settle)
        return self._mails(arguments.get("to"))

    def _mails(self, to: str | None) -> list[Json]:
        if to and "@" not in to:
            to = self.slack.user(to).email
        return [mail_json(m) for m in (self.mail.mails(to or None) if self.mail else [])]

    def users(self, arguments: Json) -> list[Json]:
        """Everybody, in the page's groups."""
        return [user_json(u) for u in sorted(self.slack.users, key=lambda u: GROUPS.index(u.group))]

    def channels(self, arguments: Json) -> list[Json]:
        """The channels *user* is in, the direct message with the bot first."""
        person = self.slack.user(_needed(arguments, "user"))
        self.slack.state.direct(person.id)
        found = [c for c in self.slack.state.channels.values() if person.id in c.members]
        return [
            {"id": c.id, "name": "lap" if c.kind == "im" else c.name, "kind": c.kind}
            for c in sorted(found, key=lambda c: c.kind != "im")
        ]

    def views(self, arguments: Json) -> list[Json]:
        """The open modals of *user*, lowest first."""
        return [view_json(v) for v in self.slack.views(_needed(arguments, "user"))]

    def calls(self, arguments: Json) -> Json:
        """What the bot called, and what Slack would not have taken."""
        calls = [
            {"method": c.method, "ok": c.answer.get("ok"), "error": c.answer.get("error")} for c in self.slack.calls
        ]
        return {"calls": calls, "complaints": self.slack.complaints}


def _needed(arguments: Json, name: str) -> str:
    value = arguments.get(name)
    if value in (None, ""):
        raise BadRequest(f"{name} is missing")
    return str(value)


async def _body(request: Request) -> Json:
    if request.method != "POST":
        return {}
    try:
        found = json.loads(await request.body() or b"{}")
    except ValueError:
        raise BadRequest("the body must be JSON") from None
    if not isinstance(found, dict):
        raise BadRequest("the body must be a JSON object")
    return found
