"""Owns the queries of the order of parts that each reader was last shown, which CALL/N counts by."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from storage.prepared import Prepared
from storage.store import Tx, insert_into
from storage.tables import SeenOrderRow, columns

_O = columns(SeenOrderRow)
_HERE = (_O.contact_id == bindparam("of"), _O.call_id == bindparam("at"))
_SEEN = Prepared(select(_O.segment_ids).where(*_HERE))


def seen(tx: Tx, contact_id: str, call_id: str) -> tuple[str, ...] | None:
    """The ids of the segments as that reader last saw them numbered, or None who never did."""
    seen = _SEEN.row(tx, of=contact_id, at=call_id)
    return tuple(seen[0].split()) if seen else None


def remember(tx: Tx, contact_id: str, call_id: str, segment_ids: Sequence[str]) -> None:
    """That reader now counts the parts of that call in this order."""
    row = insert_into(tx, SeenOrderRow).values(
        contact_id=contact_id, call_id=call_id, segment_ids=" ".join(segment_ids)
    )
    known = {"segment_ids": row.excluded.segment_ids}
    tx.execute(row.on_conflict_do_update(index_elements=["contact_id", "call_id"], set_=known))
