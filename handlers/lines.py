"""Owns the lines of a record: entered, held, shown; putting them right is ``correcting``'s, taking them back
``lines_back``'s, the record as a whole ``minutes``'s."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot import audience, line_words, live, minutes
from bot.agenda import AgendaItem
from bot.amending import Amendment
from bot.audience import Record, SegmentView
from bot.confidentiality import Tlp, check_inside
from bot.errors import NotEntitled, NotFound, NotUnderstood
from bot.exposures import NONE_IN_FLIGHT, InFlight
from bot.minutes import NOT_MINUTED, LineKind, MinuteEntry
from bot.participants import Participant, ParticipantKind, Role
from bot.said import Said, State, as_kept
from bot.spoken import Form, is_off
from bot.topics import AudienceKind
from bot.words import fold_reference
from handlers.act import act, reading
from handlers.carrying import labelled
from handlers.edition_lines import GoneFrom
from handlers.finding import views_of
from handlers.live_views import named_view
from handlers.naming import find_one
from handlers.running import names_part, placed_in, stood_in
from handlers.work import Reading, Writing
from storage import agenda, calls, directory, said
from storage import minutes as rows
from storage.call_parts import items_of
from storage.directory import Directory
from storage.live import table_of

HELD = "line_held"
FORMS = {LineKind.NOTE: Form.INFO, LineKind.DECISION: Form.AGREED}
"""What each kind of line is among the words of a call."""

NO_LINE = (
    "I know no line `{reference}` for you. `/lap minutes` shows what you may read, with the references of its lines."
)
OFF_RECORD = (
    "`[off]` marks what is not for the record, so nothing was entered. To minute it, send it without that mark."
)
FOR_WHICH = "Adoption is held by an Agency. Say for which one, as in `/lap hold {reference} for fr-cnil`."
AGENCIES_HOLD = (
    "Only an Agency can hold a line. What is wrong in it you can put right: `/lap correct {reference} TEXT`."
)


Stood = tuple[str, str, str | None]
"""A call, one of its parts and an item of it (ids), at which the call stood."""


@dataclass(frozen=True, slots=True)
class AmendmentView:
    """What was put right below a line, by whom (short name, empty under the Chatham House Rule) and when (UTC);
    ``text`` has its label directly before it. ``withheld`` as in ``LineView``."""

    text: str
    by: str
    at: datetime
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as this reader may read it; ``text`` has its label directly before it. ``speaker``: its short name, empty
    where to nobody. ``held_by``: short names, for the secretariat all, for an Agency its own. ``withheld``: whether its
    Agency keeps it from wider editions, for those who may know of these."""

    reference: str
    kind: LineKind
    text: str
    label: Tlp
    speaker: str
    closed: bool = False
    held_by: tuple[str, ...] = ()
    corrected: bool = False
    withheld: bool = False
    amendments: tuple[AmendmentView, ...] = ()


@dataclass(frozen=True, slots=True)
class Entered:
    """A line as it was entered, with the part it stands in and the item it is about; ``named``: short names of
    participants that its words name although the part is under the Chatham House Rule."""

    line: LineView
    segment: SegmentView
    item: str
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """A line as it is now, in the minutes of the call named ``name``; ``was``: what it said, with its label; ``hat``
    names the Agency where that is not plain; ``adopts_at`` is UTC, None before the minutes are sent; ``named`` as in
    ``Entered``; ``in_flight``: what was leaving already when it was narrowed; ``amendment``: what stands below
    it, where that came too late for its text; ``gone_from``: the named editions that hold it no longer, and ``frees``
    whether withholding that amendment brings it back there."""

    line: LineView
    name: str
    was: str = ""
    hat: str = ""
    adopts_at: datetime | None = None
    named: tuple[str, ...] = ()
    in_flight: InFlight = NONE_IN_FLIGHT
    amendment: AmendmentView | None = None
    gone_from: tuple[GoneFrom, ...] = ()
    frees: bool = False


@act
def enter_line(work: Writing, kind: LineKind, text: str, stood: Stood | None = None) -> Entered:
    """Enters a note or a decision in the part and item under way (``[closed] [minuted] TLP:LABEL WHO: TEXT``), or,
    afterwards, in the part that ``CALL/N`` before it names; with *stood* where the call stood when the form was opened
    that is sent in now, however far it has gone since: other people hear what is said there now.

    In a part under the Chatham House Rule it is kept without a name.
    A text labelled RED is not minuted unless its originator asks (``[minuted]``): the record says so and no more. Under
    a closed item a line is closed. Raises NotUnderstood for no text, TooLong for too much, Conflict where no call runs
    or the gate is shut.
    """
    record, typed = (stood_in(work, stood), text) if stood else placed_in(work, text)
    line, names, people = made_line(work, record, kind, typed, work.desk.new_reference())
    rows.add(work.tx, line)
    if not stood and not names_part(text):
        keep_spoken(work, line.call_id, FORMS[kind], typed, line.reference)
    return entered(work, record, line, names, people)


