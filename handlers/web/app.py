"""Owns the web application: liveness, readiness, the join link; pages and feeds are rooms, Slack's traffic wiring's.

GET changes nothing, except that a join link remembers whom it led where (docs/adr/0007).
"""

from asyncio import sleep
from collections.abc import Callable, Mapping

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.errors import Refusal
from handlers.desk import Desk
from handlers.joining import way_in
from handlers.web import calendar, documents, finding, page, papers, runsheet
from handlers.web.headers import SafeHeaders
from handlers.web.nowhere import NEVER_KEPT, Pause, nothing_here
from handlers.web.saying import saying
from handlers.web.telephone import by_telephone

NOT_NOW = "Not at this moment"


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


def make_app(
    desk: Desk, slack: ASGIApp | None, checks: Callable[[], Mapping[str, bool]], pause: Pause = sleep
) -> Starlette:
    """The bot's web application; *checks* names the parts that readiness asks for and whether each answers.
    *pause* waits so many seconds before nothing is found."""

    async def alive(_: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def ready(_: Request) -> Response:
        parts = await run_in_threadpool(checks)
        failing = sorted(name for name, well in parts.items() if not well)
        return JSONResponse({"failing": failing}, 503 if failing else 200)

    async def join(request: Request) -> Response:
        found = await run_in_threadpool(way_in, desk, request.path_params["token"])
        if found is None:
            return nothing_here(desk)
        if found.bridge is not None:
            return RedirectResponse(found.bridge, 302, NEVER_KEPT)
        return by_telephone(desk, found)

    posted = [Middleware(Posted, "/slack/events", slack)] if slack is not None else []
    app = Starlette(
        routes=[
            Route("/healthz", alive),
            Route("/readyz", ready),
            Route("/join/{token}", join),
            *calendar.routes(desk),
            *documents.routes(desk, pause),
            *papers.routes(desk, pause),
            *runsheet.routes(desk, pause),
            *finding.routes(desk, pause),
            *page.routes(desk),
        ],
        middleware=[*posted, Middleware(SafeHeaders)],
        exception_handlers={404: _not_found(desk), Refusal: _not_now},
    )
    # An address with a slash too many is none: led on to the right one, it would go over the wire once more, by the
    # scheme and the host that the request came with, which behind a proxy may be http.
    app.router.redirect_slashes = False
    return app


def _not_found(desk: Desk) -> Callable[[Request, Exception], Response]:
    def answer(_request: Request, _error: Exception) -> Response:
        return nothing_here(desk)

    return answer


def _not_now(_request: Request, error: Exception) -> Response:
    """What cannot be answered at this moment, such as while the database is busy."""
    says = error.says if isinstance(error, Refusal) else ""
    return saying(NOT_NOW, [says], 503)
