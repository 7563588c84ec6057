"""Owns the queries of what belongs to calls, from names on lists to minutes; the calls themselves are ``calls``'s."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, bindparam, literal_column, or_, select
from sqlmodel import SQLModel

from bot.actions import ActionItem, ActionState
from bot.agenda import AgendaItem, ItemState
from bot.amending import Amendment
from bot.attendees import Admission, AdmissionState
from bot.calls import SeenOrder
from bot.confidentiality import Tlp
from bot.invitations import Invitation, Rsvp, Stranger, Untold
from bot.minutes import Attendance, LineKind, MinuteEntry, Regrets
from bot.objections import Objection
from bot.participants import ParticipantKind
from bot.procedure import Step, StepKind, StepState
from bot.queue import Asking
from bot.topics import AudienceKind
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import (
    ActionItemRow,
    AdmissionRow,
    AgendaItemRow,
    AmendmentRow,
    AttendanceRow,
    ContactRow,
    InvitationRow,
    MinuteEntryRow,
    ObjectionRow,
    OutboxRow,
    OutboxState,
    ParticipantRow,
    RegretsRow,
    SeenOrderRow,
    SpeakerRow,
    StepRow,
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
to_amendment = maker(Amendment, label=Tlp)
to_action = maker(ActionItem, state=ActionState, label=Tlp)
to_copy = maker(Invitation, rsvp=Rsvp, rsvp_before=Rsvp)


@dataclass(frozen=True, eq=False)
class Kind(Generic[V]):
    """One kind of what belongs to calls: the query of its rows, in no order, whose call is one of those meant, and how
    rows become values, in *order*."""

    query: Callable[[Theirs], Select[Any]]
    make: Make[V]
    order: tuple[str, ...]

    def values(self, rows: Iterable[Sequence[Any]]) -> list[V]:
        """The values of those rows, in order."""
        return sorted(map(self.make, rows), key=attrgetter(*self.order))


def _of(
    of: type[V], make: Make[V], table: type[SQLModel], *order: str, only: Iterable[Any] = (), standing: bool = False
) -> Kind[V]:
    """The kind of all rows of *table*, of those for which *only* holds; with *standing* of no call, too."""
    t = columns(table)
    whole = select(*(t[name] for name in of.__slots__)).where(*only)  # type: ignore[attr-defined]

    def query(theirs: Theirs) -> Select[Any]:
        return whole.where(or_(t.call_id.is_(None), theirs(t.call_id)) if standing else theirs(t.call_id))

    return Kind(query, make, order)


Fetch = Callable[[Tx, Sequence[str]], list[V]]


def _fetch(kind: Kind[V]) -> Fetch[V]:
    """A query of what belongs to the calls with some ids.

    Its statements, for one call and for several, are made once: making one takes longer than running it.
    """
    one, many = Prepared(kind.query(this_call)), Prepared(kind.query(these_calls))

    def fetch(tx: Tx, call_ids: Sequence[str]) -> list[V]:
        if len(call_ids) == 1:
            return kind.values(one.rows(tx, call_id=call_ids[0]))
        return kind.values(many.rows(tx, call_ids=list(call_ids)))

    return fetch


_T, _K, _O, _D = columns(OutboxRow), columns(ContactRow), columns(SeenOrderRow), columns(AdmissionRow)
_S, _P = columns(SpeakerRow), columns(ParticipantRow)

ADMISSIONS = _of(Admission, to_admission, AdmissionRow, "segment_id", "contact_id")
"""The names on the lists of calls, by segment and contact."""
OWN_ADMISSIONS = _of(
    Admission, to_admission, AdmissionRow, "segment_id", "contact_id", only=(_D.contact_id == bindparam("reader"),)
)
"""The same of ``reader`` alone."""
OBJECTIONS = _of(Objection, to_objection, ObjectionRow, "raised_at", "reference", standing=True)
"""The objections to calls and the standing ones, withdrawn ones too (they count for calls that ended before); oldest
first."""
ITEMS = _of(AgendaItem, to_item, AgendaItemRow, "position", "created_at", "reference")
"""The proposals and items of calls, by place, then oldest first."""
LINES = _of(MinuteEntry, to_line, MinuteEntryRow, "entered_at", "reference")
"""The lines of calls' minutes in the order of entry."""
AMENDMENTS = _of(Amendment, to_amendment, AmendmentRow, "at", "id")
"""What was put right in those lines after the silence, oldest first."""
ACTIONS = _of(ActionItem, to_action, ActionItemRow, "due", "reference")
"""The actions given in calls, by due date."""
ATTENDANCE = _of(Attendance, maker(Attendance), AttendanceRow, "at", "participant_id")
"""Who was there, in the order of arrival."""
QUEUE = _of(
    Asking, maker(Asking, kind=ParticipantKind), SpeakerRow, "at", "id",
    only=(
        _S.participant_id.in_(select(_P.id).where(_P.left_at.is_(None))),
        or_(_S.contact_id.is_(None), _S.contact_id.in_(select(_K.id).where(_K.removed_at.is_(None)))),
    ),
)  # fmt: skip
"""Who asks for the floor in any part, first come first; nobody who was removed or whose organisation left meanwhile."""
REGRETS = _of(Regrets, maker(Regrets), RegretsRow, "at", "participant_id")
"""Who cannot come, in the order in which they said so."""
COPIES = _of(Invitation, to_copy, InvitationRow, "contact_id", "block")
"""Everybody's copies, by contact and block."""
UNTOLD = _of(
    Untold, maker(Untold), OutboxRow, "due_at", "contact_id",
    only=(
        _T.state == literal_column(f"'{OutboxState.DUE}'"), _T.attempts == 0,
        or_(_T.first, _T.due_at > _T.created_at),
    ),
)  # fmt: skip
"""Who is to be told of a narrowing and was not yet, or of what waits for more to go with it, by when that is."""
STRANGERS = Kind(
    lambda _: select(_K.id).where(_K.told_at.is_(None), _K.removed_at.is_(None)),
    lambda row: Stranger(row[0]), ("contact_id",),
)  # fmt: skip
"""Who was never written to."""
STEPS = _of(Step, maker(Step, kind=StepKind, state=StepState), StepRow, "due_at", "kind")
"""The steps of calls, earliest first."""
SEEN = _of(SeenOrder, maker(SeenOrder), SeenOrderRow, "call_id", only=(_O.contact_id == bindparam("reader"),))
"""The order of parts as ``reader`` was last shown it."""

admissions_of = _fetch(ADMISSIONS)
items_of = _fetch(ITEMS)
_OWN_ADMISSIONS = Prepared(OWN_ADMISSIONS.query(this_call))


def own_admissions(tx: Tx, call_id: str, reader: str) -> tuple[Admission, ...]:
    """The places of one contact on the list of a call, by segment."""
    return tuple(OWN_ADMISSIONS.values(_OWN_ADMISSIONS.rows(tx, call_id=call_id, reader=reader)))
