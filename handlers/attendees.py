"""Owns the acts on who is on a call's list: admit, take off, look, choose; sending it round is ``circulation``'s.

What follows from a change of the list is ``listing``'s: the same for every cause.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from bot import audience
from bot.admitting import check_admits, place
from bot.attendees import NEUTRAL_NARROWED as NEUTRAL_NARROWED
from bot.attendees import NEUTRAL_WITHDRAWN as NEUTRAL_WITHDRAWN
from bot.attendees import Admission, AdmissionState, Place, is_over
from bot.attendees import neutral_words as neutral_words
from bot.audience import CallView, Record, SegmentView
from bot.errors import Conflict, NotEntitled
from bot.exposures import NONE_IN_FLIGHT, InFlight
from bot.invitations import Invitation, Window
from bot.objections import barred
from bot.participants import ParticipantKind, reader_of
from bot.when import show_date, show_span
from bot.who import Who
from bot.zones import zone_of
from handlers import listing
from handlers.desk import Reading, Writing, act, reading, secretariat_only
from handlers.exposing import HadLeft, had_left
from handlers.finding import call_of, checked_segment, chosen_parts, find_call
from handlers.invitations import settle
from handlers.listing import list_of
from handlers.marking import HELD, read_held
from handlers.naming import Name, Person, attending, find_many, find_one, listed_at, named_or_at, names, person
from storage import attendees as rows
from storage import calls, directory, outbox
from storage.attendees import Before
from storage.calls import Part
from storage.directory import Directory

OVER = "“{title}” is over, so its list stays as it is. `/lap calls` lists what is planned."
NOBODY_TO_ADMIT = "Nobody was admitted to {title}. {why}"
NOBODY_NAMED = (
    "Say who, as in `/lap admit harbour-bank oecd to 2027-02-16/1`: names, addresses, a sector, or `as last`."
)
NONE_ON_LIST = "Of those you named nobody is on the list of {title}. `/lap attendees {date}` shows who is."
NOT_ON_LIST = "{name} is not on the list of {part}. `/lap attendees {date}` shows who is on which."
NOT_YOURS = "Attendee lists are for the secretariat and the Agencies. Your own part: `/lap calls`."
CIRCULATED_SINCE = (
    "Some of those names were circulated since, so admitting them cannot be taken back in silence. "
    "`/lap unadmit` takes a name off."
)
NOT_OPEN = (
    "{name} may not join {part} as it stands, so it cannot be the part to keep. `/lap attendees {date}` says why."
)
ELSEWHERE = "approved, keeps another part"
NOT_ATTENDING = "not marked as attending the calls"
OF_ANOTHER_CALL = "was brought to another call alone"
NOBODY_ATTENDS = "nobody of it is marked as attending; `/lap contact add` adds somebody"


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who was put on a call's list, and who was not, with why."""

    reference: str
    call: CallView
    added: tuple[Name, ...]
    left_out: tuple[tuple[str, str], ...]


@act
def admit(
    work: Writing, words: Sequence[str], call: str | None, parts: Sequence[str] = (), as_at: Sequence[str] = ()
) -> Admitted:
    """Puts everybody named on the list of a call (S; barrier.md, Who comes 1). Nobody is told.

    *parts* name segments; without them representatives come to every joint one, observers too. *as_at* names calls:
    everybody as at that call. Raises Conflict where nobody can be admitted, with why.
    """
    secretariat_only(work, "admit somebody to a call")
    record, view = find_call(work, call, Part.LIST | Part.SEEN)
    return _admit(work, record, view, words, [checked_segment(work, record, view, p).id for p in parts], as_at)


@act
def admit_chosen(work: Writing, call_id: str, contact_ids: Sequence[str], segment_ids: Sequence[str]) -> Admitted:
    """The same for people, organisations and segments chosen in a form."""
    secretariat_only(work, "admit somebody to a call")
    record, view = call_of(work, call_id, Part.LIST)
    return _admit(work, record, view, contact_ids, [s.id for s in chosen_parts(view, segment_ids)], ())


