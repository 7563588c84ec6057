"""Owns what is told of early-warning reports (B.3.a.v), composed when it is sent; the acts are ``reports``'."""

from collections.abc import Sequence

from bot import audience
from bot.exposures import shown
from bot.notices import OR_ANSWER, QUESTIONS, Notice
from bot.participants import Contact, Participant, Role
from bot.when import show
from bot.zones import zone_of
from handlers.carrying import labelled
from handlers.composing import Compose
from handlers.finding import views_of
from handlers.reports import BRIEFING, REPORTED
from handlers.work import Reading
from storage import calls, directory, reports
from storage.outbox import Errand

NEW = "{name} reports, for the next briefing of the Agencies (Plan B.3.a.v):"
GATHER = "`/lap briefing` shows what waits, `/lap briefing send CALL` sends it to the Agencies."
TOLD = (
    "The early-warning reports of representatives before {title}, {when} (Plan B.3.a.v). Their label says how far you "
    "may carry each; ask the secretariat before you use one in a case."
)
AGAIN = "`/lap briefing {name}` shows them again."


def compose_report(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """Tells the secretariat of a report that waits; nothing once it was taken back or sent on."""
    it = reports.find(work.tx, errands[0].subject)
    if Role.SECRETARIAT not in contact.roles or it is None or it.taken_back_at is not None or it.call_id is not None:
        return None
    name = directory.names(work.tx).get(it.participant_id, "")
    return Notice(
        subject=f"Early-warning report {it.reference} of {name}",
        paragraphs=(NEW.format(name=name), labelled(work, it.text, it.label)),
        closing=(GATHER, QUESTIONS.format(address=work.desk.settings.mail_from or "")),
        shows=shown(items=[it.reference]),
    )


def compose_briefing(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """What was gathered for a call at once, for somebody of an Agency that hears it."""
    record = calls.one(work.tx, errands[0].call_id or "")
    if record is None:
        return None
    view = views_of(work, [record]).get(record.call.id)
    sent = [r for r in reports.briefed(work.tx, record.call.id) if r.reference in errands[0].subject.split(" ")]
    found = audience.cut_reports(work.reader, sent, [record], work.now)
    if view is None or not found:
        return None
    names, when = directory.names(work.tx), show(view.start, zone_of(contact.zone))
    return Notice(
        subject=f"Early-warning reports before {view.title}, {when}",
        paragraphs=(TOLD.format(title=view.title, when=when),),
        items=tuple(f"{labelled(work, r.text, r.label)} ({names.get(r.participant_id, '')})" for r in found),
        closing=(AGAIN.format(name=view.name), QUESTIONS.format(address=work.desk.settings.mail_from or "")),
        by_answer=OR_ANSWER,
        shows=shown(items=(r.reference for r in found)),
    )


NOTICES: dict[str, Compose] = {REPORTED: compose_report, BRIEFING: compose_briefing}
