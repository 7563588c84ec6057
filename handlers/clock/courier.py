"""Owns the thread on which messages leave, so that a slow server holds up no beat; how they leave is ``delivery``'s."""

import threading
from collections.abc import Callable

import structlog

log = structlog.get_logger()

PATIENCE = 10.0
LOOK_AGAIN = 0.25


class Courier:
    """Goes on a round whenever it is woken, and again while a round found something to do."""

    def __init__(self) -> None:
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """There is something to deliver; returns at once."""
        self._woken.set()

    def start(self, deliver: Callable[[], bool], leaving: Callable[[], bool] = lambda: False) -> None:
        """Starts the thread; *deliver* goes on one round and says whether it did anything. While something is *leaving*
        still it looks again every quarter of a second, since others wait for that, but not for ever."""
        self._thread = threading.Thread(target=self._run, args=[deliver, leaving], name="courier", daemon=True)
        self._thread.start()

    def stop(self, patience: float = PATIENCE) -> None:
        """Goes on no further round; one under way is waited for, but not longer than *patience* seconds: what it holds
        is leased, and whoever comes next takes it up."""
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(patience)

    @property
    def alive(self) -> bool:
        """Whether its thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def _run(self, deliver: Callable[[], bool], leaving: Callable[[], bool]) -> None:
        while not self._stopping.is_set():
            self._woken.wait(LOOK_AGAIN if leaving() else None)
            self._woken.clear()
            try:
                while not self._stopping.is_set() and deliver():
                    pass
            except Exception:  # a round that goes wrong must not be the last; what it held is leased, not lost
                log.exception("a round of delivery went wrong")
