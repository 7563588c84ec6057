"""Owns what an objection means before it is made: whose hat, against whom, for which calls; ``objections`` makes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import audience
from bot.attendees import Place, notice_at, object_to
from bot.audience import CallView, Record, SegmentView
from bot.calls import Call
from bot.confidentiality import unlabelled
from bot.errors import Conflict, NotEntitled, NotFound, NotUnderstood
from bot.objections import Objection, already_standing, may_be_objected_to
from bot.participants import Contact, ParticipantKind
from bot.when import show
from bot.who import Who, candidates
from handlers.attendees import OVER
from handlers.finding import SeveralPeople, call_of, checked_segment, chosen_parts, find_call
from handlers.naming import find_one
from handlers.work import Reading
from storage import calls, directory
from storage import objections as objection_rows
from storage.calls import Part
from storage.directory import Directory

FOR_AN_AGENCY = (
    "An objection is an Agency's (Plan B.3). To enter one for an Agency, name it at the end: "
    "`/lap object {who} for fr-cnil`."
)
NOT_YOURS = "Only an Agency objects to somebody's access (Plan B.3), and only an Agency withdraws that."
NO_AGENCY = (
    "{name} is an Agency, and Agencies are not objected to. The secretariat plans a part for named Agencies only."
)
UNTIL_PAST = "{until} has gone by. Give a date that lies ahead, as in `/lap object {who} standing until 2028-01-31`."

EVERY = 10_000
"""A standing objection reaches every call to come, however many are planned."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An objection as somebody enters it.

    ``who`` and ``agency`` as typed; ``calls``: names of calls, each with the parts meant (none: the whole call);
    ``call_id`` and ``segment_ids`` instead where a form knows them. Neither, and not ``standing``: the running call or
    the next. ``until`` (UTC) ends a standing one.
    """

    who: str
    agency: str | None = None
    calls: tuple[tuple[str, tuple[str, ...]], ...] = ()
    call_id: str | None = None
    segment_ids: tuple[str, ...] = ()
    standing: bool = False
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an objection reaches, as the reader sees it: a call and its parts, or ``standing`` every call, ``until``.

    Neither: a call that this reader may know nothing of any longer.
    """

    reference: str
    call: CallView | None
    parts: tuple[SegmentView, ...]
    until: datetime | None = None
    standing: bool = False


@dataclass(frozen=True, slots=True)
class Touched:
    """One call that an objection reaches: as it was, as it is, and the places that it takes."""

    before: Record
    after: Record
    places: frozenset[Place]


@dataclass(frozen=True, slots=True)
class Plan:
    who: Who
    objections: tuple[Objection, ...]
    scopes: tuple[Scope, ...]
    touched: tuple[Touched, ...]
    people: Directory
    already: bool
    calls: Mapping[str, Call]


def notice_shown(work: Reading, plan: Plan) -> datetime:
    """When somebody in the scope is told at the earliest, as far as the reader may know: from what it sees."""
    seconds = work.desk.procedure.invitations.notice_seconds
    later = work.now + timedelta(seconds=seconds)
    reached = {s.call.id: {p.id for p in s.parts} for s in plan.scopes if s.call is not None}
    for touched in plan.touched if not reached else ():
        seen = audience.cut_attendees(work.reader, touched.before, work.now)
        reached[touched.before.call.id] = {a.segment_id for a in seen if (a.segment_id, a.contact_id) in touched.places}
    return min(notice_at(plan.calls[i], ids, work.now, seconds) for i, ids in reached.items()) if reached else later


def agencies_only(work: Reading) -> None:
    """Raises NotEntitled for whoever is no Agency, before anything that was typed is looked up: whether a name is known
    would tell of it."""
    if work.reader.kind is not ParticipantKind.AGENCY or work.reader.is_proxy:
        raise NotEntitled(NOT_YOURS)


def take_hat(work: Reading, asked: str | None, people: Directory, otherwise: str) -> None:
    """Gives the actor the hat of the Agency *asked*.

    Raises NotEntitled with *otherwise* for the secretariat's hat, which does not object, and for whoever is no Agency.
    """
    agencies_only(work)
    if asked:
        work.actor = work.actor.for_agency(find_one(work, asked, people).participant)
    if work.reader.secretariat:
        raise NotEntitled(otherwise)


def plan_of(work: Reading, asked: Asked, new_reference: Callable[[], str]) -> Plan:
    """What *asked* means, as the Agency sees it whose hat the actor takes with it; nothing is written.

    Raises SeveralPeople where two may be meant, Conflict for an Agency, a call that is over, a date gone by,
    NotUnderstood for a reason under a label, which the record of it would be mailed in spite of.
    """
    agencies_only(work)
    unlabelled(asked.reason)
    people = directory.everybody(work.tx)
    said, agency = split_hat(work, asked, people)
    take_hat(work, agency, people, FOR_AN_AGENCY.format(who=said or "WHO"))
    people = with_proxies(work, people)
    who = _whom(find_one(work, said, people), people)
    if not may_be_objected_to(who.participant.kind):
        raise Conflict(NO_AGENCY.format(name=who.participant.name))
    if asked.until is not None and asked.until <= work.now:
        said = show(asked.until, work.actor.zone)
        raise Conflict(UNTIL_PAST.format(until=said, who=who.participant.short_name))
    found = _reached(work, asked)
    until = asked.until if asked.standing else None
    person = who.contact.id if who.contact else None
    new = Objection(
        "", work.reader.participant_id, who.participant.id, person, None, frozenset(), work.now, until,
        reason=asked.reason,
    )  # fmt: skip
    known = tuple(dict.fromkeys(o for record in found.records for o in record.objections))
    if asked.standing and not found.records:
        known = tuple(objection_rows.of_agency(work.tx, work.reader.participant_id))
    objections: list[Objection] = []
    scopes: list[Scope] = []
    for view, parts in found.scopes:
        one = replace(new, call_id=view.id if view else None, segment_ids=frozenset(p.id for p in parts))
        standing = already_standing(known, one)
        one = standing or replace(one, reference=new_reference())
        objections.extend([] if standing else [one])
        shown = parts or (view.segments if view else ())
        scopes.append(Scope(one.reference, view, shown, one.until, asked.standing))
    touched = [t for record in found.records if (t := _touch(record, objections)).places]
    reached = {r.call.id: r.call for r in found.records}
    return Plan(who, tuple(objections), tuple(scopes), tuple(touched), people, not objections, reached)


