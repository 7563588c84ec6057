"""Owns the bytes of one whole mail (RFC 5322, 2045-2047, 6047); how its words are laid out is ``html``'s."""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from textwrap import wrap

from bot.text import clean_line, clean_text, is_address, is_domain

_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.+_=-]+@[A-Za-z0-9.-]+>")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 .,:;'()&/+_-]*")
_LINE = 66  # characters of a header's value before it is folded: with the header's name under 78 (RFC 5322 2.1.1)
_WORD = 39  # octets in one encoded word: in base64, with its frame and the header's name, under 76 (RFC 2047 2)


@dataclass(frozen=True)
class Letter:
    """One mail to one person: ``text`` and ``html`` say the same; ``date`` is aware and fixed at the first attempt.

    ``boundary_seed`` is anything that one revision of a mail has for itself; ``message_id`` and ``in_reply_to`` are
    Message-IDs with their angle brackets. ``thread``: those of earlier mails to this person that this one goes on from,
    oldest first (RFC 5322 3.6.4).
    """

    to: str
    to_name: str
    subject: str
    text: str
    html: str
    sender: str
    sender_name: str
    message_id: str
    date: datetime
    boundary_seed: str
    in_reply_to: str | None
    thread: tuple[str, ...] = ()


def letter_bytes(letter: Letter) -> bytes:
    """*letter* as a mail without a calendar: plain text, and HTML as its alternative.

    It says that a machine wrote it (RFC 3834 5), as an answer where it answers a mail: that keeps absence notes away
    and hinders nobody from answering in words. Raises ValueError for an address, date or Message-ID that is none.
    """
    automatic = "auto-replied" if letter.in_reply_to else "auto-generated"
    boundary = _boundary(letter, "alternative")
    return _joined(
        *_headers(letter, f"Auto-Submitted: {automatic}"),
        *_multipart("alternative", boundary, (_words("plain", letter.text), _words("html", letter.html))),
    )


def invitation_bytes(letter: Letter, calendar: bytes, method: str) -> bytes:
    """*letter* with its iMIP object *calendar* (RFC 6047), as last alternative and, the same bytes, as ``invite.ics``.

    It bears no Auto-Submitted: calendar servers drop invitations that do. Raises ValueError as ``letter_bytes`` does,
    and for a calendar of another METHOD, organizer or attendee than the mail has.
    """
    unfolded = calendar.replace(b"\r\n ", b"")
    organizer, attendee = (f":mailto:{address}\r\n".encode() for address in (letter.sender, letter.to))
    if f"\r\nMETHOD:{method}\r\n".encode() not in unfolded:
        raise ValueError("The calendar's METHOD is not the mail's.")
    if b"\r\nORGANIZER" + organizer not in unfolded or unfolded.count(b"\r\nATTENDEE") != 1 or attendee not in unfolded:
        raise ValueError("The calendar's organizer must be the mail's sender, its one attendee the mail's recipient.")
    encoded = base64.encodebytes(calendar).replace(b"\n", b"\r\n")
    inline = (f"Content-Type: text/calendar; method={method}; charset=UTF-8", "Content-Transfer-Encoding: base64")
    attached = (
        'Content-Type: application/ics; name="invite.ics"',
        'Content-Disposition: attachment; filename="invite.ics"',
        "Content-Transfer-Encoding: base64",
    )
    alternative = _multipart(
        "alternative",
        _boundary(letter, "alternative"),
        (_words("plain", letter.text), _words("html", letter.html), _joined(*inline, "", encoded)),
    )
    whole = _multipart("mixed", _boundary(letter, "mixed"), (_joined(*alternative), _joined(*attached, "", encoded)))
    return _joined(*_headers(letter), *whole)


def message_id(person: str, uid_or_key: str, revision: int, domain: str) -> str:
    """The Message-ID of one revision of what *person* is sent: the same at every attempt, telling nothing of the three.

    Raises ValueError for a domain that is none.
    """
    if not is_domain(domain):
        raise ValueError("A Message-ID needs the domain of the sender's address.")
    return f"<{_digest(person, uid_or_key, revision)}@{domain}>"


def _headers(letter: Letter, *more: str) -> Iterator[str]:
    answers = letter.in_reply_to or (letter.thread[-1] if letter.thread else None)
    thread = list(dict.fromkeys([*letter.thread, *([answers] if answers else [])]))
    identifiers = [letter.message_id, *thread]
    if not all(_MESSAGE_ID.fullmatch(i) for i in identifiers):
        raise ValueError("A Message-ID has the form <word@domain>.")
    if letter.date.utcoffset() is None:
        raise ValueError("A mail's date needs a zone.")
    yield f"From: {_mailbox(letter.sender_name, letter.sender)}"
    yield f"To: {_mailbox(letter.to_name, letter.to)}"
    yield f"Subject: {_unstructured(letter.subject)}"
    yield f"Date: {format_datetime(letter.date.astimezone(UTC))}"
    yield f"Message-ID: {letter.message_id}"
    if answers:
        yield f"In-Reply-To: {answers}"
        yield "References: " + "\r\n ".join(thread)
    yield from more
    yield "MIME-Version: 1.0"


def _mailbox(name: str, address: str) -> str:
    if not is_address(address):
        raise ValueError("A mail goes from one bare address to one bare address.")
    name = _spaced(name)
    if not name:
        return address
    # Anything unusual goes as encoded words, so that no sign of a name is ever syntax.
    shown = f'"{name}"' if _PLAIN_NAME.fullmatch(name) and len(name) <= _LINE else _encoded_words(name)
    return f"{shown}\r\n <{address}>" if len(shown) + len(address) > _LINE else f"{shown} <{address}>"


def _unstructured(text: str) -> str:
    text = _spaced(text)
    if not text.isascii() or "=?" in text or any(len(word) > _LINE for word in text.split(" ")):
        return _encoded_words(text)
    return "\r\n ".join(wrap(text, _LINE, break_on_hyphens=False))


def _spaced(text: str) -> str:
    # Folding and readers' unfolding agree on single spaces only.
    return " ".join(clean_line(text).split())


def _encoded_words(text: str) -> str:
    """*text* as encoded words of RFC 2047, one a line, none ending inside a character."""
    words, chunk = [], b""
    for character in text:
        octets = character.encode()
        if len(chunk) + len(octets) > _WORD:
            words.append(chunk)
            chunk = b""
        chunk += octets
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in (*words, chunk))


def _words(kind: str, text: str) -> bytes:
    # Quoted-printable keeps mails readable in the raw, and filters distrust words in base64. b2a_qp takes the
    # kind of its soft line ends from the first hard one: the text must have one.
    crlf = (clean_text(text) + "\n").replace("\n", "\r\n").encode()
    return _joined(
        f"Content-Type: text/{kind}; charset=UTF-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        binascii.b2a_qp(crlf),
    )


def _multipart(kind: str, boundary: str, parts: Iterable[bytes]) -> list[str | bytes]:
    lines: list[str | bytes] = [f'Content-Type: multipart/{kind}; boundary="{boundary}"', ""]
    for part in parts:
        lines += [f"--{boundary}", part]
    return [*lines, f"--{boundary}--", ""]


def _boundary(letter: Letter, kind: str) -> str:
    # "=_" stands in no line of base64 or quoted-printable (RFC 2045 6.7), so a boundary never meets the content.
    return f"=_{_digest(letter.boundary_seed, kind)[:24]}"


def _digest(*parts: str | int) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _joined(*lines: str | bytes) -> bytes:
    return b"\r\n".join(line if isinstance(line, bytes) else line.encode("ascii") for line in lines)
