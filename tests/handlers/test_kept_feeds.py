"""A feed that is kept is given out only while it is what would be made anew: after every act, delivery and hour."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Refusal
from bot.topics import AudienceKind
from handlers.announcing import announce_call, cancel_call, move_call
from handlers.attendees import admit, unadmit
from handlers.calls import add_call
from handlers.circulation import approve_list, circulate
from handlers.directory import leave
from handlers.feed import read_feed
from handlers.kept_feeds import Feed, KeptFeeds, tagged
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.own_links import reset_links, set_feed_alarm
from handlers.segments import add_segment
from storage.feeds import Standing
from storage.store import Store
from tests.bench.desks import opened
from tests.bench.life import Clock as LifeClock
from tests.bench.life import lived
from tests.bench.places import Place
from tests.cast import NOW, Cast
from tests.cast import cast as make_cast
from tests.delivered import deliver_quietly
from tests.links import FEED, printed
from tests.lists import DAY, START, arrive, with_approved, with_names
from tests.statements import heard

STANDING = Standing("c-1", 4, 2, 3, None)
BODY = tagged(b"BEGIN:VCALENDAR", NOW)
HOUR = timedelta(hours=1)


def kept(until: timedelta | None = None) -> KeptFeeds:
    feeds = KeptFeeds()
    feeds.keep("key", STANDING, NOW, NOW + until if until else None, BODY)
    return feeds


def test_what_is_kept_is_given_while_all_that_it_stands_on_is_as_it_was() -> None:
    assert kept().find("key", STANDING, NOW + 1000 * HOUR) == BODY


@pytest.mark.parametrize(
    "now_it_is", [{"contact_id": "c-2"}, {"entries": 5}, {"revisions": 3}, {"links": 4}, {"alarm": 15}]
)
def test_whatever_changed_in_what_it_stands_on_ends_it(now_it_is: dict[str, object]) -> None:
    assert kept().find("key", replace(STANDING, **now_it_is), NOW) is None  # type: ignore[arg-type]


def test_no_other_token_is_given_it() -> None:
    assert kept().find("another", STANDING, NOW) is None


def test_the_clock_ends_it_at_its_hour_and_a_clock_set_back_does_not_begin_it() -> None:
    moments = (-1, 0, HOUR.total_seconds() - 1, HOUR.total_seconds())
    found = [kept(until=HOUR).find("key", STANDING, NOW + timedelta(seconds=s)) for s in moments]
    assert found == [None, BODY, BODY, None]


def test_what_was_not_asked_for_longest_makes_room() -> None:
    feeds = KeptFeeds(most_octets=25)
    for key in ("a", "b"):
        feeds.keep(key, STANDING, NOW, None, tagged(b"x" * 10, None))
    feeds.find("a", STANDING, NOW)
    feeds.keep("c", STANDING, NOW, None, tagged(b"x" * 10, None))
    feeds.keep("c", STANDING, NOW, None, tagged(b"y" * 15, None))
    assert [bool(feeds.find(key, STANDING, NOW)) for key in "abc"] == [True, False, True]


def test_one_that_is_larger_than_all_that_may_be_kept_is_not_kept() -> None:
    feeds = KeptFeeds(most_octets=5)
    feeds.keep("a", STANDING, NOW, None, BODY)
    assert feeds.find("a", STANDING, NOW) is None


# --- in the house ---


def fed(cast: Cast, who: str, feeds: KeptFeeds) -> Feed | None:
    return read_feed(cast.desk, printed(cast, cast.actor(who), FEED), feeds)


def test_asked_again_it_is_one_statement(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    token, feeds = printed(cast, cast.actor("harbour-bank"), FEED), KeptFeeds()
    first = read_feed(cast.desk, token, feeds)
    with heard(cast.desk.store) as sent:
        again = read_feed(cast.desk, token, feeds)
    assert (again, len(sent)) == (first, 1)


def test_two_people_with_the_same_part_are_not_given_each_others(cast: Cast) -> None:
    with_approved(cast, "harbour-bank", "meridian-net")
    feeds = KeptFeeds()
    mine, theirs = fed(cast, "harbour-bank", feeds), fed(cast, "meridian-net", feeds)
    assert mine is not None
    assert theirs is not None
    assert mine.body != theirs.body


def test_who_is_objected_to_is_not_given_what_was_kept_and_who_is_removed_nothing(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    feeds, bank = KeptFeeds(), cast.actor("harbour-bank")
    token = printed(cast, bank, FEED)
    before = read_feed(cast.desk, token, feeds)
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank", calls=((DAY, ()),)))
    after = read_feed(cast.desk, token, feeds)
    leave(cast.desk, cast.secretary, "harbour-bank")
    assert [f is not None and b"SUMMARY:Reports" in f.body for f in (before, after)] == [True, False]
    assert read_feed(cast.desk, token, feeds) is None


@pytest.mark.postgres
def test_a_process_gives_nothing_that_another_one_made_untrue(postgres_cast: Cast) -> None:
    cast = postgres_cast
    with_approved(cast, "harbour-bank")
    token, feeds = printed(cast, cast.actor("harbour-bank"), FEED), KeptFeeds()
    before = read_feed(cast.desk, token, feeds)
    store = Store(str(cast.desk.store.url.render_as_string(hide_password=False)))
    try:
        other = replace(cast.desk, store=store)
        object_to_access(other, cast.actor("fr-cnil"), Asked("harbour-bank", calls=((DAY, ()),)))
    finally:
        store.close()
    after = read_feed(cast.desk, token, feeds)
    assert [f is not None and b"SUMMARY:Reports" in f.body for f in (before, after)] == [True, False]


PEOPLE = ("fr-cnil", "harbour-bank", "oecd")
ACTS: dict[str, Callable[[Cast], object]] = {
    "admit": lambda c: admit(c.desk, c.secretary, PEOPLE[1:], DAY),
    "circulate": lambda c: circulate(c.desk, c.secretary, DAY, None),
    "approve": lambda c: approve_list(c.desk, c.secretary, DAY, early=True),
    "object": lambda c: object_to_access(c.desk, c.actor("nz-dia"), Asked("harbour-bank", calls=((DAY, ()),))),
    "object until": lambda c: object_to_access(
        c.desk, c.actor("nz-dia"), Asked("oecd", standing=True, until=c.clock() + timedelta(hours=30))
    ),
    "unadmit": lambda c: unadmit(c.desk, c.secretary, ["oecd"], DAY),
    "move": lambda c: move_call(c.desk, c.secretary, DAY, START + timedelta(hours=c.clock().hour % 3)),
    "part": lambda c: add_segment(c.desk, c.secretary, DAY, AudienceKind.JOINT, 10, f"Part {c.clock():%H%M}"),
    "cancel": lambda c: cancel_call(c.desk, c.secretary, DAY),
    "another": lambda c: announce_call(
        c.desk, c.secretary, add_call(c.desk, c.secretary, c.clock() + timedelta(days=9), 30, "Another").view.title
    ),
    "links": lambda c: reset_links(c.desk, c.secretary, "harbour-bank"),
    "alarm": lambda c: set_feed_alarm(c.desk, c.actor("fr-cnil"), 5),
    "deliver": deliver_quietly,
    "an hour": lambda c: c.clock.advance(hours=1),
    "to the call": lambda c: setattr(c.clock, "at", max(c.clock.at, START)),
    "a day": lambda c: c.clock.advance(days=1),
}


@contextmanager
def house() -> Iterator[Cast]:
    with tempfile.TemporaryDirectory() as folder, make_cast(f"sqlite:///{Path(folder)}/lap.db") as cast:
        with_names(cast, *PEOPLE[1:])
        yield cast


def the_same(acts: list[str]) -> None:
    """After each of *acts* what the kept feeds give everybody is what would be made anew."""
    with house() as cast:
        feeds = KeptFeeds()
        for act in acts:
            cast.clock.advance(seconds=61)
            with suppress(Refusal):
                ACTS[act](cast)
            for who in PEOPLE:
                assert fed(cast, who, feeds) == fed(cast, who, KeptFeeds()), (act, who)


@settings(max_examples=5)
@given(st.lists(st.sampled_from(sorted(ACTS)), min_size=4, max_size=10))
def test_after_any_acts_and_at_any_hour_what_is_kept_is_what_would_be_made(acts: list[str]) -> None:
    the_same(["circulate", "approve", *acts])


def test_along_one_life_what_is_kept_is_what_would_be_made() -> None:
    the_same(
        ["circulate", "approve", "deliver", "object until", "a day", "an hour", "an hour", "an hour", "an hour",
         "admit", "approve", "deliver", "alarm", "links", "deliver", "part", "deliver", "another", "to the call",
         "an hour", "an hour", "a day", "a day", "a day", "move", "cancel", "deliver"]
    )  # fmt: skip


@pytest.mark.long
def test_after_every_command_of_a_calls_life_what_is_kept_is_what_would_be_made(tmp_path: Path) -> None:
    place, clock, feeds = Place(tmp_path, NOW), LifeClock(NOW), KeptFeeds()
    people = ("fr-cnil", "nz-dia", "harbour-bank", "oecd")
    with opened(place.database("life"), clock) as desk:
        cast = Cast(desk, clock)  # type: ignore[arg-type]
        tokens = {who: printed(cast, cast.actor(who), FEED) for who in people}
        for said in lived(desk, clock):
            for who, token in tokens.items():
                assert read_feed(desk, token, feeds) == read_feed(desk, token, KeptFeeds()), (said.line, who)
