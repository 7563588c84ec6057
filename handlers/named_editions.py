"""Owns named editions: lines asked for, taken out and released; what they may hold is ``bot.editions``' to say, how
they read ``named_views``'."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import audience, editions
from bot.audience import CallView, NamedRecord, Record
from bot.confidentiality import NAMED, Tlp, unlabelled
from bot.editions import AskedLine, NamedEdition, TakenOut
from bot.errors import Conflict, NotEntitled, NotFound, NotUnderstood
from bot.exposures import NONE_IN_FLIGHT, InFlight
from bot.minutes import MinuteEntry
from bot.participants import Contact, ParticipantKind, member_of, reader_of
from bot.retention import cutoff
from bot.silence import SilenceProcedure, unasked
from bot.text import clean_line
from bot.when import show
from bot.words import fold_reference
from handlers.act import act, secretariat_only
from handlers.agenda import speaks_for
from handlers.changed_lists import is_told
from handlers.desk import Actor
from handlers.finding import find_call
from handlers.lines import hat
from handlers.looking import GO, Weighed, Wish, digest_of, weigh
from handlers.named_views import NO_EDITION, PARTS, NamedLine, NamedView, find_named, view_of, words_in_edition
from handlers.work import Reading, Writing
from storage import calls, directory
from storage import editions as rows
from storage.directory import Directory
from storage.mailings import lines_told
from storage.tables import Door

ASKED, ENDED, RELEASED = "edition.asked", "edition.ended", "edition.released"

NO_NAME = (
    'Give the edition a name of at most {most} characters, as in `/lap edition 2027-02-16 "What we learned" green`.'
)
NOT_ADOPTED = (
    "The minutes of “{title}” are not adopted yet, and an edition takes adopted lines only. "
    "`/lap minutes adopt {name}` adopts them after their silence."
)
NO_LINES = (
    "No line of “{title}” may go into a {label} edition: it must be minuted, be {labels}, and not be withheld. "
    "`/lap label LINE TLP:GREEN` is for the organisation whose words it holds."
)
NOT_YOURS = (
    "These lines are not yours to take out of “{name}”: {lines}. Nothing was changed; `/lap edition {reference}` shows "
    "those that are."
)
FOR_WHOM = (
    "Lines are taken out by the organisation that they come from. Say for which one, as in "
    "`/lap edition {reference} object for fr-cnil`."
)
NOTHING_LEFT = "Nothing that comes from you is left in “{name}”."


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked for an edition: of which organisations (short names), until when (UTC); ``people``: how many are
    written to. ``reference`` is empty where it was only looked at."""

    view: CallView
    name: str
    label: Tlp
    lines: tuple[NamedLine, ...]
    organisations: tuple[str, ...]
    people: int
    ends_at: datetime
    reference: str = ""
    weighed: Weighed = GO


NOT_ASKED = (
    "“{name}” cannot be released: the question left only after its silence had ended, or has not left, for "
    "{organisations}, so that this silence says nothing. `/lap edition {reference} drop` closes it; then ask anew."
)
ASKED_LONG_AGO = (
    "“{name}” cannot be released: it was asked for so long ago that the record of whom the question reached in time is "
    "kept no more. `/lap edition {reference} drop` closes it; then ask anew."
)


@dataclass(frozen=True, slots=True)
class Releasing:
    """What is released to whom: ``people`` of how many ``organisations`` are written to."""

    edition: NamedView
    people: int
    organisations: int
    weighed: Weighed = GO


@dataclass(frozen=True, slots=True)
class TakenOutOf:
    """What an organisation took out of an edition; ``hat`` names it where that is not plain."""

    reference: str
    name: str
    lines: tuple[NamedLine, ...]
    hat: str = ""
    in_flight: InFlight = NONE_IN_FLIGHT


