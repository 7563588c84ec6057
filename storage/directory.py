"""Owns the queries of participants, contacts and who is who in Slack."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, select, update

from bot.participants import Contact, Participant, ParticipantKind, Role, Sector
from storage.store import Tx
from storage.tables import ContactRow, ParticipantRow, SlackUserRow, columns

_P = columns(ParticipantRow)
_K = columns(ContactRow)
_U = columns(SlackUserRow)

ANY_TEAM = ""
"""The team of a tie that names only the user."""

_PARTICIPANT = [_P[name] for name in Participant.__slots__]
_CONTACT = [_K[name] for name in Contact.__slots__]
_LABELLED = [c.label(f"k_{c.name}") for c in _CONTACT] + [c.label(f"p_{c.name}") for c in _PARTICIPANT]


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody who takes part now: participants by short name, their contacts by e-mail."""

    participants: tuple[Participant, ...]
    contacts: tuple[Contact, ...]

    def participant(self, participant_id: str) -> Participant:
        return next(p for p in self.participants if p.id == participant_id)

    def contact(self, contact_id: str) -> Contact | None:
        return next((c for c in self.contacts if c.id == contact_id), None)

    def people_of(self, participant_id: str) -> list[Contact]:
        return [c for c in self.contacts if c.participant_id == participant_id]


def everybody(tx: Tx, *, past: bool = False) -> Directory:
    """The participants and contacts of today; with *past* those too who left or were removed."""
    query = select(*_LABELLED)
    if past:
        query = query.select_from(ParticipantRow).outerjoin(ContactRow, _K.participant_id == _P.id)
    else:
        theirs = and_(_K.participant_id == _P.id, _K.removed_at.is_(None))
        query = query.select_from(ParticipantRow).outerjoin(ContactRow, theirs).where(_P.left_at.is_(None))
    participants: dict[str, Participant] = {}
    contacts: list[Contact] = []
    for row in tx.execute(query.order_by(_P.short_name, _K.email, _K.id)):
        values = row._mapping
        if values["p_id"] not in participants:
            participants[values["p_id"]] = _labelled_participant(values)
        if values["k_id"] is not None:
            contacts.append(_labelled_contact(values))
    return Directory(tuple(participants.values()), tuple(sorted(contacts, key=lambda c: (c.email, c.id))))


