"""Owns the rows of the audit chain, to which acts append last; what an entry's hash covers is ``bot.audit``'s."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert, select

from bot.audit import Entry, Head, next_entry
from storage.store import Tx
from storage.tables import AuditHeadRow, AuditRow, columns

_H = columns(AuditHeadRow)
_HOLD = select(_H.number, _H.hash).with_for_update()
_APPEND = insert(AuditRow)


def hold_head(tx: Tx) -> Head:
    """The chain's head, locked until the transaction ends: acts follow one another in one order on every database."""
    row = tx.execute(_HOLD).one_or_none()
    if row is None:
        head = Head()
        tx.execute(insert(AuditHeadRow).values(id=1, number=head.number, hash=head.hash))
        return head
    return Head(row.number, row.hash)


def append(
    tx: Tx, head: Head, *, at: datetime, actor: str, act: str, subject: str, detail: Mapping[str, object], salt: str
) -> Head:
    """Appends one entry behind *head*, which then moves (``storage.guards``); *salt* hides *detail* in what the
    chain commits to."""
    told = json.dumps(detail, sort_keys=True, ensure_ascii=False, default=str)
    entry = next_entry(head, at=at, actor=actor, act=act, subject=subject, detail=told, salt=salt)
    tx.execute(_APPEND, {name: getattr(entry, name) for name in Entry.__slots__})
    return entry.head
