"""Owns where a call stood, and who was its scribe, at any moment of its run; how a call moves is ``live``'s."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.calls import Call


@dataclass(frozen=True, slots=True)
class Place:
    """From ``at`` (UTC) on the call of that id stood there: in a segment, at an item or at its opening; with its gate
    shut where not ``cleared``."""

    call_id: str
    at: datetime
    segment_id: str
    item: str | None
    cleared: bool


@dataclass(frozen=True, slots=True)
class Scribing:
    """From ``at`` (UTC) on that contact was the call's scribe; nobody where it is None."""

    call_id: str
    at: datetime
    scribe_id: str | None


@dataclass(frozen=True, slots=True)
class Shut:
    """A gate behind that segment: shut and, unless it still is, opened again (UTC), by which users; ``opens``: the
    segment that the call went on to; None where it did not go on."""

    segment_id: str
    shut_at: datetime
    shut_by: str
    cleared_at: datetime | None = None
    cleared_by: str = ""
    opens: str | None = None

    @property
    def passed(self) -> bool:
        return self.opens is not None


@dataclass(frozen=True, slots=True)
class History:
    """How one call ran: its places and its scribes, earliest first; of two of one moment the later counts."""

    places: tuple[Place, ...] = ()
    scribes: tuple[Scribing, ...] = ()

    def place(self, at: datetime) -> Place | None:
        """Where the call stood at *at*; None before it began."""
        return next((p for p in reversed(self.places) if p.at <= at), None)

    def scribe(self, at: datetime) -> str | None:
        """Who was its scribe at *at*, by the contact's id."""
        return next((s.scribe_id for s in reversed(self.scribes) if s.at <= at), None)


def as_it_stood(call: Call, history: History, at: datetime) -> Call | None:
    """*call* as it stood at *at*: its place and its scribe are those of that moment.

    None where it did not run then: not yet, or no more.
    """
    place, live = history.place(at), call.live
    if place is None or live is None or (live.ended_at is not None and live.ended_at < at):
        return None
    then = replace(live, segment_id=place.segment_id, item=place.item, cleared=place.cleared, ended_at=None)
    return replace(call, live=then, scribe=history.scribe(at))


def sorted_history(places: Iterable[Place], scribes: Iterable[Scribing]) -> History:
    """A history of what was written down in any order; what has one moment stays in the order given."""
    return History(tuple(sorted(places, key=lambda p: p.at)), tuple(sorted(scribes, key=lambda s: s.at)))


def held_shut(places: Iterable[tuple[Place, bool]]) -> tuple[Place, ...]:
    """*places*, earliest first, each with whether a line said it, without the lines that would open a gate, or lead
    back to the part before one.

    Nobody does that with a line: a ``#topic`` that stands behind a gate, or behind its opening in another part, was
    said before it, by a clock ahead of ours.
    """
    kept = list[Place]()
    for place, said in sorted(places, key=lambda found: found[0].at):
        if not said or not kept or (kept[-1].cleared and kept[-1].segment_id == place.segment_id):
            kept.append(place)
    return tuple(kept)
