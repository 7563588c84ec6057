"""Owns objections and what they bar; the attendee list that they take names off is ``attendees``'s."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.calls import Judgement
from bot.participants import ParticipantKind


@dataclass(frozen=True, slots=True)
class Objection:
    """An Agency's act against one representative or observer (B.3): for a call, some of its segments, or standing.

    ``call_id`` None: standing. ``segment_ids`` empty: the whole call. ``contact_id`` set: that person only, else the
    organisation. It belongs to the Agency ``by_id``, not to the officer who entered it. Times are UTC. ``follows``: the
    reference of the one that was raised to somebody in whose place that person came; each of the two stands by itself.
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
    follows: str | None = None

    def stands(self, when: Judgement) -> bool:
        """Whether it is in force: not withdrawn, and for a limited one not run out.

        For a call that is over: whether it was in force when that ended. Now it is by what is written, whatever the
        clock says: a clock set back by a second opens nothing, and no withdrawn one stands again.
        """
        if self.until is not None and self.until <= when.at:
            return False
        if not when.over:
            return self.withdrawn_at is None
        return self.raised_at <= when.at and (self.withdrawn_at is None or when.at < self.withdrawn_at)

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
    objections: Iterable[Objection],
    participant_id: str,
    contact_id: str,
    call_id: str,
    segment_id: str,
    when: Judgement,
) -> bool:
    """Whether any objection that stands keeps that person out of that segment; *when*: ``Call.judged_at``."""
    return any(o.stands(when) and o.bars(participant_id, contact_id, call_id, segment_id) for o in objections)


def already_standing(objections: Iterable[Objection], new: Objection) -> Objection | None:
    """The objection of the same Agency with the same scope as *new* that stands already: twice the same is one."""
    now = Judgement(new.raised_at)
    return next((o for o in objections if o.by_id == new.by_id and o.scope == new.scope and o.stands(now)), None)


def passed_on(
    against: Sequence[Objection], old_id: str, new_id: str, now: datetime, new_reference: Callable[[], str]
) -> tuple[list[Objection], list[Objection]]:
    """What holds against *new_id*, who comes in the place of *old_id* at *now* (UTC): of *against*, those to who was
    that person before, which are to them again; and for each to the old one, which goes on by itself for when that one
    comes back, another one, raised now: what the new one was lawfully given of calls that have ended stays."""
    again = [replace(o, contact_id=new_id) for o in against if o.contact_id not in (old_id, new_id)]
    theirs = [o for o in against if o.contact_id == new_id]
    added: list[Objection] = []
    for one in (o for o in against if o.contact_id == old_id):
        new = replace(one, contact_id=new_id, raised_at=now, follows=one.follows or one.reference)
        if one.stands(Judgement(now)) and already_standing([*theirs, *again, *added], new) is None:
            added.append(replace(new, reference=new_reference()))
    return again, added
