"""Owns the proof that SQLite's log and the index of words are put in order without anybody who commits doing it."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import archive_index
from storage.migrate import migrate
from storage.store import Store, Tx

MANY = 100
"""More texts than SQLite, left to itself, keeps apart (sixteen)."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'lap.db'}")
    with store.begin() as tx:
        tx.exec_driver_sql("CREATE TABLE said (line TEXT)")
    yield store
    store.close()


def nothing(_: Tx) -> None:
    """There is no index."""


def in_the_file_alone(store: Store, to: Path) -> list[str]:
    """The tables that stand in the file, without its log."""
    assert store.file is not None
    copy = shutil.copyfile(store.file, to)
    with sqlite3.connect(copy) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]


def test_what_was_committed_is_brought_into_the_file(store: Store, tmp_path: Path) -> None:
    assert in_the_file_alone(store, tmp_path / "before.db") == []
    store.tidy(nothing)
    assert in_the_file_alone(store, tmp_path / "after.db") == ["said"]


def test_it_waits_for_nobody_who_reads(store: Store) -> None:
    with store.read() as reading:
        assert not reading.exec_driver_sql("SELECT line FROM said").all()
        with store.begin() as writing:
            writing.exec_driver_sql("INSERT INTO said VALUES ('agreed')")
        store.tidy(nothing)
        assert not reading.exec_driver_sql("SELECT line FROM said").all()
    with store.read() as tx:
        assert tx.exec_driver_sql("SELECT line FROM said").all() == [("agreed",)]


def test_a_store_is_untidy_from_the_first_write_to_the_next_time(store: Store) -> None:
    assert store.untidy
    store.tidy(nothing)
    assert not store.untidy
    with store.begin() as tx:
        tx.exec_driver_sql("INSERT INTO said VALUES ('agreed')")
    assert store.untidy


def test_who_commits_a_few_thousand_pages_makes_no_checkpoint(store: Store, tmp_path: Path) -> None:
    for _ in range(6):
        with store.begin() as tx:
            tx.exec_driver_sql("INSERT INTO said VALUES (hex(zeroblob(3000000)))")  # more than a thousand pages
    assert in_the_file_alone(store, tmp_path / "still.db") == []


def test_texts_that_came_one_by_one_are_put_together_when_asked(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'texts.db'}")
    migrate(store)
    for n in range(MANY):
        with store.begin() as tx:
            tx.exec_driver_sql(
                "INSERT INTO archive (kind, reference, closed, label, words) VALUES ('line', ?, 0, 'TLP:GREEN', ?)",
                (f"L{n}", f"gateway {n} of the operation"),
            )
    apart = places(store)
    store.tidy(archive_index.merge)
    with store.read() as tx:
        found = tx.exec_driver_sql("SELECT count(*) FROM archive_words WHERE archive_words MATCH 'gateway'").scalar()
    assert (apart, places(store), found) == (MANY, 1, MANY)
    store.close()


def places(store: Store) -> int:
    """In how many places a search looks for a word."""
    with store.read() as tx:
        rows = tx.exec_driver_sql("SELECT count(DISTINCT segid) FROM archive_words_idx").scalar()
    return int(rows or 0)
