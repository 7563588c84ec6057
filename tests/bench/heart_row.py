"""Owns row 10: one heartbeat with nothing due, on a long history and on a short one in turn."""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import update
from sqlmodel import SQLModel

from bot.calls import Call, CallKind, CallState, Segment
from bot.procedure import StepKind
from bot.steps import StepState
from bot.topics import AudienceKind
from handlers.desk import Desk
from handlers.ticking import tick
from storage import outbox, steps
from storage.calls import insert_call, update_call
from storage.migrate import migrate
from storage.outbox import Errand
from storage.store import Store, Tx
from storage.tables import CallRow, Door, OutboxRow, OutboxState, SegmentRow, StepRow, columns
from tests.bench import data
from tests.bench.desks import desk_on
from tests.bench.places import Place
from tests.bench.table import Line

ROWS = (10,)
CLOSED = AudienceKind.AGENCIES
BEATS = 40
LONG, SHORT = (10_000, 1_000_000), (100, 1_000_000 // 100)
"""Calls, and rows of the outbox that are done."""


def measure(place: Place, wanted: Sequence[int], rounds: int) -> Iterator[Line]:
    now = place.now
    desks = [
        desk_on(_history(place.folder / f"beats-{n}.db", now, *how_much), lambda: now)
        for n, how_much in enumerate((SHORT, LONG))
    ]
    found: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 1):
        for side, desk in enumerate(desks):
            beat = _beat(desk)
            if turn:  # the first one warms
                found[side].append(beat)
    for desk in desks:
        desk.store.close()
    what = f"a heartbeat with nothing due, {LONG[0]:,} calls and {LONG[1]:,} messages sent"
    yield Line(10, what, "ms", found[1], found[0], f"{SHORT[0]} calls", at_most=2, limit=5)


def _beat(desk: Desk) -> float:
    begun = time.perf_counter()
    done = [str(tick(desk)) for _ in range(BEATS)]
    seconds = time.perf_counter() - begun
    if set(done) != {"Nothing was due."}:
        raise RuntimeError(f"a heartbeat of the bench found something to do: {done[0]}")
    return seconds / BEATS * 1000


def _history(path: Path, now: datetime, calls: int, errands: int) -> Store:
    """A database of calls that were held, their steps done, and of messages sent about them; made by SQLite itself."""
    store = Store(f"sqlite:///{path}")
    migrate(store)
    participants, contacts = data.roster()
    long_ago = now - timedelta(days=400)
    with store.begin() as tx:
        data.insert_people(tx, participants, contacts, now)
        call = Call(
            "call-0", "A call", CallKind.MEMBERS, CallState.HELD, long_ago, (Segment("part-0", "Cases", CLOSED, 90),)
        )
        insert_call(tx, call, long_ago)
        update_call(tx, call.id, minutes_sent_at=long_ago, minutes_adopts_at=long_ago, minutes_adopted_at=long_ago)
        steps.add(tx, {call.id: dict.fromkeys(StepKind, long_ago)})
        tx.execute(update(StepRow).values(state=StepState.DONE, done_at=long_ago))
        told = Errand(
            "errand-0", "invitation", Door.MAIL, contacts[0].id, call.id, call.id, 1, False, long_ago, long_ago
        )
        outbox.add(tx, [told])
        outbox.end(tx, [told.id], OutboxState.SENT, now - timedelta(days=30))  # not old enough to be deleted
        its_call = {"call_id": f"'call-' || (n.i % {calls})"}
        _multiply(
            tx, CallRow, calls, {"id": "'call-' || n.i", "start": "datetime(start, '-' || n.i || ' hours') || '.0'"}
        )
        _multiply(tx, SegmentRow, calls, {"id": "'part-' || n.i", **its_call})
        _multiply(tx, StepRow, calls, its_call)
        _multiply(tx, OutboxRow, errands, {"id": "'errand-' || n.i", "subject": its_call["call_id"], **its_call})
    return store


def _multiply(tx: Tx, table: type[SQLModel], count: int, changed: Mapping[str, str]) -> None:
    """The rows that *table* holds, once more for each number below *count*, with the columns *changed* (SQL)."""
    names = [column.name for column in columns(table)]
    name = table.__tablename__
    tx.exec_driver_sql(
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count}), "
        f"it AS (SELECT * FROM {name}) INSERT INTO {name} ({', '.join(names)}) "
        f"SELECT {', '.join(changed.get(column, column) for column in names)} FROM n, it"
    )
