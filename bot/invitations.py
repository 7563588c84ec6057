"""Owns windows and each person's copies of a call: what changed and by how much; the bytes of iMIP are ``itip``'s."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Flag, StrEnum, auto

from bot.calls import Call, Segment
from bot.itip import next_dtstamp


class Rsvp(StrEnum):
    """RFC 5545 3.2.12 PARTSTAT of a VEVENT's attendee."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"


@dataclass(frozen=True, slots=True)
class Window:
    """The contiguous time that one person is invited to (UTC), and the segments in it."""

    start: datetime
    end: datetime
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Invitation:
    """One person's copy of one block of a call: same ``uid`` for life, ``sequence`` rising (RFC 5546 2.1.4).

    ``revision`` rises with every change of the copy, text-only ones too; ``dtstamp`` strictly rises with it. What the
    person holds is revision ``sent_revision`` (0: nothing yet), for ``sent_start`` to ``sent_end`` (None: withdrawn),
    as ``sent_title``, which names the parts with the ids ``sent_parts`` (words with spaces), with the join link of
    which ``sent_link`` is the mark. ``tag`` is that of the organizer's address in it (``calls+TAG@domain``; empty:
    none), the same for the UID's life, since calendars take no update from another organizer. ``rsvp_before`` is the
    answer to the time before this one. ``thread_stamp`` and ``sent_stamp`` are the DTSTAMPs of the first mail of this
    copy that left, and of the last.
    """

    uid: str
    call_id: str
    contact_id: str
    block: int
    sequence: int
    revision: int
    dtstamp: datetime
    created_at: datetime
    start: datetime
    end: datetime
    title: str
    cancelled: bool
    sent_revision: int = 0
    sent_start: datetime | None = None
    sent_end: datetime | None = None
    sent_title: str = ""
    rsvp: Rsvp = Rsvp.NEEDS_ACTION
    answered_at: datetime | None = None
    tag: str = ""
    rsvp_before: Rsvp | None = None
    sent_link: str = ""
    sent_parts: str = ""
    thread_stamp: datetime | None = None
    sent_stamp: datetime | None = None


@dataclass(frozen=True, slots=True)
class Untold:
    """Somebody who is to be told of that call at ``due_at`` (UTC), by an errand of ``kind``; ``first``: of a narrowing
    of it."""

    call_id: str
    contact_id: str
    kind: str
    due_at: datetime
    first: bool = True


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody who was never written to; of no call."""

    contact_id: str
    call_id: None = None


def blocks(call: Call, heard: Sequence[Segment]) -> list[Window]:
    """The contiguous stretches of *heard* (segments of *call*, in its order), earliest first."""
    windows: list[Window] = []
    ids = {segment.id for segment in heard}
    for segment, start, end in call.spans():
        if segment.id not in ids:
            continue
        if windows and windows[-1].end == start:
            last = windows[-1]
            windows[-1] = Window(last.start, end, (*last.segments, segment))
        else:
            windows.append(Window(start, end, (segment,)))
    return windows


def chosen_windows(windows: Sequence[Window], chosen: Collection[str], own_items: Collection[str]) -> list[Window]:
    """The blocks that a person keeps: those the secretariat chose (segment ids), else the one with their own item
    (segment ids in *own_items*), else the longer, else the earlier: a gap would tell of the part between (B.3)."""
    if len(windows) <= 1:
        return list(windows)
    kept = [w for w in windows if any(s.id in chosen for s in w.segments)]
    if kept:
        return kept
    return [
        max(
            windows,
            key=lambda w: (any(s.id in own_items for s in w.segments), w.end - w.start, -w.start.timestamp()),
        )
    ]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one person's calendar should show: blocks in order, each with the title of that person's part."""

    contact_id: str
    windows: tuple[Window, ...]
    title: str


def reconcile(
    current: Sequence[Invitation], wanted: Wanted, call_id: str, now: datetime, uid_of: Callable[[int], str]
) -> list[Invitation]:
    """The copies that must change so that this person's calendar shows *wanted*; unchanged ones are not in the answer.

    A changed time, a cancellation and a new REQUEST after one raise SEQUENCE (RFC 5546 2.1.4, 3.2.5); a changed title
    only DTSTAMP. ``uid_of`` names the UID of a block that has none yet.
    """
    pairs, ended = _matched(current, wanted.windows)
    next_block = max((i.block for i in current), default=-1) + 1
    changed: list[Invitation] = []
    for window, old in pairs:
        if old is None:
            stamp = next_dtstamp(None, now)
            changed.append(
                Invitation(
                    uid_of(next_block), call_id, wanted.contact_id, next_block, 0, 1, stamp, stamp,
                    window.start, window.end, wanted.title, False,
                )
            )  # fmt: skip
            next_block += 1
            continue
        moved = old.cancelled or (old.start, old.end) != (window.start, window.end)
        if moved or old.title != wanted.title:
            new = replace(old, start=window.start, end=window.end, title=wanted.title, cancelled=False)
            changed.append(_revised(new, now, asks_again=moved))
    changed.extend(_revised(_ended(old), now, asks_again=True) for old in ended)
    return changed


