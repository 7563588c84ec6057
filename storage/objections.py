"""Owns the queries of objections; the names that they take off are ``attendees``'s."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from bot.calls import CallState
from bot.objections import Objection
from storage.call_parts import to_objection
from storage.calls import joined
from storage.store import Tx, insert_into
from storage.tables import CallRow, ContactRow, ObjectionRow, columns

_O, _K, _C = columns(ObjectionRow), columns(ContactRow), columns(CallRow)
TO_COME = (CallState.DRAFT, CallState.ANNOUNCED)
COMING = or_(_O.call_id.is_(None), _O.call_id.in_(select(_C.id).where(_C.state.in_(TO_COME))))
"""The objections that reach calls to come."""
_OBJECTION = [_O[name] for name in Objection.__slots__]


def add(tx: Tx, objections: Sequence[Objection], by_user: str) -> None:
    """Writes new objections, entered by *by_user*, in one statement."""
    tx.execute(insert(ObjectionRow), _rows(objections, by_user))


def _rows(objections: Iterable[Objection], by_user: str) -> list[dict[str, object]]:
    return [
        {
            **{name: getattr(o, name) for name in Objection.__slots__},
            "segment_ids": joined(o.segment_ids), "by_user": by_user,
        }
        for o in objections
    ]  # fmt: skip


def by_reference(tx: Tx, references: Sequence[str]) -> list[Objection]:
    """The objections with those references, oldest first."""
    query = select(*_OBJECTION).where(_O.reference.in_(list(references))).order_by(_O.raised_at, _O.reference)
    return [to_objection(r) for r in tx.execute(query)]


def of_agency(tx: Tx, agency_id: str | None) -> list[Objection]:
    """The objections of one Agency, or of all, that were not withdrawn; latest first."""
    query = select(*_OBJECTION).where(_O.withdrawn_at.is_(None)).order_by(_O.raised_at.desc(), _O.reference)
    return [to_objection(r) for r in tx.execute(query if agency_id is None else query.where(_O.by_id == agency_id))]


def against_people(tx: Tx, contact_ids: Sequence[str], at: datetime) -> list[Objection]:
    """The objections to those people themselves that stand at *at* (UTC) and reach calls to come, oldest first."""
    open_ended = or_(_O.until.is_(None), _O.until > at)
    query = select(*_OBJECTION).where(_O.contact_id.in_(contact_ids), _O.withdrawn_at.is_(None), open_ended, COMING)
    return _in_order(tx.execute(query))


def pass_on(tx: Tx, added: Sequence[Objection], again: Sequence[Objection], by_user: str) -> None:
    """Writes in one statement what holds against a successor, by *by_user*: those *added*, as ``add`` does, and of
    those that are there *again* to whom."""
    if added or again:
        both = insert_into(tx, ObjectionRow).values(_rows([*added, *again], by_user))
        here = {"contact_id": both.excluded.contact_id}
        tx.execute(both.on_conflict_do_update(index_elements=[_O.reference], set_=here))


def pass_address(tx: Tx, email: str, participant_id: str, new_id: str) -> list[Objection]:
    """The objections, not withdrawn, to people of that organisation who have or had that address are against *new_id*
    from now on; returns them, oldest first."""
    theirs = select(_K.id).where(_K.email == email, _K.participant_id == participant_id)
    here = update(ObjectionRow).where(_O.contact_id.in_(theirs), _O.withdrawn_at.is_(None)).values(contact_id=new_id)
    return _in_order(tx.execute(here.returning(*_OBJECTION)))


def take_back(tx: Tx, references: Sequence[str], at: datetime) -> list[Objection]:
    """As ``withdraw``, with those that follow them: they were raised for the same cause."""
    names = list(references)
    standing = (or_(_O.reference.in_(names), _O.follows.in_(names)), _O.withdrawn_at.is_(None))
    ended = update(ObjectionRow).where(*standing).values(withdrawn_at=at).returning(*_OBJECTION)
    return _in_order(tx.execute(ended))


def withdraw(tx: Tx, references: Sequence[str], at: datetime) -> list[Objection]:
    """Those objections stand no longer from *at* (UTC) on; returns which of them stood, oldest first."""
    standing = (_O.reference.in_(list(references)), _O.withdrawn_at.is_(None))
    ended = update(ObjectionRow).where(*standing).values(withdrawn_at=at).returning(*_OBJECTION)
    return _in_order(tx.execute(ended))


def _in_order(rows: Iterable[Any]) -> list[Objection]:
    return sorted(map(to_objection, rows), key=lambda o: (o.raised_at, o.reference))


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A standing objection to be asked about: confirmed (or else raised) and last asked about then (UTC)."""

    objection: Objection
    confirmed_at: datetime
    asked_at: datetime | None


def to_confirm(
    tx: Tx, now: datetime, confirmed_until: datetime, asked_until: datetime, most: int | None = None
) -> list[Unconfirmed]:
    """The standing objections in force at *now* that were not confirmed after *confirmed_until*, nor asked about after
    *asked_until*; oldest first."""
    last = func.coalesce(_O.confirmed_at, _O.raised_at)
    query = (
        select(*_OBJECTION, _O.confirmed_at, _O.asked_at)
        .where(_O.call_id.is_(None), _O.withdrawn_at.is_(None), _O.raised_at <= confirmed_until)
        .where(last <= confirmed_until, or_(_O.until.is_(None), _O.until > now))
        .where(or_(_O.asked_at.is_(None), _O.asked_at <= asked_until))
        .order_by(_O.raised_at, _O.reference)
        .limit(most)
    )
    return [Unconfirmed(to_objection(r[:-2]), r.confirmed_at or r.raised_at, r.asked_at) for r in tx.execute(query)]


def mark_asked(tx: Tx, references: Sequence[str], at: datetime) -> None:
    """The Agencies of those objections were asked at *at* whether they still stand."""
    tx.execute(update(ObjectionRow).where(_O.reference.in_(list(references))).values(asked_at=at))


def confirm(tx: Tx, reference: str, at: datetime) -> None:
    """That objection was confirmed at *at*."""
    tx.execute(update(ObjectionRow).where(_O.reference == reference).values(confirmed_at=at))
