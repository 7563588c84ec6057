"""Owns what makes twice harmless and back possible: what people entered, and looks before a mass mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, func, insert, or_, select

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import AuditRow, EnteredRow, LookRow, columns
from storage.together import together

LOOKS_KEPT = timedelta(days=1)
ENTERED_KEPT = timedelta(days=30)
_E = columns(EnteredRow)
_U = columns(EnteredRow, "undoing")
_A = columns(AuditRow)
_L = columns(LookRow)
_ENTER = Prepared(insert(EnteredRow), ("number", "user", "request", "reference", "act", "subject", "at", "undoes"))
_LATEST = (
    select(func.max(_E.number))
    .join(AuditRow, _A.number == _E.number)
    .where(
        _E.user == bindparam("user"),
        _A.actor == bindparam("contact"),
        _E.act.is_not(None),
        ~exists().where(_U.undoes == _E.number),
    )
)
_LAST = together(
    select(_E.number, _E.act, _E.subject, _E.at).where(_E.number == _LATEST.scalar_subquery()),
    select(_L.reference, _L.contact_id, _L.line, _L.digest, _L.at).where(
        _L.contact_id == bindparam("contact"),
        or_(_L.reference == bindparam("reference"), _L.line == bindparam("line")),
    ),
)
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


def entered_since(tx: Tx, number: int, act: str, about: str) -> bool:
    """Whether anybody entered that *act* on the same thing, whose name its subject begins with, after that *number*,
    and did not take it back."""
    same = (_E.number > number, _E.act == act, _E.subject.startswith(f"{about} ", autoescape=True))
    since = exists().where(*same, ~exists().where(_U.undoes == _E.number))
    return bool(tx.execute(select(since)).scalar_one())


def others_entered(tx: Tx, user: str, act: str, about: str) -> bool:
    """Whether somebody else than *user* entered that *act* on that thing and can still take it back."""
    theirs = (_E.user != user, _E.act == act, _E.subject.startswith(f"{about} ", autoescape=True))
    return bool(tx.execute(select(exists().where(*theirs, ~exists().where(_U.undoes == _E.number)))).scalar_one())


def last_entered(tx: Tx, user: str, contact_id: str, look: str, line: str) -> tuple[Entered | None, list[Look]]:
    """The latest thing *user* entered as that contact that can be taken back and was not, and the looks of that person
    with the reference *look* or at *line*, latest first; one statement.

    What somebody did for an organisation that they speak for no longer is that organisation's.
    """
    asked = {"user": user, "contact": contact_id, "reference": look, "line": line}
    entered, looks = _LAST(tx, asked)
    return (
        next((Entered(*row) for row in entered), None),
        sorted((Look(*row) for row in looks), key=lambda one: (one.at, one.reference), reverse=True),
    )
