"""Following join links on a real database: which bridge, for whom, and never one that an excluded guest knows."""

import dataclasses
import functools
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.errors import Conflict
from bot.proxies import Bringing
from bot.topics import AudienceKind
from handlers.announcing import announce_call
from handlers.attendance import record_present
from handlers.attendees import admit
from handlers.calls import add_call, show_call
from handlers.circulation import approve_list, circulate
from handlers.desk import Actor
from handlers.joining import follow, way_in
from handlers.live import clear_gate, end_call, next_item, shut_gate, start_call
from handlers.live_views import Stopped
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.on_paper import enter_held
from handlers.proxies import bring_proxy
from handlers.rotating import rotate_bridge
from handlers.segments import add_segment
from storage.tables import BridgeLedRow, BridgeRow
from tests.cast import Cast
from tests.links import JOIN, browsing, path, printed
from tests.lists import DAY, START, leave, with_approved, with_call
from tests.remembered import remembered
from tests.slack_front import say
from tests.statements import heard

BLUE, GREEN, RED = POOL = tuple(f"https://meet.example/{colour}" for colour in ("blue", "green", "red"))
BEFORE = START - timedelta(minutes=10)


@pytest.fixture
def house(cast: Cast) -> Cast:
    """The cast with a pool of three bridges."""
    with_pool(cast, POOL)
    return cast


def with_pool(cast: Cast, pool: tuple[str, ...]) -> None:
    terms = dataclasses.replace(cast.desk.procedure.bridges, urls=pool)
    cast.desk = dataclasses.replace(cast.desk, procedure=dataclasses.replace(cast.desk.procedure, bridges=terms))


def leads(cast: Cast, call_id: str, who: str | Actor) -> str | None:
    """The bridge that the person's link leads to now."""
    return follow(cast.desk, printed(cast, cast.actor(who) if isinstance(who, str) else who, JOIN, call_id))


def object_to(cast: Cast, *names: str) -> None:
    for name in names:
        object_to_access(cast.desk, cast.actor("fr-cnil"), Asked(name, calls=((DAY, ()),)))


def to_next_part(cast: Cast) -> None:
    shut_gate(cast.desk, cast.secretary)
    clear_gate(cast.desk, cast.secretary)


def test_a_shut_gate_leads_nobody_in_who_knows_of_it_and_behind_it_only_who_hears_that_part(house: Cast) -> None:
    call_id = with_approved(house, "harbour-bank")
    house.clock.at = START

    def doors() -> list[str | None]:
        return [leads(house, call_id, who) for who in ("harbour-bank", "fr-cnil")]

    seen = []
    for one in (start_call, shut_gate, clear_gate):
        one(house.desk, house.secretary, *([DAY] if one is start_call else []))
        seen.append(doors())
    # A guest may not know of the gate, so their own part's bridge goes on for them; the part behind it has another.
    assert seen == [[BLUE, BLUE], [BLUE, None], [None, GREEN]]


@pytest.mark.parametrize("before", [False, True], ids=("nothing before", "a closed part before"))
def test_a_guest_is_led_to_the_same_bridge_whether_a_part_before_theirs_is_closed_to_them(
    house: Cast, before: bool
) -> None:
    call_id = with_call(house)
    if before:
        say(house, house.secretary, f"segment {DAY}/2 up go")
    admit(house.desk, house.secretary, ("harbour-bank",), DAY)
    circulate(house.desk, house.secretary, DAY, None)
    approve_list(house.desk, house.secretary, DAY, early=True)
    house.clock.at = START + timedelta(minutes=61) if before else START
    assert leads(house, call_id, "harbour-bank") == BLUE


def rows_of(cast: Cast, table: type) -> int:
    with cast.desk.store.read() as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_closed_part_is_not_held_on_the_bridge_where_an_excluded_guest_sits(house: Cast) -> None:
    call_id = with_approved(house, "harbour-bank")
    house.clock.at = BEFORE
    assert leads(house, call_id, "harbour-bank") == BLUE
    house.clock.at = START
    start_call(house.desk, house.secretary, None)
    object_to(house, "harbour-bank")
    to_next_part(house)
    assert (leads(house, call_id, "fr-cnil"), leads(house, call_id, "harbour-bank")) == (GREEN, None)


