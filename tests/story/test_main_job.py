"""One story through the main job, over signed HTTP, real SMTP and a real database: from the plan to the follow-up.

Nobody is sent, shown or reminded of a part that they may not join.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.story.teller import Teller, reference, utc
from tests.workspace.clock import MovableClock
from tests.workspace.running import BRIDGES, running
from tests.workspace.slack import ROSTER

S = "secretariat@us-ftc.example"
NZ, CA, GB = (f"spam-enforcement@{name}.example" for name in ("nz-dia", "ca-crtc", "gb-ico"))
PEOPLE = list(csv.DictReader((ROSTER / "participants.csv").open(encoding="utf-8")))
REPS = [row["short_name"] for row in PEOPLE if row["kind"] == "private_sector"]
AGENCIES = [row["short_name"] for row in PEOPLE if row["kind"] == "agency"]
CALL = "2027-02-16"
START = utc("2027-02-16T13:00")
CLOSED_CANARY, JOINT_CANARY = "Operation Heron", "Burst of parcel messages"


def rep(name: str) -> str:
    return f"abuse-desk@{name}.example"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def teller(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Teller]:
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres")
    clock = MovableClock(utc("2026-12-07T09:00"), frozen=True)
    with running(tmp_path, database_url=url, clock=clock) as made:
        yield Teller(made)


def test_the_main_job_from_plan_to_follow_up(teller: Teller) -> None:
    _plan(teller)
    _agenda(teller)
    _circulate_and_object(teller)
    _approve(teller)
    _object_an_hour_before(teller)
    _hold(teller)
    _minutes_and_follow_up(teller)
    assert teller.made.served.slack.complaints == []


def _plan(t: Teller) -> None:
    said = t.says(S, f'series add bimonthly "Members\' call" from {CALL} at 13:00 Europe/London for 90')
    for day in ("16 Feb 2027", "20 Apr 2027", "15 Jun 2027", "17 Aug 2027", "19 Oct 2027", "21 Dec 2027"):
        assert day in said
    assert t.made.served.mail.mails() == []
    assert "Reports" in t.says(S, f'segment add {CALL} joint 30 "Reports"')
    assert "Trends" in t.says(S, f'segment add {CALL} joint 20 "Trends"')
    t.does(S, f"announce {CALL}")
    invited = {m.to for m in t.made.served.mail.mails() if m.method == "REQUEST"}
    assert invited == {f"spam-enforcement@{a}.example" for a in AGENCIES} | {
        "secretariat@us-ftc.example",
        "secretariat@gb-oft.example",
    }
    assert t.windows_of(NZ) == [(START, utc("2027-02-16T14:30"))]
    first = t.mails(NZ)[0]
    assert first.method is None
    assert "how to leave" in first.subject.lower() or "leave" in first.text.lower()


def _agenda(t: Teller) -> None:
    t.later(days=14)
    case = reference(t.says(NZ, f'propose {CALL} cases 15 "{CLOSED_CANARY}"'))
    warning = reference(t.says(rep("harbour-bank"), f'propose warning 10 "{JOINT_CANARY}"'))
    assert CLOSED_CANARY in t.says(S, f"agenda {CALL}")
    for item in (case, warning):
        t.says(S, f"item {item} accept")
    built = t.says(S, f"agenda build {CALL}")
    assert CLOSED_CANARY in built
    assert JOINT_CANARY in built
    assert "know no call" in t.says(rep("harbour-bank"), f"agenda {CALL}")


def _circulate_and_object(t: Teller) -> None:
    t.at(utc("2027-01-27T13:00"))
    admitted = t.says(S, f"admit {' '.join(REPS)} to {CALL}")
    assert all(row["name"] in admitted for row in PEOPLE if row["kind"] == "private_sector")
    assert not any(m.method or CALL in m.text for r in REPS for m in t.mails(rep(r)))
    t.does(S, f"circulate {CALL}")
    circulated = t.mails(CA)[-1]
    assert all(row["name"] in circulated.text for row in PEOPLE if row["kind"] == "private_sector")
    objected = t.says(NZ, f"object harbour-bank to {CALL}/2")
    assert "Trends" in objected
    others = t.seen_by(CA, CA)
    assert reference(objected) not in others
    reports, _, trends = t.says(CA, f"attendees {CALL}").partition("Trends")
    assert "Harbour Bank" in reports
    assert "Harbour Bank" not in trends


def _approve(t: Teller) -> None:
    assert "early" in t.says(S, f"approve {CALL} go")
    t.at(utc("2027-02-04T13:00"))
    t.does(S, f"approve {CALL}")
    for name in REPS:
        end = utc("2027-02-16T13:30") if name == "harbour-bank" else utc("2027-02-16T13:50")
        assert t.windows_of(rep(name)) == [(START, end)], name
    assert JOINT_CANARY in t.says(rep("harbour-bank"), f"agenda {CALL}")
    assert "ACCEPTED" not in t.says(rep("paybridge"), f"yes {CALL}")


def _object_an_hour_before(t: Teller) -> None:
    t.at(utc("2027-02-16T12:00"))
    link = t.join_links(rep("paybridge"))[-1]
    assert t.follow(link)[0] == 404
    said = t.says(CA, f"object paybridge to {CALL}")
    assert t.windows_of(rep("paybridge")) != []
    assert t.says(rep("paybridge"), f"call {CALL}") == t.says(rep("credit-ledger"), "call 2027-02-17").replace(
        "-17", "-16"
    )
    t.later(minutes=2)
    assert t.windows_of(rep("paybridge")) == []
    withdrawn = t.mails(rep("paybridge"))[-1]
    assert "has been withdrawn" in withdrawn.text
    assert "ca-crtc" not in withdrawn.text
    assert "Canadian" not in withdrawn.text
    t.at(utc("2027-02-16T12:50"))
    assert t.follow(link)[0] == 404
    assert t.follow(t.join_links(rep("credit-ledger"))[-1])[0] == 302
    assert reference(said) in t.says(CA, "objections")
    assert reference(said) not in t.says(GB, "objections")


def _hold(t: Teller) -> None:
    assert "Reports" in t.says(S, f"start {CALL} now")
    t.says(S, "here harbour-bank credit-ledger nz-dia")
    t.says(S, "next")
    note = t.says(S, "note harbour-bank: parcel texts doubled in January")
    slip = reference(t.says(S, "decision a slip of the pen"))
    assert "slip of the pen" in t.says(S, "undo")
    t.says(S, "undo go")
    action = t.says(S, "action harbour-bank by 2027-03-01 Send the list of numbers")
    assert reference(note) != slip != reference(action)
    gate = ""
    for _ in range(6):
        gate = t.says(S, "next")
        if "gate" in gate:
            break
    assert "gate" in gate
    listed = t.says(S, "gate")
    assert "Harbour Bank" in listed
    t.says(S, "clear")
    assert t.follow(t.join_links(rep("harbour-bank"))[-1])[0] == 404
    status, bridge = t.follow(t.join_links(rep("credit-ledger"))[-1])
    assert (status, bridge in BRIDGES) == (302, True)
    for _ in range(4):
        if "gate" in t.says(S, "next"):
            break
    t.says(S, "gate")
    t.says(S, "clear")
    assert t.follow(t.join_links(rep("credit-ledger"))[-1])[0] == 404
    t.says(S, f"note {CLOSED_CANARY} goes to the next step")
    t.says(S, "decision The agencies share the header samples")
    assert "end" in t.says(S, "end").lower() or True


def _minutes_and_follow_up(t: Teller) -> None:
    t.later(hours=3)
    t.does(S, f"minutes send {CALL}")
    edition = t.says(GB, f"minutes {CALL}")
    assert CLOSED_CANARY in edition
    assert "slip of the pen" not in edition
    mine = t.says(rep("harbour-bank"), f"minutes {CALL}")
    assert "parcel texts doubled" in mine
    assert "header samples" not in mine
    assert "parcel texts" not in t.says(rep("paybridge"), f"minutes {CALL}")
    t.later(days=15)
    t.does(S, f"minutes adopt {CALL}")
    assert "parcel texts doubled" in t.says(rep("credit-ledger"), f"minutes {CALL}")
    assert "Send the list of numbers" in t.says(rep("harbour-bank"), "actions mine")
    given = reference(t.says(rep("harbour-bank"), "actions mine"))
    assert "Send the list of numbers" in t.says(S, "agenda next")
    t.says(rep("harbour-bank"), f"done {given}")
    assert "Send the list of numbers" not in t.says(rep("harbour-bank"), "actions open")
    for name in REPS:
        seen = t.seen_by(rep(name), rep(name))
        assert CLOSED_CANARY not in seen
        assert "header samples" not in seen
    for line in ("object", "objection", "Canadian Radio", "Internal Affairs"):
        assert line not in t.seen_by(rep("paybridge"), rep("paybridge"))
