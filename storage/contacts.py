"""Owns the queries of what passes on or ends with a contact, and of contacts asked for; the rest is ``directory``'s."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, union, update

from bot.actions import ActionState
from bot.participants import Role
from storage.store import Tx
from storage.tables import (
    ActionItemRow,
    AdmissionRow,
    ContactRequestRow,
    ContactRow,
    InvitationRow,
    OutboxRow,
    OutboxState,
    columns,
)

_A = columns(AdmissionRow)
_I = columns(InvitationRow)
_K = columns(ContactRow)
_O = columns(OutboxRow)
_R = columns(ContactRequestRow)
_T = columns(ActionItemRow)


@dataclass(frozen=True, slots=True)
class Request:
    """A contact that an organisation asks for: a new one, or one in the place of ``replaces_id``."""

    reference: str
    participant_id: str
    replaces_id: str | None
    name: str
    email: str
    roles: frozenset[Role]
    zone: str
    asked_by: str
    asked_at: datetime
    confirmed_at: datetime | None = None


def coming_calls(tx: Tx, contact_ids: Collection[str], kind: str, now: datetime) -> list[tuple[str, str]]:
    """The (contact, call) of the calls not over yet that stand in those people's calendars, or that an errand of *kind*
    will bring there, in order."""
    ids = list(contact_ids)
    held = select(_I.contact_id, _I.call_id).where(_I.contact_id.in_(ids), _I.cancelled.is_(False), _I.end > now)
    due = select(_O.contact_id, _O.call_id).where(
        _O.contact_id.in_(ids), _O.kind == kind, _O.state == OutboxState.DUE, _O.call_id.is_not(None)
    )
    return sorted((row[0], row[1]) for row in tx.execute(union(held, due)))


def end_contacts(tx: Tx, contact_ids: Collection[str], now: datetime, successor_id: str | None = None) -> None:
    """Those are contacts no more; so their personal links lead nowhere (``links.holder``)."""
    gone = update(ContactRow).where(_K.id.in_(list(contact_ids)))
    tx.execute(gone.values(removed_at=now, successor_id=successor_id))


def pass_actions(tx: Tx, old_id: str, new_id: str) -> None:
    """The open actions of one person become another's."""
    mine = (_T.owner_contact_id == old_id, _T.state == ActionState.OPEN)
    tx.execute(update(ActionItemRow).where(*mine).values(owner_contact_id=new_id))


def pass_admissions(tx: Tx, old_id: str, new_id: str, call_ids: Collection[str]) -> None:
    """The places of one person on those calls' lists become another's, who keeps a place of its own."""
    ids = list(call_ids)
    theirs = select(_A.segment_id).where(_A.contact_id == new_id, _A.call_id.in_(ids)).scalar_subquery()
    mine = (_A.contact_id == old_id, _A.call_id.in_(ids))
    tx.execute(delete(AdmissionRow).where(*mine, _A.segment_id.in_(theirs)))
    tx.execute(update(AdmissionRow).where(*mine).values(contact_id=new_id))


def add_request(tx: Tx, request: Request) -> None:
    values = {name: getattr(request, name) for name in Request.__slots__}
    tx.execute(insert(ContactRequestRow).values(**{**values, "roles": " ".join(sorted(request.roles))}))


def request(tx: Tx, reference: str) -> Request | None:
    """What was asked for under that reference."""
    row = tx.execute(
        select(*(_R[name] for name in Request.__slots__)).where(_R.reference == reference)
    ).one_or_none()  # fmt: skip
    return Request(**{**row._mapping, "roles": frozenset(Role(r) for r in row.roles.split())}) if row else None


def mark_confirmed(tx: Tx, reference: str, now: datetime) -> None:
    """The secretariat has confirmed that request."""
    tx.execute(update(ContactRequestRow).where(_R.reference == reference).values(confirmed_at=now))
