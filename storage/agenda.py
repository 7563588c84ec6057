"""Owns the queries of proposals and agenda items beyond one call's own, which ``calls`` fetches with the call."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, func, insert, or_, select, update

from bot.actions import ActionItem, ActionState
from bot.agenda import AgendaItem, ItemState
from bot.calls import Call, CallState
from bot.confidentiality import Tlp
from bot.participants import Participant
from bot.topics import AudienceKind
from storage.call_parts import to_action
from storage.directory import to_participant
from storage.store import Tx
from storage.tables import ActionItemRow, AgendaItemRow, CallRow, ContactRow, ParticipantRow, columns

_I = columns(AgendaItemRow)
_C = columns(CallRow)
_P = columns(ParticipantRow)
_A = columns(ActionItemRow)
_K = columns(ContactRow)
_ITEM = [_I[name] for name in AgendaItem.__slots__]
_PROPOSER = [_P[name].label(f"p_{name}") for name in Participant.__slots__]
_CALL = [_C.only.label("c_only"), _C.state.label("c_state")]
_TOLD = case((_K.removed_at.is_not(None), func.coalesce(_K.successor_id, _K.id)), else_=_K.id).label("k_told")
_OVER = (CallState.HELD, CallState.CANCELLED)
_OLDEST_FIRST = (_I.created_at, _I.reference)
_ADD = insert(AgendaItemRow)


class Proposed(NamedTuple):
    """An item with the organisation that proposed it, and of its call (if it has one) the named Agencies that are
    invited (ids; empty: all) and whether it was held or cancelled. ``told``: the contact who is told what becomes of
    it, which is who proposed it or, where that person was replaced, the successor."""

    item: AgendaItem
    proposer: Participant
    invited: frozenset[str]
    over: bool
    told: str


def add(tx: Tx, item: AgendaItem) -> None:
    """Writes a new proposal; a reference drawn twice clashes."""
    tx.execute(_ADD, _values(item))


def save(tx: Tx, items: Sequence[AgendaItem]) -> None:
    """Writes items as they are now, in one statement."""
    if items:
        names = [name for name in AgendaItem.__slots__ if name != "reference"]
        statement = update(AgendaItemRow).where(_I.reference == bindparam("its_reference"))
        tx.execute(
            statement.values({name: bindparam(f"its_{name}") for name in names}),
            [{f"its_{name}": value for name, value in _values(item).items()} for item in items],
        )


def find(tx: Tx, reference: str) -> Proposed | None:
    """The item with that reference, in whatever state."""
    found = with_references(tx, [reference])
    return found[0] if found else None


def with_references(tx: Tx, references: Collection[str]) -> list[Proposed]:
    """The items with those references, oldest first."""
    return _proposed(tx, _I.reference.in_(list(references)))


def to_build(tx: Tx, call: Call, now: datetime) -> list[Proposed]:
    """What may come to *call*, oldest first: its own proposals and items; what lies in the pool; what was deferred
    from earlier calls; and what was accepted for one that is over or cancelled and found no place there."""
    over = or_(_C.state.in_(_OVER), _C.start < now)
    back = or_(
        _I.state == ItemState.DEFERRED,
        and_(_I.state == ItemState.ACCEPTED, over, or_(_I.segment_id.is_(None), _C.state == CallState.CANCELLED)),
    )
    living = [ItemState.PROPOSED, ItemState.ACCEPTED, ItemState.DEFERRED]
    return _proposed(
        tx,
        _I.state.in_(living),
        or_(_I.call_id == call.id, _I.call_id.is_(None), and_(_C.start < call.start, _C.id != call.id, back)),
    )


def lying_in_the_pool(tx: Tx, proposer_id: str | None = None) -> list[Proposed]:
    """Proposals without a call, of one organisation or of all, oldest first."""
    of_whom = [] if proposer_id is None else [_I.proposer_id == proposer_id]
    return _proposed(tx, _I.call_id.is_(None), _I.state.in_([ItemState.PROPOSED, ItemState.DEFERRED]), *of_whom)


def proposed_by(tx: Tx, participant_id: str, since: datetime) -> list[Proposed]:
    """What an organisation proposed since then and did not withdraw, oldest first."""
    return _proposed(tx, _I.proposer_id == participant_id, _I.created_at >= since, _I.state != ItemState.WITHDRAWN)


def open_actions(tx: Tx, before: datetime, owner_id: str | None = None) -> list[ActionItem]:
    """The open actions of calls that started before then, of one owner or of all, by due date."""
    query = (
        select(*(_A[name] for name in ActionItem.__slots__))
        .join(CallRow, _C.id == _A.call_id)
        .where(_A.state == ActionState.OPEN, _C.start < before)
        .order_by(_A.due, _A.reference)
    )
    rows = tx.execute(query if owner_id is None else query.where(_A.owner_id == owner_id))
    return [to_action(r) for r in rows]


def _proposed(tx: Tx, *conditions: Any) -> list[Proposed]:
    query = (
        select(*_ITEM, *_PROPOSER, *_CALL, _TOLD)
        .join(ParticipantRow, _P.id == _I.proposer_id)
        .join(ContactRow, _K.id == _I.contact_id)
        .outerjoin(CallRow, _C.id == _I.call_id)
        .where(*conditions)
        .order_by(*_OLDEST_FIRST)
    )
    return [_with_proposer(row._mapping) for row in tx.execute(query)]


def _with_proposer(values: Any) -> Proposed:
    kinds = {
        "audience": AudienceKind(values["audience"]),
        "label": Tlp(values["label"]),
        "state": ItemState(values["state"]),
    }
    item = AgendaItem(**{**{name: values[name] for name in AgendaItem.__slots__}, **kinds})
    proposer = to_participant([values[f"p_{name}"] for name in Participant.__slots__])
    invited = frozenset((values["c_only"] or "").split())
    return Proposed(item, proposer, invited, values["c_state"] in _OVER, values["k_told"])


def _values(item: AgendaItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in AgendaItem.__slots__}
