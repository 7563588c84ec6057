"""Owns what is written once a message has left, and what of it still is to be; how it leaves is ``sending``'s."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from bot.exposures import segments_in
from handlers.composing import Composed
from handlers.desk import Desk
from handlers.links import mark_of
from storage import exposures, invitations, outbox
from storage.outbox import Errand
from storage.store import Tx
from storage.tables import Door, OutboxState

HELD = "invitation.held"
"""The person's calendar has a new revision: Slack says so too."""


@dataclass(frozen=True, slots=True)
class Left:
    """A message that has left and is not marked yet: how it is marked, whether *more* of its errands follows, and its
    person's fence, which is held until it is marked."""

    mark: Callable[[Tx], None]
    more: bool
    fence: ExitStack

    def mark_at_once(self, desk: Desk) -> None:
        """Marks it in a transaction of its own, and leaves the fence."""
        with self.fence, desk.store.begin() as tx:
            self.mark(tx)


def mark_sent(
    desk: Desk, errand: Errand, ended: Sequence[str], composed: Composed, posts: Sequence[str], tx: Tx
) -> None:
    """The message has left, and with it all that was to be told of the errands *ended* (their ids).

    A person who got a copy holds it now; Slack, with its buttons for answering, is told after the mail.
    """
    now, copy = desk.now(), composed.notice.copy
    outbox.end(tx, ended, OutboxState.SENT, now)
    exposures.end(tx, composed.exposures, now, posts)
    if composed.notice.instead:
        exposures.say_no_more(tx, [e.id for e in composed.notice.instead])
    if copy is None:
        return
    parts = segments_in(composed.notice.shows)
    revision, before = invitations.mark_sent(tx, copy.uid, copy.dtstamp, mark_of(copy.location), parts)
    if Door.SLACK not in desk.send:
        return
    subject = " ".join([copy.uid, *(moment.isoformat() for moment in before or ())])
    outbox.add(
        tx,
        [
            Errand(
                desk.new_id(), HELD, Door.SLACK, errand.contact_id, errand.call_id, subject, revision, False, now, now
            )
        ],
    )  # fmt: skip


def read_held(subject: str) -> tuple[str, tuple[datetime, datetime] | None]:
    """The copy's UID, and the start and end (UTC) that the person held before, as the errand's subject says them."""
    uid, *moments = subject.split(" ")
    start, end = ([datetime.fromisoformat(m) for m in moments] + [None, None])[:2]
    return uid, (start, end) if start and end else None
