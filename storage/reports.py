"""Owns the queries of early-warning reports and of the briefings that they were gathered into."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, insert, select, update

from bot.confidentiality import Tlp
from bot.reports import Report
from storage.store import Tx
from storage.tables import ReportRow, columns

_R = columns(ReportRow)
_REPORT = [_R[name] for name in Report.__slots__]
_OLDEST_FIRST = (_R.at, _R.reference)


def add(tx: Tx, report: Report) -> None:
    """Writes a new report; a reference drawn twice clashes."""
    tx.execute(insert(ReportRow).values(**_values(report)))


def save(tx: Tx, report: Report) -> None:
    """Writes a report as it is now."""
    tx.execute(update(ReportRow).where(_R.reference == report.reference).values(**_values(report)))


def gather(tx: Tx, references: Collection[str], call_id: str) -> None:
    """Those reports went to the Agencies with the briefing of that call."""
    tx.execute(update(ReportRow).where(_R.reference.in_(list(references))).values(call_id=call_id))


def find(tx: Tx, reference: str) -> Report | None:
    """The report with that reference, taken back or not."""
    return next(iter(_reports(tx, select(*_REPORT).where(_R.reference == reference))), None)


def waiting(tx: Tx) -> list[Report]:
    """The reports that were neither gathered nor taken back, oldest first."""
    return _reports(tx, WAITING)


def briefed(tx: Tx, call_id: str, *, and_waiting: bool = False) -> list[Report]:
    """The reports of the briefing of that call, and, where asked for, those that wait; oldest first."""
    wanted = (_R.call_id == call_id) | _R.call_id.is_(None) if and_waiting else _R.call_id == call_id
    return _reports(tx, _standing().where(wanted))


def of_organisation(tx: Tx, participant_id: str, since: datetime) -> list[Report]:
    """What an organisation reported since then and did not take back, oldest first."""
    return _reports(tx, _standing().where(_R.participant_id == participant_id, _R.at >= since))


def _standing() -> Select[Any]:
    return select(*_REPORT).where(_R.taken_back_at.is_(None))


LABELLED = _standing().where(_R.label.in_(bindparam("labels", expanding=True)), _R.at >= bindparam("since"))
"""The reports since then that have one of those labels and were not taken back, in no order."""
WAITING = _standing().where(_R.call_id.is_(None))
"""The reports that were neither gathered nor taken back, in no order."""


def _reports(tx: Tx, query: Select[Any]) -> list[Report]:
    return list(map(to_report, tx.execute(query.order_by(*_OLDEST_FIRST))))


def to_report(row: Iterable[Any]) -> Report:
    """A row with the columns of ``Report``, in their order."""
    reference, participant_id, contact_id, text, label, *rest = row
    return Report(reference, participant_id, contact_id, text, Tlp(label), *rest)


def _values(report: Report) -> dict[str, object]:
    return {name: getattr(report, name) for name in Report.__slots__}
