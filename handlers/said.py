"""Owns a line that somebody typed during a call, as it came: which call it belongs to, and who is told of it.

What it does is ``spoken``'s, what it does to the record ``recorded``'s.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from bot import audience, live
from bot.audience import Record
from bot.errors import Conflict
from bot.places import History, as_it_stood
from bot.said import Said
from bot.spoken import Form, Spoken
from bot.when import show_time
from handlers.action_views import ActionView
from handlers.agenda_views import Placed
from handlers.answering import Answered
from handlers.attendance import Present
from handlers.lines import Entered
from handlers.queue import Queue
from handlers.regrets import Regretted
from handlers.work import Reading, Writing
from storage.directory import Directory
from storage.said import Around
from storage.tables import Door

SEEN, NOT_ENTERED = "spoken_seen", "spoken_refused"
"""The kinds of errand: a line is acknowledged by a reaction; its author is told why it was not entered. The subject is
the line's id."""

PACE = timedelta(seconds=1.25)
"""A reaction leaves so long after the one before: Slack takes some 50 a minute (its tier 3)."""

NOTHING_ON = (
    "Nothing that you hear was on at {at}, so this was not entered. `/lap call` shows what you may join, and when."
)
ONE_OF_SEVERAL = (
    "{count} calls were on that you hear, so it is not known which this is for. `/lap note CALL TEXT` names it."
)
SENT = "The minutes of that call were sent, so its lines stay. `/lap correct LINE TEXT` changes what one says."

Done: TypeAlias = Entered | ActionView | Placed | Answered | Queue | Present | Regretted | None
"""What a line did, where an act of another room did it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it came: what it says, and as the message ``ts`` of which channel and team; without, after ``/lap``.

    ``at`` (UTC): when it was typed; None: now.
    """

    spoken: Spoken
    at: datetime | None = None
    team: str = ""
    channel: str = ""
    ts: str = ""


@dataclass(frozen=True, slots=True)
class Spoke:
    """What a line did: the ``reference`` of what it made, the ``text`` that it changed, or what another room answers.

    ``again``: it was heard before, and nothing was done now. ``restored``: a correction was taken back, and ``text`` is
    what the line says again.
    """

    form: Form
    reference: str = ""
    text: str = ""
    done: Done = None
    again: bool = False
    restored: bool = False


@dataclass(frozen=True, slots=True)
class There:
    """The call that ran when a line was typed: as it is, as it stood then, and how it ran, with and without what spoken
    lines made of it; ``near``: the lines that come into question."""

    record: Record
    then: Record
    history: History
    others: History
    near: Sequence[Said]
    at: datetime
    changed: list[Said] = field(default_factory=list)
    """Other lines as they are now, because of this one."""
    counting: set[str] = field(default_factory=set)
    """Those of them (ids) that did not count before, be it that they were taken back later."""
    people: Directory | None = None
    """Everybody, where they were fetched."""


def heard_at(work: Reading, around: Around, at: datetime) -> list[There]:
    """The calls that ran at *at* in a part that the reader hears; at a gate that they may not know of the part went on,
    as the page says."""
    found = []
    for record in around.records:
        history, others = around.histories[record.call.id]
        call = as_it_stood(record.call, history, at)
        if call is None or call.live is None:
            continue
        then = replace(record, call=call)
        if not call.live.cleared and audience.goes_on(work.reader, then, work.now):
            then = replace(then, call=live.reopened(call))
        if audience.hears(work.reader, then, call.live.segment_id or "", work.now):
            near = [s for s in around.near if s.call_id == call.id]
            found.append(There(record, then, history, others, near, at))
    return found


def place_of(work: Reading, line: Line, around: Around) -> There:
    """The call that a line belongs to. Raises Conflict in the same words where none ran, and none that is heard."""
    found = heard_at(work, around, line.at or work.now)
    if not found:
        raise Conflict(NOTHING_ON.format(at=clock_of(work, line)))
    if len(found) > 1:
        raise Conflict(ONE_OF_SEVERAL.format(count=len(found)))
    if found[0].record.minutes.sent_at is not None:
        raise Conflict(SENT)
    return found[0]


def new_said(work: Reading, line: Line, there: There | None) -> Said:
    return Said(
        work.desk.new_id(), there.record.call.id if there else None, line.channel or None, line.ts or None,
        line.at or work.now, work.actor.user, work.reader.contact_id, line.spoken.form, line.spoken.text,
    )  # fmt: skip


def clock_of(work: Reading, line: Line) -> str:
    return show_time(line.at or work.now, work.actor.zone)


def acknowledge(work: Writing, lines: Iterable[Said], last: datetime | None) -> None:
    """Has each of *lines* acknowledged by a reaction, within Slack's rate; the *last* one that waits is due then."""
    due = max(work.now, last + PACE) if last else work.now
    for n, it in enumerate(s for s in lines if s.ts):
        work.tell(SEEN, [it.contact_id], doors=(Door.SLACK,), subject=it.id, due_at=due + n * PACE)


def tell_refused(work: Writing, it: Said) -> None:
    """Has its author told why it was not entered."""
    work.tell(NOT_ENTERED, [it.contact_id], doors=(Door.SLACK,), subject=it.id)
