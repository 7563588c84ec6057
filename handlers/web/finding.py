"""Owns the web room of the archive: ``GET /me/TOKEN/find?q=WORDS``; what is found is ``searching``'s."""

from asyncio import sleep
from collections.abc import Awaitable, Callable
from time import monotonic

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.archive import NO_WORDS, Kind
from bot.errors import Refusal
from handlers.desk import Desk
from handlers.searching import Found, find_on_page
from handlers.web.looks import template
from handlers.web.nowhere import NEVER_KEPT, nothing_here

Pause = Callable[[float], Awaitable[object]]

SECONDS = 0.25
"""Whatever this page says leaves after a multiple of that: how long it looked would tell what else there is."""
MOST_ASKED = 3000
WHAT = {
    Kind.ITEM: "Item", Kind.PAPER: "Paper", Kind.LINE: "Line", Kind.AMENDMENT: "Amendment to", Kind.ACTION: "Action",
    Kind.REASON: "Why action", Kind.REPORT: "Report",
}  # fmt: skip
NO_WORDS_HERE = "What are you looking for? Write a word of it into the field."
DECIDED = {Kind.LINE: "Decision", Kind.AMENDMENT: "Amendment to decision"}


def routes(desk: Desk, pause: Pause = sleep) -> list[BaseRoute]:
    """The page on *desk*; *pause* waits so many seconds before it answers."""

    def look(token: str, words: str, page: int) -> Response:
        found, says = Found((), more=False), ""
        try:
            there = find_on_page(desk, token, words, page)
        except Refusal as refusal:
            there, says = found, NO_WORDS_HERE if refusal.says == NO_WORDS else refusal.says
        if there is None:
            return nothing_here(desk)
        shown = {
            "found": there, "says": says, "words": words, "next": page + 1, "home": f"/me/{token}", "what": WHAT,
            "decided": DECIDED, "network": desk.procedure.texts.network,
        }  # fmt: skip
        return HTMLResponse(template("find.html").render(shown), 200, NEVER_KEPT)

    async def find(request: Request) -> Response:
        asked = monotonic()
        words, page = request.query_params.get("q", "")[:MOST_ASKED], request.query_params.get("page", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 1
        answer = await run_in_threadpool(look, request.path_params["token"], words, number)
        await pause((asked - monotonic()) % SECONDS)
        return answer

    return [Route("/me/{token}/find", find)]
