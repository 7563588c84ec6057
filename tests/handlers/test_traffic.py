"""Owns the tests of who goes first: answers, then messages."""

from collections.abc import Callable

from handlers.traffic import PATIENCE, QUIET, Traffic


class Time:
    """A clock that moves while somebody sleeps; *during* happens at each sleep."""

    def __init__(self) -> None:
        self.at = 100.0
        self.slept: list[float] = []
        self.during: Callable[[], None] = lambda: None

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds
        self.slept.append(seconds)
        self.during()


def test_a_message_leaves_at_once_where_nobody_waits_for_an_answer() -> None:
    time = Time()
    Traffic(time.now, time.sleep).give_way()
    assert time.slept == []


def test_a_message_waits_until_it_has_been_quiet_for_a_moment() -> None:
    time = Time()
    traffic = Traffic(time.now, time.sleep)
    with traffic.answering():
        pass
    traffic.give_way()
    assert (round(time.at, 2), len(time.slept)) == (100.0 + QUIET, 1)


def test_a_message_leaves_after_half_a_second_however_many_wait() -> None:
    time = Time()
    traffic = Traffic(time.now, time.sleep)
    with traffic.answering():
        traffic.give_way()
    assert round(time.at, 2) == 100.0 + PATIENCE


def test_each_answer_begins_the_quiet_moment_anew() -> None:
    time = Time()
    traffic = Traffic(time.now, time.sleep)

    def one_more() -> None:
        time.during = lambda: None
        with traffic.answering():
            pass

    with traffic.answering():
        pass
    time.during = one_more
    traffic.give_way()
    assert round(time.at, 2) == 100.0 + 2 * QUIET
