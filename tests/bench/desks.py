"""Owns the desk that the rows inside one process act at: a store, a clock that stands, and the roster's people."""

import gc
import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.procedure import Procedure
from bot.words import draw_reference
from handlers.__main__ import settle_memory
from handlers.desk import Desk
from handlers.settings import Settings
from storage.store import Store
from tests.bench.common import LAP_SECRET


def desk_on(store: Store, now: Callable[[], datetime], seed: int = 1) -> Desk:
    """A desk without doors; ids and references are drawn from *seed*."""
    ids, rng = itertools.count(1), random.Random(seed)
    given = {"mail_from": "calls@lap.example", "lap_secret": LAP_SECRET, "public_url": "https://lap.example"}
    return Desk(
        store=store,
        now=now,
        new_id=lambda: f"id-{next(ids):08d}",
        new_reference=lambda: draw_reference(rng.randrange),
        settings=Settings(_env_file=None, **given),  # type: ignore[arg-type, call-arg]
        procedure=Procedure.default(),
    )


@contextmanager
def memory_settled() -> Iterator[None]:
    """Has the collector look as seldom as ``lap serve`` has it, for the block."""
    before = gc.get_threshold()
    settle_memory()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def opened(database: Path, now: Callable[[], datetime]) -> Iterator[Desk]:
    """A desk on *database*, closed at the end."""
    store = Store(f"sqlite:///{database}")
    try:
        yield desk_on(store, now)
    finally:
        store.close()
