"""Owns the iTIP bytes of one person's copy (RFC 5545, 5546, 6047); when a copy changes is ``invitations``' to say."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from icalendar.parser import Contentline

from bot.text import clean_line, clean_text, is_address, is_domain

PRODID = "-//London Action Plan//lap//EN"

MAILED_ALARM = 15
"""Minutes before an entry that was mailed; Outlook sets its reminder by it alone, others have their holder's own."""

_NAMESPACE = UUID("35c842e8-ba25-4b78-a35a-77778cf4e4cc")
# Asked anew with every REQUEST: an answer to another time is none, and iOS shows no buttons without both.
_ASKED = ";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE"
_FOLD = 74  # octets: with its line break a line stays under 78, with the blank of a fold at 75 (RFC 5545 3.1)
_NOT_IN_A_NAME = str.maketrans({'"': "'", "^": None, "\\": None})


@dataclass(frozen=True)
class Entry:
    """One block of a call as a person's calendar is to show it; all instants are aware, kept in UTC.

    ``location`` is the person's join link. Raises ValueError for what no calendar could take.
    """

    uid: str
    sequence: int
    dtstamp: datetime
    created: datetime
    start: datetime
    end: datetime
    summary: str
    description: str
    location: str

    def __post_init__(self) -> None:
        for moment in (self.dtstamp, self.created, self.start, self.end):
            _utc(moment)
        wrong = self._wrong()
        if any(wrong.values()):
            raise ValueError("A copy that " + " and ".join(what for what, so in wrong.items() if so))

    def _wrong(self) -> dict[str, bool]:
        return {
            "ends before it starts": self.end <= self.start,
            "has a negative SEQUENCE": self.sequence < 0,
            "has no UID of at most 254 octets": not 0 < len(self.uid.encode()) < 255,
        }


@dataclass(frozen=True)
class Copy(Entry):
    """One person's copy of one block as it is mailed. ``organizer`` and ``attendee`` are bare addresses that differ,
    because Outlook throws away what an organizer is sent."""

    organizer: str
    attendee: str
    attendee_name: str
    cancelled: bool

    def _wrong(self) -> dict[str, bool]:
        return super()._wrong() | {
            "has an organizer that is no bare address": not is_address(self.organizer),
            "has an attendee that is no bare address": not is_address(self.attendee),
            "invites its organizer": self.organizer.lower() == self.attendee.lower(),
        }


@dataclass(frozen=True)
class Declined:
    """What somebody proposed that is declined: ``sequence`` is that of their COUNTER, ``dtstamp`` (UTC) when it was.

    ``start``, ``end`` (UTC), ``summary``, ``organizer`` and ``attendee`` (bare addresses) are those of the copy that
    they hold. Raises ValueError for other addresses.
    """

    uid: str
    sequence: int
    dtstamp: datetime
    start: datetime
    end: datetime
    summary: str
    organizer: str
    attendee: str
    attendee_name: str

    def __post_init__(self) -> None:
        for moment in (self.dtstamp, self.start, self.end):
            _utc(moment)
        if not is_address(self.organizer) or not is_address(self.attendee):
            raise ValueError("A proposal is declined from one bare address to another.")


def decline_counter(declined: Declined) -> bytes:
    """The iMIP object that tells an attendee that the time stays (METHOD:DECLINECOUNTER, RFC 5546 3.2.8).

    It names the copy by UID and SEQUENCE and repeats when it is and what it is called, since that stays and programs
    know no event without a start. Nothing else, neither place nor status.
    """
    return calendar(
        "METHOD:DECLINECOUNTER",
        "BEGIN:VEVENT",
        f"UID:{in_line(declined.uid)}",
        f"SEQUENCE:{declined.sequence}",
        f"DTSTAMP:{in_utc(declined.dtstamp)}",
        f"DTSTART:{in_utc(declined.start)}",
        f"DTEND:{in_utc(declined.end)}",
        f"SUMMARY:{in_line(declined.summary)}",
        f"ORGANIZER:mailto:{declined.organizer}",
        f"ATTENDEE{_named(declined.attendee_name)}:mailto:{declined.attendee}",
        "END:VEVENT",
    )


def request(copy: Copy) -> bytes:
    """The iMIP object that puts *copy* into its person's calendar, new or changed (METHOD:REQUEST, RFC 5546 3.2.2).

    Raises ValueError for a cancelled copy.
    """
    if copy.cancelled:
        raise ValueError("A cancelled copy cannot be requested: send its cancellation.")
    return _message(
        copy,
        "REQUEST",
        "CONFIRMED",
        _ASKED,
        (
            *place_of(copy),
            "TRANSP:OPAQUE",
            *alarm_of(copy, MAILED_ALARM),
        ),
    )


