"""Owns the queries of call series, the rules that yield calls; the calls drafted from them are ``calls``'."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from bot.series import Cadence, CallSeries
from storage.store import Tx
from storage.tables import SeriesRow, columns

_S = columns(SeriesRow)
_SERIES = [_S[name] for name in CallSeries.__slots__]


def running(tx: Tx) -> list[CallSeries]:
    """The series that have not ended, by first date and title."""
    rows = tx.execute(select(*_SERIES).where(_S.ended_at.is_(None)).order_by(_S.first, _S.title, _S.id))
    return [CallSeries(**{**r._mapping, "cadence": Cadence(r.cadence)}) for r in rows]


def one(tx: Tx, series_id: str) -> CallSeries | None:
    """The series with that id, ended or not."""
    row = tx.execute(select(*_SERIES).where(_S.id == series_id)).one_or_none()
    return CallSeries(**{**row._mapping, "cadence": Cadence(row.cadence)}) if row else None


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
