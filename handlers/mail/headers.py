"""Owns how the headers of a mail that came in are read: who wrote it, whether that is proved, whether a machine did.

What its parts say is ``reading``'s.
"""

import re
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

from authres import AuthenticationResultsHeader, AuthResError

from bot.text import clean_line, is_address

MOST_RECIPIENTS, MOST_LINE, MOST_ADDRESSES = 100, 1000, 64 * 1024
MOST_SUBJECT, MOST_PROOF = 200, 8 * 1024
YEARS = range(1970, 9000)
"""The years of a moment that can be shown in any zone."""
_NOT_BY_HAND = re.compile(r"auto-|autoreply|auto_reply|bulk|junk|list", re.IGNORECASE)
_MACHINES = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "X-Failed-Recipients", "List-Id")
"""Headers that only machines write, whatever they say: answering machines, lists, and those that answer for them."""


def sender_of(message: Message) -> tuple[str, str]:
    """The one From address, bare and in lower case, and its name; nobody where there are several, or none.

    Encoded words are decoded once the address is found: what they hold is never syntax (RFC 2047 6.2).
    """
    name, address = _only(message, "From")
    return address, clean_line(decoded(name))[:MOST_SUBJECT]


def address_in(message: Message, header: str) -> str:
    """The one address in that header, bare and in lower case; empty where there are several, or none."""
    return _only(message, header)[1]


def _only(message: Message, header: str) -> tuple[str, str]:
    lines = message.get_all(header) or []
    found = getaddresses([str(line)[:MOST_ADDRESSES] for line in lines]) if len(lines) == 1 else []
    if len(found) != 1 or not is_address(found[0][1].lower()):
        return "", ""
    return found[0][0], found[0][1].lower()


def recipients_of(message: Message) -> tuple[str, ...]:
    """The addresses that it went to, bare and in lower case, as its own headers and the server's say."""
    lines = [str(v) for h in ("To", "Cc", "Delivered-To", "X-Original-To") for v in message.get_all(h) or []]
    found = (address.lower() for _, address in getaddresses([line[:MOST_ADDRESSES] for line in lines]))
    return tuple(dict.fromkeys(a for a in found if is_address(a)))[:MOST_RECIPIENTS]


def proof_of(message: Message, authserv: str, sender: str) -> bool | None:
    """What the configured server says of the From domain: True where it passed DMARC or signed the mail itself with
    DKIM, False where it failed DMARC, None where that server says neither.

    Only the topmost header of that server counts: whoever writes a mail can put further ones below it (RFC 8601 5).
    """
    domain = sender.rpartition("@")[2]
    for line in message.get_all("Authentication-Results") or []:
        if len(str(line)) > MOST_PROOF:
            return None
        try:
            told = AuthenticationResultsHeader.parse(f"Authentication-Results: {_unfolded(str(line))}")
        except (AuthResError, ValueError, IndexError, AttributeError):
            return None  # an unreadable line above all others proves nothing, and what stands below is not looked at
        if (told.authserv_id or "").lower() != authserv.lower():
            continue
        if any(_aligned(one, domain) for one in told.results):
            return True
        return False if any(_failed(one) for one in told.results) else None
    return None


def _aligned(result: Any, domain: str) -> bool:
    if (result.result or "").lower() != "pass":
        return False
    names = {"dmarc": ("header", "from"), "dkim": ("header", "d")}
    wanted = names.get((result.method or "").lower())
    said = [(p.value or "").lower() for p in result.properties if (p.type.lower(), p.name.lower()) == wanted]
    return bool(said) and all(value.rpartition("@")[2] == domain for value in said)


def _failed(result: Any) -> bool:
    return (result.method or "").lower() == "dmarc" and (result.result or "").lower() == "fail"


def is_automatic(message: Message) -> bool:
    """Whether a machine wrote it, or a list passed it on (RFC 3834 2, 5; RFC 5321 4.5.5): nothing is answered to it."""
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    nobody = str(message.get("Return-Path", "x")).strip() == "<>"
    marked = any(message.get(h) is not None for h in _MACHINES)
    return nobody or marked or not submitted.startswith("no") or bool(_NOT_BY_HAND.search(_precedence(message)))


def _precedence(message: Message) -> str:
    return str(message.get("Precedence", ""))


def dated(message: Message) -> datetime | None:
    """When the mail says that it was written, in UTC (RFC 5322 3.3, 3.6.1); None where it does not, or in no zone."""
    said = str(message.get("Date", ""))[:MOST_LINE]
    try:
        moment = parsedate_to_datetime(said)
        if moment.tzinfo is None and "-0000" in said:  # by UTC, whatever the hour is where it was written
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC) if moment.tzinfo is not None and moment.year in YEARS else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def one_line(message: Message, name: str) -> str:
    """That header, decoded, on one line of at most 1,000 characters; empty where there is none."""
    return clean_line(decoded(message.get(name, "")))[:MOST_LINE]


def decoded(value: Any) -> str:
    """A header's value with its encoded words in plain text."""
    try:
        return str(make_header(decode_header(str(value))))
    except (ValueError, LookupError):  # an encoded word that is none, or in a character set that nobody knows
        return str(value).encode("utf-8", "replace").decode()


def _unfolded(line: str) -> str:
    return re.sub(r"\r?\n[ \t]+", " ", line).strip()
