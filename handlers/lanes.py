"""Owns how many messages leave beside one another: one, while the other side is quick; what leaves is ``delivery``'s.

A server that is slow with one recipient may hold up no other, and a narrowing none but those of its own call
(``storage.outbox.claim``). So whoever is sent to waits in a lane of its own.
"""

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, Protocol, TypeVar

R = TypeVar("R")

LANES = 4
"""Lanes of a process, and connections to the mail server. The last is never taken by what others fill the rest with:
narrowings leave while the others hang, and the others while narrowings hang."""
NEXT_SECONDS = 0.2
"""So long the next message waits for the one before it to end."""


class Lanes(Protocol[R]):
    """Where messages are sent from. All of it is called by one thread."""

    def serves(self, person: str) -> bool:
        """Whether something is leaving for that person: what follows waits, in its order."""

    def free(self, *, first: bool) -> bool:
        """Whether a message can begin to leave; *first*: a narrowing."""

    def begin(self, person: str, give: Callable[[], R], *, first: bool) -> None:
        """Has a message leave by *give*; returns once it has, or the next may begin."""

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

    def begin(self, person: str, give: Callable[[], R], *, first: bool) -> None:
        self._ended.append(give())

    def ended(self) -> list[R]:
        ended, self._ended = self._ended, []
        return ended

    def wait(self, seconds: float) -> bool:
        return False


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
        self._leaving: dict[str, bool] = {}  # by person, whether it is a narrowing
        self._ended: list[R] = []
        self._failed: list[Exception] = []
        self._left_alone: set[str] = set()
        self._given: SimpleQueue[tuple[str, Callable[[], R]]] = SimpleQueue()
        self._threads = 0

    @property
    def leaving(self) -> bool:
        """Whether something is."""
        with self._changed:
            return bool(self._leaving)

    def serves(self, person: str) -> bool:
        with self._changed:
            return person in self._leaving

    def free(self, *, first: bool) -> bool:
        with self._changed:
            alike = sum(it is first for it in self._leaving.values())
            return len(self._leaving) < self._lanes and alike < max(self._lanes - 1, 1)

    def begin(self, person: str, give: Callable[[], R], *, first: bool) -> None:
        with self._changed:
            self._leaving[person] = first
            if self._threads < len(self._leaving):
                self._threads += 1
                threading.Thread(target=self._run, name="lane", daemon=True).start()
            self._given.put((person, give))
            end = time.monotonic() + self._next_seconds
            while person in self._leaving and (left := end - time.monotonic()) > 0:
                self._changed.wait(left)
            if person in self._leaving:
                self._left_alone.add(person)

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

    def _run(self) -> None:
        while True:
            person, give = self._given.get()
            ended, failed = list[R](), list[Exception]()
            try:
                ended.append(give())
            except Exception as error:  # noqa: BLE001 -- told to whoever asks what became of it
                failed.append(error)
            with self._changed:
                del self._leaving[person]
                self._ended += ended
                self._failed += failed
                alone = person in self._left_alone
                self._left_alone.discard(person)
                self._changed.notify_all()
            if alone:
                self._tell()
