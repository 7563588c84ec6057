"""Owns what stands in documents of minutes and named editions, cut to their reader; ``formats`` owns how it is put."""

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.confidentiality import Tlp, Way
from bot.dates import show_date
from bot.documents import Block, BlockKind, Document, writable
from bot.errors import Refusal
from bot.minutes import NOT_MINUTED, LineKind, Minutes
from bot.when import show, show_span
from handlers.act import reading
from handlers.action_views import ActionView
from handlers.desk import Desk, the_clock
from handlers.edition import (
    CLOSED,
    CORRECTED,
    HELD,
    OWNER,
    STATES,
    WITHHELD,
    Edition,
    EditionPart,
    edition,
    told_amendment,
    told_rolls,
    with_record,
)
from handlers.finding import find_call
from handlers.lines import LineView
from handlers.links import enter
from handlers.named_views import edition_of
from handlers.work import Reading
from storage import directory
from storage.tables import LinkPurpose

TITLE = "Minutes: {title}"
DRAFT = "Draft, not sent yet: only the secretariat and the scribe read it."
SENT = "Draft as sent on {sent}. It can be adopted from {adopts}, unless an Agency objects to a line before."
RELEASED = "Released on {on} (UTC)."
ADOPTED = "As adopted on {adopted}."
HEADING = "Part {number}: {title}"
DECISION, ACTION = "Decision", "Action {reference}: {task}.{owner} Due: {due}{state}."
ITEM = "{reference} {said}{text}{marks}"
FOOT = "{release} Questions: {address}."


def minutes_document(desk: Desk, printed: str, asked: str) -> Document | None:
    """The minutes of the call that *asked* names, as the holder of the page link *printed* may read them now and as a
    document may carry them; None alike for a link that leads nowhere and for what is not there or not the holder's."""
    return _read(desk, the_clock(), printed, asked)


@reading
def _read(work: Reading, printed: str, asked: str) -> Document | None:
    if not enter(work, printed, LinkPurpose.PAGE):
        return None
    work.actor = replace(work.actor, way=Way.DOCUMENT)
    try:
        record, view = find_call(work, asked)
    except Refusal:
        return None
    it = edition(work, with_record(work, record), view, directory.everybody(work.tx, past=True))
    if not it.parts:
        return None
    work.shows_closed(view.id)
    return _document(work, it)


def edition_document(desk: Desk, printed: str, reference: str) -> Document | None:
    """A named edition that was released, for the holder of the page link *printed*; None alike for a link that leads
    nowhere and for an edition that is not there or not released."""
    return _read_edition(desk, the_clock(), printed, reference)


@reading
def _read_edition(work: Reading, printed: str, reference: str) -> Document | None:
    if not enter(work, printed, LinkPurpose.PAGE):
        return None
    work.actor = replace(work.actor, way=Way.DOCUMENT)
    try:
        view = edition_of(work, reference)
    except Refusal:
        return None
    if view.released_at is None or not view.lines:
        return None
    released = RELEASED.format(on=show_date(view.released_at.date()))
    opening = (work.desk.procedure.texts.network, released)
    lines = tuple(Block(BlockKind.ITEM, writable(line.text)) for line in view.lines)
    return Document(f"edition-{view.reference}", writable(view.name), view.label, opening, lines, foot_of(work))


def _document(work: Reading, it: Edition) -> Document:
    zone = work.actor.zone
    return Document(
        f"minutes-{it.name}",
        writable(TITLE.format(title=it.view.title)),
        it.label or work.desk.procedure.labels.default,
        tuple(map(writable, (work.desk.procedure.texts.network, show_span(it.view.start, it.view.end, zone),
              _state(it.minutes, zone)))),
        tuple(Block(b.kind, writable(b.text)) for part in it.parts for b in _part(it, part, zone)),
        foot_of(work),
    )  # fmt: skip


def foot_of(work: Reading) -> str:
    """Whom to consult before a document is released."""
    return FOOT.format(release=work.desk.procedure.texts.release, address=work.desk.settings.mail_from)


def _state(minutes: Minutes, zone: ZoneInfo) -> str:
    if minutes.adopted_at is not None:
        return ADOPTED.format(adopted=show(minutes.adopted_at, zone))
    if minutes.silence is None:
        return DRAFT
    silence = minutes.silence
    return SENT.format(sent=show(silence.begun_at, zone), adopts=show(silence.ends_at, zone))


def _part(it: Edition, part: EditionPart, zone: ZoneInfo) -> Iterator[Block]:
    segment, alone = part.segment, not it.view.whole and len(it.view.segments) == 1
    yield Block(BlockKind.PART, segment.title if alone else HEADING.format(number=segment.number, title=segment.title))
    if not alone:
        yield Block(BlockKind.TEXT, show_span(segment.start, segment.end, zone))
    yield from (Block(BlockKind.TEXT, said) for said in told_rolls(part, zone))
    for subject in part.subjects:
        if subject.title:
            yield Block(BlockKind.TOPIC, subject.title)
        for line in subject.lines:
            yield Block(BlockKind.ITEM, _line(line))
            for below in line.amendments:
                yield Block(BlockKind.BELOW, told_amendment(below, zone).strip())
    for action in part.actions:
        yield Block(BlockKind.ITEM, _action(action))
    if part.nothing:
        yield Block(BlockKind.TEXT, part.nothing)


def _line(line: LineView) -> str:
    said = " ".join([DECISION] * (line.kind is LineKind.DECISION) + [f"({line.speaker})"] * bool(line.speaker))
    held = HELD.format(who=", ".join(line.held_by)) if line.held_by else ""
    marks = CLOSED * line.closed + WITHHELD * line.withheld + CORRECTED * line.corrected + held
    return ITEM.format(reference=line.reference, said=f"{said}: " if said else "", text=line.text, marks=marks)


def _action(action: ActionView) -> str:
    task = NOT_MINUTED if action.label is Tlp.RED else action.text
    owner = OWNER.format(owner=action.owner) if action.owner else ""
    return ACTION.format(
        reference=action.reference, task=task, owner=owner, due=show_date(action.due), state=STATES[action.state]
    )  # fmt: skip
