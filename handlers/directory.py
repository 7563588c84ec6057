"""Owns the acts on the directory as a whole: reading it, one's own entry in it, participants that come and leave.

Single contacts are ``contacts``'; the roster's files are ``roster``'s.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.audience import OrganisationView, cut_directory
from bot.contact_words import NewParticipant
from bot.errors import Conflict
from bot.exposures import NONE_IN_FLIGHT, InFlight
from bot.participants import (
    ROLES_OF,
    Contact,
    Participant,
    ParticipantKind,
    check_contact,
    check_participant,
    other_kind,
    whole_roles,
)
from bot.text import clean_line
from handlers.act import act, of_oneself, reading, secretariat_only
from handlers.finding import find_who
from handlers.succession import bring, close_everything, keep_rules
from handlers.work import Reading, Writing
from storage import directory
from storage.directory import Directory

NOT_SHOWN = "Only an Agency's contact can choose to stand in the directory that representatives and observers read."
HERE_ALREADY = '{short} takes part already: {name}. To add a person, send `/lap contact add EMAIL "NAME" for {short}`.'
NAME_IT = (
    "{name} and {people} of it would take part no longer, at once. Nothing was done: give the short name in full, as "
    "in `/lap participant leave {short}`."
)
TAKEN = "{email} is a contact of {name} already. Nobody speaks for two organisations: give another address."


@reading
def read_directory(work: Reading, word: str = "", since: str = "") -> tuple[OrganisationView, ...]:
    """The directory as the actor may see it, of what holds *word*, from the short name *since* on."""
    known = directory.everybody(work.tx)
    seen = cut_directory(work.reader, known.participants, known.contacts)
    return tuple(o for o in seen if o.short_name >= since and _holds(o, word.strip().casefold()))


def _holds(organisation: OrganisationView, word: str) -> bool:
    sector = organisation.sector.value if organisation.sector else ""
    exact = (organisation.country.casefold(), organisation.kind.value, sector, sector.replace("_", "-"))
    within = (organisation.short_name, organisation.name, *(f"{p.name} {p.email}" for p in organisation.people))
    return not word or word in exact or any(word in text.casefold() for text in within)


# --- one's own entry ---


@act
@of_oneself
def set_zone(work: Writing, zone: ZoneInfo) -> datetime:
    """Has the actor's contact read times in *zone* from now on; returns the moment it was done at (UTC)."""
    directory.set_zone(work.tx, work.actor.contact.id, str(zone))
    contact = work.actor.contact
    work.record("timezone", contact.id, named=str(zone), before=contact.zone)
    return work.now


@act
def show_me(work: Writing, *, shown: bool) -> None:
    """Puts an Agency's contact into the directory that representatives and observers read, or takes it out."""
    if work.actor.participant.kind is not ParticipantKind.AGENCY:
        raise Conflict(NOT_SHOWN)
    directory.set_shown(work.tx, work.actor.contact.id, shown=shown)
    contact = work.actor.contact
    work.record("directory shown" if shown else "directory hidden", contact.id, named=contact.email)


# --- participants ---


@dataclass(frozen=True, slots=True)
class Joined:
    """A participant that takes part from now on; ``invited``: to how many coming calls its contact is invited."""

    participant: Participant
    invited: int


@act
def add_participant(work: Writing, asked: NewParticipant) -> Joined:
    """Adds an organisation, or brings one back that left, with its first contact (Plan A.1, B.1). An Agency's is
    invited to the coming calls; else it mails nobody but an Agency whose objection holds against that contact again."""
    secretariat_only(work, "add a participant")
    known = directory.everybody(work.tx, past=True)
    email, person, name = asked.email.lower(), clean_line(asked.person), clean_line(asked.name)
    check_contact(email, person)
    held = next((p for p in known.participants if p.short_name == asked.short_name), None)
    if held is not None and held.left_at is None:
        raise Conflict(HERE_ALREADY.format(short=held.short_name, name=held.name))
    if held is not None and (says := other_kind(held, asked.kind)) is not None:
        raise Conflict(says)
    participant = Participant(
        held.id if held else work.desk.new_id(), asked.short_name, asked.kind, name, asked.country, asked.sector,
        asked.zone,
    )  # fmt: skip
    check_participant(participant)
    taken = known.by_email(email)
    if taken is not None:
        raise Conflict(TAKEN.format(email=email, name=known.participant(taken.participant_id).name))
    roles = whole_roles([ROLES_OF[asked.kind][0]])
    contact = Contact(work.desk.new_id(), participant.id, person, email, asked.zone, roles)
    others = tuple(p for p in known.participants if p.id != participant.id)
    after = Directory((*others, participant), (*known.contacts, contact))
    keep_rules(known, after)
    if held is None:
        directory.insert_participants(work.tx, [participant])
    else:
        directory.update_participant(work.tx, participant)
    invited = bring(work, None, contact, after)
    work.record("participant add", participant.short_name, contact=email)
    return Joined(participant, invited)


@dataclass(frozen=True, slots=True)
class Left:
    """A participant that no longer takes part, and the ids of its people, who are nobody from now on."""

    participant: Participant
    people: tuple[str, ...]
    in_flight: InFlight = NONE_IN_FLIGHT


@act
def leave(work: Writing, asked: str) -> Left:
    """Ends an organisation's part: its contacts are nobody at once, their links are dead, and what stood in their
    calendars is taken back. No look comes before, so the short name has to be given in full: raises
    Conflict for what only means it."""
    secretariat_only(work, "say that a participant has left")
    known = directory.everybody(work.tx)
    who = find_who(work, asked, known)
    participant = who.participant
    people = [c for c in known.everyone if c.participant_id == participant.id]
    if asked.casefold().replace("_", "-") != participant.short_name.casefold():
        count = f"{len(people)} {'person' if len(people) == 1 else 'people'}"
        raise Conflict(NAME_IT.format(name=participant.name, people=count, short=participant.short_name))
    gone = {c.id for c in people}
    left = replace(participant, left_at=work.now)
    others = tuple(p for p in known.participants if p.id != participant.id)
    keep_rules(known, Directory((*others, left), tuple(c for c in known.contacts if c.id not in gone)))
    close_everything(work, people, known)
    directory.update_participant(work.tx, left)
    work.record("participant leave", participant.short_name, contacts=[c.email for c in people])
    return Left(left, tuple(c.id for c in people))
