"""Owns how acts find the call, the segment and the person that somebody names; what they may find is ``audience``'s."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from bot import audience
from bot.audience import CallView, Record, SegmentView
from bot.calls import CallState
from bot.errors import Conflict, NotFound, NotUnderstood, Refusal
from bot.participants import Contact, ParticipantKind
from bot.when import show, show_span
from bot.who import Who, candidates
from handlers.desk import ShownAnew
from handlers.work import Reading, Writing
from storage import calls, directory, orders
from storage.calls import Part
from storage.directory import Directory

NONE_BEGUN = "No call of yours has begun yet. `/lap calls` lists yours."
NO_CALL = "I know no call “{asked}” for you. `/lap calls` lists yours; a call is named by its date, as in `2027-02-16`."
NONE_PLANNED = "No call is planned that you are invited to. `/lap calls` lists what there is for you."
TWO_CALLS = "You have more than one call on {day}: {choices}. Add the hour (UTC), as in `{example}`."
NO_SEGMENT = "{title} has no part “{asked}” for you. Its parts: {parts}."
CHANGED_ORDER = (
    "The parts of {title} changed since you last saw them, so nothing was done. They are now: {parts}. "
    "If you still mean part {asked}, send the same again."
)
PART_GONE = (
    "A part that was chosen here is not there any more, so nothing was done. Open the form anew: it shows the parts of "
    "“{title}” as they are now."
)
NOBODY = (
    "I know nobody called “{asked}”. Give a short name, a full name or an e-mail address; `/lap directory` lists them."
)


A_DAY = timedelta(days=1)
FEW_DAYS = 12


class PartGone(NotFound):
    """A form names a part that there is not, or no longer; ``block`` is the input in which forms offer parts."""

    block = "scope"


class SeveralPeople(Refusal):
    """Two or more people may be meant: the door offers each as a button, never a guess."""

    def __init__(self, asked: str, found: list[Who]) -> None:
        names = "; ".join(f"`{w.contact.email if w.contact else w.participant.short_name}` ({w.name})" for w in found)
        super().__init__(f"“{asked}” may mean {len(found)}: {names}. Say which, by short name or address.")
        self.asked = asked
        self.found = tuple(found)


def parts_to_cut(work: Reading, parts: Part) -> Part:
    """What must be fetched so that ``audience`` can cut a call for this reader: for guests also list and items."""
    if work.reader.kind is ParticipantKind.AGENCY:
        return parts
    return parts | Part.LIST | Part.ITEMS


def find_call(work: Reading, asked: str | None, parts: Part = Part.NONE) -> tuple[Record, CallView]:
    """The call that *asked* names for this reader (``next`` where empty), as it is and as the reader sees it.

    Raises NotFound in the same words for a call that does not exist and for one that is not this reader's to know;
    NotUnderstood where the reader has two that day.
    """
    word = (asked or "next").strip().casefold()
    parts = parts_to_cut(work, parts)
    if word == "next":
        found = _seen(
            work,
            calls.upcoming(work.tx, work.now, parts, drafts=work.reader.secretariat, whose=work.reader),
        )
        found = [(r, v) for r, v in found if audience.is_ahead(r, v, work.now)]
        if not found:
            raise NotFound(NONE_PLANNED)
        return _named_ahead(work, found[0], found)
    if word == "last":
        begun = _seen(work, calls.past(work.tx, work.now, parts, whose=work.reader))
        found = [(r, v) for r, v in begun if v.start <= work.now or v.state is CallState.HELD]
        if not found:
            raise NotFound(NONE_BEGUN)
        record, view = found[0]
        return record, named(work, view)
    day, hour = read_call_date(word)
    if day is None:
        return _by_title(work, asked or "", parts)
    return _by_date(work, asked or "", day, hour, parts)


def call_of(work: Reading, call_id: str, parts: Part = Part.NONE) -> tuple[Record, CallView]:
    """The call with that id (a button's reference) as this reader sees it. Raises NotFound as ``find_call`` does."""
    record = calls.one(work.tx, call_id, parts_to_cut(work, parts), work.reader.contact_id)
    view = audience.cut_call(work.reader, record, work.now) if record else None
    if record is None or view is None:
        raise NotFound(NONE_PLANNED)
    return record, named(work, view)


class Dated(Protocol):
    """What can be another call of a day."""

    @property
    def id(self) -> str: ...

    @property
    def start(self) -> datetime: ...

    @property
    def state(self) -> CallState: ...


def name_in(start: datetime, among: Iterable[Dated], call_id: str) -> str:
    """How a call that starts at *start* (UTC) is named *among* those that its reader sees: by its date, with the hour
    where another one that is not cancelled is that day (interface.md, CALL)."""
    day = start.date()
    alone = all(o.id == call_id or o.start.date() != day or o.state is CallState.CANCELLED for o in among)
    return f"{start:%Y-%m-%d}" if alone else f"{start:%Y-%m-%dT%H}"


def named(work: Reading, view: CallView) -> CallView:
    """*view* under the name that this reader has for it, as ``named_all`` does."""
    return named_all(work, [view])[0]


def named_all(work: Reading, views: Sequence[CallView]) -> list[CallView]:
    """Each of *views* under the name that this reader has for it: one statement, and more only where other calls are
    near."""
    if not views:
        return []
    days = [v.start.date() for v in views]
    if len(set(days)) <= FEW_DAYS:  # years may lie between them
        near = calls.not_cancelled_about(work.tx, days)
    else:
        since, until = (datetime.combine(day, time(), UTC) for day in (min(days) - A_DAY, max(days) + A_DAY))
        near = calls.not_cancelled_between(work.tx, since, until)
    # A part may begin on the day after its call did.
    on = {day: [o.id for o in near if o.start.date() in (day, day - A_DAY)] for day in set(days)}
    others = {i for v, day in zip(views, days, strict=True) for i in on[day] if set(on[day]) - {v.id}}
    seen = _seen(work, calls.many(work.tx, sorted(others), parts_to_cut(work, Part.NONE))) if others else []
    return [_named_among(v, seen) for v in views]


def views_of(work: Reading, records: Iterable[Record]) -> dict[str, CallView]:
    """Those of *records* that this reader may see, as it sees and names them, by id."""
    return {v.id: v for v in named_all(work, [v for _, v in _seen(work, list(records))])}


def _named_among(view: CallView, seen: Sequence[tuple[Record, CallView]]) -> CallView:
    return replace(view, name=name_in(view.start, [v for _, v in seen], view.id))


def _named_ahead(
    work: Reading, one: tuple[Record, CallView], ahead: Sequence[tuple[Record, CallView]]
) -> tuple[Record, CallView]:
    """The same among the calls *ahead*, which are all of a later day; of today some may have ended."""
    record, view = one
    return record, (named(work, view) if view.start.date() <= work.now.date() else _named_among(view, ahead))


def read_call_date(word: str) -> tuple[date | None, int | None]:
    """``2027-02-16`` or ``2027-02-16T15`` as a date and an hour; (None, None) where it has another shape."""
    text, _, hour = word.upper().partition("T")
    try:
        day = date.fromisoformat(text)
        return day, (int(hour.removesuffix("Z").split(":")[0]) if hour else None)
    except ValueError:
        return None, None


def is_named(starts: Sequence[datetime], word: str) -> bool:
    """Whether *word*, a date with or without an hour, names a running call whose parts begin at *starts* (UTC): by the
    day of any of them, which a post that several people read names it by."""
    day, hour = read_call_date(word.strip())
    return day in {start.date() for start in starts} and hour in (None, starts[0].hour)


def _seen(work: Reading, records: list[Record]) -> list[tuple[Record, CallView]]:
    views = ((r, audience.cut_call(work.reader, r, work.now)) for r in records)
    return [(r, v) for r, v in views if v is not None]


def _by_date(work: Reading, asked: str, day: date, hour: int | None, parts: Part) -> tuple[Record, CallView]:
    midnight = datetime.combine(day, time(), UTC)
    near = calls.around(work.tx, midnight - A_DAY, midnight + 2 * A_DAY, parts, work.reader.contact_id)
    found = _seen(work, near)
    utc = [(r, v) for r, v in found if v.start.date() == day]
    own = [(r, v) for r, v in found if v.start.astimezone(work.actor.zone).date() == day]
    match = utc or own or _moved(work, found, day)
    if hour is not None:
        match = [(r, v) for r, v in match if v.start.hour == hour]
    if not match:
        raise NotFound(NO_CALL.format(asked=asked))
    match = [(r, v) for r, v in match if r.call.state is not CallState.CANCELLED] or match
    live = [(r, v) for r, v in match if not v.ended]
    chosen = live if len(match) > 1 and len(live) == 1 else match
    if len(chosen) > 1:
        choices = ", ".join(f"{v.title} at {show(v.start, work.actor.zone)}" for _, v in match)
        example = f"{match[0][1].start:%Y-%m-%dT%H}"
        raise NotUnderstood(TWO_CALLS.format(day=day.isoformat(), choices=choices, example=example))
    record, view = chosen[0]
    return record, _named_among(view, found)


def _moved(work: Reading, near: list[tuple[Record, CallView]], day: date) -> list[tuple[Record, CallView]]:
    """Calls that this reader had been told under that date before they moved: that of their own part, as ever."""
    moved = calls.earlier_dates(work.tx, [r.call.id for r, _ in near])
    told = [
        (r, v)
        for r, v in near
        if any((start + (v.start - r.call.start)).date() == day for start, _ in moved.get(r.call.id, ()))
    ]
    if work.reader.kind is ParticipantKind.AGENCY:
        return told
    return [
        (r, v)
        for r, v in told
        if any(
            a.approved_at is not None and a.contact_id == work.reader.contact_id and a.approved_at < moved_at
            for a in r.admissions
            for _, moved_at in moved[r.call.id]
        )
    ]


def _by_title(work: Reading, asked: str, parts: Part) -> tuple[Record, CallView]:
    wanted = asked.strip().strip("\"“”'").casefold()
    records = calls.upcoming(work.tx, work.now, parts, drafts=work.reader.secretariat, whose=work.reader)
    ahead = [(r, v) for r, v in _seen(work, records) if not v.ended]
    found = [(r, v) for r, v in ahead if v.title.casefold() == wanted]
    if not found or not wanted:
        raise NotFound(NO_CALL.format(asked=asked))
    return _named_ahead(work, found[0], ahead)


def find_segment(record: Record, view: CallView, asked: str) -> SegmentView:
    """The segment that *asked* names: its number as this reader sees it, or the first word of its title."""
    word = asked.strip().casefold()
    for segment in view.segments:
        if word == str(segment.number) or word == segment.title.casefold().split()[0]:
            return segment
    parts = ", ".join(f"{s.number} {s.title}" for s in view.segments)
    raise NotFound(NO_SEGMENT.format(title=view.title, asked=asked, parts=parts))


def chosen_parts(view: CallView, ids: Collection[str]) -> tuple[SegmentView, ...]:
    """The parts with those *ids*, which a form offered, as this reader sees them now. Raises NotFound where one of them
    is not there for this reader any more: fewer parts may be another thing than was asked, and none the whole call."""
    found = tuple(s for s in view.segments if s.id in ids)
    if len(found) < len(set(ids)):
        raise PartGone(PART_GONE.format(title=view.title))
    return found


def checked_segment(work: Reading, record: Record, view: CallView, asked: str) -> SegmentView:
    """The segment that *asked* names, like ``find_segment``; a number is refused where the order of the parts changed
    since this reader last saw it, with the order as it is now, which then counts as seen."""
    ids = tuple(s.id for s in view.segments)
    if asked.strip().isdigit() and _seen_last(work, record) not in (None, ids):
        contact_id, zone = work.reader.contact_id, work.actor.zone
        parts = "; ".join(f"{s.number} {s.title}, {show_span(s.start, s.end, zone)}" for s in view.segments)
        raise ShownAnew(
            CHANGED_ORDER.format(title=view.title, parts=parts, asked=asked.strip()),
            lambda tx: orders.remember(tx, contact_id, view.id, ids),
        )
    return find_segment(record, view, asked)


def _seen_last(work: Reading, record: Record) -> tuple[str, ...] | None:
    """The ids of the parts in the order that this reader last saw them in; None for who never did."""
    if record.seen is None:
        return orders.seen(work.tx, work.reader.contact_id, record.call.id)
    return tuple(record.seen[0].segment_ids.split()) if record.seen else None


def remember_order(work: Writing, view: CallView) -> None:
    """The answer of this act shows the reader the parts of the call in this order, which their numbers count by."""
    orders.remember(work.tx, work.reader.contact_id, view.id, [s.id for s in view.segments])


def split_call(token: str) -> tuple[str, str | None]:
    """``CALL/N`` as the call's name and the segment's, which is None where there is none."""
    call, slash, segment = token.partition("/")
    return call, (segment if slash else None)


def find_who(work: Reading, asked: str, everybody: Directory | None = None) -> Who:
    """The organisation or person that *asked* means; a proxy only for its own organisation and the secretariat. Raises
    NotFound, or SeveralPeople: it is never guessed."""
    known = everybody or directory.everybody(work.tx)
    people = [*known.contacts, *(p for p in known.proxies if may_name(work, p))]
    found = candidates(asked, known.participants, people)
    if not found:
        raise NotFound(NOBODY.format(asked=asked))
    if len(found) > 1:
        raise SeveralPeople(asked, found)
    return found[0]


def may_name(work: Reading, contact: Contact) -> bool:
    """Whether the actor can know by name of *contact*: of who was brought to one call only its organisation and the
    secretariat do."""
    return contact.only_call is None or work.reader.secretariat or contact.participant_id == work.actor.participant.id


def refuse_past(moment: datetime, now: datetime) -> None:
    """Refuses a moment that has gone by."""
    if moment <= now:
        raise Conflict(f"{moment:%Y-%m-%d %H:%M} UTC has gone by. Give a date and time that lie ahead.")