def with_proxies(work: Reading, people: Directory) -> Directory:
    """*people* with those guests' proxies among the contacts whose names the reader reads on the list of their call, or
    objects to: of others it is not told that they are there."""
    bound = {p.only_call for p in people.proxies if p.only_call and may_be_objected_to(_kind(p, people))}
    if not bound:
        return people
    records = calls.many(work.tx, sorted(bound), Part.LIST)
    seen = {a.contact_id for record in records for a in audience.cut_attendees(work.reader, record, work.now)}
    own = (o for record in records for o in audience.cut_objections(work.reader, record.objections))
    seen |= {o.contact_id for o in own if o.contact_id and o.withdrawn_at is None}
    listed, others = (tuple(p for p in people.proxies if (p.id in seen) is on) for on in (True, False))
    return replace(people, contacts=(*people.contacts, *listed), proxies=others)


def _kind(contact: Contact, people: Directory) -> ParticipantKind:
    return people.participant(contact.participant_id).kind


def _touch(record: Record, objections: Sequence[Objection]) -> Touched:
    admissions = record.admissions
    for one in objections:
        admissions = object_to(admissions, one)
    places = frozenset(
        (a.segment_id, a.contact_id)
        for a in record.admissions
        if any(o.bars(a.participant_id, a.contact_id, a.call_id, a.segment_id) for o in objections)
    )
    after = replace(record, admissions=admissions, objections=(*record.objections, *objections))
    return Touched(record, after, places)


@dataclass(frozen=True, slots=True)
class _Reached:
    records: tuple[Record, ...]
    scopes: tuple[tuple[CallView | None, tuple[SegmentView, ...]], ...]


def _reached(work: Reading, asked: Asked) -> _Reached:
    """The calls in the scope, and what is named of them: as the reader sees it."""
    parts = Part.LIST | Part.ITEMS
    if asked.standing:
        ahead = calls.upcoming(work.tx, work.now, parts, drafts=True, most=EVERY)
        return _Reached(tuple(r for r in ahead if not r.call.judged_at(work.now).over), ((None, ()),))
    if asked.call_id is not None:
        record, view = call_of(work, asked.call_id, parts)
        _refuse_over(work, record)
        return _Reached((record,), ((view, chosen_parts(view, asked.segment_ids)),))
    records: dict[str, Record] = {}
    views: dict[str, CallView] = {}
    named: dict[str, dict[str, SegmentView] | None] = {}
    for call, segments in asked.calls or (("next", ()),):
        record, view = find_call(work, call, parts | Part.SEEN)
        _refuse_over(work, record)
        records[view.id], views[view.id] = record, view
        chosen = [checked_segment(work, record, view, s) for s in segments]
        earlier = named.get(view.id, {})
        whole = not chosen or earlier is None
        named[view.id] = None if whole else {**(earlier or {}), **{s.id: s for s in chosen}}
    scopes = tuple((views[i], tuple((p or {}).values())) for i, p in named.items())
    return _Reached(tuple(records.values()), scopes)


def _refuse_over(work: Reading, record: Record) -> None:
    """Refuses a call whose list is history; one that was not started, and can still be, is objected to."""
    if record.call.judged_at(work.now).over:
        raise Conflict(OVER.format(title=record.call.title))


def _whom(found: Who, people: Directory) -> Who:
    """The organisation, or one person of it where the person has an address of their own (barrier.md, Who comes 4)."""
    alone = (
        found.contact is not None
        and found.contact.only_call is None
        and len(people.people_of(found.participant.id)) == 1
    )
    return Who(found.participant) if alone else found


def split_hat(work: Reading, asked: Asked, people: Directory) -> tuple[str, str | None]:
    """Whom, and for which Agency: the first “for” after which all the rest names an Agency.

    Names hold the word, too: Organisation for Economic Co-operation and Development for fr-cnil.
    """
    words = asked.who.split()
    places = [at for at, word in enumerate(words) if word.casefold() == "for" and at + 1 < len(words)]
    if asked.agency is not None or not places:
        return asked.who, asked.agency
    for at in places:
        agency = _agency(work, " ".join(words[at + 1 :]), people)
        if agency is not None:
            return " ".join(words[:at]), agency
    if candidates(asked.who, people.participants, people.contacts):
        return asked.who, None
    at = places[-1]
    return " ".join(words[:at]), " ".join(words[at + 1 :])


def _agency(work: Reading, asked: str, people: Directory) -> str | None:
    try:
        found = find_one(work, asked, people).participant
    except SeveralPeople as several:
        raise NotUnderstood(several.says) from None
    except NotFound:
        return None
    return found.id if found.kind is ParticipantKind.AGENCY else None
