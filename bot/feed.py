"""Owns the bytes of one person's calendar feed (RFC 5545, 7986); what stands in it is ``handlers.feed``'s to say.

A feed has no METHOD, so it needs neither organizer nor attendee (RFC 5546 3.2.1). Its entries have the UID, SEQUENCE
and DTSTAMP of the mailed copies, so that a calendar which holds both sees one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.errors import NotUnderstood
from bot.itip import Entry, alarm_of, calendar, core_of, in_line, in_utc, place_of

REFRESH = "PT6H"
"""How often calendars should come back; most do as they like."""
LONGEST_ALARM = 7 * 24 * 60
ALARM = (
    f"Say `/lap feed alarm 15` for a reminder 15 minutes before each entry of your feed (1 to {LONGEST_ALARM}), or "
    "`/lap feed alarm off` for none."
)


def read_alarm(text: str) -> int | None:
    """How many minutes before each entry a calendar is to ring; None for ``off``. Raises NotUnderstood for else."""
    word = text.strip().casefold()
    if word == "off":
        return None
    if not (word.isascii() and word.isdigit() and len(word) < 6 and 1 <= int(word) <= LONGEST_ALARM):
        raise NotUnderstood(ALARM)
    return int(word)


def alarm_in_words(minutes: int | None) -> str:
    """What reminders a feed has, as people read it."""
    return "none" if minutes is None else f"{minutes} minute{'s' * (minutes != 1)} before each entry"


class Status(StrEnum):
    """RFC 5545 3.8.1.11 of a VEVENT."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a feed; a tentative or cancelled one leaves its time free."""

    entry: Entry
    status: Status


@dataclass(frozen=True, slots=True)
class Task:
    """An action as a VTODO (RFC 5545 3.6.2): ``due`` is a date, ``completed`` (UTC) when it was done; ``dropped``:
    nothing is left to do. ``created`` is None where it would tell when a part was held that its owner did not hear."""

    uid: str
    dtstamp: datetime
    created: datetime | None
    due: date
    summary: str
    completed: datetime | None = None
    dropped: bool = False


def feed(name: str, entries: Iterable[Listed], tasks: Iterable[Task], alarm: int | None = None) -> bytes:
    """The feed called *name*: the same entries and tasks are the same bytes, in whatever order they come.

    *alarm*: so many minutes before what is confirmed a calendar rings (RFC 5545 3.6.6).
    """
    events = sorted(entries, key=lambda e: (e.entry.start, e.entry.uid))
    due = sorted(tasks, key=lambda t: (t.due, t.uid))
    called = in_line(name)
    return calendar(
        f"NAME:{called}",
        f"X-WR-CALNAME:{called}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
        *(line for event in events for line in _event(event, alarm)),
        *(line for task in due for line in _task(task)),
    )


def _event(listed: Listed, alarm: int | None) -> tuple[str, ...]:
    confirmed = listed.status is Status.CONFIRMED
    busy = "OPAQUE" if confirmed else "TRANSPARENT"
    place = place_of(listed.entry) if listed.entry.location else ()
    rings = alarm_of(listed.entry, alarm) if confirmed and alarm is not None else ()
    return "BEGIN:VEVENT", *core_of(listed.entry, listed.status), f"TRANSP:{busy}", *place, *rings, "END:VEVENT"


def _status(task: Task) -> str:
    """RFC 5545 3.8.1.11 of a VTODO."""
    if task.dropped:
        return "CANCELLED"
    return "COMPLETED" if task.completed else "NEEDS-ACTION"


def _task(task: Task) -> tuple[str, ...]:
    stamp = in_utc(task.dtstamp)
    ended = (f"COMPLETED:{in_utc(task.completed)}", "PERCENT-COMPLETE:100") if task.completed else ()
    return (
        "BEGIN:VTODO",
        f"UID:{in_line(task.uid)}",
        f"DTSTAMP:{stamp}",
        *((f"CREATED:{in_utc(task.created)}",) if task.created else ()),
        f"LAST-MODIFIED:{stamp}",
        f"DUE;VALUE=DATE:{task.due:%Y%m%d}",
        f"SUMMARY:{in_line(task.summary)}",
        f"STATUS:{_status(task)}",
        *ended,
        "CLASS:PRIVATE",
        "END:VTODO",
    )
