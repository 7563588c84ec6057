"""Owns an Agency's right to keep its own words from wider editions (Plan A); what that keeps is ``bot.audience``'s."""

from collections.abc import Sequence
from dataclasses import replace

from bot import amending, audience, minutes
from bot.amending import Amendment, label_of
from bot.audience import Record
from bot.minutes import MinuteEntry
from handlers.act import act
from handlers.lines import Changed, amendment_view, check_seen, fetch_line_for, hat, line_view, name_of
from handlers.work import Writing
from storage import minutes as rows
from storage.directory import Directory


@act
def withhold_line(work: Writing, reference: str, agency: str = "", *, release: bool = False) -> Changed:
    """Keeps an Agency's line from every edition wider than that of its part's Agencies, or (*release*) no longer does;
    the secretariat enters it for *agency*. It holds at any time, after adoption too. What an Agency put right below a
    line that holds another's words it withholds alike.

    Raises NotFound for a line that is not this reader's to know, NotEntitled where the words are another's, Conflict
    where nothing would change.
    """
    line, record, people = fetch_line_for(work, reference, agency)
    check_seen(work, line, record)
    names = {p.id: p.short_name for p in people.participants}
    if line.speaker_id != work.reader.participant_id and not (agency and record.call.is_ruled(line.segment_id)):
        made = amending.withholding(
            rows.amendments_of(work.tx, line.reference), line.reference, work.reader, release=release
        )
        if made:
            return _below(work, line, record, people, made)
    after = (minutes.shared if release else minutes.withheld)(line, work.reader)
    rows.save(work.tx, after)
    if minutes.narrows(line, after):  # whoever it may be leaving for
        work.narrow((c.id for c in people.everyone), record.call.id, lost=False)
    work.record("share" if release else "withhold", line.reference)
    view = line_view(work, audience.unattributed(record, after), names)
    return Changed(view, name_of(work, record), hat=hat(work))


def _below(
    work: Writing, line: MinuteEntry, record: Record, people: Directory, made: Sequence[Amendment]
) -> Changed:  # fmt: skip
    """Writes which of *made* their Agency withholds, or no longer does: under the Chatham House Rule only the Agency
    itself says so, as nobody else knows whose they are."""
    withheld = made[0].withheld
    rows.withhold_amendments(work.tx, [a.id for a in made], withheld=withheld)
    # Shared again it narrows as well: an edition that is leaving holds the line no longer as it was asked for.
    work.narrow((c.id for c in people.everyone), record.call.id, lost=False)
    work.record("withhold" if withheld else "share", line.reference, amendments=len(made))
    names = {} if record.call.is_ruled(line.segment_id) else {p.id: p.short_name for p in people.participants}
    view = line_view(work, audience.unattributed(record, line), names)
    last = replace(made[-1], label=label_of(made[-1], line))
    return Changed(view, name_of(work, record), hat=hat(work), amendment=amendment_view(work, last, names))
