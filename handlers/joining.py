"""Owns where a join link leads at this moment, by web or telephone, and which bridge each segment of a call has; links
are ``links``', which bridges there are ``pool``'s.

Following a link is the one GET that writes: it records who was led to which bridge, once (docs/adr/0007).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import audience, live
from bot.audience import Record
from bot.bridges import assign, by_telephone, joinable
from bot.calls import Segment
from bot.participants import ParticipantKind, Reader, as_organisation, former, member_of, reader_of
from bot.zones import zone_of
from handlers.act import act, reading
from handlers.desk import Desk, the_clock
from handlers.links import holder_of
from handlers.live_views import name_of, readers_of
from handlers.naming import Person
from handlers.pool import bridges_of, entrance, pool_of, tell_of_none, told_of_none
from handlers.work import Reading, Writing
from storage import bridges, calls, directory
from storage import live as rows
from storage.bridges import Bridges, Led
from storage.calls import Part
from storage.directory import Directory
from storage.live import Table
from storage.tables import LinkPurpose


@dataclass(frozen=True, slots=True)
class ByTelephone:
    """How an Agency comes to one part of a call by telephone: its title, its times (UTC) and its numbers."""

    title: str
    start: datetime
    end: datetime
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WayIn:
    """Where a link leads now: into a ``bridge``, or else, for an Agency, to the numbers of its parts of the call."""

    bridge: str | None
    telephone: tuple[ByTelephone, ...]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a link leads now, and what of it is still to be written: ``to_record``, the bridges whose address or number
    the person is given for the first time; ``to_tell``: the secretariat, of a part that has no bridge."""

    call_id: str
    contact_id: str
    way_in: WayIn
    held: Mapping[str, str]
    given: Mapping[str, str]
    people: Directory
    to_record: tuple[str, ...]
    to_tell: str | None = None


def follow(desk: Desk, printed: str) -> str | None:
    """The bridge that the holder of this join link may join now, as ``way_in`` has it."""
    found = way_in(desk, printed)
    return found.bridge if found else None


def way_in(desk: Desk, printed: str) -> WayIn | None:
    """The bridge that the holder of this join link may join now; for an Agency, from a day before, its numbers.

    None for everything else alike: a wrong or dead link, a call not yet open or over, a part that is not theirs.
    """
    way = _look(desk, the_clock(), printed)
    if way is not None and (way.to_record or way.to_tell or way.given != way.held):
        way = _lead(desk, the_clock(), printed)
    return way.way_in if way and (way.way_in.bridge or way.way_in.telephone) else None


@reading
def _look(work: Reading, printed: str) -> _Way | None:
    return _way(work, printed)


@act
def _lead(work: Writing, printed: str) -> _Way | None:
    """Asks again, in the order of acts, and writes what is to be written before anybody is led."""
    way = _way(work, printed)
    if way is not None:
        bridges.give(work.tx, way.call_id, way.held, way.given)
        if way.to_tell:
            tell_of_none(work, way.call_id, way.to_tell, way.people)
        for url in way.to_record:
            bridges.remember_led(work.tx, way.call_id, url, way.contact_id, work.now)
    return way


def _way(work: Reading, printed: str) -> _Way | None:
    held = holder_of(work, printed, LinkPurpose.JOIN)
    found = calls.one(work.tx, held.call_id, Part.ITEMS) if held and held.call_id else None
    if held is None or found is None:
        return None
    table = rows.table_of(work.tx, found.call.id)
    contact, reader = held.contact, reader_of(held.contact, held.participant)
    record = table.put_into(found)
    windows = audience.windows(reader, record, work.now)
    heard = [s for w in windows for s in w.segments]
    early = timedelta(minutes=work.desk.procedure.bridges.early_minutes)
    goes_on = audience.goes_on(reader, record, work.now)
    segment = joinable(record.call, heard, work.now, early, goes_on=goes_on)
    agency = reader.kind is ParticipantKind.AGENCY and bool(work.desk.procedure.bridges.dial_in)
    dialled = by_telephone(record.call, heard, work.now) if agency and segment is None else ()
    if segment is None and not dialled:
        return None
    known = bridges_of(work, record.call)
    given = bridges_for(record, table, known, pool_of(work, record, known.held), work.now)
    way_in = WayIn(None, (), zone_of(contact.zone))
    if segment is None:
        way_in = replace(way_in, telephone=_numbers(work, record, dialled, given))
    elif (url := given.get(segment.id)) is not None:
        way_in = replace(way_in, bridge=entrance(work, url, Person(contact, held.participant), windows, segment.id))
    if segment is None and not way_in.telephone:
        return None
    shown = {given[s.id] for s in ((segment,) if segment else dialled) if s.id in given}
    fresh = () if reader.secretariat else (u for u in shown if not bridges.was_led(known.led, u, contact.id))
    lacks = segment.id if segment is not None and way_in.bridge is None else None
    to_tell = lacks if lacks and not told_of_none(work, record.call.id, lacks) else None
    return _Way(
        record.call.id, contact.id, way_in, known.held, given, table.people, tuple(sorted(fresh)), to_tell
    )  # fmt: skip


def _numbers(
    work: Reading, record: Record, dialled: Iterable[Segment], given: Mapping[str, str]
) -> tuple[ByTelephone, ...]:
    """The numbers of each of those parts whose bridge has any."""
    terms = work.desk.procedure.bridges
    return tuple(
        ByTelephone(s.name, *record.call.span(s.id), numbers)
        for s in dialled
        if s.id in given and (numbers := terms.numbers(given[s.id]))
    )


