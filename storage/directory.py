"""Owns the queries of participants, contacts and who is who in Slack."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, insert, select, update

from bot.participants import Contact, Participant, ParticipantKind, Role, Sector
from storage.prepared import Prepared
from storage.requests import Look
from storage.store import Tx, insert_into
from storage.tables import AuditHeadRow, ContactRow, LookRow, ParticipantRow, ProxyRow, SlackUserRow, columns
from storage.values import maker

_P = columns(ParticipantRow)
_K = columns(ContactRow)
_U = columns(SlackUserRow)
_L = columns(LookRow)

ANY_TEAM = ""
"""The team of a tie that names only the user."""

_PARTICIPANT = [_P[name] for name in Participant.__slots__]
_X = columns(ProxyRow)


def contact_columns() -> list[Any]:
    """What a ``Contact`` is made of, in its order: nobody is read without the bound of who was brought to one call."""
    bound = select(_X.call_id).where(_X.contact_id == _K.id).scalar_subquery().label("only_call")
    return [bound if name == "only_call" else _K[name] for name in Contact.__slots__]


_CONTACT = contact_columns()
_IS_PROXY = exists().where(_X.contact_id == _K.id)
_BOTH = [*_CONTACT, *_PARTICIPANT]
_SPLIT = len(_CONTACT)


@cache
def _roles(words: str) -> frozenset[Role]:
    return frozenset(Role(word) for word in words.split())


to_contact = maker(Contact, roles=_roles)
to_participant = maker(Participant, kind=ParticipantKind, sector=lambda word: Sector(word) if word else None)

# Statements are made once: making one anew took ten times as long as running it (`make bench`, rows 1 and 2).
_PAST = select(*_BOTH).select_from(ParticipantRow).outerjoin(ContactRow, _K.participant_id == _P.id)
_PRESENT = (
    select(*_BOTH)
    .select_from(ParticipantRow)
    .outerjoin(ContactRow, and_(_K.participant_id == _P.id, _K.removed_at.is_(None)))
    .where(_P.left_at.is_(None))
)
_IN_ORDER = (_P.short_name, _K.email, _K.id)
_EVERYBODY = {True: Prepared(_PAST.order_by(*_IN_ORDER)), False: Prepared(_PRESENT.order_by(*_IN_ORDER))}
"""By whether those of the past belong to it."""
_SPEAKS_FOR = (
    select(select(columns(AuditHeadRow).number).scalar_subquery(), *_BOTH)
    .join(SlackUserRow, _U.contact_id == _K.id)
    .join(ParticipantRow, _P.id == _K.participant_id)
    .where(
        _U.team_id.in_((bindparam("team_id"), ANY_TEAM)), _U.user_id == bindparam("user_id"),
        _U.confirmed_at.is_not(None), _K.removed_at.is_(None), _P.left_at.is_(None),
    )
)  # fmt: skip
_WHO_IS = Prepared(_SPEAKS_FOR)
_LOOK = [_L[name] for name in Look.__slots__]
_WHO_PRESSES = Prepared(
    _SPEAKS_FOR.add_columns(*_LOOK).outerjoin(
        LookRow, and_(_L.contact_id == _K.id, _L.reference == bindparam("reference"))
    )
)
_NAMED = select(*_PARTICIPANT).where(_P.id.in_(bindparam("ids", expanding=True))).order_by(_P.short_name)
_NAMES, _SHORT_NAMES = Prepared(select(_P.id, _P.name)), Prepared(select(_P.id, _P.short_name))
_EVEN_REMOVED = Prepared(
    select(*_BOTH)
    .join_from(ContactRow, ParticipantRow, _P.id == _K.participant_id)
    .where(_K.id == bindparam("contact"))
)
_NOT_TOLD = Prepared(select(_K.id).where(_K.id == bindparam("contact"), _K.told_at.is_(None)))
_ONE_NAMED = Prepared(select(*_PARTICIPANT).where(_P.id == bindparam("participant")))
_SECRETARIAT = Prepared(
    select(*_CONTACT).where(_K.removed_at.is_(None), _K.roles.contains(Role.SECRETARIAT.value)).order_by(_K.email)
)


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody who takes part now: participants by short name, their contacts by e-mail. ``proxies``: who was brought
    to one call, whom no list of contacts has in it."""

    participants: tuple[Participant, ...]
    contacts: tuple[Contact, ...]
    proxies: tuple[Contact, ...] = ()
    _participants: Mapping[str, Participant] = field(init=False, repr=False, compare=False)
    _contacts: Mapping[str, Contact] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_participants", {p.id: p for p in self.participants})
        object.__setattr__(self, "_contacts", {c.id: c for c in self.everyone})

    @property
    def everyone(self) -> tuple[Contact, ...]:
        """All contacts, and everybody who was brought to a call."""
        return self.contacts + self.proxies

    def participant(self, participant_id: str) -> Participant:
        return self._participants[participant_id]

    def organisation_of(self, contact: Contact) -> Participant | None:
        """The organisation that *contact* speaks for, where it takes part."""
        return self._participants.get(contact.participant_id)

    def contact(self, contact_id: str) -> Contact | None:
        return self._contacts.get(contact_id)

    def by_email(self, email: str) -> Contact | None:
        """Whose address that is (lower case), a proxy's too."""
        return next((c for c in self.everyone if c.email == email and c.removed_at is None), None)

    @property
    def secretariat(self) -> list[Contact]:
        """The contacts with the secretariat's role (Plan C)."""
        return [c for c in self.contacts if Role.SECRETARIAT in c.roles]

    def people_of(self, participant_id: str) -> list[Contact]:
        return [c for c in self.contacts if c.participant_id == participant_id]

    def brought_to(self, call_id: str) -> list[Contact]:
        return [c for c in self.proxies if c.only_call == call_id]


