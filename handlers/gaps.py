"""Owns the word to the secretariat of a gap in somebody's parts of a call; another block is chosen in ``attendees``."""

from collections import Counter
from collections.abc import Sequence

from bot import audience
from bot.attendees import AdmissionState
from bot.audience import CallView, Record
from bot.invitations import Window, blocks
from bot.notices import QUESTIONS, Notice
from bot.participants import Contact, Participant, Reader, Role, reader_of
from bot.when import show, show_hours, show_span
from bot.zones import zone_of
from handlers.finding import views_of
from handlers.naming import Person, person
from handlers.work import Reading, Writing
from storage import calls, directory
from storage.calls import Part
from storage.directory import Directory
from storage.outbox import Errand
from storage.tables import Door

KIND = "gap"

SUBJECT = "A gap in somebody's parts: {title}, {when}"
GAP = (
    "In {title}, {span}, {name} may still join {parts}; there is a gap between them. "
    "Until you decide, they keep {kept}: two invitations would tell that something takes place in between."
)
CHOOSE = "To give them another part, or both although the gap tells: {commands}. Or change the order of the parts."
OBJECTION = "If a part is missing since an Agency objects, only that Agency ends it (Plan B.3)."


def tell_gaps(work: Writing, lists: Sequence[tuple[Record, Record]], people: Directory) -> None:
    """Has the secretariat told of everybody whose parts of a call have a gap in the second record of a pair that they
    had not in the first, whatever the cause (barrier.md, Who comes 8); no statement more is made for it."""
    seats = [c.id for c in people.secretariat]
    for before, after in lists:
        approved = Counter(a.contact_id for a in after.admissions if a.state is AdmissionState.APPROVED)
        for contact_id in sorted(i for i, parts in approved.items() if parts > 1):
            known = person(people, contact_id)
            if known is not None and _opened(work, before, after, reader_of(known.contact, known.participant)):
                work.tell(KIND, seats, doors=(Door.MAIL, Door.SLACK), call_id=after.call.id, subject=contact_id)


def _opened(work: Reading, before: Record, after: Record, reader: Reader) -> bool:
    now = undecided(work, after, reader)
    return bool(now) and _ids(now) != _ids(blocks(before.call, audience.heard_segments(reader, before, work.now)))


def _ids(windows: Sequence[Window]) -> list[list[str]]:
    return [[s.id for s in w.segments] for w in windows]


def undecided(work: Reading, record: Record, reader: Reader) -> list[Window]:
    """The blocks that somebody may join with a gap between them, of which the secretariat chose none; else nothing."""
    open_to = blocks(record.call, audience.heard_segments(reader, record, work.now))
    chosen = {a.segment_id for a in record.admissions if a.contact_id == reader.contact_id and a.chosen}
    decided = any(s.id in chosen for w in open_to for s in w.segments)
    return open_to if len(open_to) > 1 and not decided else []


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> list[Notice]:
    """Tells the secretariat of one gap, with the commands that choose; nothing once it chose or the gap is closed."""
    if Role.SECRETARIAT not in contact.roles:
        return []
    records = {r.call.id: r for r in calls.many(work.tx, {e.call_id or "" for e in errands}, Part.LIST | Part.ITEMS)}
    views, people = views_of(work, records.values()), directory.everybody(work.tx)
    asked = [(e.call_id or "", person(people, e.subject)) for e in errands]
    found = [_notice(work, records[i], views[i], known, contact) for i, known in asked if i in views and known]
    return [notice for notice in found if notice is not None]


def _notice(work: Reading, record: Record, view: CallView, known: Person, contact: Contact) -> Notice | None:
    reader, zone = reader_of(known.contact, known.participant), zone_of(contact.zone)
    between = undecided(work, record, reader)
    if not between or record.call.judged_at(work.now).over:
        return None
    number = {s.id: s.number for s in view.segments}
    kept = {s.id for w in audience.windows(reader, record, work.now) for s in w.segments}

    def titles(window: Window) -> str:
        return " and ".join(f"{number[s.id]} {s.title}" for s in window.segments)

    def timed(window: Window) -> str:
        return f"{titles(window)}, {show_hours(window.start, window.end, zone, view.start)}"

    parts = [f"{view.name}/{number[w.segments[0].id]}" for w in between]
    other = [p for p, w in zip(parts, between, strict=True) if w.segments[0].id not in kept]
    commands = ", ".join(f"`/lap window {known.contact.email} {p}`" for p in (*other, " ".join(parts)))
    return Notice(
        subject=SUBJECT.format(title=view.title, when=show(view.start, zone)),
        paragraphs=(
            GAP.format(
                title=view.title,
                span=show_span(view.start, view.end, zone),
                name=known.name,
                parts=", and ".join(map(timed, between)),
                kept=" and ".join(titles(w) for w in between if w.segments[0].id in kept),
            ),
            CHOOSE.format(commands=commands),
            *((OBJECTION,) if record.objections else ()),
        ),
        closing=(QUESTIONS.format(address=work.desk.settings.mail_from),),
    )


NOTICES = {KIND: compose}
