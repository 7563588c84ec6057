"""Writes every mail and feed of the generated year, in the order of delivery, with what each means.

``python -m tests.year DIR [--short]``: NNNN-NAME.eml or .ics and NNNN-NAME.expect.json beside it, for
``tests/interop/check-invites DIR``; mails without a calendar are laid into DIR/words, and into DIR/declined those that
decline a proposal, as libical's table of their method is another one (docs/mail.md). The same bytes at every run.
``--short``: two of the six calls, with half of the organisations.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.year.life import Written
from tests.year.plan import AUGUST, CALLS, FEBRUARY, FEW, ORGS, live, opened


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.year", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the files go; it may not hold any yet")
    parser.add_argument("--short", action="store_true", help="two calls, with half of the organisations")
    asked = parser.parse_args()
    if asked.folder.exists() and any(asked.folder.iterdir()):
        print(
            f"{asked.folder} is not empty. Name a new folder: the checker reads whatever lies in it.", file=sys.stderr
        )
        return 1
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), FEW if asked.short else ORGS) as year:
        live(year, (FEBRUARY, AUGUST) if asked.short else range(len(CALLS)))
        write(asked.folder, year.written)
    mails = sum(w.name.endswith(".eml") and bool(w.meant) for w in year.written)
    feeds = sum(w.name.endswith(".ics") for w in year.written)
    others = len(year.written) - mails - feeds
    print(f"{mails} mails with a calendar, {feeds} feeds and {others} other mails in {asked.folder}")
    return 0


def write(folder: Path, written: Sequence[Written]) -> None:
    """Writes those files into *folder*, and what each means beside it."""
    for kind in ("words", "declined"):
        (folder / kind).mkdir(parents=True)
    for one in written:
        path = folder / one.name if one.meant else folder / "words" / one.name
        path.write_bytes(one.data)
        if one.meant:
            told = json.dumps(one.meant, ensure_ascii=False, indent=1)
            path.with_suffix(".expect.json").write_text(told, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
