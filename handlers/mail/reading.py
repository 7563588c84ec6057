"""Owns how the bytes of a mail that came in are read: hostile until proved harmless, so in a process of its own.

``python -m handlers.mail.reading`` is that process: it reads one mail after another from standard input and answers
each with what it says. Which answers count is ``bot.replies``'s to say.
"""

import email
import json
import re
import resource
import struct
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import IO, Any

from authres import AuthenticationResultsHeader, AuthResError
from icalendar import Calendar

from bot.invitations import Rsvp
from bot.replies import Answer, Incoming, Method
from bot.text import clean_line, clean_text, is_address

MOST_BYTES = 256 * 1024
"""What of a mail is read at all; papers and pictures stay in the mailbox."""
MOST_PARTS, MOST_DEPTH, MOST_ANSWERS = 100, 12, 5
MOST_CALENDAR = 64 * 1024
MOST_WORDS, MOST_SUBJECT = 6000, 200
MOST_SEQUENCE = 2**31 - 1
"""The largest INTEGER there is (RFC 5545 3.3.8), and the largest that every database keeps."""
YEARS = range(1970, 9000)
"""The years of a moment that can be shown in any zone."""
MEMORY = 256 * 1024 * 1024
_FRAME = struct.Struct(">I")
_CALENDARS = ("text/calendar", "application/ics")
_REPLYING = {r.value: r for r in Rsvp if r is not Rsvp.NEEDS_ACTION}
_NOT_BY_HAND = re.compile(r"auto-|autoreply|auto_reply|bulk|junk|list", re.IGNORECASE)


def read(raw: bytes, authserv: str | None) -> Incoming:
    """What the mail says; never raises for anything that *raw* may hold.

    *authserv* is the authserv-id whose ``Authentication-Results`` count (RFC 8601); without one no mail is authentic.
    """
    whole = len(raw) <= MOST_BYTES
    try:
        message = email.message_from_bytes(raw[:MOST_BYTES])
        sender, name = _sender(message)
    except Exception:  # noqa: BLE001 -- whatever the parser trips over, the mail stays in the mailbox to be read there
        return Incoming(whole=False)
    found = Incoming(
        message_id=_one_line(message, "Message-ID"),
        sender=sender,
        sender_name=name,
        to=_recipients(message),
        subject=_one_line(message, "Subject")[:MOST_SUBJECT],
        authentic=authserv is not None and bool(sender) and _is_authentic(message, authserv, sender),
        automatic=_is_automatic(message),
        whole=whole,
    )
    try:
        return _with_content(found, message)
    except Exception:  # noqa: BLE001 -- as above; what its head says was read
        return _replaced(found, whole=False)


def _with_content(found: Incoming, message: Message) -> Incoming:
    plain: list[str] = []
    rich: list[str] = []
    answers: list[Answer] = []
    bounced: list[str] = []
    whole = found.whole
    for part in _parts(message):
        kind = part.get_content_type()
        if kind in _CALENDARS:
            answer, read_all = _answer(part)
            whole = whole and read_all
            if answer is not None and answer not in answers and len(answers) < MOST_ANSWERS:
                answers.append(answer)
        elif kind == "message/delivery-status":
            bounced.extend(_bounced(part))
        elif part.get_filename() or part.get_content_disposition() == "attachment":
            continue
        elif kind == "text/plain":
            plain.append(_text(part))
        elif kind == "text/html":
            rich.append(_without_tags(_text(part)))
    words = clean_text("\n\n".join(plain) or "\n\n".join(rich))
    return _replaced(
        found,
        words=words[:MOST_WORDS],
        answers=tuple(answers),
        bounced=tuple(dict.fromkeys(bounced)),
        automatic=found.automatic or bool(bounced),
        whole=whole and len(words) <= MOST_WORDS,
    )


