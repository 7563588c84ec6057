"""Owns one message on its way: under its person's fence, handed to its door, then marked, put off or given up; which
errands are due, and whose turn it is, is ``delivery``'s.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from handlers.ahead import Ahead
from handlers.composing import Composed, Ended, Kinds, NotYet
from handlers.desk import Desk
from handlers.lanes import GoesOn
from handlers.marking import Left, mark_sent
from storage import directory, exposures, outbox
from storage.outbox import Errand
from storage.store import TURN_SECONDS, Clash, Tx
from storage.tables import Door, OutboxState

log = structlog.get_logger()

UNDELIVERED = "undelivered"
FIRST_WAIT = timedelta(minutes=1)
GIVE_UP = timedelta(days=5)
BUSY = timedelta(seconds=5)
"""So long an errand waits for what else is leaving for the same person."""
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


Next = tuple[list[Errand], list[list[Errand]]]
"""The errands of one message, and of those that may follow it in its lane."""

After = Callable[[Errand, Ahead], tuple[str, Next] | None]
"""The person and the errands of what leaves after one that did, in its lane; None where nothing does."""


def give(desk: Desk, kinds: Kinds, following: Next | None, after: After, goes_on: GoesOn) -> Delivered:
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
            return wait(desk, ids, desk.now() + BUSY, "another message to them is leaving"), None
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
        return wait(desk, ids, error.until, outbox.NOT_YET)
    if isinstance(error, Clash):
        return wait(desk, ids, desk.now() + BUSY, "others write all the time")
    log.exception("an errand could not be composed", errand=first.id, kind=first.kind)
    return _put_off(desk, first, ids, "it could not be composed", None)


def wait(desk: Desk, ids: Sequence[str], until: datetime, why: str) -> Delivered:
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
