"""Owns the record of an objection that its Agency's point of contact is mailed; objecting itself is ``objections``'."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot import audience
from bot.notices import OR_ENTERED, Notice
from bot.participants import Contact, Participant, reader_of
from bot.when import show, show_span
from bot.zones import zone_of
from handlers.finding import views_of
from handlers.objecting import Scope
from handlers.objections import RECORD, name_of, scope_of
from handlers.work import Reading
from storage import calls, directory
from storage import objections as objection_rows
from storage.calls import Part
from storage.outbox import Errand

RECORDED = "This is the record of an objection that was entered for {agency} (Plan B.3). It is in effect."
RECORDED_ENDED = "This is the record of an objection that was entered for {agency} (Plan B.3). It stands no longer."
YOURS = (
    "It belongs to your Agency. Nobody but your Agency and the secretariat learns of it. To end it, send "
    "`/lap withdraw {reference}` in Slack."
)
SEATS = (
    "Nobody but that Agency and the secretariat learns of it. Access is closed; whoever loses a part is told in the "
    "words that are the same for every cause (`/lap why`). In a running call, `/lap gate` names who must go."
)
FOLLOWS = (
    "The person named here came in the place of {who}, whom the objection {reference} names. {reference} goes on, for "
    "when the earlier one comes back: each of the two is withdrawn by itself."
)
FOLLOWS_ENDED = "The person named here came in the place of {who}, whom the objection {reference} named."
UNSEEN_CALL = "a call that the Agency is not invited to now"
EVERY_CALL = "every call, those planned and later ones"


def compose_record(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """The record of an objection for the objecting Agency's point of contact and the secretariat, with its reason."""
    references = errands[0].subject.split()
    reader = reader_of(contact, participant)
    found = list(audience.cut_objections(reader, objection_rows.by_reference(work.tx, references)))
    if not found:
        return None
    own = found[0].by_id == participant.id
    people, zone = directory.everybody(work.tx, past=True), zone_of(contact.zone)
    records = calls.many(work.tx, {o.call_id for o in found if o.call_id}, Part.NONE)
    seen = Reading(work.desk, work.tx, replace(work.actor, reader=reader), work.now)
    views = views_of(seen, records)
    ended = found[0].withdrawn_at
    facts = [
        ("Reference", " ".join(o.reference for o in found)),
        ("Against", name_of(found[0], people)),
        ("For", "; ".join(_in_words(scope_of(o, views), zone) for o in found)),
        ("In effect since", show(found[0].raised_at, zone)),
        *([("Withdrawn", show(ended, zone))] if ended else []),
        *([("Reason given", found[0].reason)] if found[0].reason else []),
    ]
    opening = RECORDED_ENDED if ended else RECORDED
    before = objection_rows.by_reference(work.tx, [found[0].follows]) if found[0].follows else []
    follows = FOLLOWS_ENDED if ended or any(o.withdrawn_at for o in before) else FOLLOWS
    agency = participant if own else people.participant(found[0].by_id)
    words = YOURS.format(reference=found[0].reference) if own else SEATS
    return Notice(
        subject=f"Objection {found[0].reference}: {'withdrawn' if ended else 'in effect'}",
        paragraphs=(
            opening.format(agency=agency.name),
            *(follows.format(reference=o.reference, who=name_of(o, people)) for o in before),
        ),
        facts=tuple(facts),
        closing=() if ended else (words,),
        label=work.desk.procedure.labels.default,
        by_answer=OR_ENTERED if own and not ended else "",
    )


def _in_words(scope: Scope, zone: ZoneInfo) -> str:
    if scope.call is None:
        if not scope.standing:
            return UNSEEN_CALL
        return EVERY_CALL + (f", until {show(scope.until, zone)}" if scope.until else "")
    named = [f"{p.title}, {show_span(p.start, p.end, zone)}" for p in scope.parts]
    return f"{scope.call.title}: " + " and ".join(named)


NOTICES = {RECORD: compose_record}
