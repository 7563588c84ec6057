"""Owns the rows that are about one person, found by their address; what goes when they are erased is ``erasing``'s."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlmodel import SQLModel

from storage.contacts import WAITS
from storage.store import Tx
from storage.tables import (
    ActionChangeRow,
    ActionItemRow,
    AgendaItemRow,
    AmendmentRow,
    AuditRow,
    CallRow,
    ContactRequestRow,
    ContactRow,
    CorrectionRow,
    MailRow,
    MinuteEntryRow,
    NamedEditionRow,
    ObjectionRow,
    PaperRow,
    ParticipantRow,
    ReportRow,
    SaidRow,
    SlackUserRow,
    columns,
)

_A, _K, _P, _U = (columns(table) for table in (AuditRow, ContactRow, ParticipantRow, SlackUserRow))
_N, _Q = columns(MailRow), columns(ContactRequestRow)

TEXTS: tuple[tuple[type[SQLModel], str, str], ...] = (
    (AgendaItemRow, "reference", "title"),
    (AgendaItemRow, "reference", "case"),
    (AgendaItemRow, "reference", "stated"),
    (MinuteEntryRow, "reference", "text"),
    (CorrectionRow, "line", "was"),
    (AmendmentRow, "line", "text"),
    (NamedEditionRow, "reference", "name"),
    (ActionItemRow, "reference", "task"),
    (ReportRow, "reference", "text"),
    (ActionChangeRow, "reference", "text"),
    (PaperRow, "reference", "name"),
    (ObjectionRow, "reference", "reason"),
    (CallRow, "title", "cancelled_because"),
)
"""What people wrote, and by what it is named: an address in it is replaced, a name in it is only told."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One time that somebody was a contact; the same address may have been one of several, one after another."""

    id: str
    participant_id: str
    organisation: str
    name: str
    email: str
    removed_at: datetime | None


_SUBJECT = select(
    _K.id, _K.participant_id, _P.short_name.label("organisation"), _K.name, _K.email, _K.removed_at
).join(ParticipantRow, _P.id == _K.participant_id)  # fmt: skip


def subjects(tx: Tx, email: str) -> list[Subject]:
    """Everybody whom that address is or was the address of, in any spelling of capitals; the first one first."""
    query = _SUBJECT.where(func.lower(_K.email) == email.strip().lower(), _K.email != "")
    return [Subject(*row) for row in tx.execute(query.order_by(_K.removed_at.is_(None), _K.removed_at, _K.id))]


def left_before(tx: Tx, cutoff: datetime, but: Collection[str], most: int) -> list[Subject]:
    """Who was removed before *cutoff* (UTC) and still has a name, but for those ids and for who is a contact again, or
    is asked for as one; the first to leave first."""
    here = select(_K.email).where(_K.removed_at.is_(None)).union_all(select(func.lower(_Q.email)).where(*WAITS))
    query = _SUBJECT.where(_K.removed_at < cutoff, _K.email != "", _K.id.not_in(list(but)), _K.email.not_in(here))
    return [Subject(*row) for row in tx.execute(query.order_by(_K.removed_at, _K.id).limit(most))]


def slack_users(tx: Tx, contact_ids: Sequence[str]) -> list[str]:
    """The Slack users who spoke or speak for those contacts and for nobody else: by their ties, and by the record."""
    tied = select(_U.user_id).where(_U.contact_id.in_(contact_ids))
    others = set(tx.execute(select(_U.user_id).where(_U.contact_id.not_in(contact_ids))).scalars())
    acted = tx.execute(select(_A.detail).where(_A.actor.in_(contact_ids), _A.detail != "")).scalars()
    by = {str(json.loads(detail).get("by", "")) for detail in acted}
    return sorted({*tx.execute(tied).scalars(), *by} - others - {""})


def mentioning(column: Any, words: Collection[str]) -> ColumnElement[bool]:
    """Whether a column has one of *words* in it, in any spelling of capitals, an address not as a part of another; of
    no words, or an empty one, none."""
    return or_(false(), *(_has(func.lower(column), word.lower()) for word in words if word))


def _has(text: Any, word: str) -> ColumnElement[bool]:
    there = text.contains(word, autoescape=True)
    return and_(there, text.regexp_match(whole(word))) if "@" in word else there


def whole(address: str) -> str:
    """The pattern of *address* where it is no part of a longer one, for Python and both databases; its first group is
    what stands before it. In JSON the sign of a new line may stand there (RFC 8259, 7)."""
    return rf"(^|[^a-z0-9_.+@-]|\\[nrt]){re.escape(address)}(?=\.*($|[^a-z0-9_@.-]))"


def about(contact_ids: Collection[str], words: Collection[str]) -> ColumnElement[bool]:
    """Whether an audit entry is by those people, about them, or has one of *words* in its detail."""
    told = mentioning(_A.detail, [*contact_ids, *words])
    return or_(_A.actor.in_(list(contact_ids)), _A.subject.in_(list(contact_ids)), told)


