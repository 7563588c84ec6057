"""Owns who is there: organisations recorded as present in the part under way; who left it is ``departures``', who may
be there ``audience``'s, the roll ``roll``'s, who cannot come ``regrets``'."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import live, roll
from bot.audience import Record, SegmentView, cut_call, hears
from bot.errors import Conflict, NotFound, NotUnderstood
from bot.minutes import Attendance
from bot.participants import ParticipantKind, Reader
from bot.who import Who
from bot.words import split_words
from handlers.act import act
from handlers.live_views import named_view, readers_of
from handlers.naming import find_each
from handlers.roll import PARTS, comes_late, missed, stayed, with_table
from handlers.running import check_runs, placed_in, refuse_sent
from handlers.work import Reading, Writing
from storage import calls, directory
from storage import live as rows
from storage.calls import Part
from storage.live import Table

WHO_IS_HERE = "Who is there? Name them after the word, as in `/lap here fr-cnil gb-ico`."
WHO_IS_NOT = (
    "Who is not there? Name them behind that word, as in `/lap here all except fr-cnil`; `/lap here all` records "
    "everybody."
)
NOBODY_RECORDED = "Nobody was recorded. {why}"
NOT_LISTED = "{names} {are} not on the list for this part. Ask {them} to leave the call before it goes on."
NOBODY_STAYED = (
    "Nobody who was in the part before and may hear this one is left to be recorded. `/lap roll` calls the roll."
)
TAKEN_BACK = "Taken back: {names} {are} no longer recorded as being there."
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
        raise Conflict(NOBODY_RECORDED.format(why=" ".join([*([not_listed(refused)] if refused else []), *lost])))
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
        raise Conflict(NOBODY_RECORDED.format(why=not_listed((own.name,))))
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
        raise Conflict(NOBODY_RECORDED.format(why=" ".join(lost)))
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


def in_words(words: str, names: Collection[str]) -> str:
    """*words* about *names*, one or several."""
    return words.format(names=", ".join(names), are="is" if len(names) == 1 else "are")


def seats_of(work: Writing, subject: str) -> tuple[str, str, list[str], Record]:
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
    call_id, segment_id, named, record = seats_of(work, subject)
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


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"here": undo_here}
