"""Owns planning a call, listing calls and looking at one; years are ``series``', what is told ``announcing``'s."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import audience
from bot.agenda import ItemState
from bot.attendees import AttendeeList
from bot.audience import CallView, Record
from bot.calls import Call, CallKind, CallState, read_title
from bot.errors import NotFound, NotUnderstood
from bot.invitations import Rsvp
from bot.mailings import Mailing
from bot.participants import ParticipantKind
from bot.series import Quarter
from bot.templates import segments_of
from handlers import quarters, series
from handlers.act import act, reading, secretariat_only
from handlers.agenda_views import item_views
from handlers.changed_lists import list_of
from handlers.composing import Compose
from handlers.desk import Actor, Desk
from handlers.finding import NO_CALL, find_call, name_in, refuse_past, remember_order
from handlers.mailings import mailing_of
from handlers.naming import find_many
from handlers.on_now import OnNow, on_now
from handlers.quarters import quarters_to_watch as quarters_to_watch
from handlers.series import as_named, refuse_same_hour
from handlers.standing import plan_items
from handlers.steps import plan_steps
from handlers.work import Reading, Writing
from storage import calls, directory, invitations, orders
from storage.calls import Named, Part
from storage.store import Clash, Unavailable

NOTICES: dict[str, Compose] = {quarters.KIND: quarters.compose, series.KIND: series.compose}

KNOWN = Part.LIST | Part.ITEMS
"""What decides whose calendar shows what of a call."""

LISTED_BACK = timedelta(days=92)
"""``calls`` lists what lies ahead and what was in the last three months; older calls answer to their dates."""

NO_AGENCY = (
    "{name} is no Agency. `only` names the Agencies that a call is for; "
    "representatives and observers are admitted to parts of it, with `admit`."
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A call as the secretariat planned it: named by ``name``; ``only`` are short names, empty for every Agency.

    ``uncovered``: the quarters that stay without a call (A.3).
    """

    view: CallView
    name: str
    kind: CallKind
    only: tuple[str, ...] = ()
    uncovered: tuple[Quarter, ...] = ()


@act
def add_call(
    work: Writing, start: datetime, minutes: int, title: str, kind: CallKind = CallKind.MEMBERS,
    only: Sequence[str] = (),
) -> Planned:  # fmt: skip
    """Drafts a call with the parts and standing items of its kind (procedure file; A.3, B.3 for law enforcement only).
    Nobody but the secretariat sees it yet.

    Raises Conflict for a moment gone by and an hour that another call has, NotUnderstood for a title or a length that
    cannot be used, NotFound for an organisation that is not there.
    """
    secretariat_only(work, "plan a call")
    refuse_past(start, work.now)
    parts = segments_of(work.desk.procedure.templates.parts(kind), minutes, work.desk.new_id)
    named, names = _agencies(work, only)
    call = Call(work.desk.new_id(), read_title(title), kind, CallState.DRAFT, start, parts, named)
    near = quarters.planned(work, start)
    refuse_same_hour(call, near, work)
    calls.insert_call(work.tx, call, work.now)
    plan_steps(work, call)
    plan_items(work, call)
    near = [*near, as_named(call)]
    name = name_in(start, near, call.id)
    work.record("call.add", name, title=call.title, start=start, minutes=minutes, kind=kind, only=names)
    work.can_be_undone("call.add", call.id)
    view = whole_view(work, Record(call))
    remember_order(work, view)
    return Planned(view, name, kind, names, quarters.uncovered(near, work.now))


