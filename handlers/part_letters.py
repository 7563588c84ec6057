"""Owns what representatives and observers are told of their own part while a call runs, and what a delay means for
each who waits: their own time, their own items, and nothing else."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot import audience, live, timing
from bot.agenda import AgendaItem
from bot.audience import CallView, Record
from bot.exposures import shown
from bot.invitations import Window
from bot.notices import QUESTIONS, Notice
from bot.participants import Contact, Participant
from bot.when import show, show_time
from bot.zones import zone_of
from handlers.carrying import labelled
from handlers.composing import Compose
from handlers.finding import views_of
from handlers.links import join_link
from handlers.work import Reading
from storage import calls
from storage.calls import Part
from storage.outbox import Errand

OPENS, CLOSES, ITEM, LATE = "live.opens", "live.closes", "live.item", "live.late"
"""The kinds of errand: a guest's part is open now, is over; an item of theirs is on; who waits comes later. The subject
is the segment's id, the item's reference, the delay in minutes."""

OPEN_SUBJECT, CLOSED_SUBJECT, ITEM_SUBJECT = "“{title}” is on now", "“{title}” is over", "Your item is on now"
OPEN = "Your part of the call, “{title}”, is on now. It is planned until {until} ({left} min)."
YOUR_ITEM = "Yours: {item}, {minutes} min"
JOIN = "Your personal link to join"
CLOSED = "Your part of the call, “{title}”, is over. Thank you; please leave the call now, if you have not."
ITEM_ON = "{item} is on now, for {minutes} min."
LATE_SUBJECT, ON_TIME_SUBJECT = "“{title}” begins later: {at}", "“{title}” begins as planned: {at}"
LATER = (
    "“{title}” now begins at about {at}; it was to begin at {planned}. Your link to join opens {early} minutes before."
)
AS_PLANNED = "“{title}” begins as planned, at {at}, whatever was said before."
NO_MOVE = "The entry in your calendar stays where it is."


def opens(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> list[Notice] | None:
    """That the reader's part is on, where it still is."""
    found = []
    for errand, record, view in _theirs(work, errands):
        part = view.part(errand.subject)
        stands = record.call.live
        if part is None or stands is None or not audience.is_on(record, view):
            continue
        if stands.segment_id != part.id or not audience.goes_on(work.reader, record, work.now):
            continue
        until = timing.part_ends(record.call)
        own = _own_items(work, record, part.id)
        left = max(timing.minutes_left(until, work.now), 0)
        found.append(
            Notice(
                OPEN_SUBJECT.format(title=part.title),
                (OPEN.format(title=part.title, until=show_time(until, zone_of(contact.zone)), left=left),),
                items=tuple(YOUR_ITEM.format(item=_titled(work, i), minutes=i.needs) for i in own),
                links=((JOIN, join_link(work, contact.id, record.call.id)),),
                shows=shown(segments=[part.id], items=[i.reference for i in own]),
            )
        )
    return found


