"""Owns the queries of bridges: which conference address a segment has been given."""

from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from storage.store import Tx
from storage.tables import BridgeRow, CallRow, columns

_B = columns(BridgeRow)
_C = columns(CallRow)


def of_call(tx: Tx, call_id: str) -> dict[str, str]:
    """The bridge of each segment of a call that has one."""
    rows = tx.execute(select(_B.segment_id, _B.url).where(_B.call_id == call_id).order_by(_B.segment_id))
    return {r.segment_id: r.url for r in rows}


def give(tx: Tx, call_id: str, urls: Mapping[str, str]) -> None:
    """Gives segments of a call their bridges, in place of what they had."""
    tx.execute(delete(BridgeRow).where(_B.call_id == call_id))
    if urls:
        tx.execute(
            insert(BridgeRow),
            [{"segment_id": segment, "call_id": call_id, "url": url} for segment, url in urls.items()],
        )
