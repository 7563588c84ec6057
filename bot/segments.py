"""Owns how the parts of a call change, its time kept whole; calls themselves are ``calls``'s, who hears a part
``audience``'s."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.calls import AUDIENCES, STOOD, Call, CallKind, Segment, check_minutes
from bot.errors import Conflict
from bot.topics import AudienceKind

UNASSIGNED = "Agencies"
"""The title of the closed time that nothing was put into."""


@dataclass(frozen=True, slots=True)
class Other:
    """A part that lost or got time by the change of another: its title, and its minutes before and after, 0 where it is
    not there. ``held``: it is gone, and with it what was in it or what somebody had made of it."""

    title: str
    before: int
    after: int
    held: bool = False


def check_parts_may_change(call: Call, *, closing: bool = False) -> None:
    """Raises Conflict where the parts of *call* stay as they are: it is over, or runs and nothing is to be closed.

    Closing a part narrows, and so does the Chatham House Rule: a running call takes it (barrier.md).
    """
    if call.ended:
        raise Conflict(
            f"“{call.title}” {STOOD[call.state]}: its parts stay as they are. `/lap calls` lists what is planned."
        )
    if call.running and not closing:
        raise Conflict(
            f"“{call.title}” is running: until it ends, a part of it can only be closed, with `agencies`, or put under "
            "the Chatham House Rule, with `chatham`."
        )


def has_its_own(segment: Segment) -> bool:
    """Whether somebody has made something of a part: it has a title of its own, names organisations, or is under the
    Chatham House Rule. Closed time without any of it is unassigned."""
    return segment.title != UNASSIGNED or bool(segment.only) or segment.chatham


def take_closed_time(segments: Sequence[Segment], minutes: int) -> tuple[Segment, ...]:
    """*segments* with *minutes* taken from the closed ones: from what is unassigned first, and then from the others,
    the last first; one that is used up goes.

    Raises Conflict where there is not so much closed time: what exceeds the call is refused.
    """
    free = sum(s.minutes for s in segments if s.audience is AudienceKind.AGENCIES)
    if minutes > free:
        raise Conflict(
            f"That needs {minutes} minutes of closed time, and this call has {free} left. "
            "Shorten another segment first, or ask for fewer minutes."
        )
    left, taken = minutes, dict.fromkeys((s.id for s in segments), 0)
    last_first = segments[::-1]
    for segment in sorted(last_first, key=has_its_own):
        if segment.audience is AudienceKind.AGENCIES:
            taken[segment.id] = min(left, segment.minutes)
            left -= taken[segment.id]
    return tuple(replace(s, minutes=s.minutes - taken[s.id]) for s in segments if taken[s.id] < s.minutes)


def give_closed_time(segments: Sequence[Segment], minutes: int, spare_id: str) -> tuple[Segment, ...]:
    """*segments* with *minutes* given back to the last closed one that is unassigned, else to the last closed one, or
    to a new closed one named *spare_id*."""
    closed = [s for s in reversed(segments) if s.audience is AudienceKind.AGENCIES]
    if not closed:
        return (*segments, Segment(spare_id, UNASSIGNED, AudienceKind.AGENCIES, minutes))
    taker = min(closed, key=has_its_own)
    return tuple(replace(s, minutes=s.minutes + minutes) if s is taker else s for s in segments)


def add_segment(call: Call, new: Segment) -> Call:
    """*call* with *new* in it; its minutes come from closed time, a joint one stands before the closed ones (B.3)."""
    check_minutes(new.minutes, call.minutes)
    _refuse_joint_in_law_enforcement(call, new.audience)
    rest = take_closed_time(call.segments, new.minutes)
    if new.audience is AudienceKind.JOINT:
        at = next((i for i, s in enumerate(rest) if s.audience is AudienceKind.AGENCIES), len(rest))
    else:
        at = len(rest)
    return replace(call, segments=(*rest[:at], new, *rest[at:]))


def resize_segment(call: Call, segment_id: str, minutes: int, spare_id: str) -> Call:
    """*call* with one segment made *minutes* long; the difference is taken from or given to the other closed time."""
    check_minutes(minutes, call.minutes)
    now = call.segment(segment_id)
    if minutes == now.minutes:
        raise Conflict(f"“{now.title}” has {minutes} minutes already. Give another length.")
    others = tuple(s for s in call.segments if s.id != segment_id)
    grown = minutes - now.minutes
    if grown > 0:
        others = take_closed_time(others, grown)
    elif grown < 0:
        others = give_closed_time(others, -grown, spare_id)
    order = [s.id for s in call.segments]
    by_id = {s.id: s for s in (*others, replace(now, minutes=minutes))}
    kept = [by_id.pop(i) for i in order if i in by_id]
    return replace(call, segments=(*kept, *by_id.values()))


def move_segment(call: Call, segment_id: str, by: int) -> Call:
    """*call* with one segment one place up (-1) or down (+1). Raises Conflict where it stands at that edge."""
    order = list(call.segments)
    at = next(i for i, s in enumerate(order) if s.id == segment_id)
    if not 0 <= at + by < len(order):
        edge, other = ("first", "down") if by < 0 else ("last", "up")
        raise Conflict(f"“{order[at].title}” is the {edge} part already. `{other}` moves it the other way.")
    order.insert(at + by, order.pop(at))
    return replace(call, segments=tuple(order))


def remove_segment(call: Call, segment_id: str, spare_id: str) -> Call:
    """*call* without one segment; its time becomes closed time again. The only closed one stays, and the only one."""
    if len(call.segments) == 1:
        raise Conflict("A call has at least one part. Cancel the call instead, with `/lap call cancel`.")
    gone = call.segment(segment_id)
    others = tuple(s for s in call.segments if s.id != segment_id)
    if gone.audience is AudienceKind.AGENCIES and all(s.audience is AudienceKind.JOINT for s in others):
        raise Conflict(
            f"“{gone.title}” is the call's closed time, and what is removed becomes closed time. "
            "Give its minutes to another part instead, as in `/lap segment CALL/1 60`."
        )
    return replace(call, segments=give_closed_time(others, gone.minutes, spare_id))


def others(before: Call, after: Call, named: str, holding: Collection[str | None]) -> tuple[Other, ...]:
    """What a change of the part *named* (id) made of the others, in their order, a new one last. *holding*: ids of the
    parts in which something stands, an item or somebody on the list."""
    was, left = ({s.id: s for s in call.segments} for call in (before, after))

    def other(part: Segment) -> Other:
        had, has = (parts[part.id].minutes if part.id in parts else 0 for parts in (was, left))
        return Other(part.name, had, has, not has and (has_its_own(part) or part.id in holding))

    found = (other(part) for part in {**was, **left}.values() if part.id != named)
    return tuple(o for o in found if o.before != o.after)


def set_audience(call: Call, segment_id: str, audience: AudienceKind, agencies: Collection[str] = ()) -> Call:
    """*call* with one segment's audience changed; whether its items may follow is ``agenda``'s to say.

    Of the organisations that a closed one names only *agencies* (ids) stay; where none is left, every Agency hears it.
    """
    _refuse_joint_in_law_enforcement(call, audience)
    if call.segment(segment_id).audience is audience:
        raise Conflict(f"“{call.segment(segment_id).title}” is {AUDIENCES[audience]} already; nothing was changed.")
    now = call.segment(segment_id)
    only = now.only & frozenset(agencies) if audience is AudienceKind.AGENCIES else now.only
    turned = replace(now, audience=audience, only=only)
    return replace(call, segments=tuple(turned if s.id == segment_id else s for s in call.segments))


def set_chatham(call: Call, segment_id: str, on: bool) -> Call:
    """*call* with one segment put under the Chatham House Rule, or no longer under it."""
    now = call.segment(segment_id)
    if now.chatham is on:
        stands = "under the Chatham House Rule already" if on else "not under the Chatham House Rule"
        raise Conflict(f"“{now.title}” is {stands}; nothing was changed.")
    ruled = replace(now, chatham=on)
    return replace(call, segments=tuple(ruled if s.id == segment_id else s for s in call.segments))


def _refuse_joint_in_law_enforcement(call: Call, audience: AudienceKind) -> None:
    if call.kind is CallKind.LAW_ENFORCEMENT and audience is AudienceKind.JOINT:
        raise Conflict(
            "This call is for law enforcement only (Plan B.3): it takes no joint segment. "
            "Plan a members' call for the private sector's part."
        )
