"""Which calls a series yields through daylight saving, what they ask of people's clocks, and quarters without any."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.series import (
    Cadence,
    CallSeries,
    Hours,
    Quarter,
    first_year,
    hours_for,
    occurrences,
    place_in_month,
    place_in_words,
    quarters_without_call,
    still_to_draft,
    widest_hours,
    year_after,
)
from bot.when import readings
from bot.zones import REGIONS

ZONES = st.sampled_from([*sorted(n for n in available_timezones() if n.split("/")[0] in REGIONS), "UTC"])
FIRSTS = st.dates(date(2020, 1, 1), date(2034, 12, 31))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))


def series(
    first: date = date(2027, 2, 16), at: time = time(14, 30), zone: str = "Europe/Paris", **more: object
) -> CallSeries:
    made = {"cadence": Cadence.BIMONTHLY, "minutes": 90} | more
    return CallSeries("s1", "Members' call", first=first, local=at, zone=zone, **made)  # type: ignore[arg-type]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def test_a_bimonthly_series_keeps_the_third_tuesday_and_its_wall_time_over_daylight_saving() -> None:
    assert [o.start for o in first_year(series())] == [
        utc(2027, 2, 16, 13, 30),
        utc(2027, 4, 20, 12, 30),
        utc(2027, 6, 15, 12, 30),
        utc(2027, 8, 17, 12, 30),
        utc(2027, 10, 19, 12, 30),
        utc(2027, 12, 21, 13, 30),
    ]


def test_a_quarterly_series_has_four_calls_a_year() -> None:
    assert [o.local_date for o in first_year(series(cadence=Cadence.QUARTERLY))] == [
        date(2027, 2, 16),
        date(2027, 5, 18),
        date(2027, 8, 17),
        date(2027, 11, 16),
    ]


def test_a_fifth_weekday_becomes_the_last() -> None:
    fifth = series(first=date(2027, 4, 30))
    assert [o.local_date for o in first_year(fifth)][:3] == [date(2027, 4, 30), date(2027, 6, 25), date(2027, 8, 27)]


def test_a_wall_time_that_a_change_skips_moves_to_the_first_that_exists() -> None:
    skipped = series(first=date(2027, 1, 31), at=time(2, 30), cadence=Cadence.BIMONTHLY)
    march = occurrences(skipped, after=date(2027, 3, 1), until=date(2027, 3, 31))
    assert [(o.start, o.local_date, o.shifted) for o in march] == [(utc(2027, 3, 28, 1, 0), date(2027, 3, 28), True)]


def test_a_wall_time_that_a_change_repeats_is_taken_the_first_time_round() -> None:
    repeated = series(first=date(2027, 10, 31), at=time(2, 30))
    assert [(o.start, o.shifted) for o in first_year(repeated)][:1] == [(utc(2027, 10, 31, 0, 30), False)]


def test_a_series_that_has_ended_yields_no_more() -> None:
    ended = series(ended_at=utc(2027, 6, 15, 12, 30))
    assert [o.local_date for o in first_year(ended)] == [date(2027, 2, 16), date(2027, 4, 20)]


def test_after_is_left_out_and_until_is_taken_in() -> None:
    between = occurrences(series(), after=date(2027, 2, 16), until=date(2027, 6, 15))
    assert [o.local_date for o in between] == [date(2027, 4, 20), date(2027, 6, 15)]


@pytest.mark.parametrize(
    ("first", "words"),
    [
        (date(2027, 2, 16), "the third Tuesday"),
        (date(2027, 2, 1), "the first Monday"),
        (date(2027, 2, 28), "the fourth Sunday"),
        (date(2027, 4, 30), "the last Friday"),
    ],
)
def test_the_place_in_the_month_has_words(first: date, words: str) -> None:
    assert place_in_words(first) == words


@given(FIRSTS, st.times(), ZONES, st.sampled_from(Cadence), st.integers(0, 900))
def test_weekday_place_and_wall_time_stay_in_every_zone(
    first: date, at: time, zone: str, cadence: Cadence, ahead: int
) -> None:
    at = at.replace(second=0, microsecond=0)
    rule = series(first=first, at=at, zone=zone, cadence=cadence)
    for o in occurrences(rule, after=first - timedelta(days=1), until=first + timedelta(days=ahead)):
        assert (o.local_date.weekday(), (o.local_date.month - first.month) % cadence.months) == (first.weekday(), 0)
        last = (o.local_date + timedelta(days=7)).month != o.local_date.month
        assert place_in_month(o.local_date) == place_in_month(first) or (place_in_month(first) == -1 and last)
        local = datetime.combine(o.local_date, at)
        assert readings(local, ZoneInfo(zone))[:1] == (() if o.shifted else (o.start,))
        assert o.start.astimezone(ZoneInfo(zone)).replace(tzinfo=None) >= local


@given(FIRSTS, st.sampled_from(Cadence), st.integers(0, 800), st.integers(0, 800))
def test_two_stretches_yield_what_one_does(first: date, cadence: Cadence, one: int, two: int) -> None:
    rule = series(first=first, cadence=cadence)
    start, middle = first - timedelta(days=1), first + timedelta(days=one)
    end = middle + timedelta(days=two)
    whole = occurrences(rule, after=start, until=end)
    assert occurrences(rule, after=start, until=middle) + occurrences(rule, after=middle, until=end) == whole


@given(FIRSTS, st.sampled_from(Cadence))
def test_either_cadence_leaves_no_quarter_without_a_call(first: date, cadence: Cadence) -> None:
    starts = [o.start for o in first_year(series(first=first, cadence=cadence))]
    assert quarters_without_call(starts, since=starts[0], until=starts[-1]) == []


def test_hours_show_the_span_of_local_starts_and_who_sits_at_night() -> None:
    starts = [o.start for o in first_year(series())]
    assert hours_for(starts, ["Europe/Paris", "America/New_York", "Australia/Sydney", "Asia/Tokyo"], minutes=90) == [
        Hours("Europe/Paris", time(14, 30), time(14, 30), night=False),
        Hours("America/New_York", time(8, 30), time(8, 30), night=False),
        Hours("Australia/Sydney", time(22, 30), time(0, 30), night=True),
        Hours("Asia/Tokyo", time(21, 30), time(22, 30), night=True),
    ]


def test_a_call_that_only_runs_into_the_night_counts_as_night() -> None:
    starts = [utc(2027, 2, 16, 21, 0)]
    assert [hours_for(starts, ["UTC"], minutes=m)[0].night for m in (60, 61)] == [False, True]


def test_hours_of_no_calls_are_none() -> None:
    assert hours_for([], ["Europe/Paris"]) == []


@given(st.lists(MOMENTS, min_size=1, max_size=8), st.lists(ZONES, min_size=1, max_size=4), st.integers(1, 240))
def test_every_local_start_lies_within_the_hours_told(starts: list[datetime], zones: list[str], minutes: int) -> None:
    for hours in hours_for(starts, zones, minutes=minutes):
        local = [start.astimezone(ZoneInfo(hours.zone)).time() for start in starts]
        over_midnight = hours.earliest > hours.latest
        within = [(t >= hours.earliest) + (t <= hours.latest) == (1 if over_midnight else 2) for t in local]
        assert (all(within), {hours.earliest, hours.latest} <= set(local)) == (True, True)
        assert hours.night or all(time(6) <= t < time(22) for t in local)


def test_a_quarter_without_a_call_is_named() -> None:
    starts = [utc(2027, 2, 16, 13, 30), utc(2027, 8, 17, 12, 30)]
    missing = quarters_without_call(starts, since=utc(2027, 1, 10), until=utc(2028, 1, 10))
    assert [str(q) for q in missing] == ["Q2 2027", "Q4 2027"]


def test_the_running_quarter_counts_whole_and_one_cut_by_the_horizon_not_yet() -> None:
    missing = quarters_without_call([utc(2027, 1, 5)], since=utc(2027, 3, 31), until=utc(2027, 12, 31))
    assert missing == [Quarter(2027, 2), Quarter(2027, 3)]


@given(MOMENTS)
def test_a_moment_lies_in_its_quarter(moment: datetime) -> None:
    quarter = Quarter.of(moment)
    assert (quarter.start <= moment < quarter.end, quarter.end) == (True, quarter.following.start)


@given(st.lists(MOMENTS, max_size=12), MOMENTS, MOMENTS, MOMENTS)
def test_one_more_call_never_empties_a_quarter(
    starts: list[datetime], one: datetime, since: datetime, until: datetime
) -> None:
    before = quarters_without_call(starts, since=since, until=until)
    assert quarters_without_call([*starts, one], since=since, until=until) == [
        q for q in before if q != Quarter.of(one)
    ]


# --- twelve months filled ---


def test_a_new_series_is_drafted_for_a_year_from_its_first_call_on_however_far_that_is_ahead() -> None:
    far = series(date(2031, 2, 18))
    assert still_to_draft(far, utc(2027, 1, 4)) == first_year(far)


def test_a_year_later_the_calls_that_then_lie_within_twelve_months_are_drafted_once() -> None:
    drafted = series(drafted_until=date(2027, 12, 21))
    due = still_to_draft(drafted, utc(2027, 4, 25, 9))
    assert [o.local_date for o in due] == [date(2028, 2, 15), date(2028, 4, 18)]
    assert still_to_draft(series(drafted_until=date(2028, 4, 18)), utc(2027, 4, 25, 9)) == []


def test_calls_whose_time_went_by_while_nobody_drafted_are_left_out() -> None:
    due = still_to_draft(series(drafted_until=date(2027, 12, 21)), utc(2028, 5, 1))
    assert due[0].local_date == date(2028, 6, 20)


@given(MOMENTS, st.integers(0, 500), st.sampled_from(Cadence))
def test_whenever_the_heartbeat_fills_each_call_is_drafted_once_and_twelve_months_are_full(
    now: datetime, days: int, cadence: Cadence
) -> None:
    made = series(now.date(), cadence=cadence, zone="UTC")
    year = first_year(made)
    later = now + timedelta(days=days)
    filled = still_to_draft(series(now.date(), cadence=cadence, zone="UTC", drafted_until=year[-1].local_date), later)
    starts = [o.start for o in [*year, *filled]]
    wanted = occurrences(made, after=date(2020, 1, 1), until=max(year_after(later).date(), year[-1].local_date))
    assert starts == [o.start for o in wanted if o in year or o.start > later]


def test_the_widest_hours_are_those_of_the_westernmost_and_the_easternmost_member() -> None:
    earliest, latest = widest_hours(utc(2027, 2, 16, 13), ["Europe/Paris", "Pacific/Auckland", "America/New_York"])
    assert (f"{earliest:%a %H:%M}", f"{latest:%a %H:%M}") == ("Tue 08:00", "Wed 02:00")
