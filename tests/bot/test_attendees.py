"""Proves the rules of attendee lists: who is on one, what changes it, and that nothing from it tells a cause."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.attendees import (
    Admission,
    AdmissionState,
    ListChange,
    approve,
    is_over,
    list_changes,
    listed,
    net_changes,
    notice_at,
    object_to,
    open_segments,
    taken_by,
    to_approve,
    to_circulate,
)
from bot.calls import Call, CallKind, CallState, Live, Segment
from bot.objections import Objection, already_standing, barred
from bot.participants import ParticipantKind
from bot.topics import AudienceKind

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
START = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
JOINT, CLOSED, SECOND = "joint", "closed", "second"
CALL = Call(
    "call", "Case updates", CallKind.MEMBERS, CallState.ANNOUNCED, START,
    (
        Segment(JOINT, "Reports", AudienceKind.JOINT, 30),
        Segment(CLOSED, "Agencies", AudienceKind.AGENCIES, 30),
        Segment(SECOND, "Training", AudienceKind.JOINT, 30),
    ),
)  # fmt: skip
KINDS = {
    "bank": ParticipantKind.PRIVATE_SECTOR,
    "net": ParticipantKind.PRIVATE_SECTOR,
    "oecd": ParticipantKind.OBSERVER,
}


@dataclass(frozen=True)
class List:
    """A list as the rules take it."""

    call: Call = CALL
    admissions: tuple[Admission, ...] = ()
    objections: tuple[Objection, ...] = ()


def admission(segment: str = JOINT, organisation: str = "bank", **more: object) -> Admission:
    made = Admission("call", segment, f"c-{organisation}", organisation, AdmissionState.PROPOSED, circulated_at=NOW)
    return replace(made, **more)  # type: ignore[arg-type]


def objection(organisation: str = "bank", *segments: str, **more: object) -> Objection:
    made = Objection("REF", "agency", organisation, None, "call", frozenset(segments), NOW)
    return replace(made, **more)  # type: ignore[arg-type]


segments = st.sampled_from([JOINT, CLOSED, SECOND])
organisations = st.sampled_from(sorted(KINDS))
admissions = st.lists(
    st.builds(
        admission,
        segments,
        organisations,
        state=st.sampled_from(AdmissionState),
        circulated_at=st.sampled_from([None, NOW]),
    ),
    max_size=8,
    unique_by=lambda a: (a.segment_id, a.contact_id),
).map(tuple)
objections = st.builds(
    Objection,
    reference=st.sampled_from(["AAA2AA", "BBB2BB", "CCC2CC"]),
    by_id=st.sampled_from(["fr", "uk"]),
    participant_id=organisations,
    contact_id=st.sampled_from([None, "c-bank", "c-net"]),
    call_id=st.sampled_from([None, "call", "another"]),
    segment_ids=st.frozensets(segments, max_size=2),
    raised_at=st.sampled_from([NOW, NOW - timedelta(days=3), NOW + timedelta(days=1)]),
    until=st.sampled_from([None, NOW, NOW + timedelta(days=9)]),
    withdrawn_at=st.sampled_from([None, NOW, NOW + timedelta(days=2)]),
)
standing = st.lists(objections, max_size=5).map(tuple)


def opened(known: List) -> set[tuple[str, str]]:
    """Who may join what."""
    return {
        (s.id, f"c-{p}")
        for p, kind in KINDS.items()
        for s in open_segments(known.call, kind, p, f"c-{p}", known.admissions, known.objections, NOW)
    }


# --- objections ---


def test_objection_to_one_segment_leaves_the_others_open() -> None:
    both = (
        admission(JOINT, state=AdmissionState.APPROVED),
        admission(SECOND, state=AdmissionState.APPROVED),
    )  # fmt: skip
    assert opened(List(CALL, both, (objection("bank", JOINT),))) == {(SECOND, "c-bank")}


@given(admissions, standing, objections)
def test_one_more_objection_never_opens_a_segment(
    names: tuple[Admission, ...], before: tuple[Objection, ...], one_more: Objection
) -> None:
    assert opened(List(CALL, names, (*before, one_more))) <= opened(List(CALL, names, before))


@given(objections, st.integers(-400, 400).map(lambda days: NOW + timedelta(days=days)))
def test_an_objection_that_nobody_withdrew_bars_whatever_the_clock_says(written: Objection, clock: datetime) -> None:
    lasting = replace(written, until=None, withdrawn_at=None)
    assert lasting.stands(replace(CALL, start=clock + timedelta(hours=1)).judged_at(clock))


@given(objections, st.integers(-400, 400).map(lambda days: NOW + timedelta(days=days)))
def test_an_objection_withdrawn_does_not_stand_again_whatever_the_clock_says(
    written: Objection, clock: datetime
) -> None:
    withdrawn = replace(written, withdrawn_at=NOW)
    assert not withdrawn.stands(replace(CALL, start=clock + timedelta(hours=1)).judged_at(clock))


@given(st.integers(-400, 400).map(lambda days: NOW + timedelta(days=days)))
def test_what_counts_of_a_call_that_was_ended_does_not_follow_the_clock(clock: datetime) -> None:
    held = replace(CALL, state=CallState.HELD, live=Live(NOW, None, None, False, NOW + timedelta(hours=1)))
    before, after = objection("bank", raised_at=NOW), objection("bank", raised_at=NOW + timedelta(hours=2))
    assert (before.stands(held.judged_at(clock)), after.stands(held.judged_at(clock))) == (True, False)


@given(admissions, standing, st.randoms(use_true_random=False))
def test_the_order_of_objections_does_not_matter(
    names: tuple[Admission, ...], before: tuple[Objection, ...], random: Random
) -> None:
    shuffled = list(before)
    random.shuffle(shuffled)
    in_order, another = names, names
    for one in before:
        in_order = object_to(in_order, one)
    for one in shuffled:
        another = object_to(another, one)
    assert (in_order, opened(List(CALL, names, before))) == (another, opened(List(CALL, names, tuple(shuffled))))


@given(admissions, standing)
def test_withdrawing_every_objection_approves_nobody(
    names: tuple[Admission, ...], raised: tuple[Objection, ...]
) -> None:
    after = names
    for one in raised:
        after = object_to(after, one)
    taken = {
        (a.segment_id, a.contact_id)
        for a in names
        if any(o.bars(a.participant_id, a.contact_id, a.call_id, a.segment_id) for o in raised)
    }
    withdrawn = tuple(replace(o, withdrawn_at=o.raised_at) for o in raised)
    assert opened(List(CALL, after, withdrawn)) & taken == set()


@given(admissions, standing)
def test_approval_never_takes_a_name_that_an_objection_bars(
    names: tuple[Admission, ...], raised: tuple[Objection, ...]
) -> None:
    ready = to_approve(List(CALL, names, raised), KINDS, NOW)
    shut = [
        a for a in ready if barred(raised, a.participant_id, a.contact_id, a.call_id, a.segment_id, CALL.judged_at(NOW))
    ]  # fmt: skip
    assert shut == []


def test_an_objection_puts_names_in_its_scope_back_at_proposed_and_no_other() -> None:
    approved = {"state": AdmissionState.APPROVED, "approved_at": NOW}
    both = (admission(JOINT, "bank", **approved), admission(JOINT, "net", **approved))
    assert object_to(both, objection("bank")) == (admission(JOINT, "bank", circulated_at=None), both[1])


def test_twice_the_same_objection_of_one_agency_is_the_one_that_stands() -> None:
    first = objection("bank", JOINT)
    assert already_standing([first], objection("bank", JOINT, reference="", raised_at=NOW + timedelta(days=1))) == first


def test_another_agencys_objection_is_another() -> None:
    assert already_standing([objection("bank")], objection("bank", by_id="another")) is None


def test_an_objection_withdrawn_is_no_longer_the_same() -> None:
    assert already_standing([objection("bank", withdrawn_at=NOW)], objection("bank")) is None


# --- who can be admitted, circulated, approved ---


def test_without_a_part_everybody_comes_to_the_joint_ones() -> None:
    found = {p: [s.id for s in taken_by(CALL, kind, p, ())] for p, kind in KINDS.items()}
    assert found == {"bank": [JOINT, SECOND], "net": [JOINT, SECOND], "oecd": [JOINT, SECOND]}


def test_an_observer_comes_to_a_closed_part_by_name_and_a_representative_never() -> None:
    found = {p: [s.id for s in taken_by(CALL, kind, p, [CLOSED])] for p, kind in KINDS.items()}
    assert found == {"bank": [], "net": [], "oecd": [CLOSED]}


def test_names_added_later_are_circulated_alone() -> None:
    late = admission(JOINT, "net", circulated_at=None)
    assert to_circulate(List(CALL, (admission(), late)), KINDS, NOW) == (late,)


def test_approval_follows_circulation() -> None:
    known = List(CALL, (admission(), admission(JOINT, "net", circulated_at=None)))
    assert to_approve(known, KINDS, NOW) == (admission(),)


def test_approval_after_an_objection_touches_only_additions() -> None:
    approved = admission(JOINT, "net", state=AdmissionState.APPROVED, approved_at=NOW)
    addition = admission(JOINT, "oecd")
    known = List(CALL, (admission(), approved, addition), (objection("bank"),))
    assert to_approve(known, KINDS, NOW) == (addition,)


@given(admissions, st.sets(st.tuples(segments, organisations.map(lambda p: f"c-{p}"))))
def test_approving_leaves_every_other_name_as_it_was(
    names: tuple[Admission, ...], places: set[tuple[str, str]]
) -> None:
    after = approve(names, places, NOW)
    others = [(a, b) for a, b in zip(names, after, strict=True) if (a.segment_id, a.contact_id) not in places]
    assert all(a == b for a, b in others)


# --- what the list shows ---


@given(admissions, organisations, st.frozensets(segments, min_size=1))
def test_a_list_after_an_objection_is_the_list_after_taking_the_same_names_off(
    names: tuple[Admission, ...], organisation: str, scope: frozenset[str]
) -> None:
    one = objection(organisation, *scope)
    objected = List(CALL, object_to(names, one), (one,))
    removed = List(CALL, tuple(a for a in names if a.participant_id != organisation or a.segment_id not in scope))
    assert listed(objected, KINDS, NOW) == listed(removed, KINDS, NOW)


def test_a_name_that_was_not_circulated_is_on_no_list_that_agencies_read() -> None:
    assert listed(List(CALL, (admission(circulated_at=None),)), KINDS, NOW) == frozenset()


def test_a_cancelled_call_has_no_list() -> None:
    assert listed(List(replace(CALL, state=CallState.CANCELLED), (admission(),)), KINDS, NOW) == frozenset()


def test_who_left_is_told_before_who_joined() -> None:
    assert list_changes("call", {(JOINT, "c-bank")}, {(JOINT, "c-net")}) == (
        ListChange("call", JOINT, "c-bank", joined=False),
        ListChange("call", JOINT, "c-net", joined=True),
    )


def test_a_name_that_left_and_came_back_cancels_out() -> None:
    left, came = (ListChange("call", JOINT, "c-bank", joined) for joined in (False, True))
    assert net_changes([left, came]) == ()


places = st.sets(st.tuples(segments, organisations), max_size=6)


@given(st.lists(places, min_size=2, max_size=6))
def test_what_changed_in_steps_is_what_changed_in_all(history: list[set[tuple[str, str]]]) -> None:
    steps = [c for was, is_ in pairwise(history) for c in list_changes("call", was, is_)]
    assert set(net_changes(steps)) == set(list_changes("call", history[0], history[-1]))


# --- when somebody is told ---


def test_somebody_is_told_two_minutes_later() -> None:
    assert notice_at(CALL, [JOINT], NOW, 120) == NOW + timedelta(minutes=2)


def test_somebody_is_told_at_once_where_the_part_starts_within_15_minutes() -> None:
    near = START - timedelta(minutes=15)
    assert notice_at(CALL, [JOINT], near, 120) == near


def test_a_later_part_that_is_not_near_can_wait() -> None:
    near = START - timedelta(minutes=15)
    assert notice_at(CALL, [SECOND], near, 120) == near + timedelta(minutes=2)


def test_somebody_is_told_at_once_while_the_part_runs_over_its_time() -> None:
    late = START + timedelta(minutes=45)
    running = replace(CALL, live=Live(START, JOINT, None, True))
    assert notice_at(running, [JOINT], late, 120) == late


def test_a_part_that_is_over_does_not_hurry_the_notice() -> None:
    later = START + timedelta(minutes=31)
    assert notice_at(CALL, [JOINT], later, 120) == later + timedelta(minutes=2)


@given(st.sets(segments), st.integers(-5_000, 5_000), st.integers(0, 3600))
def test_nobody_is_told_before_access_was_closed_nor_after_the_notice_time(
    ids: set[str], minutes: int, seconds: int
) -> None:
    now = START + timedelta(minutes=minutes)
    assert notice_at(CALL, ids, now, seconds) in (now, now + timedelta(seconds=seconds))


def test_a_call_is_over_at_its_end_unless_it_runs_on() -> None:
    end = CALL.end
    running = replace(CALL, live=Live(START, SECOND, None, True))
    assert (is_over(CALL, end), is_over(running, end), is_over(CALL, START)) == (True, False, False)
