"""Owns the web room of the calendar feed: headers, and 304 where nothing changed; its content is ``feed``'s."""

from email.utils import format_datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handlers.desk import Desk
from handlers.feed import read_feed
from handlers.kept_feeds import Feed, KeptFeeds
from handlers.web.nowhere import nothing_here

KEPT_BY_ONE = "private, no-cache"
"""A calendar may keep its copy, and asks each time whether it is still the one (RFC 9111 5.2.2.4)."""


def routes(desk: Desk) -> list[Route]:
    """``GET /calendar/TOKEN.ics`` on *desk*; what was made is kept for the next time."""

    kept = KeptFeeds()

    async def calendar(request: Request) -> Response:
        found = await run_in_threadpool(read_feed, desk, request.path_params["token"], kept)
        return nothing_here(desk) if found is None else _answer(request, found)

    return [Route("/calendar/{token}.ics", calendar)]


def _answer(request: Request, found: Feed) -> Response:
    headers = {"ETag": found.tag, "Cache-Control": KEPT_BY_ONE}
    if found.modified is not None:
        headers["Last-Modified"] = format_datetime(found.modified, usegmt=True)
    if _holds(request, found.tag):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="calls.ics"'
    return Response(found.body, headers=headers, media_type="text/calendar")


def _holds(request: Request, tag: str) -> bool:
    """Whether the reader holds that body (If-None-Match, RFC 9110 13.1.2). If-Modified-Since is passed over: what was
    taken away leaves no later date behind."""
    named = (t.strip().removeprefix("W/") for t in ",".join(request.headers.getlist("if-none-match")).split(","))
    return any(t in (tag, "*") for t in named)
