"""Owns editions: the record of a call cut for one reader, and how it reads; sending and adopting is ``minutes``'s."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import audience, roll
from bot.actions import ActionItem, ActionState
from bot.agenda import AgendaItem
from bot.amending import Amendment
from bot.audience import CallView, Record, SegmentView
from bot.confidentiality import Tlp
from bot.dates import show_date
from bot.minutes import NOT_MINUTED, Attendance, LineKind, MinuteEntry, Minutes
from bot.participants import ParticipantKind
from bot.retention import cutoff
from bot.when import show, show_hours, show_span, show_time
from handlers.action_views import ActionView, action_view
from handlers.carrying import labelled
from handlers.lines import AmendmentView, LineView, line_view
from handlers.work import Reading
from storage import calls, live, places
from storage.calls import Part
from storage.directory import Directory


@dataclass(frozen=True, slots=True)
class Subject:
    """What is said of one item; ``title`` has its label directly before it and is empty for what is said of none."""

    title: str
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class EditionPart:
    """The record of one part. ``present``: short names, for who keeps the record with how long away; None for
    representatives and observers. ``late``, ``left``: who of these came late, and left before the end, with when (UTC);
    ``regrets``: who could have come and told that they cannot; ``gate``: when the gate before it was shut and opened
    (UTC), for who hears the part before, too. ``aged``: its lines are older than they are kept (procedure file
    ``[retention]``)."""

    segment: SegmentView
    present: tuple[str, ...] | None
    subjects: tuple[Subject, ...]
    actions: tuple[ActionView, ...]
    regrets: tuple[str, ...] = ()
    gate: tuple[datetime, datetime] | None = None
    late: tuple[tuple[str, datetime], ...] = ()
    left: tuple[tuple[str, datetime], ...] = ()
    aged: bool = False

    @property
    def nothing(self) -> str:
        """What stands in the place of its lines where there are none."""
        if self.subjects or (self.actions and not self.aged):
            return ""
        return KEPT_NO_MORE if self.aged else NOTHING

    @property
    def is_empty(self) -> bool:
        return not (self.present or self.subjects or self.actions)


@dataclass(frozen=True, slots=True)
class Edition:
    """The record of a call as one reader may read it in one way. ``name``: as commands name the call; ``label``:
    the strictest of what it shows, None where it shows nothing; ``minutes``: what became of the whole (UTC);
    ``documents``: its reader's own addresses of it as a file, by format, where a page was ever printed for them."""

    view: CallView
    name: str
    parts: tuple[EditionPart, ...]
    minutes: Minutes
    label: Tlp | None = None
    documents: tuple[tuple[str, str], ...] = ()


def with_record(work: Reading, record: Record) -> Record:
    """*record* with its lines, attendance, actions and agenda; for who may read of those with who told that they cannot
    come: as the record was told, and as they answered."""
    parts = Part.ITEMS | Part.LINES | Part.ACTIONS
    if not _reads_rolls(work):
        return calls.with_parts(work.tx, record, parts)
    known = calls.with_parts(work.tx, record, parts | Part.ATTENDANCE | Part.FLOOR | Part.LIST)
    return replace(known, regrets=(*known.regrets, *live.declined(work.tx, record.call.id)))


def _reads_rolls(work: Reading) -> bool:
    return work.reader.secretariat or work.reader.kind is ParticipantKind.AGENCY