@act
def ask_edition(work: Writing, asked: str, name: str, label: Tlp, wish: Wish | None = None) -> Asking:
    """Asks the organisations that GREEN or CLEAR lines of a call come from whether these may leave their part.

    It takes adopted lines that *label* allows. Each organisation is written to with its own lines and the exact end of
    its silence. With a *wish* not before that was shown. Raises NotFound, NotUnderstood for no name, Conflict where
    there is nothing to ask for.
    """
    secretariat_only(work, "name an edition")
    record, view = find_call(work, asked)
    record = calls.with_parts(work.tx, record, PARTS)
    name = clean_line(name)
    if not 0 < len(name) <= editions.LONGEST_NAME:
        raise NotUnderstood(NO_NAME.format(most=editions.LONGEST_NAME))
    unlabelled(name, NAMED)
    if record.minutes.adopted_at is None:
        raise Conflict(NOT_ADOPTED.format(title=view.title, name=view.name))
    people = directory.everybody(work.tx)
    of_line, lines = _askable(work, record, label, people)
    if not lines:
        labels = " or ".join(one for one in editions.LABELS if one.strictness <= label.strictness)
        raise Conflict(NO_LINES.format(title=view.title, label=label, labels=labels))
    told = [c for c in people.contacts if c.participant_id in of_line and is_asked(c, people)]
    silence = SilenceProcedure.of_working_days(work.now, work.desk.procedure.minutes.silence_working_days)
    names = {p.id: p.short_name for p in people.participants}
    said = tuple(NamedLine(words_in_edition(work, record, line), line.reference) for line in lines)
    asking = Asking(
        view, name, label, said, tuple(sorted(names[i] for i in of_line)), len(told), silence.ends_at
    )  # fmt: skip
    weighed = weigh(work, wish, digest_of(lines=said, told=[c.id for c in told]))
    if not weighed.go:
        return replace(asking, weighed=weighed)
    made = NamedEdition(
        work.desk.new_reference(), record.call.id, name, label, silence.begun_at, silence.ends_at
    )  # fmt: skip
    rows.add(
        work.tx, made,
        [AskedLine(made.reference, line.reference, _digest(record, line)) for line in lines],
    )  # fmt: skip
    work.tell(ASKED, [c.id for c in told], doors=(Door.MAIL, Door.SLACK), subject=made.reference)
    seats = [c.id for c in people.secretariat]
    work.tell(ENDED, seats, subject=made.reference, due_at=made.ends_at)
    work.record("edition.ask", made.reference, label=label, lines=[line.reference for line in lines])
    return replace(asking, reference=made.reference)


@act
def take_out(work: Writing, reference: str, chosen: Sequence[str], org: str = "") -> TakenOutOf:
    """An organisation takes its lines out of an edition, all or those *chosen*; the secretariat enters it for *org*.

    It counts at any time until the release, and after it for everything that is read from then on. No cause is asked
    for, and nobody is told of it. Raises NotFound for an edition that is not this reader's to know, NotEntitled for
    lines that are not its own.
    """
    people = directory.everybody(work.tx)
    if org:
        work.actor = _with_hat(work, org)
    if work.reader.secretariat:
        raise NotEntitled(FOR_WHOM.format(reference=fold_reference(reference)))
    named = find_named(work, reference)
    mine = {line.reference: line for line in (audience.cut_asked(work.reader, named, work.now) if named else ())}
    if named is None or not (mine or audience.cut_edition(work.reader, named, work.now)):
        raise NotFound(NO_EDITION.format(reference=fold_reference(reference)))
    wanted = {fold_reference(word) for word in chosen} or mine.keys()
    if not mine:
        raise Conflict(NOTHING_LEFT.format(name=named.edition.name))
    if wanted - mine.keys():
        lines = ", ".join(f"`{word}`" for word in sorted(wanted - mine.keys()))
        raise NotEntitled(NOT_YOURS.format(name=named.edition.name, lines=lines, reference=named.edition.reference))
    edition, by = named.edition, work.reader.participant_id
    rows.take_out(work.tx, [TakenOut(edition.reference, one, by, work.now) for one in sorted(wanted)])
    if edition.released_at is not None:  # whoever it may be leaving for
        work.narrow((c.id for c in people.everyone), edition.call_id, lost=False)
    work.record("edition.object", edition.reference, lines=sorted(wanted), by_id=by)
    said = tuple(NamedLine(words_in_edition(work, named.record, mine[one]), one) for one in sorted(wanted))
    return TakenOutOf(edition.reference, edition.name, said, hat(work))


