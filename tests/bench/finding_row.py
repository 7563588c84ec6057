"""Owns row 16: finding words in thirty years of calls, inside the act, beside the bare full-text query."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress

from bot.archive import read_wanted
from bot.confidentiality import Way
from bot.errors import NotFound
from bot.participants import reader_of
from handlers.desk import Actor, Desk
from handlers.searching import PAGE, find_words
from storage import directory
from tests.bench import data
from tests.bench.desks import opened
from tests.bench.places import Place
from tests.bench.table import Line

ROWS = (16,)
TIMES = 40
READERS = ("secretariat@us-ftc.example", "spam-enforcement@fr-cnil.example", "abuse-desk@harbour-bank.example")
WORDS = ("agencies compared", "sender 77", "operation", "nothing of the kind")

_OF_AGENCIES = """(a.participant_id = :own OR (c.state IN ('announced', 'held')
    AND (c.only = '' OR ' ' || c.only || ' ' LIKE '% ' || :own || ' %')
    AND (s.id IS NULL OR s.only = '' OR ' ' || s.only || ' ' LIKE '% ' || :own || ' %')
    AND (a.kind = 'item' OR c.minutes_sent_at IS NOT NULL)))"""
_OF_GUESTS = """(a.participant_id = :own OR (c.state IN ('announced', 'held') AND NOT a.closed
    AND (a.kind = 'item' OR c.minutes_adopted_at IS NOT NULL)
    AND EXISTS (SELECT 1 FROM admission m WHERE m.segment_id = a.segment_id AND m.contact_id = :me
        AND m.state = 'approved')))"""
BARE = """SELECT a.kind, a.reference, a.call_id FROM archive_words w JOIN archive a ON a.id = w.rowid
    LEFT JOIN call c ON c.id = a.call_id LEFT JOIN segment s ON s.id = a.segment_id
    WHERE archive_words MATCH :match AND a.label IN ('TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER') AND {who}
    ORDER BY w.rowid DESC LIMIT {most}"""


def measure(place: Place, wanted: Sequence[int], rounds: int) -> Iterator[Line]:
    path = place.database("finding", data.TENFOLD)
    with opened(path, lambda: place.now) as desk:
        bare = sqlite3.connect(path)
        for email in READERS:
            actor = _actor(desk, email)
            its: list[float] = []
            our: list[float] = []
            for turn in range(rounds + 1):
                reference, ours = _bare(bare, actor), _ours(desk, actor)
                if turn:
                    its.append(reference)
                    our.append(ours)
            who = actor.participant.short_name
            what = f"finding {len(WORDS)} things in thirty years, inside the act ({who})"
            yield Line(16, what, "ms", our, its, "the bare query", at_most=3, digits=2)
        bare.close()


def _actor(desk: Desk, email: str) -> Actor:
    with desk.store.read() as tx:
        known = directory.contact_by_email(tx, email)
    assert known is not None
    return Actor(*known, reader_of(*known), "U0FINDER", way=Way.SLACK)


def _ours(desk: Desk, actor: Actor) -> float:
    begun = time.perf_counter()
    for _ in range(TIMES):
        for words in WORDS:
            with suppress(NotFound):
                find_words(desk, actor, words)
    return (time.perf_counter() - begun) * 1000 / TIMES


def _bare(bare: sqlite3.Connection, actor: Actor) -> float:
    """The query alone, its hits read, as somebody would type it who knows FTS5."""
    who = "1" if actor.reader.secretariat else _OF_AGENCIES if actor.reader.is_agency else _OF_GUESTS
    query = BARE.format(who=who, most=PAGE + 1)
    begun = time.perf_counter()
    for _ in range(TIMES):
        for words in WORDS:
            match = " ".join(f'"{" ".join(run)}"*' for run in read_wanted(words))
            asked = {"match": match, "own": actor.participant.id, "me": actor.contact.id}
            bare.execute(query, asked).fetchall()
    return (time.perf_counter() - begun) * 1000 / TIMES
