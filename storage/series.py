"""Owns the queries of call series, the rules that yield calls; the calls drafted from them are ``calls``'."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.calls import CallState
from bot.series import Cadence, CallSeries
from storage.calls import Named
from storage.store import Tx
from storage.tables import CallRow, ContactRow, InvitationRow, ParticipantRow, SeriesRow, columns
from storage.together import together

_S = columns(SeriesRow)
_C, _I, _K, _P = columns(CallRow), columns(InvitationRow), columns(ContactRow), columns(ParticipantRow)
_SERIES = [_S[name] for name in CallSeries.__slots__]
_RUNS = _S.ended_at.is_(None)
_PLANNED = together(
    select(*_SERIES).where(_RUNS),
    select(_I.call_id, _I.contact_id, _P.short_name)
    .join_from(SeriesRow, CallRow, _C.series_id == _S.id)
    .join(InvitationRow, _I.call_id == _C.id)
    .join(ContactRow, _K.id == _I.contact_id)
    .join(ParticipantRow, _P.id == _K.participant_id)
    .where(_RUNS, _I.cancelled.is_(False)),
    select(_C.id, _C.title, _C.start, _C.state).where(
        _C.start >= bindparam("since"), _C.start < bindparam("until"), _C.state != bindparam("cancelled")
    ),
)


def _to_series(row: Sequence[Any]) -> CallSeries:
    of = dict(zip(CallSeries.__slots__, row, strict=True))
    return CallSeries(**{**of, "cadence": Cadence(of["cadence"])})


def running(tx: Tx) -> list[CallSeries]:
    """The series that have not ended, by first date and title."""
    rows = tx.execute(select(*_SERIES).where(_RUNS).order_by(_S.first, _S.title, _S.id))
    return [_to_series(r) for r in rows]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds an invitation to a call, and the short name of their organisation."""

    call_id: str
    contact_id: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What ending a series is weighed by: the running series, by first date and title; who holds an invitation to a
    call of theirs; and the calls of a time that are not cancelled, earliest first."""

    running: list[CallSeries]
    holders: list[Holder]
    calls: list[Named]


def running_and_named(tx: Tx, since: datetime, until: datetime) -> Planned:
    """The series that have not ended, with who is invited to their calls, and the calls of whatever origin that start
    from *since* to before *until*; one statement."""
    series, holders, named = _PLANNED(tx, {"since": since, "until": until, "cancelled": CallState.CANCELLED})
    found = [Named(call_id, title, start, CallState(state)) for call_id, title, start, state in named]
    return Planned(
        sorted(map(_to_series, series), key=lambda s: (s.first, s.title, s.id)),
        [Holder(*row) for row in holders],
        sorted(found, key=lambda n: (n.start, n.id)),
    )


def one(tx: Tx, series_id: str) -> CallSeries | None:
    """The series with that id, ended or not."""
    row = tx.execute(select(*_SERIES).where(_S.id == series_id)).one_or_none()
    return _to_series(row) if row else None


def add(tx: Tx, series: CallSeries) -> None:
    """Writes a new series."""
    tx.execute(insert(SeriesRow).values(**{name: getattr(series, name) for name in CallSeries.__slots__}))


def end(tx: Tx, series_id: str, now: datetime) -> None:
    """The series yields no more calls from *now* on."""
    tx.execute(update(SeriesRow).where(_S.id == series_id).values(ended_at=now))


def remember_drafted(tx: Tx, series: Sequence[CallSeries]) -> None:
    """Keeps for each of *series* how far it was drafted, in one statement."""
    statement = update(SeriesRow).where(_S.id == bindparam("of")).values(drafted_until=bindparam("until"))
    tx.execute(statement, [{"of": s.id, "until": s.drafted_until} for s in series])
