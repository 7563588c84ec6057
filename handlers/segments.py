"""Owns what the secretariat does with the parts of a call: add, open, close, size, order and remove them (B.3).

Which part is meant says ``finding``, whether its items may be opened ``agenda``, who stands on the list ``listing``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import calls as rules
from bot.agenda import AgendaItem, awaiting_consent
from bot.attendees import notice_at
from bot.audience import CallView, Record
from bot.calls import Call, CallState, Segment, read_title
from bot.errors import Conflict, NotUnderstood
from bot.participants import Participant, ParticipantKind
from bot.topics import AudienceKind
from handlers.calls import KNOWN, whole_view
from handlers.desk import Reading, Writing, act, reading, secretariat_only
from handlers.finding import checked_segment, find_call, name_as_asked, remember_order, split_call
from handlers.invitations import Changes, foresee, settle
from handlers.listing import tell_list_change
from handlers.looking import digest_of
from handlers.naming import find_many
from storage import calls, directory
from storage.directory import Directory

CONSENT = (
    "“{title}” holds closed items, and only who proposed them can open them: {items}. "
    "Ask for their consent, or move the items to another part; then send this again."
)
NOT_THERE = (
    "{name} is a private sector representative and hears no part for Agencies only. "
    "Make the part `joint`, or leave {short} out after `only`."
)
NO_AGENCY = "A part for Agencies only needs an Agency in it. Name at least one after `only`."
NO_SUCH_PART = "Name the part after a stroke, as in `segment 2027-02-16/1 joint`; `call` shows the numbers."

WAYS = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class PartChange:
    """What is to become of a part: exactly one of these; ``by`` is -1 for up and 1 for down."""

    audience: AudienceKind | None = None
    minutes: int | None = None
    by: int = 0
    remove: bool = False

    @property
    def closing(self) -> bool:
        return self.audience is AudienceKind.AGENCIES


@dataclass(frozen=True, slots=True)
class PartsShown:
    """A call's parts as they are after a change: ``names`` are short names by id; ``emptied``: names left the list.

    ``told``: organisations whose people's invitations change, by short name; ``digest`` tells whether it is still so.
    """

    view: CallView
    name: str
    names: dict[str, str]
    draft: bool
    emptied: int
    unplaced: int
    told: tuple[str, ...]
    digest: str


@act
def add_segment(
    work: Writing, asked: str, audience: AudienceKind, minutes: int, title: str, only: Sequence[str] = ()
) -> PartsShown:
    """Adds a part to a call; its minutes come from closed time, and a joint one stands before the closed ones (B.3).

    Raises Conflict where the call has not so much closed time, for a joint part of a law-enforcement call, and for a
    call that runs, was held or cancelled; NotUnderstood for a title or a length that cannot be used.
    """
    secretariat_only(work, "add a part to a call")
    return _written(work, *_added(work, asked, audience, minutes, title, only), asked, "segment.add")


@reading
def look_at_adding(
    work: Reading, asked: str, audience: AudienceKind, minutes: int, title: str, only: Sequence[str] = ()
) -> PartsShown:
    """What adding the part would change for whom. Raises what ``add_segment`` raises."""
    secretariat_only(work, "add a part to a call")
    return _foreseen(work, *_added(work, asked, audience, minutes, title, only), asked)


@act
def change_segment(work: Writing, asked: str, change: PartChange) -> PartsShown:
    """Changes the part that *asked* names (``CALL/N``).

    Closing one takes its representatives' invitations back at once (B.3); a part turned joint starts with nobody
    admitted, and waits for the consent of each Agency with a closed item in it. A removed one's time is closed again.
    Raises Conflict for what the call does not allow, and with the new list where the order changed since it was seen.
    """
    secretariat_only(work, "change a part of a call")
    return _written(work, *_changed(work, asked, change), split_call(asked)[0], "segment.change")


@reading
def look_at_changing(work: Reading, asked: str, change: PartChange) -> PartsShown:
    """What changing the part would change for whom. Raises what ``change_segment`` raises."""
    secretariat_only(work, "change a part of a call")
    return _foreseen(work, *_changed(work, asked, change), split_call(asked)[0])


def _added(
    work: Reading, asked: str, audience: AudienceKind, minutes: int, title: str, only: Sequence[str]
) -> tuple[Record, Record, Directory]:
    record, _ = find_call(work, asked, KNOWN)
    rules.check_parts_may_change(record.call)
    people = directory.everybody(work.tx)
    named = _named(work, audience, only, people)
    part = Segment(work.desk.new_id(), read_title(title), audience, minutes, named)
    return record, _after(record, rules.add_segment(record.call, part), ""), people


def _named(work: Reading, audience: AudienceKind, only: Sequence[str], people: Directory) -> frozenset[str]:
    found: list[Participant] = [who.participant for who in find_many(work, only, people)]
    if found and audience is AudienceKind.AGENCIES:
        for p in found:
            if p.kind is ParticipantKind.PRIVATE_SECTOR:
                raise NotUnderstood(NOT_THERE.format(name=p.name, short=p.short_name))
        if all(p.kind is not ParticipantKind.AGENCY for p in found):
            raise NotUnderstood(NO_AGENCY)
    return frozenset(p.id for p in found)


def _changed(work: Reading, asked: str, change: PartChange) -> tuple[Record, Record, Directory]:
    call_asked, part_asked = split_call(asked)
    if part_asked is None:
        raise NotUnderstood(NO_SUCH_PART)
    record, view = find_call(work, call_asked, KNOWN)
    part = checked_segment(work, record, view, part_asked)
    rules.check_parts_may_change(record.call, closing=change.closing)
    people = directory.everybody(work.tx)
    opened = part.id if change.audience is AudienceKind.JOINT else ""
    call = _apply(work, record.call, part.id, change)
    if opened:
        _refuse_without_consent(record.items, part.id, part.title, people)
    return record, _after(record, call, opened), people


def _apply(work: Reading, call: Call, part_id: str, change: PartChange) -> Call:
    if change.audience is not None:
        return rules.set_audience(call, part_id, change.audience)
    if change.minutes is not None:
        return rules.resize_segment(call, part_id, change.minutes, work.desk.new_id())
    if change.remove:
        return rules.remove_segment(call, part_id, work.desk.new_id())
    return rules.move_segment(call, part_id, change.by)


def _refuse_without_consent(items: Sequence[AgendaItem], part_id: str, title: str, people: Directory) -> None:
    waiting = awaiting_consent(items, part_id)
    if waiting:
        short = {p.id: p.short_name for p in people.participants}
        told = "; ".join(f"`{i.reference}` {i.title} ({short.get(i.proposer_id, 'gone')})" for i in waiting)
        raise Conflict(CONSENT.format(title=title, items=told))


def _after(record: Record, call: Call, opened: str) -> Record:
    """*record* with its parts as in *call*: nobody is admitted to the part *opened* or to one that is gone, and the
    items of one that is gone have no place."""
    kept = {s.id for s in call.segments}
    admissions = tuple(a for a in record.admissions if a.segment_id in kept and a.segment_id != opened)
    items = tuple(i if i.segment_id in kept else replace(i, segment_id=None) for i in record.items)
    return replace(record, call=call, admissions=admissions, items=items)


def _written(work: Writing, before: Record, after: Record, people: Directory, asked: str, act_name: str) -> PartsShown:
    call = after.call
    gone = {s.id for s in before.call.segments} - {s.id for s in call.segments}
    emptied = {a.segment_id for a in before.admissions} - {a.segment_id for a in after.admissions} - gone
    for segment_id in emptied:  # at most the one that was turned joint
        calls.empty_segment(work.tx, segment_id)
    calls.rewrite_segments(work.tx, call, gone)
    changes = Changes()
    if call.state is CallState.ANNOUNCED:
        changes = settle(work, after, due_at=_told_at(work, before, after), people=people)
        tell_list_change(work, before, after, people)
    work.record(
        act_name, name_as_asked(asked, call.start), title=call.title,
        parts=[(s.title, s.audience, s.minutes, sorted(s.only)) for s in call.segments],
    )  # fmt: skip
    shown = _shown(work, before, after, people, asked, changes)
    remember_order(work, shown.view)
    return shown


def _told_at(work: Writing, before: Record, after: Record) -> datetime:
    """When those who lose time are told: after the same wait as for every other narrowing (barrier.md, Who comes 5)."""
    joint = {s.id for s in after.call.segments if s.audience is AudienceKind.JOINT}
    lost = {a.segment_id for a in before.admissions if a.segment_id not in joint}
    return notice_at(before.call, lost, work.now, work.desk.procedure.invitations.notice_seconds)


def _foreseen(work: Reading, before: Record, after: Record, people: Directory, asked: str) -> PartsShown:
    changes = foresee(work, after, people) if after.call.state is CallState.ANNOUNCED else Changes()
    return _shown(work, before, after, people, asked, changes)


def _shown(work: Reading, before: Record, after: Record, people: Directory, asked: str, changes: Changes) -> PartsShown:
    short = {p.id: p.short_name for p in people.participants}
    view = whole_view(work, after)
    limited = {i for s in view.segments for i in s.only}
    placed = {i.reference for i in after.items if i.segment_id}
    return PartsShown(
        view=view,
        name=name_as_asked(asked, after.call.start),
        names={i: short[i] for i in limited if i in short},
        draft=after.call.state is CallState.DRAFT,
        emptied=len(before.admissions) - len(after.admissions),
        unplaced=sum(bool(i.segment_id) and i.reference not in placed for i in before.items),
        told=tuple(sorted({short[c.participant_id] for c in changes.everybody})),
        digest=digest_of(
            [(s.title, s.audience, s.minutes) for s in after.call.segments], sorted(c.id for c in changes.everybody)
        ),
    )
