"""A narrowing leaves first, and who cannot be reached holds up nobody: against a real mail server that is slow."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text

from bot.notices import Notice
from bot.participants import Contact, Participant
from handlers.clock.courier import LOOK_AGAIN, Courier
from handlers.composing import Kinds
from handlers.delivery import deliver
from handlers.lanes import LANES, NEXT_SECONDS, SeveralLanes
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
LOOKS_WITHIN = 0.5
"""Seconds of these that looking again may take."""
HANGS, PATIENCE = 60.0, 25.0
"""Real seconds: a server that hangs is silent for longer than a test waits for what it is to see."""
FIRST, *OTHERS = ("fr-cnil", "nz-dia", "ca-crtc", "gb-ico", "jp-mic", "us-fcc", "es-aepd", "de-bnetza")


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice:
    return Notice(errands[0].kind, (contact.name,))


KINDS = Kinds({"narrowing": compose, "news": compose}, frozenset(), unannounced=frozenset({"narrowing", "news"}))


@dataclass
class Postmaster:
    """A cast with lanes to a real server, and two announced calls of which nothing is due. Its clock stands still until
    it is moved: what leaves meanwhile waited for nobody, however busy the machine is."""

    cast: Cast
    drop: MailDrop
    calls: tuple[str, str]
    rounds: list[float] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def put(self, kind: str, *short_names: str, call: int = 0, first: bool = False) -> None:
        now, desk = self.cast.desk.now(), self.cast.desk
        people = [self.cast.actor(name).contact.id for name in short_names]
        with desk.store.begin() as tx:
            made = [Errand(desk.new_id(), kind, Door.MAIL, p, self.calls[call], "", 0, first, now, now) for p in people]
            outbox.add(tx, made)

    def address(self, short_name: str) -> str:
        return self.cast.actor(short_name).contact.email

    def gone_round(self, times: int = 3) -> list[float]:
        """Waits until so many rounds began from now on, and ended; the seconds between the beginnings of two."""
        with self.changed:
            known = len(self.rounds) + 1  # one may be under way
            assert self.changed.wait_for(lambda: len(self.rounds) >= known + times, PATIENCE), self.rounds
            return [after - before for before, after in pairwise(self.rounds[known - 1 :])]

    @contextmanager
    def at_work(self) -> Iterator[Courier]:
        courier = Courier()
        lanes: SeveralLanes[Delivered] = SeveralLanes(tell=courier.wake)

        def go_round() -> bool:
            begun = time.monotonic()
            done = deliver(self.cast.desk, KINDS, lanes=lanes).any
            with self.changed:
                self.rounds.append(begun)
                self.changed.notify_all()
            return done

        courier.start(go_round, lambda: lanes.leaving)
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
    deliver_nowhere = {Door.MAIL: lambda *_: None, Door.SLACK: lambda *_: None}
    while deliver(replace(cast.desk, send=deliver_nowhere), Kinds({}, frozenset())).any:
        pass
    with MailDrop() as drop:
        door = MailDoor(Pool(drop.url, LANES), cast.desk.settings, "London Action Plan")
        cast.desk = replace(cast.desk, send={Door.MAIL: door})
        yield Postmaster(cast, drop, calls)


def both(cast: Cast, request: pytest.FixtureRequest, name: str) -> Cast:
    return cast if name == "sqlite" else request.getfixturevalue("postgres_cast")


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_what_is_about_a_call_waits_for_its_narrowing_but_no_longer_than_five_seconds(
    cast: Cast, request: pytest.FixtureRequest, database: str
) -> None:
    with postmaster(both(cast, request, database)) as post:
        post.drop.hang(HANGS, to=post.address(FIRST))
        post.put("news", *OTHERS[:3])
        post.put("narrowing", FIRST, first=True)
        post.put("news", OTHERS[4], call=1)
        with post.at_work():
            another_call = post.drop.wait_for(1, seconds=PATIENCE)
            post.cast.clock.advance(seconds=3.5)
            looks = post.gone_round()
            held = post.drop.mails()
            post.cast.clock.advance(seconds=AT_MOST - LOOKS_WITHIN - 3.5)
            post.drop.wait_for(4, seconds=PATIENCE)
        addressed = [m.to for m in post.drop.mails()]
    assert [m.to for m in another_call] == [m.to for m in held] == [post.address(OTHERS[4])]
    assert (addressed[0], set(addressed[1:])) == (post.address(OTHERS[4]), {post.address(o) for o in OTHERS[:3]})
    assert (min(looks) < LOOKS_WITHIN, LOOK_AGAIN + NEXT_SECONDS < LOOKS_WITHIN) == (True, True)


def test_others_leave_as_soon_as_the_first_attempt_has_ended(cast: Cast) -> None:
    with postmaster(cast) as post:
        post.drop.hang(HANGS, to=post.address(FIRST))
        post.put("news", *OTHERS[:3])
        post.put("narrowing", FIRST, first=True)
        with post.at_work():
            post.gone_round()
            taken = [c for c in post.drop.commands if c.startswith("RCPT")]
            post.drop.go_on()
            post.drop.wait_for(4, seconds=PATIENCE)
        addressed = [m.to for m in post.drop.mails()]
    assert taken == [f"RCPT {post.address(FIRST)}"]
    assert addressed[0] == post.address(FIRST)


def test_a_narrowing_that_is_not_taken_holds_up_nobody(cast: Cast) -> None:
    with postmaster(cast) as post:
        post.drop.greylist(post.address(FIRST))
        post.put("news", *OTHERS[:3])
        post.put("narrowing", FIRST, first=True)
        with post.at_work():
            post.drop.wait_for(3, seconds=PATIENCE)
        said = [c for c in post.drop.commands if c.startswith("RCPT")]
    assert said[0] == f"RCPT {post.address(FIRST)}"


def test_two_recipients_that_hang_hold_up_none_of_the_rest(cast: Cast) -> None:
    hung = OTHERS[:2]
    with postmaster(cast) as post:
        for name in hung:
            post.drop.hang(HANGS, to=post.address(name))
        post.put("news", *OTHERS)
        with post.at_work():
            arrived = post.drop.wait_for(len(OTHERS) - len(hung), seconds=PATIENCE)
    assert {m.to for m in arrived} == {post.address(name) for name in OTHERS if name not in hung}
    assert len(hung) * NEXT_SECONDS < LOOKS_WITHIN


def test_a_narrowing_finds_a_lane_while_the_others_hang(cast: Cast) -> None:
    with postmaster(cast) as post:
        for name in OTHERS[:LANES]:
            post.drop.hang(HANGS, to=post.address(name))
        post.put("news", *OTHERS[:LANES])
        with post.at_work() as courier:
            while len([c for c in post.drop.commands if c == "DATA"]) < LANES - 1:
                time.sleep(0.01)
            post.put("narrowing", FIRST, first=True)
            courier.wake()
            post.drop.wait_for(1, seconds=PATIENCE)
        assert [m.to for m in post.drop.mails()] == [post.address(FIRST)]


def test_on_postgresql_another_process_waits_for_the_narrowing_too(postgres_cast: Cast) -> None:
    with postmaster(postgres_cast) as post:
        post.drop.hang(HANGS, to=post.address(FIRST))
        post.put("narrowing", FIRST, first=True)
        post.put("news", *OTHERS[:3])
        desk = replace(post.cast.desk, now=lambda: post.cast.clock() + timedelta(seconds=1))
        other = threading.Thread(target=lambda: deliver(post.cast.desk, KINDS))
        other.start()
        while "DATA" not in post.drop.commands:
            time.sleep(0.005)
        before = deliver(desk, KINDS)
        post.drop.go_on()
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
