"""Owns every answer to “what of this may this reader have”: pure, total, closed by default; nobody else filters.

A ``Record`` holds what is known of one call; each ``cut_*`` returns only what the reader may see of it, or None.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.actions import ActionChange, ActionItem, ChangeKind
from bot.agenda import AgendaItem, ItemState
from bot.amending import Amendment, Correction, label_of
from bot.attendees import Admission, AttendeeList, ListChange, net_changes, open_segments
from bot.attendees import is_over as is_past
from bot.calls import LATE, Call, CallState, SeenOrder, Segment
from bot.editions import AskedLine, NamedEdition, TakenOut, standing
from bot.invitations import Invitation, Stranger, Untold, Window, blocks, chosen_windows
from bot.minutes import Attendance, LineHold, MinuteEntry, Minutes, Regrets
from bot.objections import Objection, barred
from bot.papers import Paper
from bot.participants import Contact, Participant, ParticipantKind, Reader, Role, Sector, as_organisation, seat_at
from bot.places import Shut
from bot.procedure import Step
from bot.queue import Asking
from bot.reports import Report
from bot.topics import AudienceKind


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one call, as far as it was fetched; what was not fetched is empty and so is not shown.

    The last five are for acts, never for readers: everybody's ``copies``, whose narrowing is ``untold``, ``strangers``,
    the ``steps``, and the orders of parts ``seen`` by who acts; they are None where they were not fetched.
    """

    call: Call
    admissions: tuple[Admission, ...] = ()
    objections: tuple[Objection, ...] = ()
    items: tuple[AgendaItem, ...] = ()
    list: AttendeeList = AttendeeList()
    lines: tuple[MinuteEntry, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    minutes: Minutes = Minutes()
    attendance: tuple[Attendance, ...] = ()
    actions: tuple[ActionItem, ...] = ()
    queue: tuple[Asking, ...] = ()
    regrets: tuple[Regrets, ...] = ()
    copies: tuple[Invitation, ...] | None = None
    untold: tuple[Untold, ...] | None = None
    strangers: tuple[Stranger, ...] | None = None
    steps: tuple[Step, ...] | None = None
    seen: tuple[SeenOrder, ...] | None = None


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A segment as this reader sees it: ``number`` counts what they see; audience and admitted names only for those
    who may know of closed parts (None for representatives and observers)."""

    id: str
    number: int
    title: str
    start: datetime
    end: datetime
    audience: AudienceKind | None
    only: frozenset[str]


@dataclass(frozen=True, slots=True)
class CallView:
    """A call as this reader sees it; for representatives and observers title, start and end are of their own part, and
    to whom it runs on behind their last one it was held.

    ``name``: what the reader types to name it, its UTC date; with the hour where ``finding`` saw another that day.
    """

    id: str
    name: str
    title: str
    state: CallState
    start: datetime
    end: datetime
    segments: tuple[SegmentView, ...]
    whole: bool

    @property
    def ended(self) -> bool:
        """Whether the call has ended, as far as this reader may know."""
        return self.state in (CallState.HELD, CallState.CANCELLED)

    def part(self, segment_id: str | None) -> SegmentView | None:
        """The part with that id, where this reader sees it."""
        return next((s for s in self.segments if s.id == segment_id), None)


def invited(reader: Reader, call: Call) -> bool:
    """Whether an Agency is invited to *call*: every Agency, or the named ones (A.3); a proxy of it to its one call."""
    named = not call.only or reader.participant_id in call.only
    return reader.kind is ParticipantKind.AGENCY and named and reader.may_ask_of(call.id)


def reads_why_cancelled(reader: Reader, call: Call) -> bool:
    """Whether *reader* reads why that call is off: the secretariat, and an Agency that was invited to a part of it. One
    that every part left out was invited no longer."""
    theirs = any(not s.only or reader.participant_id in s.only for s in call.segments)
    return reader.secretariat or (invited(reader, call) and theirs)


def heard_segments(reader: Reader, record: Record, at: datetime) -> tuple[Segment, ...]:
    """The segments of the call that *reader* may join at *at*, before the choice between two blocks (B.3)."""
    call = record.call
    if not reader.may_ask_of(call.id):
        return ()
    if call.state in (CallState.DRAFT, CallState.CANCELLED) and not reader.secretariat:
        return ()
    if reader.secretariat:
        return call.segments
    if reader.kind is ParticipantKind.AGENCY:
        if not invited(reader, call):
            return ()
        return tuple(s for s in call.segments if not s.only or reader.participant_id in s.only)
    return open_segments(
        call, reader.kind, reader.participant_id, reader.contact_id, record.admissions, record.objections, at
    )


def heard_of(reader: Reader, record: Record, segment_id: str, only: frozenset[str], at: datetime) -> bool:
    """Whether an Agency may hear that segment of the call, or might have: one that is gone named *only* (ids)."""
    if any(s.id == segment_id for s in record.call.segments):
        return any(s.id == segment_id for s in heard_segments(reader, record, at))
    if record.call.state in (CallState.DRAFT, CallState.CANCELLED) or not invited(reader, record.call):
        return False
    return not only or reader.participant_id in only


def windows(reader: Reader, record: Record, at: datetime) -> list[Window]:
    """The contiguous times that this person is invited to; a representative's gap is closed as barrier.md (8) says."""
    heard = heard_segments(reader, record, at)
    if not heard:
        return []
    stretches = blocks(record.call, heard)
    if len(stretches) == 1 or reader.kind is ParticipantKind.AGENCY or reader.secretariat:
        return stretches
    chosen = {a.segment_id for a in record.admissions if a.contact_id == reader.contact_id and a.chosen}
    own = {
        i.segment_id
        for i in record.items
        if i.segment_id and i.proposer_id == reader.participant_id and i.state is ItemState.ACCEPTED
    }
    return chosen_windows(stretches, chosen, own)


def until_by_clock(record: Record, at: datetime) -> datetime | None:
    """Until when (UTC) the clock alone changes nothing of what anybody may have of that call as they have it at *at*:
    the first moment after it at which an objection runs out, a part ends, or the call can no longer be started; None
    for never. Later than that nothing kept may be shown (ADR 16)."""
    ends = [end for _, _, end in record.call.spans()]
    ends += [o.until for o in record.objections if o.until is not None]
    # As ``Call.judged_at`` has it: over is a call from the moment after this one.
    ends.append(record.call.end + LATE + datetime.resolution)
    return min((end for end in ends if end > at), default=None)


def _mine(reader: Reader, record: Record, at: datetime) -> tuple[Segment, ...]:
    """The segments of ``windows``, in their order; whoever chooses between no blocks needs none of them made."""
    heard = heard_segments(reader, record, at)
    if len(heard) < 2 or reader.kind is ParticipantKind.AGENCY or reader.secretariat:
        return heard
    return tuple(s for w in windows(reader, record, at) for s in w.segments)


Hearing = Callable[[str | None], bool]
"""Whether a certain reader may hear a segment of a certain call, by its id."""


def hearing(reader: Reader, record: Record, at: datetime) -> Hearing:
    """What *reader* may hear of a call, worked out once for many questions: a call has hundreds of lines.

    No segment (unassigned time) is closed: the Agencies invited only.
    """
    if reader.secretariat:
        return lambda _: True
    mine = {s.id for s in _mine(reader, record, at)}
    unassigned = reader.kind is ParticipantKind.AGENCY and bool(mine)
    return lambda segment_id: unassigned if segment_id is None else segment_id in mine


def hears_whole(reader: Reader, record: Record, at: datetime) -> bool:
    """Whether *reader* hears every part of the call: the secretariat, and an Agency that no part leaves out."""
    return reader.secretariat or (
        reader.kind is ParticipantKind.AGENCY and _all_of(record, hearing(reader, record, at))
    )


def _all_of(record: Record, heard: Hearing) -> bool:
    return all(heard(s.id) for s in record.call.segments)


def runs(reader: Reader, record: Record, at: datetime) -> bool:
    """Whether *reader* runs the call: the secretariat, and the contact of an Agency who was named its scribe, for as
    long as it hears every part; who loses one loses the role with it."""
    return reader.secretariat or (_is_scribe(reader, record) and hears_whole(reader, record, at))


def _is_scribe(reader: Reader, record: Record) -> bool:
    named = bool(reader.contact_id) and record.call.scribe == reader.contact_id
    return named and reader.kind is ParticipantKind.AGENCY and not reader.is_proxy


def _writes(reader: Reader, record: Record, heard: Hearing) -> bool:
    """``runs``, of a reader who is not the secretariat and hears so much: the record is the scribe's too till sent."""
    return _is_scribe(reader, record) and _all_of(record, heard)


def hears(reader: Reader, record: Record, segment_id: str | None, at: datetime) -> bool:
    """Whether *reader* may hear that segment, as ``hearing`` says."""
    return hearing(reader, record, at)(segment_id)


def cut_call(reader: Reader, record: Record, at: datetime) -> CallView | None:
    """The call as *reader* may see it; None when nothing of it is theirs to know, whether or not it exists."""
    call = record.call
    mine = _mine(reader, record, at)
    if not mine:
        return None
    whole = reader.secretariat or reader.kind is ParticipantKind.AGENCY
    spans = {s.id: (start, end) for s, start, end in call.spans()}
    views = tuple(
        SegmentView(
            s.id, number, s.name, *spans[s.id],
            s.audience if whole else None, s.only if whole else frozenset(),
        )
        for number, s in enumerate(mine, 1)
    )  # fmt: skip
    title = call.title if whole else " and ".join(dict.fromkeys(v.title for v in views))
    start, end = views[0].start, views[-1].end
    state = CallState.HELD if call.runs_behind({s.id for s in mine}) else call.state
    return CallView(call.id, f"{start:%Y-%m-%d}", title, state, start, end, views, whole)


def told_due(view: CallView, record: Record, due_at: datetime, *, by_hand: bool = False) -> datetime:
    """When (UTC) a step of the call is due, as the reader of *view* may have it: reckoned from the beginning of their
    own first part, since from that of the call it would tell whom a part leaves out when the call begins. One that was
    given its time *by hand* tells nothing of that."""
    return due_at if by_hand else due_at + (view.start - record.call.start)


def is_over(reader: Reader, record: Record, at: datetime) -> bool:
    """Whether the call is over as far as *reader* may know: it has ended, it is on behind their last part, or that was
    to have ended and nobody began the call. Who hears all of it knows when; others learn of nothing that goes on
    without them."""
    mine, call = _mine(reader, record, at), record.call
    if not mine:
        return is_past(call, at)
    if call.running:
        return call.runs_behind({s.id for s in mine})
    return call.ended or call.span(mine[-1].id)[1] <= at


def is_ahead(record: Record, view: CallView, at: datetime) -> bool:
    """Whether the reader of *view* has still something of the call before them, or is in it: until the end of their
    last part by its plan, with the delay that those who wait were told."""
    late = timedelta(minutes=record.call.late)
    return not view.ended and (is_on(record, view) or view.end + late > at)


def earlier_title(view: CallView | None, copy: Invitation) -> str | None:
    """The title that *copy* had when it was sent last; None where its person may not hear each part that it named any
    more: what was lost is not named again."""
    heard = {s.id for s in view.segments} if view else set()
    named = set(copy.sent_parts.split())
    return copy.sent_title if named and named <= heard else None


def is_on(record: Record, view: CallView) -> bool:
    """Whether the call is under way in a part that the reader of *view* sees: of one before or after they know nothing,
    so not that it runs either."""
    live = record.call.live
    return live is not None and record.call.running and live.segment_id in {s.id for s in view.segments}


def knows_gate(reader: Reader, record: Record, at: datetime) -> bool:
    """Whether *reader* may know that the gate behind the part that is on stands shut: who hears what lies behind it.
    To everybody else a call that ends there is the same, so that they learn of nothing that goes on without them."""
    live, segments = record.call.live, record.call.segments
    order = [s.id for s in segments]
    if live is None or live.segment_id not in order[:-1]:
        return reader.secretariat
    return hears(reader, record, order[order.index(live.segment_id) + 1], at)


def goes_on(reader: Reader, record: Record, at: datetime) -> bool:
    """Whether the part that is on is open as far as *reader* may know: while a gate behind it stands shut of which they
    may not know, it goes on for them at every door, and what they may do in it they still may."""
    live = record.call.live
    return live is not None and (live.cleared or not knows_gate(reader, record, at))


def _hears_item(reader: Reader, item: AgendaItem, heard: Hearing) -> bool:
    """Whether *reader* may read that item of others: what is accepted in a part that it hears."""
    if item.state is not ItemState.ACCEPTED or not heard(item.segment_id):
        return False
    return reader.kind is ParticipantKind.AGENCY or item.audience is AudienceKind.JOINT


def owns_item(reader: Reader, item: AgendaItem) -> bool:
    """Whether *item* is of *reader*'s organisation, and so what became of it. What the secretariat put there is not
    of the Agency that it is people of: a standing item never, what it entered in a draft not before the call is
    announced, as a draft is nobody else's."""
    return reader.stands_for(item.proposer_id, item.call_id) and not (item.standing or item.drafted)


def opens_item(reader: Reader, item: AgendaItem) -> bool:
    """Whether *reader* is whose consent alone opens *item*: who proposed it. Of the secretariat, which is people of an
    Agency too, that is what it entered itself: what another officer of that Agency proposed it opens in its name."""
    entered = item.standing or item.drafted or item.contact_id == reader.contact_id
    return reader.stands_for(item.proposer_id, item.call_id) and (entered or not reader.secretariat)


def cut_item(reader: Reader, record: Record | None, item: AgendaItem, at: datetime) -> AgendaItem | None:
    """*item* as *reader* may read it, or None. *record*: the item's call where it was fetched, else nothing of it is
    shown. Who proposed an item reads what became of it, and call and part only where it hears them."""
    known = record if record is not None and record.call.id == item.call_id else None
    return _cut_item(reader, item, hearing(reader, known, at) if known else None)


def _cut_item(reader: Reader, item: AgendaItem, heard: Hearing | None) -> AgendaItem | None:
    """*heard* is of the item's own call; None where that was not fetched. Each field is named: who reads a new one is
    decided here."""
    if reader.secretariat:
        return item
    agency = reader.kind is ParticipantKind.AGENCY
    part = heard is not None and item.segment_id is not None and heard(item.segment_id)
    plain = item.consent_asked_at is None and item.confirmed_at is None
    if agency and part and plain and item.state is ItemState.ACCEPTED:
        return item
    own = owns_item(reader, item)
    if not own and (heard is None or not _hears_item(reader, item, heard)):
        return None
    if agency and part and (own or plain):
        return item
    if not agency and not (part and item.state is ItemState.ACCEPTED and item.audience is AudienceKind.JOINT):
        heard, part = None, False
    return AgendaItem(
        reference=item.reference,
        call_id=item.call_id if heard is not None and (part or heard(None)) else None,
        segment_id=item.segment_id if part else None,
        position=item.position if part else 0,
        clause=item.clause,
        title=item.title,
        minutes=item.minutes,
        audience=item.audience if agency else AudienceKind.JOINT,
        label=item.label,
        state=item.state,
        proposer_id=item.proposer_id,
        contact_id=item.contact_id if own or agency else "",
        created_at=item.created_at,
        consent_asked_at=item.consent_asked_at if own else None,
        case=item.case if agency else item.stated if own else "",
        confirmed_at=item.confirmed_at if own else None,
        standing=item.standing,
        stated=item.stated if own else "",
        drafted=item.drafted,
    )


def cut_agenda(reader: Reader, record: Record, at: datetime) -> tuple[AgendaItem, ...]:
    """The items of the call that *reader* may read, in the order of segments and places; unplaced ones last."""
    order = {s.id: i for i, s in enumerate(record.call.segments)}
    heard, call_id, last = hearing(reader, record, at), record.call.id, len(order)
    cut = [_cut_item(reader, i, heard if i.call_id == call_id else None) for i in record.items]
    seen = [c for c in cut if c is not None]
    return tuple(
        sorted(seen, key=lambda i: (order.get(i.segment_id or "", last), i.position, i.created_at, i.reference))
    )


def cut_papers(
    reader: Reader, record: Record | None, item: AgendaItem, papers: Iterable[Paper], at: datetime
) -> tuple[Paper, ...]:
    """The papers of *item* that *reader* may read: all that were not removed, where it may read the item itself; whose
    item stands in a part that it does not hear, and a guest whose item stands in none, only what its own organisation
    attached. What the secretariat attached in a draft is nobody else's."""
    seen = cut_item(reader, record, item, at)
    if seen is None:
        return ()
    whole = reader.secretariat or seen.segment_id is not None
    unplaced = reader.kind is ParticipantKind.AGENCY and item.segment_id is None
    there = (p for p in papers if p.item == item.reference and p.removed_at is None)
    there = (p for p in there if reader.secretariat or not p.drafted)
    return tuple(p for p in there if whole or unplaced or p.by_id == reader.participant_id)


def cut_reports(
    reader: Reader, reports: Iterable[Report], records: Iterable[Record], at: datetime
) -> tuple[Report, ...]:
    """Early-warning reports (B.3.a.v) that *reader* may read: an organisation its own, an Agency those gathered into
    the briefing of one of the calls of *records* that it hears, the secretariat all; no other guest any, and no proxy
    what its organisation sent."""
    told = {r.call.id for r in records if reader.kind is ParticipantKind.AGENCY and hears(reader, r, None, at)}
    return tuple(
        r
        for r in reports
        if reader.secretariat
        or reader.stands_for(r.participant_id, None)
        or (r.call_id in told and r.taken_back_at is None)
    )


def sees_line(reader: Reader, record: Record, line: MinuteEntry, at: datetime) -> bool:
    """Whether *reader* may read that line: the secretariat and the scribe at once, Agencies once sent, others their
    segments' edition once adopted and, once sent, the lines attributed to them; a closed or withheld line never leaves
    the Agencies."""
    told = unattributed(record, line)
    return _sees_line(reader, record, told, hearing(reader, record, at), _closed_items(record))


def unattributed(record: Record, line: MinuteEntry) -> MinuteEntry:
    """*line* as anybody reads it: of nobody where its part is under the Chatham House Rule."""
    return replace(line, speaker_id=None) if line.segment_id in _ruled(record) else line


def _sees_line(
    reader: Reader, record: Record, line: MinuteEntry, heard: Hearing, closed_items: Collection[str]
) -> bool:  # fmt: skip
    if reader.secretariat:
        return True
    if line.taken_back_at is not None:
        return False
    if record.minutes.sent_at is None:
        return _writes(reader, record, heard)
    if reader.kind is ParticipantKind.AGENCY:
        return heard(line.segment_id)
    if line.closed or line.withheld or line.item in closed_items or not heard(line.segment_id):
        return False
    return record.minutes.adopted_at is not None or line.speaker_id == reader.participant_id


def _closed_items(record: Record) -> frozenset[str]:
    """The items that are closed by now, and every line under them with them; a line closed before is marked itself."""
    return frozenset(i.reference for i in record.items if i.audience is AudienceKind.AGENCIES)


def cut_attendance(reader: Reader, record: Record, at: datetime) -> tuple[Attendance, ...]:
    """Who was there, by segment, since when and until when: all of it for the secretariat and the scribe; for an Agency
    its own segments' once the minutes are sent, but for how long somebody was away meanwhile, which helps who keeps the
    record; nothing for others, who learn of no other guest, and for nobody of a part under the Chatham House Rule."""
    ruled = _ruled(record)
    told = [a for a in record.attendance if a.segment_id not in ruled]
    if reader.secretariat:
        return tuple(told)
    if reader.kind is not ParticipantKind.AGENCY:
        return ()
    heard = hearing(reader, record, at)
    keeps = _writes(reader, record, heard)
    if record.minutes.sent_at is None and not keeps:
        return ()
    return tuple(a if keeps else replace(a, away=0) for a in told if heard(a.segment_id))


def _rolls(reader: Reader, record: Record, at: datetime) -> frozenset[str]:
    """The parts (ids) of whose running *reader* reads, as it reads who was there: regrets, and when gates were shut."""
    heard = hearing(reader, record, at)
    if not reader.secretariat and reader.kind is not ParticipantKind.AGENCY:
        return frozenset()
    if not reader.secretariat and record.minutes.sent_at is None and not _writes(reader, record, heard):
        return frozenset()
    return frozenset(s.id for s in record.call.segments if heard(s.id))


def cut_regrets(
    reader: Reader, record: Record, organisations: Iterable[Participant], at: datetime
) -> tuple[tuple[str, str], ...]:
    """Who told that they cannot come, by segment and organisation (ids): of the parts of which *reader* may read who
    was there, and there of those who could have come: Agencies that hear the part, and guests whose names *reader*
    reads on its list. Not of who came after all."""
    parts = _rolls(reader, record, at) - _ruled(record)
    known = {p.id: p for p in organisations}
    listed = {(a.segment_id, a.participant_id) for a in cut_attendees(reader, record, at)}
    there = {(a.segment_id, a.participant_id) for a in record.attendance}
    found: list[tuple[str, str]] = []
    for one in dict.fromkeys(r.participant_id for r in record.regrets if r.participant_id in known):
        agency = known[one].kind is ParticipantKind.AGENCY
        may = {s.id for s in heard_segments(as_organisation(known[one]), record, at)} if agency else set[str]()
        found += [(p, one) for p in parts - {s for s, o in there if o == one} if p in may or (p, one) in listed]
    return tuple(sorted(found))


def cut_gates(reader: Reader, record: Record, gates: Iterable[Shut], at: datetime) -> tuple[Shut, ...]:
    """The gates that the call went through, for who may read of the running of both parts that one stands between: of
    others neither that a part ended there nor that one followed. Who had to go is in none of them."""
    parts = _rolls(reader, record, at)
    return tuple(g for g in gates if g.segment_id in parts and g.opens in parts)


def _ruled(record: Record) -> frozenset[str]:
    """The segments under the Chatham House Rule: nobody reads who was there, nor whose words a line holds."""
    return frozenset([s.id for s in record.call.segments if s.chatham])


def cut_minutes(reader: Reader, record: Record, at: datetime) -> tuple[MinuteEntry, ...]:
    """The lines that *reader* may read, in the order of entry; what was taken back is shown to nobody."""
    heard, closed_items = hearing(reader, record, at), _closed_items(record)
    lines = (unattributed(record, line) for line in record.lines) if _ruled(record) else record.lines
    return tuple(
        line for line in lines if line.taken_back_at is None and _sees_line(reader, record, line, heard, closed_items)
    )


def reads_minutes(reader: Reader, record: Record, at: datetime) -> bool:
    """Whether the minutes of a call that has ended have anything for *reader*: for the secretariat always; for an
    Agency that hears a part once they are sent; for a guest once a line or an action in them is its to read."""
    if not record.call.ended or cut_call(reader, record, at) is None:
        return False
    if reader.secretariat:
        return True
    if record.minutes.sent_at is None or reader.kind is ParticipantKind.AGENCY:
        return record.minutes.sent_at is not None
    heard = hearing(reader, record, at)
    given = (a for a in record.actions if _sees_action(reader, record, a, heard))
    return bool(cut_minutes(reader, record, at)) or any(heard(a.segment_id) for a in given)


def cut_amendments(reader: Reader, record: Record, at: datetime) -> tuple[Amendment, ...]:
    """The amendments of the lines that *reader* may read, oldest first; of nobody under the Chatham House Rule, and
    under a label as strict as the line's. None of a line that is RED and not minuted."""
    lines = {line.reference: line for line in cut_minutes(reader, record, at)}
    seen = sorted((a for a in record.amendments if a.line in lines), key=lambda a: (a.at, a.id))
    seen = [a for a in seen if lines[a.line].is_minuted and reads_amendment(reader, a)]
    ruled = _ruled(record)
    return tuple(
        replace(
            a,
            by_id="" if lines[a.line].segment_id in ruled else a.by_id,
            label=label_of(a, lines[a.line]),
        )
        for a in seen
    )


def reads_amendment(reader: Reader, amendment: Amendment) -> bool:
    """Whether *reader*, who reads its line, may read what stands below it: what its Agency withholds never leaves the
    Agencies."""
    return reader.secretariat or reader.kind is ParticipantKind.AGENCY or not amendment.withheld


def cut_corrections(
    reader: Reader, record: Record, line: MinuteEntry, corrections: Iterable[Correction], at: datetime
) -> tuple[Correction, ...]:
    """What *line* said before, oldest first, as *reader* may have it: nothing where it may not read the line, and
    nothing of one that is RED and not minuted.

    All of it for the secretariat and whoever writes the draft; for the Agencies of its part what they were sent: words
    that were put right before the minutes went out were nobody else's. Nothing for others, who read the line as it was
    adopted. Of nobody under the Chatham House Rule, and under a label as strict as the line's.
    """
    if not sees_line(reader, record, line, at) or not line.is_minuted:
        return ()
    sent = record.minutes.sent_at
    if not reader.secretariat and reader.kind is not ParticipantKind.AGENCY:
        return ()
    seen = (c for c in corrections if reader.secretariat or sent is None or c.at >= sent)
    ruled = line.segment_id in _ruled(record)
    return tuple(replace(c, by_id="" if ruled else c.by_id, label=label_of(c, line)) for c in seen)


def cut_holds(
    reader: Reader, record: Record, line: MinuteEntry, holds: Iterable[LineHold], at: datetime
) -> tuple[LineHold, ...]:
    """Who held *line*, and no longer did, in their order, as *reader* may know: all for the secretariat, an Agency its
    own, and nobody else any. Nothing where it may not read the line."""
    seen = (h for h in holds if h.line == line.reference and knows_holder(reader, h.by_id))
    return tuple(seen) if sees_line(reader, record, line, at) else ()


def knows_holder(reader: Reader, agency_id: str) -> bool:
    """Whether *reader*, who reads the line, may know that that Agency holds it."""
    return reader.secretariat or (reader.is_agency and agency_id == reader.participant_id)


def closed_lines(record: Record) -> frozenset[str]:
    """The lines of a call that are closed to the guests of their part: by their own mark, or with their item."""
    items = _closed_items(record)
    return frozenset(line.reference for line in record.lines if line.closed or line.item in items)


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """What is known of one named edition: the record of its call with list, items and lines, what it asks for, and what
    was taken out."""

    edition: NamedEdition
    record: Record
    asked: tuple[AskedLine, ...]
    taken_out: tuple[TakenOut, ...]

    @property
    def left(self) -> tuple[MinuteEntry, ...]:
        """The lines that it holds still, in no order that tells anything."""
        record = self.record
        return standing(
            self.edition, self.asked, self.taken_out, record.lines, record.amendments, record.minutes,
            closed_lines(record),
        )  # fmt: skip


def contributors(
    record: Record,
    lines: Iterable[MinuteEntry],
    organisations: Iterable[Participant],
    at: datetime,
    there: Collection[str] | None = None,
) -> dict[str, frozenset[str]]:
    """The organisations that each line comes from (ids), by its reference: whose words it holds, or leave with it as
    an amendment, if they read it; where it is nobody's, every Agency that hears its part and every guest of it that
    reads the line. Nobody for one that takes part no longer, nor for who does not read the line: to ask them would tell
    what was said without them. *there*: the contacts (ids) that there are still, where of guests only those count: a
    successor does not read what was said before."""
    present = {p.id: p for p in organisations if p.left_at is None}
    agencies = [as_organisation(p) for p in present.values() if p.kind is ParticipantKind.AGENCY]
    guests = {
        (a.contact_id, a.participant_id)
        for a in record.admissions
        if a.participant_id in present and (there is None or a.contact_id in there)
    }
    readers = [*agencies, *(seat_at(record.call.id, p, present[p].kind, c) for c, p in sorted(guests))]
    told = [unattributed(record, line) for line in lines]
    found: dict[str, set[str]] = {line.reference: set() for line in told}
    for reader in readers:
        heard, closed_items = hearing(reader, record, at), _closed_items(record)
        for line in told:
            if _comes_from(reader, record, line, heard, closed_items):
                found[line.reference].add(reader.participant_id)
    return {reference: frozenset(ids) for reference, ids in found.items()}


def _comes_from(
    reader: Reader, record: Record, told: MinuteEntry, heard: Hearing, closed_items: Collection[str]
) -> bool:  # fmt: skip
    own = reader.participant_id
    amended = any(a.line == told.reference and a.by_id == own and not a.withheld for a in record.amendments)
    if reader.secretariat or (told.speaker_id not in (None, own) and not amended):
        return False
    return _sees_line(reader, record, told, heard, closed_items)


def cut_asked(reader: Reader, named: NamedRecord, at: datetime) -> tuple[MinuteEntry, ...]:
    """The lines of a named edition that *reader*'s organisation is asked about, and so may take out: those that come
    from it; for the secretariat all. None of an edition that was dropped, and for a proxy none of another call's."""
    record = named.record
    if named.edition.dropped_at is not None or not reader.may_ask_of(record.call.id):
        return ()
    heard, closed_items = hearing(reader, record, at), _closed_items(record)
    return tuple(
        line
        for line in named.left
        if reader.secretariat or _comes_from(reader, record, unattributed(record, line), heard, closed_items)
    )


def cut_edition(reader: Reader, named: NamedRecord, at: datetime) -> tuple[MinuteEntry, ...]:
    """The lines of a named edition that *reader* may read: once it is released all that it holds still, since GREEN and
    CLEAR are for every participant, not for a proxy of one; before, what its organisation is asked about."""
    if not reader.may_ask_of(named.record.call.id):
        return ()
    if named.edition.released_at is None or named.edition.dropped_at is not None:
        return cut_asked(reader, named, at)
    return named.left


def sees_action(reader: Reader, record: Record, action: ActionItem, at: datetime) -> bool:
    """Whether *reader* may read that action: its owner once the words are confirmed for it (barrier.md 9), and who
    hears its segment, once the minutes are sent; the scribe before."""
    return _sees_action(reader, record, action, hearing(reader, record, at))


def _sees_action(reader: Reader, record: Record, action: ActionItem, heard: Hearing) -> bool:
    if reader.secretariat:
        return True
    if reader.stands_for(action.owner_id, action.call_id) and (action.confirmed or hears_action(reader, action, heard)):
        return True
    sent = record.minutes.sent_at is not None or _writes(reader, record, heard)
    return reader.kind is ParticipantKind.AGENCY and sent and heard(action.segment_id)


def hears_action(reader: Reader, action: ActionItem, heard: Hearing) -> bool:
    """Whether *reader*, who may hear so much of the call, hears where the action was given: no guest a closed item."""
    return heard(action.segment_id) and (reader.kind is ParticipantKind.AGENCY or not action.closed)


def knows_owner(reader: Reader, record: Record, action: ActionItem) -> bool:
    """Whether *reader*, who may read that action, may know whose it is: under the Chatham House Rule only its owner,
    the secretariat and, until the minutes are sent, the scribe. They name nobody, and its reference is in them."""
    if reader.secretariat or action.segment_id not in _ruled(record):
        return True
    writes = _is_scribe(reader, record) and record.minutes.sent_at is None
    return writes or reader.stands_for(action.owner_id, action.call_id)


def cut_queue(reader: Reader, record: Record, at: datetime) -> tuple[Asking, ...]:
    """Who asks for the floor in the part that is on, first come first: for the secretariat and an Agency that hears the
    part everybody who still hears it; for others their own place alone, as they learn of no other guest. Nothing while
    the gate is shut, to who may know of that, and for who does not hear the part."""
    call = record.call
    if call.live is None or not call.running or not goes_on(reader, record, at):
        return ()
    on = call.live.segment_id
    if on is None or not hears(reader, record, on, at):
        return ()
    waiting = [
        a for a in record.queue if a.segment_id == on and a.call_id == call.id and hears(a.reader, record, on, at)
    ]
    if reader.secretariat or reader.kind is ParticipantKind.AGENCY:
        return tuple(waiting)
    return tuple(a for a in waiting if a.is_of(reader.participant_id, reader.contact_id))


@dataclass(frozen=True, slots=True)
class Shown:
    """What a post that several people read may say of a running call: the part that is on, the item, the queue; where
    the gate is shut neither item nor queue. No number of the part and no date but its own (UTC, ``start``): whoever
    hears fewer parts counts and names them by others."""

    segment: Segment
    start: datetime
    item: AgendaItem | None = None
    queue: tuple[Asking, ...] = ()
    shut: bool = False


def cut_panel(readers: Collection[Reader], record: Record, at: datetime) -> Shown | None:
    """What all of *readers*, each of whom sees the same post, may read of where a call stands: what the least entitled
    of them may, and nothing where one of them is no Agency's, or does not hear the part that is on (barrier.md, Slack).
    While a gate is shut of which one of them may not know, the part goes on, as it does for them at every other door.
    Nothing either of a call that has ended: to who does not hear what lies behind a gate it ends as that opens, and
    reads the same."""
    live = record.call.live
    if not readers or live is None or live.segment_id is None or not record.call.running:
        return None
    on = next((s for s in record.call.segments if s.id == live.segment_id), None)
    heard = [hearing(r, record, at) for r in readers]
    if on is None or not all(r.secretariat or r.kind is ParticipantKind.AGENCY for r in readers):
        return None
    if not all(hears_it(on.id) for hears_it in heard):
        return None
    start, _ = record.call.span(on.id)
    if not live.cleared and all(knows_gate(r, record, at) for r in readers):
        return Shown(on, start, shut=True)
    record = replace(record, call=replace(record.call, live=replace(live, cleared=True)))
    item = next((i for i in record.items if i.reference == live.item), None)
    seen = item is not None and all(cut_item(r, record, item, at) is not None for r in readers)
    queues = [set(cut_queue(r, record, at)) for r in readers]
    waiting = tuple(a for a in record.queue if all(a in q for q in queues))
    return Shown(on, start, item if seen else None, waiting)


def cut_actions(reader: Reader, record: Record, at: datetime) -> tuple[ActionItem, ...]:
    """The actions that *reader* may read, by due date."""
    heard = hearing(reader, record, at)
    seen = (a for a in record.actions if _sees_action(reader, record, a, heard))
    return tuple(sorted(seen, key=lambda a: (a.due, a.reference)))


def cut_carried(
    reader: Reader, actions: Iterable[ActionItem], records: Iterable[Record], at: datetime
) -> tuple[ActionItem, ...]:
    """Actions of several calls that *reader* may read, in their order; one whose call was not fetched only the
    secretariat reads."""
    known = {r.call.id: (r, hearing(reader, r, at)) for r in records}

    def sees(action: ActionItem) -> bool:
        if action.call_id not in known:
            return reader.secretariat
        record, heard = known[action.call_id]
        return _sees_action(reader, record, action, heard)

    return tuple(a for a in actions if sees(a))


def cut_changes(
    reader: Reader, record: Record, action: ActionItem, changes: Iterable[ActionChange], at: datetime
) -> tuple[ActionChange, ...]:
    """The history of *action*, first to last, as *reader* may have it: nothing where it may not read the action.

    All of it for the secretariat; for Agencies of its part, once the minutes are sent, all but that words had to be
    confirmed, which tells that somebody did not hear them. An owner otherwise reads what was since it became theirs to
    know, as if given then; of others only the secretariat is named, and reasons are its own, or of a part it hears.
    """
    heard = hearing(reader, record, at)
    if not _sees_action(reader, record, action, heard):
        return ()
    if reader.secretariat:
        return tuple(changes)
    if reader.kind is ParticipantKind.AGENCY and record.minutes.sent_at is not None and heard(action.segment_id):
        return tuple(c for c in changes if c.kind is not ChangeKind.CONFIRMED)
    own, hears_it, known = reader.participant_id, hears_action(reader, action, heard), list(changes)
    began = [n for n, c in enumerate(known, 1) if c.owner_id != own]
    if not hears_it:
        began += [n for n, c in enumerate(known) if c.kind is ChangeKind.CONFIRMED]
    theirs = [c for n, c in enumerate(known) if n >= max(began, default=0)]
    told = [c for n, c in enumerate(theirs) if not n or c.kind is not ChangeKind.CONFIRMED]
    return tuple(
        replace(
            c,
            number=n,
            kind=c.kind if n > 1 else ChangeKind.GIVEN,
            by_id=c.by_id if c.by_id in (None, own) else "",
            text=c.text if hears_it or c.by_id == own else "",
        )
        for n, c in enumerate(told, 1)
    )


def cut_attendees(reader: Reader, record: Record, at: datetime) -> tuple[Admission, ...]:
    """The attendee list as *reader* may see it: all of it for the secretariat; for an Agency the names circulated or
    approved, less those that are barred, whatever the cause; nothing for others, nor for whom an Agency brings: who may
    come is for those to read who may object to it."""
    if reader.secretariat:
        return record.admissions
    if reader.kind is not ParticipantKind.AGENCY or reader.is_proxy:
        return ()
    mine = {s.id for s in heard_segments(reader, record, at)}
    return tuple(
        a
        for a in record.admissions
        if a.segment_id in mine and a.circulated_at is not None and not is_barred(record, a, at)
    )


def cut_answers(reader: Reader, record: Record) -> tuple[Invitation, ...]:
    """The copies of a call with what their holders answered: for the secretariat, and for nobody else any but their
    own, which they know."""
    copies = record.copies or ()
    return copies if reader.secretariat else tuple(c for c in copies if c.contact_id == reader.contact_id)


def cut_list(reader: Reader, record: Record, changes: Iterable[ListChange], at: datetime) -> AttendeeList:
    """What happened to the list, as *reader* may know: all of it for the secretariat; for an Agency what happened to
    the names that it reads, and whether one of *changes* (those since approval) is of a part that it hears."""
    if reader.secretariat:
        return record.list
    seen = cut_attendees(reader, record, at)
    circulated = max([a.circulated_at for a in seen if a.circulated_at], default=None)
    approved = max([a.approved_at for a in seen if a.approved_at], default=None)
    ends = max([a.window_ends_at for a in seen if a.window_ends_at], default=None)
    changed = any(heard_of(reader, record, c.segment_id, c.only, at) for c in net_changes(changes))
    return AttendeeList(circulated, ends, approved, False, bool(approved) and changed)


def is_barred(record: Record, admission: Admission, at: datetime) -> bool:
    """Whether an objection keeps that name out of its part; for rules and the secretariat, never for others' eyes."""
    return bool(record.objections) and barred(
        record.objections,
        admission.participant_id,
        admission.contact_id,
        admission.call_id,
        admission.segment_id,
        record.call.judged_at(at),
    )


def cut_objections(reader: Reader, objections: Iterable[Objection]) -> tuple[Objection, ...]:
    """Who objected, and why: the objecting Agency and the secretariat only, whether it still stands or not; of the
    Agency its own people, and nobody whom it brings to a call."""
    return tuple(
        o
        for o in objections
        if reader.secretariat or (reader.kind is ParticipantKind.AGENCY and reader.stands_for(o.by_id, None))
    )


@dataclass(frozen=True, slots=True)
class PersonView:
    """A contact as this reader sees it: ``zone`` and ``attending`` are None where they are not the reader's to know."""

    name: str
    email: str
    roles: frozenset[Role]
    zone: str | None
    attending: bool | None


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """A participant in the directory, with those of its people that this reader may know of."""

    short_name: str
    name: str
    kind: ParticipantKind
    country: str
    sector: Sector | None
    people: tuple[PersonView, ...]


def cut_directory(
    reader: Reader, participants: Iterable[Participant], contacts: Iterable[Contact]
) -> tuple[OrganisationView, ...]:
    """The directory as *reader* may see it, by short name: all of it for Agencies and the secretariat; for others their
    own organisation, the secretariat, and the Agency contacts that chose to be shown; a proxy reads as a guest does."""
    agency = reader.secretariat or (reader.kind is ParticipantKind.AGENCY and not reader.is_proxy)
    present = sorted((p for p in participants if p.left_at is None), key=lambda p: p.short_name)
    people = sorted((c for c in contacts if c.removed_at is None), key=lambda c: c.email)
    found = []
    for organisation in present:
        own = reader.secretariat or reader.stands_for(organisation.id, None)
        chose = organisation.kind is ParticipantKind.AGENCY
        seen = tuple(
            PersonView(c.name, c.email, c.roles, c.zone if agency or own else None, c.attending if own else None)
            for c in people
            if c.participant_id == organisation.id
            and (agency or own or Role.SECRETARIAT in c.roles or (c.shown and chose))
        )
        if seen or agency or own:
            found.append(
                OrganisationView(
                    organisation.short_name, organisation.name, organisation.kind, organisation.country,
                    organisation.sector, seen,
                )
            )  # fmt: skip
    return tuple(found)
