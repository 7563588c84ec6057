"""Owns who somebody is in Slack: the contact a user speaks for, and who may act without being one.

How a user is tied to a contact is ``linking``'s, the directory ``directory``'s, what a contact may see ``audience``'s.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.confidentiality import Way
from bot.participants import ROLES_OF, Contact, Participant, ParticipantKind, Role, member_of, reader_of
from handlers.act import act, reading
from handlers.desk import Actor, AsOf, Desk
from handlers.work import Reading, Writing
from storage import audit, directory
from storage import identity as ties
from storage.requests import Look
from storage.store import Tx


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says of a user: the address of the profile, and whether it is a full member of our own team."""

    email: str | None
    full_member: bool


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """What Slack says of a channel: whether it is private, and the ids of its members but the bot."""

    private: bool
    members: tuple[str, ...]


def actor_of(
    desk: Desk, team_id: str, user_id: str, request: str | None, profile: Callable[[], Profile | None]
) -> Actor | None:
    """The contact that a Slack user speaks for, with its widest hat; None for nobody.

    A user who is not yet tied to a contact is tied by the address of the profile, which *profile* asks Slack for; for
    guests and users of another team the secretariat confirms first, so they stay nobody until then.
    """
    written = desk.store.written
    with desk.store.read() as tx:
        known = directory.who_is_as_of(tx, team_id, user_id)
    if known is None:
        known = _by_profile(desk, team_id, user_id, profile)
    return _in_slack(*known, user_id, request, team_id, written) if known else None


def presser_of(
    desk: Desk, team_id: str, user_id: str, request: str | None, reference: str, profile: Callable[[], Profile | None]
) -> tuple[Actor | None, Look | None]:
    """The same of who pressed a button, and the look whose button has that *reference*, or None where this person was
    shown no such look."""
    written = desk.store.written
    with desk.store.read() as tx:
        known, look = directory.who_presses(tx, team_id, user_id, reference)
    if known is None:
        known = _by_profile(desk, team_id, user_id, profile)
    return _in_slack(*known, user_id, request, team_id, written) if known else None, look


def _in_slack(
    contact: Contact,
    participant: Participant,
    number: int,
    user_id: str,
    request: str | None,
    team_id: str,
    written: int | None,
) -> Actor:
    as_of = AsOf(team_id, number, written)
    return Actor(contact, participant, reader_of(contact, participant), user_id, request, Way.SLACK, as_of)


def _by_profile(
    desk: Desk, team_id: str, user_id: str, profile: Callable[[], Profile | None]
) -> tuple[Contact, Participant, int] | None:
    told = profile()
    if told is None or not told.email or not told.full_member:
        return None
    with desk.store.begin() as tx:
        head = audit.hold_head(tx)  # among acts: one that ties the user is before this, or after it
        if directory.is_linked(tx, team_id, user_id):  # another request of the same user was quicker, perhaps
            return directory.who_is_as_of(tx, team_id, user_id)
        known = directory.contact_by_email(tx, told.email)
        if known is None:
            return None
        directory.link_slack_user(tx, team_id, user_id, known[0].id, "profile", desk.now(), confirmed=True)
        if user_id in desk.settings.secretariat:
            return with_role(tx, *known), known[1], head.number
    return *known, head.number


def slack_users_of(desk: Desk, contact_id: str) -> list[tuple[str, str]]:
    """The (team id, user id) of the Slack users who speak for a contact."""
    with desk.store.read() as tx:
        return directory.slack_users_of(tx, contact_id)


def link_by_profile(desk: Desk, team_id: str, user_id: str, contact: Contact) -> bool:
    """Ties a full member whose profile has the contact's address to that contact, where the user has no tie yet;
    whether the user speaks for the contact now."""
    with desk.store.begin() as tx:
        audit.hold_head(tx)  # among acts, as above
        if directory.is_linked(tx, team_id, user_id):  # the user wrote meanwhile, perhaps, to another process
            known = directory.who_is(tx, team_id, user_id)
            return known is not None and known[0].id == contact.id
        directory.link_slack_user(tx, team_id, user_id, contact.id, "profile", desk.now(), confirmed=True)
    return True


