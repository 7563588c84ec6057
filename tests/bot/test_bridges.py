"""Bridges and where a join link leads."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.bridges import Occupied, assign, by_telephone, joinable, meanwhile
from bot.calls import Call, CallKind, CallState, Live, Segment
from bot.topics import AudienceKind

START = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
EARLY = timedelta(minutes=15)
A, B, C = (Segment(f"s{n}", f"Part {n}", AudienceKind.JOINT, 30) for n in (1, 2, 3))
CALL = Call("call", "A call", CallKind.MEMBERS, CallState.ANNOUNCED, START, (A, B, C))
POOL = ("https://b.example/1", "https://b.example/2", "https://b.example/3")


def test_adjacent_segments_with_the_same_people_share_a_bridge() -> None:
    who = {"s1": "all", "s2": "all", "s3": "few"}
    assert assign(CALL.segments, who.__getitem__, {}, POOL) == {"s1": POOL[0], "s2": POOL[0], "s3": POOL[1]}


def test_a_segment_keeps_the_bridge_that_it_has() -> None:
    who = {"s1": "all", "s2": "few", "s3": "none"}
    assert assign(CALL.segments, who.__getitem__, {"s1": POOL[2]}, POOL)["s1"] == POOL[2]


def test_an_empty_pool_gives_nobody_a_bridge() -> None:
    assert assign(CALL.segments, str, {}, ()) == {}


def test_parts_apart_from_each_other_never_share_a_bridge() -> None:
    who = {"s1": "all", "s2": "few", "s3": "all"}
    assert assign(CALL.segments, who.__getitem__, {}, POOL) == {"s1": POOL[0], "s2": POOL[1], "s3": POOL[2]}
    assert assign(CALL.segments, who.__getitem__, {}, POOL[:2]) == {"s1": POOL[0], "s2": POOL[1]}


def test_a_part_under_way_keeps_its_bridge_and_no_earlier_one_takes_it() -> None:
    found = assign(CALL.segments, str, {"s2": POOL[0]}, POOL, kept={"s2"}, spoilt=lambda url, _: url == POOL[0])
    assert found == {"s1": POOL[1], "s2": POOL[0], "s3": POOL[2]}


def test_a_fresh_bridge_is_taken_before_one_that_another_part_has() -> None:
    held = {"s1": POOL[0], "s2": POOL[1]}
    found = assign(CALL.segments, str, held, POOL, spoilt=lambda url, segment: (url, segment) == (POOL[0], "s1"))
    assert (found["s1"], found["s2"]) == (POOL[2], POOL[1])


def test_a_bridge_that_is_to_be_taken_last_is_taken_where_no_other_is_free() -> None:
    who = {"s1": "all", "s2": "few", "s3": "none"}
    found = assign(
        CALL.segments, who.__getitem__, {}, POOL, last=lambda url, segment: (url, segment) == (POOL[0], "s1")
    )
    assert found == {"s1": POOL[1], "s2": POOL[0], "s3": POOL[2]}
    assert assign(CALL.segments[:1], str, {}, POOL[:1], last=lambda url, _: url == POOL[0]) == {"s1": POOL[0]}


def test_a_part_that_is_first_gets_the_bridge_that_it_would_have_alone() -> None:
    who = {"s1": "few", "s2": "all", "s3": "few"}
    found = assign(CALL.segments, who.__getitem__, {}, POOL, first="s2".__eq__)
    assert found == {"s1": POOL[1], "s2": POOL[0], "s3": POOL[2]}


GROUPS = st.lists(st.frozensets(st.sampled_from("abc")), min_size=3, max_size=3)


@given(GROUPS, st.dictionaries(st.sampled_from(POOL), st.frozensets(st.sampled_from("abc"))), st.data())
def test_no_part_opens_on_a_bridge_that_somebody_was_led_to_who_may_not_hear_it(
    groups: list[frozenset[str]], led: dict[str, frozenset[str]], data: st.DataObject
) -> None:
    heard = dict(zip(("s1", "s2", "s3"), groups, strict=True))
    held = data.draw(st.dictionaries(st.sampled_from(("s1", "s2", "s3")), st.sampled_from(POOL)))
    found = assign(
        CALL.segments, heard.__getitem__, held, POOL, spoilt=lambda url, s: not led.get(url, frozenset()) <= heard[s]
    )
    assert [s for s, url in found.items() if not led.get(url, frozenset()) <= heard[s]] == []


@given(st.lists(st.sampled_from("abc"), min_size=3, max_size=3), st.integers(0, 3))
def test_two_audiences_never_meet_on_one_bridge(people: list[str], size: int) -> None:
    who = dict(zip(("s1", "s2", "s3"), people, strict=True))
    given_bridges = assign(CALL.segments, who.__getitem__, {}, POOL[:size])
    for one, url in given_bridges.items():
        assert {who[other] for other, same in given_bridges.items() if same == url} == {who[one]}


def test_the_link_opens_a_quarter_of_an_hour_before_and_closes_at_the_end() -> None:
    def leads(at: datetime) -> Segment | None:
        return joinable(CALL, (B,), at, EARLY, goes_on=False)

    begin = START + timedelta(minutes=30)
    assert leads(begin - EARLY - timedelta(seconds=1)) is None
    assert leads(begin - EARLY) == B
    assert leads(begin + timedelta(minutes=30)) is None


def test_into_a_running_call_the_link_leads_who_hears_the_part_that_goes_on() -> None:
    running = replace(CALL, live=Live(START, "s2", None, cleared=False))
    assert joinable(running, (A, B, C), START, EARLY, goes_on=False) is None
    assert joinable(running, (A, B, C), START, EARLY, goes_on=True) == B
    assert joinable(running, (A,), START, EARLY, goes_on=True) is None


def test_an_agency_reads_the_numbers_of_its_parts_from_a_day_before_until_each_has_ended() -> None:
    moments = (timedelta(days=-1, seconds=-1), timedelta(days=-1), timedelta(minutes=30), timedelta(minutes=90))
    assert [by_telephone(CALL, (A, C), START + m) for m in moments] == [(), (A, C), (C,), ()]
    assert by_telephone(CALL, (), START) == ()


def test_no_number_is_read_while_a_call_goes_on_behind_the_last_part_of_who_asks() -> None:
    running = replace(CALL, live=Live(START, "s3", None, cleared=True))
    assert [by_telephone(running, heard, START) for heard in ((A, B), (A, C))] == [(), (A, C)]


def test_of_a_call_that_is_over_or_called_off_no_number_is_read() -> None:
    ended = replace(CALL, state=CallState.HELD)
    assert [by_telephone(call, (A, B), START) for call in (ended, replace(CALL, state=CallState.CANCELLED))] == [(), ()]


@given(st.integers(-600, 600), st.integers(5, 300), st.integers(0, 60), st.booleans())
def test_a_bridge_is_taken_for_as_long_as_both_calls_can_be_on(
    begins: int, minutes: int, late: int, runs: bool
) -> None:
    start = START + timedelta(minutes=begins)
    other = Occupied(POOL[0], start, minutes, late, start if runs else None)
    end = start + timedelta(minutes=minutes + late)
    both = start < CALL.end and CALL.start < end
    apart = start > CALL.end + timedelta(hours=1) or CALL.start > end + timedelta(hours=3 if runs else 1)
    taken = meanwhile(CALL, [other]) == {POOL[0]}
    assert (taken or not both, not (taken and apart)) == (True, True)
