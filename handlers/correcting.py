"""Owns putting lines right: in their text while the silence runs, below it afterwards; who may is ``bot``'s to say."""

from collections.abc import Iterator
from dataclasses import replace

from bot import amending, audience, editions, line_words, minutes
from bot.audience import Record
from bot.confidentiality import check_inside
from bot.errors import Conflict
from bot.line_words import Typed
from bot.minutes import MinuteEntry
from bot.participants import Contact, ParticipantKind, member_of
from handlers.act import act
from handlers.carrying import carried
from handlers.changed_lists import hearers
from handlers.edition_lines import asking_for, gone_by
from handlers.lines import (
    Changed,
    amendment_view,
    check_seen,
    fetch_line,
    hat,
    line_view,
    name_of,
    words_of,
)
from handlers.work import Writing
from storage import calls
from storage import minutes as rows
from storage.calls import Part
from storage.directory import Directory

CORRECTED, AMENDED = "line_corrected", "line_amended"
STANDS = "You put that below `{reference}` last already, so nothing was added and nobody is told: {text}"


@act
def correct_line(work: Writing, reference: str, text: str) -> Changed:
    """Puts a line right; what it said before is kept, and the secretariat is told. Who may read a line may do so.

    Once the silence over the minutes has ended the line stays as it is: what is entered stands below it as a dated
    amendment, which everybody who reads the line is told. Raises NotFound for a line that is not this reader's to know,
    NotEntitled and Conflict as the rules of ``minutes`` and ``amending`` do.
    """
    line, record, people = fetch_line(work, reference)
    check_seen(work, line, record)
    read = line_words.read_line(text, marks_alone=True)
    if amending.is_amendment(record.minutes, line, work.reader, read, work.now):
        return _amend(work, line, record, people, read)
    speaker, said = line_words.attributed(read.text, people.participants)
    by_secretariat, ruled = work.reader.secretariat, record.call.is_ruled(line.segment_id)
    keeps = by_secretariat or record.minutes.sent_at is None  # the draft is the secretariat's and the scribe's
    to_correct = line
    if speaker is not None and (ruled or keeps or speaker.id == line.speaker_id):
        read = replace(read, text=said)
        to_correct = line if ruled else replace(line, speaker_id=speaker.id)
    after = minutes.corrected(to_correct, read, work.reader, work.now)
    check_inside(read.text, after.label)
    rows.save(work.tx, after)
    if minutes.narrows(line, after):  # whoever it may be leaving for
        work.narrow((c.id for c in people.everyone), record.call.id, lost=False)
    correction = work.desk.new_id()
    made = amending.correction_of(line, work.reader.participant_id, work.now)
    rows.keep_corrections(work.tx, {correction: made})
    if not by_secretariat:
        work.tell(CORRECTED, [c.id for c in people.secretariat], call_id=record.call.id, subject=correction)
    work.record("correct", line.reference, label=after.label)
    names = {p.id: p.short_name for p in people.participants}
    view = line_view(work, audience.unattributed(record, after), names)
    named = line_words.names_in(after.text, people.participants) if ruled and after.is_minuted else ()
    return Changed(view, name_of(work, record), words_of(work, line), hat(work), named=named)


def _amend(work: Writing, line: MinuteEntry, record: Record, people: Directory, typed: Typed) -> Changed:
    """Puts *typed* below *line* and has everybody told who reads it; who that is, is asked again when it is sent."""
    ruled = record.call.is_ruled(line.segment_id)
    speaker, said = line_words.attributed(typed.text, people.participants)
    if speaker is not None and (ruled or speaker.id == line.speaker_id):
        typed = replace(typed, text=said)
    made = amending.amended(line, typed, work.reader, work.desk.new_id(), work.now)
    check_inside(made.text, made.label)
    known = calls.with_parts(work.tx, record, Part.ITEMS | Part.LINES)
    standing = [a for a in known.amendments if a.line == line.reference]
    if amending.stands_already(made, standing):
        text = f"{made.label} {carried(work, made.text, made.label)}"
        raise Conflict(STANDS.format(reference=line.reference, text=text))
    rows.add_amendment(work.tx, made)
    if line.label in editions.LABELS:  # no edition that is leaving holds it as it was asked for
        work.narrow((c.id for c in people.everyone), record.call.id, lost=False)
    told = dict.fromkeys([*(c.id for c in people.secretariat), *(c.id for c in _readers(work, line, known, people))])
    work.tell(AMENDED, [c for c in told if c != work.reader.contact_id], call_id=record.call.id, subject=made.id)
    work.record("amend", line.reference, label=made.label)
    names = {p.id: p.short_name for p in people.participants}
    view = line_view(work, audience.unattributed(record, line), names)
    below = amendment_view(work, replace(made, by_id="" if ruled else made.by_id), names)
    named = line_words.names_in(made.text, people.participants) if ruled else ()
    kept = replace(known, lines=(line,), amendments=(*standing, made))
    gone = gone_by(work, asking_for(work, [line.reference]), kept, made)
    own = work.reader.kind is not ParticipantKind.AGENCY or line.speaker_id == work.reader.participant_id
    frees = bool(gone) and not (own or work.reader.secretariat)
    return Changed(
        view, name_of(work, record), hat=hat(work), named=named, amendment=below, gone_from=gone, frees=frees
    )


def _readers(work: Writing, line: MinuteEntry, record: Record, people: Directory) -> Iterator[Contact]:
    """Who of the Agencies and of the guests on the list reads *line* now."""
    yield from hearers(work, record, {line.segment_id} if line.segment_id else set(), people, brought=True)
    guests = {p.id: p for p in people.participants if p.kind is not ParticipantKind.AGENCY}
    listed = {a.contact_id for a in record.admissions}
    for contact in people.everyone:
        if contact.id in listed and contact.participant_id in guests:
            reader = member_of(contact, guests[contact.participant_id])
            if audience.sees_line(reader, record, line, work.now):
                yield contact
