"""Owns the acts of objecting to somebody's access (Plan B.3): raised, listed, withdrawn; ``objecting`` reads them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot import audience
from bot.attendees import AdmissionState, Place, list_changes, listed
from bot.audience import CallView, Record
from bot.calls import Judgement
from bot.errors import Conflict, NotEntitled, NotFound
from bot.exposures import NONE_IN_FLIGHT, InFlight
from bot.objections import Objection
from bot.participants import Contact, ParticipantKind, Role
from bot.when import show
from bot.who import candidates
from handlers import listing
from handlers.act import act, reading
from handlers.changed_lists import hearers
from handlers.exposing import HadLeft, had_left
from handlers.finding import views_of
from handlers.invitations import KIND as INVITATION
from handlers.naming import Name, kinds_of, names
from handlers.objecting import NOT_YOURS, Asked, Scope, Touched, notice_shown, plan_of, take_hat
from handlers.work import Reading, Writing
from storage import attendees as rows
from storage import calls, directory
from storage import objections as objection_rows
from storage.calls import Part
from storage.directory import Directory
from storage.losing import left_and_not_told
from storage.tables import Door

RECORD = "objection_record"

WITHDRAW_FOR = (
    "Only the Agency that objected withdraws an objection. To enter that for it, name it at the end: "
    "`/lap withdraw {reference} for fr-cnil`."
)
NO_OBJECTION = "I know no objection “{reference}” of yours. `/lap objections` lists them."
WITHDRAWN_BEFORE = "The objection `{reference}` was withdrawn already, on {when}. `/lap objections` lists what stands."
RAN_OUT = "The objection `{reference}` ran out on {when}. `/lap objections` lists what stands."
GONE = ", no contact now"
OBJECTION_UNDONE = "The objection {references} was taken back before anybody was told: the list is as it was."


@dataclass(frozen=True, slots=True)
class Objected:
    """An objection that is in effect: whose, against whom, for what. ``already``: it stood before.

    ``notice_at`` (UTC): when those who lose something are told; ``in_flight``: what was leaving for them already;
    ``had_left``: what of it had left before, as far as the Agency may know.
    """

    agency: str
    who: str
    scopes: tuple[Scope, ...]
    already: bool
    notice_at: datetime
    in_flight: InFlight = NONE_IN_FLIGHT
    had_left: tuple[HadLeft, ...] = ()

    @property
    def references(self) -> tuple[str, ...]:
        return tuple(s.reference for s in self.scopes)


@dataclass(frozen=True, slots=True)
class Losing:
    """What an objection would take from whom in one call, as the reader may see it: names on its list, how many of them
    would be told, and how many people of the Agencies would read the line of the list."""

    call: CallView
    names: tuple[Name, ...]
    told: int
    readers: int


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an objection would do; nothing was changed."""

    agency: str
    who: str
    scopes: tuple[Scope, ...]
    losing: tuple[Losing, ...]
    already: bool
    notice_at: datetime


@act
def object_to_access(work: Writing, asked: Asked) -> Objected:
    """Objects to somebody's access to calls or parts of them, in effect from this transaction's end (Plan B.3).

    1. Takes the Agency's hat, finds whom and what is meant as that Agency sees it; never guesses.
    2. Twice the same is one: answered with the reference of what stands.
    3. Writes the objection; the names in its scope are back at “proposed”, every other approval stands.
    4. Has whoever loses something told after the notice time, the Agencies by the line of the list, the objecting
       Agency's points of contact and the secretariat by a record.
    """
    plan = plan_of(work, asked, work.desk.new_reference)
    agency = work.actor.participant
    due = notice_shown(work, plan)
    if plan.already:
        return Objected(agency.name, plan.who.name, plan.scopes, True, due)
    references = [o.reference for o in plan.objections]
    seen = [(t.before, _seen(work, t) & t.places) for t in plan.touched]
    closings = [listing.Closing(t.before, t.after, t.places) for t in plan.touched]
    losing = {contact for _, places in seen for _, contact in places}
    of_calls = [t.before.call.id for t in plan.touched]
    left, waiting = left_and_not_told(work.tx, losing, of_calls, INVITATION, work.now) if losing else (None, None)
    before = had_left(work, seen, plan.people, left)
    objection_rows.add(work.tx, plan.objections, work.actor.user)
    rows.mark_proposed(work.tx, {place for t in plan.touched for place in t.places})
    listing.close_all(work, references[0], closings, plan.people, waiting)
    _tell_record(work, plan.people, agency.id, " ".join(references))
    work.record("object", " ".join(references), against=plan.who.participant.short_name)
    work.can_be_undone("object", " ".join(references))
    return Objected(agency.name, plan.who.name, plan.scopes, False, due, had_left=before)


