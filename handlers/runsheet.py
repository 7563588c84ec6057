"""Owns the run sheet of a call: all that whoever runs it needs on paper, for a day on which nothing else works.

It is closed material: the secretariat's and the scribe's alone, and each look at it is on the audit record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import audience, live
from bot.audience import Record, SegmentView
from bot.calls import AUDIENCES
from bot.confidentiality import Tlp
from bot.errors import NotEntitled, NotFound
from bot.exposures import shown
from bot.notices import Notice
from bot.participants import Contact, Participant, ParticipantKind, Reader
from bot.when import show, show_span
from bot.zones import zone_of
from handlers.act import reading
from handlers.composing import Compose
from handlers.desk import Desk, the_clock
from handlers.finding import find_call, may_name, views_of
from handlers.joining import bridges_for
from handlers.links import enter, page_link
from handlers.live_views import Taken, expected, names_of, readers_of, taken
from handlers.naming import person
from handlers.pool import bridges_of
from handlers.running import NOT_YOURS
from handlers.steps import RUN_SHEET
from handlers.work import Reading
from storage import calls
from storage import live as rows
from storage.calls import Part
from storage.live import Table
from storage.outbox import Errand
from storage.tables import LinkPurpose

SUBJECT = "Run sheet: {title}, {when}"
PRINT = "The same to print, each part with its roll to tick off"
HEAD = "{title} (`{name}`), {when}. Scribe: {scribe}. As of {at}. Keep it as its label says, and destroy it after."
NO_SCRIBE = "nobody yet"
GATE = (
    "Gate. Who must go: {go}. Who may come: {come}. No recorder or notetaker on the line. Shut at ____, cleared at "
    "____."
)
PART = "Part {number}: {part} ({audience}), {when}."
OPENING = "To be read out: “{text}”"
ITEM = "{n}. {reference} {title} ({proposer}), {minutes} min{closed}"
CLOSED = ", closed: not while guests are on the line"
NO_ITEM = "No item stands in this part."
ROLL = "Roll. Agencies ({agencies_count}): {agencies}. Guests ({guests_count}): {guests}."
PROXIES = "Let in with them, for this call alone: {names}."
PROXY = "{name} ({organisation})"
REGRETS = "Regrets: {names}."
BRIDGE, NO_BRIDGE = "Bridge: {url}", "Bridge: each by their own link."
NOBODY = "nobody"
BY_HAND = (
    "Without the bot: read the parts in this order, stop at each gate, tick the roll off, write down what is said with "
    "its part. Afterwards `/lap start {name} held` (up to a day later), then `/lap here {name}/1 WHO...`, "
    "`/lap left {name}/1 HH:MM WHO...`, `/lap regrets from {name} WHO...`, `/lap note {name}/1 TEXT`, "
    "`/lap decision {name}/1 TEXT`, `/lap action {name}/1 WHO by DATE TEXT` enter it."
)
TELEPHONE = "Telephone: {numbers}"


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One part on the sheet: who is let in, who must go and may come at the gate before it, what is to be read out, its
    items, its bridge where the reader may have it, and the bridge's telephone numbers. ``proxies``: whom Agencies
    bring, as far as the reader may know them by name: nobody else on the line knows who they are."""

    segment: SegmentView
    opening: str
    items: tuple[Taken, ...]
    agencies: tuple[str, ...]
    guests: tuple[str, ...]
    regrets: tuple[str, ...]
    must_go: tuple[str, ...]
    may_come: tuple[str, ...]
    gate: bool
    bridge: str
    telephone: tuple[str, ...]
    proxies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunSheet:
    """The sheet of one call; times are UTC, ``zone`` is the reader's; ``label``: the strictest of what it shows."""

    name: str
    title: str
    start: datetime
    end: datetime
    zone: ZoneInfo
    scribe: str
    parts: tuple[SheetPart, ...]
    at: datetime
    label: Tlp | None = None


@reading
def run_sheet(work: Reading, asked: str = "") -> RunSheet:
    """The run sheet of a call, the next where none is named. Raises NotFound, and NotEntitled for who does not run
    it."""
    try:
        record, _ = find_call(work, asked or None, Part.ITEMS | Part.FLOOR)
    except NotFound:
        if work.reader.secretariat:
            raise
        raise NotEntitled(NOT_YOURS.format(address=work.desk.settings.mail_from)) from None
    if not audience.runs(work.reader, record, work.now):
        raise NotEntitled(NOT_YOURS.format(address=work.desk.settings.mail_from))
    return sheet(work, record)


def sheet_on_page(desk: Desk, printed: str, call_id: str) -> RunSheet | None:
    """The sheet for the holder of a personal page; None alike for every token, call and reader that it is not for."""
    return _on_page(desk, the_clock(), printed, call_id)


@reading
def _on_page(work: Reading, printed: str, call_id: str) -> RunSheet | None:
    if not enter(work, printed, LinkPurpose.PAGE):
        return None
    record = calls.one(work.tx, call_id, Part.ITEMS | Part.FLOOR)
    if record is None or not audience.runs(work.reader, record, work.now):
        return None
    return sheet(work, record)


