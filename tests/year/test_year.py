"""The generated year is the same at every run, holds what its readers are to be tried with, and means what the model
says: ``leave`` lays each of its mails beside that, and refuses one too many or too few."""

import email
import email.policy
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.year.life import Written
from tests.year.plan import AUGUST, CALLS, FEW, live, opened

INTEROP = Path(__file__).parents[1] / "interop"


def lived(*months: int) -> list[Written]:
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), FEW) as year:
        live(year, months)
        return year.written


def read(data: bytes) -> Any:
    """The calendar of a mail, by another library."""
    parts = email.message_from_bytes(data, policy=email.policy.default).walk()
    body: Any = next(p for p in parts if p.get_content_type() == "text/calendar").get_payload(decode=True)
    return icalendar.Calendar.from_ical(body)


@pytest.fixture(scope="module")
def august() -> list[Written]:
    return lived(AUGUST)


def test_the_same_month_is_the_same_bytes(august: list[Written]) -> None:
    assert lived(AUGUST) == august


def test_each_mail_says_what_was_meant_and_nothing_of_it_came_from_its_bytes(august: list[Written]) -> None:
    mails = [w for w in august if w.meant and w.name[0].isdigit() and w.name.endswith(".eml")]
    told = []
    for mail in mails:
        calendar = read(mail.data)
        event = calendar.walk("VEVENT")[0]
        told.append(
            {
                "method": str(calendar["METHOD"]), "uid": str(event["UID"]), "sequence": int(event["SEQUENCE"]),
                "start": event["DTSTART"].dt.isoformat(), "end": event["DTEND"].dt.isoformat(),
                "summary": str(event["SUMMARY"]), "status": str(event["STATUS"]),
            }
        )  # fmt: skip
    assert told == [{name: mail.meant[name] for name in told[0]} for mail in mails]


def test_a_second_block_and_a_first_that_is_lost_are_among_them(august: list[Written]) -> None:
    mails = [w.meant for w in august if "liaison-at-oecd" in w.name and "method" in w.meant]
    blocks = list(dict.fromkeys(meant["uid"] for meant in mails))
    # Each block is named after all of the person's parts, so that the other one's coming and going renews it.
    assert [(meant["method"], meant["sequence"], blocks.index(meant["uid"])) for meant in mails] == [
        ("REQUEST", 0, 0), ("REQUEST", 0, 0), ("REQUEST", 0, 1), ("CANCEL", 1, 0), ("REQUEST", 0, 1),
    ]  # fmt: skip


def test_a_proposal_is_declined_with_the_time_that_stays(august: list[Written]) -> None:
    (mail,) = [w for w in august if w.name.startswith("declined/")]
    calendar = read(mail.data)
    event = calendar.walk("VEVENT")[0]
    assert {
        "method": str(calendar["METHOD"]), "uid": str(event["UID"]), "sequence": int(event["SEQUENCE"]),
        "start": event["DTSTART"].dt.isoformat(), "end": event["DTEND"].dt.isoformat(),
        "summary": str(event["SUMMARY"]), "organizer": "calls@lap.example", "attendees": mail.meant["attendees"],
    } == mail.meant  # fmt: skip


def test_the_years_titles_are_in_more_than_ten_scripts_with_emoji_quotes_and_backslashes() -> None:
    titles = "".join(title for _, *both in CALLS for title in both)
    begins = {"Latin": "a", "Greek": "α", "Cyrillic": "а", "Hebrew": "א", "Arabic": "ا", "Devanagari": "क",
              "Tamil": "த", "Thai": "ก", "Georgian": "ა", "Hangul": "가", "Kana": "ア", "Han": "共"}  # fmt: skip
    ends = {"Hangul": "힣", "Han": "鿿"}
    lacking = [
        name
        for name, sign in begins.items()
        if not any(sign <= c <= ends.get(name, chr(ord(sign) + 40)) for c in titles)
    ]
    assert (lacking, [sign for sign in '"\\“👩' if sign not in titles]) == ([], [])


@pytest.mark.long
def test_other_peoples_calendars_take_the_whole_year(tmp_path: Path) -> None:
    if not (INTEROP / ".deps" / ".setup-done").exists():
        pytest.skip("other people's calendars are not installed here: tests/interop/setup brings them")
    out = tmp_path / "year"
    subprocess.run(["make", "year", f"OUT={out}"], check=True, cwd=INTEROP.parents[1], capture_output=True)
    environment = {**os.environ, "KHAL_MAX": "10"}
    done = subprocess.run(
        [INTEROP / "check-invites", out], capture_output=True, text=True, env=environment, check=False
    )
    assert (done.returncode, [line for line in done.stdout.splitlines() if "FAILED" in line]) == (0, [])
