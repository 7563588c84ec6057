"""Proves that no hostile mail stops the reading, takes more than a second or 256 MiB, or changes what nobody proved."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.invitations import Rsvp
from bot.replies import Incoming
from handlers.desk import the_clock
from handlers.mail.isolated import SECONDS, Isolated
from handlers.mail.reading import MEMORY
from handlers.mailed import Place, take_mail
from storage import invitations
from tests.cast import Cast
from tests.handlers.mail import replies
from tests.handlers.mail.replies import AUTHSERV, SHAPES, Said
from tests.lists import arrive, with_approved

BANK = "abuse-desk@harbour-bank.example"
UID = "1f0c9cfc-0000-5000-8000-000000000001@lap.example"
GRACE = 0.5
"""Seconds for the line between the processes and for killing one, on a machine with other work."""


@dataclass
class Measured:
    """A process that reads mails, and what the worst of them took."""

    reader: Isolated
    slowest: float = 0.0
    largest: int = 0
    given_up: int = 0

    def read(self, raw: bytes) -> Incoming | None:
        if self.reader._process is None:  # its start is no mail's
            self.reader.read(replies.bare(Said(UID)))
        begun = time.monotonic()
        mail = self.reader.read(raw)
        self.slowest = max(self.slowest, time.monotonic() - begun)
        self.given_up += mail is None
        self.largest = max(self.largest, _resident(self.reader))
        return mail


def _resident(reader: Isolated) -> int:
    """The most octets of memory that the process ever had; 0 where it has just ended."""
    if reader._process is None:
        return 0
    status = Path(f"/proc/{reader._process.pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


@pytest.fixture(scope="module")
def reader() -> Iterator[Isolated]:
    made = Isolated(AUTHSERV)
    yield made
    made.close()


@pytest.fixture
def measured(reader: Isolated) -> Measured:
    return Measured(reader)


def nested(levels: int) -> bytes:
    parts = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(levels))
    return replies.in_words(BANK, "").replace(b"Content-Type: text/plain; charset=utf-8\r\n", parts.encode())


def in_charset(name: str, size: int = 200_000) -> bytes:
    return replies.in_words(BANK, "a-b" * (size // 3)).replace(b"charset=utf-8", f"charset={name}".encode())


def under(header: str, value: str) -> bytes:
    return f"{header}: {value}\r\n".encode() + replies.bare(Said(UID, proved=None))


WORST: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "zeros": lambda: b"\x00" * 300_000,
    "no line's end": lambda: b"From: " + b"a" * 300_000,
    "a thousand levels": lambda: nested(1000),
    "a hundred thousand parts": lambda: replies.in_words(BANK, "--b\r\n\r\n" * 30_000).replace(
        b"text/plain; charset=utf-8", b'multipart/mixed; boundary="b"'
    ),
    "a hundred thousand attendees": lambda: replies.bare(
        Said(UID, extra="".join(f"ATTENDEE:mailto:a{n}@b.example\r\n" for n in range(100_000)))
    ),
    "two thousand attendees of a proposal": lambda: replies.bare(
        Said(UID, method="COUNTER", extra="".join(f"ATTENDEE:mailto:a{n}@b.example\r\n" for n in range(2000)))
    ),
    "a calendar of one line": lambda: replies.in_words(BANK, "/etc/passwd").replace(b"text/plain", b"text/calendar"),
    "components without an end": lambda: replies.in_words(BANK, "BEGIN:VEVENT\r\n" * 4500).replace(
        b"text/plain", b"text/calendar"
    ),
    "a rule without an end": lambda: replies.bare(Said(UID, extra="RRULE:FREQ=SECONDLY;COUNT=999999999")),
    "a long property": lambda: replies.bare(Said(UID, extra="COMMENT:" + "x" * 60_000)),
    "folded a thousandfold": lambda: replies.bare(Said(UID, extra="COMMENT:" + "x\r\n " * 15_000)),
    "parameters": lambda: replies.bare(Said(UID, extra="X-A" + ";P=1" * 15_000 + ":1")),
    "quotes": lambda: replies.bare(Said(UID, extra='X-A;P="' + '"";' * 15_000 + ":1")),
    "a charset that runs programs": lambda: in_charset("unicode_escape"),
    "punycode": lambda: in_charset("punycode"),
    "idna": lambda: in_charset("idna"),
    "zlib": lambda: in_charset("zlib"),
    "tags": lambda: replies.in_words(BANK, "<a" * 100_000).replace(b"text/plain", b"text/html"),
    "comments of HTML": lambda: replies.in_words(BANK, "<!--" * 50_000).replace(b"text/plain", b"text/html"),
    "brackets in the proof": lambda: under("Authentication-Results", "mx.lap.example; " + "(" * 100_000),
    "a proof of many results": lambda: under("Authentication-Results", "mx.lap.example" + "; dkim=pass" * 10_000),
    "addresses": lambda: under("Cc", ", ".join(f"a{n}@b.example" for n in range(10_000))),
    "brackets in an address": lambda: under("Reply-To", "(" * 60_000 + "a@b.example"),
    "encoded words": lambda: under("Subject", "=?utf-8?q?a?= " * 10_000),
    "headers": lambda: b"".join(b"X-%d: 1\r\n" % n for n in range(25_000)) + replies.bare(Said(UID)),
    "a delivery status of many": lambda: replies.bounce("a@b.example").replace(
        b"Final-Recipient",
        b"Action: failed\r\nFinal-Recipient: rfc822; a@b.c\r\n\r\n" * 3000 + b"Final-Recipient",
    ),
    "fifty megabytes": lambda: replies.in_words(BANK, "a" * 50_000_000),
}


@pytest.mark.parametrize("worst", WORST)
def test_the_worst_mails_are_read_or_given_up_within_a_second_and_256_mib(measured: Measured, worst: str) -> None:
    measured.read(WORST[worst]())
    after = measured.read(replies.bare(Said(UID)))
    assert (measured.slowest <= SECONDS + GRACE, measured.largest <= MEMORY) == (True, True)
    assert after is not None
    assert after.answers


def test_no_mutation_of_an_answer_stops_the_reading_or_changes_what_nobody_proved(
    cast: Cast, measured: Measured, request: pytest.FixtureRequest
) -> None:
    with_approved(cast)
    arrive(cast)
    mine = cast.actor("harbour-bank").contact
    with cast.desk.store.read() as tx:
        copy = invitations.of_person(tx, mine.id)[0]
    rng = random.Random(2027)
    stamp = f"{cast.clock():%Y%m%dT%H%M%SZ}"
    said = Said(copy.uid, copy.sequence, stamp, attendee=mine.email, sender=mine.email, proved=None, words="x")
    unproved = [shape(said) for shape in SHAPES.values()]
    changed = []
    count = 1000 if request.config.getoption("--long") else 60
    for n in range(count):
        raw = mutated(rng, unproved[n % len(unproved)])
        mail = measured.read(raw)
        take_mail(cast.desk, the_clock(), mail, Place("calls@mx:993/INBOX", 7, n + 1))
        with cast.desk.store.read() as tx:
            now = invitations.by_uid(tx, copy.uid)
        if (mail is not None and mail.authentic) or now is None or now.rsvp is not Rsvp.NEEDS_ACTION:
            changed.append(raw)
    figures = f"slowest {measured.slowest:.3f} s, {measured.largest / 2**20:.0f} MiB, {measured.given_up} given up"
    print(f"{count} mails: {figures}")
    assert (changed, measured.slowest <= SECONDS + GRACE, measured.largest <= MEMORY) == ([], True, True)


def mutated(rng: random.Random, raw: bytes) -> bytes:
    """*raw* with a few octets changed, lines doubled, pieces cut, or something nasty put in."""
    nasty = (b"\x00", b"\r", b"\n", b"=?utf-8?b?////?=", b"\xff\xfe", b"BEGIN:VEVENT\r\n", b"RRULE:FREQ=SECONDLY\r\n",
             b"TRIGGER:-P9999999999W\r\n", b"SEQUENCE:99999999999999999999\r\n", b"DTSTAMP:99999999T999999Z\r\n",
             b"--m1\r\n" * 300, b"(" * 3000, b"A" * 20_000, b"Content-Type: message/rfc822\r\n\r\n",
             b"Content-Type: message/delivery-status\r\n\r\n", b"Reply-To: a@b.example\r\n",
             b"Authentication-Results: mx.elsewhere.example; dmarc=pass header.from=harbour-bank.example\r\n",
            )  # fmt: skip
    octets = bytearray(raw)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(octets))
        match rng.randrange(4):
            case 0:
                octets[at] = rng.randrange(256)
            case 1:
                octets[at:at] = rng.choice(nasty)
            case 2:
                del octets[at : at + rng.randint(1, 80)]
            case _:
                octets[at:at] = octets[at : at + rng.randint(1, 200)]
    return bytes(octets)
