"""Owns the queries of what people typed during a call; what becomes of it is ``bot.said``'s to work out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Boolean, and_, bindparam, func, or_, select, update

from bot.audience import Record
from bot.places import History
from bot.said import Said, State
from bot.spoken import LINES, Form
from storage import calls
from storage.call_choice import RAN
from storage.outbox import IS_DUE
from storage.places import PLACE, histories
from storage.prepared import Prepared
from storage.store import Tx, insert_on
from storage.tables import ChannelRow, OutboxRow, PlaceRow, SaidRow, columns
from storage.values import maker

_S, _C, _P, _O = columns(SaidRow), columns(ChannelRow), columns(PlaceRow), columns(OutboxRow)
_ALL = select(*(_S[name] for name in Said.__slots__))
_made = maker(Said, form=Form, state=State)
_CHANGING = ("text", "state", "reference", "why")
_ONE = Prepared(_ALL.where(_S.id == bindparam("id")))
_OF_CALL = Prepared(_ALL.where(_S.call_id == bindparam("call_id")).order_by(_S.at, _S.id))
_OWN = _S.contact_id == bindparam("contact_id")
_AROUND = (
    _ALL.where(_S.channel_id == bindparam("channel_id"), _S.ts == bindparam("ts")),
    select(_C.channel_id).where(_C.team_id == bindparam("team_id")),
    select(*PLACE).where(_P.call_id.in_(RAN)),
    _ALL.where(_S.call_id.in_(RAN), or_(_S.at > bindparam("at"), and_(bindparam("own", type_=Boolean), _OWN))),
    select(func.max(_O.due_at)).where(IS_DUE, _O.kind == bindparam("kind")),
)


@cache
def _put(dialect: str) -> Prepared:
    made = insert_on(dialect)(SaidRow)
    changed = {column: made.excluded[column] for column in _CHANGING}
    return Prepared(made.on_conflict_do_update(index_elements=["id"], set_=changed), Said.__slots__)


def put(tx: Tx, lines: Sequence[Said]) -> None:
    """Keeps lines as they are now, new ones and others; a new one of the same channel and ``ts`` clashes. One
    statement."""
    if lines:
        _put(tx.dialect.name).write(tx, *({name: getattr(it, name) for name in Said.__slots__} for it in lines))


def withdraw(tx: Tx, call_id: str, reference: str, *, back: bool = False) -> None:
    """What made the line or action of that reference counts no more, since that was taken back by hand; or counts again
    (*back*). What a line of its author took back stays so."""
    was, now = (State.WITHDRAWN, State.ENTERED) if back else (State.ENTERED, State.WITHDRAWN)
    made = (_S.call_id == call_id, _S.reference == reference, _S.form.in_([*LINES, Form.ACTION]), _S.state == was)
    tx.execute(update(SaidRow).where(*made).values(state=now))


def one(tx: Tx, said_id: str) -> Said | None:
    """The line with that id."""
    found = _ONE.row(tx, id=said_id)
    return _made(found) if found else None


def of_call(tx: Tx, call_id: str) -> Sequence[Said]:
    """Every line of that call, in the order in which they were typed."""
    return [_made(row) for row in _OF_CALL.rows(tx, call_id=call_id)]


@dataclass(frozen=True, slots=True)
class Around:
    """What a line comes among: the calls that ran when it was typed, how each ran, with and without what spoken lines
    made of it, and the lines ``near`` it; the same message where it was heard before; the channel of the team."""

    records: Sequence[Record]
    before: Said | None
    channel_id: str | None
    histories: Mapping[str, tuple[History, History]]
    near: Sequence[Said]
    last_due: datetime | None


def around(tx: Tx, at: datetime, contact_id: str, message: tuple[str, str, str], kind: str, *, own: bool) -> Around:
    """What a line typed at *at* by that contact comes among, as the *message* (team, channel, ts); near it are later
    lines, and with *own* all of the contact's; ``last_due``: when the last waiting errand of *kind* is due (UTC). One
    statement."""
    team, channel, ts = message
    asked = {"contact_id": contact_id, "team_id": team, "channel_id": channel, "ts": ts, "own": own, "kind": kind}
    records, (typed, channels, moved, near, last) = calls.ran_beside(tx, at, _AROUND, asked)
    return Around(
        records,
        next(map(_made, typed), None),
        next((row[0] for row in channels), None),
        {r.call.id: histories(row for row in moved if row[0] == r.call.id) for r in records},
        sorted(map(_made, near), key=lambda s: (s.at, s.id)),
        next((row[0] for row in last), None),
    )
