"""Owns how acts find the call, the segment and the person that somebody names; what they may find is ``audience``'s."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bot import audience
from bot.audience import CallView, Record, SegmentView
from bot.calls import CallState
from bot.errors import Conflict, NotFound, NotUnderstood, Refusal
from bot.participants import ParticipantKind
from bot.when import show, show_span
from bot.who import Who, candidates
from handlers.desk import Reading, ShownAnew, Writing
from storage import calls, directory, orders
from storage.calls import Named, Part
from storage.directory import Directory

NO_CALL = "I know no call “{asked}” for you. `/lap calls` lists yours; a call is named by its date, as in `2027-02-16`."
NONE_PLANNED = "No call is planned that you are invited to. `/lap calls` lists what there is for you."
TWO_CALLS = "You have more than one call on {day}: {choices}. Add the hour (UTC), as in `{example}`."
NO_SEGMENT = "{title} has no part “{asked}” for you. Its parts: {parts}."
CHANGED_ORDER = (
    "The parts of {title} changed since you last saw them, so nothing was done. They are now: {parts}. "
    "If you still mean part {asked}, send the same again."
)
NOBODY = (
    "I know nobody called “{asked}”. Give a short name, a full name or an e-mail address; `/lap directory` lists them."
)


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
        found = _seen(work, calls.upcoming(work.tx, work.now, parts, drafts=work.reader.secretariat))
        found = [(r, v) for r, v in found if r.call.running or v.end > work.now]
        if not found:
            raise NotFound(NONE_PLANNED)
        return found[0]
    if word == "last":
        begun = _seen(work, calls.past(work.tx, work.now, parts))
        found = [(r, v) for r, v in begun if v.start <= work.now or r.call.state is CallState.HELD]
        if not found:
            raise NotFound(NO_CALL.format(asked="last"))
        return found[0]
    day, hour = read_call_date(word)
    if day is None:
        return _by_title(work, asked or "", parts)
    return _by_date(work, asked or "", day, hour, parts)


def call_of(work: Reading, call_id: str, parts: Part = Part.NONE) -> tuple[Record, CallView]:
    """The call with that id (a button's reference) as this reader sees it. Raises NotFound as ``find_call`` does."""
    record = calls.one(work.tx, call_id, parts_to_cut(work, parts))
    view = audience.cut_call(work.reader, record, work.now) if record else None
    if record is None or view is None:
        raise NotFound(NONE_PLANNED)
    return record, view


def read_call_date(word: str) -> tuple[date | None, int | None]:
    """``2027-02-16`` or ``2027-02-16T15`` as a date and an hour; (None, None) where it has another shape."""
    text, _, hour = word.upper().partition("T")
    try:
        day = date.fromisoformat(text)
        return day, (int(hour.removesuffix("Z").split(":")[0]) if hour else None)
    except ValueError:
        return None, None


def _seen(work: Reading, records: list[Record]) -> list[tuple[Record, CallView]]:
    views = ((r, audience.cut_call(work.reader, r, work.now)) for r in records)
    return [(r, v) for r, v in views if v is not None]


def _by_date(work: Reading, asked: str, day: date, hour: int | None, parts: Part) -> tuple[Record, CallView]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=work.now.tzinfo)
    found = _seen(work, calls.around(work.tx, midnight - timedelta(days=1), midnight + timedelta(days=2), parts))
    utc = [(r, v) for r, v in found if v.start.date() == day]
    own = [(r, v) for r, v in found if v.start.astimezone(work.actor.zone).date() == day]
    match = utc or own or _moved(work, found, day)
    if hour is not None:
        match = [(r, v) for r, v in match if v.start.hour == hour]
    if not match:
        raise NotFound(NO_CALL.format(asked=asked))
    match = [(r, v) for r, v in match if r.call.state is not CallState.CANCELLED] or match
    live = [(r, v) for r, v in match if not r.call.ended]
    if len(match) > 1 and len(live) == 1:
        return live[0]
    if len(match) > 1:
        choices = ", ".join(f"{v.title} at {show(v.start, work.actor.zone)}" for _, v in match)
        example = f"{match[0][1].start:%Y-%m-%dT%H}"
        raise NotUnderstood(TWO_CALLS.format(day=day.isoformat(), choices=choices, example=example))
    return match[0]


