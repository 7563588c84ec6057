"""Owns what people are told about proposals and agenda items, composed when it is sent; the acts are next door."""

from collections.abc import Sequence

from bot import audience
from bot.agenda import AgendaItem, ItemState
from bot.attendees import is_over
from bot.audience import CallView, Record, SegmentView
from bot.exposures import shown
from bot.notices import OR_ANSWER, QUESTIONS, Button, Notice
from bot.participants import Contact, Participant, ParticipantKind, Reader, Role, member_of, reader_of
from bot.topics import AudienceKind
from bot.when import show, show_span
from bot.who import Who
from bot.zones import zone_of
from handlers.agenda_views import topic_of
from handlers.carrying import labelled
from handlers.composing import Compose
from handlers.finding import named
from handlers.work import Reading
from storage import agenda, calls, directory
from storage.agenda import Proposed
from storage.calls import Part
from storage.outbox import Errand

PROPOSED = "item.proposed"
NEWS = "item.news"
CONSENT = "item.consent"
CHANGED = "item.changed"
ASK = "ask"
CONFIRM = "item.confirm"

NEW_ITEM = "{name} proposes an item."
NEW_POOL = "{name} proposes an item. It lies in the pool, in no call yet."
DECIDE = (
    "Accept it with `/lap item {item} accept`, decline it with `/lap item {item} decline`, "
    "or put it into a part with `/lap item {item} to CALL/N`."
)

BECAME = {
    ItemState.ACCEPTED: ("accepted", "Your proposal has been accepted."),
    ItemState.DECLINED: (
        "declined",
        "Your proposal has been declined. You can propose another, or ask the secretariat.",
    ),
    ItemState.DEFERRED: ("deferred", "Your proposal has been deferred: it comes back when the next agenda is built."),
    ItemState.WITHDRAWN: ("withdrawn", "The secretariat has withdrawn your proposal."),
}
MOVED = "moved"
CHANGED_BY_SEATS = "changed"
STANDS = {
    MOVED: "Your proposal has been moved{to}.",
    CHANGED_BY_SEATS: "The secretariat has changed your proposal. It stands as follows.",
}
"""What is said of a proposal that stays accepted."""
TO_PART = ": it stands in “{part}” now"
SEPARATELY = "Invitations are sent separately: if you are to join the part in which it is heard, you get one."
HEARD = {
    AudienceKind.AGENCIES: "Agencies only",
    AudienceKind.JOINT: "joint: also the representatives and observers invited to the part",
}
CHANGE_IT = 'Change it with `/lap item {item} "NEW TITLE"`, take it back with `/lap item {item} withdraw`.'

MAY_OPEN = (
    "The secretariat asks whether the representatives and observers who are invited may hear your item. "
    "It stays closed to them unless you say so."
)
OPEN_IT = (
    "To open it, send `/lap item {item} joint`; you can close it again at any time. To leave it closed, send "
    "`/lap item {item} closed`, or do nothing."
)

PRESENT = "Your item stands on the agenda. Please say whether you present it."
PRESENT_IT = (
    "To confirm, press the button in Slack or send `/lap item {item} confirm` there. If it cannot be: "
    "`/lap item {item} withdraw` takes it off the agenda."
)

ASKS = "{agency} asks that {who} be admitted. Nothing has been admitted by this."
ADMIT = "To admit, send `/lap admit {who} to {place}`. The name is then circulated to the Agencies like any other."


