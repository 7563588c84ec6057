"""Time boxes: when a part's and an item's time is up, and what the clock tells, once and without a flood."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.calls import Call, Live
from bot.timing import MARGIN, Told, closes_at, item_ends, minutes_left, nearly, next_word, part_ends, words
from tests.bot.test_live import CALL, CASES, REPORTS, START, item

ITEM = item("AAA222", REPORTS, 1)


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def running(**changes: object) -> Call:
    """The call in its first part, of 30 minutes, at its opening since it began on time."""
    return replace(CALL, live=replace(Live(START, REPORTS.id, None, True, segment_at=START), **changes))  # type: ignore[arg-type]


def at_item(minutes: float = 0) -> Call:
    return running(item=ITEM.reference, item_at=after(minutes))


def told(call: Call, since: float, now: float) -> list[tuple[Told, float, int]]:
    found = words(call, [ITEM], after(since), after(now))
    return [(w.told, (w.at - START) / timedelta(minutes=1), w.number) for w in found]


def test_a_part_ends_at_its_planned_end_where_it_opened_late_and_after_its_length_where_early() -> None:
    assert [part_ends(running(segment_at=after(m))) for m in (10, -5, 40)] == [after(30), after(25), after(70)]


def test_the_delay_that_was_told_moves_a_part_s_end() -> None:
    assert [part_ends(replace(running(segment_at=after(m)), late=10)) for m in (10, 0, 45)] == [
        after(40),
        after(40),
        after(75),
    ]


def test_an_item_has_its_own_minutes_from_when_it_was_begun() -> None:
    assert [item_ends(at_item(5), ITEM), item_ends(running(), ITEM)] == [after(15), None]


def test_minutes_left_count_the_one_that_has_begun_and_those_over_are_whole() -> None:
    seconds = (61, 60, 1, 0, -59, -60, -61)
    assert [minutes_left(START + timedelta(seconds=s), START) for s in seconds] == [2, 1, 1, 0, 0, -1, -1]


def test_an_item_is_told_of_when_nearly_up_and_when_over_and_then_no_more() -> None:
    assert [told(at_item(), 0, 7), told(at_item(), 0.1, 8), told(at_item(), 8.1, 10)] == [
        [], [(Told.ITEM_NEARLY, 8, 0)], [(Told.ITEM_OVER, 10, 0)],
    ]  # fmt: skip
    assert told(at_item(), 10.1, 24) == []


def test_a_part_over_its_time_is_told_of_each_minute_and_later_each_quarter_of_an_hour() -> None:
    call, now, seen = running(), after(29), []
    while (due := next_word(call, [], now)) is not None and due < after(120):
        seen.append((due - START) / timedelta(minutes=1))
        now = due
    assert seen == [30, *range(31, 41), 45, 60, 75, 90, 105]


def test_a_shut_gate_is_told_of_each_minute_and_of_nothing_else() -> None:
    call = running(cleared=False, shut_at=after(20), item=ITEM.reference, item_at=START)
    assert [told(call, 20, 20.5), told(call, 20.1, 21), told(call, 21.1, 22.2)] == [
        [], [(Told.GATE, 21, 1)], [(Told.GATE, 22, 2)],
    ]  # fmt: skip


def test_a_gate_is_told_of_each_minute_until_an_hour_after_the_call_s_time() -> None:
    call, seen = replace(running(cleared=False, shut_at=after(20)), late=5), list[float]()
    now = after(20)
    while (due := next_word(call, [], now)) is not None and due < closes_at(call):
        seen.append((due - START) / timedelta(minutes=1))
        now = due
    assert seen == [float(n) for n in range(21, call.minutes + 5 + 60)]


def test_after_a_downtime_one_word_of_each_matter_is_told() -> None:
    assert told(at_item(), 0, 55) == [(Told.ITEM_OVER, 10, 0), (Told.PART_OVER, 45, 15)]


def test_a_call_that_nobody_ended_is_told_of_when_its_links_close_and_then_no_more() -> None:
    call = running(segment_id=CASES.id)
    last = closes_at(call)
    assert last == call.end + MARGIN
    assert [w.told for w in words(call, [], last, last)] == [Told.NOT_ENDED]
    assert next_word(call, [], last) is None


@given(st.integers(0, 400), st.integers(1, 60), st.booleans(), st.integers(0, 30))
def test_each_word_is_told_once_however_often_and_late_the_clock_is_asked(
    first: int, step: int, shut: bool, late: int
) -> None:
    """The clock is asked when something is due or later; what it tells lies between the last time and this one."""
    gate = {"cleared": False, "shut_at": after(5)} if shut else {"item": ITEM.reference, "item_at": after(1)}
    call = replace(running(**gate), late=late)
    due, seen, asked = next_word(call, [ITEM], after(first - 100)), set[tuple[str, datetime]](), 0
    while due is not None:
        now = due + timedelta(minutes=step - 1)
        for word in words(call, [ITEM], due, now):
            key = (word.told, word.at)
            assert due <= word.at <= now
            assert key not in seen
            seen.add(key)
        due, asked = next_word(call, [ITEM], now), asked + 1
    assert asked < 250


@given(st.integers(1, 600))
def test_a_box_is_nearly_up_a_while_before_its_end(minutes: int) -> None:
    assert timedelta(minutes=1) <= nearly(minutes) <= timedelta(minutes=5)
