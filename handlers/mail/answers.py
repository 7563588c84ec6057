"""Owns how an answer by calendar is read from the bytes of its part (RFC 5546 3.2.3, 3.2.6, 3.2.7).

What an answer is worth is ``bot.replies``'s to say.
"""

from datetime import UTC, datetime
from email.message import Message
from typing import Any

from icalendar import Calendar

from bot.invitations import Rsvp
from bot.replies import Answer, Method
from bot.text import clean_line, clean_text, is_address

MOST_CALENDAR = 64 * 1024
MOST_ATTENDEES = 50
MOST_COMMENT = 2000
MOST_SEQUENCE = 2**31 - 1
"""The largest INTEGER there is (RFC 5545 3.3.8), and the largest that every database keeps."""
YEARS = range(1970, 9000)
"""The years of a moment that can be shown in any zone."""
_REPLYING = {r.value: r for r in Rsvp if r is not Rsvp.NEEDS_ACTION}


def answer_in(part: Message, sender: str) -> tuple[Answer | None, bool]:
    """The answer in a calendar part of a mail from *sender*, and whether the part could be read.

    Bytes only: of a text without a line break icalendar 7.3 opens the file of that name.
    """
    octets = part.get_payload(decode=True)
    if not isinstance(octets, bytes) or len(octets) > MOST_CALENDAR:
        return None, False
    try:
        calendar = Calendar.from_ical(octets)
        method = Method(str(calendar.get("METHOD", "")).strip().upper())
        events = calendar.walk("VEVENT")
        return (_of_event(method, events[0], sender), True) if len(events) == 1 else (None, False)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None, False


def _of_event(method: Method, event: Any, sender: str) -> Answer | None:
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
        dtstamp=_moment(event, "DTSTAMP"),
        attendee=address,
        rsvp=_REPLYING.get(partstat),
        delegated=partstat == "DELEGATED" or "DELEGATED-TO" in attendee.params,
        start=_moment(event, "DTSTART") if counters else None,
        end=_moment(event, "DTEND") if counters else None,
        comment=_comment(event, attendee),
    )


def _attendee(method: Method, event: Any, sender: str) -> Any:
    """The one who answers: the only attendee. A COUNTER may name others beside its sender (RFC 5546 3.2.7): they are
    not asked, nor invited by it."""
    found = event.get("ATTENDEE")
    if not isinstance(found, list):
        return found
    if method is not Method.COUNTER or len(found) > MOST_ATTENDEES:
        return None
    return next((one for one in found if _address(one) == sender), None)


def _address(attendee: Any) -> str:
    return str(attendee).lower().removeprefix("mailto:")


def _comment(event: Any, attendee: Any) -> str:
    """What the person wrote beside the answer: COMMENT, or the parameter in which Google Calendar repeats it."""
    found = event.get("COMMENT", "")
    told = [str(one) for one in (found if isinstance(found, list) else [found])]
    told.append(str(attendee.params.get("X-RESPONSE-COMMENT", "")))
    lines = dict.fromkeys(clean_text(one).strip() for one in told)
    return "\n".join(line for line in lines if line)[:MOST_COMMENT]


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
