"""Owns the time boxes of a running call: when a part's and an item's time is up, and when somebody is to be told; who
is told is the acts'."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.agenda import AgendaItem
from bot.calls import Call
from bot.live import Place, current_segment, live_of, place_of

MARGIN = timedelta(hours=2)
"""So long after its time (with the delay that was told) a call that nobody ended still leads anybody in."""

_MINUTE, _QUARTER = timedelta(minutes=1), timedelta(minutes=15)
EVERY_MINUTE = 10
"""So many times a part over its time is told of each minute; from then on each quarter of an hour."""
FORGOTTEN = timedelta(hours=1)
"""So long after the call's time (with the delay that was told) a gate that still stands shut is told of no more."""


class Told(StrEnum):
    """What the clock tells who runs a call."""

    ITEM_NEARLY = "item-nearly"
    ITEM_OVER = "item-over"
    PART_NEARLY = "part-nearly"
    PART_OVER = "part-over"
    GATE = "gate"
    NOT_ENDED = "not-ended"


@dataclass(frozen=True, slots=True)
class Word:
    """One thing to tell: about the ``place`` where the call stood, since ``at`` (UTC); the reminder's number, 0 for the
    first word."""

    told: Told
    place: Place
    at: datetime
    number: int = 0


def minutes_left(ends: datetime, now: datetime) -> int:
    """Whole minutes until *ends*, the last begun one counting; below zero how many it is over."""
    seconds = (ends - now).total_seconds()
    return int(-(-seconds // 60)) if seconds > 0 else int(seconds // 60) if seconds % 60 == 0 else -int(-seconds // 60)


def part_ends(call: Call) -> datetime:
    """When the time of the part under way is up (UTC): at its planned end with the delay that was told, since those who
    wait come then. But it has never more than its own length and that delay, and its own length where it opened only
    after that end."""
    segment, live = current_segment(call), live_of(call)
    length, delay = timedelta(minutes=segment.minutes), timedelta(minutes=call.late)
    opened = live.segment_at or live.started_at
    planned = call.span(segment.id)[1] + delay
    return min(planned, opened + length + delay) if planned > opened else opened + length


def item_ends(call: Call, item: AgendaItem | None) -> datetime | None:
    """When the time of the item under way is up (UTC); None at a part's opening."""
    live = live_of(call)
    if item is None or live.item != item.reference:
        return None
    return (live.item_at or live.started_at) + timedelta(minutes=item.needs)


def nearly(minutes: int) -> timedelta:
    """How long before its end a box of so many minutes is nearly up: a fifth of it, from one minute to five."""
    return timedelta(minutes=max(1, min(5, minutes // 5)))


def closes_at(call: Call) -> datetime:
    """From when a call that nobody ended leads nobody in any more (UTC)."""
    live = call.live
    opened = live.started_at if live is not None else call.start
    end = max(call.end, opened + timedelta(minutes=call.minutes))
    return end + timedelta(minutes=call.late) + MARGIN


def words(call: Call, items: Iterable[AgendaItem], since: datetime, now: datetime) -> list[Word]:
    """What is to be told of a running call at *now*, of what came due from *since* on: of one matter only the last, so
    that after a downtime nobody is flooded."""
    found: dict[str, Word] = {}
    for word in _moments(call, items, now):
        if since <= word.at <= now:
            found[_MATTERS[word.told]] = word
    return list(found.values())


def next_word(call: Call, items: Iterable[AgendaItem], after: datetime) -> datetime | None:
    """When something of a running call is to be told next, later than *after* (UTC); None where nothing will be."""
    return min((w.at for w in _moments(call, items, after) if w.at > after), default=None)


_MATTERS = {
    Told.ITEM_NEARLY: "item",
    Told.ITEM_OVER: "item",
    Told.PART_NEARLY: "part",
    Told.PART_OVER: "part",
    Told.GATE: "gate",
    Told.NOT_ENDED: "part",
}


def _moments(call: Call, items: Iterable[AgendaItem], about: datetime) -> Iterator[Word]:
    """All that is to be told while the call stands where it stands, in order of time within each matter; of reminders
    the last before *about* and the next after it."""
    place, live, last = place_of(call), live_of(call), closes_at(call)
    if live.shut_at is not None and not live.cleared:
        yield from _each_minute(Word(Told.GATE, place, live.shut_at), about, min(last, _forgotten_at(call)))
    else:
        item = next((i for i in items if i.reference == live.item), None)
        up = item_ends(call, item)
        if item is not None and up is not None:
            yield Word(Told.ITEM_NEARLY, place, up - nearly(item.needs))
            yield Word(Told.ITEM_OVER, place, up)
        over = part_ends(call)
        at_part = Place(place.segment_id)
        yield Word(Told.PART_NEARLY, at_part, over - nearly(current_segment(call).minutes))
        yield Word(Told.PART_OVER, at_part, over)
        yield from _reminders(Word(Told.PART_OVER, at_part, over), about, last)
    yield Word(Told.NOT_ENDED, Place(place.segment_id), last)


def _forgotten_at(call: Call) -> datetime:
    """From when a gate that stands shut is of a call that everybody has left (UTC)."""
    time_on, shut_at = call.end + timedelta(minutes=call.late), live_of(call).shut_at
    return max(time_on, shut_at or time_on) + FORGOTTEN


def _each_minute(first: Word, about: datetime, last: datetime) -> Iterator[Word]:
    """The reminder before *about* and the next: each minute, until *last*."""
    gone = int(max(about - first.at, timedelta()) / _MINUTE)
    for number in (gone, gone + 1):
        if number >= 1 and (at := first.at + number * _MINUTE) < last:
            yield Word(first.told, first.place, at, number)


def _reminders(first: Word, about: datetime, last: datetime) -> Iterator[Word]:
    """The reminder before *about* and the next: each minute, ten times, then each quarter of an hour, until *last*."""
    gone = max(about - first.at, timedelta())
    minute, quarter = int(gone / _MINUTE), int(gone / _QUARTER)
    numbers = {n for n in (minute, minute + 1) if 1 <= n <= EVERY_MINUTE}
    numbers |= {n * 15 for n in (quarter, quarter + 1) if n >= 1}
    if minute > EVERY_MINUTE and quarter == 0:
        numbers.add(EVERY_MINUTE)
    for number in sorted(numbers):
        if (at := first.at + number * _MINUTE) < last:
            yield Word(first.told, first.place, at, number)
