"""Owns row 8: a personal feed with a hundred entries over HTTP: kept, unchanged, made anew; and at tenfold."""

import itertools
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from bot.calls import CallKind, CallState
from bot.invitations import Rsvp
from bot.itip import uid_for
from bot.participants import Contact, Role
from bot.topics import AudienceKind
from handlers.links import sha256_of, token
from storage import directory
from storage.store import Store
from storage.tables import CallRow, InvitationRow, LinkPurpose, LinkRow, SegmentRow
from tests.bench import data
from tests.bench.common import LAP_SECRET
from tests.bench.load import Answer, get, p50, send
from tests.bench.places import Place, Server
from tests.bench.table import Line

ROWS = (8,)
ENTRIES = 100
KEPT, UNCHANGED, ANEW, TENFOLD = 4.0, 2.0, 100.0, 1.2  # times the reference, the same, ms, times the plain data
SUBSCRIBER = "c-subscriber@fr-cnil.example"
TOKEN = token(LAP_SECRET, LinkPurpose.FEED, SUBSCRIBER)
PATH = f"/calendar/{TOKEN}.ics"
_alarms = itertools.count(1)


def with_subscriber(store: Store, now: datetime) -> None:
    """Adds somebody of an Agency with the copies of a hundred calls, every tenth cancelled, and their feed's link."""
    contact = Contact(
        SUBSCRIBER, "p-fr-cnil", "Subscriber", SUBSCRIBER.removeprefix("c-"), "Europe/Paris",
        frozenset({Role.POINT_OF_CONTACT}),
    )  # fmt: skip
    calls, segments, copies = [], [], []
    for n in range(ENTRIES):
        call_id, start = f"fed-{n:03d}", now.replace(minute=0) - timedelta(days=9 * (n + 1))
        at, end, gone = start - timedelta(days=40), start + timedelta(minutes=90), n % 10 == 0
        state = CallState.CANCELLED if gone else CallState.HELD
        calls.append(
            {"id": call_id, "title": f"Call {n}: what came of it", "kind": CallKind.MEMBERS, "state": state,
             "start": start, "created_at": at, "announced_at": at}
        )  # fmt: skip
        segments.append(
            {"id": f"{call_id}-part", "call_id": call_id, "position": 0, "title": "Agencies",
             "audience": AudienceKind.AGENCIES, "minutes": 90}
        )  # fmt: skip
        copies.append(
            {"uid": uid_for(call_id, SUBSCRIBER, 0, data.DOMAIN), "call_id": call_id, "contact_id": SUBSCRIBER,
             "block": 0, "sequence": int(gone), "revision": 1 + gone, "dtstamp": at, "created_at": at, "start": start,
             "end": end, "title": f"Call {n}: what came of it", "cancelled": gone, "sent_revision": 1 + gone,
             "sent_start": None if gone else start, "sent_end": None if gone else end,
             "sent_title": "" if gone else f"Call {n}: what came of it", "rsvp": Rsvp.ACCEPTED}
        )  # fmt: skip
    with store.begin() as tx:
        directory.insert_contacts(tx, [contact])
        directory.mark_told(tx, [SUBSCRIBER], now - data.YEARS)
        for table, rows in ((CallRow, calls), (SegmentRow, segments), (InvitationRow, copies)):
            tx.execute(insert(table), rows)
        link = {"token_sha256": sha256_of(TOKEN), "purpose": LinkPurpose.FEED, "contact_id": SUBSCRIBER, "epoch": 0}
        tx.execute(insert(LinkRow), link)


@dataclass(frozen=True)
class Asking:
    """How a feed is asked for, and what it must be answered with for it to count."""

    requests: Callable[[], list[bytes]]
    status: int
    entries: int

    def wrong(self, answers: Sequence[Answer]) -> str:
        bad = [a for a in answers if a.status != self.status or a.body.count(b"BEGIN:VEVENT") < self.entries]
        return f"answered {bad[0].status} with {len(bad[0].body)} octets" if bad else ""


def measure(place: Place, wanted: Sequence[int], rounds: int) -> Iterator[Line]:
    with ExitStack() as stack:
        slack = stack.enter_context(place.slack())
        bare = stack.enter_context(place.reference(place.database("bare", more=with_subscriber), slack))
        database = place.database("fed", more=with_subscriber)
        ours = stack.enter_context(place.ours(database, slack))
        plain = Asking(lambda: [get(PATH)] * 400, 200, 0)
        for what, asking, goal in (
            ("kept (200)", kept(), KEPT),
            ("unchanged (304)", unchanged(ours), UNCHANGED),
        ):
            its, our, wrong = in_turn((bare, plain), (ours, asking), rounds)
            yield Line(8, f"a feed with {ENTRIES} entries, {what}, p50", "ms", our, its, at_most=goal, wrong=wrong)
        times = [anew(ours, database) for _ in range(rounds)]
        yield Line(8, f"a feed with {ENTRIES} entries, nothing kept", "ms", times, limit=ANEW)


def on_both(place: Place, rounds: int) -> Iterator[Line]:
    """The kept and the unchanged feed on the data set as it is and on ten times as much."""
    with ExitStack() as stack:
        slack = stack.enter_context(place.slack())
        few = stack.enter_context(place.ours(place.database("fed plain", more=with_subscriber), slack))
        many = stack.enter_context(
            place.ours(place.database("fed tenfold", data.TENFOLD, more=with_subscriber), slack)
        )  # fmt: skip
        for what, made in (("kept (200)", lambda _: kept()), ("unchanged (304)", unchanged)):
            its, our, wrong = in_turn((few, made(few)), (many, made(many)), rounds)
            yield Line(
                12, f"tenfold: a feed with {ENTRIES} entries, {what}, p50", "ms", our, its, "as it is",
                at_most=TENFOLD, wrong=wrong,
            )  # fmt: skip


def kept() -> Asking:
    return Asking(lambda: [get(PATH)] * 400, 200, ENTRIES)


def unchanged(server: Server) -> Asking:
    """Asked with the tag that the server gives the feed now."""
    head = send(server.port, [get(PATH)], 1)[0].head
    found = re.search(rb"etag: (\S+)", head, re.IGNORECASE)
    tag = found[1].decode() if found else ""
    return Asking(lambda: [get(PATH, tag)] * 400, 304, 0)


def in_turn(
    reference: tuple[Server, Asking], ours: tuple[Server, Asking], rounds: int
) -> tuple[list[float], list[float], str]:
    """The median of each round in ms, the reference's and ours, a round each in turn; and what was amiss."""
    found: tuple[list[float], list[float]] = ([], [])
    wrong = ""
    for turn in range(rounds + 1):
        for side, (server, asking) in enumerate((reference, ours)):
            server.rest()
            answers = send(server.port, asking.requests(), 1)
            wrong = wrong or asking.wrong(answers)
            if turn:  # the first one warms
                found[side].append(p50([a.seconds * 1000 for a in answers]))
    return *found, wrong


def anew(server: Server, database: Path) -> float:
    """Milliseconds of one look at a feed whose holder has just changed when it rings: nothing of it is kept then."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE contact SET feed_alarm = ? WHERE id = ?", (next(_alarms), SUBSCRIBER))
        connection.commit()
    return send(server.port, [get(PATH)], 1)[0].seconds * 1000