def test_a_running_part_keeps_its_bridge_when_somebody_on_it_is_excluded(house: Cast) -> None:
    call_id = with_approved(house, "harbour-bank", "meridian-net")
    house.clock.at = START
    start_call(house.desk, house.secretary, None)
    led = [leads(house, call_id, who) for who in ("harbour-bank", "fr-cnil")]
    object_to(house, "harbour-bank")
    assert [*led, leads(house, call_id, "gb-ico"), leads(house, call_id, "meridian-net")] == [BLUE] * 4


def test_a_bridge_known_to_somebody_excluded_before_the_start_is_replaced_behind_the_links(house: Cast) -> None:
    call_id = with_approved(house, "harbour-bank", "meridian-net")
    house.clock.at = BEFORE
    assert [leads(house, call_id, who) for who in ("harbour-bank", "meridian-net")] == [BLUE, BLUE]
    object_to(house, "harbour-bank")
    house.clock.at = START
    start_call(house.desk, house.secretary, None)
    assert [leads(house, call_id, who) for who in ("meridian-net", "fr-cnil", "harbour-bank")] == [RED, RED, None]


def test_where_every_bridge_is_known_to_somebody_excluded_nobody_is_led_in(house: Cast) -> None:
    call_id = with_approved(house, "harbour-bank")
    terms = dataclasses.replace(house.desk.procedure.bridges, urls=(BLUE,))
    house.desk = dataclasses.replace(house.desk, procedure=dataclasses.replace(house.desk.procedure, bridges=terms))
    house.clock.at = BEFORE
    assert leads(house, call_id, "harbour-bank") == BLUE
    object_to(house, "harbour-bank")
    house.clock.at = START
    start_call(house.desk, house.secretary, None)
    assert leads(house, call_id, "fr-cnil") is None


LATER, LATER_DAY = START + timedelta(days=56), "2027-04-13"


def test_a_part_without_guests_is_held_where_no_guest_of_an_earlier_call_has_been(house: Cast) -> None:
    first = with_approved(house, "harbour-bank")
    house.clock.at = BEFORE
    assert leads(house, first, "harbour-bank") == BLUE
    add_call(house.desk, house.secretary, LATER, 60, "Cases")
    later = announce_call(house.desk, house.secretary, LATER_DAY).view.id
    house.clock.at = LATER
    assert leads(house, later, "fr-cnil") == GREEN


def test_a_part_is_held_where_nobody_has_been_who_was_brought_to_an_earlier_call_alone(house: Cast) -> None:
    first = with_call(house)
    bring_proxy(house.desk, house.actor("fr-cnil"), Bringing("jane@fr-cnil.example", "Jane", DAY))
    house.clock.at = BEFORE
    assert leads(house, first, house.by_email("jane@fr-cnil.example")) == BLUE
    add_call(house.desk, house.secretary, LATER, 60, "Cases")
    later = announce_call(house.desk, house.secretary, LATER_DAY).view.id
    house.clock.at = LATER
    assert leads(house, later, "fr-cnil") == GREEN


def test_a_part_with_guests_is_held_where_guests_have_been_already(house: Cast) -> None:
    first = with_approved(house, "oecd")
    later = with_approved(house, "harbour-bank", start=LATER)
    house.clock.at = BEFORE
    assert [leads(house, first, who) for who in ("oecd", "fr-cnil")] == [BLUE, BLUE]
    house.clock.at = LATER
    assert leads(house, later, "harbour-bank") == BLUE


def test_who_is_excluded_from_a_call_knows_no_bridge_of_it_from_an_earlier_one(house: Cast) -> None:
    first = with_approved(house, "harbour-bank", "meridian-net")
    later = with_approved(house, "harbour-bank", "meridian-net", start=LATER)
    house.clock.at = BEFORE
    assert leads(house, first, "harbour-bank") == BLUE
    object_to_access(house.desk, house.actor("fr-cnil"), Asked("harbour-bank", calls=((LATER_DAY, ()),)))
    house.clock.at = LATER
    assert leads(house, later, "meridian-net") in (GREEN, RED)


@pytest.mark.parametrize("cause", ["object harbour-bank to {day}", "unadmit harbour-bank from {day}"])
def test_others_are_led_to_one_bridge_whether_somebody_was_objected_to_or_taken_off_the_list(
    house: Cast, cause: str
) -> None:
    first = with_approved(house, "harbour-bank", "meridian-net")
    later = with_approved(house, "harbour-bank", "meridian-net", start=LATER)
    house.clock.at = BEFORE
    assert leads(house, first, "harbour-bank") == BLUE
    who = house.actor("fr-cnil") if cause.startswith("object") else house.secretary
    say(house, who, cause.format(day=LATER_DAY))
    house.clock.at = LATER
    assert leads(house, later, "meridian-net") == GREEN