def _parts(message: Message) -> Iterator[Message]:
    """The leaves of the mail and its delivery statuses, not what it merely carries along; no more than a few."""
    waiting = [(message, 0)]
    seen = 0
    while waiting and seen < MOST_PARTS:
        part, depth = waiting.pop(0)
        seen += 1
        kind, held = part.get_content_type(), part.get_payload()
        if kind == "message/delivery-status" or not isinstance(held, list):
            yield part
        elif not kind.startswith("message/") and depth < MOST_DEPTH:
            waiting += [(p, depth + 1) for p in held if isinstance(p, Message)]


def _text(part: Message) -> str:
    octets = part.get_payload(decode=True)
    if not isinstance(octets, bytes):
        return ""
    try:
        return octets.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return octets.decode("utf-8", "replace")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._hidden += tag in ("style", "script", "head")
        if tag in ("br", "p", "div", "li", "tr"):
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script", "head") and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)


def _without_tags(html: str) -> str:
    words = _Words()
    words.feed(html)
    lines = (" ".join(line.split()) for line in "".join(words.found).splitlines())
    return "\n".join(line for line in lines if line)


# --- who wrote it ---


def _sender(message: Message) -> tuple[str, str]:
    """The one From address, bare and in lower case, and its name; nobody where there are several, or none.

    Encoded words are decoded once the address is found: what they hold is never syntax (RFC 2047 6.2).
    """
    lines = message.get_all("From") or []
    found = getaddresses([str(line) for line in lines]) if len(lines) == 1 else []
    if len(found) != 1 or not is_address(found[0][1].lower()):
        return "", ""
    return found[0][1].lower(), clean_line(_decoded(found[0][0]))[:MOST_SUBJECT]


def _recipients(message: Message) -> tuple[str, ...]:
    lines = [str(v) for h in ("To", "Cc", "Delivered-To", "X-Original-To") for v in message.get_all(h) or []]
    found = (address.lower() for _, address in getaddresses([line[:MOST_CALENDAR] for line in lines]))
    return tuple(dict.fromkeys(a for a in found if is_address(a)))[:MOST_PARTS]


def _is_authentic(message: Message, authserv: str, sender: str) -> bool:
    """Whether the configured server says that the From domain passed DMARC, or signed the mail itself with DKIM.

    Only the topmost header of that server counts: whoever writes a mail can put further ones below it (RFC 8601 5).
    """
    domain = sender.rpartition("@")[2]
    for line in message.get_all("Authentication-Results") or []:
        try:
            told = AuthenticationResultsHeader.parse(f"Authentication-Results: {_unfolded(str(line))}")
        except (AuthResError, ValueError, IndexError, AttributeError):
            return False  # an unreadable line above all others proves nothing, and what stands below is not looked at
        if (told.authserv_id or "").lower() != authserv.lower():
            continue
        return any(_aligned(one, domain) for one in told.results)
    return False


def _aligned(result: Any, domain: str) -> bool:
    if (result.result or "").lower() != "pass":
        return False
    names = {"dmarc": ("header", "from"), "dkim": ("header", "d")}
    wanted = names.get((result.method or "").lower())
    said = [(p.value or "").lower() for p in result.properties if (p.type.lower(), p.name.lower()) == wanted]
    return bool(said) and all(value.rpartition("@")[2] == domain for value in said)


def _is_automatic(message: Message) -> bool:
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    marks = [str(message.get(h, "")) for h in ("Precedence", "X-Autoreply", "X-Autorespond")]
    nobody = str(message.get("Return-Path", "x")).strip() == "<>"
    return nobody or not submitted.startswith("no") or any(_NOT_BY_HAND.search(m) for m in marks)


def _bounced(part: Message) -> Iterator[str]:
    """The recipients whose delivery failed for good (RFC 3464 2.3.3)."""
    held = part.get_payload()
    for block in (held if isinstance(held, list) else [])[:MOST_PARTS]:
        if not isinstance(block, Message) or str(block.get("Action", "")).strip().lower() != "failed":
            continue
        told = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
        address = told.partition(";")[2].strip().strip("<>").lower()
        if is_address(address):
            yield address


