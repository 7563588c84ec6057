"""Owns the queries of a running call's places: where it stands, and where it stood at any moment of its run."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, select

from bot.calls import Live
from bot.places import History, Place, Scribing, Shut, held_shut, sorted_history
from storage import calls
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import PlaceRow, columns

_P = columns(PlaceRow)
_WRITTEN = ("call_id", "at", "segment_id", "item", "cleared", "scribe_id", "said", "by_user", "skipped")
_ADD = Prepared(insert(PlaceRow), _WRITTEN)
PLACE = tuple(_P[name] for name in ("call_id", "number", "at", "segment_id", "item", "cleared", "scribe_id", "said"))
_OF_CALL = Prepared(select(*PLACE).where(_P.call_id == bindparam("call_id")))


def stand(
    tx: Tx, call_id: str, live: Live, now: datetime, *, tell_at: datetime | None = None, by: str = "",
    skipped: str | None = None,
) -> None:  # fmt: skip
    """The call stands there from *now* (UTC) on, moved by the user *by*, who may have *skipped* an item; it is written
    down, so that words said before find their place. *tell_at*: when something of it is to be told next."""
    calls.update_call(
        tx, call_id, live_started_at=live.started_at, live_segment_id=live.segment_id, live_item=live.item,
        live_cleared=live.cleared, live_segment_at=live.segment_at, live_item_at=live.item_at,
        live_shut_at=live.shut_at, live_moved_at=live.moved_at, live_moved_by=live.moved_by, live_tell_at=tell_at,
    )  # fmt: skip
    keep(tx, Place(call_id, now, live.segment_id or "", live.item, live.cleared), by=by, skipped=skipped)


def keep(tx: Tx, entry: Place | Scribing, said: str | None = None, *, by: str = "", skipped: str | None = None) -> None:
    """Writes down a place or a scribe; *said*: the id of the spoken line that made it; *by* and *skipped* as in
    ``stand``."""
    place = {} if isinstance(entry, Scribing) else {"segment_id": entry.segment_id, "item": entry.item}
    cleared = None if isinstance(entry, Scribing) else entry.cleared
    scribe = entry.scribe_id if isinstance(entry, Scribing) else None
    empty = dict.fromkeys(_WRITTEN)
    _ADD.write(
        tx, {**empty, "call_id": entry.call_id, "at": entry.at, **place, "cleared": cleared, "scribe_id": scribe,
             "said": said, "by_user": by, "skipped": skipped},
    )  # fmt: skip


def history(tx: Tx, call_id: str) -> tuple[History, History]:
    """How that call ran till now, and how without what spoken lines made of it."""
    return histories(_OF_CALL.rows(tx, call_id=call_id))


def histories(rows: Iterable[Sequence[Any]]) -> tuple[History, History]:
    """The same of *rows* with the columns of ``PLACE``, in any order."""
    found: list[tuple[Place | Scribing, str | None]] = []
    for call_id, _, at, segment_id, item, cleared, scribe_id, said in sorted(rows, key=itemgetter(1)):
        if cleared is None:
            found.append((Scribing(call_id, at, scribe_id), said))
        else:
            found.append((Place(call_id, at, segment_id, item, bool(cleared)), said))
    return _history(found), _history((e, said) for e, said in found if said is None)


def gates(tx: Tx, call_id: str) -> list[Shut]:
    """The gates of that call, in the order in which they were shut."""
    return gates_and_openings(tx, call_id)[0]


def gates_and_openings(tx: Tx, call_id: str) -> tuple[list[Shut], dict[str, datetime]]:
    """The same, and by segment when it was first opened (UTC). What a line said neither shuts nor opens one."""
    moved = _P.call_id == call_id, _P.cleared.is_not(None), _P.said.is_(None)
    query = select(_P.at, _P.segment_id, _P.cleared, _P.by_user).where(*moved)
    found, opened = list[Shut](), dict[str, datetime]()
    for row in tx.execute(query.order_by(_P.at, _P.number)):
        if row.cleared:
            opened.setdefault(row.segment_id, row.at)
        shut = found[-1] if found and found[-1].cleared_at is None else None
        if row.cleared and shut is not None:
            opens = row.segment_id if row.segment_id != shut.segment_id else None
            found[-1] = Shut(shut.segment_id, shut.shut_at, shut.shut_by, row.at, row.by_user, opens)
        elif not row.cleared and shut is None:
            found.append(Shut(row.segment_id, row.at, row.by_user))
    return found, opened


def scribed(tx: Tx, call_id: str) -> int:
    """The number of the entry that named a scribe of that call last; 0 where none did."""
    named = select(func.max(_P.number)).where(_P.call_id == call_id, _P.cleared.is_(None))
    return tx.execute(named).scalar_one() or 0


def scribed_since(tx: Tx, call_id: str, number: int, by: str) -> bool:
    """Whether a scribe of that call was named after that entry, but with a command of the user *by*."""
    since = exists().where(_P.call_id == call_id, _P.cleared.is_(None), _P.number > number, _P.by_user != by)
    return bool(tx.execute(select(since)).scalar_one())


def taken(tx: Tx, call_id: str) -> set[str]:
    """The items (references) that the call stood at and that nobody passed over."""
    found = tx.execute(select(_P.item, _P.skipped).where(_P.call_id == call_id)).all()
    return {row.item for row in found if row.item} - {row.skipped for row in found if row.skipped}


def drop(tx: Tx, said: Collection[str]) -> None:
    """Takes out what those spoken lines (ids) made of the history."""
    tx.execute(delete(PlaceRow).where(_P.said.in_(list(said))))


def forget(tx: Tx, call_id: str) -> None:
    """That call stood nowhere; who was named its scribe was."""
    tx.execute(delete(PlaceRow).where(_P.call_id == call_id, _P.cleared.is_not(None)))


def _history(entries: Iterable[tuple[Place | Scribing, str | None]]) -> History:
    kept = list(entries)
    stood = held_shut((e, said is not None) for e, said in kept if isinstance(e, Place))
    return sorted_history(stood, [e for e, _ in kept if isinstance(e, Scribing)])
