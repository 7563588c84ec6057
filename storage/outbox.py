"""Owns the outbox rows: what is due to whom, claimed by lease; what a row says is composed when it is sent."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, literal_column, or_, select, update

from storage.prepared import Prepared
from storage.store import Store, Tx, insert_on
from storage.tables import Door, OutboxRow, OutboxState, columns

LEASE = timedelta(minutes=2)
HEAD_START = timedelta(seconds=4)
"""So long what is about a call waits for its narrowings once they are claimed, unless they were tried before; with the
look for what is due that follows they have 5 seconds (barrier.md, The send barrier)."""
_T = columns(OutboxRow)
# Written out, not bound: only so do SQLite and PostgreSQL use the partial index of due rows.
IS_DUE = _T.state == literal_column(f"'{OutboxState.DUE}'")


@dataclass(frozen=True, slots=True)
class Errand:
    """One row of the outbox: somebody is to be told about *subject* at *revision* by *door*.

    From ``until`` (UTC) on it is no longer worth telling. ``contact_id`` is empty where it goes to an
    ``address`` that is no contact's.
    """

    id: str
    kind: str
    door: Door
    contact_id: str
    call_id: str | None
    subject: str
    revision: int
    first: bool
    due_at: datetime
    created_at: datetime
    attempts: int = 0
    first_attempt_at: datetime | None = None
    until: datetime | None = None
    address: str | None = None

    @property
    def person(self) -> str:
        """Who is told: a contact's id, or else the address."""
        return self.contact_id or self.address or ""


_COLUMNS = [_T[name] for name in Errand.__slots__]
_fields = attrgetter(*Errand.__slots__)
_FRESH: dict[str, Any] = {"state": OutboxState.DUE.value, "error": ""}


@cache
def _add(dialect: str) -> Prepared:
    added = insert_on(dialect)(OutboxRow).on_conflict_do_nothing(index_elements=["id"])
    return Prepared(added, (*Errand.__slots__, *_FRESH))


def add(tx: Tx, errands: Sequence[Errand]) -> None:
    """Puts *errands* into the outbox in one statement; one whose id is there already is not put there twice."""
    if errands:
        _add(tx.dialect.name).write(tx, *map(_row, errands))


def claim(
    tx: Tx, store: Store, now: datetime, most: int, goes_with: Callable[[str], Collection[str]] = lambda _: ()
) -> list[Errand]:
    """Up to *most* due errands, leased for two minutes: narrowing ones first, then by due time.

    What is about a call waits for the first attempt at its narrowings, whichever process makes it, ``HEAD_START`` at
    most. The order per UID needs no more: a copy is made of what holds when it is sent, under its person's fence.

    With an errand everything due of that person is claimed that is of the kinds that it *goes_with* (its own kind, and
    perhaps others), so that all of it can go into one message.
    """
    query = select(*_COLUMNS).where(*_due(now), or_(_T.first, _T.call_id.is_(None), _T.call_id.not_in(_narrowed(now))))
    query = query.order_by(_T.first.desc(), _T.due_at, _T.created_at, _T.id)
    if not store.is_sqlite:
        query = query.with_for_update(skip_locked=True)
    claimed: list[Errand] = []
    for which in (_T.first.is_(True), _T.first.is_(False)):  # each is an index's own order: no others are looked at
        if len(claimed) < most:
            rows = tx.execute(query.where(which).limit(most - len(claimed)))
            claimed += [_errand(row._mapping) for row in rows]
    if kinds := {kind for e in claimed for kind in goes_with(e.kind)}:
        people = {e.contact_id for e in claimed if goes_with(e.kind)}
        rest = query.where(_T.contact_id.in_(people), _T.kind.in_(kinds), _T.id.not_in([e.id for e in claimed]))
        claimed += [_errand(row._mapping) for row in tx.execute(rest)]
    if claimed:
        ids = [e.id for e in claimed]
        tx.execute(update(OutboxRow).where(_T.id.in_(ids)).values(leased_until=now + LEASE))
    return claimed