def test_following_a_link_again_writes_nothing(house: Cast) -> None:
    call_id = with_approved(house, "harbour-bank")
    house.clock.at = BEFORE
    leads(house, call_id, "harbour-bank")
    once = rows_of(house, BridgeLedRow), rows_of(house, BridgeRow)
    assert (leads(house, call_id, "harbour-bank"), once) == (BLUE, (1, 2))
    assert (rows_of(house, BridgeLedRow), rows_of(house, BridgeRow)) == once


def test_a_link_that_leads_nowhere_writes_nothing(house: Cast) -> None:
    call_id = with_approved(house, "harbour-bank")
    assert (leads(house, call_id, "harbour-bank"), follow(house.desk, "nonsense")) == (None, None)
    assert (rows_of(house, BridgeLedRow), rows_of(house, BridgeRow)) == (0, 0)


def test_parts_with_the_same_people_share_a_bridge_only_side_by_side(house: Cast) -> None:
    call_id = with_approved(house, "harbour-bank")
    add_segment(house.desk, house.secretary, DAY, AudienceKind.AGENCIES, 20, "Cases")
    house.clock.at = START
    start_call(house.desk, house.secretary, None)
    bridges = [leads(house, call_id, "fr-cnil")]
    to_next_part(house)
    bridges.append(leads(house, call_id, "fr-cnil"))
    house.clock.advance(seconds=2)
    next_item(house.desk, house.secretary)
    assert [*bridges, leads(house, call_id, "fr-cnil")] == [BLUE, GREEN, GREEN]


def test_the_gate_names_who_was_excluded_while_recorded_as_being_there(house: Cast) -> None:
    with_approved(house, "harbour-bank")
    house.clock.at = START
    start_call(house.desk, house.secretary, None)
    record_present(house.desk, house.secretary, "harbour-bank")
    object_to(house, "harbour-bank")
    goers = [(g.here, g.led) for g in shut_gate(house.desk, house.secretary).must_go]
    assert goers == [(True, False)]


def test_the_gate_names_who_was_excluded_after_a_link_led_them_in(house: Cast) -> None:
    call_id = with_approved(house, "harbour-bank")
    house.clock.at = START
    start_call(house.desk, house.secretary, None)
    leads(house, call_id, "harbour-bank")
    object_to(house, "harbour-bank")
    assert [(g.here, g.led) for g in shut_gate(house.desk, house.secretary).must_go] == [(False, True)]


def test_next_stops_before_a_part_like_this_one_while_somebody_excluded_is_there(house: Cast) -> None:
    call_id = with_approved(house, "meridian-net")
    add_segment(house.desk, house.secretary, DAY, AudienceKind.JOINT, 20, "Trends")
    house.clock.at = START
    start_call(house.desk, house.secretary, None)
    leads(house, call_id, "meridian-net")
    object_to(house, "meridian-net")
    with pytest.raises(Stopped):
        next_item(house.desk, house.secretary)


def test_an_act_that_settles_bridges_asks_the_database_at_most_twelve_times(house: Cast) -> None:
    call_id = with_approved(house, "harbour-bank")
    house.clock.at = BEFORE
    leads(house, call_id, "harbour-bank")
    object_to(house, "harbour-bank")
    counts = []
    for one in (start_call, shut_gate, clear_gate):
        secretary = house.again(house.secretary, one.__name__)
        with heard(house.desk.store) as asked:
            one(house.desk, secretary, *([DAY] if one is start_call else []))
        counts.append(sum(not statement.startswith("BEGIN") for statement in asked))
    assert [n for n in counts if n > 11] == [], counts  # and one more looks up who acts


# --- by telephone ---


@pytest.fixture
def with_numbers(house: Cast) -> Cast:
    """The same, the first two bridges with telephone numbers."""
    numbers = ((BLUE, "+44 20 7946 0000, PIN 1#", "+33 1 99 00 00 00, PIN 1#"), (GREEN, "+44 20 7946 0000, PIN 2#"))
    terms = dataclasses.replace(house.desk.procedure.bridges, dial_in=numbers)
    house.desk = dataclasses.replace(house.desk, procedure=dataclasses.replace(house.desk.procedure, bridges=terms))
    return house


