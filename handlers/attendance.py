"""Owns who is there: organisations recorded as present in the part under way, or gone again; who may be there is
``audience``'s, the roll ``roll``'s, who cannot come ``regrets``'."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import live, roll
from bot.audience import Record, SegmentView, cut_call, hears
from bot.calls import Call
from bot.errors import Conflict, NotFound, NotUnderstood
from bot.minutes import Attendance
from bot.participants import ParticipantKind, Reader
from bot.timing import MARGIN
from bot.when import is_clock, read_clock_and_zone, readings, show_time
from bot.who import Who
from bot.words import split_words
from handlers import posting
from handlers.act import act
from handlers.live_views import named_view, readers_of
from handlers.naming import find_each
from handlers.roll import PARTS, comes_late, missed, stayed, with_table
from handlers.running import check_runs, placed_in, refuse_sent
from handlers.work import Reading, Writing
from storage import calls, directory, queue
from storage import live as rows
from storage.calls import Part
from storage.live import Table

WHO_IS_HERE = "Who is there? Name them after the word, as in `/lap here fr-cnil gb-ico`."
WHO_IS_NOT = (
    "Who is not there? Name them behind that word, as in `/lap here all except fr-cnil`; `/lap here all` records "
    "everybody."
)
WHO_LEFT = "Who left? Name them after the word, as in `/lap left fr-cnil`."
WHEN_LEFT = (
    "When did they leave? The part was planned from {start} to {end}. Write the time before the names, on your own "
    "clock, as in `/lap left CALL/N 14:20 fr-cnil`."
)
NOT_ON_THEN = (
    "The part was planned from {start} to {end}, so nobody left it at {clock}. Give the time on your own clock."
)
NOT_SINCE = (
    "The part is on since {start}, and it is {now} now, so nobody left it at {clock}. Give the time on your own clock, "
    "or none for now."
)
LAST_SECOND = timedelta(seconds=59)
TWICE = "{clock} {zone} came twice during that part, because the clocks went back. Write the time in UTC: {either}."
NOT_YET = "It is not {clock} yet, so nobody left then. Give the time on your own clock."
NOBODY_LEFT = "Nobody was recorded. {why}"
NOT_LISTED = "{names} {are} not on the list for this part. Ask {them} to leave the call before it goes on."
NOT_THERE = "{names} {are} not recorded as being there, so cannot leave."
CAME_LATER = (
    "{names} {are} recorded as being there only since later than that, so nothing was recorded. Give the time on your "
    "own clock."
)
NOBODY_STAYED = (
    "Nobody who was in the part before and may hear this one is left to be recorded. `/lap roll` calls the roll."
)
TAKEN_BACK = "Taken back: {names} {are} no longer recorded as being there."
BACK_AGAIN = "Taken back: {names} {are} recorded as being there again."
NOTHING_BACK = "That attendance is no longer recorded, so there is nothing to take back."
NOBODY_MISSED = "Nobody else is expected in this part, so nobody was recorded. `/lap roll` calls the roll."
ALL, EXCEPT = frozenset({"all", "everybody", "everyone"}), frozenset({"except", "but"})
"""What follows `here` where most of those who are expected came."""
SAME = "same"
"""What follows `here` where everybody who was in the part before stayed."""


@dataclass(frozen=True, slots=True)
class Present:
    """Who was recorded as being in the part under way from ``at`` on (UTC), who was there already, who may not be
    there, and what was said of names that mean nobody or several; ``late``: more than a few minutes after it opened."""

    segment: SegmentView
    recorded: tuple[str, ...]
    already: tuple[str, ...]
    not_listed: tuple[str, ...]
    not_found: tuple[str, ...]
    at: datetime
    late: bool = False


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
def record_present(work: Writing, text: str) -> Present:
    """Records who is there in the part under way, by organisation; names many at once, ``all`` who are expected and
    sent no regrets (``all except WHO...``), or ``same``: all who were in the part before and may hear this one. Who
    left comes back. What was ticked off on paper is entered with the part before the names (``CALL/N``), until the
    minutes are sent: then they were there from its planned beginning on.

    Who may not hear the part is not recorded, and neither is who cannot be found: both are told. Raises NotUnderstood
    where nobody is named, Conflict where no call runs or the gate is shut, and where nobody of those named is recorded.
    """
    record, named = placed_in(work, text, PARTS)
    record, table = with_table(work, record)
    words = [w.text.removesuffix(",") for w in split_words(named)]
    if not any(words):
        raise NotUnderstood(WHO_IS_HERE)
    segment = live.open_segment(record.call)
    at = work.now if live.live_of(record.call).segment_at else record.call.span(segment.id)[0]
    names = {p.id: p.short_name for p in table.people.participants}
    if words[0].casefold() in ALL and (len(words) == 1 or words[1].casefold() in EXCEPT):
        if len(words) == 2:
            raise NotUnderstood(WHO_IS_NOT)
        ids, refused, lost = _all(work, record, table, segment.id, words[2:])
    elif named.strip().casefold() == SAME:
        ids, refused, lost = _stayed(work, record, table, segment.id)
    else:
        ids, refused, lost = _named(work, record, table, segment.id, named)
    there = {a.participant_id for a in record.attendance if a.segment_id == segment.id and a.left_at is None}
    new = [i for i in ids if i not in there]
    if not ids:
        raise Conflict(NOBODY_LEFT.format(why=" ".join([*([not_listed(refused)] if refused else []), *lost])))
    _seat(work, record, segment.id, new, at)
    view = named_view(work, record)
    work.record("here", view.name, segment=segment.id, present=[names[i] for i in new])
    if new:
        gone = {a.participant_id: a for a in record.attendance if a.segment_id == segment.id}
        work.can_be_undone("here", " ".join([record.call.id, segment.id, *(_as_it_was(i, gone.get(i)) for i in new)]))
    return Present(
        next(s for s in view.segments if s.id == segment.id),
        tuple(names[i] for i in new),
        tuple(names[i] for i in ids if i in there),
        refused,
        tuple(lost),
        at,
        comes_late(record, segment.id, at),
    )


def record_own(work: Writing, record: Record) -> Present:
    """Records that the actor's own organisation, an Agency, is there where the call of *record* stands; who is there
    already stays so. Raises Conflict while the gate is shut, and for who does not hear the part."""
    segment, own = live.open_segment(record.call), work.actor.participant
    view = cut_call(work.reader, record, work.now)
    part = view.part(segment.id) if view else None
    if part is None:
        raise Conflict(NOBODY_LEFT.format(why=not_listed((own.name,))))
    known = calls.with_parts(work.tx, record, Part.ATTENDANCE)
    there = {a.participant_id for a in known.attendance if a.segment_id == segment.id and a.left_at is None}
    new = [own.id] if own.id not in there else []
    _seat(work, known, segment.id, new, work.now)
    work.record("here", record.call.id, segment=segment.id, present=[own.short_name])
    names, late = (own.short_name,), comes_late(known, segment.id, work.now)
    return Present(part, names if new else (), () if new else names, (), (), work.now, late)


def _seat(work: Writing, record: Record, segment_id: str, new: list[str], at: datetime) -> None:
    """Those are there from *at* (UTC) on; of who left and comes back it is kept how long they were away."""
    gone = roll.away(record.attendance, segment_id, at)
    rows.add_present(work.tx, record.call.id, segment_id, new, at)
    rows.come_back(work.tx, record.call.id, segment_id, {p: gone[p] for p in new if p in gone})


def _as_it_was(participant_id: str, seat: Attendance | None) -> str:
    """An organisation that is there now; where it had left before, with when, and how long it had been away by then."""
    if seat is None or seat.left_at is None:
        return participant_id
    return f"{participant_id}={seat.left_at.isoformat()}={seat.away}"


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
        raise Conflict(NOBODY_LEFT.format(why=" ".join([*([not_there(absent)] if absent else []), *lost])))
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


def _named(
    work: Reading, record: Record, table: Table, segment_id: str, named: str
) -> tuple[list[str], tuple[str, ...], list[str]]:
    """The organisations (ids) of *named* that may hear the part, the names of those that may not, and what is to be
    said of the others."""
    found, lost = find_each(work, [w.text for w in split_words(named)], table.people)
    listed = readers_of(table.people, table.admissions)
    may = [w for w in found if any(hears(r, record, segment_id, work.now) for r in _readers(w, listed))]
    refused = tuple(dict.fromkeys(w.name for w in found if w not in may))
    return list(dict.fromkeys(w.participant.id for w in may)), refused, lost


def _stayed(
    work: Reading, record: Record, table: Table, segment_id: str
) -> tuple[list[str], tuple[str, ...], list[str]]:
    """As ``_named``, of who was in the part before. Raises Conflict where nobody is left to be recorded."""
    ids = stayed(work, record, table, segment_id)
    if not ids:
        raise Conflict(NOBODY_STAYED)
    return ids, (), []


def _all(
    work: Reading, record: Record, table: Table, segment_id: str, excepted: list[str]
) -> tuple[list[str], tuple[str, ...], list[str]]:
    """As ``_named``, of all whom the roll misses but those *excepted*. Raises Conflict where nobody is missed, and
    where one who is excepted is not known: they might be recorded."""
    out, lost = find_each(work, excepted, table.people)
    if lost:
        raise Conflict(NOBODY_LEFT.format(why=" ".join(lost)))
    left_out = {w.participant.id for w in out}
    ids = [i for i in missed(work, record, table, segment_id) if i not in left_out]
    if not ids:
        raise Conflict(NOBODY_MISSED)
    return ids, (), []


def _readers(who: Who, listed: list[Reader]) -> list[Reader]:
    """The readers that *who* stands for: an Agency is one, of a guest those of its people who are on the list."""
    own = [r for r in listed if r.participant_id == who.participant.id]
    if who.contact is None or who.participant.kind is ParticipantKind.AGENCY:
        return own
    return [r for r in own if r.contact_id == who.contact.id]


def not_listed(names: tuple[str, ...]) -> str:
    """The words for those who may not be there: they tell no cause."""
    one = len(names) == 1
    return NOT_LISTED.format(names=", ".join(names), are="is" if one else "are", them="it" if one else "them")


def not_there(names: tuple[str, ...]) -> str:
    """The words for those who cannot leave, as nobody recorded that they came."""
    return in_words(NOT_THERE, names)


def in_words(words: str, names: Collection[str]) -> str:
    """*words* about *names*, one or several."""
    return words.format(names=", ".join(names), are="is" if len(names) == 1 else "are")


def _seats(work: Writing, subject: str) -> tuple[str, str, list[str], Record]:
    """What an undo is about: the call and the part by their ids, the organisations, and the call's record."""
    call_id, segment_id, *ids = subject.split()
    record = calls.one(work.tx, call_id, Part.ATTENDANCE)
    check_runs(work, record)
    if record is None:
        raise NotFound(NOTHING_BACK)
    refuse_sent(record)
    return call_id, segment_id, ids, record


