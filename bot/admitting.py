"""Owns who can be put on a list, for which parts, and in which words it is told that somebody cannot."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.attendees import Listing, may_be_admitted, taken_by
from bot.calls import Call, CallKind, Segment
from bot.errors import Conflict
from bot.objections import barred
from bot.participants import Participant, ParticipantKind
from bot.topics import AudienceKind

LAW_ENFORCEMENT = (
    "“{title}” is for law enforcement only (Plan B.3): nobody is admitted to it. "
    "Plan a members' call, or a training, for the private sector's part."
)
AN_AGENCY = "an Agency is invited with the call itself, when it is announced"
NO_JOINT_PART = 'the call has no joint part; `/lap segment add CALL joint 30 "Reports"` adds one'
CLOSED = "{parts} is for Agencies only, and representatives join joint parts (Plan B.3)"
NAMED_ONLY = "{parts} is only for the organisations named for it"
ON_THE_LIST = "already on the list"
OBJECTED = "{agency} objects (`{reference}`), so {parts} stays closed until it withdraws that"


@dataclass(frozen=True, slots=True)
class Placed:
    """The segments that somebody is put on the list of, and why not (more of them), in words for the secretariat."""

    segments: tuple[Segment, ...]
    why_not: tuple[str, ...] = ()


def check_admits(call: Call) -> None:
    """Refuses a call that nobody is admitted to."""
    if call.kind is CallKind.LAW_ENFORCEMENT:
        raise Conflict(LAW_ENFORCEMENT.format(title=call.title))


def place(
    known: Listing,
    participant: Participant,
    contact_id: str,
    named: Collection[str],
    names: Mapping[str, str],
    at: datetime,
) -> Placed:
    """Where *contact_id* of *participant* is put on the list: in the segments *named* (ids), or every joint one (B.3).

    *names*: participant ids to names, for the Agencies that object.
    """
    call = known.call
    if participant.kind is ParticipantKind.AGENCY:
        return Placed((), (AN_AGENCY,))
    takes = taken_by(call, participant.kind, participant.id, named)
    there = {a.segment_id for a in known.admissions if a.contact_id == contact_id}
    judged = call.judged_at(at)
    standing = [o for o in known.objections if o.stands(judged)]
    why = list(_not_taken(call, participant, named))
    free: list[Segment] = []
    on_it = False
    for segment in takes:
        against = [o for o in standing if barred([o], participant.id, contact_id, call.id, segment.id, judged)]
        why.extend(
            OBJECTED.format(agency=names.get(o.by_id, "an Agency"), reference=o.reference, parts=segment.title)
            for o in against
        )
        if not against and segment.id in there:
            on_it = True
        elif not against:
            free.append(segment)
    if on_it and not free:
        why.append(ON_THE_LIST)
    return Placed(tuple(free), tuple(dict.fromkeys(why)))


def _not_taken(call: Call, participant: Participant, named: Collection[str]) -> list[str]:
    """Why segments that were asked for do not take *participant*."""
    joint = [s for s in call.segments if s.audience is AudienceKind.JOINT]
    asked = [s for s in call.segments if s.id in named] if named else joint
    if not asked:
        return [NO_JOINT_PART]
    refused = [s for s in asked if not may_be_admitted(participant.kind, call, s, participant.id)]
    by_name = [s for s in refused if s.only and participant.id not in s.only]
    closed = [s for s in refused if s not in by_name]
    found = ((CLOSED, closed), (NAMED_ONLY, by_name if named or len(by_name) == len(asked) else []))
    return [words.format(parts=" and ".join(s.title for s in parts)) for words, parts in found if parts]
