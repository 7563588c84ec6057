"""Proves that every answer and mail names a call so that its reader can type it: with the hour where they see two."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.calls import Call, CallKind, CallState, Segment
from bot.topics import AudienceKind
from handlers.announcing import announce_call, move_call
from handlers.attendees import admit
from handlers.calls import add_call
from handlers.circulation import approve_list, circulate
from handlers.desk import Actor
from handlers.finding import name_in
from storage import calls
from tests.cast import Cast
from tests.lists import leave, with_approved, with_call
from tests.slack_front import say

DAY, NEXT = "2027-03-09", "2027-03-10"
START = datetime(2027, 3, 9, 13, 0, tzinfo=UTC)
LATER = START + timedelta(hours=5)
BARE = re.compile(rf"{DAY}(?!T)")


def typed(cast: Cast, actor: Actor, *lines: str) -> list[str]:
    """The lines whose answers name the day without an hour."""
    answers = {line: say(cast, actor, line) for line in lines}
    return [line for line, it in answers.items() if BARE.search(it.text + it.more) or DAY not in it.text + it.more]


def another(cast: Cast) -> None:
    """A second call that day, of the Agencies alone."""
    add_call(cast.desk, cast.secretary, LATER, 60, "Second call")
    announce_call(cast.desk, cast.secretary, f"{LATER:%Y-%m-%dT%H}")


def test_answers_to_who_sees_two_calls_that_day_name_each_with_its_hour(cast: Cast) -> None:
    with_approved(cast, start=START)
    another(cast)
    leave(cast)
    say(cast, cast.secretary, f'segment add {DAY}T18 joint 10 "Reports" go')
    one, late, fr = f"{DAY}T13", f"{DAY}T18", cast.actor("fr-cnil")
    assert typed(
        cast, cast.secretary, f"call {one}", f"attendees {one}", f"attendees {one}/1", f"segment {one}/1 35",
        f'segment add {one} joint 10 "Trends"', f"admit itu to {one}/1", f"admit as {one} to {late}",
        f"unadmit oecd from {one}", f"circulate {one}", f"approve {one} early", f"steps {one}",
        f"call cancel {one}", "calls",
    ) == []  # fmt: skip
    assert (
        typed(cast, fr, f"call {one}", f"attendees {one}", f"object oecd to {one} dry-run", f"yes {one}", "calls") == []
    )


def test_a_guest_who_sees_one_of_the_two_calls_is_told_no_hour(cast: Cast) -> None:
    with_approved(cast, start=START)
    bank = cast.actor("harbour-bank")
    before = say(cast, bank, f"call {DAY}").text
    another(cast)
    leave(cast)
    assert (say(cast, bank, f"call {DAY}").text, bool(BARE.search(before))) == (before, True)


def test_mails_to_who_sees_two_calls_that_day_name_each_with_its_hour(cast: Cast) -> None:
    with_approved(cast, start=START)
    another(cast)
    say(cast, cast.secretary, f"unadmit oecd from {DAY}T13")
    cast.clock.advance(days=63)
    told = [s.text for s in leave(cast) if s.email.endswith("@fr-cnil.example") and DAY in s.text]
    assert (len(told) > 2, [text for text in told if BARE.search(text)]) == (True, [])


def hidden(cast: Cast, around: datetime, state: CallState, most: int) -> None:
    """So many calls from *around* on, an hour apart, that one Agency alone is invited to, and then hears no part of."""
    nobodys = cast.actor("nz-dia").participant.id
    by_call, by_part = ((frozenset({nobodys}), frozenset[str]()), (frozenset[str](), frozenset({nobodys})))
    made = [
        Call(
            f"hidden {around:%m-%d} {n}", "Hidden", CallKind.MEMBERS, state, around + timedelta(hours=n),
            (Segment(f"part {around:%m-%d} {n}", "Hidden", AudienceKind.AGENCIES, 60, parts),), of_call,
        )
        for n in range(most)
        for of_call, parts in (by_part if n % 2 else by_call,)
    ]  # fmt: skip
    with cast.desk.store.begin() as tx:
        calls.insert_calls(tx, made, cast.clock())


def test_calls_that_a_reader_does_not_see_take_the_place_of_none_of_theirs(cast: Cast) -> None:
    """What is fetched is so many calls at most: hidden ones that count among them would tell that there are many."""
    with_approved(cast, start=START)
    say(cast, cast.actor("fr-cnil"), f'bring jane@fr-cnil.example "Jane" to {DAY}')
    who = [cast.actor("fr-cnil"), cast.actor("harbour-bank"), cast.by_email("jane@fr-cnil.example")]

    def told() -> list[str]:
        return [say(cast, actor, line).text for actor in who for line in ("call", "calls", "call last")]

    before = told()
    hidden(cast, START - timedelta(days=20), CallState.ANNOUNCED, 70)
    assert told() == before
    cast.clock.at = START + timedelta(days=1)
    held = told()
    hidden(cast, START + timedelta(days=2), CallState.HELD, 20)
    cast.clock.at += timedelta(days=5)
    assert (told(), "Case updates" in held[2]) == (held, True)


@dataclass(frozen=True)
class One:
    """A call of a day as a law needs it."""

    id: str
    start: datetime
    state: CallState


MOMENTS = st.integers(0, 71).map(lambda hour: datetime(2027, 3, 8, tzinfo=UTC) + timedelta(hours=hour))


def test_a_moved_call_answers_a_guest_to_the_day_of_its_own_part_and_not_to_that_of_the_part_before(cast: Cast) -> None:
    night, later = (START + timedelta(hours=10, minutes=30, days=days) for days in (0, 30))
    with_call(cast, night)
    say(cast, cast.secretary, f"segment {DAY}/1 down go")
    admit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    circulate(cast.desk, cast.secretary, DAY, None)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    cast.clock.advance(minutes=5)
    move_call(cast.desk, cast.secretary, DAY, later)
    bank = cast.actor("harbour-bank")
    told = {day: say(cast, bank, f"call {day}").text for day in (DAY, NEXT, "2027-04-09")}
    assert told[DAY].startswith(f"I know no call “{DAY}” for you.")
    assert told[NEXT].startswith("Reports (`2027-04-09`)")
    assert told[NEXT] == told["2027-04-09"]
    assert "Case updates" in say(cast, cast.actor("fr-cnil"), f"call {DAY}").text


@given(st.lists(MOMENTS, min_size=1, max_size=8, unique=True))
def test_no_two_calls_that_one_reader_sees_have_one_name(starts: list[datetime]) -> None:
    among = [One(str(n), start, CallState.ANNOUNCED) for n, start in enumerate(starts)]
    assert len({name_in(one.start, among, one.id) for one in among}) == len(among)
