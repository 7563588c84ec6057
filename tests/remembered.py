"""Owns worlds that many tests begin from: lived through once in a process, then written back for each of them."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from handlers.desk import Sender
from storage.tables import Door
from tests.cast import Cast, Chance


@dataclass(frozen=True)
class World:
    """A cast as it was left: its SQLite file, its time, what it would have drawn next, and its doors."""

    octets: bytes
    at: datetime
    chance: Chance
    send: Mapping[Door, Sender]


def remembered(live: Callable[[Cast], object]) -> Callable[[Cast], Cast]:
    """*live*, which is run once in a process for all casts on SQLite; on PostgreSQL each time."""
    worlds: list[World] = []

    @functools.wraps(live)
    def begin(cast: Cast) -> Cast:
        file = cast.desk.store.file
        if file is not None and worlds:
            _write_back(cast, file, worlds[0])
            return cast
        live(cast)
        if file is not None:
            worlds.append(_as_left(cast, file))
        return cast

    return begin


def _as_left(cast: Cast, file: Path) -> World:
    with cast.desk.store.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return World(file.read_bytes(), cast.clock.at, cast.chance.copy(), cast.desk.send)


def _write_back(cast: Cast, file: Path, world: World) -> None:
    cast.desk.store.close()
    for beside in file.parent.glob(f"{file.name}-*"):
        beside.unlink()
    file.write_bytes(world.octets)
    cast.clock.at = world.at
    cast.chance.set(world.chance)
    object.__setattr__(cast.desk, "send", world.send)
