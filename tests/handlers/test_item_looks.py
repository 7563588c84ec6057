"""The look at a change of an item: who would read it no longer, who newly, who is told; and nothing is changed."""

import re

import pytest

from bot.item_changes import Change, Do
from bot.topics import AudienceKind
from handlers.agenda_changes import change_item
from handlers.item_looks import look_at_item
from handlers.segments import add_segment
from storage import agenda
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.lists import DAY, arrive, leave, with_approved
from tests.slack_front import say

BANK, MERIDIAN = "Harbour Bank (Spam enforcement contact)", "Meridian Net (Spam enforcement contact)"
OECD = "Organisation for Economic Co-operation and Development (Liaison)"


@pytest.fixture
def item(cast: Cast) -> str:
    """A joint item of the CNIL in the joint part of a call with three guests."""
    with_approved(cast)
    found = re.search(r"`([0-9A-Z]{6})`", say(cast, cast.actor("fr-cnil"), f'propose {DAY} reports 10 "Kits"').text)
    assert found
    change_item(cast.desk, cast.secretary, found[1], Change(Do.TO, call=DAY, part="1"))
    arrive(cast)
    return found[1]


def entries(cast: Cast, reference: str) -> object:
    with cast.desk.store.read() as tx:
        return agenda.find(tx, reference)


def test_a_look_at_a_change_that_takes_the_item_from_nobody_says_so(cast: Cast, item: str) -> None:
    assert say(cast, cast.secretary, f"item {item} 25 dry-run").text == (
        f"Nothing was changed. The same people would read `{item}`, as far as you may know. 1 person would be told by "
        "mail; others see it on the agenda."
    )


def test_closing_an_item_takes_it_from_the_guests_of_its_part_and_a_look_changes_nothing(cast: Cast, item: str) -> None:
    before = entries(cast, item)
    says = say(cast, cast.secretary, f"item {item} closed dry-run").text
    assert says == (
        f"Nothing was changed. `{item}` would be read no longer by {BANK}, {MERIDIAN}, {OECD}. 1 "
        "person would be told by mail; others see it on the agenda."
    )
    assert (entries(cast, item), leave(cast)) == (before, [])


def test_moving_it_to_the_closed_part_takes_it_from_the_same_and_back_gives_it(cast: Cast, item: str) -> None:
    to_closed, back = Change(Do.TO, call=DAY, part="2"), Change(Do.TO, call=DAY, part="1")
    lost = look_at_item(cast.desk, cast.secretary, item, to_closed)
    change_item(cast.desk, cast.secretary, item, to_closed)
    given = look_at_item(cast.desk, cast.secretary, item, back)
    assert (lost.lose, lost.gain, given.lose, given.gain) == ((BANK, MERIDIAN, OECD), (), (), (BANK, MERIDIAN, OECD))


def test_whoever_opens_their_item_sees_first_who_would_read_it_and_asking_for_it_opens_nothing(
    cast: Cast, item: str
) -> None:
    cnil = cast.actor("fr-cnil")
    change_item(cast.desk, cast.secretary, item, Change(Do.CLOSED))
    opened = look_at_item(cast.desk, cnil, item, Change(Do.JOINT))
    asked = look_at_item(cast.desk, cast.secretary, item, Change(Do.JOINT))
    assert (opened.gain, asked.gain, asked.told > 0) == ((BANK, MERIDIAN, OECD), (), True)


def test_whose_item_stands_in_a_part_that_they_do_not_hear_is_told_of_no_reader_there(cast: Cast, item: str) -> None:
    """The look named the Agencies of a part that leaves its proposer out."""
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.AGENCIES, 20, "Raid", ["us-ftc", "us-fcc"])
    change_item(cast.desk, cast.secretary, item, Change(Do.TO, call=DAY, part="raid"))
    looks = [look_at_item(cast.desk, cast.actor("fr-cnil"), item, Change(do)) for do in (Do.WITHDRAW, Do.CLOSED)]
    assert [(it.lose, it.gain) for it in looks] == [((), ())] * 2
    assert look_at_item(cast.desk, cast.secretary, item, Change(Do.WITHDRAW)).lose == ("us-fcc", "us-ftc")


def test_a_look_is_refused_as_the_change_is_and_to_guests(cast: Cast, item: str) -> None:
    bank = cast.actor("harbour-bank")
    change = Change(Do.CLOSED)
    own = re.search(r"`([0-9A-Z]{6})`", say(cast, bank, "propose reports 5 Ours").text)
    assert own
    for who in (cast.actor("jp-mic"), cast.secretary):
        reference = item if who is not cast.secretary else "ZZZZZZ"
        refused = refusal_of(lambda who=who, reference=reference: look_at_item(cast.desk, who, reference, change))
        assert refused == refusal_of(
            lambda who=who, reference=reference: change_item(cast.desk, who, reference, change)
        )
    assert (refusal_of(lambda: look_at_item(cast.desk, bank, own[1], change)) or "").startswith("Who reads an item is")
    assert refusal_of(lambda: look_at_item(cast.desk, bank, item, change)) == (
        refusal_of(lambda: look_at_item(cast.desk, bank, "ZZZZZZ", change)) or ""
    ).replace("ZZZZZZ", item)
