"""Owns the look at whether the database fits this program; settings, mail and Slack are looked at beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from handlers.desk import Desk
from handlers.reply_address import SECRET
from handlers.reply_address import tagged as reply_address
from handlers.settings import Settings
from storage.migrate import is_at_head
from storage.store import Unavailable

SAFE_SQLITE = (3, 51, 3)

SILENT = "The database does not answer. See that DATABASE_URL names one that can be reached and read."
BEHIND = "The database is not at the version of this program. `lap migrate` brings it there."
OLD_SQLITE = (
    "SQLite here is {version}. Before 3.51.3 two writers at once can damage a database; lap lets only one in, so let "
    "no other program write to the file, or use PostgreSQL."
)

HEADS = 2
NO_HEADS = (
    "[audit] heads names {count} address. Name two, in different hands, that are mailed the head of the audit record "
    "every day: without them nobody could show that it was not cut or rewritten as a whole."
)


NO_ROOM = (
    "[bridges] urls names no conference room, so the links to join lead nowhere. Name one for each part of a call and "
    "two to spare: different people never share one."
)
ONE_ROOM = (
    "[bridges] urls names one conference room, so only one part of a call has any: different people never share one. "
    "Name one for each part of a call and two to spare."
)


NEAR = ("localhost", "127.0.0.1", "::1", "0.0.0.0")
"""Hosts that nobody reaches from another machine."""
NOT_PUBLIC = (
    "The links in mails lead to {url}, which nobody reaches from elsewhere. Set PUBLIC_URL to the address, best with "
    "https, at which people reach this machine or the proxy before it."
)


REPLIES = "answers"
NOBODY_COUNTS = (
    "No answer by mail counts by itself. Set MAIL_AUTHSERV to the authserv-id of your own mail server, or "
    "MAIL_REPLY=secret; until then the secretariat counts each with `/lap mail`."
)
NO_MAILBOX = (
    "MAIL_REPLY=secret has answers sent to {tagged}, but no mailbox is read. Set IMAP_URL to where they arrive."
)
TAGGED = (
    "Answers are sent to {tagged}. See that the mail server delivers them to the mailbox of IMAP_URL, and takes mail "
    "from such addresses: send one to {trial}, and `/lap mail` lists it."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part: well, or with ``says`` what to do; a warning where it is ``well`` all the same."""

    part: str
    well: bool
    says: str = ""


def examine_procedure(desk: Desk) -> Sequence[Finding]:
    """Whether the procedure file names enough: two who keep the head of the audit record, rooms for two parts."""
    heads, rooms = desk.procedure.audit.heads, desk.procedure.bridges.urls
    few = "" if len(rooms) > 1 or desk.settings.jitsi is not None else ONE_ROOM if rooms else NO_ROOM
    return [
        Finding("procedure", True, "" if len(heads) >= HEADS else NO_HEADS.format(count=len(heads) or "no")),
        Finding("bridges", True, few),
    ]


def examine_links(settings: Settings) -> Sequence[Finding]:
    """Whether people elsewhere can follow the links to pages, feeds and bridges; nothing where they can."""
    near = (urlsplit(settings.public_url).hostname or NEAR[0]) in NEAR
    return [Finding("links", True, NOT_PUBLIC.format(url=settings.public_url))] if near else []


def examine_replies(settings: Settings) -> Sequence[Finding]:
    """Whether answers by mail can count, and come back to addresses of people's own; nothing where none are read."""
    read, mailbox = settings.imap_url is not None, settings.mail_from or "calls@example.org"
    tagged = {"tagged": reply_address(mailbox, "TOKEN"), "trial": reply_address(mailbox, "trial")}
    if settings.mail_reply == SECRET:
        return [Finding(REPLIES, read, (TAGGED if read else NO_MAILBOX).format(**tagged))]
    return [Finding(REPLIES, True, NOBODY_COUNTS)] if read and not settings.mail_authserv else []


def examine_database(desk: Desk) -> Sequence[Finding]:
    """Whether the database answers and is at head, and whether SQLite is one to warn of."""
    try:
        at_head = is_at_head(desk.store)
        version = desk.store.server_version()
    except Unavailable:
        return [Finding("database", False, SILENT)]
    found = [Finding("database", at_head, "" if at_head else BEHIND)]
    if desk.store.is_sqlite and version < SAFE_SQLITE:
        found.append(Finding("SQLite", True, OLD_SQLITE.format(version=".".join(map(str, version)))))
    return found
