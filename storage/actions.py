"""Owns the queries of action items beyond one call's own, which ``calls`` fetches with the call."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, literal_column, or_, select, update

from bot.actions import ActionItem, ActionState
from bot.confidentiality import Tlp
from storage.call_parts import to_action
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import ActionItemRow, OutboxRow, OutboxState, columns

_A = columns(ActionItemRow)
_T = columns(OutboxRow)
_ACTION = [_A[name] for name in ActionItem.__slots__]
# As the condition of the index on reminders has it: with a parameter the index would not serve, and SQLite would plan
# each question anew, in case it did.
_IS_OPEN = _A.state == literal_column(f"'{ActionState.OPEN}'")
_BY_DUE_DATE = (_A.due, _A.reference)
_OPEN = select(*_ACTION).where(_IS_OPEN).order_by(*_BY_DUE_DATE)
_ALL_OPEN, _ALL_OPEN_OF_ONE = Prepared(_OPEN), Prepared(_OPEN.where(_A.owner_id == bindparam("owner")))


def add(tx: Tx, action: ActionItem) -> None:
    """Writes a new action; a reference drawn twice clashes."""
    tx.execute(insert(ActionItemRow).values(**_values(action)))


def save(tx: Tx, action: ActionItem) -> None:
    """Writes an action as it is now."""
    tx.execute(update(ActionItemRow).where(_A.reference == action.reference).values(**_values(action)))


def drop(tx: Tx, reference: str) -> None:
    """The action was never given."""
    tx.execute(delete(ActionItemRow).where(_A.reference == reference))


def find(tx: Tx, reference: str) -> ActionItem | None:
    """The action with that reference."""
    row = tx.execute(select(*_ACTION).where(_A.reference == reference)).one_or_none()
    return to_action(row) if row else None


def with_references(tx: Tx, references: Collection[str]) -> list[ActionItem]:
    """The actions with those references, by due date."""
    return _actions(tx, _A.reference.in_(list(references)))


def with_labels(tx: Tx, labels: Collection[Tlp], since: datetime) -> list[ActionItem]:
    """The actions given since then that have one of those labels, by due date."""
    return _actions(tx, _A.label.in_(list(labels)), _A.entered_at >= since)


def all_open(tx: Tx, owner_id: str | None = None) -> list[ActionItem]:
    """The open actions, of one owner or of all, by due date."""
    rows = _ALL_OPEN_OF_ONE.rows(tx, owner=owner_id) if owner_id else _ALL_OPEN.rows(tx)
    return [to_action(row) for row in rows]


def of_owner(tx: Tx, owner_id: str) -> list[ActionItem]:
    """The actions of one owner, done ones too, by due date."""
    return _actions(tx, _A.owner_id == owner_id)


def of_call(tx: Tx, call_id: str) -> list[ActionItem]:
    """The actions given in a call, done ones too, by due date."""
    return _actions(tx, _A.call_id == call_id)


def to_remind(tx: Tx, now: datetime) -> list[ActionItem]:
    """The open actions of which somebody is to be reminded by *now*, by due date."""
    return _actions(tx, _IS_OPEN, _A.remind_at <= now)


def any_to_remind(tx: Tx, now: datetime) -> bool:
    """Whether somebody is to be reminded of an action: one look at an index, however many are done."""
    query = select(_A.reference).where(_IS_OPEN, _A.remind_at <= now)
    return tx.execute(query.limit(1)).first() is not None


def set_reminders(tx: Tx, remind_at: Mapping[str, datetime | None]) -> None:
    """When the owner of each action is next reminded (UTC), by reference; one statement."""
    if remind_at:
        statement = update(ActionItemRow).where(_A.reference == bindparam("of")).values(remind_at=bindparam("at"))
        tx.execute(statement, [{"of": reference, "at": at} for reference, at in remind_at.items()])


def has_left(tx: Tx, kind: str, reference: str, now: datetime) -> bool:
    """Whether a message of that kind about an action was sent, or is on its way at this moment."""
    left = or_(_T.state == OutboxState.SENT, _T.leased_until > now)
    query = select(_T.id).where(_T.subject == reference, _T.kind == kind, left)
    return tx.execute(query.limit(1)).first() is not None


def _actions(tx: Tx, *conditions: Any) -> list[ActionItem]:
    return [to_action(row) for row in tx.execute(select(*_ACTION).where(*conditions).order_by(*_BY_DUE_DATE))]


def _values(action: ActionItem) -> dict[str, object]:
    return {name: getattr(action, name) for name in ActionItem.__slots__}
