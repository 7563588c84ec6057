"""Owns the attendee list: who is admitted, circulated and approved for which segment; objections are next door."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.calls import Call, CallKind, CallState, Segment
from bot.objections import Objection, barred
from bot.participants import ParticipantKind
from bot.topics import AudienceKind

NEUTRAL_WITHDRAWN = "Your invitation for {day} has been withdrawn."
NEUTRAL_NARROWED = "Your invitation for {day} now runs {span}."
NEUTRAL_REASONS = (
    "{who} join parts of calls by invitation (Plan B.3); invitations may change up to the start and during "
    "the call, and the secretariat gives no reasons for single changes. You can still send proposals and reports. "
    "Questions: {address}."
)
"""What somebody whose invitation changed is told: the same for every cause, true for each (barrier.md, Who comes 7)."""

CLOSE = timedelta(minutes=15)
"""So near to a part's start, and while it runs, who loses it is told at once (barrier.md, Who comes 5)."""

Place = tuple[str, str]
"""One name's place on a list: segment id and contact id."""


class AdmissionState(StrEnum):
    """PROPOSED by the secretariat (circulated or not), APPROVED name by name."""

    PROPOSED = "proposed"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Admission:
    """One person's name on the list of one segment. ``circulated_at`` UTC, None until the Agencies were told.

    ``chosen``: the secretariat chose the block with this segment for a person whose part has a gap. ``window_ends_at``
    (UTC): until when Agencies may object to this name, as it was sent round.
    """

    call_id: str
    segment_id: str
    contact_id: str
    participant_id: str
    state: AdmissionState
    circulated_at: datetime | None = None
    approved_at: datetime | None = None
    chosen: bool = False
    window_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AttendeeList:
    """What happened to a call's list as a whole; times are UTC."""

    circulated_at: datetime | None = None
    window_ends_at: datetime | None = None
    approved_at: datetime | None = None
    early: bool = False
    changed_since_approval: bool = False


def may_be_admitted(kind: ParticipantKind, call: Call, segment: Segment, participant_id: str) -> bool:
    """Whether a segment's audience takes such a participant: representatives joint ones only, observers any (B.3).

    A law-enforcement call takes nobody; a segment that names organisations takes only those.
    """
    if call.kind is CallKind.LAW_ENFORCEMENT or kind is ParticipantKind.AGENCY:
        return False
    if segment.only and participant_id not in segment.only:
        return False
    return kind is ParticipantKind.OBSERVER or segment.audience is AudienceKind.JOINT


def open_segments(
    call: Call,
    kind: ParticipantKind,
    participant_id: str,
    contact_id: str,
    admissions: Iterable[Admission],
    objections: Iterable[Objection],
    at: datetime,
) -> tuple[Segment, ...]:
    """The segments of *call* that this person may join: approved for it by the secretariat, its audience takes the
    person, and no Agency objects (Plan B.3)."""
    approved = {a.segment_id for a in admissions if a.contact_id == contact_id and a.state is AdmissionState.APPROVED}
    if not approved:
        return ()
    given = [s for s in call.segments if s.id in approved and may_be_admitted(kind, call, s, participant_id)]
    against = [o for o in objections if o.participant_id == participant_id]
    judged = call.judged_at(at) if against else None
    return tuple(
        s for s in given if judged is None or not barred(against, participant_id, contact_id, call.id, s.id, judged)
    )


def neutral_words(address: str, kind: ParticipantKind) -> str:
    """What follows NEUTRAL_WITHDRAWN or NEUTRAL_NARROWED, for every cause alike, to somebody of that *kind*, which is
    all that it depends on; *address* answers questions."""
    who = "Representatives and observers" if kind is ParticipantKind.OBSERVER else "Representatives"
    return NEUTRAL_REASONS.format(who=who, address=address)


def is_over(call: Call, at: datetime) -> bool:
    """Whether the call has ended at *at* (UTC): what was lawfully given of it stays, whoever objects later."""
    return call.ended or (not call.running and call.end <= at)


def taken_by(
    call: Call, kind: ParticipantKind, participant_id: str, segment_ids: Collection[str]
) -> tuple[Segment, ...]:
    """The segments that somebody is admitted to: of *segment_ids* those that take such a participant; where none is
    named, every joint one that does (observers come to closed ones by name only)."""
    return tuple(
        s
        for s in call.segments
        if may_be_admitted(kind, call, s, participant_id)
        and (s.id in segment_ids if segment_ids else s.audience is AudienceKind.JOINT)
    )


class Listing(Protocol):
    """One call's list: the call, the names on it, the objections to it (``audience.Record`` is one)."""

    @property
    def call(self) -> Call: ...

    @property
    def admissions(self) -> Iterable[Admission]: ...

    @property
    def objections(self) -> Iterable[Objection]: ...


Kinds = Mapping[str, ParticipantKind]
"""The kind of each present participant, by id."""


