"""Owns showing an agenda to its readers and building it; what is done to a single item is ``agenda_changes``'."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from bot import agenda as rules
from bot import audience
from bot.actions import ActionItem, is_overdue
from bot.agenda import AgendaItem, ItemState, may_pass
from bot.attendees import is_over
from bot.audience import CallView, Record
from bot.cases import by_harm
from bot.errors import Conflict, NotFound
from bot.participants import Participant, ParticipantKind
from handlers import agenda_letters
from handlers.act import act, reading, secretariat_only
from handlers.action_views import UNNAMED
from handlers.agenda_views import ActionView, AgendaView, ItemView, Lacking, PartView, item_view, item_views
from handlers.carrying import labelled
from handlers.desk import Actor, Desk
from handlers.finding import checked_segment, find_call, parts_to_cut, split_call
from handlers.item_moves import come_out, follow
from handlers.work import Reading, Writing
from storage import actions as rows
from storage import agenda, calls, directory, orders
from storage.agenda import Proposed
from storage.calls import Part
from storage.store import Clash, Unavailable

Carried = tuple[ActionItem, bool]
"""An open action of an earlier call, and whether its reader may know whose it is."""

REMEMBERED = timedelta(days=366)
"""A guest's own proposals are listed for a year."""

NO_HARM = "No harm is stated of two items in one part of this call, so the order stays. `/lap agenda {name}` shows it."
IN_ORDER = "The cases stand in that order already. `/lap item ITEM up` and `down` move one."
OVER = "That call is over, and its agenda stands as it was. Build the next one: `/lap agenda build`."


def show_agenda(desk: Desk, actor: Actor, asked: str | None) -> AgendaView:
    """The agenda of the call that *asked* names (``next`` where empty), as the reader may read it, with what waits for
    the secretariat and the open actions of earlier calls; with ``/N`` one part alone. This order counts as seen.

    Raises NotFound alike for a call that is not there and for one that is not the reader's to know.
    """
    shown, is_new = _shown(desk, actor, asked)
    if is_new and shown.call is not None:  # an agenda can be read while the database takes nothing
        with suppress(Unavailable, Clash), desk.store.begin() as tx:
            orders.remember(tx, actor.reader.contact_id, shown.call.id, [s.id for s in shown.call.segments])
    return shown


@reading
def _shown(work: Reading, asked: str | None) -> tuple[AgendaView, bool]:
    call, number = split_call(asked or "")
    found = _call(work, call)
    others = _others(work)
    if found is None:
        return AgendaView(None, own=_own(work, others, None)), False
    record, view = found
    work.shows_closed(view.id)
    items = audience.cut_agenda(work.reader, record, work.now)
    actions = _open_actions(work, record, view)
    names = _names(work, items, actions) | {p.proposer.id: p.proposer.name for p in others}
    shown = _agenda(work, record, view, items, names)
    if number:
        part = checked_segment(work, record, view, number)
        return AgendaView(view, tuple(p for p in shown.parts if p.segment.id == part.id)), False
    seen = orders.seen(work.tx, work.reader.contact_id, view.id) == tuple(s.id for s in view.segments)
    own = _own(work, others, record)
    pool = _views(work, (p.item for p in others), None, names) if work.reader.secretariat else ()
    work.shows_closed(*(a.call_id for a, _ in actions))
    return replace(shown, pool=pool, own=shown.own + own, actions=_actions(work, actions, names)), not seen


def _call(work: Reading, asked: str) -> tuple[Record, CallView] | None:
    """The call; nothing where a guest named none and is invited to none: what it proposed it can still read."""
    try:
        return find_call(work, asked, Part.ITEMS)
    except NotFound:
        if asked or work.reader.secretariat or work.reader.kind is ParticipantKind.AGENCY:
            raise
        return None


def _others(work: Reading) -> list[Proposed]:
    """Proposals beside the call's: the pool for the secretariat, of it an Agency's own, and all of a guest's own."""
    if work.reader.secretariat or work.reader.kind is ParticipantKind.AGENCY:
        return agenda.lying_in_the_pool(work.tx, None if work.reader.secretariat else work.reader.participant_id)
    return agenda.proposed_by(work.tx, work.reader.participant_id, work.now - REMEMBERED)


