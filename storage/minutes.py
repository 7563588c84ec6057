"""Owns the queries of single lines, their corrections and amendments; those of a whole call come with it from
``calls``."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, insert, or_, select, update

from bot.amending import Amendment, Correction
from bot.confidentiality import Tlp
from bot.minutes import LineHold, MinuteEntry
from storage.call_parts import to_amendment, to_line
from storage.calls import joined
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import AmendmentRow, CorrectionRow, LineHoldRow, MinuteEntryRow, columns
from storage.values import maker

_M = columns(MinuteEntryRow)
_C = columns(CorrectionRow)
_B = columns(AmendmentRow)
_H = columns(LineHoldRow)
to_correction = maker(Correction, label=Tlp)
_LINE = [_M[name] for name in MinuteEntry.__slots__]
_ADD = Prepared(insert(MinuteEntryRow), MinuteEntry.__slots__)
_LABELS: BindParameter[Any] = bindparam("labels", expanding=True)
_SINCE: BindParameter[Any] = bindparam("since")


def _strict_or_below_strict(t: Any) -> ColumnElement[bool]:
    """Of what stands below lines: whether it came since then and has one of those labels, or its line has."""
    of_such = select(_M.reference).where(_M.label.in_(_LABELS))
    return and_(t.at >= _SINCE, or_(t.label.in_(_LABELS), t.line.in_(of_such)))


BELOW_LABELLED = select(*(_B[name] for name in Amendment.__slots__)).where(_strict_or_below_strict(_B))
"""The amendments made since then that have one of those labels, or whose line has; in no order."""
BEFORE_LABELLED = select(*(_C[name] for name in Correction.__slots__)).where(_strict_or_below_strict(_C))
"""What lines said before that were corrected since then, where that, or the line, has one of those labels."""
LABELLED = select(*_LINE).where(
    or_(
        and_(_M.label.in_(_LABELS), _M.entered_at >= _SINCE),
        _M.reference.in_(select(_B.line).where(_strict_or_below_strict(_B))),
        _M.reference.in_(select(_C.line).where(_strict_or_below_strict(_C))),
    )
)
"""The lines entered since then that have one of those labels, and the line of each of the two above; in no order."""


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


def keep_corrections(tx: Tx, made: Mapping[str, Correction]) -> None:
    """Keeps what lines said before they were corrected or labelled anew, by the ids of these changes; one statement."""
    if made:
        rows = [{"id": i, **{name: getattr(c, name) for name in Correction.__slots__}} for i, c in made.items()]
        tx.execute(insert(CorrectionRow), rows)


def corrections(tx: Tx, ids: Collection[str]) -> list[Correction]:
    """Those corrections, oldest first."""
    return _corrections(tx, _C.id.in_(list(ids)))


def corrections_of(tx: Tx, reference: str) -> list[Correction]:
    """The corrections of the line with that reference, oldest first."""
    return _corrections(tx, _C.line == reference)


def _corrections(tx: Tx, which: ColumnElement[bool]) -> list[Correction]:
    query = select(*(_C[name] for name in Correction.__slots__)).where(which).order_by(_C.at, _C.id)
    return [to_correction(row) for row in tx.execute(query)]


def add_hold(tx: Tx, hold_id: str, hold: LineHold) -> None:
    """Writes that an Agency holds a line, or no longer does."""
    tx.execute(
        insert(LineHoldRow).values({"id": hold_id, **{name: getattr(hold, name) for name in LineHold.__slots__}})
    )


def holds_of(tx: Tx, reference: str) -> list[LineHold]:
    """Who held the line with that reference, and no longer did, oldest first."""
    query = select(*(_H[name] for name in LineHold.__slots__)).where(_H.line == reference).order_by(_H.at, _H.id)
    return [LineHold(*row) for row in tx.execute(query)]


def add_amendment(tx: Tx, amendment: Amendment) -> None:
    """Writes what stands below a line from now on."""
    tx.execute(insert(AmendmentRow).values({name: getattr(amendment, name) for name in Amendment.__slots__}))


def withhold_amendments(tx: Tx, ids: Collection[str], *, withheld: bool) -> None:
    """Those amendments are withheld from wider editions from now on, or no longer are."""
    tx.execute(update(AmendmentRow).where(_B.id.in_(list(ids))).values(withheld=withheld))


def amendments(tx: Tx, ids: Collection[str]) -> list[Amendment]:
    """Those amendments, oldest first."""
    return _amendments(tx, _B.id.in_(list(ids)))


def amendments_of(tx: Tx, reference: str) -> list[Amendment]:
    """The amendments below the line with that reference, oldest first."""
    return _amendments(tx, _B.line == reference)


def _amendments(tx: Tx, which: ColumnElement[bool]) -> list[Amendment]:
    query = select(*(_B[name] for name in Amendment.__slots__)).where(which).order_by(_B.at, _B.id)
    return [to_amendment(row) for row in tx.execute(query)]


def _values(line: MinuteEntry) -> dict[str, object]:
    return {**{name: getattr(line, name) for name in MinuteEntry.__slots__}, "held_by": joined(line.held_by)}
