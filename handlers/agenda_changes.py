"""Owns what is done to an agenda item by the secretariat or its proposer; how it is proposed is ``agenda``'s."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot import audience
from bot.agenda import AgendaItem, ItemState, clean_title, heard_by, in_order, may_pass, move, put_between, standing_in
from bot.attendees import is_over
from bot.audience import CallView, Record, SegmentView
from bot.calls import CallKind, CallState, check_minutes
from bot.cases import read_harm, read_written, with_stated, written
from bot.errors import Conflict, NotEntitled, NotFound
from bot.exposures import NONE_IN_FLIGHT, InFlight
from bot.item_changes import NOT_YOURS, Change, Do, check_entitled, check_state
from bot.participants import Participant, ParticipantKind
from bot.topics import AudienceKind, Topic
from bot.words import fold_reference
from handlers import agenda_letters, posting
from handlers.act import act
from handlers.agenda import ask_consent, speaks_for
from handlers.agenda_views import NO_ITEM, ItemView, cut_view, name_in
from handlers.finding import checked_segment, find_call, parts_to_cut, views_of
from handlers.item_moves import come_out, follow
from handlers.work import Reading, Writing
from storage import agenda, calls, directory
from storage.agenda import Proposed
from storage.calls import Part

NO_CALL = (
    "No call is planned that can take this item. Plan one with `/lap call add`, then send `/lap item {item} accept`."
)
WIDER = (
    "`{item}` was proposed for a call of named Agencies, and that call is open to others. Only its proposer can bring "
    "it there: ask {name} to propose it for that call."
)
UNPLACED = "`{item}` stands in no part yet. Send `/lap item {item} to CALL/N`, or `/lap agenda build CALL`."
SAME = {
    AudienceKind.AGENCIES: "`{item}` is closed already: only Agencies hear it.",
    AudienceKind.JOINT: "`{item}` is joint already: the guests invited to its part hear it.",
}
NOBODY_OPENS = (
    "Only {name}, which proposed it, can open `{item}`, and nobody of it is there to be asked. It stays closed: leave "
    "it in a part for Agencies only, or have it proposed anew."
)
CONFIRMED = "You confirmed already that you present `{item}`. `/lap agenda` shows where it stands."
CALL_OVER = "That call is over. Name a coming one: `/lap calls` lists them."
MOVED_SINCE = (
    "`{item}` stands elsewhere than when that button was shown, where others may hear it, so nothing was changed. "
    "`/lap agenda` shows where; `/lap item {item} {do}` does it there."
)


@dataclass(frozen=True, slots=True)
class Changed:
    """An item as it stands after a change, as its reader may read it; ``over``: minutes by which its part is too full.

    ``asked``: nothing was opened, its proposer (named in the item) was asked. ``doubt``: what in its title looks like
    a name.
    """

    do: Do
    item: ItemView
    call: CallView | None
    part: SegmentView | None
    over: int = 0
    asked: bool = False
    hat: str = ""
    doubt: str = ""
    in_flight: InFlight = NONE_IN_FLIGHT


@dataclass(frozen=True, slots=True)
class _Decided:
    """What becomes of an item, first, and of others with it; ``record``: the call that it stands in then."""

    items: tuple[AgendaItem, ...]
    record: Record | None
    asked: bool = False


@act
def change_item(work: Writing, reference: str, change: Change) -> Changed:
    """Does what ``item ITEM ...`` says. The secretariat may all but open; who proposed it what ``PROPOSERS`` lists.

    Raises NotFound alike for an item that is not there and one that is not the reader's to know, NotEntitled,
    NotUnderstood, and Conflict where its state or its call does not allow it.
    """
    found = _found(work, reference)
    item, proposer, over = found.item, found.proposer, found.over
    hat = speaks_for(work, change.org) if change.org else None
    own = item.proposer_id == hat.participant.id if hat else audience.opens_item(work.reader, item)
    if hat is not None and not own:
        raise NotEntitled(NOT_YOURS.format(item=item.reference, name=proposer.name))
    check_entitled(change, item, proposer.name, secretariat=work.reader.secretariat and hat is None, own=own)
    record = _record(work, item, change)
    if change.place and change.place != agenda_letters.place_of(work, item, record):
        raise Conflict(MOVED_SINCE.format(item=item.reference, do=change.do))
    check_state(change, item, over=_is_over(work, item, record, over))
    if change.do is Do.JOINT and not own:
        decided = _ask(work, found, record)
    else:
        decided = DECIDE[change.do](work, found, record, change)
        agenda.save(work.tx, decided.items)
        come_out(work, [item], decided.items, decided.record)
        follow(work, [r for r in (record, decided.record) if r], [item], decided.items, {proposer.id: proposer.kind})
        _tell(work, found, decided.items[0], change)
        if found.runs and item.call_id:  # a post in the Agencies' channels may show its title
            posting.tell(work, item.call_id)
    work.record(f"item.{change.do}", item.reference, by_id=(hat.participant if hat else work.actor.participant).id)
    return _answer(work, change, decided, proposer, hat.participant.name if hat else "")


def _found(work: Reading, reference: str) -> Proposed:
    found = agenda.find(work.tx, fold_reference(reference))
    if found is None:
        raise NotFound(NO_ITEM.format(asked=reference))
    item, name = found.item, found.proposer.name
    if work.reader.secretariat or audience.owns_item(work.reader, item):
        return found
    record = calls.one(work.tx, item.call_id, parts_to_cut(work, Part.ITEMS)) if item.call_id else None
    if audience.cut_item(work.reader, record, item, work.now) is None:
        raise NotFound(NO_ITEM.format(asked=reference))
    raise NotEntitled(NOT_YOURS.format(item=item.reference, name=name))


def _record(work: Reading, item: AgendaItem, change: Change) -> Record | None:
    """The item's call, with its items where places or minutes count; nothing for a guest, who is told of no call."""
    whole = work.reader.kind is ParticipantKind.AGENCY or work.reader.secretariat
    if item.call_id is None or change.do is Do.TO or not whole:
        return None
    return calls.one(work.tx, item.call_id, Part.ITEMS if change.do in (Do.UP, Do.DOWN, Do.MINUTES) else Part.NONE)


