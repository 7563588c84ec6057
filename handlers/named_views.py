"""Owns how a named edition reads, cut to its reader; asking for one and releasing it is ``named_editions``'."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import audience, editions
from bot.audience import NamedRecord, Record
from bot.confidentiality import Tlp, stricter
from bot.editions import NamedEdition
from bot.errors import NotFound
from bot.minutes import MinuteEntry
from bot.words import fold_reference
from handlers.act import reading
from handlers.carrying import carried
from handlers.edition import addresses
from handlers.links import PAGE, known_links
from handlers.work import Reading
from storage import calls, directory
from storage import editions as rows
from storage.calls import Part
from storage.directory import Directory
from storage.editions import Kept

NO_EDITION = "I know no edition `{reference}` for you. `/lap edition` lists those that you may read."
PARTS = Part.LIST | Part.ITEMS | Part.LINES
"""What of a call is fetched so that its editions can be cut."""


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A line of a named edition in its words; ``reference`` for those who may still take it out, empty in what was
    released. ``out``: who took it out (short names), for the secretariat alone."""

    text: str
    reference: str = ""
    out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedView:
    """A named edition as this reader may know it; times are UTC. ``lines``: what it holds, for whoever is asked what
    they are asked about. ``gone``: what no longer stands in it, and when it was dropped, for the secretariat;
    ``documents``: its addresses as files."""

    reference: str
    name: str
    label: Tlp
    ends_at: datetime
    released_at: datetime | None
    lines: tuple[NamedLine, ...]
    gone: tuple[NamedLine, ...] = ()
    documents: tuple[tuple[str, str], ...] = ()
    dropped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AwaitedEdition:
    """An edition that awaits its reader: whose ``lines`` are asked for may take them out before ``by`` (UTC), when
    the silence ends; the secretariat releases it from then on (``ended``)."""

    reference: str
    name: str
    label: Tlp
    lines: int
    by: datetime
    ended: bool = False


@reading
def list_editions(work: Reading) -> tuple[NamedView, ...]:
    """The editions that this reader may know of, newest first, each with the lines that it may read; the secretariat
    knows of those too of which nothing is left."""
    seen = _known(work, with_calls(work, rows.latest(work.tx)), emptied=work.reader.secretariat)
    people = directory.everybody(work.tx, past=True)
    return tuple(view_of(work, n, people) for n in seen)


def released_editions(work: Reading, since: datetime, named: Sequence[NamedRecord]) -> tuple[NamedEdition, ...]:
    """Those of *named* that were released after *since* (UTC) and have anything for the reader, newest first."""
    seen = (n.edition for n in _known(work, [n for n in named if n.edition.released_at is not None]))
    return tuple(e for e in seen if e.released_at is not None and e.released_at > since)


def awaited_editions(work: Reading, named: Sequence[NamedRecord]) -> tuple[AwaitedEdition, ...]:
    """Those of *named* that await the reader, by the end of their silence: who is asked until then, and the secretariat
    afterwards. Nobody who stands in for somebody: they take nothing out."""
    waiting = []
    for it in named:
        edition, ended = it.edition, it.edition.silence.has_ended(work.now)
        lines = () if work.reader.is_proxy else audience.cut_asked(work.reader, it, work.now)
        awaited = edition.released_at is None and edition.dropped_at is None and ended is work.reader.secretariat
        if awaited and (lines or ended):
            waiting.append(
                AwaitedEdition(edition.reference, edition.name, edition.label, len(lines), edition.ends_at, ended)
            )
    return tuple(sorted(waiting, key=lambda a: (a.by, a.reference)))


def with_calls(work: Reading, kept: Sequence[Kept]) -> list[NamedRecord]:
    """*kept* with their calls, in their order; in one statement, or none. What of it the reader may have is still to be
    asked."""
    records = {r.call.id: r for r in calls.many(work.tx, {k.edition.call_id for k in kept}, PARTS)}
    return [_with(k, records[k.edition.call_id]) for k in kept if k.edition.call_id in records]


def _known(work: Reading, named: Sequence[NamedRecord], *, emptied: bool = False) -> list[NamedRecord]:
    """Those of *named* of which the reader may read a line, in their order; with *emptied* those of no line, too."""
    seen = [n for n in named if emptied or audience.cut_edition(work.reader, n, work.now)]
    work.shows_closed(*(n.edition.call_id for n in seen))
    return seen


@reading
def show_edition(work: Reading, reference: str) -> NamedView:
    """One edition. Raises NotFound alike for one that is not there and one that is not this reader's to know."""
    view = edition_of(work, reference)
    page = known_links(work, work.reader.contact_id).get(PAGE, "") if view.released_at else ""
    return replace(view, documents=addresses(page, f"edition/{view.reference}"))


def edition_of(work: Reading, reference: str) -> NamedView:
    """One edition as the reader may know it now. Raises NotFound."""
    named = find_named(work, reference)
    people = directory.everybody(work.tx, past=True)
    hidden = named is None or not (work.reader.secretariat or audience.cut_edition(work.reader, named, work.now))
    if named is None or hidden:
        raise NotFound(NO_EDITION.format(reference=fold_reference(reference)))
    work.shows_closed(named.edition.call_id)
    return view_of(work, named, people)


def _with(kept: Kept, record: Record) -> NamedRecord:
    return NamedRecord(kept.edition, record, kept.asked, kept.taken_out)


def find_named(work: Reading, reference: str) -> NamedRecord | None:
    """The edition with that reference, whoever asks; what of it they may read is still to be asked."""
    kept = rows.find(work.tx, fold_reference(reference))
    record = calls.one(work.tx, kept.edition.call_id, PARTS) if kept else None
    return _with(kept, record) if kept and record else None


def view_of(work: Reading, named: NamedRecord, people: Directory) -> NamedView:
    """*named* as the reader may know it now."""
    edition, record = named.edition, named.record
    lines = audience.cut_edition(work.reader, named, work.now)
    open_still = edition.released_at is None
    names = {p.id: p.short_name for p in people.participants}
    gone: tuple[NamedLine, ...] = ()
    if work.reader.secretariat:
        left = {line.reference for line in lines}
        out = {a.line: tuple(sorted(names.get(t.by_id, "") for t in named.taken_out if t.line == a.line))
               for a in named.asked}  # fmt: skip
        gone = tuple(NamedLine("", ref, by) for ref, by in sorted(out.items()) if ref not in left)
    said = tuple(NamedLine(words_in_edition(work, record, li), li.reference if open_still else "") for li in lines)
    return NamedView(
        edition.reference, edition.name, edition.label, edition.ends_at, edition.released_at, said, gone,
        dropped_at=edition.dropped_at if work.reader.secretariat else None,
    )  # fmt: skip


def words_in_edition(work: Reading, record: Record, line: MinuteEntry) -> str:
    """A line as an edition has it, its label directly before it, as the actor's way may carry that."""
    label = line.label
    for below in record.amendments:
        if below.line == line.reference and not below.withheld:
            label = stricter(label, below.label) or label
    words, *amended = editions.said(line, record.amendments)
    return f"{label} {carried(work, words + ''.join(f' ({said})' for said in amended), label)}"
