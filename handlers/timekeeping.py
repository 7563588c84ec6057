"""Owns what the clock tells who runs a call: time nearly up, time over, a gate that stands shut, a call that nobody
ended; when that is due is ``bot.timing``'s.

The bot tells, and never moves or ends a call in the secretariat's place.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot import audience, live, timing
from bot.audience import Record
from bot.exposures import shown
from bot.notices import QUESTIONS, Button, Notice
from bot.participants import Contact, Participant
from bot.timing import Told, Word
from bot.when import show_time
from bot.zones import zone_of
from handlers import posting
from handlers.act import act
from handlers.carrying import labelled
from handlers.composing import Compose
from handlers.finding import views_of
from handlers.scribe import runners
from handlers.work import Reading, Writing
from storage import calls, directory
from storage import live as rows
from storage.calls import Part
from storage.outbox import Errand
from storage.tables import Door

KIND = "live.time"
"""The kind of errand; its subject is what is told, of which place, and the reminder's number."""

TOO_LATE = timedelta(minutes=2)
"""A word of the clock is worth so long; of what comes later the next reminder tells."""

ITEM_NEARLY = "{minutes} min left for `{reference}` {title}."
ITEM_OVER = "The time of `{reference}` {title} is up."
PART_NEARLY = "{minutes} min left for “{part}”."
PART_OVER = "The time of “{part}” is up, at {at}."
PART_STILL = "“{part}” is {minutes} min over its time."
GATE_STILL = (
    "The gate behind “{part}” has been shut for {minutes} min: nobody is led in. Are only those on the line who may "
    "hear “{next}”, and no recorder or notetaker? Then clear it."
)
GO_ON = (
    "`/lap next` goes on, `/lap gate` shuts the door before the next part; `/lap late MINUTES` tells those who wait."
)
GO_ON_TO_THE_END = "`/lap next` goes on; this is the last part, so `/lap end` ends the call."
CLEAR_IT = "`/lap clear` opens the next part; `/lap undo` of the gate lets this one go on."
NOT_ENDED, SUBJECT = "Nobody ended “{title}”", "“{title}”"
LINKS_CLOSED = (
    "Its time was over long ago, and its links lead nobody in any more. It still counts as running: `/lap end` ends "
    "it, and the record can be put right afterwards."
)


def due(work: Reading) -> bool:
    """Whether something of a running call is to be told now: one look at an index."""
    return rows.any_to_tell(work.tx, work.now)


@act
def tell_the_time(work: Writing) -> int:
    """Tells who runs a call, once, what of its time is due; returns how many words.

    1. The calls with something due, which the act's order lets one process at a time have.
    2. ``bot.timing`` says what: of one matter only the latest word, so that after a downtime nobody is flooded.
    3. An errand a word and person, in Slack, worth two minutes; the next due moment is written with them.
    """
    found = rows.to_tell(work.tx, work.now)
    if not found:
        return 0
    records = {r.call.id: r for r in calls.many(work.tx, found, Part.ITEMS)}
    people, told = directory.everybody(work.tx), 0
    for call_id, since in found.items():
        record = records[call_id]
        words = timing.words(record.call, record.items, since, work.now) if record.call.running else []
        for word in words:
            doors = (Door.MAIL, Door.SLACK) if word.told is Told.NOT_ENDED else (Door.SLACK,)
            until = None if word.told is Told.NOT_ENDED else work.now + TOO_LATE
            work.tell(
                KIND, [c.id for c in runners(record, people)], doors=doors, call_id=call_id, subject=subject_of(word),
                until=until,
            )  # fmt: skip
        told += len(words)
        if words:
            posting.tell(work, call_id)
        following = timing.next_word(record.call, record.items, work.now) if record.call.running else None
        calls.update_call(work.tx, call_id, live_tell_at=following)
    work.record("time", "", calls=sorted(found), words=told)
    return told


