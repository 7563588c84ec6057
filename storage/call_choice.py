"""Owns which calls a query means, as one statement says it; what is fetched of them is ``call_records``'."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    exists,
    or_,
    select,
    true,
)

from bot.attendees import AdmissionState
from bot.calls import CallState
from bot.participants import ParticipantKind, Reader
from storage.call_parts import Theirs, these_calls
from storage.tables import AdmissionRow, CallRow, EarlierDateRow, SegmentRow, columns

_C = columns(CallRow)
_S = columns(SegmentRow)
_E = columns(EarlierDateRow)
_A = columns(AdmissionRow)


def _those(*conditions: ColumnElement[bool]) -> Theirs:
    """The calls for which *conditions* hold."""
    return _in(select(_C.id).where(*conditions))


def _first(*conditions: ColumnElement[bool], latest: bool = False) -> Theirs:
    """Only the ``most`` first (or latest) of the calls for which *conditions* hold."""
    order = (_C.start.desc(), _C.id.desc()) if latest else (_C.start, _C.id)
    return _in(select(_C.id).where(*conditions).order_by(*order).limit(bindparam("most", type_=Integer)))


def _in(ids: Select[Any]) -> Theirs:
    """The calls with those *ids*, which the statement looks for once."""
    meant = ids.cte("meant")
    return lambda call_id: call_id.in_(select(meant.c.id))


def _is(*states: CallState) -> ColumnElement[bool]:
    """Whether a call is in one of *states*; written out, as a list would be spelt anew each time."""
    return or_(*(_C.state == state for state in states))


_SINCE: BindParameter[Any] = bindparam("since")
_UNTIL: BindParameter[Any] = bindparam("until")
_TOLD = _is(CallState.ANNOUNCED, CallState.HELD)
_TOLD_OR_DRAFT = _is(CallState.ANNOUNCED, CallState.HELD, CallState.DRAFT)


class _Reach(StrEnum):
    """Whose calls are meant: everybody's, one Agency's, one guest's, or the one that somebody was brought to."""

    ALL = "all"
    AGENCY = "agency"
    GUEST = "guest"
    PROXY = "proxy"


OWN: BindParameter[str] = bindparam("own", type_=String)


def names_theirs(only: Any) -> ColumnElement[bool]:
    """Whether a column of organisations names the reader's, or nobody and so everybody."""
    return or_(only == "", (" " + only + " ").like("% " + OWN + " %"))


_MAY_BE: Mapping[_Reach, ColumnElement[bool]] = {
    _Reach.ALL: true(),
    _Reach.AGENCY: and_(names_theirs(_C.only), exists(select(_S.id).where(_S.call_id == _C.id, names_theirs(_S.only)))),
    _Reach.GUEST: exists(
        select(_A.segment_id).where(
            _A.call_id == _C.id, _A.contact_id == bindparam("reader"), _A.state == AdmissionState.APPROVED
        )
    ),
    _Reach.PROXY: _C.id == bindparam("only_call", type_=String),
}
"""Whether a call may be a reader's at all, as far as one statement knows; never narrower than ``audience``."""


def reach_of(whose: Reader | None) -> tuple[_Reach, dict[str, object]]:
    """Which calls are looked through for *whose*, None: for nobody in particular; and what is asked with that."""
    if whose is None or whose.secretariat:
        return _Reach.ALL, {"reader": whose.contact_id if whose else ""}
    asked: dict[str, object] = {"reader": whose.contact_id, "own": whose.participant_id, "only_call": whose.only_call}
    if whose.is_proxy:
        return _Reach.PROXY, asked
    return _Reach.AGENCY if whose.kind is ParticipantKind.AGENCY else _Reach.GUEST, asked


def _first_of_each(*conditions: ColumnElement[bool], latest: bool = False) -> Mapping[_Reach, Theirs]:
    """``_first``, for each reach."""
    return {reach: _first(may_be, *conditions, latest=latest) for reach, may_be in _MAY_BE.items()}


UPCOMING = _first_of_each(_is(CallState.ANNOUNCED), _C.start > _SINCE)
UPCOMING_OR_DRAFT = _first(_is(CallState.ANNOUNCED, CallState.DRAFT), _C.start > _SINCE)
LISTED = _first_of_each(_TOLD, _C.start >= _SINCE)
LISTED_OR_DRAFT = _first(_TOLD_OR_DRAFT, _C.start >= _SINCE)
ALL_SINCE = {reach: _those(may_be, _TOLD, _C.start >= _SINCE) for reach, may_be in _MAY_BE.items()}
ALL_SINCE_OR_DRAFT = _those(_TOLD_OR_DRAFT, _C.start >= _SINCE)
AWAITED = _those(or_(and_(_TOLD, _C.start >= _SINCE), these_calls(_C.id)))
AWAITED_OR_DRAFT = _those(or_(and_(_TOLD_OR_DRAFT, _C.start >= _SINCE), these_calls(_C.id)))
BEGUN = _first_of_each(_TOLD, or_(_C.start <= _UNTIL, _C.state == CallState.HELD), latest=True)
RUNNING = _those(_C.live_started_at.is_not(None), _C.live_ended_at.is_(None), _is(CallState.ANNOUNCED))
_AT: BindParameter[Any] = bindparam("at")
RAN: Select[Any] = select(_C.id).where(
    _C.live_started_at <= _AT, or_(_C.live_ended_at.is_(None), _C.live_ended_at >= _AT)
)
"""The ids of the calls that ran at ``at``."""
THAT_RAN = _in(RAN)
AROUND = _those(
    or_(
        and_(_C.start >= _SINCE, _C.start < _UNTIL),
        _C.id.in_(select(_E.call_id).where(_E.start >= _SINCE, _E.start < _UNTIL)),
    )
)
OF_SERIES = _those(_C.series_id == bindparam("series_id"))
