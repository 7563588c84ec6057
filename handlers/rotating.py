"""Owns ``rotate``: another bridge for a part behind its links, by hand; else ``joining`` settles bridges."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot import live
from bot.attendees import is_over
from bot.audience import CallView, Record, SegmentView
from bot.errors import Conflict, NotUnderstood
from bot.participants import ParticipantKind, Reader
from handlers.act import act, secretariat_only
from handlers.finding import checked_segment, find_call, split_call
from handlers.joining import led_reader, lingerer, who_know
from handlers.live_views import name_of, readers_of
from handlers.looking import GO, Weighed, Wish, digest_of, weigh
from handlers.pool import bridges_of, pool_of
from handlers.work import Reading, Writing
from storage import bridges
from storage import live as rows
from storage.bridges import Bridges, Led
from storage.calls import Part
from storage.live import Table

WHICH_PART = "Name the part after a stroke, as in `/lap rotate 2027-02-16/2`; `/lap call` shows the numbers."
OVER = "“{title}” is over, so its bridges are not used any more."
NO_BRIDGE = "“{part}” has no bridge yet; it gets one when somebody follows a join link or the part opens."
NONE_FREE = (
    "No bridge is free to take its place: each is in use, or somebody was led to it, here or at a call that has just "
    "ended, who may not hear “{part}”. Put another room under [bridges] in the procedure file."
)


@dataclass(frozen=True, slots=True)
class Rotated:
    """A part whose bridge is replaced: who was led to the old one and may follow their link to the new (``moved``), and
    who was led there and may not hear the part (``left_behind``), each by name."""

    call: CallView
    part: SegmentView
    moved: tuple[str, ...]
    left_behind: tuple[str, ...]
    weighed: Weighed = GO


@act
def rotate_bridge(work: Writing, asked: str, wish: Wish | None = None) -> Rotated:
    """Gives the part that *asked* names (``CALL/N``) another bridge behind its links (S; barrier.md, The join link).

    Nobody is written to: who is on the old one stays there until they follow their own link again. Parts behind it that
    shared the bridge go with it. Looked at first, with the names. Raises Conflict where there is nothing to replace,
    and where no bridge is free: one that somebody was led to who may not hear the part is not.
    """
    secretariat_only(work, "replace a bridge")
    call_asked, part_asked = split_call(asked)
    if not part_asked:
        raise NotUnderstood(WHICH_PART)
    found, view = find_call(work, call_asked, Part.LIST | Part.ITEMS)
    part = checked_segment(work, found, view, part_asked)
    if is_over(found.call, work.now):
        raise Conflict(OVER.format(title=found.call.title))
    table, known = rows.table_of(work.tx, view.id), bridges_of(work, found.call)
    old = known.held.get(part.id)
    if old is None:
        raise Conflict(NO_BRIDGE.format(part=part.title))
    heard = live.hearers(found, readers_of(table.people, table.admissions), work.now)[part.id]
    new = _fresh(work, found, known, table, heard)
    if new is None:
        raise Conflict(NONE_FREE.format(part=part.title))
    led = {led_reader(one, table): _name(one, table) for one in known.led if one.url == old}
    rotated = Rotated(
        view, part,
        tuple(sorted(name for reader, name in led.items() if reader in heard)),
        tuple(sorted(name for reader, name in led.items() if reader not in heard)),
    )  # fmt: skip
    weighed = weigh(work, wish, digest_of(bridge=(part.id, old), told=(rotated.moved, rotated.left_behind)))
    if not weighed.go:
        return replace(rotated, weighed=weighed)
    order = [s.id for s in found.call.segments]
    shared = [i for i in order[order.index(part.id) :] if known.held.get(i) == old]
    bridges.give(work.tx, view.id, known.held, {**known.held, **dict.fromkeys(shared, new)})
    work.record("rotate", view.id, part=part.id, moved=len(rotated.moved))
    return rotated


def _name(one: Led, table: Table) -> str:
    """An Agency by its name, a guest by name too; who is no contact any more as they were."""
    present = table.people.contact(one.contact_id) is not None
    return name_of(led_reader(one, table), table) if present else f"{one.organisation} ({one.name})"


def _fresh(work: Reading, record: Record, known: Bridges, table: Table, heard: Collection[Reader]) -> str | None:
    """A bridge that no part of the call has, and nobody was led to who may not hear this one; where somebody may linger
    from another call who may not, none for a part without guests, and last for one with them."""
    spoilt = {one.url for one in who_know(known, table) if led_reader(one, table) not in heard}
    rests = {one.url for one in known.lingering if lingerer(one, table) not in heard}
    guests = any(r.kind is not ParticipantKind.AGENCY for r in heard)
    taken = spoilt | set(known.held.values()) | known.meanwhile | (set() if guests else rests)
    free = (url for url in pool_of(work, record, known.held) if url not in taken)
    return next(iter(sorted(free, key=rests.__contains__)), None)
