"""Owns the queries of the order of parts that each reader was last shown, which CALL/N counts by."""

from collections.abc import Sequence

from sqlalchemy import insert, select, update

from storage.store import Tx
from storage.tables import SeenOrderRow, columns

_O = columns(SeenOrderRow)


def seen(tx: Tx, contact_id: str, call_id: str) -> tuple[str, ...] | None:
    """The ids of the segments as that reader last saw them numbered, or None who never did."""
    row = tx.execute(select(_O.segment_ids).where(_O.contact_id == contact_id, _O.call_id == call_id)).one_or_none()
    return tuple(row.segment_ids.split()) if row else None


def remember(tx: Tx, contact_id: str, call_id: str, segment_ids: Sequence[str]) -> None:
    """That reader now counts the parts of that call in this order."""
    values = {"segment_ids": " ".join(segment_ids)}
    done = tx.execute(update(SeenOrderRow).where(_O.contact_id == contact_id, _O.call_id == call_id).values(**values))
    if done.rowcount == 0:
        tx.execute(insert(SeenOrderRow).values(contact_id=contact_id, call_id=call_id, **values))
