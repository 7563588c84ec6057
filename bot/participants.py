"""Owns who takes part: participants, their contacts and roles, and the reader that every other rule asks about."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.errors import NotUnderstood
from bot.text import is_address


class ParticipantKind(StrEnum):
    """The three kinds of organisation that take part (Plan A, B; observers by invitation)."""

    AGENCY = "agency"
    PRIVATE_SECTOR = "private_sector"
    OBSERVER = "observer"


class Sector(StrEnum):
    """The 13 sectors that the Plan's definition of private sector representatives names."""

    FINANCIAL_INSTITUTION = "financial_institution"
    INTERNET_SERVICE_PROVIDER = "internet_service_provider"
    TELECOMMUNICATIONS_COMPANY = "telecommunications_company"
    SECURITY_SOFTWARE_PROVIDER = "security_software_provider"
    MOBILE_OPERATOR = "mobile_operator"
    COURIER_SERVICE = "courier_service"
    COMMERCIAL_MAIL_RECEIVING_AGENCY = "commercial_mail_receiving_agency"
    INDUSTRY_MEMBERSHIP_ORGANIZATION = "industry_membership_organization"
    CONSUMER_ORGANIZATION = "consumer_organization"
    PAYMENT_SYSTEM_PROVIDER = "payment_system_provider"
    CREDIT_REPORTING_AGENCY = "credit_reporting_agency"
    DOMAIN_NAME_REGISTRAR_OR_REGISTRY = "domain_name_registrar_or_registry"
    DISPUTE_RESOLUTION_PROVIDER = "dispute_resolution_provider"


class Role(StrEnum):
    """What a contact is for (Plan A.1, A.2, B.1, C)."""

    POINT_OF_CONTACT = "point_of_contact"
    PRIMARY_CONTACT = "primary_contact"
    SPAM_ENFORCEMENT_CONTACT = "spam_enforcement_contact"
    LIAISON = "liaison"
    SECRETARIAT = "secretariat"


@dataclass(frozen=True, slots=True)
class Participant:
    """An organisation that takes part; ``left_at`` (UTC) once it no longer does."""

    id: str
    short_name: str
    kind: ParticipantKind
    name: str
    country: str
    sector: Sector | None
    zone: str
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or role mailbox that speaks for a participant; ``zone`` is an IANA name, ``removed_at`` UTC.

    ``shown``: an Agency's contact chose to stand in the directory that representatives and observers read.
    ``only_call``: the one call (id) to which they were brought as a proxy; None for who speaks for it always.
    """

    id: str
    participant_id: str
    name: str
    email: str
    zone: str
    roles: frozenset[Role]
    attending: bool = True
    removed_at: datetime | None = None
    shown: bool = False
    only_call: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who asks or is told: one contact, the organisation it speaks for, and the hat it wears now.

    ``secretariat`` is the hat of this act, not a quality of the person: with ``for AGENCY`` it is off. ``only_call``:
    of nothing but that call (id) may this reader know anything at all; the functions below see to it that whoever was
    brought to one call is never a reader of another.
    """

    contact_id: str
    participant_id: str
    kind: ParticipantKind
    secretariat: bool = False
    only_call: str | None = None

    @property
    def is_agency(self) -> bool:
        return self.kind is ParticipantKind.AGENCY and not self.secretariat

    @property
    def is_proxy(self) -> bool:
        """Whether this reader stands for its organisation at one call alone, and nowhere else."""
        return self.only_call is not None

    @property
    def is_gone(self) -> bool:
        """Whether this reader is a contact no longer, and so is bound to no call that there is."""
        return self.only_call == ""

    def may_ask_of(self, call_id: str | None) -> bool:
        """Whether that call (None: what is of none) can be any matter of this reader's."""
        return self.only_call is None or call_id == self.only_call

    def stands_for(self, participant_id: str | None, call_id: str | None) -> bool:
        """Whether what is that organisation's own, and of that call (None: of none), is this reader's own, too."""
        return participant_id == self.participant_id and self.may_ask_of(call_id)


