"""Owns what follows a narrowing: what was leaving has left, and the bot's earlier Slack messages get other words.

The narrowing itself is told by ``invitation_letters``; whom an act narrows, the act says (``Writing.narrow``).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import audience
from bot.attendees import NEUTRAL_NARROWED, NEUTRAL_WITHDRAWN, neutral_words
from bot.audience import Record
from bot.exposures import Exposure, lost, shown, shows_actions
from bot.notices import Notice
from bot.participants import Contact, Participant, ParticipantKind
from bot.when import show_date, show_span
from bot.zones import zone_of
from handlers.composing import Compose, NotYet
from handlers.in_flight import LEFT
from handlers.work import EARLIER, Reading
from storage import calls, exposures, invitations
from storage.calls import Part
from storage.outbox import Errand

LOOK_AGAIN = timedelta(seconds=2)

LEFT_SUBJECT = "What was leaving has ended: {what}"
LEFT_ONE = "The message that was leaving when {what} was recorded has ended. Nothing older leaves any more."
LEFT_SEVERAL = "The messages that were leaving when {what} was recorded have ended. Nothing older leaves any more."
HAS_LEFT = "Left at {at:%H:%M:%S} UTC; it cannot be recalled."
MAY_HAVE = "May have left: what was sending it was stopped before it could say so."
HAS_NOT = "Did not leave, or was about something else."

SUBJECT = "Your invitation for {day}"
NO_LONGER = "What stood here no longer holds. Your calendar and `/lap calls` show what does."


def compose_left(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice:
    """Tells who narrowed somebody, and the secretariat, that what was leaving then has ended, and what became of it.

    Only of the calls that the act was about: when anything else left for somebody is not told. Raises NotYet while one
    of the senders is still at it; one that was killed is not.
    """
    met: dict[tuple[str, str, datetime], set[str | None]] = {}
    for e in errands:
        person, _, what = e.subject.partition(" ")
        met.setdefault((person, what, e.created_at), set()).add(e.call_id)
    if work.desk.store.still_sending({person for person, _, _ in met}):
        raise NotYet(work.now + LOOK_AGAIN)
    what = " and ".join(dict.fromkeys(f"`{what}`" for _, what, _ in met))
    became = [
        [e for e in exposures.in_flight(work.tx, [person], at) if e.call_id in calls_of_it]
        for (person, _, at), calls_of_it in met.items()
    ]
    words = LEFT_ONE if len(met) == 1 else LEFT_SEVERAL
    return Notice(
        subject=LEFT_SUBJECT.format(what=what.replace("`", "")),
        paragraphs=(words.format(what=what),),
        items=tuple(_became(found) for found in became),
    )


def _became(found: Sequence[Exposure]) -> str:
    if not found:
        return HAS_NOT
    ends = [e.left_at for e in found if e.left_at is not None]
    return HAS_LEFT.format(at=max(ends)) if len(ends) == len(found) else MAY_HAVE


def compose_earlier(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """Neutral words for the earlier Slack messages of a call that show what this person may not know of any more;
    nothing where that was taken back in time (barrier.md, Slack)."""
    call_id = errands[0].subject
    posted = [e for e in exposures.of_people(work.tx, [contact.id], work.now, [call_id]) if e.posts]
    parts = Part.LIST | Part.ITEMS | (Part.ACTIONS if shows_actions(posted) else Part.NONE)
    record = calls.one(work.tx, call_id, parts) if posted else None
    if record is None:
        return None
    seen = _seen(work, record)
    stale = tuple(e for e in posted if lost(e, seen))
    if not stale:
        return None
    subject, words = _words(work, record, contact)
    if participant.kind is ParticipantKind.AGENCY or not subject:
        return Notice(subject=NO_LONGER, paragraphs=(), instead=stale)
    reasons = neutral_words(work.desk.settings.mail_from or "", participant.kind)
    return Notice(subject=subject, paragraphs=(words, reasons), instead=stale)


def _seen(work: Reading, record: Record) -> frozenset[str]:
    view = audience.cut_call(work.reader, record, work.now)
    items = audience.cut_agenda(work.reader, record, work.now)
    heard = {s.id for s in view.segments} if view else set()
    mine = audience.cut_actions(work.reader, record, work.now)
    return shown(segments=heard, items=(i.reference for i in items), actions=(a.reference for a in mine))


def _words(work: Reading, record: Record, contact: Contact) -> tuple[str, str]:
    """A guest's subject and first words: the same for every cause, of the day that they were told; none without one."""
    zone = zone_of(contact.zone)
    held = [c for c in invitations.of_person(work.tx, contact.id, record.call.id) if c.sent_revision]
    windows = audience.windows(work.reader, record, work.now)
    if not held:
        return "", ""
    day = _day(held[0].sent_start or held[0].start, zone)
    if not windows:
        return SUBJECT.format(day=day), NEUTRAL_WITHDRAWN.format(day=day)
    span = show_span(windows[0].start, windows[-1].end, zone)
    return SUBJECT.format(day=day), NEUTRAL_NARROWED.format(day=day, span=span)


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return show_date(moment.astimezone(zone).date())


NOTICES: dict[str, Compose] = {LEFT: compose_left, EARLIER: compose_earlier}