# --- who acts without being anybody ---


def nobody(user_id: str, request: str | None) -> Actor:
    """A Slack user who speaks for nobody yet, as the one who acts."""
    contact = Contact("nobody", "", "nobody", "", "UTC", frozenset())
    participant = Participant("", "nobody", ParticipantKind.OBSERVER, "nobody", "", None, "UTC")
    return Actor(contact, participant, member_of(contact, participant), user_id, request)


def the_machine(name: str) -> Actor:
    """Whoever runs the bot, who acts by its settings or its command line, as the secretariat."""
    contact = Contact(name, "", name, "", "UTC", frozenset({Role.SECRETARIAT}))
    participant = Participant("", name, ParticipantKind.AGENCY, name, "", None, "UTC")
    return Actor(contact, participant, reader_of(contact, participant), name)


# --- the first secretariat ---


def with_role(tx: Tx, contact: Contact, participant: Participant) -> Contact:
    """*contact* with the secretariat's role, written where it is new; without it where it fits not (C)."""
    fits = Role.SECRETARIAT in ROLES_OF[participant.kind] and contact.only_call is None
    if not fits or Role.SECRETARIAT in contact.roles:
        return contact
    named = replace(contact, roles=contact.roles | {Role.SECRETARIAT})
    directory.update_contact(tx, named)
    return named


@dataclass(frozen=True, slots=True)
class FirstSecretariat:
    """Of LAP_SECRETARIAT, who has the role now, by e-mail, and which words name no contact of an Agency (yet)."""

    given: tuple[str, ...]
    unknown: tuple[str, ...]


def ensure_first_secretariat(desk: Desk) -> FirstSecretariat:
    """Gives the secretariat's role to the contacts that LAP_SECRETARIAT names, where they are, so that nobody is locked
    out; those who have it keep it, and nothing is written."""
    return _name_secretariat(desk, the_machine("settings")) if desk.settings.secretariat else FirstSecretariat((), ())


@act
def _name_secretariat(work: Writing) -> FirstSecretariat:
    given, unknown, new = [], [], []
    for word in work.desk.settings.secretariat:
        known = _named_by(work, word)
        named = with_role(work.tx, *known) if known else None
        if known is None or named is None or Role.SECRETARIAT not in named.roles:
            unknown.append(word)
            continue
        given.append(named.email)
        if named != known[0]:
            new.append(named.email)
    if new:
        work.record("first secretariat", "LAP_SECRETARIAT", contacts=new)
    return FirstSecretariat(tuple(given), tuple(unknown))


def unknown_secretariat(desk: Desk) -> tuple[str, ...]:
    """Which words of LAP_SECRETARIAT name no contact of an Agency (yet); nothing is written."""
    return _unknown(desk, the_machine("settings"))


@reading
def _unknown(work: Reading) -> tuple[str, ...]:
    found = ((word, _named_by(work, word)) for word in work.desk.settings.secretariat)
    return tuple(word for word, known in found if known is None or Role.SECRETARIAT not in ROLES_OF[known[1].kind])


def _named_by(work: Reading, word: str) -> tuple[Contact, Participant] | None:
    """The contact with that address, or to whom that Slack user is tied."""
    if "@" in word:
        return directory.contact_by_email(work.tx, word)
    tie = ties.tie_of(work.tx, word)
    return directory.contact_by_id(work.tx, tie.contact_id) if tie and tie.confirmed_at else None


# --- who am I ---


@dataclass(frozen=True, slots=True)
class Me:
    """Whom a Slack user is taken for; ``users``: who speaks for the same contact, with how each tie came about."""

    contact: Contact
    participant: Participant
    secretariat: bool
    users: tuple[tuple[str, str], ...]
    now: datetime


@reading
def who_am_i(work: Reading) -> Me:
    """The contact that the actor speaks for, its organisation, hats and Slack users: all of it is the actor's own."""
    tied = ties.ties_to(work.tx, work.actor.contact.id)
    return Me(
        work.actor.contact,
        work.actor.participant,
        Role.SECRETARIAT in work.actor.contact.roles,
        tuple((t.user_id, t.source) for t in tied if t.confirmed_at),
        work.now,
    )
