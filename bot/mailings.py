"""Owns how far the mails of one act are; which errands these are, the outbox says."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MANY = 5
"""People; what goes to fewer is no mass mailing, and its trouble is told by itself."""
MASS = 20
"""People; who wrote to so many about a call by one act is told once when all of it has ended."""
SHOWN = timedelta(days=1)
"""So long a mailing is told of that has left without trouble."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Somebody to whom mail was tried and did not leave: what hindered it, and when it is tried again (UTC); given up
    where that is None."""

    name: str
    email: str
    why: str
    again: datetime | None


@dataclass(frozen=True, slots=True)
class Mailing:
    """To how many people one act at ``begun`` (UTC) had mail about a call leave: to those ``left`` all has, to those
    ``ahead`` some was not tried yet, the next at ``next_at`` (UTC), to those ``waiting`` some is tried again, to those
    ``given_up`` it is not; ``kinds``: of which kinds of messages its mails are."""

    begun: datetime
    left: int = 0
    ahead: int = 0
    waiting: int = 0
    given_up: int = 0
    troubles: tuple[Trouble, ...] = ()
    next_at: datetime | None = None
    kinds: frozenset[str] = frozenset()

    @property
    def people(self) -> int:
        return self.left + self.ahead + self.waiting + self.given_up


def worth_telling(mailings: Sequence[Mailing], now: datetime) -> Mailing | None:
    """Of a call's mailings, newest first, the newest to many that is not done, or was not long ago; or None."""

    def is_told(it: Mailing) -> bool:
        return it.left < it.people or now - it.begun < SHOWN

    return next((it for it in mailings if it.people >= MANY and is_told(it)), None)


def masses(told: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Of the calls about which one act writes to people, as (call, person) each, those that it writes to many about."""
    people: dict[str, set[str]] = defaultdict(set)
    for call_id, person in told:
        people[call_id].add(person)
    return tuple(call_id for call_id, them in people.items() if len(them) >= MASS)
