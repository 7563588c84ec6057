"""Owns what is told of a list that is sent round: the names, what each is to present, and how long one may object."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot import audience
from bot.agenda import AgendaItem, ItemState
from bot.exposures import shown
from bot.notices import Button, Notice
from bot.participants import Contact, Participant, member_of
from bot.topics import AudienceKind
from bot.when import show, show_span
from bot.zones import zone_of
from handlers.carrying import labelled
from handlers.circulation import KIND
from handlers.composing import Compose
from handlers.finding import named
from handlers.naming import Name, names
from handlers.work import Reading
from storage import calls, directory
from storage.calls import Part
from storage.outbox import Errand

ASKED = (
    "The secretariat proposes that these representatives and observers take part in {title}, {when} (Plan B.3)."
    " If your Agency objects to somebody's access, say so by {ends}. Silence is no objection."
)
HOW = (
    "To object, press the button in Slack or send `/lap object WHO to {date}` there. No reason is needed, and nobody "
    "but the secretariat learns of it."
)
OR_ANSWER = "Or answer this mail and name whom and for which part: the secretariat enters it for you."
LINE = "{name}: {parts}{presents}"


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """The names of one round that this person may know of, what each is to present, and the window's end."""
    errand = errands[0]
    record = calls.one(work.tx, errand.call_id or "", Part.LIST | Part.ITEMS)
    # Told as the Agency's contact: the secretariat's own people get what every Agency gets.
    reader, zone = member_of(contact, participant), zone_of(contact.zone)
    view = audience.cut_call(reader, record, work.now) if record else None
    if record is None or view is None:
        return None
    view = named(work, view)
    moment = datetime.fromisoformat(errand.subject)
    going = [a for a in audience.cut_attendees(reader, record, work.now) if a.circulated_at == moment]
    people = directory.everybody(work.tx)
    organisations = {a.contact_id: a.participant_id for a in going}
    items = [i for i in audience.cut_agenda(reader, record, work.now) if i.state is ItemState.ACCEPTED]
    lines = tuple(_line(work, n, items, organisations[n.contact_id]) for n in names(view, going, people))
    until = max((a.window_ends_at for a in going if a.window_ends_at), default=None)
    if not lines or until is None:
        return None
    ends = show(until, zone)
    return Notice(
        subject=f"Proposed attendees: {view.title}, {show(view.start, zone)}; object by {ends}",
        paragraphs=(ASKED.format(title=view.title, when=show_span(view.start, view.end, zone), ends=ends),),
        facts=(("The time to object ends", ends),),
        items=lines,
        closing=(HOW.format(date=view.name),),
        buttons=(Button("Object", "object", view.id, "danger"),),
        label=work.desk.procedure.labels.default,
        by_answer=OR_ANSWER,
        shows=shown(segments={a.segment_id for a in going}, items=[i.reference for i in items]),
    )


def _line(work: Reading, name: Name, items: Sequence[AgendaItem], organisation: str) -> str:
    """One name: the organisation, its parts with their times in words, and what it is to present there."""
    here = {p.id for p in name.parts}
    own = [
        i
        for i in items
        if i.proposer_id == organisation and i.segment_id in here and i.audience is AudienceKind.JOINT
    ]  # fmt: skip
    titles = [labelled(work, i.title, i.label) for i in own]
    presents = f"; to present: {', '.join(titles)}" if titles else ""
    return LINE.format(name=name.name, parts=" and ".join(p.title for p in name.parts), presents=presents)


NOTICES: Mapping[str, Compose] = {KIND: compose}
