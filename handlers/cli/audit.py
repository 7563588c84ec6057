"""Owns what ``lap audit verify`` says; whether the chain holds is ``bot.audit``'s to judge."""

from bot.audit import Head
from handlers.audit import verify_record
from handlers.desk import Desk
from handlers.identity import the_machine

DONE = 0
WHOLE = "{count} {entries}, head {hash}"
ERASED = "The detail of {count} was erased; the entries themselves are as they were made."
AS_MAILED = "The head that was mailed, entry {number}, is in it."


def verify_audit(desk: Desk, mailed: Head | None) -> int:
    """``lap audit verify [--head NUMBER:HASH]``: returns the exit status, or raises Broken with what is wrong where."""
    found = verify_record(desk, the_machine("command line"), mailed)
    count = found.head.number
    print(WHOLE.format(count=count, entries="entry" if count == 1 else "entries", hash=found.head.hash))
    if found.erased:
        print(ERASED.format(count=found.erased))
    if mailed is not None:
        print(AS_MAILED.format(number=mailed.number))
    return DONE
