"""Owns the queries of how far the mails of one act are, and whom they reached too late; the errands themselves are
``outbox``'s."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, and_, bindparam, case, func, or_, select

from bot.exposures import lines_in
from bot.mailings import Mailing, Trouble
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import ContactRow, Door, ExposureRow, OutboxRow, OutboxState, ParticipantRow, columns

_T, _K, _P, _X = (columns(t) for t in (OutboxRow, ContactRow, ParticipantRow, ExposureRow))
_MAIL = _T.state.in_([OutboxState.SENT, OutboxState.DUE, OutboxState.FAILED])
_HOW_FAR = ("left", "ahead", "waiting", "given_up")
"""Of somebody who gets two mails by one act, the worst counts."""
_RANK = case(
    (_T.state == OutboxState.FAILED, 3),
    (and_(_T.state == OutboxState.DUE, _T.error != ""), 2),
    (_T.state == OutboxState.DUE, 1),
    else_=0,
)
_UNTRIED = case((and_(_T.state == OutboxState.DUE, _T.error == ""), _T.due_at), else_=None)


def of_call(tx: Tx, call_id: str) -> list[Mailing]:
    """How many people each act wrote to about that call, and how far their mails are; newest first."""
    mails = (_T.call_id == call_id, _T.door == Door.MAIL, _T.contact_id.is_not(None), _MAIL)
    worst = select(_T.created_at.label("begun"), func.max(_RANK).label("rank"), func.min(_UNTRIED).label("due")).where(
        *mails
    )
    one = worst.group_by(_T.created_at, _T.contact_id).subquery()
    found: dict[datetime, Mailing] = {}
    query = select(one.c.begun, one.c.rank, func.count(), func.min(one.c.due)).group_by(one.c.begun, one.c.rank)
    for begun, rank, count, due in tx.execute(query):
        it = replace(found.get(begun, Mailing(begun)), **{_HOW_FAR[rank]: count})
        found[begun] = replace(it, next_at=due) if _HOW_FAR[rank] == "ahead" else it
    return [found[begun] for begun in sorted(found, reverse=True)]


def troubles(tx: Tx, call_id: str, begun: datetime, most: int) -> tuple[Trouble, ...]:
    """Of the people whom that act wrote to, *most* of those whose mail was tried and did not leave; those who were
    given up first, by name."""
    meant = (_T.call_id == call_id, _T.created_at == begun, _T.door == Door.MAIL, _T.error != "")
    state = func.max(_T.state)  # "failed" comes after "due"
    query = (
        select(_K.name, _K.email, func.max(_T.error), state, func.max(_T.due_at))
        .join_from(OutboxRow, ContactRow, _K.id == _T.contact_id)
        .where(*meant, _T.state.in_([OutboxState.DUE, OutboxState.FAILED]))
        .group_by(_K.id, _K.name, _K.email)
        .order_by(state.desc(), _K.name)
    )
    rows = tx.execute(query.limit(most))
    return tuple(Trouble(n, e, why, None if ended == OutboxState.FAILED else due) for n, e, why, ended, due in rows)


def next_due(tx: Tx, call_id: str, begun: datetime) -> datetime | None:
    """When the next mail of that act about that call is due, tried before or not; None once none is to leave."""
    meant = (_T.call_id == call_id, _T.created_at == begun, _T.door == Door.MAIL, _T.state == OutboxState.DUE)
    return tx.execute(select(func.min(_T.due_at)).where(*meant)).scalar()


def told_too_late(tx: Tx, kind: str, call_id: str, subjects: Collection[str], ends_at: datetime) -> list[str]:
    """The organisations that take part (short names, in order) that were to be told of *subjects* before *ends_at*
    (UTC) and were not: word of it left later to all of their people, was not sent as it was over or as they were
    nobody's contacts any more, or has not left. One whose mails were all given up is not among them: of that the
    secretariat is told. *call_id*: the call that the errands are about."""
    asked = {f"subject{n}": subject for n, subject in enumerate(subjects)}
    found = _told_too_late(len(asked)).rows(tx, kind=kind, call_id=call_id, ends_at=ends_at, **asked)
    return [row[0] for row in found]


@cache
def _told_too_late(subjects: int) -> Prepared:
    """By the index of calls: the outbox keeps what has left for months."""
    about = or_(*(_T.subject == bindparam(f"subject{n}") for n in range(subjects)))
    ends_at: BindParameter[datetime] = bindparam("ends_at")
    sent, due, dropped = (_T.state == state for state in (OutboxState.SENT, OutboxState.DUE, OutboxState.DROPPED))
    missed = or_(_T.ended_at >= ends_at, _K.removed_at <= _T.ended_at)
    in_time, late = and_(sent, _T.ended_at < ends_at), or_(sent, due, and_(dropped, missed))
    return Prepared(
        select(_P.short_name)
        .join(ContactRow, _K.participant_id == _P.id)
        .join(OutboxRow, _T.contact_id == _K.id)
        .where(_T.call_id == bindparam("call_id"), _T.kind == bindparam("kind"), about, _P.left_at.is_(None))
        .group_by(_P.short_name)
        .having(func.sum(case((in_time, 1), else_=0)) == 0, func.sum(case((late, 1), else_=0)) > 0)
        .order_by(_P.short_name)
    )


def lines_told(
    tx: Tx, kind: str, subject: str, begun_at: datetime, ends_at: datetime
) -> dict[str, tuple[str, set[str]]]:  # fmt: skip
    """The organisations (ids) that were to be told of *subject*, those that take part no longer included: the short
    name of each, and the lines (references) that messages of it showed which left for its people between *begun_at* and
    *ends_at* (UTC). None of one whose mails were all given up: of that the secretariat is told."""
    found = {row[0]: (row[1], set[str]()) for row in _TO_TELL.rows(tx, kind=kind, subject=subject)}
    left = _LEFT.rows(tx, kind=kind, subject=subject, begun_at=begun_at, ends_at=ends_at)
    for organisation, shows in left if found else ():
        if organisation in found:
            found[organisation][1].update(lines_in(shows.split()))
    return found


_ABOUT = (_T.kind == bindparam("kind"), _T.subject == bindparam("subject"))
_TO_TELL = Prepared(
    select(_P.id, _P.short_name)
    .join(ContactRow, _K.participant_id == _P.id)
    .join(OutboxRow, _T.contact_id == _K.id)
    .where(*_ABOUT, _T.contact_id.in_(select(_K.id)), _T.state != OutboxState.FAILED)
    .distinct()
)
"""By the indexes of contacts, as what is left is found, too."""
_LEFT = Prepared(
    select(_K.participant_id, _X.shows)
    .join(ContactRow, _K.id == _X.contact_id)
    .where(
        _X.contact_id.in_(select(_K.id)), _X.began_at >= bindparam("begun_at"), _X.kind == bindparam("kind"),
        _X.subject == bindparam("subject"), _X.left_at < bindparam("ends_at"),
    )
)  # fmt: skip
