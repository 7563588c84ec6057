"""Owns the queries of action items, and of their history, beyond one call's own, which ``calls`` fetches with it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, func, insert, or_, select, union_all, update

from bot.actions import ActionChange, ActionItem, ActionState, ChangeKind
from bot.burn_down import Span
from bot.words import LENGTH
from storage.call_parts import to_action
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import ActionChangeRow, ActionItemRow, OutboxRow, OutboxState, ParticipantRow, columns
from storage.values import maker

_A, _H, _T = columns(ActionItemRow), columns(ActionChangeRow), columns(OutboxRow)
_P = columns(ParticipantRow)
_ACTION = [_A[name] for name in ActionItem.__slots__]
_CHANGE = [_H[name] for name in ActionChange.__slots__]
_IS_OPEN = _A.ended_at.is_(None)
_BY_DUE_DATE = (_A.due, _A.reference)
_OPEN = select(*_ACTION).where(_IS_OPEN).order_by(*_BY_DUE_DATE)
_ALL_OPEN, _ALL_OPEN_OF_ONE = Prepared(_OPEN), Prepared(_OPEN.where(_A.owner_id == bindparam("owner")))

OPEN_OF_ONE = select(*_ACTION).where(_IS_OPEN, _A.owner_id == bindparam("owner"))
"""The open actions of one owner, in no order."""
LABELLED = select(*_ACTION).where(
    _A.label.in_(bindparam("labels", expanding=True)), _A.entered_at >= bindparam("since")
)
"""The actions given since then that have one of those labels, in no order."""
SPANS = select(_A.entered_at, _A.due, _A.ended_at, _A.state).where(or_(_IS_OPEN, _A.ended_at >= bindparam("from")))
"""What ``to_span`` reads of each action that had not ended by then, in no order."""


def add(tx: Tx, action: ActionItem) -> None:
    """Writes a new action; a reference drawn twice clashes."""
    tx.execute(insert(ActionItemRow).values(**_values(action)))


def close(tx: Tx, references: Collection[str]) -> None:
    """Those actions were given under a closed item."""
    if references:
        tx.execute(update(ActionItemRow).where(_A.reference.in_(list(references))).values(closed=True))


def save(tx: Tx, action: ActionItem) -> None:
    """Writes an action as it is now."""
    tx.execute(update(ActionItemRow).where(_A.reference == action.reference).values(**_values(action)))


def drop(tx: Tx, reference: str) -> None:
    """The action was never given."""
    tx.execute(delete(ActionItemRow).where(_A.reference == reference))


def enter(tx: Tx, change: ActionChange) -> int:
    """Adds a change to its action's history; the number that it is given there."""
    values = {name: getattr(change, name) for name in ActionChange.__slots__}
    earlier = select(func.coalesce(func.max(_H.number), 0) + 1).where(_H.reference == change.reference)
    statement = insert(ActionChangeRow).values(**{**values, "number": earlier.scalar_subquery()})
    return int(tx.execute(statement.returning(_H.number)).scalar_one())


def changes(tx: Tx, references: Collection[str]) -> list[ActionChange]:
    """The history of those actions, of each from the first change on."""
    query = select(*_CHANGE).where(_H.reference.in_(list(references))).order_by(_H.reference, _H.number)
    return [to_change(row) for row in tx.execute(query)]


def take_back(tx: Tx, change: ActionChange) -> None:
    """That change never happened."""
    tx.execute(delete(ActionChangeRow).where(_H.reference == change.reference, _H.number == change.number))


def find(tx: Tx, reference: str) -> ActionItem | None:
    """The action with that reference."""
    row = tx.execute(select(*_ACTION).where(_A.reference == reference)).one_or_none()
    return to_action(row) if row else None


def with_references(tx: Tx, references: Collection[str]) -> list[ActionItem]:
    """The actions with those references, by due date."""
    return _actions(tx, _A.reference.in_(list(references)))


def all_open(tx: Tx, owner_id: str | None = None) -> list[ActionItem]:
    """The open actions, of one owner or of all, by due date."""
    rows = _ALL_OPEN_OF_ONE.rows(tx, owner=owner_id) if owner_id else _ALL_OPEN.rows(tx)
    return [to_action(row) for row in rows]


def declined(tx: Tx, owner_id: str | None = None) -> list[ActionItem]:
    """The actions that their owners declined and nobody else has, of one owner or of all, by due date."""
    theirs = [_A.owner_id == owner_id] if owner_id else []
    return _actions(tx, _A.state == ActionState.DECLINED, *theirs)


def left_over(tx: Tx) -> list[ActionItem]:
    """The actions that are the secretariat's to give to somebody, by due date: those that their owners declined, and
    the open ones of owners that no longer take part."""
    gone = select(_P.id).where(_P.left_at.is_not(None))
    return _actions(tx, or_(_A.state == ActionState.DECLINED, and_(_IS_OPEN, _A.owner_id.in_(gone))))