def _admit(
    work: Writing, record: Record, view: CallView, words: Sequence[str], named: Sequence[str], as_at: Sequence[str]
) -> Admitted:
    refuse_over(work, record)
    check_admits(record.call)
    people = directory.everybody(work.tx)
    asked: dict[str, tuple[Person, tuple[str, ...]]] = {}
    left_out: list[tuple[str, str]] = []
    for who in find_many(work, words, people):
        present = [p for p in attending(people, who) if p.contact.attending]
        if who.contact is not None and who.contact.only_call not in (None, record.call.id):
            left_out.append((who.name, OF_ANOTHER_CALL))
            continue
        left_out.extend([] if present else [(who.name, NOT_ATTENDING if who.contact else NOBODY_ATTENDS)])
        asked |= {p.contact.id: (p, tuple(named)) for p in present}
    for earlier in as_at:
        asked = {**_as_at(work, record, earlier, people, named), **asked}
    if not asked and not left_out:
        raise Conflict(NOBODY_NAMED)
    organisations = {p.id: p.name for p in people.participants}
    new: list[Admission] = []
    for contact_id, (who_comes, segment_ids) in asked.items():
        placed = place(record, who_comes.participant, contact_id, segment_ids, organisations, work.now)
        left_out.extend((who_comes.name, why) for why in placed.why_not)
        new.extend(
            Admission(record.call.id, s.id, contact_id, who_comes.participant.id, AdmissionState.PROPOSED)
            for s in placed.segments
        )
    if not new:
        why = " ".join(f"{name}: {reason}." for name, reason in left_out)
        raise Conflict(NOBODY_TO_ADMIT.format(title=view.title, why=why))
    reference = work.desk.new_reference()
    rows.insert_admissions(work.tx, new)
    rows.remember_before(work.tx, [_absent(reference, a, work.now) for a in new])
    added = names(view, new, people)
    work.record("admit", reference, call=record.call.id, names=[[a.contact_id, a.segment_id] for a in new])
    work.can_be_undone("admit", reference)
    return Admitted(reference, view, added, tuple(left_out))


def _as_at(
    work: Reading, record: Record, earlier: str, people: Directory, named: Sequence[str]
) -> dict[str, tuple[Person, tuple[str, ...]]]:
    """Everybody of that earlier call, each for the parts of the same title where there are such, else as without a
    part."""
    same = {s.title: s.id for s in record.call.segments}
    found: dict[str, tuple[Person, tuple[str, ...]]] = {}
    for known, title in listed_at(work, earlier, people):
        here = tuple(named) or ((same[title],) if title in same else ())
        before = found.get(known.contact.id, (known, ()))[1]
        found[known.contact.id] = (known, tuple(dict.fromkeys((*before, *here))))
    return found


def refuse_over(work: Reading, record: Record) -> None:
    """Refuses a call that has ended or was cancelled: its list is history."""
    if is_over(record.call, work.now):
        raise Conflict(OVER.format(title=record.call.title))


def _absent(reference: str, a: Admission, now: datetime) -> Before:
    return replace(listing.as_before(reference, a, now), state=None)


@dataclass(frozen=True, slots=True)
class TakenOff:
    """Who was (or would be) taken off a call's list: ``told``: how many people lose something they were invited to,
    and ``notice_at`` (UTC), when they are told; ``in_flight``: what was leaving for them already;
    ``had_left``: what of it had left before."""

    reference: str
    call: CallView
    names: tuple[Name, ...]
    missing: tuple[str, ...]
    told: int
    notice_at: datetime
    in_flight: InFlight = NONE_IN_FLIGHT
    had_left: tuple[HadLeft, ...] = ()


@dataclass(frozen=True, slots=True)
class _Taking:
    record: Record
    after: Record
    gone: tuple[Admission, ...]
    view: CallView
    missing: tuple[str, ...]
    people: Directory

    @property
    def places(self) -> frozenset[Place]:
        return frozenset((a.segment_id, a.contact_id) for a in self.gone)

    @property
    def approved_places(self) -> tuple[Place, ...]:
        return tuple((a.segment_id, a.contact_id) for a in self.gone if a.state is AdmissionState.APPROVED)

    @property
    def approved(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(contact_id for _, contact_id in self.approved_places))