def opened(cast: Cast, *paths: str) -> list[tuple[int, str]]:
    """Status and text (or where it leads) of each path, over HTTP."""
    with browsing(cast) as client:
        answers = [client.get(it) for it in paths]
    return [(a.status_code, a.headers.get("location") or a.text) for a in answers]


SHOWN = """\
By telephone London Action Plan
For you alone. Numbers may change up to the start: look here once more before you dial.
Reports
Tue 16 Feb 2027, 14:00-14:30 Europe/Paris (13:00-13:30 UTC)
+44 20 7946 0000, PIN 1#
+33 1 99 00 00 00, PIN 1#
Agencies
Tue 16 Feb 2027, 14:30-15:30 Europe/Paris (13:30-14:30 UTC)
+44 20 7946 0000, PIN 2#
From 15 minutes before your part begins, this address leads straight to the call and shows no number. Questions: \
calls@lap.example."""


def test_an_agencys_link_shows_the_telephone_numbers_from_a_day_before_and_then_leads_to_the_bridge(
    with_numbers: Cast,
) -> None:
    call_id = with_approved(with_numbers, "harbour-bank")
    link = path(with_numbers, with_numbers.actor("fr-cnil"), JOIN, call_id)
    found = []
    for before in (timedelta(days=1, seconds=1), timedelta(days=1), timedelta(minutes=15)):
        with_numbers.clock.at = START - before
        found += opened(with_numbers, link)
    (_, shown) = found[1]
    lines = [re.sub(r"<[^>]*>", "", line).strip() for line in shown.partition("<body>")[2].split("\n")]
    assert (found[0][0], found[1][0], found[2]) == (404, 200, (302, BLUE))
    assert "\n".join(line for line in lines if line) == SHOWN
    assert re.findall(r'href="(tel:[^"]*)"', shown) == ["tel:+442079460000", "tel:+33199000000", "tel:+442079460000"]


def test_nobody_else_is_shown_a_number_and_their_link_answers_as_a_dead_one(with_numbers: Cast) -> None:
    call_id = with_approved(with_numbers, "harbour-bank", "oecd")
    people = [with_numbers.actor(who) for who in ("harbour-bank", "oecd", "polar-telecom")]
    links = [path(with_numbers, who, JOIN, call_id) for who in people]
    with_numbers.clock.at = START - timedelta(hours=1)
    dead = opened(with_numbers, "/join/AAAAAAAAAAAAAAAAAAAAAA")
    assert (opened(with_numbers, *links), rows_of(with_numbers, BridgeLedRow)) == (dead * 3, 0)


def test_without_numbers_in_the_procedure_an_agencys_link_says_nothing_a_day_before(house: Cast) -> None:
    call_id = with_approved(house, "harbour-bank")
    house.clock.at = START - timedelta(hours=1)
    link = path(house, house.actor("fr-cnil"), JOIN, call_id)
    assert [status for status, _ in opened(house, link)] == [404]


def test_a_number_that_an_agency_was_shown_is_of_no_part_that_is_closed_to_it_later(with_numbers: Cast) -> None:
    """Both bridges are known to it then, so the part gets none."""
    terms = dataclasses.replace(with_numbers.desk.procedure.bridges, urls=(BLUE, GREEN))
    procedure = dataclasses.replace(with_numbers.desk.procedure, bridges=terms)
    with_numbers.desk = dataclasses.replace(with_numbers.desk, procedure=procedure)
    call_id = with_approved(with_numbers, "harbour-bank")
    with_numbers.clock.at = START - timedelta(hours=1)
    opened(with_numbers, path(with_numbers, with_numbers.actor("jp-mic"), JOIN, call_id))
    for line in (f"segment {DAY}/2 remove go", f'segment add {DAY} agencies 60 "Cases" only fr-cnil go'):
        say(with_numbers, with_numbers.secretary, line)
    found = way_in(with_numbers.desk, printed(with_numbers, with_numbers.actor("fr-cnil"), JOIN, call_id))
    assert found is not None
    assert [part.title for part in found.telephone] == ["Reports"]


FIRST = f"{DAY}T13"


def beside(house: Cast, after: timedelta = timedelta(hours=1)) -> tuple[str, str]:
    """A call of all Agencies for an hour and a half, and another of two of them that begins so long *after* it; their
    ids."""
    return tuple(
        announced(house, start, title, *only)
        for start, title, only in ((START, "All of us", ()), (START + after, "Two of us", ("fr-cnil", "us-fcc")))
    )  # type: ignore[return-value]