# --- what it answers ---


def _answer(part: Message) -> tuple[Answer | None, bool]:
    """The answer in a calendar part, and whether the part could be read; bytes only: of a text without a line break
    icalendar 7.3 opens the file of that name."""
    octets = part.get_payload(decode=True)
    if not isinstance(octets, bytes) or len(octets) > MOST_CALENDAR:
        return None, False
    try:
        calendar = Calendar.from_ical(octets)
        method = Method(_word(calendar, "METHOD"))
        events = calendar.walk("VEVENT")
        return (_of_event(method, events[0]), True) if len(events) == 1 else (None, False)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None, False


def _of_event(method: Method, event: Any) -> Answer | None:
    attendees = event.get("ATTENDEE")
    uid = clean_line(str(event.get("UID", "")))
    if attendees is None or isinstance(attendees, list) or not 0 < len(uid) < 255:
        return None
    address = str(attendees).lower().removeprefix("mailto:")
    sequence = int(event.get("SEQUENCE", 0))
    if not is_address(address) or not 0 <= sequence <= MOST_SEQUENCE:
        return None
    partstat = str(attendees.params.get("PARTSTAT", "")).upper()
    return Answer(
        method=method,
        uid=uid,
        sequence=sequence,
        dtstamp=_moment(event, "DTSTAMP"),
        attendee=address,
        rsvp=_REPLYING.get(partstat),
        delegated=partstat == "DELEGATED" or "DELEGATED-TO" in attendees.params,
        start=_moment(event, "DTSTART") if method is Method.COUNTER else None,
        end=_moment(event, "DTEND") if method is Method.COUNTER else None,
    )


def _word(calendar: Any, name: str) -> str:
    return str(calendar.get(name, "")).strip().upper()


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


# --- headers ---


def _one_line(message: Message, name: str) -> str:
    return clean_line(_decoded(message.get(name, "")))[:1000]


def _decoded(value: Any) -> str:
    try:
        return str(make_header(decode_header(str(value))))
    except (ValueError, LookupError):  # an encoded word that is none, or in a character set that nobody knows
        return str(value).encode("utf-8", "replace").decode()


def _unfolded(line: str) -> str:
    return re.sub(r"\r?\n[ \t]+", " ", line).strip()


def _replaced(found: Incoming, **changed: Any) -> Incoming:
    return Incoming(**{name: changed.get(name, getattr(found, name)) for name in Incoming.__slots__})


# --- the process of its own ---


def to_json(mail: Incoming) -> bytes:
    """*mail* as the process answers it."""
    return json.dumps(asdict(mail), default=lambda moment: moment.isoformat()).encode()


def from_json(told: bytes) -> Incoming:
    """What ``to_json`` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    values = json.loads(told)
    answers = tuple(
        Answer(
            **{
                **answer,
                "method": Method(answer["method"]),
                "rsvp": Rsvp(answer["rsvp"]) if answer["rsvp"] else None,
                **{n: datetime.fromisoformat(answer[n]) if answer[n] else None for n in ("dtstamp", "start", "end")},
            }
        )
        for answer in values["answers"]
    )
    return Incoming(**{**values, "answers": answers, "to": tuple(values["to"]), "bounced": tuple(values["bounced"])})


def framed(octets: bytes) -> bytes:
    return _FRAME.pack(len(octets)) + octets


def next_frame(stream: IO[bytes]) -> bytes | None:
    """The next frame, or None at the end."""
    head = stream.read(_FRAME.size)
    return stream.read(_FRAME.unpack(head)[0]) if len(head) == _FRAME.size else None


def main() -> None:
    """Reads a mail a frame, with little memory: what takes more ends this process, and only this one mail."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    authserv = sys.argv[1] if len(sys.argv) > 1 else None
    while (raw := next_frame(sys.stdin.buffer)) is not None:
        sys.stdout.buffer.write(framed(to_json(read(raw, authserv))))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
