"""Owns how the bytes of a mail that came in are read: hostile until proved harmless, so in a process of its own.

``python -m handlers.mail.reading SECONDS [AUTHSERV]`` is that process: it reads one mail after another from standard
input and answers each with what it says. Headers, answers by calendar and delivery statuses are its neighbours'; which
answers count is ``bot.replies``'s to say.
"""

import email
import json
import resource
import signal
import struct
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from email.message import Message
from html.parser import HTMLParser
from typing import IO, Any

from bot.confidentiality import strictest_in
from bot.invitations import Rsvp
from bot.replies import Answer, Incoming, Method, Returned
from bot.text import clean_text
from handlers.mail.answers import answer_in
from handlers.mail.headers import (
    MOST_SUBJECT,
    address_in,
    dated,
    is_automatic,
    one_line,
    proof_of,
    recipients_of,
    sender_of,
)
from handlers.mail.returned import ORIGINALS, STATUS, failures_in, original_in

MOST_BYTES = 256 * 1024
"""What of a mail is read at all; papers and pictures stay in the mailbox."""
MOST_PARTS, MOST_DEPTH, MOST_ANSWERS = 100, 12, 5
MOST_WORDS = 6000
LONGEST_LABEL = 40
"""However it is typed, with spaces and brackets."""
MEMORY = 256 * 1024 * 1024
_FRAME = struct.Struct(">I")
_CALENDARS = ("text/calendar", "application/ics")


def read(raw: bytes, authserv: str | None) -> Incoming:
    """What the mail says; never raises for anything that *raw* may hold.

    *authserv* is the authserv-id whose ``Authentication-Results`` count (RFC 8601); without one no mail is authentic.
    """
    whole = len(raw) <= MOST_BYTES
    try:
        message = email.message_from_bytes(raw[:MOST_BYTES])
        sender, name = sender_of(message)
        proof = proof_of(message, authserv, sender) if authserv is not None and sender else None
        found = Incoming(
            message_id=one_line(message, "Message-ID"),
            sender=sender,
            sender_name=name,
            reply_to=address_in(message, "Reply-To"),
            to=recipients_of(message),
            subject=one_line(message, "Subject")[:MOST_SUBJECT],
            authentic=proof is True,
            refuted=proof is False,
            automatic=is_automatic(message),
            whole=whole,
        )
    except Exception:  # noqa: BLE001 -- whatever the parser trips over, the mail stays in the mailbox to be read there
        return Incoming(whole=False)
    try:
        return _with_content(found, message)
    except Exception:  # noqa: BLE001 -- as above; what its head says was read
        return replace(found, whole=False)


def _with_content(found: Incoming, message: Message) -> Incoming:
    plain: list[str] = []
    rich: list[str] = []
    answers: list[Answer] = []
    returned: dict[str, Returned] = {}
    subject = uid = ""
    whole = found.whole
    for part in _parts(message):
        kind = part.get_content_type()
        if kind in _CALENDARS:
            answer, read_all = answer_in(part, found.sender, dated(message))
            whole = whole and read_all
            if answer is not None and answer not in answers and len(answers) < MOST_ANSWERS:
                answers.append(answer)
        elif kind == STATUS:
            returned |= {one.address: one for one in failures_in(part)}
        elif kind in ORIGINALS:
            subject, uid = original_in(part)
        elif part.get_filename() or part.get_content_disposition() == "attachment":
            continue
        elif kind == "text/plain":
            plain.append(_text(part))
        elif kind == "text/html":
            rich.append(_without_tags(_text(part)))
    words = clean_text("\n\n".join(plain) or "\n\n".join(rich))
    beside = [a.comment for a in answers if a.comment and a.comment not in words]
    words = "\n\n".join(filter(None, (words, *dict.fromkeys(beside))))
    return replace(
        found,
        words=_kept(words),
        answers=tuple(answers),
        returned=tuple(replace(one, subject=subject, uid=uid) for one in returned.values()),
        automatic=found.automatic or bool(returned),
        whole=whole and len(words) <= MOST_WORDS,
    )


def _kept(words: str) -> str:
    """As much of *words* as is read on, and at its end the label that stands behind that, if any: it counts for all."""
    behind = strictest_in(words[MOST_WORDS - LONGEST_LABEL :]) if len(words) > MOST_WORDS else None
    return "\n".join(filter(None, (words[:MOST_WORDS], behind)))


def _parts(message: Message) -> Iterator[Message]:
    """The leaves of the mail, its delivery statuses and what they return, not what else it carries along; no more than
    a few."""
    waiting = [(message, 0)]
    seen = 0
    while waiting and seen < MOST_PARTS:
        part, depth = waiting.pop(0)
        seen += 1
        kind, held = part.get_content_type(), part.get_payload()
        if kind in (STATUS, *ORIGINALS) or not isinstance(held, list):
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
    returned = tuple(Returned(**one) for one in values["returned"])
    return Incoming(**{**values, "answers": answers, "to": tuple(values["to"]), "returned": returned})


def framed(octets: bytes) -> bytes:
    return _FRAME.pack(len(octets)) + octets


def next_frame(stream: IO[bytes]) -> bytes | None:
    """The next frame, or None at the end."""
    head = stream.read(_FRAME.size)
    return stream.read(_FRAME.unpack(head)[0]) if len(head) == _FRAME.size else None


def main() -> None:
    """Reads a mail a frame, with little memory and little of the processor's time: what takes more ends this process
    (SIGPROF, for the time), and only this one mail. An empty frame asks whether it is there."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seconds, authserv = float(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None
    while (raw := next_frame(sys.stdin.buffer)) is not None:
        signal.setitimer(signal.ITIMER_PROF, seconds if raw else 0)
        told = framed(to_json(read(raw, authserv)))
        signal.setitimer(signal.ITIMER_PROF, 0)
        sys.stdout.buffer.write(told)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
