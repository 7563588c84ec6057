"""A representative without Slack, over real mail and HTTP: page, answer, feed and link to join, until they are lost."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from icalendar import Calendar

from tests.story.teller import Teller, utc
from tests.workspace.clock import MovableClock
from tests.workspace.running import running

S, FR, BANK = "secretariat@us-ftc.example", "spam-enforcement@fr-cnil.example", "abuse-desk@harbour-bank.example"
CALL = "2027-02-16"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def teller(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Teller]:
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres")
    with running(tmp_path, database_url=url, clock=MovableClock(utc("2027-02-01T09:00"), frozen=True)) as made:
        yield Teller(made)


def entries(feed: str) -> list[tuple[str, str, int]]:
    found = Calendar.from_ical(httpx.get(feed).content).walk("VEVENT")
    return [(str(e["UID"]), str(e["STATUS"]), int(e["SEQUENCE"])) for e in found]


def held(t: Teller) -> list[tuple[str, str, int]]:
    """What the mails have put into the person's calendar."""
    return [
        (uid, "CANCELLED" if e.cancelled else "CONFIRMED", e.sequence) for uid, e in t.calendar_of(BANK).items()
    ]  # fmt: skip


def test_what_a_mail_links_to_works_until_it_is_lost_or_reset(teller: Teller) -> None:
    t = teller
    t.says(S, f'call add {CALL} 13:00 UTC for 90 "Members\' call"')
    t.says(S, f'segment add {CALL} joint 30 "Reports"')
    t.does(S, f"announce {CALL}")
    t.says(S, f"admit harbour-bank to {CALL}")
    t.does(S, f"circulate {CALL}")
    t.does(S, f"approve {CALL} early")
    page = re.findall(r"https?://\S+/me/[\w-]+", t.mails(BANK)[-1].text)[-1]
    shown = httpx.get(page).text
    feed = re.findall(r'href="([^"]+/calendar/[^"]+)"', shown)[0]
    join = t.join_links(BANK)[-1]
    assert (f'href="{join}"' in shown, entries(feed)) == (True, held(t))

    answering = re.findall(r'<form[^>]*/rsvp"(.*?)</form>', shown, re.DOTALL)[0]
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answering))
    assert httpx.post(f"{page}/rsvp", data={**form, "answer": "yes"}).status_code == 303
    assert "You have said that you come." in httpx.get(page).text

    t.at(utc("2027-02-16T12:50"))
    assert t.follow(join)[0] == 302
    t.says(FR, f"object harbour-bank to {CALL}")
    gone = [httpx.get(join).status_code, "Reports" in httpx.get(page).text]
    t.later(minutes=2)
    assert (gone, entries(feed)) == ([404, False], held(t))
    assert [status for _, status, _ in held(t)] == ["CANCELLED"]

    t.says(S, "links reset harbour-bank")
    dead = {(a.status_code, a.content) for a in map(httpx.get, (page, feed, join, f"{page}x"))}
    anew = re.findall(r"https?://\S+/me/[\w-]+", t.mails(BANK)[-1].text)[-1]
    assert ([status for status, _ in dead], httpx.get(anew).status_code) == ([404], 200)
