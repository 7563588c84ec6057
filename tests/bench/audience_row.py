"""Owns row 9: asking ``bot.audience`` for all that a reader may see in the data set, without a database."""

import gc
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot import audience
from bot.audience import Record
from bot.participants import Contact, Participant, Reader, Role, reader_of
from storage import calls, directory
from storage.calls import Part
from storage.store import Store
from storage.tables import CallRow, columns
from tests.bench import data
from tests.bench.places import Place
from tests.bench.table import Line

ROWS = (9,)
LIMIT = 5.0  # ms
EVERYTHING = Part.LIST | Part.ITEMS | Part.LINES | Part.ACTIONS | Part.ATTENDANCE


@dataclass(frozen=True)
class Known:
    """All that is in the data set, as ``audience`` takes it."""

    records: tuple[Record, ...]
    participants: Sequence[Participant]
    contacts: Sequence[Contact]
    at: datetime

    def readers(self) -> dict[str, Reader]:
        """One of each kind: the secretariat, an Agency, a representative, an observer."""
        kinds = {p.id: p for p in self.participants}
        found: dict[str, Reader] = {}
        for contact in self.contacts:
            kind = kinds[contact.participant_id].kind.value
            role = "secretariat" if Role.SECRETARIAT in contact.roles else kind
            found.setdefault(role, reader_of(contact, kinds[contact.participant_id]))
        return found


def known_on(place: Place, size: data.Size = data.PLAIN) -> Known:
    store = Store(f"sqlite:///{place.database('audience', size)}")
    with store.read() as tx:
        ids = tx.execute(select(columns(CallRow).id)).scalars().all()
        found = [calls.one(tx, i, EVERYTHING) for i in ids]
        people = directory.everybody(tx)
    store.close()
    gc.freeze()  # as `lap serve` does once it is ready
    return Known(tuple(r for r in found if r), people.participants, people.contacts, place.now)


def all_of(reader: Reader, known: Known) -> int:
    """Everything that *reader* may see; how many things that is."""
    at, seen = known.at, 0
    for record in known.records:
        for cut in (
            audience.cut_agenda,
            audience.cut_minutes,
            audience.cut_attendance,
            audience.cut_actions,
            audience.cut_attendees,
        ):
            seen += len(cut(reader, record, at))
        seen += audience.cut_call(reader, record, at) is not None
        seen += len(audience.cut_objections(reader, record.objections))
    return seen + len(audience.cut_directory(reader, known.participants, known.contacts))


def slowest(known: Known) -> float:
    """Milliseconds for the reader of whom it takes the longest."""
    times = []
    for kind, reader in known.readers().items():
        begun = time.perf_counter()
        seen = all_of(reader, known)
        times.append(time.perf_counter() - begun)
        if not seen:
            raise RuntimeError(f"{kind} sees nothing in the data set")
    return max(times) * 1000


def measure(place: Place, wanted: Sequence[int], rounds: int) -> Iterator[Line]:
    known = known_on(place)
    slowest(known)  # warms
    ours = [slowest(known) for _ in range(rounds)]
    yield Line(9, "asking `audience` for all that a reader may see, the slowest of four", "ms", ours, limit=LIMIT)
