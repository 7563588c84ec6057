"""Owns what the acts of actions answer with, cut for their reader, and whose an action is; the acts are next door."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot import audience
from bot.actions import ActionItem, ActionState, is_overdue
from bot.actions import next_reminder as next_day
from bot.audience import CallView, Record
from bot.confidentiality import Tlp
from bot.participants import Contact, ParticipantKind
from bot.zones import zone_of
from handlers.carrying import carried
from handlers.desk import Reading
from handlers.finding import views_of
from handlers.lines import hat
from handlers.live_views import is_owner_told
from handlers.naming import Person
from storage.directory import Directory


@dataclass(frozen=True, slots=True)
class ActionView:
    """An action as this reader may read it, its task cut to how it reaches them. ``call`` and its ``name`` only where
    the reader hears the part that it comes from.

    ``owner``: its name. ``overdue`` by the owner's own date; ``own``: given to the reader's organisation; ``waits``:
    the secretariat has to confirm its words before the owner reads them. ``hat`` names whom somebody of the
    secretariat acted for.
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
    hat: str = ""

    @property
    def text(self) -> str:
        """The label directly before the task, without the full stop at its end."""
        return f"{self.label} {self.task.removesuffix('.')}"


def action_view(
    work: Reading,
    action: ActionItem,
    record: Record,
    people: Directory,
    *,
    view: CallView | None = None,
    waits: bool = False,
) -> ActionView:
    """*action*, already cut to the reader, with its words; *view* is its call as the reader sees and names it."""
    heard = audience.hears(work.reader, record, action.segment_id, work.now)
    view = view or audience.cut_call(work.reader, record, work.now)
    return ActionView(
        action.reference,
        carried(work, action.task, action.label),
        action.label,
        owner_name(action, people),
        action.due,
        action.state,
        is_overdue(action, work.now.astimezone(owner_zone(action, people)).date()),
        action.owner_id == work.reader.participant_id and not work.reader.secretariat,
        view if heard else None,
        view.name if view and heard else "",
        waits,
        hat(work),
    )


def action_views(
    work: Reading, actions: Iterable[ActionItem], records: Iterable[Record], people: Directory
) -> tuple[ActionView, ...]:
    """Each of *actions*, already cut to the reader, in their order; for the secretariat with what waits for it."""
    known = {r.call.id: r for r in records}
    shown = [a for a in actions if a.call_id in known]
    views = views_of(work, [known[i] for i in dict.fromkeys(a.call_id for a in shown)])

    def view_of(a: ActionItem) -> ActionView:
        record = known[a.call_id]
        waiting = work.reader.secretariat and waits(record, a, people, work.now)
        return action_view(work, a, record, people, view=views.get(a.call_id), waits=waiting)

    return tuple(map(view_of, shown))


def waits(record: Record, action: ActionItem, people: Directory, at: datetime) -> bool:
    """Whether an open action's words are to be confirmed before its owner reads them; *record* with its list."""
    return action.state is ActionState.OPEN and not is_owner_told(record, action, people, at)


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
    terms = work.desk.procedure.reminders
    zone = owner_zone(action, people)
    return next_day(action, zone, terms.digest_hour, terms.action_days_before, terms.action_days_after, work.now)


def owners_people(action: ActionItem, people: Directory) -> list[Contact]:
    """The present people of the owner: the person named, else those who attend, else all. Whether each may read the
    action is asked again when they are told."""
    own = [c for c in people.people_of(action.owner_id) if c.removed_at is None]
    named = [c for c in own if c.id == action.owner_contact_id]
    return named or [c for c in own if c.attending] or own


def guests_only(work: Reading) -> bool:
    """Whether the reader reads of actions only its own."""
    return not work.reader.secretariat and work.reader.kind is not ParticipantKind.AGENCY