def _own(work: Reading, others: Sequence[Proposed], record: Record | None) -> tuple[ItemView, ...]:
    """The reader's own proposals that stand in no part of this call that it hears."""
    if work.reader.secretariat:
        return ()
    cut = [c for p in others if (c := audience.cut_item(work.reader, record, p.item, work.now)) is not None]
    return _views(
        work, (i for i in cut if i.segment_id is None), None, {p.proposer.id: p.proposer.name for p in others}
    )


def _agenda(
    work: Reading, record: Record, view: CallView, items: Sequence[AgendaItem], names: Mapping[str, str]
) -> AgendaView:
    """*items* of a call, already cut to the reader, in their parts."""
    beside: tuple[ItemState, ...] = ()
    if work.reader.secretariat:
        beside = (ItemState.PROPOSED, ItemState.DEFERRED)
    elif work.reader.is_agency:
        beside = (ItemState.PROPOSED, ItemState.DEFERRED, ItemState.DECLINED)
    here = {s.id for s in view.segments}
    stands = [i for i in items if i.state is ItemState.ACCEPTED and (view.whole or i.segment_id in here)]
    accepted = item_views(work, stands, record.call, names)
    others = item_views(work, [i for i in items if i.state in beside], record.call, names)
    return AgendaView(
        view,
        tuple(PartView(s, tuple(i for i in accepted if i.segment_id == s.id)) for s in view.segments),
        unplaced=tuple(i for i in accepted if i.segment_id not in here),
        waiting=others if work.reader.secretariat else (),
        own=() if work.reader.secretariat else others,
    )


def _views(
    work: Reading, items: Iterable[AgendaItem], record: Record | None, names: Mapping[str, str]
) -> tuple[ItemView, ...]:
    return item_views(work, items, record.call if record else None, names)


def _names(work: Reading, items: Iterable[AgendaItem], actions: Iterable[Carried]) -> dict[str, str]:
    wanted = {i.proposer_id for i in items} | {a.owner_id for a, _ in actions}
    own = work.actor.participant
    return directory.names(work.tx) if wanted - {own.id} else {own.id: own.name}


def _open_actions(work: Reading, record: Record, view: CallView) -> tuple[Carried, ...]:
    """The open actions of earlier calls that the reader may read; a guest reads its own organisation's alone."""
    guest = work.reader.kind is not ParticipantKind.AGENCY and not work.reader.secretariat
    every = rows.all_open(work.tx, work.reader.participant_id if guest else None)
    found = [a for a in every if a.call_id != record.call.id]
    known = calls.many(work.tx, {a.call_id for a in found}, parts_to_cut(work, Part.NONE))
    earlier = {r.call.id: r for r in known if r.call.start < view.start}
    carried = [a for a in found if a.call_id in earlier]
    seen = audience.cut_carried(work.reader, carried, earlier.values(), work.now)
    return tuple((a, audience.knows_owner(work.reader, earlier[a.call_id], a)) for a in seen)


def _actions(work: Reading, actions: Iterable[Carried], names: Mapping[str, str]) -> tuple[ActionView, ...]:
    today = work.now.astimezone(work.actor.zone).date()
    return tuple(
        ActionView(
            a.reference, labelled(work, a.task, a.label), names.get(a.owner_id, "") if known else UNNAMED, a.due,
            is_overdue(a, today),
        )
        for a, known in actions
    )  # fmt: skip


