"""Owns the acts on one contact: added, given other roles, replaced, removed, or asked for by its organisation.

What follows from each is ``succession``'s, what is told ``contact_letters``', the directory as a whole ``directory``'s.
"""

from dataclasses import dataclass, replace

from bot.audience import CallView
from bot.contact_words import NewContact
from bot.errors import Conflict, NotEntitled, NotFound, NotUnderstood
from bot.exposures import NONE_IN_FLIGHT, InFlight
from bot.participants import Contact, Participant, Role, check_contact, check_roles, whole_roles
from bot.text import clean_line
from bot.who import candidates
from handlers.act import act, secretariat_only
from handlers.finding import find_who
from handlers.proxies import ASKED, CONFIRMED, confirm_proxy
from handlers.proxy_ends import drop_asked, tell_ended
from handlers.succession import bring, close_everything, invite, keep_rules, pass_on
from handlers.work import Reading, Writing
from storage import contacts as queries
from storage import directory
from storage.contacts import Request
from storage.directory import Directory
from storage.tables import Door

REMOVED = "contact.removed"
"""The kind of what is told here: that a contact was removed."""

OWN_ONLY = "You speak for {name}. Only the secretariat enters contacts of other organisations."
FOR_WHOM = 'For which organisation? Add it, as in `/lap contact add {email} "{name}" for us-ftc`.'
NOT_YOURS = "{email} is no contact of {name}. `/lap directory {short}` lists them."
NO_CONTACT = "{email} is no contact's address. `/lap directory` lists them."
ELSEWHERE = (
    "{email} is a contact of {name} already. Nobody speaks for two organisations: use another address, or send "
    "`/lap contact remove {email}` first."
)
SAME = "{email} is that contact's address already. Give the address of who comes in its place."
A_PROXY = (
    "{name}, {email}, was brought to one call, and nobody comes in the place of a proxy. End that with "
    "`/lap contact remove {email}`, and bring somebody else."
)
UNCHANGED = "{email} is a contact of {name} already, and nothing in that would change."
NOT_THAT_ROLE = "Only the secretariat gives or takes the secretariat's role (Plan C). Ask it to, at {address}."
NOT_ASKED = "Nothing waits under `{reference}`: it was confirmed already, or is not asked for."
A_SEAT = (
    "{name} is of the secretariat since this was asked for, and a wish hands on no seat of it (Plan C). Where you mean "
    'that, send `/lap contact replace {old} by {new} "{who}"`.'
)
GONE = "{name} no longer takes part."


@dataclass(frozen=True, slots=True)
class Done:
    """A contact as it is after an act, or would be once the secretariat confirms (``waits``); ``invited``: to how many
    coming calls it is invited now; ``before``: the contact in whose place it is; ``call``: on whose list it is, as a
    proxy for that call."""

    reference: str
    contact: Contact
    participant: Participant
    waits: bool = False
    invited: int = 0
    before: Contact | None = None
    call: CallView | None = None
    in_flight: InFlight = NONE_IN_FLIGHT


@act
def add_contact(work: Writing, asked: NewContact) -> Done:
    """Adds a contact, or changes name, roles and zone of one that is there.

    For the secretariat at once; an Agency or a representative asks for a contact of its own, and the secretariat
    confirms. It mails the new contact nothing but the coming calls that it is invited to; where nothing of it changes,
    those that it was not invited to yet.
    """
    known = directory.everybody(work.tx)
    email, name = asked.email.strip().lower(), clean_line(asked.name)
    participant = _organisation(work, asked, email, name, known)
    held = known.by_email(email)
    mine = held if held is not None and held.participant_id == participant.id else None
    check_contact(email, name or (mine.name if mine else ""))
    roles = mine.roles if mine and asked.roles is None else whole_roles(asked.roles or ())
    check_roles(roles, participant)
    new = Contact(
        mine.id if mine else work.desk.new_id(), participant.id, name or (mine.name if mine else ""), email,
        asked.zone or (mine.zone if mine else participant.zone), roles,
        attending=mine.attending if mine else True, shown=mine.shown if mine else False,
    )  # fmt: skip
    if new == mine:
        return _invite(work, new, participant, known)
    if not work.actor.is_secretariat:
        _refuse_secretariats_role(work, roles, mine.roles if mine else frozenset())
        return _ask(work, new, participant, None)
    return _add(work, new, participant, known)


