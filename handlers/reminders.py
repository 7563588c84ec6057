"""Owns what one person is reminded of by the procedure, at the moment of sending; the words are ``reminder_words``'.

What is owed at the same time goes into one message, and of one matter only the latest word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot import audience
from bot.calls import CallState
from bot.exposures import shown
from bot.notices import Notice
from bot.participants import Contact, Participant, Role
from bot.procedure import StepKind
from bot.steps import AFTER_THE_CALL, Outcome, Step, Whom, judge
from handlers.composing import Compose
from handlers.finding import views_of
from handlers.reminder_words import SAYS, Known, draft
from handlers.steps import REMINDER as REMINDER
from handlers.steps import read_subject
from handlers.work import Reading
from storage import calls, directory, invitations, steps
from storage.calls import Part
from storage.outbox import Errand

COMING = (StepKind.REMINDER_DAY, StepKind.REMINDER_HOUR)


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> list[Notice]:
    """What the due steps have to say to one person now; nothing once all of it is done or not theirs."""
    asked = [(read_subject(e.subject), e.call_id or "") for e in errands]
    late = any(kind in AFTER_THE_CALL for (kind, _), _ in asked)
    ids = {call_id for _, call_id in asked}
    records = {
        r.call.id: r
        for r in calls.many(work.tx, ids, Part.LIST | Part.ITEMS | (Part.LINES if late else Part.NONE))
    }  # fmt: skip
    views = views_of(work, records.values())
    kinds = {p.id: p.kind for p in directory.everybody(work.tx).participants}
    still = steps.of_calls(work.tx, ids)
    copies = [c for c in invitations.of_person(work.tx, contact.id) if c.call_id in ids and not c.cancelled]
    found: dict[tuple[str, str], Notice] = {}
    for (kind, start), call_id in sorted(asked, key=lambda a: (a[0][1], list(StepKind).index(a[0][0]))):
        record = records.get(call_id)
        view = views.get(call_id)
        if record is None or view is None or record.call.start.isoformat() != start:
            continue  # a moved call is told of at its new time
        if _is_stale(kind, still.get(call_id, ()), work.now):
            continue
        known = Known(
            work, contact, errands[0].door, kind, record, view, kinds, still.get(call_id, ()),
            [c for c in copies if c.call_id == call_id],
        )  # fmt: skip
        notice = _notice(known)
        if notice is not None:
            found[call_id, _MATTERS.get(kind, kind)] = replace(notice, shows=_shows(known))
    return list(found.values())


def _shows(known: Known) -> frozenset[str]:
    """Every part and item of the call that this person hears: a reminder shows none but these."""
    items = audience.cut_agenda(known.work.reader, known.record, known.work.now)
    return shown(segments=(s.id for s in known.view.segments), items=(i.reference for i in items if i.segment_id))


def _is_stale(kind: StepKind, planned: Sequence[Step], now: datetime) -> bool:
    """Whether a later step of the call is due as well: after a downtime only the latest is worth telling.

    What is said of coming to the call depends on each reader's own part, and is told by ``_MATTERS``.
    """
    due = {s.kind: s.due_at for s in planned if s.due_at <= now}
    return kind in due and kind not in COMING and due[kind] < max(due.values())


_MATTERS: Mapping[StepKind, str] = {
    StepKind.WINDOW_ENDS: "approval",
    StepKind.APPROVAL: "approval",
    StepKind.REMINDER_DAY: "coming",
    StepKind.REMINDER_HOUR: "coming",
}
"""Steps about one and the same thing: only the latest says it."""


def _notice(known: Known) -> Notice | None:
    """What this step still has to say, to those whom it reminds."""
    if known.kind in COMING and known.record.call.state is CallState.ANNOUNCED:
        # Judged by the reader's own part, which may begin after the call did.
        return SAYS[known.kind](known) if known.view.start > known.work.now else None
    verdict = judge(known.kind, known.record, known.kinds, known.work.now)
    if verdict.outcome is not Outcome.TOLD:
        return None
    if verdict.whom is Whom.SECRETARIAT and Role.SECRETARIAT not in known.contact.roles:
        return None
    if verdict.whom is Whom.AGENCIES and not audience.invited(known.work.reader, known.record.call):
        return None
    if verdict.whom is Whom.NOBODY:
        return None
    return (draft if known.record.call.state is CallState.DRAFT else SAYS[known.kind])(known)


NOTICES: dict[str, Compose] = {REMINDER: compose}