def cancel(copy: Copy) -> bytes:
    """The iMIP object that takes *copy* out of its person's calendar (METHOD:CANCEL, RFC 5546 3.2.5).

    *copy* is the one last sent, with SEQUENCE and DTSTAMP raised: its times and title are repeated, because calendars
    show the cancellation by them, its description and join link are not. Raises ValueError for a copy that stands.
    """
    if not copy.cancelled:
        raise ValueError("A copy that stands cannot be cancelled: record the cancellation first.")
    return _message(copy, "CANCEL", "CANCELLED", "", ())


def next_dtstamp(last: datetime | None, now: datetime) -> datetime:
    """The DTSTAMP of a copy's next revision: *now* in whole seconds (UTC), but later than *last* in every case.

    Calendars keep the later of two messages with one SEQUENCE (RFC 5546 2.1.5) and see seconds only.
    """
    moment = _utc(now).replace(microsecond=0)
    return moment if last is None else max(moment, _utc(last).replace(microsecond=0) + timedelta(seconds=1))


def uid_for(call_id: str, person_id: str, block: int, domain: str) -> str:
    """The UID of one person's *block* of a call: the same for life, one for each, telling nothing (RFC 7986 5.3).

    Raises ValueError for a domain that is none.
    """
    return _uid(domain, call_id, person_id, block)


def task_uid(reference: str, person_id: str, domain: str) -> str:
    """The UID of an action in one person's feed, alike."""
    return _uid(domain, "action", reference, person_id)


def _uid(domain: str, *named: str | int) -> str:
    if not is_domain(domain):
        raise ValueError("A UID needs the domain of the organizer's address.")
    return f"{uuid5(_NAMESPACE, json.dumps(named))}@{domain}"


def _message(copy: Copy, method: str, status: str, asked: str, told: Iterable[str]) -> bytes:
    return calendar(
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        *core_of(copy, status),
        f"ORGANIZER:mailto:{copy.organizer}",
        f"ATTENDEE{_named(copy.attendee_name)}{asked}:mailto:{copy.attendee}",
        *told,
        "END:VEVENT",
    )


def _named(attendee_name: str) -> str:
    name = clean_line(attendee_name.translate(_NOT_IN_A_NAME))
    return f';CN="{name}"' if name else ""


def calendar(*lines: str) -> bytes:
    """The VCALENDAR of *lines* that need no more escaping, folded (RFC 5545 3.1)."""
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODID}", *lines, "END:VCALENDAR", "")
    return b"\r\n".join(_folded(line) for line in whole)


def core_of(entry: Entry, status: str) -> tuple[str, ...]:
    """The lines that every VEVENT of *entry* has, mailed or fed: the two may meet in one calendar."""
    stamp = in_utc(entry.dtstamp)
    return (
        f"UID:{in_line(entry.uid)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{stamp}",
        f"CREATED:{in_utc(entry.created)}",
        f"LAST-MODIFIED:{stamp}",
        f"DTSTART:{in_utc(entry.start)}",
        f"DTEND:{in_utc(entry.end)}",
        f"SUMMARY:{in_line(entry.summary)}",
        f"STATUS:{status}",
        "CLASS:PRIVATE",
    )


def place_of(entry: Entry) -> tuple[str, ...]:
    """Where to join: the link as LOCATION and, since some calendars show only that, in DESCRIPTION."""
    link, about = clean_line(entry.location), clean_text(entry.description)
    if link not in about:
        about = f"{about}\n\n{link}".lstrip()
    return f"LOCATION:{_escaped(link)}", f"DESCRIPTION:{_escaped(about)}"


def alarm_of(entry: Entry, minutes: int) -> tuple[str, ...]:
    """The one alarm of an entry (RFC 5545 3.6.6)."""
    return (
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{in_line(entry.summary)}",
        f"TRIGGER:-PT{minutes}M",
        "END:VALARM",
    )


def _folded(line: str) -> bytes:
    """*line* folded as icalendar does it; what is ASCII here, as it takes ten times as long there."""
    if not line.isascii():
        folded: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]
        return folded
    pieces = []
    while len(line) > _FOLD:
        at = _FOLD - (line[_FOLD - 1] in "\\^")  # no fold inside an escape
        pieces.append(line[:at])
        line = line[at:]
    return "\r\n ".join((*pieces, line)).encode()


def in_line(line: str) -> str:
    """*line* as a TEXT value of one line."""
    return _escaped(clean_line(line))


def _escaped(text: str) -> str:
    # RFC 5545 3.3.11. Not icalendar's vText, which reads the two characters \N of "C:\New" as a line break (7.3.0).
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def in_utc(moment: datetime) -> str:
    """*moment* as a DATE-TIME in UTC (RFC 5545 3.3.5, form 2)."""
    return f"{_utc(moment):%Y%m%dT%H%M%SZ}"


def _utc(moment: datetime) -> datetime:
    # A zone without a name would make an event float (icalendar writes dateutil's tzoffset so): UTC, or nothing.
    if moment.utcoffset() is None:
        raise ValueError("A calendar needs instants with a zone.")
    return moment.astimezone(UTC)
