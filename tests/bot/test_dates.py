"""Dates as people type them, and the words with which a wrong or ambiguous one is asked back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates import DAYS, MONTHS, is_date, read_date, show_date
from bot.errors import NotUnderstood
from tests.bot.refusals import refusal_of

TODAY = date(2026, 11, 21)  # a Saturday
DATES = st.dates(date(2000, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2027-02-16", date(2027, 2, 16)),
        ("2027-2-6", date(2027, 2, 6)),
        ("2027/02/16", date(2027, 2, 16)),
        ("today", TODAY),
        ("Tomorrow", date(2026, 11, 22)),
        ("Fri", date(2026, 11, 27)),
        ("friday", date(2026, 11, 27)),
        ("Sat", date(2026, 11, 28)),
        ("+14d", date(2026, 12, 5)),
        ("+2w", date(2026, 12, 5)),
        ("+1 week", date(2026, 11, 28)),
        ("+0d", TODAY),
        ("16 Feb 2027", date(2027, 2, 16)),
        ("16th February 2027", date(2027, 2, 16)),
        ("Feb 16 2027", date(2027, 2, 16)),
        ("February 16, 2027", date(2027, 2, 16)),
        ("Tue 16 Feb 2027", date(2027, 2, 16)),
        ("29 FEB 2028", date(2028, 2, 29)),
    ],
)
def test_dates_are_read_as_people_type_them(typed: str, meant: date) -> None:
    assert read_date(typed, today=TODAY) == meant


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("10/11", "“10/11” can mean 10 November 2027 or 11 October 2027. Write 2027-11-10 or 2027-10-11."),
        ("10.12.2026", "“10.12.2026” can mean 10 December 2026 or 12 October 2026. Write 2026-12-10 or 2026-10-12."),
        ("10-12-26", "“10-12-26” can mean 10 December 2026 or 12 October 2026. Write 2026-12-10 or 2026-10-12."),
        ("16/02/2027", "“16/02/2027” can mean 16 February 2027. Write 2027-02-16."),
        ("10/11/1850", "No date can be read in “10/11/1850”. Write year-month-day, for example 2026-12-05."),
        ("31/31", "No date can be read in “31/31”. Write year-month-day, for example 2026-12-05."),
        ("2027-02-30", "“2027-02-30” does not exist: February 2027 has 28 days. Write for example 2027-02-28."),
        ("Feb 30 2027", "“Feb 30 2027” does not exist: February 2027 has 28 days. Write for example 2027-02-28."),
        ("30 Feb", "“30 Feb” does not exist: February 2026 has 28 days. Write for example 2026-02-28."),
        ("29 Feb 2027", "“29 Feb 2027” does not exist: February 2027 has 28 days. Write for example 2027-02-28."),
        ("2027-13-01", "There is no month 13 in “2027-13-01”. Write year-month-day: 2027-02-16."),
        ("0207-02-16", "“0207-02-16” is not between 2000 and 2199. Write for example 2027-02-16."),
        ("16 Feb", "“16 Feb” says no year. Write it with one, for example 2027-02-16."),
        ("29 Feb", "“29 Feb” says no year. Write it with one, for example 2028-02-29."),
        (
            "Mon 16 Feb 2027",
            "In “Mon 16 Feb 2027” the day and the date differ: 16 February 2027 is a Tuesday."
            " Write the date alone, for example 2027-02-16.",
        ),
        ("+99999999d", "“+99999999d” reaches past the year 2199. Write for example +14d."),
        ("soon", "No date can be read in “soon”. Write year-month-day, for example 2026-12-05."),
        ("", "No date can be read in “”. Write year-month-day, for example 2026-12-05."),
    ],
)
def test_what_is_no_one_date_is_asked_back(typed: str, says: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_date(typed, today=TODAY)
    assert refused.value.says == says


@given(DATES, DATES)
def test_a_date_is_read_back_as_it_is_shown(day: date, today: date) -> None:
    written = (show_date(day), day.isoformat(), f"{day.day} {MONTHS[day.month - 1]} {day.year}")
    assert [read_date(text, today=today) for text in written] == [day, day, day]


@given(st.sampled_from(DAYS), st.integers(3, 9), st.dates(date(2000, 1, 1), date(2199, 12, 1)))
def test_a_weekday_is_the_next_one_after_today(name: str, letters: int, today: date) -> None:
    found = read_date(name[:letters], today=today)
    assert (DAYS[found.weekday()], timedelta() < found - today <= timedelta(days=7)) == (name, True)


@given(st.integers(1, 31), st.integers(1, 12), DATES)
def test_day_and_month_in_figures_are_never_guessed(day: int, month: int, today: date) -> None:
    with pytest.raises(NotUnderstood):
        read_date(f"{day}/{month}", today=today)


@given(st.text(max_size=30) | st.from_regex(r"[0-9+/. -]{1,12}", fullmatch=True), DATES)
def test_any_text_is_a_date_or_a_refusal_that_names_a_date(text: str, today: date) -> None:
    assert "Write" in (refusal_of(lambda: read_date(text, today=today)) or "Write")


@given(st.text(max_size=30), DATES)
def test_what_has_not_the_shape_of_a_date_is_not_read_as_one(text: str, today: date) -> None:
    if not is_date(text):
        with pytest.raises(NotUnderstood, match="No date can be read"):
            read_date(text, today=today)
