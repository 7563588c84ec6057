"""The burn-down: how many actions were open and overdue at the end of each of 26 weeks."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.actions import ActionState
from bot.burn_down import WEEKS, Span, begins, ended_as, weeks

NOW = datetime(2027, 6, 1, 12, 0, tzinfo=UTC)
A_WEEK = timedelta(weeks=1)


def span(given_weeks: float, ended_weeks: float | None, due: date, state: ActionState = ActionState.DONE) -> Span:
    """Given and ended so many weeks ago."""
    ended = NOW - A_WEEK * ended_weeks if ended_weeks is not None else None
    return Span(NOW - A_WEEK * given_weeks, due, ended, state if ended else ActionState.OPEN)


def test_each_week_counts_what_was_open_and_what_was_overdue_at_its_end() -> None:
    spans = [span(3.5, 1.5, date(2027, 5, 15)), span(2.5, None, date(2027, 5, 31)), span(0.5, None, date(2027, 6, 1))]
    assert [(w.open, w.overdue) for w in weeks(spans, NOW)[-5:]] == [(0, 0), (1, 0), (2, 1), (1, 0), (2, 1)]


def test_how_what_ended_since_ended_is_counted() -> None:
    spans = [
        span(9, 2, date(2027, 5, 1)),
        span(9, 1, date(2027, 5, 1), ActionState.DROPPED),
        span(60, 40, date(2027, 1, 1)),
    ]
    assert ended_as(spans, begins(NOW)) == {ActionState.DONE: 1, ActionState.DROPPED: 1}


SPANS = st.builds(
    span, st.floats(0, 60), st.none() | st.floats(0, 40), st.dates(date(2026, 6, 1), date(2027, 12, 1))
)  # fmt: skip


@given(st.lists(SPANS, max_size=12))
def test_no_week_has_more_overdue_than_open_nor_more_open_than_there_are(spans: list[Span]) -> None:
    told = weeks(spans, NOW)
    assert len(told) == WEEKS
    assert all(0 <= w.overdue <= w.open <= len(spans) for w in told)
    assert told[-1].open == sum(s.ended is None or s.ended > NOW for s in spans if s.given <= NOW)
