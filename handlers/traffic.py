"""Owns who goes first where both would run at once: people who wait for an answer, before messages that leave."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

QUIET = 0.1
PATIENCE = 0.5
SHORTEST = 0.001


class Traffic:
    """Counts the answers under way, which all begin and end on one thread; ``give_way`` is for the others.

    Measured: while somebody sent one proposal after another, what each of them let leave made the next answer take
    three times as long (`make bench`, row 3).
    """

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._under_way = 0
        self._last = float("-inf")

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Somebody waits for an answer during the block."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._last = self._monotonic()

    def give_way(self, patience: float = PATIENCE) -> bool:
        """Returns once nobody has waited for an answer for 0.1 s, after *patience* seconds in any case; whether nobody
        has."""
        until = (now := self._monotonic()) + patience
        while (quiet_at := (now if self._under_way else self._last) + QUIET) > now:
            if now >= until:
                return False
            self._sleep(max(min(quiet_at, until) - now, SHORTEST))
            now = self._monotonic()
        return True
