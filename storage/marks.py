"""Owns the marks of what is done once, by whichever process comes first; what is done is the acts' affair."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from storage.store import Tx, insert_into
from storage.tables import MarkRow, columns

_M = columns(MarkRow)


def made(tx: Tx, names: Iterable[str]) -> set[str]:
    """Of *names*, those that are marked."""
    return set(tx.execute(select(_M.name).where(_M.name.in_(list(names)))).scalars())


def make_missing(tx: Tx, names: Iterable[str], now: datetime) -> set[str]:
    """Marks those of *names* that are not marked yet, and returns them: of several who come at once, one gets each."""
    rows = [{"name": name, "at": now} for name in names]
    fresh = insert_into(tx, MarkRow).values(rows).on_conflict_do_nothing().returning(_M.name)
    return set(tx.execute(fresh).scalars())


def make(tx: Tx, names: Iterable[str], now: datetime) -> None:
    """Marks *names*; who marks one a second time clashes."""
    rows = [{"name": name, "at": now} for name in names]
    if rows:
        tx.execute(insert(MarkRow), rows)


def before(tx: Tx, prefix: str, now: datetime) -> datetime | None:
    """When (UTC) the latest mark that begins with *prefix* was made before *now*; None where there is none."""
    query = select(func.max(_M.at)).where(_M.name.startswith(prefix, autoescape=True), _M.at < now)
    return tx.execute(query).scalar()


def made_at(tx: Tx, name: str) -> datetime | None:
    """When (UTC) that mark was made; None where it was not."""
    return tx.execute(select(_M.at).where(_M.name == name)).scalar()


def undo(tx: Tx, names: Iterable[str]) -> None:
    """Takes those marks away: what they stand for may be done again."""
    tx.execute(delete(MarkRow).where(_M.name.in_(list(names))))