def proposed(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Tells the secretariat of a proposal that waits."""
    found = [p for p in _items(work, errands) if p.item.state is ItemState.PROPOSED]
    if Role.SECRETARIAT not in contact.roles or not found:
        return None
    item, proposer, *_ = found[0]
    view, part = _place(work, reader_of(contact, participant), item)
    return Notice(
        subject=f"Proposal {item.reference}{_for(view, contact)}",
        paragraphs=((NEW_ITEM if view else NEW_POOL).format(name=proposer.name),),
        facts=_facts(work, item, view, part, contact),
        items=(labelled(work, item.title, item.label),),
        closing=(DECIDE.format(item=item.reference), QUESTIONS.format(address=_address(work))),
        buttons=(
            Button("Accept", "item.accept", item.reference, "primary"),
            Button("Decline", "item.decline", item.reference),
        ),
        by_answer=OR_ANSWER,
        shows=shown(items=[item.reference], segments=[part.id] if part else []),
    )


def subject_of_news(before: AgendaItem, after: AgendaItem) -> str:
    """What became of a proposal as the subject of an errand: its reference and, where it was and stays accepted,
    whether it has another place or changed in something else."""
    if not before.state is after.state is ItemState.ACCEPTED:
        return after.reference
    moved = (before.call_id, before.segment_id) != (after.call_id, after.segment_id)
    return f"{after.reference} {MOVED if moved else CHANGED_BY_SEATS}"


def _stays(errand: Errand) -> str:
    return errand.subject.partition(" ")[2]


def news(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Tells who proposed an item what became of it; call and part only where this person may know them."""
    found = [p for p in _theirs(work, errands, contact, participant) if p.item.state in BECAME]
    if not found:
        return None
    item, reader = found[0].item, _as_proposer(contact, participant)
    view, part = _place(work, reader, item)
    accepted = item.state is ItemState.ACCEPTED
    word, says = BECAME[item.state]
    if accepted and (stays := _stays(errands[0])):
        word, says = stays, STANDS[stays].format(to=TO_PART.format(part=part.title) if part else "")
    uninvited = reader.kind is not ParticipantKind.AGENCY and part is None
    return Notice(
        subject=f"Your proposal {item.reference}: {word}{_for(view if accepted else None, contact)}",
        paragraphs=(says, SEPARATELY) if accepted and uninvited else (says,),
        facts=_facts(work, item, view if accepted else None, part, contact, whole=reader.is_agency),
        items=(labelled(work, item.title, item.label),),
        closing=(
            *((CHANGE_IT.format(item=item.reference),) if accepted else ()),
            QUESTIONS.format(address=_address(work)),
        ),
        by_answer=OR_ANSWER,
        shows=shown(items=[item.reference], segments=[part.id] if part else []),
    )


def consent(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Asks who proposed a closed item whether guests may hear it; nothing once it is open, gone, or no longer asked."""
    found = [
        i
        for i in (p.item for p in _theirs(work, errands, contact, participant))
        if i.audience is AudienceKind.AGENCIES
        and i.consent_asked_at is not None
        and i.state in (ItemState.PROPOSED, ItemState.ACCEPTED, ItemState.DEFERRED)
    ]
    if not found:
        return None
    item, reader = found[0], _as_proposer(contact, participant)
    record = calls.one(work.tx, item.call_id) if item.call_id else None
    if record is not None and is_over(record.call, work.now):
        return None
    view, part = _place(work, reader, item)
    return Notice(
        subject=f"May guests hear your item {item.reference}{_for(view, contact)}?",
        paragraphs=(MAY_OPEN,),
        facts=_facts(work, item, view, part, contact),
        items=(labelled(work, item.title, item.label),),
        closing=(OPEN_IT.format(item=item.reference), QUESTIONS.format(address=_address(work))),
        buttons=(
            Button("Open it to the guests invited", "item.consent", f"{item.reference} {_named_place(view, part)}"),
            Button("Leave it closed", "item.refuse", item.reference),
        ),
        by_answer=OR_ANSWER,
        shows=shown(items=[item.reference], segments=[part.id] if part else []),
    )


def confirm(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Asks who presents an item to confirm it; nothing once that is done, the item is off, or its call is over, and
    nothing to a guest who is not invited to the part."""
    found = [p.item for p in _theirs(work, errands, contact, participant)]
    waiting = [i for i in found if i.state is ItemState.ACCEPTED and i.confirmed_at is None]
    if not waiting:
        return None
    item, reader = waiting[0], _as_proposer(contact, participant)
    view, part = _place(work, reader, item)
    if view is None or part is None or part.end <= work.now:
        return None
    return Notice(
        subject=f"Do you present your item {item.reference}{_for(view, contact)}?",
        paragraphs=(PRESENT,),
        facts=_facts(work, item, view, part, contact, whole=reader.is_agency),
        items=(labelled(work, item.title, item.label),),
        closing=(PRESENT_IT.format(item=item.reference), QUESTIONS.format(address=_address(work))),
        buttons=(
            Button("I present it", "item.confirm", item.reference, "primary"),
            Button("Take it back", "item.withdraw", item.reference),
        ),
        by_answer=OR_ANSWER,
        shows=shown(items=[item.reference], segments=[part.id]),
    )


def changed(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Tells the secretariat what a proposer made of its own item: withdrawn, opened, closed, another title."""
    found = _items(work, errands)
    if Role.SECRETARIAT not in contact.roles or not found:
        return None
    item, proposer, *_ = found[0]
    view, part = _place(work, reader_of(contact, participant), item)
    did, more = ("withdrawn", "") if item.state is ItemState.WITHDRAWN else ("changed", " It stands as follows.")
    return Notice(
        subject=f"Item {item.reference}: {did} by its proposer{_for(view, contact)}",
        paragraphs=(f"{proposer.name} has {did} its item.{more}",),
        facts=_facts(work, item, view, part, contact),
        items=(labelled(work, item.title, item.label),),
        closing=(QUESTIONS.format(address=_address(work)),),
        shows=shown(items=[item.reference], segments=[part.id] if part else []),
    )


def asked_subject(reference: str, agency: Participant, who: Who, segment_id: str | None) -> str:
    """A question for a guest as the subject of an errand: reference and ids, no text."""
    return " ".join(
        (reference, agency.id, who.participant.id, who.contact.id if who.contact else "-", segment_id or "-")
    )


def asked(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Tells the secretariat whom an Agency asks for; nothing once the call is over or somebody in it has left."""
    errand = errands[0]
    reference, agency_id, guest_id, person_id, segment_id = errand.subject.split(" ")
    record = calls.one(work.tx, errand.call_id or "")
    if Role.SECRETARIAT not in contact.roles or record is None or is_over(record.call, work.now):
        return None
    view = audience.cut_call(reader_of(contact, participant), record, work.now)
    people = directory.everybody(work.tx)
    known = {p.id: p for p in people.participants}
    person = people.contact(person_id)
    if view is None or agency_id not in known or guest_id not in known:
        return None
    part = view.part(segment_id)
    guest, typed = known[guest_id], person.email if person else known[guest_id].short_name
    who = f"{person.name} ({guest.name})" if person else guest.name
    place = named(work, view).name + (f"/{part.number}" if part else "")
    facts = [("Call", f"{view.title}, {show_span(view.start, view.end, zone_of(contact.zone))}")]
    if part is not None:
        facts.append(("Part", f"{part.number}. {part.title}"))
    return Notice(
        subject=f"{known[agency_id].name} asks for {guest.name}{_for(view, contact)}",
        paragraphs=(ASKS.format(agency=known[agency_id].name, who=who),),
        facts=(*facts, ("Reference", reference)),
        closing=(ADMIT.format(who=typed, place=place), QUESTIONS.format(address=_address(work))),
        buttons=(Button("Admit …", "admit", view.id),),
    )


def _items(work: Reading, errands: Sequence[Errand]) -> list[Proposed]:
    return agenda.with_references(work.tx, {e.subject.partition(" ")[0] for e in errands})


def _theirs(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> list[Proposed]:  # fmt: skip
    """Those of *errands* that are of this person's organisation; what the secretariat put on an agenda is so to its
    seats alone, while it is not the Agency's."""
    reader = reader_of(contact, participant)
    return [
        p
        for p in _items(work, errands)
        if p.proposer.id == participant.id and (reader.secretariat or audience.owns_item(reader, p.item))
    ]


def _as_proposer(contact: Contact, participant: Participant) -> Reader:
    """Who proposed, with the hat of the organisation, whatever else the person is."""
    return member_of(contact, participant)


def _place(work: Reading, reader: Reader, item: AgendaItem) -> tuple[CallView | None, SegmentView | None]:
    """Call and part of an item, as far as *reader* may know them now."""
    guest = reader.kind is not ParticipantKind.AGENCY
    record = calls.one(work.tx, item.call_id, Part.LIST | Part.ITEMS if guest else Part.NONE) if item.call_id else None
    return _seen_place(work, reader, item, record)


def _seen_place(
    work: Reading, reader: Reader, item: AgendaItem, record: Record | None
) -> tuple[CallView | None, SegmentView | None]:
    cut = audience.cut_item(reader, record, item, work.now)
    view = audience.cut_call(reader, record, work.now) if record and cut and cut.call_id else None
    return view, next((s for s in view.segments if cut and s.id == cut.segment_id), None) if view else None


def place_of(work: Reading, item: AgendaItem, record: Record | None) -> str:
    """Where an item stands, in the call of *record* if that was fetched, as far as the reader may know, for a button to
    carry: who hears it depends on that."""
    if record is None:
        return _named_place(*_place(work, work.reader, item))
    return _named_place(*_seen_place(work, work.reader, item, record))


def _named_place(view: CallView | None, part: SegmentView | None) -> str:
    return part.id if part else view.id if view else "-"


def _for(view: CallView | None, contact: Contact) -> str:
    """The call and its local time as a subject carries them (interface.md, Mail); nothing where it is not told."""
    return f", for {view.title}, {show(view.start, zone_of(contact.zone))}" if view else ""


def _facts(
    work: Reading, item: AgendaItem, view: CallView | None, part: SegmentView | None, contact: Contact,
    *, whole: bool = True,
) -> tuple[tuple[str, str], ...]:  # fmt: skip
    facts = [("Item", item.reference), ("Topic", topic_of(work, item.clause)), ("Minutes", str(item.needs))]
    if whole:
        facts.append(("Who may hear it", HEARD[item.audience]))
    if view is not None:
        facts.append(("Call", f"{view.title}, {show_span(view.start, view.end, zone_of(contact.zone))}"))
    if part is not None:
        facts.append(("Part", f"{part.number}. {part.title}"))
    return tuple(facts)


def _address(work: Reading) -> str:
    return work.desk.settings.mail_from or ""


NOTICES: dict[str, Compose] = {
    PROPOSED: proposed,
    NEWS: news,
    CONSENT: consent,
    CHANGED: changed,
    ASK: asked,
    CONFIRM: confirm,
}
