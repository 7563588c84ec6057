"""An answer gives what the person may know, withholds the rest with a ground, and looks the same for a stranger."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.contact_words import NewContact
from bot.proposing import read_proposal
from bot.replies import Incoming
from bot.spoken import read_spoken
from bot.subjects import NEITHER, Row, Section
from handlers.agenda import propose_item
from handlers.attendees import unadmit
from handlers.contacts import add_contact
from handlers.correcting import correct_line
from handlers.desk import the_clock
from handlers.erasing import erase_subject
from handlers.holds import add_hold
from handlers.identity import the_machine
from handlers.mailed import Place, take_mail
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.said import Line
from handlers.scribe import name_scribe
from handlers.spoken import speak
from handlers.subjects import Export, export_subject
from storage.tables import MinuteEntryRow, columns
from tests.cast import Cast
from tests.cast import cast as make_cast
from tests.delivered import deliver_quietly
from tests.handlers.test_retention import JANE, lived
from tests.held import adopted, note, running, to_closed_part
from tests.lists import DAY, START, with_approved, with_call
from tests.remembered import remembered
from tests.slack_front import say

MACHINE = the_machine("command line")
BANK = "abuse-desk@harbour-bank.example"
DATABASES = ["cast", pytest.param("postgres_cast", marks=[pytest.mark.postgres, pytest.mark.long])]


@remembered
def held_with_the_bank(cast: Cast) -> None:
    bank = cast.actor("harbour-bank")
    topics = cast.desk.procedure.topics
    propose_item(cast.desk, bank, read_proposal('training 10 "How banks see it"', topics))
    propose_item(cast.desk, bank, read_proposal('training 10 "Only for those in the room" TLP:RED', topics))
    running(cast)
    deliver_quietly(cast)
    to_closed_part(cast)
    note(cast, f"fr-cnil: {BANK} is watched")
    object_to_access(cast.desk, cast.actor("nz-dia"), Asked("harbour-bank", standing=True, reason="A case is open"))
    deliver_quietly(cast)


@pytest.fixture(params=DATABASES)
def asked(request: pytest.FixtureRequest) -> Cast:
    """A call held with Harbour Bank; a closed line about it, an objection to it with a reason, and proposals."""
    return held_with_the_bank(request.getfixturevalue(request.param))


def export(cast: Cast, email: str = BANK) -> Export:
    return export_subject(cast.desk, MACHINE, email)


def of(data: Mapping[str, Sequence[Row]], section: Section) -> str:
    return str(data[section.value])


def test_the_person_is_given_data_answers_writings_and_what_was_sent(asked: Cast) -> None:
    data = export(asked).data
    assert [row["address"] for row in data[Section.CONTACT.value]] == [BANK]
    assert [len(data[s.value]) > 0 for s in (Section.INVITATIONS, Section.SENT, Section.RECORD)] == [True] * 3
    assert "How banks see it" in of(data, Section.WRITTEN)


def test_a_call_is_dated_by_the_part_that_the_person_heard(cast: Cast) -> None:
    """Behind midnight: the day of the call told that it had begun before, without them."""
    night = START.replace(hour=23, minute=30)
    with_call(cast, night)
    say(cast, cast.secretary, f"segment {DAY}/1 down go")
    for line in (f"admit harbour-bank to {DAY}", f"circulate {DAY} go", f"approve {DAY} early go"):
        say(cast, cast.secretary, line)
    cast.clock.at = night
    say(cast, cast.secretary, "start")
    for line in ("gate", "clear", "here harbour-bank", "note harbour-bank: phishing is up", "end"):
        cast.clock.advance(minutes=15)
        say(cast, cast.secretary, line)
    say(cast, cast.secretary, f"minutes send {DAY} go")
    data = export(cast).data
    days = [[row["date"] for row in data[s.value]] for s in (Section.ATTENDANCE, Section.LINES)]
    assert days == [["2027-02-17"], ["2027-02-17"]]


def test_who_hears_nothing_of_a_call_any_more_is_given_no_day_of_it(cast: Cast) -> None:
    """The call's own, before midnight, told of a part that had never been theirs."""
    with_call(cast, START.replace(hour=23, minute=30))
    parts = (f'segment add {DAY} agencies 40 "Raid" only fr-cnil go', f"segment {DAY}/Reports remove go")
    for line in (*parts, f"segment {DAY}/Raid up go"):
        say(cast, cast.secretary, line)
    deliver_quietly(cast)
    cast.clock.at = START.replace(hour=23, minute=30)
    for line in ("start", "gate", "clear", "note Phishing is up", "end", f"minutes send {DAY} go"):
        cast.clock.advance(minutes=15)
        say(cast, cast.secretary, line)
    cast.clock.advance(days=16)
    say(cast, cast.secretary, f"minutes adopt {DAY} go")
    with cast.desk.store.read() as tx:
        line = tx.execute(select(columns(MinuteEntryRow).reference)).scalar_one()
    ico = cast.actor("gb-ico")
    say(cast, ico, f"correct {line} Phishing is up by half")
    given = [row.get("date") for row in export(cast, ico.contact.email).data[Section.WRITTEN.value]]
    say(cast, cast.secretary, f'contact replace {ico.contact.email} by new@gb-ico.example "New"')
    after = export(cast, ico.contact.email)
    found = [row.get("date") for row in after.data[Section.WRITTEN.value] if "amended" in row]
    assert (given, found, DAY in after.letter) == (["2027-02-17"], [""], False)


