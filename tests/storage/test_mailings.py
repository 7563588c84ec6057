"""Who was told too late is found by an index, since the outbox keeps what has left for months."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from storage.mailings import told_too_late
from storage.migrate import migrate
from storage.store import Store

ENDS = datetime(2027, 1, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize("call_id", ["a call", None])
def test_no_look_for_who_was_told_too_late_reads_the_whole_outbox(tmp_path: Path, call_id: str | None) -> None:
    store, plans = Store(f"sqlite:///{tmp_path}/lap.db"), list[str]()
    migrate(store)

    def explain(_: Any, cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        plans.extend(row[3] for row in cursor.fetchall())

    event.listen(store.engine, "before_cursor_execute", explain)
    with store.read() as tx:
        assert told_too_late(tx, "circulation", call_id, ["one round", "another"], ENDS) == []
    store.close()
    [found] = [plan for plan in plans if "outbox" in plan]
    assert found.startswith("SEARCH outbox USING INDEX")
