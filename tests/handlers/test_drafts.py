"""What the secretariat enters as itself in a draft is nobody else's before that call is announced, not of the Agency
whose people it is either; then it is as any other."""

import dataclasses

import pytest
from sqlalchemy import update

from bot.participants import Role
from handlers.looking import Wish
from handlers.undo import undo_last
from storage import agenda
from storage.tables import ContactRow, columns
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.handlers.web.test_papers import attach, paper_of
from tests.links import PAGE, browsing, path, whole
from tests.lists import leave
from tests.slack_front import say

DRAFT, LATER = "2027-02-16", "2027-03-16"
ASKED = (
    "agenda",
    "find Gateways",
    "item {item} withdraw",
    'item {item} "Robocalls"',
    "paper {item}",
    "label {item} TLP:RED",
)


@pytest.fixture
def drafted(cast: Cast) -> Cast:
    """A draft, and a call after it that is announced."""
    for line in (
        f'call add {DRAFT} 13:00 UTC for 60 "A draft"', f'call add {LATER} 13:00 UTC for 60 "Later"',
        f"announce {LATER} go",
    ):  # fmt: skip
        say(cast, cast.secretary, line)
    return cast


def entered(cast: Cast, line: str) -> str:
    return say(cast, cast.secretary, f"propose {line}").text.split("`")[1]


def read_by(cast: Cast, who: str, item: str) -> list[str]:
    """What an officer of *who* is answered about the item, which is called alike by everybody who asks."""
    name = cast.actor(who).participant.name
    return [say(cast, cast.actor(who), line.format(item=item)).text.replace(name, "ITS") for line in ASKED]


def test_officers_of_its_agency_read_nothing_of_what_the_secretariat_entered_in_a_draft(drafted: Cast) -> None:
    item = entered(drafted, f"{DRAFT} cases 5 Gateways")
    assert read_by(drafted, "us-ftc", item) == read_by(drafted, "us-fcc", item)
    assert "Gateways" in say(drafted, drafted.by_email("secretariat@gb-oft.example"), f"agenda {DRAFT}").text
    say(drafted, drafted.secretary, f"item {item} accept")
    assert read_by(drafted, "us-ftc", item) == read_by(drafted, "us-fcc", item)
    say(drafted, drafted.secretary, f"announce {DRAFT} go")
    officer = drafted.actor("us-ftc")
    assert "Gateways" in say(drafted, officer, "find Gateways").text
    assert "Withdrawn" in say(drafted, officer, f"item {item} withdraw").text


@pytest.mark.parametrize("brings", ["item {item} to {later}", "agenda build {later}"])
def test_what_comes_from_a_draft_to_an_announced_call_is_as_any_other(drafted: Cast, brings: str) -> None:
    item = entered(drafted, f"{DRAFT} cases 5 Gateways")
    if "build" in brings:
        say(drafted, drafted.secretary, f"item {item} defer")
    assert "Gateways" not in say(drafted, drafted.actor("us-ftc"), "find Gateways").text
    say(drafted, drafted.secretary, brings.format(item=item, later=LATER))
    assert "Gateways" in say(drafted, drafted.actor("us-ftc"), "find Gateways").text


@pytest.mark.parametrize("becomes", ["call cancel {draft}", "item {item} to {later}", "item {item} decline"])
def test_what_was_entered_in_a_draft_that_comes_to_nothing_stays_the_secretariats(cast: Cast, becomes: str) -> None:
    for day in (DRAFT, LATER):
        say(cast, cast.secretary, f'call add {day} 13:00 UTC for 60 "A draft"')
    item = entered(cast, f"{DRAFT} cases 5 Gateways")
    say(cast, cast.secretary, becomes.format(draft=DRAFT, later=LATER, item=item))
    assert "Gateways" in say(cast, cast.secretary, "find Gateways").text
    assert read_by(cast, "us-ftc", item) == read_by(cast, "us-fcc", item)


def test_what_it_entered_for_its_agency_or_in_an_announced_call_is_that_agencys(drafted: Cast) -> None:
    for line in (f"{DRAFT} cases 5 Gateways for us-ftc", f"{LATER} cases 5 Kits"):
        entered(drafted, line)
    found = [say(drafted, drafted.actor("us-ftc"), f"find {word}").text for word in ("Gateways", "Kits")]
    assert ["TLP:AMBER Gateways" in found[0], "TLP:AMBER Kits" in found[1]] == [True, True]


def test_a_paper_of_the_secretariats_in_a_draft_is_read_with_the_announcement(drafted: Cast) -> None:
    """Also one on what an officer proposed, who reads that it was accepted and not where."""
    officer = drafted.actor("us-ftc")
    own = say(drafted, officer, f"propose {LATER} cases 5 Kits").text.split("`")[1]
    say(drafted, drafted.secretary, f"item {own} to {DRAFT}")
    seats, theirs = path(drafted, drafted.secretary, PAGE), path(drafted, officer, PAGE)
    with browsing(drafted) as client:
        assert attach(client, theirs, own, "ours.pdf").status_code == 303
        mine = paper_of(client, theirs, own)
        assert attach(client, seats, own, "analysis.pdf").status_code == 303
        listed = say(drafted, officer, f"paper {own}").text
        assert ("ours.pdf" in listed, "analysis.pdf" in listed) == (True, False)
        assert "analysis.pdf" not in say(drafted, officer, "find analysis").text
        (paper,) = {p for p in _papers(client.get(f"{seats}/item/{own}").text) if p != mine}
        assert whole(client.get(f"{theirs}/paper/{paper}")) == whole(client.get(f"{theirs}/paper/ZZZZZZ"))
        say(drafted, drafted.secretary, f"announce {DRAFT} go")
        assert client.get(f"{theirs}/paper/{paper}").status_code == 200


def _papers(page: str) -> set[str]:
    return {part[:6] for part in page.split("/paper/")[1:]}


def test_who_is_of_the_secretariat_no_longer_neither_reads_nor_takes_back_what_it_entered_in_a_draft(
    drafted: Cast,
) -> None:
    item = entered(drafted, f"{DRAFT} cases 5 Gateways")
    was = dataclasses.replace(
        drafted.secretary, reader=dataclasses.replace(drafted.secretary.reader, secretariat=False)
    )
    assert refusal_of(lambda: undo_last(drafted.desk, was, Wish("undo", go=True))) == (
        f"There is no proposal `{item}` any more."
    )
    with drafted.desk.store.read() as tx:
        found = agenda.find(tx, item)
    assert found is not None
    assert found.item.drafted


def test_who_entered_it_and_is_no_seat_any_more_is_told_nothing_of_what_became_of_it(drafted: Cast) -> None:
    item, seat = entered(drafted, f"{DRAFT} cases 5 Gateways"), drafted.by_email("secretariat@gb-oft.example")
    who = drafted.secretary.contact
    leave(drafted)
    with drafted.desk.store.begin() as tx:
        contacts = columns(ContactRow)
        tx.execute(update(ContactRow).where(contacts.id == who.id).values(roles=Role.POINT_OF_CONTACT))
    say(drafted, seat, f"item {item} accept")
    told = [s.text for s in leave(drafted) if s.kind == "item.news"]
    say(drafted, seat, f"announce {DRAFT} go")
    say(drafted, seat, f'item {item} "Gateways of calls"')
    after = [s.email for s in leave(drafted) if s.kind == "item.news" and s.door == "mail"]
    assert (told, after) == ([], [who.email])