def sheet(work: Reading, record: Record) -> RunSheet:
    """The sheet of a call that is the reader's to run."""
    work.shows_closed(record.call.id, always=True)
    table = rows.table_of(work.tx, record.call.id)
    record = table.put_into(record)
    view, call = views_of(work, [record])[record.call.id], record.call
    heard = live.hearers(record, readers_of(table.people, table.admissions), work.now)
    urls = _bridges(work, record, table)
    names, texts = {p.id: p.name for p in table.people.participants}, work.desk.procedure.texts
    parts, before = [], frozenset[Reader]()
    for segment, seen in zip(call.segments, view.segments, strict=True):
        here = heard[segment.id]
        who = expected(record, table, segment.id, work.now)
        first = segment is call.segments[0]
        parts.append(
            SheetPart(
                seen,
                texts.opening_of(chatham=segment.chatham),
                tuple(taken(work, i, segment.audience, names) for i in live.items_in(record.items, segment.id)),
                who.agencies, who.guests, who.regrets,
                () if first else names_of(before - here, table), () if first else names_of(here - before, table),
                not first and before != here,
                urls.get(segment.id, ""),
                work.desk.procedure.bridges.numbers(urls.get(segment.id, "")),
                _proxies(work, call.id, here, table),
            )
        )  # fmt: skip
        before = here
    scribe = person(table.people, call.scribe) if call.scribe else None
    return RunSheet(
        view.name, call.title, call.start, call.end, work.actor.zone, scribe.name if scribe else "", tuple(parts),
        work.now, work.strictest,
    )  # fmt: skip


def _bridges(work: Reading, record: Record, table: Table) -> dict[str, str]:
    """The bridges of the parts as they stand, which the secretariat alone is shown, address and numbers: everybody else
    is led by a link, which notes whom it led where, so that a bridge is replaced before they may no longer be there."""
    if not work.reader.secretariat:
        return {}
    known = bridges_of(work, record.call)
    if work.desk.settings.jitsi is not None:
        return dict(known.held)
    return bridges_for(record, table, known, work.desk.procedure.bridges.urls, work.now)


def _proxies(work: Reading, call_id: str, here: frozenset[Reader], table: Table) -> tuple[str, ...]:
    """Whom the Agencies that hear a part bring to it, and whose: the secretariat reads of all, others of their own."""
    hear = {r.participant_id for r in here if r.kind is ParticipantKind.AGENCY}
    brought = [c for c in table.people.brought_to(call_id) if c.participant_id in hear and may_name(work, c)]
    of = {c.participant_id: table.people.participant(c.participant_id).short_name for c in brought}
    return tuple(sorted(PROXY.format(name=c.name, organisation=of[c.participant_id]) for c in brought))


def paragraphs(it: RunSheet, zone: ZoneInfo) -> tuple[str, ...]:
    """How the sheet reads in a message, a paragraph a part with a line each; times in *zone* and UTC."""
    head = HEAD.format(
        title=it.title, name=it.name, when=show_span(it.start, it.end, zone), scribe=it.scribe or NO_SCRIBE,
        at=show(it.at, zone),
    )  # fmt: skip
    return (head, *("\n".join(_lines(p, zone)) for p in it.parts), BY_HAND.format(name=it.name))  # fmt: skip


def _lines(p: SheetPart, zone: ZoneInfo) -> list[str]:
    segment = p.segment
    kind = AUDIENCES[segment.audience] if segment.audience else ""
    items = [
        ITEM.format(
            n=n, reference=i.reference, title=i.text, proposer=i.proposer, minutes=i.minutes,
            closed=CLOSED * i.closed_there,
        )
        for n, i in enumerate(p.items, 1)
    ]  # fmt: skip
    return [
        *([GATE.format(go=_joined(p.must_go), come=_joined(p.may_come))] if p.gate else []),
        PART.format(
            number=segment.number, part=segment.title, audience=kind, when=show_span(segment.start, segment.end, zone)
        ),
        OPENING.format(text=p.opening),
        *(items or [NO_ITEM]),
        ROLL.format(
            agencies_count=len(p.agencies), agencies=_joined(p.agencies, ", "), guests_count=len(p.guests),
            guests=_joined(p.guests),
        ),
        *([PROXIES.format(names=_joined(p.proxies))] if p.proxies else []),
        *([REGRETS.format(names=_joined(p.regrets, ", "))] if p.regrets else []),
        BRIDGE.format(url=p.bridge) if p.bridge else NO_BRIDGE,
        *([TELEPHONE.format(numbers=", ".join(p.telephone))] if p.telephone else []),
    ]  # fmt: skip


def _joined(names: Sequence[str], between: str = "; ") -> str:
    return between.join(names) or NOBODY


def compose(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> list[Notice] | None:
    """The sheet as it is now, to who runs the call and where it has not ended."""
    found = calls.many(work.tx, {e.call_id for e in errands if e.call_id}, Part.ITEMS | Part.FLOOR)
    notices, zone = [], zone_of(contact.zone)
    for record in found:
        if record.call.ended or not audience.runs(work.reader, record, work.now):
            continue
        it = sheet(work, record)
        address = f"{page_link(work, contact.id)}/runsheet/{record.call.id}"
        items = [i.reference for p in it.parts for i in p.items]
        notices.append(
            Notice(
                SUBJECT.format(title=it.title, when=show(it.start, zone)),
                paragraphs(it, zone),
                links=((PRINT, address),),
                shows=shown(segments=(p.segment.id for p in it.parts), items=items),
            )
        )  # fmt: skip
    return notices


NOTICES: dict[str, Compose] = {RUN_SHEET: compose}