@act
def replace_contact(work: Writing, old_email: str, new_email: str, name: str) -> Done:
    """Puts somebody in a contact's place: roles, open actions and coming invitations pass on; links, and what was under
    TLP:RED, do not. For the secretariat at once; an Agency or a representative asks, and the secretariat confirms."""
    known = directory.everybody(work.tx)
    old = find_contact(work, old_email, known)
    participant = known.participant(old.participant_id)
    if old.only_call is not None:
        raise Conflict(A_PROXY.format(name=old.name, email=old.email))
    email = new_email.strip().lower()
    if email == old.email:
        raise Conflict(SAME.format(email=email))
    held = _of(known.by_email(email), participant)
    given = clean_line(name) or (held.name if held else "")
    check_contact(email, given)
    new = _successor(work, old, email, given, held)
    if not work.actor.is_secretariat:
        _refuse_secretariats_role(work, old.roles, frozenset())
        return _ask(work, new, participant, old)
    return _replace(work, old, new, participant, known)


@act
def confirm_contact(work: Writing, reference: str) -> Done:
    """Does what an organisation asked for (Plan C: the secretariat keeps the directory)."""
    secretariat_only(work, "confirm a contact")
    asked = queries.confirm(work.tx, reference, work.now)
    if asked is None:
        raise Conflict(NOT_ASKED.format(reference=reference))
    known = directory.everybody(work.tx)
    participant = next((p for p in known.participants if p.id == asked.participant_id), None)
    if participant is None:
        raise Conflict(GONE.format(name="That organisation"))
    work.tell(CONFIRMED, [asked.asked_by], subject=reference)
    if asked.call_id is not None:
        brought = confirm_proxy(work, asked, participant, known)
        return Done(reference, brought.contact, participant, call=brought.call)
    held = _of(known.by_email(asked.email), participant)
    if asked.replaces_id is not None:
        old = known.contact(asked.replaces_id)
        if old is None:
            raise Conflict(GONE.format(name="The contact to be replaced"))
        if Role.SECRETARIAT in old.roles:
            raise Conflict(A_SEAT.format(name=old.name, old=old.email, new=asked.email, who=asked.name))
        new = _successor(work, old, asked.email, asked.name, held)
        return replace(_replace(work, old, new, participant, known), reference=reference)
    contact_id = held.id if held else work.desk.new_id()
    attending, shown = (held.attending, held.shown) if held else (True, False)
    seat = held.roles & {Role.SECRETARIAT} if held else frozenset[Role]()  # no matter of what was asked
    new = Contact(
        contact_id, participant.id, asked.name, asked.email, asked.zone, asked.roles | seat, attending=attending,
        shown=shown,
    )  # fmt: skip
    return replace(_add(work, new, participant, known), reference=reference)


@act
def remove_contact(work: Writing, email: str) -> Done:
    """Removes a contact: nobody from this transaction on, its links dead, its coming entries taken back.

    An organisation may do it for its own people at once: narrowing never waits. The secretariat is told. Whom it asked
    to bring to a call and the secretariat has not confirmed is asked for no longer (``waits``). Where the secretariat
    ends that, or a proxy, whoever asked for it is told, in the same words for every cause.
    """
    known = directory.everybody(work.tx)
    asked = drop_asked(work, email, known)
    if asked is not None:
        participant = known.participant(asked.participant_id)
        work.record(
            "bring dropped", asked.id, named=asked.email, call=asked.only_call, participant=participant.short_name
        )
        return Done(asked.email, asked, participant, waits=True)
    contact = find_contact(work, email, known)
    participant = known.participant(contact.participant_id)
    if not work.actor.is_secretariat:
        _refuse_secretariats_role(work, contact.roles, frozenset())
    keep_rules(known, replace(known, contacts=tuple(c for c in known.contacts if c.id != contact.id)))
    close_everything(work, [contact], known)
    if not work.actor.is_secretariat:
        work.tell(REMOVED, [c.id for c in known.secretariat], subject=contact.id)
    elif contact.only_call is not None:
        tell_ended(work, contact, known)
    work.record("contact remove", contact.id, named=contact.email, participant=participant.short_name)
    return Done(contact.email, contact, participant)


def find_contact(work: Reading, email: str, known: Directory) -> Contact:
    """The contact with that address; for others than the secretariat, of their own organisation only.

    Raises NotFound in the same words for an address that is nobody's and for one that is not the actor's to name.
    """
    own = work.actor.participant
    wanted = email.strip().lower()
    for contact in known.everyone:
        if contact.email == wanted and (work.actor.is_secretariat or contact.participant_id == own.id):
            return contact
    if work.actor.is_secretariat:
        raise NotFound(NO_CONTACT.format(email=email))
    raise NotFound(NOT_YOURS.format(email=email, name=own.name, short=own.short_name))


