"""Where a call stood: at each moment at the last place written down before it, in whatever order that was written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.calls import Call, CallKind, CallState, Live, Segment
from bot.places import Place, Scribing, as_it_stood, held_shut, sorted_history
from bot.topics import AudienceKind

BEGAN = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
CALL = Call(
    "c1", "Members' call", CallKind.MEMBERS, CallState.ANNOUNCED, BEGAN,
    (Segment("s1", "Reports", AudienceKind.JOINT, 30), Segment("s2", "Agencies", AudienceKind.AGENCIES, 60)),
    live=Live(BEGAN, "s2", None, cleared=True),
)  # fmt: skip


def at(minute: float) -> datetime:
    return BEGAN + timedelta(minutes=minute)


PLACES = [
    Place("c1", at(0), "s1", None, True),
    Place("c1", at(5), "s1", "K7MPQ2", True),
    Place("c1", at(29), "s1", "K7MPQ2", False),
    Place("c1", at(31), "s2", None, True),
]


def stood(minute: float, call: Call = CALL) -> tuple[str | None, str | None, bool] | None:
    then = as_it_stood(call, sorted_history(PLACES, ()), at(minute))
    return (then.live.segment_id, then.live.item, then.live.cleared) if then and then.live else None


def test_a_moment_belongs_to_the_place_that_was_current_then() -> None:
    assert [stood(m) for m in (0, 4.9, 5, 29.5, 31, 80)] == [
        ("s1", None, True),
        ("s1", None, True),
        ("s1", "K7MPQ2", True),
        ("s1", "K7MPQ2", False),
        ("s2", None, True),
        ("s2", None, True),
    ]


def test_before_it_began_and_after_it_ended_a_call_stood_nowhere() -> None:
    ended = replace(CALL, live=Live(BEGAN, "s2", None, cleared=True, ended_at=at(60)))
    assert [stood(-0.1), stood(60.1, ended), stood(60, ended)] == [None, None, ("s2", None, True)]


def test_a_call_that_was_never_started_stood_nowhere() -> None:
    assert stood(10, replace(CALL, live=None)) is None


def test_the_scribe_of_a_moment_is_who_was_named_last_before_it() -> None:
    history = sorted_history(
        (), [Scribing("c1", at(2), "ann"), Scribing("c1", at(9), "bea"), Scribing("c1", at(20), None)]
    )
    assert [history.scribe(at(m)) for m in (1, 2, 8, 9, 25)] == [None, "ann", "ann", "bea", None]


def test_what_is_said_opens_no_gate_and_what_is_done_does() -> None:
    before, shut, opened = (Place("c1", at(m), "s1", None, m != 5) for m in (1, 5, 9))
    said = Place("c1", at(6), "s1", "K7MPQ2", cleared=True)
    assert held_shut([(before, False), (said, True), (shut, False)]) == (before, shut)
    assert held_shut([(shut, False), (opened, False), (replace(said, at=at(10)), True)])[1:] == (
        opened,
        replace(said, at=at(10)),
    )


def test_what_is_said_leads_back_to_no_other_part() -> None:
    shut, opened = Place("c1", at(5), "s1", None, cleared=False), Place("c1", at(9), "s2", None, cleared=True)
    said, there = (Place("c1", at(10), part, "K7MPQ2", cleared=True) for part in ("s1", "s2"))
    assert held_shut([(shut, False), (opened, False), (said, True), (there, True)]) == (shut, opened, there)


@given(st.permutations(PLACES), st.floats(min_value=-10, max_value=100))
def test_the_order_in_which_places_are_written_down_changes_nothing(order: Sequence[Place], minute: float) -> None:
    assert sorted_history(order, ()).place(at(minute)) == sorted_history(PLACES, ()).place(at(minute))
