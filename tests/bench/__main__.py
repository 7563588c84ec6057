"""Owns ``make bench``: the rows that are measured, in their order, and the status: 1 where a goal is missed."""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.bench import (
    approving_row,
    audience_row,
    barrier_row,
    data,
    documents_row,
    feed_row,
    finding_row,
    heart_row,
    http_rows,
    mail_building,
    mailing_row,
    process_rows,
    statement_row,
    tenfold_rows,
)
from tests.bench.places import HOUSE, Place
from tests.bench.table import HEAD, PAGE, LeftOut, Line, machine, shown, table

ROUNDS = 7
PAGE_PATH = HOUSE / "docs" / "performance.md"
SUITE_SECONDS = 300

Measure = Callable[[Place, Sequence[int], int], Iterator[Line]]


def mails(place: Place, wanted: Sequence[int], rounds: int) -> Iterator[Line]:
    """Row 5."""
    its, our = ([seconds * 1000 for seconds in times] for times in mail_building.measure(rounds))
    yield Line(
        5, "building one whole invitation mail", "ms", our, its, "email.mime", at_most=mail_building.GOAL, digits=3
    )


def suite(place: Place, wanted: Sequence[int], rounds: int) -> Iterator[Line]:
    """Row 15."""
    begun = time.perf_counter()
    done = subprocess.run(["make", "test"], cwd=HOUSE, stdout=subprocess.DEVNULL, check=False)
    wrong = "" if done.returncode == 0 else f"it ended with status {done.returncode}"
    yield Line(15, "`make test`", "s", [time.perf_counter() - begun], limit=SUITE_SECONDS, wrong=wrong, digits=0)


MEASURED: Sequence[tuple[Sequence[int], Measure]] = (
    (http_rows.ROWS, http_rows.measure),
    ((5,), mails),
    (mailing_row.ROWS, mailing_row.measure),
    (approving_row.ROWS, approving_row.measure),
    (feed_row.ROWS, feed_row.measure),
    (audience_row.ROWS, audience_row.measure),
    (finding_row.ROWS, finding_row.measure),
    (documents_row.ROWS, documents_row.measure),
    (heart_row.ROWS, heart_row.measure),
    (statement_row.ROWS, statement_row.measure),
    (tenfold_rows.ROWS, tenfold_rows.measure),
    (barrier_row.ROWS, barrier_row.measure),
    (process_rows.ROWS, process_rows.measure),
    ((15,), suite),
)


def main() -> int:
    asked = _arguments()
    every = [row for rows, _ in MEASURED for row in rows]
    wanted = asked.rows or [row for row in every if row != 15]
    if asked.with_tests and 15 not in wanted:
        wanted.append(15)
    lines: list[Line | LeftOut] = []
    print(f"{machine()}\n\n{HEAD}", flush=True)
    with tempfile.TemporaryDirectory(prefix="lap-bench-") as folder:
        place = Place(Path(folder), data.now())
        for rows, measure in MEASURED:
            these = [row for row in rows if row in wanted]
            for line in measure(place, these, asked.rounds) if these else ():
                print(shown(line), flush=True)
                lines.append(line)
    if 15 not in wanted and not asked.rows:
        lines.append(LeftOut(15, "`make test` takes minutes; `python -m tests.bench --with-tests` measures it too"))
        print(shown(lines[-1]), flush=True)
    if asked.write:
        inorder = sorted(lines, key=lambda line: line.row)
        PAGE_PATH.write_text(PAGE.format(machine=machine(), table=table(inorder)), encoding="utf-8")
    missed = [line for line in lines if isinstance(line, Line) and not line.met]
    print(f"\n{len(lines)} figures, {len(missed)} goals missed.")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measures lap beside its references.")
    parser.add_argument("--rows", type=_numbers, metavar="1,3", help="only these rows of the table of goals")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"how often each is measured, in turn ({ROUNDS})")
    parser.add_argument("--with-tests", action="store_true", help="measure `make test` too (row 15)")
    parser.add_argument("--write", action="store_true", help=f"write the table to {PAGE_PATH.relative_to(HOUSE)}")
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
