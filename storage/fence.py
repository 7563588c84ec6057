"""Owns the fence around each person: a send and a narrowing of that person's rights never overlap (design.md 3.6)."""

import hashlib
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError


class Fences:
    """One lock a person: within this process, and on PostgreSQL between processes by advisory lock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._shared = engine.dialect.name == "postgresql"
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def held(self, person: str, timeout: float) -> Iterator[bool]:
        """Holds the person's fence for the block; False where it was not free within *timeout* seconds."""
        with self._guard:
            lock = self._locks[person]
        if not lock.acquire(timeout=timeout):
            yield False
            return
        try:
            if not self._shared:
                yield True
                return
            with self._engine.connect() as connection:
                yield _locked(connection, person, timeout)
                connection.rollback()  # an advisory lock of a transaction ends with it
        finally:
            lock.release()


def _locked(connection: Connection, person: str, timeout: float) -> bool:
    key = int.from_bytes(hashlib.sha256(person.encode()).digest()[:8], "big", signed=True)
    try:
        connection.execute(text(f"SET LOCAL lock_timeout = '{max(int(timeout * 1000), 1)}ms'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
    except OperationalError:
        return False
    return True
