"""Owns the speaker queue of the part that is on: who asks for the floor, in which order; who reads it is
``audience``'s."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import Conflict
from bot.participants import ParticipantKind, Reader, seat_at

_WHAT_FOR = frozenset({"to", "on", "about", "re", "re:"})

LONGEST = 100
"""More people never wait for the floor: each of them gets it once in a part."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody who asks for the floor in a part since *at* (UTC); without a contact its organisation does."""

    id: str
    call_id: str
    segment_id: str
    participant_id: str
    contact_id: str | None
    kind: ParticipantKind
    at: datetime

    @property
    def reader(self) -> Reader:
        """Who that is, as ``audience`` asks about them."""
        return seat_at(self.call_id, self.participant_id, self.kind, self.contact_id)

    def is_of(self, participant_id: str, contact_id: str | None) -> bool:
        """Whether that is this person, or this organisation."""
        return (self.participant_id, self.contact_id) == (participant_id, contact_id)


def place_of(queue: Sequence[Asking], participant_id: str, contact_id: str | None) -> Asking | None:
    """The place of that person or organisation; named by its organisation alone, the first place of it."""
    exact = next((a for a in queue if a.is_of(participant_id, contact_id)), None)
    if exact is not None or contact_id is not None:
        return exact
    return next((a for a in queue if a.participant_id == participant_id), None)


def who_asks(text: str) -> str:
    """The WHO of ``[WHO] [to TEXT]``, empty where one asks for oneself: what the floor is asked for is said on the
    line, and stays where it was typed."""
    words = text.split()
    end = next((n for n, word in enumerate(words) if word.casefold() in _WHAT_FOR), len(words))
    return " ".join(words[:end])


def check_room(queue: Sequence[Asking]) -> None:
    """Refuses one place more than a queue holds. Raises Conflict."""
    if len(queue) >= LONGEST:
        raise Conflict(f"{LONGEST} are waiting for the floor already. `/lap ack` gives it to the first of them.")
