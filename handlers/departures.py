"""Owns who left before a part was over: organisations that were there, and are gone, now or at a time of day that is
told; who is there is ``attendance``'s, the roll ``roll``'s.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import live
from bot.audience import SegmentView
from bot.calls import Call
from bot.errors import Conflict, NotFound, NotUnderstood
from bot.timing import MARGIN
from bot.when import is_clock, read_clock_and_zone, readings, show_time
from bot.words import split_words
from handlers import posting
from handlers.act import act
from handlers.attendance import NOBODY_RECORDED, NOTHING_BACK, in_words, seats_of
from handlers.live_views import named_view
from handlers.naming import find_each
from handlers.roll import PARTS, with_table
from handlers.running import placed_in
from handlers.work import Reading, Writing
from storage import directory, queue
from storage import live as rows

WHO_LEFT = "Who left? Name them after the word, as in `/lap left fr-cnil`."
WHEN_LEFT = (
    "When did they leave? The part was planned from {start} to {end}. Write the time before the names, on your own "
    "clock, as in `/lap left CALL/N 14:20 fr-cnil`."
)
NOT_ON_THEN = (
    "The part was planned from {start} to {end}, so nobody left it at {clock}. Give the time on your own clock."
)
NOT_SINCE = (
    "The part has been on since {start}, and it is {now} now, so nobody left it at {clock}. Give the time on your own "
    "clock, or none for now."
)
LAST_SECOND = timedelta(seconds=59)
TWICE = "{clock} {zone} came twice during that part, because the clocks went back. Write the time in UTC: {either}."
NOT_YET = "It is not {clock} yet, so nobody left then. Give the time on your own clock."
NOT_THERE = "{names} {are} not recorded as being there, so cannot leave."
CAME_LATER = (
    "{names} {are} recorded as being there only since later than that, so nothing was recorded. Give the time on your "
    "own clock."
)
BACK_AGAIN = "Taken back: {names} {are} recorded as being there again."


@dataclass(frozen=True, slots=True)
class Left:
    """Who left the part under way at ``at`` (UTC), by short name; ``not_there``: who was not recorded as being
    there."""

    segment: SegmentView
    left: tuple[str, ...]
    not_there: tuple[str, ...]
    not_found: tuple[str, ...]
    at: datetime


@act
def record_left(work: Writing, text: str) -> Left:
    """Records who left the part under way before it ended, now or at the time of day before the names; afterwards in
    the part that ``CALL/N`` names, at the time of day that follows it, until the minutes are sent. Who left waits for
    the floor no longer. Raises as
    ``record_present`` does, NotUnderstood afterwards without that time, and for one at which the part was not on."""
    record, named = placed_in(work, text, PARTS)
    record, table = with_table(work, record)
    segment, at = live.open_segment(record.call), work.now
    began = live.live_of(record.call).segment_at
    told = began is None or is_clock(named.strip().partition(" ")[0])
    if began is None:
        at, named = _left_at(work, record.call, segment.id, named)
    elif told:
        at, named = _left_since(work, began, named)
    if not named.strip():
        raise NotUnderstood(WHO_LEFT)
    found, lost = find_each(work, [w.text for w in split_words(named)], table.people)
    names = {p.id: p.short_name for p in table.people.participants}
    there = {a.participant_id for a in record.attendance if a.segment_id == segment.id and a.left_at is None}
    ids = list(dict.fromkeys(w.participant.id for w in found))
    gone = [i for i in ids if i in there]
    absent = tuple(names[i] for i in ids if i not in there)
    if not gone:
        raise Conflict(NOBODY_RECORDED.format(why=" ".join([*([not_there(absent)] if absent else []), *lost])))
    came = {a.participant_id: a.at for a in record.attendance if a.segment_id == segment.id}
    if told and (later := [names[i] for i in gone if came[i] > at]):
        raise Conflict(in_words(CAME_LATER, later))
    rows.leave(work.tx, record.call.id, segment.id, gone, at)
    if waiting := [a.id for a in record.queue if a.segment_id == segment.id and a.participant_id in gone]:
        queue.drop(work.tx, waiting)
        posting.tell(work, record.call.id)
    view = named_view(work, record)
    work.record("left", view.name, segment=segment.id, left=[names[i] for i in gone])
    work.can_be_undone("left", " ".join([record.call.id, segment.id, *(f"{i}={at.isoformat()}" for i in gone)]))
    part = next(s for s in view.segments if s.id == segment.id)
    return Left(part, tuple(names[i] for i in gone), absent, tuple(lost), at)


def _left_since(work: Reading, began: datetime, named: str) -> tuple[datetime, str]:
    """The moment (UTC) that the time of day before the names means, on the reader's clock, in the part that is on since
    *began*, and the names. A time of day is its whole minute: who came in it left in it, too."""
    word, _, rest = named.strip().partition(" ")
    clock, zone = read_clock_and_zone(word)
    meant, first = zone or work.actor.zone, began.replace(second=0, microsecond=0)
    days = (work.now.astimezone(meant).date() - timedelta(days=n) for n in (0, 1))
    moments = [m for day in days for m in readings(datetime.combine(day, clock), meant) if first <= m <= work.now]
    if not moments:
        shown = {"start": show_time(began, work.actor.zone), "now": show_time(work.now, work.actor.zone)}
        raise NotUnderstood(NOT_SINCE.format(clock=word, **shown))
    return min(max(moments) + LAST_SECOND, work.now), rest


def _left_at(work: Reading, call: Call, segment_id: str, named: str) -> tuple[datetime, str]:
    """The moment (UTC) that the time of day before the names means, on the reader's clock and while the part may have
    been on, and the names."""
    word, _, rest = named.strip().partition(" ")
    start, end = call.span(segment_id)
    shown = {"start": show_time(start, work.actor.zone), "end": show_time(end, work.actor.zone)}
    if not is_clock(word):
        raise NotUnderstood(WHEN_LEFT.format(**shown))
    clock, zone = read_clock_and_zone(word)
    meant = zone or work.actor.zone
    days = (start.astimezone(meant).date() + timedelta(days=n) for n in (0, 1))
    moments = (m for day in days for m in readings(datetime.combine(day, clock), meant))
    found = [m for m in moments if start < m <= end + MARGIN]
    gone = [m for m in found if m <= work.now]
    if not found:
        raise NotUnderstood(NOT_ON_THEN.format(clock=word, **shown))
    if not gone:
        raise NotUnderstood(NOT_YET.format(clock=word))
    gone = [m for m in gone if m <= end] or gone
    if len(gone) > 1:  # clocks went back while the part was on
        raise NotUnderstood(TWICE.format(clock=word, zone=meant, either=" or ".join(f"`{m:%H%M}Z`" for m in gone)))
    return gone[0], rest


def not_there(names: tuple[str, ...]) -> str:
    """The words for those who cannot leave, as nobody recorded that they came."""
    return in_words(NOT_THERE, names)


def undo_left(work: Writing, subject: str) -> str:
    """Takes back that those organisations left; of one that came back, and left again since, that it did stays. Raises
    NotFound where none is left."""
    call_id, segment_id, named, record = seats_of(work, subject)
    then = {who: datetime.fromisoformat(at) for who, _, at in (each.partition("=") for each in named)}
    seats = [a for a in record.attendance if a.segment_id == segment_id and a.left_at]
    gone = {a.participant_id for a in seats if a.left_at == then.get(a.participant_id)}
    if not gone:
        raise NotFound(NOTHING_BACK)
    rows.leave(work.tx, call_id, segment_id, gone, None)
    return in_words(BACK_AGAIN, [p.short_name for p in directory.named(work.tx, gone)])


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"left": undo_left}
