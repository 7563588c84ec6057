"""Owns the queries of proposals and agenda items beyond one call's own, which ``calls`` fetches with the call."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, func, insert, literal_column, or_, select, update

from bot.agenda import AgendaItem, ItemState
from bot.calls import Call, CallState
from bot.participants import Participant
from storage.call_parts import to_item, words
from storage.directory import to_participant
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import ActionItemRow, AgendaItemRow, CallRow, ContactRow, PaperRow, ParticipantRow, columns

_I = columns(AgendaItemRow)
_C = columns(CallRow)
_P = columns(ParticipantRow)
_A = columns(ActionItemRow)
_K = columns(ContactRow)
_F = columns(PaperRow)
_ITEM = [_I[name] for name in AgendaItem.__slots__]
_PROPOSER = [_P[name].label(f"p_{name}") for name in Participant.__slots__]
_SPLIT = len(_ITEM)
_RUNS = and_(_C.live_started_at.is_not(None), _C.live_ended_at.is_(None)).label("c_runs")
_CALL = [_C.only.label("c_only"), _C.state.label("c_state"), _RUNS]
_TOLD = case((_K.removed_at.is_not(None), func.coalesce(_K.successor_id, _K.id)), else_=_K.id).label("k_told")
_OVER = (CallState.HELD, CallState.CANCELLED)
_OLDEST_FIRST = (_I.created_at, _I.reference)

# Statements are made once: making one takes longer than running it (`make bench`, rows 2 and 3).
_ADD = Prepared(insert(AgendaItemRow), AgendaItem.__slots__)
_SAVE = (
    update(AgendaItemRow)
    .where(_I.reference == bindparam("its_reference"))
    .values({name: bindparam(f"its_{name}") for name in AgendaItem.__slots__ if name != "reference"})
)
_PROPOSED = (
    select(*_ITEM, *_PROPOSER, *_CALL, _TOLD)
    .join(ParticipantRow, _P.id == _I.proposer_id)
    .join(ContactRow, _K.id == _I.contact_id)
    .outerjoin(CallRow, _C.id == _I.call_id)
    .order_by(*_OLDEST_FIRST)
)
_WITH_REFERENCES = Prepared(_PROPOSED.where(_I.reference.in_(bindparam("references", expanding=True))))
_IN_POOL = _PROPOSED.where(_I.call_id.is_(None), or_(_I.state == ItemState.PROPOSED, _I.state == ItemState.DEFERRED))
_POOL, _POOL_OF_ONE = Prepared(_IN_POOL), Prepared(_IN_POOL.where(_I.proposer_id == bindparam("by_id")))
_PROPOSED_BY = Prepared(
    _PROPOSED.where(
        _I.proposer_id == bindparam("by_id"), _I.created_at >= bindparam("since"), _I.state != ItemState.WITHDRAWN
    )
)

LABELLED = select(*_ITEM).where(
    _I.label.in_(bindparam("labels", expanding=True)), _I.created_at >= bindparam("since"),
    _I.state != literal_column(f"'{ItemState.WITHDRAWN}'"),
)  # fmt: skip
"""The items proposed since then that have one of those labels and were not withdrawn, in no order."""


class Proposed(NamedTuple):
    """An item with the organisation that proposed it, and of its call (if it has one) the named Agencies that are
    invited (ids; empty: all), whether it was held or cancelled, and whether it ``runs``. ``told``: the contact who is
    told what becomes of it, which is who proposed it or, where that person was replaced, the successor."""

    item: AgendaItem
    proposer: Participant
    invited: frozenset[str]
    over: bool
    runs: bool
    told: str


def add(tx: Tx, item: AgendaItem) -> None:
    """Writes a new proposal; a reference drawn twice clashes."""
    _ADD.write(tx, _values(item))


def add_all(tx: Tx, items: Sequence[AgendaItem]) -> None:
    """Writes new items, in one statement."""
    if items:
        tx.execute(insert(AgendaItemRow), [_values(item) for item in items])


def save(tx: Tx, items: Sequence[AgendaItem]) -> None:
    """Writes items as they are now, in one statement."""
    if items:
        tx.execute(_SAVE, [{f"its_{name}": value for name, value in _values(item).items()} for item in items])


def come_out(tx: Tx, call_id: str) -> None:
    """What the secretariat entered in a draft is like any other on the agenda of that call, which is none by now; with
    the papers attached to it, and to what others proposed."""
    there = select(_I.reference).where(_I.call_id == call_id)
    tx.execute(update(PaperRow).where(_F.item.in_(there), _F.drafted).values(drafted=False))
    tx.execute(update(AgendaItemRow).where(_I.call_id == call_id, _I.drafted).values(drafted=False))


def find(tx: Tx, reference: str) -> Proposed | None:
    """The item with that reference, in whatever state."""
    found = with_references(tx, [reference])
    return found[0] if found else None


def with_references(tx: Tx, references: Collection[str]) -> list[Proposed]:
    """The items with those references, oldest first."""
    return _proposed(_WITH_REFERENCES.rows(tx, references=list(references)))


def to_build(tx: Tx, call: Call, now: datetime) -> list[Proposed]:
    """What may come to *call*, oldest first: its own proposals and items; what lies in the pool; what was deferred
    from earlier calls; and what was accepted for one that is over or cancelled and found no place there."""
    over = or_(_C.state.in_(_OVER), _C.start < now)
    back = or_(
        _I.state == ItemState.DEFERRED,
        and_(_I.state == ItemState.ACCEPTED, over, or_(_I.segment_id.is_(None), _C.state == CallState.CANCELLED)),
    )
    living = [ItemState.PROPOSED, ItemState.ACCEPTED, ItemState.DEFERRED]
    of_call = or_(_I.call_id == call.id, _I.call_id.is_(None), and_(_C.start < call.start, _C.id != call.id, back))
    return _proposed(tx.execute(_PROPOSED.where(_I.state.in_(living), of_call)).all())


def lying_in_the_pool(tx: Tx, proposer_id: str | None = None) -> list[Proposed]:
    """Proposals without a call, of one organisation or of all, oldest first."""
    return _proposed(_POOL.rows(tx) if proposer_id is None else _POOL_OF_ONE.rows(tx, by_id=proposer_id))


def proposed_by(tx: Tx, participant_id: str, since: datetime) -> list[Proposed]:
    """What an organisation proposed since then and did not withdraw, oldest first."""
    return _proposed(_PROPOSED_BY.rows(tx, by_id=participant_id, since=since))


def _proposed(rows: Iterable[Sequence[Any]]) -> list[Proposed]:
    return [_with_proposer(row) for row in rows]


def _with_proposer(row: Sequence[Any]) -> Proposed:
    item, proposer = to_item(row[:_SPLIT]), to_participant(row[_SPLIT : _SPLIT + len(_PROPOSER)])
    only, state, runs, told = row[-4:]
    return Proposed(item, proposer, words(only or ""), state in _OVER, bool(runs), told)


def _values(item: AgendaItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in AgendaItem.__slots__}
