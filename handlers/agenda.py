"""Owns proposals: proposing, asking for a representative, asking for consent, taking back; changes are next door."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot import audience
from bot.agenda import AgendaItem, ItemState, clean_title, heard_by
from bot.attendees import taken_by
from bot.audience import CallView, Record, SegmentView
from bot.calls import Call, CallKind, CallState, check_minutes
from bot.errors import Conflict, NotEntitled, NotFound
from bot.participants import Contact, Participant, ParticipantKind, Role, as_organisation
from bot.proposing import Typed, need_title
from bot.topics import Topic
from bot.who import Who, candidates
from handlers import agenda_letters
from handlers.act import act, reading
from handlers.agenda_views import Placed, cut_view, name_in
from handlers.carrying import labelled
from handlers.composing import Compose
from handlers.finding import call_of, checked_segment, find_call, split_call
from handlers.naming import find_one
from handlers.work import Reading, Writing
from storage import agenda, directory
from storage.agenda import Proposed
from storage.directory import Directory
from storage.tables import Door

NOTICES: dict[str, Compose] = agenda_letters.NOTICES

OVER = "That call is over. Propose it for a coming one: leave the call out, or name one of `/lap calls`."
POOL = (
    "Proposals of representatives and observers go into a pool, from which the secretariat takes them for a call. "
    "Leave the call out; a title that begins with “next” or “last” goes in quotes."
)
AS_SECRETARIAT = "{name} (you act as the secretariat)"
ONLY_OWN = "You speak for {name}. Only the secretariat can enter something for another organisation."
NOT_INVITED = "{name} is not invited to that call. Name another one, or leave the call out for the next."
NO_CONTACT = "{name} has no contact who could be told what becomes of it. Add one with `/lap contact add` first."
AGENCIES_COME = "{name} is an Agency: Agencies are invited with the call. Ask for a representative or an observer."
LAW_ENFORCEMENT = "That call is for law enforcement only (Plan B.3), so nobody else comes. Ask for another call."
NOT_TAKEN = "{name} cannot join that part: {part}. Ask for a joint part, or leave the part out."
NO_PART = "That call has no part yet that {name} can join. Ask the secretariat for a joint part, at {address}."
WHICH_AGENCY = (
    "To admit somebody yourself, send `/lap admit {who} to {call}`. To enter an Agency's question, "
    "say whose: `/lap ask {who} to {call} for AGENCY`."
)
MEANWHILE = (
    "Your proposal `{item}` has been decided on meanwhile, so it was left as it is. "
    "`/lap item {item} withdraw` takes it back."
)
TAKEN_BACK = "Withdrawn: your proposal `{item}` {text}"


@act
def propose_item(work: Writing, typed: Typed, call_id: str | None = None) -> Placed:
    """Proposes an item: an Agency's for the call named (default: the next), a guest's into the pool (A.3, B.3.a).

    *call_id*: the call where a form carries its reference. The secretariat may enter it for anybody. Raises
    NotUnderstood, NotFound, NotEntitled and Conflict.
    """
    typed, who, hat = _proposer(work, typed)
    proposer, contact_id = who.participant, who.contact.id if who.contact else work.actor.contact.id
    title = clean_title(need_title(typed).title)
    topic = _topic(typed)
    heard = heard_by(proposer.kind, topic, typed.audience)
    found = _call_for(work, typed, call_id, proposer)
    if typed.minutes is not None:
        check_minutes(typed.minutes, *([_minutes(found[1])] if found else []))
    item = AgendaItem(
        work.desk.new_reference(), found[0].call.id if found else None, None, 0, topic.clause, title, typed.minutes,
        heard, typed.label or work.desk.procedure.labels.default, ItemState.PROPOSED, proposer.id, contact_id, work.now,
        drafted=who.contact is None and found is not None and found[0].call.state is CallState.DRAFT,
    )  # fmt: skip
    agenda.add(work.tx, item)
    work.record("propose", item.reference, clause=item.clause, heard=heard, label=item.label, by_id=proposer.id)
    work.can_be_undone("propose", item.reference)
    if not work.reader.secretariat:
        told = [c.id for c in directory.secretariat(work.tx) if c.id != work.actor.contact.id]
        work.tell(agenda_letters.PROPOSED, told, doors=(Door.MAIL, Door.SLACK), subject=item.reference)
    view = cut_view(work, item, found[0] if found else None, proposer)
    return Placed(view, found[1] if found else None, hat=hat, doubt=name_in(work, item))


def _topic(typed: Typed) -> Topic:
    if typed.topic is None:
        raise NotFound("A topic is missing. `/lap topics` lists them.")
    return typed.topic


def _proposer(work: Reading, typed: Typed) -> tuple[Typed, Who, str]:
    """The proposal as it reads, now that it is known whether a title's ending “for X” names somebody; who proposes: the
    organisation named after ``for``, else the actor's own; and the hat that the answer names."""
    own, other = work.actor.participant, typed.otherwise
    if typed.org is not None:
        who = speaks_for(work, typed.org)
    elif other is not None and other.org is not None:
        who = speaks_for(work, other.org, sure=_hides_arguments(typed, other))
        typed = other if who is not None else typed
    else:
        who = None
    if who is not None:
        return typed, who, who.participant.name
    return typed, Who(own), AS_SECRETARIAT.format(name=own.name) if work.reader.secretariat else ""


