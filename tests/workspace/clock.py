"""Owns the movable clock; what falls due when it moves belongs to the bot's heartbeat."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from dateutil.relativedelta import relativedelta

STEP = re.compile(r"\s*([+-]?)\s*(\d+(?:\.\d+)?)\s*(s|m|h|d|w|mo)?\s*")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _wall() -> datetime:
    return datetime.now(UTC)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the moment needs a zone, for example 2027-01-05T10:00:00+00:00")
    return moment.astimezone(UTC)


class MovableClock:
    """The time the bot and the workspace agree on, in aware UTC: real time plus an offset, or one frozen moment.

    Safe to read and move from several threads. Naive moments raise ``ValueError``.
    """

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        self._lock = threading.Lock()
        self._offset = timedelta()
        self._frozen: datetime | None = None
        if start is not None:
            self.set(start)
        if frozen:
            self.freeze()

    def __call__(self) -> datetime:
        return self.now()

    def now(self) -> datetime:
        """The present moment, aware UTC."""
        with self._lock:
            return self._frozen if self._frozen is not None else _wall() + self._offset

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still between moves."""
        return self._frozen is not None

    def set(self, moment: datetime) -> datetime:
        """Move to *moment*, forward or back; a frozen clock stays frozen there."""
        return self._move(lambda _now: _aware(moment))

    def advance(self, step: timedelta | relativedelta) -> datetime:
        """Move by *step*, which may be negative; returns the new moment."""
        return self._move(lambda now: now + step)

    def freeze(self) -> datetime:
        """Stand still at the present moment, which is returned."""
        with self._lock:
            self._frozen = self._frozen if self._frozen is not None else _wall() + self._offset
            return self._frozen

    def thaw(self) -> None:
        """Run on from the frozen moment."""
        with self._lock:
            if self._frozen is not None:
                self._offset, self._frozen = self._frozen - _wall(), None

    def _move(self, change: Callable[[datetime], datetime]) -> datetime:
        with self._lock:
            moved = change(self._frozen if self._frozen is not None else _wall() + self._offset)
            if self._frozen is not None:
                self._frozen = moved
            else:
                self._offset = moved - _wall()
            return moved


def parse_step(words: str | int | float) -> timedelta | relativedelta:
    """A step of time: seconds, or ``+14d``, ``2h``, ``30m``, ``1w``, ``2mo`` (months). Else ``ValueError``."""
    if isinstance(words, int | float) and not isinstance(words, bool):
        return timedelta(seconds=words)
    found = STEP.fullmatch(str(words))
    if not found:
        raise ValueError("a step is a number of seconds, or like +14d, 2h, 30m, 1w, 2mo")
    sign, number, unit = found.groups()
    amount = float(number) * (-1 if sign == "-" else 1)
    if unit == "mo":
        return relativedelta(months=int(amount))
    return timedelta(**{UNITS[unit or "s"]: amount})


def parse_moment(words: str) -> datetime:
    """An ISO 8601 moment; without a zone it is UTC. Else ``ValueError``."""
    moment = datetime.fromisoformat(words.strip())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
