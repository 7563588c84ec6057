"""Owns papers, the files attached to an item under its label: attached and read on the personal page, listed and
removed in Slack too; which files are taken is ``bot.papers``'."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import audience
from bot.agenda import AgendaItem, ItemState
from bot.audience import CallView, Record, SegmentView
from bot.calls import CallState
from bot.confidentiality import Tlp
from bot.errors import Conflict, NotEntitled, NotFound
from bot.papers import MOST_PAPERS, TOO_MANY, Paper, check_paper, clean_name
from bot.words import fold_reference
from handlers.act import act, reading
from handlers.agenda_views import NO_ITEM, ItemView, cut_view
from handlers.carrying import carried
from handlers.desk import Desk, the_clock
from handlers.finding import parts_to_cut
from handlers.links import PAGE, enter, known_links, seals
from handlers.work import Reading, Writing
from storage import agenda, calls, papers
from storage.agenda import Proposed
from storage.calls import Part
from storage.tables import LinkPurpose

NOT_YOURS = "`{item}` was proposed by {name}: only it and the secretariat attach papers to it, or remove them."
OFF = "`{item}` has been {state}, so it takes no more papers."
UNKNOWN = "I know no paper `{reference}` for you. `/lap paper ITEM` lists those of an item."
POOL = "pool"
"""What a look at an item of no call is at."""
STALE = "Something changed since that page was opened. Here it is as it stands now: please try again."


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper as its reader may read of it: its name cut like its item's title; ``size`` in bytes; ``own``: the reader
    may remove it."""

    reference: str
    name: str
    size: int
    at: datetime
    own: bool


@dataclass(frozen=True, slots=True)
class Papers:
    """An item with its papers, as one reader may read them. ``page``: where they are read and attached, empty where no
    page was ever mailed; ``may_attach``: the reader may attach more, within ``megabytes`` each; ``seal``: of the form;
    ``zone``: the reader's; ``call`` and ``part``: where the item stands, as far as the reader may know."""

    item: ItemView
    papers: tuple[PaperView, ...]
    may_attach: bool
    megabytes: int
    zone: ZoneInfo
    page: str = ""
    seal: str = ""
    call: CallView | None = None
    part: SegmentView | None = None


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A paper with its bytes, for who may read it; ``label`` is its item's."""

    name: str
    media_type: str
    data: bytes
    label: Tlp


@reading
def list_papers(work: Reading, asked: str) -> Papers:
    """The papers of an item that the reader may read. Raises NotFound alike for what is not there and not theirs."""
    found, record = _item(work, asked)
    page = known_links(work, work.reader.contact_id).get(PAGE, "")
    return _papers(work, found, record, page=f"{page}/item/{found.item.reference}" if page else "")


@act
def remove_paper(work: Writing, asked: str) -> Papers:
    """Removes a paper, its bytes for good: its item's organisation or the secretariat. Raises NotFound, NotEntitled."""
    paper, found, record = _paper(work, asked)
    _check_own(work, found)
    return _removed(work, paper, found, record)


def show_item(desk: Desk, printed: str, asked: str) -> Papers | None:
    """The page of an item, for the holder of the personal page *printed*; None for every token that leads nowhere, and
    for an item that is not there or not theirs."""
    return _shown(desk, the_clock(), printed, asked)


@reading
def _shown(work: Reading, printed: str, asked: str) -> Papers | None:
    if not enter(work, printed, LinkPurpose.PAGE):
        return None
    try:
        found, record = _item(work, asked)
    except NotFound:
        return None
    return _papers(work, found, record, seal=_seal(work, printed, found.item.reference))


@reading
def _fetched(work: Reading, printed: str, asked: str) -> PaperFile | None:
    if not enter(work, printed, LinkPurpose.PAGE):
        return None
    try:
        paper, found, _ = _paper(work, asked)
    except NotFound:
        return None
    return PaperFile(paper.name, paper.media_type, papers.data_of(work.tx, paper.reference), found.item.label)


def fetch_paper(desk: Desk, printed: str, asked: str) -> PaperFile | None:
    """A paper with its bytes, for the holder of the page *printed*; None as ``show_item`` says."""
    return _fetched(desk, the_clock(), printed, asked)


