"""Owns the writing of the speaker queue: a row is of one part, and is read, with its call, while that is on."""

from sqlalchemy import delete, insert

from bot.queue import Asking
from storage.store import Tx
from storage.tables import SpeakerRow, columns

_S = columns(SpeakerRow)


def add(tx: Tx, asking: Asking) -> None:
    """Somebody more asks for the floor."""
    tx.execute(insert(SpeakerRow).values(**{name: getattr(asking, name) for name in Asking.__slots__}))


def drop(tx: Tx, asking_id: str) -> None:
    """That place is given up."""
    tx.execute(delete(SpeakerRow).where(_S.id == asking_id))


def empty(tx: Tx, call_id: str) -> None:
    """Nobody asks for the floor any more in that call."""
    tx.execute(delete(SpeakerRow).where(_S.call_id == call_id))
