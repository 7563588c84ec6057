"""Owns how a delivery status is read (RFC 3464): whom a mail of ours did not reach, which one, and why not."""

import email
from email.message import Message

from bot.replies import Returned
from bot.text import clean_line, is_address
from handlers.mail.answers import MOST_CALENDAR
from handlers.mail.headers import MOST_SUBJECT, one_line

STATUS = "message/delivery-status"
ORIGINALS = ("message/rfc822", "text/rfc822-headers")
"""What a delivery status returns of the mail itself (RFC 6522 3)."""
MOST_BLOCKS, MOST_REASON = 100, 300
_CALENDARS = ("text/calendar", "application/ics")


def failures_in(status: Message) -> tuple[Returned, ...]:
    """The recipients whose delivery failed for good (RFC 3464 2.3.3), each with what its server said.

    A delay is none: the server tries on, and says so again when it gives up.
    """
    held = status.get_payload()
    found: dict[str, Returned] = {}
    for block in (held if isinstance(held, list) else [])[:MOST_BLOCKS]:
        if not isinstance(block, Message) or str(block.get("Action", "")).strip().lower() != "failed":
            continue
        told = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
        address = told.partition(";")[2].strip().strip("<>").lower()
        if is_address(address):
            said = clean_line(str(block.get("Diagnostic-Code", "")).partition(";")[2])
            reason = " ".join(filter(None, (clean_line(str(block.get("Status", ""))), said)))[:MOST_REASON]
            found.setdefault(address, Returned(address, reason))
    return tuple(found.values())


def original_in(part: Message) -> tuple[str, str]:
    """Subject and UID of the mail that came back, in a part of one of the kinds ``ORIGINALS``; empty where the server
    returned no more than nothing, or a mail without an entry."""
    held = part.get_payload()
    if isinstance(held, list):
        original = held[0] if held and isinstance(held[0], Message) else Message()
    else:
        octets = part.get_payload(decode=True)
        original = email.message_from_bytes(octets if isinstance(octets, bytes) else b"")
    return one_line(original, "Subject")[:MOST_SUBJECT], _uid_in(original)


def _uid_in(original: Message) -> str:
    """The UID of its calendar part, by its content line: nothing else of it is of use, and none of it is parsed."""
    for part in original.walk():
        octets = part.get_payload(decode=True) if part.get_content_type() in _CALENDARS else None
        if isinstance(octets, bytes):
            lines = octets[:MOST_CALENDAR].replace(b"\r\n ", b"").splitlines()
            uid = next((line[4:] for line in lines if line.upper().startswith(b"UID:")), b"")
            return clean_line(uid.decode("utf-8", "replace"))[:254]
    return ""
