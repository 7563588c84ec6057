"""Owns the acts of objecting to somebody's access (Plan B.3): raised, listed, withdrawn; ``objecting`` reads them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import audience
from bot.attendees import Admission, AdmissionState, is_over, list_changes, listed
from bot.audience import CallView, Record
from bot.calls import Judgement
from bot.errors import Conflict, NotEntitled, NotFound
from bot.objections import Objection
from bot.participants import Contact, ParticipantKind, Role
from bot.when import show
from handlers import listing
from handlers.desk import Reading, Writing, act, reading
from handlers.naming import Name, kinds_of, names
from handlers.objecting import NOT_YOURS, Asked, Scope, Touched, notice_shown, plan_of, take_hat
from storage import attendees as rows
from storage import calls, directory
from storage import objections as objection_rows
from storage.calls import Part
from storage.directory import Directory

RECORD = "objection_record"

WITHDRAW_FOR = (
    "Only the Agency that objected withdraws an objection. To enter that for it, name it at the end: "
    "`/lap withdraw {reference} for fr-cnil`."
)
NO_OBJECTION = "I know no objection “{reference}” of yours. `/lap objections` lists them."
WITHDRAWN_BEFORE = "The objection `{reference}` was withdrawn already, on {when}. `/lap objections` lists what stands."
RAN_OUT = "The objection `{reference}` ran out on {when}. `/lap objections` lists what stands."
OBJECTION_UNDONE = "The objection {references} was taken back before anybody was told: the list is as it was."


@dataclass(frozen=True, slots=True)
class Objected:
    """An objection that is in effect: whose, against whom, for what. ``already``: it stood before.

    ``notice_at`` (UTC): when those who lose something are told; ``closed_to``: their ids.
    """

    agency: str
    who: str
    scopes: tuple[Scope, ...]
    already: bool
    notice_at: datetime
    closed_to: tuple[str, ...] = ()

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
       Agency's points of contact by a record.
    """
    plan = plan_of(work, asked, work.desk.new_reference)
    agency = work.actor.participant
    due = notice_shown(work, plan)
    if plan.already:
        return Objected(agency.name, plan.who.name, plan.scopes, True, due)
    references = [o.reference for o in plan.objections]
    objection_rows.add(work.tx, plan.objections, work.actor.user)
    approved = [(t, a) for t in plan.touched for a in t.before.admissions if _taken(t, a.segment_id, a.contact_id)]
    approved = [(t, a) for t, a in approved if a.state is AdmissionState.APPROVED]
    rows.mark_proposed(work.tx, {(a.segment_id, a.contact_id) for _, a in approved})
    for touched in plan.touched:
        listing.close_access(work, references[0], touched.before, touched.after, touched.places, plan.people)
    points = [c.id for c in plan.people.people_of(agency.id) if is_point_of_contact(c)]
    work.tell(RECORD, points, subject=" ".join(references))
    work.record("object", " ".join(references), against=plan.who.participant.short_name)
    work.can_be_undone("object", " ".join(references))
    closed_to = tuple(dict.fromkeys(a.contact_id for _, a in approved))
    return Objected(agency.name, plan.who.name, plan.scopes, False, due, closed_to)


@reading
def look_at_objection(work: Reading, asked: Asked) -> Foreseen:
    """What ``object_to_access`` would do, as far as the reader may know it; nothing is changed."""
    plan = plan_of(work, asked, lambda: "")
    kinds = kinds_of(plan.people)
    losing: list[Losing] = []
    for touched in plan.touched:
        view = audience.cut_call(work.reader, touched.before, work.now)
        shown = audience.cut_attendees(work.reader, touched.before, work.now)
        gone = [a for a in shown if (a.segment_id, a.contact_id) in touched.places]
        if view is None or not gone:
            continue
        changes = list_changes(
            view.id, listed(touched.before, kinds, work.now), listed(touched.after, kinds, work.now)
        )  # fmt: skip
        heard = {s.id for s in view.segments} & {c.segment_id for c in changes}
        told = {a.contact_id for a in gone if a.state is AdmissionState.APPROVED}
        readers = listing.hearers(work, touched.before, heard, plan.people)
        losing.append(Losing(view, names(view, gone, plan.people), len(told), len(readers)))
    return Foreseen(
        work.actor.participant.name, plan.who.name, plan.scopes, tuple(losing), plan.already, notice_shown(work, plan)
    )  # fmt: skip


def is_point_of_contact(contact: Contact) -> bool:
    """Whether a contact is its Agency's point of contact (Plan A.1; a primary contact is one, too, A.2)."""
    return bool(contact.roles & {Role.POINT_OF_CONTACT, Role.PRIMARY_CONTACT})


