"""What each step asks, of whom, and when it is missed, put off or done."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agenda import AgendaItem, ItemState
from bot.attendees import Admission, AdmissionState, AttendeeList
from bot.audience import Record
from bot.calls import Call, CallKind, CallState, Live, Segment
from bot.confidentiality import Tlp
from bot.minutes import Minutes
from bot.participants import ParticipantKind
from bot.procedure import Procedure, StepKind, due_times
from bot.steps import (
    AFTER_THE_CALL,
    NAMES,
    WORDS,
    Outcome,
    Step,
    StepState,
    Verdict,
    Whom,
    check_step_time,
    judge,
    read_step,
    replanned,
    word_of,
)
from bot.topics import AudienceKind
from tests.bot.refusals import refusal_of

START = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
BEFORE = START - timedelta(days=20)
AFTER = START + timedelta(days=10)
KINDS = {"rep": ParticipantKind.PRIVATE_SECTOR}
JOINT = Segment("s1", "Reports", AudienceKind.JOINT, 30)
CLOSED = Segment("s2", "Agencies", AudienceKind.AGENCIES, 60)


def call(state: CallState = CallState.ANNOUNCED, start: datetime = START) -> Call:
    live = Live(start, None, None, False, start + timedelta(minutes=80)) if state is CallState.HELD else None
    return Call("c", "Members' call", CallKind.MEMBERS, state, start, (JOINT, CLOSED), live=live)


def name(*, circulated: bool, state: AdmissionState = AdmissionState.PROPOSED) -> Admission:
    return Admission("c", "s1", "person", "rep", state, BEFORE if circulated else None)


def item(state: ItemState) -> AgendaItem:
    return AgendaItem(
        "ABC234", "c", "s2", 1, "A.3.a", "Cases", 10, AudienceKind.AGENCIES, Tlp.AMBER, state, "p", "k", BEFORE
    )


def verdict(kind: StepKind, record: Record, now: datetime = BEFORE) -> Verdict:
    return judge(kind, record, KINDS, now)


@pytest.mark.parametrize(
    ("kind", "record", "whom"),
    [
        (StepKind.CALL_FOR_ITEMS, Record(call()), Whom.AGENCIES),
        (StepKind.ITEMS_CLOSE, Record(call()), Whom.SECRETARIAT),
        (StepKind.ITEMS_CLOSE, Record(call(), items=(item(ItemState.ACCEPTED),)), Whom.NOBODY),
        (
            StepKind.ITEMS_CLOSE,
            Record(call(), items=(item(ItemState.ACCEPTED), item(ItemState.PROPOSED))),
            Whom.SECRETARIAT,
        ),
        (StepKind.LIST_CIRCULATED, Record(call(), admissions=(name(circulated=False),)), Whom.SECRETARIAT),
        (
            StepKind.LIST_CIRCULATED,
            Record(call(), admissions=(name(circulated=True),), list=AttendeeList(circulated_at=BEFORE)),
            Whom.NOBODY,
        ),
        (StepKind.APPROVAL, Record(call(), admissions=(name(circulated=False),)), Whom.SECRETARIAT),
        (
            StepKind.APPROVAL,
            Record(
                call(),
                admissions=(name(circulated=True, state=AdmissionState.APPROVED),),
                list=AttendeeList(circulated_at=BEFORE, approved_at=BEFORE),
            ),
            Whom.NOBODY,
        ),
        (StepKind.AGENDA_OUT, Record(call()), Whom.SECRETARIAT),
        (StepKind.REMINDER_DAY, Record(call()), Whom.EVERYBODY),
        (StepKind.REMINDER_HOUR, Record(call()), Whom.EVERYBODY),
    ],
)
def test_a_step_reminds_those_who_must_act_and_nobody_once_it_is_done(
    kind: StepKind, record: Record, whom: Whom
) -> None:
    assert verdict(kind, record) == Verdict(Outcome.TOLD, whom)


@pytest.mark.parametrize(
    ("kind", "minutes", "whom"),
    [
        (StepKind.DRAFT_MINUTES, Minutes(), Whom.SECRETARIAT),
        (StepKind.DRAFT_MINUTES, Minutes(sent_at=AFTER), Whom.NOBODY),
        (StepKind.MINUTES_ADOPTED, Minutes(), Whom.SECRETARIAT),
        (StepKind.MINUTES_ADOPTED, Minutes(AFTER, AFTER, AFTER), Whom.NOBODY),
    ],
)
def test_minutes_are_asked_for_after_the_call_until_they_are_sent_and_adopted(
    kind: StepKind, minutes: Minutes, whom: Whom
) -> None:
    assert verdict(kind, Record(call(CallState.HELD), minutes=minutes), AFTER) == Verdict(Outcome.TOLD, whom)


def test_a_list_without_room_for_guests_is_never_asked_for() -> None:
    closed = Record(Call("c", "T", CallKind.LAW_ENFORCEMENT, CallState.ANNOUNCED, START, (CLOSED,)))
    asked = (StepKind.LIST_CIRCULATED, StepKind.WINDOW_ENDS, StepKind.APPROVAL)
    assert {verdict(kind, closed).whom for kind in asked} == {Whom.NOBODY}


@pytest.mark.parametrize("kind", [StepKind.WINDOW_ENDS, StepKind.APPROVAL])
def test_approval_waits_for_the_end_that_the_circulated_list_names(kind: StepKind) -> None:
    end = BEFORE + timedelta(days=3)
    record = Record(call(), admissions=(name(circulated=True),), list=AttendeeList(BEFORE, end))
    assert verdict(kind, record) == Verdict(Outcome.LATER, later=end)


def test_adoption_waits_for_the_end_of_the_silence() -> None:
    end = AFTER + timedelta(days=3)
    record = Record(call(CallState.HELD), minutes=Minutes(AFTER, end))
    assert verdict(StepKind.MINUTES_ADOPTED, record, AFTER) == Verdict(Outcome.LATER, later=end)


@pytest.mark.parametrize("kind", sorted(set(StepKind) - AFTER_THE_CALL))
def test_a_draft_is_told_to_the_secretariat_alone(kind: StepKind) -> None:
    assert verdict(kind, Record(call(CallState.DRAFT))) == Verdict(Outcome.TOLD, Whom.SECRETARIAT)


records = st.builds(
    Record,
    call=st.builds(call, st.sampled_from(CallState)),
    admissions=st.lists(st.builds(name, circulated=st.booleans(), state=st.sampled_from(AdmissionState))).map(tuple),
    items=st.lists(st.builds(item, st.sampled_from(ItemState))).map(tuple),
    list=st.builds(AttendeeList, circulated_at=st.none() | st.just(BEFORE), approved_at=st.none() | st.just(BEFORE)),
)


@given(st.sampled_from(StepKind), records, st.integers(-40, 40))
def test_no_step_before_a_call_is_told_once_it_has_begun_and_none_of_a_cancelled_one(
    kind: StepKind, record: Record, days: int
) -> None:
    now = START + timedelta(days=days)
    begun = record.call.state is CallState.HELD or now >= START
    told = verdict(kind, record, now).outcome is Outcome.TOLD
    assert not (told and record.call.state is CallState.CANCELLED)
    assert not (told and begun and kind not in AFTER_THE_CALL)


# --- moved ---


@given(st.sampled_from(StepKind), st.sampled_from(StepState), st.booleans(), st.integers(-60, 60), st.integers(0, 60))
def test_after_a_move_every_step_that_lies_ahead_is_due_and_on_its_side_of_the_call(
    kind: StepKind, state: StepState, moved: bool, was: int, by: int
) -> None:
    later = call(start=START + timedelta(days=by))
    due = due_times(later.start, later.end, Procedure.default())[kind]
    new = replanned(Step("c", kind, START + timedelta(days=was), state, moved), later, due, BEFORE)
    assert (new.due_at >= later.end) if kind in AFTER_THE_CALL else (new.due_at < later.start)
    assert new.moved or new.due_at <= BEFORE or new.state is StepState.DUE


def test_a_time_that_the_secretariat_gave_stays_when_the_call_moves_later() -> None:
    step = Step("c", StepKind.LIST_CIRCULATED, BEFORE, moved=True)
    assert replanned(step, call(start=AFTER), START, BEFORE - timedelta(days=1)) == step


# --- named ---


def test_every_step_has_a_word_and_a_name() -> None:
    assert (sorted(WORDS.values()), sorted(NAMES)) == (sorted(StepKind), sorted(StepKind))


@pytest.mark.parametrize("kind", StepKind)
def test_a_step_is_read_by_its_word_and_by_its_name_in_the_procedure_file(kind: StepKind) -> None:
    assert {read_step(text) for text in (word_of(kind), word_of(kind).upper(), kind)} == {kind}


def test_an_unknown_step_is_answered_with_all_of_them() -> None:
    said = refusal_of(lambda: read_step("lunch")) or ""
    assert said.startswith("There is no step “lunch”. The steps are `items` (call for items), `close` (items close), ")


@pytest.mark.parametrize(("kind", "at"), [*product(StepKind, [START - timedelta(days=1), AFTER])])
def test_a_step_keeps_to_its_side_of_the_call(kind: StepKind, at: datetime) -> None:
    refused = refusal_of(lambda: check_step_time(kind, Record(call()), at)) is not None
    assert refused == ((at < START) == (kind in AFTER_THE_CALL))


def test_a_step_on_the_wrong_side_is_refused_with_the_calls_time() -> None:
    assert refusal_of(lambda: check_step_time(StepKind.AGENDA_OUT, Record(call()), AFTER)) == (
        "“agenda out” comes before the call, which starts at 2027-02-16 13:00 UTC. Give an earlier time."
    )
    assert refusal_of(lambda: check_step_time(StepKind.DRAFT_MINUTES, Record(call()), BEFORE)) == (
        "“draft minutes” comes after the call, which ends at 2027-02-16 14:30 UTC. Give a later time."
    )


def test_a_cancelled_call_has_no_steps_to_move() -> None:
    record = Record(call(CallState.CANCELLED))
    assert refusal_of(lambda: check_step_time(StepKind.AGENDA_OUT, record, BEFORE)) == (
        "“Members' call” was cancelled: it has no steps. `/lap calls` lists what is planned."
    )