def test_what_is_closed_is_withheld_with_its_ground_and_in_nothing_that_goes_out(asked: Cast) -> None:
    done = export(asked)
    secrets = ("New Zealand", "Internal Affairs", "A case is open", "is watched", "Only for those", "objects")
    out = done.letter + str(done.data)
    assert [word for word in secrets if word in out] == []
    assert ("by: " in done.withheld, "A case is open" in done.withheld, "TLP:RED: for those" in done.withheld) == (
        True, True, True,
    )  # fmt: skip
    assert "a text with the name or address in it" in done.withheld


def test_the_record_in_a_letter_is_numbered_by_nothing_that_counts_what_others_did(asked: Cast) -> None:
    done = export(asked)
    assert {tuple(row) for row in done.data[Section.RECORD.value]} == {("when", "act", "about")}
    assert "- entry: " in done.withheld


def test_what_somebody_put_right_after_the_silence_is_theirs_and_so_is_what_names_them_where_they_read_it(
    cast: Cast,
) -> None:
    own, joint, closed = adopted(cast)
    officer = cast.actor("fr-cnil").contact.email
    bank = cast.actor("harbour-bank").contact
    correct_line(cast.desk, cast.actor("harbour-bank"), own, "smishing was meant")
    correct_line(cast.desk, cast.actor("fr-cnil"), joint, f"{bank.email} is not on it")
    correct_line(cast.desk, cast.actor("fr-cnil"), closed, f"{bank.email} knows of it")
    found, by_cnil = export(cast), export(cast, officer).data
    assert "smishing was meant" in of(found.data, Section.WRITTEN)
    assert "is not on it" in of(found.data, Section.LINES)
    assert "knows of it" not in found.letter + str(found.data)
    assert found.withheld.count("an amendment with the name or address in it") == 1
    assert ("knows of it" in of(by_cnil, Section.WRITTEN), "smishing" in of(by_cnil, Section.WRITTEN)) == (True, False)


def test_lines_that_somebody_typed_during_a_call_are_theirs(cast: Cast) -> None:
    running(cast)
    name_scribe(cast.desk, cast.secretary, "fr-cnil")
    typed = read_spoken("#info Two numbers are in use")
    assert typed is not None
    speak(cast.desk, cast.actor("fr-cnil"), Line(typed))
    own, other = (export(cast, cast.actor(who).contact.email).data for who in ("fr-cnil", "nz-dia"))
    assert "Two numbers are in use" in of(own, Section.WRITTEN)
    assert "Two numbers are in use" not in str(other)


