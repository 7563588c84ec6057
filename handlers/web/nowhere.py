"""Owns the one answer for every address that leads nowhere: wrong, dead, or of another purpose, whatever it is of."""

from collections.abc import Awaitable, Callable
from time import monotonic

from starlette.responses import Response

from handlers.desk import Desk
from handlers.web.saying import NEVER_KEPT as NEVER_KEPT
from handlers.web.saying import saying

NOTHING_HERE = "There is nothing here right now"
WHY = (
    "A personal address ends when it is reset, or when its owner takes part no longer.",
    "Your own link to join a call opens shortly before your part begins, and only then.",
)
NOT_FOUND_SECONDS = 0.05
"""What was looked for and not found is answered after a multiple of this (ADR 13)."""

Pause = Callable[[float], Awaitable[object]]
"""Waits so many seconds."""


def nothing_here(desk: Desk) -> Response:
    """404 with the same words and headers for all of them."""
    return saying(NOTHING_HERE, WHY, 404, desk.settings.mail_from or "")


async def in_its_time(answer: Response, asked: float, pause: Pause) -> Response:
    """*answer*; that nothing is there only after a multiple of ``NOT_FOUND_SECONDS`` since *asked* (monotonic)."""
    if answer.status_code == 404:
        await pause((asked - monotonic()) % NOT_FOUND_SECONDS)
    return answer
