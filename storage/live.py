"""Owns the queries of a running call beyond the call itself: who may be there, and who was; lines are ``minutes``'s."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, bindparam, case, delete, exists, func, insert, or_, select, update

from bot.attendees import Admission, AdmissionState
from bot.audience import Record
from bot.invitations import Rsvp
from bot.minutes import Regrets
from bot.objections import Objection
from bot.participants import Contact, Participant
from storage.directory import Directory, contact_columns, directory_of, to_contact, to_participant
from storage.store import Tx, insert_into
from storage.tables import (
    AdmissionRow,
    AttendanceRow,
    CallRow,
    ContactRow,
    InvitationRow,
    ObjectionRow,
    ParticipantRow,
    RegretsRow,
    columns,
)

_P = columns(ParticipantRow)
_K = columns(ContactRow)
_A = columns(AdmissionRow)
_O = columns(ObjectionRow)
_I = columns(InvitationRow)
_T = columns(AttendanceRow)
_C = columns(CallRow)

_PEOPLE = [
    *(_P[name].label(f"p_{name}") for name in Participant.__slots__),
    *(column.label(f"k_{name}") for name, column in zip(Contact.__slots__, contact_columns(), strict=True)),
]
_LIST = [
    *(_A[name].label(f"a_{name}") for name in Admission.__slots__),
    *(_O[name].label(f"o_{name}") for name in Objection.__slots__),
    _I.rsvp,
]


@dataclass(frozen=True, slots=True)
class Table:
    """Everybody who takes part now, the call's attendee list with the objections that bear on it, the answers to its
    invitations by contact, and which participants were recorded as being there in the segment that was asked for."""

    people: Directory
    admissions: tuple[Admission, ...]
    objections: tuple[Objection, ...]
    answers: dict[str, Rsvp]
    present: frozenset[str] = frozenset()

    def put_into(self, record: Record) -> Record:
        """*record* with its list and the objections that bear on it."""
        return replace(record, admissions=self.admissions, objections=self.objections)

    def coming_for(self, participant_id: str) -> list[Contact]:
        """Who may come to the call for that organisation: its contacts, and whom it brings to this one."""
        brought = (c for c in self.people.proxies if c.id in self.answers and c.participant_id == participant_id)
        return [*self.people.people_of(participant_id), *brought]


def table_of(tx: Tx, call_id: str, segment_id: str = "") -> Table:
    """Who may sit at the table of a call, and who did in one segment, in one statement: participants by short name,
    contacts by e-mail."""
    there = exists().where(_T.call_id == call_id, _T.segment_id == segment_id, _T.participant_id == _P.id)
    to_call = or_(_O.call_id.is_(None), _O.call_id == call_id)
    query = (
        select(*_PEOPLE, *_LIST, there.label("there"))
        .select_from(ParticipantRow)
        .outerjoin(ContactRow, and_(_K.participant_id == _P.id, _K.removed_at.is_(None)))
        .outerjoin(AdmissionRow, and_(_A.contact_id == _K.id, _A.call_id == call_id))
        .outerjoin(ObjectionRow, and_(_O.participant_id == _A.participant_id, to_call))
        .outerjoin(InvitationRow, and_(_I.contact_id == _K.id, _I.call_id == call_id, _I.cancelled.is_(False)))
        .where(_P.left_at.is_(None))
        .order_by(_P.short_name, _K.email, _A.segment_id, _O.raised_at, _O.reference)
    )
    people: dict[str, Participant] = {}
    contacts: dict[str, Contact] = {}
    admissions: dict[tuple[str, str], Admission] = {}
    objections: dict[str, Objection] = {}
    answers: dict[str, Rsvp] = {}
    present: set[str] = set()
    for row in tx.execute(query):
        values = row._mapping
        if row.p_id not in people:
            people[row.p_id] = to_participant([values[f"p_{name}"] for name in Participant.__slots__])
            present |= {row.p_id} if row.there else set()
        if row.k_id is None:
            continue
        if row.k_id not in contacts:
            contacts[row.k_id] = to_contact([values[f"k_{name}"] for name in Contact.__slots__])
        if row.rsvp is not None:
            answers[row.k_id] = Rsvp(row.rsvp)
        if row.a_segment_id is not None:
            admission = {name: values[f"a_{name}"] for name in Admission.__slots__}
            admissions[row.a_segment_id, row.k_id] = Admission(**{**admission, "state": AdmissionState(row.a_state)})
        if row.o_reference is not None:
            objection = {name: values[f"o_{name}"] for name in Objection.__slots__}
            segments = frozenset(row.o_segment_ids.split())
            objections[row.o_reference] = Objection(**{**objection, "segment_ids": segments})
    return Table(
        directory_of(people.values(), contacts.values()),
        tuple(admissions.values()),
        tuple(objections.values()),
        answers,
        frozenset(present),
    )


def add_present(tx: Tx, call_id: str, segment_id: str, participant_ids: Collection[str], now: datetime) -> None:
    """Those participants are there, in that segment; who was there and left is back, and came when they first came."""
    if participant_ids:
        seats = insert_into(tx, AttendanceRow).values(
            [{"call_id": call_id, "segment_id": segment_id, "participant_id": p, "at": now} for p in participant_ids]
        )
        tx.execute(
            seats.on_conflict_do_update(
                index_elements=["call_id", "segment_id", "participant_id"], set_={"left_at": None}
            )
        )


def come_back(tx: Tx, call_id: str, segment_id: str, away: Mapping[str, int]) -> None:
    """Those participants were away from that segment for so many minutes in all."""
    if away:
        mine = (_T.call_id == call_id, _T.segment_id == segment_id, _T.participant_id.in_(list(away)))
        minutes = case(dict(away), value=_T.participant_id)
        tx.execute(update(AttendanceRow).where(*mine).values(away=minutes))


def gone_again(tx: Tx, call_id: str, segment_id: str, left: Mapping[str, tuple[datetime, int]]) -> None:
    """Those participants left that segment then (UTC) and did not come back; so many minutes they were away before."""
    if left:
        theirs = (_T.call_id == call_id, _T.segment_id == segment_id, _T.participant_id == bindparam("who"))
        again = update(AttendanceRow).where(*theirs).values(left_at=bindparam("since"), away=bindparam("minutes"))
        tx.execute(again, [{"who": who, "since": at, "minutes": minutes} for who, (at, minutes) in left.items()])


def declined(tx: Tx, call_id: str) -> list[Regrets]:
    """The organisations of which everybody who is invited to that call said no, in the order of their last answer."""
    no = case((_I.rsvp == Rsvp.DECLINED, 1), else_=0)
    query = (
        select(_K.participant_id, func.max(_I.answered_at).label("at"))
        .join(InvitationRow, _I.contact_id == _K.id)
        .where(_I.call_id == call_id, _I.cancelled.is_(False))
        .group_by(_K.participant_id)
        .having(func.sum(no) == func.count())
    )
    found = (Regrets(call_id, row.participant_id, row.at) for row in tx.execute(query) if row.at is not None)
    return sorted(found, key=lambda r: (r.at, r.participant_id))


def leave(tx: Tx, call_id: str, segment_id: str, participant_ids: Collection[str], at: datetime | None) -> None:
    """Those participants left that segment at *at* (UTC); None: they did not."""
    theirs = _T.participant_id.in_(list(participant_ids))
    tx.execute(
        update(AttendanceRow).where(_T.call_id == call_id, _T.segment_id == segment_id, theirs).values(left_at=at)
    )


def any_to_tell(tx: Tx, now: datetime) -> bool:
    """Whether something of a running call is to be told now: one look at an index."""
    return tx.execute(select(_C.id).where(_C.live_tell_at <= now).limit(1)).first() is not None


def to_tell(tx: Tx, now: datetime) -> dict[str, datetime]:
    """The calls of whose run something is to be told now, each with since when (UTC)."""
    found = select(_C.id, _C.live_tell_at).where(_C.live_tell_at <= now).order_by(_C.live_tell_at, _C.id)
    return {row[0]: row[1] for row in tx.execute(found)}


def add_regrets(tx: Tx, call_id: str, participant_ids: Collection[str], now: datetime) -> None:
    """Those participants cannot come to that call."""
    if participant_ids:
        tx.execute(insert(RegretsRow), [{"call_id": call_id, "participant_id": p, "at": now} for p in participant_ids])


def drop_regrets(tx: Tx, call_id: str, participant_ids: Collection[str]) -> None:
    """Those participants can come after all."""
    r = columns(RegretsRow)
    tx.execute(delete(RegretsRow).where(r.call_id == call_id, r.participant_id.in_(list(participant_ids))))


def drop_present(tx: Tx, call_id: str, segment_id: str, participant_ids: Collection[str]) -> None:
    """Those participants were not there after all."""
    tx.execute(
        delete(AttendanceRow).where(
            _T.call_id == call_id, _T.segment_id == segment_id, _T.participant_id.in_(list(participant_ids))
        )
    )
