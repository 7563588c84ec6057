"""Owns the queries of invitations, each person's copies of a call; their personal links are ``links``'."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, insert, or_, select, update

from bot.invitations import Invitation, Rsvp
from storage.call_parts import to_copy
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import InvitationRow, columns

_I = columns(InvitationRow)
_COPIES = select(*(_I[name] for name in Invitation.__slots__))
MINE = _COPIES.where(_I.contact_id == bindparam("contact"))
"""One person's copies, in no order."""
_OF_PERSON = Prepared(MINE.order_by(_I.start, _I.block))
_OF_PERSON_AND_CALL = Prepared(MINE.where(_I.call_id == bindparam("call")).order_by(_I.start, _I.block))
_KEPT: dict[str, Any] = {name: bindparam(f"to_{name}") for name in Invitation.__slots__ if name != "uid"}
_CHANGE = Prepared(update(InvitationRow).where(_I.uid == bindparam("of")).values(_KEPT))
_ADD = Prepared(insert(InvitationRow), Invitation.__slots__)
_HELD_BEFORE = Prepared(select(_I.revision, _I.sent_start, _I.sent_end).where(_I.uid == bindparam("of")))
_SENT = Prepared(
    update(InvitationRow)
    .where(_I.uid == bindparam("of"), _I.dtstamp == bindparam("stamp"))
    .values(
        sent_revision=_I.revision,
        sent_start=case((_I.cancelled, None), else_=_I.start),
        sent_end=case((_I.cancelled, None), else_=_I.end),
        sent_title=case((_I.cancelled, ""), else_=_I.title),
        sent_link=bindparam("link"),
        sent_parts=bindparam("parts"),
        thread_stamp=func.coalesce(_I.thread_stamp, _I.dtstamp),
        sent_stamp=_I.dtstamp,
    )
)
_LATER = or_(_I.answer_stamp.is_(None), _I.answer_stamp < bindparam("stamp"))
_ANSWER = (
    update(InvitationRow)
    .where(_I.uid.in_(bindparam("uids", expanding=True)))
    .values(
        rsvp=bindparam("said"), answered_at=bindparam("at"),
        answer_stamp=case((_LATER, bindparam("stamp")), else_=_I.answer_stamp),
    )
)  # fmt: skip
_REVISE = (
    update(InvitationRow)
    .where(_I.uid == bindparam("of"))
    .values(revision=bindparam("to_revision"), dtstamp=bindparam("to_dtstamp"))
)


def declined(tx: Tx, call_ids: Iterable[str]) -> set[tuple[str, str]]:
    """The (call id, contact id) of everybody who said no to their copy of one of those calls."""
    query = select(_I.call_id, _I.contact_id).where(_I.call_id.in_(list(call_ids)), _I.rsvp == Rsvp.DECLINED)
    return {(row.call_id, row.contact_id) for row in tx.execute(query)}


def tally(tx: Tx, call_id: str) -> dict[Rsvp, int]:
    """How many of the invitations to a call that stand were answered how; nothing for answers that nobody gave."""
    mine = (_I.call_id == call_id, _I.cancelled.is_(False))
    rows = tx.execute(select(_I.rsvp, func.count()).where(*mine).group_by(_I.rsvp))
    return {Rsvp(rsvp): count for rsvp, count in rows}


def of_person(tx: Tx, contact_id: str, call_id: str | None = None) -> list[Invitation]:
    """One person's copies, of one call or of all, by start and block."""
    if call_id is None:
        return [to_copy(r) for r in _OF_PERSON.rows(tx, contact=contact_id)]
    return [to_copy(r) for r in _OF_PERSON_AND_CALL.rows(tx, contact=contact_id, call=call_id)]


def to_come(tx: Tx, contact_ids: Iterable[str], now: datetime) -> list[Invitation]:
    """The copies of those people that are not over and not cancelled, by start and block."""
    mine = (_I.contact_id.in_(list(contact_ids)), _I.cancelled.is_(False), _I.end > now)
    return [to_copy(r) for r in tx.execute(_COPIES.where(*mine).order_by(_I.start, _I.contact_id, _I.block)).all()]


def by_uid(tx: Tx, uid: str) -> Invitation | None:
    """The copy with that UID."""
    return by_uids(tx, [uid]).get(uid)


def by_uids(tx: Tx, uids: Collection[str]) -> dict[str, Invitation]:
    """The copies with those UIDs, by UID."""
    copies = map(to_copy, tx.execute(_COPIES.where(_I.uid.in_(list(uids)))))
    return {c.uid: c for c in copies}


def save(tx: Tx, copies: Sequence[Invitation], new: Collection[str] = ()) -> None:
    """Writes copies, new ones and changed ones; of those with the UIDs *new* it is known that they are new."""
    for copy in copies:
        values = {name: getattr(copy, name) for name in Invitation.__slots__}
        if copy.uid in new or not _CHANGE.change(tx, of=copy.uid, **{f"to_{name}": values[name] for name in _KEPT}):
            _ADD.write(tx, values)


def revise(tx: Tx, copies: Sequence[Invitation]) -> None:
    """Writes the revision and the stamp of copies of which only the text changed, in one statement."""
    if copies:
        tx.execute(_REVISE, [{"of": c.uid, "to_revision": c.revision, "to_dtstamp": c.dtstamp} for c in copies])


def mark_sent(
    tx: Tx, uid: str, dtstamp: datetime, link: str, parts: Iterable[str]
) -> tuple[int, tuple[datetime, datetime] | None]:
    """The person holds the revision stamped *dtstamp* of that copy from now on, with the join link that has the mark
    *link*, and *parts* named in it (ids of segments).

    Returns the copy's revision, and the start and end that the person held before.
    """
    revision, start, end = next(iter(_HELD_BEFORE.rows(tx, of=uid)))
    _SENT.change(tx, of=uid, stamp=dtstamp, link=link, parts=" ".join(sorted(parts)))
    return int(revision), (start, end) if start else None


def answer(tx: Tx, uids: Iterable[str], rsvp: Rsvp, now: datetime, stamp: datetime | None = None) -> None:
    """Records an answer to copies; no answer by mail that is as old as *stamp* (UTC; else *now*) counts after it.

    A stamp never goes back, though the clock does: what was counted once would be counted again.
    """
    tx.execute(_ANSWER, {"uids": list(uids), "said": rsvp, "at": now, "stamp": stamp or now})


def answer_before(tx: Tx, uid: str, rsvp: Rsvp) -> None:
    """Records what the person answered to the time before the one that stands."""
    tx.execute(update(InvitationRow).where(_I.uid == uid).values(rsvp_before=rsvp))


def with_stamp(tx: Tx, uid: str) -> tuple[Invitation, datetime | None] | None:
    """The copy with that UID, and the stamp of the answer to it that was counted last (UTC)."""
    row = tx.execute(_COPIES.add_columns(_I.answer_stamp).where(_I.uid == uid)).one_or_none()
    return (to_copy(row[:-1]), row[-1]) if row else None