@act
def build_agenda(work: Writing, asked: str | None) -> AgendaView:
    """Builds the agenda of a call (A.3, B.3.a): accepted items and those that come back from earlier calls, in the
    catalogue's order, each in a part whose audience may hear it, within the time there is.

    What has its place keeps it. Proposals that wait for the secretariat are not placed. Raises Conflict for a call
    that is over, NotFound, NotEntitled.
    """
    secretariat_only(work, "build an agenda")
    record, view = find_call(work, asked)
    if is_over(record.call, work.now):
        raise Conflict(OVER)
    known = agenda.to_build(work.tx, record.call, work.now)
    coming = [p for p in known if _comes(p.item, record.call.id)]
    fitting = [p for p in coming if p.item.call_id == record.call.id or may_pass(p.invited, record.call)]
    proposers = {p.proposer.id: p.proposer for p in known}
    built = rules.build(record.call, [p.item for p in fitting], _catalogue(work), _guests(proposers.values()))
    before = {p.item.reference: p.item for p in fitting}
    changed = [i for i in built.placed if before[i.reference] != i]
    agenda.save(work.tx, changed)
    come_out(work, before.values(), changed, record)
    follow(work, [record], [before[i.reference] for i in changed], changed, {p.id: p.kind for p in proposers.values()})
    told = {p.item.reference: p.told for p in fitting}
    for item in changed:
        was = before[item.reference]
        if (was.state, was.call_id) != (item.state, item.call_id):
            subject = agenda_letters.subject_of_news(was, item)
            work.tell(agenda_letters.NEWS, [told[item.reference]], call_id=record.call.id, subject=subject)
    work.record("agenda.build", record.call.id, placed=len(built.placed), left_over=len(built.left_over))
    return _built(work, record, view, known, built, [p.item for p in coming if p not in fitting])


@act
def order_by_harm(work: Writing, asked: str | None) -> AgendaView:
    """Puts the cases of each part of a call into the order that the harm stated of them offers, as ``cases.by_harm``
    says; the secretariat goes on moving them as it likes.

    Raises NotEntitled, NotFound, and Conflict for a call that is over and where nothing would move.
    """
    secretariat_only(work, "order an agenda")
    record, view = find_call(work, asked, Part.ITEMS)
    if is_over(record.call, work.now):
        raise Conflict(OVER)
    parts = [rules.standing_in(record.items, s.id) for s in record.call.segments]
    if not any(len([i for i in part if i.case]) > 1 for part in parts):
        raise Conflict(NO_HARM.format(name=view.name))
    ordered = {i.reference: i for part in parts for i in by_harm(part)}
    changed = [ordered[i.reference] for i in record.items if ordered.get(i.reference, i) != i]
    if not changed:
        raise Conflict(IN_ORDER)
    agenda.save(work.tx, changed)
    work.shows_closed(view.id)
    work.record("agenda.harm", view.id, moved=[i.reference for i in changed])
    items = [ordered.get(i.reference, i) for i in record.items]
    items.sort(key=lambda i: i.position)
    return _agenda(work, record, view, items, _names(work, items, ()))


def _comes(item: AgendaItem, call_id: str) -> bool:
    """Whether an item comes to a call: what was accepted, and what was deferred from another call or the pool."""
    return item.state is ItemState.ACCEPTED or (item.state is ItemState.DEFERRED and item.call_id != call_id)


def _catalogue(work: Reading) -> list[str]:
    return [t.clause for t in work.desk.procedure.topics]


def _guests(proposers: Iterable[Participant]) -> frozenset[str]:
    return frozenset(p.id for p in proposers if p.kind is not ParticipantKind.AGENCY)


def _built(
    work: Reading, record: Record, view: CallView, known: Sequence[Proposed], built: rules.Built,
    kept: Sequence[AgendaItem],
) -> AgendaView:  # fmt: skip
    proposed = [p.item for p in known if p.item.state is ItemState.PROPOSED]
    actions = _open_actions(work, record, view)
    names = {p.proposer.id: p.proposer.name for p in known}
    names |= directory.names(work.tx) if {a.owner_id for a, _ in actions} - set(names) else {}
    items = (*built.placed, *(i for i in proposed if i.call_id is not None))
    shown = _agenda(work, record, view, items, names)
    return replace(
        shown,
        pool=_views(work, (i for i in proposed if i.call_id is None), None, names),
        actions=_actions(work, actions, names),
        lacking=tuple(Lacking(item_view(work, o.item, None, names), o.lacking) for o in built.left_over),
        kept=_views(work, kept, None, names),
    )
