"""Owns what makes twice harmless and back possible: requests acted on, looks before a mass mail, journals."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select, update

from storage.store import Tx
from storage.tables import JournalRow, LookRow, RequestRow, columns

KEPT = timedelta(days=1)
_R = columns(RequestRow)
_L = columns(LookRow)
_J = columns(JournalRow)
_REMEMBER, _ADD_TO_JOURNAL = insert(RequestRow), insert(JournalRow)
_FIND = select(_R.reference).where(_R.id == bindparam("request"))


def remember(tx: Tx, request: str, reference: str, now: datetime) -> None:
    """Marks *request* as acted on; a second insert clashes."""
    tx.execute(_REMEMBER, {"id": request, "reference": reference, "at": now})


def find(tx: Tx, request: str) -> str | None:
    """The reference of what *request* did, or None."""
    return tx.execute(_FIND, {"request": request}).scalar()


def any_old(tx: Tx, now: datetime) -> bool:
    """Whether there is something to forget: two looks at indexes."""
    old = (select(column).where(column < now - KEPT).limit(1) for column in (_R.at, _L.at))
    return any(tx.execute(query).first() is not None for query in old)


def forget_old(tx: Tx, now: datetime) -> None:
    """Drops requests and looks older than a day."""
    tx.execute(delete(RequestRow).where(_R.at < now - KEPT))
    tx.execute(delete(LookRow).where(_L.at < now - KEPT))


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody was shown before a mass mail: *line* does it while the state still has *digest*."""

    reference: str
    contact_id: str
    line: str
    digest: str
    at: datetime


def add_look(tx: Tx, look: Look) -> None:
    tx.execute(
        insert(LookRow).values(
            reference=look.reference, contact_id=look.contact_id, line=look.line, digest=look.digest, at=look.at
        )
    )


def find_look(tx: Tx, contact_id: str, *, reference: str | None = None, line: str | None = None) -> Look | None:
    """The latest look of that person with this reference or at this line, or None."""
    query = select(*(_L[name] for name in Look.__slots__)).where(_L.contact_id == contact_id)
    query = query.where(_L.reference == reference) if reference is not None else query.where(_L.line == line)
    row = tx.execute(query.order_by(_L.at.desc(), _L.reference).limit(1)).one_or_none()
    return Look(*row) if row else None


@dataclass(frozen=True, slots=True)
class Journalled:
    """The last thing that somebody entered; ``number`` is that of its audit entry."""

    number: int
    act: str
    subject: str
    at: datetime


def add_to_journal(tx: Tx, number: int, user: str, act: str, subject: str, now: datetime) -> None:
    tx.execute(_ADD_TO_JOURNAL, {"number": number, "user": user, "act": act, "subject": subject, "at": now})


def last_in_journal(tx: Tx, user: str) -> Journalled | None:
    """The latest thing *user* entered that was not taken back, or None."""
    row = tx.execute(
        select(_J.number, _J.act, _J.subject, _J.at)
        .where(_J.user == user, _J.undone_at.is_(None))
        .order_by(_J.number.desc())
        .limit(1)
    ).one_or_none()
    return Journalled(*row) if row else None


def mark_undone(tx: Tx, number: int, now: datetime) -> None:
    tx.execute(update(JournalRow).where(_J.number == number).values(undone_at=now))