def announced(house: Cast, start: datetime, title: str, *only: str) -> str:
    name = add_call(house.desk, house.secretary, start, 90, title, only=only).name
    announce_call(house.desk, house.secretary, name)
    return show_call(house.desk, house.secretary, name).view.id


@pytest.mark.parametrize("running", [False, True], ids=["planned", "running"])
def test_two_calls_at_one_time_share_no_bridge(house: Cast, running: bool) -> None:
    first, second = beside(house)
    house.clock.at = START
    if running:
        start_call(house.desk, house.secretary, FIRST)
    before = leads(house, first, "jp-mic")
    house.clock.at = START + timedelta(minutes=50)
    led = [leads(house, call, who) for call, who in ((second, "fr-cnil"), (second, "jp-mic"), (first, "jp-mic"))]
    assert (before, led) == (BLUE, [GREEN, None, BLUE])


def test_a_call_that_goes_on_into_the_next_ones_time_keeps_its_bridge_to_itself(house: Cast) -> None:
    first, second = beside(house, timedelta(hours=3))
    house.clock.at = START
    start_call(house.desk, house.secretary, FIRST)
    over = leads(house, first, "jp-mic")
    house.clock.at = START + timedelta(hours=3, minutes=-10)
    assert (over, leads(house, second, "fr-cnil")) == (BLUE, GREEN)


def test_a_bridge_is_free_again_once_its_call_has_ended(house: Cast) -> None:
    first, second = beside(house, timedelta(hours=3))
    house.clock.at = START
    start_call(house.desk, house.secretary, FIRST)
    over = leads(house, first, "jp-mic")
    end_call(house.desk, house.secretary)
    house.clock.at = START + timedelta(hours=3, minutes=-10)
    assert (over, leads(house, second, "fr-cnil")) == (BLUE, BLUE)


@pytest.mark.parametrize(("entered", "bridge"), [(0, GREEN), (2, GREEN), (120, BLUE)])
def test_when_a_call_is_entered_as_held_on_paper_changes_nothing_of_which_bridges_are_free(
    house: Cast, entered: int, bridge: str
) -> None:
    """People hang up when it ends, and not when somebody writes that down; *entered*: so many minutes after its end."""
    later = entered or 20
    first, second = beside(house, timedelta(minutes=90 + later))
    house.clock.at = START
    led = leads(house, first, "jp-mic")
    house.clock.at = START + timedelta(minutes=90 + later - 10)
    if entered:
        house.clock.at = START + timedelta(minutes=90 + entered)
        enter_held(house.desk, house.secretary, FIRST)
    assert (led, leads(house, second, "fr-cnil")) == (BLUE, bridge)


EVENING = START.replace(day=15, hour=22, minute=30)
NIGHT = EVENING + timedelta(hours=2)


def over(house: Cast, *pool: str, brought: str = "") -> None:
    """With that pool, a call to which harbour-bank came, and for its closed part jp-mic, or whom it *brought*, ended
    twenty minutes before ``NIGHT``."""
    with_pool(house, pool)
    until_over(pool, brought)(house)


@functools.cache
def until_over(pool: tuple[str, ...], brought: str) -> Callable[[Cast], Cast]:
    return remembered(lambda house: lived_until_over(house, pool, brought))


def lived_until_over(house: Cast, pool: tuple[str, ...], brought: str) -> None:
    first = with_approved(house, "harbour-bank", start=EVENING)
    if brought:
        bring_proxy(house.desk, house.actor("jp-mic"), Bringing(brought, "Jane", f"{EVENING:%Y-%m-%d}"))
    house.clock.at = EVENING
    start_call(house.desk, house.secretary, None)
    led = [leads(house, first, "harbour-bank")]
    to_next_part(house)
    led.append(leads(house, first, house.by_email(brought) if brought else "jp-mic"))
    assert led == [*pool, None][:2]
    house.clock.at = NIGHT - timedelta(minutes=20)
    end_call(house.desk, house.secretary)


@pytest.mark.parametrize(("minutes", "bridge"), [(-10, RED), (10, GREEN)])
def test_a_part_is_not_held_where_somebody_may_linger_who_may_not_hear_it_until_the_bridge_has_rested(
    house: Cast, minutes: int, bridge: str
) -> None:
    over(house, *POOL)
    two = announced(house, NIGHT, "Two of us", "fr-cnil", "us-fcc")
    house.clock.at = NIGHT + timedelta(minutes=minutes)
    assert leads(house, two, "fr-cnil") == bridge