@act
def attach_on_page(work: Writing, printed: str, asked: str, seal: str, name: str, data: bytes) -> Papers | None:
    """Attaches a file to an item of the page's holder, under the item's label; None as ``show_item`` says.

    Raises Conflict for a form that no page of this holder showed and a file that is not taken, NotUnderstood for none,
    NotEntitled for an item of others.
    """
    entered = _entered(work, printed, asked, seal)
    if entered is None:
        return None
    found, record = entered
    _check_own(work, found)
    item = found.item
    if item.state in (ItemState.DECLINED, ItemState.WITHDRAWN):
        raise Conflict(OFF.format(item=item.reference, state=item.state))
    there = papers.of_items(work.tx, [item.reference])
    if len(audience.cut_papers(work.reader, record, item, there, work.now)) >= MOST_PAPERS:  # hidden ones take no place
        raise Conflict(TOO_MANY)
    name = clean_name(name)
    media_type = check_paper(name, data, work.desk.procedure.papers.megabytes)
    paper = Paper(
        work.desk.new_reference(), item.reference, name, media_type, len(data), hashlib.sha256(data).hexdigest(),
        work.reader.participant_id, work.reader.contact_id, work.now,
        drafted=work.reader.secretariat and record is not None and record.call.state is CallState.DRAFT,
    )  # fmt: skip
    papers.add(work.tx, paper, data)
    work.record("paper.add", paper.reference, item=item.reference, sha256=paper.sha256, size=paper.size)
    return _papers(work, found, record, seal=seal)


@act
def remove_on_page(work: Writing, printed: str, asked: str, seal: str, reference: str) -> Papers | None:
    """Removes a paper of an item from the item's page, as ``remove_paper`` does."""
    entered = _entered(work, printed, asked, seal)
    if entered is None:
        return None
    found, record = entered
    paper = papers.find(work.tx, fold_reference(reference))
    seen = audience.cut_papers(work.reader, record, found.item, [paper] if paper else [], work.now)
    if paper is None or paper not in seen:
        raise Conflict(STALE)
    _check_own(work, found)
    return _removed(work, paper, found, record)


def _entered(work: Reading, printed: str, asked: str, seal: str) -> tuple[Proposed, Record | None] | None:
    if not enter(work, printed, LinkPurpose.PAGE):
        return None
    try:
        found, record = _item(work, asked)
    except NotFound:
        return None
    genuine = seals(work.desk.settings, "paper", printed, found.item.reference)
    if not any(hmac.compare_digest(seal.encode(), one.encode()) for one in genuine):
        raise Conflict(STALE)
    return found, record


def _seal(work: Reading, printed: str, reference: str) -> str:
    return seals(work.desk.settings, "paper", printed, reference)[0]


def _removed(work: Writing, paper: Paper, found: Proposed, record: Record | None) -> Papers:
    papers.remove(work.tx, paper.reference, work.now)
    work.record("paper.remove", paper.reference, item=paper.item)
    return _papers(work, found, record)


def _item(work: Reading, asked: str) -> tuple[Proposed, Record | None]:
    """The item, if the reader may read it, with its call as far as that was needed. Raises NotFound."""
    found = agenda.find(work.tx, fold_reference(asked))
    if found is None:
        raise NotFound(NO_ITEM.format(asked=asked))
    item = found.item
    record = calls.one(work.tx, item.call_id, parts_to_cut(work, Part.ITEMS)) if item.call_id else None
    if audience.cut_item(work.reader, record, item, work.now) is None:
        raise NotFound(NO_ITEM.format(asked=asked))
    work.shows_closed(item.call_id or POOL)
    return found, record


def _paper(work: Reading, asked: str) -> tuple[Paper, Proposed, Record | None]:
    paper = papers.find(work.tx, fold_reference(asked))
    if paper is None:
        raise NotFound(UNKNOWN.format(reference=fold_reference(asked)))
    try:
        found, record = _item(work, paper.item)
    except NotFound:
        raise NotFound(UNKNOWN.format(reference=fold_reference(asked))) from None
    if not audience.cut_papers(work.reader, record, found.item, [paper], work.now):
        raise NotFound(UNKNOWN.format(reference=fold_reference(asked)))
    return paper, found, record


def _is_own(work: Reading, found: Proposed) -> bool:
    own = audience.owns_item(work.reader, found.item) and not work.reader.is_proxy
    return work.reader.secretariat or own


def _check_own(work: Reading, found: Proposed) -> None:
    if not _is_own(work, found):
        raise NotEntitled(NOT_YOURS.format(item=found.item.reference, name=found.proposer.name))


def _papers(work: Reading, found: Proposed, record: Record | None, *, page: str = "", seal: str = "") -> Papers:
    item, own = found.item, _is_own(work, found)
    seen = audience.cut_papers(work.reader, record, item, papers.of_items(work.tx, [item.reference]), work.now)
    views = tuple(PaperView(p.reference, carried(work, p.name, item.label), p.size, p.at, own) for p in seen)
    megabytes = work.desk.procedure.papers.megabytes
    view, (call, part) = cut_view(work, item, record, found.proposer), _place(work, item, record)
    return Papers(view, views, own, megabytes, work.actor.zone, page, seal, call, part)


def _place(work: Reading, item: AgendaItem, record: Record | None) -> tuple[CallView | None, SegmentView | None]:
    """The call and the part that *item* stands in, where the reader may know them."""
    cut = audience.cut_item(work.reader, record, item, work.now)
    if record is None or cut is None or cut.call_id is None:
        return None, None
    call = audience.cut_call(work.reader, record, work.now)
    return call, call.part(cut.segment_id) if call else None
