"""Owns the writing of the speaker queue: a row is of one part, and is read, with its call, while that is on."""

from collections.abc import Collection

from sqlalchemy import delete, insert

from bot.queue import Asking
from storage.store import Tx
from storage.tables import SpeakerRow, columns

_S = columns(SpeakerRow)


def add(tx: Tx, asking: Asking) -> None:
    """Somebody more asks for the floor."""
    tx.execute(insert(SpeakerRow).values(**{name: getattr(asking, name) for name in Asking.__slots__}))


def drop(tx: Tx, asking_ids: Collection[str]) -> None:
    """Those places are given up."""
    tx.execute(delete(SpeakerRow).where(_S.id.in_(asking_ids)))


def drop_of(tx: Tx, call_id: str, contact_ids: Collection[str]) -> None:
    """Those people do not wait for the floor in that call."""
    tx.execute(delete(SpeakerRow).where(_S.call_id == call_id, _S.contact_id.in_(contact_ids)))


def empty(tx: Tx, call_id: str) -> None:
    """Nobody asks for the floor any more in that call."""
    tx.execute(delete(SpeakerRow).where(_S.call_id == call_id))