def who_is(tx: Tx, team_id: str, user_id: str) -> tuple[Contact, Participant] | None:
    """The contact that a Slack user speaks for, with its participant; None for nobody, also while unconfirmed."""
    row = tx.execute(
        select(*_LABELLED)
        .join(SlackUserRow, _U.contact_id == _K.id)
        .join(ParticipantRow, _P.id == _K.participant_id)
        .where(
            _U.team_id.in_((team_id, ANY_TEAM)), _U.user_id == user_id, _U.confirmed_at.is_not(None),
            _K.removed_at.is_(None), _P.left_at.is_(None),
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    return _labelled_contact(row._mapping), _labelled_participant(row._mapping)


def contact_by_email(tx: Tx, email: str) -> tuple[Contact, Participant] | None:
    """The present contact with that address (any case), with its participant."""
    row = tx.execute(select(*_CONTACT).where(_K.email == email.strip().lower(), _K.removed_at.is_(None))).one_or_none()
    return _with_participant(tx, row)


def contact_by_id(tx: Tx, contact_id: str) -> tuple[Contact, Participant] | None:
    """The present contact with that id, with its participant."""
    row = tx.execute(select(*_CONTACT).where(_K.id == contact_id, _K.removed_at.is_(None))).one_or_none()
    return _with_participant(tx, row)


def secretariat(tx: Tx) -> list[Contact]:
    """The contacts with the secretariat's role (Plan C), by e-mail."""
    rows = tx.execute(
        select(*_CONTACT).where(_K.removed_at.is_(None), _K.roles.contains(Role.SECRETARIAT.value)).order_by(_K.email)
    )
    return [to_contact(r._mapping) for r in rows]


def agencies_clocks(tx: Tx) -> list[tuple[str, str]]:
    """The (short name, IANA zone) of the attending contacts of Agencies, each pair once, in order."""
    query = (
        select(_P.short_name, _K.zone)
        .join(ContactRow, _K.participant_id == _P.id)
        .where(
            _P.kind == ParticipantKind.AGENCY, _P.left_at.is_(None), _K.removed_at.is_(None), _K.attending.is_(True)
        )
        .distinct()
        .order_by(_P.short_name, _K.zone)
    )  # fmt: skip
    return [(row.short_name, row.zone) for row in tx.execute(query)]


def short_names_of(tx: Tx, contact_ids: Iterable[str]) -> list[str]:
    """The short names of the organisations of those contacts, each once, in order."""
    query = select(_P.short_name).join(ContactRow, _K.participant_id == _P.id).where(_K.id.in_(list(contact_ids)))
    return list(tx.execute(query.distinct().order_by(_P.short_name)).scalars())


def slack_users_of(tx: Tx, contact_id: str) -> list[tuple[str, str]]:
    """The confirmed (team id, user id) of the Slack users who speak for a contact, in order."""
    rows = tx.execute(
        select(_U.team_id, _U.user_id)
        .where(_U.contact_id == contact_id, _U.confirmed_at.is_not(None))
        .order_by(_U.linked_at, _U.user_id)
    )
    return [(r.team_id, r.user_id) for r in rows]


def link_slack_user(
    tx: Tx, team_id: str, user_id: str, contact_id: str, source: str, now: datetime, *, confirmed: bool
) -> None:
    """Ties a Slack user to a contact in place of any tie before; unconfirmed until the secretariat says so.

    Where *team_id* is ``ANY_TEAM`` only the user is known.
    """
    before = _U.user_id == user_id
    if team_id != ANY_TEAM:
        before = and_(before, _U.team_id.in_((team_id, ANY_TEAM)))
    tx.execute(delete(SlackUserRow).where(before))
    tx.execute(
        insert(SlackUserRow).values(
            team_id=team_id, user_id=user_id, contact_id=contact_id, source=source, linked_at=now,
            confirmed_at=now if confirmed else None,
        )
    )  # fmt: skip


def insert_participants(tx: Tx, participants: Iterable[Participant]) -> None:
    """Writes new participants."""
    rows = [{name: getattr(p, name) for name in Participant.__slots__} for p in participants]
    if rows:
        tx.execute(insert(ParticipantRow), rows)


def insert_contacts(tx: Tx, contacts: Iterable[Contact]) -> None:
    """Writes new contacts; addresses in lower case."""
    rows = [_contact_row(c) for c in contacts]
    if rows:
        tx.execute(insert(ContactRow), rows)


def update_participant(tx: Tx, participant: Participant) -> None:
    values = {name: getattr(participant, name) for name in Participant.__slots__}
    tx.execute(update(ParticipantRow).where(_P.id == participant.id).values(**values))


def update_contact(tx: Tx, contact: Contact, **more: object) -> None:
    tx.execute(update(ContactRow).where(_K.id == contact.id).values(**_contact_row(contact), **more))


def set_zone(tx: Tx, contact_id: str, zone: str) -> None:
    """That contact reads times in *zone* (an IANA name)."""
    tx.execute(update(ContactRow).where(_K.id == contact_id).values(zone=zone))


def set_shown(tx: Tx, contact_id: str, *, shown: bool) -> None:
    """Whether that contact stands in the directory that representatives and observers read."""
    tx.execute(update(ContactRow).where(_K.id == contact_id).values(shown=shown))


def _contact_row(contact: Contact) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(contact, name) for name in Contact.__slots__}
    return {**values, "email": contact.email.lower(), "roles": " ".join(sorted(contact.roles))}


def _with_participant(tx: Tx, row: Any) -> tuple[Contact, Participant] | None:
    if row is None:
        return None
    contact = to_contact(row._mapping)
    found = tx.execute(select(*_PARTICIPANT).where(_P.id == contact.participant_id, _P.left_at.is_(None))).one_or_none()
    return (contact, to_participant(found._mapping)) if found else None


def _labelled_contact(values: Any) -> Contact:
    return to_contact({name: values[f"k_{name}"] for name in Contact.__slots__})


def _labelled_participant(values: Any) -> Participant:
    return to_participant({name: values[f"p_{name}"] for name in Participant.__slots__})


def to_participant(values: Any) -> Participant:
    sector = values["sector"]
    return Participant(
        **{**values, "kind": ParticipantKind(values["kind"]), "sector": Sector(sector) if sector else None}
    )


def to_contact(values: Any) -> Contact:
    return Contact(**{**values, "roles": frozenset(Role(r) for r in values["roles"].split())})


def is_linked(tx: Tx, team_id: str, user_id: str) -> bool:
    """Whether that Slack user has a tie to a present contact, confirmed or not: its profile then decides nothing."""
    query = (
        select(_U.user_id)
        .join(ContactRow, _K.id == _U.contact_id)
        .where(_U.team_id.in_((team_id, ANY_TEAM)), _U.user_id == user_id, _K.removed_at.is_(None))
    )
    return tx.execute(query).first() is not None


def untold(tx: Tx, contact_ids: Iterable[str]) -> list[str]:
    """Of those contacts, the ones that were never written to, in order."""
    rows = tx.execute(select(_K.id).where(_K.id.in_(list(contact_ids)), _K.told_at.is_(None)).order_by(_K.id))
    return list(rows.scalars())


def mark_told(tx: Tx, contact_ids: Iterable[str], now: datetime) -> None:
    """Those contacts have been told who writes to them, and why."""
    tx.execute(update(ContactRow).where(_K.id.in_(list(contact_ids))).values(told_at=now))


def contact_even_removed(tx: Tx, contact_id: str) -> tuple[Contact, Participant] | None:
    """The contact with that id and its participant, whether or not they still take part."""
    row = tx.execute(select(*_CONTACT).where(_K.id == contact_id)).one_or_none()
    if row is None:
        return None
    contact = to_contact(row._mapping)
    found = tx.execute(select(*_PARTICIPANT).where(_P.id == contact.participant_id)).one()
    return contact, to_participant(found._mapping)


def named(tx: Tx, participant_ids: Iterable[str]) -> list[Participant]:
    """The participants with those ids, whether or not they still take part, by short name."""
    ids = list(participant_ids)
    rows = tx.execute(select(*_PARTICIPANT).where(_P.id.in_(ids)).order_by(_P.short_name)) if ids else ()
    return [to_participant(r._mapping) for r in rows]
