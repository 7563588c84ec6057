"""Owns what stands on a reader's page alone, since Slack or mail may not carry its label; the cut is ``carrying``'s.

What the doors leave out with the words “on your page” stands there, whatever it is (barrier.md).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from bot import audience
from bot.confidentiality import Tlp, Way, may_carry
from handlers.carrying import labelled
from handlers.desk import Reading
from storage import actions, agenda, calls, reports
from storage import minutes as lines
from storage.calls import Part

KEPT = timedelta(days=366)
"""So long after it was entered a text stands on the page; its label says that it travels no further."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A text with its label directly before it; ``kind`` is what carries it: an item, a line, an amendment, an action
    or a report."""

    kind: str
    reference: str
    text: str


def withheld(work: Reading) -> tuple[Withheld, ...]:
    """What the reader may read of what Slack or mail may not carry, newest first."""
    strict = _strict(work)
    if not strict:
        return ()
    since = work.now - KEPT
    items, said = agenda.with_labels(work.tx, strict, since), lines.with_labels(work.tx, strict, since)
    given = actions.with_labels(work.tx, strict, since)
    told = reports.with_labels(work.tx, strict, since)
    ids = {i.call_id for i in items if i.call_id} | {li.call_id for li in said} | {a.call_id for a in given}
    ids |= {r.call_id for r in told if r.call_id}
    below = lines.amendments_with(work.tx, strict, [li.reference for li in said], since)
    records = {r.call.id: r for r in calls.many(work.tx, ids, Part.LIST | Part.ITEMS)}
    reader, now, found = work.reader, work.now, list[_Found]()
    for item in items:
        if audience.cut_item(reader, records.get(item.call_id or ""), item, now) is not None:
            found.append(_Found(item.created_at, item.call_id, "item", item.reference, item.title, item.label))
    for line in said:
        record = records.get(line.call_id)
        if line.is_minuted and line.taken_back_at is None and record and audience.sees_line(reader, record, line, now):
            found.append(_Found(line.entered_at, line.call_id, "line", line.reference, line.text, line.label))
    found.extend(_amendments(work, {a.id for a in below}, {a.call_id for a in below}, strict))
    for act in given:
        record = records.get(act.call_id)
        if record and audience.sees_action(reader, record, act, now):
            found.append(_Found(act.entered_at, act.call_id, "action", act.reference, act.task, act.label))
    for report in audience.cut_reports(reader, told, records.values(), now):
        found.append(_Found(report.at, report.call_id, "report", report.reference, report.text, report.label))
    work.shows_closed(*(it.call_id for it in found if it.call_id))
    latest = sorted(found, key=lambda it: it.at, reverse=True)
    return tuple(Withheld(it.kind, it.reference, labelled(work, it.words, it.label)) for it in latest)


def _amendments(
    work: Reading, ids: Collection[str], call_ids: Collection[str], strict: Collection[Tlp]
) -> Iterator["_Found"]:
    """Those of the amendments *ids* that the reader may read and that are under a strict label, be it their line's."""
    for record in calls.many(work.tx, call_ids, Part.LIST | Part.ITEMS | Part.LINES) if call_ids else ():
        for it in audience.cut_amendments(work.reader, record, work.now):
            if it.id in ids and it.label in strict:
                yield _Found(it.at, it.call_id, "amendment", it.line, it.text, it.label)


class _Found(NamedTuple):
    at: datetime
    call_id: str | None
    kind: str
    reference: str
    words: str
    label: Tlp


def _strict(work: Reading) -> list[Tlp]:
    """The labels that Slack or mail may not carry."""
    labels = work.desk.procedure.labels
    limits = [labels.highest(way) for way in (Way.SLACK, Way.MESSAGE, Way.MAIL)]
    return [label for label in Tlp if not all(may_carry(label, highest) for highest in limits)]
