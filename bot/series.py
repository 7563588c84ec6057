"""Owns which calls a series yields and what that asks of people's clocks; single calls belong to ``bot/calls.py``."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from itertools import takewhile

from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, rrule, weekday

from bot.dates import DAYS
from bot.when import after_skip, readings
from bot.zones import zone_of

ORDINALS = ("first", "second", "third", "fourth")
DAY_BEGINS, NIGHT_BEGINS = 6 * 60, 22 * 60  # minutes of the day


class Cadence(StrEnum):
    """How often a series calls; either keeps the Plan's 'at least quarterly' (A.3)."""

    QUARTERLY = "quarterly"
    BIMONTHLY = "bimonthly"

    @property
    def months(self) -> int:
        """Months from one call to the next."""
        return 3 if self is Cadence.QUARTERLY else 2

    @property
    def calls_a_year(self) -> int:
        return 12 // self.months


@dataclass(frozen=True, slots=True)
class CallSeries:
    """The rule that yields calls: place in the month of ``first``, wall time ``local`` in the IANA ``zone``, minutes.

    ``ended_at`` (UTC) is the moment from which it yields no more; ``drafted_until`` the local date of the last call
    that was drafted from it, None before the first.
    """

    id: str
    title: str
    cadence: Cadence
    first: date
    local: time
    zone: str
    minutes: int
    ended_at: datetime | None = None
    drafted_until: date | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One call of a series: ``start`` in UTC, ``local_date`` as the rule gives it.

    ``shifted``: clocks skip the wall time that day, so the call starts at the first that exists.
    """

    start: datetime
    local_date: date
    shifted: bool


@dataclass(frozen=True, slots=True)
class Hours:
    """What calls ask of one zone: the span of their local starting times, and whether any of it is from 22:00 to 06:00.

    ``earliest`` is later on the clock than ``latest`` where the span runs over midnight (23:30 to 00:30).
    """

    zone: str
    earliest: time
    latest: time
    night: bool


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a UTC calendar year (Plan A.3), ``number`` 1 to 4."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"Q{self.number} {self.year}"

    @property
    def start(self) -> datetime:
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first moment that no longer belongs to it."""
        return self.following.start

    @property
    def following(self) -> "Quarter":
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    @classmethod
    def of(cls, moment: datetime) -> "Quarter":
        utc = moment.astimezone(UTC)
        return cls(utc.year, (utc.month + 2) // 3)


def occurrences(series: CallSeries, *, after: date, until: date) -> list[Occurrence]:
    """The calls of *series* whose local date is later than *after* and not later than *until*, in order.

    Weekday and place in the month stay those of ``first`` (the third Tuesday; a fifth becomes the last), and the wall
    time stays over daylight saving. A repeated wall time is taken the first time round; a skipped one moves to the
    first that exists.
    """
    days = takewhile(lambda day: day <= until, _days(series))
    return [found for day in days if day > after and not _over(series, found := _occurrence(series, day))]


def first_year(series: CallSeries) -> list[Occurrence]:
    """The six or four calls of the twelve months that begin with ``first``."""
    following = zip(range(series.cadence.calls_a_year), _days(series), strict=False)
    return [found for _, day in following if not _over(series, found := _occurrence(series, day))]


def still_to_draft(series: CallSeries, now: datetime) -> list[Occurrence]:
    """The calls of *series* that are to be drafted at *now* so that twelve months are filled: the first year of a new
    one, else what follows the last one drafted. What has gone by while nobody drafted stays undrafted."""
    if series.drafted_until is None:
        return first_year(series)
    until = year_after(now).astimezone(zone_of(series.zone)).date()
    return [o for o in occurrences(series, after=series.drafted_until, until=until) if o.start > now]


def year_after(moment: datetime) -> datetime:
    """Twelve months after *moment*, the 28th for a 29 February."""
    return moment + relativedelta(months=12)


def widest_hours(start: datetime, zones: Iterable[str]) -> tuple[datetime, datetime]:
    """*start* as the westernmost and as the easternmost of *zones* have it on their clocks that day."""
    local = sorted((start.astimezone(zone_of(zone)) for zone in zones), key=lambda m: m.replace(tzinfo=None))
    return local[0], local[-1]


def place_in_month(day: date) -> int:
    """1 to 4 for the first to fourth of its weekday in the month, -1 for a fifth, which stands for the last."""
    place = (day.day + 6) // 7
    return place if place <= len(ORDINALS) else -1


def place_in_words(first: date) -> str:
    """'the third Tuesday', 'the last Friday'."""
    place = place_in_month(first)
    return f"the {ORDINALS[place - 1] if place > 0 else 'last'} {DAYS[first.weekday()]}"


def hours_for(starts: Iterable[datetime], zones: Iterable[str], *, minutes: int = 1) -> list[Hours]:
    """For each zone once, in order, what calls of *minutes* at *starts* (UTC) ask of it; nothing without calls."""
    moments = list(starts)
    return [_hours(moments, zone, minutes) for zone in dict.fromkeys(zones) if moments]


def quarters_without_call(starts: Iterable[datetime], *, since: datetime, until: datetime) -> list[Quarter]:
    """The quarters that end after *since*, and not after *until*, without any of *starts* in them.

    Plan A.3 asks for calls at least quarterly. The running quarter counts whole, so *starts* holds the calls
    already held in it too; a quarter that *until* cuts is not judged yet.
    """
    served = {Quarter.of(start) for start in starts}
    quarters: list[Quarter] = []
    quarter = Quarter.of(since)
    while quarter.end <= until:
        quarters.append(quarter)
        quarter = quarter.following
    return [q for q in quarters if q not in served]


def _days(series: CallSeries) -> Iterator[date]:
    on = weekday(series.first.weekday(), place_in_month(series.first))
    first = datetime.combine(series.first, time())
    return (found.date() for found in rrule(MONTHLY, interval=series.cadence.months, dtstart=first, byweekday=on))


def _occurrence(series: CallSeries, day: date) -> Occurrence:
    local, zone = datetime.combine(day, series.local), zone_of(series.zone)
    found = readings(local, zone)
    return Occurrence(found[0] if found else after_skip(local, zone), day, shifted=not found)


def _over(series: CallSeries, occurrence: Occurrence) -> bool:
    return series.ended_at is not None and occurrence.start >= series.ended_at


def _hours(starts: list[datetime], zone: str, minutes: int) -> Hours:
    local = sorted({start.astimezone(zone_of(zone)).time() for start in starts})
    of_day = [t.hour * 60 + t.minute for t in local]
    # The span is the shortest way round the clock: it begins after the widest gap between two neighbouring times.
    gaps = [(this - before) % (24 * 60) or 24 * 60 for before, this in zip([of_day[-1], *of_day], of_day, strict=False)]
    first = gaps.index(max(gaps))
    night = any(m < DAY_BEGINS or m + minutes > NIGHT_BEGINS for m in of_day)
    return Hours(zone, local[first], local[first - 1], night)
