"""Owns the page that holds a few sentences and nothing else; what they say is its rooms'.

It is HTML because phones show plain text in letters that nobody can read.
"""

from collections.abc import Sequence

from starlette.responses import HTMLResponse, Response

from handlers.web.looks import template

NEVER_KEPT = {"Cache-Control": "no-store"}


def saying(title: str, sentences: Sequence[str], status: int, address: str = "") -> Response:
    """A page under *title* with each of *sentences* as a paragraph, and where to ask, if *address* is given."""
    shown = {"said": title, "sentences": sentences, "address": address, "network": ""}
    return HTMLResponse(template("saying.html").render(shown), status, NEVER_KEPT)
