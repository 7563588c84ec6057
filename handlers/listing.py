"""Owns what becomes of people's access when a name comes off an attendee list or back; what changes lists is next door.

Access closes in the act's transaction. The person is told after the notice time, the Agencies by ``changed_lists``.
None of it can tell why: it is computed from what the list shows before and after (barrier.md, Who comes 5 and 6).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import audience
from bot.attendees import Admission, AdmissionState, Place, may_be_admitted, notice_at
from bot.audience import Record
from bot.calls import Judgement
from bot.errors import Conflict
from bot.objections import barred
from handlers import posting
from handlers.changed_lists import tell_list_changes
from handlers.invitations import KIND as INVITATION
from handlers.work import Reading, Writing
from storage import attendees
from storage.attendees import Before
from storage.directory import Directory

TOLD_ALREADY = (
    "Word of that has left, so it cannot be taken back as if it had not been. An objection is ended with "
    "`/lap withdraw` and its reference; a name comes back with `/lap admit`, `/lap circulate` and `/lap approve`."
)


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
        if losing and closing.before.call.running:  # who waits for the floor there may be among them
            posting.tell(work, call_id)
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
    word has left is asked beside the clock, which may have been set back since. Of a part that the reader does not hear
    it is not raised, since it would tell of that part and its hour: there the name stays as one newly admitted.
    """
    rows = [b for g in givings for b in g.rows]
    told = {b.place for b in rows if b.own and b.state is AdmissionState.APPROVED and b.is_told(work.now)}
    if any(segment_id not in _hidden(work, givings) for segment_id, _ in told):
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
        if again and giving.before.call.running:
            posting.tell(work, call_id)
    (attendees.insert_admissions if anew else attendees.restore)(work.tx, back)
    tell_list_changes(work, lists, people)
    approved = {(a.segment_id, a.contact_id) for a in back if a.state is AdmissionState.APPROVED}
    return all(b.approved_at is None or b.place in approved for b in rows)


def _hidden(work: Reading, givings: Sequence[Giving]) -> set[str]:
    """The parts (ids) of those calls that the reader does not hear."""
    heard = {s.id for g in givings for s in audience.heard_segments(work.reader, g.before, work.now)}
    return {s.id for g in givings for s in g.before.call.segments} - heard


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
