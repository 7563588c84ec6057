"""Owns what the acts of a running call answer with, and who may sit at its table; the acts are next door."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import audience, live, timing
from bot.actions import ActionItem
from bot.agenda import AgendaItem
from bot.attendees import Admission
from bot.audience import CallView, Record, SegmentView
from bot.confidentiality import Tlp
from bot.errors import Conflict
from bot.invitations import Rsvp
from bot.participants import ParticipantKind, Reader, as_organisation, member_of
from bot.queue import Asking
from bot.topics import AudienceKind
from handlers.calls import whole_view
from handlers.carrying import carried
from handlers.finding import named
from handlers.naming import person
from handlers.work import Reading
from storage.directory import Directory
from storage.live import Table

PROPOSER_LEFT = "its proposer no longer takes part"


@dataclass(frozen=True, slots=True)
class Taken:
    """An item of the part under way, its title cut to how it reaches the reader; ``closed_there``: it stands in a joint
    part and is closed to the guests there."""

    reference: str
    title: str
    label: Tlp
    minutes: int
    proposer: str
    closed_there: bool

    @property
    def text(self) -> str:
        """The label directly before the title."""
        return f"{self.label} {self.title}"


@dataclass(frozen=True, slots=True)
class Expected:
    """Who is expected in a part: Agencies by short name, guests by name and organisation; and who sent regrets."""

    agencies: tuple[str, ...]
    guests: tuple[str, ...]
    regrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a running call stands: at an item, or at the opening of a part, with its items and who is expected, and the
    ``opening`` statement to be read out there.

    ``part_ends``, ``item_ends``: when their time is up (UTC). ``queue``: who waits for the floor. ``place`` is what a
    button names that leaves it. ``skipped``: the item that was passed over; not ``moved``: nothing lies behind it but a
    gate or the end.
    """

    name: str
    view: CallView
    segment: SegmentView
    item: Taken | None
    items: tuple[Taken, ...]
    expected: Expected
    at: datetime
    opening: str
    part_ends: datetime
    item_ends: datetime | None = None
    queue: tuple[str, ...] = ()
    place: str = ""
    moved: bool = True
    skipped: str = ""


class Quicker(Conflict):
    """Somebody else moved the call already: nothing was moved, it ``stands`` there now."""

    def __init__(self, stands: Standing) -> None:
        super().__init__("Somebody was quicker, so nothing was moved.")
        self.stands = stands


class Stopped(Conflict):
    """The next part of the call named ``name`` has another audience: nothing was changed, the gate comes first."""

    def __init__(self, name: str, closes: str, opens: str) -> None:
        super().__init__(
            f"“{closes}” ends here. The next part, “{opens}”, has other people: `/lap gate` shuts the door and lists "
            "who must go and who may come. Nothing has changed yet."
        )
        self.name = name


@dataclass(frozen=True, slots=True)
class Goer:
    """Somebody whom a gate concerns; ``here``: recorded as being there; ``led``: a join link led them in."""

    name: str
    here: bool
    led: bool = False


