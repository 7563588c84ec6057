"""Owns the way of an errand out of the house: claimed, composed from what is true now, handed to a door, marked.

What a notice says belongs to the room whose errand it is; how it is rendered and sent, to the doors.
"""

import re
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from handlers.ahead import MOST, Ahead
from handlers.composing import Compose as Compose
from handlers.composing import Composed, Ended, NotYet
from handlers.composing import Kinds as Kinds
from handlers.desk import Desk
from handlers.lanes import GoesOn, Lanes, OneLane
from handlers.marking import Left, mark_sent
from storage import directory, exposures, outbox
from storage.outbox import Errand
from storage.store import TURN_SECONDS, Clash, Tx
from storage.tables import Door, OutboxState

log = structlog.get_logger()

UNDELIVERED = "undelivered"
BATCH = 50
FIRST_WAIT = timedelta(minutes=1)
GIVE_UP = timedelta(days=5)
BUSY = timedelta(seconds=5)
"""So long an errand waits for what else is leaving for the same person."""
LONGEST_CLAIM = timedelta(minutes=1)
"""What was claimed longer ago is given back untried: its lease is to outlast its sending."""
LOOK_AGAIN = 0.25
"""Seconds between two looks for what is due while something is leaving."""
SLOW_IN_A_ROW = 3
_ANSWER = re.compile(r"(?:The mail server answered )?[2-5][0-9]{2}(?: [245]\.[0-9]{1,3}\.[0-9]{1,3})?(?![0-9])")


