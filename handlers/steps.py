"""Owns the steps of a call's procedure: planned and moved with it, and told when due; ``reminders`` owns the words.

No step acts in the secretariat's place: each reminds those who must act.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot import audience
from bot.agenda import ItemState
from bot.audience import CallView, Record
from bot.calls import Call, CallState
from bot.errors import Conflict
from bot.participants import Contact, ParticipantKind, Reader, Role, as_organisation, member_of
from bot.procedure import StepKind, due_times
from bot.steps import MISSED, Outcome, Step, StepState, Verdict, Whom, check_step_time, judge, replanned
from bot.when import to_utc
from handlers import agenda_letters
from handlers.act import act, reading, secretariat_only
from handlers.desk import Desk, the_clock
from handlers.finding import find_call, refuse_past
from handlers.invitations import wanted_copy
from handlers.work import Reading, Writing
from storage import agenda, calls, directory, invitations, steps
from storage.calls import Part
from storage.directory import Directory
from storage.tables import Door

REMINDER = "reminder"
"""The kind of errand; its subject is the step and the start of its call (``hour@2027-02-16T13:00:00+00:00``)."""

RUN_SHEET = "runsheet"
"""The kind of errand that brings the run sheet to who runs the call, shortly before it."""

MOST = 1000
"""Steps told in one transaction: a week's downtime of any network, so that one person gets one message."""


def plan_steps(work: Writing, *calls: Call) -> None:
    """Puts a due row for each step of each new call (procedure file ``[steps]``)."""
    if calls:
        steps.add(work.tx, {c.id: due_times(c.start, c.end, work.desk.procedure) for c in calls})


def replan_steps(work: Writing, call: Call, known: Sequence[Step]) -> None:
    """Gives the steps of a moved call, *known* before, their new times; those that lie ahead again are due again."""
    due = due_times(call.start, call.end, work.desk.procedure)
    again = [replanned(s, call, due[s.kind], work.now) for s in known]
    steps.save(work.tx, [new for old, new in zip(known, again, strict=True) if new != old], work.now)


def drop_steps(work: Writing, *calls: Call) -> None:
    """Marks the steps of cancelled calls that are still due as missed: nobody is reminded of them."""
    if calls:
        steps.miss(work.tx, [c.id for c in calls], work.now)


def wait_for_window(work: Writing, call_id: str, ends_at: datetime) -> None:
    """A list was circulated: the end of its window is told when it really comes, and approval asked for not before."""
    steps.wait(work.tx, call_id, ends_at, StepKind.WINDOW_ENDS, StepKind.APPROVAL)


