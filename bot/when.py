"""Owns how clock times and moments are read as people type them, and shown; ``dates`` and ``zones`` own the parts."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.dates import MOST_WORDS, example_date, plain_words
from bot.dates import is_date as is_date
from bot.dates import read_date as read_date
from bot.dates import show_date as show_date
from bot.errors import NotUnderstood
from bot.zones import find_zone as find_zone

_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})|(?P<hours>[0-9]{2})(?P<minutes>[0-9]{2})")
_HALF_DAY = re.compile(r"(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2}))?(?P<half>am|pm)")
_DOTTED = re.compile(r"(?P<hour>[0-9]{1,2})\.(?P<minute>[0-9]{2})")


def is_clock(text: str) -> bool:
    """Whether *text* has the shape of a clock time; reading it may still refuse it (25:00)."""
    said = plain_words(text)
    return any(p.fullmatch(said) or p.fullmatch(said.removesuffix("z")) for p in (_CLOCK, _HALF_DAY, _DOTTED))


def read_clock_and_zone(text: str) -> tuple[time, ZoneInfo | None]:
    """The clock time ('13:00', '1430', '2pm', '2:30pm'), and UTC if a Z follows it ('1430Z').

    Raises NotUnderstood for what is no time of day, also for a dot as in dates.
    """
    said = plain_words(text)
    zone = ZoneInfo("UTC") if said.endswith("z") else None
    said = said.removesuffix("z")
    if match := _HALF_DAY.fullmatch(said):
        return _half_day(match, text.strip()), zone
    if match := _CLOCK.fullmatch(said):
        return _clock(match["hour"] or match["hours"], match["minute"] or match["minutes"], text.strip()), zone
    if match := _DOTTED.fullmatch(said):
        clock = _clock(match["hour"], match["minute"], text.strip())
        raise NotUnderstood(f"“{text.strip()}” can be a date or a time. Write a time with a colon: {clock:%H:%M}.")
    raise NotUnderstood(f"No time of day can be read in “{text.strip()}”. Write hours and minutes, for example 14:30.")


def read_moment(words: Sequence[str], *, now: datetime, zone: ZoneInfo) -> tuple[datetime, ZoneInfo]:
    """The moment (UTC) of 'DATE HH:MM ZONE' in any order, and the zone meant: *zone*, the reader's, if none is said.

    What ``show`` wrote is read back too: the UTC time in its brackets decides which of a repeated hour is meant.
    Raises NotUnderstood for a missing, ambiguous or impossible date, time or zone.
    """
    typed = " ".join(words).strip()
    outside, bracket, inside = typed.partition("(")
    day, clock, meant = _parts(outside, now=now, zone=zone, day=None)
    local = datetime.combine(day, clock)
    if not bracket:
        return to_utc(local, meant), meant
    utc_day, utc_clock, utc = _parts(inside.removesuffix(")"), now=now, zone=ZoneInfo("UTC"), day=day)
    moment = datetime.combine(utc_day, utc_clock, utc).astimezone(UTC)
    if moment not in readings(local, meant):
        raise NotUnderstood(f"In “{typed}” the two times differ. Write one of them, for example {_iso(moment)}.")
    return moment, meant


def read_wall_time(words: Sequence[str], *, now: datetime, zone: ZoneInfo) -> tuple[datetime, ZoneInfo]:
    """The same for what comes again at that wall time: naive, and in which zone; a change of clocks may skip or repeat
    it on that day. Raises NotUnderstood."""
    typed = " ".join(words).strip()
    if "(" in typed:
        moment, meant = read_moment(words, now=now, zone=zone)
        return moment.astimezone(meant).replace(tzinfo=None, fold=0), meant
    day, clock, meant = _parts(typed, now=now, zone=zone, day=None)
    return datetime.combine(day, clock), meant


def readings(local: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The moments (UTC, in order) at which clocks in *zone* show the naive *local*: one, none where skipped, or two."""
    # zoneinfo answers for skipped times too: only what comes back as it went in was ever shown by a clock.
    guesses = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(m for m in guesses if m.astimezone(zone).replace(tzinfo=None, fold=0) == local))