def _narrowed(now: datetime) -> Select[str]:
    """The calls of narrowings that are to be attempted now: nobody holds them and nobody tried them, or somebody has
    begun to not long ago, and nothing has come of it yet."""
    n = columns(OutboxRow, "narrowing")
    waits = and_(_free(now, n), n.attempts == 0)
    begun = n.leased_until.between(now + LEASE - HEAD_START, now + LEASE + HEAD_START)
    due = n.state == literal_column(f"'{OutboxState.DUE}'")
    return select(n.call_id).where(
        due, n.first, n.due_at <= now, n.error == "", n.call_id.is_not(None), or_(waits, begun)
    )


def release(tx: Tx, ids: Iterable[str]) -> None:
    """Gives claimed errands back, untried."""
    tx.execute(update(OutboxRow).where(_T.id.in_(list(ids)), IS_DUE).values(leased_until=None))


_TOLD_LATER = Prepared(
    select(_T.due_at).where(
        IS_DUE, _T.contact_id == bindparam("contact"), _T.call_id == bindparam("call"), _T.first,
        _T.due_at > bindparam("now"), _T.attempts == 0,
    )
)  # fmt: skip


def told_later(tx: Tx, contact_id: str, call_ids: Collection[str], now: datetime) -> datetime | None:
    """When the last narrowing of those calls leaves for that person that waits for its time, which is after *now*."""
    found = (_TOLD_LATER.rows(tx, contact=contact_id, call=call_id, now=now) for call_id in call_ids)
    return max((due_at for rows in found for (due_at,) in rows), default=None)


def kinds_of(tx: Tx, call_id: str, begun: datetime) -> frozenset[str]:
    """The kinds of the mails about that call that were put there at that moment, by one act."""
    meant = (_T.call_id == call_id, _T.created_at == begun, _T.door == Door.MAIL)
    return frozenset(tx.execute(select(_T.kind).where(*meant).distinct()).scalars())


_BEGIN = Prepared(
    update(OutboxRow)
    .where(_T.id == bindparam("errand"), IS_DUE)
    .values(attempts=_T.attempts + 1, first_attempt_at=bindparam("tried_at"))
)
_END = Prepared(
    update(OutboxRow)
    .where(_T.id == bindparam("errand"))
    .values(state=bindparam("ended"), ended_at=bindparam("at"), leased_until=None, error=bindparam("why"))
)


def begin_attempt(tx: Tx, errands: Sequence[Errand], now: datetime) -> datetime | None:
    """Counts an attempt; returns the time of the first one, which dates the message for good.

    None where somebody ended them meanwhile: they were leased again once this lease ran out.
    """
    first = min((e.first_attempt_at for e in errands if e.first_attempt_at), default=now)
    begun = [_BEGIN.change(tx, errand=e.id, tried_at=first) for e in errands]
    return first if any(begun) else None


def uncount_attempt(tx: Tx, ids: Iterable[str]) -> None:
    """Takes back the count of an attempt that never began."""
    tx.execute(update(OutboxRow).where(_T.id.in_(list(ids)), IS_DUE).values(attempts=_T.attempts - 1))


def end(tx: Tx, ids: Iterable[str], state: OutboxState, now: datetime, error: str = "") -> None:
    """Marks errands as ended in *state*; they are never claimed again."""
    for errand in ids:
        _END.change(tx, errand=errand, ended=state, at=now, why=error[:500])


def put_off(tx: Tx, ids: Iterable[str], until: datetime, error: str) -> None:
    """Frees errands for another attempt at *until*."""
    tx.execute(update(OutboxRow).where(_T.id.in_(list(ids))).values(due_at=until, leased_until=None, error=error[:500]))


def one(tx: Tx, errand_id: str) -> tuple[Errand, str] | None:
    """The errand with that id and what hindered it last."""
    row = tx.execute(select(*_COLUMNS, _T.error).where(_T.id == errand_id)).one_or_none()
    return (_errand({n: row._mapping[n] for n in Errand.__slots__}), row.error) if row else None


def subject_since(tx: Tx, kind: str, contact_id: str, prefix: str, since: datetime) -> str | None:
    """What the latest errand of *kind* to that contact is about whose subject begins with *prefix*, put here after
    *since*."""
    meant = (_T.contact_id == contact_id, _T.subject.startswith(prefix, autoescape=True), _T.kind == kind)
    query = select(_T.subject).where(*meant, _T.created_at > since).order_by(_T.created_at.desc()).limit(1)
    return tx.execute(query).scalar()


