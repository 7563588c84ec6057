"""Owns the web door: liveness, readiness, the join link; wiring hands in Slack's traffic.

GET changes nothing, except that a join link remembers whom it led where (docs/adr/0007).
"""

from collections.abc import Callable, Mapping

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from handlers.desk import Desk
from handlers.joining import follow
from handlers.web.headers import SafeHeaders

NOTHING_HERE = (
    "There is nothing to join here right now.\n\n"
    "If you were invited to a call, your own link opens shortly before your part begins, and only then.\n"
    "Questions: {address}.\n"
)


class Posted:
    """ASGI middleware that hands what is posted to one *path* to *door*, past routes and headers made for browsers:
    Slack's requests are nearly all there are, and their way through took a tenth of an answer's time."""

    def __init__(self, app: ASGIApp, path: str, door: ASGIApp) -> None:
        self._app = app
        self._path = path
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        here = scope["type"] == "http" and scope["path"] == self._path and scope["method"] == "POST"
        await (self._door if here else self._app)(scope, receive, send)


def make_app(desk: Desk, slack: ASGIApp | None, checks: Callable[[], Mapping[str, bool]]) -> Starlette:
    """The bot's web application; *checks* names the parts that readiness asks for and whether each answers."""

    async def alive(_: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def ready(_: Request) -> Response:
        parts = await run_in_threadpool(checks)
        failing = sorted(name for name, well in parts.items() if not well)
        return JSONResponse({"failing": failing}, 503 if failing else 200)

    async def join(request: Request) -> Response:
        bridge = await run_in_threadpool(follow, desk, request.path_params["token"])
        if bridge is None:
            return nothing_here(desk)
        return RedirectResponse(bridge, 302, {"Cache-Control": "no-store"})

    posted = [Middleware(Posted, "/slack/events", slack)] if slack is not None else []
    return Starlette(
        routes=[Route("/healthz", alive), Route("/readyz", ready), Route("/join/{token}", join)],
        middleware=[*posted, Middleware(SafeHeaders)],
        exception_handlers={404: _not_found(desk)},
    )


def nothing_here(desk: Desk) -> Response:
    """The one answer for a wrong link, a dead one and one that leads nowhere at this moment."""
    text = NOTHING_HERE.format(address=desk.settings.mail_from)
    return PlainTextResponse(text, 404, {"Cache-Control": "no-store"})


def _not_found(desk: Desk) -> Callable[[Request, Exception], Response]:
    def answer(_request: Request, _error: Exception) -> Response:
        return nothing_here(desk)

    return answer
