"""Owns the queries of named editions: what each asks for, and what was taken out; its lines are those of its call."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, insert, or_, select, update

from bot.confidentiality import Tlp
from bot.editions import AskedLine, NamedEdition, TakenOut
from storage.store import Tx
from storage.tables import EditionLineRow, NamedEditionRow, TakenOutRow, columns
from storage.together import Rows, together
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
    return next(iter(kept(*_FIND(tx, {"reference": reference}))), None)


def latest(tx: Tx) -> list[Kept]:
    """The latest editions that were released and all that are still open, newest first; none that was dropped.

    An open one is for who is asked alone, so it takes the place of none that everybody reads.
    """
    return kept(*_LATEST(tx, {}))


_QUERY = select(*(_N[name] for name in NamedEdition.__slots__))
_ASKED, _OUT = select(_L.edition, _L.line, _L.words), select(_T.edition, _T.line, _T.by_id, _T.at)
_HERE = _N.dropped_at.is_(None)
_RELEASED = (
    select(_N.reference)
    .where(_HERE, _N.released_at.is_not(None))
    .order_by(_N.asked_at.desc(), _N.reference)
    .limit(MOST)
    .subquery()
)
_OF_LATEST = or_(_N.released_at.is_(None), _N.reference.in_(select(_RELEASED.c.reference)))
_NAMES = select(_N.reference).where(_HERE, _OF_LATEST)
LATEST = (
    _QUERY.where(_HERE, _OF_LATEST), _ASKED.where(_L.edition.in_(_NAMES)), _OUT.where(_T.edition.in_(_NAMES)),
)  # fmt: skip
"""What ``kept`` makes ``latest`` of."""
_STILL = (_HERE, _N.released_at.is_(None))
_OPEN_NAMES = select(_N.reference).where(*_STILL)
OPEN = (
    _QUERY.where(*_STILL), _ASKED.where(_L.edition.in_(_OPEN_NAMES)), _OUT.where(_T.edition.in_(_OPEN_NAMES)),
)  # fmt: skip
"""What ``kept`` makes those of that are neither released nor dropped."""
_LATEST = together(*LATEST)
_ONE = _N.reference == bindparam("reference")
_FIND = together(
    _QUERY.where(_ONE), _ASKED.where(_L.edition == bindparam("reference")),
    _OUT.where(_T.edition == bindparam("reference")),
)  # fmt: skip

_OF_LINES = select(_L.edition).where(_L.line.in_(bindparam("lines", expanding=True)))
_ASKING = select(_N.reference).where(_HERE, _N.reference.in_(_OF_LINES))
_ASKING_FOR = together(
    _QUERY.where(_HERE, _N.reference.in_(_OF_LINES)), _ASKED.where(_L.edition.in_(_ASKING)),
    _OUT.where(_T.edition.in_(_ASKING)),
)  # fmt: skip


def asking_for(tx: Tx, lines: Collection[str]) -> list[Kept]:
    """The editions that ask for some of those lines, open or released, newest first; none that was dropped."""
    return kept(*_ASKING_FOR(tx, {"lines": list(lines)}))


def kept(rows: Rows, lines: Rows, out: Rows) -> list[Kept]:
    """Each edition of *rows* with what it asks for and what was taken out of it, newest first."""
    found = sorted(map(_to_edition, rows), key=lambda e: e.reference)
    found = sorted(found, key=lambda e: e.asked_at, reverse=True)
    asked, taken = [AskedLine(*row) for row in lines], [TakenOut(*row) for row in out]
    return [
        Kept(
            e,
            tuple(a for a in asked if a.edition == e.reference),
            tuple(t for t in taken if t.edition == e.reference),
        )
        for e in found
    ]
