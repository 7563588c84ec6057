"""Owns the roll of the part under way: who is there, gone, missed or excused, and who was in the part before; who is
written down as what is ``attendance``'s."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import live, roll
from bot.audience import Record, SegmentView
from bot.minutes import Attendance
from handlers.act import reading
from handlers.live_views import expected_readers, named_view, regretting
from handlers.running import running_call_in
from handlers.work import Reading
from storage import live as rows
from storage.calls import Part
from storage.live import Table

PARTS = Part.ITEMS | Part.ATTENDANCE | Part.FLOOR
"""What of a call is fetched so that its roll can be called."""


@dataclass(frozen=True, slots=True)
class Seat:
    """An organisation in a part by short name, since when or from when on no longer (UTC); ``late`` as in ``Present``;
    ``away``: for how many minutes in all they had left and came back."""

    name: str
    at: datetime
    late: bool = False
    away: int = 0


@dataclass(frozen=True, slots=True)
class RollCall:
    """The roll of the part under way, by short name: who is there, who left (``at`` is when), who is missed, whose
    regrets came, and who was in the part before and is not recorded in this."""

    name: str
    segment: SegmentView
    there: tuple[Seat, ...]
    left: tuple[Seat, ...]
    missed: tuple[str, ...]
    regrets: tuple[str, ...]
    before: tuple[str, ...]


@reading
def call_roll(work: Reading, text: str = "") -> RollCall:
    """The roll of the part under way. Raises as ``running_call`` does, Conflict while the gate is shut."""
    record, table = with_table(work, running_call_in(work, text, PARTS)[0])
    work.shows_closed(record.call.id)
    segment = live.open_segment(record.call)
    found = _roll(record, table, segment.id, work)
    names = {p.id: p.short_name for p in table.people.participants}
    away = {a.participant_id: a.away for a in record.attendance if a.segment_id == segment.id}

    def seats(of: Mapping[str, datetime]) -> tuple[Seat, ...]:
        known = (Seat(names[p], at, p in found.late, away[p]) for p, at in of.items() if p in names)
        return tuple(sorted(known, key=lambda s: (s.at, s.name)))

    def named(ids: Collection[str]) -> tuple[str, ...]:
        return tuple(sorted(names[i] for i in ids if i in names))

    view = named_view(work, record)
    return RollCall(
        view.name,
        next(s for s in view.segments if s.id == segment.id),
        seats(found.there),
        seats(found.left),
        named(found.missed),
        named(_regretting(record, table, segment.id, work) - found.there.keys()),
        named(found.before),
    )


def stayed(work: Reading, record: Record, table: Table, segment_id: str) -> list[str]:
    """The organisations (ids) that were in the part before and may hear this one, by short name."""
    names = {p.id: p.short_name for p in table.people.participants}
    return sorted(_roll(record, table, segment_id, work).before, key=lambda i: names.get(i, i))


def missed(work: Reading, record: Record, table: Table, segment_id: str) -> list[str]:
    """The organisations (ids) that are expected in that part, sent no regrets and are not recorded, by short name."""
    names = {p.id: p.short_name for p in table.people.participants}
    return sorted(_roll(record, table, segment_id, work).missed, key=lambda i: names.get(i, i))


def with_table(work: Reading, record: Record) -> tuple[Record, Table]:
    """*record* with its list and objections, and everybody who may be there."""
    table = rows.table_of(work.tx, record.call.id)
    return table.put_into(record), table


def comes_late(record: Record, segment_id: str, at: datetime) -> bool:
    """Whether who comes to that part at *at* (UTC) comes late."""
    comes = Attendance(record.call.id, segment_id, "", at)
    seats = [*(a for a in record.attendance if a.segment_id == segment_id), comes]
    return comes.participant_id in roll.late(_opened(record), roll.planned_start(record.call, segment_id), seats)


def _roll(record: Record, table: Table, segment_id: str, work: Reading) -> roll.Roll:
    expected = {r.participant_id for r in expected_readers(record, table, segment_id, work.now)}
    regrets = _regretting(record, table, segment_id, work)
    return roll.called(record.call, segment_id, _opened(record), record.attendance, expected, regrets)


def _regretting(record: Record, table: Table, segment_id: str, work: Reading) -> set[str]:
    return {r.participant_id for r in regretting(record, table, segment_id, work.now)}


def _opened(record: Record) -> datetime:
    stands = live.live_of(record.call)
    return stands.segment_at or stands.started_at
