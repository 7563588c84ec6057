"""A sender in another process, stopped or at work while somebody objects: the answer comes in time and is true."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import update

from handlers.delivery import deliver_all
from handlers.kinds import KINDS
from handlers.objecting import Asked
from handlers.objections import Objected, object_to_access
from storage.tables import ContactRow, OutboxRow, OutboxState, columns
from tests.cast import Cast, cast, read_roster
from tests.crash.child import open_desk
from tests.lists import DAY, with_approved
from tests.mailing import ANSWERED_WITHIN, BANK, timed
from tests.workspace.mail import MailDrop

REPS = [p.short_name for p in read_roster()[0] if p.kind == "private_sector"]
T, K = columns(OutboxRow), columns(ContactRow)
FRANCE = "spam-enforcement@fr-cnil.example"
pytestmark = pytest.mark.postgres


@pytest.fixture
def made(postgres: str) -> Iterator[Cast]:
    """A cast on PostgreSQL in which the invitations of every representative are due, and nothing else."""
    with cast(postgres) as made:
        with made.desk.store.begin() as tx:
            tx.execute(update(ContactRow).values(told_at=made.clock()))
        with_approved(made, *REPS)
        guests = {made.actor(name).contact.id for name in REPS}
        with made.desk.store.begin() as tx:
            others = (T.state == OutboxState.DUE, T.due_at <= made.clock(), T.contact_id.not_in(guests))
            tx.execute(update(OutboxRow).where(*others).values(state=OutboxState.SENT))
        yield made


def sender(made: Cast, drop: MailDrop, stop_after: str = "") -> subprocess.Popen[bytes]:
    arguments = [made.desk.settings.database_url, drop.url, made.clock().isoformat(), stop_after]
    return subprocess.Popen([sys.executable, "-m", "tests.crash.sender", *arguments], cwd=Path(__file__).parents[2])


def objects(made: Cast, name: str = "harbour-bank") -> tuple[Objected, float]:
    return timed(lambda: object_to_access(made.desk, made.actor("fr-cnil"), Asked(name, calls=((DAY, ()),))))


def until(there: object) -> None:
    end = time.monotonic() + 30
    while not there():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.005)


def is_stopped(child: subprocess.Popen[bytes]) -> bool:
    return Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def delivered_here(made: Cast, drop: MailDrop) -> None:
    deliver_all(open_desk(str(made.desk.settings.database_url), drop.url, made.clock), KINDS)


def second_messages(drop: MailDrop) -> list[str]:
    return [m.text for m in drop.mails(FRANCE) if m.subject.startswith("What was leaving has ended")]


def only_the_bank(made: Cast) -> None:
    with made.desk.store.begin() as tx:
        others = update(OutboxRow).where(T.state == OutboxState.DUE, T.due_at <= made.clock())
        tx.execute(others.where(T.contact_id != made.actor("harbour-bank").contact.id).values(state=OutboxState.SENT))


@contextmanager
def stopped_at_data(made: Cast) -> Iterator[tuple[MailDrop, subprocess.Popen[bytes]]]:
    """A sender of the bank's mail alone, stopped once the server has it."""
    only_the_bank(made)
    with MailDrop() as drop:
        drop.hang(2.0, at="DATA")
        child = sender(made, drop)
        until(lambda: "DATA" in drop.commands)
        child.send_signal(signal.SIGSTOP)
        until(lambda: is_stopped(child))
        yield drop, child


def test_a_sender_stopped_while_the_server_has_its_mail_is_told_and_told_again_when_it_went_on(made: Cast) -> None:
    with stopped_at_data(made) as (drop, child):
        done, seconds = objects(made)
        delivered_here(made, drop)
        before = second_messages(drop)
        child.send_signal(signal.SIGCONT)
        assert child.wait(30) == 0
        made.clock.advance(seconds=10)
        delivered_here(made, drop)
        assert (done.in_flight.messages, seconds < ANSWERED_WITHIN) == (("an invitation by mail",), True)
        assert (before, len(second_messages(drop))) == ([], 1)
        assert "Left at 09:00:00 UTC; it cannot be recalled." in second_messages(drop)[0]
        assert [m.method for m in drop.mails(BANK)] == ["REQUEST"]


@pytest.mark.long
def test_a_sender_killed_while_the_server_has_its_mail_may_have_sent_it(made: Cast) -> None:
    with stopped_at_data(made) as (drop, child):
        done, _ = objects(made)
        os.kill(child.pid, signal.SIGKILL)
        child.wait(30)
        made.clock.advance(seconds=10)
        delivered_here(made, drop)
        assert (done.in_flight.count, "May have left" in second_messages(drop)[0]) == (1, True)


@pytest.mark.long
def test_a_sender_stopped_between_its_look_and_the_ledger_is_inside_the_fence(made: Cast) -> None:
    only_the_bank(made)
    with MailDrop() as drop:
        child = sender(made, drop, r"UPDATE outbox SET attempts")
        until(lambda: is_stopped(child))
        done, seconds = objects(made)
        child.send_signal(signal.SIGCONT)
        assert child.wait(30) == 0
        assert (done.in_flight.messages, seconds < ANSWERED_WITHIN) == (("a message",), True)


def test_after_in_effect_no_process_offers_a_byte_of_what_is_closed(made: Cast) -> None:
    with MailDrop() as drop:
        child = sender(made, drop)
        until(drop.mails)
        told: dict[str, tuple[int, Objected, float]] = {}
        for name in REPS[::-1]:
            done, seconds = objects(made, name)
            told[name] = len(drop.mails()), done, seconds
        assert child.wait(60) == 0
        late = {
            name: [m.number for m in drop.mails(made.actor(name).contact.email) if m.number > known]
            for name, (known, done, _) in told.items()
            if not done.in_flight.count
        }
        assert {name: numbers for name, numbers in late.items() if numbers} == {}
        assert max(seconds for _, _, seconds in told.values()) < ANSWERED_WITHIN
        assert any(not drop.mails(made.actor(name).contact.email) for name in REPS), "all had left before"
