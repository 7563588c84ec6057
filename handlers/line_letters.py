"""Owns what is told of single lines: corrected and held to the secretariat, amended to their readers."""

from collections.abc import Iterable, Mapping, Sequence

from bot import audience
from bot.audience import CallView, Record
from bot.exposures import shown
from bot.minutes import NOT_MINUTED, MinuteEntry
from bot.notices import Notice
from bot.participants import Contact, Participant
from bot.text import ended
from bot.when import show
from bot.zones import zone_of
from handlers.carrying import labelled
from handlers.composing import Compose
from handlers.correcting import AMENDED, CORRECTED
from handlers.edition_lines import asking_for, gone_by, told_gone
from handlers.finding import views_of
from handlers.lines import HELD, words_of
from handlers.work import Reading
from storage import calls, directory
from storage import minutes as rows
from storage.calls import Part
from storage.outbox import Errand

CORRECTIONS = "Minutes corrected: {calls}"
WAS_CORRECTED = "{who} corrected line {reference} of {title} ({name}). It said: {was} It says now: {now}"
WAS_CORRECTED_BY_NOBODY = "Line {reference} of {title} ({name}) was corrected. It said: {was} It says now: {now}"
CHANGE_AGAIN = "To change a line again, send `/lap correct LINE TEXT`. `/lap minutes CALL` shows the whole."

AMENDMENTS = "Minutes amended: {calls}"
WAS_AMENDED = "{who} amended line {reference} of {title} ({name}). The line stays: {line} Below it stands now: {now}"
WAS_AMENDED_BY_NOBODY = "Line {reference} of {title} ({name}) was amended. It stays: {line} Below it stands now: {now}"
STAYS = "The silence on these minutes has ended, so their text stays. `/lap minutes CALL` shows the whole."

ASK_ANEW = (
    " An edition that is asked for anew takes it with what stands below it, as far as the labels allow; where its "
    "Agency withholds that, the line stands there again as it was."
)

HOLDS = "Adoption of minutes: {calls}"
IS_HELD = "{who} {object} to the adoption of line {reference} of {title} ({name}): {line}"
IS_FREE = "No Agency objects any longer to the adoption of line {reference} of {title} ({name})."
WHILE_HELD = (
    "While an Agency holds a line, the minutes are not adopted. Speak with it; it releases the line with "
    "`/lap hold LINE release`, or by telling you so."
)
ALL_FREE = "`/lap minutes adopt CALL` adopts the minutes of which nobody holds a line, once their silence is over."


def compose_corrected(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """What lines said before and say now, for whoever may read them, each under its line's label as that is now."""
    made = rows.corrections(work.tx, [e.subject for e in errands])
    lines = {line.reference: line for line in rows.with_references(work.tx, [c.line for c in made])}
    records = _records(work, lines.values())
    views = views_of(work, records.values())
    names = {p.id: p.name for p in directory.named(work.tx, {c.by_id for c in made})}
    told, seen = [], []
    for was in made:
        line = lines[was.line]
        record = records.get(line.call_id)
        if record is None or not audience.sees_line(work.reader, record, line, work.now):
            continue
        cut = next(iter(audience.cut_corrections(work.reader, record, line, [was], work.now)), None)
        if cut is None and line.is_minuted:
            continue
        by = cut.by_id if cut else "" if record.call.is_ruled(line.segment_id) else was.by_id
        seen.append(line)
        told.append(
            (WAS_CORRECTED if by else WAS_CORRECTED_BY_NOBODY).format(
                who=names.get(by, ""), reference=line.reference, title=views[record.call.id].title,
                name=views[record.call.id].name, now=words_of(work, line),
                was=ended(labelled(work, cut.was, cut.label) if cut and cut.was else NOT_MINUTED),
            )
        )  # fmt: skip
    return _notice(work, CORRECTIONS, told, CHANGE_AGAIN, seen, views)


def compose_held(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Which lines Agencies object to now, and which no longer."""
    lines = rows.with_references(work.tx, {e.subject for e in errands})
    records = _records(work, lines)
    views = views_of(work, records.values())
    names = {p.id: p.name for p in directory.named(work.tx, {h for line in lines for h in line.held_by})}
    told, seen, closing = [], [], ALL_FREE
    for line in lines:
        record = records.get(line.call_id)
        if record is None or not work.reader.secretariat:
            continue
        who = sorted(names[h] for h in line.held_by if h in names)
        known = {"reference": line.reference, "title": views[record.call.id].title, "name": views[record.call.id].name}
        if who:
            verb = "objects" if len(who) == 1 else "object"
            told.append(IS_HELD.format(who=" and ".join(who), object=verb, line=words_of(work, line), **known))
            closing = WHILE_HELD
        else:
            told.append(IS_FREE.format(**known))
        seen.append(line)
    return _notice(work, HOLDS, told, closing, seen, views)


def compose_amended(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """What stands below lines now, for whoever may read them."""
    made = rows.amendments(work.tx, [e.subject for e in errands])
    lines = {line.reference: line for line in rows.with_references(work.tx, {a.line for a in made})}
    records = _records(work, lines.values(), Part.LINES)
    views = views_of(work, records.values())
    names = {p.id: p.name for p in directory.named(work.tx, {a.by_id for a in made})}
    kept = asking_for(work, lines)
    told, seen, asked = [], [], {a.id for a in made}
    for record in records.values():
        for below in audience.cut_amendments(work.reader, record, work.now):
            view = views.get(record.call.id)
            if below.id not in asked or view is None:
                continue
            line = lines[below.line]
            seen.append(line)
            told.append(
                (WAS_AMENDED if below.by_id else WAS_AMENDED_BY_NOBODY).format(
                    who=names.get(below.by_id, ""), reference=line.reference, title=view.title, name=view.name,
                    line=ended(words_of(work, line)), now=labelled(work, below.text, below.label),
                )
            )  # fmt: skip
            if gone := gone_by(work, kept, record, below):
                told.append(told_gone(gone) + ASK_ANEW * work.reader.secretariat)
    return _notice(work, AMENDMENTS, told, STAYS, seen, views)


def _records(work: Reading, lines: Iterable[MinuteEntry], more: Part = Part.NONE) -> dict[str, Record]:
    return {r.call.id: r for r in calls.many(work.tx, {line.call_id for line in lines}, Part.LIST | Part.ITEMS | more)}


def _notice(
    work: Reading,
    subject: str,
    told: list[str],
    closing: str,
    lines: list[MinuteEntry],
    views: Mapping[str, CallView],
) -> Notice | None:
    if not told:
        return None
    zone = zone_of(work.actor.contact.zone)
    about = sorted((views[i] for i in {line.call_id for line in lines}), key=lambda view: view.start)
    return Notice(
        subject=subject.format(calls="; ".join(f"{view.title}, {show(view.start, zone)}" for view in about)),
        paragraphs=tuple(told),
        closing=(closing,),
        shows=shown(lines=(line.reference for line in lines)),
    )


NOTICES: dict[str, Compose] = {CORRECTED: compose_corrected, AMENDED: compose_amended, HELD: compose_held}
