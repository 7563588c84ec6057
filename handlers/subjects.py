"""Owns what a person who asks is given of what is kept about them, and what is withheld; nothing is changed. How it is
worded is ``bot.subjects``', who is erased is ``erasing``'s.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot import audience
from bot.audience import Record
from bot.confidentiality import Tlp
from bot.exposures import in_words
from bot.feed import alarm_in_words
from bot.participants import Contact, Participant, Reader, reader_of
from bot.participants import in_words as role_in_words
from bot.subjects import Ground, Network, Row, Section, Withheld, letter, withheld_list
from handlers.act import reading
from handlers.work import Reading
from storage import calls, directory, exposures, feeds, holds, invitations, subjects
from storage.calls import Part

OWN_DATA = (
    "bring", "contact add", "contact change", "contact remove", "linked", "linked by code", "unlinked", "timezone",
    "directory shown", "directory hidden",
)  # fmt: skip
"""Acts of others about somebody that they were told of, or see from their own data."""

ALL_OF_A_CALL = Part.LIST | Part.ITEMS | Part.LINES | Part.ACTIONS | Part.ATTENDANCE


@dataclass(frozen=True, slots=True)
class Export:
    """The letter and the same data for machines, both for the person; and, for the secretariat, what is withheld.

    ``known``: whether anything is kept of that address; for whoever runs the bot, and in no file.
    """

    letter: str
    data: Mapping[str, Sequence[Row]]
    withheld: str
    known: bool


@dataclass
class _Found:
    """What was found so far: each piece is given or withheld, never both."""

    given: dict[Section, list[Row]] = field(default_factory=lambda: {section: [] for section in Section})
    withheld: list[Withheld] = field(default_factory=list)

    def give(self, section: Section, **row: str) -> None:
        self.given[section].append(row)

    def withhold(self, ground: Ground, **row: str) -> None:
        self.withheld.append(Withheld(row, ground))

    def give_text(self, section: Section, label: Tlp, reference: str, text: str, **row: str) -> None:
        """A text goes to the person unless it is RED, which is never exported (barrier.md)."""
        if label is Tlp.RED:
            self.withhold(Ground.RED, reference=reference, kind=section.value)
        else:
            self.give(section, reference=reference, text=f"{label} {text}", **row)


@reading
def export_subject(work: Reading, email: str) -> Export:
    """What is kept of everybody whose address *email* is or was (GDPR Art. 15), for whoever runs the bot to hand on.

    Texts are cut by ``audience`` for the person as a contact of their organisation: what they may not read there is
    withheld here. Of who never was one, their mails are kept, and that they were asked for. An address that nothing is
    kept of gets the same letter with nothing in it.
    """
    email, found = email.strip(), _Found()
    people = subjects.subjects(work.tx, email)
    ids = [p.id for p in people]
    users = subjects.slack_users(work.tx, ids) if ids else []
    for contact_id in ids:
        known = directory.contact_even_removed(work.tx, contact_id)
        if known is not None:
            _gather(work, found, *known)
    _gather_mails(work, found, email)
    for asked in subjects.requests(work.tx, email):
        found.withhold(Ground.OTHERS, what="asked for as a contact", by=asked.by, when=_when(asked.at))
    _gather_record(work, found, ids, [email, *users], {p.name for p in people})
    terms = work.desk.procedure.texts
    network = Network(terms.network, terms.holder, terms.purpose, terms.authority)
    data = {section.value: tuple(found.given[section]) for section in Section}
    known_of = bool(found.withheld) or any(found.given.values())
    return Export(letter(email, found.given, network, work.now), data, withheld_list(email, found.withheld), known_of)


def _gather(work: Reading, found: _Found, contact: Contact, participant: Participant) -> None:
    """Everything of one contact: what is theirs by its row, then call by call as they may read it: who is one no longer
    nothing, wherever they are now."""
    reader = reader_of(contact, participant)
    found.give(
        Section.CONTACT, name=contact.name, address=contact.email, organisation=participant.name,
        roles=", ".join(sorted(map(role_in_words, contact.roles))), zone=contact.zone,
        feed_rings=alarm_in_words(feeds.alarm_of(work.tx, contact.id)),
        attends="yes" if contact.attending else "no", shown="to guests too" if contact.shown else "to members",
        only_for=_brought_to(work, found, contact, reader), removed=_when(contact.removed_at),
    )  # fmt: skip
    for tie in subjects.ties(work.tx, contact.id):
        found.give(Section.ACCOUNTS, user=tie.user_id, by=tie.source, since=_when(tie.linked_at))
    for copy in invitations.of_person(work.tx, contact.id):
        if copy.sent_revision == 0:
            found.withhold(Ground.LIST, what="an invitation that was never sent", date=f"{copy.start:%Y-%m-%d}")
            continue
        span = f"{copy.sent_start:%Y-%m-%d %H:%M} to {copy.sent_end:%H:%M} UTC" if copy.sent_start else "withdrawn"
        found.give(Section.INVITATIONS, when=span, first=_when(copy.created_at), answer=str(copy.rsvp).lower())
    for exposure in exposures.of_people(work.tx, [contact.id], work.now):
        found.give(Section.SENT, what=in_words(exposure), when=_when(exposure.began_at))
    theirs = holds.calls_of(work.tx, [contact.id]).get(contact.id, ())
    amended = subjects.amended(work.tx, contact.id)
    others = subjects.retitled(work.tx, contact.id) if reader.is_gone else set[str]()
    for record in calls.many(work.tx, sorted(theirs), ALL_OF_A_CALL):
        _gather_call(work, found, record, reader, others)
        _gather_amendments(work, found, record, reader, amended, (contact.name, contact.email))
    for item in subjects.pool_items(work.tx, contact.id):
        _give_title(found, Tlp(item.label), item.reference, item.title, item.created_at, others)
    for paper in subjects.papers(work.tx, contact.id):
        found.give_text(Section.WRITTEN, Tlp(paper.label), paper.reference, paper.name, when=_when(paper.at))
    for report in subjects.reports(work.tx, contact.id):
        found.give_text(Section.WRITTEN, Tlp(report.label), report.reference, report.text, when=_when(report.at))
    for line in subjects.said(work.tx, contact.id):
        found.give(Section.WRITTEN, typed=line.text, when=_when(line.at))
    _gather_objections(work, found, contact, participant)
    for hold in holds.standing(work.tx):
        if hold.contact_id == contact.id:
            found.withhold(Ground.HOLD, hold=hold.reference, reason=hold.reason, since=_when(hold.at))


def _brought_to(work: Reading, found: _Found, contact: Contact, reader: Reader) -> str:
    """The call to which somebody was brought as a proxy, by the name that they have for it: none before its list is
    approved with them, nor once they are off it."""
    record = calls.one(work.tx, contact.only_call, Part.LIST | Part.ITEMS) if contact.only_call is not None else None
    if record is None:
        return ""
    view = audience.cut_call(reader, record, work.now)
    if view is None:
        found.withhold(Ground.LIST, what="the call they were brought to", date=f"{record.call.start:%Y-%m-%d}")
    return f"the call of {view.name}" if view else "one call"


def _day(work: Reading, record: Record, reader: Reader) -> str:
    """The day of a call as the person knows it: that of their own part, and none while they have none."""
    view = audience.cut_call(reader, record, work.now)
    return f"{view.start:%Y-%m-%d}" if view is not None else ""


def _named(record: Record, day: str) -> str:
    """The *day* of a call, for the secretariat that of the call itself where the person knows none."""
    return day or f"{record.call.start:%Y-%m-%d}"


def _give_title(
    found: _Found, label: Tlp, reference: str, title: str, created_at: datetime, others: Collection[str]
) -> None:  # fmt: skip
    """The title of what somebody proposed; not where it is one of *others*' by now, who went on with it."""
    if reference in others:
        found.withhold(Ground.CLOSED, what="a proposal that others gave another title", reference=reference)
    else:
        found.give_text(Section.WRITTEN, label, reference, title, when=_when(created_at))


