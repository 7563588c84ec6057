"""Owns row 6, mailing 10,000 people, and the half of row 13 that follows it: what ``lap serve`` then holds in memory.

Everybody is a representative approved for one part of one call, so each is asked of ``audience`` at send time; a mail
is marked before the next one is begun. The reference sends as many ready mails of that size through one connection.
"""

import json
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from bot.agenda import AgendaItem, ItemState
from bot.attendees import Admission, AdmissionState
from bot.calls import Call, CallKind, CallState, Segment
from bot.confidentiality import Tlp
from bot.participants import Contact, Participant, ParticipantKind, Role, Sector
from bot.topics import AudienceKind
from handlers.invitations import KIND
from storage import agenda, calls, directory, outbox
from storage.attendees import insert_admissions
from storage.outbox import Errand
from storage.store import Store
from storage.tables import Door, OutboxRow, columns
from tests.bench import data, mail_building
from tests.bench.places import HOUSE, Place, free_port
from tests.bench.table import Line

ROWS = (6,)
AFTER = 13
PEOPLE = 10_000
SHARE = 0.25
MORE_MB = 40
ROUNDS = 3
WARM_UP_SECONDS = 12.0
"""From the start of ``lap serve`` to the moment when all is due: it is idle by then."""
WITHIN_SECONDS = 600.0


def measure(place: Place, wanted: Sequence[int], rounds: int) -> Iterator[Line]:
    its, our, more, flat = [], [], [], []
    for _ in range(min(rounds, ROUNDS)):
        with sink(place.folder) as mails:
            its.append(_bare(mails))
        with sink(place.folder) as mails:
            rate, after_a_fifth, in_all = _ours(place, mails)
        our.append(rate)
        more.append(in_all)
        flat.append(in_all - after_a_fifth)
    share = [ours / bare for ours, bare in zip(our, its, strict=True)]
    yield Line(
        6, f"mailing {PEOPLE:,} people, mails a second, beside a bare smtplib sender", "/s", our, its, "smtplib",
        wrong="" if sorted(share)[len(share) // 2] >= SHARE else f"less than {SHARE:.0%} of its rate", digits=0,
    )  # fmt: skip
    yield Line(6, "memory that the last four fifths of it take", "MB", flat, limit=MORE_MB / 4, digits=0)
    yield Line(AFTER, "memory of `lap serve` after row 6, more than idle", "MB", more, limit=MORE_MB, digits=0)


@dataclass
class Sink:
    """The mail server, and what it counted."""

    process: subprocess.Popen[str]
    port: int

    def counted(self) -> tuple[int, float]:
        """How many mails came, and how many seconds from the first to the last."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(file=self.process.stdin, flush=True)
        said = json.loads(self.process.stdout.readline())
        return said["count"], said["times"][1] - said["times"][0]


@contextmanager
def sink(folder: Path) -> Iterator[Sink]:
    port = free_port()
    argv = [sys.executable, "-m", "tests.bench.smtp_side", str(port)]
    with subprocess.Popen(argv, cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield Sink(process, port)
        finally:
            process.terminate()


def _bare(mails: Sink) -> float:
    """Mails a second of ready bytes through one connection."""
    people = mail_building.people(1000)
    ready = [(p.address, mail_building.ours(p)) for p in people]
    with smtplib.SMTP("127.0.0.1", mails.port) as client:
        for number in range(PEOPLE):
            to, octets = ready[number % len(ready)]
            client.sendmail(mail_building.SENDER, [to], octets)
    count, seconds = mails.counted()
    assert count == PEOPLE
    return count / seconds


def _ours(place: Place, mails: Sink) -> tuple[float, float, float]:
    """Mails a second of ``lap serve``; how many MB more than idle it holds after a fifth of them, and after all."""
    database = place.database("mailing", more=ten_thousand)
    _set_due(database, datetime.now(UTC) + timedelta(seconds=WARM_UP_SECONDS))
    url = f"smtp://127.0.0.1:{mails.port}"
    with place.slack() as slack, place.ours(database, replace(slack, smtp_url=url)) as server:
        server.rest()
        idle, fifth = server.resident_mb, 0.0
        end = time.monotonic() + WITHIN_SECONDS
        while (count := mails.counted()[0]) < PEOPLE and time.monotonic() < end:
            if count >= PEOPLE // 5 and not fifth:
                fifth = server.resident_mb - idle
            time.sleep(0.1)
        count, seconds = mails.counted()
        assert count == PEOPLE, f"{count} of {PEOPLE} came"
        server.rest()
        return count / seconds, fifth, server.resident_mb - idle


def _set_due(database: Path, at: datetime) -> None:
    store = Store(f"sqlite:///{database}")
    t = columns(OutboxRow)
    with store.begin() as tx:
        tx.execute(update(OutboxRow).where(t.kind == KIND, t.state == "due").values(due_at=at))
    store.close()


def ten_thousand(store: Store, now: datetime) -> None:
    """An announced call with 10,000 approved representatives, whose invitations are due."""
    participants = [
        Participant(
            f"rep-{n}", f"rep-{n}", ParticipantKind.PRIVATE_SECTOR, f"Representative {n}", "FR",
            Sector.COURIER_SERVICE, "Europe/Paris",
        )
        for n in range(PEOPLE)
    ]  # fmt: skip
    contacts = [
        Contact(f"c-{p.id}", p.id, p.name, f"{p.id}@reps.example", p.zone, frozenset({Role.SPAM_ENFORCEMENT_CONTACT}))
        for p in participants
    ]
    parts = (
        Segment("many-0", "Training", AudienceKind.JOINT, 60),
        Segment("many-1", "Cases", AudienceKind.AGENCIES, 30),
    )
    call = Call("many", "Training", CallKind.MEMBERS, CallState.ANNOUNCED, now + timedelta(days=10), parts)
    with store.begin() as tx:
        data.insert_people(tx, participants, contacts, now)
        directory.mark_told(tx, [c.id for c in contacts], now)
        calls.insert_call(tx, call, now - timedelta(days=60))
        calls.update_call(tx, call.id, announced_at=now, list_circulated_at=now, list_approved_at=now)
        insert_admissions(
            tx,
            [
                Admission(call.id, "many-0", c.id, c.participant_id, AdmissionState.APPROVED, now, now)
                for c in contacts
            ],
        )  # fmt: skip
        for n in range(6):
            item = AgendaItem(
                f"MANY{n:02}", call.id, "many-0", n + 1, "B.3.b", f"How a sender is traced, part {n + 1}", 10,
                AudienceKind.JOINT, Tlp.AMBER, ItemState.ACCEPTED, "rep-0", "c-rep-0", now,
            )  # fmt: skip
            agenda.add(tx, item)
        outbox.add(
            tx,
            [
                Errand(f"many-{c.id}", KIND, Door.MAIL, c.id, call.id, call.id, 0, False, now, now)
                for c in contacts
            ],
        )  # fmt: skip
