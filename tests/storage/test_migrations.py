"""A migrated database is what the tables describe, on SQLite and on PostgreSQL, and is migrated whole or not at all."""

import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from storage import guards
from storage.archive_index import WORDS
from storage.migrate import alembic_config, head, is_at_head, migrate
from storage.store import Store, Unavailable
from storage.tables import metadata
from tests.bot.refusals import refusal_of

DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


LAID = tuple(f"{WORDS}{part}" for part in ("", "_data", "_idx", "_docsize", "_config"))
"""What ``storage.archive`` lays for the search: SQLite's own tables, PostgreSQL's index."""


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "postgres":
        address: str = request.getfixturevalue("postgres")
        return address
    return f"sqlite:///{tmp_path}/lap.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    made = Store(url)
    yield made
    made.close()


def index(reflected: Any) -> tuple[str, ...]:
    where = {str(condition) for condition in reflected.get("dialect_options", {}).values()}
    return reflected["name"], str(reflected["column_names"]), str(reflected["unique"]), str(sorted(where))


def shape(store: Store, schema: str | None = None) -> dict[str, Any]:
    """What the database says of itself: every column, key, check and index of every table, in one order."""
    with store.engine.connect() as connection:
        look = inspect(connection)
        return {
            name: {
                "columns": sorted((c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(name, schema)),
                "key": look.get_pk_constraint(name, schema),
                "foreign": sorted(map(str, look.get_foreign_keys(name, schema))),
                "unique": sorted(map(str, look.get_unique_constraints(name, schema))),
                "checks": sorted((c["name"], c["sqltext"]) for c in look.get_check_constraints(name, schema)),
                "indexes": sorted(map(index, look.get_indexes(name, schema))),
            }
            for name in look.get_table_names(schema)
            if name != "alembic_version"
        }


def test_a_migrated_database_has_the_tables_of_the_program(store: Store) -> None:
    """When this fails, the tables have changed: `make migration` writes what is lacking."""
    migrate(store)
    with store.begin() as tx:
        opts = {"compare_type": True, "include_object": lambda of, name, *_: not str(name or "").endswith(LAID)}
        assert compare_metadata(MigrationContext.configure(tx, opts=opts), metadata) == []
    migrated = shape(store)
    metadata.drop_all(store.engine)
    metadata.create_all(store.engine)
    with store.begin() as tx:
        guards.lay(tx)
    assert migrated == shape(store)


def test_every_constraint_has_a_name(store: Store) -> None:
    migrate(store)
    with store.engine.connect() as connection:
        look = inspect(connection)
        nameless = [
            (table, kind)
            for table in look.get_table_names()
            if table != "alembic_version" and not table.endswith(LAID)
            for kind, found in (
                ("key", [look.get_pk_constraint(table)]),
                ("foreign", look.get_foreign_keys(table)),
                ("unique", look.get_unique_constraints(table)),
                ("check", look.get_check_constraints(table)),
            )
            for constraint in found
            if not constraint["name"]
        ]
    assert nameless == []


def test_migrating_twice_changes_nothing(store: Store) -> None:
    assert (is_at_head(store), migrate(store), is_at_head(store), migrate(store)) == (False, True, True, False)


def test_the_head_is_the_highest_number(store: Store) -> None:
    with store.begin() as tx:
        assert ScriptDirectory.from_config(alembic_config(tx)).get_heads() == [head()]


def test_a_migration_that_fails_leaves_the_database_as_it_was(store: Store) -> None:
    with store.begin() as tx:
        tx.execute(text("CREATE TABLE step (lonely INTEGER)"))
    with pytest.raises((Unavailable, DBAPIError)):
        migrate(store)
    with store.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["step"]


def test_a_database_of_a_newer_program_is_refused_with_both_versions(store: Store) -> None:
    migrate(store)
    with store.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert refusal_of(lambda: migrate(store)) == (
        f"The database was made by a newer lap (its version is 9999, this one's is {head()}). "
        "Install that release again, or give another DATABASE_URL."
    )


@pytest.mark.postgres
def test_two_processes_that_migrate_at_once_do_it_once(postgres: str) -> None:
    stores, done = [Store(postgres), Store(postgres)], list[bool]()
    threads = [threading.Thread(target=lambda store=store: done.append(migrate(store))) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), is_at_head(stores[0])) == (2, True)
    for store in stores:
        store.close()


def test_a_new_file_is_for_its_owners_eyes_only(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/new.db")
    migrate(store)
    store.close()
    assert stat.S_IMODE((tmp_path / "new.db").stat().st_mode) == 0o600
