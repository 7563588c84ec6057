"""Owns what awaits a person, gathered from every room in few statements; each room owns the acts that do it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice

from bot import audience
from bot.actions import ActionState, is_overdue
from bot.agenda import ItemState
from bot.attendees import Kinds, is_over, to_approve, to_circulate
from bot.audience import CallView, NamedRecord, Record
from bot.calls import CallState
from bot.invitations import Invitation, Rsvp
from bot.participants import ParticipantKind
from bot.procedure import StepKind
from bot.steps import Step, StepState, is_done
from bot.topics import AudienceKind
from handlers.act import reading
from handlers.carrying import labelled
from handlers.finding import parts_to_cut
from handlers.named_views import AwaitedEdition, awaited_editions, with_calls
from handlers.work import Reading
from storage import actions, calls, pages
from storage.calls import Part
from storage.pages import Own

BACK = timedelta(days=60)
"""How long after a call its minutes still await somebody here."""
AHEAD = timedelta(days=92)
"""How far ahead the secretariat's tasks are shown; the next call is shown however far."""
MOST_STEPS = 3


class Task(StrEnum):
    """What can await somebody; ``by`` and ``count`` of ``Awaiting`` say until when, and how many."""

    ANSWER = "answer"
    ANNOUNCE = "announce"
    PROPOSALS = "proposals"
    CONFIRM = "confirm"
    CIRCULATE = "circulate"
    APPROVE = "approve"
    BRIEF = "brief"
    SEND_MINUTES = "send minutes"
    ADOPT_MINUTES = "adopt minutes"
    OBJECT = "object"
    PROPOSE = "propose"
    READ_MINUTES = "read minutes"
    PRESENT = "present"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Awaiting:
    """One thing that awaits the reader about a call as they see it; ``by`` (UTC) where there is an end to it.

    ``name``: what the reader names the call by: its date, with the hour where they see two that day; ``item``: the
    reference of the item that it is about.
    """

    task: Task
    view: CallView
    by: datetime | None = None
    count: int = 0
    name: str = ""
    item: str = ""


@dataclass(frozen=True, slots=True)
class OwnAction:
    """An open action of the reader's organisation, its label directly before its task; ``overdue`` by their date;
    ``proposed``: it has yet to be accepted."""

    reference: str
    text: str
    due: date
    overdue: bool
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """What awaits one person, cut to them: the next call, tasks in their order, own actions, and steps to come (S).

    ``begun``: whether the next call is on in a part of theirs, or the time of that has come. ``editions``: those that
    they are asked about, or (S) that may be released. ``left_over``: how many actions are to be given to somebody (S).
    """

    now: datetime
    next: CallView | None
    rsvp: Rsvp | None
    awaiting: tuple[Awaiting, ...]
    actions: tuple[OwnAction, ...]
    steps: tuple[tuple[Step, CallView], ...]
    begun: bool = False
    editions: tuple[AwaitedEdition, ...] = ()
    left_over: int = 0


