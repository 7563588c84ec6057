"""The bench measures on what the page of goals names: so many calls, items and lines, and an audit chain that holds."""

from pathlib import Path

from sqlalchemy import func, select

from bot.audit import Entry, Head, next_entry
from storage.migrate import migrate
from storage.store import Store
from storage.tables import ActionItemRow, AgendaItemRow, AuditRow, CallRow, MinuteEntryRow, SegmentRow
from tests.bench import data
from tests.cast import NOW

COUNTS = {CallRow: 18, SegmentRow: 60, AgendaItemRow: 400, MinuteEntryRow: 2000, ActionItemRow: 300, AuditRow: 5000}


def filled(folder: Path) -> Store:
    store = Store(f"sqlite:///{folder}/data.db")
    migrate(store)
    data.fill(store, NOW)
    return store


def test_the_data_set_has_the_size_of_the_goals(tmp_path: Path) -> None:
    store = filled(tmp_path)
    with store.read() as tx:
        counted = {table: tx.execute(select(func.count()).select_from(table)).scalar_one() for table in COUNTS}
    store.close()
    assert counted == COUNTS


def test_each_audit_entry_of_the_data_set_is_chained_to_the_one_before(tmp_path: Path) -> None:
    store = filled(tmp_path)
    with store.read() as tx:
        rows = tx.execute(select(*AuditRow.__table__.columns).order_by(AuditRow.number)).all()  # type: ignore[attr-defined]
    store.close()
    entries = [Entry(**row._mapping) for row in rows]
    heads = [Head(), *(entry.head for entry in entries)]
    fields = ("at", "actor", "act", "subject", "detail", "salt")
    chained = [next_entry(h, **{f: getattr(e, f) for f in fields}) for h, e in zip(heads, entries, strict=False)]
    assert chained == entries
