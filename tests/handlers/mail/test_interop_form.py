"""Owns the proof that calendars read our mails as meant; ``tests/interop`` judges, ``interop_short`` writes them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import interop_short

INTEROP = Path(interop_short.__file__).parent / "interop"


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    interop_short.write(tmp_path / "mails")
    return tmp_path / "mails"


def verdicts(part: str, work: Path) -> list[list[str]]:
    """What *part* of the judge that is written in plain Python says: verdict, rule, file and detail of each check."""
    command = [sys.executable, f"{part}.py", str(work)]
    out = subprocess.run(command, cwd=INTEROP / "lib", capture_output=True, text=True, check=True).stdout
    return [line.split("\t") for line in out.splitlines()]


@pytest.mark.parametrize(("part", "least"), [("mail", 400), ("wire", 400), ("order", 30), ("agree", 70)])
def test_shape_wire_order_and_meaning_of_the_mails_hold(part: str, least: int, mails: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    subprocess.run([sys.executable, INTEROP / "lib/extract.py", mails, work], check=True)
    checks = verdicts(part, work)
    assert ([check for check in checks if check[0] != "P"], len(checks) >= least) == ([], True)


@pytest.mark.parametrize(("part", "least"), [("mail", 240), ("wire", 220), ("agree", 40)])
def test_the_mail_that_declines_a_proposal_holds_too(part: str, least: int, mails: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    subprocess.run([sys.executable, INTEROP / "lib/extract.py", mails / "declined", work], check=True)
    checks = verdicts(part, work)
    assert ([check for check in checks if check[0] != "P"], len(checks) >= least) == ([], True)


def test_two_writings_of_the_mails_are_equal_bytes(mails: Path, tmp_path: Path) -> None:
    interop_short.write(tmp_path / "again")
    assert {f.name: f.read_bytes() for f in mails.rglob("*.*")} == {
        f.name: f.read_bytes() for f in (tmp_path / "again").rglob("*.*")
    }


@pytest.mark.long  # `.ci/run` does the same in a step of its own
@pytest.mark.skipif(
    not (INTEROP / ".deps/.setup-done").exists(),
    reason="other people's calendar code (libical, ical.js, node-ical, Xandikos, Radicale, khal) is not installed: "
    "`tests/interop/setup` does it, with network and root, and `.ci/run` calls it",
)
def test_other_peoples_calendar_code_reads_the_mails_as_meant(mails: Path) -> None:
    run = subprocess.run([INTEROP / "check-invites", mails], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
