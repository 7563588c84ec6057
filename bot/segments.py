"""Owns how the parts of a call change, its time kept whole; calls themselves are ``calls``'s, who hears a part
``audience``'s."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.calls import AUDIENCES, STOOD, Call, CallKind, Segment, check_minutes
from bot.errors import Conflict
from bot.topics import AudienceKind


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


def take_closed_time(segments: Sequence[Segment], minutes: int) -> tuple[Segment, ...]:
    """*segments* with *minutes* taken from the closed ones, the last first; one that is used up goes.

    Raises Conflict where there is not so much closed time: what exceeds the call is refused.
    """
    free = sum(s.minutes for s in segments if s.audience is AudienceKind.AGENCIES)
    if minutes > free:
        raise Conflict(
            f"That needs {minutes} minutes of closed time, and this call has {free} left. "
            "Shorten another segment first, or ask for fewer minutes."
        )
    left, kept = minutes, []
    for segment in reversed(segments):
        taken = min(left, segment.minutes) if segment.audience is AudienceKind.AGENCIES else 0
        left -= taken
        if taken < segment.minutes:
            kept.append(replace(segment, minutes=segment.minutes - taken))
    return tuple(reversed(kept))


def give_closed_time(segments: Sequence[Segment], minutes: int, spare_id: str) -> tuple[Segment, ...]:
    """*segments* with *minutes* given back to the last closed one, or to a new closed one named *spare_id*."""
    for index in range(len(segments) - 1, -1, -1):
        if segments[index].audience is AudienceKind.AGENCIES:
            longer = replace(segments[index], minutes=segments[index].minutes + minutes)
            return (*segments[:index], longer, *segments[index + 1 :])
    return (*segments, Segment(spare_id, "Agencies", AudienceKind.AGENCIES, minutes))


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
