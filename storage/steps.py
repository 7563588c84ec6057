"""Owns the queries of the procedure's steps, a due row a call and step; when each is due is ``bot/procedure.py``'s."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, insert, update

from bot.procedure import StepKind
from storage.store import Tx
from storage.tables import StepRow, StepState, columns

_S = columns(StepRow)


def add(tx: Tx, due: Mapping[str, Mapping[StepKind, datetime]]) -> None:
    """Writes the steps of new calls: by call id, when each is due (UTC); one statement."""
    rows = [{"call_id": call, "kind": kind, "due_at": at} for call, steps in due.items() for kind, at in steps.items()]
    tx.execute(insert(StepRow), rows)


def put_off(tx: Tx, call_id: str, due: Mapping[StepKind, datetime]) -> None:
    """Gives the steps of a call new times, but for those done, missed, or moved by hand; one statement."""
    statement = (
        update(StepRow)
        .where(
            _S.call_id == call_id, _S.kind == bindparam("of"), _S.state == StepState.DUE, _S.moved.is_(False)
        )
        .values(due_at=bindparam("at"))
    )  # fmt: skip
    tx.execute(statement, [{"of": kind, "at": at} for kind, at in due.items()])


def miss(tx: Tx, call_ids: Collection[str], now: datetime) -> None:
    """The steps of those calls that are still due never will be."""
    tx.execute(
        update(StepRow)
        .where(_S.call_id.in_(list(call_ids)), _S.state == StepState.DUE)
        .values(state=StepState.MISSED, done_at=now)
    )
