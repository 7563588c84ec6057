"""Owns how dates are read as people type them and shown again; clock times and moments belong to ``bot/when.py``."""

import calendar
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import lru_cache

from bot.errors import NotUnderstood

# Not from the locale: what people read must not depend on the machine.
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
FIRST_YEAR, LAST_YEAR = 2000, 2199
MOST_WORDS = 4  # of a date: 'Tue 16 Feb 2027'


def _any_of(names: Sequence[str]) -> str:
    """A pattern for each name and its beginnings of three letters or more."""
    return "|".join(name[:n].lower() for name in names for n in range(len(name), 2, -1))


_DAY_NAME = f"(?P<weekday>{_any_of(DAYS)})"
_MONTH_NAME = f"(?P<month>{_any_of(MONTHS)})"
_DAY = "(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR = "(?: (?P<year>2[01][0-9]{2}))?"
_ISO = re.compile(rf"(?:{_DAY_NAME} )?(?P<year>[0-9]{{4}})([-/.])(?P<month>[0-9]{{1,2}})\3(?P<day>[0-9]{{1,2}})")
_WRITTEN = (
    re.compile(rf"(?:{_DAY_NAME} )?{_DAY} {_MONTH_NAME}{_YEAR}"),
    re.compile(rf"(?:{_DAY_NAME} )?{_MONTH_NAME} {_DAY}{_YEAR}"),
)
_WEEKDAY = re.compile(_DAY_NAME)
_AHEAD = re.compile(r"\+(?P<number>[0-9]{1,9}) ?(?P<unit>d|days?|w|weeks?)")
_NAMED = re.compile(r"today|tomorrow")
_FIGURES = re.compile(
    r"[0-9]{1,2}([/.])[0-9]{1,2}(?:\1(?:[0-9]{2}|[0-9]{4}))?|[0-9]{1,2}-[0-9]{1,2}-(?:[0-9]{2}|[0-9]{4})"
)


def _form_of(text: str) -> Callable[[date], date] | None:
    """The reader of *text* when it has the shape of a date, else nothing."""
    said = plain_words(text)
    for pattern, read in _FORMS:
        if match := pattern.fullmatch(said):
            return lambda today: read(match, text.strip(), today)
    return None


def is_date(text: str) -> bool:
    """Whether *text* has the shape of a date; reading it may still refuse it (February 30, 10/11)."""
    return _form_of(text) is not None


def read_date(text: str, *, today: date) -> date:
    """'2027-02-16', '16 Feb 2027', 'Feb 16 2027', 'Fri' (the next after *today*), '+14d', '+2w', 'today', 'tomorrow'.

    Raises NotUnderstood for what is no date, does not exist, or can be read in two ways (10/11).
    """
    if read := _form_of(text):
        return read(today)
    raise NotUnderstood(
        f"No date can be read in “{text.strip()}”. Write year-month-day, for example {example_date(today)}."
    )


@lru_cache(maxsize=400)
def show_date(day: date) -> str:
    """'Tue 16 Feb 2027'."""
    return f"{DAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def plain_words(text: str) -> str:
    """Lower case, commas dropped, one space between words: how dates and clock times are compared with their forms."""
    return " ".join(text.casefold().replace(",", " ").split())


def example_date(today: date) -> str:
    """A date that fits every argument, in two weeks, for the example in a refusal."""
    return (today + timedelta(days=14)).isoformat()


def _on(year: int, month: int, day: int, text: str, weekday: str | None = None) -> date:
    if not 1 <= month <= 12:
        raise NotUnderstood(f"There is no month {month} in “{text}”. Write year-month-day: 2027-02-16.")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotUnderstood(f"“{text}” is not between {FIRST_YEAR} and {LAST_YEAR}. Write for example 2027-02-16.")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise NotUnderstood(
            f"“{text}” does not exist: {MONTHS[month - 1]} {year} has {last} days."
            f" Write for example {year}-{month:02}-{last}."
        )
    found = date(year, month, day)
    if weekday and not DAYS[found.weekday()].lower().startswith(weekday):
        raise NotUnderstood(
            f"In “{text}” the day and the date differ: {day} {MONTHS[month - 1]} {year} is a {DAYS[found.weekday()]}."
            f" Write the date alone, for example {found}."
        )
    return found


def _read_iso(match: re.Match[str], text: str, today: date) -> date:
    return _on(int(match["year"]), int(match["month"]), int(match["day"]), text, match["weekday"])


def _read_written(match: re.Match[str], text: str, today: date) -> date:
    month = next(n for n, name in enumerate(MONTHS, 1) if name.lower().startswith(match["month"]))
    if match["year"]:
        return _on(int(match["year"]), month, int(match["day"]), text, match["weekday"])
    following = _next_of(today, month, int(match["day"]))
    if following is None:
        _on(today.year, month, int(match["day"]), text)
    raise NotUnderstood(f"“{text}” says no year. Write it with one, for example {following}.")


def _read_weekday(match: re.Match[str], text: str, today: date) -> date:
    named = next(n for n, name in enumerate(DAYS) if name.lower().startswith(match["weekday"]))
    return today + timedelta(days=(named - today.weekday() - 1) % 7 + 1)


def _read_ahead(match: re.Match[str], text: str, today: date) -> date:
    days = int(match["number"]) * (7 if match["unit"].startswith("w") else 1)
    if days > (date(LAST_YEAR, 12, 31) - today).days:
        raise NotUnderstood(f"“{text}” reaches past the year {LAST_YEAR}. Write for example +14d.")
    return today + timedelta(days=days)


def _read_named(match: re.Match[str], text: str, today: date) -> date:
    return today + timedelta(days=("today", "tomorrow").index(match[0]))


def _read_figures(match: re.Match[str], text: str, today: date) -> date:
    """Always asked back, with what it can mean: the order of day and month differs between the members' countries."""
    parts = [int(part) for part in re.split(r"[-/.]", match[0])]
    orders = [(parts[1], parts[0]), (parts[0], parts[1])]
    if len(parts) == 2:
        found = [_next_of(today, month, day) for month, day in orders]
    else:
        year = parts[2] if parts[2] > 99 else FIRST_YEAR + parts[2]
        found = [_exists(year, month, day) for month, day in orders if FIRST_YEAR <= year <= LAST_YEAR]
    days = list(dict.fromkeys(day for day in found if day))
    if not days:
        raise NotUnderstood(
            f"No date can be read in “{text}”. Write year-month-day, for example {example_date(today)}."
        )
    shown = " or ".join(f"{day.day} {MONTHS[day.month - 1]} {day.year}" for day in days)
    raise NotUnderstood(f"“{text}” can mean {shown}. Write {' or '.join(map(str, days))}.")


def _exists(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next_of(today: date, month: int, day: int) -> date | None:
    """The next such day from *today* on; eight years reach over any missing 29 February."""
    years = (_exists(year, month, day) for year in range(today.year, today.year + 9))
    return next((found for found in years if found and found >= today), None)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str, date], date]], ...] = (
    (_ISO, _read_iso),
    (_WRITTEN[0], _read_written),
    (_WRITTEN[1], _read_written),
    (_WEEKDAY, _read_weekday),
    (_AHEAD, _read_ahead),
    (_NAMED, _read_named),
    (_FIGURES, _read_figures),
)
