"""Owns what follows when a contact comes, changes or goes: its calendar, places on lists, links and first mail.

Who may do that to whom, and the record of it, is ``contacts``'; the calendar's copies are ``invitations``'.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot import audience
from bot.attendees import AdmissionState, Place, is_over
from bot.audience import Record
from bot.errors import Conflict
from bot.objections import Objection, may_be_objected_to, passed_on
from bot.participants import Contact, ParticipantKind, broken_rules
from handlers import actions, changed_lists, circulation, correcting, lines, minutes, named_editions, posting
from handlers.changed_lists import tell_list_changes
from handlers.invitations import KIND, WELCOME, wanted_copy
from handlers.listing import Closing, close_all, notice_for
from handlers.objections import RECORD, is_point_of_contact
from handlers.steps import REMINDER
from handlers.work import Reading, Writing
from storage import attendees, calls, directory, objections, proxies
from storage import contacts as queries
from storage.calls import Part
from storage.contacts import Leaves
from storage.directory import Directory

PASSED = frozenset({
    actions.CHANGED, actions.GIVEN, circulation.KIND, correcting.AMENDED, correcting.CORRECTED, lines.HELD,
    changed_lists.KIND, minutes.ADOPTED, minutes.LINES, minutes.SENT, named_editions.ASKED, named_editions.ENDED,
    named_editions.RELEASED, RECORD, REMINDER,
})  # fmt: skip
"""What a contact is told for its organisation, which a successor is told in its place: silence on a question that left
for nobody would count as an answer. Each is made for who reads it then."""


def keep_rules(before: Directory, after: Directory) -> None:
    """Refuses a directory with something wrong in it that was not wrong before; see ``broken_rules``."""
    known = set(broken_rules(before.participants, before.contacts))
    for says in broken_rules(after.participants, after.contacts):
        if says not in known:
            raise Conflict(says)


def close_everything(work: Writing, people: Sequence[Contact], known: Directory) -> None:
    """Ends contacts: nobody from now on, links dead, coming entries taken back, names off the lists to come."""
    gone = {c.id for c in people}
    work.narrow(sorted(gone))
    queries.end_contacts(work.tx, gone, work.now)
    agencies = [c for c in people if known.participant(c.participant_id).kind is ParticipantKind.AGENCY]
    if agencies:
        _take_back(work, agencies)
        posting.tell_running(work)
    after = _marked(work, known, gone)
    guests = gone - {c.id for c in agencies}
    closings = [_without(record, guests) for record in _listing(work, guests)]
    attendees.delete_admissions(work.tx, {place for closing in closings for place in closing.places})
    close_all(work, "contact remove", closings, after)


def _without(record: Record, gone: Collection[str]) -> Closing:
    """One call whose list those people leave."""
    left = tuple(a for a in record.admissions if a.contact_id not in gone)
    places = {(a.segment_id, a.contact_id) for a in record.admissions if a.contact_id in gone}
    return Closing(record, replace(record, admissions=left), places)


def bring(work: Writing, held: Contact | None, new: Contact, known: Directory) -> int:
    """Writes a contact, new or *held* before, and has an Agency's calendar follow; returns to how many coming calls the
    contact is invited. Representatives and observers come by the lists alone, so nothing follows for them."""
    wanted: list[str] = []
    if known.participant(new.participant_id).kind is ParticipantKind.AGENCY:
        coming = [r for r in calls.upcoming(work.tx, work.now) if not is_over(r.call, work.now)]
        after = {r.call.id: wanted_copy(new, known, r, work.now) for r in coming}
        work.narrow([held.id] if held else ())
        before = {r.call.id: wanted_copy(held, known, r, work.now) for r in coming} if held else {}
        wanted = [call_id for call_id, copy in after.items() if copy.windows]
        changed = [call_id for call_id in after if (after[call_id] != before[call_id] if held else call_id in wanted)]
        _tell(work, new, changed)
    _write(work, held, new, invited=bool(wanted))
    if held is None:
        keep_objected(work, new, known)
    return len(wanted)


def invite(work: Writing, contact: Contact, known: Directory) -> int:
    """Invites a contact of an Agency to the coming calls that stand in their calendar not at all: somebody who came by
    the roster's files, which mail nobody. Returns to how many."""
    if known.participant(contact.participant_id).kind is not ParticipantKind.AGENCY:
        return 0
    lacking = to_invite(work, [contact], known).get(contact.id, [])
    if lacking:
        work.tell(WELCOME, directory.mark_told(work.tx, [contact.id], work.now), first=True)
        _tell(work, contact, lacking)
    return len(lacking)


