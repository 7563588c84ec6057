"""Owns the table that the bench prints: each line's figures, its goal, and whether it was met; rows measure."""

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

TOLD_VERSIONS = ("slack-bolt", "SQLAlchemy", "sqlmodel", "starlette", "uvicorn")


@dataclass(frozen=True)
class Line:
    """One figure beside its reference: a number a round each, in *unit*.

    *at_most*: times the reference's median; *limit*: in *unit*, for the worst round. *wrong* says what was answered
    amiss: then the goal is missed whatever the figures are.
    """

    row: int
    what: str
    unit: str
    ours: Sequence[float]
    reference: Sequence[float] = ()
    reference_is: str = ""
    at_most: float | None = None
    limit: float | None = None
    wrong: str = ""
    digits: int = 2

    @property
    def ratio(self) -> float | None:
        return statistics.median(self.ours) / statistics.median(self.reference) if self.reference else None

    @property
    def met(self) -> bool:
        close = self.at_most is None or (self.ratio is not None and self.ratio <= self.at_most)
        return close and (self.limit is None or max(self.ours) <= self.limit) and not self.wrong

    @property
    def goal(self) -> str:
        told = [f"{self.at_most:g}x"] if self.at_most is not None else []
        told += [f"{self.limit:g} {self.unit}".rstrip()] if self.limit is not None else []
        return ", ".join(told)


@dataclass(frozen=True)
class LeftOut:
    """A row that was not measured, and why."""

    row: int
    why: str


HEAD = "| row | what | reference | ours | ratio | goal | |\n|---|---|---|---|---|---|---|"


def table(lines: Sequence[Line | LeftOut]) -> str:
    """The lines as a table: medians, and in brackets the spread over the rounds."""
    return "\n".join([HEAD, *map(shown, lines)])


def shown(line: Line | LeftOut) -> str:
    if isinstance(line, LeftOut):
        return f"| {line.row} | left out: {line.why} | | | | | |"
    ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
    met = "met" if line.met else "MISSED" + (f": {line.wrong}" if line.wrong else "")
    beside = f"{line.reference_is} {_figures(line, line.reference)}".strip() if line.reference else line.reference_is
    cells = (str(line.row), line.what, beside, _figures(line, line.ours), ratio, line.goal, met)
    return f"| {' | '.join(cells)} |"


def _figures(line: Line, numbers: Sequence[float]) -> str:
    d = line.digits
    middle = f"{statistics.median(numbers):.{d}f}"
    spread = (
        f" ({min(numbers):.{d}f}–{max(numbers):.{d}f})" if len(numbers) > 1 and min(numbers) != max(numbers) else ""
    )
    return f"{middle}{spread} {line.unit}".rstrip()


def machine() -> str:
    """The machine of this run, in one paragraph."""
    model = next(
        (line.partition(":")[2].strip() for line in _cpu() if line.startswith("model name")), platform.processor()
    )
    told = ", ".join(f"{name} {version(name)}" for name in TOLD_VERSIONS)
    return (
        f"Measured on {datetime.now(UTC):%d %B %Y} on a machine with {os.cpu_count()} cores ({model or 'unknown'}), "
        f"{platform.system()}, Python {platform.python_version()}, {told}."
    )


def _cpu() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


PAGE = """# Speed and memory

`make bench` measures each figure beside a reference in the same run on the same machine, turn by turn. Figures are
medians over the rounds, in brackets the smallest and the largest round; only the ratios tell something elsewhere. The
references are in `tests/bench/`, as small as an expert would write them. `make bench` fails where a goal is missed.

{machine}

{table}
"""
