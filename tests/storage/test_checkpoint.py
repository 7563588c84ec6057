"""Owns the proof that what is committed comes from SQLite's log into its file without anybody who commits doing it."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'lap.db'}")
    with store.begin() as tx:
        tx.exec_driver_sql("CREATE TABLE said (line TEXT)")
    yield store
    store.close()


def in_the_file_alone(store: Store, to: Path) -> list[str]:
    """The tables that stand in the file, without its log."""
    assert store.file is not None
    copy = shutil.copyfile(store.file, to)
    with sqlite3.connect(copy) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]


def test_a_checkpoint_brings_what_was_committed_into_the_file(store: Store, tmp_path: Path) -> None:
    assert in_the_file_alone(store, tmp_path / "before.db") == []
    store.checkpoint()
    assert in_the_file_alone(store, tmp_path / "after.db") == ["said"]


def test_it_waits_for_nobody_who_reads_or_writes(store: Store) -> None:
    with store.read() as reading, store.begin() as writing:
        assert not reading.exec_driver_sql("SELECT line FROM said").all()
        writing.exec_driver_sql("INSERT INTO said VALUES ('agreed')")
        store.checkpoint()
        assert not reading.exec_driver_sql("SELECT line FROM said").all()
    with store.read() as tx:
        assert tx.exec_driver_sql("SELECT line FROM said").all() == [("agreed",)]


def test_who_commits_a_few_thousand_pages_makes_no_checkpoint(store: Store, tmp_path: Path) -> None:
    for _ in range(3):
        with store.begin() as tx:
            tx.exec_driver_sql("INSERT INTO said VALUES (hex(zeroblob(3000000)))")  # more than a thousand pages
    assert in_the_file_alone(store, tmp_path / "still.db") == []
