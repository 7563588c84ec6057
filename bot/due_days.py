"""Owns the days on which somebody is told of an action that is due or overdue; what became of it is ``actions``'s."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.actions import ActionItem, ActionState


def reminder_days(due: date, before: Sequence[int], after: Sequence[int]) -> tuple[date, ...]:
    """The days on which the owner of an action is reminded, in order."""
    return tuple(sorted({*(due - timedelta(days=n) for n in before), *(due + timedelta(days=n) for n in after)}))


def next_reminder(
    action: ActionItem, zone: ZoneInfo, hour: int, before: Sequence[int], after: Sequence[int], now: datetime
) -> datetime | None:
    """When (UTC) its owner is next reminded of an open *action*, after *now*; None where no day is left.

    A day is the owner's own (*zone*), and *hour* (UTC) is when its messages leave. The day on which the action was
    given counts for nothing.
    """
    given = action.entered_at.astimezone(zone).date()
    days = (day for day in reminder_days(action.due, before, after) if day > given)
    ahead = (moment for day in days if (moment := hour_on(day, zone, hour)) > now)
    return None if action.state.ended else next(ahead, None)


def next_escalation(
    action: ActionItem, zone: ZoneInfo, hour: int, to_point: int, to_secretariat: int, now: datetime
) -> datetime | None:
    """When (UTC) others are next told that *action* is overdue; None where nobody is: only what its owner accepted is
    anybody's else to know as late.

    *to_point* days after it was due its owner's point of contact is told, *to_secretariat* days after the secretariat.
    Whoever is told late, after a downtime or as it was accepted late, leaves the next one as many days as ever.
    """
    if action.state is not ActionState.OPEN:
        return None
    days, waits = (to_secretariat, to_secretariat - to_point) if action.escalated else (to_point, 1)
    today = now.astimezone(zone).date()
    return hour_on(max(action.due + timedelta(days=days), today + timedelta(days=waits)), zone, hour)


def hour_on(day: date, zone: ZoneInfo, hour: int) -> datetime:
    """The moment at which *hour* (UTC) strikes on the local *day* of *zone*; where it strikes at no time of a day of 23
    hours, that day's beginning."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    strikes = midnight.replace(hour=hour, minute=0, second=0, microsecond=0)
    strikes = strikes if strikes >= midnight else strikes + timedelta(days=1)
    return strikes if strikes.astimezone(zone).date() == day else midnight
