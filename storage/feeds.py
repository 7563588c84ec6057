"""Owns the query of what a calendar feed stands on, and the wish for alarms; what is in it is fetched by its rooms."""

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select, update

from storage.links import living
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import AuditHeadRow, ContactRow, InvitationRow, LinkPurpose, LinkRow, columns

_K, _I, _H = columns(ContactRow), columns(InvitationRow), columns(AuditHeadRow)
_OWN = LinkRow.__table__.alias("own").c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a feed was made from: while all of this is as it was, only the clock can have changed it (ADR 16).

    ``entries``: the number of the audit chain's head, which every act moves with what it changes. What delivery changes
    without an act only rises: ``revisions``, of the person's copies those made and those sent in one sum, and
    ``links``, how many were made known. ``alarm``: minutes before each entry; None for no alarm.
    """

    contact_id: str
    entries: int
    revisions: int
    links: int
    alarm: int | None


_REVISIONS = select(func.coalesce(func.sum(_I.revision + _I.sent_revision), 0)).where(_I.contact_id == _K.id)
_STANDING = Prepared(
    living(
        _K.id,
        func.coalesce(select(_H.number).scalar_subquery(), 0).label("entries"),
        _REVISIONS.scalar_subquery().label("revisions"),
        select(func.count()).where(_OWN.contact_id == _K.id).scalar_subquery().label("links"),
        _K.feed_alarm,
    )
)
ALARM = select(_K.feed_alarm).where(_K.id == bindparam("contact"))


def standing(tx: Tx, token_sha256: str) -> Standing | None:
    """What the feed that a living link leads to stands on; None as ``links.holder`` says. Asked first in a transaction:
    what is read after it is as new or newer, and then kept for older than it is, never for newer."""
    row = _STANDING.row(tx, sha256=token_sha256, purpose=LinkPurpose.FEED)
    return Standing(row[0], int(row[1]), int(row[2]), int(row[3]), row[4]) if row else None


def alarm_of(tx: Tx, contact_id: str) -> int | None:
    """How many minutes before each entry that person's feed has a calendar ring; None for never."""
    return tx.execute(ALARM, {"contact": contact_id}).scalar()


def set_alarm(tx: Tx, contact_id: str, minutes: int | None) -> None:
    """Writes that wish."""
    tx.execute(update(ContactRow).where(_K.id == contact_id).values(feed_alarm=minutes))
