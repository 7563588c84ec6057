"""Owns early-warning reports and the briefing that gathers them before a call (B.3.a.v); what Agencies are told of it
is ``report_letters``'."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import audience
from bot.attendees import is_over
from bot.audience import CallView, Record
from bot.calls import CallState
from bot.confidentiality import check_inside
from bot.errors import Conflict, NotEntitled, NotFound
from bot.participants import Contact, ParticipantKind
from bot.reports import Report, read_report, taken_back
from bot.words import fold_reference
from handlers.act import act, reading, secretariat_only
from handlers.agenda import speaks_for
from handlers.carrying import labelled
from handlers.changed_lists import hearers
from handlers.finding import find_call
from handlers.looking import GO, Weighed, Wish, digest_of, weigh
from handlers.work import Reading, Writing
from storage import directory, reports
from storage.directory import Directory
from storage.tables import Door

REPORTED, BRIEFING = "report", "briefing"
"""The kinds of what is told: a report came in, to the secretariat; a briefing, to the Agencies."""

REMEMBERED = timedelta(days=366)
"""So long an organisation's own reports are listed."""

AGENCIES_PROPOSE = (
    "{name} is an Agency. Reports are those of representatives and observers (B.3.a.v); an Agency proposes an item: "
    '`/lap propose TOPIC MINUTES "TITLE"`.'
)
WHOSE = "Whose report is it? Say so first, as in `/lap report for harbour-bank {text}`."
UNKNOWN = "I know no report `{reference}` of yours. `/lap report` lists them."
NOTHING_WAITS = "No report waits for a briefing. `/lap briefing {name}` shows what was sent."
NOT_ANNOUNCED = (
    "“{title}” is no announced call to come, so no briefing is sent for it. `/lap calls` lists what is planned."
)
TAKEN_BACK = "The report `{reference}` was taken back: {text}"


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as its reader may read it, its label directly before its words; ``gathered``: Agencies have it."""

    reference: str
    text: str
    organisation: str
    at: datetime
    gathered: bool


@dataclass(frozen=True, slots=True)
class Reported:
    """A report as recorded; ``hat`` names whom the person acted for where that is not plain."""

    report: ReportView
    hat: str = ""


@dataclass(frozen=True, slots=True)
class Briefing:
    """The reports gathered before a call, as the reader may read them; ``waiting``: those in no briefing yet (S).

    ``people`` and ``agencies`` (short names): to whom it goes or went, with ``weighed`` whether it was sent now.
    """

    view: CallView
    reports: tuple[ReportView, ...]
    waiting: tuple[ReportView, ...] = ()
    people: int = 0
    agencies: tuple[str, ...] = ()
    weighed: Weighed = GO


@act
def report(work: Writing, typed: str, org: str | None = None) -> Reported:
    """Takes a report of a representative or observer for the next briefing of the Agencies (B.3.a.v); the secretariat
    enters it for one (*org*). Until the briefing only its organisation and the secretariat read it.

    Raises NotUnderstood, NotFound, and NotEntitled for an Agency.
    """
    read, text = read_report(typed)
    label = read or work.desk.procedure.labels.default
    check_inside(text, label)
    if work.reader.secretariat and not org:
        raise Conflict(WHOSE.format(text=typed))
    who = speaks_for(work, org) if org else None
    participant = who.participant if who else work.actor.participant
    contact = who.contact if who and who.contact else work.actor.contact
    if participant.kind is ParticipantKind.AGENCY:
        raise NotEntitled(AGENCIES_PROPOSE.format(name=participant.name))
    made = Report(work.desk.new_reference(), participant.id, contact.id, text, label, work.now)
    reports.add(work.tx, made)
    if not work.reader.secretariat:
        told = [c.id for c in directory.secretariat(work.tx)]
        work.tell(REPORTED, told, doors=(Door.MAIL, Door.SLACK), subject=made.reference)
    work.record("report", made.reference, label=made.label, by_id=participant.id)
    work.can_be_undone("report", made.reference)
    return Reported(_view(work, made, {participant.id: participant.name}), participant.name if who else "")


@act
def take_back(work: Writing, asked: str) -> ReportView:
    """Takes back a report that no briefing holds yet: its organisation, or the secretariat for it.

    Raises NotFound alike for what is not there and what is not the reader's, and Conflict where Agencies have it.
    """
    it = taken_back(_own(work, asked), work.now)
    reports.save(work.tx, it)
    work.record("report.withdraw", it.reference)
    return _view(work, it, directory.names(work.tx))


def undo_report(work: Writing, reference: str) -> str:
    """Takes a report back for ``undo``, which records it; returns what names it."""
    it = taken_back(_own(work, reference), work.now)
    reports.save(work.tx, it)
    return TAKEN_BACK.format(reference=reference, text=labelled(work, it.text, it.label))


def _own(work: Reading, asked: str) -> Report:
    reference = fold_reference(asked)
    it = reports.find(work.tx, reference)
    if it is None or not (work.reader.secretariat or it.participant_id == work.reader.participant_id):
        raise NotFound(UNKNOWN.format(reference=reference))
    return it


@reading
def own_reports(work: Reading) -> tuple[ReportView, ...]:
    """What the reader's organisation reported within a year, oldest first."""
    found = reports.of_organisation(work.tx, work.reader.participant_id, work.now - REMEMBERED)
    return _views(work, audience.cut_reports(work.reader, found, (), work.now), {work.reader.participant_id: ""})


