"""Owns which errands leave, and in which order: what is due is claimed, put together and given a lane.

How one message then leaves is ``sending``'s. What a notice says belongs to the room whose errand it is; how it is
rendered, to the doors.
"""

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from handlers.ahead import MOST, Ahead
from handlers.composing import Kinds
from handlers.desk import Desk
from handlers.lanes import Lanes, OneLane
from handlers.sending import BUSY, FIRST_WAIT, Delivered, Next, give, wait
from storage import outbox
from storage.outbox import Errand
from storage.tables import Door, OutboxState

BATCH = 50
LONGEST_CLAIM = timedelta(minutes=1)
"""What was claimed longer ago is given back untried: its lease is to outlast its sending."""
LOOK_AGAIN = 0.25
"""Seconds between two looks for what is due while something is leaving."""
SLOW_IN_A_ROW = 3


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

    def after(before: Errand, ahead: Ahead) -> tuple[str, Next] | None:
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
            done += wait(desk, ids, desk.now() + FIRST_WAIT, "the door is shut")
        elif (until := _rests(done, first)) is not None:
            done += wait(desk, ids, until, "the other side asked to wait")
        elif lanes.serves(first.person):
            done += wait(desk, ids, desk.now() + BUSY, "another message to them is leaving")
        else:
            desk.give_way()
            following = (errands, coming_after(errands))
            lanes.begin(first.person, partial(give, desk, kinds, following, after), first=first.first)
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