def undo_here(work: Writing, subject: str) -> str:
    """Takes back that those organisations were there; who had left before has left, as then. Raises NotFound where none
    is recorded any more."""
    call_id, segment_id, named, record = _seats(work, subject)
    earlier = dict(each.partition("=")[::2] for each in named)
    here = {a.participant_id for a in record.attendance if a.segment_id == segment_id} & earlier.keys()
    if not here:
        raise NotFound(NOTHING_BACK)
    rows.drop_present(work.tx, call_id, segment_id, {i for i in here if not earlier[i]})
    gone = {i: earlier[i].split("=") for i in here if earlier[i]}
    rows.gone_again(
        work.tx, call_id, segment_id, {i: (datetime.fromisoformat(at), int(away)) for i, (at, away) in gone.items()}
    )
    return in_words(TAKEN_BACK, [p.short_name for p in directory.named(work.tx, here)])


def undo_left(work: Writing, subject: str) -> str:
    """Takes back that those organisations left; of one that came back, and left again since, that it did stays. Raises
    NotFound where none is left."""
    call_id, segment_id, named, record = _seats(work, subject)
    then = {who: datetime.fromisoformat(at) for who, _, at in (each.partition("=") for each in named)}
    seats = [a for a in record.attendance if a.segment_id == segment_id and a.left_at]
    gone = {a.participant_id for a in seats if a.left_at == then.get(a.participant_id)}
    if not gone:
        raise NotFound(NOTHING_BACK)
    rows.leave(work.tx, call_id, segment_id, gone, None)
    return in_words(BACK_AGAIN, [p.short_name for p in directory.named(work.tx, gone)])


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"here": undo_here, "left": undo_left}
