"""Owns bringing a proxy to one call: at once for an Agency, put before the secretariat and the Agencies for others.

A proxy is a contact bound to that call (``Contact.only_call``): what it reads is ``audience``'s, what it may do is what
``act.of_oneself`` marks. Contacts that stay are ``contacts``', the list that a guest's proxy goes on ``attendees``'.
"""

from dataclasses import dataclass, replace

from bot import audience
from bot.attendees import Admission, AdmissionState, may_be_admitted
from bot.audience import CallView, Record
from bot.calls import CallState
from bot.errors import Conflict, NotEntitled, NotUnderstood
from bot.participants import Contact, Participant, ParticipantKind, as_organisation, check_contact, member_of
from bot.proxies import Bringing, check_domain, check_room, whose_domain
from bot.text import clean_line
from bot.who import candidates
from handlers.act import act, reading
from handlers.finding import call_of, find_call, find_who, parts_to_cut, views_of
from handlers.invitations import KIND as INVITATION
from handlers.invitations import WELCOME
from handlers.succession import close_everything, keep_objected
from handlers.work import Reading, Writing
from storage import attendees, calls, contacts, directory
from storage import proxies as rows
from storage.calls import Part
from storage.contacts import Request
from storage.directory import Directory
from storage.tables import Door

BROUGHT, ASKED, CONFIRMED = "proxy.brought", "contact.asked", "contact.confirmed"
"""The kinds of what the secretariat is told: that an Agency brought somebody, and that others ask to; and of what those
are told then: that it was confirmed."""

OWN_ONLY = "You speak for {name}, and bring people of {name} alone."
FOR_WHOM = 'For which organisation? Name it at the end, as in `/lap bring {email} "{name}" to {call} for us-ftc`.'
A_DRAFT = "“{title}” is a draft, and nobody comes to it yet. Announce it first: `/lap announce {date}`."
OVER = "“{title}” of {date} is over, so nobody can be brought to it. `/lap calls` lists what lies ahead."
NOT_INVITED = "{name} is not invited to that call, so brings nobody to it. `/lap calls` lists what is planned."
A_CONTACT = (
    "{name}, {email}, is a contact of {organisation} already, and comes as one: a proxy is somebody who is none."
)
BROUGHT_ALREADY = "{name}, {email}, is brought to that call already. `/lap contact remove {email}` ends it."
AT_ANOTHER = (
    "{name}, {email}, is brought to another call that is not over, and a proxy comes to one. "
    "`/lap contact remove {email}` ends that first."
)
OF_OTHERS = "{email} speaks for another organisation, and nobody speaks for two. Use another address."
ASKED_ALREADY = "You asked for {email} at that call already; the secretariat has it."
NOT_LISTED = (
    "{name} is on the list of no part of {title}, or is objected to there, so there is none that a proxy could come to "
    "in its place. `/lap attendees {date}` shows how it stands, `/lap admit {short} to {date}` puts it there."
)


@dataclass(frozen=True, slots=True)
class Brought:
    """Somebody who is brought to a call, as who brings them sees it. ``waits``: the secretariat is asked first;
    ``listed``: they are on the list now, and are invited once it is approved; else they are invited."""

    reference: str
    contact: Contact
    participant: Participant
    call: CallView
    waits: bool = False
    listed: bool = False