def closes(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> list[Notice] | None:
    """That the reader's part is over, where they still were of it and it is."""
    found = []
    for errand, record, view in _theirs(work, errands):
        part = view.part(errand.subject)
        if part is None or _is_on(record, part.id):
            continue
        says = CLOSED.format(title=part.title)
        found.append(Notice(CLOSED_SUBJECT.format(title=part.title), (says,), shows=shown(segments=[part.id])))
    return found


def item_on(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> list[Notice] | None:
    """That an item of the reader's organisation is on, where it still is."""
    found = []
    for errand, record, _ in _theirs(work, errands):
        stands = record.call.live
        goes_on = record.call.running and audience.goes_on(work.reader, record, work.now)
        on = goes_on and stands is not None and stands.item == errand.subject
        item = next((i for i in _own_items(work, record, None) if i.reference == errand.subject), None)
        if not on or item is None:
            continue
        says = ITEM_ON.format(item=_titled(work, item), minutes=item.needs)
        found.append(Notice(ITEM_SUBJECT, (says,), shows=shown(items=[item.reference])))
    return found


def late(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> list[Notice] | None:
    """When the reader's own part now begins, where it still lies ahead; of several delays the last."""
    found: dict[str, Notice] = {}
    for errand, record, view in _theirs(work, errands):
        start = waits_until(work, record, view)
        if start is None or errand.subject != str(record.call.late):
            continue
        zone, planned = zone_of(contact.zone), start - timedelta(minutes=record.call.late)
        words = LATER if record.call.late else AS_PLANNED
        title = next(s.title for s in view.segments if s.start == planned) if not view.whole else view.title
        early = work.desk.procedure.bridges.early_minutes
        said = words.format(title=title, at=show(start, zone), planned=show_time(planned, zone), early=early)
        subject = (LATE_SUBJECT if record.call.late else ON_TIME_SUBJECT).format(title=title, at=show_time(start, zone))
        found[record.call.id] = Notice(
            subject, (said, *([NO_MOVE] if record.call.late else [])),
            links=((JOIN, join_link(work, contact.id, record.call.id)),),
            closing=(QUESTIONS.format(address=work.desk.settings.mail_from),),
            shows=shown(segments=(s.id for s in view.segments if s.start == planned)),
        )  # fmt: skip
    return list(found.values())


def waits_until(work: Reading, record: Record, view: CallView) -> datetime | None:
    """When the part that this reader waits for now begins (UTC), with the delay that is told; None for who is in the
    call, and who has no part ahead. Nothing of parts that are not theirs goes into it."""
    return waiting_since(record, audience.windows(work.reader, record, work.now), work.now)


def waiting_since(record: Record, windows: Sequence[Window], now: datetime) -> datetime | None:
    """``waits_until``, of somebody with those windows."""
    if record.call.ended or _is_on(record, *(s.id for w in windows for s in w.segments)):
        return None
    delay, behind = timedelta(minutes=record.call.late), _behind(record)
    ahead = [w.start for w in windows if w.segments[0].id not in behind]
    return next((start + delay for start in sorted(ahead) if start + delay > now), None)


def _behind(record: Record) -> set[str]:
    """The parts that a running call has passed, and the one that it stands in."""
    if record.call.live is None or not record.call.running:
        return set()
    order = [s.id for s in record.call.segments]
    at = live.current_segment(record.call).id
    return set(order[: order.index(at) + 1])


def _is_on(record: Record, *segment_ids: str) -> bool:
    """Whether one of those parts, all that somebody hears, is on; behind a shut gate that is not theirs to know of it
    goes on."""
    stands = record.call.live
    if stands is None or not record.call.running or stands.segment_id not in segment_ids:
        return False
    order = [s.id for s in record.call.segments]
    return stands.cleared or not {*order[order.index(stands.segment_id) + 1 :][:1]} & {*segment_ids}


def _theirs(work: Reading, errands: Sequence[Errand]) -> list[tuple[Errand, Record, CallView]]:
    """The calls of *errands* as far as the reader has a part of them now."""
    records = {
        r.call.id: r for r in calls.many(work.tx, {e.call_id for e in errands if e.call_id}, Part.LIST | Part.ITEMS)
    }
    views = views_of(work, records.values())
    return [(e, records[e.call_id], views[e.call_id]) for e in errands if e.call_id in views]


def _own_items(work: Reading, record: Record, segment_id: str | None) -> list[AgendaItem]:
    """The reader's organisation's items on the agenda, in their order, those of one part where it is given."""
    seen = audience.cut_agenda(work.reader, record, work.now)
    return [
        i
        for i in seen
        if i.proposer_id == work.reader.participant_id and i.segment_id and segment_id in (None, i.segment_id)
    ]


def _titled(work: Reading, item: AgendaItem) -> str:
    return labelled(work, item.title, item.label)


NOTICES: dict[str, Compose] = {OPENS: opens, CLOSES: closes, ITEM: item_on, LATE: late}
