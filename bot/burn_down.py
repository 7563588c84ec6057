"""Owns how many actions were open, week by week: what a burn-down shows; whose it is to see is the acts' to say."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.actions import ActionState

WEEKS = 26


@dataclass(frozen=True, slots=True)
class Span:
    """When an action was given and ended (UTC; None: it has not), when it was due, and how it stands."""

    given: datetime
    due: date
    ended: datetime | None
    state: ActionState


@dataclass(frozen=True, slots=True)
class Week:
    """The end of a week (UTC), and how many actions were open then, overdue ones among them."""

    ends: datetime
    open: int
    overdue: int


def begins(now: datetime) -> datetime:
    """From when on actions count: the end of the first of 26 weeks, of which the last ends *now*."""
    return now - timedelta(weeks=WEEKS - 1)


def weeks(spans: Iterable[Span], now: datetime) -> tuple[Week, ...]:
    """The 26 weeks up to *now*. An action was overdue from the end of its due date (UTC) on."""
    known = [(s.given, s.ended, datetime.combine(s.due + timedelta(days=1), time(), UTC)) for s in spans]
    found = []
    for back in reversed(range(WEEKS)):
        at = now - timedelta(weeks=back)
        late = [over for given, ended, over in known if given <= at and (ended is None or ended > at)]
        found.append(Week(at, len(late), sum(over <= at for over in late)))
    return tuple(found)


def ended_as(spans: Iterable[Span], since: datetime) -> Counter[ActionState]:
    """How those that ended after *since* did."""
    return Counter(s.state for s in spans if s.ended is not None and s.ended > since)
