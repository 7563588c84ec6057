"""Owns what is known of messages that left for a person, and of those that were leaving when an act took effect."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Exposure:
    """One message that was offered to a server for one person (barrier.md, The send barrier).

    ``shows``: ids of the segments, and references of the items, lines and actions in it (``shown``), never a text.
    ``subject`` is a UID or a reference, at ``revision``. Times are UTC: ``left_at`` is None from before the message is
    handed over until it is known what became of it; after a kill it stays so: the message may have left. ``posts``: in
    Slack, each as ``CHANNEL/TS``, as long as they say what they said. ``turn_by`` (UTC): it was made before its turn,
    which comes by then or not at all, and nobody was offered it yet; None once it is.
    """

    id: str
    errand_id: str
    contact_id: str
    call_id: str | None
    door: str
    kind: str
    subject: str
    revision: int
    began_at: datetime
    left_at: datetime | None = None
    shows: frozenset[str] = frozenset()
    posts: tuple[str, ...] = ()
    turn_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class InFlight:
    """What was already leaving when an act took effect: in words, one for each person it was leaving for.

    Empty: nothing was, so from the act on nothing older is offered to any server.
    """

    messages: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.messages)


NONE_IN_FLIGHT = InFlight()

A_MESSAGE, A_WITHDRAWAL = "a message", "an invitation withdrawn"
KINDS = {
    "invitation": "an invitation",
    "invitation.held": "word of an invitation",
    "reminder": "a reminder",
    "action_reminder": "a reminder of actions",
    "action_given": "an action",
    "action_overdue": "that actions are overdue",
    "item.news": "news of a proposal",
    "minutes": "draft minutes",
    "minutes_lines": "lines of minutes",
    "minutes_adopted": "adopted minutes",
}
DOORS = {"mail": "by mail", "slack": "in Slack"}


def shown(
    *,
    segments: Iterable[str] = (),
    items: Iterable[str] = (),
    lines: Iterable[str] = (),
    actions: Iterable[str] = (),
) -> frozenset[str]:
    """What a message shows, a word each, as in ``segment:ID`` and ``item:REFERENCE``."""
    kinds = {"segment": segments, "item": items, "line": lines, "action": actions}
    return frozenset(f"{kind}:{name}" for kind, names in kinds.items() for name in names)


def lines_in(shows: Iterable[str]) -> list[str]:
    """The references of the lines among what a message shows."""
    return [name for kind, _, name in (word.partition(":") for word in shows) if kind == "line"]


def segments_in(shows: Iterable[str]) -> list[str]:
    """The ids of the segments among what a message shows."""
    return [name for kind, _, name in (word.partition(":") for word in shows) if kind == "segment"]


def lost(exposure: Exposure, seen: Collection[str]) -> bool:
    """Whether a message shows a segment, item or action that is not among what its reader may know of now (*seen*)."""
    return any(word.startswith(("segment:", "item:", "action:")) and word not in seen for word in exposure.shows)


def shows_actions(exposures: Iterable[Exposure]) -> bool:
    """Whether any of those messages shows an action."""
    return any(word.startswith("action:") for one in exposures for word in one.shows)


def in_words(exposure: Exposure) -> str:
    """A message by its kind and door, as everybody may know who may know that it left: nothing of what it says."""
    withdrawn = exposure.kind == "invitation" and not exposure.shows
    what = A_WITHDRAWAL if withdrawn else KINDS.get(exposure.kind, A_MESSAGE)
    return f"{what} {DOORS.get(exposure.door, '')}".rstrip()


def showing(exposures: Iterable[Exposure], closed: Collection[str]) -> tuple[Exposure, ...]:
    """Those that show something of *closed* (as ``shown`` says it), each message once, as it left first."""
    first: dict[tuple[str, str, str, int], Exposure] = {}
    for one in exposures:
        if one.shows & set(closed):
            first.setdefault((one.contact_id, one.door, one.subject or one.errand_id, one.revision), one)
    return tuple(first.values())
