"""Owns what readiness asks of each part, and how often: a probe must not become a load; the parts are wiring's."""

import threading
import time
from collections.abc import Callable, Mapping

WELL_SECONDS = 30.0
ILL_SECONDS = 1.0


class Remembered:
    """A check that is run again half a minute after it went well, and a second after it did not."""

    def __init__(self, check: Callable[[], bool], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._check = check
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._well, self._until = False, 0.0

    def __call__(self) -> bool:
        with self._lock:
            if self._monotonic() >= self._until:
                self._well = self._check()
                self._until = self._monotonic() + (WELL_SECONDS if self._well else ILL_SECONDS)
            return self._well


def all_of(*checks: Mapping[str, Callable[[], bool]]) -> Callable[[], Mapping[str, bool]]:
    """Every check by its part's name, run when asked; parts may still be added to *checks*."""
    return lambda: {name: check() for parts in checks for name, check in parts.items()}
