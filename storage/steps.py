"""Owns the queries of the procedure's steps, a due row a call and step; when each is due is ``bot/procedure.py``'s."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, case, insert, literal_column, or_, select, update

from bot.calls import CallState
from bot.procedure import StepKind
from bot.steps import Step, StepState
from storage.store import Store, Tx
from storage.tables import CallRow, StepRow, columns
from storage.values import maker

_S, _C = columns(StepRow), columns(CallRow)
_STEP = [_S[name] for name in Step.__slots__]

_IN = {state: _S.state == literal_column(f"'{state}'") for state in StepState}
_LATELY = or_(_IN[StepState.DONE], _IN[StepState.MISSED])
TO_COME = select(*_STEP).where(or_(_IN[StepState.DUE], and_(_LATELY, _S.due_at >= bindparam("told_since"))))
"""The steps of all calls that are still to come, and those whose time came since then, in no order."""
to_step = maker(Step, kind=StepKind, state=StepState)


def add(tx: Tx, due: Mapping[str, Mapping[StepKind, datetime]]) -> None:
    """Writes the steps of new calls: by call id, when each is due (UTC); one statement."""
    rows = [{"call_id": call, "kind": kind, "due_at": at} for call, steps in due.items() for kind, at in steps.items()]
    tx.execute(insert(StepRow), rows)


def save(tx: Tx, steps: Sequence[Step], now: datetime) -> None:
    """Writes steps as they are now, in one statement."""
    if not steps:
        return
    statement = (
        update(StepRow)
        .where(_S.call_id == bindparam("of_call"), _S.kind == bindparam("of_kind"))
        .values(
            due_at=bindparam("to_due_at"), state=bindparam("to_state"), moved=bindparam("to_moved"),
            done_at=bindparam("to_done_at"),
        )
    )  # fmt: skip
    tx.execute(
        statement,
        [
            {
                "of_call": s.call_id, "of_kind": s.kind, "to_due_at": s.due_at, "to_state": s.state,
                "to_moved": s.moved, "to_done_at": None if s.state is StepState.DUE else now,
            }
            for s in steps
        ],
    )  # fmt: skip


def miss(tx: Tx, call_ids: Collection[str], now: datetime) -> None:
    """The steps of those calls that are still due never will be."""
    tx.execute(
        update(StepRow)
        .where(_S.call_id.in_(list(call_ids)), _S.state == StepState.DUE)
        .values(state=StepState.MISSED, done_at=now)
    )


def wait(tx: Tx, call_id: str, end: datetime, exactly: StepKind, *not_before: StepKind) -> None:
    """Makes steps of a call due again: one *exactly* at *end* (UTC), the others not before it; one statement."""
    later = case((or_(_S.kind == exactly, _S.due_at < end), end), else_=_S.due_at)
    tx.execute(
        update(StepRow)
        .where(_S.call_id == call_id, _S.kind.in_([exactly, *not_before]))
        .values(due_at=later, state=StepState.DUE, done_at=None)
    )


def of_calls(tx: Tx, call_ids: Iterable[str]) -> dict[str, list[Step]]:
    """The steps of those calls, by call, earliest first."""
    found: dict[str, list[Step]] = defaultdict(list)
    for row in tx.execute(select(*_STEP).where(_S.call_id.in_(list(call_ids))).order_by(_S.due_at, _S.kind)):
        found[row.call_id].append(to_step(row))
    return found


def _missed_ahead(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Steps that were missed later than it is now: by a clock that had run ahead, and was set back since."""
    return _S.state == literal_column(f"'{StepState.MISSED}'"), _S.done_at > now


def any_missed_ahead(tx: Tx, now: datetime) -> bool:
    """Whether a step was missed later than it is now: one look at an index of its own."""
    return tx.execute(select(_S.call_id).where(*_missed_ahead(now)).limit(1)).first() is not None


def owe_again(tx: Tx, now: datetime) -> int:
    """Has the steps of calls that are not cancelled be due again that were missed later than it is now; how many."""
    here = select(_C.id).where(_C.state != CallState.CANCELLED)
    again = update(StepRow).where(*_missed_ahead(now), _S.call_id.in_(here))
    tx.execute(update(StepRow).where(*_missed_ahead(now), _S.call_id.not_in(here)).values(done_at=now))
    return tx.execute(again.values(state=StepState.DUE, done_at=None)).rowcount


def any_due(tx: Tx, now: datetime) -> bool:
    """Whether a step is due: one look at an index, however many are done."""
    query = select(_S.call_id).where(_S.state == StepState.DUE, _S.due_at <= now)
    return tx.execute(query.limit(1)).first() is not None


def claim(tx: Tx, store: Store, now: datetime, most: int) -> list[Step]:
    """Up to *most* due steps, earliest first, which nobody else claims before the transaction ends."""
    query = select(*_STEP).where(_S.state == StepState.DUE, _S.due_at <= now).order_by(_S.due_at, _S.call_id, _S.kind)
    if not store.is_sqlite:
        query = query.with_for_update(skip_locked=True)
    return [to_step(row) for row in tx.execute(query.limit(most))]