@reading
def show_briefing(work: Reading, asked: str | None) -> Briefing:
    """The briefing of a call (the next, where none is named), as an Agency may read it once it was sent; for the
    secretariat also what waits. Raises NotFound."""
    record, view = find_call(work, asked)
    work.shows_closed(view.id)
    found = reports.briefed(work.tx, view.id, and_waiting=work.reader.secretariat)
    return _briefing(work, record, view, found)


@act
def send_briefing(work: Writing, asked: str | None, wish: Wish | None = None) -> Briefing:
    """Gathers the reports that wait into the briefing of a call and mails it to the Agencies that hear it.

    With a *wish* not before that was shown. Raises NotEntitled, NotFound, and Conflict where nothing waits or the call
    is not to come.
    """
    secretariat_only(work, "send a briefing")
    record, view = find_call(work, asked)
    if record.call.state is not CallState.ANNOUNCED or is_over(record.call, work.now):
        raise Conflict(NOT_ANNOUNCED.format(title=view.title))
    waiting = reports.waiting(work.tx)
    if not waiting:
        raise Conflict(NOTHING_WAITS.format(name=view.name))
    people = directory.everybody(work.tx)
    told = hearers(work, record, {s.id for s in record.call.segments}, people)
    state = digest_of(reports=waiting, told=[c.id for c in told])
    weighed = weigh(work, wish, state)
    shown = _to_send(work, record, view, waiting, told, people)
    work.shows_closed(view.id)
    if not weighed.go:
        return replace(shown, weighed=weighed)
    reports.gather(work.tx, [r.reference for r in waiting], view.id)
    work.tell(BRIEFING, [c.id for c in told], call_id=view.id, subject=" ".join(r.reference for r in waiting))
    work.record("briefing.send", view.name, reports=[r.reference for r in waiting], people=len(told))
    return shown


def _to_send(
    work: Reading, record: Record, view: CallView, waiting: Sequence[Report], told: Sequence[Contact], people: Directory
) -> Briefing:
    short = {p.id: p.short_name for p in people.participants}
    agencies = tuple(sorted({short[c.participant_id] for c in told}))
    shown = _briefing(work, record, view, waiting)
    return replace(shown, people=len(told), agencies=agencies)


def _briefing(work: Reading, record: Record, view: CallView, found: Sequence[Report]) -> Briefing:
    seen = audience.cut_reports(work.reader, found, [record], work.now)
    names = directory.names(work.tx) if seen else {}
    waiting = [r for r in seen if r.call_id is None]
    return Briefing(view, _views(work, [r for r in seen if r.call_id], names), _views(work, waiting, names))


def _views(work: Reading, found: Iterable[Report], names: Mapping[str, str]) -> tuple[ReportView, ...]:
    return tuple(_view(work, it, names) for it in found)


def _view(work: Reading, it: Report, names: Mapping[str, str]) -> ReportView:
    return ReportView(
        it.reference, labelled(work, it.text, it.label), names.get(it.participant_id, ""), it.at, it.call_id is not None
    )


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"report": undo_report}