def edition(work: Reading, record: Record, view: CallView, people: Directory) -> Edition:
    """The edition of *record* for this reader.

    Before the minutes are sent only the secretariat's and the scribe's has parts. For a representative or observer it
    has none in which there is nothing.
    """
    reader, at = work.reader, work.now
    lines, below = audience.cut_minutes(reader, record, at), audience.cut_amendments(reader, record, at)
    items = {i.reference: i for i in audience.cut_agenda(reader, record, at)}
    heard = audience.hearing(reader, record, at)
    actions = [a for a in audience.cut_actions(reader, record, at) if heard(a.segment_id)]
    present = audience.cut_attendance(reader, record, at)
    regrets = audience.cut_regrets(reader, record, people.participants, at)
    shut, began = places.gates_and_openings(work.tx, record.call.id) if _reads_rolls(work) else ([], {})
    gates = {g.opens: (g.shut_at, g.cleared_at) for g in audience.cut_gates(reader, record, shut, at) if g.cleared_at}
    keeps = audience.runs(reader, record, at)
    names = {p.id: p.short_name for p in people.participants}
    agency = _reads_rolls(work)
    opened = keeps or record.minutes.sent_at is not None
    aged = record.call.start < cutoff(at, work.desk.procedure.retention.minutes)
    parts = [
        EditionPart(
            segment,
            tuple(sorted(_seat(a, names) for a in present if a.segment_id == segment.id)) if agency else None,
            _subjects(work, [line for line in lines if line.segment_id == segment.id], below, items, names),
            tuple(_actions(work, actions, segment.id, record, view, people)),
            tuple(sorted(names.get(who, "") for part, who in regrets if part == segment.id)),
            gates.get(segment.id),
            *_late_and_left(began, segment.start, [a for a in present if a.segment_id == segment.id], names),
            aged=aged,
        )
        for segment in view.segments
    ]
    return Edition(
        view,
        view.name,
        tuple(p for p in parts if opened and (agency or not p.is_empty)),
        record.minutes,
        work.strictest,
    )


FORMATS = (("PDF", "pdf"), ("Word", "docx"), ("HTML", "html"), ("Markdown", "md"))
"""The formats of a file of an edition, and the endings of their addresses."""


def addresses(page: str, path: str) -> tuple[tuple[str, str], ...]:
    """Where *path* of somebody's *page* is read as a file, by format; nowhere without a page."""
    return tuple((name, f"{page}/{path}.{ending}") for name, ending in FORMATS) if page else ()


HEADING = "Part {number}: {title}, {when}"
HEADING_ALONE = "{title}, {when}"
PRESENT = "Present: {names}"
REGRETS = "Regrets: {names}"
GATE = "The gate before this part stood shut {span}."
PASSED = "The gate before this part was shut and cleared at {at}."
CAME_LATE, LEFT, ONE = "Came late: {names}", "Left before the end: {names}", "{name} at {at}"
AWAY = "{name} (away {minutes} min)"
NOTHING = "Nothing was minuted in this part."
KEPT_NO_MORE = "What was minuted in this part, if anything was, is kept no longer."
LINE = "`{reference}` {said}{text}{marks}"
ACTION = "Action `{reference}` {task}.{owner} Due: {due}{done}."
OWNER = " Owner: {owner}."
WITHHELD = " [withheld from wider editions]"
AMENDED, AMENDED_BY = "    Amended on {at}: {text}", "    Amended on {at} by {by}: {text}"
STATES: Mapping[ActionState, str] = {
    ActionState.OPEN: "",
    ActionState.PROPOSED: ", to be accepted",
    **{state: f", {state}" for state in (ActionState.DONE, ActionState.DECLINED, ActionState.DROPPED)},
}
CLOSED, CORRECTED, HELD = " [closed]", " (corrected)", " (adoption held by {who})"


def paragraphs(it: Edition, zone: ZoneInfo) -> tuple[str, ...]:
    """How an edition reads, a paragraph a part with a line each; times in *zone*."""
    alone = not it.view.whole and len(it.view.segments) == 1
    return tuple("\n".join(_told(part, zone, alone=alone)) for part in it.parts)


def told_line(line: LineView, zone: ZoneInfo) -> str:
    """A line with its reference, whether it is a decision, to whom it is attributed, and its marks; below it what it
    was amended by, with the moment in *zone*."""
    said = " ".join(["Decision"] * (line.kind is LineKind.DECISION) + [f"({line.speaker})"] * bool(line.speaker))
    held = HELD.format(who=", ".join(line.held_by)) if line.held_by else ""
    marks = CLOSED * line.closed + WITHHELD * line.withheld + CORRECTED * line.corrected + held
    told = LINE.format(reference=line.reference, said=f"{said}: " if said else "", text=line.text, marks=marks)
    return "\n".join([told, *(told_amendment(below, zone) for below in line.amendments)])