def everybody(tx: Tx, *, past: bool = False) -> Directory:
    """The participants and contacts of today; with *past* those too who left or were removed."""
    participants: dict[str, Participant] = {}
    contacts: list[Contact] = []
    for row in _EVERYBODY[past].rows(tx):
        theirs, of = row[:_SPLIT], row[_SPLIT:]
        if of[0] not in participants:
            participants[of[0]] = to_participant(of)
        if theirs[0] is not None:
            contacts.append(to_contact(theirs))
    return directory_of(participants.values(), sorted(contacts, key=lambda c: (c.email, c.id)))


def directory_of(participants: Iterable[Participant], people: Iterable[Contact]) -> Directory:
    """The directory of those: who was brought to one call stands apart."""
    known = list(people)
    standing, brought = (tuple(c for c in known if (c.only_call is not None) is proxy) for proxy in (False, True))
    return Directory(tuple(participants), standing, brought)


def who_is(tx: Tx, team_id: str, user_id: str) -> tuple[Contact, Participant] | None:
    """The contact that a Slack user speaks for, with its participant; None for nobody, also while unconfirmed."""
    found = who_is_as_of(tx, team_id, user_id)
    return found[:2] if found else None


def who_is_as_of(tx: Tx, team_id: str, user_id: str) -> tuple[Contact, Participant, int] | None:
    """The same with the number of the last act before that; 0 before the first."""
    row = _WHO_IS.row(tx, team_id=team_id, user_id=user_id)
    return _as_of(row) if row else None


def who_presses(
    tx: Tx, team_id: str, user_id: str, reference: str
) -> tuple[tuple[Contact, Participant, int] | None, Look | None]:
    """The same, and that contact's look with the reference that a button has, where it is one's; one statement."""
    row = _WHO_PRESSES.row(tx, team_id=team_id, user_id=user_id, reference=reference)
    if row is None:
        return None, None
    who, look = row[: -len(_LOOK)], row[-len(_LOOK) :]
    return _as_of(who), Look(*look) if look[0] is not None else None


def _as_of(row: Sequence[Any]) -> tuple[Contact, Participant, int]:
    number, both = row[0], row[1:]
    return to_contact(both[:_SPLIT]), to_participant(both[_SPLIT:]), number or 0


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
    return [to_contact(r) for r in _SECRETARIAT.rows(tx)]


