"""The heart beats on: the wall clock set back a day and forward a month, a beat that fails, a beat that lasts."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo

import pytest

from handlers.clock.courier import Courier
from handlers.clock.heartbeat import Heartbeat

FAST = 0.05
PATIENCE = 10.0


class Wall(tzinfo):
    """UTC as a clock that somebody sets shows it: ``datetime.now(wall)`` is the system's time moved by ``shift``."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def utcoffset(self, _moment: datetime | None) -> timedelta:
        return timedelta()

    def dst(self, _moment: datetime | None) -> timedelta:
        return timedelta()

    def tzname(self, _moment: datetime | None) -> str:
        return "UTC"

    def fromutc(self, moment: datetime) -> datetime:
        return moment + self.shift


class Beats:
    """Counts beats, and lets a test wait for more of them."""

    def __init__(self) -> None:
        self.count = 0
        self._more = threading.Condition()

    def __call__(self) -> None:
        with self._more:
            self.count += 1
            self._more.notify_all()

    def more(self, beats: int = 3, *, patience: float = PATIENCE) -> bool:
        """Whether so many more beats come."""
        with self._more:
            wanted = self.count + beats
            return self._more.wait_for(lambda: self.count >= wanted, patience)

    def begun(self) -> bool:
        """Whether the first beat has come."""
        with self._more:
            return self._more.wait_for(lambda: self.count > 0, PATIENCE)


@contextmanager
def beating(heart: Heartbeat) -> Iterator[Heartbeat]:
    heart.start()
    try:
        yield heart
    finally:
        heart.stop()


def test_it_beats_at_once_and_goes_on() -> None:
    beats = Beats()
    with beating(Heartbeat(beats, seconds=FAST)) as heart:
        assert (beats.more(5), heart.alive) == (True, True)


@pytest.mark.parametrize("step", [timedelta(days=-1), timedelta(days=31), timedelta(days=-400), timedelta(seconds=-7)])
def test_it_beats_on_when_the_wall_clock_is_set(step: timedelta) -> None:
    wall, beats = Wall(), Beats()
    with beating(Heartbeat(beats, seconds=FAST, zone=wall)):
        assert beats.more(3)
        wall.shift = step
        assert beats.more(10)
        wall.shift = timedelta()
        assert beats.more(10)


def test_the_scheduler_alone_would_stand_still_when_the_clock_is_set_back() -> None:
    """Why there is a watchdog: were this to fail, it could go."""
    wall, beats = Wall(), Beats()
    heart = Heartbeat(beats, seconds=FAST, zone=wall, monotonic=lambda: 0.0)  # to this watchdog no time ever passes
    with beating(heart):
        assert beats.begun()
        wall.shift = timedelta(days=-1)
        beats.more(1, patience=FAST * 4)  # one may have been under way
        assert not beats.more(2, patience=FAST * 12)


def test_a_beat_that_fails_is_not_the_last() -> None:
    beats = Beats()

    def fail() -> None:
        beats()
        raise ValueError("a fault")

    with beating(Heartbeat(fail, seconds=FAST)) as heart:
        assert (beats.more(3), heart.alive) == (True, True)


def test_a_long_beat_is_waited_for_and_not_doubled() -> None:
    beats, free = Beats(), threading.Event()

    def long() -> None:
        beats()
        free.wait(PATIENCE)

    with beating(Heartbeat(long, seconds=FAST)):
        assert beats.begun()
        doubled = beats.more(1, patience=FAST * 12)  # the watchdog looks twelve times
        free.set()
        assert (doubled, beats.more(1)) == (False, True)


def test_a_heart_that_stands_still_is_not_alive() -> None:
    now = 0.0
    beats = Beats()
    with beating(Heartbeat(beats, seconds=60, monotonic=lambda: now)) as heart:
        assert (beats.begun(), heart.alive) == (True, True)
        now = 361.0
        assert heart.alive is False


def test_a_stopped_heart_beats_no_more() -> None:
    beats = Beats()
    heart = Heartbeat(beats, seconds=FAST)
    heart.start()
    assert beats.more(2)
    heart.stop()
    assert (beats.more(1, patience=FAST * 6), heart.alive) == (False, False)


# --- the courier ---


def test_a_woken_courier_goes_on_rounds_until_one_finds_nothing() -> None:
    left, done = [True, True, True, False], threading.Event()

    def deliver() -> bool:
        more = left.pop(0)
        if not left:
            done.set()
        return more

    courier = Courier()
    courier.start(deliver)
    courier.wake()
    assert done.wait(PATIENCE)
    courier.stop()
    assert (left, courier.alive) == ([], False)


def test_waking_returns_at_once_while_a_round_hangs() -> None:
    hangs, free = threading.Event(), threading.Event()

    def deliver() -> bool:
        hangs.set()
        free.wait(PATIENCE)
        return False

    courier = Courier()
    courier.start(deliver)
    courier.wake()
    assert hangs.wait(PATIENCE)
    begun = time.monotonic()
    courier.wake()
    courier.stop(patience=0.1)
    assert (time.monotonic() - begun < 5, courier.alive) == (True, True)
    free.set()


def test_a_round_that_goes_wrong_is_not_the_last() -> None:
    rounds, second = 0, threading.Event()

    def deliver() -> bool:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise ValueError("a fault")
        second.set()
        return False

    courier = Courier()
    courier.start(deliver)
    courier.wake()
    while rounds == 0:
        time.sleep(0.001)
    courier.wake()
    assert second.wait(PATIENCE)
    courier.stop()
