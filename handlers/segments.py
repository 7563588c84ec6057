"""Owns what the secretariat does with the parts of a call: add, open, close, size, order and remove them (B.3).

Which part is meant says ``finding``, whether its items may be opened ``agenda``, who stands on the list ``listing``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import segments as rules
from bot.agenda import AgendaItem, awaiting_consent
from bot.attendees import may_be_admitted, notice_at
from bot.audience import CallView, Record
from bot.calls import Call, CallState, Segment, read_title
from bot.errors import NotUnderstood
from bot.exposures import NONE_IN_FLIGHT, InFlight
from bot.participants import Participant, ParticipantKind
from bot.topics import AudienceKind
from handlers import posting
from handlers.act import act, reading, secretariat_only
from handlers.agenda import ask_consent
from handlers.calls import KNOWN, whole_view
from handlers.changed_lists import tell_list_change
from handlers.finding import checked_segment, find_call, remember_order, split_call
from handlers.invitations import KIND as INVITATION
from handlers.invitations import Changes, foresee, settle
from handlers.looking import GO, Weighed, Wish, digest_of, weigh
from handlers.naming import find_many, kinds_of
from handlers.work import Reading, Writing
from storage import attendees, calls, directory
from storage.calls import Part
from storage.directory import Directory

NOT_THERE = (
    "{name} is a private sector representative and hears no part for Agencies only. "
    "Make the part `joint`, or leave {short} out after `only`."
)
NO_AGENCY = "A part for Agencies only needs an Agency in it. Name at least one after `only`."
NO_SUCH_PART = "Name the part after a stroke, as in `/lap segment 2027-02-16/1 joint`; `/lap call` shows the numbers."

WAYS = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class PartChange:
    """What is to become of a part: exactly one of these; ``by`` is -1 for up and 1 for down, ``chatham`` whether it is
    under the Chatham House Rule."""

    audience: AudienceKind | None = None
    minutes: int | None = None
    by: int = 0
    remove: bool = False
    chatham: bool | None = None

    @property
    def closing(self) -> bool:
        return self.audience is AudienceKind.AGENCIES

    @property
    def narrowing(self) -> bool:
        """Whether nobody learns more by it, so that a running call takes it."""
        return self.closing or self.chatham is True


@dataclass(frozen=True, slots=True)
class PartsShown:
    """A call's parts as they are after a change; ``names`` are short names by id, ``told`` those of the organisations
    whose people's invitations change.

    ``losing`` and ``gaining``: whose people have less or no time by it, and new, more or other time; ``mails`` leave.
    ``emptied``: names left the list, of the organisations ``off``, ``emptied_gone`` where their part is gone too;
    ``unplaced``: items lost their place. ``others``: what became of the parts that nobody named. ``asked``: references
    of the items whose proposers were asked for consent first, so that nothing changed; ``orphaned``: those of the items
    that nobody is left to open.
    ``weighed``: whether it was done, or shown first.
    """

    view: CallView
    name: str
    names: dict[str, str]
    draft: bool
    emptied: int = 0
    off: tuple[str, ...] = ()
    emptied_gone: bool = False
    unplaced: int = 0
    others: tuple[rules.Other, ...] = ()
    told: tuple[str, ...] = ()
    losing: tuple[str, ...] = ()
    gaining: tuple[str, ...] = ()
    mails: int = 0
    asked: tuple[str, ...] = ()
    orphaned: tuple[str, ...] = ()
    weighed: Weighed = GO
    in_flight: InFlight = NONE_IN_FLIGHT


@dataclass(frozen=True, slots=True)
class _Change:
    """A call before and after, everybody there is, what the answer calls it by, and the part (id) that was named."""

    before: Record
    after: Record
    people: Directory
    name: str
    named: str


@act
def add_segment(
    work: Writing, asked: str, audience: AudienceKind, minutes: int, title: str, only: Sequence[str] = (),
    wish: Wish | None = None, *, chatham: bool = False,
) -> PartsShown:  # fmt: skip
    """Adds a part to a call; its minutes come from closed time, and a joint one stands before the closed ones (B.3).

    With a *wish* it is looked at before it mails more than one organisation, and before a part goes that holds
    something, as all of its time is taken. Raises Conflict where the call has not so much closed time, for a joint
    part of a law-enforcement call, and for a call that runs, was held or cancelled; NotUnderstood for a title or a
    length that cannot be used.
    """
    secretariat_only(work, "add a part to a call")
    record, view = find_call(work, asked, KNOWN | Part.COPIES)
    rules.check_parts_may_change(record.call)
    people = directory.everybody(work.tx)
    named = _named(work, audience, only, people)
    new = Segment(work.desk.new_id(), read_title(title), audience, minutes, named, chatham)
    call = rules.add_segment(record.call, new)
    change = _Change(record, _after(record, call, "", people), people, view.name, new.id)
    return _settled(work, change, wish, "segment.add")


@reading
def look_at_change(work: Reading, asked: str, change: PartChange) -> PartsShown:
    """What ``change_segment`` would do, closing included, which never waits for a look; nothing is changed."""
    planned, waiting = _planned(work, asked, change)
    is_out = planned.after.call.state is CallState.ANNOUNCED and not waiting
    shown = _shown(work, planned, foresee(work, planned.after, planned.people) if is_out else Changes())
    return replace(shown, asked=tuple(i.reference for i in waiting))


@act
def change_segment(work: Writing, asked: str, change: PartChange, wish: Wish | None = None) -> PartsShown:
    """Changes the part that *asked* names (``CALL/N``).

    A part whose audience changes starts with nobody admitted: closing one takes its guests' invitations back at once
    (B.3), also those of observers, who come to a closed part by name only. One turned joint waits for the consent of
    each Agency with a closed item in it, who is asked here. The time of a removed one is closed again.

    With a *wish* it is looked at before it mails more than one organisation, and before another part goes that holds
    something; closing never waits. Raises Conflict for
    what the call does not allow, and with the new list where the order changed since seen.
    """
    planned, waiting = _planned(work, asked, change)
    if waiting:
        return _asked(work, planned, waiting)
    return _settled(work, planned, None if change.closing else wish, "segment.change")


def _planned(work: Reading, asked: str, change: PartChange) -> tuple[_Change, Sequence[AgendaItem]]:
    """The change of the part that *asked* names; or none yet, and the closed items that wait for consent first."""
    secretariat_only(work, "change a part of a call")
    call_asked, part_asked = split_call(asked)
    if not part_asked:
        raise NotUnderstood(NO_SUCH_PART)
    record, view = find_call(work, call_asked, KNOWN | Part.COPIES | Part.SEEN)
    part = checked_segment(work, record, view, part_asked)
    rules.check_parts_may_change(record.call, closing=change.narrowing)
    people = directory.everybody(work.tx)
    call = _apply(work, record.call, part.id, change, people)
    turned = part.id if change.audience is not None else ""
    waiting = awaiting_consent(record.items, part.id if change.audience is AudienceKind.JOINT else "")
    after = record if waiting else _after(record, call, turned, people)
    return _Change(record, after, people, view.name, part.id), waiting


def _asked(work: Writing, it: _Change, waiting: Sequence[AgendaItem]) -> PartsShown:
    """Asks for the consent that was not asked for yet; the parts stay as they are."""
    orphaned = tuple(i.reference for i in waiting if not it.people.people_of(i.proposer_id))
    fresh = [i for i in waiting if i.consent_asked_at is None and i.reference not in orphaned]
    references = tuple(i.reference for i in waiting if i.reference not in orphaned)
    if fresh:
        ask_consent(work, fresh)
        work.record("segment.consent", it.name, title=it.before.call.title, items=[i.reference for i in fresh])
        work.can_be_undone("segment.consent", it.before.call.id)
    return replace(_shown(work, it, Changes()), asked=references, orphaned=orphaned)


def _named(work: Reading, audience: AudienceKind, only: Sequence[str], people: Directory) -> frozenset[str]:
    found: list[Participant] = [who.participant for who in find_many(work, only, people)]
    if found and audience is AudienceKind.AGENCIES:
        for p in found:
            if p.kind is ParticipantKind.PRIVATE_SECTOR:
                raise NotUnderstood(NOT_THERE.format(name=p.name, short=p.short_name))
        if all(p.kind is not ParticipantKind.AGENCY for p in found):
            raise NotUnderstood(NO_AGENCY)
    return frozenset(p.id for p in found)


def _apply(work: Reading, call: Call, part_id: str, change: PartChange, people: Directory) -> Call:
    if change.audience is not None:
        agencies = {p.id for p in people.participants if p.kind is ParticipantKind.AGENCY}
        return rules.set_audience(call, part_id, change.audience, agencies)
    if change.chatham is not None:
        return rules.set_chatham(call, part_id, change.chatham)
    if change.minutes is not None:
        return rules.resize_segment(call, part_id, change.minutes, work.desk.new_id())
    if change.remove:
        return rules.remove_segment(call, part_id, work.desk.new_id())
    return rules.move_segment(call, part_id, change.by)


def _after(record: Record, call: Call, turned: str, people: Directory) -> Record:
    """*record* with its parts as in *call*: on the lists stay those whom a part takes, nobody in the one whose audience
    *turned*; the items of a part that is gone have no place."""
    kept = {s.id: s for s in call.segments}
    kinds = kinds_of(people)
    admissions = tuple(
        a
        for a in record.admissions
        if a.segment_id in kept
        and a.segment_id != turned
        and a.participant_id in kinds
        and may_be_admitted(kinds[a.participant_id], call, kept[a.segment_id], a.participant_id)
    )
    items = tuple(i if i.segment_id in kept else replace(i, segment_id=None) for i in record.items)
    return replace(record, call=call, admissions=admissions, items=items)


def _settled(work: Writing, it: _Change, wish: Wish | None, act_name: str) -> PartsShown:
    """Writes the change and has told who is to be told, unless it is to be looked at first."""
    before, after, call = it.before, it.after, it.after.call
    is_out = call.state is CallState.ANNOUNCED
    changes = foresee(work, after, it.people) if is_out else Changes()
    shown = _shown(work, it, changes)
    digest = digest_of(
        parts=[(s.name, s.audience, s.minutes) for s in call.segments], told=[c.id for c in changes.everybody]
    )
    weighed = weigh(work, wish, digest) if len(shown.told) > 1 or any(o.held for o in shown.others) else GO
    if not weighed.go:
        return replace(shown, weighed=weighed)
    gone = {s.id for s in before.call.segments} - {s.id for s in call.segments}
    off = [a for a in before.admissions if a not in after.admissions and a.segment_id not in gone]
    for segment_id in {a.segment_id for a in off}:  # at most the one that was opened or closed
        calls.take_off(work.tx, segment_id, [a.contact_id for a in off])
    was = {s.id: s.audience for s in before.call.segments}
    if turned := {s.id for s in call.segments if was.get(s.id, s.audience) is not s.audience}:
        attendees.forget_before(work.tx, INVITATION, segment_ids=turned)
    calls.remove_segments(work.tx, gone)
    calls.rewrite_segments(work.tx, call)
    if is_out:
        settle(work, after, due_at=_told_at(work, before, after), people=it.people, changes=changes)
        tell_list_change(work, before, after, it.people)
    if call.running:  # the post names the part with its audience, and who waits for the floor in it
        posting.tell(work, call.id)
    work.record(
        act_name, it.name, title=call.title,
        parts=[(s.name, s.audience, s.minutes, sorted(s.only)) for s in call.segments],
    )  # fmt: skip
    work.can_be_undone(act_name, call.id)
    remember_order(work, shown.view)
    return shown


def _told_at(work: Writing, before: Record, after: Record) -> datetime:
    """When those who lose time are told: after the same wait as for every other narrowing (barrier.md, Who comes 5)."""
    kept = {s.id: span for s, *span in after.call.spans() if s.audience is AudienceKind.JOINT}
    was = {s.id: (start, end) for s, start, end in before.call.spans()}

    def loses(segment_id: str) -> bool:
        if segment_id not in kept:
            return True
        (start, end), (now_start, now_end) = was[segment_id], kept[segment_id]
        return start < now_start or now_end < end

    lost = {a.segment_id for a in before.admissions if loses(a.segment_id)}
    return notice_at(before.call, lost, work.now, work.desk.procedure.invitations.notice_seconds)


def _shown(work: Reading, it: _Change, changes: Changes) -> PartsShown:
    short = {p.id: p.short_name for p in it.people.participants}
    view = whole_view(work, it.after)
    limited = {i for s in view.segments for i in s.only}
    placed = {i.reference for i in it.after.items if i.segment_id}
    gone = [a for a in it.before.admissions if a not in it.after.admissions]
    holding = {i.segment_id for i in it.before.items} | {a.segment_id for a in it.before.admissions}
    return PartsShown(
        view=view,
        name=it.name,
        names={i: short[i] for i in limited if i in short},
        draft=it.after.call.state is CallState.DRAFT,
        emptied=len(it.before.admissions) - len(it.after.admissions),
        off=tuple(sorted({short[a.participant_id] for a in gone if a.participant_id in short})),
        emptied_gone=any(a.segment_id not in {s.id for s in it.after.call.segments} for a in it.before.admissions),
        unplaced=sum(bool(i.segment_id) and i.reference not in placed for i in it.before.items),
        others=rules.others(it.before.call, it.after.call, it.named, holding),
        told=tuple(sorted({short[c.participant_id] for c in changes.everybody})),
        losing=tuple(sorted({short[c.participant_id] for c in changes.withdrawn + changes.narrowed})),
        gaining=tuple(sorted({short[c.participant_id] for c in changes.invited + changes.updated})),
        mails=len(changes.everybody),
    )
