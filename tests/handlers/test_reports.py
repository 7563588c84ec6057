"""Early-warning reports on a real database: gathered into a briefing that Agencies read, and nobody else."""

from dataclasses import replace

import pytest

from bot.confidentiality import Tlp, Way
from bot.notices import Notice
from handlers.delivery import deliver_all
from handlers.kinds import KINDS
from handlers.labels import set_label
from handlers.overview import Task, show_overview
from handlers.reports import own_reports, report, send_briefing, show_briefing, take_back
from storage.tables import Door
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.handlers.test_agenda import JOINT, Room
from tests.slack_front import press, say

TEXT = "TLP:GREEN Parcel SMS tripled"


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room(cast)


def deliver(room: Room) -> dict[str, Notice]:
    room.mail.notices.clear()
    desk = replace(room.desk, send={Door.MAIL: room.mail, Door.SLACK: room.slack})
    deliver_all(desk, KINDS)
    return {who: notice for who, notice in room.mail.notices if "report" in notice.subject}


def test_a_report_waits_with_the_secretariat_until_the_briefing_is_sent(room: Room) -> None:
    made = report(room.desk, room.bank, TEXT).report
    assert (made.text, made.gathered) == (TEXT, False)
    told = deliver(room)
    assert set(told) == {"secretariat@us-ftc.example", "secretariat@gb-oft.example"}
    assert told["secretariat@us-ftc.example"].paragraphs[1] == TEXT
    assert show_briefing(room.desk, room.cnil, "next").reports == ()
    assert [r.reference for r in show_briefing(room.desk, room.secretary, "next").waiting] == [made.reference]
    waiting = [a for a in show_overview(room.desk, room.secretary).awaiting if a.task is Task.BRIEF]
    assert [(a.count, a.name) for a in waiting] == [(1, "2027-02-16")]


def test_the_briefing_goes_to_the_agencies_and_to_no_other_guest(room: Room) -> None:
    room.approve(room.bank, JOINT)
    report(room.desk, room.cast.actor("meridian-net"), TEXT)
    report(room.desk, room.bank, "TLP:RED Names of mules")
    deliver(room)
    sent = send_briefing(room.desk, room.secretary, "next")
    assert (len(sent.waiting), sent.people > 30, "fr-cnil" in sent.agencies) == (2, True, True)
    told = deliver(room)
    assert room.cnil.contact.email in told
    assert not {a.contact.email for a in (room.bank, room.oecd)} & set(told)
    items = told[room.cnil.contact.email].items
    assert items[0] == "TLP:GREEN Parcel SMS tripled (Meridian Net)"
    assert "mules" not in " ".join(items)
    assert [r.text for r in show_briefing(room.desk, replace(room.cnil, way=Way.PAGE), "next").reports] == [
        TEXT, "TLP:RED Names of mules",
    ]  # fmt: skip
    assert refusal_of(lambda: send_briefing(room.desk, room.secretary, "next")) == (
        "No report waits for a briefing. `/lap briefing 2027-02-16` shows what was sent."
    )
    assert [r.gathered for r in own_reports(room.desk, room.bank)] == [True]


def test_a_second_briefing_brings_only_what_came_since(room: Room) -> None:
    for text in (TEXT, "TLP:GREEN Calls fell by half"):
        report(room.desk, room.bank, text)
        send_briefing(room.desk, room.secretary, "next")
        told = deliver(room)[room.cnil.contact.email].items
        assert told == (f"{text} (Harbour Bank)",)
    assert len(show_briefing(room.desk, room.cnil, "next").reports) == 2


def test_a_report_is_taken_back_until_agencies_have_it(room: Room) -> None:
    made = report(room.desk, room.bank, TEXT).report
    assert refusal_of(lambda: take_back(room.desk, room.oecd, made.reference)) == (
        f"I know no report `{made.reference}` of yours. `/lap report` lists them."
    )
    take_back(room.desk, room.bank, made.reference)
    assert own_reports(room.desk, room.bank) == ()
    assert deliver(room) == {}
    again = report(room.desk, room.bank, TEXT).report
    assert "was taken back" in say(room.cast, room.bank, "undo go").text
    assert refusal_of(lambda: take_back(room.desk, room.bank, again.reference)) == (
        f"`{again.reference}` was taken back already."
    )


def test_an_agency_proposes_an_item_and_the_secretariat_says_whose_report_it_is(room: Room) -> None:
    assert refusal_of(lambda: report(room.desk, room.cnil, TEXT)).startswith(
        f"{room.cnil.participant.name} is an Agency."
    )
    assert refusal_of(lambda: report(room.desk, room.secretary, TEXT)) == (
        f"Whose report is it? Say so first, as in `/lap report for harbour-bank {TEXT}`."
    )
    assert report(room.desk, room.secretary, TEXT, "harbour-bank").hat == "Harbour Bank"
    assert len(own_reports(room.desk, room.bank)) == 1


def test_its_label_is_raised_by_its_readers_and_lowered_by_its_organisation(room: Room) -> None:
    made = report(room.desk, room.bank, "TLP:AMBER Parcel SMS").report
    assert set_label(room.desk, room.bank, made.reference, Tlp.GREEN).text == "TLP:GREEN Parcel SMS"
    assert refusal_of(lambda: set_label(room.desk, room.cnil, made.reference, Tlp.RED)).startswith("I know no item")


def test_it_is_taken_back_with_go_behind_it_too_which_is_no_report_of_its_own(room: Room) -> None:
    made = report(room.desk, room.bank, TEXT)
    assert say(room.cast, room.bank, f"report {made.report.reference.lower()} withdraw go").text == (
        f"Taken back: `{made.report.reference}` TLP:GREEN Parcel SMS tripled"
    )
    assert own_reports(room.desk, room.bank) == ()


def test_a_reference_alone_is_no_report_whoevers_it_is(room: Room) -> None:
    made = report(room.desk, room.bank, TEXT).report
    told = [say(room.cast, room.oecd, f"report {ref}").text.replace(ref, "") for ref in (made.reference, "7K2M9Q")]
    assert told[0] == told[1]
    assert own_reports(room.desk, room.oecd) == ()


def test_in_slack_a_report_is_typed_listed_and_sent_after_a_look(room: Room) -> None:
    told = say(room.cast, room.bank, f"report {TEXT}").text
    assert told.startswith("Reported: `")
    assert say(room.cast, room.bank, "report").text.endswith(", waits for the next briefing)")
    look = say(room.cast, room.secretary, "briefing send next")
    assert look.text.startswith("Sending the briefing for “The February call”, ")
    assert "Nothing has left yet." in look.text
    done = press(room.cast, room.secretary, "briefing", look.buttons[0].value)
    assert done.text.startswith("The briefing for “The February call” (`2027-02-16`)")
    room.cast.clock.advance(minutes=1)
    assert TEXT in say(room.cast, room.cnil, "briefing next").text
    assert say(room.cast, room.bank, "briefing next").text == (
        "`briefing` is for the secretariat and Agencies. `/lap help` shows what is yours."
    )
