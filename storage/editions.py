"""Owns the queries of named editions: what each asks for, and what was taken out; its lines are those of its call."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert, or_, select, update

from bot.confidentiality import Tlp
from bot.editions import AskedLine, NamedEdition, TakenOut
from storage.store import Tx
from storage.tables import EditionLineRow, NamedEditionRow, TakenOutRow, columns
from storage.values import maker

_N, _L, _T = (columns(table) for table in (NamedEditionRow, EditionLineRow, TakenOutRow))
_to_edition = maker(NamedEdition, label=Tlp)
MOST = 60


class Kept(NamedTuple):
    """An edition with what it asks for and what was taken out of it."""

    edition: NamedEdition
    asked: tuple[AskedLine, ...]
    taken_out: tuple[TakenOut, ...]


def add(tx: Tx, edition: NamedEdition, asked: Sequence[AskedLine]) -> None:
    """Writes a new edition with what it asks for; a reference drawn twice clashes."""
    tx.execute(
        insert(NamedEditionRow).values({name: getattr(edition, name) for name in NamedEdition.__slots__})
    )  # fmt: skip
    tx.execute(insert(EditionLineRow), [{name: getattr(a, name) for name in AskedLine.__slots__} for a in asked])


def update_edition(tx: Tx, reference: str, **columns: datetime) -> None:
    """Sets columns of an edition (names as in ``NamedEditionRow``)."""
    tx.execute(update(NamedEditionRow).where(_N.reference == reference).values(**columns))


def take_out(tx: Tx, taken: Sequence[TakenOut]) -> None:
    """Writes that lines are taken out of an edition."""
    tx.execute(insert(TakenOutRow), [{name: getattr(t, name) for name in TakenOut.__slots__} for t in taken])


def find(tx: Tx, reference: str) -> Kept | None:
    """The edition with that reference, in whatever state."""
    return next(iter(_kept(tx, tx.execute(_QUERY.where(_N.reference == reference)).all())), None)


def latest(tx: Tx) -> list[Kept]:
    """The latest editions that were released and all that are still open, newest first; none that was dropped.

    An open one is for who is asked alone, so it takes the place of none that everybody reads.
    """
    newest = _N.asked_at.desc(), _N.reference
    here = _N.dropped_at.is_(None)
    released = select(_N.reference).where(here, _N.released_at.is_not(None)).order_by(*newest).limit(MOST)
    query = _QUERY.where(here, or_(_N.released_at.is_(None), _N.reference.in_(released))).order_by(*newest)
    return _kept(tx, tx.execute(query).all())


_QUERY = select(*(_N[name] for name in NamedEdition.__slots__))


def _kept(tx: Tx, rows: Sequence[Sequence[object]]) -> list[Kept]:
    """With the rest of each, in the order of *rows*; two statements more, none where there is none."""
    found = [_to_edition(row) for row in rows]
    names: Collection[str] = [e.reference for e in found]
    if not names:
        return []
    asked = [AskedLine(*row) for row in tx.execute(select(_L.edition, _L.line, _L.words).where(_L.edition.in_(names)))]
    out = tx.execute(select(_T.edition, _T.line, _T.by_id, _T.at).where(_T.edition.in_(names)))
    taken = [TakenOut(*row) for row in out]
    return [
        Kept(
            e,
            tuple(a for a in asked if a.edition == e.reference),
            tuple(t for t in taken if t.edition == e.reference),
        )
        for e in found
    ]
