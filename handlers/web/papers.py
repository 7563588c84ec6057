"""Owns the web room of an item's papers: read, attached and removed on a page of its own; the acts are ``papers``'."""

from asyncio import sleep
from collections.abc import Awaitable, Callable
from time import monotonic
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.calls import AUDIENCES
from bot.errors import Refusal
from bot.papers import KINDS, TOO_LARGE, shown_size
from bot.topics import AudienceKind
from bot.when import show
from handlers import papers as acts
from handlers.desk import Desk, the_clock
from handlers.papers import Papers
from handlers.web.looks import spans, template
from handlers.web.nowhere import NEVER_KEPT, Pause, in_its_time, nothing_here
from handlers.web.saying import saying

AROUND = 64 << 10
"""What a form may have around its file, in bytes."""
NO_LENGTH = "A file is sent with its length"
NO_FORM = "That was no form of the page"
FROM_ITS_PAGE = "Open the page of the item, and send it from there."


READ_BY = {
    AudienceKind.AGENCIES: "closed: only Agencies read it and its papers",
    AudienceKind.JOINT: "joint: the representatives and observers invited to its part read it and its papers too",
}
"""Who reads an item, in words for those who may know of closed ones."""
Endpoint = Callable[[Request], Awaitable[Response]]


def routes(desk: Desk, pause: Pause = sleep) -> list[BaseRoute]:
    """``GET /me/TOKEN/item/ITEM``, ``POST`` to its ``/attach`` and ``/remove``, ``GET /me/TOKEN/paper/PAPER``.

    *pause* waits so many seconds before nothing is found: what is hidden takes longer to find (ADR 13).
    """

    def rendered(it: Papers, token: str, says: str = "", status: int = 200) -> Response:
        path = f"/me/{token}/item/{it.item.reference}"
        shown = {
            "it": it, "path": path, "home": f"/me/{token}", "says": says, "kinds": KINDS, "size": shown_size,
            "network": desk.procedure.texts.network, "moment": lambda at: show(at, it.zone),
            "span": spans(it.zone), "heard": AUDIENCES, "read_by": READ_BY,
        }  # fmt: skip
        return HTMLResponse(template("item.html").render(shown), status, NEVER_KEPT)

    def look(token: str, item: str, says: str = "", status: int = 200) -> Response:
        it = acts.show_item(desk, token, item)
        return nothing_here(desk) if it is None else rendered(it, token, says, status)

    def after(token: str, item: str, do: Callable[[], Papers | None]) -> Response:
        try:
            done = do()
        except Refusal as refusal:
            return look(token, item, refusal.says, 409)
        if done is None:
            return nothing_here(desk)
        return RedirectResponse(f"/me/{token}/item/{done.item.reference}", 303, NEVER_KEPT)

    def fetch(token: str, paper: str) -> Response:
        it = acts.fetch_paper(desk, token, paper)
        if it is None:
            return nothing_here(desk)
        disposition = f"attachment; filename*=UTF-8''{quote(f'{_marked(it.label)} {it.name}')}"
        sandboxed = {"Content-Disposition": disposition, "Content-Security-Policy": "sandbox; default-src 'none'"}
        return Response(it.data, 200, {**NEVER_KEPT, **sandboxed}, media_type=it.media_type)

    async def item(request: Request) -> Response:
        asked = monotonic()
        found = await run_in_threadpool(look, request.path_params["token"], request.path_params["item"])
        return await in_its_time(found, asked, pause)

    async def paper(request: Request) -> Response:
        asked = monotonic()
        found = await run_in_threadpool(fetch, request.path_params["token"], request.path_params["paper"])
        return await in_its_time(found, asked, pause)

    def posted(most: int, work: Callable[[str, str, FormData], Awaitable[Response]]) -> Endpoint:
        """Reads a form of at most *most* bytes, one file in it, and hands it to *work*; more is not even read."""

        async def answer(request: Request) -> Response:
            token, item, asked = request.path_params["token"], request.path_params["item"], monotonic()
            length = request.headers.get("content-length", "")
            if not (length.isascii() and length.isdigit() and len(length) < 16):
                return saying(NO_LENGTH, [FROM_ITS_PAGE], 411)
            if int(length) > most:
                says = TOO_LARGE.format(most=desk.procedure.papers.megabytes)
                return await in_its_time(await run_in_threadpool(look, token, item, says, 413), asked, pause)
            try:
                async with request.form(max_files=1, max_fields=2) as form:
                    return await in_its_time(await work(token, item, form), asked, pause)
            except MultiPartException:
                return saying(NO_FORM, [FROM_ITS_PAGE], 400)

        return answer

    async def attach(token: str, item: str, form: FormData) -> Response:
        file, seal = form.get("file"), str(form.get("seal") or "")
        name, data = (file.filename or "", await file.read()) if isinstance(file, UploadFile) else ("", b"")
        clock = the_clock()
        return await run_in_threadpool(
            after, token, item, lambda: acts.attach_on_page(desk, clock, token, item, seal, name, data)
        )

    async def remove(token: str, item: str, form: FormData) -> Response:
        seal, gone, clock = str(form.get("seal") or ""), str(form.get("paper") or ""), the_clock()
        return await run_in_threadpool(
            after, token, item, lambda: acts.remove_on_page(desk, clock, token, item, seal, gone)
        )

    most = (desk.procedure.papers.megabytes << 20) + AROUND
    return [
        Route("/me/{token}/item/{item}", item),
        Route("/me/{token}/item/{item}/attach", posted(most, attach), methods=["POST"]),
        Route("/me/{token}/item/{item}/remove", posted(AROUND, remove), methods=["POST"]),
        Route("/me/{token}/paper/{paper}", paper),
    ]


def _marked(label: str) -> str:
    """A label as a file's name can hold it: TLP-AMBER."""
    return label.replace(":", "-").replace("+", "-")
