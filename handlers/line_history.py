"""Owns what became of one line of the minutes: entered, sent, put right, held, adopted, amended; the line itself is
``lines``'s."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot import audience
from bot.amending import changed_words
from bot.audience import CallView, Record, SegmentView
from bot.minutes import NOT_MINUTED, MinuteEntry
from bot.participants import ParticipantKind
from handlers.act import reading
from handlers.carrying import labelled
from handlers.finding import views_of
from handlers.lines import LineView, check_seen, fetch_line, line_view
from handlers.work import Reading
from storage import directory
from storage import minutes as rows


class Became(StrEnum):
    """What can happen to a line."""

    ENTERED = "entered"
    SENT = "sent"
    CORRECTED = "corrected"
    LABELLED = "labelled"
    ADOPTED = "adopted"
    AMENDED = "amended"
    HELD = "held"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class LineChange:
    """What happened to a line at a moment (UTC), and by whom (short name; empty where that is nobody's to know). Of a
    correction ``text`` is what the line said before, of an amendment what stands below it, its label directly before
    it; of a label alone it is empty."""

    became: Became
    at: datetime
    by: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class LineHistory:
    """A line as this reader may read it, in which part of which call, and what became of it, first to last."""

    line: LineView
    view: CallView
    part: SegmentView | None
    changes: tuple[LineChange, ...]


@reading
def show_line(work: Reading, reference: str) -> LineHistory:
    """A line of the minutes with its history, for whoever reads the line. Raises NotFound, in the same words for one
    that is not there and one that is not this reader's."""
    line, record, _ = fetch_line(work, reference)
    check_seen(work, line, record)
    work.shows_closed(record.call.id)
    told = audience.unattributed(record, line)
    names = {p.id: p.short_name for p in directory.everybody(work.tx, past=True).participants}
    below = replace(record, lines=(line,), amendments=tuple(rows.amendments_of(work.tx, line.reference)))
    view = views_of(work, [record])[record.call.id]
    part = view.part(line.segment_id)
    return LineHistory(line_view(work, told, names), view, part, _changes(work, told, below, names))


def _changes(work: Reading, line: MinuteEntry, record: Record, names: Mapping[str, str]) -> tuple[LineChange, ...]:
    """What happened to *line*, first to last; when it was entered and sent is for those who could read it then."""
    sent, adopted = record.minutes.sent_at, record.minutes.adopted_at
    found: list[LineChange] = []
    if work.reader.secretariat or work.reader.kind is ParticipantKind.AGENCY:
        found += [LineChange(Became.ENTERED, line.entered_at), *([LineChange(Became.SENT, sent)] if sent else [])]
    made = rows.corrections_of(work.tx, line.reference)
    cut = audience.cut_corrections(work.reader, record, line, made, work.now)
    for was, other_words in zip(cut, changed_words(line, cut), strict=True):
        by = names.get(was.by_id, "")
        text = labelled(work, was.was, was.label) if was.was else NOT_MINUTED
        became = Became.CORRECTED if other_words else Became.LABELLED
        found.append(LineChange(became, was.at, by, text * other_words))
    for it in audience.cut_holds(work.reader, record, line, rows.holds_of(work.tx, line.reference), work.now):
        held = Became.RELEASED if it.released else Became.HELD
        found.append(LineChange(held, it.at, names.get(it.by_id, "")))
    if adopted:
        found.append(LineChange(Became.ADOPTED, adopted))
    for below in audience.cut_amendments(work.reader, record, work.now):
        text = labelled(work, below.text, below.label)
        found.append(LineChange(Became.AMENDED, below.at, names.get(below.by_id, ""), text))
    return tuple(sorted(found, key=lambda c: c.at))