def listed(known: Listing, kinds: Kinds, at: datetime) -> frozenset[Place]:
    """The places that Agencies read on the list: circulated, in a segment that takes them, barred by no objection.

    It does not tell why a place is missing, so what follows from it cannot either.
    """
    if known.call.state is not CallState.ANNOUNCED:
        return frozenset()
    told = [a for a in known.admissions if a.circulated_at is not None]
    return frozenset((a.segment_id, a.contact_id) for a in _standing(known, told, kinds, at))


def to_circulate(known: Listing, kinds: Kinds, at: datetime) -> tuple[Admission, ...]:
    """The names that the Agencies were not told of yet: names added later are circulated alone; barred ones never."""
    return tuple(_standing(known, [a for a in known.admissions if a.circulated_at is None], kinds, at))


def to_approve(known: Listing, kinds: Kinds, at: datetime) -> tuple[Admission, ...]:
    """The names that approval takes: circulated before, not approved yet, barred by no objection (B.3)."""
    told = [a for a in known.admissions if a.circulated_at is not None and a.state is AdmissionState.PROPOSED]
    return tuple(_standing(known, told, kinds, at))


def _standing(known: Listing, names: Iterable[Admission], kinds: Kinds, at: datetime) -> list[Admission]:
    """Those of *names* that the segments take, barred by no objection."""
    call, judged = known.call, known.call.judged_at(at)
    standing = [o for o in known.objections if o.stands(judged)]
    segments = {s.id: s for s in call.segments}
    return [
        a
        for a in names
        if a.segment_id in segments
        and a.participant_id in kinds
        and may_be_admitted(kinds[a.participant_id], call, segments[a.segment_id], a.participant_id)
        and not barred(standing, a.participant_id, a.contact_id, call.id, a.segment_id, judged)
    ]


def approve(admissions: Iterable[Admission], places: Collection[Place], at: datetime) -> tuple[Admission, ...]:
    """*admissions* with those of *places* approved at *at*; every other one untouched."""
    return tuple(
        replace(a, state=AdmissionState.APPROVED, approved_at=at) if (a.segment_id, a.contact_id) in places else a
        for a in admissions
    )


def object_to(admissions: Iterable[Admission], objection: Objection) -> tuple[Admission, ...]:
    """*admissions* with those that *objection* bars back at “proposed” and not circulated, so that a name which it
    bars no longer comes back as one that was taken off does: circulated anew. Every other approval is untouched."""
    return tuple(
        replace(a, state=AdmissionState.PROPOSED, circulated_at=None, approved_at=None)
        if objection.bars(a.participant_id, a.contact_id, a.call_id, a.segment_id)
        else a
        for a in admissions
    )


def notice_at(call: Call, segment_ids: Collection[str], now: datetime, seconds: int) -> datetime:
    """When somebody who loses *segment_ids* is told (UTC): *seconds* after *now*, so that a slip can be taken back
    before it tells; at once where one of them starts within 15 minutes or is running."""
    order = [s.id for s in call.segments]
    live = call.live.segment_id if call.live is not None and call.running else None
    for at, segment in enumerate(call.segments):
        start, end = call.span(segment.id)
        ahead = now < end or (live in order and at >= order.index(live))
        if segment.id in segment_ids and ahead and start - now <= CLOSE:
            return now
    return now + timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class ListChange:
    """A name that left (or *joined*) a circulated list; it has no room for a cause.

    ``part`` and ``only`` are the segment's title and the organisations it named (ids): it may be gone when it is told.
    """

    call_id: str
    segment_id: str
    contact_id: str
    joined: bool
    part: str = ""
    only: frozenset[str] = frozenset()


def list_changes(
    call_id: str, before: Collection[Place], after: Collection[Place], segments: Iterable[Segment] = ()
) -> tuple[ListChange, ...]:
    """What Agencies are told when the list was *before* and is *after* now: those who left, then those who joined.

    *segments* are the call's, then and now.
    """
    left, came = sorted(set(before) - set(after)), sorted(set(after) - set(before))
    parts = {s.id: (s.title, s.only) for s in segments}
    return tuple(
        ListChange(call_id, segment_id, contact_id, joined, *parts.get(segment_id, ()))
        for places, joined in ((left, False), (came, True))
        for segment_id, contact_id in places
    )


def net_changes(changes: Iterable[ListChange]) -> tuple[ListChange, ...]:
    """What is left of *changes* once a name that left and came back cancels out, in the order of first mention."""
    sums: Counter[tuple[str, str, str]] = Counter()
    last: dict[tuple[str, str, str], ListChange] = {}
    for c in changes:
        place = c.call_id, c.segment_id, c.contact_id
        sums[place] += 1 if c.joined else -1
        last[place] = c
    return tuple(replace(last[place], joined=total > 0) for place, total in sums.items() if total)