class NotTaken(Exception):
    """A door could not hand a message over; ``for_good`` where trying again is no use; ``wait`` where the other side
    said how many seconds to stay away; ``unreachable`` where it did not answer at all, ``slow`` where it took all the
    time that one message may take; ``offered`` where the other side has the text all the same, or may have it;
    ``posts``: what of it stands there by now, which is given other words as any post is."""

    def __init__(
        self,
        says: str,
        *,
        for_good: bool = False,
        wait: float | None = None,
        unreachable: bool = False,
        slow: bool = False,
        offered: bool = False,
        posts: Sequence[str] = (),
    ) -> None:
        super().__init__(says)
        self.says = says
        self.for_good = for_good
        self.wait = wait
        self.unreachable = unreachable
        self.slow = slow
        self.offered = offered
        self.posts = posts


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one round did: messages sent, dropped (nothing left to tell), put off, given up, missed (told too late).

    ``unreachable``: the doors whose other side did not answer; ``slow``: of each door, how many messages in a row took
    all the time that one may take; ``resting``: what the other side asked to wait with, by door and kind, until when
    (UTC).
    """

    sent: int = 0
    dropped: int = 0
    put_off: int = 0
    failed: int = 0
    missed: int = 0
    unreachable: frozenset[Door] = frozenset()
    slow: tuple[Door, ...] = ()
    resting: tuple[tuple[Door, str, datetime], ...] = ()

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
            self.unreachable | other.unreachable,
            () if other.sent else (*self.slow, *other.slow),
            (*self.resting, *other.resting),
        )


def deliver(desk: Desk, kinds: Kinds, most: int = BATCH, lanes: Lanes[Delivered] | None = None) -> Delivered:
    """One round of delivery.

    1. Claim up to *most* due errands by lease: narrowing ones first. One that is no longer worth telling is recorded
       as missed, not sent.
    2. Put together those of one person, door and kind that go into one message.
    3. For each message that finds a free one of the *lanes*: hold the person's fence, so that no narrowing comes
       between the last look and the mark; count the attempt; compose it from what is true now; nothing to tell drops
       it; write into the exposure ledger that it leaves; hand it to the door; mark it, and in the ledger that it has
       left. The next one waits for it only for a moment: a server may be slow with one recipient.
    4. Where another message follows in the same lane at once, one transaction marks the one and begins the other,
       which looks at what is true then; it is made under both persons' fences. With it some that follow may be made
       (``ahead``): each is marked before the next is offered, and made anew where anybody wrote meanwhile.
    5. What a door did not take is put off with growing waits, or given up where it never will be taken.
    6. A door whose other side did not answer, or let several in a row wait until their time was over, is left alone for
       a minute with all that was claimed for it; where it said how long to stay away, all that was claimed of that kind
       waits so long (Slack: 429 with Retry-After). What found no lane is given back.
    Safe to run twice and in several processes: a lease that ran out is claimed again, and what is sent then is equal.
    """
    lanes = lanes or OneLane()
    with desk.store.begin() as tx:
        now = desk.now()
        claimed = outbox.claim(tx, desk.store, now, most, kinds.goes_with)
        late = [e.id for e in claimed if e.until is not None and e.until <= now]
        if late:
            outbox.end(tx, late, OutboxState.MISSED, now)
    done, back = Delivered(missed=len(late)), list[str]()
    waiting = deque(_messages([e for e in claimed if e.id not in late], kinds))

    def coming_after(errands: list[Errand]) -> list[list[Errand]]:
        """What may follow a message in its lane as things stand; nothing follows a narrowing unseen, and nothing to
        the same person: what they are told next is made of what the last one left them."""
        first, found, people = errands[0], list[list[Errand]](), {errands[0].person}
        for each in list(waiting)[:MOST]:
            if first.first or each[0].first or each[0].door is not first.door or each[0].kind in kinds.posted:
                break
            if each[0].person in people:
                break
            people.add(each[0].person)
            found.append(each)
        return found

    def after(before: Errand, ahead: Ahead) -> tuple[str, _Next] | None:
        """What leaves after a message that did, in its lane; nothing where it is to be looked at anew."""
        coming = waiting[0][0] if waiting else None
        if (
            coming is None
            or (coming.door, coming.first) != (before.door, before.first)
            or coming.kind in kinds.posted
            or desk.now() - now > LONGEST_CLAIM
            or _rests(done, coming) is not None
            or lanes.serves(coming.person)
            or not desk.give_way(0.0)
        ):
            return None
        errands = waiting.popleft()
        return coming.person, (errands, [] if ahead.holds(errands) else coming_after(errands))

    while waiting:
        errands = waiting.popleft()
        ids, first = [e.id for e in errands], errands[0]
        done = sum(lanes.ended(), done)
        if not lanes.free(first=first.first) or desk.now() - now > LONGEST_CLAIM:
            back += ids
        elif _is_shut(done, first.door):
            done += _wait(desk, ids, desk.now() + FIRST_WAIT, "the door is shut")
        elif (until := _rests(done, first)) is not None:
            done += _wait(desk, ids, until, "the other side asked to wait")
        elif lanes.serves(first.person):
            done += _wait(desk, ids, desk.now() + BUSY, "another message to them is leaving")
        else:
            desk.give_way()
            following = (errands, coming_after(errands))
            lanes.begin(first.person, partial(_give, desk, kinds, following, after), first=first.first)
    if back:
        with desk.store.begin() as tx:
            outbox.release(tx, back)
    return sum(lanes.ended(), done)


def deliver_all(desk: Desk, kinds: Kinds, lanes: Lanes[Delivered] | None = None) -> Delivered:
    """Rounds until nothing more is due now, and nothing is leaving."""
    lanes, done = lanes or OneLane(), Delivered()
    while (once := deliver(desk, kinds, lanes=lanes)).any or lanes.wait(LOOK_AGAIN):
        done += once
    return done


_Next = tuple[list[Errand], list[list[Errand]]]
"""The errands of one message, and of those that may follow it in its lane."""

After = Callable[[Errand, Ahead], tuple[str, _Next] | None]
"""The person and the errands of what leaves after one that did, in its lane; None where nothing does."""


def _rests(done: Delivered, errand: Errand) -> datetime | None:
    """Until when (UTC) errands of that kind wait at that door, where its other side asked to."""
    return max((u for door, kind, u in done.resting if (door, kind) == (errand.door, errand.kind)), default=None)


def _is_shut(done: Delivered, door: Door) -> bool:
    return door in done.unreachable or done.slow.count(door) >= SLOW_IN_A_ROW


def _messages(claimed: Sequence[Errand], kinds: Kinds) -> list[list[Errand]]:
    groups: dict[tuple[object, ...], list[Errand]] = {}
    for errand in claimed:
        together = kinds.goes_with(errand.kind) or errand.id
        groups.setdefault((errand.person, errand.door, together), []).append(errand)
    return list(groups.values())


def _give(desk: Desk, kinds: Kinds, following: _Next | None, after: After, goes_on: GoesOn) -> Delivered:
    """Sends one message, which is what its errands come to but for somebody with several copies of a call; then what
    leaves *after* it in its lane. What has left is marked before the next is offered, at once where nothing follows."""
    assert following is not None
    if (post := kinds.posted.get(following[0][0].kind)) is not None:
        return _post(desk, post, following[0])
    done, left, ahead = Delivered(), None, Ahead(desk, kinds)
    with ExitStack() as fences:
        fences.callback(ahead.let_go)
        while following is not None:
            errands, coming = following
            once, left = _give_one(desk, ahead, errands, coming, left, fences)
            done += once
            following = None
            if left is not None and left.more:
                left.mark_at_once(desk)
                left, following = None, (errands, [])
            elif left is not None:
                following = goes_on(partial(after, errands[0], ahead))
        if left is not None:
            left.mark_at_once(desk)
    return done


def _post(desk: Desk, post: Callable[[Desk, Errand], None], errands: list[Errand]) -> Delivered:
    """Has what *errands* are about posted to a channel, once for all of them: a post says what is true now."""
    first, ids = errands[-1], [e.id for e in errands]
    with desk.store.begin() as tx:
        if outbox.begin_attempt(tx, errands, desk.now()) is None:
            return Delivered(dropped=1)
    try:
        post(desk, first)
    except NotTaken as error:
        if error.for_good:
            return _give_up(desk, first, ids, error.says, ())
        shut = frozenset({first.door} if error.unreachable else ())
        return replace(_put_off(desk, first, ids, error.says, error.wait), unreachable=shut)
    except Exception:  # one post that goes wrong may not hold up the others
        log.exception("a post went wrong", errand=first.id, kind=first.kind)
        return _put_off(desk, first, ids, "it went wrong", None)
    with desk.store.begin() as tx:
        outbox.end(tx, ids, OutboxState.SENT, desk.now())
    return Delivered(sent=1)


def _give_one(
    desk: Desk,
    ahead: Ahead,
    errands: list[Errand],
    coming: list[list[Errand]],
    before: Left | None,
    fences: ExitStack,
) -> tuple[Delivered, Left | None]:
    """One message under one hold of the fence, which lasts no longer than a door may take; what is still to be marked
    of it. The one *before* it is marked as this one begins, or at once where this one has to wait or cannot begin."""
    first, ids = errands[0], [e.id for e in errands]
    with ExitStack() as fence:
        held = fence.enter_context(desk.store.sending(first.person, TURN_SECONDS if before is None else 0.0))
        composed: Composed | Ended | None = None
        try:
            if held and ahead.holds(errands):
                composed = ahead.take(errands, before.mark if before is not None else None)
                if before is not None:
                    before.fence.close()
                    before = None
            if held and composed is None:
                composed = ahead.compose(errands, coming, before.mark if before is not None else None)
        except Exception as error:  # noqa: BLE001 -- told below: one that cannot be composed may hold up no other
            if before is None:
                return _not_composed(desk, errands, error), None
            composed = None
        if before is not None and composed is None:  # alone it begins, or says what hinders it
            before.mark_at_once(desk)
            fence.close()
            return _give_one(desk, ahead, errands, [], None, fences)
        if composed is None:
            return _wait(desk, ids, desk.now() + BUSY, "another message to them is leaving"), None
        if before is not None:
            before.fence.close()
        if isinstance(composed, Ended):
            return (Delivered(dropped=1) if composed is Ended.DROPPED else Delivered(put_off=1)), None
        notice, kept = composed.notice, composed.exposures
        try:
            posts = desk.send[first.door](notice, first, composed.contact, composed.dated) or ()
        except ValueError as error:  # an address or a text that no mail can carry: trying again is no use
            log.exception("an errand could not be sent", errand=first.id, kind=first.kind)
            return _give_up(desk, first, ids, str(error), kept), None
        except NotTaken as error:
            stands = _Stands(error.offered, error.posts)
            if error.for_good:
                return _give_up(desk, first, ids, error.says, kept, stands), None
            put_off = _put_off(desk, first, ids, error.says, error.wait, kept, stands)
            asked = timedelta(seconds=error.wait) if error.wait is not None and put_off.put_off else None
            rests = desk.now() + min(asked, outbox.LONGEST_WAIT) if asked is not None else None
            resting = ((first.door, first.kind, rests),) if rests is not None else ()
            shut = frozenset({first.door} if error.unreachable else ())
            slow = (first.door,) if error.slow else ()
            return replace(put_off, unreachable=shut, slow=slow, resting=resting), None
        except Exception:  # one that goes wrong, wherever, may hold up no other
            log.exception("an errand could not be sent", errand=first.id, kind=first.kind)
            return _put_off(desk, first, ids, "it went wrong", None, kept, _Stands(offered=True)), None
        its_mark = partial(mark_sent, desk, first, () if composed.more else ids, composed, posts)
        return Delivered(sent=1), Left(its_mark, composed.more, fences.enter_context(fence.pop_all()))


def _not_composed(desk: Desk, errands: list[Errand], error: Exception) -> Delivered:
    first, ids = errands[0], [e.id for e in errands]
    if isinstance(error, NotYet):
        return _wait(desk, ids, error.until, outbox.NOT_YET)
    if isinstance(error, Clash):
        return _wait(desk, ids, desk.now() + BUSY, "others write all the time")
    log.exception("an errand could not be composed", errand=first.id, kind=first.kind)
    return _put_off(desk, first, ids, "it could not be composed", None)


def _wait(desk: Desk, ids: Sequence[str], until: datetime, why: str) -> Delivered:
    """Puts errands off that nobody has tried yet; not counted as an attempt."""
    with desk.store.begin() as tx:
        outbox.put_off(tx, ids, until, why)
    return Delivered(put_off=1)


@dataclass(frozen=True, slots=True)
class _Stands:
    """What the other side has of a message that it did not take."""

    offered: bool = False
    posts: Sequence[str] = ()


def _put_off(
    desk: Desk, first: Errand, ids: list[str], why: str, wait: float | None, kept: Sequence[str] = (),
    stands: _Stands = _Stands(),
) -> Delivered:  # fmt: skip
    now = desk.now()
    if now - (first.first_attempt_at or now) > GIVE_UP:
        return _give_up(desk, first, ids, why, kept, stands)
    asked = timedelta(seconds=wait) if wait is not None else FIRST_WAIT * 2**first.attempts
    waits = min(asked, outbox.LONGEST_WAIT)
    with desk.store.begin() as tx:
        outbox.put_off(tx, ids, now + waits, why)
        _not_taken(tx, kept, now, stands)
    seconds = waits.total_seconds()
    log.warning("a message waits", errand=first.id, kind=first.kind, why=_for_the_log(why), seconds=seconds)
    return Delivered(put_off=1)


def _not_taken(tx: Tx, kept: Sequence[str], now: datetime, stands: _Stands) -> None:
    """What a server had before it, and did not take, has left all the same; of anything else nobody saw a byte."""
    if kept and stands.offered:
        exposures.end(tx, kept, now, stands.posts)
    elif kept:
        exposures.forget(tx, kept)


def _give_up(
    desk: Desk, first: Errand, ids: list[str], why: str, kept: Sequence[str], stands: _Stands = _Stands()
) -> Delivered:
    """Ends errands that will never be taken, and tells the secretariat whose address no server takes mail for: what was
    for Slack is mailed as well, where it has to be known."""
    now = desk.now()
    with desk.store.begin() as tx:
        outbox.end(tx, ids, OutboxState.FAILED, now, why)
        _not_taken(tx, kept, now, stands)
        if first.kind != UNDELIVERED and first.door is Door.MAIL:
            told = [
                Errand(desk.new_id(), UNDELIVERED, Door.MAIL, c.id, first.call_id, first.id, 0, False, now, now)
                for c in directory.secretariat(tx)
                if c.id != first.contact_id
            ]
            outbox.add(tx, told)
    log.warning("a message was given up", errand=first.id, kind=first.kind, why=_for_the_log(why))
    return Delivered(failed=1)


def _for_the_log(why: str) -> str:
    """Of a mail server's answer its codes alone (RFC 5321 4.2, RFC 3463): in its words it may repeat who was to be
    told, or of what. The secretariat reads them whole."""
    answer = _ANSWER.match(why)
    return answer[0] if answer else why
