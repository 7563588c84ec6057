"""Owns which block of a call somebody keeps whose parts have a gap between them, and what to say to who asks why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import audience
from bot.attendees import NEUTRAL_NARROWED, NEUTRAL_WITHDRAWN, AdmissionState, neutral_words
from bot.audience import CallView, Record
from bot.errors import Conflict
from bot.exposures import NONE_IN_FLIGHT, InFlight
from bot.invitations import Invitation, Window
from bot.participants import reader_of
from bot.when import show_date, show_span
from bot.zones import zone_of
from handlers import listing, posting
from handlers.act import act, reading, secretariat_only
from handlers.attendees import means, refuse_over
from handlers.finding import checked_segment, find_call
from handlers.invitations import settle
from handlers.marking import HELD, read_held
from handlers.naming import Person, find_one, person
from handlers.work import Reading, Writing
from storage import attendees as rows
from storage import directory, outbox
from storage.calls import Part

NOT_ON_LIST = "{name} is not on the list of {part}. `/lap attendees {date}` shows who is on which."
NOT_OPEN = (
    "{name} may not join {part} as it stands, so it cannot be the part to keep. `/lap attendees {date}` says why."
)


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
    mine = [a for a in record.admissions if means(asked, a)]
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
    if record.call.running:  # who waits for the floor there may be among them
        posting.tell(work, record.call.id)
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
