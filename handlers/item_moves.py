"""Owns what follows for guests and readers once items of agendas have moved; what moves one is ``agenda_changes``'."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot import audience
from bot.agenda import AgendaItem, ItemState
from bot.attendees import AdmissionState, notice_at
from bot.audience import Record
from bot.calls import CallState
from bot.participants import ParticipantKind, seat_at
from bot.topics import AudienceKind
from handlers.invitations import settle
from handlers.work import Writing
from storage import agenda, calls
from storage.call_parts import admissions_of
from storage.calls import Part


def come_out(
    work: Writing, before: Iterable[AgendaItem], after: Iterable[AgendaItem], record: Record | None
) -> None:  # fmt: skip
    """Has what the secretariat entered in a draft be like any other, where it came to another call, which is none."""
    stood = {i.reference: i.call_id for i in before}
    came = record is not None and any(i.call_id != stood.get(i.reference, i.call_id) for i in after)
    if record is not None and came and record.call.state is not CallState.DRAFT:
        agenda.come_out(work.tx, record.call.id)


def follow(
    work: Writing, known: Iterable[Record], before: Iterable[AgendaItem], after: Iterable[AgendaItem],
    kinds: Mapping[str, ParticipantKind],
) -> None:  # fmt: skip
    """Lets the calendars of guests follow their own items, once these are written.

    Where a guest's parts of a call have a gap, its item decides which it keeps (barrier.md, Who comes 8). *known*:
    calls as they were fetched; one whose list was not approved has invited no guest. *kinds*: of the proposers, by id.
    """
    old = {i.reference: i for i in before}
    _narrow(work, known, [(old[i.reference], i) for i in after if i.reference in old])
    moved = [i for i in after if i.reference in old and _stands(old[i.reference]) != _stands(i)]
    guests = {i.proposer_id for i in moved if kinds[i.proposer_id] is not ParticipantKind.AGENCY}
    calm = {r.call.id for r in known if r.list.approved_at is None}
    touched = {c for i in moved for c in (old[i.reference].call_id, i.call_id) if c and c not in calm}
    if not guests or not touched:
        return
    for now in calls.many(work.tx, touched, Part.LIST | Part.ITEMS | Part.COPIES):
        was = replace(now, items=(*(i for i in now.items if i.reference not in old), *old.values()))
        readers = {
            seat_at(now.call.id, a.participant_id, kinds[a.participant_id], a.contact_id)
            for a in now.admissions
            if a.participant_id in guests
        }
        if any(audience.windows(r, was, work.now) != audience.windows(r, now, work.now) for r in readers):
            settle(work, now)


def _narrow(work: Writing, known: Iterable[Record], changed: Iterable[tuple[AgendaItem, AgendaItem]]) -> None:
    """Narrows the guests approved for a part in which they may read an item no longer, whatever became of it."""
    lost = {(was.call_id, _open_in(was)) for was, now in changed if _open_in(was) and _open_in(was) != _open_in(now)}
    records = {r.call.id: r for r in known}
    if left := {call_id for call_id, _ in lost if call_id is not None} - records.keys():
        records |= {r.call.id: r for r in calls.many(work.tx, left, Part.NONE)}
    approved = {i: r for i, r in records.items() if r.list.approved_at is not None}
    if not any(call_id in approved for call_id, _ in lost):
        return
    for admission in admissions_of(work.tx, [call_id for call_id, _ in lost if call_id in approved]):
        place = admission.call_id, admission.segment_id
        if place in lost and admission.state is AdmissionState.APPROVED:
            seconds = work.desk.procedure.invitations.notice_seconds
            due = notice_at(approved[place[0]].call, {place[1]}, work.now, seconds)
            work.narrow([admission.contact_id], place[0], due_at=due)


def _open_in(item: AgendaItem) -> str | None:
    """The part in which guests may read an item: the one it stands in, once accepted, unless it is closed."""
    return item.segment_id if item.state is ItemState.ACCEPTED and item.audience is AudienceKind.JOINT else None


def _stands(item: AgendaItem) -> str | None:
    """The part that an item decides on for its guest: the one it stands in, once accepted."""
    return item.segment_id if item.state is ItemState.ACCEPTED else None
