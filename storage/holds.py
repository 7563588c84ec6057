"""Owns the rows of holds, and which calls a person takes part in; what a hold suspends is ``bot.holds``'."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, insert, or_, select, union, update

from bot.holds import Held, Hold, held_by
from storage.store import Tx
from storage.tables import (
    ActionItemRow,
    AdmissionRow,
    AgendaItemRow,
    ContactRow,
    ExposureRow,
    HoldRow,
    InvitationRow,
    ListChangeRow,
    ObjectionRow,
    OutboxRow,
    ProxyRow,
    ReportRow,
    SaidRow,
    SpeakerRow,
    columns,
)

_H, _K = columns(HoldRow), columns(ContactRow)
_TAKE_PART = [(columns(t), "contact_id") for t in (
    AdmissionRow, AgendaItemRow, ExposureRow, InvitationRow, ListChangeRow, ObjectionRow, OutboxRow, ProxyRow,
    ReportRow, SaidRow, SpeakerRow,
)] + [(columns(ActionItemRow), "owner_contact_id")]  # fmt: skip


def add(tx: Tx, hold: Hold) -> None:
    tx.execute(insert(HoldRow).values(**{name: getattr(hold, name) for name in Hold.__slots__}))


def standing(tx: Tx) -> list[Hold]:
    """The holds that are not lifted, oldest first."""
    query = select(*(_H[name] for name in Hold.__slots__)).where(_H.lifted_at.is_(None))
    return [Hold(*row) for row in tx.execute(query.order_by(_H.at, _H.reference))]


def lift(tx: Tx, reference: str, now: datetime) -> bool:
    """Lifts that hold; False where none stands under the reference."""
    meant = (_H.reference == reference, _H.lifted_at.is_(None))
    return bool(tx.execute(update(HoldRow).where(*meant).values(lifted_at=now)).rowcount)


def calls_of(tx: Tx, contact_ids: Collection[str]) -> dict[str, list[str]]:
    """The calls that each of those people takes or took part in, wrote something at, or was told of."""
    found: dict[str, list[str]] = defaultdict(list)
    if contact_ids:
        parts = (
            select(t[who].label("who"), t.call_id.label("call"))
            .where(t[who].in_(list(contact_ids)), t.call_id.is_not(None))
            for t, who in _TAKE_PART
        )  # fmt: skip
        for row in tx.execute(union(*parts)):
            found[row.who].append(row.call)
    return found


def held(tx: Tx) -> Held:
    """All that is held now."""
    holds = standing(tx)
    addresses = _same_people(tx, {h.contact_id for h in holds if h.contact_id})
    return held_by(holds, addresses, calls_of(tx, addresses))


def _same_people(tx: Tx, contact_ids: Collection[str]) -> dict[str, str]:
    """The addresses of those contacts, and of everybody who is or was a contact under one of them: who left and came
    back is there twice."""
    if not contact_ids:
        return {}
    theirs = select(func.lower(_K.email)).where(_K.id.in_(list(contact_ids)), _K.email != "")
    same = or_(_K.id.in_(list(contact_ids)), func.lower(_K.email).in_(theirs))
    return {row.id: row.email for row in tx.execute(select(_K.id, _K.email).where(same))}
