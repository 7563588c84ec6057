"""Owns proposals and agenda items and the building of an agenda; who may read them is ``audience``'s."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.calls import Call, Segment
from bot.confidentiality import TITLED, Tlp, unlabelled
from bot.errors import Conflict, NotUnderstood
from bot.participants import ParticipantKind
from bot.text import clean_line
from bot.topics import AudienceKind, Topic
from bot.words import CLOSED_MARK

LONGEST_TITLE = 200
USUAL_MINUTES = 10

CLOSED_IN_TITLE = (
    "A title has beside it who may hear it, not in it: “[closed]” would not count there. Leave it out, and say "
    "`closed` behind the title in quotes, or choose it in the form; of an item that is there, `/lap item ITEM closed` "
    "does."
)


class ItemState(StrEnum):
    """PROPOSED is the Plan's proposal; ACCEPTED stands on an agenda; DEFERRED comes back on the next call's."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A proposal or an item (A.3, B.3.a). ``call_id`` is None while it lies in the pool, ``segment_id`` until placed.

    ``audience`` says who may hear it: an AGENCIES item in a joint segment is a closed item.
    ``minutes`` is None where the proposer named none. ``consent_asked_at`` (UTC): the proposer was asked to open it.
    ``case``: what is stated of the harm to victims, as ``cases.written`` has it; for Agencies only, but for what a
    guest ``stated`` of its own item itself. ``confirmed_at`` (UTC): its proposer confirmed that it presents it there.
    ``standing``: the secretariat's, put on a new call's agenda by the procedure file; it is not of the Agency that the
    secretariat is people of. Neither is one that is ``drafted``: the secretariat entered it as itself for a call that
    nobody else knows of yet.
    """

    reference: str
    call_id: str | None
    segment_id: str | None
    position: int
    clause: str
    title: str
    minutes: int | None
    audience: AudienceKind
    label: Tlp
    state: ItemState
    proposer_id: str
    contact_id: str
    created_at: datetime
    consent_asked_at: datetime | None = None
    case: str = ""
    confirmed_at: datetime | None = None
    standing: bool = False
    stated: str = ""
    drafted: bool = False

    @property
    def needs(self) -> int:
        return self.minutes or USUAL_MINUTES


def clean_title(text: str) -> str:
    """*text* as a title: one harmless line of 1 to 200 characters, without a label or the mark that closes it. Raises
    NotUnderstood."""
    title = clean_line(text)
    if not title:
        raise NotUnderstood('A title is missing. Write it last, for example "Robocall gateways".')
    if len(title) > LONGEST_TITLE:
        raise NotUnderstood(f"The title has {len(title)} characters; at most {LONGEST_TITLE} fit. Please shorten it.")
    if re.search(CLOSED_MARK, title, re.IGNORECASE):
        raise NotUnderstood(CLOSED_IN_TITLE)
    return unlabelled(title, TITLED)


def heard_by(kind: ParticipantKind, topic: Topic, asked: AudienceKind | None) -> AudienceKind:
    """Who may hear a new item: what an Agency says, else what its topic says; a guest's item is joint (B.3).

    Raises Conflict where a representative or observer asks for a closed one, which it could not hear itself.
    """
    if kind is ParticipantKind.AGENCY:
        return asked or topic.audience
    if asked is AudienceKind.AGENCIES:
        raise Conflict(
            "Items of representatives and observers are joint: a closed one you could not hear yourself. "
            "Leave out `closed`; what only Agencies may read, give to the Agency concerned."
        )
    return AudienceKind.JOINT


def may_stand_in(item: AgendaItem, segment: Segment) -> bool:
    """Whether *item* may stand in *segment* without being marked closed there: nobody hears it whom it is closed to."""
    return item.audience is AudienceKind.JOINT or segment.audience is AudienceKind.AGENCIES


def may_pass(invited: frozenset[str], to: Call) -> bool:
    """Whether an item proposed for a call of the Agencies *invited* (empty: all) may come to *to* as it is: nobody is
    invited there who was not here. To a wider audience only its proposer brings it."""
    return not invited or (bool(to.only) and to.only <= invited)


@dataclass(frozen=True, slots=True)
class LeftOver:
    """An item that found no time; ``lacking`` minutes in the part with most room, None where no part may hear it."""

    item: AgendaItem
    lacking: int | None


@dataclass(frozen=True, slots=True)
class Built:
    """An agenda as built: each item in its segment, in order; and what found no time."""

    placed: tuple[AgendaItem, ...]
    left_over: tuple[LeftOver, ...]


def build(
    call: Call, items: Iterable[AgendaItem], catalogue: Sequence[str], guests: Collection[str] = frozenset()
) -> Built:
    """Items in the catalogue's order, then as proposed, each in the first segment that may hear it and has time.

    A joint item goes to a joint segment where there is one with time, else to a closed one; a closed item never to a
    joint one; an item of *guests* (ids of representatives and observers, who join joint parts only) never to a closed
    one. What is placed already keeps its place: it came there in that order, or by the secretariat's ``up`` and
    ``down``, which stand; new ones come between.
    """
    order = _order_of(catalogue)
    stands: dict[str, list[AgendaItem]] = {s.id: [] for s in call.segments}
    waiting: list[AgendaItem] = []
    for item in sorted(items, key=lambda i: i.position):
        stands.get(item.segment_id or "", waiting).append(item)
    free = {s.id: s.minutes - sum(i.needs for i in stands[s.id]) for s in call.segments}
    left_over: list[AgendaItem] = []
    for item in sorted(waiting, key=order):
        may = _candidates(call, item, item.proposer_id in guests)
        segment = next((s for s in may if free[s.id] >= item.needs), None)
        if segment is None:
            left_over.append(item)
            continue
        free[segment.id] -= item.needs
        placed = replace(item, call_id=call.id, segment_id=segment.id, state=ItemState.ACCEPTED)
        stands[segment.id] = put_between(stands[segment.id], placed, catalogue)
    numbered = (i for s in call.segments for i in in_order(stands[s.id]))
    lacking = (
        min((i.needs - free[s.id] for s in _candidates(call, i, i.proposer_id in guests)), default=None)
        for i in left_over
    )
    return Built(tuple(numbered), tuple(map(LeftOver, left_over, lacking)))


def put_between(there: Sequence[AgendaItem], item: AgendaItem, catalogue: Sequence[str]) -> list[AgendaItem]:
    """The items of a segment, in order, with *item* after all those that come before it in the catalogue's order."""
    order = _order_of(catalogue)
    at = max((n for n, other in enumerate(there, 1) if order(other) <= order(item)), default=0)
    return [*there[:at], item, *there[at:]]


