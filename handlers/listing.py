"""Owns what follows from every change of an attendee list, whatever its cause; what changes lists is next door.

Access closes in the act's transaction. The person is told after the notice time, the Agencies read who left and joined.
None of it can tell why: it is computed from what the list shows before and after (barrier.md, Who comes 5 and 6).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import audience
from bot.agenda import ItemState
from bot.attendees import (
    Admission,
    AdmissionState,
    AttendeeList,
    ListChange,
    Place,
    list_changes,
    listed,
    may_be_admitted,
    net_changes,
    notice_at,
)
from bot.audience import CallView, Record
from bot.calls import Judgement
from bot.errors import Conflict
from bot.exposures import shown
from bot.notices import OR_ANSWER, QUESTIONS, Notice
from bot.objections import barred
from bot.participants import Contact, Participant, ParticipantKind, Role, as_organisation, member_of
from bot.topics import AudienceKind
from bot.when import show, show_date
from bot.zones import zone_of
from handlers.finding import views_of
from handlers.gaps import tell_gaps
from handlers.invitations import KIND as INVITATION
from handlers.naming import Person, kinds_of
from handlers.work import Reading, Writing
from storage import attendees, calls, directory
from storage.attendees import Before
from storage.calls import Part
from storage.directory import Directory
from storage.outbox import Errand
from storage.tables import Door

TOLD_ALREADY = (
    "Word of that has left, so it cannot be taken back as if it had not been. An objection is ended with "
    "`/lap withdraw` and its reference; a name comes back with `/lap admit`, `/lap circulate` and `/lap approve`."
)

KIND = "list_change"
DIGEST = "digest"
LEFT = "The list{for_day} has changed: {name} is no longer expected in {part}."
JOINED = "The list{for_day} has changed: {name} is now expected in {part}."
FOR_DAY = " for {day}"
SUBJECT = "Attendee list changed"
OF_CALLS = ": {calls}"
SEE_LIST = "The list as it stands: {commands}."


@dataclass(frozen=True, slots=True)
class Closing:
    """One call in which *places* let nobody in any more: it was as *before*, and is as *after*."""

    before: Record
    after: Record
    places: Collection[Place]


def close_access(
    work: Writing, reference: str, before: Record, after: Record, places: Collection[Place], people: Directory
) -> datetime:
    """The same as ``close_all`` in one call; returns when those who lose something are told (UTC)."""
    close_all(work, reference, [Closing(before, after, places)], people)
    return notice_for(work, before, places)


def close_all(
    work: Writing,
    reference: str,
    closings: Sequence[Closing],
    people: Directory,
    waiting: Sequence[Before] | None = None,
) -> None:
    """Does what follows when places let nobody in any more, in as many statements for one call as for all.

    Keeps how they were for ``undo``, has the people told after the notice time, and the Agencies by the list. A name
    that an objection bars already, of which nobody was told yet, is kept as it was before that one, so that both
    taken back leave what there was. A name that came back since an earlier act, and is taken off again, is approved
    no more by taking back that one. *waiting*: of what nobody was told yet in those calls, where it was read already.
    """
    kept: list[Before] = []
    bars = {
        o.reference
        for c in closings
        for o in c.before.objections
        if o.stands(Judgement(work.now))
        and any(o.bars(a.participant_id, a.contact_id, a.call_id, a.segment_id) for a in _gone(c))
    }
    stays = {(a.segment_id, a.contact_id) for c in closings for a in c.after.admissions}
    here = {c.id for c in people.everyone if c.removed_at is None}
    # What an objection bars stays on the list, and who is a contact no more has no place: neither comes back so.
    off = {(a.segment_id, a.contact_id) for c in closings for a in _gone(c) if a.contact_id in here} - stays
    if waiting is None:
        waiting = attendees.not_told(work.tx, [c.before.call.id for c in closings], INVITATION) if bars or off else []
    untold = (b for b in reversed(waiting) if b.act in bars and not b.is_told(work.now))
    earlier = {b.place: b for b in untold}
    attendees.forget(work.tx, [b for b in waiting if b.place in off and b.act not in bars])
    for closing in closings:
        gone = _gone(closing)
        due = notice_for(work, closing.before, closing.places)
        kept.extend(_kept(as_before(reference, a, due), earlier.get((a.segment_id, a.contact_id))) for a in gone)
        losing = dict.fromkeys(a.contact_id for a in gone if a.state is AdmissionState.APPROVED)
        call_id = closing.before.call.id
        work.tell(INVITATION, list(losing), call_id=call_id, subject=call_id, first=True, due_at=due)
        work.narrow(losing, call_id, due_at=due)
    attendees.remember_before(work.tx, kept)
    tell_list_changes(work, [(c.before, c.after) for c in closings], people)


def _gone(closing: Closing) -> list[Admission]:
    """The names of the call that let nobody in any more."""
    return [a for a in closing.before.admissions if (a.segment_id, a.contact_id) in closing.places]


def _kept(now: Before, earlier: Before | None) -> Before:
    if earlier is None or now.circulated_at is not None:
        return now
    return replace(earlier, reference=f"{now.reference} {earlier.act}")


def notice_for(work: Reading, record: Record, places: Collection[Place]) -> datetime:
    """When the people who lose *places* of a call are told (UTC)."""
    lost = {
        a.segment_id
        for a in record.admissions
        if a.state is AdmissionState.APPROVED and (a.segment_id, a.contact_id) in places
    }
    return notice_at(record.call, lost, work.now, work.desk.procedure.invitations.notice_seconds)


def as_before(reference: str, admission: Admission, tells_at: datetime) -> Before:
    """A place on the list as it is, kept under the act's *reference*."""
    a = admission
    return Before(
        reference, a.call_id, a.segment_id, a.contact_id, a.participant_id, a.state, a.circulated_at, a.approved_at,
        a.chosen, tells_at, a.window_ends_at,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Giving:
    """One call in which *rows* are restored: it is as *before*, and *after* is the same without what kept them away."""

    before: Record
    after: Record
    rows: Sequence[Before]


def give_back(
    work: Writing, before: Record, after: Record, rows: Sequence[Before], people: Directory, *, anew: bool
) -> bool:
    """The same as ``give_all`` in one call."""
    return give_all(work, [Giving(before, after, rows)], people, anew=anew)


def give_all(work: Writing, givings: Sequence[Giving], people: Directory, *, anew: bool) -> bool:
    """Restores places of calls to what they were; returns whether every one is. *anew*: the names come back onto the
    list. Whom an objection bars, and whom the part does not take (any longer), does not come back approved.

    Raises Conflict once somebody was told of it: an approval that was seen to end is not restored in silence. Whether
    word has left is asked beside the clock, which may have been set back since.
    """
    rows = [b for g in givings for b in g.rows]
    if any(b.own and b.state is AdmissionState.APPROVED and b.is_told(work.now) for b in rows):
        raise Conflict(TOLD_ALREADY)
    back: list[Admission] = []
    lists: list[tuple[Record, Record]] = []
    for giving in givings:
        present = {(a.segment_id, a.contact_id) for a in giving.before.admissions}
        meant = [b for b in giving.rows if (b.place in present) is not anew]
        mine = [a for b in meant if (a := _as_it_was(b, giving.after, people, work.now))]
        places = {(a.segment_id, a.contact_id) for a in mine}
        others = (a for a in giving.after.admissions if (a.segment_id, a.contact_id) not in places)
        lists.append((giving.before, replace(giving.after, admissions=(*others, *mine))))
        back.extend(mine)
        # Whose copy did change meanwhile, for another reason, holds the right one again; for others nothing leaves.
        again = {a.contact_id for a in mine if a.state is AdmissionState.APPROVED}
        call_id = giving.before.call.id
        work.tell(INVITATION, sorted(again), call_id=call_id, subject=call_id)
    (attendees.insert_admissions if anew else attendees.restore)(work.tx, back)
    tell_list_changes(work, lists, people)
    approved = {(a.segment_id, a.contact_id) for a in back if a.state is AdmissionState.APPROVED}
    return all(b.approved_at is None or b.place in approved for b in rows)


def _as_it_was(row: Before, after: Record, people: Directory, now: datetime) -> Admission | None:
    """The name as *row* keeps it; proposed and to be circulated anew where it may not come back so; None where part or
    person are there no longer."""
    call, contact = after.call, people.contact(row.contact_id)
    segment = next((s for s in call.segments if s.id == row.segment_id), None)
    if segment is None or contact is None:
        return None
    kind = people.participant(contact.participant_id).kind
    shut = barred(
        after.objections, row.participant_id, row.contact_id, row.call_id, row.segment_id, call.judged_at(now)
    ) or not may_be_admitted(kind, call, segment, row.participant_id)
    told = row.is_told(now) and row.state is AdmissionState.APPROVED
    proposed = Admission(
        row.call_id, row.segment_id, row.contact_id, row.participant_id, AdmissionState.PROPOSED, chosen=row.chosen
    )
    if shut or told or row.state is None:
        return proposed
    approved_at = row.approved_at if row.state is AdmissionState.APPROVED else None
    return replace(
        proposed,
        state=row.state, circulated_at=row.circulated_at, approved_at=approved_at, window_ends_at=row.window_ends_at,
    )  # fmt: skip


def tell_list_change(work: Writing, before: Record, after: Record, people: Directory) -> tuple[ListChange, ...]:
    """The same as ``tell_list_changes`` of one call; returns who left and joined."""
    return tell_list_changes(work, [(before, after)], people)


def tell_list_changes(
    work: Writing, lists: Sequence[tuple[Record, Record]], people: Directory
) -> tuple[ListChange, ...]:
    """Tells the Agencies who left and who joined the circulated lists, each between its *before* and *after*.

    1. Has the secretariat told of gaps that open in somebody's parts.
    2. Writes who left and joined, in a batch a call without a cause; an approved list is marked changed.
    3. Agencies with an open item in a part concerned are told at once, all others that hear it in the next digest,
       each with one errand a digest and call.
    """
    tell_gaps(work, lists, people)
    kinds = kinds_of(people)
    batches: dict[str, tuple[Record, Record, tuple[ListChange, ...]]] = {}
    for before, after in lists:
        both = (*before.call.segments, *after.call.segments)
        changes = list_changes(after.call.id, listed(before, kinds, work.now), listed(after, kinds, work.now), both)
        if changes:
            batches[work.desk.new_id()] = before, after, changes
    if not batches:
        return ()
    approved = {r.call.id: r.list.approved_at for _, r, _ in batches.values()}
    attendees.insert_changes(
        work.tx, {b: c for b, (_, _, c) in batches.items()}, approved, work.desk.new_id, work.now
    )  # fmt: skip
    digest = next_digest(work.now, work.desk.procedure.reminders.digest_hour)
    subject = f"{DIGEST} {digest.isoformat()}"
    for batch, (before, after, changes) in batches.items():
        parts, call_id = {c.segment_id for c in changes}, after.call.id
        hearing = list(dict.fromkeys(c for r in (before, after) for c in hearers(work, r, parts, people)))
        asking = {
            i.proposer_id
            for i in (*before.items, *after.items)
            if i.state is ItemState.ACCEPTED and i.audience is AudienceKind.JOINT and i.segment_id in parts
        }
        at_once = [c.id for c in hearing if c.participant_id in asking]
        work.tell(KIND, at_once, doors=(Door.MAIL, Door.SLACK), call_id=call_id, subject=batch)
        later = [c.id for c in hearing if c.participant_id not in asking]
        work.tell(KIND, later, call_id=call_id, subject=subject, due_at=digest, once=True)
    return tuple(c for _, _, changes in batches.values() for c in changes)


def list_of(work: Reading, record: Record) -> AttendeeList:
    """What happened to a call's list, as the reader may know."""
    since = record.list.approved_at if record.list.changed_since_approval and not work.reader.secretariat else None
    changes = attendees.changes_since(work.tx, record.call.id, since).values() if since else ()
    return audience.cut_list(work.reader, record, changes, work.now)


def hearers(
    work: Reading, record: Record, segment_ids: Collection[str], people: Directory, *, brought: bool = False
) -> list[Contact]:
    """The people who are told of lists, of the Agencies that may hear one of those segments; with those whom they
    *brought* to that call, who read of it but object to nobody."""
    heard = {
        p.id: {s.id for s in audience.heard_segments(as_organisation(p), record, work.now)}
        for p in people.participants
        if p.kind is ParticipantKind.AGENCY
    }
    told = [*people.contacts, *(people.brought_to(record.call.id) if brought else ())]
    return [c for c in told if heard.get(c.participant_id, set()) & set(segment_ids) and is_told(c)]


def is_told(contact: Contact) -> bool:
    """Whether an Agency's contact is told of attendee lists: who attends, and points of contact (Plan A.1, A.2)."""
    return contact.attending or bool(contact.roles & {Role.POINT_OF_CONTACT, Role.PRIMARY_CONTACT})


def next_digest(now: datetime, hour: int) -> datetime:
    """The next moment (UTC) at which what is not urgent leaves, after *now*."""
    today = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Who left and joined, of the parts that this person hears; who left and came back before that is not named."""
    changes = net_changes(_changes(work, errands).values())
    records = {r.call.id: r for r in calls.many(work.tx, {c.call_id for c in changes}, Part.NONE)}
    reader, zone = member_of(contact, participant), zone_of(contact.zone)
    people, views = directory.everybody(work.tx, past=True), views_of(work, records.values())
    titles = {(r.call.id, s.id): s.title for r in records.values() for s in r.call.segments}
    lines: list[str] = []
    told: dict[str, Record] = {}
    for change in changes:
        record = records[change.call_id]
        who = people.contact(change.contact_id)
        if who is None or not audience.heard_of(reader, record, change.segment_id, change.only, work.now):
            continue
        told[record.call.id] = record
        lines.append(
            (JOINED if change.joined else LEFT).format(
                for_day=_for_day(views.get(record.call.id), zone),
                name=Person(who, people.participant(who.participant_id)).name,
                part=titles.get((record.call.id, change.segment_id), change.part),
            )
        )
    if not lines:
        return None
    seen = [views[i] for i in told if i in views]
    of_calls = OF_CALLS.format(calls="; ".join(f"{v.title}, {show(v.start, zone)}" for v in seen)) if seen else ""
    see = [SEE_LIST.format(commands=", ".join(f"`/lap attendees {v.name}`" for v in seen))] if seen else []
    return Notice(
        subject=SUBJECT + of_calls,
        paragraphs=tuple(lines),
        closing=(*see, QUESTIONS.format(address=work.desk.settings.mail_from)),
        label=work.desk.procedure.labels.default,
        shows=shown(segments=(c.segment_id for c in changes if c.call_id in told)),
        by_answer=OR_ANSWER,
    )


def _changes(work: Reading, errands: Sequence[Errand]) -> dict[str, ListChange]:
    found = attendees.changes_of(work.tx, [e.subject for e in errands])
    for errand in errands:
        word, _, until = errand.subject.partition(" ")
        if word == DIGEST and errand.call_id is not None:
            end = datetime.fromisoformat(until)
            found |= attendees.changes_between(work.tx, errand.call_id, end - timedelta(days=1), end)
    return found


def _for_day(view: CallView | None, zone: ZoneInfo) -> str:
    """The day on which what the reader hears of a call begins; none where they hear nothing of it now: that of the call
    could tell of a part before theirs."""
    return FOR_DAY.format(day=show_date(view.start.astimezone(zone).date())) if view is not None else ""


NOTICES = {KIND: compose}
