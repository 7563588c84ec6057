"""Owns the rows of the audit chain, to which acts append last; what an entry's hash covers is ``bot.audit``'s."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import LargeBinary, and_, cast, insert, or_, select
from sqlalchemy.exc import IntegrityError

from bot.audit import Entry, Head, next_entry
from bot.participants import Role
from storage.prepared import Prepared
from storage.store import Clash, Store, Tx, Unavailable, insert_into
from storage.tables import AuditHeadRow, AuditRow, ContactRow, columns

_A = columns(AuditRow)
_H = columns(AuditHeadRow)
_HOLD = Prepared(select(_H.number, _H.hash).with_for_update())
_APPEND = Prepared(insert(AuditRow), Entry.__slots__)
LOOK = "look"
HAT = "hat"
"""What a detail calls the hat of who acted, where that was the secretariat's: they may be of it no longer."""
_WITH_HAT = json.dumps({HAT: Role.SECRETARIAT.value})[1:-1]
TRIES = 20
"""So often a message is made anew before it waits: where acts follow each other closely, one in two comes between."""

T = TypeVar("T")
_TOLD = [name for name in Entry.__slots__ if name != "number"]


def hold_head(tx: Tx) -> Head:
    """The chain's head, locked until the transaction ends: acts follow one another in one order on every database."""
    row = _HOLD.row(tx)
    if row is None:  # the first act of all; of two that begin at once the later one finds the head of the other
        head = Head()
        first = insert_into(tx, AuditHeadRow).values(id=1, number=head.number, hash=head.hash)
        tx.execute(first.on_conflict_do_nothing())
        row = _HOLD.row(tx)
    assert row is not None
    return Head(*row)


def between_acts(store: Store, make: Callable[[Tx], T]) -> T:
    """What *make* makes in a writing transaction into which no act came, so that all it read is of one moment.

    On SQLite a writing transaction is alone; on PostgreSQL each statement sees what is committed by then, and where the
    head has moved meanwhile it is rolled back and made anew. No act waits for it, also not where who makes it is
    stopped. Raises Clash where acts came between each time.
    """
    for _ in range(TRIES - 1):
        with suppress(Clash):
            return _between_acts(store, make)
    return _between_acts(store, make)


def _between_acts(store: Store, make: Callable[[Tx], T]) -> T:
    with store.begin() as tx:
        began = _moved(tx)
        made = make(tx)
        if _moved(tx) != began:
            raise Clash("an act came between")
        return made


def _moved(tx: Tx) -> int | None:
    """How far the chain has come, as far as *tx* sees now; None where nothing comes between anyway."""
    return tx.execute(select(_H.number)).scalar() if tx.dialect.name == "postgresql" else None


def append(
    tx: Tx, head: Head, *, at: datetime, actor: str, act: str, subject: str, detail: Mapping[str, object], salt: str
) -> Head:
    """Appends one entry behind *head*, which then moves (``storage.guards``); *salt* hides *detail* in what the
    chain commits to. Raises Unavailable where the record is damaged."""
    told = json.dumps(detail, sort_keys=True, ensure_ascii=False, default=str)
    entry = next_entry(head, at=at, actor=actor, act=act, subject=subject, detail=told, salt=salt)
    _write(tx, _row(entry))
    return entry.head


def append_looks(
    tx: Tx, subjects: Sequence[str], *, at: datetime, actor: str, detail: Mapping[str, str], new_salt: Callable[[], str]
) -> None:
    """Appends that *actor* was shown what is closed of each of *subjects* (a call's id), in one statement. Raises as
    ``append`` does."""
    head, rows = hold_head(tx), []
    told = json.dumps(detail, sort_keys=True, ensure_ascii=False)
    for subject in subjects:
        entry = next_entry(head, at=at, actor=actor, act=LOOK, subject=subject, detail=told, salt=new_salt())
        head = entry.head
        rows.append(_row(entry))
    if rows:
        _write(tx, *rows)


def _write(tx: Tx, *rows: Mapping[str, object]) -> None:
    """Writes behind the head that *tx* holds, where nobody else can have come: an entry that stands there already has
    lost its head, or that was set back."""
    try:
        _APPEND.write(tx, *rows)
    except (IntegrityError, sqlite3.IntegrityError) as error:
        raise Unavailable("damaged") from error


def _row(entry: Entry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in Entry.__slots__}


def head(tx: Tx) -> Head:
    """The chain's head, without holding it."""
    row = tx.execute(select(_H.number, _H.hash)).one_or_none()
    return Head(row.number, row.hash) if row else Head()


def head_since(tx: Tx) -> tuple[Head, datetime | None]:
    """The chain's head, and when (UTC) its entry was made; None where there is no entry yet."""
    found = head(tx)
    return found, tx.execute(select(_A.at).where(_A.number == found.number)).scalar()


def whole(tx: Tx) -> tuple[Head, Iterator[tuple[int, Entry | None]]]:
    """The head, and every entry with its number, lowest first, both of one moment: *tx* is a reading one.

    An entry is None where a row holds what nobody could have appended.
    """
    return head(tx), _entries(tx)


def _entries(tx: Tx) -> Iterator[tuple[int, Entry | None]]:
    # A column of SQLite takes any octets, so they are read as such: a row that somebody broke gives no traceback.
    octets = tx.dialect.name == "sqlite"
    read = [cast(_A[name], LargeBinary) if octets else _A[name] for name in _TOLD]
    found = tx.execution_options(yield_per=1000).execute(select(_A.number, *read).order_by(_A.number))
    for number, *values in found:
        yield number, _entry(number, values)


def _entry(number: int, values: Sequence[Any]) -> Entry | None:
    try:
        told = dict(zip(_TOLD, (v.decode() if isinstance(v, bytes) else v for v in values), strict=True))
        at = told.pop("at")
        moment = at if isinstance(at, datetime) else datetime.fromisoformat(at).replace(tzinfo=UTC)
        return Entry(number=number, at=moment, **told)
    except (ValueError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class Made:
    """Who did what, and the reference or name that it is about."""

    actor: str
    act: str
    subject: str


def made_by(tx: Tx, seats: Collection[str], since: datetime, until: datetime, but: Collection[str] = ()) -> list[Made]:
    """What those contacts did from *since* to before *until* (UTC), and what others did who were of the secretariat
    then, but for the acts *but*, in order."""
    when = (_A.at >= since, _A.at < until)
    with_hat = and_(_A.detail.contains(_WITH_HAT, autoescape=True), _A.actor.in_(select(columns(ContactRow).id)))
    whose = or_(_A.actor.in_(list(seats)), with_hat)
    query = select(_A.actor, _A.act, _A.subject).where(whose, _A.act.not_in(list(but)), *when)
    return [Made(*row) for row in tx.execute(query.order_by(_A.number))]