def after_skip(local: datetime, zone: ZoneInfo) -> datetime:
    """The first moment (UTC) after the clock change that skips the naive *local* in *zone*."""
    before, after = sorted(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == offset else (before, middle)
    return after.replace(microsecond=0)


def first_reading(local: datetime, zone: ZoneInfo) -> datetime:
    """The first moment (UTC) at which clocks in *zone* show the naive *local*, or where they skip it, one after it."""
    return next(iter(readings(local, zone)), None) or after_skip(local, zone)


def to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment (UTC) of a naive *local* time in *zone*.

    Raises NotUnderstood where a clock change skips it (naming the next that exists) or repeats it (naming both).
    """
    found = readings(local, zone)
    if len(found) == 1:
        return found[0]
    said = f"{show_date(local.date())}, {local:%H:%M} {zone}"
    if found:
        first, second = found
        raise NotUnderstood(
            f"{said} comes twice, because the clocks go back: {_iso(first)} and {_iso(second)}."
            " Write the one you mean in UTC."
        )
    following = after_skip(local, zone)
    raise NotUnderstood(
        f"{said} does not exist, because the clocks go forward. The next time that does is"
        f" {following.astimezone(zone):%Y-%m-%d %H:%M} {zone}."
    )


def show(moment: datetime, zone: ZoneInfo) -> str:
    """'Tue 16 Feb 2027, 14:30 Europe/Paris (13:30 UTC)'; UTC with its date where that differs, and UTC only once."""
    return f"{show_date(moment.astimezone(zone).date())}, {show_time(moment, zone)}"


def show_time(moment: datetime, zone: ZoneInfo) -> str:
    """'14:30 Europe/Paris (13:30 UTC)', for where the date is known already."""
    return _both(moment, moment, zone, lambda start, _: _hour(start))


def show_wait(seconds: int) -> str:
    """'2 minutes', '45 seconds': whole minutes as minutes."""
    number, unit = (seconds // 60, "minute") if seconds >= 60 and seconds % 60 == 0 else (seconds, "second")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def show_span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """'Tue 16 Feb 2027, 14:30-16:00 Europe/Paris (13:30-15:00 UTC)'; the end with its date where that differs."""

    def hours(start: datetime, end: datetime) -> str:
        if start.date() == end.date():
            return f"{_hour(start)}-{_hour(end)}"
        return f"{_hour(start)} to {show_date(end.date())}, {_hour(end)}"

    return f"{show_date(start.astimezone(zone).date())}, {_both(start, end, zone, hours)}"


def show_hours(start: datetime, end: datetime, zone: ZoneInfo, beside: datetime) -> str:
    """The same without the date where it is that of *beside*: '14:30-16:00 Europe/Paris (13:30-15:00 UTC)'."""
    return show_span(start, end, zone).removeprefix(f"{show_date(beside.astimezone(zone).date())}, ")


def _hour(moment: datetime) -> str:
    """'14:30', as ``%H:%M`` writes it, in a fifth of the time: an agenda shows a dozen."""
    return f"{moment.hour:02}:{moment.minute:02}"


def _both(start: datetime, end: datetime, zone: ZoneInfo, hours: Callable[[datetime, datetime], str]) -> str:
    local, utc = start.astimezone(zone), start.astimezone(UTC)
    here = f"{hours(local, end.astimezone(zone))} {zone}"
    if str(zone) == "UTC":
        return here
    date_of_utc = "" if utc.date() == local.date() else f"{show_date(utc.date())}, "
    return f"{here} ({date_of_utc}{hours(utc, end.astimezone(UTC))} UTC)"


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _clock(hour: str, minute: str, text: str) -> time:
    if int(hour) > 23 or int(minute) > 59:
        raise NotUnderstood(f"“{text}” is no time of day: the day runs from 00:00 to 23:59. Write for example 14:30.")
    return time(int(hour), int(minute))


def _half_day(match: re.Match[str], text: str) -> time:
    hour, minute = int(match["hour"]), match["minute"] or "00"
    if not 1 <= hour <= 12:
        raise NotUnderstood(
            f"“{text}” is no time of day: with am and pm the hours run from 1 to 12. Write for example 2:30pm."
        )
    return _clock(str(hour % 12 + (12 if match["half"] == "pm" else 0)), minute, text)


def _parts(text: str, *, now: datetime, zone: ZoneInfo, day: date | None) -> tuple[date, time, ZoneInfo]:
    """Date, clock time and zone of *text*; without a date in it *day*, if given, and without a zone *zone*."""
    words = (
        re.sub(r"(?i)([0-9]) ?([ap])\.?m\b\.?", r"\1\2m", re.sub(r"(?i)(-[0-9]{1,2})t(?=[0-9])", r"\1 ", text))
        .replace(",", " ")
        .split()
    )
    words = [word for word in words if word.lower() not in ("at", "on")]
    example = f"{example_date(now.astimezone(zone).date())} 14:30 {zone}"
    # The longest run of words that reads as a date: in '16 Feb 2027 1430' the year is no clock time.
    runs = [
        (begin, begin + length)
        for begin in range(len(words))
        for length in range(1, MOST_WORDS + 1)
        if begin + length <= len(words) and is_date(" ".join(words[begin : begin + length]))
    ]
    begin, end = max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
    said_date, rest = " ".join(words[begin:end]), words[:begin] + words[end:]
    clocks = [word for word in rest if is_clock(word)]
    if not said_date and day is None:
        raise NotUnderstood(
            f"No date can be read in “{text.strip()}”. Write date, time and zone, for example {example}."
        )
    if len(clocks) != 1:
        count = "No time of day" if not clocks else "More than one time of day"
        raise NotUnderstood(f"{count} is said in “{text.strip()}”. Write date, time and zone, for example {example}.")
    clock, marked = read_clock_and_zone(clocks[0])
    rest.remove(clocks[0])
    named = find_zone(" ".join(rest)) if rest else None
    if marked and named and marked != named:
        raise NotUnderstood(
            f"“{text.strip()}” names two zones, UTC (by its Z) and {named}. Write one, for example {example}."
        )
    meant = marked or named or zone
    return (_same_day(said_date, now, zone, meant) if said_date else day or now.date()), clock, meant


def _same_day(text: str, now: datetime, reader: ZoneInfo, meant: ZoneInfo) -> date:
    """The date of *text*, which may count from today: refused where that is another day for the reader than there."""
    days = [read_date(text, today=now.astimezone(zone).date()) for zone in (reader, meant)]
    if days[0] != days[1]:
        raise NotUnderstood(
            f"“{text}” is {show_date(days[0])} in {reader} and {show_date(days[1])} in {meant}."
            f" Write {days[0]} or {days[1]}."
        )
    return days[0]
