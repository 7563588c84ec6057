"""Owns what an invitation mail says: the copy brought up to date at the moment of sending, and the words around it.

Who gets an errand at all is ``invitations``'s; the iMIP bytes are the mail door's.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import audience
from bot.agenda import AgendaItem, ItemState
from bot.attendees import NEUTRAL_WITHDRAWN
from bot.audience import CallView, Record
from bot.calls import AUDIENCES, CallState
from bot.exposures import shown
from bot.invitations import Differs, Invitation, changed_parts, unsent
from bot.itip import Copy
from bot.notices import Notice, to_answer
from bot.participants import Contact, Participant, ParticipantKind
from bot.when import show, show_date, show_span
from bot.zones import zone_of
from handlers.carrying import labelled, marked
from handlers.invitation_changes import is_moved, is_shorter, narrowed, opening, reasons, times, titles
from handlers.invitations import ABOUT, wanted_copy
from handlers.links import join_link, mark_of
from handlers.marking import read_held
from handlers.own_copies import own_record, up_to_date
from handlers.reply_address import tagged
from handlers.work import Reading
from storage import calls, directory, invitations
from storage.calls import Part
from storage.directory import Directory
from storage.outbox import Errand

CANCELLED = "{title} will not take place on {day}."
BECAUSE = "The secretariat says: {reason}"
NOT_INVITED = "Your Agency's entry for this call has been taken back."
JOIN = "Your own link to join; it opens {early} minutes before your part and is for you alone"
BY_TELEPHONE = "; from a day before, it shows you the telephone numbers"
ANSWER = (
    "To answer, use the buttons of your calendar or of your own page, or `/lap yes`, `/lap no` or `/lap maybe` in "
    "Slack, or answer this mail in words: the secretariat reads it. Questions: {address}."
)
PRESENTED_BY = "{title} ({who})"


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> list[Notice]:
    """Brings this person's copy of the call up to date and returns a notice for each block that they do not yet hold.

    1. Fetch the call and ask ``audience`` what the person may hear now; nothing for somebody removed.
    2. Reconcile their copies with that, and save them: SEQUENCE, DTSTAMP and revision are fixed before the first
       attempt, so that a retry is byte-equal.
    3. A notice for each copy whose latest revision was not sent; none where a change was taken back in time.
    """
    own = own_record(work, errands[0].subject, contact.id)
    if own is None:
        return []
    copies = up_to_date(work, own, contact, participant)
    due = unsent(sorted(copies, key=lambda c: (not c.cancelled, c.block)))
    return [marked(work, _notice(work, own, contact, participant, copy)) for copy in due]


def _notice(work: Reading, record: Record, contact: Contact, participant: Participant, copy: Invitation) -> Notice:
    zone = zone_of(contact.zone)
    view = audience.cut_call(work.reader, record, work.now)
    guest = participant.kind is not ParticipantKind.AGENCY
    address = work.desk.settings.mail_from or ""
    if copy.cancelled:
        return _withdrawn(work, record, contact, copy, zone, guest=guest)
    link = join_link(work, contact.id, copy.call_id)
    differs = changed_parts(copy, mark_of(link))
    earlier = audience.earlier_title(view, copy)
    words, subject = opening(work, copy, differs, zone, guest=guest, title=earlier)
    seen = _items(work, record, view, copy)
    facts = [*times(copy, zone), *titles(copy, differs, earlier), *_parts(view, copy, zone, guest=guest)]
    return Notice(
        subject=subject,
        paragraphs=words,
        facts=tuple(facts),
        items=_entries(work, seen),
        links=((_join(work, guest=guest), link),),
        closing=(ANSWER.format(address=address),),
        copy=_copy(work, contact, copy, link),
        follows=_earlier(copy),
        shows=shown(segments=_inside(view, copy), items=(i.reference for i in seen)),
    )


def _taken_back(
    work: Reading, record: Record, copy: Invitation, zone: ZoneInfo, *, guest: bool
) -> tuple[tuple[str, ...], str]:
    """The words and the subject for a copy that is cancelled: neutral for a guest, whatever the cause; why the call is
    cancelled for who is of an Agency that was invited to some part, still."""
    start = copy.sent_start or copy.start
    day, when = show_date(start.astimezone(zone).date()), show(start, zone)
    address = work.desk.settings.mail_from or ""
    if guest:
        return (NEUTRAL_WITHDRAWN.format(day=day), reasons(work)), f"Withdrawn: your invitation for {when}"
    if record.call.state is CallState.CANCELLED and audience.reads_why_cancelled(work.reader, record.call):
        reason = calls.cancelled_because(work.tx, copy.call_id)
        words = (CANCELLED.format(title=copy.title, day=day), *((BECAUSE.format(reason=reason),) if reason else ()))
        return words, f"Cancelled: {copy.title}, {when}"
    return (NOT_INVITED, f"Questions: {address}."), f"Withdrawn: {copy.title}, {when}"


def _withdrawn(
    work: Reading, record: Record, contact: Contact, copy: Invitation, zone: ZoneInfo, *, guest: bool
) -> Notice:
    words, subject = _taken_back(work, record, copy, zone, guest=guest)
    start, end = copy.sent_start or copy.start, copy.sent_end or copy.end
    told = replace(copy, start=start, end=end)
    return Notice(
        subject=subject,
        paragraphs=words,
        facts=(("Was", show_span(start, end, zone)),),
        copy=_copy(work, contact, told, ""),
        follows=_earlier(copy),
    )


def _earlier(copy: Invitation) -> tuple[datetime, ...]:
    """The DTSTAMPs of the first mail of this copy that left, and of the last."""
    return tuple(dict.fromkeys(stamp for stamp in (copy.thread_stamp, copy.sent_stamp) if stamp is not None))


def _parts(view: CallView | None, copy: Invitation, zone: ZoneInfo, *, guest: bool) -> list[tuple[str, str]]:
    """The parts inside this copy; for a guest with one part the title says it already."""
    inside = [s for s in view.segments if copy.start <= s.start and s.end <= copy.end] if view else []
    if guest and len(inside) < 2:
        return []
    return [
        (
            f"Part {s.number}",
            f"{s.title}, {_hours(s.start, s.end, zone)}" + (f" ({AUDIENCES[s.audience]})" if s.audience else ""),
        )
        for s in inside
    ]


def _inside(view: CallView | None, copy: Invitation) -> set[str]:
    """The segments inside this copy, by id."""
    return {s.id for s in view.segments if copy.start <= s.start and s.end <= copy.end} if view else set()


def _hours(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    return f"{start.astimezone(zone):%H:%M}-{end.astimezone(zone):%H:%M}"


def _items(work: Reading, record: Record, view: CallView | None, copy: Invitation) -> list[AgendaItem]:
    """The accepted items of the parts inside this copy."""
    inside = _inside(view, copy)
    return [
        i
        for i in audience.cut_agenda(work.reader, record, work.now)
        if i.segment_id in inside and i.state is ItemState.ACCEPTED
    ]


def _entries(work: Reading, items: list[AgendaItem]) -> tuple[str, ...]:
    """Each of *items* with its label and who presents it."""
    ids = frozenset(i.proposer_id for i in items)
    if ("names", ids) not in work.fetched:
        work.fetched["names", ids] = {p.id: p.name for p in directory.named(work.tx, ids)}
    names = work.fetched["names", ids]
    return tuple(
        PRESENTED_BY.format(title=labelled(work, i.title, i.label), who=names.get(i.proposer_id, "")) for i in items
    )


def _join(work: Reading, *, guest: bool) -> str:
    terms = work.desk.procedure.bridges
    return JOIN.format(early=terms.early_minutes) + (BY_TELEPHONE if terms.dial_in and not guest else "")


def _copy(work: Reading, contact: Contact, copy: Invitation, link: str) -> Copy:
    early = work.desk.procedure.bridges.early_minutes
    return Copy(
        uid=copy.uid,
        sequence=copy.sequence,
        dtstamp=copy.dtstamp,
        created=copy.created_at,
        start=copy.start,
        end=copy.end,
        summary=copy.title,
        description=ABOUT.format(early=early) if link else "",
        location=link,
        organizer=tagged(work.desk.settings.mail_from or "", copy.tag),
        attendee=contact.email,
        attendee_name=contact.name,
        cancelled=copy.cancelled,
    )


HELD_NEW = "You are invited to {title}. The invitation is on its way to {email}; you can answer here."
HELD_RENEWED = "Your calendar entry for {title} is renewed: its title, or your link to join. The time stays as it was."
HELD_CHANGED = "Your part of {title} now has other times. The new entry is on its way to {email}."
HELD_MOVED = "{title} has been moved. The new entry is on its way to {email}; please answer again, here or there."


def compose_held(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """What Slack says beside the mail: the part, its time, buttons to answer.

    Nothing once a later revision is due, nor of a part that the person may no longer hear, nor of one that is over.
    """
    uid, before = read_held(errands[0].subject)
    copy = invitations.by_uid(work.tx, uid)
    if copy is None or not copy.revision == copy.sent_revision == errands[0].revision:
        return None
    record = calls.one(work.tx, copy.call_id, Part.OWN | Part.ITEMS, contact.id)
    if record is None:
        return None
    zone, guest = zone_of(contact.zone), participant.kind is not ParticipantKind.AGENCY
    start, end = before or (None, None)
    changed = replace(copy, sent_start=start, sent_end=end)
    if copy.cancelled:
        words, subject = _taken_back(work, record, changed, zone, guest=guest)
        was = ("Was", show_span(start or copy.start, end or copy.end, zone))
        return Notice(subject=subject, paragraphs=words, facts=(was,))
    known = Directory((participant,), (contact,))
    wanted = wanted_copy(contact, known, record, work.now)
    if (copy.start, copy.end) not in [(w.start, w.end) for w in wanted.windows] or copy.end <= work.now:
        return None
    differs = changed_parts(changed, changed.sent_link)
    renewed = f"Renewed: {copy.title}, {show(copy.start, zone)}"
    return Notice(
        subject=opening(work, changed, differs, zone, guest=guest)[1] if differs != Differs.NOTHING else renewed,
        paragraphs=_held_words(work, changed, differs, contact, zone, guest=guest),
        facts=tuple(times(changed, zone)),
        links=((_join(work, guest=guest), join_link(work, contact.id, copy.call_id)),),
        buttons=to_answer(copy.call_id, copy.start, copy.end),
        shows=shown(segments=(s.id for w in wanted.windows for s in w.segments)),
    )


def _held_words(
    work: Reading, copy: Invitation, differs: Differs | None, contact: Contact, zone: ZoneInfo, *, guest: bool
) -> tuple[str, ...]:
    if is_shorter(differs, guest=guest):
        return narrowed(work, copy, zone)
    if differs is None:
        words = HELD_NEW
    elif Differs.TIME not in differs:
        words = HELD_RENEWED
    else:
        words = HELD_MOVED if is_moved(copy, differs, guest=guest) else HELD_CHANGED
    return (words.format(title=copy.title, email=contact.email),)