def of_owner(tx: Tx, owner_id: str) -> list[ActionItem]:
    """The actions of one owner, ended ones too, by due date."""
    return _actions(tx, _A.owner_id == owner_id)


def of_call(tx: Tx, call_id: str) -> list[ActionItem]:
    """The actions given in a call, ended ones too, by due date."""
    return _actions(tx, _A.call_id == call_id)


def spans(tx: Tx, since: datetime) -> list[Span]:
    """When each action was given, due and ended that had not ended by *since*, in no order."""
    return [to_span(row) for row in tx.execute(SPANS, {"from": since})]


def to_remind(tx: Tx, now: datetime) -> list[ActionItem]:
    """The open actions of which somebody is to be reminded by *now*, by due date."""
    return _actions(tx, _IS_OPEN, _A.remind_at <= now)


def to_escalate(tx: Tx, now: datetime) -> list[ActionItem]:
    """The overdue actions of which others are to be told by *now*, by due date."""
    return _actions(tx, _IS_OPEN, _A.escalate_at <= now)


def any_to_tell(tx: Tx, now: datetime) -> bool:
    """Whether somebody is to be told of an action: a look at each of two indexes, however many have ended."""
    looks = (select(_A.reference).where(_IS_OPEN, at <= now) for at in (_A.remind_at, _A.escalate_at))
    return tx.execute(union_all(*looks).limit(1)).first() is not None


def set_reminders(tx: Tx, remind_at: Mapping[str, datetime | None]) -> None:
    """When the owner of each action is next reminded (UTC), by reference; one statement."""
    if remind_at:
        statement = update(ActionItemRow).where(_A.reference == bindparam("of")).values(remind_at=bindparam("at"))
        tx.execute(statement, [{"of": reference, "at": at} for reference, at in remind_at.items()])


def set_escalations(tx: Tx, escalate_at: Mapping[str, datetime | None], *, told: bool = True) -> None:
    """Those actions are escalated next at that moment (UTC), by reference, and were once more just now where others are
    *told*; one statement."""
    if escalate_at:
        statement = update(ActionItemRow).where(_A.reference == bindparam("of")).values(escalate_at=bindparam("at"))
        changed = statement.values(escalated=True) if told else statement
        tx.execute(changed, [{"of": reference, "at": at} for reference, at in escalate_at.items()])


def not_given_yet(
    tx: Tx, kind: str, contact_ids: Collection[str], references: Collection[str]
) -> set[tuple[str, str]]:  # fmt: skip
    """Which of those people (contacts' ids) have still to be told, by errands of *kind*, that one of those actions was
    given to them: who, and which."""
    about = func.substr(_T.subject, 1, LENGTH).in_(list(references))  # in one list, as SQLite nests no thousand
    waits = (_T.state.in_([OutboxState.DUE, OutboxState.SENT]), _T.kind == kind, about)
    rows = tx.execute(select(_T.contact_id, _T.subject, _T.state).where(_T.contact_id.in_(list(contact_ids)), *waits))
    found: dict[str, set[tuple[str, str]]] = {OutboxState.DUE: set(), OutboxState.SENT: set()}
    for contact_id, subject, state in rows:
        found[state].add((contact_id, subject.partition(" ")[0]))
    return found[OutboxState.DUE] - found[OutboxState.SENT]


def has_left(tx: Tx, subject: str, now: datetime) -> bool:
    """Whether a message with that subject, a change of an action, was sent, or is on its way at this moment."""
    left = or_(_T.state == OutboxState.SENT, _T.leased_until > now)
    query = select(_T.id).where(_T.subject == subject, left)
    return tx.execute(query.limit(1)).first() is not None


def stands(tx: Tx, reference: str, subject: str, now: datetime) -> bool:
    """Whether that action is not to be taken back any more: a message with that subject, that it was given, left, as
    in ``has_left``, or something became of it since."""
    left = exists().where(_T.subject == subject, or_(_T.state == OutboxState.SENT, _T.leased_until > now))
    changed = exists().where(_H.reference == reference, _H.number > 1)
    return bool(tx.execute(select(or_(left, changed))).scalar_one())


def _actions(tx: Tx, *conditions: Any) -> list[ActionItem]:
    return [to_action(row) for row in tx.execute(select(*_ACTION).where(*conditions).order_by(*_BY_DUE_DATE))]


to_span = maker(Span, state=ActionState)
to_change = maker(ActionChange, kind=ChangeKind, state=ActionState)


def _values(action: ActionItem) -> dict[str, object]:
    return {name: getattr(action, name) for name in ActionItem.__slots__}
