"""Owns the picture of how many actions were open, as lines that a page draws; the numbers are ``progress``'."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.burn_down import Week
from bot.dates import show_date

WIDTH, HEIGHT, EDGE = 360, 150, 24


@dataclass(frozen=True, slots=True)
class Drawing:
    """Two lines over the weeks, what stands at the axes, and the same in words for who does not see them."""

    width: int
    height: int
    open: str
    overdue: str
    most: int
    first: str
    last: str
    says: str


def drawn(weeks: Sequence[Week]) -> Drawing:
    """The picture of *weeks*, two or more: higher is more, the highest at the top."""
    most = max(1, *(week.open for week in weeks))
    across, up = (WIDTH - 2 * EDGE) / (len(weeks) - 1), (HEIGHT - 2 * EDGE) / most

    def line(counts: Sequence[int]) -> str:
        return " ".join(f"{EDGE + n * across:.0f},{HEIGHT - EDGE - count * up:.0f}" for n, count in enumerate(counts))

    first, last = (show_date(week.ends.date()) for week in (weeks[0], weeks[-1]))
    told = "; ".join(f"{show_date(w.ends.date())}: {w.open}, overdue {w.overdue}" for w in weeks)
    return Drawing(
        WIDTH, HEIGHT, line([w.open for w in weeks]), line([w.overdue for w in weeks]), most, first, last, told
    )  # fmt: skip
