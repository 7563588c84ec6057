"""Owns the marks of what is done once, by whichever process comes first; what is done is the acts' affair."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select

from storage.store import Tx
from storage.tables import MarkRow, columns

_M = columns(MarkRow)


def made(tx: Tx, names: Iterable[str]) -> set[str]:
    """Of *names*, those that are marked."""
    return set(tx.execute(select(_M.name).where(_M.name.in_(list(names)))).scalars())


def make(tx: Tx, names: Iterable[str], now: datetime) -> None:
    """Marks *names*; who marks one a second time clashes."""
    rows = [{"name": name, "at": now} for name in names]
    if rows:
        tx.execute(insert(MarkRow), rows)
