"""Owns the queries of proxies: who was brought to which call, by whom, and until when; contacts are ``directory``'s."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from bot.participants import Contact
from storage.contacts import WAITS, Request, to_request
from storage.directory import insert_contacts
from storage.store import Tx
from storage.tables import CallRow, ContactRequestRow, ContactRow, ProxyRow, columns

_X, _K, _C, _Q = columns(ProxyRow), columns(ContactRow), columns(CallRow), columns(ContactRequestRow)
_REQUEST = [_Q[name] for name in Request.__slots__]
WAITING = select(*_REQUEST).where(_Q.call_id.is_not(None), *WAITS)
"""Whom ``waiting`` gives, in no order."""


def add(tx: Tx, proxy: Contact, by_id: str, now: datetime, told_at: datetime | None = None) -> None:
    """Writes somebody who is brought to their ``only_call``, by that contact; *told_at* as ``insert_contacts`` has
    it."""
    insert_contacts(tx, [proxy], told_at)
    tx.execute(insert(ProxyRow).values(contact_id=proxy.id, call_id=proxy.only_call, by_id=by_id, at=now))


def release(tx: Tx, contact_ids: Collection[str]) -> None:
    """Those speak for their organisation always from now on, and not at one call alone."""
    if contact_ids:
        tx.execute(delete(ProxyRow).where(_X.contact_id.in_(list(contact_ids))))


def brought_by(tx: Tx, contact_id: str) -> tuple[str, str]:
    """Who brought that proxy, by id and name; nothing of nobody's."""
    query = select(_K.id, _K.name).join(ProxyRow, _X.by_id == _K.id).where(_X.contact_id == contact_id)
    row = tx.execute(query).first()
    return (row.id, row.name) if row else ("", "")


def asked_for(tx: Tx, participant_id: str, call_id: str) -> list[str]:
    """The addresses of everybody whom that organisation asked to bring to that call and the secretariat has neither
    confirmed nor ended."""
    mine = (_Q.participant_id == participant_id, _Q.call_id == call_id, *WAITS)
    return list(tx.execute(select(_Q.email).where(*mine).order_by(_Q.asked_at)).scalars())


def waiting(tx: Tx) -> list[Request]:
    """Whom organisations asked to bring to a call and the secretariat has neither confirmed nor ended, in the order of
    asking."""
    return [to_request(row) for row in tx.execute(WAITING.order_by(_Q.asked_at, _Q.reference))]


def confirm(tx: Tx, proxy: Contact, now: datetime) -> Request | None:
    """The secretariat brings that proxy, whoever asked for it; what was asked for, None where nothing of it waits."""
    same = (_Q.participant_id == proxy.participant_id, _Q.email == proxy.email, _Q.call_id == proxy.only_call)
    waits = update(ContactRequestRow).where(*same, *WAITS)
    row = tx.execute(waits.values(confirmed_at=now).returning(*_REQUEST)).first()
    return to_request(row) if row else None


def drop_requests(tx: Tx, references: Collection[str]) -> None:
    """Those were never asked for."""
    tx.execute(delete(ContactRequestRow).where(_Q.reference.in_(list(references))))


def end_requests(tx: Tx, references: Collection[str], now: datetime) -> None:
    """The secretariat ends those wishes; they are kept, since whoever asked is told."""
    those = update(ContactRequestRow).where(_Q.reference.in_(list(references)))
    tx.execute(those.values(ended_at=now))


def over(tx: Tx, before: datetime, but: Collection[str], held: Collection[str], most: int) -> list[str]:
    """The proxies (contacts' ids) of calls that began before that moment (UTC), but for those contacts and calls."""
    query = (
        select(_K.id)
        .join(ProxyRow, _X.contact_id == _K.id)
        .join(CallRow, _C.id == _X.call_id)
        .where(_K.removed_at.is_(None), _C.start < before, _K.id.not_in(list(but)), _C.id.not_in(list(held)))
    )
    return list(tx.execute(query.order_by(_C.start, _K.id).limit(most)).scalars())