def test_who_is_a_contact_no_longer_is_given_nothing_of_what_their_agency_said_in_confidence(cast: Cast) -> None:
    """Also where they have come to a representative since: the letter gave them the lines of the closed part."""
    _, _, closed = adopted(cast)
    officer = cast.actor("fr-cnil").contact.email
    before = export(cast, officer).letter
    say(cast, cast.secretary, f'contact replace {officer} by new@fr-cnil.example "New"')
    replaced = export(cast, officer)
    say(cast, cast.secretary, f'contact add {officer} "Old" for harbour-bank')
    elsewhere = export(cast, officer)
    told = [("a raid is near" in text) for text in (before, replaced.letter, elsewhere.letter, str(elsewhere.data))]
    assert told == [True, False, False, False]
    assert f"what: a line of the organisation; reference: {closed}" in elsewhere.withheld


def test_who_is_a_contact_no_longer_is_not_given_what_others_made_of_their_proposal(cast: Cast) -> None:
    with_call(cast)
    cnil, topics = cast.actor("fr-cnil"), cast.desk.procedure.topics
    titles = ("Robocalls", "Kits", "Pool")
    first, kept, pooled = (
        propose_item(cast.desk, cnil, read_proposal(f'{DAY} cases 10 "{title}"', topics)).item.reference
        for title in titles
    )
    say(cast, cnil, f'item {kept} "Kits for sale"')
    say(cast, cast.secretary, f'contact replace {cnil.contact.email} by new@fr-cnil.example "New"')
    new = cast.by_email("new@fr-cnil.example")
    assert "The raid" in say(cast, new, f'item {first} "The raid of Tuesday"').text
    found = export(cast, cnil.contact.email)
    assert [title in of(found.data, Section.WRITTEN) for title in (*titles, "Kits for sale", "raid")] == [
        False, True, True, True, False,
    ]  # fmt: skip
    assert ("raid" in found.letter, f"another title; reference: {first}" in found.withheld, bool(pooled)) == (
        False, True, True,
    )  # fmt: skip


def test_a_proxy_reads_for_which_call_alone_it_is_kept(cast: Cast) -> None:
    with_call(cast)
    say(cast, cast.actor("fr-cnil"), f'bring jane@fr-cnil.example "Jane" to {DAY}')
    given = export(cast, "jane@fr-cnil.example").data[Section.CONTACT.value]
    assert [row["only_for"] for row in given] == [f"the call of {DAY}"]


def test_a_guests_proxy_reads_of_no_call_before_its_list_is_approved_with_them_and_after_they_lose_it(
    cast: Cast,
) -> None:
    with_approved(cast, "harbour-bank")
    say(cast, cast.secretary, f'bring jane@harbour-bank.example "Jane" to {DAY} for harbour-bank')

    def told() -> tuple[bool, bool]:
        found = export(cast, "jane@harbour-bank.example")
        return DAY in found.letter, DAY in str(found.withheld)

    before = told()
    say(cast, cast.secretary, f"circulate {DAY} go")
    say(cast, cast.secretary, f"approve {DAY} early go")
    listed = told()
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank", calls=((DAY, ()),)))
    assert (before, listed, told()) == ((False, True), (True, False), (False, True))


def test_a_stranger_gets_the_same_letter_with_nothing_in_it(asked: Cast) -> None:
    letter, stranger = export(asked).letter, export(asked, "nobody@nowhere.example").letter
    headings = [section.value for section in Section]
    assert [line for line in stranger.splitlines() if line in headings] == headings
    assert [line for line in letter.splitlines() if line in headings] == headings
    assert letter.splitlines()[-4:] == stranger.splitlines()[-4:]
    assert stranger.count("Nothing.") == len(headings)
    assert "Whoever is a contact of the network is told: The secretariat of the network holds your name" in stranger


def test_who_never_was_a_contact_is_given_what_they_wrote_and_not_who_asked_for_them(cast: Cast) -> None:
    outsider = "sam@elsewhere.example"
    take_mail(cast.desk, the_clock(), Incoming(sender=outsider, subject="Who are you?"), Place("INBOX", 7, 1))
    add_contact(cast.desk, cast.actor("harbour-bank"), NewContact(outsider, "Sam"))
    done = export(cast, outsider)
    assert ("Who are you?" in of(done.data, Section.WRITTEN), done.known) == (True, True)
    assert ("asked for as a contact" in done.withheld, "harbour" in done.letter.casefold()) == (True, False)


