"""Owns what the acts of actions answer with, cut for their reader, and whose an action is; the acts are next door."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot import audience
from bot.actions import ActionChange, ActionItem, ActionState, ChangeKind, is_overdue
from bot.audience import CallView, Record
from bot.confidentiality import Tlp
from bot.due_days import next_escalation
from bot.due_days import next_reminder as next_day
from bot.exposures import NONE_IN_FLIGHT, InFlight
from bot.participants import Contact, ParticipantKind
from bot.zones import zone_of
from handlers.carrying import carried
from handlers.finding import views_of
from handlers.lines import hat
from handlers.live_views import is_owner_told
from handlers.naming import Person
from handlers.work import Reading
from storage.directory import Directory


@dataclass(frozen=True, slots=True)
class ActionView:
    """An action as this reader may read it, its task cut to how it reaches them. ``call`` and its ``name`` only where
    the reader hears the part that it comes from.

    ``owner``: its name, or that it is not named. ``overdue`` by the owner's own date, by the reader's where they may
    not know whose it is; ``own``: given to the reader's organisation; ``waits``: the secretariat has to confirm its
    words before the owner reads them; ``gone``: it is open, and its owner no longer takes part. ``hat`` names whom
    somebody of the secretariat acted for; ``in_flight``: what was leaving already when it was taken from somebody.
    """

    reference: str
    task: str
    label: Tlp
    owner: str
    due: date
    state: ActionState
    overdue: bool
    own: bool
    call: CallView | None = None
    name: str = ""
    waits: bool = False
    gone: bool = False
    hat: str = ""
    in_flight: InFlight = NONE_IN_FLIGHT

    @property
    def text(self) -> str:
        """The label directly before the task, without the full stop at its end."""
        return f"{self.label} {self.task.removesuffix('.')}"


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change of an action as this reader may read it. ``by``: a short name, empty for the secretariat, None where it
    is not theirs to know; ``owner`` and ``due`` as they were from then on; ``why`` is cut as the action's words are."""

    kind: ChangeKind
    at: datetime
    by: str | None
    owner: str
    due: date
    why: str


def change_views(
    work: Reading, action: ActionItem, record: Record, changes: Iterable[ActionChange], people: Directory
) -> tuple[ChangeView, ...]:
    """*changes* of *action*, already cut to the reader, in words; under the Chatham House Rule without owners."""
    names = {p.id: p.short_name for p in people.participants}
    ruled = record.call.is_ruled(action.segment_id)

    def view_of(c: ActionChange) -> ChangeView:
        then = replace(action, owner_id=c.owner_id, owner_contact_id=c.owner_contact_id)
        by = "" if c.by_id is None else (names.get(c.by_id) if c.by_id and not ruled else None)
        why = carried(work, c.text, action.label) if c.text else ""
        return ChangeView(c.kind, c.at, by, "" if ruled else owner_name(then, people), c.due, why)

    return tuple(map(view_of, changes))


UNNAMED = "somebody whom the Chatham House Rule does not name"


def owner_told(work: Reading, action: ActionItem, record: Record, people: Directory) -> str:
    """Whose *action* is, as this reader may know."""
    known = audience.knows_owner(work.reader, record, action)
    return owner_name(action, people) if known else UNNAMED


def action_view(
    work: Reading,
    action: ActionItem,
    record: Record,
    people: Directory,
    *,
    view: CallView | None,
    heard: bool,
    waits: bool = False,
) -> ActionView:
    """*action*, already cut to the reader, with its words; *view* is its call as the reader sees and names it, None
    where they see nothing of it, *heard* whether they hear its part."""
    # Whose day it is would tell whose action it is, where that is not named.
    known = audience.knows_owner(work.reader, record, action)
    zone = owner_zone(action, people) if known else work.actor.zone
    return ActionView(
        action.reference,
        carried(work, action.task, action.label),
        action.label,
        owner_name(action, people) if known else UNNAMED,
        action.due,
        action.state,
        is_overdue(action, work.now.astimezone(zone).date()),
        action.owner_id == work.reader.participant_id and not work.reader.secretariat,
        view if heard else None,
        view.name if view and heard else "",
        waits,
        known and not action.state.ended and not _takes_part(action, people),
        hat(work),
    )


