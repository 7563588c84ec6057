"""Owns finding words in agendas, papers' names, minutes, decisions, actions and reports, in the reader's own cut; the
index is storage's.

SQL leaves out what cannot be the reader's, ``audience`` decides each hit, and hits come newest first: a rank would tell
of what others say. What stands above the label of the reader's way is not looked at there: that a text has certain
words tells of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot import audience
from bot.actions import ActionState, ChangeKind
from bot.amending import label_of
from bot.archive import Kind, Reach, Wanted, read_wanted, snippet
from bot.audience import CallView, Record
from bot.confidentiality import Tlp, may_carry
from bot.errors import NotFound
from bot.minutes import LineKind
from bot.participants import ParticipantKind
from handlers.act import reading
from handlers.carrying import labelled
from handlers.desk import Desk, the_clock
from handlers.finding import views_of
from handlers.links import enter
from handlers.work import Reading
from storage import archive, calls, directory
from storage.archive import Held
from storage.tables import LinkPurpose

PAGE = 8
LAST_PAGE = 500
SLACK = 5
"""So many more than a page are fetched at first: few of what SQL leaves in is not the reader's."""
ROUNDS = (1, 12, 144)

NOTHING = "Nothing that you may read has these words."


@dataclass(frozen=True, slots=True)
class Hit:
    """Something with the words, as this reader may read it: its label directly before its text, a long one cut.

    ``reference`` is what commands name: of an amendment that of its line, of a reason that of its action.
    ``decision``: of a line or an amendment.
    ``who``: the short name of who proposed, spoke or owns it; ``state`` is an action's; ``name``: its call's, only
    where the reader hears the part.
    """

    kind: Kind
    reference: str
    text: str
    decision: bool = False
    who: str = ""
    state: ActionState | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, newest first; ``more``: older ones follow. How many there are is not told, nor counted."""

    hits: tuple[Hit, ...]
    more: bool


@reading
def find_words(work: Reading, text: str, page: int = 1) -> Found:
    """What has all the words of *text*, or words that begin so. Raises NotUnderstood, and NotFound in the same words
    where nothing has them and where nothing that the reader may read does."""
    return _find(work, text, page)


def find_on_page(desk: Desk, printed: str, text: str, page: int = 1) -> Found | None:
    """The same on the page that *printed* leads to, with every label; None for every token that leads nowhere."""
    return _find_there(desk, the_clock(), printed, text, page)


@reading
def _find_there(work: Reading, printed: str, text: str, page: int) -> Found | None:
    return _find(work, text, page) if enter(work, printed, LinkPurpose.PAGE) else None


def _find(work: Reading, text: str, page: int) -> Found:
    wanted, reader = read_wanted(text), work.reader
    highest = work.desk.procedure.labels.highest(work.actor.way)
    reach = Reach(
        reader.contact_id,
        reader.participant_id,
        reader.secretariat,
        reader.kind is ParticipantKind.AGENCY,
        frozenset(label for label in Tlp if may_carry(label, highest)),
        reader.only_call,
    )
    if not 1 <= page <= LAST_PAGE:
        raise NotFound(NOTHING)
    need = page * PAGE + 1
    seen: list[_Seen] = []
    for factor in ROUNDS:
        most = (need + SLACK) * factor
        hits = archive.search(work.tx, reach, wanted, most)
        seen = list(_cut(work, reach, hits))
        if len(seen) >= need or len(hits) < most:
            break
    shown = seen[need - 1 - PAGE : need - 1]
    if not shown:
        raise NotFound(NOTHING)
    work.shows_closed(*(s.record.call.id for s in shown if s.record))
    names = directory.short_names(work.tx)
    views = views_of(work, [s.record for s in shown if s.record is not None and s.placed])
    told = tuple(_told(work, s, wanted, names, views) for s in shown)
    return Found(told, len(seen) >= need)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A hit that the reader may read: its words and label, whose it is (an id), and its call where that was fetched;
    ``placed``: the reader hears the part that it comes from, and so may know which call that is."""

    hit: Hit
    words: str
    label: Tlp
    owner_id: str | None
    record: Record | None
    placed: bool


def _cut(work: Reading, reach: Reach, hits: Sequence[archive.Hit]) -> Iterator[_Seen]:
    """Those of *hits* that ``audience`` gives the reader, in their order."""
    held = archive.held(work.tx, hits)
    ids = {i.call_id for i in held.items.values() if i.call_id}
    ids |= {line.call_id for line in held.lines.values()} | {a.call_id for a in held.actions.values()}
    ids |= {r.call_id for r in held.reports.values() if r.call_id}
    records = calls.many(work.tx, ids)
    if not (reach.secretariat or reach.agency):
        records = archive.with_bearing(work.tx, records, reach, {v.item for v in held.lines.values() if v.item})
    known = {r.call.id: r for r in records}
    for hit in hits:
        seen = _SEES[hit.kind](work, hit.reference, held, known)
        if seen is not None and seen.label in reach.labels:  # the index knows an amendment's own label alone
            yield seen


