"""The silence procedure: when a text stands, and that nothing is both in time and too late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.procedure import working_days
from bot.silence import SilenceProcedure, unasked

MONDAY = datetime(2027, 2, 15, 13, 0, tzinfo=UTC)
moments = st.datetimes(datetime(2027, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


def test_ten_working_days_end_at_the_same_time_two_weeks_later() -> None:
    assert SilenceProcedure.of_working_days(MONDAY, 10).ends_at == MONDAY + timedelta(days=14)


def test_a_silence_ends_at_the_whole_minute_that_people_read_of_it() -> None:
    begun = MONDAY + timedelta(seconds=7, milliseconds=300)
    silence = SilenceProcedure.of_working_days(begun, 10)
    read = MONDAY + timedelta(days=14, minutes=1)
    assert (silence.ends_at, silence.runs(read - timedelta(microseconds=1)), silence.runs(read)) == (read, True, False)


@given(moments, st.integers(1, 20))
def test_no_silence_is_shorter_than_its_days_and_none_a_minute_longer(begun: datetime, days: int) -> None:
    ends = SilenceProcedure.of_working_days(begun, days).ends_at
    assert (ends.second, ends.microsecond) == (0, 0)
    assert timedelta() <= ends - working_days(begun, days) < timedelta(minutes=1)


@given(moments, st.integers(1, 20), moments)
def test_from_its_beginning_on_a_moment_is_either_in_time_or_after_the_end(
    begun: datetime, days: int, at: datetime
) -> None:
    silence = SilenceProcedure.of_working_days(begun, days)
    if at >= begun:
        assert silence.runs(at) is not silence.has_ended(at)
    else:
        assert not silence.runs(at)


@pytest.mark.parametrize(
    ("late", "says"),
    [("a", "a"), ("abcde", "a, b, c, d, e"), ("abcdefg", "a, b, c, d, e and 2 more")],
)
def test_of_those_who_were_told_too_late_the_first_few_are_named(late: str, says: str) -> None:
    assert unasked(list(late)) == says
