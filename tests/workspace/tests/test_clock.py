"""Owns the proofs of the movable clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workspace.clock import MovableClock, parse_moment, parse_step

MOMENT = datetime(2027, 1, 5, 10, tzinfo=UTC)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
steps = st.timedeltas(timedelta(days=-400), timedelta(days=400))


def test_a_frozen_clock_stands_still() -> None:
    clock = MovableClock(MOMENT, frozen=True)
    clock.set(MOMENT)
    assert clock.now() == clock.now() == MOMENT


def test_a_running_clock_runs_on_from_the_moment_it_was_set_to() -> None:
    clock = MovableClock(MOMENT)
    assert timedelta() <= clock.now() - MOMENT < timedelta(minutes=5)


def test_a_thawed_clock_goes_on_from_where_it_stood() -> None:
    clock = MovableClock(MOMENT, frozen=True)
    clock.set(MOMENT)
    clock.thaw()
    assert timedelta() <= clock.now() - MOMENT < timedelta(minutes=5)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        MovableClock().set(datetime(2027, 1, 5))


@given(moments, st.lists(steps, max_size=6))
def test_steps_of_a_frozen_clock_add_up(start: datetime, moves: list[timedelta]) -> None:
    clock = MovableClock(frozen=True)
    clock.set(start)
    for move in moves:
        clock.advance(move)
    assert clock.now() == start + sum(moves, timedelta())


@pytest.mark.parametrize(
    ("words", "moved"),
    [
        (90, timedelta(seconds=90)),
        (-1.5, timedelta(seconds=-1.5)),
        ("+14d", timedelta(days=14)),
        ("2h", timedelta(hours=2)),
        ("30m", timedelta(minutes=30)),
        ("-1w", timedelta(weeks=-1)),
        ("45", timedelta(seconds=45)),
        ("2mo", timedelta(days=59)),
    ],
)
def test_a_step_is_seconds_or_a_number_with_a_unit(words: str | float, moved: timedelta) -> None:
    assert MOMENT + parse_step(words) - MOMENT == moved


@pytest.mark.parametrize("words", ["", "soon", "14 fortnights", "d", "+", "1e5"])
def test_any_other_step_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="a step is a number of seconds"):
        parse_step(words)


def test_a_moment_without_a_zone_is_utc() -> None:
    assert parse_moment("2027-01-05T10:00") == parse_moment("2027-01-05T11:00+01:00") == MOMENT
