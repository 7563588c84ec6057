"""Owns the look at who answered what to a call; how an answer is recorded is ``answering``'s."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot import audience
from bot.answers import NAMED, Missing, by_part, why_missing
from bot.audience import CallView, SegmentView
from bot.invitations import Invitation, Rsvp
from handlers.act import reading, secretariat_only
from handlers.finding import find_call
from handlers.naming import person
from handlers.work import Reading
from storage import calls, directory, mailed
from storage.calls import Part
from storage.directory import Directory


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person answered, and when (UTC); ``before``: to the time before the one that stands; ``why``: why they
    may not have answered."""

    name: str
    rsvp: Rsvp
    at: datetime | None
    before: Rsvp | None
    why: Missing | None


@dataclass(frozen=True, slots=True)
class AnswersShown:
    """The answers to a call, part by part: by answer, each by name, and last who is missing."""

    call: CallView
    parts: tuple[tuple[SegmentView, tuple[Answer, ...]], ...]


@reading
def answers(work: Reading, call: str | None) -> AnswersShown:
    """Who answered what for each part of a call, and who is missing (S): from Slack, by mail or on their page, it is
    one answer. Raises NotFound for a call that is not there."""
    secretariat_only(work, "see who answered")
    record, view = find_call(work, call)
    work.shows_closed(view.id)
    copies = audience.cut_answers(work.reader, calls.with_parts(work.tx, record, Part.COPIES))
    people, returned = directory.everybody(work.tx, past=True), mailed.came_back(work.tx, {c.uid for c in copies})
    found = by_part(record.call, copies)
    return AnswersShown(view, tuple((s, _answers(found.get(s.id, []), people, returned)) for s in view.segments))


def _answers(copies: Collection[Invitation], people: Directory, returned: Collection[str]) -> tuple[Answer, ...]:
    known = [(p.name, c) for c in copies if (p := person(people, c.contact_id))]
    return tuple(
        Answer(name, c.rsvp, c.answered_at, c.rsvp_before, why_missing(c, returned))
        for name, c in sorted(known, key=lambda n: (NAMED.index(n[1].rsvp), n[0].casefold()))
    )
