"""Owns the queries of what belongs to calls, from names on lists to minutes; the calls themselves are ``calls``'s."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import bindparam, or_, select
from sqlmodel import SQLModel

from bot.actions import ActionItem, ActionState
from bot.agenda import AgendaItem, ItemState
from bot.attendees import Admission, AdmissionState
from bot.confidentiality import Tlp
from bot.minutes import Attendance, LineKind, MinuteEntry
from bot.objections import Objection
from bot.topics import AudienceKind
from storage.store import Tx
from storage.tables import (
    ActionItemRow,
    AdmissionRow,
    AgendaItemRow,
    AttendanceRow,
    MinuteEntryRow,
    ObjectionRow,
    columns,
)
from storage.values import Make, maker

V = TypeVar("V")


def words(text: str) -> frozenset[str]:
    """What one column holds as a set: words separated by spaces."""
    return frozenset(text.split())


to_admission = maker(Admission, state=AdmissionState)
to_objection = maker(Objection, segment_ids=words)
to_item = maker(AgendaItem, audience=AudienceKind, label=Tlp, state=ItemState)
to_line = maker(MinuteEntry, kind=LineKind, label=Tlp, held_by=words)
to_action = maker(ActionItem, state=ActionState)

Fetch = Callable[[Tx, Sequence[str]], list[V]]


def _fetch(of: type[V], make: Make[V], table: type[SQLModel], *order: str, standing: bool = False) -> Fetch[V]:
    """A query of what belongs to the calls with some ids, in *order*; with *standing* what belongs to every call too.

    Its statements, for one call and for several, are made once: making one takes longer than running it.
    """
    t = columns(table)
    whole = select(*(t[name] for name in of.__slots__)).order_by(*(t[name] for name in order))  # type: ignore[attr-defined]
    of_one, of_many = t.call_id == bindparam("call_id"), t.call_id.in_(bindparam("call_ids", expanding=True))
    one, many = (whole.where(or_(t.call_id.is_(None), those) if standing else those) for those in (of_one, of_many))

    def fetch(tx: Tx, call_ids: Sequence[str]) -> list[V]:
        if len(call_ids) == 1:
            return [make(row) for row in tx.execute(one, {"call_id": call_ids[0]}).all()]
        return [make(row) for row in tx.execute(many, {"call_ids": list(call_ids)}).all()]

    return fetch


admissions_of = _fetch(Admission, to_admission, AdmissionRow, "segment_id", "contact_id")
"""The names on the lists of those calls, by segment and contact."""
objections_to = _fetch(Objection, to_objection, ObjectionRow, "raised_at", "reference", standing=True)
"""The objections to those calls and the standing ones, withdrawn ones too (they count for calls that ended before);
oldest first."""
items_of = _fetch(AgendaItem, to_item, AgendaItemRow, "position", "created_at", "reference")
"""The proposals and items of those calls, by place, then oldest first."""
lines_of = _fetch(MinuteEntry, to_line, MinuteEntryRow, "entered_at", "reference")
"""The lines of those calls' minutes in the order of entry."""
actions_of = _fetch(ActionItem, to_action, ActionItemRow, "due", "reference")
"""The actions given in those calls, by due date."""
attendance_of = _fetch(Attendance, maker(Attendance), AttendanceRow, "at", "participant_id")
"""Who was there, in the order of arrival."""
