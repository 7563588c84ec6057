"""Owns the bridges that a call may be held on, the way in for one person, and word of an empty pool; who is led where
is ``joining``'s."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.audience import Record
from bot.calls import Call
from bot.invitations import Window
from bot.notices import QUESTIONS, Notice
from bot.participants import Contact, Participant, Role
from bot.when import show
from bot.zones import zone_of
from handlers.composing import Compose
from handlers.naming import Person
from handlers.work import Reading, Writing
from storage import bridges, calls, marks
from storage.bridges import Bridges
from storage.directory import Directory
from storage.outbox import Errand
from storage.tables import Door

EMPTY = "bridge.none"
OVERTIME = timedelta(minutes=5)
"""So long somebody may take to enter a room while a part goes on beyond its planned end."""

SUBJECT = "No bridge is free: {part}, {when}"
NO_BRIDGE = (
    "No bridge of the pool is free for “{part}” of {title}, so its join links lead nowhere. Two audiences never share "
    "a bridge: one that somebody excluded was led to is not used again, and one that people may linger on from another "
    "call rests for {rest} minutes after it."
)
MEND = (
    "Put another room under [bridges] in the procedure file and start the bot anew. Until then, tell those who may "
    "hear this part yourself where to call; `/lap gate` names them."
)


def pool_of(work: Reading, record: Record, held: Mapping[str, str]) -> tuple[str, ...]:
    """The bridges that a call may be held on: the secretariat's pool, or, on a Jitsi, the rooms that the call has
    already and a new one for each part, with a random name."""
    jitsi = work.desk.settings.jitsi
    if jitsi is None:
        return work.desk.procedure.bridges.urls
    fresh = (jitsi.room(work.desk.new_id()) for _ in record.call.segments)
    return (*dict.fromkeys(url for url in held.values() if url.startswith(jitsi.room(""))), *fresh)


def bridges_of(work: Reading, call: Call) -> Bridges:
    """The bridges of a call, with who may linger on them from another when its links begin to lead there, or now."""
    terms = work.desk.procedure.bridges
    opens = call.start - timedelta(minutes=terms.early_minutes)
    return bridges.of_call(work.tx, call, max(work.now, opens) - timedelta(minutes=terms.rest_minutes))


def entrance(work: Reading, url: str, who: Person, windows: Sequence[Window], segment_id: str) -> str:
    """The address by which one person enters a bridge: on a Jitsi with a token for their own window alone."""
    jitsi = work.desk.settings.jitsi
    if jitsi is None or not url.startswith(jitsi.room("")):
        return url
    window = next(w for w in windows if any(s.id == segment_id for s in w.segments))
    early = timedelta(minutes=work.desk.procedure.bridges.early_minutes)
    start, end = min(window.start - early, work.now), max(window.end, work.now + OVERTIME)
    return jitsi.entrance(url, who.contact.id, who.name, start, end)


def told_of_none(work: Reading, call_id: str, segment_id: str) -> bool:
    """Whether the secretariat was told already that this part has no bridge."""
    return bool(marks.made(work.tx, [_mark(call_id, segment_id)]))


def tell_of_none(work: Writing, call_id: str, segment_id: str, people: Directory) -> None:
    """Has the secretariat told, once, that this part has no bridge."""
    if marks.make_missing(work.tx, [_mark(call_id, segment_id)], work.now):
        seats = [c.id for c in people.secretariat]
        work.tell(EMPTY, seats, doors=(Door.MAIL, Door.SLACK), call_id=call_id, subject=segment_id)


def _mark(call_id: str, segment_id: str) -> str:
    return f"no bridge {call_id} {segment_id}"


def compose_none(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Tells the secretariat that a part has no bridge, and what to do."""
    record = calls.one(work.tx, errands[0].call_id or "")
    part = next((s for s in record.call.segments if s.id == errands[0].subject), None) if record else None
    if record is None or part is None or Role.SECRETARIAT not in contact.roles:
        return None
    start: datetime = record.call.span(part.id)[0]
    rest = work.desk.procedure.bridges.rest_minutes
    return Notice(
        subject=SUBJECT.format(part=part.title, when=show(start, zone_of(contact.zone))),
        paragraphs=(NO_BRIDGE.format(part=part.title, title=record.call.title, rest=rest), MEND),
        closing=(QUESTIONS.format(address=work.desk.settings.mail_from),),
    )


NOTICES: dict[str, Compose] = {EMPTY: compose_none}
