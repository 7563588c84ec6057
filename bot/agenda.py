"""Owns proposals and agenda items and the building of an agenda; who may read them is ``audience``'s."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.calls import Call, Segment
from bot.confidentiality import Tlp
from bot.topics import AudienceKind

LONGEST_TITLE = 200
USUAL_MINUTES = 10


class ItemState(StrEnum):
    """PROPOSED is the Plan's proposal; ACCEPTED stands on an agenda; DEFERRED comes back on the next call's."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A proposal or an item (A.3, B.3.a); ``call_id`` is None while it lies in the pool, ``segment_id`` until placed.

    ``audience`` says who may hear it: an AGENCIES item in a joint segment is a closed item.
    ``minutes`` is None where the proposer named none. ``consent_asked_at`` (UTC): the proposer was asked to open it.
    """

    reference: str
    call_id: str | None
    segment_id: str | None
    position: int
    clause: str
    title: str
    minutes: int | None
    audience: AudienceKind
    label: Tlp
    state: ItemState
    proposer_id: str
    contact_id: str
    created_at: datetime
    consent_asked_at: datetime | None = None

    @property
    def needs(self) -> int:
        return self.minutes or USUAL_MINUTES


def may_stand_in(item: AgendaItem, segment: Segment) -> bool:
    """Whether *item* may stand in *segment* without being marked closed there: nobody hears it whom it is closed to."""
    return item.audience is AudienceKind.JOINT or segment.audience is AudienceKind.AGENCIES


@dataclass(frozen=True, slots=True)
class Built:
    """An agenda as built: each item in its segment, in order; and what found no time."""

    placed: tuple[AgendaItem, ...]
    left_over: tuple[AgendaItem, ...]


def build(call: Call, items: Iterable[AgendaItem], catalogue: Sequence[str]) -> Built:
    """Items in the catalogue's order (then as proposed), each in the first segment that may hear it and has time.

    A joint item goes to a joint segment where there is one with time, else to a closed one; a closed item never to a
    joint one. What is placed already keeps its place (the secretariat's order stands).
    """
    rank = {clause: index for index, clause in enumerate(catalogue)}
    all_items = list(items)
    free = {s.id: s.minutes for s in call.segments}
    placed: list[AgendaItem] = []
    for item in all_items:
        if item.segment_id in free:
            free[item.segment_id] -= item.needs
            placed.append(item)
    next_position = max((i.position for i in placed), default=0) + 1
    left_over: list[AgendaItem] = []
    waiting = [i for i in all_items if i.segment_id not in free]
    for item in sorted(waiting, key=lambda i: (rank.get(i.clause, len(rank)), i.created_at, i.reference)):
        segment = next((s for s in _candidates(call, item) if free[s.id] >= item.needs), None)
        if segment is None:
            left_over.append(item)
            continue
        free[segment.id] -= item.needs
        placed.append(
            replace(item, call_id=call.id, segment_id=segment.id, position=next_position, state=ItemState.ACCEPTED)
        )
        next_position += 1
    order = {s.id: i for i, s in enumerate(call.segments)}
    placed.sort(key=lambda i: (order[i.segment_id or ""], i.position))
    return Built(tuple(placed), tuple(left_over))


def _candidates(call: Call, item: AgendaItem) -> list[Segment]:
    may = [s for s in call.segments if may_stand_in(item, s)]
    return sorted(may, key=lambda s: s.audience is not item.audience)


def awaiting_consent(items: Iterable[AgendaItem], segment_id: str) -> tuple[AgendaItem, ...]:
    """The items that a segment turned joint would open and whose proposers have not said so: only they open (barrier.md)."""
    return tuple(
        i
        for i in items
        if i.segment_id == segment_id and i.state is ItemState.ACCEPTED and i.audience is AudienceKind.AGENCIES
    )
