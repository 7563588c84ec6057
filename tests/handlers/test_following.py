"""Messages that follow each other in a lane: each is marked before the next is offered, which is made of what holds."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from sqlalchemy import event, select, update

from bot.notices import Notice
from bot.participants import Contact, Participant
from handlers.composing import Kinds
from handlers.delivery import deliver
from handlers.lanes import SeveralLanes
from handlers.sending import Delivered
from handlers.work import Reading
from storage import outbox
from storage.outbox import Errand
from storage.tables import ContactRow, Door, ExposureRow, OutboxRow, columns
from tests.cast import Cast

T, E, K = columns(OutboxRow), columns(ExposureRow), columns(ContactRow)
KIND = "news"
NAMES = FIRST, SECOND, THIRD = ("ca-crtc", "fr-cnil", "nz-dia")
DOOR = Door.MAIL
Seen = list[tuple[str, dict[str, str], int]]


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice:
    if not contact.attending:
        raise LookupError("nothing can be made of it")
    return Notice(KIND, (contact.name,))


KINDS = Kinds({KIND: compose}, frozenset(), unannounced=frozenset({KIND}))


@dataclass
class Row:
    """Three errands to three people, in this order; at each offer, what a second look at the database sees."""

    cast: Cast
    seen: Seen = field(default_factory=list)
    meanwhile: Callable[[str], None] = lambda _: None

    def __post_init__(self) -> None:
        now, desk = self.cast.desk.now(), self.cast.desk
        with desk.store.begin() as tx:
            tx.execute(update(OutboxRow).values(state="sent"))
            people = [self.cast.actor(name).contact.id for name in NAMES]
            outbox.add(
                tx, [Errand(n, KIND, DOOR, p, None, "", 0, False, now, now) for n, p in zip(NAMES, people, strict=True)]
            )
        self.cast.desk = replace(desk, send={DOOR: self.offered})

    def states(self) -> tuple[dict[str, str], int]:
        """The state of each errand, and how many entries of the ledger say that their message is leaving still."""
        with self.cast.desk.store.read() as tx:
            states = {row.id: row.state for row in tx.execute(select(T.id, T.state).where(T.kind == KIND))}
            leaving = (E.kind == KIND, E.left_at.is_(None), E.turn_by.is_(None))
            return states, len(tx.execute(select(E.id).where(*leaving)).all())

    def offered(self, notice: Notice, errand: Errand, contact: Contact, dated: datetime) -> None:
        self.seen.append((errand.id, *self.states()))
        self.meanwhile(errand.id)

    def change(self, name: str, **values: object) -> None:
        with self.cast.desk.store.begin() as tx:
            tx.execute(update(ContactRow).where(K.id == self.cast.actor(name).contact.id).values(values))


def states(*done: str) -> dict[str, str]:
    return {name: "sent" if name in done else "due" for name in NAMES}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def row(request: pytest.FixtureRequest) -> Row:
    return Row(request.getfixturevalue("cast" if request.param == "sqlite" else "postgres_cast"))


IN_ORDER = [
    (FIRST, states(), 1), (SECOND, states(FIRST), 1), (THIRD, states(FIRST, SECOND), 1),
]  # fmt: skip


def test_each_is_marked_before_the_next_is_offered_and_the_last_at_once(row: Row) -> None:
    assert deliver(row.cast.desk, KINDS) == Delivered(sent=3)
    assert (row.seen, row.states()) == (IN_ORDER, (states(*NAMES), 0))


def test_on_lanes_too(row: Row) -> None:
    lanes: SeveralLanes[Delivered] = SeveralLanes(next_seconds=20)
    deliver(row.cast.desk, KINDS, lanes=lanes)
    assert (row.seen, row.states()) == (IN_ORDER, (states(*NAMES), 0))


def test_each_takes_one_transaction_and_the_row_two_more(row: Row) -> None:
    ended: list[str] = []
    event.listen(row.cast.desk.store.engine, "checkin", lambda *_: ended.append("a transaction"))
    row.cast.desk = replace(row.cast.desk, send={DOOR: lambda *_: None})
    fences = 0 if row.cast.desk.store.is_sqlite else len(NAMES)  # each is a transaction of its own there
    deliver(row.cast.desk, KINDS)
    assert len(ended) - fences == 1 + len(NAMES) + 1  # the claim, a beginning for each, the mark of the last


def test_what_changes_while_one_leaves_is_seen_by_the_look_of_the_next(row: Row) -> None:
    row.meanwhile = lambda offered: row.change(SECOND, removed_at=row.cast.clock()) if offered == FIRST else None
    done = deliver(row.cast.desk, KINDS)
    assert [name for name, *_ in row.seen] == [FIRST, THIRD]
    assert (done.sent, done.dropped, row.states()[1]) == (2, 1, 0)


def test_one_that_cannot_be_made_takes_no_mark_of_another_with_it(row: Row) -> None:
    row.meanwhile = lambda offered: row.change(SECOND, attending=False) if offered == FIRST else None
    done = deliver(row.cast.desk, KINDS)
    assert (done.sent, done.put_off, row.states()) == (2, 1, (states(FIRST, THIRD), 0))


def test_whoever_is_written_to_by_another_is_not_waited_for_with_a_mark(row: Row) -> None:
    second, inside = row.cast.actor(SECOND).contact.id, threading.Event()

    def send() -> None:
        """Another sender to the second person, until the first message is marked."""
        with row.cast.desk.store.sending(second):
            inside.set()
            while row.states()[0] != states(FIRST):
                time.sleep(0.005)

    other = threading.Thread(target=send, daemon=True)

    def meanwhile(offered: str) -> None:
        if offered == FIRST:
            other.start()
            inside.wait(10)

    row.meanwhile = meanwhile
    assert (deliver(row.cast.desk, KINDS), row.seen) == (Delivered(sent=3), IN_ORDER)
    other.join(10)


def test_while_somebody_waits_for_an_answer_each_is_marked_at_once(row: Row) -> None:
    asked = list[tuple[float | None, dict[str, str]]]()

    def give_way(patience: float | None = None) -> bool:
        asked.append((patience, row.states()[0]))
        return patience is None

    row.cast.desk = replace(row.cast.desk, give_way=give_way)
    assert deliver(row.cast.desk, KINDS).sent == 3
    before_each = [known for patience, known in asked if patience is None]
    assert before_each == [states(), states(FIRST), states(FIRST, SECOND)]