@act
def bring_proxy(work: Writing, asked: Bringing) -> Brought:
    """Brings somebody who is no contact to one call in the place of an organisation.

    For an Agency at once: they get the first mail and an invitation with the Agency's window. A representative or
    observer asks: what it is answered tells nothing of other organisations, and until the secretariat has confirmed,
    circulated and approved the name as every other, nothing goes out. Raises NotFound for a call that is not the
    actor's to know, Conflict for one that is over, and for somebody who is a contact.
    """
    known = directory.everybody(work.tx)
    participant = _organisation(work, asked, known)
    record, view = find_call(work, asked.call, Part.LIST | Part.ITEMS)
    email, name = asked.email.strip().lower(), clean_line(asked.name)
    check_contact(email, name)
    _refuse_unready(work, record, view)
    agency = participant.kind is ParticipantKind.AGENCY
    if agency and not audience.heard_segments(as_organisation(participant), record, work.now):
        raise Conflict(NOT_INVITED.format(name=participant.name))
    new = Contact(
        work.desk.new_id(), participant.id, name, email, participant.zone, frozenset(), only_call=record.call.id
    )
    if not agency and not work.actor.is_secretariat:
        return _ask(work, new, participant, record, view, known)
    waiting = None if agency else rows.confirm(work.tx, new, work.now)
    by_id = waiting.asked_by if waiting is not None else work.actor.contact.id
    reference = _brought(work, new, participant, record, view, known, by_id)
    work.record("bring", new.id, named=email, call=record.call.id, participant=participant.short_name)
    if waiting is not None:
        work.tell(CONFIRMED, [waiting.asked_by], subject=waiting.reference)
    else:
        work.can_be_undone("bring", new.id)
    if agency:  # as the proxy sees it, whoever brings them
        theirs = audience.cut_call(member_of(new, participant), record, work.now)
        view = replace(theirs, name=view.name) if theirs else view
    return Brought(reference, new, participant, view, listed=not agency)


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody who is brought to a call, as the reader sees that, or (``waits``) was asked for and not confirmed."""

    name: str
    email: str
    organisation: str
    call: CallView
    waits: bool = False


@reading
def list_brought(work: Reading) -> tuple[Coming, ...]:
    """Whom the reader's organisation brings to calls that are not over, or asked to; for the secretariat everybody.
    Nothing for a proxy, who speaks for nobody beyond its call."""
    if work.reader.is_proxy:
        return ()
    known, own = directory.everybody(work.tx), work.actor.participant.id
    everyone = work.reader.secretariat
    here = [p for p in known.proxies if everyone or p.participant_id == own]
    asked = [r for r in rows.waiting(work.tx) if everyone or r.participant_id == own]
    ids = {i for i in (*(p.only_call for p in here), *(r.call_id for r in asked)) if i is not None}
    records = calls.many(work.tx, sorted(ids), parts_to_cut(work, Part.NONE))
    views = views_of(work, [r for r in records if not audience.is_over(work.reader, r, work.now)])
    short = {p.id: p.short_name for p in known.participants}
    brought = [
        Coming(p.name, p.email, short[p.participant_id], views[p.only_call]) for p in here if p.only_call in views
    ]
    waiting = [
        Coming(r.name, r.email, short[r.participant_id], views[r.call_id], waits=True)
        for r in asked
        if r.call_id in views and r.participant_id in short
    ]
    return tuple(sorted((*brought, *waiting), key=lambda c: (c.call.start, c.organisation, c.email)))


def confirm_proxy(work: Writing, asked: Request, participant: Participant, known: Directory) -> Brought:
    """Does what a representative or observer asked for, in the act that confirms it: the name goes on the list of the
    parts that its organisation is on the list of. Raises Conflict as ``bring_proxy`` does for the secretariat."""
    record, view = call_of(work, asked.call_id or "", Part.LIST | Part.ITEMS)
    _refuse_unready(work, record, view)
    new = Contact(
        work.desk.new_id(), participant.id, asked.name, asked.email, asked.zone, frozenset(), only_call=record.call.id
    )
    _brought(work, new, participant, record, view, known, asked.asked_by)
    work.record("bring", new.id, named=new.email, call=record.call.id, participant=participant.short_name)
    return Brought(asked.reference, new, participant, view, listed=True)


def _organisation(work: Reading, asked: Bringing, known: Directory) -> Participant:
    own = work.actor.participant
    if asked.organisation is None and work.actor.is_secretariat:
        raise NotUnderstood(FOR_WHOM.format(email=asked.email, name=asked.name or "Jane Doe", call=asked.call))
    if asked.organisation is None:
        return own
    if work.actor.is_secretariat:
        return find_who(work, asked.organisation, known).participant
    if not candidates(asked.organisation, [own], []):
        raise NotEntitled(OWN_ONLY.format(name=own.name))
    return own


def _refuse_unready(work: Reading, record: Record, view: CallView) -> None:
    """Refuses a draft, which only the secretariat sees, and a call that is over for who brings somebody: for a guest
    that is once its own part is."""
    said = {"title": view.title, "date": view.name}
    if record.call.state is CallState.DRAFT:
        raise Conflict(A_DRAFT.format(**said))
    past = not view.whole and view.end <= work.now and not audience.is_on(record, view)
    if past or audience.is_over(work.reader, record, work.now):
        raise Conflict(OVER.format(**said))


def _refuse_known(work: Reading, new: Contact, participant: Participant, known: Directory) -> Contact | None:
    """Refuses whoever is a contact of the organisation, or is brought to a call that is not over; returns who was
    brought to one that is."""
    held = known.by_email(new.email)
    if held is None or held.participant_id != participant.id:
        return None
    said = {"name": held.name, "email": held.email, "organisation": participant.name}
    if held.only_call is None:
        raise Conflict(A_CONTACT.format(**said))
    if held.only_call == new.only_call:
        raise Conflict(BROUGHT_ALREADY.format(**said))
    earlier = calls.one(work.tx, held.only_call, parts_to_cut(work, Part.NONE))
    if earlier is not None and not audience.is_over(work.reader, earlier, work.now):
        raise Conflict(AT_ANOTHER.format(**said))
    return held


def _ask(
    work: Writing, new: Contact, participant: Participant, record: Record, view: CallView, known: Directory
) -> Brought:
    """Puts the wish before the secretariat. Whether the address is another organisation's is the secretariat's to read:
    an answer that told it would tell of who takes part."""
    _refuse_known(work, new, participant, known)
    before = rows.asked_for(work.tx, participant.id, record.call.id)
    if new.email in before:
        raise Conflict(ASKED_ALREADY.format(email=new.email))
    check_room(participant, [*before, *_here(known, participant, record)])
    reference = work.desk.new_reference()
    contacts.add_request(
        work.tx,
        Request(
            reference, participant.id, None, new.name, new.email, new.roles, new.zone, work.actor.contact.id,
            work.now, call_id=record.call.id,
        ),
    )  # fmt: skip
    seats = [c.id for c in directory.secretariat(work.tx)]
    work.tell(ASKED, seats, doors=(Door.MAIL, Door.SLACK), subject=reference)
    work.record("bring asked", reference, contact=new.email, call=record.call.id)
    work.can_be_undone("bring", reference)
    return Brought(reference, new, participant, view, waits=True)


def _brought(
    work: Writing, new: Contact, participant: Participant, record: Record, view: CallView, known: Directory, by_id: str
) -> str:
    """Writes a proxy: an Agency's is invited, anybody else's is put on the list, which is circulated and approved. Who
    was brought to an earlier call is that no longer."""
    earlier = _refuse_known(work, new, participant, known)
    # First: at another organisation's domain nobody learns whether it brings somebody with that address.
    check_domain(new.email, whose_domain(new.email, participant, known.participants, known.contacts))
    held = known.by_email(new.email)
    if held is not None and held.participant_id != participant.id:
        raise Conflict(OF_OTHERS.format(email=new.email))
    check_room(participant, _here(known, participant, record))
    if earlier is not None:
        close_everything(work, [earlier], known)
    if participant.kind is ParticipantKind.AGENCY:
        rows.add(work.tx, new, by_id, work.now, told_at=work.now)
        work.tell(WELCOME, [new.id], call_id=record.call.id, first=True)
        work.tell(INVITATION, [new.id], call_id=record.call.id, subject=record.call.id)
        seats = [c.id for c in directory.secretariat(work.tx) if c.id != work.actor.contact.id]
        work.tell(BROUGHT, seats, doors=(Door.MAIL, Door.SLACK), call_id=record.call.id, subject=new.id)
        return new.email
    own = [replace(a, contact_id=new.id) for a in record.admissions if a.participant_id == participant.id]
    listed = {a.segment_id for a in own if not audience.is_barred(record, a, work.now)}
    takes = [
        s for s in record.call.segments
        if s.id in listed and may_be_admitted(participant.kind, record.call, s, participant.id)
    ]  # fmt: skip
    if not takes:
        said = {"name": participant.name, "title": view.title, "short": participant.short_name, "date": view.name}
        raise Conflict(NOT_LISTED.format(**said))
    rows.add(work.tx, new, by_id, work.now)
    if any(o.contact_id for o in record.objections if o.participant_id == participant.id):
        keep_objected(work, new, known)
    attendees.insert_admissions(
        work.tx,
        [Admission(record.call.id, s.id, new.id, participant.id, AdmissionState.PROPOSED) for s in takes],
    )
    return new.email


def _here(known: Directory, participant: Participant, record: Record) -> list[str]:
    """The addresses of whom that organisation brings to the call."""
    return [c.email for c in known.brought_to(record.call.id) if c.participant_id == participant.id]