Seen = Sequence[tuple[Record, CallView]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """An overview, and what it was made from: the calls to come with their items, and the reader's own copies."""

    overview: Overview
    ahead: Seen
    copies: Sequence[Invitation]


@reading
def show_overview(work: Reading) -> Overview:
    """What awaits the reader now, by when (``/lap`` alone)."""
    own = pages.own(work.tx, work.reader.contact_id, work.reader.participant_id, work.now)
    return gather(work, own, with_calls(work, own.editions)).overview


def gather(work: Reading, known: Own, named: Sequence[NamedRecord]) -> Gathered:
    """What awaits the reader, of whom that is *known*; *named*: editions that are open, and maybe others. One statement
    more."""
    own = known.actions
    parts = parts_to_cut(work, Part.LIST | Part.ITEMS)
    drafts = work.reader.secretariat
    records = calls.awaited(work.tx, work.now - BACK, {a.call_id for a in own}, parts, drafts=drafts)
    seen = [(r, v) for r in records if (v := audience.cut_call(work.reader, r, work.now)) is not None]
    copies = [c for c in known.copies if not c.cancelled]
    told = work.reader.kind is ParticipantKind.AGENCY or work.reader.secretariat
    planned = [s for s in known.steps if s.call_id in {r.call.id for r, _ in seen}] if told else []
    due = [s for s in planned if s.state is StepState.DUE]
    coming = [(r, v) for r, v in seen if v.state is CallState.ANNOUNCED and audience.is_ahead(r, v, work.now)]
    ahead = [v for _, v in coming]
    to_come = [v for r, v in coming if not audience.is_on(r, v) and v.start > work.now]
    others = _tasks_of_the_secretariat(work, seen, due, known) if drafts else _tasks(work, seen, planned)
    tasks = [*_unanswered(copies, to_come), *others]
    days = Counter(v.start.date() for _, v in seen)
    today = work.now.astimezone(work.actor.zone).date()
    overview = Overview(
        work.now,
        ahead[0] if ahead else None,
        _answer(copies, ahead[0]) if ahead else None,
        tuple(replace(t, name=f"{t.view.start:{_DATE[days[t.view.start.date()] > 1]}}") for t in tasks),
        tuple(
            OwnAction(
                a.reference,
                labelled(work, a.task, a.label),
                a.due,
                is_overdue(a, today),
                a.state is ActionState.PROPOSED,
            )
            for a in audience.cut_carried(work.reader, own, records, work.now)
        ),
        _to_come(work, seen, due, known.kinds) if drafts else (),
        begun=bool(ahead) and ahead[0] not in to_come,
        editions=awaited_editions(work, named),
        left_over=len(actions.left_over(work.tx)) if drafts else 0,
    )
    return Gathered(overview, coming, copies)


_DATE = {False: "%Y-%m-%d", True: "%Y-%m-%dT%H"}


def _answer(copies: Iterable[Invitation], view: CallView) -> Rsvp | None:
    return next((c.rsvp for c in copies if c.call_id == view.id), None)


def _unanswered(copies: Sequence[Invitation], ahead: Sequence[CallView]) -> list[Awaiting]:
    return [Awaiting(Task.ANSWER, v) for v in ahead if _answer(copies, v) is Rsvp.NEEDS_ACTION]


def _tasks_of_the_secretariat(work: Reading, seen: Seen, due: Sequence[Step], known: Own) -> list[Awaiting]:
    """What the secretariat is to do, call by call: what is near before the call, and the minutes after it."""
    kinds = known.kinds
    brought = Counter(a.call_id for a in known.requests if a.participant_id in kinds)
    tasks = [task for r, v in seen for task in _tasks_about(work, r, v, _when(due, v), kinds, brought[r.call.id])]
    return [*tasks, *_briefing(work, seen, due, len(known.reports))]


def _briefing(work: Reading, seen: Seen, due: Sequence[Step], waiting: int) -> Iterator[Awaiting]:
    """The early-warning reports that wait, for the next announced call."""
    ahead = (v for r, v in seen if r.call.state is CallState.ANNOUNCED and r.call.start > work.now)
    view = next(ahead, None)
    if view is not None and waiting:
        yield Awaiting(Task.BRIEF, view, _when(due, view).get(StepKind.AGENDA_OUT), waiting)


def _tasks_about(
    work: Reading, record: Record, view: CallView, when: Mapping[StepKind, datetime], kinds: Kinds, brought: int
) -> Iterator[Awaiting]:
    """*brought*: how many proxies for this call wait to be confirmed."""
    now, call = work.now, record.call
    if call.state is CallState.HELD:
        if record.minutes.sent_at is None:
            yield Awaiting(Task.SEND_MINUTES, view, when.get(StepKind.DRAFT_MINUTES))
        elif record.minutes.adopted_at is None:
            yield Awaiting(Task.ADOPT_MINUTES, view, record.minutes.adopts_at)
    if brought and not is_over(call, now):
        yield Awaiting(Task.CONFIRM, view, when.get(StepKind.LIST_CIRCULATED), brought)
    if call.start <= now or call.start > now + AHEAD or call.ended:
        return
    if call.state is CallState.DRAFT:
        yield Awaiting(Task.ANNOUNCE, view, when.get(StepKind.CALL_FOR_ITEMS))
        return
    if proposed := sum(i.state is ItemState.PROPOSED for i in record.items):
        yield Awaiting(Task.PROPOSALS, view, when.get(StepKind.ITEMS_CLOSE), proposed)
    if waiting := len({a.contact_id for a in to_circulate(record, kinds, now)}):
        yield Awaiting(Task.CIRCULATE, view, when.get(StepKind.LIST_CIRCULATED), waiting)
    if waiting := len({a.contact_id for a in to_approve(record, kinds, now)}):
        yield Awaiting(Task.APPROVE, view, record.list.window_ends_at, waiting)


def _tasks(work: Reading, seen: Seen, planned: Sequence[Step]) -> list[Awaiting]:
    """What an Agency may still do, and until when; others have their answers, items and actions only."""
    if work.reader.is_proxy:
        return []
    asked = [task for r, v in seen if v.end > work.now for task in _about_own_items(work, r, v)]
    if work.reader.kind is not ParticipantKind.AGENCY:
        return asked
    steps = {v.id: {s.kind: s for s in planned if s.call_id == v.id} for _, v in seen}
    return [*asked, *(task for r, v in seen for task in _open_to_agencies(work, r, v, steps[v.id]))]


def _about_own_items(work: Reading, record: Record, view: CallView) -> Iterator[Awaiting]:
    """What is asked about items of the reader's own in parts that they hear: whether they present them, and whether
    they open them to the guests."""
    parts = {s.id: s for s in view.segments}
    for item in audience.cut_agenda(work.reader, record, work.now):
        part = parts.get(item.segment_id or "")
        if not audience.owns_item(work.reader, item) or item.state is not ItemState.ACCEPTED or view.ended:
            continue
        if item.consent_asked_at is not None and item.audience is AudienceKind.AGENCIES:
            yield Awaiting(Task.CONSENT, view, item=item.reference)
        if part is not None and part.end > work.now and item.confirmed_at is None:
            yield Awaiting(Task.PRESENT, view, part.start, item=item.reference)


def _open_to_agencies(
    work: Reading, record: Record, view: CallView, planned: Mapping[StepKind, Step]
) -> Iterator[Awaiting]:
    """*planned*: the steps of the call that are to come, or were due lately: each is told to whom a part leaves out as
    much later as their own begins, so what it says stands here from then on."""
    now, minutes = work.now, record.minutes
    ends = audience.cut_list(work.reader, record, (), now).window_ends_at
    names = {a.contact_id for a in audience.cut_attendees(work.reader, record, now)}
    if ends is not None and now < ends <= view.start and names:
        yield Awaiting(Task.OBJECT, view, ends, len(names))
    told = {k: audience.told_due(view, record, s.due_at, by_hand=s.moved) for k, s in planned.items()}
    close = told.get(StepKind.ITEMS_CLOSE, now)
    if told.get(StepKind.CALL_FOR_ITEMS, now) <= now < close:
        yield Awaiting(Task.PROPOSE, view, close)
    if minutes.sent_at is not None and minutes.adopted_at is None and (minutes.adopts_at or now) > now:
        yield Awaiting(Task.READ_MINUTES, view, minutes.adopts_at)


def _when(due: Iterable[Step], view: CallView) -> dict[StepKind, datetime]:
    """When the steps of a call that are still to come are due."""
    return {s.kind: s.due_at for s in due if s.call_id == view.id}


def _to_come(work: Reading, seen: Seen, due: Sequence[Step], kinds: Kinds) -> tuple[tuple[Step, CallView], ...]:
    """The steps that come next and leave something to do."""
    there = {v.id: (r, v) for r, v in seen}
    left = (s for s in due if not is_done(s.kind, there[s.call_id][0], kinds, work.now))
    return tuple((s, there[s.call_id][1]) for s in islice(left, MOST_STEPS))
