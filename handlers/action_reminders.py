"""Owns who is told of an action when its time comes: its owner, then its point of contact, then the secretariat.

The days are ``bot.due_days``', the words ``action_letters``'.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot import audience
from bot.actions import ActionItem
from bot.audience import Record
from bot.participants import Contact, Role, member_of
from handlers.act import act
from handlers.action_letters import OVERDUE, REMINDER
from handlers.action_views import next_reminder, next_told, owners_people
from handlers.actions import BOTH, GIVEN
from handlers.work import Reading, Writing
from storage import actions as rows
from storage import calls, directory
from storage.calls import Part
from storage.directory import Directory

POINTS = frozenset({Role.POINT_OF_CONTACT, Role.PRIMARY_CONTACT, Role.SPAM_ENFORCEMENT_CONTACT, Role.LIAISON})
"""Who answers for an organisation (Plan A.1, A.2, B.1)."""


@act
def remind_of_actions(work: Writing) -> int:
    """Tells people of the actions whose time has come (procedure file ``[reminders]``), for the heartbeat; returns of
    how many anybody is told.

    1. Takes the open actions whose next reminder or escalation has come; acts follow one another, so nobody else does.
    2. An overdue one that was accepted is told to the points of contact of its owner and, some days after that, to the
       secretariat: each once, until its date or owner changes. Where no point of contact may be told, as of an owner
       that no longer takes part, the secretariat is told in their place. Who is told so is not reminded as well.
    3. The owner's people who may read the action now are reminded; of words that wait to be confirmed nobody is.
    4. Whoever has still to be told that it was given to them, as after a downtime over its date, is told that alone;
       others are told that it is overdue no earlier than a day after.
    5. Gives each action its next reminder and escalation, so that several missed ones come as one, and of one person as
       one message.
    """
    to_remind, to_escalate = rows.to_remind(work.tx, work.now), rows.to_escalate(work.tx, work.now)
    if not to_remind and not to_escalate:
        return 0
    people = directory.everybody(work.tx)
    ids = {a.call_id for a in (*to_remind, *to_escalate)}
    records = {r.call.id: r for r in calls.many(work.tx, ids, Part.LIST | Part.ITEMS)}
    whose = {a.reference: [c.id for c in owners_people(a, people)] for a in (*to_remind, *to_escalate)}
    waiting = rows.not_given_yet(work.tx, GIVEN, {i for ids in whose.values() for i in ids}, whose)
    new = {reference for reference, ids in whose.items() if ids and all((i, reference) in waiting for i in ids)}
    held = [a for a in to_escalate if a.reference in new]
    to_escalate = [a for a in to_escalate if a.reference not in new]
    points = {a.reference: _points(work, a, records, people) for a in to_escalate if not a.escalated}
    seats = [c.id for c in people.secretariat]
    above = {a.reference: points.get(a.reference) or seats for a in to_escalate}
    owners = {a.reference: _readers(work, a, owners_people(a, people), records, people) for a in to_remind}
    for action in to_escalate:
        _tell(work, OVERDUE, action, above[action.reference])
    for action in to_remind:
        told = {*above.get(action.reference, []), *(i for i, reference in waiting if reference == action.reference)}
        _tell(work, REMINDER, action, [i for i in owners[action.reference] if i not in told])
    rows.set_reminders(work.tx, {a.reference: next_reminder(work, a, people) for a in to_remind})
    rows.set_escalations(work.tx, {a.reference: _next(work, a, people, points) for a in to_escalate})
    rows.set_escalations(work.tx, {a.reference: next_told(work, a, people) for a in held}, told=False)
    work.record("actions.remind", "", actions=[a.reference for a in to_remind], escalated=list(above))
    return len({reference for found in (above, owners) for reference, ids in found.items() if ids})


def _points(work: Reading, action: ActionItem, records: Mapping[str, Record], people: Directory) -> list[str]:
    """The points of contact of the owner who may read the action now."""
    points = [c for c in people.people_of(action.owner_id) if c.roles & POINTS]
    return _readers(work, action, points, records, people)


def _readers(
    work: Reading, action: ActionItem, whom: Iterable[Contact], records: Mapping[str, Record], people: Directory
) -> list[str]:
    """Those of the owner's people who may read the action with its own hat, which a reminder is for."""
    owner = next((p for p in people.participants if p.id == action.owner_id), None)
    record = records.get(action.call_id)
    if owner is None or record is None:
        return []
    readers = (member_of(c, owner) for c in whom)
    return [r.contact_id for r in readers if audience.sees_action(r, record, action, work.now)]


def _tell(work: Writing, kind: str, action: ActionItem, ids: Sequence[str]) -> None:
    work.tell(kind, ids, doors=BOTH, call_id=action.call_id, subject=action.reference)


def _next(
    work: Reading, action: ActionItem, people: Directory, points: Mapping[str, Sequence[str]]
) -> datetime | None:  # fmt: skip
    """When an action that is escalated now is next, after the *points* of contact the secretariat; then never again."""
    told = points.get(action.reference)
    return next_told(work, replace(action, escalated=True), people) if told else None
