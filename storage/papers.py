"""Owns the queries of papers, the files attached to agenda items; a file's bytes are read only to hand it out."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, update

from bot.papers import Paper
from storage.store import Tx
from storage.tables import PaperRow, columns

_P = columns(PaperRow)
_PAPER = [_P[name] for name in Paper.__slots__]


def add(tx: Tx, paper: Paper, data: bytes) -> None:
    """Writes a new paper with its bytes; a reference drawn twice clashes."""
    tx.execute(insert(PaperRow).values(**{name: getattr(paper, name) for name in Paper.__slots__}, data=data))


def remove(tx: Tx, reference: str, now: datetime) -> None:
    """The paper is gone, and its bytes with it; that there was one stays."""
    tx.execute(update(PaperRow).where(_P.reference == reference).values(removed_at=now, data=b""))


def find(tx: Tx, reference: str) -> Paper | None:
    """The paper with that reference, removed or not."""
    return next(iter(_papers(tx, select(*_PAPER).where(_P.reference == reference))), None)


def of_items(tx: Tx, items: Collection[str]) -> list[Paper]:
    """The papers of those items that were not removed, oldest first."""
    return _papers(tx, select(*_PAPER).where(_P.item.in_(list(items)), _P.removed_at.is_(None)))


def data_of(tx: Tx, reference: str) -> bytes:
    """The bytes of a paper."""
    return bytes(tx.execute(select(_P.data).where(_P.reference == reference)).scalar_one())


def _papers(tx: Tx, query: Select[Any]) -> list[Paper]:
    rows: Sequence[Any] = tx.execute(query.order_by(_P.at, _P.reference)).all()
    return [Paper(*row) for row in rows]