def renewed(copy: Invitation, now: datetime) -> Invitation:
    """*copy* with another text only, such as a new link to join: nobody is asked again."""
    return _revised(copy, now, asks_again=False)


def _ended(copy: Invitation) -> Invitation:
    """*copy* cancelled, with the times and the title that the person was sent: a cancellation tells no other."""
    return replace(
        copy,
        cancelled=True,
        start=copy.sent_start or copy.start,
        end=copy.sent_end or copy.end,
        title=copy.sent_title or copy.title,
    )


def _revised(copy: Invitation, now: datetime, *, asks_again: bool) -> Invitation:
    return replace(
        copy,
        sequence=copy.sequence + asks_again,
        revision=copy.revision + 1,
        dtstamp=next_dtstamp(copy.dtstamp, now),
        rsvp=Rsvp.NEEDS_ACTION if asks_again else copy.rsvp,
        rsvp_before=copy.rsvp if asks_again and copy.answered_at else copy.rsvp_before,
        answered_at=None if asks_again else copy.answered_at,
    )


def reasked(copy: Invitation, now: datetime) -> Invitation:
    """*copy* to be sent again to who asked for it (REFRESH, RFC 5546 3.2.6): the same entry with a later DTSTAMP."""
    return _revised(copy, now, asks_again=False)


def _matched(
    current: Sequence[Invitation], windows: Sequence[Window]
) -> tuple[list[tuple[Window, Invitation | None]], list[Invitation]]:
    """Each window with the copy that it continues (the one it overlaps most, else the next free one, else a cancelled
    one, else none), and the active copies that nothing continues."""
    free = sorted(current, key=lambda i: (i.cancelled, i.block))
    found: dict[int, Invitation] = {}
    for at, window in enumerate(windows):
        overlapping = [i for i in free if not i.cancelled and i.start < window.end and window.start < i.end]
        if overlapping:
            found[at] = max(overlapping, key=lambda i: min(i.end, window.end) - max(i.start, window.start))
            free.remove(found[at])
    for at in range(len(windows)):
        if at not in found and free:
            found[at] = free.pop(0)
    return [(w, found.get(at)) for at, w in enumerate(windows)], [i for i in free if not i.cancelled]


class Differs(Flag):
    """What of an entry differs from the one that its person holds; ``NARROWED``: the time, which lies inside the
    earlier one."""

    NOTHING = 0
    TIME = auto()
    NARROWED = auto()
    TITLE = auto()
    LINK = auto()


def changed_parts(copy: Invitation, link: str) -> Differs | None:
    """What of *copy* is other than in the entry that its person holds, *link* being the mark of the link to join in it;
    None where they hold none. A mail says of each of these what was and what is."""
    if copy.sent_start is None or copy.sent_end is None:
        return None
    found = Differs.NOTHING
    if (copy.sent_start, copy.sent_end) != (copy.start, copy.end):
        inside = copy.sent_start <= copy.start and copy.end <= copy.sent_end
        found |= Differs.TIME | (Differs.NARROWED if inside else Differs.NOTHING)
    if copy.sent_title != copy.title:
        found |= Differs.TITLE
    if link != copy.sent_link:
        found |= Differs.LINK
    return found


def leaves_at(starts: Iterable[datetime], now: datetime, merge_seconds: int, close: timedelta) -> datetime:
    """When a change of somebody's entry leaves (UTC): after *merge_seconds*, so that what changes meanwhile leaves in
    the same mail, or not at all if it is taken back; at once where one of *starts*, the old ones and the new, is no
    further off than *close*. A first invitation and a narrowing wait for no other change."""
    return now if any(start - now <= close for start in starts) else now + timedelta(seconds=merge_seconds)


def narrows(old: Invitation | None, new: Invitation) -> bool:
    """Whether *new* takes time away from what the person was told: such a message goes first."""
    return old is not None and not old.cancelled and (new.cancelled or new.start > old.start or new.end < old.end)


def unsent(current: Sequence[Invitation]) -> list[Invitation]:
    """The copies whose latest revision the person does not hold; a cancelled one that never left tells nothing."""
    return [i for i in current if i.sent_revision < i.revision and not (i.cancelled and i.sent_revision == 0)]
