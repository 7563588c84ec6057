"""Owns ``make mutants``: each deliberate leak is put into a copy of the house, and the suite has to catch it.

1. A copy of what git knows is made, and a leak of ``leaks.LEAKS`` put into it.
2. The suite runs there in stages, the test that caught it last, the rules, the tests that mirror the file, then the
   slower ones, until a test fails: that one caught it.
3. The table is printed and, with ``--write``, put into docs/barrier.md after each leak, so that a run goes on where
   another was stopped.
The status is 1 where fewer than 95 of 100 are caught. Without a leak every stage passes; that is shown first.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Lock

from tests.mutants.leaks import LEAKS, Leak, put_into

HOUSE = Path(__file__).parents[2]
PAGE = HOUSE / "docs" / "barrier.md"
BEGIN, END = "<!-- mutants -->", "<!-- /mutants -->"
GOAL = 0.95
RULES = (
    "audience",
    "running",
    "rolls",
    "amendment_cut",
    "editions",
    "item_cut",
    "action_cut",
    "directory_cut",
    "attendees",
    "invitations",
    "bridges",
    "confidentiality",
    "feed",
)
STAGES: Sequence[Sequence[str]] = (
    tuple(f"tests/bot/test_{name}.py" for name in RULES),
    ("tests/handlers/test_kept_feeds.py",),
    ("tests/barrier/test_model.py",),
    ("tests/barrier",),
    ("tests/handlers/test_delivery.py", "tests/handlers/test_invitation_letters.py", "tests/handlers/test_joining.py"),
    ("tests/bot", "tests/storage", "tests/handlers", "tests/story"),
)
LONGEST = 1200
_PAGE_IS_WRITTEN = Lock()
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


def main() -> int:
    asked = _arguments()
    chosen = [leak for leak in LEAKS if not asked.only or leak.name in asked.only]
    with tempfile.TemporaryDirectory(prefix="lap-mutants-") as folder:
        copies: Queue[Path] = Queue()
        for number in range(asked.jobs):
            copies.put(_copy(Path(folder) / str(number)))
        if asked.sound:
            _refuse_unsound(copies)
        with ThreadPoolExecutor(asked.jobs) as pool:
            found = list(pool.map(lambda leak: _asked(leak, copies, asked.write), chosen))
    caught = sum(by is not None for by in found)
    print(f"\n{caught} of {len(found)} caught.")
    return 0 if caught >= GOAL * len(found) else 1


def _asked(leak: Leak, copies: "Queue[Path]", write: bool) -> str | None:
    """Tells which test catches *leak*, and writes that down where it is wanted."""
    by = _caught(leak, copies)
    row = f"| {leak.says} | `{leak.path}` | {f'`{_plain(by)}`' if by else 'MISSED: ' + leak.missed} |"
    print(f"{leak.name}: {'caught by ' + by if by else 'MISSED'}", flush=True)
    if write:
        with _PAGE_IS_WRITTEN:
            _write(leak, row)
    return by


def _rows() -> dict[str, str]:
    """The rows of the table as it stands, by what each leak says."""
    table = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    return {line.split(" | ")[0].removeprefix("| "): line for line in table.splitlines() if line.startswith("| ")}


def _write(leak: Leak, row: str) -> None:
    rows = {**_rows(), leak.says: row}
    known = [rows[one.says] for one in LEAKS if one.says in rows]
    caught = sum("MISSED" not in line for line in known)
    head = f"{caught} of {len(known)} deliberate leaks are caught.\n\n| leak | where | caught by |\n|---|---|---|\n"
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    told = head + "\n".join(known)
    PAGE.write_text(f"{before}{BEGIN}\n\n{told}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def _copy(place: Path) -> Path:
    """What git knows of the house, as it stands in the folder now."""
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    for name in files.stdout.splitlines():
        source = HOUSE / name
        if source.is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place / name)
    return place


@contextmanager
def _leaking(leak: Leak, copies: "Queue[Path]") -> Iterator[Path]:
    place = copies.get()
    path = place / leak.path
    sound = path.read_text(encoding="utf-8")
    try:
        path.write_text(put_into(leak, sound), encoding="utf-8")
        yield place
    finally:
        path.write_text(sound, encoding="utf-8")
        copies.put(place)


def _caught(leak: Leak, copies: "Queue[Path]") -> str | None:
    """The first test that fails with *leak* in the house, or None."""
    with _leaking(leak, copies) as place:
        near = ((leak.near,),) if leak.near else ()
        stages = (*_last(leak), *near, STAGES[0], *_mirrors(leak, place), *STAGES[1:])
        return next((by for stage in stages if (by := _first_failure(place, stage))), None)


def _last(leak: Leak) -> Sequence[Sequence[str]]:
    """The test that caught the leak when the table was written."""
    found = re.search(r"`(tests/\S+::\S+)`", _rows().get(leak.says, ""))
    return ((found[1],),) if found else ()


def _mirrors(leak: Leak, place: Path) -> Sequence[Sequence[str]]:
    """The tests that mirror the file of the leak, on every floor: they know it best, and are few."""
    name = f"test_{Path(leak.path).stem}.py"
    found = sorted(str(path.relative_to(place)) for path in (place / "tests").glob(f"**/{name}"))
    return (found,) if found else ()


def _first_failure(place: Path, stage: Sequence[str]) -> str | None:
    argv = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header", *stage]
    environment = {**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        ran = subprocess.run(
            argv, cwd=place, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:  # no test has failed
        print(f"{' '.join(stage)} did not end in {LONGEST} seconds", flush=True)
        return None
    if ran.returncode in (0, 4, 5):  # 4: the test that caught it last is no more; 5: nothing was collected
        return None
    failed = _FAILED.search(ran.stdout)
    return failed[1] if failed else f"{' '.join(stage)} (status {ran.returncode})"


def _refuse_unsound(copies: "Queue[Path]") -> None:
    place = copies.get()
    for stage in STAGES:
        if by := _first_failure(place, stage):
            raise SystemExit(f"Without any leak {by} fails; mend that first.")
    copies.put(place)


def _plain(test: str) -> str:
    """A test's name without its parameters, which may hold anything."""
    return test.partition("[")[0]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description="Leaks on purpose; the suite catches.")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these leaks")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once (2)")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.relative_to(HOUSE)}")
    parser.add_argument(
        "--no-sound", dest="sound", action="store_false", help="do not run the house without a leak first"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
