"""Owns what a personal page leads back to: the minutes and the released editions that its holder may read of the last
twelve months. What stands in them is ``edition``'s and ``named_views``'.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import audience
from bot.audience import NamedRecord
from bot.participants import ParticipantKind
from handlers.finding import name_in, parts_to_cut
from handlers.named_views import released_editions
from handlers.work import Reading
from storage import calls
from storage.calls import Part

BACK = timedelta(days=366)
"""By time and not by number, so nothing is cut: what somebody may not read takes no place from what they may."""


@dataclass(frozen=True, slots=True)
class PastMinutes:
    """The minutes of a call that its reader may read, under the reader's name and title of it; ``start``: of the
    reader's part (UTC); ``adopted``: or a draft."""

    name: str
    title: str
    start: datetime
    adopted: bool


@dataclass(frozen=True, slots=True)
class PastEdition:
    """A named edition that was released at ``released_at`` (UTC)."""

    reference: str
    name: str
    released_at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """What of the last twelve months can be read, latest first."""

    minutes: tuple[PastMinutes, ...]
    editions: tuple[PastEdition, ...]


def look_back(work: Reading, named: Sequence[NamedRecord]) -> Past:
    """What its reader may read of calls that have ended, as ``audience`` says at this moment; *named*: the latest
    editions with their calls."""
    guest = not work.reader.secretariat and work.reader.kind is not ParticipantKind.AGENCY
    parts = parts_to_cut(work, Part.LINES | Part.ACTIONS if guest else Part.NONE)
    records = calls.all_since(work.tx, work.now - BACK, parts, drafts=work.reader.secretariat, whose=work.reader)
    read = {r.call.id: r for r in records if audience.reads_minutes(work.reader, r, work.now)}
    views = [v for r in records if (v := audience.cut_call(work.reader, r, work.now))]
    work.shows_closed(*read)
    minutes = [
        PastMinutes(name_in(v.start, views, v.id), v.title, v.start, read[v.id].minutes.adopted_at is not None)
        for v in views
        if v.id in read
    ]
    released = ((e, e.released_at) for e in released_editions(work, work.now - BACK, named))
    return Past(tuple(minutes[::-1]), tuple(PastEdition(e.reference, e.name, at) for e, at in released if at))
