"""Owns the acts on who is on a call's list: admit, take off, look; sending it round is ``circulation``'s, reading it
``attendee_views``'.

What follows from a change of the list is ``listing``'s: the same for every cause.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.admitting import check_admits, place
from bot.attendees import Admission, AdmissionState, Place, is_over
from bot.audience import CallView, Record
from bot.errors import Conflict
from bot.exposures import NONE_IN_FLIGHT, InFlight
from bot.who import Who
from handlers import listing
from handlers.act import act, reading, secretariat_only
from handlers.exposing import HadLeft, had_left
from handlers.finding import call_of, checked_segment, chosen_parts, find_call
from handlers.invitations import KIND as INVITATION
from handlers.naming import Name, Person, attending, find_many, listed_at, named_or_at, names
from handlers.work import Reading, Writing
from storage import attendees as rows
from storage import calls, directory
from storage.attendees import Before
from storage.calls import Part
from storage.directory import Directory

OVER = "“{title}” is over, so its list stays as it is. `/lap calls` lists what is planned."
NOBODY_TO_ADMIT = "Nobody was admitted to {title}. {why}"
NOBODY_NAMED = (
    "Say who, as in `/lap admit harbour-bank oecd to 2027-02-16/1`: names, addresses, a sector, or `as last`."
)
NONE_ON_LIST = "Of those you named nobody is on the list of {title}. `/lap attendees {date}` shows who is."
CIRCULATED_SINCE = (
    "Some of those names were circulated since, so admitting them cannot be taken back in silence. "
    "`/lap unadmit` takes a name off."
)
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
    record, view = find_call(work, call, Part.LIST | Part.ITEMS | Part.ACTIONS | Part.SEEN)
    refuse_over(work, record)
    people = directory.everybody(work.tx)
    scope = {checked_segment(work, record, view, p).id for p in parts} or {s.id for s in record.call.segments}
    asked = find_many(work, words, people)
    meant = [*asked, *named_or_at(work, (), as_at, people)]
    within = [a for a in record.admissions if a.segment_id in scope]
    gone = tuple(a for a in within if any(means(who, a) for who in meant))
    if not gone:
        raise Conflict(NONE_ON_LIST.format(title=view.title, date=view.name))
    missing = tuple(who.name for who in asked if not any(means(who, a) for a in gone))
    after = replace(record, admissions=tuple(a for a in record.admissions if a not in gone))
    return _Taking(record, after, gone, view, missing, people)


def means(who: Who, a: Admission) -> bool:
    """Whether *who* was named for that place: the person, or the organisation it is a place of."""
    return a.contact_id == who.contact.id if who.contact else a.participant_id == who.participant.id


def _taken(taking: _Taking, reference: str, due: datetime) -> TakenOff:
    shown = names(taking.view, taking.gone, taking.people)
    return TakenOff(reference, taking.view, shown, taking.missing, len(taking.approved), due)


ADMISSION_UNDONE = "The admission `{reference}` was taken back: {count} off the list of {title}, and nobody was told."
NOT_ALL_UNDONE = (
    "Taking names off (`{reference}`) was taken back, but not everybody on the list of {title} is approved again: a "
    "part changed since, somebody was taken off again or is a contact no more, or an Agency objects. `/lap attendees` "
    "shows how it stands."
)
UNADMISSION_UNDONE = "Taking names off (`{reference}`) was taken back: the list of {title} is as it was before."


def undo_admit(work: Writing, reference: str) -> str:
    """Takes an admission back while none of its names was circulated."""
    before = rows.before(work.tx, reference, INVITATION)
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
    before = rows.before(work.tx, reference, INVITATION)
    record = calls.one(work.tx, before[0].call_id, Part.LIST | Part.ITEMS) if before else None
    if record is None:
        raise Conflict(listing.TOLD_ALREADY)
    whole = listing.give_back(work, record, record, before, directory.everybody(work.tx), anew=True)
    return (UNADMISSION_UNDONE if whole else NOT_ALL_UNDONE).format(reference=reference, title=record.call.title)


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"admit": undo_admit, "unadmit": undo_unadmit}
