"""Owns what is on now of what a reader hears of a running call: the part, until when, and the item that is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import audience, timing
from bot.audience import CallView, Record, SegmentView
from handlers.agenda_views import ItemView
from handlers.work import Reading


@dataclass(frozen=True, slots=True)
class OnNow:
    """The part of the reader's that is on: when its time is up (UTC), and the item under way where it is theirs to
    read."""

    part: SegmentView
    until: datetime
    item: ItemView | None


def on_now(work: Reading, record: Record, view: CallView, items: Sequence[ItemView]) -> OnNow | None:
    """What is on now of what the reader sees of a call, of whose *items* as cut to them; of no other part, and nothing
    while the gate is shut: to who may not know of that the part goes on until the next one opens, or the call ends."""
    stands = record.call.live
    if stands is None or not audience.is_on(record, view):
        return None
    if not audience.goes_on(work.reader, record, work.now):
        return None
    part = next(s for s in view.segments if s.id == stands.segment_id)
    item = next((i for i in items if i.reference == stands.item and i.segment_id == part.id), None)
    return OnNow(part, timing.part_ends(record.call), item)
