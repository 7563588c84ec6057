"""Owns the web room of documents: headers and 304 as the feed's; what stands in one is ``documents``', how it is
written ``formats``'."""

from asyncio import sleep
from collections.abc import Callable
from time import monotonic

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.documents import Document
from handlers.desk import Desk
from handlers.documents import edition_document, minutes_document
from handlers.formats import FORMATS
from handlers.web.kept import answer, tag_of
from handlers.web.nowhere import Pause, in_its_time, nothing_here

Read = Callable[[Desk, str, str], Document | None]


def routes(desk: Desk, pause: Pause = sleep) -> list[Route]:
    """``GET /me/TOKEN/minutes/CALL.FORMAT`` and ``/me/TOKEN/edition/REF.FORMAT`` on *desk*.

    *pause* waits so many seconds before nothing is found: what is hidden takes longer to find (ADR 13).
    """

    def written(read: Read, token: str, name: str, ending: str, request: Request) -> Response | None:
        kind = FORMATS.get(ending)
        document = read(desk, token, name) if kind else None
        if kind is None or document is None:
            return None
        body = kind.write(document)
        return answer(request, tag_of(body), body, kind.media_type, f"{document.name}.{ending}")

    async def answered(read: Read, request: Request) -> Response:
        asked = monotonic()
        name, _, ending = request.path_params["file"].rpartition(".")
        found = await run_in_threadpool(written, read, request.path_params["token"], name, ending, request)
        return found or await in_its_time(nothing_here(desk), asked, pause)

    async def minutes(request: Request) -> Response:
        return await answered(minutes_document, request)

    async def edition(request: Request) -> Response:
        return await answered(edition_document, request)

    return [Route("/me/{token}/minutes/{file}", minutes), Route("/me/{token}/edition/{file}", edition)]