def _is_over(work: Reading, item: AgendaItem, record: Record | None, over: bool) -> bool:
    """Whether the item's call is over as far as the actor may know; *over*: whether it was held or cancelled. A guest
    who hears nothing of it learns no more than that."""
    if over or item.call_id is None:
        return over
    known = record or calls.one(work.tx, item.call_id, parts_to_cut(work, Part.NONE))
    if known is None or (record is None and not audience.heard_segments(work.reader, known, work.now)):
        return False
    return audience.is_over(work.reader, known, work.now)


def _ask(work: Writing, found: Proposed, record: Record | None) -> _Decided:
    item = found.item
    if item.audience is AudienceKind.JOINT:
        raise Conflict(SAME[AudienceKind.JOINT].format(item=item.reference))
    asked = ask_consent(work, [item])
    if not asked:
        raise Conflict(NOBODY_OPENS.format(item=item.reference, name=found.proposer.name))
    return _Decided(asked, record, asked=True)


def _accept(work: Writing, found: Proposed, record: Record | None, change: Change) -> _Decided:
    item = found.item
    if record is None or is_over(record.call, work.now):
        record = _next_for(work, found)
        item = replace(item, call_id=record.call.id, segment_id=None, confirmed_at=None)
    return _Decided((replace(item, state=ItemState.ACCEPTED),), record)


def _next_for(work: Reading, found: Proposed) -> Record:
    """The next call that may take an item: announced ones first, for a guest none of law enforcement only."""
    guest = found.proposer.kind is not ParticipantKind.AGENCY
    coming = [
        r
        for r in calls.upcoming(work.tx, work.now, drafts=True)
        if not is_over(r.call, work.now)
        and may_pass(found.invited, r.call)
        and not (guest and r.call.kind is CallKind.LAW_ENFORCEMENT)
    ]
    first = sorted(coming, key=lambda r: r.call.state is CallState.DRAFT)
    if not first:
        raise Conflict(NO_CALL.format(item=found.item.reference))
    return first[0]


def _off(state: ItemState) -> "_Decide":
    def decide(work: Writing, found: Proposed, record: Record | None, change: Change) -> _Decided:
        return _Decided(
            (replace(found[0], state=state, segment_id=None, consent_asked_at=None, confirmed_at=None),), record
        )

    return decide


def _minutes(work: Writing, found: Proposed, record: Record | None, change: Change) -> _Decided:
    check_minutes(change.minutes, *([record.call.minutes] if record else []))
    return _Decided((replace(found[0], minutes=change.minutes),), record)


def _move(work: Writing, found: Proposed, record: Record | None, change: Change) -> _Decided:
    item = found[0]
    if record is None or item.segment_id not in {s.id for s in record.call.segments}:
        raise Conflict(UNPLACED.format(item=item.reference))
    order = move(standing_in(record.items, item.segment_id), item.reference, -1 if change.do is Do.UP else 1)
    first = sorted(order, key=lambda i: i.reference != item.reference)
    return _Decided(tuple(first), record)


