"""The run sheet: for who runs the call alone, on the record, complete on paper; and what is entered afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.proxies import Bringing
from bot.topics import AudienceKind
from handlers.links import page_link
from handlers.live import clear_gate, next_item, shut_gate
from handlers.minutes import read_minutes, send_minutes
from handlers.on_now import OnNow
from handlers.on_paper import enter_held
from handlers.page import show_page
from handlers.proxies import bring_proxy
from handlers.runsheet import run_sheet, sheet_on_page
from handlers.scribe import name_scribe
from handlers.steps import RUN_SHEET
from handlers.ticking import beat
from handlers.work import Reading
from storage import agenda, calls
from storage.calls import Part
from storage.tables import AuditRow, columns
from tests.cast import Cast
from tests.held import held, leaves, running
from tests.links import browsing
from tests.lists import DAY, START, leave, with_approved, with_item
from tests.slack_front import say, unmended
from tests.state import state

BRIDGE = "https://meet.example/one"


def planned(cast: Cast) -> str:
    call_id = with_approved(cast, "harbour-bank")
    with_item(cast, call_id, "harbour-bank")
    name_scribe(cast.desk, cast.secretary, f"{DAY} fr-cnil")
    return call_id


def kept(cast: Cast) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the database holds but the record of who did what."""
    return {
        name: rows for name, rows in state(cast.desk.store).items() if name not in ("audit", "audit_head", "entered")
    }


def looks(cast: Cast) -> int:
    t = columns(AuditRow)
    with cast.desk.store.read() as tx:
        return len(tx.execute(select(t.number).where(t.act == "look")).all())


def test_the_sheet_has_the_parts_in_order_with_who_is_let_in_and_the_gate_between(cast: Cast) -> None:
    planned(cast)
    it = run_sheet(cast.desk, cast.actor("fr-cnil"), DAY)
    first, second = it.parts
    assert [i.title for i in first.items] == ["Phishing of banks"]
    assert (first.guests, len(first.agencies), first.gate) == (("Harbour Bank (Spam enforcement contact)",), 33, False)
    assert (second.must_go, second.may_come, second.gate) == (("Harbour Bank (Spam enforcement contact)",), (), True)
    assert it.scribe.startswith("Commission nationale")


def test_an_item_that_is_closed_to_the_guests_of_its_part_is_marked_on_the_sheet(cast: Cast) -> None:
    call_id = planned(cast)
    with cast.desk.store.begin() as tx:
        record = calls.one(tx, call_id, Part.ITEMS)
        assert record is not None
        agenda.save(tx, [replace(i, audience=AudienceKind.AGENCIES) for i in record.items])
    text = say(cast, cast.secretary, f"runsheet {DAY}").text
    assert "Phishing of banks (Harbour Bank), 10 min, closed: not while guests are on the line\n" in text


def test_whom_an_agency_brings_stands_on_the_sheet_of_the_secretariat_and_of_that_agency_alone(cast: Cast) -> None:
    planned(cast)
    bring_proxy(cast.desk, cast.actor("nz-dia"), Bringing("jane@nz-dia.example", "Jane Doe", DAY))
    bring_proxy(cast.desk, cast.actor("fr-cnil"), Bringing("jean@fr-cnil.example", "Jean Roux", DAY))
    sheets = [run_sheet(cast.desk, who, DAY) for who in (cast.secretary, cast.actor("fr-cnil"))]
    jane, jean = "Jane Doe (nz-dia)", "Jean Roux (fr-cnil)"
    assert [[p.proxies for p in it.parts] for it in sheets] == [[(jane, jean)] * 2, [(jean,)] * 2]
    text = say(cast, cast.secretary, f"runsheet {DAY}").text
    assert text.count(f"Let in with them, for this call alone: {jane}; {jean}.") == 2


def test_who_does_not_run_the_call_reads_no_sheet_and_each_look_is_on_the_record(cast: Cast) -> None:
    planned(cast)
    hidden = say(cast, cast.actor("gb-ico"), "runsheet 2030-01-01").text
    assert say(cast, cast.actor("gb-ico"), f"runsheet {DAY}").text == hidden
    before = looks(cast)
    run_sheet(cast.desk, cast.actor("fr-cnil"), DAY)
    assert looks(cast) == before + 1


