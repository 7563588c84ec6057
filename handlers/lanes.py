"""Owns how many messages leave beside one another: one, while the other side is quick; what leaves is ``delivery``'s.

A server that is slow with one recipient may hold up no other, and a narrowing none but those of its own call
(``storage.outbox.claim``). So whoever is sent to waits in a lane of its own.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import Generic, Protocol, TypeVar

R = TypeVar("R")
T = TypeVar("T")

LANES = 4
"""Lanes of a process, and connections to the mail server. The last is never taken by what others fill the rest with:
narrowings leave while the others hang, and the others while narrowings hang."""
NEXT_SECONDS = 0.2
"""So long the next message waits for the one before it to end."""


class GoesOn(Protocol):
    """How a message that has left hands its lane on to the next one."""

    def __call__(self, take: Callable[[], tuple[str, T] | None], /) -> T | None:
        """What *take* gives, with whom that is for: the lane serves them from now on. None where nothing may follow
        here: the next did not wait for this lane, something has ended that is to be looked at first, or *take* has
        nothing for it. *take* is called by one thread at a time, and never while ``begin`` is not under way."""


class Lanes(Protocol[R]):
    """Where messages are sent from. All of it is called by one thread."""

    def serves(self, person: str) -> bool:
        """Whether something is leaving for that person: what follows waits, in its order."""

    def free(self, *, first: bool) -> bool:
        """Whether a message can begin to leave; *first*: a narrowing."""

    def begin(self, person: str, give: Callable[[GoesOn], R], *, first: bool) -> None:
        """Has a message leave by *give*, and those that this goes on with; returns once all have, or the next may begin
        beside the one that is leaving."""

    def ended(self) -> list[R]:
        """What came of the messages that ended since this was asked. Raises what one of them raised."""

    def wait(self, seconds: float) -> bool:
        """Waits until something has ended, or nothing is leaving; whether there is more to ask for, or will be."""


class OneLane(Generic[R]):
    """One message after the other, each waited for."""

    def __init__(self) -> None:
        self._ended: list[R] = []

    def serves(self, person: str) -> bool:
        return False

    def free(self, *, first: bool) -> bool:
        return True

    def begin(self, person: str, give: Callable[[GoesOn], R], *, first: bool) -> None:
        self._ended.append(give(self._goes_on))

    def ended(self) -> list[R]:
        ended, self._ended = self._ended, []
        return ended

    def wait(self, seconds: float) -> bool:
        return False

    @staticmethod
    def _goes_on(take: Callable[[], tuple[str, T] | None], /) -> T | None:
        taken = take()
        return taken[1] if taken is not None else None


@dataclass(eq=False)
class _Lane:
    """A lane at work: whom its message is for, whether that is a narrowing, and until when the next waits for it (by
    the monotonic clock); ``alone``: the next has not waited any longer."""

    person: str
    first: bool
    until: float
    alone: bool = False


class SeveralLanes(Generic[R]):
    """Up to *lanes* messages, each on a thread that ends with the process; *tell* is called when one ends that the next
    did not wait for."""

    def __init__(
        self, lanes: int = LANES, next_seconds: float = NEXT_SECONDS, tell: Callable[[], None] = lambda: None
    ) -> None:
        self._lanes = lanes
        self._next_seconds = next_seconds
        self._tell = tell
        self._changed = threading.Condition()
        self._leaving: list[_Lane] = []
        self._ended: list[R] = []
        self._failed: list[Exception] = []
        self._given: SimpleQueue[tuple[_Lane, Callable[[GoesOn], R]]] = SimpleQueue()
        self._threads = 0

    @property
    def leaving(self) -> bool:
        """Whether something is."""
        with self._changed:
            return bool(self._leaving)

    def serves(self, person: str) -> bool:
        with self._changed:
            return any(lane.person == person for lane in self._leaving)

    def free(self, *, first: bool) -> bool:
        with self._changed:
            alike = sum(lane.first is first for lane in self._leaving)
            return len(self._leaving) < self._lanes and alike < max(self._lanes - 1, 1)

    def begin(self, person: str, give: Callable[[GoesOn], R], *, first: bool) -> None:
        with self._changed:
            lane = _Lane(person, first, time.monotonic() + self._next_seconds)
            self._leaving.append(lane)
            if self._threads < len(self._leaving):
                self._threads += 1
                threading.Thread(target=self._run, name="lane", daemon=True).start()
            self._given.put((lane, give))
            while lane in self._leaving and (left := lane.until - time.monotonic()) > 0:
                self._changed.wait(left)
            lane.alone = lane in self._leaving

    def ended(self) -> list[R]:
        with self._changed:
            if self._failed:
                raise self._failed.pop()
            ended, self._ended = self._ended, []
            return ended

    def wait(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        with self._changed:
            while self._leaving and not (self._ended or self._failed) and (left := end - time.monotonic()) > 0:
                self._changed.wait(left)
            return bool(self._leaving or self._ended or self._failed)

    def wait_for_all(self, seconds: float) -> bool:
        """Waits until nothing is leaving, but not longer than that; whether something still is."""
        with self._changed:
            return not self._changed.wait_for(lambda: not self._leaving, seconds)

    def _goes_on(self, lane: _Lane, take: Callable[[], tuple[str, T] | None], /) -> T | None:
        with self._changed:
            taken = None if lane.alone or self._ended or self._failed else take()
            if taken is None:
                return None
            lane.person, lane.until = taken[0], time.monotonic() + self._next_seconds
            return taken[1]

    def _run(self) -> None:
        while True:
            lane, give = self._given.get()
            ended, failed = list[R](), list[Exception]()
            try:
                ended.append(give(partial(self._goes_on, lane)))
            except Exception as error:  # noqa: BLE001 -- told to whoever asks what became of it
                failed.append(error)
            with self._changed:
                self._leaving.remove(lane)
                self._ended += ended
                self._failed += failed
                self._changed.notify_all()
            if lane.alone:
                self._tell()
