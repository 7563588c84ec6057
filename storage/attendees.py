"""Owns the queries that change attendee lists and remember what changed; lists are read with their ``calls``."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, delete, func, insert, or_, select, tuple_, update

from bot.attendees import Admission, AdmissionState, ListChange, Place
from bot.invitations import Invitation, Rsvp
from storage.call_parts import words
from storage.calls import joined
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import (
    AdmissionRow,
    CallRow,
    InvitationRow,
    ListBeforeRow,
    ListChangeRow,
    OutboxRow,
    columns,
)

_A = columns(AdmissionRow)
_B = columns(ListBeforeRow)
_L = columns(ListChangeRow)
_I = columns(InvitationRow)
_C = columns(CallRow)
_T = columns(OutboxRow)
_NO_APPROVAL = {"state": AdmissionState.PROPOSED, "circulated_at": None}
_PROPOSED = {"state": AdmissionState.PROPOSED, "circulated_at": None, "approved_at": None}


@dataclass(frozen=True, slots=True)
class Before:
    """A place on a list as it was before the act *reference*: ``state`` None where the name was not on it.

    ``tells_at`` (UTC): when the person is told, after which an approval can no longer be restored in silence.
    An approval that another act took before, so that this one only keeps it, has both references in ``reference``.
    ``begun_at`` (UTC): when a message about the call was last begun to them, where that was asked for.
    """

    reference: str
    call_id: str
    segment_id: str
    contact_id: str
    participant_id: str
    state: AdmissionState | None
    circulated_at: datetime | None
    approved_at: datetime | None
    chosen: bool
    tells_at: datetime
    window_ends_at: datetime | None = None
    begun_at: datetime | None = None

    def is_told(self, now: datetime) -> bool:
        """Whether word of it may have left: what has left has left, also where the clock was set back since."""
        return self.tells_at <= max(now, self.begun_at or now)

    @property
    def act(self) -> str:
        """The reference of the act that keeps this."""
        return self.reference.partition(" ")[0]

    @property
    def own(self) -> bool:
        """Whether that act itself took the name off: only then word of it leaves at ``tells_at``."""
        return " " not in self.reference

    @property
    def place(self) -> Place:
        return self.segment_id, self.contact_id


_KEPT = [name for name in Before.__slots__ if name != "begun_at"]

# One of its own for each place: a list of two hundred pairs is spelt anew each time, which takes longer.
_APPROVE = Prepared(
    update(AdmissionRow)
    .where(_A.segment_id == bindparam("segment"), _A.contact_id == bindparam("contact"))
    .values(state=AdmissionState.APPROVED, approved_at=bindparam("at"))
)


def insert_admissions(tx: Tx, admissions: Sequence[Admission]) -> None:
    """Puts names on lists, in one statement."""
    if admissions:
        tx.execute(insert(AdmissionRow), [_values(a) for a in admissions])


def delete_admissions(tx: Tx, places: Collection[Place]) -> None:
    """Takes names off lists, in one statement."""
    if places:
        tx.execute(delete(AdmissionRow).where(_in(places)))


def mark_circulated(tx: Tx, places: Collection[Place], at: datetime, ends: datetime) -> None:
    """The Agencies were told of those names, and that they may object until *ends* (UTC)."""
    if places:
        tx.execute(update(AdmissionRow).where(_in(places)).values(circulated_at=at, window_ends_at=ends))


def mark_approved(tx: Tx, places: Collection[Place], at: datetime) -> None:
    """Those names are approved, in one statement."""
    if places:
        _APPROVE.write(tx, *({"segment": segment, "contact": contact, "at": at} for segment, contact in places))


def mark_proposed(tx: Tx, places: Collection[Place]) -> None:
    """Those names are back at “proposed”, and are to be circulated anew, in one statement."""
    if places:
        tx.execute(update(AdmissionRow).where(_in(places)).values(**_PROPOSED))


def restore(tx: Tx, admissions: Sequence[Admission]) -> None:
    """Those names, which are on the list, are circulated and approved as they were before, in one statement."""
    if admissions:
        here = (_A.segment_id == bindparam("segment"), _A.contact_id == bindparam("contact"))
        was: dict[str, Any] = {name: bindparam(f"was_{name}") for name in _PROPOSED}
        tx.execute(
            update(AdmissionRow).where(*here).values(**was),
            [
                {"segment": a.segment_id, "contact": a.contact_id, **{f"was_{n}": getattr(a, n) for n in _PROPOSED}}
                for a in admissions
            ],
        )


def choose(tx: Tx, call_id: str, contact_ids: Collection[str], segment_ids: Collection[str]) -> None:
    """Of those people's places in a call those in *segment_ids* are the chosen ones, and no other."""
    mine = (_A.call_id == call_id, _A.contact_id.in_(list(contact_ids)))
    tx.execute(update(AdmissionRow).where(*mine).values(chosen=_A.segment_id.in_(list(segment_ids))))


def remember_before(tx: Tx, places: Sequence[Before]) -> None:
    """Keeps how places were before an act, in one statement."""
    if places:
        tx.execute(insert(ListBeforeRow), [{name: getattr(b, name) for name in _KEPT} for b in places])


def _begun(kind: str | BindParameter[str]) -> Any:
    """When a message of *kind* about the call was last begun to whose place it is."""
    mine = (_T.kind == kind, _T.call_id == _B.call_id, _T.contact_id == _B.contact_id)
    return select(func.max(_T.first_attempt_at)).where(*mine).scalar_subquery()