@dataclass(frozen=True, slots=True)
class GateView:
    """The gate between two parts, with who must go, who may come and who may stay; shut since ``at`` (UTC)."""

    name: str
    closes: SegmentView
    opens: SegmentView
    must_go: tuple[Goer, ...]
    may_come: tuple[str, ...]
    may_stay: tuple[str, ...]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """An action whose words wait to be confirmed, the label directly before them."""

    reference: str
    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A call once ended: when the draft of its minutes is due (UTC), the actions that wait to be confirmed, and the
    items that it never came to, or passed over."""

    name: str
    view: CallView
    draft_due: datetime
    unconfirmed: tuple[Unconfirmed, ...]
    left_over: tuple[Taken, ...] = ()


def readers_of(people: Directory, admissions: Iterable[Admission]) -> list[Reader]:
    """Who may come to hear a part: every Agency as an organisation, every guest on the list as a person."""
    listed = (people.contact(contact_id) for contact_id in {a.contact_id for a in admissions})
    guests = [(c, people.participant(c.participant_id)) for c in listed if c is not None]
    agencies = [as_organisation(p) for p in people.participants if p.kind is ParticipantKind.AGENCY]
    return agencies + [member_of(c, p) for c, p in guests]


def is_owner_told(record: Record, action: ActionItem, people: Directory, at: datetime) -> bool:
    """Whether the owner of *action* reads it: the words are confirmed, or somebody of it hears it."""
    owner = Directory(
        tuple(p for p in people.participants if p.id == action.owner_id),
        tuple(c for c in people.people_of(action.owner_id) if action.owner_contact_id in (None, c.id)),
    )
    readers = readers_of(owner, (a for a in record.admissions if a.participant_id == action.owner_id))
    return action.confirmed or any(audience.hears_action(r, action, audience.hearing(r, record, at)) for r in readers)


def taken(work: Reading, item: AgendaItem, part: AudienceKind, names: Mapping[str, str]) -> Taken:
    closed = part is AudienceKind.JOINT and item.audience is AudienceKind.AGENCIES
    title = carried(work, item.title, item.label)
    return Taken(item.reference, title, item.label, item.needs, names.get(item.proposer_id, PROPOSER_LEFT), closed)


def expected_readers(record: Record, table: Table, segment_id: str, at: datetime) -> frozenset[Reader]:
    """Who may hear that part: Agencies as organisations, guests as persons."""
    return live.hearers(record, readers_of(table.people, table.admissions), at)[segment_id]


def regretting(record: Record, table: Table, segment_id: str, at: datetime) -> set[Reader]:
    """Of those who may hear that part, who declined, and whose regrets were written down."""
    told = {r.participant_id for r in record.regrets}
    may = expected_readers(record, table, segment_id, at)
    return {r for r in may if _sent_regrets(r, table) or r.participant_id in told}


def expected(record: Record, table: Table, segment_id: str, at: datetime) -> Expected:
    may, regrets = expected_readers(record, table, segment_id, at), regretting(record, table, segment_id, at)
    return Expected(
        names_of({r for r in may - regrets if r.kind is ParticipantKind.AGENCY}, table),
        names_of({r for r in may - regrets if r.kind is not ParticipantKind.AGENCY}, table),
        names_of(regrets, table),
    )


def _sent_regrets(reader: Reader, table: Table) -> bool:
    """Whether that guest, or everybody of that Agency who is invited, declined."""
    people = [reader.contact_id] if reader.contact_id else [c.id for c in table.coming_for(reader.participant_id)]
    answers = {table.answers[p] for p in people if p in table.answers}
    return answers == {Rsvp.DECLINED}


def names_of(readers: Collection[Reader], table: Table) -> tuple[str, ...]:
    return tuple(sorted(name_of(r, table) for r in readers))


def name_of(reader: Reader, table: Table, *, brought: bool = True) -> str:
    """An Agency by its short name, an organisation of guests by its name, a guest by both names; without *brought* whom
    an Agency brings to the call as that Agency, since nobody else knows them by name."""
    known = person(table.people, reader.contact_id) if reader.contact_id else None
    unnamed = known is not None and known.contact.only_call is not None and reader.kind is ParticipantKind.AGENCY
    if known and (brought or not unnamed):
        return known.name
    organisation = table.people.participant(reader.participant_id)
    return organisation.short_name if reader.kind is ParticipantKind.AGENCY else organisation.name


def speaker_name(work: Reading, asking: Asking, table: Table) -> str:
    """Somebody who asks for the floor, as this reader may name them."""
    own = asking.participant_id == work.actor.participant.id
    return name_of(asking.reader, table, brought=own or work.reader.secretariat)


def named_view(work: Reading, record: Record) -> CallView:
    """The call as the secretariat sees it, every part, under its name. Raises NotFound as ``whole_view`` does."""
    return named(work, whole_view(work, record))


def standing(work: Reading, record: Record, table: Table, *, moved: bool = True, skipped: str = "") -> Standing:
    """Where the running call of *record* stands, with its items and who is expected there."""
    work.shows_closed(record.call.id)
    at = live.current_item(record)
    segment, view, texts = live.current_segment(record.call), named_view(work, record), work.desk.procedure.texts
    names = {p.id: p.name for p in table.people.participants}
    items = {i.reference: taken(work, i, segment.audience, names) for i in live.items_in(record.items, segment.id)}
    return Standing(
        view.name,
        view,
        next(s for s in view.segments if s.id == segment.id),
        items.get(live.live_of(record.call).item or ""),
        tuple(items.values()),
        expected(record, table, segment.id, work.now),
        work.now,
        texts.opening_of(chatham=segment.chatham),
        timing.part_ends(record.call),
        timing.item_ends(record.call, at),
        tuple(speaker_name(work, a, table) for a in audience.cut_queue(work.reader, record, work.now)),
        live.place_of(record.call).token,
        moved,
        skipped,
    )