def bridges_for(
    record: Record, table: Table, known: Bridges, pool: tuple[str, ...], at: datetime, opening: str | None = None
) -> dict[str, str]:
    """The bridge of each segment of a call at *at*, by segment id; *opening*: the segment that is about to open.

    A part that is past or under way keeps the bridge that it has, and so the people who are on it. For any other a
    bridge is refused that somebody was led to who may not hear it (barrier.md, The join link), and one on which people
    of another call may be meanwhile. Where somebody may linger from a call that has just ended who may not hear the
    part, one without guests is not held, and one with guests only if no other is free; where somebody lingers who may
    hear it, one without guests is held last: guests are led to the same bridge whether a call that was closed to them
    has just ended or not. One that guests of other calls know a part without guests takes last, and a part
    with guests first; and a part with guests is given its own before those without, so that it is the same whether
    there are any.
    """
    heard = live.hearers(record, readers_of(table.people, table.admissions), at)
    segments = {s.id: s for s in record.call.segments}
    led: dict[str, set[Reader]] = {}
    for one in who_know(known, table):
        led.setdefault(one.url, set()).add(led_reader(one, table))
    lingering: dict[str, set[Reader]] = {}
    for one in known.lingering:
        lingering.setdefault(one.url, set()).add(lingerer(one, table))
    open_to_guests = {i for i, readers in heard.items() if any(r.kind is not ParticipantKind.AGENCY for r in readers)}
    guests_know = {one.url for one in known.elsewhere}

    def people(segment_id: str) -> object:
        segment = segments[segment_id]
        return segment.audience, segment.only, heard[segment_id]

    def rests(url: str, segment_id: str) -> bool:
        return not lingering.get(url, set()) <= heard[segment_id]

    def spoilt(url: str, segment_id: str) -> bool:
        resting = rests(url, segment_id) and segment_id not in open_to_guests
        return url in known.meanwhile or resting or not led.get(url, set()) <= heard[segment_id]

    def last(url: str, segment_id: str) -> tuple[bool, ...]:
        guests = segment_id in open_to_guests
        unlike = (url in guests_know) != guests
        return rests(url, segment_id), unlike, not guests and url in lingering

    kept = _kept(record, opening)
    return assign(
        record.call.segments,
        people,
        known.held,
        pool,
        kept={s.id for s in kept},
        spoilt=spoilt,
        last=last,
        first=open_to_guests.__contains__,
    )


def who_know(known: Bridges, table: Table) -> Iterator[Led]:
    """Who was led to a bridge at this call, and who is on its list, or was taken off it, and was at another: what
    somebody may be kept out of is not held where they have been, whatever keeps them out."""
    listed = {a.contact_id for a in table.admissions}
    yield from known.led
    yield from (one for one in known.elsewhere if one.contact_id in listed or one.taken_off)


def led_reader(led: Led, table: Table) -> Reader:
    """Who was led, as ``live.hearers`` has them: an Agency as an organisation. Who is no contact any more stands for
    nobody but themselves, so hears nothing."""
    contact = table.people.contact(led.contact_id)
    if contact is None:
        return former(led.contact_id, led.participant_id, led.kind)
    of = table.people.participant(led.participant_id)
    return as_organisation(of) if led.kind is ParticipantKind.AGENCY else member_of(contact, of)


def lingerer(led: Led, table: Table) -> Reader:
    """Who was led to a bridge at another call, as ``led_reader`` has them; whoever stood in for somebody there stands
    for nobody here, whoever they are of."""
    contact = table.people.contact(led.contact_id)
    if contact is not None and contact.only_call is not None:
        return member_of(contact, table.people.participant(led.participant_id))
    return led_reader(led, table)


@dataclass(frozen=True, slots=True)
class There:
    """Who is in a part as far as it is known, entitled or not, each by name: who was *led* to its bridge, and whose
    organisation is *recorded* as present (participant ids)."""

    names: Mapping[Reader, str]
    led: frozenset[Reader]
    recorded: frozenset[str]


def there_in(work: Reading, record: Record, table: Table, known: Bridges, segment_id: str) -> There:
    """Who was led to the bridge of that part of a running call, and who is recorded as being there (*record* comes with
    its attendance) and has not left."""
    url = known.held.get(segment_id)
    led = {led_reader(one, table): one for one in known.led if one.url == url}
    recorded = {a.participant_id for a in record.attendance if a.segment_id == segment_id and a.left_at is None}
    known_ids = {p.id for p in table.people.participants}
    left = {as_organisation(p): p.name for p in directory.named(work.tx, recorded - known_ids)}
    removed = {r: f"{one.organisation} ({one.name})" for r, one in led.items() if not _is_contact(r, table)}
    there = (as_organisation(p) for p in table.people.participants if p.id in recorded)
    present = {r: name_of(r, table) for r in (*led, *there) if r not in removed}
    return There({**present, **removed, **left}, frozenset(led), frozenset(recorded))


def _is_contact(reader: Reader, table: Table) -> bool:
    return not reader.contact_id or table.people.contact(reader.contact_id) is not None


def _kept(record: Record, opening: str | None) -> tuple[Segment, ...]:
    """The parts that are past or under way: those before the one that opens, or up to the one that a call is in."""
    segments, at = record.call.segments, record.call.live
    order = [s.id for s in segments]
    if opening is not None:
        return segments[: order.index(opening)]
    if at is None or at.segment_id not in order:
        return ()
    return segments[: order.index(at.segment_id) + 1]