def test_telephone_numbers_stand_on_the_sheet_of_the_secretariat_alone_as_no_link_notes_who_dialled(cast: Cast) -> None:
    planned(cast)
    bridges = replace(cast.desk.procedure.bridges, urls=(BRIDGE,), dial_in=((BRIDGE, "+33 1 23 45 67 89"),))
    cast.desk = replace(cast.desk, procedure=replace(cast.desk.procedure, bridges=bridges))
    told = {n: [(p.bridge, p.telephone) for p in run_sheet(cast.desk, a, DAY).parts]
            for n, a in (("secretariat", cast.secretary), ("scribe", cast.actor("fr-cnil")))}  # fmt: skip
    assert (BRIDGE, ("+33 1 23 45 67 89",)) in told["secretariat"]
    assert told["scribe"] == [("", ()), ("", ())]


def test_an_hour_before_it_is_mailed_to_who_runs_the_call_with_a_link_to_print_it(cast: Cast) -> None:
    call_id = planned(cast)
    cast.clock.at = START - timedelta(minutes=60)
    beat(cast.desk)
    sent = leaves(cast, RUN_SHEET)
    assert {s.email.partition("@")[2] for s in sent} >= {"fr-cnil.example", "us-ftc.example"}
    assert "harbour-bank.example" not in {s.email.partition("@")[2] for s in sent}
    [scribes] = [s for s in sent if s.email.endswith("@fr-cnil.example")]
    assert (scribes.door, scribes.notice.subject) == (
        "mail",
        "Run sheet: Case updates, Tue 16 Feb 2027, 14:00 Europe/Paris (13:00 UTC)",
    )
    assert "Phishing of banks" in scribes.text
    [link] = [url for label, url in scribes.notice.links if label.startswith("The same to print")]
    token = link.split("/me/")[1].split("/")[0]
    page = sheet_on_page(cast.desk, token, call_id)
    assert page is not None
    assert page.title == "Case updates"
    with browsing(cast) as client:
        printed = client.get(link.removeprefix(cast.desk.settings.public_url)).text
    head, foot = printed.partition("<main>")[0], printed.partition("</main>")[2]
    assert [f"<strong>{page.label}</strong>" in mark for mark in (head, foot)] == [True, True]


def test_the_page_of_somebody_else_has_no_sheet(cast: Cast) -> None:
    call_id = planned(cast)
    for name in ("gb-ico", "harbour-bank"):
        contact = cast.actor(name).contact
        with cast.desk.store.begin() as tx:
            token = page_link(Reading(cast.desk, tx, cast.actor(name), cast.clock()), contact.id).rpartition("/")[2]
        assert sheet_on_page(cast.desk, token, call_id) is None


def test_the_personal_page_says_what_of_its_holder_s_part_is_on_and_nothing_of_another(cast: Cast) -> None:
    running(cast, "harbour-bank")
    guest = cast.actor("harbour-bank")
    with cast.desk.store.begin() as tx:
        token = page_link(Reading(cast.desk, tx, guest, cast.clock()), guest.contact.id).rpartition("/")[2]

    def on() -> OnNow | None:
        page = show_page(cast.desk, token)
        return page.calls[0].on if page is not None and page.calls else None

    next_item(cast.desk, cast.secretary)
    now = on()
    assert now is not None
    assert (now.part.title, now.until, now.item and now.item.title) == (
        "Reports", START + timedelta(minutes=30), "Phishing of banks",
    )  # fmt: skip
    shut_gate(cast.desk, cast.secretary)
    shut = on()
    clear_gate(cast.desk, cast.secretary)
    assert (shut, on()) == (now, None), "that a gate is shut is not theirs to know"


def test_a_call_says_in_slack_what_of_its_reader_s_part_is_on_and_how_long(cast: Cast) -> None:
    """A guest reads it as an Agency does, but for an item that is closed to it."""
    running(cast, "harbour-bank")
    next_item(cast.desk, cast.secretary)
    cast.clock.advance(minutes=4)

    def told(who: str) -> list[str]:
        return [t for t in say(cast, cast.actor(who), f"call {DAY}").text.splitlines() if t.startswith("Now: ")]

    item = told("harbour-bank")[0].split("`")[1]
    said = "Now: Reports, until 13:30 Europe/London (13:30 UTC) (26 min left)"
    assert [told(w) for w in ("harbour-bank", "gb-ico")] == [[f"{said}, at `{item}` TLP:AMBER Phishing of banks."]] * 2
    assert "closed" in say(cast, cast.secretary, f"item {item} closed").text
    assert told("harbour-bank") == [f"{said}."]
    shut_gate(cast.desk, cast.secretary)
    shut = told("harbour-bank"), told("gb-ico")
    clear_gate(cast.desk, cast.secretary)
    assert (shut, told("harbour-bank"), told("gb-ico")) == (
        ([f"{said}."], []), [], ["Now: Agencies, until 14:04 Europe/London (14:04 UTC) (60 min left)."],
    )  # fmt: skip


