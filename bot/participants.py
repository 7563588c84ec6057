"""Owns who takes part: participants, their contacts and roles, and the reader that every other rule asks about."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
    """A person or role mailbox that speaks for a participant; ``zone`` is an IANA name, ``removed_at`` UTC."""

    id: str
    participant_id: str
    name: str
    email: str
    zone: str
    roles: frozenset[Role]
    attending: bool = True
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who asks or is told: one contact, the organisation it speaks for, and the hat it wears now.

    ``secretariat`` is the hat of this act, not a quality of the person: with ``for AGENCY`` it is off.
    """

    contact_id: str
    participant_id: str
    kind: ParticipantKind
    secretariat: bool = False

    @property
    def is_agency(self) -> bool:
        return self.kind is ParticipantKind.AGENCY and not self.secretariat


def reader_of(contact: Contact, participant: Participant) -> Reader:
    """*contact* as a reader with its widest hat: the secretariat's where it has that role (Plan C)."""
    return Reader(contact.id, participant.id, participant.kind, Role.SECRETARIAT in contact.roles)
