"""Bridges replaced by hand, rooms on a Jitsi, and an empty pool: told to the secretariat, shared by nobody."""

import dataclasses
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from bot.errors import Conflict, NotEntitled
from handlers.joining import follow
from handlers.live import clear_gate, shut_gate, start_call
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.rotating import rotate_bridge
from tests.bot.test_jitsi import claims_of
from tests.cast import Cast
from tests.links import JOIN, printed
from tests.lists import DAY, START, leave, with_approved
from tests.slack_front import say

POOL = tuple(f"https://meet.example/{colour}" for colour in ("blue", "green", "red"))


HEAD = f"“Case updates” (`{DAY}`), Tue 16 Feb 2027, 08:00-09:30 America/New_York (13:00-14:30 UTC)"


def with_pool(cast: Cast, *urls: str) -> None:
    terms = dataclasses.replace(cast.desk.procedure.bridges, urls=urls)
    cast.desk = dataclasses.replace(cast.desk, procedure=dataclasses.replace(cast.desk.procedure, bridges=terms))


def with_jitsi(cast: Cast) -> None:
    given = {"jitsi_url": "https://jitsi.example", "jitsi_app_id": "lap", "jitsi_secret": SecretStr("hush")}
    cast.desk = dataclasses.replace(cast.desk, settings=cast.desk.settings.model_copy(update=given))


def leads(cast: Cast, call_id: str, who: str) -> str | None:
    return follow(cast.desk, printed(cast, cast.actor(who), JOIN, call_id))


@pytest.fixture
def running(cast: Cast) -> Cast:
    """A call that runs, its two guests and one Agency on the first bridge of three."""
    with_pool(cast, *POOL)
    call_id = with_approved(cast, "harbour-bank", "meridian-net")
    cast.clock.at = START
    start_call(cast.desk, cast.secretary, None)
    assert {leads(cast, call_id, who) for who in ("harbour-bank", "meridian-net", "fr-cnil")} == {POOL[0]}
    return cast


def call_of(cast: Cast) -> str:
    return rotate_bridge(cast.desk, cast.secretary, f"{DAY}/1").call.id


# --- rotate ---


def test_a_running_part_gets_another_bridge_once_the_look_named_who_is_moved(running: Cast) -> None:
    object_to_access(running.desk, running.actor("gb-ico"), Asked("harbour-bank", calls=((DAY, ()),)))
    leave(running)
    look = say(running, running.secretary, f"rotate {DAY}/1").text
    done = say(running, running.secretary, f"rotate {DAY}/1 go").text
    moved = "; ".join(sorted(["Meridian Net (Spam enforcement contact)", "fr-cnil"]))
    names = (
        f"\nOn the old one, and to follow their own link again: {moved}. Say so in the call."
        "\nLed to the old one, and may not hear this part: Harbour Bank (Spam enforcement contact). Their links lead "
        "nowhere."
    )
    what = f"The bridge of part 1, “Reports”, of {HEAD} "
    assert look.startswith(f"{what}would be replaced behind the join links.{names}")
    assert done == f"{what}is replaced behind the join links. Nobody was written to.{names}"
    assert leave(running) == []


def test_after_it_every_link_leads_to_the_new_one_and_the_excluded_one_nowhere(running: Cast) -> None:
    object_to_access(running.desk, running.actor("gb-ico"), Asked("harbour-bank", calls=((DAY, ()),)))
    call_id = call_of(running)
    led = [leads(running, call_id, who) for who in ("meridian-net", "fr-cnil", "harbour-bank")]
    assert led == [POOL[2], POOL[2], None]  # the second is the closed part's


def test_an_empty_pool_replaces_nothing_and_says_so(running: Cast) -> None:
    with_pool(running, POOL[0])
    with pytest.raises(Conflict, match="No bridge is free to take its place"):
        rotate_bridge(running.desk, running.secretary, f"{DAY}/1")


def test_only_the_secretariat_replaces_a_bridge(running: Cast) -> None:
    with pytest.raises(NotEntitled):
        rotate_bridge(running.desk, running.actor("fr-cnil"), f"{DAY}/1")


def test_a_part_without_a_bridge_has_none_to_replace(cast: Cast) -> None:
    with_pool(cast, *POOL)
    with_approved(cast, "harbour-bank")
    assert say(cast, cast.secretary, f"rotate {DAY}/1").text == (
        "“Reports” has no bridge yet; it gets one when somebody follows a join link or the part opens."
    )


# --- an empty pool ---


def test_an_empty_pool_leads_nobody_in_and_is_told_to_the_secretariat_once(cast: Cast) -> None:
    call_id = with_approved(cast, "harbour-bank")
    leave(cast)
    cast.clock.at = START - timedelta(minutes=10)
    led = [leads(cast, call_id, who) for who in ("harbour-bank", "fr-cnil", "harbour-bank")]
    told = [(s.email, s.notice.subject) for s in leave(cast) if s.kind == "bridge.none" and s.door == "mail"]
    subject = "No bridge is free: Reports, Tue 16 Feb 2027, {}"
    assert (led, told) == (
        [None] * 3,
        [
            ("secretariat@gb-oft.example", subject.format("13:00 Europe/London (13:00 UTC)")),
            ("secretariat@us-ftc.example", subject.format("08:00 America/New_York (13:00 UTC)")),
        ],
    )


# --- a Jitsi ---


def test_a_jitsi_gives_each_group_a_room_of_a_random_name_and_each_person_a_token_of_their_own(cast: Cast) -> None:
    with_jitsi(cast)
    call_id = with_approved(cast, "harbour-bank")
    cast.clock.at = START - timedelta(minutes=10)
    ways = [leads(cast, call_id, who) or "" for who in ("harbour-bank", "fr-cnil")]
    rooms = {urlsplit(way).path for way in ways}
    guest, agency = (claims_of(way.partition("?jwt=")[2]) for way in ways)
    assert rooms == {f"/{guest['room']}", f"/{agency['room']}"}
    assert (guest["nbf"], guest["exp"]) == (START.timestamp() - 900, START.timestamp() + 1800)
    assert (agency["nbf"], agency["exp"]) == (START.timestamp() - 900, START.timestamp() + 5400)
    assert leads(cast, call_id, "harbour-bank") == ways[0]


def test_a_closed_part_is_held_in_another_room_of_the_jitsi(cast: Cast) -> None:
    with_jitsi(cast)
    call_id = with_approved(cast, "harbour-bank")
    cast.clock.at = START
    start_call(cast.desk, cast.secretary, None)
    first = leads(cast, call_id, "fr-cnil") or ""
    shut_gate(cast.desk, cast.secretary)
    clear_gate(cast.desk, cast.secretary)
    second = leads(cast, call_id, "fr-cnil") or ""
    assert (urlsplit(first).path != urlsplit(second).path, leads(cast, call_id, "harbour-bank")) == (True, None)


def test_a_room_of_the_jitsi_can_be_replaced(cast: Cast) -> None:
    with_jitsi(cast)
    call_id = with_approved(cast, "harbour-bank")
    cast.clock.at = START
    start_call(cast.desk, cast.secretary, None)
    before = leads(cast, call_id, "harbour-bank")
    rotate_bridge(cast.desk, cast.secretary, f"{DAY}/1")
    assert urlsplit(leads(cast, call_id, "harbour-bank") or "").path != urlsplit(before or "").path
