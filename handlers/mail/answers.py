"""Owns how an answer by calendar is read from the bytes of its part (RFC 5546 3.2.3, 3.2.6, 3.2.7).

What an answer is worth is ``bot.replies``'s to say.
"""

import codecs
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any

from icalendar import Calendar

from bot.invitations import Rsvp
from bot.replies import Answer, Method
from bot.text import clean_line, clean_text, is_address
from handlers.mail.headers import YEARS

MOST_CALENDAR = 64 * 1024
MOST_ATTENDEES = 50
MOST_COMMENT = 2000
MOST_SEQUENCE = 2**31 - 1
"""The largest INTEGER there is (RFC 5545 3.3.8), and the largest that every database keeps."""
_REPLYING = {r.value: r for r in Rsvp if r is not Rsvp.NEEDS_ACTION}
_ORGANIZERS = {"PUBLISH", "REQUEST", "ADD", "CANCEL", "DECLINECOUNTER"}
"""The METHODs that an organizer sends (RFC 5546 1.4): a mail that carries one along, as one that was forwarded does,
answers nothing."""


def answer_in(part: Message, sender: str, dated: datetime | None) -> tuple[Answer | None, bool]:
    """The answer in a calendar part of a mail from *sender*, and whether the part could be read. *dated*: when the mail
    says that it was written (UTC), for a program that gives its answer no DTSTAMP of its own, or one in no zone.

    Bytes only: of a text without a line break icalendar 7.3 opens the file of that name.
    """
    octets = part.get_payload(decode=True)
    if not isinstance(octets, bytes) or len(octets) > MOST_CALENDAR:
        return None, False
    try:
        calendar = Calendar.from_ical(_in_utf_8(octets, part.get_content_charset("utf-8")))
        method = str(calendar.get("METHOD", "")).strip().upper()
        if method in _ORGANIZERS:
            return None, True
        events = calendar.walk("VEVENT")
        return (_of_event(Method(method), events[0], sender, dated), True) if len(events) == 1 else (None, False)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, LookupError):
        return None, False


def _in_utf_8(octets: bytes, charset: str) -> bytes:
    """The octets of a calendar, which is UTF-8 unless its part says otherwise (RFC 5545 3.1.4)."""
    if codecs.lookup(charset).name in ("utf-8", "ascii"):
        return octets
    return octets.decode(charset, "replace").encode("utf-8", "replace")


def _of_event(method: Method, event: Any, sender: str, dated: datetime | None) -> Answer | None:
    attendee = _attendee(method, event, sender)
    uid = clean_line(str(event.get("UID", "")))
    if attendee is None or not 0 < len(uid) < 255:
        return None
    address = _address(attendee)
    sequence = int(event.get("SEQUENCE", 0))
    if not is_address(address) or not 0 <= sequence <= MOST_SEQUENCE:
        return None
    partstat = str(attendee.params.get("PARTSTAT", "")).upper()
    counters = method is Method.COUNTER
    return Answer(
        method=method,
        uid=uid,
        sequence=sequence,
        dtstamp=_moment(event, "DTSTAMP") or dated,
        attendee=address,
        rsvp=_REPLYING.get(partstat),
        delegated=partstat == "DELEGATED" or "DELEGATED-TO" in attendee.params,
        start=_moment(event, "DTSTART") if counters else None,
        end=_end(event) if counters else None,
        comment=_comment(event, attendee),
    )


def _attendee(method: Method, event: Any, sender: str) -> Any:
    """The one who answers: the only attendee. A COUNTER may name others beside its sender (RFC 5546 3.2.7): they are
    not asked, nor invited by it; the answer of a delegate names who sent them, too (4.2.6)."""
    found = event.get("ATTENDEE")
    if not isinstance(found, list):
        return found
    if len(found) > MOST_ATTENDEES:
        return None
    its = next((one for one in found if _address(one) == sender), None)
    return its if its is not None and (method is Method.COUNTER or "DELEGATED-FROM" in its.params) else None


def _address(attendee: Any) -> str:
    return str(attendee).lower().removeprefix("mailto:")


def _comment(event: Any, attendee: Any) -> str:
    """What the person wrote beside the answer: COMMENT, or the parameter in which Google Calendar repeats it."""
    found = event.get("COMMENT", "")
    told = [str(one) for one in (found if isinstance(found, list) else [found])]
    told.append(str(attendee.params.get("X-RESPONSE-COMMENT", "")))
    lines = dict.fromkeys(clean_text(one).strip() for one in told)
    return "\n".join(line for line in lines if line)[:MOST_COMMENT]


def _end(event: Any) -> datetime | None:
    """When a proposed time ends: DTEND, or DTSTART and its DURATION (RFC 5545 3.6.1)."""
    start, lasts = _moment(event, "DTSTART"), event.get("DURATION")
    if lasts is None or start is None:
        return _moment(event, "DTEND")
    try:
        end = start + lasts.dt if isinstance(lasts.dt, timedelta) else None
    except OverflowError:
        return None
    return end if end is not None and end.year in YEARS else None


def _moment(event: Any, name: str) -> datetime | None:
    """An instant of the event in UTC; None for a date, for a time without a zone or far off, and for what cannot be
    read."""
    try:
        moment = event.decoded(name)
    except (KeyError, ValueError, AttributeError):
        return None
    if not isinstance(moment, datetime) or moment.utcoffset() is None or moment.year not in YEARS:
        return None
    return moment.astimezone(UTC)