def test_a_part_without_guests_waits_for_a_bridge_rather_than_share_one_with_who_may_linger(house: Cast) -> None:
    over(house, BLUE, GREEN)
    two = announced(house, NIGHT, "Two of us", "fr-cnil", "us-fcc")
    house.clock.at = NIGHT - timedelta(minutes=10)
    assert leads(house, two, "fr-cnil") is None
    assert [s.kind for s in leave(house) if s.kind == "bridge.none"] != []
    house.clock.at = NIGHT + timedelta(minutes=10)
    assert leads(house, two, "fr-cnil") == GREEN


@pytest.mark.parametrize(("pool", "bridge"), [((BLUE, GREEN), GREEN), ((BLUE,), BLUE)])
def test_a_part_with_guests_is_held_where_others_may_linger_only_if_no_bridge_else_is_free(
    house: Cast, pool: tuple[str, ...], bridge: str
) -> None:
    over(house, *pool)
    later = with_approved(house, "meridian-net", start=NIGHT)
    house.clock.at = NIGHT - timedelta(minutes=10)
    assert leads(house, later, "meridian-net") == bridge


@pytest.mark.parametrize("closed", [False, True])
def test_a_guest_is_led_to_the_same_bridge_whether_a_call_that_was_closed_to_them_has_just_ended(
    house: Cast, closed: bool
) -> None:
    if closed:
        first = announced(house, EVENING, "Two of us", "fr-cnil", "us-fcc")
        house.clock.at = EVENING
        start_call(house.desk, house.secretary, None)
        assert leads(house, first, "fr-cnil") == BLUE
        house.clock.at = NIGHT - timedelta(minutes=20)
        end_call(house.desk, house.secretary)
    later = with_approved(house, "meridian-net", start=NIGHT)
    house.clock.at = NIGHT - timedelta(minutes=10)
    assert leads(house, later, "meridian-net") == BLUE


def test_who_may_linger_changes_nothing_where_they_may_hear_the_part(house: Cast) -> None:
    over(house, BLUE, GREEN)
    all_of_us = announced(house, NIGHT, "All of us")
    house.clock.at = NIGHT - timedelta(minutes=10)
    assert leads(house, all_of_us, "fr-cnil") == GREEN


def test_who_was_brought_to_a_call_that_has_just_ended_may_not_hear_the_next_one(house: Cast) -> None:
    over(house, BLUE, GREEN, brought="jane@jp-mic.example")
    all_of_us = announced(house, NIGHT, "All of us")
    house.clock.at = NIGHT - timedelta(minutes=10)
    assert leads(house, all_of_us, "fr-cnil") is None


def test_rotating_takes_no_bridge_where_somebody_may_linger_who_may_not_hear_the_part(house: Cast) -> None:
    over(house, *POOL)
    two = announced(house, NIGHT, "Two of us", "fr-cnil", "us-fcc")
    house.clock.at = NIGHT
    assert leads(house, two, "fr-cnil") == RED
    with pytest.raises(Conflict):
        rotate_bridge(house.desk, house.secretary, f"{NIGHT:%Y-%m-%d}/1")
    house.clock.at = NIGHT + timedelta(minutes=10)
    rotate_bridge(house.desk, house.secretary, f"{NIGHT:%Y-%m-%d}/1")
    assert leads(house, two, "fr-cnil") == BLUE


def test_rotating_takes_no_bridge_of_a_call_at_the_same_time(house: Cast) -> None:
    first, second = beside(house)
    house.clock.at = START + timedelta(minutes=50)
    held = [leads(house, first, "jp-mic"), leads(house, second, "fr-cnil")]
    rotate_bridge(house.desk, house.secretary, f"{FIRST}/1")
    assert (held, leads(house, first, "jp-mic")) == ([BLUE, GREEN], RED)


@pytest.mark.postgres
def test_on_postgresql_two_calls_at_one_time_share_no_bridge_either(postgres_cast: Cast) -> None:
    with_pool(postgres_cast, POOL)
    first, second = beside(postgres_cast)
    postgres_cast.clock.at = START + timedelta(minutes=50)
    start_call(postgres_cast.desk, postgres_cast.secretary, FIRST)
    assert [leads(postgres_cast, first, "jp-mic"), leads(postgres_cast, second, "fr-cnil")] == [BLUE, GREEN]