def _seen(work: Reading, touched: Touched) -> frozenset[Place]:
    """The places on the list of a call that were approved as far as the reader may know, as it was."""
    shown = audience.cut_attendees(work.reader, touched.before, work.now)
    return frozenset((a.segment_id, a.contact_id) for a in shown if a.state is AdmissionState.APPROVED)


@reading
def look_at_objection(work: Reading, asked: Asked) -> Foreseen:
    """What ``object_to_access`` would do, as far as the reader may know it; nothing is changed."""
    plan = plan_of(work, asked, lambda: "")
    kinds = kinds_of(plan.people)
    views = views_of(work, [t.before for t in plan.touched])
    losing: list[Losing] = []
    for touched in plan.touched:
        view = views.get(touched.before.call.id)
        shown = audience.cut_attendees(work.reader, touched.before, work.now)
        gone = [a for a in shown if (a.segment_id, a.contact_id) in touched.places]
        if view is None or not gone:
            continue
        changes = list_changes(
            view.id, listed(touched.before, kinds, work.now), listed(touched.after, kinds, work.now)
        )  # fmt: skip
        heard = {s.id for s in view.segments} & {c.segment_id for c in changes}
        told = {a.contact_id for a in gone if a.state is AdmissionState.APPROVED}
        readers = hearers(work, touched.before, heard, plan.people)
        losing.append(Losing(view, names(view, gone, plan.people), len(told), len(readers)))
    return Foreseen(
        work.actor.participant.name, plan.who.name, plan.scopes, tuple(losing), plan.already, notice_shown(work, plan)
    )  # fmt: skip


def is_point_of_contact(contact: Contact) -> bool:
    """Whether a contact is its Agency's point of contact (Plan A.1; a primary contact is one, too, A.2)."""
    return bool(contact.roles & {Role.POINT_OF_CONTACT, Role.PRIMARY_CONTACT})


def _tell_record(work: Writing, people: Directory, agency_id: str, subject: str) -> None:
    """The Agency's points of contact get the record by mail, the secretariat also in Slack: it may run a call."""
    points = [c.id for c in people.people_of(agency_id) if is_point_of_contact(c)]
    work.tell(RECORD, points, subject=subject)
    seats = [c.id for c in people.secretariat if c.id not in points]
    work.tell(RECORD, seats, doors=(Door.MAIL, Door.SLACK), subject=subject)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An objection that stands no longer; ``back``: the names on the reader's lists that are at “proposed” again."""

    agency: str
    who: str
    scope: Scope


@act
def withdraw_objection(work: Writing, reference: str, agency: str | None = None) -> Withdrawn:
    """Withdraws an objection (its Agency, or S for that Agency). It approves nobody and circulates nobody: names are at
    “proposed” as names newly admitted are, so that no other Agency can tell it from a name that was taken off."""
    people = directory.everybody(work.tx, past=True)
    take_hat(work, agency, _known_for(work, agency, people), WITHDRAW_FOR.format(reference=reference))
    found = [o for o in objection_rows.by_reference(work.tx, [reference]) if o.by_id == work.reader.participant_id]
    if not found:
        raise NotFound(NO_OBJECTION.format(reference=reference))
    one = found[0]
    if one.withdrawn_at is not None:
        raise Conflict(WITHDRAWN_BEFORE.format(reference=reference, when=show(one.withdrawn_at, work.actor.zone)))
    if one.until is not None and one.until <= work.now:
        raise Conflict(RAN_OUT.format(reference=reference, when=show(one.until, work.actor.zone)))
    records = calls.many(work.tx, [one.call_id], Part.NONE) if one.call_id else []
    objection_rows.withdraw(work.tx, [reference], work.now)
    rows.forget_before(
        work.tx, INVITATION, segment_ids=one.segment_ids, call_id=one.call_id,
        participant_id=one.participant_id, contact_id=one.contact_id,
    )  # fmt: skip
    _tell_record(work, _present(people), one.by_id, reference)
    work.record("withdraw", reference)
    return Withdrawn(work.actor.participant.name, name_of(one, people), scope_of(one, views_of(work, records)))