def test_a_call_that_was_held_without_the_bot_is_entered_and_nobody_is_told_that_it_is_on(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    cast.clock.at = START + timedelta(minutes=30)
    early = say(cast, cast.secretary, f"start {DAY} held").text
    assert early.startswith(
        "The time of “Case updates” is over on Tue 16 Feb 2027, 09:30 America/New_York (14:30 UTC), so"
    )
    cast.clock.at = START + timedelta(hours=20)
    leave(cast)
    said = say(cast, cast.secretary, f"start {DAY} held").text
    assert said.startswith(f"*Case updates* (`{DAY}`) is entered as held without the bot, and nobody is told.")
    assert leave(cast) == []
    assert say(cast, cast.secretary, f"start {DAY} held").text.startswith("“Case updates” was held already.")
    assert "Which call was held" in say(cast, cast.secretary, "start held").text
    assert "No part of a call that you hear is on" in say(cast, cast.actor("harbour-bank"), "q+").text


def test_a_call_that_was_entered_as_held_by_mistake_is_taken_back_and_begins_as_if_it_had_not_been(cast: Cast) -> None:
    planned(cast)
    cast.clock.at = START + timedelta(hours=20)
    before = kept(cast)
    say(cast, cast.actor("fr-cnil"), f"start {DAY} held")
    assert say(cast, cast.actor("fr-cnil"), "undo go").text == (
        "“Case updates” of 2027-02-16 is not entered as held any more, and stands as before. Nobody had been told of "
        "it."
    )
    assert kept(cast) == before
    assert "is entered as held" in say(cast, cast.secretary, f"start {DAY} held").text
    say(cast, cast.secretary, "undo go")
    assert "has begun" in say(cast, cast.secretary, f"start {DAY} now").text


@pytest.mark.parametrize(
    "entered", ["note {0}/1 fr-cnil: it went well", "here {0}/1 fr-cnil", "action {0}/1 fr-cnil by +9d Go"]
)
def test_a_call_with_something_in_its_record_stays_held_until_that_is_taken_back(cast: Cast, entered: str) -> None:
    planned(cast)
    cast.clock.at = START + timedelta(hours=20)
    say(cast, cast.secretary, f"start {DAY} held")
    other = cast.by_email("secretariat@gb-oft.example")
    say(cast, other, entered.format(DAY))
    refused = (
        "Something was entered since into the record of “Case updates”, so it stays held. What was given or written "
        "comes off first, by whoever entered it, with `/lap undo`."
    )
    assert say(cast, cast.secretary, "undo go").text == refused
    say(cast, other, "undo go")
    assert "is not entered as held any more" in say(cast, cast.secretary, "undo go").text


def test_a_call_whose_minutes_were_sent_stays_held(cast: Cast) -> None:
    planned(cast)
    cast.clock.at = START + timedelta(hours=20)
    say(cast, cast.secretary, f"start {DAY} held")
    other = cast.by_email("secretariat@gb-oft.example")
    say(cast, other, f"note {DAY}/1 It went well")
    say(cast, other, f"minutes send {DAY} go")
    assert "is not entered as held" not in say(cast, cast.secretary, "undo go").text


def test_what_was_written_on_paper_is_entered_afterwards_until_the_minutes_are_sent(cast: Cast) -> None:
    planned(cast)
    cast.clock.at = START + timedelta(hours=20)
    assert unmended(say(cast, cast.secretary, f"note {DAY}/2 A raid is near")) == (
        "“Case updates” was not begun yet, so nothing was said in it. `/lap start 2027-02-16` begins it, and once "
        "its time is over `/lap start 2027-02-16 held` enters it, up to a day later; then what was written down on "
        "paper goes in."
    )
    assert f"`/lap start {DAY} held` enters it as such" in say(cast, cast.secretary, f"start {DAY}").text
    enter_held(cast.desk, cast.secretary, DAY)
    assert "in “Agencies”" in say(cast, cast.actor("fr-cnil"), f"note {DAY}/2 fr-cnil: a raid is near").text
    assert "in “Reports”" in say(cast, cast.secretary, f"decision {DAY}/1 The list was agreed").text
    assert (
        "given: TLP:AMBER Write to them."
        in say(cast, cast.secretary, f"action {DAY}/2 fr-cnil by +14d Write to them").text
    )
    parts = read_minutes(cast.desk, cast.secretary, DAY).parts
    assert [len(p.subjects) for p in parts] == [1, 1]
    assert say(cast, cast.secretary, f"here {DAY}/1 fr-cnil harbour-bank").text == (
        "There in “Reports”: fr-cnil, harbour-bank."
    )
    assert say(cast, cast.actor("fr-cnil"), f"here {DAY}/2 same").text == "There in “Agencies”: fr-cnil."
    assert say(cast, cast.secretary, f"here {DAY}/2 us-fcc").text == "There in “Agencies”: us-fcc.", "nobody is late"
    refused = unmended(say(cast, cast.secretary, f"here {DAY}/2 harbour-bank"))
    assert "harbour-bank" in refused.casefold() or "Harbour Bank" in refused
    parts = read_minutes(cast.desk, cast.secretary, DAY).parts
    assert [p.present for p in parts] == [("fr-cnil", "harbour-bank"), ("fr-cnil", "us-fcc")]
    given = say(cast, cast.secretary, f"action {DAY}/1 harbour-bank by +14d Send the kit").text
    assert "It has yet to accept it." not in given, "it was there"
    send_minutes(cast.desk, cast.secretary, DAY)
    assert "were sent already" in say(cast, cast.secretary, f"here {DAY}/1 gb-ico").text
    assert unmended(say(cast, cast.secretary, f"note {DAY}/2 too late")) == (
        "The minutes of “Case updates” were sent already. `/lap correct LINE TEXT` puts right what they say."
    )


def test_an_entry_for_a_call_that_is_not_the_actor_s_is_refused_whether_it_exists_or_not(cast: Cast) -> None:
    running(cast)
    agency = cast.actor("gb-ico")
    answers = {unmended(say(cast, agency, f"note {day}/1 words")) for day in (DAY, "2030-01-01")}
    assert len(answers) == 1


def test_who_left_and_who_sent_regrets_on_paper_are_entered_afterwards_until_the_minutes_are_sent(cast: Cast) -> None:
    held(cast)
    planned = "The part was planned from 08:00 America/New_York (13:00 UTC) to 08:30 America/New_York (13:30 UTC)"
    assert unmended(say(cast, cast.secretary, f"left {DAY}/1 fr-cnil")) == (
        f"When did they leave? {planned}. Write the time before the names, on your own clock, as in "
        "`/lap left CALL/N 14:20 fr-cnil`."
    )
    assert unmended(say(cast, cast.secretary, f"left {DAY}/1 13:20 fr-cnil")) == (
        f"{planned}, so nobody left it at 13:20. Give the time on your own clock."
    )
    assert unmended(say(cast, cast.secretary, f"left {DAY}/1 10:20 fr-cnil")) == (
        "It is not 10:20 yet, so nobody left then. Give the time on your own clock."
    )
    assert say(cast, cast.secretary, f"left {DAY}/1 8:20 fr-cnil gb-ico").text == (
        "Left “Reports” at 08:20 America/New_York (13:20 UTC): fr-cnil.\ngb-ico is not recorded as being there, so "
        "cannot leave."
    )
    assert say(cast, cast.secretary, f"regrets from {DAY} nl-acm").text == (
        "Regrets of nl-acm are written down for “Case updates”."
    )
    part = read_minutes(cast.desk, cast.secretary, DAY).parts[0]
    assert (part.left, part.regrets) == ((("fr-cnil", START + timedelta(minutes=20)),), ("nl-acm",))
    say(cast, cast.secretary, f"minutes send {DAY} go")
    for line in (f"left {DAY}/1 13:20 harbour-bank", f"regrets from {DAY} us-fcc"):
        assert "were sent already" in say(cast, cast.secretary, line).text


def test_who_left_after_a_call_on_paper_is_the_secretariats_and_the_scribes_to_enter(cast: Cast) -> None:
    held(cast)
    typed = (f"left {DAY}/1 13:20 gb-ico", "left 2027-02-17/1 13:20 gb-ico", f"regrets from {DAY} gb-ico")
    told = [unmended(say(cast, cast.actor("fr-cnil"), line)) for line in typed]
    assert told[0] == told[1] == told[2]
    assert "is yours to run" in told[0]


def test_nobody_left_on_paper_before_they_came(cast: Cast) -> None:
    running(cast)
    cast.clock.advance(minutes=15)
    say(cast, cast.secretary, "here fr-cnil")
    say(cast, cast.secretary, "end")
    assert unmended(say(cast, cast.secretary, f"left {DAY}/1 13:10Z fr-cnil")) == (
        "fr-cnil is recorded as being there only since later than that, so nothing was recorded. Give the time on your "
        "own clock."
    )
    assert say(cast, cast.secretary, f"left {DAY}/1 13:15Z fr-cnil").text.startswith("Left “Reports” at 08:15")


def test_a_leaving_that_was_entered_afterwards_is_taken_back(cast: Cast) -> None:
    held(cast)
    say(cast, cast.secretary, f"left {DAY}/1 13:20Z fr-cnil")
    assert say(cast, cast.secretary, "undo go").text == "Taken back: fr-cnil is recorded as being there again."
