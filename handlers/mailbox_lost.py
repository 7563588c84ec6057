"""Owns what the secretariat is told where the mailbox that answers come to cannot be read: nobody else would notice, as
what comes in waits there in silence. Reading it is the mail door's."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.notices import Notice
from bot.participants import Contact, Participant, Role
from bot.when import show
from bot.zones import zone_of
from handlers.act import act, reading
from handlers.composing import Compose
from handlers.desk import Desk, the_clock
from handlers.work import Reading, Writing
from storage import directory, marks
from storage.outbox import Errand
from storage.tables import Door

UNREAD = "mail.unread"
LONG = timedelta(hours=1)
"""So long a mailbox may be out of reach before it is told: most are back by then."""

SUBJECT = "Answers by mail cannot be read"
SINCE = "The mailbox that answers come to has been out of reach since {since}: its server does not answer, or refuses."
WAITS = (
    "What is sent there waits, and is taken in its order once it can be read: answers by calendar, proposed times, and "
    "what people write in words. Until then `answers` may call somebody missing who has answered by mail. What is "
    "answered in Slack or on a page counts as ever."
)
NEXT = "Whoever runs the bot reads the cause in its log, and `lap doctor` names it."


def miss_mailbox(desk: Desk, mailbox: str) -> None:
    """The mailbox of that name cannot be read; told to the secretariat where that lasts."""
    if not _is_missed(desk, the_clock(), mailbox):
        _miss(desk, the_clock(), mailbox)


def find_mailbox(desk: Desk, mailbox: str) -> None:
    """It can be read; what was not told yet of its absence is not told."""
    if _is_missed(desk, the_clock(), mailbox):
        _find(desk, the_clock(), mailbox)


@reading
def _is_missed(work: Reading, mailbox: str) -> bool:
    return bool(marks.made(work.tx, [_mark(mailbox)]))


@act
def _miss(work: Writing, mailbox: str) -> None:
    if marks.make_missing(work.tx, [_mark(mailbox)], work.now):
        seats = [c.id for c in directory.secretariat(work.tx)]
        since = f"{work.now.isoformat()} {mailbox}"
        work.tell(UNREAD, seats, doors=(Door.MAIL, Door.SLACK), subject=since, due_at=work.now + LONG)
        work.record("mailbox missed", mailbox)


@act
def _find(work: Writing, mailbox: str) -> None:
    marks.undo(work.tx, [_mark(mailbox)])
    work.record("mailbox found", mailbox)


def _mark(mailbox: str) -> str:
    return f"unread {mailbox}"


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Tells the secretariat since when the mailbox is out of reach; nothing where it was read since."""
    told, _, mailbox = errands[0].subject.partition(" ")
    since = marks.made_at(work.tx, _mark(mailbox))
    if since is None or since != datetime.fromisoformat(told) or Role.SECRETARIAT not in contact.roles:
        return None
    return Notice(SUBJECT, (SINCE.format(since=show(since, zone_of(contact.zone))), WAITS, NEXT))


NOTICES: dict[str, Compose] = {UNREAD: compose}
