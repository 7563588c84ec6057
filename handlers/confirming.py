"""Owns the yearly question whether a standing objection still stands (barrier.md, Who comes 4); ``objections`` owns
raising and ending them. Unconfirmed it goes on standing: it narrows, and only its Agency ends it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import audience
from bot.calls import Judgement
from bot.errors import Conflict, NotFound
from bot.notices import OR_ENTERED, QUESTIONS, Button, Notice
from bot.participants import Contact, Participant, reader_of
from bot.when import show
from bot.zones import zone_of
from handlers.act import act
from handlers.composing import Compose
from handlers.objecting import take_hat
from handlers.objections import NO_OBJECTION, is_point_of_contact, name_of
from handlers.work import Reading, Writing
from storage import directory
from storage import objections as rows
from storage.outbox import Errand
from storage.tables import Door

KIND = "objection.confirm"
YEAR, AGAIN = timedelta(days=365), timedelta(days=28)
"""How long a confirmation holds, and how long after a question that nobody answered it is asked again."""

NOT_STANDING = (
    "The objection `{reference}` is no standing one, or stands no longer: nothing is to be confirmed. "
    "`/lap objections` lists what stands."
)
CONFIRM_FOR = (
    "Only the Agency that objected confirms an objection. To enter that for it, name it at the end: "
    "`/lap objections confirm {reference} for fr-cnil`."
)
SUBJECT = "Standing objection {reference}: does it still stand?"
ASKS = (
    "{agency} has a standing objection to {who} since {since} (Plan B.3). Standing objections are confirmed once a "
    "year; this one was last confirmed or raised on {last}."
)
GOES_ON = "Whatever is answered or not, it goes on standing until its Agency ends it."
YOURS = (
    "To confirm it, press the button in Slack, or send `/lap objections confirm {reference}`; to end it, "
    "`/lap withdraw {reference}`."
)
SEATS = (
    "Its point of contact was asked and has not answered yet. What they tell you, enter with "
    "`/lap objections confirm {reference} for {short}` or `/lap withdraw {reference} for {short}`."
)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A standing objection that its Agency confirmed; ``until`` (UTC) it is not asked about again."""

    agency: str
    who: str
    reference: str
    until: datetime


def any_to_ask(work: Reading) -> bool:
    """Whether a standing objection is to be asked about now."""
    return bool(rows.to_confirm(work.tx, work.now, work.now - YEAR, work.now - AGAIN, most=1))


@act
def ask_to_confirm(work: Writing) -> int:
    """Asks the points of contact of each Agency whose standing objection was not confirmed for a year, and again every
    four weeks, then with the secretariat, until it is answered; returns of how many it is asked."""
    due = rows.to_confirm(work.tx, work.now, work.now - YEAR, work.now - AGAIN)
    if not due:
        return 0
    people = directory.everybody(work.tx)
    seats = [c.id for c in people.secretariat]
    for one in due:
        points = [c.id for c in people.people_of(one.objection.by_id) if is_point_of_contact(c)]
        again = one.asked_at is not None and one.asked_at > one.confirmed_at
        told = dict.fromkeys([*points, *(seats if again or not points else [])])
        work.tell(KIND, list(told), doors=(Door.MAIL, Door.SLACK), subject=one.objection.reference)
    rows.mark_asked(work.tx, [one.objection.reference for one in due], work.now)
    work.record("objections.ask", "", references=[one.objection.reference for one in due])
    return len(due)


@act
def confirm_objection(work: Writing, reference: str, agency: str | None = None) -> Confirmed:
    """Confirms a standing objection (its Agency, or S for that Agency). Raises NotFound, and Conflict for one that is
    not standing."""
    people = directory.everybody(work.tx, past=True)
    take_hat(work, agency, people, CONFIRM_FOR.format(reference=reference))
    found = [o for o in rows.by_reference(work.tx, [reference]) if o.by_id == work.reader.participant_id]
    if not found:
        raise NotFound(NO_OBJECTION.format(reference=reference))
    if found[0].call_id is not None or not found[0].stands(Judgement(work.now)):
        raise Conflict(NOT_STANDING.format(reference=reference))
    rows.confirm(work.tx, reference, work.now)
    work.record("objections.confirm", reference)
    return Confirmed(work.actor.participant.name, name_of(found[0], people), reference, work.now + YEAR)


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """The question, for the objecting Agency's points of contact and the secretariat; nothing once it is answered."""
    waiting = rows.to_confirm(work.tx, work.now, work.now - YEAR, work.now)
    found = next((w for w in waiting if w.objection.reference == errands[0].subject), None)
    seen = audience.cut_objections(reader_of(contact, participant), [found.objection]) if found else ()
    if found is None or not seen:
        return None
    people, zone, reference = directory.everybody(work.tx, past=True), zone_of(contact.zone), found.objection.reference
    agency = people.participant(found.objection.by_id)
    own = agency.id == participant.id
    words = YOURS if own else SEATS
    return Notice(
        subject=SUBJECT.format(reference=reference),
        paragraphs=(
            ASKS.format(
                agency=agency.name, who=name_of(found.objection, people), since=show(found.objection.raised_at, zone),
                last=show(found.confirmed_at, zone),
            ),
            GOES_ON,
        ),
        closing=(
            words.format(reference=reference, short=agency.short_name),
            QUESTIONS.format(address=work.desk.settings.mail_from),
        ),
        buttons=(Button("It still stands", "objections.confirm", reference, "primary"),) if own else (),
        label=work.desk.procedure.labels.default,
        by_answer=OR_ENTERED if own else "",
    )  # fmt: skip


NOTICES: Mapping[str, Compose] = {KIND: compose}