def is_due(tx: Tx, kind: str, contact_id: str, call_id: str) -> bool:
    """Whether an errand of *kind* about that call is still to be sent to that contact, now or later."""
    meant = (IS_DUE, _T.kind == kind, _T.contact_id == contact_id, _T.call_id == call_id)
    return tx.execute(select(_T.id).where(*meant).limit(1)).first() is not None


def any_due(tx: Tx, now: datetime) -> bool:
    """Whether something is to leave now: one look at the index of due rows, however many are done."""
    either = _T.first.in_([True, False])  # so the index of due rows, which begins with it, is asked twice
    return tx.execute(select(_T.id).where(*_due(now), either).limit(1)).first() is not None


NOT_YET = "it may not be told yet"
"""Why something waits that is about what may be told only later; all else waits no longer than ``LONGEST_WAIT``."""
LONGEST_WAIT = timedelta(hours=4)


def _put_off_ahead(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What was put off to a moment that no wait leads to from now: by a clock that had run ahead."""
    either = _T.first.in_([True, False])  # so the index of due rows, which begins with it, is asked twice
    return IS_DUE, either, _T.due_at > now + LONGEST_WAIT + LEASE, _T.error.not_in(["", NOT_YET])


def _missed_ahead(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What was missed later than it is now, by a clock that had run ahead and was set back since."""
    return _T.state == literal_column(f"'{OutboxState.MISSED}'"), _T.ended_at > now


def any_missed_ahead(tx: Tx, now: datetime) -> bool:
    """Whether something was missed later than it is now, or put off too far by a clock that had run ahead: a look at
    each of two indexes."""
    looks = (_missed_ahead(now), _put_off_ahead(now))
    return any(tx.execute(select(_T.id).where(*look).limit(1)).first() is not None for look in looks)


def owe_again(tx: Tx, now: datetime) -> int:
    """Has what was missed later than it is now be due again: from its ``until`` on it is missed as ever; and what was
    put off too far, at once. How many."""
    again = update(OutboxRow).where(*_missed_ahead(now)).values(state=OutboxState.DUE, ended_at=None)
    at_once = update(OutboxRow).where(*_put_off_ahead(now)).values(due_at=now)
    return tx.execute(at_once).rowcount + tx.execute(again).rowcount


def subjects_at(tx: Tx, kind: str, contact_id: str, revision: int) -> Sequence[str]:
    """The subjects of the errands of *kind* at *revision* to that contact, sent or not."""
    to = (_T.kind == kind, _T.contact_id == contact_id, _T.revision == revision)
    return tx.execute(select(_T.subject).where(*to)).scalars().all()


def waiting_for(contact_ids: Any, kinds: Any, successor_id: Any) -> Select[Any]:
    """What of *kinds* waits for those contacts, but for what their successor is told already; each a parameter's name
    or a value. What is taken up to be sent waits, too: until it is made, it is dropped for who is gone. ``errands``
    reads it."""
    n = columns(OutboxRow, "theirs")
    same = (n.contact_id == successor_id, n.kind == _T.kind, n.subject == _T.subject, n.door == _T.door)
    return select(*_COLUMNS).where(
        IS_DUE, _T.contact_id.in_(contact_ids), _T.kind.in_(kinds), ~select(n.id).where(*same).exists()
    )


def errands(rows: Iterable[Sequence[Any]]) -> list[Errand]:
    """Rows of ``waiting_for`` as errands, in order of their time."""
    found = [_errand(dict(zip(Errand.__slots__, row, strict=True))) for row in rows]
    return sorted(found, key=lambda e: (e.due_at, e.created_at, e.id))


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return IS_DUE, _T.due_at <= now, _free(now)


def _free(now: datetime, t: Any = _T) -> ColumnElement[bool]:
    """Whether nobody holds a row: no lease, one that ran out, or one from a clock that was set back since."""
    return or_(t.leased_until.is_(None), t.leased_until < now, t.leased_until > now + 2 * LEASE)


def _row(errand: Errand) -> dict[str, Any]:
    values = dict(zip(Errand.__slots__, _fields(errand), strict=True), **_FRESH)
    values["door"] = errand.door.value  # the driver asks of each enum what it is
    values["contact_id"] = errand.contact_id or None
    return values


def _errand(values: Any) -> Errand:
    return Errand(**{**values, "door": Door(values["door"]), "contact_id": values["contact_id"] or ""})