def mentions(tx: Tx, words: Collection[str]) -> list[str]:
    """The references of what people wrote that has one of *words* in it, each once."""
    found: list[str] = []
    for table, key, column in TEXTS:
        t = columns(table)
        found += tx.execute(select(t[key]).where(mentioning(t[column], words)).order_by(t[key])).scalars()
    return list(dict.fromkeys(found))


# --- what is asked for an answer ---


def ties(tx: Tx, contact_id: str) -> list[Any]:
    """The Slack users tied to that contact (``user_id``, ``source``, ``linked_at``), oldest first."""
    query = select(_U.user_id, _U.source, _U.linked_at).where(_U.contact_id == contact_id)
    return list(tx.execute(query.order_by(_U.linked_at, _U.user_id)))


def pool_items(tx: Tx, contact_id: str) -> list[Any]:
    """The proposals of that contact that came to no call (``reference``, ``title``, ``label``, ``created_at``)."""
    i = columns(AgendaItemRow)
    query = select(i.reference, i.title, i.label, i.created_at).where(i.contact_id == contact_id, i.call_id.is_(None))
    return list(tx.execute(query.order_by(i.created_at, i.reference)))


def retitled(tx: Tx, contact_id: str) -> set[str]:
    """The proposals (references) of that contact to which somebody else gave another title, by the audit record."""
    i = columns(AgendaItemRow)
    own = select(i.reference).where(i.contact_id == contact_id)
    query = select(_A.subject).where(_A.act == "item.title", _A.actor != contact_id, _A.subject.in_(own))
    return set(tx.execute(query).scalars())


def papers(tx: Tx, contact_id: str) -> list[Any]:
    """The papers that contact attached (``reference``, ``name``, ``label`` of the item, ``at``), oldest first."""
    p, i = columns(PaperRow), columns(AgendaItemRow)
    query = select(p.reference, p.name, i.label, p.at).join(AgendaItemRow, i.reference == p.item)
    return list(tx.execute(query.where(p.contact_id == contact_id).order_by(p.at, p.reference)))


def amended(tx: Tx, contact_id: str) -> set[tuple[str, datetime]]:
    """Which lines that contact amended, and when (UTC), by the audit record: an amendment itself is an
    organisation's."""
    query = select(_A.subject, _A.at).where(_A.actor == contact_id, _A.act == "amend")
    return {(row.subject, row.at) for row in tx.execute(query)}


def reports(tx: Tx, contact_id: str) -> list[Any]:
    """The early-warning reports of that contact (``reference``, ``text``, ``label``, ``at``), oldest first."""
    r = columns(ReportRow)
    query = select(r.reference, r.text, r.label, r.at).where(r.contact_id == contact_id)
    return list(tx.execute(query.order_by(r.at, r.reference)))


def said(tx: Tx, contact_id: str) -> list[Any]:
    """The lines that contact typed during calls (``text``, ``at``), oldest first; none of which no words are kept."""
    s = columns(SaidRow)
    query = select(s.text, s.at).where(s.contact_id == contact_id, s.text != "")
    return list(tx.execute(query.order_by(s.at, s.id)))


def objections_against(tx: Tx, contact_id: str, participant_id: str) -> list[Any]:
    """The objections to that contact, or to its organisation as a whole, oldest first."""
    o = columns(ObjectionRow)
    query = select(o.reference, o.by_id, o.contact_id, o.raised_at, o.reason).where(
        o.participant_id == participant_id, or_(o.contact_id == contact_id, o.contact_id.is_(None))
    )
    return list(tx.execute(query.order_by(o.raised_at, o.reference)))


def mails(tx: Tx, email: str) -> list[Any]:
    """The mails that came from that address (``reference``, ``at``, ``subject``, ``words``), oldest first."""
    theirs = (func.lower(_N.sender) == email.lower(), _N.sender != "")
    query = select(_N.reference, _N.at, _N.subject, _N.words).where(*theirs)
    return list(tx.execute(query.order_by(_N.at, _N.reference)))


def requests(tx: Tx, email: str) -> list[Any]:
    """Who asked for a contact with that address (``by``: the name of who asked, ``at``), oldest first."""
    query = select(_K.name.label("by"), _Q.asked_at.label("at")).join(ContactRow, _K.id == _Q.asked_by)
    theirs = (func.lower(_Q.email) == email.lower(), _Q.email != "")
    return list(tx.execute(query.where(*theirs).order_by(_Q.asked_at)))


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An entry without its detail."""

    number: int
    at: datetime
    actor: str
    act: str
    subject: str


def audit_entries(tx: Tx, contact_ids: Collection[str], words: Collection[str]) -> list[AuditEntry]:
    """The audit entries by those people, about them, or with one of *words* in their detail, in order."""
    query = select(_A.number, _A.at, _A.actor, _A.act, _A.subject).where(about(contact_ids, words))
    return [AuditEntry(*row) for row in tx.execute(query.order_by(_A.number))]
