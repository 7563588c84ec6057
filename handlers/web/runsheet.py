"""Owns the web room of the run sheet: one page to print, for whoever runs the call; what stands on it is
``handlers.runsheet``'s."""

from asyncio import sleep
from time import monotonic

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.calls import AUDIENCES
from bot.when import show
from handlers.desk import Desk
from handlers.runsheet import sheet_on_page
from handlers.web.looks import spans, template
from handlers.web.nowhere import NEVER_KEPT, Pause, in_its_time, nothing_here


def routes(desk: Desk, pause: Pause = sleep) -> list[BaseRoute]:
    """``GET /me/TOKEN/runsheet/CALL``, on *desk*; *pause* waits before nothing is found (ADR 13)."""

    def look(token: str, call_id: str) -> Response:
        it = sheet_on_page(desk, token, call_id)
        if it is None:
            return nothing_here(desk)
        shown = {
            "it": it,
            "network": desk.procedure.texts.network,
            "heard": AUDIENCES,
            "moment": lambda at: show(at, it.zone),
            "span": spans(it.zone),
        }
        return HTMLResponse(template("runsheet.html").render(shown), 200, NEVER_KEPT)

    async def answer(request: Request) -> Response:
        asked = monotonic()
        found = await run_in_threadpool(look, request.path_params["token"], request.path_params["call"])
        return await in_its_time(found, asked, pause)

    return [Route("/me/{token}/runsheet/{call}", answer)]
