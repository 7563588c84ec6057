"""Owns the queries of the speaker queue: a row is of one part, and is read while that is on; all go with the call."""

from sqlalchemy import delete, insert, select

from bot.participants import ParticipantKind
from bot.queue import Asking
from storage.store import Tx
from storage.tables import ParticipantRow, SpeakerRow, columns

_S, _P = columns(SpeakerRow), columns(ParticipantRow)


def of_call(tx: Tx, call_id: str) -> list[Asking]:
    """Who asks for the floor in any part of that call, first come first."""
    query = (
        select(_S.id, _S.call_id, _S.segment_id, _S.participant_id, _S.contact_id, _P.kind, _S.at)
        .join(ParticipantRow, _P.id == _S.participant_id)
        .where(_S.call_id == call_id)
        .order_by(_S.at, _S.id)
    )
    return [Asking(*row[:5], ParticipantKind(row[5]), row[6]) for row in tx.execute(query)]


def add(tx: Tx, asking: Asking) -> None:
    """Somebody more asks for the floor."""
    names = ("id", "call_id", "segment_id", "participant_id", "contact_id", "at")
    tx.execute(insert(SpeakerRow).values(**{name: getattr(asking, name) for name in names}))


def drop(tx: Tx, asking_id: str) -> None:
    """That place is given up."""
    tx.execute(delete(SpeakerRow).where(_S.id == asking_id))


def empty(tx: Tx, call_id: str) -> None:
    """Nobody asks for the floor any more in that call."""
    tx.execute(delete(SpeakerRow).where(_S.call_id == call_id))
