"""Owns what the secretariat is told of single lines, corrected or held; the lines themselves are ``lines``'s."""

from collections.abc import Iterable, Sequence

from bot import audience
from bot.audience import Record
from bot.exposures import shown
from bot.minutes import NOT_MINUTED, MinuteEntry
from bot.notices import Notice
from bot.participants import Contact, Participant
from bot.when import show
from bot.zones import zone_of
from handlers.carrying import labelled
from handlers.delivery import Compose
from handlers.desk import Reading
from handlers.finding import views_of
from handlers.lines import CORRECTED, HELD, words_of
from storage import calls, directory
from storage import minutes as rows
from storage.calls import Part
from storage.outbox import Errand

CORRECTIONS = "Minutes corrected: {calls}"
WAS_CORRECTED = "{who} corrected line {reference} of {title} ({name}). It said: {was}. It says now: {now}"
CHANGE_AGAIN = "To change a line again, send `/lap correct LINE TEXT`. `/lap minutes CALL` shows the whole."

HOLDS = "Adoption of minutes: {calls}"
IS_HELD = "{who} {object} to the adoption of line {reference} of {title} ({name}): {line}"
IS_FREE = "No Agency objects any longer to the adoption of line {reference} of {title} ({name})."
WHILE_HELD = (
    "While an Agency holds a line, the minutes are not adopted. Speak with it; it releases the line with "
    "`/lap hold LINE release`, or by telling you so."
)


def compose_corrected(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """What lines said before and say now, for whoever may read them."""
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
        seen.append(line)
        told.append(
            WAS_CORRECTED.format(
                who=names.get(was.by_id, ""), reference=line.reference, title=record.call.title,
                name=views[record.call.id].name, now=words_of(work, line),
                was=labelled(work, was.was, was.label) if was.was else NOT_MINUTED,
            )
        )  # fmt: skip
    return _notice(work, CORRECTIONS, told, CHANGE_AGAIN, seen, records)


def compose_held(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Which lines Agencies object to now, and which no longer."""
    lines = rows.with_references(work.tx, {e.subject for e in errands})
    records = _records(work, lines)
    views = views_of(work, records.values())
    names = {p.id: p.name for p in directory.named(work.tx, {h for line in lines for h in line.held_by})}
    told, seen = [], []
    for line in lines:
        record = records.get(line.call_id)
        if record is None or not work.reader.secretariat:
            continue
        who = sorted(names[h] for h in line.held_by if h in names)
        known = {"reference": line.reference, "title": record.call.title, "name": views[record.call.id].name}
        if who:
            verb = "objects" if len(who) == 1 else "object"
            told.append(IS_HELD.format(who=" and ".join(who), object=verb, line=words_of(work, line), **known))
        else:
            told.append(IS_FREE.format(**known))
        seen.append(line)
    return _notice(work, HOLDS, told, WHILE_HELD, seen, records)


def _records(work: Reading, lines: Iterable[MinuteEntry]) -> dict[str, Record]:
    return {r.call.id: r for r in calls.many(work.tx, {line.call_id for line in lines}, Part.LIST | Part.ITEMS)}


def _notice(
    work: Reading,
    subject: str,
    told: list[str],
    closing: str,
    lines: list[MinuteEntry],
    records: dict[str, Record],
) -> Notice | None:
    if not told:
        return None
    zone = zone_of(work.actor.contact.zone)
    about = sorted((records[i].call for i in {line.call_id for line in lines}), key=lambda call: call.start)
    return Notice(
        subject=subject.format(calls="; ".join(f"{call.title}, {show(call.start, zone)}" for call in about)),
        paragraphs=tuple(told),
        closing=(closing,),
        shows=shown(lines=(line.reference for line in lines)),
    )


NOTICES: dict[str, Compose] = {CORRECTED: compose_corrected, HELD: compose_held}
