"""Owns when the bot's post in the Agencies' channels is to be made anew; what it says is ``panels``'."""

from datetime import timedelta

from handlers.work import Writing
from storage import calls

KIND = "live.panel"
"""The kind of errand: the post in the channels, of a call."""

WORTH = timedelta(minutes=10)


def tell(work: Writing, call_id: str) -> None:
    """The posts on that call are to say what is true now; many changes at once are one."""
    if not any((e.kind, e.call_id) == (KIND, call_id) for e in work.errands):
        work.tell_channel(KIND, call_id, work.now + WORTH)


def tell_running(work: Writing) -> None:
    """The same of every call that runs: somebody who may read in the channels is nobody's from now on, or a channel is
    the Agencies' no longer."""
    for record in calls.running(work.tx):
        tell(work, record.call.id)