def _moved(work: Reading, near: list[tuple[Record, CallView]], day: date) -> list[tuple[Record, CallView]]:
    """Calls that this reader had been told under that date before they moved."""
    moved = calls.earlier_dates(work.tx, [r.call.id for r, _ in near])
    told = [(r, v) for r, v in near if any(start.date() == day for start, _ in moved.get(r.call.id, ()))]
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
    records = calls.upcoming(work.tx, work.now, parts, drafts=work.reader.secretariat)
    found = [(r, v) for r, v in _seen(work, records) if v.title.casefold() == wanted]
    if not found or not wanted:
        raise NotFound(NO_CALL.format(asked=asked))
    return found[0]


def find_segment(record: Record, view: CallView, asked: str) -> SegmentView:
    """The segment that *asked* names: its number as this reader sees it, or the first word of its title."""
    word = asked.strip().casefold()
    for segment in view.segments:
        if word == str(segment.number) or word == segment.title.casefold().split()[0]:
            return segment
    parts = ", ".join(f"{s.number} {s.title}" for s in view.segments)
    raise NotFound(NO_SEGMENT.format(title=view.title, asked=asked, parts=parts))


def checked_segment(work: Reading, record: Record, view: CallView, asked: str) -> SegmentView:
    """The segment that *asked* names, like ``find_segment``; a number is refused where the order of the parts changed
    since this reader last saw it, with the order as it is now, which then counts as seen."""
    ids = tuple(s.id for s in view.segments)
    if asked.strip().isdigit():
        seen = orders.seen(work.tx, work.reader.contact_id, view.id)
        if seen is not None and seen != ids:
            contact_id, zone = work.reader.contact_id, work.actor.zone
            parts = "; ".join(f"{s.number} {s.title}, {show_span(s.start, s.end, zone)}" for s in view.segments)
            raise ShownAnew(
                CHANGED_ORDER.format(title=view.title, parts=parts, asked=asked.strip()),
                lambda tx: orders.remember(tx, contact_id, view.id, ids),
            )
    return find_segment(record, view, asked)


def remember_order(work: Writing, view: CallView) -> None:
    """The answer of this act shows the reader the parts of the call in this order, which their numbers count by."""
    orders.remember(work.tx, work.reader.contact_id, view.id, [s.id for s in view.segments])


def name_in(start: datetime, named: Iterable[Named], call_id: str) -> str:
    """How a call that starts at *start* (UTC) is named among those: by its date, with the hour where another is that
    day."""
    alone = all(other.id == call_id or other.start.date() != start.date() for other in named)
    return f"{start:%Y-%m-%d}" if alone else f"{start:%Y-%m-%dT%H}"


def name_as_asked(asked: str, start: datetime) -> str:
    """How a call that starts at *start* (UTC) is named in the answer to *asked*: with the hour where that was said."""
    _, hour = read_call_date(asked.strip().casefold())
    return f"{start:%Y-%m-%d}" if hour is None else f"{start:%Y-%m-%dT%H}"


def split_call(token: str) -> tuple[str, str | None]:
    """``CALL/N`` as the call's name and the segment's, which is None where there is none."""
    call, slash, segment = token.partition("/")
    return call, (segment if slash else None)


def find_who(work: Reading, asked: str, everybody: Directory | None = None) -> Who:
    """The organisation or person that *asked* means. Raises NotFound, or SeveralPeople: it is never guessed."""
    known = everybody or directory.everybody(work.tx)
    found = candidates(asked, known.participants, known.contacts)
    if not found:
        raise NotFound(NOBODY.format(asked=asked))
    if len(found) > 1:
        raise SeveralPeople(asked, found)
    return found[0]


def refuse_past(moment: datetime, now: datetime) -> None:
    """Refuses a moment that has gone by."""
    if moment <= now:
        raise Conflict(f"{moment:%Y-%m-%d %H:%M} UTC has gone by. Give a date and time that lie ahead.")