def _gather_call(
    work: Reading, found: _Found, record: Record, reader: Reader, others: Collection[str]
) -> None:  # fmt: skip
    """What the person may read of a call as a contact; of the list and the rest, that it is withheld. *others*: the
    proposals (references) of the person that have another's title."""
    day, own = _day(work, record, reader), reader.participant_id
    heard = audience.hearing(reader, record, work.now)
    for place in record.admissions:
        if place.contact_id == reader.contact_id and not heard(place.segment_id):
            found.withhold(Ground.LIST, what=f"on the list of a part: {place.state}", date=_named(record, day))
    for present in record.attendance:
        if present.participant_id == own and heard(present.segment_id):
            found.give(Section.ATTENDANCE, date=day, when=_when(present.at))
    for item in record.items:
        if item.contact_id == reader.contact_id:
            _give_title(found, item.label, item.reference, item.title, item.created_at, others)
    read = [line for line in audience.cut_minutes(reader, record, work.now) if line.speaker_id == own]
    mine = [action for action in audience.cut_actions(reader, record, work.now) if action.owner_id == own]
    for line in read:
        found.give_text(Section.LINES, line.label, line.reference, line.text, date=day)
    for action in mine:
        found.give_text(Section.ACTIONS, action.label, action.reference, action.task, due=f"{action.due}")
    # Of a part under the Chatham House Rule a line is nobody's to whoever reads it.
    theirs = (line.reference for line in record.lines if line.speaker_id == own and line.taken_back_at is None)
    kept = {
        **dict.fromkeys(theirs, "a line of the organisation"),
        **{a.reference: "an action of the organisation" for a in record.actions if a.owner_id == own},
    }
    given = {line.reference for line in read} | {action.reference for action in mine}
    for reference, what in kept.items():
        if reference not in given:
            found.withhold(Ground.CLOSED, what=what, reference=reference, date=_named(record, day))