def _known_for(work: Reading, agency: str | None, people: Directory) -> Directory:
    """Among whom the Agency that somebody acts for is looked up: those of today, and for the secretariat, where that is
    none of them, those who left; nobody else could end what they left behind."""
    today = _present(people)
    by_id = any(p.id == agency for p in today.participants)
    if not agency or not work.reader.secretariat or by_id or candidates(agency, today.participants, today.contacts):
        return today
    return Directory(tuple(replace(p, left_at=None) for p in people.participants if p.left_at is not None), ())


def _present(people: Directory) -> Directory:
    here = tuple(p for p in people.participants if p.left_at is None)
    ids = {p.id for p in here}
    contacts = tuple(c for c in people.contacts if c.removed_at is None and c.participant_id in ids)
    return Directory(here, contacts)


def without(record: Record, references: set[str], now: datetime) -> Record:
    """*record* with those objections withdrawn at *now*."""
    return replace(
        record,
        objections=tuple(replace(o, withdrawn_at=now) if o.reference in references else o for o in record.objections),
    )


def name_of(one: Objection, people: Directory) -> str:
    """Whom *one* is to, among *people* that were, too: of somebody who is a contact no longer it says so."""
    contact = people.contact(one.contact_id) if one.contact_id else None
    gone = GONE if contact is not None and contact.removed_at is not None and contact.only_call is None else ""
    known = next((p for p in people.participants if p.id == one.participant_id), None)
    organisation = known.name if known else "somebody who takes part no longer"
    return f"{organisation} ({contact.name}{gone})" if contact else organisation


def scope_of(one: Objection, views: Mapping[str, CallView]) -> Scope:
    """What *one* reaches, of the calls that its reader sees."""
    view = views.get(one.call_id or "")
    if view is None:
        return Scope(one.reference, None, (), one.until, one.call_id is None)
    parts = tuple(s for s in view.segments if not one.segment_ids or s.id in one.segment_ids)
    return Scope(one.reference, view, parts, one.until)


STANDING = "standing"
"""What the audit record names of an objection that is to no call."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An objection as its Agency and the secretariat see it."""

    agency: str
    who: str
    scope: Scope
    raised_at: datetime
    reason: str


@reading
def objections(work: Reading) -> tuple[Standing, ...]:
    """The objections that stand and reach calls to come: an Agency's own, or all for the secretariat; latest first."""
    if work.reader.kind is not ParticipantKind.AGENCY:
        raise NotEntitled(NOT_YOURS)
    everyone = work.reader.secretariat
    found = objection_rows.of_agency(work.tx, None if everyone else work.reader.participant_id)
    found = [o for o in audience.cut_objections(work.reader, found) if o.stands(Judgement(work.now))]
    known = {r.call.id: r for r in calls.many(work.tx, {o.call_id for o in found if o.call_id}, Part.NONE)}
    people = directory.everybody(work.tx, past=True)
    agencies = {p.id: p.name for p in people.participants}
    ahead = [o for o in found if o.call_id is None or not known[o.call_id].call.judged_at(work.now).over]
    views = views_of(work, known.values())
    scopes = [scope_of(o, views) for o in ahead]
    work.shows_closed(*(o.call_id or STANDING for o in ahead))
    return tuple(
        Standing(agencies.get(o.by_id, ""), name_of(o, people), scope, o.raised_at, o.reason)
        for o, scope in zip(ahead, scopes, strict=True)
    )


def undo_objection(work: Writing, subject: str) -> str:
    """Takes an objection back before anybody was told: everything is exactly as before, approvals too.

    Raises NotFound for who entered it for another Agency and is of the secretariat no longer, as where there is none.
    """
    references = subject.split()
    before = rows.before(work.tx, references[0], INVITATION)
    people = directory.everybody(work.tx)
    records = calls.many(work.tx, {b.call_id for b in before}, Part.LIST | Part.ITEMS) if before else []
    ending = objection_rows.take_back(work.tx, references, work.now)
    ended = sorted((o.reference for o in ending), key=lambda r: references.index(r) if r in references else len(ending))
    mine = work.reader.secretariat or all(o.by_id == work.reader.participant_id for o in ending)
    if not mine or not set(ended) & set(references):
        raise NotFound(NO_OBJECTION.format(reference=references[0]))
    givings = [
        listing.Giving(r, without(r, set(ended), work.now), [b for b in before if b.call_id == r.call.id])
        for r in records
    ]
    listing.give_all(work, givings, people, anew=False)
    for told in (subject, *(reference for reference in ended if reference not in references)):
        _tell_record(work, people, ending[0].by_id, told)
    return OBJECTION_UNDONE.format(references=" and ".join(f"`{r}`" for r in ended))


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"object": undo_objection}
