"""Owns what an Agency's join link says while it cannot be joined yet: the numbers of its parts, to be written down."""

from starlette.responses import PlainTextResponse, Response

from bot.when import show_span
from handlers.desk import Desk
from handlers.joining import ByTelephone, WayIn
from handlers.web.nowhere import NEVER_KEPT

HEAD = "By telephone, for you alone. Numbers may change up to the start: look here once more before you dial.\n"
PART = "{title}\n{when}\n{numbers}\n"
FOOT = (
    "From {early} minutes before your part begins, this address leads straight to the call and shows no number.\n"
    "Questions: {address}.\n"
)


def by_telephone(desk: Desk, found: WayIn) -> Response:
    """The numbers of each part; two parts on one bridge have one, and are still named both."""

    def part(it: ByTelephone) -> str:
        numbers = "\n".join(f"  {number}" for number in it.numbers)
        return PART.format(title=it.title, when=show_span(it.start, it.end, found.zone), numbers=numbers)

    foot = FOOT.format(early=desk.procedure.bridges.early_minutes, address=desk.settings.mail_from)
    return PlainTextResponse("\n".join([HEAD, *map(part, found.telephone), foot]), 200, NEVER_KEPT)
