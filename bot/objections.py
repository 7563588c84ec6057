"""Owns objections and what they bar; the attendee list that they take names off is ``attendees``'s."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.participants import ParticipantKind


@dataclass(frozen=True, slots=True)
class Objection:
    """An Agency's act against one representative or observer (B.3): for a call, some of its segments, or standing.

    ``call_id`` None: standing. ``segment_ids`` empty: the whole call. ``contact_id`` set: that person only, else the
    organisation. It belongs to the Agency ``by_id``, not to the officer who entered it. Times are UTC.
    """

    reference: str
    by_id: str
    participant_id: str
    contact_id: str | None
    call_id: str | None
    segment_ids: frozenset[str]
    raised_at: datetime
    until: datetime | None = None
    withdrawn_at: datetime | None = None
    reason: str = ""

    def stands(self, at: datetime) -> bool:
        """Whether it was in force at *at* (UTC): raised, not yet withdrawn, and for a limited one not run out."""
        return self.raised_at <= at and all(end is None or at < end for end in (self.withdrawn_at, self.until))

    def bars(self, participant_id: str, contact_id: str, call_id: str, segment_id: str) -> bool:
        """Whether it takes that person out of that segment (B.3)."""
        return (
            participant_id == self.participant_id
            and self.contact_id in (None, contact_id)
            and self.call_id in (None, call_id)
            and (not self.segment_ids or segment_id in self.segment_ids)
        )

    @property
    def scope(self) -> tuple[str, str | None, str | None, frozenset[str], datetime | None]:
        """Whom it is against, and for what: two of one Agency with the same scope are one objection."""
        return self.participant_id, self.contact_id, self.call_id, self.segment_ids, self.until


def may_be_objected_to(kind: ParticipantKind) -> bool:
    """Representatives (B.3) and observers may be; an Agency never is."""
    return kind is not ParticipantKind.AGENCY


def barred(
    objections: Iterable[Objection], participant_id: str, contact_id: str, call_id: str, segment_id: str, at: datetime
) -> bool:
    """Whether any objection that stands at *at* keeps that person out of that segment."""
    return any(o.stands(at) and o.bars(participant_id, contact_id, call_id, segment_id) for o in objections)


def already_standing(objections: Iterable[Objection], new: Objection) -> Objection | None:
    """The objection of the same Agency with the same scope as *new* that stands already: twice the same is one."""
    return next(
        (o for o in objections if o.by_id == new.by_id and o.scope == new.scope and o.stands(new.raised_at)), None
    )