def to_invite(work: Reading, contacts: Collection[Contact], known: Directory) -> dict[str, list[str]]:
    """Of those contacts of Agencies, who is to be invited to which coming calls (ids) and holds no entry of them."""
    coming = [r for r in calls.upcoming(work.tx, work.now, Part.COPIES) if not is_over(r.call, work.now)]
    have = {(c.contact_id, r.call.id) for r in coming for c in r.copies or () if not c.cancelled}
    found = {
        c.id: [
            r.call.id for r in coming if (c.id, r.call.id) not in have and wanted_copy(c, known, r, work.now).windows
        ]
        for c in contacts
    }
    return {who: ids for who, ids in found.items() if ids}


def keep_objected(work: Writing, new: Contact, known: Directory) -> None:
    """Has an objection to somebody hold against *new*, who was written just now, where that is the same address of the
    same organisation: who was removed, or brought to an earlier call, comes back as objected to as before. Their Agency
    is told whom it names now."""
    if may_be_objected_to(known.participant(new.participant_id).kind):
        _tell_objectors(work, objections.pass_address(work.tx, new.email, new.participant_id, new.id), known)


def _tell_objectors(work: Writing, passed: Sequence[Objection], people: Directory) -> None:
    for one in passed:
        points = [c.id for c in people.people_of(one.by_id) if is_point_of_contact(c) and c.removed_at is None]
        work.tell(RECORD, points, subject=one.reference)


def pass_on(work: Writing, old: Contact, new: Contact, held: Contact | None, known: Directory) -> int:
    """Ends *old* and gives its open actions, places on lists, coming invitations and what it was still to be told for
    its organisation to *new* (*held* before, where it was in the directory); returns to how many coming calls that one
    is invited in its place."""
    leaves = _take_back(work, [old], PASSED, new)
    if known.participant(old.participant_id).kind is ParticipantKind.AGENCY:
        posting.tell_running(work)
    coming = list(dict.fromkeys(call_id for _, call_id in leaves.calls))
    _tell(work, new, coming)
    _write(work, held, new, invited=bool(coming), old=old)
    queries.pass_actions(work.tx, leaves.actions, new.id)
    work.errands += [
        replace(e, id=work.desk.new_id(), contact_id=new.id, attempts=0, first_attempt_at=None) for e in leaves.waiting
    ]
    if known.participant(old.participant_id).kind is not ParticipantKind.AGENCY:
        others = tuple(c for c in known.contacts if c.id not in (old.id, new.id))
        after = replace(known, contacts=(*others, replace(old, removed_at=work.now), new))
        _pass_places(work, old, new, leaves, after)
    return len(coming)


def _pass_places(work: Writing, old: Contact, new: Contact, leaves: Leaves, people: Directory) -> None:
    """Gives the successor the places of *old* on the lists to come, and has the Agencies told.

    A place that an objection bars is not passed, as one that was taken off is not. An objection to the person goes on,
    for when they come back, and is followed by one to the successor, who comes in its place; that one takes a colleague
    off where they stood by themselves, and its Agency is told of it. An objection to who had the successor's address
    before holds against the successor as in ``keep_objected``.
    """
    coming = [r for r in leaves.lists if not is_over(r.call, work.now)]
    mine = {(a.segment_id, old.id): (r, a) for r in coming for a in r.admissions if a.contact_id == old.id}
    own = {a.segment_id for r in coming for a in r.admissions if a.contact_id == new.id}
    again, added = passed_on(leaves.objections, old.id, new.id, work.now, work.desk.new_reference)
    against = {r.call.id: _against(r, again, added) for r in coming}
    kept_back = {
        place for place, (r, a) in mine.items()
        if a.segment_id in own or audience.is_barred(against[r.call.id], replace(a, contact_id=new.id), work.now)
    }  # fmt: skip
    attendees.delete_admissions(work.tx, kept_back)
    objections.pass_on(work.tx, added, again, work.actor.user)
    _tell_objectors(work, [*again, *added], people)
    if mine.keys() - kept_back:
        queries.pass_admissions(work.tx, old.id, new.id, [r.call.id for r in coming])
    lists: list[tuple[Record, Record]] = []
    shut: set[Place] = set()
    for record in coming:
        passed = tuple(
            replace(a, contact_id=new.id) if a.contact_id == old.id else a
            for a in record.admissions
            if (a.segment_id, a.contact_id) not in kept_back
        )
        after = replace(against[record.call.id], admissions=passed)
        lists.append((record, after))
        if record.call.running:  # who waits for the floor there may be the one who goes
            posting.tell(work, record.call.id)
        shut |= _shut_out(work, new, record, after)
    attendees.mark_proposed(work.tx, shut)
    tell_list_changes(work, lists, people)


