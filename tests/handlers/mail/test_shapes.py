"""Proves that an answer of every calendar program becomes the person's answer, from a real mailbox to the database."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.invitations import Rsvp
from bot.replies import Outcome
from handlers.desk import the_clock
from handlers.mail.isolated import Isolated
from handlers.mail.mailbox import new_in, octets_of, opened
from handlers.mailed import Place, take_mail
from handlers.mailed_by_hand import latest_mail
from handlers.reply_address import tagged
from storage import invitations
from tests.cast import Cast
from tests.cast import cast as make_cast
from tests.handlers.mail import replies
from tests.handlers.mail.imap import Server, running
from tests.handlers.mail.replies import AUTHSERV, SHAPES, Said
from tests.lists import arrive, with_approved

TODAY = datetime.now(UTC).date()
YES, NO, MAYBE, NONE = Rsvp.ACCEPTED, Rsvp.DECLINED, Rsvp.TENTATIVE, Rsvp.NEEDS_ACTION
SERVICE = "noreply@calendars.example"
PROGRAMS = ("outlook", "google", "apple", "icloud", "thunderbird", "nextcloud", "bare")


@dataclass(frozen=True)
class Row:
    """A mail of a program: what is changed in it, what becomes of it, and the person's answer then."""

    program: str
    changed: dict[str, object]
    outcome: Outcome
    answer: Rsvp


PLAIN = tuple(
    Row(program, {"partstat": partstat.value}, Outcome.COUNTED, partstat)
    for program in PROGRAMS
    for partstat in (YES, NO, MAYBE)
) + (
    *(Row(p, {"proved": False, "partstat": "DECLINED"}, Outcome.UNVERIFIED, MAYBE) for p in PROGRAMS),
    *(Row(p, {"method": "COUNTER", "partstat": "TENTATIVE"}, Outcome.WISH, MAYBE) for p in PROGRAMS),
    *(Row(p, {"method": "REFRESH", "partstat": "NEEDS-ACTION"}, Outcome.REFRESHED, MAYBE) for p in PROGRAMS),
    *(Row(p, {"sender": SERVICE}, Outcome.UNVERIFIED, MAYBE) for p in ("icloud", "nextcloud")),
)
SECRET = (
    *(Row(p, {"proved": None, "partstat": s.value}, Outcome.COUNTED, s) for p in PROGRAMS for s in (NO, YES)),
    *(Row(p, {"sender": SERVICE, "partstat": "DECLINED"}, Outcome.COUNTED, NO) for p in ("icloud", "nextcloud")),
    *(Row(p, {"sender": SERVICE}, Outcome.UNVERIFIED, NO) for p in ("outlook", "thunderbird", "bare")),
    *(Row(p, {"proved": False}, Outcome.UNVERIFIED, NO) for p in PROGRAMS),
)  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as made:
        yield made


@pytest.fixture(scope="module")
def reader() -> Iterator[Isolated]:
    made = Isolated(AUTHSERV)
    yield made
    made.close()


@pytest.mark.parametrize(("mode", "rows"), [("plain", PLAIN), ("secret", SECRET)], ids=["plain", "secret"])
def test_what_each_program_answers_becomes_the_answer_of_its_person(
    tmp_path: Path, server: Server, reader: Isolated, mode: str, rows: tuple[Row, ...]
) -> None:
    with make_cast(f"sqlite:///{tmp_path}/lap.db", mail_reply=mode) as cast:
        with_approved(cast, "harbour-bank")
        arrive(cast)
        found = taken(cast, server, reader, rows)
        assert found == [(row.outcome, row.answer) for row in rows]


def taken(cast: Cast, server: Server, reader: Isolated, rows: tuple[Row, ...]) -> list[tuple[Outcome | None, Rsvp]]:
    """The rows' mails put into the mailbox, a minute apart, and taken from it in their order: what became of each."""
    mine = cast.actor("harbour-bank").contact
    with cast.desk.store.read() as tx:
        copy = invitations.of_person(tx, mine.id)[0]
    to = tagged("calls@lap.example", copy.tag)
    held = Said(copy.uid, copy.sequence, attendee=mine.email, sender=mine.email, to=to)
    with opened(server.address) as (box, _):
        before = max(new_in(box, None, TODAY), default=0)
    begins = cast.clock()
    stamps = [f"{begins + timedelta(minutes=at):%Y%m%dT%H%M%SZ}" for at in range(len(rows))]
    told = zip(stamps, rows, strict=True)
    server.append(*(SHAPES[row.program](replace(held, stamp=at, **row.changed)) for at, row in told))  # type: ignore[arg-type]
    found: list[tuple[Outcome | None, Rsvp]] = []
    cast.clock.advance(hours=2)
    with opened(server.address) as (box, validity):
        for uid in new_in(box, before or None, TODAY):
            mail = reader.read(octets_of(box, uid))
            outcome = take_mail(cast.desk, the_clock(), mail, Place(server.address.name, validity, uid))
            with cast.desk.store.read() as tx:
                now = invitations.by_uid(tx, copy.uid)
            found.append((outcome, now.rsvp if now else NONE))
    return found


def test_a_time_proposed_by_outlook_is_read_in_its_zone_of_windows(cast: Cast, reader: Isolated) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    mine = cast.actor("harbour-bank").contact
    with cast.desk.store.read() as tx:
        copy = invitations.of_person(tx, mine.id)[0]
    said = Said(copy.uid, copy.sequence, "20270104T090000Z", attendee=mine.email, sender=mine.email, method="COUNTER")
    take_mail(cast.desk, the_clock(), reader.read(replies.outlook(said)), Place("a@b:143/INBOX", 1, 1))
    assert latest_mail(cast.desk, cast.secretary)[0].mail.start == datetime(2027, 2, 16, 14, 0, tzinfo=UTC)