@act
def unadmit(
    work: Writing, words: Sequence[str], call: str | None, parts: Sequence[str] = (), as_at: Sequence[str] = ()
) -> TakenOff:
    """Takes everybody named, and everybody as at the calls *as_at*, off the list of a call or of the *parts* named, for
    any reason, at once (S).

    Access closes in this transaction; the person is told after the notice time, in the words for every cause.
    """
    taking = _taking(work, words, call, parts, as_at)
    reference = work.desk.new_reference()
    rows.delete_admissions(work.tx, taking.places)
    due = listing.close_access(work, reference, taking.record, taking.after, taking.places, taking.people)
    work.record("unadmit", reference, call=taking.record.call.id, names=sorted(taking.places))
    work.can_be_undone("unadmit", reference)
    before = had_left(work, [(taking.record, taking.approved_places)], taking.people)
    return replace(_taken(taking, reference, due), had_left=before)


@reading
def look_at_unadmit(
    work: Reading, words: Sequence[str], call: str | None, parts: Sequence[str] = (), as_at: Sequence[str] = ()
) -> TakenOff:
    """What ``unadmit`` would do; nothing is changed."""
    taking = _taking(work, words, call, parts, as_at)
    work.shows_closed(taking.view.id)
    return _taken(taking, "", listing.notice_for(work, taking.record, taking.places))


def _taking(
    work: Reading, words: Sequence[str], call: str | None, parts: Sequence[str], as_at: Sequence[str]
) -> _Taking:
    secretariat_only(work, "take somebody off a call's list")
    record, view = find_call(work, call, Part.LIST | Part.ITEMS | Part.SEEN)
    refuse_over(work, record)
    people = directory.everybody(work.tx)
    scope = {checked_segment(work, record, view, p).id for p in parts} or {s.id for s in record.call.segments}
    asked = find_many(work, words, people)
    meant = [*asked, *named_or_at(work, (), as_at, people)]
    within = [a for a in record.admissions if a.segment_id in scope]
    gone = tuple(a for a in within if any(_means(who, a) for who in meant))
    if not gone:
        raise Conflict(NONE_ON_LIST.format(title=view.title, date=view.name))
    missing = tuple(who.name for who in asked if not any(_means(who, a) for a in gone))
    after = replace(record, admissions=tuple(a for a in record.admissions if a not in gone))
    return _Taking(record, after, gone, view, missing, people)


def _means(who: Who, a: Admission) -> bool:
    return a.contact_id == who.contact.id if who.contact else a.participant_id == who.participant.id


def _taken(taking: _Taking, reference: str, due: datetime) -> TakenOff:
    shown = names(taking.view, taking.gone, taking.people)
    return TakenOff(reference, taking.view, shown, taking.missing, len(taking.approved), due)


@dataclass(frozen=True, slots=True)
class Listed:
    """A name on the list of one part: ``state`` in a word; ``objection`` only for the secretariat: who objects, and its
    reference."""

    name: str
    state: str
    objection: str = ""


@dataclass(frozen=True, slots=True)
class ListShown:
    """A call's list as the reader may see it; the times (UTC) are of the list as a whole."""

    call: CallView
    parts: tuple[tuple[SegmentView, tuple[Listed, ...]], ...]
    circulated_at: datetime | None
    window_ends_at: datetime | None
    approved_at: datetime | None
    early: bool
    changed: bool


@reading
def attendees(work: Reading, call: str | None) -> ListShown:
    """The list of a call: the secretariat sees all of it, an Agency the names circulated or approved (barrier.md)."""
    if work.reader.kind is not ParticipantKind.AGENCY or work.reader.is_proxy:
        raise NotEntitled(NOT_YOURS)
    record, view = find_call(work, call, Part.LIST | Part.ITEMS)
    work.shows_closed(view.id)
    people = directory.everybody(work.tx)
    seen = audience.cut_attendees(work.reader, record, work.now)
    by_part: dict[str, list[Listed]] = {}
    places = Counter(a.contact_id for a in seen)

    @cache
    def kept(contact_id: str) -> frozenset[str]:
        """The parts (ids) that somebody keeps who is on the list for several."""
        known = person(people, contact_id)
        windows = audience.windows(reader_of(known.contact, known.participant), record, work.now) if known else ()
        return frozenset(s.id for w in windows for s in w.segments)

    for a in seen:
        known = person(people, a.contact_id)
        if known is not None:
            elsewhere = places[a.contact_id] > 1 and a.segment_id not in kept(a.contact_id)
            by_part.setdefault(a.segment_id, []).append(_listed(work, record, a, known, people, elsewhere=elsewhere))
    of_list = list_of(work, record)
    return ListShown(
        view,
        tuple((s, tuple(sorted(by_part.get(s.id, ()), key=lambda n: n.name.casefold()))) for s in view.segments),
        of_list.circulated_at,
        of_list.window_ends_at,
        of_list.approved_at,
        of_list.early,
        of_list.changed_since_approval,
    )


