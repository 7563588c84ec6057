"""Owns what makes twice harmless and back possible: what people entered, and looks before a mass mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, insert, select

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import EnteredRow, LookRow, columns

LOOKS_KEPT = timedelta(days=1)
ENTERED_KEPT = timedelta(days=30)
_E = columns(EnteredRow)
_U = columns(EnteredRow, "undoing")
_L = columns(LookRow)
_ENTER = Prepared(insert(EnteredRow), ("number", "user", "request", "reference", "act", "subject", "at", "undoes"))
_FIND = Prepared(select(_E.reference).where(_E.request == bindparam("request")))


def enter(
    tx: Tx, number: int, user: str, request: str | None, reference: str, undo: tuple[str, str] | None, now: datetime,
    undoes: int | None = None,
) -> None:  # fmt: skip
    """Keeps what *user* entered; the same *request* again clashes. *undo*: how it is taken back, where it can be;
    *undoes*: the number of what it takes back."""
    act, subject = undo or (None, "")
    entry = {"number": number, "user": user, "request": request, "reference": reference}
    _ENTER.write(tx, {**entry, "act": act, "subject": subject, "at": now, "undoes": undoes})


def find(tx: Tx, request: str) -> str | None:
    """The reference of what *request* did, or None."""
    found = _FIND.row(tx, request=request)
    return found[0] if found else None


def any_old(tx: Tx, now: datetime) -> bool:
    """Whether there is something to forget: two looks at indexes."""
    kept = ((_E.at, ENTERED_KEPT), (_L.at, LOOKS_KEPT))
    old = (select(column).where(column < now - time).limit(1) for column, time in kept)
    return any(tx.execute(query).first() is not None for query in old)


def forget_old(tx: Tx, now: datetime) -> None:
    """Drops looks older than a day and what was entered more than thirty days ago."""
    tx.execute(delete(EnteredRow).where(_E.at < now - ENTERED_KEPT))
    tx.execute(delete(LookRow).where(_L.at < now - LOOKS_KEPT))


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
class Entered:
    """The last thing that somebody entered and that can be taken back; ``number`` is that of its audit entry."""

    number: int
    act: str
    subject: str
    at: datetime


def last_entered(tx: Tx, user: str) -> Entered | None:
    """The latest thing *user* entered that can be taken back and was not, or None."""
    row = tx.execute(
        select(_E.number, _E.act, _E.subject, _E.at)
        .where(_E.user == user, _E.act.is_not(None), ~exists().where(_U.undoes == _E.number))
        .order_by(_E.number.desc())
        .limit(1)
    ).one_or_none()
    return Entered(*row) if row else None
