"""Owns what the acts of the agenda answer with: items and parts as one reader may read them; the acts are next door."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot import audience
from bot.agenda import AgendaItem, ItemState
from bot.audience import CallView, Record, SegmentView
from bot.calls import Call
from bot.cases import read_written, shown
from bot.codenames import looks_like_a_name
from bot.confidentiality import Tlp, may_carry
from bot.errors import NotFound
from bot.participants import Participant, ParticipantKind
from bot.topics import AudienceKind
from handlers.carrying import carried
from handlers.work import Reading

NO_ITEM = "I know no item “{asked}” for you. `/lap agenda` lists those that you can read, each with its reference."


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item as this reader may read it, its title cut to how it reaches them (``handlers.carrying``). ``audience`` is
    None for representatives and observers, who read joint ones.

    ``closed_there``: it stands in a joint part and is closed to the guests there. ``minutes`` as planned. ``case``:
    what is stated of the harm, under the same label. ``confirmed``: its proposer said that it presents it; for the
    proposer and the secretariat alone.
    """

    reference: str
    topic: str
    title: str
    minutes: int
    audience: AudienceKind | None
    label: Tlp
    state: ItemState
    proposer: str
    own: bool
    segment_id: str | None = None
    closed_there: bool = False
    consent_asked: bool = False
    case: str = ""
    confirmed: bool = False

    @property
    def text(self) -> str:
        """The label directly before the title."""
        return f"{self.label} {self.title}"


@dataclass(frozen=True, slots=True)
class Placed:
    """An item with the call and the part it stands in, as far as the reader may know them; ``hat`` names whom the
    person acted for where that is not plain, ``doubt`` what in the title looks like a name."""

    item: ItemView
    call: CallView | None = None
    part: SegmentView | None = None
    hat: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of the call with its items in order."""

    segment: SegmentView
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class ActionView:
    """An open action of an earlier call, its label directly before its task; ``overdue`` by the reader's own date."""

    reference: str
    text: str
    owner: str
    due: date
    overdue: bool


@dataclass(frozen=True, slots=True)
class Lacking:
    """An item that found no time; ``minutes`` are lacking, None where no part of the call may hear it."""

    item: ItemView
    minutes: int | None


@dataclass(frozen=True, slots=True)
class AgendaView:
    """An agenda as its reader may read it. ``call`` is None for a guest without an invitation, who reads ``own`` alone.

    ``unplaced``: accepted, in no part yet. ``waiting`` and ``pool``: proposals for the secretariat to decide on.
    ``own``: the reader's organisation's other proposals. ``lacking``, ``kept``: what a building left over, for want of
    time or because only its proposer may bring it to a wider call.
    """

    call: CallView | None
    parts: tuple[PartView, ...] = ()
    unplaced: tuple[ItemView, ...] = ()
    waiting: tuple[ItemView, ...] = ()
    pool: tuple[ItemView, ...] = ()
    own: tuple[ItemView, ...] = ()
    actions: tuple[ActionView, ...] = ()
    lacking: tuple[Lacking, ...] = ()
    kept: tuple[ItemView, ...] = ()


def item_views(
    work: Reading, items: Iterable[AgendaItem], call: Call | None, names: Mapping[str, str]
) -> tuple[ItemView, ...]:
    """*items*, already cut to the reader, with their words; *names* are participants' by id."""
    items = tuple(items)
    if not items:
        return ()
    whole = work.reader.secretariat or work.reader.kind is ParticipantKind.AGENCY
    joint = {s.id for s in call.segments if s.audience is AudienceKind.JOINT} if call else set()
    topics = {t.clause: f"{t.clause} {t.word}" for t in work.desk.procedure.topics}
    reader_id = work.reader.participant_id
    currency, highest = work.desk.procedure.cases.currency, work.desk.procedure.labels.highest(work.actor.way)

    def view(item: AgendaItem) -> ItemView:
        closed = item.audience is AudienceKind.AGENCIES
        told = work.reader.secretariat or item.proposer_id == reader_id
        return ItemView(
            item.reference,
            topics.get(item.clause, item.clause),
            carried(work, item.title, item.label),
            item.needs,
            item.audience if whole else None,
            item.label,
            item.state,
            names.get(item.proposer_id, ""),
            item.proposer_id == reader_id,
            item.segment_id,
            whole and closed and item.segment_id in joint,
            item.consent_asked_at is not None and closed,
            shown(read_written(item.case), currency) if item.case and may_carry(item.label, highest) else "",
            told and item.confirmed_at is not None,
        )

    return tuple(map(view, items))


def item_view(work: Reading, item: AgendaItem, call: Call | None, names: Mapping[str, str]) -> ItemView:
    """One item as ``item_views`` shows it."""
    return item_views(work, [item], call, names)[0]


def cut_view(work: Reading, item: AgendaItem, record: Record | None, proposer: Participant) -> ItemView:
    """*item* as the reader may read it. Raises NotFound for what is not theirs to know, as for what is not there."""
    cut = audience.cut_item(work.reader, record, item, work.now)
    if cut is None:
        raise NotFound(NO_ITEM.format(asked=item.reference))
    return item_view(work, cut, record.call if record else None, {proposer.id: proposer.name})


def name_in(work: Reading, item: AgendaItem) -> str:
    """What in the title of a case looks like a name; nothing for what is no case, nor where the way to the reader may
    not carry the title. Nothing is refused for it."""
    is_carried = may_carry(item.label, work.desk.procedure.labels.highest(work.actor.way))
    is_case = item.clause in work.desk.procedure.cases.topics
    return looks_like_a_name(item.title) if is_case and is_carried else ""


def topic_of(work: Reading, clause: str) -> str:
    """'A.3.a cases', or the clause alone where the catalogue no longer has it."""
    return next((f"{t.clause} {t.word}" for t in work.desk.procedure.topics if t.clause == clause), clause)
