"""Owns the look at whether the database fits this program; settings, mail and Slack are looked at beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.desk import Desk
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


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part: well, or with ``says`` what to do; a warning where it is ``well`` all the same."""

    part: str
    well: bool
    says: str = ""


def examine_procedure(desk: Desk) -> Finding:
    """Whether anybody outside keeps the head of the audit record: a warning where it is not two."""
    heads = desk.procedure.audit.heads
    return Finding("procedure", True, "" if len(heads) >= HEADS else NO_HEADS.format(count=len(heads) or "no"))


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
