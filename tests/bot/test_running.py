"""Who runs a call beside the secretariat, and who reads the speaker queue: worked cases, and the laws of both."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot import audience, live
from bot.audience import Record
from bot.calls import Call, CallState, Live, Segment
from bot.participants import ParticipantKind, Reader
from bot.queue import Asking
from tests.bot.test_audience import (
    AGENCY,
    CALL,
    CLOSED,
    EVERYBODY,
    GUESTS,
    JOINT,
    NOW,
    OTHER_AGENCY,
    OTHER_REP,
    REP,
    SECRETARY,
    START,
    approved,
    line,
    objection,
)


def with_scribe(reader: Reader) -> Call:
    return replace(CALL, scribe=reader.contact_id)


def on(segment_id: str, *, cleared: bool = True) -> Call:
    return replace(CALL, live=Live(START, segment_id, None, cleared))


def asking(reader: Reader, segment_id: str = JOINT.id) -> Asking:
    return Asking(
        f"q-{reader.contact_id}", "call", segment_id, reader.participant_id, reader.contact_id, reader.kind, START
    )


WAITING = tuple(asking(r) for r in (AGENCY, REP, OTHER_REP))


def test_the_scribe_runs_the_call_and_no_other_of_an_agency_does() -> None:
    record = Record(with_scribe(AGENCY))
    assert [audience.runs(r, record, NOW) for r in (AGENCY, OTHER_AGENCY, SECRETARY)] == [True, False, True]


def test_a_scribe_whom_one_part_leaves_out_runs_nothing_any_longer() -> None:
    narrowed = replace(with_scribe(AGENCY), segments=(JOINT, replace(CLOSED, only=frozenset({"p-other"}))))
    assert audience.runs(AGENCY, Record(narrowed), NOW) is False


def test_the_scribe_reads_the_draft_of_the_minutes_and_other_agencies_do_not() -> None:
    record = Record(with_scribe(AGENCY), lines=(line(CLOSED),))
    assert [bool(audience.cut_minutes(r, record, NOW)) for r in (AGENCY, OTHER_AGENCY)] == [True, False]


@given(st.sampled_from(GUESTS), st.booleans())
def test_no_guest_ever_runs_a_call(guest: Reader, everywhere: bool) -> None:
    parts = (JOINT, CLOSED) if everywhere else (JOINT,)
    record = Record(with_scribe(guest), admissions=tuple(approved(guest, s) for s in parts))
    assert audience.runs(guest, record, NOW) is False


def test_agencies_read_the_whole_queue_and_a_guest_its_own_place_alone() -> None:
    record = Record(on(JOINT.id), admissions=(approved(REP, JOINT), approved(OTHER_REP, JOINT)))
    seen = [
        [a.id for a in audience.cut_queue(r, replace(record, queue=WAITING), START)]
        for r in (SECRETARY, OTHER_AGENCY, REP)
    ]
    assert seen == [["q-c-agency", "q-c-rep", "q-c-rep2"], ["q-c-agency", "q-c-rep", "q-c-rep2"], ["q-c-rep"]]


def test_who_lost_the_part_is_in_no_queue_and_reads_none() -> None:
    record = Record(on(JOINT.id), (approved(REP, JOINT), approved(OTHER_REP, JOINT)), (objection(REP),))
    assert [a.id for a in audience.cut_queue(SECRETARY, replace(record, queue=WAITING), START)] == [
        "q-c-agency",
        "q-c-rep2",
    ]
    assert audience.cut_queue(REP, replace(record, queue=WAITING), START) == ()


def test_an_agency_that_a_part_leaves_out_reads_no_queue_of_it() -> None:
    only = replace(CLOSED, only=frozenset({"p-agency"}))
    call = replace(on(CLOSED.id), segments=(JOINT, only))
    record = Record(call, queue=(asking(AGENCY, CLOSED.id),))
    assert [len(audience.cut_queue(r, record, START)) for r in (AGENCY, SECRETARY, OTHER_AGENCY)] == [1, 1, 0]


@given(st.sampled_from(EVERYBODY), st.booleans(), st.booleans())
def test_a_queue_is_read_by_who_hears_its_part_and_by_nobody_who_knows_that_the_gate_is_shut(
    reader: Reader, closed: bool, cleared: bool
) -> None:
    segment = CLOSED if closed else JOINT
    queue = (asking(AGENCY, segment.id), asking(REP, segment.id))
    record = Record(on(segment.id, cleared=cleared), admissions=(approved(REP, JOINT),), queue=queue)
    seen = audience.cut_queue(reader, record, START + timedelta(minutes=1))
    open_to_them = cleared or not audience.knows_gate(reader, record, START)
    assert not seen or (open_to_them and audience.hears(reader, record, segment.id, START))
    assert all(a.kind is ParticipantKind.AGENCY or not closed for a in seen)


def panel(reader: Reader, *others: Reader, segment: Segment = JOINT, cleared: bool = True) -> audience.Shown | None:
    record = Record(on(segment.id, cleared=cleared), admissions=(approved(REP, JOINT),), queue=WAITING)
    return audience.cut_panel((reader, *others), record, START)


def test_a_post_says_what_the_agencies_of_a_channel_may_know_and_nothing_with_a_guest_among_them() -> None:
    shown = panel(AGENCY, OTHER_AGENCY, SECRETARY)
    assert shown is not None
    assert ([a.id for a in shown.queue], panel(AGENCY, REP), panel(REP)) == (["q-c-agency", "q-c-rep"], None, None)


def test_a_post_says_nothing_of_a_part_that_one_who_reads_it_does_not_hear() -> None:
    only = replace(CLOSED, only=frozenset({"p-agency"}))
    call = replace(on(CLOSED.id), segments=(JOINT, only))
    seen = [audience.cut_panel(readers, Record(call), START) for readers in ((AGENCY,), (AGENCY, OTHER_AGENCY), ())]
    assert [s is not None for s in seen] == [True, False, False]


def test_while_the_gate_is_shut_a_post_says_that_and_no_item_or_queue() -> None:
    assert panel(AGENCY, cleared=False) == audience.Shown(JOINT, START, shut=True)


def test_of_a_shut_gate_knows_who_hears_what_lies_behind_it_and_to_others_the_call_may_have_ended() -> None:
    record = Record(on(JOINT.id, cleared=False), admissions=(approved(REP, JOINT),))
    assert [audience.knows_gate(r, record, START) for r in (AGENCY, SECRETARY, REP)] == [True, True, False]
    last = Record(on(CLOSED.id, cleared=False))
    assert [audience.knows_gate(r, last, START) for r in (AGENCY, SECRETARY, REP)] == [False, True, False]


def test_to_who_hears_nothing_behind_it_a_call_that_goes_on_has_ended() -> None:
    record = Record(on(CLOSED.id), admissions=(approved(REP, JOINT),))
    views = [audience.cut_call(r, record, START) for r in (REP, AGENCY, SECRETARY)]
    assert [v.state for v in views if v] == [CallState.HELD, CallState.ANNOUNCED, CallState.ANNOUNCED]
    assert [audience.is_over(r, record, START) for r in (REP, AGENCY, SECRETARY)] == [True, False, False]


def test_behind_a_shut_gate_nothing_has_begun_and_to_nobody_is_the_call_over() -> None:
    record = Record(on(JOINT.id, cleared=False), admissions=(approved(REP, JOINT),))
    assert [audience.is_over(r, record, START) for r in (REP, AGENCY, SECRETARY)] == [False, False, False]


def test_a_call_that_nobody_began_is_over_to_everybody_with_their_own_last_part() -> None:
    record, later = Record(CALL, admissions=(approved(REP, JOINT),)), START + timedelta(minutes=JOINT.minutes)
    assert [audience.is_over(r, record, later) for r in (REP, AGENCY, OTHER_REP)] == [True, False, False]
    assert [audience.is_over(r, record, CALL.end) for r in (REP, AGENCY, OTHER_REP)] == [True, True, True]


@given(st.sampled_from(EVERYBODY), st.booleans())
def test_a_part_that_a_reader_does_not_hear_makes_no_other_call_of_one_that_ended(reader: Reader, named: bool) -> None:
    last = replace(CLOSED, only=frozenset({"p-agency"})) if named else CLOSED
    going = replace(on(last.id), segments=(JOINT, last))
    given_to = (approved(REP, JOINT), approved(OTHER_REP, JOINT))
    there, over = (Record(call, admissions=given_to) for call in (going, replace(going, state=CallState.HELD)))
    alike = audience.cut_call(reader, there, START) == audience.cut_call(reader, over, START)
    assert alike is not audience.hears(reader, there, last.id, START)


def test_a_post_read_by_who_is_left_out_of_a_part_is_that_of_a_call_without_it() -> None:
    only, before = replace(CLOSED, only=frozenset({"p-agency"})), timedelta(minutes=CLOSED.minutes)
    for parts, start in (((only, JOINT), START + before), ((JOINT, only), START)):
        there = replace(on(JOINT.id), segments=parts)
        without = replace(there, segments=(JOINT,), start=start)
        for readers in ((AGENCY, OTHER_AGENCY), (OTHER_AGENCY,)):
            seen = [audience.cut_panel(readers, Record(call), START) for call in (there, without)]
            assert seen == [audience.Shown(JOINT, start), audience.Shown(JOINT, start)]


def test_a_post_goes_on_at_a_gate_that_one_who_reads_it_may_not_know_of_and_ends_with_the_call() -> None:
    """That it said nothing told them of the gate: their page said that the part was on."""
    only = replace(CLOSED, only=frozenset({"p-agency"}))
    shut = replace(on(JOINT.id, cleared=False), segments=(JOINT, only))
    over = live.ended(replace(on(JOINT.id), segments=(JOINT,)), START)
    waits = (asking(AGENCY, JOINT.id),)
    seen = [audience.cut_panel((AGENCY, OTHER_AGENCY), Record(call, queue=waits), START) for call in (shut, over)]
    assert (seen, audience.cut_panel((AGENCY,), Record(shut, queue=waits), START)) == (
        [audience.Shown(JOINT, START, queue=waits), None],
        audience.Shown(JOINT, START, shut=True),
    )


def test_a_step_is_due_by_its_readers_own_part_but_where_it_was_given_its_time_by_hand() -> None:
    only = replace(CLOSED, only=frozenset({"p-agency"}))
    record, due = Record(replace(CALL, segments=(only, JOINT))), START - timedelta(days=14)
    views = [audience.cut_call(r, record, START) for r in (AGENCY, SECRETARY, OTHER_AGENCY)]
    told = [audience.told_due(v, record, due) - due for v in views if v]
    assert told == [timedelta(), timedelta(), timedelta(minutes=only.minutes)]
    assert {audience.told_due(v, record, due, by_hand=True) for v in views if v} == {due}


@given(st.lists(st.sampled_from(EVERYBODY), min_size=1), st.sampled_from(EVERYBODY), st.booleans())
def test_one_more_reader_never_makes_a_post_say_more(readers: list[Reader], more: Reader, closed: bool) -> None:
    segment = CLOSED if closed else JOINT
    before, after = panel(*readers, segment=segment), panel(*readers, more, segment=segment)
    assert after is None or (before is not None and set(after.queue) <= set(before.queue))
