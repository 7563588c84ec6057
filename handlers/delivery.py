"""Owns the way of an errand out of the house: claimed, composed from what is true now, handed to a door, marked.

What a notice says belongs to the room whose errand it is; how it is rendered and sent, to the doors.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.confidentiality import Way
from bot.itip import Copy
from bot.notices import Notice, joined
from bot.participants import Contact, Participant, reader_of
from handlers.carrying import marked
from handlers.desk import Actor, Desk, Reading, the_outside
from handlers.invitations import WELCOME
from handlers.links import page_link
from storage import directory, invitations, outbox
from storage.outbox import Errand
from storage.tables import Door, OutboxState

log = structlog.get_logger()

Compose = Callable[[Reading, Sequence[Errand], Contact, Participant], Notice | list[Notice] | None]
"""Makes what one person is told from errands of one kind, at the moment of sending; nothing where nothing is theirs."""

UNDELIVERED = "undelivered"
HELD = "invitation.held"
"""The person's calendar has a new revision: Slack says so too."""

WAYS = {Door.MAIL: Way.MAIL, Door.SLACK: Way.MESSAGE}
YOUR_PAGE = "Your own page, for you alone: what awaits you, your part of the calls, your calendar feed"

SEVERAL = "{first}; and {more} more"

BATCH = 50
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
GIVE_UP = timedelta(days=5)