def wait_for_silence(work: Writing, call_id: str, adopts_at: datetime | None) -> None:
    """The minutes were sent: their adoption is told when the silence really ends."""
    if adopts_at is not None:
        steps.wait(work.tx, call_id, adopts_at, StepKind.MINUTES_ADOPTED)


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of the steps that were due."""

    told: int = 0
    missed: int = 0
    put_off: int = 0

    @property
    def any(self) -> bool:
        return bool(self.told or self.missed or self.put_off)


def run_due_steps(desk: Desk) -> Ran:
    """Does once what the procedure has due.

    1. Look whether any step is due; nothing is locked where none is. A call that is damaged is missed, not waited for.
    2. In one transaction claim the due ones, each by one process only, and fetch their calls.
    3. ``bot/steps.py`` judges each: told, missed because its call had begun, or put off to the end of its period.
    4. An errand for each person who must act, worth it until the call begins, or that person's own part of it; the
       steps are marked. Restart, downtime and a second process find them marked.
    What is said is composed when it is sent, and what one person is owed leaves as one message.
    """
    with desk.store.read() as tx:
        if not steps.any_due(tx, desk.now()):
            return Ran()
    return _run(desk, the_clock())


@act
def _run(work: Writing) -> Ran:
    due = steps.claim(work.tx, work.desk.store, work.now, MOST)
    if not due:
        return Ran()
    ids = {s.call_id for s in due}
    records = {r.call.id: r for r in calls.many(work.tx, ids, Part.LIST | Part.ITEMS)}
    people = directory.everybody(work.tx)
    kinds = {p.id: p.kind for p in people.participants}
    declined = invitations.declined(work.tx, ids)
    judged = [(s, judge(s.kind, records[s.call_id], kinds, work.now) if s.call_id in records else MISSED) for s in due]
    for step, verdict in judged:
        if verdict.whom is not Whom.NOBODY:
            _remind(work, step, records[step.call_id], verdict.whom, people, declined)
    steps.save(work.tx, [_after(s, v) for s, v in judged], work.now)
    out = [s for s, v in judged if s.kind is StepKind.AGENDA_OUT and v.outcome is Outcome.TOLD]
    _ask_presenters(work, [(s, records[s.call_id]) for s in out], people)
    outcomes = [v.outcome for _, v in judged]
    work.record("steps", "", steps=[(s.call_id, s.kind, v.outcome, v.whom) for s, v in judged])
    return Ran(*(outcomes.count(o) for o in (Outcome.TOLD, Outcome.MISSED, Outcome.LATER)))


def _after(step: Step, verdict: Verdict) -> Step:
    if verdict.later is not None:
        return replace(step, due_at=verdict.later)
    return replace(step, state=StepState.MISSED if verdict.outcome is Outcome.MISSED else StepState.DONE)


def _remind(
    work: Writing, step: Step, record: Record, whom: Whom, people: Directory, declined: set[tuple[str, str]]
) -> None:
    call = record.call
    subject = subject_of(step.kind, call)
    if step.kind is StepKind.REMINDER_HOUR:
        seats = [c.id for c in people.contacts if Role.SECRETARIAT in c.roles or c.id == call.scribe]
        work.tell(RUN_SHEET, seats, call_id=call.id, subject=call.id, until=call.end)
    if whom is Whom.EVERYBODY:
        for contact in people.everyone:
            wanted = wanted_copy(contact, people, record, work.now)
            if not wanted.windows or (call.id, contact.id) in declined:
                continue
            # A guest's part may begin later than the call: a reminder timed by the call would tell of the part before.
            begins = wanted.windows[0].start
            due_at = step.due_at + (begins - call.start)
            work.tell(
                REMINDER, [contact.id], doors=(Door.MAIL, Door.SLACK), call_id=call.id, subject=subject,
                due_at=due_at, until=begins,
            )  # fmt: skip
        return
    until = call.start if step.kind not in (StepKind.DRAFT_MINUTES, StepKind.MINUTES_ADOPTED) else None
    for contact in _those(whom, record, people):
        due_at = step.due_at
        if whom is Whom.AGENCIES:
            due_at, _ = _own_time(work, step, record, member_of(contact, people.participant(contact.participant_id)))
        work.tell(REMINDER, [contact.id], call_id=call.id, subject=subject, due_at=due_at, until=until)


def _own_time(work: Reading, step: Step, record: Record, reader: Reader) -> tuple[datetime, datetime]:
    """When that reader is told of a step, and until when it is worth it (UTC): as much later as their own part begins
    after the call, so that the hour does not tell when that does."""
    view = audience.cut_call(reader, record, work.now)
    if view is None:
        return step.due_at, record.call.start
    return audience.told_due(view, record, step.due_at, by_hand=step.moved), view.start


def _ask_presenters(work: Writing, out: Iterable[tuple[Step, Record]], people: Directory) -> None:
    """Asks whoever has an item on the agenda of these calls, and has not confirmed yet, whether they present it."""
    waiting = {
        i.reference: (s, r)
        for s, r in out
        if r.call.state is CallState.ANNOUNCED
        for i in r.items
        if i.state is ItemState.ACCEPTED and i.segment_id is not None and i.confirmed_at is None
    }
    for asked in agenda.with_references(work.tx, waiting) if waiting else ():
        step, record = waiting[asked.item.reference]
        told = people.contact(asked.told)
        reader = member_of(told, asked.proposer) if told is not None else as_organisation(asked.proposer)
        due_at, until = _own_time(work, step, record, reader)
        work.tell(
            agenda_letters.CONFIRM, [asked.told], doors=(Door.MAIL, Door.SLACK), call_id=record.call.id,
            subject=asked.item.reference, due_at=due_at, until=until,
        )  # fmt: skip


def _those(whom: Whom, record: Record, people: Directory) -> list[Contact]:
    """The contacts of the secretariat, or those of the Agencies invited who attend."""
    if whom is Whom.SECRETARIAT:
        return people.secretariat
    if whom is Whom.AGENCIES:
        agencies = {
            p.id for p in people.participants
            if p.kind is ParticipantKind.AGENCY and (not record.call.only or p.id in record.call.only)
        }  # fmt: skip
        return [c for c in people.contacts if c.attending and c.participant_id in agencies]
    return []


def subject_of(kind: StepKind, call: Call) -> str:
    """What an errand is about: the step, and the start it was told for, so that a moved call's is dropped."""
    return f"{kind}@{call.start.isoformat()}"


def read_subject(subject: str) -> tuple[StepKind, str]:
    """The step and the start of its call, as ``subject_of`` wrote them."""
    kind, _, start = subject.partition("@")
    return StepKind(kind), start


@dataclass(frozen=True, slots=True)
class StepsOf:
    """A call's steps, earliest first."""

    view: CallView
    steps: tuple[Step, ...]


@reading
def list_steps(work: Reading, asked: str | None) -> StepsOf:
    """The steps of a call, told and to come; the secretariat's alone. Raises NotFound."""
    secretariat_only(work, "see the steps of a call")
    record, view = find_call(work, asked)
    return StepsOf(view, tuple(steps.of_calls(work.tx, [record.call.id]).get(record.call.id, ())))


@dataclass(frozen=True, slots=True)
class MovedStep:
    """A step at its new time, and when it was due before (UTC)."""

    view: CallView
    step: Step
    before: datetime


@act
def move_step(work: Writing, asked: str | None, kind: StepKind, to: datetime | date) -> MovedStep:
    """Gives one step of one call a time of its own: a moment (UTC), or a date at the hour it had, on the actor's clock.

    A step that was told is told again then.

    Only the reminder moves: the window to object ends when the circulated list says. Raises NotEntitled, NotFound,
    Conflict for a time gone by or on the wrong side of the call.
    """
    secretariat_only(work, "move a step")
    record, view = find_call(work, asked)
    old = next((s for s in steps.of_calls(work.tx, [record.call.id])[record.call.id] if s.kind is kind), None)
    if old is None:
        raise Conflict("This call was planned without that step. `/lap steps` lists those that it has.")
    at = to if isinstance(to, datetime) else _same_hour(old.due_at, to, work.actor.zone)
    refuse_past(at, work.now)
    check_step_time(kind, record, at)
    new = Step(record.call.id, kind, at, StepState.DUE, moved=True)
    steps.save(work.tx, [new], work.now)
    work.record("step.move", record.call.id, step=kind, before=old.due_at, to=at)
    return MovedStep(view, new, old.due_at)


def _same_hour(before: datetime, day: date, zone: ZoneInfo) -> datetime:
    return to_utc(datetime.combine(day, before.astimezone(zone).time()), zone)
