"""Owns what one message is made of: the errands of one person as they are true now, and its entry in the ledger.

How it then leaves is ``sending``'s; what a notice says belongs to the room whose errand it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from bot.confidentiality import Way
from bot.exposures import Exposure
from bot.notices import Notice, joined
from bot.participants import Contact, Participant, reader_of
from handlers.carrying import marked
from handlers.desk import Actor, Desk, the_outside
from handlers.invitations import WELCOME
from handlers.links import page_link
from handlers.work import Reading
from storage import directory, exposures, outbox
from storage.outbox import Errand
from storage.store import Tx
from storage.tables import Door, OutboxState

Compose = Callable[[Reading, Sequence[Errand], Contact, Participant], Notice | list[Notice] | None]
"""Makes what one person is told from errands of one kind, at the moment of sending; nothing where nothing is theirs."""

WAYS = {Door.MAIL: Way.MAIL, Door.SLACK: Way.MESSAGE}
YOUR_PAGE = "Your own page, for you alone: what awaits you, your part of the calls, your calendar feed"

SEVERAL = "{first}; and {more} more"


class NotYet(Exception):
    """What an errand is about may not be told before *until* (UTC); it then is looked at anew."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True)
class Kinds:
    """How each kind of errand is composed, and which of one person go into one message: those of a kind that is
    ``merged``, and those of all kinds that are ``joined``; of ``for_the_gone`` alone somebody is told who is no contact
    any more: what stands in their calendar is taken back; ``posted`` ones go to a channel, by a way of their own, which
    raises ``sending.NotTaken``; ``unannounced`` ones go without the first mail before them,
    which says who writes."""

    compose: Mapping[str, Compose]
    merged: frozenset[str]
    for_the_gone: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()
    unannounced: frozenset[str] = frozenset({WELCOME})
    posted: Mapping[str, Callable[[Desk, Errand], None]] = field(default_factory=dict)

    def goes_with(self, kind: str) -> frozenset[str]:
        """The kinds that go into one message with errands of *kind*; none where each goes alone."""
        if kind in self.joined:
            return self.joined
        return frozenset({kind} if kind in self.merged else ())


class Ended(Enum):
    """What became of errands that no message was made of."""

    DROPPED, PUT_OFF = range(2)


@dataclass(frozen=True, slots=True)
class Composed:
    """One message ready to leave, with the ids of its entries in the ledger; ``more``: another one of the same errands
    follows it."""

    notice: Notice
    contact: Contact
    dated: datetime
    exposures: tuple[str, ...]
    more: bool


def compose_message(
    desk: Desk,
    tx: Tx,
    kinds: Kinds,
    errands: list[Errand],
    fetched: dict[object, Any],
    turn_by: datetime | None = None,
) -> Composed | Ended:
    """The message, with its entry in the ledger; or what became of the errands without one: dropped, or put off because
    the first mail has to go before them. Raises NotYet.

    *fetched*: what was read in this transaction for other messages (``Reading.fetched``). *turn_by* (UTC): it is made
    before its turn, which comes by then or not at all.
    """
    now, first = desk.now(), errands[0]
    dated = outbox.begin_attempt(tx, errands, now)
    if dated is None:
        return Ended.DROPPED
    _wait_for_narrowing(tx, errands, now)
    outside = the_outside(first.address) if first.address else None
    known = outside or directory.contact_even_removed(tx, first.contact_id)
    if known is None or first.door not in desk.send:
        return _dropped(tx, errands, now)
    contact, participant = known
    reader = reader_of(contact, participant)
    if reader.is_gone and first.kind not in kinds.for_the_gone:
        return _dropped(tx, errands, now)
    actor = Actor(contact, participant, reader, "delivery", way=WAYS[first.door])
    work, notices = Reading(desk, tx, actor, now, fetched=fetched), list[Notice]()
    for kind in dict.fromkeys(e.kind for e in errands):
        if (compose := kinds.compose.get(kind)) is None:
            continue
        made = compose(work, [e for e in errands if e.kind == kind], contact, participant)
        notices += [marked(work, n) for n in (made if isinstance(made, list) else [made] if made else [])]
    if not notices:
        return _dropped(tx, errands, now)
    if not reader.is_gone and _welcomed_first(work, kinds, errands):
        return Ended.PUT_OFF
    if len(notices) > 1 and kinds.goes_with(first.kind):
        notices = [joined(notices, SEVERAL.format(first=notices[0].subject, more=len(notices) - 1))]
    has_page = first.door is Door.MAIL and not reader.is_gone and not outside
    page = (work.page or page_link(work, contact.id)) if has_page else ""
    notices = [replace(n, links=(*n.links, (YOUR_PAGE, page))) if page else n for n in notices]
    entries = _entries(desk, errands, notices[0], now, turn_by)
    exposures.begin(tx, entries)
    return Composed(notices[0], contact, dated, tuple(e.id for e in entries), more=len(notices) > 1)


def _wait_for_narrowing(tx: Tx, errands: Sequence[Errand], now: datetime) -> None:
    """Raises NotYet for what would show, before its time, that the person has lost a part of a call: all that is about
    that call, but a narrowing that is to be told at once."""
    call_ids = {e.call_id for e in errands if e.call_id and not (e.first and e.due_at <= e.created_at)}
    later = outbox.told_later(tx, errands[0].contact_id, call_ids, now) if call_ids else None
    if later is not None:
        raise NotYet(later)


def _dropped(tx: Tx, errands: Sequence[Errand], now: datetime) -> Ended:
    outbox.end(tx, [e.id for e in errands], OutboxState.DROPPED, now)
    return Ended.DROPPED


def _entries(
    desk: Desk, errands: Sequence[Errand], notice: Notice, now: datetime, turn_by: datetime | None
) -> list[Exposure]:
    """The entries of a message that is about to leave, one for each call that it is about: from their commit on it may
    have left, whatever happens here. None of one to an address that is no contact's."""
    return [
        Exposure(
            desk.new_id(), e.id, e.contact_id, e.call_id, e.door, e.kind,
            notice.copy.uid if notice.copy else e.subject, notice.copy.sequence if notice.copy else e.revision,
            now, shows=notice.shows, turn_by=turn_by,
        )
        for e in {e.call_id: e for e in reversed(errands) if not e.address}.values()
    ]  # fmt: skip


def _welcomed_first(work: Reading, kinds: Kinds, errands: list[Errand]) -> bool:
    """Puts the mail that says who writes before these, where it never went; they then wait for the next round."""
    first = errands[0]
    if first.door is not Door.MAIL or first.kind in kinds.unannounced or directory.is_told(work.tx, first.contact_id):
        return False
    fresh = directory.mark_told(work.tx, [first.contact_id], work.now)
    welcome = [
        Errand(work.desk.new_id(), WELCOME, Door.MAIL, i, first.call_id, "", 0, True, work.now, work.now) for i in fresh
    ]
    if welcome:
        outbox.add(work.tx, welcome)
        outbox.put_off(work.tx, [e.id for e in errands], work.now, "the first mail goes before it")
    return bool(welcome)
