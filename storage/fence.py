"""Owns the fence around each person: a send and a narrowing of that person's rights never overlap (design.md 3.6).

A sender takes its turn with the person, one message at a time, and holds the fence from its last look at what the
person may have until the message is marked. Who narrowed that waits, after the commit, for those who were inside.
"""

import hashlib
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError


class Fences(Protocol):
    """The fences of all persons; seconds are real ones, whatever the wall clock does."""

    @contextmanager
    def sending(self, person: str, seconds: float) -> Iterator[bool]:
        """A sender's hold for the block; False where another one kept its turn for *seconds*: then nothing is sent."""
        yield False  # pragma: no cover -- a protocol's body

    def inside(self, persons: Collection[str], seconds: float) -> frozenset[str]:
        """Those of *persons* whose sender, inside when this is asked, has not left after *seconds* in all."""


class OneProcess:
    """The fences of the one process that writes an SQLite file: each sender inside has a number of its own."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside: dict[str, int] = {}
        self._numbers = count()

    @contextmanager
    def sending(self, person: str, seconds: float) -> Iterator[bool]:
        with self._changed:
            free = self._changed.wait_for(lambda: person not in self._inside, seconds)
            if free:
                self._inside[person] = next(self._numbers)
        try:
            yield free
        finally:
            if free:
                with self._changed:
                    del self._inside[person]
                    self._changed.notify_all()

    def inside(self, persons: Collection[str], seconds: float) -> frozenset[str]:
        with self._changed:
            met = {p: self._inside[p] for p in persons if p in self._inside}
            self._changed.wait_for(lambda: all(self._inside.get(p) != number for p, number in met.items()), seconds)
            return frozenset(p for p, number in met.items() if self._inside.get(p) == number)


class BetweenProcesses:
    """The fences of all processes on one PostgreSQL: advisory locks, which end with the process that holds them.

    A sender locks its turn alone and then the fence, shared; who narrowed locks the fence alone. So that one waits for
    the sender inside and for none that queues behind it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def sending(self, person: str, seconds: float) -> Iterator[bool]:
        with self._engine.connect() as connection:
            yield _locked(connection, _SENDS, {"turn": _key(f"turn {person}"), "fence": _key(person)}, seconds)
            connection.rollback()  # a lock of a transaction ends with it

    def inside(self, persons: Collection[str], seconds: float) -> frozenset[str]:
        end, waiting = time.monotonic() + seconds, {_key(p): p for p in persons}
        try:
            with self._engine.connect() as connection:
                met = _held(connection, waiting)
                if seconds:
                    gone = [key for key in met if _left(connection, key, end - time.monotonic())]
                    met = _held(connection, [key for key in met if key not in gone])
        except OperationalError:  # nobody can tell: not said to be free
            met = list(waiting)
        return frozenset(waiting[key] for key in met)


_SENDS = text("SELECT pg_advisory_xact_lock(:turn), pg_advisory_xact_lock_shared(:fence)")
_NARROWED = text("SELECT pg_advisory_xact_lock(:fence)")
_HELD = text("SELECT key FROM unnest(CAST(:keys AS bigint[])) AS k (key) WHERE NOT pg_try_advisory_xact_lock(key)")


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def _held(connection: Connection, keys: Collection[int]) -> list[int]:
    """Those of *keys* that somebody holds now, in one statement."""
    held = list(connection.execute(_HELD, {"keys": list(keys)}).scalars()) if keys else []
    connection.rollback()
    return held


def _left(connection: Connection, key: int, seconds: float) -> bool:
    """Whether the sender who holds *key* leaves within *seconds*; nobody who queues behind it is waited for."""
    left = seconds > 0 and _locked(connection, _NARROWED, {"fence": key}, seconds)
    connection.rollback()
    return left


def _locked(connection: Connection, statement: object, keys: dict[str, int], seconds: float) -> bool:
    try:
        connection.execute(text(f"SET LOCAL lock_timeout = '{max(int(seconds * 1000), 1)}ms'"))
        connection.execute(statement, keys)  # type: ignore[call-overload]
    except OperationalError:
        return False
    return True