def _to(work: Writing, found: Proposed, record: Record | None, change: Change) -> _Decided:
    item, proposer, invited = found.item, found.proposer, found.invited
    target, view = find_call(work, change.call, Part.ITEMS | Part.SEEN)
    if audience.is_over(work.reader, target, work.now):
        raise Conflict(CALL_OVER)
    part = checked_segment(work, target, view, change.part) if change.part else None
    if item.call_id not in (None, target.call.id) and not may_pass(invited, target.call):
        raise Conflict(WIDER.format(item=item.reference, name=proposer.name))
    placed = replace(
        item, call_id=target.call.id, segment_id=part.id if part else None, position=1, state=ItemState.ACCEPTED,
        confirmed_at=item.confirmed_at if part and part.id == item.segment_id else None,
    )  # fmt: skip
    there = [i for i in standing_in(target.items, part.id) if i.reference != item.reference] if part else []
    there.sort(key=lambda i: i.position)
    order = in_order(put_between(there, placed, [t.clause for t in work.desk.procedure.topics]))
    return _Decided(tuple(sorted(order, key=lambda i: i.reference != item.reference)), target)


def _hear(work: Writing, found: Proposed, record: Record | None, change: Change) -> _Decided:
    item, proposer, *_ = found
    wanted = AudienceKind.JOINT if change.do is Do.JOINT else AudienceKind.AGENCIES
    if not work.reader.secretariat:
        heard_by(proposer.kind, Topic(item.clause, "", "", wanted), wanted)
    declined = wanted is AudienceKind.AGENCIES and item.consent_asked_at is not None
    if item.audience is wanted and not declined:
        raise Conflict(SAME[wanted].format(item=item.reference))
    return _Decided((replace(item, audience=wanted, consent_asked_at=None),), record)


def _rename(work: Writing, found: Proposed, record: Record | None, change: Change) -> _Decided:
    return _Decided((replace(found[0], title=clean_title(change.title)),), record)


def _harm(work: Writing, found: Proposed, record: Record | None, change: Change) -> _Decided:
    """What a guest states of its item is written beside the whole, too: it reads nothing of what others state, so that
    stays as it is where the guest takes its own back."""
    item, kinds = found.item, work.desk.procedure.cases.kinds
    before = read_written(item.case)
    if work.reader.secretariat or work.reader.kind is ParticipantKind.AGENCY:
        return _Decided((replace(item, case=written(read_harm(change.words, before, kinds, item.reference))),), record)
    was = read_written(item.stated)
    stated = read_harm(change.words, was, kinds, item.reference)
    return _Decided((replace(item, case=written(with_stated(before, was, stated)), stated=written(stated)),), record)


def _confirm(work: Writing, found: Proposed, record: Record | None, change: Change) -> _Decided:
    if found.item.confirmed_at is not None:
        raise Conflict(CONFIRMED.format(item=found.item.reference))
    return _Decided((replace(found.item, confirmed_at=work.now),), record)


_Decide = Callable[[Writing, Proposed, Record | None, Change], _Decided]

DECIDE: Mapping[Do, _Decide] = {
    Do.ACCEPT: _accept,
    Do.DECLINE: _off(ItemState.DECLINED),
    Do.DEFER: _off(ItemState.DEFERRED),
    Do.WITHDRAW: _off(ItemState.WITHDRAWN),
    Do.MINUTES: _minutes,
    Do.UP: _move,
    Do.DOWN: _move,
    Do.TO: _to,
    Do.CLOSED: _hear,
    Do.JOINT: _hear,
    Do.TITLE: _rename,
    Do.HARM: _harm,
    Do.CONFIRM: _confirm,
}

QUIET = (Do.UP, Do.DOWN, Do.CONFIRM, Do.HARM)
"""What is not told by mail: a place in the order, and what stands on the agenda for who needs it."""


def _tell(work: Writing, found: Proposed, after: AgendaItem, change: Change) -> None:
    """The proposer of what others did to its item; the secretariat of what the proposer did to an accepted one."""
    before = found.item
    if change.do in QUIET:
        return
    if work.reader.secretariat:
        if found.told != work.actor.contact.id:
            subject = agenda_letters.subject_of_news(before, after)
            work.tell(agenda_letters.NEWS, [found.told], call_id=after.call_id, subject=subject)
    elif before.state is ItemState.ACCEPTED or before.consent_asked_at is not None:
        told = [c.id for c in directory.secretariat(work.tx)]
        work.tell(agenda_letters.CHANGED, told, call_id=after.call_id, subject=before.reference)


def _answer(work: Reading, change: Change, decided: _Decided, proposer: Participant, hat: str) -> Changed:
    item, record = decided.items[0], decided.record
    view = views_of(work, [record]).get(record.call.id) if record is not None else None
    shown = cut_view(work, item, record, proposer)
    part = view.part(shown.segment_id) if view else None
    over = 0
    if work.reader.secretariat and record is not None and part is not None and change.do in (Do.TO, Do.MINUTES):
        others = [i for i in standing_in(record.items, part.id) if i.reference != item.reference]
        over = sum(i.needs for i in (*others, item)) - record.call.segment(part.id).minutes
    doubt = name_in(work, item) if change.do is Do.TITLE else ""
    return Changed(change.do, shown, view, part, max(over, 0), decided.asked, hat, doubt)