@reading
def check_lines(work: Reading, kind: LineKind, texts: Iterable[str], stood: Stood | None = None) -> None:
    """Raises as ``enter_line`` does for the first of *texts* that it would refuse: of lines that belong together none
    is entered then."""
    there, people = stood_in(work, stood) if stood else None, directory.everybody(work.tx)
    for text in texts:
        record, typed = (there, text) if there else placed_in(work, text)
        made_line(work, record, kind, typed, "", people)


def made_line(
    work: Reading, record: Record, kind: LineKind, text: str, reference: str, everybody: Directory | None = None
) -> tuple[MinuteEntry, dict[str, str], tuple[Participant, ...]]:
    """The line that *text* makes where the call of *record* stands, not written yet; the short name of whose words it
    holds, by id; and who its words may name although they should not. *everybody*: the directory, where it was fetched.
    Raises as ``enter_line`` does."""
    try:
        read = line_words.read_line(text)
    except line_words.TooLong as long:
        at, known = record.call.live, (everybody or directory.everybody(work.tx)).participants
        long.stood = (record.call.id, at.segment_id or "", at.item) if at and at.cleared else None
        speaker, said = line_words.attributed(long.typed.text, known)
        long.head = long.typed.text.removesuffix(said) if speaker else ""
        raise
    segment, item = live.open_segment(record.call), live.live_of(record.call).item
    names_some = ":" in read.text or segment.chatham
    people = (everybody or directory.everybody(work.tx)).participants if names_some else ()
    speaker, said = line_words.attributed(read.text, people)
    label = read.label or work.desk.procedure.labels.default
    check_inside(said, label)
    if is_off(said):
        raise NotUnderstood(OFF_RECORD)
    kept = minutes.minuted(replace(read, text=said), label, speaker.id if speaker else None)
    if segment.chatham:
        speaker = None
    closed = bool(read.closed) or is_closed_there(work, segment.audience, item, record.items)
    line = MinuteEntry(
        reference, record.call.id, segment.id, item, kind, kept, label, closed, speaker.id if speaker else None,
        work.actor.user, work.now, minuted=read.minuted and label is Tlp.RED,
    )  # fmt: skip
    return line, {speaker.id: speaker.short_name} if speaker else {}, people if segment.chatham else ()


def entered(
    work: Writing, record: Record, line: MinuteEntry, names: Mapping[str, str], people: tuple[Participant, ...]
) -> Entered:
    """A line that was written, put on the record as entered, as who entered it may read it."""
    view = named_view(work, record)
    work.record(line.kind, line.reference, call=view.name, segment=line.segment_id, label=line.label)
    work.can_be_undone(line.kind, line.reference)
    part = next(s for s in view.segments if s.id == line.segment_id)
    return Entered(line_view(work, line, names), part, line.item or "", line_words.names_in(line.text, people))


@act
def hold_line(work: Writing, reference: str, agency: str = "", *, release: bool = False) -> Changed:
    """An Agency objects to the adoption of a line, or no longer does; the secretariat enters it for *agency*.

    It is in time before the silence ends, not at that moment. The secretariat is told. Raises NotEntitled for others,
    NotFound for a line that is not this reader's to know, Conflict once it is too late.
    """
    line, record, people = fetch_line_for(work, reference, agency)
    if work.reader.secretariat:
        raise NotEntitled(FOR_WHICH.format(reference=reference))
    if work.reader.kind is not ParticipantKind.AGENCY:
        raise NotEntitled(AGENCIES_HOLD.format(reference=reference))
    check_seen(work, line, record)
    if release:
        minutes.check_unadopted(record.minutes, work.actor.zone)
        after = minutes.released(line, work.reader.participant_id)
    else:
        minutes.check_silence(record.minutes, line.reference, work.now, work.actor.zone)
        after = minutes.held(line, work.reader.participant_id)
    rows.save(work.tx, after)
    made = minutes.LineHold(line.reference, work.reader.participant_id, work.now, release)
    rows.add_hold(work.tx, work.desk.new_id(), made)
    work.tell(HELD, [c.id for c in people.secretariat], call_id=record.call.id, subject=line.reference)
    work.record("release" if release else "hold", line.reference)
    names = {p.id: p.short_name for p in people.participants}
    return Changed(
        line_view(work, audience.unattributed(record, after), names),
        name_of(work, record),
        hat=hat(work),
        adopts_at=record.minutes.adopts_at,
    )


