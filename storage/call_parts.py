"""Owns the queries of what belongs to calls, from names on lists to minutes; the calls themselves are ``calls``'s."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlmodel import SQLModel

from bot.actions import ActionItem, ActionState
from bot.agenda import AgendaItem, ItemState
from bot.attendees import Admission, AdmissionState
from bot.confidentiality import Tlp
from bot.minutes import Attendance, LineKind, MinuteEntry
from bot.objections import Objection
from bot.topics import AudienceKind
from storage.prepared import Prepared
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

Theirs = Callable[[Any], ColumnElement[bool]]
"""Says of a column with the id of a call whether that call is meant."""


def this_call(call_id: Any) -> ColumnElement[bool]:
    """The one call ``call_id``."""
    return call_id == bindparam("call_id")  # type: ignore[no-any-return]


def these_calls(call_id: Any) -> ColumnElement[bool]:
    """The calls ``call_ids``."""
    return call_id.in_(bindparam("call_ids", expanding=True))  # type: ignore[no-any-return]


def words(text: str) -> frozenset[str]:
    """What one column holds as a set: words separated by spaces."""
    return frozenset(text.split())


to_admission = maker(Admission, state=AdmissionState)
to_objection = maker(Objection, segment_ids=words)
to_item = maker(AgendaItem, audience=AudienceKind, label=Tlp, state=ItemState)
to_line = maker(MinuteEntry, kind=LineKind, label=Tlp, held_by=words)
to_action = maker(ActionItem, state=ActionState)


@dataclass(frozen=True, eq=False)
class Kind(Generic[V]):
    """What one table holds of calls, as values of the class *of*, in *order*; with *standing* what belongs to every
    call too."""

    of: type[V]
    make: Make[V]
    table: type[SQLModel]
    order: tuple[str, ...]
    standing: bool = False

    def where(self, theirs: Theirs) -> Select[Any]:
        """The rows, in no order, whose call is one of *theirs*."""
        t = columns(self.table)
        mine = theirs(t.call_id)
        whole = select(*(t[name] for name in self.of.__slots__))  # type: ignore[attr-defined]
        return whole.where(or_(t.call_id.is_(None), mine) if self.standing else mine)

    def values(self, rows: Iterable[Sequence[Any]]) -> list[V]:
        """The values of those rows, in order."""
        return sorted(map(self.make, rows), key=attrgetter(*self.order))


Fetch = Callable[[Tx, Sequence[str]], list[V]]


def _fetch(kind: Kind[V]) -> Fetch[V]:
    """A query of what belongs to the calls with some ids.

    Its statements, for one call and for several, are made once: making one takes longer than running it.
    """
    one, many = Prepared(kind.where(this_call)), Prepared(kind.where(these_calls))

    def fetch(tx: Tx, call_ids: Sequence[str]) -> list[V]:
        if len(call_ids) == 1:
            return kind.values(one.rows(tx, call_id=call_ids[0]))
        return kind.values(many.rows(tx, call_ids=list(call_ids)))

    return fetch


ADMISSIONS = Kind(Admission, to_admission, AdmissionRow, ("segment_id", "contact_id"))
"""The names on the lists of calls, by segment and contact."""
OBJECTIONS = Kind(Objection, to_objection, ObjectionRow, ("raised_at", "reference"), standing=True)
"""The objections to calls and the standing ones, withdrawn ones too (they count for calls that ended before); oldest
first."""
ITEMS = Kind(AgendaItem, to_item, AgendaItemRow, ("position", "created_at", "reference"))
"""The proposals and items of calls, by place, then oldest first."""
LINES = Kind(MinuteEntry, to_line, MinuteEntryRow, ("entered_at", "reference"))
"""The lines of calls' minutes in the order of entry."""
ACTIONS = Kind(ActionItem, to_action, ActionItemRow, ("due", "reference"))
"""The actions given in calls, by due date."""
ATTENDANCE = Kind(Attendance, maker(Attendance), AttendanceRow, ("at", "participant_id"))
"""Who was there, in the order of arrival."""

admissions_of = _fetch(ADMISSIONS)
items_of = _fetch(ITEMS)