def reader_of(contact: Contact, participant: Participant) -> Reader:
    """*contact* as a reader with its widest hat: the secretariat's where it has that role (Plan C)."""
    member = member_of(contact, participant)
    return replace(member, secretariat=True) if Role.SECRETARIAT in contact.roles and not member.is_proxy else member


def member_of(contact: Contact, participant: Participant) -> Reader:
    """*contact* as a reader with the hat of its organisation, and never the secretariat's; who was removed, or whose
    organisation left, reads with nobody's eyes."""
    if contact.removed_at is not None or participant.left_at is not None:
        return former(contact.id, participant.id, participant.kind)
    return Reader(contact.id, participant.id, participant.kind, only_call=contact.only_call)


def as_organisation(participant: Participant) -> Reader:
    """An organisation as a reader, without anybody who speaks for it."""
    return Reader("", participant.id, participant.kind)


def former(contact_id: str, participant_id: str, kind: ParticipantKind) -> Reader:
    """Somebody who is no contact any more: who it was, and entitled to nothing of any call."""
    return Reader(contact_id, participant_id, kind, only_call="")


def seat_at(call_id: str, participant_id: str, kind: ParticipantKind, contact_id: str | None = None) -> Reader:
    """Who sits at the table of one call, as far as that call is concerned: a person, or an organisation without one."""
    return Reader(contact_id or "", participant_id, kind, only_call=call_id)


LONGEST_NAME = 200
_SHORT_NAME = re.compile(r"(?=.{1,40}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")
_COUNTRY = re.compile(r"[A-Z]{2}")

ROLES_OF: dict[ParticipantKind, tuple[Role, ...]] = {
    ParticipantKind.AGENCY: (Role.POINT_OF_CONTACT, Role.PRIMARY_CONTACT, Role.SECRETARIAT),
    ParticipantKind.PRIVATE_SECTOR: (Role.SPAM_ENFORCEMENT_CONTACT,),
    ParticipantKind.OBSERVER: (Role.LIAISON,),
}
"""The roles that fit a kind (Plan A.1, A.2, B.1, C); the first is what its first contact is."""


def whole_roles(roles: Iterable[Role]) -> frozenset[Role]:
    """*roles* with what they imply: a primary contact is a point of contact too (A.2)."""
    held = frozenset(roles)
    return held | {Role.POINT_OF_CONTACT} if Role.PRIMARY_CONTACT in held else held


def in_words(role: Role) -> str:
    """'point of contact'."""
    return role.value.replace("_", " ")


def check_contact(email: str, name: str) -> None:
    """Refuses an address that mail and calendars do not carry, and a name that is empty or too long."""
    if not is_address(email):
        raise NotUnderstood(f"“{email}” is no e-mail address that I can use. Write it as name@organisation.example.")
    if not name:
        raise NotUnderstood(f'Whose address is {email}? Give the name in quotes, as in `{email} "Jane Doe"`.')
    check_name(name)


def check_name(name: str) -> None:
    """Refuses a name that is too long."""
    if len(name) > LONGEST_NAME:
        raise NotUnderstood(f"That name has {len(name)} characters, and {LONGEST_NAME} fit. Shorten it.")


def check_participant(participant: Participant) -> None:
    """Refuses a short name, name, country or sector that does not fit the kind of participant."""
    if not is_short_name(participant.short_name):
        raise NotUnderstood(
            f"“{participant.short_name}” is no short name: small letters and figures joined by -, as in us-ftc."
        )
    if not participant.name:
        raise NotUnderstood(f"What is {participant.short_name} called? Give its name in quotes.")
    check_name(participant.name)
    for says in misfits(participant.kind, participant.country, participant.sector or ""):
        raise NotUnderstood(says)


def is_short_name(text: str) -> bool:
    """Whether *text* can be a participant's short name."""
    return _SHORT_NAME.fullmatch(text) is not None


