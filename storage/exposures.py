"""Owns the exposure ledger: what was handed over for whom, and when; the errands that lead to it are ``outbox``'s."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update

from bot.exposures import Exposure
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import Door, ExposureRow, columns

_E = columns(ExposureRow)
_COLUMNS = [_E[name] for name in Exposure.__slots__]
_BEGIN = Prepared(insert(ExposureRow), Exposure.__slots__)
_END = Prepared(
    update(ExposureRow).where(_E.id == bindparam("exposure")).values(left_at=bindparam("at"), posts=bindparam("posted"))
)

_TURN = Prepared(update(ExposureRow).where(_E.id == bindparam("exposure")).values(turn_by=None))

LONGEST_SEND = timedelta(minutes=10)
"""What began longer ago and is not marked was cut off by a kill: no send takes so long."""

_MAY_HAVE_LEFT = or_(_E.turn_by.is_(None), _E.turn_by < bindparam("at"), _E.turn_by > bindparam("at_latest"))
"""Whether a message may have left by then: its turn was, or is over (also by a clock that was set back)."""
OF_PEOPLE = select(*_COLUMNS).where(
    _E.contact_id.in_(bindparam("people", expanding=True)),
    _E.call_id.in_(bindparam("calls", expanding=True)),
    _MAY_HAVE_LEFT,
)
"""What ``in_order`` makes ``of_people`` of, of some calls."""


def at_latest(at: datetime) -> dict[str, datetime]:
    """The parameters of what may have left by *at* (UTC)."""
    return {"at": at, "at_latest": at + LONGEST_SEND}


def begin(tx: Tx, exposures: Sequence[Exposure]) -> None:
    """Writes that a message is about to be handed over; once that is committed, it may leave."""
    rows = [
        {
            **{name: getattr(one, name) for name in Exposure.__slots__},
            "shows": " ".join(sorted(one.shows)),
            "posts": " ".join(one.posts),
        }
        for one in exposures
    ]
    if rows:
        _BEGIN.write(tx, *rows)


def take_turn(tx: Tx, exposure_ids: Sequence[str]) -> None:
    """A message that was made before its turn is about to be handed over now."""
    for exposure in exposure_ids:
        _TURN.change(tx, exposure=exposure)


def end(tx: Tx, exposure_ids: Sequence[str], at: datetime, posts: Sequence[str] = ()) -> None:
    """The message was handed over, or put before a server that did not take it, by *at* (UTC)."""
    for exposure in exposure_ids:
        _END.change(tx, exposure=exposure, at=at, posted=" ".join(posts))


def forget(tx: Tx, exposure_ids: Sequence[str]) -> None:
    """No server was shown a byte of that message, so it is no exposure."""
    tx.execute(delete(ExposureRow).where(_E.id.in_(exposure_ids)))


def in_flight(tx: Tx, contact_ids: Collection[str], at: datetime) -> list[Exposure]:
    """What was leaving for those people at *at* (UTC), by the time it began."""
    query = select(*_COLUMNS).where(
        _E.contact_id.in_(list(contact_ids)),
        _E.began_at <= at,
        _E.began_at > at - LONGEST_SEND,
        or_(_E.left_at.is_(None), _E.left_at >= at),
        _MAY_HAVE_LEFT,
    )
    return in_order(tx.execute(query, at_latest(at)))


def of_people(
    tx: Tx, contact_ids: Collection[str], at: datetime, call_ids: Collection[str] | None = None
) -> list[Exposure]:
    """What left or may have left for those people by *at* (UTC), of those calls or of all and of none; by the time it
    began."""
    query = select(*_COLUMNS).where(_E.contact_id.in_(list(contact_ids)), _MAY_HAVE_LEFT)
    if call_ids is not None:
        query = query.where(_E.call_id.in_(list(call_ids)))
    return in_order(tx.execute(query, at_latest(at)))


def say_no_more(tx: Tx, exposure_ids: Collection[str]) -> None:
    """The Slack posts of those messages were given other words: they say nothing of what they said."""
    tx.execute(update(ExposureRow).where(_E.id.in_(list(exposure_ids))).values(posts=""))


def in_order(rows: Iterable[Sequence[Any]]) -> list[Exposure]:
    """Rows of the ledger as its entries, by the time they began."""
    return sorted(map(_exposure, rows), key=lambda e: (e.began_at, e.id))


def _exposure(row: Sequence[Any]) -> Exposure:
    values = dict(zip(Exposure.__slots__, row, strict=True))
    return Exposure(
        **{
            **values,
            "door": Door(values["door"]),
            "shows": frozenset(values["shows"].split()),
            "posts": tuple(values["posts"].split()),
        }
    )