def _item(work: Reading, reference: str, held: Held, known: Mapping[str, Record]) -> _Seen | None:
    item = held.items.get(reference)
    record = known.get(item.call_id or "") if item else None
    cut = audience.cut_item(work.reader, record, item, work.now) if item else None
    if cut is None:
        return None
    placed = record is not None and cut.call_id is not None
    return _Seen(Hit(Kind.ITEM, reference, ""), cut.title, cut.label, cut.proposer_id, record, placed)


def _line(work: Reading, reference: str, held: Held, known: Mapping[str, Record]) -> _Seen | None:
    line = held.lines.get(reference)
    record = known.get(line.call_id) if line else None
    if line is None or record is None or line.taken_back_at is not None or not line.is_minuted:
        return None
    told = audience.unattributed(record, line)
    if not audience.sees_line(work.reader, record, line, work.now):
        return None
    hit = Hit(Kind.LINE, reference, "", line.kind is LineKind.DECISION)
    return _Seen(hit, told.text, told.label, told.speaker_id, record, placed=True)


def _amendment(work: Reading, reference: str, held: Held, known: Mapping[str, Record]) -> _Seen | None:
    amendment = held.amendments.get(reference)
    below = _line(work, amendment.line, held, known) if amendment else None
    if amendment is None or below is None or not audience.reads_amendment(work.reader, amendment):
        return None
    line, hit = held.lines[amendment.line], replace(below.hit, kind=Kind.AMENDMENT)
    whose = audience.unattributed(known[line.call_id], replace(line, speaker_id=amendment.by_id)).speaker_id
    return _Seen(hit, amendment.text, label_of(amendment, line), whose, below.record, placed=True)


def _action(work: Reading, reference: str, held: Held, known: Mapping[str, Record]) -> _Seen | None:
    action = held.actions.get(reference)
    record = known.get(action.call_id) if action else None
    if action is None or record is None or not audience.sees_action(work.reader, record, action, work.now):
        return None
    hit = Hit(Kind.ACTION, reference, "", state=action.state)
    placed = audience.hears(work.reader, record, action.segment_id, work.now)
    owner_id = action.owner_id if audience.knows_owner(work.reader, record, action) else None
    return _Seen(hit, action.task, action.label, owner_id, record, placed)


def _paper(work: Reading, reference: str, held: Held, known: Mapping[str, Record]) -> _Seen | None:
    paper = held.papers.get(reference)
    item = held.items.get(paper.item) if paper else None
    above = _item(work, item.reference, held, known) if item else None
    if paper is None or item is None or above is None:
        return None
    record = known.get(item.call_id or "")
    if not audience.cut_papers(work.reader, record, item, [paper], work.now):
        return None
    return replace(above, hit=Hit(Kind.PAPER, reference, ""), words=paper.name)


def _reason(work: Reading, reference: str, held: Held, known: Mapping[str, Record]) -> _Seen | None:
    """Why an action was dropped, for who reads that in its history."""
    above, action = _action(work, reference, held, known), held.actions.get(reference)
    if above is None or above.record is None or action is None:
        return None
    made = held.changes.get(reference, ())
    changes = audience.cut_changes(work.reader, above.record, action, made, work.now)
    why = next((c.text for c in reversed(changes) if c.kind is ChangeKind.DROPPED), "")
    return replace(above, hit=replace(above.hit, kind=Kind.REASON), words=why) if why else None


def _report(work: Reading, reference: str, held: Held, known: Mapping[str, Record]) -> _Seen | None:
    report = held.reports.get(reference)
    record = known.get(report.call_id or "") if report else None
    records = [record] if record is not None else []
    if report is None or report.taken_back_at is not None:
        return None
    if not audience.cut_reports(work.reader, [report], records, work.now):
        return None
    placed = record is not None and audience.hears(work.reader, record, None, work.now)
    return _Seen(Hit(Kind.REPORT, reference, ""), report.text, report.label, report.participant_id, record, placed)


_SEES = {
    Kind.ITEM: _item, Kind.PAPER: _paper, Kind.LINE: _line, Kind.AMENDMENT: _amendment, Kind.ACTION: _action,
    Kind.REASON: _reason, Kind.REPORT: _report,
}  # fmt: skip


def _told(
    work: Reading, seen: _Seen, wanted: Sequence[Wanted], short: Mapping[str, str], views: Mapping[str, CallView]
) -> Hit:
    """The hit in words, its call by the name that this reader has for it."""
    view = views.get(seen.record.call.id) if seen.record and seen.placed else None
    text = labelled(work, snippet(seen.words, wanted), seen.label)
    return replace(seen.hit, text=text, who=short.get(seen.owner_id or "", ""), name=view.name if view else "")
