"""Owns the queries of objections; the names that they take off are ``attendees``'s."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from bot.objections import Objection
from storage.call_parts import to_objection
from storage.calls import joined
from storage.store import Tx
from storage.tables import ObjectionRow, columns

_O = columns(ObjectionRow)
_OBJECTION = [_O[name] for name in Objection.__slots__]


def add(tx: Tx, objections: Sequence[Objection], by_user: str) -> None:
    """Writes new objections, entered by *by_user*, in one statement."""
    rows = [
        {**{name: getattr(o, name) for name in Objection.__slots__}, "segment_ids": joined(o.segment_ids)}
        for o in objections
    ]
    tx.execute(insert(ObjectionRow), [{**row, "by_user": by_user} for row in rows])


def by_reference(tx: Tx, references: Sequence[str]) -> list[Objection]:
    """The objections with those references, oldest first."""
    query = select(*_OBJECTION).where(_O.reference.in_(list(references))).order_by(_O.raised_at, _O.reference)
    return [to_objection(r) for r in tx.execute(query)]


def of_agency(tx: Tx, agency_id: str | None) -> list[Objection]:
    """The objections of one Agency, or of all, that were not withdrawn; latest first."""
    query = select(*_OBJECTION).where(_O.withdrawn_at.is_(None)).order_by(_O.raised_at.desc(), _O.reference)
    return [to_objection(r) for r in tx.execute(query if agency_id is None else query.where(_O.by_id == agency_id))]


def pass_on(tx: Tx, objections: Sequence[Objection], new_id: str) -> None:
    """Those objections, each to a person, are against *new_id* from now on."""
    if objections:
        here = update(ObjectionRow).where(_O.reference.in_([o.reference for o in objections]))
        tx.execute(here.values(contact_id=new_id))


def withdraw(tx: Tx, references: Sequence[str], at: datetime) -> list[Objection]:
    """Those objections stand no longer from *at* (UTC) on; returns which of them stood, oldest first."""
    standing = (_O.reference.in_(list(references)), _O.withdrawn_at.is_(None))
    ended = update(ObjectionRow).where(*standing).values(withdrawn_at=at).returning(*_OBJECTION)
    return sorted((to_objection(r) for r in tx.execute(ended)), key=lambda o: (o.raised_at, o.reference))