def _listed(
    work: Reading,
    record: Record,
    a: Admission,
    known: Person,
    people: Directory,
    *,
    elsewhere: bool,
) -> Listed:
    if not work.reader.secretariat:
        return Listed(known.name, str(a.state))
    against = [
        o
        for o in record.objections
        if barred(
            [o], a.participant_id, a.contact_id, a.call_id, a.segment_id, record.call.judged_at(work.now)
        )
    ]  # fmt: skip
    organisations = {p.id: p.name for p in people.participants}
    told = "; ".join(f"{organisations.get(o.by_id, 'an Agency')} objects, `{o.reference}`" for o in against)
    state = str(a.state) if a.circulated_at or against else f"{a.state}, not circulated yet"
    if elsewhere and a.state is AdmissionState.APPROVED and not against:
        state = ELSEWHERE
    return Listed(known.name, state, told)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which block of a call somebody keeps: their times (UTC) now, and whether a gap between them tells."""

    call: CallView
    names: tuple[str, ...]
    spans: tuple[tuple[datetime, datetime], ...]
    gap: bool
    in_flight: InFlight = NONE_IN_FLIGHT


@act
def window(work: Writing, who: str, call: str | None, parts: Sequence[str]) -> Chosen:
    """Sets which block of a call somebody keeps whose parts have a gap between them (S; barrier.md, Who comes 8)."""
    secretariat_only(work, "choose somebody's part of a call")
    record, view = find_call(work, call, Part.LIST | Part.ITEMS | Part.COPIES | Part.SEEN)
    refuse_over(work, record)
    people = directory.everybody(work.tx)
    asked = find_one(work, who, people)
    chosen = [checked_segment(work, record, view, p) for p in parts]
    mine = [a for a in record.admissions if _means(asked, a)]
    for segment in chosen:
        if not any(a.segment_id == segment.id for a in mine):
            raise Conflict(NOT_ON_LIST.format(name=asked.name, part=segment.title, date=view.name))
    contact_ids, ids = {a.contact_id for a in mine}, {s.id for s in chosen}
    after = replace(
        record,
        admissions=tuple(
            replace(a, chosen=a.segment_id in ids) if a.contact_id in contact_ids else a for a in record.admissions
        ),
    )
    persons = [p for i in sorted(contact_ids) if (p := person(people, i))]
    kept = _kept_by(work, after, persons)
    for segment in chosen:
        if not any(segment.id == s.id for w in kept for s in w.segments):
            raise Conflict(NOT_OPEN.format(name=asked.name, part=segment.title, date=view.name))
    rows.choose(work.tx, record.call.id, contact_ids, ids)
    due = listing.notice_for(work, record, {(a.segment_id, a.contact_id) for a in mine})
    affected = replace(people, contacts=tuple(c for c in people.everyone if c.id in contact_ids), proxies=())
    settle(work, after, due_at=due, people=affected)
    work.record("window", record.call.id, who=sorted(contact_ids), parts=sorted(ids))
    return Chosen(view, tuple(p.name for p in persons), tuple((w.start, w.end) for w in kept), len(kept) > 1)


def _kept_by(work: Reading, after: Record, persons: Sequence[Person]) -> list[Window]:
    """The blocks that one of *persons* keeps, or will once approved, earliest first; none that an objection bars."""
    ids = {p.contact.id for p in persons}
    approved = replace(
        after,
        admissions=tuple(
            replace(a, state=AdmissionState.APPROVED) if a.contact_id in ids else a for a in after.admissions
        ),
    )
    found = [w for p in persons for w in audience.windows(reader_of(p.contact, p.participant), approved, work.now)]
    return [w for n, w in enumerate(found) if w not in found[:n]]


WHY_UNCHANGED = "Your invitation for {day} stands as it was sent: {span}."
WHY_NONE = "You hold no invitation to a call at present."


@dataclass(frozen=True, slots=True)
class Words:
    """What to say on the telephone to somebody whose invitation changed."""

    name: str
    says: tuple[str, ...]


@reading
def why(work: Reading, who: str) -> Words:
    """The words for somebody who asks why: the same for every cause, about what they hold now (S; Who comes 7)."""
    secretariat_only(work, "ask for the words to say")
    people = directory.everybody(work.tx)
    asked = find_one(work, who, people)
    persons = [asked.contact] if asked.contact else people.people_of(asked.participant.id)
    copy = rows.last_copy(work.tx, [c.id for c in persons], work.now)
    reasons = neutral_words(work.desk.settings.mail_from or "", asked.participant.kind)
    if copy is None or (copy.sent_end is not None and copy.sent_end <= work.now):
        return Words(asked.name, (WHY_NONE, reasons))
    holder = next(c for c in persons if c.id == copy.contact_id)
    zone = zone_of(holder.zone)
    day = show_date((copy.sent_start or copy.start).astimezone(zone).date())
    if copy.sent_start is None or copy.sent_end is None:
        return Words(holder.name, (NEUTRAL_WITHDRAWN.format(day=day), reasons))
    before = _held_before(work, copy)
    words = WHY_UNCHANGED if before in (None, (copy.sent_start, copy.sent_end)) else NEUTRAL_NARROWED
    return Words(holder.name, (words.format(day=day, span=show_span(copy.sent_start, copy.sent_end, zone)), reasons))


def _held_before(work: Reading, copy: Invitation) -> tuple[datetime, datetime] | None:
    """Start and end (UTC) that the person held before what was sent last of that copy; None where that was the first,
    or came after a withdrawal."""
    told = outbox.subjects_at(work.tx, HELD, copy.contact_id, copy.sent_revision)
    return next((times for uid, times in map(read_held, told) if uid == copy.uid), None)


ADMISSION_UNDONE = "The admission `{reference}` was taken back: {count} off the list of {title}, and nobody was told."
NOT_ALL_UNDONE = (
    "Taking names off (`{reference}`) was taken back, but not everybody on the list of {title} is approved again: a "
    "part changed since, somebody is a contact no more, or an Agency objects. `/lap attendees` shows how it stands."
)
UNADMISSION_UNDONE = "Taking names off (`{reference}`) was taken back: the list of {title} is as it was before."


def undo_admit(work: Writing, reference: str) -> str:
    """Takes an admission back while none of its names was circulated."""
    before = rows.before(work.tx, reference)
    record = calls.one(work.tx, before[0].call_id, Part.LIST) if before else None
    if record is None:
        raise Conflict(listing.TOLD_ALREADY)
    places = {b.place for b in before}
    there = [a for a in record.admissions if (a.segment_id, a.contact_id) in places]
    if any(a.circulated_at is not None for a in there):
        raise Conflict(CIRCULATED_SINCE)
    rows.delete_admissions(work.tx, {(a.segment_id, a.contact_id) for a in there})
    people = len({a.contact_id for a in there})
    count = f"{people} {'person' if people == 1 else 'people'}"
    return ADMISSION_UNDONE.format(reference=reference, count=count, title=record.call.title)


def undo_unadmit(work: Writing, reference: str) -> str:
    """Puts back on the list whom an ``unadmit`` took off, exactly as they were, before anybody was told."""
    before = rows.before(work.tx, reference)
    record = calls.one(work.tx, before[0].call_id, Part.LIST | Part.ITEMS) if before else None
    if record is None:
        raise Conflict(listing.TOLD_ALREADY)
    whole = listing.give_back(work, record, record, before, directory.everybody(work.tx), anew=True)
    return (UNADMISSION_UNDONE if whole else NOT_ALL_UNDONE).format(reference=reference, title=record.call.title)


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"admit": undo_admit, "unadmit": undo_unadmit}
