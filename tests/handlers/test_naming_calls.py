"""Proves that every answer and mail names a call so that its reader can type it: with the hour where they see two."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.calls import CallState
from handlers.announcing import announce_call
from handlers.calls import add_call
from handlers.desk import Actor
from handlers.finding import name_in
from tests.cast import Cast
from tests.lists import leave, with_approved
from tests.slack_front import say

DAY = "2027-03-09"
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


@dataclass(frozen=True)
class One:
    """A call of a day as a law needs it."""

    id: str
    start: datetime
    state: CallState


MOMENTS = st.integers(0, 71).map(lambda hour: datetime(2027, 3, 8, tzinfo=UTC) + timedelta(hours=hour))


@given(st.lists(MOMENTS, min_size=1, max_size=8, unique=True))
def test_no_two_calls_that_one_reader_sees_have_one_name(starts: list[datetime]) -> None:
    among = [One(str(n), start, CallState.ANNOUNCED) for n, start in enumerate(starts)]
    assert len({name_in(one.start, among, one.id) for one in among}) == len(among)
