"""Owns the queries of what people typed during a call; what becomes of it is ``bot.said``'s to work out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, and_, bindparam, insert, or_, select, update

from bot.audience import Record
from bot.places import History
from bot.said import Said, State
from bot.spoken import Form
from storage import calls
from storage.calls import RAN
from storage.places import PLACE, histories
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import ChannelRow, PlaceRow, SaidRow, columns
from storage.values import maker

_S, _C, _P = columns(SaidRow), columns(ChannelRow), columns(PlaceRow)
_ALL = select(*(_S[name] for name in Said.__slots__))
_made = maker(Said, form=Form, state=State)
_ADD = Prepared(insert(SaidRow), Said.__slots__)
_ONE = Prepared(_ALL.where(_S.id == bindparam("id")))
_OF_CALL = Prepared(_ALL.where(_S.call_id == bindparam("call_id")).order_by(_S.at, _S.id))
_OWN = _S.contact_id == bindparam("contact_id")
_AROUND = (
    _ALL.where(_S.channel_id == bindparam("channel_id"), _S.ts == bindparam("ts")),
    select(_C.channel_id).where(_C.team_id == bindparam("team_id")),
    select(*PLACE).where(_P.call_id.in_(RAN)),
    _ALL.where(_S.call_id.in_(RAN), or_(_S.at > bindparam("at"), and_(bindparam("own", type_=Boolean), _OWN))),
)


def add(tx: Tx, said: Said) -> None:
    """Keeps a line; one of the same channel and ``ts`` clashes."""
    _ADD.write(tx, {name: getattr(said, name) for name in Said.__slots__})


def save(tx: Tx, said: Said) -> None:
    """Writes a line as it is now."""
    values = {name: getattr(said, name) for name in ("text", "state", "reference", "why")}
    tx.execute(update(SaidRow).where(_S.id == said.id).values(**values))


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


def around(tx: Tx, at: datetime, contact_id: str, message: tuple[str, str, str], *, own: bool) -> Around:
    """What a line typed at *at* by that contact comes among, as the *message* (team, channel, ts); near it are later
    lines, and with *own* all of the contact's. One statement."""
    team, channel, ts = message
    asked = {"contact_id": contact_id, "team_id": team, "channel_id": channel, "ts": ts, "own": own}
    records, (typed, channels, moved, near) = calls.ran_beside(tx, at, _AROUND, asked)
    return Around(
        records,
        next(map(_made, typed), None),
        next((row[0] for row in channels), None),
        {r.call.id: histories(row for row in moved if row[0] == r.call.id) for r in records},
        sorted(map(_made, near), key=lambda s: (s.at, s.id)),
    )
