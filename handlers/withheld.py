"""Owns what stands on a reader's page alone, since Slack or mail may not carry its label; the cut is ``carrying``'s.

What the doors leave out with the words “on your page” stands there, whatever it is (barrier.md): what a line said
before, too.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from bot import audience
from bot.amending import changed_words
from bot.audience import Record
from bot.confidentiality import Tlp, Way, may_carry
from handlers.carrying import labelled
from handlers.work import Reading
from storage import calls
from storage.calls import Part
from storage.pages import Labelled

KEPT = timedelta(days=366)
"""So long after it was entered a text stands on the page; its label says that it travels no further."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A text with its label directly before it; ``kind`` is what carries it: an item, a line, an amendment, the earlier
    text of a line, an action or a report."""

    kind: str
    reference: str
    text: str


def withheld(work: Reading, of: Labelled) -> tuple[Withheld, ...]:
    """What the reader may read of what Slack or mail may not carry, newest first; *of*: what came under such a label,
    whoever may read it, while it is ``KEPT``."""
    ids = {i.call_id for i in of.items if i.call_id} | {li.call_id for li in of.lines}
    ids |= {a.call_id for a in of.actions} | {r.call_id for r in of.reports if r.call_id}
    records = {r.call.id: r for r in calls.many(work.tx, ids, Part.LIST | Part.ITEMS)}
    reader, now, found = work.reader, work.now, list[_Found]()
    for item in of.items:
        if audience.cut_item(reader, records.get(item.call_id or ""), item, now) is not None:
            found.append(_Found(item.created_at, item.call_id, "item", item.reference, item.title, item.label))
    strict = strict_labels(work)
    found.extend(_lines(work, of, records, strict))
    found.extend(_around_lines(work, of, records, strict))
    for act in of.actions:
        record = records.get(act.call_id)
        if record and audience.sees_action(reader, record, act, now):
            found.append(_Found(act.entered_at, act.call_id, "action", act.reference, act.task, act.label))
    for report in audience.cut_reports(reader, of.reports, records.values(), now):
        found.append(_Found(report.at, report.call_id, "report", report.reference, report.text, report.label))
    work.shows_closed(*(it.call_id for it in found if it.call_id))
    latest = sorted(found, key=lambda it: it.at, reverse=True)
    return tuple(Withheld(it.kind, it.reference, labelled(work, it.words, it.label)) for it in latest)


def _lines(
    work: Reading, of: Labelled, records: Mapping[str, Record], strict: Collection[Tlp]
) -> Iterator["_Found"]:  # fmt: skip
    for line in of.lines:
        record, fresh = records.get(line.call_id), line.entered_at >= work.now - KEPT
        if record is None or not fresh or line.label not in strict or not line.is_minuted or line.taken_back_at:
            continue
        if audience.sees_line(work.reader, record, line, work.now):
            yield _Found(line.entered_at, line.call_id, "line", line.reference, line.text, line.label)


def _around_lines(
    work: Reading, of: Labelled, records: Mapping[str, Record], strict: Collection[Tlp]
) -> Iterator["_Found"]:
    """What stands below lines, and what they said before, that the reader may read under a strict label, be it their
    line's."""
    for record in records.values():
        lines = tuple(li for li in of.lines if li.call_id == record.call.id and li.taken_back_at is None)
        known = replace(record, lines=lines, amendments=of.below)
        for it in audience.cut_amendments(work.reader, known, work.now):
            if it.label in strict:
                yield _Found(it.at, it.call_id, "amendment", it.line, it.text, it.label)
        for line in lines:
            made = sorted((c for c in of.before if c.line == line.reference), key=lambda c: c.at)
            cut = audience.cut_corrections(work.reader, known, line, made, work.now)
            for was, other_words in zip(cut, changed_words(line, cut), strict=True):
                if was.label in strict and was.was and other_words:
                    yield _Found(was.at, line.call_id, "earlier text of", was.line, was.was, was.label)


class _Found(NamedTuple):
    at: datetime
    call_id: str | None
    kind: str
    reference: str
    words: str
    label: Tlp


def strict_labels(work: Reading) -> list[Tlp]:
    """The labels that Slack or mail may not carry."""
    labels = work.desk.procedure.labels
    limits = [labels.highest(way) for way in (Way.SLACK, Way.MESSAGE, Way.MAIL)]
    return [label for label in Tlp if not all(may_carry(label, highest) for highest in limits)]
