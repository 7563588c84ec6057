"""The database keeps the audit chain: nothing in it is changed or taken out, whoever asks; only a detail is emptied."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.audit import Entry
from storage import audit, guards
from storage.migrate import migrate
from storage.store import Clash, Store

AT = datetime(2027, 1, 4, 9, 0, 0, 120, tzinfo=UTC)
DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A migrated database of each kind with three entries."""
    sqlite = request.param == "sqlite"
    made = Store(f"sqlite:///{tmp_path}/lap.db" if sqlite else request.getfixturevalue("postgres"))
    migrate(made)
    with made.begin() as tx:
        head = audit.hold_head(tx)
        for n in range(3):
            detail = {"for": "us-ftc", "n": n}
            head = audit.append(tx, head, at=AT, actor="c1", act="note", subject="L", detail=detail, salt=f"salt{n}")
    yield made
    made.close()


def changed(store: Store, statement: str) -> list[Entry]:
    """What a direct *statement* makes of the entries."""
    with store.begin() as tx:
        tx.execute(text(statement))
        return [Entry(**row._mapping) for row in tx.execute(text("SELECT * FROM audit ORDER BY number"))]


FORBIDDEN = (
    "UPDATE audit SET act = 'object' WHERE number = 2",
    "UPDATE audit SET number = 9 WHERE number = 3",
    "UPDATE audit SET detail = '{}' WHERE number = 2",
    "UPDATE audit SET detail = '' WHERE number = 2",
    "UPDATE audit SET detail = '', salt = '', actor = '' WHERE number = 2",
    "DELETE FROM audit WHERE number = 3",
    "DELETE FROM audit WHERE number = 1",
)


def test_an_entry_is_not_changed_and_not_taken_out(store: Store) -> None:
    for statement in FORBIDDEN:
        with pytest.raises(Clash, match="never changed or taken out"):
            changed(store, statement)


def test_a_detail_is_emptied_together_with_its_salt(store: Store) -> None:
    entries = changed(store, "UPDATE audit SET detail = '', salt = '' WHERE number = 2")
    assert [e.erased for e in entries] == [False, True, False]


@pytest.mark.postgres
def test_the_record_is_not_truncated(postgres: str) -> None:
    store = Store(postgres)
    migrate(store)
    with pytest.raises(Clash, match="never changed or taken out"):
        changed(store, "TRUNCATE audit")
    store.close()


def test_guards_that_lie_already_are_laid_again_and_hold(store: Store) -> None:
    with store.begin() as tx:
        guards.lay(tx)
    with pytest.raises(Clash, match="never changed or taken out"):
        changed(store, "DELETE FROM audit")


def test_the_head_moves_with_each_entry(store: Store) -> None:
    with store.begin() as tx:
        last = tx.execute(text("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1")).one()
        assert tuple(tx.execute(text("SELECT number, hash FROM audit_head")).one()) == tuple(last)
        assert last.number == 3
