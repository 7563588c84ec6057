"""Owns the look at the whole audit record; each act appends its own entry to it (``handlers.desk``)."""

from bot.audit import Head, Verified, verify
from handlers.desk import Reading, reading
from storage import audit


@reading
def verify_record(work: Reading, mailed: Head | None = None) -> Verified:
    """Whether the whole chain holds, and still has the head that was *mailed* once. Raises Broken where it does not."""
    head, entries = audit.whole(work.tx)
    return verify(entries, head, mailed)