# --- how it is done ---


def _organisation(work: Reading, asked: NewContact, email: str, name: str, known: Directory) -> Participant:
    own = work.actor.participant
    if work.actor.is_secretariat:
        if asked.organisation is None:
            held = known.by_email(email)
            if held is None:
                raise NotUnderstood(FOR_WHOM.format(email=email, name=name or "Jane Doe"))
            return known.participant(held.participant_id)
        participant = find_who(work, asked.organisation, known).participant
        held = known.by_email(email)
        if held is not None and held.participant_id != participant.id:
            raise Conflict(ELSEWHERE.format(email=email, name=known.participant(held.participant_id).name))
        return participant
    if asked.organisation is not None and not candidates(asked.organisation, [own], []):
        raise NotEntitled(OWN_ONLY.format(name=own.name))
    return own


def _refuse_secretariats_role(work: Reading, *roles: frozenset[Role]) -> None:
    if any(Role.SECRETARIAT in held for held in roles):
        raise NotEntitled(NOT_THAT_ROLE.format(address=work.desk.settings.mail_from))


def _of(contact: Contact | None, participant: Participant) -> Contact | None:
    """*contact*, where it is that organisation's."""
    return contact if contact is not None and contact.participant_id == participant.id else None


def _ask(work: Writing, new: Contact, participant: Participant, old: Contact | None) -> Done:
    reference = work.desk.new_reference()
    queries.add_request(
        work.tx,
        Request(
            reference, participant.id, old.id if old else None, new.name, new.email, new.roles, new.zone,
            work.actor.contact.id, work.now,
        ),
    )  # fmt: skip
    told = [c.id for c in directory.secretariat(work.tx)]
    work.tell(ASKED, told, doors=(Door.MAIL, Door.SLACK), subject=reference)
    work.record("contact asked", reference, contact=new.email, replaces=old.email if old else None)
    return Done(reference, new, participant, waits=True, before=old)


def _invite(work: Writing, contact: Contact, participant: Participant, known: Directory) -> Done:
    """Invites a contact as it is to coming calls, by the secretariat; raises Conflict where nothing is left to do."""
    invited = invite(work, contact, known) if work.actor.is_secretariat else 0
    if not invited:
        raise Conflict(UNCHANGED.format(email=contact.email, name=participant.name))
    work.record("contact invite", contact.id, named=contact.email, participant=participant.short_name)
    return Done(contact.email, contact, participant, invited=invited)


def _add(work: Writing, new: Contact, participant: Participant, known: Directory) -> Done:
    """Writes a contact, new or changed, and has its calendar follow."""
    held = known.by_email(new.email)
    if held is not None and held.id != new.id:
        raise Conflict(ELSEWHERE.format(email=new.email, name=known.participant(held.participant_id).name))
    others = tuple(c for c in known.proxies if c.id != new.id)
    after = replace(known, contacts=(*(c for c in known.contacts if c.id != new.id), new), proxies=others)
    keep_rules(known, after)
    invited = bring(work, held, new, after)
    roles = sorted(new.roles)
    what = "contact change" if held else "contact add"
    work.record(what, new.id, named=new.email, participant=participant.short_name, roles=roles)
    return Done(new.email, new, participant, invited=invited, before=held)


def _successor(work: Reading, old: Contact, email: str, name: str, held: Contact | None) -> Contact:
    """Who comes in *old*'s place: with its roles, beside those that a colleague has already."""
    return Contact(
        held.id if held else work.desk.new_id(), old.participant_id, name, email,
        held.zone if held else old.zone, old.roles | (held.roles if held else frozenset()),
        attending=old.attending or (held.attending if held else False), shown=held.shown if held else False,
    )  # fmt: skip


def _replace(work: Writing, old: Contact, new: Contact, participant: Participant, known: Directory) -> Done:
    elsewhere = known.by_email(new.email)
    if elsewhere is not None and elsewhere.id != new.id:
        raise Conflict(ELSEWHERE.format(email=new.email, name=known.participant(elsewhere.participant_id).name))
    held = known.contact(new.id)
    others = tuple(c for c in known.contacts if c.id not in (old.id, new.id))
    keep_rules(known, replace(known, contacts=(*others, new)))
    invited = pass_on(work, old, new, held, known)
    work.record("contact replace", new.id, named=new.email, participant=participant.short_name, before=old.email)
    return Done(new.email, new, participant, invited=invited, before=old)
