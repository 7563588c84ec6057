"""Owns each person's copy of a call: who is to hold what, the errands that bring it there, answers and the join link.

What a copy shows is decided when it is sent (``bot.audience`` again); an act only names the people whose copy changes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot import audience
from bot.attendees import CLOSE
from bot.audience import Record
from bot.calls import CallState
from bot.invitations import Invitation, Wanted, leaves_at, reconcile
from bot.participants import Contact, ParticipantKind, reader_of
from handlers import posting
from handlers.work import Reading, Writing
from storage import directory
from storage.directory import Directory

V = TypeVar("V")

KIND = "invitation"
WELCOME = "welcome"
ABOUT = "The link opens {early} minutes before your part. What else there is to know stands in the mail."
"""What the calendar's own entry says beside the link: item titles are no matter for a calendar that others share."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Whose copy would change, and how, by contact; ``narrowed`` loses time but keeps a part."""

    invited: tuple[Contact, ...] = ()
    updated: tuple[Contact, ...] = ()
    narrowed: tuple[Contact, ...] = ()
    withdrawn: tuple[Contact, ...] = ()

    @property
    def everybody(self) -> tuple[Contact, ...]:
        return self.invited + self.updated + self.narrowed + self.withdrawn


def foresee(work: Reading, after: Record, people: Directory | None = None) -> Changes:
    """Whose copies change when the call is as *after* says, fetched with its list, items and copies."""
    known = people or directory.everybody(work.tx)
    held: dict[str, list[Invitation]] = defaultdict(list)
    for copy in _fetched(after.copies):
        held[copy.contact_id].append(copy)
    found: dict[str, list[Contact]] = defaultdict(list)
    for contact in known.everyone:
        wanted = wanted_copy(contact, known, after, work.now)
        current = held.get(contact.id, [])
        if not wanted.windows and not current:
            continue
        changed = reconcile(current, wanted, after.call.id, work.now, lambda block: f"new-{block}")
        if changed:
            found[_kind_of_change(current, changed)].append(contact)
    return Changes(**{name: tuple(contacts) for name, contacts in found.items()})


def settle(
    work: Writing,
    after: Record,
    *,
    due_at: datetime | None = None,
    people: Directory | None = None,
    changes: Changes | None = None,
) -> Changes:
    """Puts an errand into the outbox for everybody whose copy changes now that the call is as *after* says.

    Narrowing ones go first. *due_at* is when those who lose time are told (their access is closed already). Who is
    invited is told at once; whose entry changes otherwise, once no more is likely to change (``leaves_at``). Contacts
    who were never written to get the welcome mail before (barrier: who writes, and why).
    *changes* is what ``foresee`` said of *after* in this transaction, where it was asked before; where it says that
    nobody's entry is ``updated``, Part.UNTOLD is enough.

    Who loses something by an earlier act and is not told of it yet is told of this with it: told now, the slip that can
    still be taken back would be told too. Only what is to be told sooner for a reason of its own (*due_at*) is.
    """
    changes = changes or foresee(work, after, people)
    coming = [u for u in _fetched(after.untold) if u.kind == KIND and u.due_at > work.now]
    waiting = {u.contact_id for u in coming if u.first}
    at_once = due_at is not None and due_at <= work.now
    losing = [c.id for c in changes.withdrawn + changes.narrowed if at_once or c.id not in waiting]
    invited = [c.id for c in changes.invited if c.id not in waiting]
    merging = waiting | {u.contact_id for u in coming}
    updated = [c.id for c in changes.updated if c.id not in merging]
    gaining = [*invited, *updated]
    strangers = {s.contact_id for s in _fetched(after.strangers)}.intersection(gaining)
    fresh = directory.mark_told(work.tx, strangers, work.now) if strangers else []
    work.tell(WELCOME, fresh, call_id=after.call.id, first=True)
    call_id = after.call.id
    work.tell(KIND, losing, call_id=call_id, subject=call_id, first=True, due_at=due_at)
    work.tell(KIND, invited, call_id=call_id, subject=call_id)
    if updated:
        starts = [after.call.start, *(c.sent_start for c in _fetched(after.copies) if c.sent_start and not c.cancelled)]
        work.tell(KIND, updated, call_id=call_id, subject=call_id, due_at=merged_at(work, starts))
    work.narrow((c.id for c in changes.withdrawn + changes.narrowed), call_id, due_at=due_at)
    work.narrow((c.id for c in changes.updated), call_id, lost=False)
    if after.call.running and changes.withdrawn + changes.narrowed:  # who waits for the floor there may be among them
        posting.tell(work, call_id)
    return changes


def merged_at(work: Reading, starts: Iterable[datetime]) -> datetime:
    """When a change of entries leaves that start, or did, at *starts* (UTC)."""
    return leaves_at(starts, work.now, work.desk.procedure.invitations.merge_seconds, CLOSE)


def _fetched(part: tuple[V, ...] | None) -> tuple[V, ...]:
    """*part* of a record; without it everybody would be taken for uninvited, so it has to be there."""
    if part is None:
        raise ValueError("A call is settled with its Part.COPIES.")
    return part


def wanted_copy(contact: Contact, known: Directory, record: Record, at: datetime) -> Wanted:
    """What *contact*'s calendar should show of the call at *at*; nothing for who does not attend or is gone."""
    participant = known.organisation_of(contact)
    invited = record.call.state in (CallState.ANNOUNCED, CallState.HELD)
    if participant is None or contact.removed_at is not None or not contact.attending or not invited:
        return Wanted(contact.id, (), "")
    own = record
    if participant.kind is not ParticipantKind.AGENCY:
        mine = tuple(a for a in record.admissions if a.contact_id == contact.id)
        if not mine:
            return Wanted(contact.id, (), "")
        own = replace(record, admissions=mine)
    reader = reader_of(contact, participant)
    windows = audience.windows(reader, own, at)
    view = audience.cut_call(reader, own, at)
    return Wanted(contact.id, tuple(windows), view.title if view else "")


def _kind_of_change(current: Collection[Invitation], changed: Collection[Invitation]) -> str:
    before = sum((c.end - c.start).total_seconds() for c in current if not c.cancelled)
    by_uid = {c.uid: c for c in current} | {c.uid: c for c in changed}
    after = sum((c.end - c.start).total_seconds() for c in by_uid.values() if not c.cancelled)
    if not before:
        return "invited"
    if not after:
        return "withdrawn"
    return "narrowed" if after < before else "updated"
