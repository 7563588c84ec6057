"""What is asked of somebody about their items, and what was declined, stands under what awaits them."""

import pytest

from bot.item_changes import Change, Do
from handlers.overview import Task, show_overview
from tests.cast import Cast
from tests.handlers.test_agenda import JOINT, Room
from tests.held import running
from tests.links import PAGE, browsing, path
from tests.slack_front import say


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room(cast)


def awaiting(room: Room, short: str) -> list[tuple[Task, str]]:
    tasks = show_overview(room.desk, room.cast.actor(short)).awaiting
    return [(t.task, t.item) for t in tasks if t.task in (Task.PRESENT, Task.CONSENT)]


def test_who_has_an_item_on_the_agenda_is_asked_whether_they_present_it_until_they_say_so(room: Room) -> None:
    item = room.placed(room.cnil, "cases 10 Gateways", "next/2")
    assert (awaiting(room, "fr-cnil"), awaiting(room, "ca-crtc")) == ([(Task.PRESENT, item.reference)], [])
    asked = f"you are asked whether you present your item `{item.reference}`, by Tue 16 Feb 2027, 14:30 Europe/Paris"
    said = say(room.cast, room.cnil, "").text
    assert (asked in said, f"`/lap item {item.reference} confirm`" in said, "Gateways" in said) == (True, True, False)
    with browsing(room.cast) as client:
        page = client.get(path(room.cast, room.cnil, PAGE)).text
    assert f"whether you present your item {item.reference}, by" in page
    assert (">We present it<" in page, "/lap item" in page) == (True, False)  # a button there, no command
    room.do(room.cnil, item, Change(Do.CONFIRM))
    assert awaiting(room, "fr-cnil") == []


def test_a_guest_is_asked_about_its_item_in_a_part_that_it_hears_and_about_no_other(room: Room) -> None:
    hidden = room.placed(room.bank, "reports 10 Gateways", "next/2")
    room.approve(room.bank, JOINT)
    assert awaiting(room, "harbour-bank") == []
    own = room.placed(room.bank, "reports 10 Numbers", "next/1")
    assert awaiting(room, "harbour-bank") == [(Task.PRESENT, own.reference)]
    assert hidden.reference not in say(room.cast, room.bank, "").text


def test_whose_item_may_be_opened_is_asked_until_they_answer(room: Room) -> None:
    item = room.placed(room.cnil, "cases 10 Gateways", "next/1")
    room.do(room.secretary, item, Change(Do.JOINT))
    assert (Task.CONSENT, item.reference) in awaiting(room, "fr-cnil")
    assert (
        f"`/lap item {item.reference} joint` or `/lap item {item.reference} closed`"
        in say(room.cast, room.cnil, "").text
    )
    assert awaiting(room, "ca-crtc") == []
    room.do(room.cnil, item, Change(Do.CLOSED))
    assert awaiting(room, "fr-cnil") == [(Task.PRESENT, item.reference)]


def test_a_declined_action_awaits_the_secretariat_until_somebody_else_has_it(cast: Cast) -> None:
    running(cast)
    given = say(cast, cast.secretary, "action nz-dia by +14d send the numbers").text.split("`")[1]
    for line in ("end", "minutes send last go"):
        say(cast, cast.secretary, line)
    say(cast, cast.actor("nz-dia"), f"decline {given}")
    told = "1 action is left over, declined or of an owner that left: to be given to somebody else, or dropped."
    assert told in say(cast, cast.secretary, "").text
    with browsing(cast) as client:
        pages = [client.get(path(cast, who, PAGE)).text for who in (cast.secretary, cast.actor("nz-dia"))]
    assert [
        "Actions left over, declined or of an owner that left, to be given to somebody else or dropped: 1." in p
        for p in pages
    ] == [
        True,
        False,
    ]
    assert "declined" not in say(cast, cast.actor("fr-cnil"), "").text
    say(cast, cast.secretary, f"give {given} to fr-cnil")
    assert "declined" not in say(cast, cast.secretary, "").text
