"""Clock times and moments as people type them, through daylight saving, and the words that ask wrong ones back."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotUnderstood
from bot.when import (
    after_skip,
    is_clock,
    read_clock_and_zone,
    read_moment,
    readings,
    show,
    show_span,
    show_time,
    to_utc,
)
from bot.zones import REGIONS
from tests.bot.refusals import refusal_of

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LONDON, PARIS, SYDNEY = ZoneInfo("Europe/London"), ZoneInfo("Europe/Paris"), ZoneInfo("Australia/Sydney")
ZONES = st.sampled_from([*sorted(n for n in available_timezones() if n.split("/")[0] in REGIONS), "UTC"])
MOMENTS = st.datetimes(datetime(2000, 1, 3), datetime(2037, 12, 1), timezones=st.just(UTC)).map(
    lambda m: m.replace(second=0, microsecond=0)
)


def read(typed: str, now: datetime = NOW) -> str:
    moment, zone = read_moment(typed.split(), now=now, zone=LONDON)
    return f"{moment:%Y-%m-%d %H:%M} {zone}"


def refusal(typed: str, now: datetime = NOW) -> str:
    with pytest.raises(NotUnderstood) as refused:
        read_moment(typed.split(), now=now, zone=LONDON)
    return refused.value.says


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("13:00", time(13)),
        ("9:05", time(9, 5)),
        ("1430", time(14, 30)),
        ("2pm", time(14)),
        ("2:30PM", time(14, 30)),
        ("12am", time(0)),
        ("12:30pm", time(12, 30)),
        ("00:00", time(0)),
    ],
)
def test_clock_times_are_read_as_people_type_them(typed: str, meant: time) -> None:
    assert read_clock_and_zone(typed) == (meant, None)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("25:00", "“25:00” is no time of day: the day runs from 00:00 to 23:59. Write for example 14:30."),
        ("24:00", "“24:00” is no time of day: the day runs from 00:00 to 23:59. Write for example 14:30."),
        ("1260", "“1260” is no time of day: the day runs from 00:00 to 23:59. Write for example 14:30."),
        ("13pm", "“13pm” is no time of day: with am and pm the hours run from 1 to 12. Write for example 2:30pm."),
        ("0am", "“0am” is no time of day: with am and pm the hours run from 1 to 12. Write for example 2:30pm."),
        ("14.30", "“14.30” can be a date or a time. Write a time with a colon: 14:30."),
        ("noonish", "No time of day can be read in “noonish”. Write hours and minutes, for example 14:30."),
    ],
)
def test_what_is_no_time_of_day_is_asked_back(typed: str, says: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_clock_and_zone(typed)
    assert refused.value.says == says


def test_a_z_after_a_clock_time_names_utc() -> None:
    assert [read_clock_and_zone(typed) for typed in ("1430Z", "14:30z", "14:30")] == [
        (time(14, 30), ZoneInfo("UTC")),
        (time(14, 30), ZoneInfo("UTC")),
        (time(14, 30), None),
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2027-02-16 13:00 UTC", "2027-02-16 13:00 UTC"),
        ("2027-02-16 14:30 Europe/Paris", "2027-02-16 13:30 Europe/Paris"),
        ("2027-02-16 14:30 Paris", "2027-02-16 13:30 Europe/Paris"),
        ("2027-07-20 14:30 Paris", "2027-07-20 12:30 Europe/Paris"),
        ("2027-02-16 2pm London", "2027-02-16 14:00 Europe/London"),
        ("2027-02-16 2 p.m. London", "2027-02-16 14:00 Europe/London"),
        ("2027-02-16 1430Z", "2027-02-16 14:30 UTC"),
        ("2027-02-16T14:30Z", "2027-02-16 14:30 UTC"),
        ("2027-02-16 1430", "2027-02-16 14:30 Europe/London"),
        ("16 Feb 2027 1430 New York", "2027-02-16 19:30 America/New_York"),
        ("Feb 16 2027, 2:30 pm", "2027-02-16 14:30 Europe/London"),
        ("Fri at 2pm London", "2026-11-27 14:00 Europe/London"),
        ("2pm London on Fri", "2026-11-27 14:00 Europe/London"),
        ("14:30 Paris +14d", "2026-12-05 13:30 Europe/Paris"),
        ("tomorrow 14:30", "2026-11-22 14:30 Europe/London"),
    ],
)
def test_a_moment_is_read_in_any_order_and_form(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (
            "2027-02-16",
            "No time of day is said in “2027-02-16”."
            " Write date, time and zone, for example 2026-12-05 14:30 Europe/London.",
        ),
        (
            "14:30 Paris",
            "No date can be read in “14:30 Paris”."
            " Write date, time and zone, for example 2026-12-05 14:30 Europe/London.",
        ),
        (
            "Fri 14:30 16:00",
            "More than one time of day is said in “Fri 14:30 16:00”."
            " Write date, time and zone, for example 2026-12-05 14:30 Europe/London.",
        ),
        (
            "Fri 1430Z Paris",
            "“Fri 1430Z Paris” names two zones, UTC (by its Z) and Europe/Paris."
            " Write one, for example 2026-12-05 14:30 Europe/London.",
        ),
        ("10/11 14:30", "“10/11” can mean 10 November 2027 or 11 October 2027. Write 2027-11-10 or 2027-10-11."),
        ("Fri 25:00", "“25:00” is no time of day: the day runs from 00:00 to 23:59. Write for example 14:30."),
        (
            "Fri 14:30 EST",
            "“EST” is the short name of more than one clock. Write a city, for example “14:30 New York”.",
        ),
        (
            "2027-03-28 02:30 Paris",
            "Sun 28 Mar 2027, 02:30 Europe/Paris does not exist, because the clocks go forward."
            " The next time that does is 2027-03-28 03:00 Europe/Paris.",
        ),
        (
            "2027-10-31 02:30 Paris",
            "Sun 31 Oct 2027, 02:30 Europe/Paris comes twice, because the clocks go back:"
            " 2027-10-31 00:30 UTC and 2027-10-31 01:30 UTC. Write the one you mean in UTC.",
        ),
        (
            "Fri 14:30 Paris (15:00 UTC)",
            "In “Fri 14:30 Paris (15:00 UTC)” the two times differ."
            " Write one of them, for example 2026-11-27 15:00 UTC.",
        ),
    ],
)
def test_what_is_no_one_moment_is_asked_back(typed: str, says: str) -> None:
    assert refusal(typed) == says


def test_a_day_counted_from_today_is_asked_back_where_today_differs_between_reader_and_zone() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert refusal("tomorrow 14:30 Auckland", late) == (
        "“tomorrow” is Sun 22 Nov 2026 in Europe/London and Mon 23 Nov 2026 in Pacific/Auckland."
        " Write 2026-11-22 or 2026-11-23."
    )


def test_a_repeated_hour_is_decided_by_the_utc_time_in_brackets() -> None:
    shown = "Sun 31 Oct 2027, 02:30 Europe/Paris"
    assert [read(f"{shown} (00:30 UTC)"), read(f"{shown} (01:30 UTC)")] == [
        "2027-10-31 00:30 Europe/Paris",
        "2027-10-31 01:30 Europe/Paris",
    ]


def test_a_moment_is_shown_in_the_zone_and_in_utc() -> None:
    moment = datetime(2027, 2, 16, 13, 30, tzinfo=UTC)
    assert [show(moment, PARIS), show_time(moment, PARIS), show(moment, ZoneInfo("UTC"))] == [
        "Tue 16 Feb 2027, 14:30 Europe/Paris (13:30 UTC)",
        "14:30 Europe/Paris (13:30 UTC)",
        "Tue 16 Feb 2027, 13:30 UTC",
    ]


def test_the_utc_date_is_shown_where_it_is_another() -> None:
    assert show(datetime(2027, 2, 16, 21, 30, tzinfo=UTC), SYDNEY) == (
        "Wed 17 Feb 2027, 08:30 Australia/Sydney (Tue 16 Feb 2027, 21:30 UTC)"
    )


def test_a_span_is_shown_with_one_date() -> None:
    start = datetime(2027, 2, 16, 13, 30, tzinfo=UTC)
    assert show_span(start, start + timedelta(minutes=90), PARIS) == (
        "Tue 16 Feb 2027, 14:30-16:00 Europe/Paris (13:30-15:00 UTC)"
    )


def test_a_span_over_midnight_is_shown_with_both_dates() -> None:
    start = datetime(2027, 2, 16, 22, 30, tzinfo=UTC)
    assert show_span(start, start + timedelta(minutes=60), PARIS) == (
        "Tue 16 Feb 2027, 23:30 to Wed 17 Feb 2027, 00:30 Europe/Paris (22:30-23:30 UTC)"
    )


@given(MOMENTS, ZONES, MOMENTS, ZONES)
def test_what_is_shown_is_read_back_as_the_same_moment(moment: datetime, name: str, now: datetime, reader: str) -> None:
    zone = ZoneInfo(name)
    assert read_moment(show(moment, zone).split(), now=now, zone=ZoneInfo(reader)) == (moment, zone)


@given(MOMENTS, ZONES)
def test_every_moment_is_a_reading_of_its_own_wall_time(moment: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    assert moment in readings(moment.astimezone(zone).replace(tzinfo=None), zone)


@given(MOMENTS.map(lambda m: m.replace(tzinfo=None)), ZONES)
def test_a_wall_time_is_one_moment_or_refused(local: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    try:
        assert to_utc(local, zone).astimezone(zone).replace(tzinfo=None) == local
    except NotUnderstood:
        assert len(readings(local, zone)) != 1


@pytest.mark.parametrize("name", ["Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Nuuk"])
def test_after_a_skip_comes_the_first_moment_whose_wall_time_exists(name: str) -> None:
    zone = ZoneInfo(name)
    walls = [datetime(2027, 1, 1) + timedelta(minutes=15 * n) for n in range(365 * 96)]
    skipped = next(wall for wall in walls if not readings(wall, zone))
    following = next(wall for wall in walls if wall > skipped and readings(wall, zone))
    assert readings(following, zone) == (after_skip(skipped, zone),)


@given(
    st.lists(
        st.text(max_size=8) | st.sampled_from("Fri 14:30 Paris +3d 2027-02-16 ( ) 1430Z 2pm at".split()), max_size=7
    )
)
def test_any_words_are_a_moment_or_a_refusal(words: list[str]) -> None:
    assert refusal_of(lambda: read_moment(words, now=NOW, zone=LONDON)) != ""


@given(st.times())
def test_a_clock_time_is_read_in_each_of_its_forms(clock: time) -> None:
    clock = clock.replace(second=0, microsecond=0)
    forms = [f"{clock:%H:%M}", f"{clock:%H%M}", f"{clock:%I:%M%p}"]
    assert [(*read_clock_and_zone(form), is_clock(form)) for form in forms] == [(clock, None, True)] * 3
