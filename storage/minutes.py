"""Owns the queries of single lines, their corrections and amendments; those of a whole call come with it from
``calls``."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, or_, select, update

from bot.amending import Amendment, Correction
from bot.confidentiality import Tlp
from bot.minutes import MinuteEntry
from storage.call_parts import to_amendment, to_line
from storage.calls import joined
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import AmendmentRow, CorrectionRow, MinuteEntryRow, columns
from storage.values import maker

_M = columns(MinuteEntryRow)
_C = columns(CorrectionRow)
_B = columns(AmendmentRow)
to_correction = maker(Correction, label=Tlp)
_LINE = [_M[name] for name in MinuteEntry.__slots__]
_ADD = Prepared(insert(MinuteEntryRow), MinuteEntry.__slots__)


def add(tx: Tx, line: MinuteEntry) -> None:
    """Writes a new line; a reference drawn twice clashes."""
    _ADD.write(tx, _values(line))


def add_all(tx: Tx, lines: Sequence[MinuteEntry]) -> None:
    """Writes several new lines, in one statement."""
    if lines:
        tx.execute(insert(MinuteEntryRow), [_values(line) for line in lines])


def save(tx: Tx, line: MinuteEntry) -> None:
    """Writes a line as it is now."""
    tx.execute(update(MinuteEntryRow).where(_M.reference == line.reference).values(**_values(line)))


def save_all(tx: Tx, lines: Sequence[MinuteEntry]) -> None:
    """Writes several lines as they are now, in one statement."""
    if lines:
        changed = update(MinuteEntryRow).where(_M.reference == bindparam("key"))
        named: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in MinuteEntry.__slots__ if name != "reference"
        }
        written = [{f"new_{n}": v for n, v in _values(line).items()} | {"key": line.reference} for line in lines]
        tx.execute(changed.values(**named), written)


def find(tx: Tx, reference: str) -> MinuteEntry | None:
    """The line with that reference, taken back or not."""
    row = tx.execute(select(*_LINE).where(_M.reference == reference)).one_or_none()
    return to_line(row) if row else None


def with_references(tx: Tx, references: Collection[str]) -> list[MinuteEntry]:
    """The lines with those references, in the order of entry."""
    query = select(*_LINE).where(_M.reference.in_(list(references))).order_by(_M.entered_at, _M.reference)
    return [to_line(row) for row in tx.execute(query)]


def with_labels(tx: Tx, labels: Collection[Tlp], since: datetime) -> list[MinuteEntry]:
    """The lines entered since then that have one of those labels, in the order of entry."""
    query = select(*_LINE).where(_M.label.in_(list(labels)), _M.entered_at >= since)
    return [to_line(row) for row in tx.execute(query.order_by(_M.entered_at, _M.reference))]


def keep_correction(tx: Tx, correction_id: str, line: str, was: str, label: Tlp, by_id: str, now: datetime) -> None:
    """Keeps what a line said before it was corrected, under which label."""
    tx.execute(insert(CorrectionRow).values(id=correction_id, line=line, was=was, label=label, by_id=by_id, at=now))


def corrections(tx: Tx, ids: Collection[str]) -> list[Correction]:
    """Those corrections, oldest first."""
    return _corrections(tx, _C.id.in_(list(ids)))


def corrections_of(tx: Tx, reference: str) -> list[Correction]:
    """The corrections of the line with that reference, oldest first."""
    return _corrections(tx, _C.line == reference)


def _corrections(tx: Tx, which: ColumnElement[bool]) -> list[Correction]:
    query = select(*(_C[name] for name in Correction.__slots__)).where(which).order_by(_C.at, _C.id)
    return [to_correction(row) for row in tx.execute(query)]


def add_amendment(tx: Tx, amendment: Amendment) -> None:
    """Writes what stands below a line from now on."""
    tx.execute(insert(AmendmentRow).values({name: getattr(amendment, name) for name in Amendment.__slots__}))


def amendments(tx: Tx, ids: Collection[str]) -> list[Amendment]:
    """Those amendments, oldest first."""
    query = select(*(_B[name] for name in Amendment.__slots__)).where(_B.id.in_(list(ids))).order_by(_B.at, _B.id)
    return [to_amendment(row) for row in tx.execute(query)]


def amendments_of(tx: Tx, reference: str) -> list[Amendment]:
    """The amendments below the line with that reference, oldest first."""
    query = select(*(_B[name] for name in Amendment.__slots__)).where(_B.line == reference).order_by(_B.at, _B.id)
    return [to_amendment(row) for row in tx.execute(query)]


def amendments_with(tx: Tx, labels: Collection[Tlp], lines: Collection[str], since: datetime) -> list[Amendment]:
    """The amendments made since then that have one of those labels or stand below one of those lines, oldest first."""
    which = or_(_B.label.in_(list(labels)), _B.line.in_(list(lines)))
    query = select(*(_B[name] for name in Amendment.__slots__)).where(which, _B.at >= since)
    return [to_amendment(row) for row in tx.execute(query.order_by(_B.at, _B.id))]


def _values(line: MinuteEntry) -> dict[str, object]:
    return {**{name: getattr(line, name) for name in MinuteEntry.__slots__}, "held_by": joined(line.held_by)}
