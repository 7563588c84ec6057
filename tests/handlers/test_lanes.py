"""A narrowing leaves first, and who cannot be reached holds up nobody: against a real mail server that is slow."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.notices import Notice
from bot.participants import Contact, Participant
from handlers.clock.courier import Courier
from handlers.composing import Kinds
from handlers.delivery import deliver
from handlers.lanes import LANES, SeveralLanes
from handlers.mail.door import MailDoor
from handlers.mail.smtp import Pool
from handlers.sending import Delivered
from handlers.work import Reading
from storage import audit, outbox
from storage.outbox import Errand
from storage.tables import Door
from tests.cast import Cast
from tests.lists import START, with_call
from tests.workspace.mail import MailDrop

AT_MOST = 5.0
"""Seconds that others wait for a narrowing (barrier.md, The send barrier)."""
FIRST, *OTHERS = ("fr-cnil", "nz-dia", "ca-crtc", "gb-ico", "jp-mic", "us-fcc", "es-aepd", "de-bnetza")


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice:
    return Notice(errands[0].kind, (contact.name,))


KINDS = Kinds({"narrowing": compose, "news": compose}, frozenset(), unannounced=frozenset({"narrowing", "news"}))


@dataclass
class Postmaster:
    """A cast whose clock runs, with lanes to a real server, and two announced calls of which nothing is due."""

    cast: Cast
    drop: MailDrop
    calls: tuple[str, str]
    lanes: SeveralLanes[Delivered] = field(default_factory=SeveralLanes)
    arrived: dict[str, float] = field(default_factory=dict)

    def put(self, kind: str, *short_names: str, call: int = 0, first: bool = False) -> None:
        now, desk = self.cast.desk.now(), self.cast.desk
        people = [self.cast.actor(name).contact.id for name in short_names]
        with desk.store.begin() as tx:
            made = [Errand(desk.new_id(), kind, Door.MAIL, p, self.calls[call], "", 0, first, now, now) for p in people]
            outbox.add(tx, made)

    def address(self, short_name: str) -> str:
        return self.cast.actor(short_name).contact.email

    def seconds_until(self, count: int, begun: float, limit: float = 20.0) -> float:
        self.drop.wait_for(count, seconds=limit)
        return time.monotonic() - begun

    @contextmanager
    def at_work(self) -> Iterator[Courier]:
        courier = Courier()
        lanes: SeveralLanes[Delivered] = SeveralLanes(tell=courier.wake)
        courier.start(lambda: deliver(self.cast.desk, KINDS, lanes=lanes).any, lambda: lanes.leaving)
        courier.wake()
        try:
            yield courier
        finally:
            courier.stop()
            self.drop.stop()
            lanes.wait_for_all(10)


@contextmanager
def postmaster(cast: Cast) -> Iterator[Postmaster]:
    calls = with_call(cast), with_call(cast, START + timedelta(days=7))
    cast.desk = replace(cast.desk, send={})
    deliver_nowhere = {Door.MAIL: lambda *_: None, Door.SLACK: lambda *_: None}
    while deliver(replace(cast.desk, send=deliver_nowhere), Kinds({}, frozenset())).any:
        pass
    began, base = time.monotonic(), cast.clock()
    with MailDrop() as drop:
        pool = Pool(drop.url, LANES)
        door = MailDoor(pool, cast.desk.settings, "London Action Plan")
        running = lambda: base + timedelta(seconds=time.monotonic() - began)  # noqa: E731
        cast.desk = replace(cast.desk, send={Door.MAIL: door}, now=running)
        yield Postmaster(cast, drop, calls)


def both(cast: Cast, request: pytest.FixtureRequest, name: str) -> Cast:
    return cast if name == "sqlite" else request.getfixturevalue("postgres_cast")


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_what_is_about_a_call_waits_for_its_narrowing_but_no_longer_than_five_seconds(
    cast: Cast, request: pytest.FixtureRequest, database: str
) -> None:
    with postmaster(both(cast, request, database)) as post:
        post.drop.hang(30, to=post.address(FIRST))
        post.put("news", *OTHERS[:3])
        post.put("narrowing", FIRST, first=True)
        post.put("news", OTHERS[4], call=1)
        begun = time.monotonic()
        with post.at_work():
            another_call = post.seconds_until(1, begun)
            post.drop.wait_for(4)
            seconds = time.monotonic() - begun
        addressed = [m.to for m in post.drop.mails()]
    assert (addressed[0], set(addressed[1:])) == (post.address(OTHERS[4]), {post.address(o) for o in OTHERS[:3]})
    assert another_call < 2.0
    assert 3.5 < seconds < AT_MOST


def test_others_leave_as_soon_as_the_first_attempt_has_ended(cast: Cast) -> None:
    with postmaster(cast) as post:
        post.drop.hang(1.0, to=post.address(FIRST))
        post.put("news", *OTHERS[:3])
        post.put("narrowing", FIRST, first=True)
        begun = time.monotonic()
        with post.at_work():
            post.drop.wait_for(4)
            seconds = time.monotonic() - begun
        addressed = [m.to for m in post.drop.mails()]
    assert addressed[0] == post.address(FIRST)
    assert 1.0 < seconds < 3.0


def test_a_narrowing_that_is_not_taken_holds_up_nobody(cast: Cast) -> None:
    with postmaster(cast) as post:
        post.drop.greylist(post.address(FIRST))
        post.put("news", *OTHERS[:3])
        post.put("narrowing", FIRST, first=True)
        begun = time.monotonic()
        with post.at_work():
            post.drop.wait_for(3)
            seconds = time.monotonic() - begun
        said = [c for c in post.drop.commands if c.startswith("RCPT")]
    assert said[0] == f"RCPT {post.address(FIRST)}"
    assert seconds < 3.0


def test_two_recipients_that_hang_hold_up_none_of_the_rest(cast: Cast) -> None:
    with postmaster(cast) as post:
        for name in OTHERS[:2]:
            post.drop.hang(30, to=post.address(name))
        post.put("news", *OTHERS)
        begun = time.monotonic()
        with post.at_work():
            post.drop.wait_for(len(OTHERS) - 2)
            seconds = time.monotonic() - begun
    assert seconds < 4.0


def test_a_narrowing_finds_a_lane_while_the_others_hang(cast: Cast) -> None:
    with postmaster(cast) as post:
        for name in OTHERS[:LANES]:
            post.drop.hang(30, to=post.address(name))
        post.put("news", *OTHERS[:LANES])
        with post.at_work() as courier:
            while len([c for c in post.drop.commands if c == "DATA"]) < LANES - 1:
                time.sleep(0.01)
            post.put("narrowing", FIRST, first=True)
            begun = time.monotonic()
            courier.wake()
            seconds = post.seconds_until(1, begun)
        assert [m.to for m in post.drop.mails()] == [post.address(FIRST)]
    assert seconds < 2.0


def test_on_postgresql_another_process_waits_for_the_narrowing_too(postgres_cast: Cast) -> None:
    with postmaster(postgres_cast) as post:
        post.drop.hang(2.0, to=post.address(FIRST))
        post.put("narrowing", FIRST, first=True)
        post.put("news", *OTHERS[:3])
        frozen = post.cast.desk.now()
        desk = replace(post.cast.desk, now=lambda: frozen + timedelta(seconds=1))
        other = threading.Thread(target=lambda: deliver(post.cast.desk, KINDS))
        other.start()
        while "DATA" not in post.drop.commands:
            time.sleep(0.005)
        before = deliver(desk, KINDS)
        other.join(20)
        after = deliver(desk, KINDS)
    assert (before, after.sent) == (Delivered(), 3)
    assert post.drop.mails()[0].to == post.address(FIRST)


def test_on_postgresql_a_message_into_which_an_act_came_is_made_anew_and_no_act_waits_for_it(
    postgres_cast: Cast,
) -> None:
    """A part that it saw open would give the lines that were entered once it was closed."""
    made: list[int] = []

    def looks(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice:
        made.append(len(made))
        if len(made) < 3:
            with work.desk.store.begin() as other:
                other.execute(text("SET LOCAL lock_timeout = '1s'"))
                head = audit.hold_head(other)  # as every act does first
                audit.append(other, head, at=work.now, actor="U1", act="note", subject="X", detail={}, salt="s")
        return compose(work, errands, contact, participant)

    with postmaster(postgres_cast) as post:
        post.put("news", FIRST)
        sent = deliver(post.cast.desk, Kinds({"news": looks}, frozenset(), unannounced=frozenset({"news"})))
    assert (sent.sent, made) == (1, [0, 1, 2])