def _hides_arguments(typed: Typed, other: Typed) -> bool:
    """Whether words before the “for X” read as audience or label: then it is no plain title, and X must be somebody."""
    return (other.audience, other.label) != (typed.audience, typed.label)


def speaks_for(work: Reading, org: str, *, sure: bool = True) -> Who | None:
    """The organisation that the actor acts for with ``for ORG``, with the contact who is told what becomes of it.

    Its own, or any where the secretariat enters it. Raises NotEntitled, or NotFound; None where *org* is nobody and it
    is not *sure* that an organisation is meant. Only the secretariat learns whether a name is somebody's.
    """
    own = work.actor.participant
    if org.casefold() in (own.short_name.casefold(), own.name.casefold()):
        return Who(own, work.actor.contact)
    if not work.reader.secretariat:
        if sure:
            raise NotEntitled(ONLY_OWN.format(name=own.name))
        return None
    people = directory.everybody(work.tx)
    if not sure and len(candidates(org, people.participants, people.contacts)) != 1:
        return None
    who = find_one(work, org, people)
    contact = who.contact or next(iter(_by_duty(people, who.participant)), None)
    if contact is None:
        raise Conflict(NO_CONTACT.format(name=who.participant.name))
    return Who(who.participant, contact)


def _by_duty(people: Directory, participant: Participant) -> list[Contact]:
    return sorted(people.people_of(participant.id), key=lambda c: (Role.SECRETARIAT in c.roles, not c.attending))


def _call_for(
    work: Reading, typed: Typed, call_id: str | None, proposer: Participant
) -> tuple[Record, CallView] | None:
    """The call that an Agency's item is for; nothing for a guest's, which names none."""
    if proposer.kind is not ParticipantKind.AGENCY:
        if typed.call:
            raise Conflict(POOL)
        return None
    record, view = call_of(work, call_id) if call_id and not typed.call else find_call(work, typed.call)
    if audience.is_over(work.reader, record, work.now):
        raise Conflict(OVER)
    if not audience.invited(as_organisation(proposer), record.call):
        raise Conflict(NOT_INVITED.format(name=proposer.name))
    return record, view


