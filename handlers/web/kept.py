"""Owns the answer of what one reader may keep a copy of, and asks each time whether it is still the one."""

import hashlib
from datetime import datetime
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response

KEPT_BY_ONE = "private, no-cache"
"""A reader may keep its copy, and asks each time whether it is still the one (RFC 9111 5.2.2.4)."""


def tag_of(body: bytes) -> str:
    """The entity tag of *body*: the same for the same bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def answer(
    request: Request, tag: str, body: bytes, media_type: str, name: str, modified: datetime | None = None
) -> Response:
    """*body*, whose tag is *tag*, as a file called *name* (ASCII, without quotes), or 304 where the reader holds it."""
    headers = {"ETag": tag, "Cache-Control": KEPT_BY_ONE}
    if modified is not None:
        headers["Last-Modified"] = format_datetime(modified, usegmt=True)
    if _holds(request, tag):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'inline; filename="{name}"'
    return Response(body, headers=headers, media_type=media_type)


def _holds(request: Request, tag: str) -> bool:
    """Whether the reader holds that body (If-None-Match, RFC 9110 13.1.2). If-Modified-Since is passed over: what was
    taken away leaves no later date behind."""
    named = (t.strip().removeprefix("W/") for t in ",".join(request.headers.getlist("if-none-match")).split(","))
    return any(t in (tag, "*") for t in named)