def action_views(
    work: Reading, actions: Iterable[ActionItem], records: Iterable[Record], people: Directory
) -> tuple[ActionView, ...]:
    """Each of *actions*, already cut to the reader, in their order; for the secretariat with what waits for it."""
    known = {r.call.id: r for r in records}
    shown = [a for a in actions if a.call_id in known]
    theirs = [known[i] for i in dict.fromkeys(a.call_id for a in shown)]
    views = views_of(work, theirs)
    hearings = {r.call.id: audience.hearing(work.reader, r, work.now) for r in theirs}

    def view_of(a: ActionItem) -> ActionView:
        record = known[a.call_id]
        waiting = work.reader.secretariat and waits(record, a, people, work.now)
        heard = hearings[a.call_id](a.segment_id)
        return action_view(work, a, record, people, view=views.get(a.call_id), waits=waiting, heard=heard)

    return tuple(map(view_of, shown))


def waits(record: Record, action: ActionItem, people: Directory, at: datetime) -> bool:
    """Whether an open action's words are to be confirmed before its owner reads them; *record* with its list. An owner
    that no longer takes part reads none."""
    return not action.state.ended and _takes_part(action, people) and not is_owner_told(record, action, people, at)


def _takes_part(action: ActionItem, people: Directory) -> bool:
    return any(p.id == action.owner_id and p.left_at is None for p in people.participants)


def owner_name(action: ActionItem, people: Directory) -> str:
    """The owner as people read it: the organisation first, and the person where one was named."""
    organisation = next((p for p in people.participants if p.id == action.owner_id), None)
    contact = people.contact(action.owner_contact_id) if action.owner_contact_id else None
    if organisation is None:
        return contact.name if contact else ""
    return Person(contact, organisation).name if contact else organisation.name


def owner_zone(action: ActionItem, people: Directory) -> ZoneInfo:
    """The zone whose dates count for an action: its person's, else its organisation's."""
    contact = people.contact(action.owner_contact_id) if action.owner_contact_id else None
    own = next((p.zone for p in people.participants if p.id == action.owner_id), "UTC")
    return zone_of(contact.zone if contact else own)


def next_reminder(work: Reading, action: ActionItem, people: Directory) -> datetime | None:
    """When (UTC) the owner of *action* is next reminded, as the procedure file says."""
    terms, zone = work.desk.procedure.reminders, owner_zone(action, people)
    return next_day(action, zone, terms.digest_hour, terms.action_days_before, terms.action_days_after, work.now)


def next_told(work: Reading, action: ActionItem, people: Directory) -> datetime | None:
    """When (UTC) others are next told that *action* is overdue, as the procedure file says."""
    terms, zone = work.desk.procedure.reminders, owner_zone(action, people)
    days = terms.action_point_days_after, terms.action_secretariat_days_after
    return next_escalation(action, zone, terms.digest_hour, *days, work.now)


def with_days(work: Reading, action: ActionItem, people: Directory) -> ActionItem:
    """*action* with the days on which people are told of it counted anew, once given, moved or handed over."""
    fresh = replace(action, escalated=False)
    return replace(
        fresh, remind_at=next_reminder(work, fresh, people), escalate_at=next_told(work, fresh, people)
    )  # fmt: skip


def owners_people(action: ActionItem, people: Directory) -> list[Contact]:
    """The present people of the owner: the person named, else those who attend, else all. Whether each may read the
    action is asked again when they are told."""
    own = [c for c in people.people_of(action.owner_id) if c.removed_at is None]
    named = [c for c in own if c.id == action.owner_contact_id]
    return named or [c for c in own if c.attending] or own


def guests_only(work: Reading) -> bool:
    """Whether the reader reads of actions only its own."""
    return not work.reader.secretariat and work.reader.kind is not ParticipantKind.AGENCY
