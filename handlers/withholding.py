"""Owns an Agency's right to keep its own words from wider editions (Plan A); what that keeps is ``bot.audience``'s."""

from bot import audience, minutes
from handlers.desk import Writing, act
from handlers.lines import Changed, check_seen, fetch_line, hat, line_view, name_of
from handlers.naming import find_one
from storage import minutes as rows


@act
def withhold_line(work: Writing, reference: str, agency: str = "", *, release: bool = False) -> Changed:
    """Keeps an Agency's line from every edition wider than that of its part's Agencies, or (*release*) no longer does;
    the secretariat enters it for *agency*. It holds at any time, after adoption too.

    Raises NotFound for a line that is not this reader's to know, NotEntitled where the words are another's, Conflict
    where nothing would change.
    """
    line, record, people = fetch_line(work, reference)
    if agency:
        check_seen(work, line, record)  # of a line that is not there nothing is said about *agency* either
        work.actor = work.actor.for_agency(find_one(work, agency, people).participant)
    check_seen(work, line, record)
    after = (minutes.shared if release else minutes.withheld)(line, work.reader)
    rows.save(work.tx, after)
    if minutes.narrows(line, after):  # whoever it may be leaving for
        work.narrow((c.id for c in people.everyone), record.call.id, lost=False)
    work.record("share" if release else "withhold", line.reference)
    names = {p.id: p.short_name for p in people.participants}
    view = line_view(work, audience.unattributed(record, after), names)
    return Changed(view, name_of(work, record), hat=hat(work))