def _order_of(catalogue: Sequence[str]) -> Callable[[AgendaItem], tuple[int, datetime, str]]:
    """By what items are ordered: their place in the catalogue, then as they were proposed."""
    rank = {clause: index for index, clause in enumerate(catalogue)}
    return lambda item: (rank.get(item.clause, len(rank)), item.created_at, item.reference)


def _candidates(call: Call, item: AgendaItem, by_guest: bool) -> list[Segment]:
    may = [s for s in call.segments if may_stand_in(item, s) and (not s.only or item.proposer_id in s.only)]
    if by_guest:
        may = [s for s in may if s.audience is AudienceKind.JOINT]
    return sorted(may, key=lambda s: (bool(s.only), s.audience is not item.audience))


def in_order(items: Sequence[AgendaItem]) -> tuple[AgendaItem, ...]:
    """*items* of one segment with their positions as they stand."""
    return tuple(i if i.position == at else replace(i, position=at) for at, i in enumerate(items, 1))


def move(items: Iterable[AgendaItem], reference: str, by: int) -> tuple[AgendaItem, ...]:
    """The items of one segment with one of them a place up (-1) or down (+1); at the edge nothing moves."""
    order = sorted(items, key=lambda i: (i.position, i.created_at, i.reference))
    at = next(n for n, i in enumerate(order) if i.reference == reference)
    order.insert(min(max(at + by, 0), len(order) - 1), order.pop(at))
    return in_order(order)


def standing_in(items: Iterable[AgendaItem], segment_id: str) -> tuple[AgendaItem, ...]:
    """The accepted ones of *items* in that segment."""
    return tuple(i for i in items if i.segment_id == segment_id and i.state is ItemState.ACCEPTED)


def awaiting_consent(items: Iterable[AgendaItem], segment_id: str) -> tuple[AgendaItem, ...]:
    """The items that a segment turned joint would open without their proposers' word (the secretariat never opens)."""
    return tuple(i for i in standing_in(items, segment_id) if i.audience is AudienceKind.AGENCIES)
