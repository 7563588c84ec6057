"""Owns how often the house beats, whatever the wall clock does; what a beat does is ``handlers.ticking``'s."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

log = structlog.get_logger()

SECONDS = 5.0
MISSED = 3
"""Beats missed before the scheduler is built anew; twice as many, and the heart counts as stopped."""


class Heartbeat:
    """Beats every *seconds*; carries no truth: what is due says the database.

    1. One job in memory does one beat, and arms the next one from the wall clock as it then is.
    2. Where the wall clock is set back, the scheduler waits for a time that is long in coming: a watchdog, which counts
       by the monotonic clock, builds it anew after three missed beats.
    A long beat is waited for, not doubled. *zone* is where the scheduler reads the wall clock.
    """

    def __init__(
        self,
        beat: Callable[[], object],
        *,
        seconds: float = SECONDS,
        zone: tzinfo = UTC,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._beat = beat
        self._seconds = seconds
        self._zone = zone
        self._monotonic = monotonic
        self._last = monotonic()
        self._beating = False
        self._stopping = threading.Event()
        self._arming = threading.Lock()  # nothing is armed or built once it stops: the scheduler would wait for itself
        self._scheduler: BackgroundScheduler | None = None
        self._watchdog = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Beats at once, and from then on."""
        self._last = self._monotonic()
        self._build()
        self._watchdog.start()

    def stop(self) -> None:
        """Beats no more; a beat under way is waited for."""
        with self._arming:
            self._stopping.set()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
        if self._watchdog.is_alive():
            self._watchdog.join()

    @property
    def alive(self) -> bool:
        """Whether it beat not long ago."""
        return not self._stopping.is_set() and self._silence() <= 2 * MISSED * self._seconds

    def _build(self) -> None:
        self._scheduler = BackgroundScheduler(timezone=self._zone, executors={"default": ThreadPoolExecutor(1)})
        self._scheduler.start()
        self._arm(self._scheduler, timedelta())

    def _arm(self, scheduler: BackgroundScheduler, ahead: timedelta) -> None:
        at = datetime.now(self._zone) + ahead
        scheduler.add_job(
            self._once, "date", run_date=at, args=[scheduler], id="beat", replace_existing=True, misfire_grace_time=None
        )

    def _once(self, scheduler: BackgroundScheduler) -> None:
        self._beating = True
        try:
            self._beat()
        except Exception:  # one beat that goes wrong must not be the last
            log.exception("a beat went wrong")
        finally:
            self._last = self._monotonic()
            self._beating = False
            with self._arming:
                if scheduler is self._scheduler and not self._stopping.is_set():
                    self._arm(scheduler, timedelta(seconds=self._seconds))

    def _watch(self) -> None:
        while not self._stopping.wait(self._seconds):
            if self._beating or self._silence() <= MISSED * self._seconds:
                continue
            log.warning("the heart stood still and is started anew", seconds=round(self._silence(), 1))
            with self._arming:
                old, self._last = self._scheduler, self._monotonic()
                if not self._stopping.is_set():
                    self._build()
            if old is not None and old is not self._scheduler:
                old.shutdown(wait=False)

    def _silence(self) -> float:
        return self._monotonic() - self._last