def _against(record: Record, again: Sequence[Objection], added: Sequence[Objection]) -> Record:
    """*record* with those objections against a successor: *again* in the place of what they were, and those *added*."""
    now = {o.reference: o for o in (*record.objections, *again, *added) if o.call_id in (None, record.call.id)}
    return replace(record, objections=tuple(now.values()))


def _shut_out(work: Writing, new: Contact, before: Record, after: Record) -> set[Place]:
    """The places of *new* on the list of a call that an objection bars *after* and did not *before*: who stood there
    by themselves loses them as by an objection that is raised now, and is told with the notice."""
    mine = (a for a in before.admissions if a.contact_id == new.id)
    lost = [a for a in mine if audience.is_barred(after, a, work.now) and not audience.is_barred(before, a, work.now)]
    places = {(a.segment_id, a.contact_id) for a in lost}
    if any(a.state is AdmissionState.APPROVED for a in lost):
        call_id, due = before.call.id, notice_for(work, before, places)
        work.tell(KIND, [new.id], call_id=call_id, subject=call_id, first=True, due_at=due)
        work.narrow([new.id], call_id, due_at=due)
    return places


def _write(work: Writing, held: Contact | None, new: Contact, *, invited: bool, old: Contact | None = None) -> None:
    """Writes a contact, and ends the *old* one in whose place it comes; somebody who is invited and was never written
    to gets the first mail before the invitation."""
    told_at, fresh = work.now if invited else None, [new.id] if invited else []
    if held is None and old is not None:
        directory.put_in_place(work.tx, new, old, work.now, told_at)
    elif held is None:
        directory.insert_contacts(work.tx, [new], told_at=told_at)
    else:
        directory.update_contact(work.tx, new)
        if held.only_call is not None:
            proxies.release(work.tx, [held.id])
        fresh = directory.mark_told(work.tx, [new.id], work.now) if invited else []
        if old is not None:
            queries.end_contacts(work.tx, [old.id], work.now, new.id)
    work.tell(WELCOME, fresh, first=True)


def _tell(work: Writing, contact: Contact, call_ids: Collection[str], *, first: bool = False) -> None:
    for call_id in call_ids:
        work.tell(KIND, [contact.id], call_id=call_id, subject=call_id, first=first)


def _take_back(
    work: Writing, people: Sequence[Contact], passed: Collection[str] = (), successor: Contact | None = None
) -> Leaves:  # fmt: skip
    """Takes the coming calls out of those people's calendars; returns what they leave behind, and what of the kinds
    *passed* waits for a successor from now on."""
    leaves = queries.leaves(work.tx, {c.id for c in people}, KIND, work.now, passed, successor)
    work.narrow(c.id for c in people)
    for contact_id, call_id in leaves.calls:
        work.narrow([contact_id], call_id)
        work.tell(KIND, [contact_id], call_id=call_id, subject=call_id, first=True)
    return leaves


def _listing(work: Reading, contact_ids: Collection[str]) -> list[Record]:
    """The calls to come on whose lists those people stand."""
    if not contact_ids:
        return []
    coming = calls.upcoming(work.tx, work.now, Part.LIST | Part.ITEMS, drafts=True)
    return [
        r for r in coming if not is_over(r.call, work.now) and any(a.contact_id in contact_ids for a in r.admissions)
    ]


def _marked(work: Reading, known: Directory, gone: Collection[str]) -> Directory:
    """*known* with those people removed but still named, so that their calendars can follow."""
    contacts, proxies = (
        tuple(replace(c, removed_at=work.now) if c.id in gone else c for c in people)
        for people in (known.contacts, known.proxies)
    )
    return replace(known, contacts=contacts, proxies=proxies)
