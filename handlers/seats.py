"""Owns the daily word of what the other secretariat did (Plan C names two); the whole record is ``audit``'s.

It goes to the secretariat alone, and names acts and references, never a text.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.notices import QUESTIONS, Notice
from bot.participants import Contact, Participant, Role
from bot.when import show
from bot.words import is_reference
from bot.zones import zone_of
from handlers.act import act
from handlers.composing import Compose
from handlers.finding import read_call_date
from handlers.work import Reading, Writing
from storage import audit, directory, marks
from storage.outbox import Errand

KIND = "secretariat.acts"
A_DAY = timedelta(days=1)

SUBJECT = "What the other secretariat did until {until}"
SAYS = "{name} entered this from {since} to {until}:"
WORDS: Mapping[str, str] = {
    "admit": "admitted somebody",
    "agenda.build": "built an agenda",
    "approve": "approved a list",
    "bring": "brought a proxy to a call",
    "call.add": "drafted a call",
    "call.announce": "announced a call",
    "call.cancel": "cancelled a call",
    "call.move": "moved a call",
    "circulate": "circulated a list",
    "contact add": "added a contact",
    "contact change": "changed a contact",
    "contact invite": "invited a contact to calls",
    "contact remove": "removed a contact",
    "contact replace": "replaced a contact",
    "minutes.adopt": "adopted minutes",
    "minutes.send": "sent draft minutes",
    "object": "entered an objection",
    "objections.confirm": "entered that an objection still stands",
    "participant add": "added a participant",
    "participant leave": "entered that a participant has left",
    "segment.add": "added a part to a call",
    "segment.change": "changed a part of a call",
    "series.add": "planned a series",
    "series.end": "ended a series",
    "unadmit": "took somebody off a list",
    "undo": "took something back",
    "window": "chose somebody's part",
    "withdraw": "withdrew an objection",
}
"""What an act is called; one that is not named here is told by its own name."""

OWN = frozenset(
    {"code asked", "directory hidden", "directory shown", "feed reset", "linked by code", "links reset", "refresh",
     "rsvp", "timezone", audit.LOOK}
)  # fmt: skip
"""What a person does for themselves, whatever their hat: nobody is told of it."""


def acts_to_tell(work: Reading) -> bool:
    """Whether today's word is still to go out: from the hour of the digest (UTC) on."""
    return work.now.hour >= work.desk.procedure.reminders.digest_hour and not marks.made(work.tx, [_mark(work.now)])


@act
def tell_acts(work: Writing) -> int:
    """Tells each of the secretariat, once a day, what the others of it did since the day before, whether or not they
    are of it still; returns how many people are told."""
    if not acts_to_tell(work):
        return 0
    marks.make(work.tx, [_mark(work.now)], work.now)
    seats = [c.id for c in directory.secretariat(work.tx)]
    since = marks.before(work.tx, MARK, work.now) or work.now - A_DAY
    busy = {one.actor for one in audit.made_by(work.tx, seats, since, work.now, OWN)}
    told = [i for i in seats if busy - {i}]
    work.tell(KIND, told, subject=f"{since.isoformat()} {work.now.isoformat()}")
    return len(told)


MARK = "acts "


def _mark(now: datetime) -> str:
    return f"{MARK}{now.date()}"


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """What the others of the secretariat did, act by act, those too who are of it no longer; nothing for who is of it
    no longer."""
    if Role.SECRETARIAT not in contact.roles:
        return None
    since, until = (datetime.fromisoformat(word) for word in errands[0].subject.split(" "))
    others = {c.id: c.name for c in directory.secretariat(work.tx) if c.id != contact.id}
    made = [one for one in audit.made_by(work.tx, list(others), since, until, OWN) if one.actor != contact.id]
    others |= _former(work, {one.actor for one in made} - others.keys())
    zone = zone_of(contact.zone)
    said = {"since": show(since, zone), "until": show(until, zone)}
    lines = [
        line
        for i, name in others.items()
        if (own := [one for one in made if one.actor == i])
        for line in (SAYS.format(name=name, **said), *_lines(own))
    ]
    if not lines:
        return None
    closing = (QUESTIONS.format(address=work.desk.settings.mail_from),)
    return Notice(SUBJECT.format(until=said["until"]), tuple(lines), closing=closing)


def _former(work: Reading, ids: Iterable[str]) -> dict[str, str]:
    """The names of those who were of the secretariat when they acted."""
    known = (directory.contact_even_removed(work.tx, i) for i in sorted(ids))
    return {who[0].id: who[0].name for who in known if who is not None}


def _lines(made: Sequence[audit.Made]) -> list[str]:
    """A line for each kind of act, in the order of the first of it, with what they were about where that is short."""
    counts = Counter(one.act for one in made)
    about = {
        name: dict.fromkeys(one.subject for one in made if one.act == name and _short(one.subject)) for name in counts
    }
    return [
        f"• {WORDS.get(name, name.replace('.', ' '))}"
        + (f", {count} times" if count > 1 else "")
        + (f": {', '.join(about[name])}" if about[name] else "")
        for name, count in counts.items()
    ]


def _short(subject: str) -> bool:
    return all(is_reference(word) or read_call_date(word)[0] is not None for word in subject.split()) and bool(subject)


NOTICES: Mapping[str, Compose] = {KIND: compose}