def _taken(touched: Touched, segment_id: str, contact_id: str) -> bool:
    return (segment_id, contact_id) in touched.places


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An objection that stands no longer; ``back``: the names on the reader's lists that are at “proposed” again."""

    agency: str
    who: str
    scope: Scope


@act
def withdraw_objection(work: Writing, reference: str, agency: str | None = None) -> Withdrawn:
    """Withdraws an objection (its Agency, or S for that Agency). Names are back at “proposed”: it approves nobody."""
    people = directory.everybody(work.tx)
    take_hat(work, agency, people, WITHDRAW_FOR.format(reference=reference))
    found = [o for o in objection_rows.by_reference(work.tx, [reference]) if o.by_id == work.reader.participant_id]
    if not found:
        raise NotFound(NO_OBJECTION.format(reference=reference))
    one = found[0]
    for end, says in ((one.withdrawn_at, WITHDRAWN_BEFORE), (one.until, RAN_OUT)):
        if end is not None and end <= work.now:
            raise Conflict(says.format(reference=reference, when=show(end, work.actor.zone)))
    records = _records_of(work, [one])
    objection_rows.withdraw(work.tx, [reference], work.now)
    for record in records:
        if not is_over(record.call, work.now) and any(_keeps_out(one, a) for a in record.admissions):
            listing.tell_list_change(work, record, without(record, {reference}, work.now), people)
    points = [c.id for c in people.people_of(one.by_id) if is_point_of_contact(c)]
    work.tell(RECORD, points, subject=reference)
    work.record("withdraw", reference)
    return Withdrawn(work.actor.participant.name, name_of(one, people), scope_of(work, one, records))


def _keeps_out(one: Objection, a: Admission) -> bool:
    return one.bars(a.participant_id, a.contact_id, a.call_id, a.segment_id)


def without(record: Record, references: set[str], now: datetime) -> Record:
    """*record* with those objections withdrawn at *now*."""
    return replace(
        record,
        objections=tuple(replace(o, withdrawn_at=now) if o.reference in references else o for o in record.objections),
    )


def _records_of(work: Reading, objections: Sequence[Objection]) -> list[Record]:
    parts = Part.LIST | Part.ITEMS
    if any(o.call_id is None for o in objections):
        return calls.upcoming(work.tx, work.now, parts, drafts=True)
    return calls.many(work.tx, {o.call_id for o in objections if o.call_id}, parts)


def name_of(one: Objection, people: Directory) -> str:
    contact = people.contact(one.contact_id) if one.contact_id else None
    known = next((p for p in people.participants if p.id == one.participant_id), None)
    organisation = known.name if known else "somebody who takes part no longer"
    return f"{contact.name} ({organisation})" if contact else organisation


def scope_of(work: Reading, one: Objection, records: Sequence[Record]) -> Scope:
    record = next((r for r in records if r.call.id == one.call_id), None)
    view = audience.cut_call(work.reader, record, work.now) if record else None
    if view is None:
        return Scope(one.reference, None, (), one.until, one.call_id is None)
    parts = tuple(s for s in view.segments if not one.segment_ids or s.id in one.segment_ids)
    return Scope(one.reference, view, parts, one.until)


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
    people = directory.everybody(work.tx)
    agencies = {p.id: p.name for p in people.participants}
    ahead = [o for o in found if o.call_id is None or not known[o.call_id].call.judged_at(work.now).over]
    scopes = [scope_of(work, o, list(known.values())) for o in ahead]
    return tuple(
        Standing(agencies.get(o.by_id, ""), name_of(o, people), scope, o.raised_at, o.reason)
        for o, scope in zip(ahead, scopes, strict=True)
    )


def undo_objection(work: Writing, subject: str) -> str:
    """Takes an objection back before anybody was told: everything is exactly as before, approvals too."""
    references = subject.split()
    before = rows.before(work.tx, references[0])
    people = directory.everybody(work.tx)
    ending = [o for o in objection_rows.by_reference(work.tx, references) if o.withdrawn_at is None]
    if not ending:
        raise NotFound(NO_OBJECTION.format(reference=references[0]))
    records = calls.many(work.tx, {b.call_id for b in before}, Part.LIST | Part.ITEMS) if before else []
    objection_rows.withdraw(work.tx, references, work.now)
    for record in records:
        mine = [b for b in before if b.call_id == record.call.id]
        listing.give_back(work, record, without(record, set(references), work.now), mine, people, anew=False)
    points = [c.id for c in people.people_of(ending[0].by_id) if is_point_of_contact(c)]
    work.tell(RECORD, points, subject=subject)
    return OBJECTION_UNDONE.format(references=" and ".join(f"`{r}`" for r in references))


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"object": undo_objection}
