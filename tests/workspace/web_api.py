"""Owns the HTTP side of the Web API and of response_url: tokens, scopes, bodies; the methods are in `methods*`."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.workspace.methods import DIRECTORY, Refused
from tests.workspace.methods_chat import CHAT, respond
from tests.workspace.methods_reactions import REACTIONS, RateLimited
from tests.workspace.methods_views import VIEWS
from tests.workspace.passes import ApiCall
from tests.workspace.people import Json
from tests.workspace.socket_mode import SocketHub
from tests.workspace.state import State

METHODS = DIRECTORY | CHAT | VIEWS | REACTIONS
SCOPES = frozenset(
    {"commands", "chat:write", "im:write", "users:read", "users:read.email", "channels:read", "groups:read"}
    | {"files:write", "app_mentions:read"}
)
JSON_ARGUMENTS = {"blocks", "view", "attachments", "metadata"}
RESPONSE_URL = "response_url"  # the name under which troubles of response_urls are ordered


@dataclass
class WebApi:
    """Answers ``/slack/api/METHOD`` and ``/slack/response/TOKEN`` as Slack does."""

    state: State
    hub: SocketHub
    bot_token: str
    app_token: str
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))

    def routes(self) -> list[Route]:
        """Its routes for a Starlette app."""
        return [
            Route("/slack/api/{method}", self.call, methods=["GET", "POST"]),
            Route("/slack/response/{token}", self.respond, methods=["POST"]),
        ]

    async def call(self, request: Request) -> Response:
        """One Web API call."""
        method = request.path_params["method"]
        trouble = await self._trouble(method)
        if isinstance(trouble, Response):
            return trouble
        arguments: Json = {}
        retry: dict[str, str] = {}
        try:
            arguments = await _arguments(request)
            if trouble:
                raise Refused(trouble["error"])
            answer = {"ok": True, **self._answer(method, arguments, _token(request, arguments))}
        except RateLimited as limited:
            answer, retry = limited.answer, {"retry-after": str(limited.seconds)}
        except Refused as refused:
            answer = refused.answer
        with self.state.changed:
            self.state.calls.append(ApiCall(method, arguments, answer))
            if not answer["ok"] and answer["error"] in {"invalid_blocks", "invalid_arguments", "no_text"}:
                self.state.complain(f"{method}: {answer['error']} {answer.get('response_metadata', '')}")
            self.state.touch()
        headers = {"x-oauth-scopes": ",".join(sorted(self.scopes)), **retry}
        return JSONResponse(answer, 429 if retry else 200, headers)

    def _answer(self, method: str, arguments: Json, token: str) -> Json:
        if method == "apps.connections.open":
            if token != self.app_token:
                raise Refused("invalid_auth" if token else "not_authed")
            return {"url": self.hub.new_url()}
        if method not in METHODS:
            raise Refused("unknown_method", req_method=method)
        function, scope = METHODS[method]
        if method != "api.test":
            self._authorize(token, scope)
        with self.state.changed:
            return function(self.state, arguments)

    def _authorize(self, token: str, scope: str) -> None:
        if not token:
            raise Refused("not_authed")
        if token == self.app_token:
            raise Refused("not_allowed_token_type")
        if token != self.bot_token:
            raise Refused("invalid_auth")
        if scope and scope not in self.scopes:
            raise Refused("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))

    async def respond(self, request: Request) -> Response:
        """One post to a response_url."""
        trouble = await self._trouble(RESPONSE_URL)
        if isinstance(trouble, Response):
            return trouble
        url = self.state.response_urls.get(request.path_params["token"])
        payload: Json = {}
        try:
            payload = json.loads(await request.body())
            if url is None:
                raise Refused("no_service")
            if trouble:
                raise Refused(trouble["error"])
            with self.state.changed:
                respond(self.state, url, payload)
            status, word = 200, "ok"
        except Refused as refused:
            status, word = (404 if refused.answer["error"] in {"used_url", "expired_url", "no_service"} else 400), ""
            word = refused.answer["error"]
        except (ValueError, AttributeError):
            status, word = 400, "invalid_payload"
        with self.state.changed:
            self.state.calls.append(ApiCall(RESPONSE_URL, payload, {"ok": status == 200, "error": word}))
            if status != 200:
                self.state.complain(f"response_url: {word}")
            self.state.touch()
        return PlainTextResponse(word, status)

    async def _trouble(self, method: str) -> Json | Response | None:
        """The trouble ordered for this call: a wait, a bare HTTP answer, or an error word to give."""
        with self.state.changed:
            found = self.state.knobs.next(method)
        if found is None:
            return None
        if "seconds" in found:
            await asyncio.sleep(found["seconds"])
            return None
        if "retry_after" in found:
            headers = {"retry-after": str(found["retry_after"])}
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers)
        if "status" in found:
            return PlainTextResponse(found["body"], found["status"])
        return found


async def _arguments(request: Request) -> Json:
    """Arguments from query, form or JSON body; blocks and views are parsed where they come as text."""
    found: Json = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "").split(";")[0].strip()
    if kind == "application/json":
        try:
            more = json.loads(body or b"{}")
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(more, dict):
            raise Refused("json_not_object")
        found |= more
    elif kind == "multipart/form-data":
        found |= {k: v for k, v in (await request.form()).items() if isinstance(v, str)}
    elif body:
        found |= dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    for name in JSON_ARGUMENTS & found.keys():
        if isinstance(found[name], str):
            found[name] = _parsed(found[name], name)
    return found


def _parsed(words: str, name: str) -> Any:
    try:
        return json.loads(words)
    except ValueError:
        error = {"blocks": "invalid_blocks_format"}.get(name, "invalid_arguments")
        raise Refused(error, [f"[ERROR] {name} is not JSON"]) from None


def _token(request: Request, arguments: Json) -> str:
    header = request.headers.get("authorization", "")
    return header[7:] if header.lower().startswith("bearer ") else str(arguments.pop("token", ""))