def _gather_amendments(
    work: Reading, found: _Found, record: Record, reader: Reader, made: Collection[tuple[str, datetime]],
    names: Collection[str],
) -> None:  # fmt: skip
    """What was put right in lines of a call, where the person did it, and where they may read it and are named there;
    what names them elsewhere is withheld."""
    day, read = _day(work, record, reader), {a.id: a for a in audience.cut_amendments(reader, record, work.now)}
    for it in record.amendments:
        seen = read.get(it.id)
        named = any(name.casefold() in it.text.casefold() for name in names if name)
        row = {"date": day, "amended": _when(it.at)}
        if (it.line, it.at) in made:
            found.give_text(Section.WRITTEN, seen.label if seen else it.label, it.line, it.text, **row)
        elif named and seen is not None:
            found.give_text(Section.LINES, seen.label, it.line, it.text, **row)
        elif named:
            found.withhold(Ground.CLOSED, what="an amendment with the name or address in it", reference=it.line)


def _gather_objections(work: Reading, found: _Found, contact: Contact, participant: Participant) -> None:
    names = directory.names(work.tx)
    for o in subjects.objections_against(work.tx, contact.id, participant.id):
        found.withhold(
            Ground.OBJECTION, objection=o.reference, by=names.get(o.by_id, ""), raised=_when(o.raised_at),
            about="the person" if o.contact_id else "the organisation", reason=o.reason,
        )  # fmt: skip


def _gather_mails(work: Reading, found: _Found, email: str) -> None:
    for mail in subjects.mails(work.tx, email):
        found.give(
            Section.WRITTEN, reference=mail.reference, subject=mail.subject, text=mail.words, when=_when(mail.at)
        )


def _gather_record(work: Reading, found: _Found, ids: Sequence[str], words: Sequence[str], names: set[str]) -> None:
    """Audit entries by the person, and of what they were told; the rest about them, and texts that name them."""
    for entry in subjects.audit_entries(work.tx, ids, words):
        row = {"when": _when(entry.at), "act": entry.act, "about": entry.subject}
        if entry.actor in ids or (entry.subject in ids and entry.act in OWN_DATA):
            found.give(Section.RECORD, **row)  # without its number, which counts what everybody did
        else:
            found.withhold(Ground.OTHERS, entry=str(entry.number), **row)
    given = {row.get("reference") for rows in found.given.values() for row in rows}
    for reference in subjects.mentions(work.tx, {*names, words[0]}):
        if reference not in given:
            found.withhold(Ground.CLOSED, what="a text with the name or address in it", reference=reference)


def _when(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment else ""