def agencies_clocks(tx: Tx) -> list[tuple[str, str]]:
    """The (short name, IANA zone) of the attending contacts of Agencies, each pair once, in order."""
    query = (
        select(_P.short_name, _K.zone)
        .join(ContactRow, _K.participant_id == _P.id)
        .where(
            _P.kind == ParticipantKind.AGENCY, _P.left_at.is_(None), _K.removed_at.is_(None), _K.attending.is_(True),
            ~_IS_PROXY,
        )
        .distinct()
        .order_by(_P.short_name, _K.zone)
    )  # fmt: skip
    return [(row.short_name, row.zone) for row in tx.execute(query)]


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


def insert_contacts(tx: Tx, contacts: Iterable[Contact], told_at: datetime | None = None) -> None:
    """Writes new contacts; addresses in lower case. *told_at*: when they are first written to."""
    rows = [{**_contact_row(c), "told_at": told_at} for c in contacts]
    if rows:
        tx.execute(insert(ContactRow), rows)


def put_in_place(tx: Tx, new: Contact, old: Contact, now: datetime, told_at: datetime | None = None) -> None:
    """Writes a *new* contact and ends *old*, whose successor it is, in one statement; as ``insert_contacts`` and
    ``contacts.end_contacts`` do."""
    comes = {**_contact_row(new), "told_at": told_at, "successor_id": None}
    goes = {**_contact_row(replace(old, removed_at=now)), "told_at": None, "successor_id": new.id}
    both = insert_into(tx, ContactRow).values([comes, goes])
    ended = {name: both.excluded[name] for name in ("removed_at", "successor_id")}
    tx.execute(both.on_conflict_do_update(index_elements=[_K.id], set_=ended))


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
    values: dict[str, object] = {name: getattr(contact, name) for name in Contact.__slots__ if name != "only_call"}
    return {**values, "email": contact.email.lower(), "roles": " ".join(sorted(contact.roles))}


def _with_participant(tx: Tx, row: Any) -> tuple[Contact, Participant] | None:
    if row is None:
        return None
    contact = to_contact(row)
    found = tx.execute(select(*_PARTICIPANT).where(_P.id == contact.participant_id, _P.left_at.is_(None))).one_or_none()
    return (contact, to_participant(found)) if found else None


def is_linked(tx: Tx, team_id: str, user_id: str) -> bool:
    """Whether that Slack user has a tie to a present contact, confirmed or not: its profile then decides nothing."""
    query = (
        select(_U.user_id)
        .join(ContactRow, _K.id == _U.contact_id)
        .where(_U.team_id.in_((team_id, ANY_TEAM)), _U.user_id == user_id, _K.removed_at.is_(None))
    )
    return tx.execute(query).first() is not None


def mark_told(tx: Tx, contact_ids: Iterable[str], now: datetime) -> list[str]:
    """Those contacts have been told who writes to them, and why; returns the ones who had not been, in order."""
    fresh = update(ContactRow).where(_K.id.in_(list(contact_ids)), _K.told_at.is_(None)).values(told_at=now)
    return sorted(tx.execute(fresh.returning(_K.id)).scalars())


def contact_even_removed(tx: Tx, contact_id: str) -> tuple[Contact, Participant] | None:
    """The contact with that id and its participant, whether or not they still take part."""
    row = _EVEN_REMOVED.row(tx, contact=contact_id)
    return (to_contact(row[:_SPLIT]), to_participant(row[_SPLIT:])) if row else None


def is_told(tx: Tx, contact_id: str) -> bool:
    """Whether that contact has been told who writes to them, and why."""
    return _NOT_TOLD.row(tx, contact=contact_id) is None


def names(tx: Tx) -> dict[str, str]:
    """The full names of all participants by id, whether or not they still take part."""
    return {row[0]: row[1] for row in _NAMES.rows(tx)}


def short_names(tx: Tx) -> dict[str, str]:
    """The short names of all participants by id, whether or not they still take part."""
    return {row[0]: row[1] for row in _SHORT_NAMES.rows(tx)}


def named(tx: Tx, participant_ids: Iterable[str]) -> list[Participant]:
    """The participants with those ids, whether or not they still take part, by short name."""
    ids = list(participant_ids)
    if len(ids) == 1:
        return [to_participant(r) for r in _ONE_NAMED.rows(tx, participant=ids[0])]
    return [to_participant(r) for r in tx.execute(_NAMED, {"ids": ids}).all()] if ids else []