def subject_of(word: Word) -> str:
    """What an errand is about: the word, the place that it was true of, and the number of the reminder."""
    return f"{word.told} {word.place.token} {word.number}"


def compose(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> list[Notice] | None:
    """What the clock says, where it is still true and the reader still runs the call: of each matter the last word."""
    records = {r.call.id: r for r in calls.many(work.tx, {e.call_id for e in errands if e.call_id}, Part.ITEMS)}
    views = views_of(work, records.values())
    found: dict[tuple[str, str], Notice] = {}
    for errand in sorted(errands, key=lambda e: (e.created_at, e.due_at)):
        record = records.get(errand.call_id or "")
        if record is None or record.call.id not in views or not audience.runs(work.reader, record, work.now):
            continue
        told, token, number = errand.subject.split(" ")
        if not record.call.running or not _still(Told(told), token, record):
            continue
        notice = _notice(work, Told(told), record, contact, int(number))
        if notice is not None:
            found[record.call.id, told.partition("-")[0]] = replace(notice, shows=_shows(record))
    return list(found.values())


def _still(told: Told, token: str, record: Record) -> bool:
    """Whether the call still stands where it stood when that was true."""
    stands = live.live_of(record.call)
    if told is Told.NOT_ENDED:
        return True
    if told is Told.GATE:
        return not stands.cleared and live.place_of(record.call).token == token
    part = stands.cleared and live.current_segment(record.call).id == token
    return part if told in (Told.PART_NEARLY, Told.PART_OVER) else stands.cleared and stands.item == token


def _notice(work: Reading, told: Told, record: Record, contact: Contact, number: int) -> Notice | None:
    call, zone = record.call, zone_of(contact.zone)
    part, name = live.current_segment(call), views_of(work, [record])[call.id].name
    item = live.current_item(record)
    buttons: tuple[Button, ...] = ()
    place = f"{name} {live.place_of(call).token}"
    last = part is call.segments[-1]
    go_on = GO_ON_TO_THE_END if last else GO_ON
    if told is Told.NOT_ENDED:
        closing = (QUESTIONS.format(address=work.desk.settings.mail_from),)
        return Notice(NOT_ENDED.format(title=call.title), (LINKS_CLOSED,), closing=closing)
    if told is Told.GATE:
        order = [s.id for s in call.segments]
        at = order.index(part.id) + 1
        following = call.segments[at].title if at < len(order) else ""
        words = (GATE_STILL.format(part=part.title, minutes=number, next=following), CLEAR_IT)
        buttons = (Button("Clear: open the next part", "clear", f"{name} {part.id}", "primary"),)
    elif told in (Told.ITEM_NEARLY, Told.ITEM_OVER):
        ends = timing.item_ends(call, item)
        if item is None or ends is None:
            return None
        title = labelled(work, item.title, item.label)
        left = max(timing.minutes_left(ends, work.now), 0)
        said = ITEM_NEARLY if told is Told.ITEM_NEARLY and left else ITEM_OVER
        words = (said.format(minutes=left, reference=item.reference, title=title), go_on)
        buttons = (Button("Next", "next", place, "primary"), Button("Skip", "skip", place))
    else:
        ends = timing.part_ends(call)
        left = max(timing.minutes_left(ends, work.now), 0)
        said = PART_NEARLY if told is Told.PART_NEARLY and left else PART_STILL if number else PART_OVER
        at_ = show_time(ends, zone)
        over = max(-timing.minutes_left(ends, work.now), number)
        words = (said.format(part=part.title, minutes=left or over, at=at_), go_on)
        buttons = (Button("Next", "next", place, "primary"), *([] if last else [Button("Shut the gate", "gate", name)]))
    return Notice(SUBJECT.format(title=call.title), words, buttons=buttons)


def _shows(record: Record) -> frozenset[str]:
    stands = live.live_of(record.call)
    return shown(segments=[stands.segment_id or ""], items=[stands.item] if stands.item else [])


NOTICES: dict[str, Compose] = {KIND: compose}