def fetch_line(work: Reading, reference: str) -> tuple[MinuteEntry, Record, Directory]:
    """The line with that reference, its call with its list, and everybody who takes part; whether the reader may read
    it is still to be asked. Raises NotFound for a line that is not there, and for one that was taken back."""
    line = rows.find(work.tx, fold_reference(reference))
    record = calls.one(work.tx, line.call_id) if line and line.taken_back_at is None else None
    if line is None or record is None:
        raise NotFound(NO_LINE.format(reference=fold_reference(reference)))
    table = table_of(work.tx, line.call_id)
    items = () if work.reader.kind is ParticipantKind.AGENCY else tuple(items_of(work.tx, [line.call_id]))
    known = table.put_into(replace(record, items=items))
    return line, known, table.people


def fetch_line_for(work: Writing, reference: str, agency: str) -> tuple[MinuteEntry, Record, Directory]:
    """As ``fetch_line``, with the hat of *agency* where one is named. Raises NotFound, too, for a line that is not the
    reader's to know: then nothing is said about *agency* either."""
    line, record, people = fetch_line(work, reference)
    if agency:
        check_seen(work, line, record)
        work.actor = work.actor.for_agency(find_one(work, agency, people).participant)
    return line, record, people


def check_seen(work: Reading, line: MinuteEntry, record: Record) -> None:
    """Raises NotFound where this reader may not read *line*, in the words for a line that is not there."""
    if not audience.sees_line(work.reader, record, line, work.now):
        raise NotFound(NO_LINE.format(reference=line.reference))


def words_of(work: Reading, line: MinuteEntry) -> str:
    """The words of a line, already cut to the reader, with its label directly before them."""
    return labelled(work, line.text, line.label) if line.is_minuted else NOT_MINUTED


def line_view(
    work: Reading, line: MinuteEntry, names: Mapping[str, str], amendments: Iterable[Amendment] = ()
) -> LineView:
    """*line*, already cut to the reader, with its words and what stands below it of *amendments*, cut alike; *names*
    are participants' short names by id."""
    reader = work.reader
    holders = [h for h in line.held_by if audience.knows_holder(reader, h)]
    return LineView(
        line.reference,
        line.kind,
        words_of(work, line),
        line.label,
        names.get(line.speaker_id or "", ""),
        line.closed and reader.kind is ParticipantKind.AGENCY,
        tuple(sorted(names.get(h, "") for h in holders)),
        line.corrected_at is not None,
        line.withheld and reader.kind is ParticipantKind.AGENCY,
        tuple(amendment_view(work, a, names) for a in amendments if a.line == line.reference),
    )


def amendment_view(work: Reading, amendment: Amendment, names: Mapping[str, str]) -> AmendmentView:
    """*amendment*, already cut to the reader, with its words."""
    text = labelled(work, amendment.text, amendment.label)
    return AmendmentView(text, names.get(amendment.by_id, ""), amendment.at, amendment.withheld)


def hat(work: Reading) -> str:
    """Whom somebody of the secretariat acts for now, since it could be an Agency too; an answer then names it."""
    if Role.SECRETARIAT not in work.actor.contact.roles:
        return ""
    return "the secretariat" if work.reader.secretariat else work.actor.participant.name


def keep_spoken(work: Writing, call_id: str, form: Form, text: str, reference: str) -> None:
    """Keeps what a verb entered in the call under way as its author's last line: ``#undo`` and ``s/old/new/`` reach it
    whichever door it came through, and it takes its place among those that come late."""
    made = Said(
        work.desk.new_id(), call_id, None, None, work.now, work.actor.user, work.reader.contact_id, form, text,
        State.ENTERED, reference,
    )  # fmt: skip
    said.put(work.tx, [as_kept(made)])


def is_closed_there(work: Reading, part: AudienceKind, item: str | None, known: Iterable[AgendaItem] = ()) -> bool:
    """Whether the item under way is closed to the guests of a joint part; looked for among those *known* first."""
    if not item or part is not AudienceKind.JOINT:
        return False
    fetched = next((i for i in known if i.reference == item), None)
    if fetched is None and (found := agenda.find(work.tx, item)) is not None:
        fetched = found[0]
    return fetched is not None and fetched.audience is AudienceKind.AGENCIES


def name_of(work: Reading, record: Record) -> str:
    """The call's name for whoever reads one of its lines: that is somebody who sees the call."""
    view = views_of(work, [record]).get(record.call.id)
    return view.name if view else ""
