"""Owns row 11: how many SQL statements each command takes, on the data set and on ten times as much of everything."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.bench import data
from tests.bench.desks import opened
from tests.bench.life import Clock, Said, lived
from tests.bench.places import Place
from tests.bench.table import Line

ROWS = (11,)
MOST = 12


@dataclass(frozen=True)
class Counted:
    """A command, who typed it, and its statements on the data set and on ten times as much."""

    who: str
    line: str
    plain: int
    tenfold: int

    @property
    def met(self) -> bool:
        return self.plain == self.tenfold and self.plain <= MOST


def counted(place: Place) -> list[Counted]:
    """Every command of a call's life, in order, on both sizes.

    What begins and ends transactions is not counted; asking who acts, the audit chain and what was entered are.
    """
    sizes = [_lived(place, size) for size in (data.PLAIN, data.CROWD)]
    return [
        Counted(plain.who, plain.line, len(plain.statements), len(tenfold.statements))
        for plain, tenfold in zip(*sizes, strict=True)
    ]


def over_the_most(place: Place) -> list[str]:
    """The commands of a call's life on the plain data set that take too many statements."""
    return [said.line for said in _lived(place, data.PLAIN) if len(said.statements) > MOST]


def _lived(place: Place, size: data.Size) -> list[Said]:
    clock = Clock(place.now)
    with opened(place.database("life", size), clock) as desk:
        return list(lived(desk, clock))


def measure(place: Place, wanted: Sequence[int], rounds: int) -> Iterator[Line]:
    found = counted(place)
    over = [f"`{c.line}` {c.plain} and {c.tenfold}" for c in found if not c.met]
    most, at_tenfold = max(c.plain for c in found), max(c.tenfold for c in found)
    what = f"SQL statements of a command, the most of {len(found)}, beside ten times as much of everything"
    yield Line(
        11, what, "", [most], [at_tenfold], limit=MOST, wrong="; ".join(over), digits=0
    )  # fmt: skip
