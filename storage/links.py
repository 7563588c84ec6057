"""Owns the queries of personal links: what is kept of each, and whom a living one belongs to; tokens are made above."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, or_, select, update

from bot.attendees import AdmissionState
from bot.calls import CallState
from bot.participants import Contact, Participant, ParticipantKind
from storage.directory import contact_columns, to_contact, to_participant
from storage.prepared import Prepared
from storage.store import Tx, insert_on
from storage.tables import AdmissionRow, CallRow, ContactRow, LinkPurpose, LinkRow, ParticipantRow, columns

_L, _K, _P = columns(LinkRow), columns(ContactRow), columns(ParticipantRow)
_C, _A = columns(CallRow), columns(AdmissionRow)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a link: the SHA-256 of its token and what that was made from. ``call_id`` is a join link's."""

    token_sha256: str
    purpose: LinkPurpose
    call_id: str | None
    epoch: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a living link belongs to, and the call that a join link is for."""

    contact: Contact
    participant: Participant
    call_id: str | None


_SPLIT = len(Contact.__slots__)
_APPROVED = (
    exists()
    .where(_A.call_id == _L.call_id, _A.contact_id == _L.contact_id, _A.state == AdmissionState.APPROVED)
    .correlate(LinkRow)  # of the link asked about, two statements further out: else of any link
)
_TO_JOIN = exists().where(
    _C.id == _L.call_id,
    or_(_C.state == CallState.ANNOUNCED, _C.state == CallState.HELD),  # no list: it would be spelt anew each time
    or_(_P.kind == ParticipantKind.AGENCY, _APPROVED),
)


def living(*wanted: Any) -> Select[Any]:
    """*wanted* of the holder of the living link ``sha256`` of that ``purpose``, and of nobody for any other one."""
    return (
        select(*wanted)
        .join_from(LinkRow, ContactRow, and_(_K.id == _L.contact_id, _K.removed_at.is_(None)))
        .join(ParticipantRow, and_(_P.id == _K.participant_id, _P.left_at.is_(None)))
        .where(
            _L.token_sha256 == bindparam("sha256"), _L.purpose == bindparam("purpose"), _L.dead_at.is_(None),
            or_(_L.call_id.is_(None), _TO_JOIN),
        )
    )  # fmt: skip


_HOLDER = living(
    *contact_columns(), *(_P[name] for name in Participant.__slots__), _L.call_id
)  # fmt: skip
OF_PERSON = select(*(_L[name] for name in Kept.__slots__)).where(_L.contact_id == bindparam("contact"))
"""What is kept of every link that was printed for one contact, dead ones too; in no order."""
_OF_PERSON = Prepared(OF_PERSON)


@cache
def _add(dialect: str) -> Prepared:
    return Prepared(insert_on(dialect)(LinkRow).on_conflict_do_nothing(), ("contact_id", *Kept.__slots__))


def holder(tx: Tx, token_sha256: str, purpose: LinkPurpose) -> Holder | None:
    """Whom a living link belongs to; None alike, after one look, for one that is dead, unknown or of another purpose.

    Dead is one that was reset or whose contact or participant is gone. A join link lives as long as its person has a
    right in its call: so the transaction that takes the last one ends it, and the one that gives one back revives it.
    """
    row = tx.execute(_HOLDER, {"sha256": token_sha256, "purpose": purpose}).one_or_none()
    return Holder(to_contact(row[:_SPLIT]), to_participant(row[_SPLIT:-1]), row[-1]) if row else None


def of_person(tx: Tx, contact_id: str) -> list[Kept]:
    """Every link that was printed for that contact, dead ones too."""
    return [to_kept(row) for row in _OF_PERSON.rows(tx, contact=contact_id)]


def to_kept(row: Sequence[Any]) -> Kept:
    """A row with the columns of ``Kept``, in their order."""
    return Kept(row[0], LinkPurpose(row[1]), row[2], row[3])


def add(tx: Tx, contact_id: str, links: Sequence[Kept]) -> None:
    """Makes links known in one statement; one that another process made known meanwhile is left as it is."""
    if links:
        rows = [{"contact_id": contact_id, **{name: getattr(k, name) for name in Kept.__slots__}} for k in links]
        _add(tx.dialect.name).write(tx, *rows)


def kill(
    tx: Tx, contact_ids: Collection[str], now: datetime, purposes: Collection[LinkPurpose] = tuple(LinkPurpose)
) -> None:
    """Every link of those contacts and purposes leads nowhere from now on, for good."""
    mine = (_L.contact_id.in_(list(contact_ids)), _L.purpose.in_(list(purposes)), _L.dead_at.is_(None))
    tx.execute(update(LinkRow).where(*mine).values(dead_at=now))
