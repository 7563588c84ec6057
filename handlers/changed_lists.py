"""Owns how Agencies hear who left and who joined an attendee list, at once or once a day; what changes one, next door.

It is computed from what the list shows before and after, so none of it can tell why (barrier.md, Who comes 5 and 6).
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import audience
from bot.agenda import ItemState
from bot.attendees import AttendeeList, ListChange, list_changes, listed, net_changes
from bot.audience import CallView, Record
from bot.exposures import shown
from bot.notices import OR_ANSWER, QUESTIONS, Notice
from bot.participants import Contact, Participant, ParticipantKind, Role, as_organisation, member_of
from bot.topics import AudienceKind
from bot.when import show, show_date
from bot.zones import zone_of
from handlers.finding import views_of
from handlers.gaps import tell_gaps
from handlers.naming import Person, kinds_of
from handlers.work import Reading, Writing
from storage import attendees, calls, directory
from storage.calls import Part
from storage.directory import Directory
from storage.outbox import Errand
from storage.tables import Door

KIND = "list_change"
DIGEST = "digest"
LEFT = "The list{for_day} has changed: {name} is no longer expected in {part}."
JOINED = "The list{for_day} has changed: {name} is now expected in {part}."
FOR_DAY = " for {day}"
SUBJECT = "Attendee list changed"
OF_CALLS = ": {calls}"
SEE_LIST = "The list as it stands: {commands}."


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
