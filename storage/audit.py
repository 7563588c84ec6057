"""Owns the audit chain: one entry a decision, each hashed with the one before; acts append to it last."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from storage.store import Tx
from storage.tables import AuditHeadRow, AuditRow, columns

START = "0" * 64
_H = columns(AuditHeadRow)
_HOLD = select(_H.number, _H.hash).with_for_update()
_APPEND = insert(AuditRow)
_MOVE = update(AuditHeadRow)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends: the number of its last entry and that entry's hash."""

    number: int
    hash: str


def hold_head(tx: Tx) -> Head:
    """The chain's head, locked until the transaction ends: acts follow one another in one order on every database."""
    row = tx.execute(_HOLD).one_or_none()
    if row is None:
        tx.execute(insert(AuditHeadRow).values(id=1, number=0, hash=START))
        return Head(0, START)
    return Head(row.number, row.hash)


def append(
    tx: Tx, head: Head, *, at: datetime, actor: str, act: str, subject: str, detail: Mapping[str, object]
) -> Head:
    """Appends one entry behind *head* and moves the head to it."""
    number = head.number + 1
    told = json.dumps(detail, sort_keys=True, ensure_ascii=False, default=str)
    digest = entry_hash(head.hash, number, at, actor, act, subject, told)
    entry = {"number": number, "at": at, "actor": actor, "act": act, "subject": subject, "detail": told}
    tx.execute(_APPEND, {**entry, "previous": head.hash, "hash": digest})
    tx.execute(_MOVE, {"number": number, "hash": digest})
    return Head(number, digest)


def entry_hash(previous: str, number: int, at: datetime, actor: str, act: str, subject: str, detail: str) -> str:
    """SHA-256 over the entry before and this one's fields, each with its length, so that none can be shifted."""
    fields = (previous, str(number), at.isoformat(), actor, act, subject, detail)
    return hashlib.sha256("".join(f"{len(f)}:{f}" for f in fields).encode()).hexdigest()
