"""Owns the table of every kind of message: who composes it, and which go together; a kind of nobody is never sent."""

from handlers import (
    agenda,
    attendees,
    calls,
    contact_letters,
    delivery,
    invitation_letters,
    invitations,
    linking,
    reminders,
)
from handlers.delivery import Compose, Kinds

_ROOMS: tuple[dict[str, Compose], ...] = tuple(
    getattr(room, "NOTICES", {}) for room in (agenda, attendees, calls, contact_letters, linking, reminders)
)

KINDS = Kinds(
    compose={
        invitations.KIND: invitation_letters.compose,
        delivery.HELD: invitation_letters.compose_held,
        delivery.UNDELIVERED: delivery.undelivered,
        **{kind: compose for room in _ROOMS for kind, compose in room.items()},
    },
    merged=frozenset({"list_change", "reminder"}),
)
