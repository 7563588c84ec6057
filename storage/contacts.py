"""Owns the queries of what passes on or ends with a contact, and of contacts asked for; the rest is ``directory``'s."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, insert, or_, select, update

from bot.audience import Record
from bot.objections import Objection
from bot.participants import Contact, Role
from storage.call_parts import OBJECTIONS
from storage.calls import Part, upcoming_beside
from storage.objections import COMING
from storage.outbox import Errand, errands, waiting_for
from storage.store import Tx
from storage.tables import (
    ActionItemRow,
    AdmissionRow,
    ContactRequestRow,
    ContactRow,
    InvitationRow,
    ObjectionRow,
    OutboxRow,
    OutboxState,
    columns,
)
from storage.values import maker

_A = columns(AdmissionRow)
_I = columns(InvitationRow)
_K = columns(ContactRow)
_O = columns(OutboxRow)
_R = columns(ContactRequestRow)
_T = columns(ActionItemRow)
_X = columns(ObjectionRow)


@dataclass(frozen=True, slots=True)
class Request:
    """A contact that an organisation asks for: a new one, or one in the place of ``replaces_id``; with a ``call_id`` a
    proxy for that call, until (``ended_at``, UTC) the secretariat ends the wish."""

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
    call_id: str | None = None
    ended_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether the secretariat has still to say what becomes of it."""
        return self.confirmed_at is None and self.ended_at is None


@dataclass(frozen=True, slots=True)
class Leaves:
    """What people leave behind: (contact, call) of the calls not over yet that stand in their calendars, or that an
    errand will bring there, in order; the objections that reach calls to come and were not withdrawn, to them in person
    and to people of their organisation who have or had a successor's address, oldest first; the references of their
    open actions; the calls to come, drafts too, on whose lists they or a successor stand; and what they were still to
    be told that a successor is told in their place."""

    calls: list[tuple[str, str]]
    objections: list[Objection]
    actions: list[str]
    lists: list[Record]
    waiting: list[Errand]


_REQUEST = [_R[name] for name in Request.__slots__]
WAITS = (_R.confirmed_at.is_(None), _R.ended_at.is_(None))
"""The requests of which the secretariat has still to say what becomes of them."""
_THOSE: BindParameter[Any] = bindparam("people", expanding=True)
_AT_THAT_ADDRESS = select(_K.id).where(_K.email == bindparam("email"), _K.participant_id == bindparam("organisation"))
_LEAVES = (
    select(_I.contact_id, _I.call_id).where(
        _I.contact_id.in_(_THOSE), _I.cancelled.is_(False), _I.end > bindparam("now")
    ),
    select(_O.contact_id, _O.call_id).where(
        _O.contact_id.in_(_THOSE), _O.kind == bindparam("kind"), _O.state == OutboxState.DUE, _O.call_id.is_not(None)
    ),
    select(*(_X[name] for name in Objection.__slots__)).where(
        _X.withdrawn_at.is_(None), COMING, or_(_X.contact_id.in_(_THOSE), _X.contact_id.in_(_AT_THAT_ADDRESS))
    ),
    select(_T.reference).where(_T.owner_contact_id.in_(_THOSE), _T.ended_at.is_(None)),
    waiting_for(_THOSE, bindparam("passed", expanding=True), bindparam("successor")),
)


def leaves(
    tx: Tx, contact_ids: Collection[str], kind: str, now: datetime, passed: Collection[str] = (),
    successor: Contact | None = None,
) -> Leaves:  # fmt: skip
    """What those people leave behind; an errand of *kind* brings calls, errands of the kinds *passed* wait for the
    successor from now on."""
    successor_id, email, organisation = "", "", ""
    if successor is not None:
        successor_id, email, organisation = successor.id, successor.email, successor.participant_id
    asked = {
        "people": list(contact_ids), "kind": kind, "now": now, "passed": list(passed), "successor": successor_id,
        "email": email, "organisation": organisation,
    }  # fmt: skip
    coming, (held, due, against, open_actions, waiting) = upcoming_beside(
        tx, now, Part.LIST | Part.ITEMS, _LEAVES, asked
    )
    return Leaves(
        sorted({(contact_id, call_id) for contact_id, call_id in (*held, *due)}),
        OBJECTIONS.values(against),
        [reference for (reference,) in open_actions],
        [r for r in coming if any(a.contact_id in (*contact_ids, successor_id) for a in r.admissions)],
        errands(waiting),
    )


def end_contacts(tx: Tx, contact_ids: Collection[str], now: datetime, successor_id: str | None = None) -> None:
    """Those are contacts no more; so their personal links lead nowhere (``links.holder``)."""
    gone = update(ContactRow).where(_K.id.in_(list(contact_ids)))
    tx.execute(gone.values(removed_at=now, successor_id=successor_id))


def pass_actions(tx: Tx, references: Collection[str], new_id: str) -> None:
    """Those actions become another person's."""
    if references:
        mine = update(ActionItemRow).where(_T.reference.in_(list(references)))
        tx.execute(mine.values(owner_contact_id=new_id))


def pass_admissions(tx: Tx, old_id: str, new_id: str, call_ids: Collection[str]) -> None:
    """The places of one person on those calls' lists become another's."""
    mine = (_A.contact_id == old_id, _A.call_id.in_(list(call_ids)))
    tx.execute(update(AdmissionRow).where(*mine).values(contact_id=new_id))


def add_request(tx: Tx, request: Request) -> None:
    values = {name: getattr(request, name) for name in Request.__slots__}
    tx.execute(insert(ContactRequestRow).values(**{**values, "roles": " ".join(sorted(request.roles))}))


def request(tx: Tx, reference: str) -> Request | None:
    """What was asked for under that reference."""
    row = tx.execute(select(*_REQUEST).where(_R.reference == reference)).one_or_none()
    return to_request(row) if row else None


def confirm(tx: Tx, reference: str, now: datetime) -> Request | None:
    """The secretariat confirms that request; what was asked for, None where nothing waits under that reference."""
    waits = update(ContactRequestRow).where(_R.reference == reference, *WAITS)
    row = tx.execute(waits.values(confirmed_at=now).returning(*_REQUEST)).one_or_none()
    return to_request(row) if row else None


to_request = maker(Request, roles=lambda words: frozenset(map(Role, words.split())))
"""A row with the columns of ``Request``, in their order, as one."""
