"""Owns the web room of the calendar feed: its content is ``feed``'s, its headers ``kept``'s."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handlers.desk import Desk
from handlers.feed import read_feed
from handlers.kept_feeds import KeptFeeds
from handlers.web.kept import answer
from handlers.web.nowhere import nothing_here


def routes(desk: Desk) -> list[Route]:
    """``GET /calendar/TOKEN.ics`` on *desk*; what was made is kept for the next time."""

    kept = KeptFeeds()

    async def calendar(request: Request) -> Response:
        found = await run_in_threadpool(read_feed, desk, request.path_params["token"], kept)
        if found is None:
            return nothing_here(desk)
        return answer(request, found.tag, found.body, "text/calendar", "calls.ics", found.modified)

    return [Route("/calendar/{token}.ics", calendar)]