def test_no_address_is_given_nothing_of_whose_address_is_not_known_or_was_erased(cast: Cast) -> None:
    take_mail(cast.desk, the_clock(), Incoming(subject="What was left", words="Of nobody known"), Place("INBOX", 7, 1))
    add_contact(cast.desk, cast.actor("harbour-bank"), NewContact("sam@elsewhere.example", "Sam"))
    erase_subject(cast.desk, MACHINE, "sam@elsewhere.example")
    done = export(cast, " ")
    assert (done.known, [text for text in ("What was left", "harbour") if text in done.letter + done.withheld]) == (
        False, [],
    )  # fmt: skip


def test_every_letter_ends_with_the_same_sentence_and_the_authority(asked: Cast) -> None:
    ends = {export(asked, email).letter.splitlines()[-2:][0] for email in (BANK, "x@y.zz", "liaison@oecd.example")}
    authority = {export(asked, email).letter.splitlines()[-1] for email in (BANK, "x@y.zz")}
    assert (ends, authority) == ({NEITHER}, {"You may complain to the data protection authority of your country."})


def test_an_address_is_found_in_every_spelling(asked: Cast) -> None:
    assert export(asked, f" {BANK.upper()} ").data == export(asked).data


def test_an_agency_is_given_its_lines_and_not_those_of_others(asked: Cast) -> None:
    data = export(asked, "spam-enforcement@fr-cnil.example").data
    assert "is watched" not in of(data, Section.LINES)  # not sent yet


def test_what_is_kept_of_ones_organisation_is_given_or_withheld_and_never_neither(cast: Cast) -> None:
    def typed(line: str) -> str:
        return say(cast, cast.secretary, line).text.split("`")[1]

    running(cast)
    typed("action harbour-bank by 2027-03-01 send the list")
    own = note(cast, "harbour-bank: phishing is up")
    typed(f"segment {DAY}/1 chatham go")
    to_closed_part(cast)
    closed = typed("action harbour-bank by 2027-03-02 look into a raid")
    typed("end")
    typed(f"minutes send {DAY} go")
    told = export(cast)
    assert (of(told.data, Section.LINES), "send the list" in of(told.data, Section.ACTIONS)) == ("()", True)
    assert f"what: a line of the organisation; reference: {own}" in told.withheld
    assert f"what: an action of the organisation; reference: {closed}" in told.withheld
    assert "raid" not in told.letter + told.withheld


def test_who_was_erased_is_a_stranger(cast: Cast) -> None:
    lived(cast)
    before = export(cast, JANE)
    erase_subject(cast.desk, MACHINE, JANE)
    assert ("Jane Roe" in before.letter, export(cast, JANE).letter) == (
        True, export(cast, "x@y.zz").letter.replace("x@y.zz", JANE)
    )  # fmt: skip


def test_a_letter_is_the_same_after_an_objection_as_after_a_name_was_taken_off(tmp_path: Path) -> None:
    letters = []
    for world, narrow in enumerate((an_objection, a_name_taken_off)):
        with make_cast(f"sqlite:///{tmp_path}/{world}.db") as cast:
            with_approved(cast, "harbour-bank")
            deliver_quietly(cast)
            narrow(cast)
            cast.clock.advance(minutes=10)
            deliver_quietly(cast)
            letters.append(export(cast).letter)
    assert letters[0] == letters[1]


def an_objection(cast: Cast) -> None:
    object_to_access(cast.desk, cast.actor("nz-dia"), Asked("harbour-bank", calls=(("2027-02-16", ()),)))


def a_name_taken_off(cast: Cast) -> None:
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], "2027-02-16")


def test_a_hold_is_withheld(asked: Cast) -> None:
    add_hold(asked.desk, MACHINE, "Request of the court", BANK)
    done = export(asked)
    assert ("Request of the court" in done.withheld, "court" in done.letter + str(done.data)) == (True, False)


def test_an_export_changes_nothing(asked: Cast) -> None:
    def entries() -> int:
        with asked.desk.store.read() as tx:
            return tx.execute(text("SELECT count(*) FROM audit")).scalar_one()

    before = entries()
    export(asked)
    assert entries() == before