def misfits(kind: ParticipantKind, country: str, sector: str) -> Iterator[str]:
    """What is wrong with a country and a sector, as written, for a participant of *kind*."""
    if country and not _COUNTRY.fullmatch(country):
        yield f"“{country}” is no country: two capital letters (ISO 3166-1), as in NZ."
    if not country and kind is not ParticipantKind.OBSERVER:
        yield "country is empty. Give two capital letters (ISO 3166-1), as in NZ."
    if sector and kind is not ParticipantKind.PRIVATE_SECTOR:
        yield "Only private sector representatives have a sector. Leave it empty."
    elif sector not in (*Sector, "") or (not sector and kind is ParticipantKind.PRIVATE_SECTOR):
        said = f"“{sector}” is no sector" if sector else "sector is empty"
        yield f"{said}. {one_of(sector, Sector)}"


def one_of(said: str, names: Iterable[str]) -> str:
    """'Did you mean agency?' where *said* is nearly one of *names*, else all of them."""
    listed = [str(name) for name in names]
    near = difflib.get_close_matches(said, listed, n=1, cutoff=0.8)
    return f"Did you mean {near[0]}?" if near else f"Write one of {', '.join(listed)}."


def check_roles(roles: Iterable[Role], participant: Participant) -> None:
    """Refuses a role that does not fit the kind of participant (Plan A.1, A.2, B.1, C)."""
    for role in sorted(roles):
        if role not in ROLES_OF[participant.kind]:
            fitting = " or ".join(in_words(r) for r in ROLES_OF[participant.kind])
            raise NotUnderstood(
                f"A contact of {participant.name} is no {in_words(role)}. It may be {fitting}, or none."
            )


def other_kind(before: Participant, kind: ParticipantKind) -> str | None:
    """Why *before* cannot take part as *kind*, with its next step; None where it can.

    Who left comes back as what it was, too: what it proposed, said and was given then is its own still, and a company
    would read what it shared as an Agency.
    """
    if before.kind is kind:
        return None
    here = OTHER_KIND if before.left_at is None else WAS_OTHER_KIND
    return here.format(short=before.short_name, kind=before.kind.value)


def broken_rules(participants: Iterable[Participant], contacts: Iterable[Contact]) -> tuple[str, ...]:
    """What is wrong with a directory as a whole, a sentence each with its next step; who left is passed over.

    Somebody of each participant attends; a country has at most one primary contact (A.2), a representative at most one
    spam enforcement contact (B.1); somebody is the secretariat (C), so that nobody is locked out.
    """
    present = {p.id: p for p in participants if p.left_at is None}
    people = [c for c in contacts if c.removed_at is None and c.participant_id in present]
    attended = {c.participant_id for c in people if c.attending}
    primary: dict[str, list[str]] = defaultdict(list)
    spam: dict[str, list[str]] = defaultdict(list)
    for contact in people:
        organisation = present[contact.participant_id]
        if Role.PRIMARY_CONTACT in contact.roles:
            primary[organisation.country].append(contact.email)
        if Role.SPAM_ENFORCEMENT_CONTACT in contact.roles:
            spam[organisation.short_name].append(contact.email)
    found = [NOBODY_ATTENDS.format(name=p.name) for p in present.values() if p.id not in attended]
    found += [TWO_PRIMARY.format(country=c, who=" and ".join(sorted(e))) for c, e in primary.items() if len(e) > 1]
    found += [TWO_SPAM.format(name=n, who=" and ".join(sorted(e))) for n, e in spam.items() if len(e) > 1]
    if not any(Role.SECRETARIAT in c.roles for c in people):
        found.append(NO_SECRETARIAT)
    return tuple(found)


OTHER_KIND = "{short} is {kind} here already. A participant does not change its kind: give it another short name."
WAS_OTHER_KIND = (
    "{short} took part as {kind} before, and what it shared then is still its own. A participant does not change its "
    "kind: give it another short name."
)
NOBODY_ATTENDS = "Nobody of {name} would attend the calls. Name somebody in their place first."
TWO_PRIMARY = (
    "{country} would have two primary contacts, {who}. A country has one (Plan A.2): let one of them be a point of "
    "contact first, or replace it."
)
TWO_SPAM = (
    "{name} would have two spam enforcement contacts, {who}. A representative has one (Plan B.1): replace it, or add "
    "the second without that role."
)
NO_SECRETARIAT = "Nobody would be the secretariat any more (Plan C). Give somebody else that role first."
