"""Owns who answered what to a call, part by part; who may read that is ``audience``'s to say."""

from collections.abc import Iterable
from enum import StrEnum

from bot.calls import Call
from bot.invitations import Invitation, Rsvp

ORDER = (Rsvp.NEEDS_ACTION, Rsvp.ACCEPTED, Rsvp.TENTATIVE, Rsvp.DECLINED)
"""Of numbers that of the missing comes first: it is the one that the secretariat looks for."""
NAMED = (*ORDER[1:], ORDER[0])
"""Of names those of the missing come last: at first they are nearly all, and what was answered would stand below."""


class Missing(StrEnum):
    """Why somebody may not have answered: their invitation has not left, or a server sent it back."""

    NOT_SENT = "not_sent"
    CAME_BACK = "came_back"


def by_part(call: Call, copies: Iterable[Invitation]) -> dict[str, list[Invitation]]:
    """By the id of each segment of *call*, in its order, the standing copies whose time holds the whole of it."""
    standing = [c for c in copies if not c.cancelled]
    return {s.id: [c for c in standing if c.start <= start and end <= c.end] for s, start, end in call.spans()}


def why_missing(copy: Invitation, returned: Iterable[str]) -> Missing | None:
    """Why *copy* may have no answer; *returned* are the UIDs of what came back."""
    if copy.rsvp is not Rsvp.NEEDS_ACTION:
        return None
    if not copy.sent_revision:
        return Missing.NOT_SENT
    return Missing.CAME_BACK if copy.uid in set(returned) else None


def counted(answers: Iterable[Rsvp]) -> dict[Rsvp, int]:
    """How many gave each answer, in the order of ``ORDER``."""
    found = list(answers)
    return {rsvp: found.count(rsvp) for rsvp in ORDER}