class NotTaken(Exception):
    """A door could not hand a message over; ``for_good`` where trying again is no use; ``wait`` where the other side
    said how many seconds to stay away; ``unreachable`` where it did not answer at all."""

    def __init__(
        self, says: str, *, for_good: bool = False, wait: float | None = None, unreachable: bool = False
    ) -> None:
        super().__init__(says)
        self.says = says
        self.for_good = for_good
        self.wait = wait
        self.unreachable = unreachable


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one round did: messages sent, dropped (nothing left to tell), put off, given up, missed (told too late).

    ``unreachable``: the last one's door did not get through to the other side.
    """

    sent: int = 0
    dropped: int = 0
    put_off: int = 0
    failed: int = 0
    missed: int = 0
    unreachable: bool = False

    @property
    def any(self) -> bool:
        return bool(self.sent or self.dropped or self.put_off or self.failed or self.missed)

    def __add__(self, other: "Delivered") -> "Delivered":
        return Delivered(
            self.sent + other.sent,
            self.dropped + other.dropped,
            self.put_off + other.put_off,
            self.failed + other.failed,
            self.missed + other.missed,
            other.unreachable,
        )


@dataclass(frozen=True)
class Kinds:
    """How each kind of errand is composed, and which of one person go into one message: those of a kind that is
    ``merged``, and those of all kinds that are ``joined``; of ``for_the_gone`` alone somebody is told who is no contact
    any more: what stands in their calendar is taken back; ``unannounced`` ones go without the first mail before them,
    which says who writes."""

    compose: Mapping[str, Compose]
    merged: frozenset[str]
    for_the_gone: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()
    unannounced: frozenset[str] = frozenset({WELCOME})

    def goes_with(self, kind: str) -> frozenset[str]:
        """The kinds that go into one message with errands of *kind*; none where each goes alone."""
        if kind in self.joined:
            return self.joined
        return frozenset({kind} if kind in self.merged else ())


def deliver(desk: Desk, kinds: Kinds, most: int = BATCH) -> Delivered:
    """One round of delivery.

    1. Claim up to *most* due errands by lease: narrowing ones first. One that is no longer worth telling is recorded
       as missed, not sent.
    2. Put together those of one person, door and kind that go into one message.
    3. For each message: hold the person's fence, so that no narrowing comes between the last look and the mark; count
       the attempt; compose it from what is true now; nothing to tell drops it; hand it to the door; mark it.
    4. What a door did not take is put off with growing waits, or given up where it never will be taken.
    5. A door whose other side did not answer is left alone for a minute with all that was claimed for it.
    Safe to run twice and in several processes: a lease that ran out is claimed again, and what is sent then is equal.
    """
    with desk.store.begin() as tx:
        now = desk.now()
        claimed = outbox.claim(tx, desk.store, now, most, kinds.goes_with)
        late = [e.id for e in claimed if e.until is not None and e.until <= now]
        if late:
            outbox.end(tx, late, OutboxState.MISSED, now)
    done, shut = Delivered(missed=len(late)), set[Door]()
    for errands in _messages([e for e in claimed if e.id not in late], kinds):
        desk.give_way()
        door = errands[0].door
        if door in shut:
            with desk.store.begin() as tx:
                outbox.put_off(tx, [e.id for e in errands], desk.now() + FIRST_WAIT, "the door is shut")
            done += Delivered(put_off=1)
            continue
        done += _give(desk, kinds, errands)
        if done.unreachable:
            shut.add(door)
    return done


def deliver_all(desk: Desk, kinds: Kinds) -> Delivered:
    """Rounds until nothing more is due now."""
    done = Delivered()
    while (once := deliver(desk, kinds)).any:
        done += once
    return done


def _messages(claimed: Sequence[Errand], kinds: Kinds) -> list[list[Errand]]:
    groups: dict[tuple[object, ...], list[Errand]] = {}
    for errand in claimed:
        together = kinds.goes_with(errand.kind) or errand.id
        groups.setdefault((errand.person, errand.door, together), []).append(errand)
    return list(groups.values())


def _give(desk: Desk, kinds: Kinds, errands: list[Errand]) -> Delivered:
    first, ids = errands[0], [e.id for e in errands]
    with desk.store.fence(first.person):
        try:
            notices, contact, dated, put_off = _compose(desk, kinds, errands)
        except Exception:  # one errand that cannot be composed may not hold up the others
            log.exception("an errand could not be composed", errand=first.id, kind=first.kind)
            return _put_off(desk, first, ids, "it could not be composed", None)
        if put_off:
            return Delivered(put_off=1)
        if contact is None or not notices or first.door not in desk.send:
            with desk.store.begin() as tx:
                outbox.end(tx, ids, OutboxState.DROPPED, desk.now())
            return Delivered(dropped=1)
        try:
            for notice in notices:
                desk.send[first.door](notice, first, contact, dated)
                if notice.copy is not None:
                    _mark_sent(desk, first, notice.copy)
        except ValueError as error:  # an address or a text that no mail can carry: trying again is no use
            log.exception("an errand could not be sent", errand=first.id, kind=first.kind)
            return _give_up(desk, first, ids, str(error))
        except NotTaken as error:
            if error.for_good:
                return _give_up(desk, first, ids, error.says)
            return replace(_put_off(desk, first, ids, error.says, error.wait), unreachable=error.unreachable)
        with desk.store.begin() as tx:
            outbox.end(tx, ids, OutboxState.SENT, desk.now())
    return Delivered(sent=len(notices))


def _mark_sent(desk: Desk, errand: Errand, copy: Copy) -> None:
    """The person holds that copy now; Slack, with its buttons for answering, is told after the mail."""
    now = desk.now()
    with desk.store.begin() as tx:
        revision, before = invitations.mark_sent(tx, copy.uid, copy.dtstamp)
        subject = " ".join([copy.uid, *(moment.isoformat() for moment in before or ())])
        outbox.add(
            tx,
            [
                Errand(
                    desk.new_id(), HELD, Door.SLACK, errand.contact_id, errand.call_id, subject, revision, False,
                    now, now,
                )
            ],
        )  # fmt: skip


def read_held(subject: str) -> tuple[str, tuple[datetime, datetime] | None]:
    """The copy's UID, and the start and end (UTC) that the person held before, as the errand's subject says them."""
    uid, *moments = subject.split(" ")
    start, end = ([datetime.fromisoformat(m) for m in moments] + [None, None])[:2]
    return uid, (start, end) if start and end else None


def _compose(desk: Desk, kinds: Kinds, errands: list[Errand]) -> tuple[list[Notice], Contact | None, datetime, bool]:
    """The notices, to whom, their date, and whether they were put off because the first mail has to go before them."""
    now, first = desk.now(), errands[0]
    with desk.store.begin() as tx:
        dated = outbox.begin_attempt(tx, errands, now)
        outside = the_outside(first.address) if first.address else None
        known = outside or directory.contact_even_removed(tx, first.contact_id)
        if known is None:
            return [], None, dated, False
        contact, participant = known
        gone = contact.removed_at is not None or participant.left_at is not None
        if gone and first.kind not in kinds.for_the_gone:
            return [], None, dated, False
        actor = Actor(contact, participant, reader_of(contact, participant), "delivery", way=WAYS[first.door])
        work, notices = Reading(desk, tx, actor, now), list[Notice]()
        for kind in dict.fromkeys(e.kind for e in errands):
            if (compose := kinds.compose.get(kind)) is None:
                continue
            made = compose(work, [e for e in errands if e.kind == kind], contact, participant)
            notices += [marked(work, n) for n in (made if isinstance(made, list) else [made] if made else [])]
        put_off = bool(notices) and not gone and _welcomed_first(work, kinds, errands)
        has_page = bool(notices) and first.door is Door.MAIL and not gone and not outside
        page = page_link(work, contact.id) if has_page else ""
    if len(notices) > 1 and kinds.goes_with(first.kind):
        notices = [joined(notices, SEVERAL.format(first=notices[0].subject, more=len(notices) - 1))]
    if page:
        notices = [replace(n, links=(*n.links, (YOUR_PAGE, page))) for n in notices]
    return notices, contact, dated, put_off


def _welcomed_first(work: Reading, kinds: Kinds, errands: list[Errand]) -> bool:
    """Puts the mail that says who writes before these, where it never went; they then wait for the next round."""
    first = errands[0]
    if first.door is not Door.MAIL or first.kind in kinds.unannounced:
        return False
    fresh = directory.mark_told(work.tx, [first.contact_id], work.now)
    welcome = [
        Errand(work.desk.new_id(), WELCOME, Door.MAIL, i, first.call_id, "", 0, True, work.now, work.now) for i in fresh
    ]
    if welcome:
        outbox.add(work.tx, welcome)
        outbox.put_off(work.tx, [e.id for e in errands], work.now, "the first mail goes before it")
    return bool(welcome)


def _put_off(desk: Desk, first: Errand, ids: list[str], why: str, wait: float | None) -> Delivered:
    now = desk.now()
    if now - (first.first_attempt_at or now) > GIVE_UP:
        return _give_up(desk, first, ids, why)
    waits = timedelta(seconds=wait) if wait is not None else min(FIRST_WAIT * 2**first.attempts, LONGEST_WAIT)
    with desk.store.begin() as tx:
        outbox.put_off(tx, ids, now + waits, why)
    log.warning("a message waits", errand=first.id, kind=first.kind, why=why, seconds=waits.total_seconds())
    return Delivered(put_off=1)


def _give_up(desk: Desk, first: Errand, ids: list[str], why: str) -> Delivered:
    """Ends errands that will never be taken, and tells the secretariat whom they did not reach."""
    now = desk.now()
    with desk.store.begin() as tx:
        outbox.end(tx, ids, OutboxState.FAILED, now, why)
        if first.kind != UNDELIVERED:
            told = [
                Errand(desk.new_id(), UNDELIVERED, Door.MAIL, c.id, first.call_id, first.id, 0, False, now, now)
                for c in directory.secretariat(tx)
                if c.id != first.contact_id
            ]
            outbox.add(tx, told)
    log.warning("a message was given up", errand=first.id, kind=first.kind, why=why)
    return Delivered(failed=1)


NOT_REACHED = "{name} ({email}) could not be reached: the mail server will not take mail for that address."
SERVER_SAID = "The server said: {why}"
NOT_REACHED_OUTSIDE = "The daily head of the audit record could not be mailed to {email}."
MEND_HEADS = "Give an address that works in [audit] heads of the procedure file: without it nobody there notices a cut."
WHAT_NOW = 'Ask the organisation for an address that works, then send `/lap contact replace {email} by NEW "NAME"`.'


def undelivered(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Tells the secretariat of an address that does not work."""
    failed = outbox.one(work.tx, errands[0].subject)
    if failed is None:
        return None
    errand, why = failed
    said = SERVER_SAID.format(why=why)
    if errand.address:
        outside = NOT_REACHED_OUTSIDE.format(email=errand.address)
        return Notice(f"Not delivered: {errand.address}", (outside, said, MEND_HEADS))
    known = directory.contact_even_removed(work.tx, errand.contact_id)
    if known is None:
        return None
    unreached = known[0]
    return Notice(
        subject=f"Not delivered: {unreached.name}",
        paragraphs=(
            NOT_REACHED.format(name=unreached.name, email=unreached.email),
            said,
            WHAT_NOW.format(email=unreached.email),
        ),
    )