def _agencies(work: Reading, asked: Sequence[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    if not asked:
        return frozenset(), ()
    people = directory.everybody(work.tx)
    found = [who.participant for who in find_many(work, asked, people)]
    for participant in found:
        if participant.kind is not ParticipantKind.AGENCY:
            raise NotUnderstood(NO_AGENCY.format(name=participant.name))
    return frozenset(p.id for p in found), tuple(sorted({p.short_name for p in found}))


def whole_view(work: Reading, record: Record) -> CallView:
    """*record* as the secretariat sees it, drafts and cancelled calls included."""
    view = audience.cut_call(work.reader, record, work.now)
    if view is None:  # only for somebody who is not the secretariat; the acts here refused them before
        raise NotFound(NO_CALL.format(asked=record.call.title))
    return view


@dataclass(frozen=True, slots=True)
class Listed:
    """A call in a list: what the reader types to name it, and what they may see of it."""

    name: str
    view: CallView


@reading
def list_calls(work: Reading, since: datetime | None = None) -> tuple[Listed, ...]:
    """The calls that the reader may see, from *since* (UTC; three months ago) on, earliest first; drafts for the
    secretariat."""
    parts = Part.NONE if work.reader.kind is ParticipantKind.AGENCY else KNOWN
    records = calls.listed(
        work.tx, since or work.now - LISTED_BACK, parts, drafts=work.reader.secretariat, whose=work.reader
    )
    views = [v for r in records if (v := audience.cut_call(work.reader, r, work.now))]
    named = [Named(v.id, v.title, v.start, v.state) for v in views]
    return tuple(Listed(name_in(v.start, named, v.id), v) for v in views)


@dataclass(frozen=True, slots=True)
class Prepared:
    """How far a call is prepared, as the reader may know: names on the list, accepted items and their minutes, and,
    for the secretariat, proposals that wait, how many invitations were answered how, and how far the last mails are."""

    people: int
    list: AttendeeList
    items: int
    minutes: int
    proposals: int
    answers: Mapping[Rsvp, int] | None = None
    mailing: Mailing | None = None


@dataclass(frozen=True, slots=True)
class CallShown:
    """A call as the reader may see it; all but name, view and what is on now (``now``, at ``at``, UTC) is None or empty
    for representatives and observers.

    ``only`` and the parts name organisations by id; ``names`` has their short names.
    """

    name: str
    view: CallView
    kind: CallKind | None
    running: bool
    only: frozenset[str]
    names: dict[str, str]
    prepared: Prepared | None
    at: datetime
    now: OnNow | None = None


def show_call(desk: Desk, actor: Actor, asked: str | None) -> CallShown:
    """The call that *asked* names (``next`` where empty) as the reader may see it; this order of parts counts as seen.

    Raises NotFound alike for a call that is not there and for one that is not the reader's to know.
    """
    shown, is_new = _call_shown(desk, actor, asked)
    if is_new:  # a call can be read while the database takes nothing
        with suppress(Unavailable, Clash), desk.store.begin() as tx:
            orders.remember(tx, actor.reader.contact_id, shown.view.id, [s.id for s in shown.view.segments])
    return shown


@reading
def _call_shown(work: Reading, asked: str | None) -> tuple[CallShown, bool]:
    record, view = find_call(work, asked, KNOWN)
    ids = tuple(s.id for s in view.segments)
    is_new = orders.seen(work.tx, work.reader.contact_id, view.id) != ids
    name = view.name
    now = _on_now(work, record, view)
    if not view.whole:
        return CallShown(name, view, None, False, frozenset(), {}, None, work.now, now), is_new
    call = record.call
    limited = {i for s in view.segments for i in s.only} | call.only
    people = directory.everybody(work.tx).participants if limited else ()
    names = {p.id: p.short_name for p in people if p.id in limited}
    on = audience.is_on(record, view)
    return CallShown(name, view, call.kind, on, call.only, names, _prepared(work, record), work.now, now), is_new


def _on_now(work: Reading, record: Record, view: CallView) -> OnNow | None:
    """What is on of the call; what the secretariat is shown so of a closed item is on the record."""
    stands = record.call.live
    if stands is None or not record.call.running:
        return None
    work.shows_closed(record.call.id)
    cut = [i for i in audience.cut_agenda(work.reader, record, work.now) if i.reference == stands.item]
    return on_now(work, record, view, item_views(work, cut, record.call, {}))


def _prepared(work: Reading, record: Record) -> Prepared:
    items = audience.cut_agenda(work.reader, record, work.now)
    accepted = [i for i in items if i.state is ItemState.ACCEPTED]
    waiting = [i for i in items if i.state is ItemState.PROPOSED] if work.reader.secretariat else []
    names = {a.contact_id for a in audience.cut_attendees(work.reader, record, work.now)}
    answers = invitations.tally(work.tx, record.call.id) if work.reader.secretariat else None
    return Prepared(
        len(names), list_of(work, record), len(accepted), sum(i.needs for i in accepted), len(waiting), answers,
        mailing_of(work, record.call.id),
    )  # fmt: skip
