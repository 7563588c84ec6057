"""Owns the attendee list: who is admitted, circulated and approved for which segment; objections are next door."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.calls import Call, CallKind, Segment
from bot.objections import Objection, barred
from bot.participants import ParticipantKind
from bot.topics import AudienceKind


class AdmissionState(StrEnum):
    """PROPOSED by the secretariat (circulated or not), APPROVED name by name."""

    PROPOSED = "proposed"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Admission:
    """One person's name on the list of one segment. ``circulated_at`` UTC, None until the Agencies were told.

    ``chosen``: the secretariat chose the block with this segment for a person whose part has a gap.
    """

    call_id: str
    segment_id: str
    contact_id: str
    participant_id: str
    state: AdmissionState
    circulated_at: datetime | None = None
    approved_at: datetime | None = None
    chosen: bool = False


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
    standing, judged = list(objections), call.judged_at(at)
    return tuple(
        s
        for s in call.segments
        if s.id in approved
        and may_be_admitted(kind, call, s, participant_id)
        and not barred(standing, participant_id, contact_id, call.id, s.id, judged)
    )
