"""Owns what is said of the exposure ledger: what of a closed thing had left for somebody, and all that did.

What is written into it, and when, is ``sending``'s.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import audience
from bot.attendees import Place
from bot.audience import Record
from bot.exposures import Exposure, in_words, showing, shown
from handlers.act import reading, secretariat_only
from handlers.finding import find_call
from handlers.naming import Person, find_one
from handlers.work import Reading
from storage import calls, directory, exposures
from storage.calls import Part
from storage.directory import Directory

GONE_PART = "a part that is there no longer"


@dataclass(frozen=True, slots=True)
class HadLeft:
    """A message that left for somebody (``name``): what it was, and when (UTC) it began to leave; not ``sure`` where
    nobody could say any more whether it left. ``parts``: titles; ``references``: of items, lines and actions in it."""

    name: str
    what: str
    at: datetime
    sure: bool
    parts: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


def had_left(
    work: Reading,
    closings: Sequence[tuple[Record, Collection[Place]]],
    people: Directory,
    ledger: Sequence[Exposure] | None = None,
) -> tuple[HadLeft, ...]:
    """What of those places, and of the items and actions in them, had left for whoever had them, earliest first, in one
    statement.

    The places are those that the reader may know of, and the actions are cut to it; *ledger*: what left for these
    people, where it was read already.
    """
    persons = {contact_id for _, places in closings for _, contact_id in places}
    if not persons:
        return ()
    if ledger is None:
        ledger = exposures.of_people(work.tx, persons, work.now, [record.call.id for record, _ in closings])
    found: list[HadLeft] = []
    for record, places in closings:
        titles = {s.id: s.title for s in record.call.segments}
        actions = audience.cut_actions(work.reader, record, work.now)
        for contact_id in dict.fromkeys(contact for _, contact in places):
            parts = {segment for segment, contact in places if contact == contact_id}
            closed = shown(
                segments=parts,
                items=(i.reference for i in record.items if i.segment_id in parts),
                actions=(a.reference for a in actions if a.segment_id in parts and not a.confirmed),
            )
            mine = (e for e in ledger if (e.contact_id, e.call_id) == (contact_id, record.call.id))
            known = {word: titles[word.partition(":")[2]] for word in shown(segments=parts & titles.keys())}
            found += [_view(e, people, known, closed) for e in showing(mine, closed)]
    return tuple(sorted(found, key=lambda it: it.at))


@dataclass(frozen=True, slots=True)
class Shown:
    """All that left for an organisation's people or one person, latest first."""

    name: str
    messages: tuple[HadLeft, ...]


@reading
def shown_to(work: Reading, who: str, call: str | None = None) -> Shown:
    """What left or may have left for somebody, of a call or of all: the exposure ledger, for the secretariat alone.

    People who are contacts no longer are found, too. A message about several calls is shown whole, and a look at each.
    """
    secretariat_only(work, "read what was sent to whom")
    people = directory.everybody(work.tx, past=True)
    asked = find_one(work, who, people)
    of_it = [c for c in people.everyone if c.participant_id == asked.participant.id]
    ids = [asked.contact.id] if asked.contact else [c.id for c in of_it]
    meant = find_call(work, call)[0].call.id if call else None
    everything = exposures.of_people(work.tx, ids, work.now)
    ledger = [e for e in everything if meant in (None, e.call_id)]
    messages = {_message(e) for e in ledger}
    about = {e.call_id for e in everything if e.call_id and _message(e) in messages}
    records = calls.many(work.tx, about, Part.NONE)
    work.shows_closed(*(r.call.id for r in records))
    titles = {w: s.title for r in records for s in r.call.segments for w in shown(segments=[s.id])}
    return Shown(asked.name, tuple(_view(e, people, titles, e.shows) for e in reversed(ledger)))


def _message(exposure: Exposure) -> tuple[str, str, datetime]:
    """Of which message the entry is: one about several calls has one for each."""
    return exposure.contact_id, exposure.door, exposure.began_at


def _view(exposure: Exposure, people: Directory, titles: Mapping[str, str], words: Collection[str]) -> HadLeft:
    contact = people.contact(exposure.contact_id)
    name = Person(contact, people.participant(contact.participant_id)).name if contact else ""
    of = sorted(exposure.shows & set(words))
    parts = dict.fromkeys(titles.get(w, GONE_PART) for w in of if w.startswith("segment:"))
    references = (w.partition(":")[2] for w in of if not w.startswith("segment:"))
    return HadLeft(
        name, in_words(exposure), exposure.began_at, exposure.left_at is not None, tuple(parts), tuple(references)
    )