def _minutes(view: CallView) -> int:
    return sum(int((s.end - s.start).total_seconds()) // 60 for s in view.segments)


@dataclass(frozen=True, slots=True)
class Form:
    """What a form for a proposal asks: the call it is for, and whether it is an Agency's, which says who hears it."""

    call: CallView | None
    agency: bool


@reading
def offer_form(work: Reading, asked: str | None, call_id: str | None = None) -> Form:
    """What the form of ``propose`` shows this person. Raises NotFound where no call is planned for an Agency."""
    if work.actor.participant.kind is not ParticipantKind.AGENCY:
        return Form(None, agency=False)
    found = _call_for(work, Typed(call=asked), call_id, work.actor.participant)
    return Form(found[1] if found else None, agency=True)


@dataclass(frozen=True, slots=True)
class AskedFor:
    """An Agency's question for a guest: who is asked for, for which call and part, by whom."""

    reference: str
    name: str
    call: CallView
    part: SegmentView | None
    agency: str


@act
def ask_for(work: Writing, asked_who: str, place: str, org: str | None = None) -> AskedFor:
    """Asks the secretariat to admit a representative or observer to a call or a part (B.3); nothing is admitted by it.

    Raises NotEntitled for who is no Agency, NotFound, and Conflict where the call or part cannot take such a guest.
    """
    agency = _asking_agency(work, asked_who, place, org)
    call, part = split_call(place)
    record, view = find_call(work, call)
    segment = checked_segment(work, record, view, part) if part else None
    if audience.is_over(work.reader, record, work.now):
        raise Conflict(OVER)
    people = directory.everybody(work.tx)
    who = find_one(work, asked_who, people)
    _check_can_come(work, record.call, view, segment, who)
    reference = work.desk.new_reference()
    told = [c.id for c in people.secretariat]
    subject = agenda_letters.asked_subject(reference, agency, who, segment.id if segment else None)
    work.tell(agenda_letters.ASK, told, doors=(Door.MAIL, Door.SLACK), call_id=record.call.id, subject=subject)
    work.record("ask", reference, call=record.call.id, part=segment.id if segment else "", who=who.participant.id)
    return AskedFor(reference, who.name, view, segment, agency.name)


def _asking_agency(work: Reading, asked_who: str, place: str, org: str | None) -> Participant:
    if org:
        who = speaks_for(work, org)
        agency = who.participant if who else work.actor.participant
    elif work.reader.secretariat:
        raise Conflict(WHICH_AGENCY.format(who=asked_who, call=place))
    else:
        agency = work.actor.participant
    if agency.kind is not ParticipantKind.AGENCY:
        raise NotEntitled(f"{agency.name} is no Agency. Representatives are asked for by Agencies (Plan B.3).")
    return agency


def _check_can_come(work: Reading, call: Call, view: CallView, segment: SegmentView | None, who: Who) -> None:
    """Refuses who can come to none of the parts that the asking Agency hears: of others nothing is told."""
    kind, heard = who.participant.kind, {s.id for s in view.segments}
    if kind is ParticipantKind.AGENCY:
        raise Conflict(AGENCIES_COME.format(name=who.participant.name))
    if call.kind is CallKind.LAW_ENFORCEMENT:
        raise Conflict(LAW_ENFORCEMENT)
    seen = replace(call, segments=tuple(s for s in call.segments if s.id in heard))
    if taken_by(seen, kind, who.participant.id, [segment.id] if segment else []):
        return
    if segment is None:
        raise Conflict(NO_PART.format(name=who.name, address=work.desk.settings.mail_from))
    raise Conflict(NOT_TAKEN.format(name=who.name, part=segment.title))


def ask_consent(work: Writing, items: Sequence[AgendaItem]) -> tuple[AgendaItem, ...]:
    """Records that the proposers of *items* were asked to let guests hear them, and asks each; nothing is opened.

    For an act that would widen who hears them (barrier.md: the secretariat never opens). Who proposed it is asked, or
    the successor, or else another contact of that organisation. Returns those items as recorded: not those of an
    organisation that has left or has nobody to ask, which nobody can open any more.
    """
    people, asked = directory.everybody(work.tx), list[AgendaItem]()
    for item, proposer, told in ((p.item, p.proposer, p.told) for p in _with_references(work, items)):
        there = people.contact(told) or next(iter(_by_duty(people, proposer)), None)
        if there is None or proposer.left_at is not None:
            continue
        asked.append(replace(item, consent_asked_at=work.now))
        doors = (Door.MAIL, Door.SLACK)
        work.tell(agenda_letters.CONSENT, [there.id], doors=doors, call_id=item.call_id, subject=item.reference)
    agenda.save(work.tx, asked)
    return tuple(asked)


def _with_references(work: Reading, items: Sequence[AgendaItem]) -> Sequence[Proposed]:
    return agenda.with_references(work.tx, [i.reference for i in items])


def withdraw_proposal(work: Writing, reference: str) -> str:
    """Takes back a proposal that nobody has decided on, for ``undo``, which records it; returns what to say.

    Raises NotFound, also for who entered it as the secretariat and is of it no longer, or Conflict where it was decided
    on meanwhile.
    """
    found = agenda.find(work.tx, reference)
    item = found.item if found else None
    if item is None or not (work.reader.secretariat or audience.owns_item(work.reader, item)):
        raise NotFound(f"There is no proposal `{reference}` any more.")
    if item.state is not ItemState.PROPOSED:
        raise Conflict(MEANWHILE.format(item=reference))
    agenda.save(work.tx, [replace(item, state=ItemState.WITHDRAWN)])
    return TAKEN_BACK.format(item=reference, text=labelled(work, item.title, item.label))


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"propose": withdraw_proposal}
