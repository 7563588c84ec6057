"""Owns the record of a call's gates: when each was shut and cleared, and by whom; how a gate works is ``live``'s."""

from dataclasses import dataclass
from datetime import datetime

from bot import audience
from bot.audience import CallView, SegmentView
from bot.errors import NotEntitled, NotFound
from handlers.act import reading
from handlers.finding import find_call
from handlers.naming import person
from handlers.running import NOT_YOURS
from handlers.work import Reading
from storage import directory, identity, places


@dataclass(frozen=True, slots=True)
class GatePassed:
    """A gate behind a part: shut at and cleared at (UTC), by whom as far as that is known; not cleared yet where
    ``cleared_at`` is None, and ``reopened`` where the part went on after all."""

    part: SegmentView
    shut_at: datetime
    shut_by: str
    cleared_at: datetime | None
    cleared_by: str
    reopened: bool


@dataclass(frozen=True, slots=True)
class Gates:
    """The gates of one call, in their order."""

    view: CallView
    gates: tuple[GatePassed, ...]


@reading
def list_gates(work: Reading, asked: str = "") -> Gates:
    """The gates of a call, of the last where none is named. Raises NotFound, and NotEntitled for who does not run
    it."""
    try:
        record, view = find_call(work, asked or "last")
    except NotFound:
        if work.reader.secretariat:
            raise
        raise NotEntitled(NOT_YOURS.format(address=work.desk.settings.mail_from)) from None
    if not audience.runs(work.reader, record, work.now):
        raise NotEntitled(NOT_YOURS.format(address=work.desk.settings.mail_from))
    work.shows_closed(record.call.id, always=True)
    found = places.gates(work.tx, record.call.id)
    speaks = identity.contacts_of(work.tx, {user for g in found for user in (g.shut_by, g.cleared_by) if user})
    people, parts = directory.everybody(work.tx), {s.id: s for s in view.segments}

    def name(user: str) -> str:
        known = person(people, speaks[user]) if user in speaks else None
        return known.name if known else ""

    return Gates(
        view,
        tuple(
            GatePassed(
                parts[g.segment_id], g.shut_at, name(g.shut_by), g.cleared_at, name(g.cleared_by),
                g.cleared_at is not None and not g.passed,
            )
            for g in found
            if g.segment_id in parts
        ),
    )  # fmt: skip
