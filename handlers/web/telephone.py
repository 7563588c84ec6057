"""Owns what an Agency's join link says while it cannot be joined yet: the numbers of its parts, ready to be dialled."""

import re

from starlette.responses import HTMLResponse, Response

from handlers.desk import Desk
from handlers.joining import WayIn
from handlers.web.looks import spans, template
from handlers.web.saying import NEVER_KEPT

_WITHIN = re.compile(r"^(\+[0-9 ]+)\(0\)")
_DIALLED = re.compile(r"\+?[0-9][0-9 ()./-]{4,}[0-9]")


def by_telephone(desk: Desk, found: WayIn) -> Response:
    """The numbers of each part; two parts on one bridge have one, and are still named both."""
    shown = {
        "parts": found.telephone, "span": spans(found.zone), "dialled": dialled,
        "early": desk.procedure.bridges.early_minutes, "address": desk.settings.mail_from,
        "network": desk.procedure.texts.network,
    }  # fmt: skip
    return HTMLResponse(template("telephone.html").render(shown), 200, NEVER_KEPT)


def dialled(number: str) -> str:
    """What a telephone dials (RFC 3966) of a number as the procedure file has it, '+44 (0)20 7946 0000, PIN 1#': what
    stands before its code, behind a country's without the (0) that is dialled within it alone; '' where it does not
    begin with a number."""
    match = _DIALLED.match(_WITHIN.sub(r"\1", number.strip()))
    return re.sub(r"[^0-9+]", "", match[0]) if match else ""
