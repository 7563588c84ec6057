"""Owns the look at what a change of an item would do: who would read it no longer, who newly, and how many would be
told; the change itself is ``agenda_changes``'."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot import audience
from bot.agenda import AgendaItem
from bot.audience import Record
from bot.errors import NotEntitled
from bot.item_changes import Change
from bot.participants import ParticipantKind, as_organisation, member_of
from bot.words import fold_reference
from handlers.act import act, within
from handlers.agenda_changes import change_item
from handlers.naming import person
from handlers.work import Reading, Writing
from storage import agenda, calls, directory
from storage.calls import Part
from storage.directory import Directory
from storage.tables import Door

NOT_FOR_GUESTS = (
    "Who reads an item is for the secretariat and Agencies to look at. What you may do with yours, "
    "`/lap item {reference} withdraw` or a new title, can be done at once."
)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a change of an item would do, as the reader may know it: who would read it no longer, and who newly
    (Agencies by short name, guests by theirs), and how many people would be told by mail. Nothing was changed."""

    reference: str
    lose: tuple[str, ...]
    gain: tuple[str, ...]
    told: int


@act
def look_at_item(work: Writing, reference: str, change: Change) -> Foreseen:
    """What ``change_item`` would do: it is done and rolled back, so that a refusal comes first. Raises as that does,
    and NotEntitled for a guest, who learns of no other reader."""
    if not work.reader.secretariat and work.reader.kind is not ParticipantKind.AGENCY:
        raise NotEntitled(NOT_FOR_GUESTS.format(reference=fold_reference(reference)))
    people = directory.everybody(work.tx)
    before = _readers(work, reference, people)
    with work.tried():
        within(work, change_item, reference, change)
        after = _readers(work, reference, people)
        told = len({e.person for e in work.errands if e.door is Door.MAIL})
    lose, gain = (tuple(sorted(some - others)) for some, others in ((before, after), (after, before)))
    return Foreseen(fold_reference(reference), lose, gain, told)


def _readers(work: Reading, reference: str, people: Directory) -> set[str]:
    """Who reads the item as it stands, but for its proposer, as far as the actor may know: of a part that they do not
    hear, also where their own item stands there, nobody."""
    found = agenda.find(work.tx, fold_reference(reference))
    item = found.item if found else None
    record = calls.one(work.tx, item.call_id, Part.LIST | Part.ITEMS) if item and item.call_id else None
    if record is None or item is None or not audience.hears(work.reader, record, item.segment_id, work.now):
        return set()
    return set(_named(work, record, item, people))


def _named(work: Reading, record: Record, item: AgendaItem, people: Directory) -> Iterator[str]:
    agencies = [(as_organisation(p), p.short_name) for p in people.participants if p.kind is ParticipantKind.AGENCY]
    listed = {a.contact_id for a in audience.cut_attendees(work.reader, record, work.now)}
    guests = [(member_of(p.contact, p.participant), p.name) for i in listed if (p := person(people, i))]
    for reader, name in (*agencies, *guests):
        own = reader.participant_id == item.proposer_id
        if not own and audience.cut_item(reader, record, item, work.now) is not None:
            yield name
