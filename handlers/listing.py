"""Owns what follows from every change of an attendee list, whatever its cause; what changes lists is next door.

Access closes in the act's transaction. The person is told after the notice time, the Agencies read who left and joined.
None of it can tell why: it is computed from what the list shows before and after (barrier.md, Who comes 5 and 6).
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import audience
from bot.agenda import ItemState
from bot.attendees import (
    Admission,
    AdmissionState,
    ListChange,
    Place,
    list_changes,
    listed,
    net_changes,
    notice_at,
)
from bot.audience import Record
from bot.errors import Conflict
from bot.notices import Notice
from bot.objections import barred
from bot.participants import Contact, Participant, ParticipantKind, Reader, Role
from bot.topics import AudienceKind
from bot.when import show_date
from handlers.desk import Desk, Reading, Writing
from handlers.invitations import KIND as INVITATION
from handlers.invitations import Changes, settle
from handlers.naming import kinds_of
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
LEFT = "The list for {day} has changed: {name} ({organisation}) is no longer expected in {part}."
JOINED = "The list for {day} has changed: {name} ({organisation}) is now expected in {part}."
SUBJECT = "Attendee list changed: {days}"
SEE_LIST = "The list as it stands: {commands}, or answer this mail in words. Questions: {address}."


def close_access(
    work: Writing, reference: str, before: Record, after: Record, places: Collection[Place], people: Directory
) -> datetime:
    """Does what follows when *places* of a call let nobody in any more: it was as *before*, and is as *after*.

    Keeps how they were for ``undo``, has the people told at the time it returns (UTC), and the Agencies by the list.
    """
    gone = [a for a in before.admissions if (a.segment_id, a.contact_id) in places]
    open_before = [a for a in gone if a.state is AdmissionState.APPROVED]
    due = notice_for(work, before, places)
    attendees.remember_before(work.tx, [as_before(reference, a, due) for a in gone])
    losing = {a.contact_id for a in open_before}
    if losing:
        settle(work, after, due_at=due, changes=Changes(withdrawn=tuple(c for c in people.contacts if c.id in losing)))
    tell_list_change(work, before, after, people)
    return due


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
        a.chosen, tells_at,
    )  # fmt: skip


def give_back(
    work: Writing, before: Record, after: Record, rows: Sequence[Before], people: Directory, *, anew: bool
) -> None:
    """Restores *rows* of a call to what they were: *before* is the call as it is, *after* the same without what kept
    them away; *anew*: the names come back onto the list. Whom an objection bars does not come back approved.

    Raises Conflict once somebody was told of it: an approval that was seen to end is not restored in silence.
    """
    if any(b.state is AdmissionState.APPROVED and b.tells_at <= work.now for b in rows):
        raise Conflict(TOLD_ALREADY)
    present = {(a.segment_id, a.contact_id) for a in before.admissions}
    back = {b.place: _as_it_was(b, after, work.now) for b in rows if (b.place in present) is not anew}
    if anew:
        attendees.insert_admissions(work.tx, list(back.values()))
    else:
        attendees.restore(work.tx, [a for a in back.values() if a.state is AdmissionState.APPROVED])
    others = tuple(a for a in after.admissions if (a.segment_id, a.contact_id) not in back)
    restored = replace(after, admissions=(*others, *back.values()))
    # Whose copy did change meanwhile, for another reason, holds the right one again; for the others nothing leaves.
    again = {a.contact_id for a in back.values() if a.state is AdmissionState.APPROVED}
    work.tell(INVITATION, sorted(again), call_id=before.call.id, subject=before.call.id)
    tell_list_change(work, before, restored, people)
    approved_at = before.list.approved_at
    if approved_at is not None and before.list.changed_since_approval:
        since = attendees.changes_between(work.tx, before.call.id, approved_at)
        calls.update_call(work.tx, before.call.id, list_changed=bool(net_changes(since.values())))


def _as_it_was(row: Before, after: Record, now: datetime) -> Admission:
    shut = barred(
        after.objections, row.participant_id, row.contact_id, row.call_id, row.segment_id, after.call.judged_at(now)
    )
    approved = row.state is AdmissionState.APPROVED and not shut
    return Admission(
        row.call_id, row.segment_id, row.contact_id, row.participant_id,
        AdmissionState.APPROVED if approved else AdmissionState.PROPOSED,
        row.circulated_at, row.approved_at if approved else None, row.chosen,
    )  # fmt: skip


FENCES_SECONDS = 1.5
"""How long an answer waits for messages that were already leaving (design.md 3.6)."""


def still_leaving(desk: Desk, contact_ids: Sequence[str]) -> int:
    """To how many of those people a message was leaving already when their access closed, after waiting 1.5 s in all.

    From now on nothing older begins to leave for them.
    """
    left = FENCES_SECONDS / max(len(contact_ids), 1)
    held = 0
    for contact_id in contact_ids:
        with desk.store.fence(contact_id, left) as free:
            held += not free
    return held


def tell_list_change(work: Writing, before: Record, after: Record, people: Directory) -> tuple[ListChange, ...]:
    """Tells the Agencies who left and who joined the circulated list between *before* and *after*.

    1. Writes who left and joined, in one batch without a cause; an approved list is marked changed.
    2. Agencies with an open item in a part concerned are told at once, all others that hear it in the next digest,
       each with one errand a digest and call.
    """
    kinds = kinds_of(people)
    changes = list_changes(after.call.id, listed(before, kinds, work.now), listed(after, kinds, work.now))
    if not changes:
        return ()
    batch = work.desk.new_id()
    attendees.insert_changes(work.tx, changes, batch, work.desk.new_id, work.now)
    if after.list.approved_at is not None and not after.list.changed_since_approval:
        calls.update_call(work.tx, after.call.id, list_changed=True)
    hearing = hearers(work, after, {c.segment_id for c in changes}, people)
    asking = {
        i.proposer_id
        for i in after.items
        if i.state is ItemState.ACCEPTED
        and i.audience is AudienceKind.JOINT
        and i.segment_id in {c.segment_id for c in changes}
    }
    at_once = [c.id for c in hearing if c.participant_id in asking]
    work.tell(KIND, at_once, doors=(Door.MAIL, Door.SLACK), call_id=after.call.id, subject=batch)
    digest = next_digest(work.now, work.desk.procedure.reminders.digest_hour)
    subject = f"{DIGEST} {digest.isoformat()}"
    waiting = attendees.told_in_digest(work.tx, after.call.id, subject)
    later = [c.id for c in hearing if c.participant_id not in asking and c.id not in waiting]
    work.tell(KIND, later, call_id=after.call.id, subject=subject, due_at=digest)
    return changes


def hearers(work: Reading, record: Record, segment_ids: Collection[str], people: Directory) -> list[Contact]:
    """The people who are told of lists, of the Agencies that may hear one of those segments."""
    heard = {
        p.id: {s.id for s in audience.heard_segments(Reader("", p.id, p.kind), record, work.now)}
        for p in people.participants
        if p.kind is ParticipantKind.AGENCY
    }
    return [c for c in people.contacts if heard.get(c.participant_id, set()) & set(segment_ids) and is_told(c)]


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
    reader, zone = Reader(contact.id, participant.id, participant.kind), ZoneInfo(contact.zone)
    people = directory.everybody(work.tx, past=True)
    lines: list[str] = []
    told: dict[str, Record] = {}
    for change in changes:
        record = records[change.call_id]
        who = people.contact(change.contact_id)
        if who is None or not any(s.id == change.segment_id for s in audience.heard_segments(reader, record, work.now)):
            continue
        told[record.call.id] = record
        lines.append(
            (JOINED if change.joined else LEFT).format(
                day=_day(record, zone),
                name=who.name,
                organisation=people.participant(who.participant_id).name,
                part=record.call.segment(change.segment_id).title,
            )
        )
    if not lines:
        return None
    commands = ", ".join(f"`/lap attendees {r.call.start:%Y-%m-%d}`" for r in told.values())
    return Notice(
        subject=SUBJECT.format(days=", ".join(dict.fromkeys(_day(r, zone) for r in told.values()))),
        paragraphs=tuple(lines),
        closing=(SEE_LIST.format(commands=commands, address=work.desk.settings.mail_from or ""),),
        label=work.desk.procedure.labels.default,
    )


def _changes(work: Reading, errands: Sequence[Errand]) -> dict[str, ListChange]:
    found = attendees.changes_of(work.tx, [e.subject for e in errands])
    for errand in errands:
        word, _, until = errand.subject.partition(" ")
        if word == DIGEST and errand.call_id is not None:
            end = datetime.fromisoformat(until)
            found |= attendees.changes_between(work.tx, errand.call_id, end - timedelta(days=1), end)
    return found


def _day(record: Record, zone: ZoneInfo) -> str:
    return show_date(record.call.start.astimezone(zone).date())


NOTICES = {KIND: compose}