def told_amendment(it: AmendmentView, zone: ZoneInfo) -> str:
    """What stands below a line, with the moment in *zone* and, where the part names anybody, by whom."""
    told = (AMENDED_BY if it.by else AMENDED).format(at=show(it.at, zone), by=it.by, text=it.text)
    return told + WITHHELD * it.withheld


def told_rolls(part: EditionPart, zone: ZoneInfo) -> Iterable[str]:
    """How a part was entered and left: its gate, who was there, who came late or left early, who told that they could
    not come."""
    if part.gate:
        shut, cleared = part.gate
        within = f"{shut:%d %H:%M}" == f"{cleared:%d %H:%M}"
        span = show_hours(shut, cleared, zone, part.segment.start)
        yield PASSED.format(at=show_time(shut, zone)) if within else GATE.format(span=span)
    if part.present:
        yield PRESENT.format(names=", ".join(part.present))
    for words, seats in ((CAME_LATE, part.late), (LEFT, part.left)):
        if seats:
            yield words.format(names="; ".join(ONE.format(name=name, at=show_time(at, zone)) for name, at in seats))
    if part.regrets:
        yield REGRETS.format(names=", ".join(part.regrets))


def _seat(seat: Attendance, names: Mapping[str, str]) -> str:
    """Who was there; with how long they were away meanwhile, where the reader may know."""
    name = names.get(seat.participant_id, "")
    return AWAY.format(name=name, minutes=seat.away) if seat.away else name


_Seats = tuple[tuple[str, datetime], ...]


def _late_and_left(
    began: Mapping[str, datetime], planned: datetime, seats: Sequence[Attendance], names: Mapping[str, str]
) -> tuple[_Seats, _Seats]:
    """Who of those seen in one part came late, and left before its end, with when, in that order; *began*: when each
    part was opened, *planned*: when this one was to be."""
    opened = began.get(seats[0].segment_id) if seats else None
    late = roll.late(opened, planned, seats) if opened is not None else frozenset[str]()
    came = [(a.at, names.get(a.participant_id, "")) for a in seats if a.participant_id in late]
    left = [(a.left_at, names.get(a.participant_id, "")) for a in seats if a.left_at is not None]
    return tuple((name, at) for at, name in sorted(came)), tuple((name, at) for at, name in sorted(left))


def _told(part: EditionPart, zone: ZoneInfo, *, alone: bool) -> Iterable[str]:
    segment = part.segment
    when = show_span(segment.start, segment.end, zone)
    yield (HEADING_ALONE if alone else HEADING).format(number=segment.number, title=segment.title, when=when)
    yield from told_rolls(part, zone)
    for subject in part.subjects:
        if subject.title:
            yield f"— {subject.title}"
        yield from (told_line(line, zone) for line in subject.lines)
    for action in part.actions:
        done = STATES[action.state]
        task, due = NOT_MINUTED if action.label is Tlp.RED else action.text, show_date(action.due)
        owner = OWNER.format(owner=action.owner) if action.owner else ""
        yield ACTION.format(reference=action.reference, task=task, owner=owner, due=due, done=done)
    if part.nothing:
        yield part.nothing


def _subjects(
    work: Reading,
    lines: list[MinuteEntry],
    below: tuple[Amendment, ...],
    items: dict[str, AgendaItem],
    names: dict[str, str],
) -> tuple[Subject, ...]:
    """Lines by item, in the order in which the items were first spoken of."""
    found: dict[AgendaItem | None, list[LineView]] = {}
    for line in lines:
        found.setdefault(items.get(line.item or ""), []).append(line_view(work, line, names, below))
    return tuple(Subject(_title(work, item) if item else "", tuple(said)) for item, said in found.items())


def _title(work: Reading, item: AgendaItem) -> str:
    return NOT_MINUTED if item.label is Tlp.RED else labelled(work, item.title, item.label)


def _actions(
    work: Reading, actions: list[ActionItem], segment_id: str, record: Record, view: CallView, people: Directory
) -> Iterable[ActionView]:
    """Those given in that part, which the reader hears; under the Chatham House Rule without their owners."""
    ruled = record.call.is_ruled(segment_id)
    here = (a for a in actions if a.segment_id == segment_id)
    views = (action_view(work, a, record, people, view=view, heard=True) for a in here)
    return (replace(v, owner="") if ruled else v for v in views)