def _unsaid(kind: str | BindParameter[str]) -> ColumnElement[bool]:
    """Whether no message of *kind* was begun since word of an act was to leave: by what left, not by a clock that may
    have run ahead and be set back."""
    begun = _begun(kind)
    return or_(begun.is_(None), begun < _B.tells_at)


def before(tx: Tx, reference: str, kind: str) -> list[Before]:
    """How the places were that the act *reference* changed, by call, segment and contact, with when a message of *kind*
    was last begun to whose each is."""
    its_own = or_(_B.reference == reference, _B.reference.startswith(f"{reference} ", autoescape=True))
    return in_order(tx.execute(select(*(_B[name] for name in _KEPT), _begun(kind).label("begun_at")).where(its_own)))


NOT_TOLD = select(*(_B[name] for name in _KEPT), _begun(bindparam("kind")).label("begun_at")).where(
    _B.call_id.in_(bindparam("calls", expanding=True)), _B.state.is_not(None), _unsaid(bindparam("kind"))
)
"""What ``in_order`` makes ``not_told`` of."""


def not_told(tx: Tx, call_ids: Collection[str], kind: str) -> list[Before]:
    """How places of those calls that were on the list were before acts of which nobody was told yet by a message of
    *kind*."""
    return in_order(tx.execute(NOT_TOLD, {"calls": list(call_ids), "kind": kind}))


def forget_before(
    tx: Tx, kind: str, *, segment_ids: Collection[str] = (), call_id: str | None = None,
    participant_id: str | None = None, contact_id: str | None = None,
) -> None:  # fmt: skip
    """No approval of those places (of every one that meets what is given) comes back by ``undo`` any more, where
    nobody was told of its end by a message of *kind*."""
    meant: tuple[Any, ...] = (_unsaid(kind), _B.state.is_not(None))
    meant += (_B.segment_id.in_(list(segment_ids)),) if segment_ids else ()
    given = {"call_id": call_id, "participant_id": participant_id, "contact_id": contact_id}
    meant += tuple(_B[name] == value for name, value in given.items() if value is not None)
    tx.execute(update(ListBeforeRow).where(*meant).values(**_NO_APPROVAL))


def forget(tx: Tx, places: Collection[Before]) -> None:
    """No approval that those acts took from those places comes back by ``undo`` any more."""
    if places:
        meant = tuple_(_B.reference, _B.segment_id, _B.contact_id).in_([(b.reference, *b.place) for b in places])
        tx.execute(update(ListBeforeRow).where(meant).values(**_NO_APPROVAL))


def in_order(rows: Iterable[Sequence[Any]]) -> list[Before]:
    """Rows of what was kept, with when word of each was begun, by call, segment, contact, time and act."""
    kept = (dict(zip((*_KEPT, "begun_at"), row, strict=True)) for row in rows)
    found = (Before(**{**k, "state": AdmissionState(k["state"]) if k["state"] else None}) for k in kept)
    return sorted(found, key=lambda b: (b.call_id, b.segment_id, b.contact_id, b.tells_at, b.reference))


def insert_changes(
    tx: Tx,
    batches: Mapping[str, Sequence[ListChange]],
    approved: Mapping[str, datetime | None],
    new_id: Callable[[], str],
    at: datetime,
) -> None:
    """Writes who left and joined lists, by batch, in one statement; by call id, when each list was *approved*."""
    rows = [
        {"id": new_id(), "batch": batch, "at": at, "approved_at": approved[c.call_id], **_change(c)}
        for batch, cs in batches.items()
        for c in cs
    ]
    if rows:
        tx.execute(insert(ListChangeRow), rows)


def changes_of(tx: Tx, batches: Collection[str]) -> dict[str, ListChange]:
    """Who left and joined in those batches, by row, oldest first."""
    return _changes(tx, _L.batch.in_(list(batches)))


def changes_between(tx: Tx, call_id: str, since: datetime, until: datetime) -> dict[str, ListChange]:
    """Who left and joined a call's list from *since* until before *until*, by row, oldest first."""
    return _changes(tx, _L.call_id == call_id, _L.at >= since, _L.at < until)


def changes_since(tx: Tx, call_id: str, approved_at: datetime) -> dict[str, ListChange]:
    """Who left and joined a call's list since it was approved then, by row, oldest first."""
    return _changes(tx, _L.call_id == call_id, _L.approved_at == approved_at)


def last_copy(tx: Tx, contact_ids: Collection[str], now: datetime) -> Invitation | None:
    """Of the copies that those people were sent the one that changed last, those not over at *now* first; or None."""
    row = tx.execute(
        select(*(_I[name] for name in Invitation.__slots__))
        .where(_I.contact_id.in_(list(contact_ids)), _I.sent_revision > 0)
        .order_by((_I.end > now).desc(), _I.dtstamp.desc(), _I.uid)
        .limit(1)
    ).one_or_none()
    return Invitation(**{**row._mapping, "rsvp": Rsvp(row.rsvp)}) if row else None


def _in(places: Iterable[Place]) -> Any:
    return tuple_(_A.segment_id, _A.contact_id).in_(list(places))


def _values(admission: Admission) -> dict[str, object]:
    return {name: getattr(admission, name) for name in Admission.__slots__}


def _change(change: ListChange) -> dict[str, object]:
    return {name: getattr(change, name) for name in ListChange.__slots__} | {"only": joined(change.only)}


def _changes(tx: Tx, *where: Any) -> dict[str, ListChange]:
    names = list(ListChange.__slots__)
    rows = tx.execute(select(_L.id, *(_L[name] for name in names)).where(*where).order_by(_L.at, _L.batch, _L.id))
    return {r.id: ListChange(**{**{n: r._mapping[n] for n in names}, "only": words(r.only)}) for r in rows}
