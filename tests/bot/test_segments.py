"""The parts of a call: whose time is whose, what order they stand in, and which states take no change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.calls import (
    Call,
    CallKind,
    CallState,
    Live,
    Segment,
    announced,
    cancelled,
    moved,
)
from bot.errors import Refusal
from bot.segments import (
    Other,
    add_segment,
    check_parts_may_change,
    has_its_own,
    move_segment,
    others,
    remove_segment,
    resize_segment,
    set_audience,
)
from bot.topics import AudienceKind
from tests.bot.refusals import refusal_of

START = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
CLOSED, JOINT = AudienceKind.AGENCIES, AudienceKind.JOINT


def call(
    *parts: tuple[str, AudienceKind, int], kind: CallKind = CallKind.MEMBERS, state: CallState = CallState.DRAFT
) -> Call:
    segments = tuple(Segment(f"s{n}", *part) for n, part in enumerate(parts))
    return Call("c1", "Members' call", kind, state, START, segments or (Segment("s0", "Agencies", CLOSED, 90),))


def laid_out(it: Call) -> list[tuple[str, AudienceKind, int]]:
    return [(s.title, s.audience, s.minutes) for s in it.segments]


def running(it: Call) -> Call:
    return replace(it, live=Live(START, it.segments[0].id, None, cleared=True))


# --- what a new part does ---


def test_a_new_call_is_one_closed_part_of_its_whole_length() -> None:
    assert laid_out(call()) == [("Agencies", CLOSED, 90)]


def test_a_joint_part_takes_closed_time_and_stands_before_it() -> None:
    after = add_segment(call(), Segment("new", "Reports", JOINT, 30))
    assert laid_out(after) == [("Reports", JOINT, 30), ("Agencies", CLOSED, 60)]


def test_a_second_joint_part_stands_behind_the_first() -> None:
    once = add_segment(call(), Segment("a", "Reports", JOINT, 30))
    twice = add_segment(once, Segment("b", "Trends", JOINT, 20))
    assert laid_out(twice) == [("Reports", JOINT, 30), ("Trends", JOINT, 20), ("Agencies", CLOSED, 40)]


def test_a_closed_part_stands_last() -> None:
    after = add_segment(call(), Segment("new", "Cases", CLOSED, 30))
    assert laid_out(after) == [("Agencies", CLOSED, 60), ("Cases", CLOSED, 30)]


def test_a_part_of_the_whole_closed_time_leaves_no_empty_part() -> None:
    assert laid_out(add_segment(call(), Segment("new", "Reports", JOINT, 90))) == [("Reports", JOINT, 90)]


def test_a_part_beyond_the_closed_time_is_refused() -> None:
    it = add_segment(call(), Segment("a", "Reports", JOINT, 60))
    assert refusal_of(lambda: add_segment(it, Segment("b", "Trends", JOINT, 40))) == (
        "That needs 40 minutes of closed time, and this call has 30 left. "
        "Shorten another segment first, or ask for fewer minutes."
    )


@pytest.mark.parametrize("minutes", [-5, 0, 91])
def test_minutes_below_one_or_beyond_the_call_are_refused(minutes: int) -> None:
    assert refusal_of(lambda: add_segment(call(), Segment("new", "Reports", JOINT, minutes))) == (
        f"{minutes} minutes is not a length I can use: give 1 to 90 minutes, for example `30`."
    )


def test_time_is_taken_from_what_is_unassigned_first_and_given_back_to_it() -> None:
    it = call(("Agencies", CLOSED, 30), ("Cases", CLOSED, 20))
    after = add_segment(it, Segment("new", "Reports", JOINT, 25))
    assert laid_out(after) == [("Reports", JOINT, 25), ("Agencies", CLOSED, 5), ("Cases", CLOSED, 20)]
    assert laid_out(remove_segment(after, "new", "spare")) == laid_out(it)


@pytest.mark.parametrize(
    ("part", "its_own"),
    [
        (Segment("s", "Agencies", CLOSED, 9), False),
        (Segment("s", "Cases", CLOSED, 9), True),
        (Segment("s", "Agencies", CLOSED, 9, frozenset({"p"})), True),
        (Segment("s", "Agencies", CLOSED, 9, chatham=True), True),
    ],
)
def test_a_title_an_audience_by_name_and_the_chatham_house_rule_make_a_part_somebody_s(
    part: Segment, its_own: bool
) -> None:
    assert has_its_own(part) is its_own


def test_of_the_parts_that_nobody_named_is_told_what_became_of_their_time() -> None:
    it = call(("Agencies", CLOSED, 30), ("Cases", CLOSED, 20))
    new = Segment("new", "Reports", JOINT, 35)
    after = add_segment(it, new)
    assert others(it, after, "new", ()) == (Other("Agencies", 30, 0), Other("Cases", 20, 15))
    assert others(it, after, "new", {"s0"}) == (Other("Agencies", 30, 0, held=True), Other("Cases", 20, 15))
    gone = add_segment(it, replace(new, minutes=50))
    assert others(it, gone, "new", ())[1] == Other("Cases", 20, 0, held=True)
    assert others(gone, resize_segment(gone, "new", 40, "spare"), "new", ()) == (Other("Agencies", 0, 10),)


LAW = (
    "This call is for law enforcement only (Plan B.3): it takes no joint segment. "
    "Plan a members' call for the private sector's part."
)


def test_a_call_for_law_enforcement_only_takes_no_joint_part() -> None:
    it = call(kind=CallKind.LAW_ENFORCEMENT)
    assert refusal_of(lambda: add_segment(it, Segment("new", "Reports", JOINT, 30))) == LAW
    assert refusal_of(lambda: set_audience(it, "s0", JOINT)) == LAW


# --- what a change does ---


def test_a_longer_part_takes_closed_time_and_a_shorter_one_gives_it_back() -> None:
    it = call(("Reports", JOINT, 30), ("Agencies", CLOSED, 60))
    assert laid_out(resize_segment(it, "s0", 50, "spare")) == [("Reports", JOINT, 50), ("Agencies", CLOSED, 40)]
    assert laid_out(resize_segment(it, "s0", 10, "spare")) == [("Reports", JOINT, 10), ("Agencies", CLOSED, 80)]


def test_time_given_back_where_no_other_is_closed_becomes_a_closed_part() -> None:
    it = call(("Reports", JOINT, 90))
    assert laid_out(resize_segment(it, "s0", 60, "spare")) == [("Reports", JOINT, 60), ("Agencies", CLOSED, 30)]


def test_the_time_of_a_removed_part_is_closed_again() -> None:
    it = call(("Reports", JOINT, 30), ("Agencies", CLOSED, 60))
    assert laid_out(remove_segment(it, "s0", "spare")) == [("Agencies", CLOSED, 90)]


def test_the_only_part_and_the_only_closed_part_are_not_removed() -> None:
    it = call(("Reports", JOINT, 30), ("Agencies", CLOSED, 60))
    assert refusal_of(lambda: remove_segment(call(), "s0", "spare")) == (
        "A call has at least one part. Cancel the call instead, with `/lap call cancel`."
    )
    assert refusal_of(lambda: remove_segment(it, "s1", "spare")) == (
        "“Agencies” is the call's closed time, and what is removed becomes closed time. "
        "Give its minutes to another part instead, as in `/lap segment CALL/1 60`."
    )


def test_a_part_moves_one_place_and_not_past_the_edge() -> None:
    it = call(("Reports", JOINT, 30), ("Agencies", CLOSED, 60))
    assert [s.id for s in move_segment(it, "s0", 1).segments] == ["s1", "s0"]
    assert refusal_of(lambda: move_segment(it, "s0", -1)) == (
        "“Reports” is the first part already. `down` moves it the other way."
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda it: set_audience(it, "s0", JOINT), "“Reports” is joint already; nothing was changed."),
        (lambda it: resize_segment(it, "s0", 30, "x"), "“Reports” has 30 minutes already. Give another length."),
    ],
)
def test_a_change_that_changes_nothing_is_told(change: Callable[[Call], Call], says: str) -> None:
    it = call(("Reports", JOINT, 30), ("Agencies", CLOSED, 60))
    assert refusal_of(lambda: change(it)) == says


PARTS = st.lists(st.tuples(st.just("Part"), st.sampled_from(AudienceKind), st.integers(1, 60)), min_size=1, max_size=6)
CHANGES = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(AudienceKind), st.integers(1, 120)),
    st.tuples(st.just("resize"), st.integers(0, 5), st.integers(1, 120)),
    st.tuples(st.just("move"), st.integers(0, 5), st.sampled_from([-1, 1])),
    st.tuples(st.just("remove"), st.integers(0, 5), st.just(0)),
)


@given(PARTS, st.lists(CHANGES, max_size=8))
def test_whatever_becomes_of_its_parts_a_call_keeps_its_length_and_no_part_is_empty(
    parts: list[tuple[str, AudienceKind, int]], changes: list[tuple[str, object, int]]
) -> None:
    it = call(*parts)
    for at, (what, which, number) in enumerate(changes):
        part = it.segments[which % len(it.segments)].id if isinstance(which, int) else ""
        try:
            if what == "add":
                it = add_segment(it, Segment(f"new{at}", "New", AudienceKind(str(which)), number))
            elif what == "resize":
                it = resize_segment(it, part, number, f"spare{at}")
            elif what == "move":
                it = move_segment(it, part, number)
            else:
                it = remove_segment(it, part, f"spare{at}")
        except Refusal:
            continue
    assert it.minutes == sum(minutes for _, _, minutes in parts)
    assert all(s.minutes >= 1 for s in it.segments)
    assert len({s.id for s in it.segments}) == len(it.segments)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 60)), min_size=1, max_size=6), st.data())
def test_what_somebody_made_something_of_loses_time_only_once_none_is_unassigned(
    parts: list[tuple[bool, int]], data: st.DataObject
) -> None:
    it = call(*(("Cases" if own else "Agencies", CLOSED, minutes) for own, minutes in parts))
    after = add_segment(it, Segment("new", "Reports", JOINT, data.draw(st.integers(1, it.minutes))))
    lost = others(it, after, "new", ())
    unassigned = [s for s in after.segments if s.id != "new" and not has_its_own(s)]
    assert not (unassigned and [o for o in lost if o.title == "Cases"])


@given(PARTS, st.data())
def test_a_new_joint_part_never_stands_behind_a_closed_one(
    parts: list[tuple[str, AudienceKind, int]], data: st.DataObject
) -> None:
    it = call(*parts)
    closed = sum(s.minutes for s in it.segments if s.audience is CLOSED)
    assume(closed > 0)
    minutes = data.draw(st.integers(1, closed))
    assume(refusal_of(lambda: add_segment(it, Segment("new", "New", JOINT, minutes))) is None)
    after = add_segment(it, Segment("new", "New", JOINT, minutes)).segments
    before = after[: [s.id for s in after].index("new")]
    assert [s for s in before if s.audience is CLOSED] == []


# --- states ---


@pytest.mark.parametrize(
    ("it", "act", "says"),
    [
        (
            call(state=CallState.ANNOUNCED),
            announced,
            "“Members' call” is announced already: only a draft is announced. `/lap calls` lists the drafts.",
        ),
        (
            call(state=CallState.CANCELLED),
            cancelled,
            "“Members' call” was cancelled, so it cannot be cancelled. `/lap call add` plans another.",
        ),
        (
            call(state=CallState.HELD),
            lambda it: moved(it, datetime(2027, 3, 1, tzinfo=UTC)),
            "“Members' call” was held, so it cannot be moved. `/lap call add` plans another.",
        ),
        (
            running(call(state=CallState.ANNOUNCED)),
            cancelled,
            "“Members' call” is running, so it cannot be cancelled. `/lap end` ends it.",
        ),
        (
            call(),
            lambda it: moved(it, START),
            "“Members' call” starts at 2027-02-16 13:00 UTC already. Give another date or time.",
        ),
        (
            call(state=CallState.HELD),
            check_parts_may_change,
            "“Members' call” was held: its parts stay as they are. `/lap calls` lists what is planned.",
        ),
        (
            running(call(state=CallState.ANNOUNCED)),
            check_parts_may_change,
            "“Members' call” is running: until it ends, a part of it can only be closed, with `agencies`, "
            "or put under the Chatham House Rule, with `chatham`.",
        ),
    ],
)
def test_a_state_that_does_not_take_the_act_is_told(it: Call, act: Callable[[Call], object], says: str) -> None:
    assert refusal_of(lambda: act(it)) == says


def test_a_part_of_a_running_call_can_be_closed() -> None:
    assert refusal_of(lambda: check_parts_may_change(running(call()), closing=True)) is None