@act
def release_edition(work: Writing, reference: str, wish: Wish | None = None) -> Releasing:
    """Releases what is left of an edition after its silence: a GREEN one is sent to all participants; a CLEAR one the
    secretariat hands on as a file. From now on every participant may read it.

    With a *wish* not before that was shown. Raises NotFound, Conflict where it cannot be released now, also
    where an organisation was asked too late, or nothing tells any more whether it was (procedure file ``[retention]
    messages``): silence is that of who was asked.
    """
    secretariat_only(work, "release an edition")
    named = find_named(work, reference)
    if named is None:
        raise NotFound(NO_EDITION.format(reference=fold_reference(reference)))
    edition, left = named.edition, named.left
    editions.check_releasable(edition, left, work.now, show(edition.ends_at, work.actor.zone))
    people = directory.everybody(work.tx, past=True)
    said = {"name": edition.name, "reference": edition.reference}
    if edition.asked_at < cutoff(work.now, work.desk.procedure.retention.messages):
        raise Conflict(ASKED_LONG_AGO.format(**said))
    if late := _not_asked(work, named, people):
        raise Conflict(NOT_ASKED.format(organisations=unasked(late), **said))
    here = (c for c in people.contacts if not reader_of(c, people.participant(c.participant_id)).is_gone)
    told = [c for c in here if is_asked(c, people)] if edition.label is Tlp.GREEN else []
    view = view_of(work, named, people)
    releasing = Releasing(view, len(told), len({c.participant_id for c in told}))
    weighed = weigh(work, wish, digest_of(lines=[line.reference for line in left], told=[c.id for c in told]))
    if not weighed.go:
        return replace(releasing, weighed=weighed)
    rows.update_edition(work.tx, edition.reference, released_at=work.now)
    work.tell(RELEASED, [c.id for c in told], subject=edition.reference)
    work.record("edition.release", edition.reference, lines=[line.reference for line in left])
    return replace(releasing, edition=replace(view, released_at=work.now))


@act
def drop_edition(work: Writing, reference: str) -> NamedView:
    """Closes an edition that is not to be released. Raises NotFound, Conflict for one that was."""
    secretariat_only(work, "drop an edition")
    named = find_named(work, reference)
    if named is None:
        raise NotFound(NO_EDITION.format(reference=fold_reference(reference)))
    editions.check_open(named.edition)
    rows.update_edition(work.tx, named.edition.reference, dropped_at=work.now)
    work.record("edition.drop", named.edition.reference)
    return view_of(work, named, directory.everybody(work.tx))


def _askable(work: Reading, record: Record, label: Tlp, people: Directory) -> tuple[frozenset[str], list[MinuteEntry]]:
    """The organisations to ask (ids), and the lines that come from any that can be asked; in no telling order."""
    free = [li for li in record.lines if editions.may_leave(li, record.amendments, record.minutes, label)]
    there = {c.id for c in people.contacts}
    of_line = audience.contributors(record, free, people.participants, work.now, there)
    told = {c.participant_id for c in people.contacts if is_asked(c, people)}
    lines = sorted((li for li in free if of_line[li.reference] & told), key=lambda li: li.reference)
    asked = frozenset(i for li in lines for i in of_line[li.reference] & told)
    return asked, lines


def _not_asked(work: Reading, named: NamedRecord, people: Directory) -> list[str]:
    """The organisations (short names, in order) of which a line is left in an edition that no message showed them
    before its silence ended, those that take part no longer included; of whose lines none is left, none waits, and of a
    line that was none of theirs to be asked about neither: to ask anew would change nothing. *people*: past ones too.
    """
    record, edition = named.record, named.edition
    told = lines_told(work.tx, ASKED, edition.reference, edition.asked_at, edition.ends_at)
    there = {c.id for c in people.contacts if c.removed_at is None or c.removed_at >= edition.asked_at}
    of_now = audience.contributors(record, named.left, people.participants, work.now, there)
    left_since = {p.id for p in people.participants if p.left_at is not None}
    late = set[str]()
    for line in named.left:
        theirs = set(of_now[line.reference])
        # Under the Chatham House Rule it is nobody's, whoever left since: to name them would tell who said it.
        if not record.call.is_ruled(line.segment_id):
            below = (a.by_id for a in record.amendments if a.line == line.reference and not a.withheld)
            theirs |= {line.speaker_id or "", *below} & left_since
        late |= {i for i in theirs if i in told and line.reference not in told[i][1]}
    return sorted(told[i][0] for i in late)


def is_asked(contact: Contact, people: Directory) -> bool:
    """Whether somebody is written to of editions: who is told of lists for an Agency, everybody for a guest."""
    return people.participant(contact.participant_id).kind is not ParticipantKind.AGENCY or is_told(contact)


def _digest(record: Record, line: MinuteEntry) -> str:
    closed = line.reference in audience.closed_lines(record)
    return editions.digest_of_words(editions.said(line, record.amendments), closed=closed)


def _with_hat(work: Reading, org: str) -> Actor:
    """The actor for *org*: its own organisation, or any where the secretariat enters it."""
    who = speaks_for(work, org)
    if who is None or who.contact is None:
        return work.actor
    return replace(work.actor, participant=who.participant, reader=member_of(who.contact, who.participant))
