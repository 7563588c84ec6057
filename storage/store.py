"""Owns the engine and the transactions; what is read and written in them belongs to the query files."""

import re
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from bot.archive import words_in
from storage.fence import BetweenProcesses, Fences, OneProcess

Tx = Connection
"""One transaction; queries take it as their first argument."""

WRITE_WAIT_SECONDS = 2.0
TURN_SECONDS = 5.0
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=2000",
    "secure_delete=ON",  # what was erased is gone from the file, too; some builds of SQLite have it so, not all
    "wal_autocheckpoint=32000",  # pages, 128 MB: who commits does not tidy up, `Store.tidy` does
)


@cache
def insert_on(dialect: str) -> Callable[[Any], Any]:
    """The INSERT of that database, which knows ``on_conflict_do_update`` and ``on_conflict_do_nothing``.

    Read when first asked for: PostgreSQL's takes a twentieth of the start, and who runs SQLite never needs it.
    """
    made: Callable[[Any], Any] = import_module(f"sqlalchemy.dialects.{dialect}").insert
    return made


def insert_into(tx: Tx, table: Any) -> Any:
    """An INSERT of the database at hand, as in ``insert_on``."""
    return insert_on(tx.dialect.name)(table)


class Clash(Exception):
    """Another transaction or a random reference came in between: the whole act may be run again."""


class Unavailable(Exception):
    """The database cannot take it now; ``why`` is one of ``full``, ``read-only``, ``busy``, ``gone``, ``damaged``
    (the audit record: ``storage.audit``)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


_REASONS = (
    ("full", re.compile(r"disk is full|no space left|disk full|could not extend", re.I)),
    ("read-only", re.compile(r"readonly|read-only", re.I)),
    ("busy", re.compile(r"database is locked|lock timeout|canceling statement due to lock", re.I)),
    ("gone", re.compile(r"file is not a database|malformed", re.I)),
)
_RETRIED = re.compile(r"could not serialize|deadlock detected", re.I)


class Store:
    """The database: ``begin()`` is one writing transaction, ``read()`` one reading transaction.

    On SQLite one process-wide lock lets one writer in at a time (measured steadier than SQLite's own waiting) and a
    writing transaction opens with BEGIN IMMEDIATE; on PostgreSQL acts take the audit head's row lock instead.
    """

    def __init__(self, url: str, *, pool_size: int = 24, read_only: bool = False) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writing = threading.Lock()
        self._written = self._tidied = 0
        in_memory = self.is_sqlite and self.url.database in (None, "", ":memory:")
        pool: dict[str, Any] = {}
        if not in_memory:  # the last connection first: it has pages and statements at hand
            pool = {"pool_size": pool_size, "max_overflow": 0, "pool_timeout": 10, "pool_use_lifo": True}
        # What people wrote stays out of the texts of errors, and so out of the log.
        self.engine = create_engine(_read_only(self.url) if read_only else self.url, hide_parameters=True, **pool)
        self._fences: Fences = OneProcess() if self.is_sqlite else BetweenProcesses(self.engine)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _set_pragmas)
            event.listen(self.engine, "begin", _begin)

    @contextmanager
    def begin(self, *, lasting: bool = True) -> Iterator[Tx]:
        """One writing transaction, committed at the end of the block, rolled back on any exception.

        One that is not *lasting* waits for no disk: what it writes outlives this process, however that ends, and can be
        lost only with the machine's power, together with all that was written after it but nothing before.
        Raises Clash where the act may be run again, Unavailable where the database cannot take it: also where SQLite
        undid all that was written, as it does on a full disk, and whoever wrote went on.
        """
        if self.is_sqlite and not self._writing.acquire(timeout=WRITE_WAIT_SECONDS):
            raise Unavailable("busy")
        try:
            with self._transaction("BEGIN IMMEDIATE", lasting=lasting) as tx:
                yield tx
        finally:
            self._written += 1
            if self.is_sqlite:
                self._writing.release()

    @property
    def written(self) -> int | None:
        """How many writing transactions have ended: as long as it stays the same, everything is as it was. Exact where
        one process writes alone; None on PostgreSQL, where others do."""
        return self._written if self.is_sqlite else None

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """One reading transaction: everything in it is seen at one moment, whatever is committed meanwhile. A part that
        was read as joint, with lines that were entered once it was closed, would be cut by what was true before."""
        with self._transaction("BEGIN", at_one_moment=True) as tx:
            yield tx

    @contextmanager
    def _transaction(self, begin: str, *, lasting: bool = True, at_one_moment: bool = False) -> Iterator[Tx]:
        """Commits at the end, rolls back on any exception; on SQLite by the driver's own words, as SQLAlchemy's care
        for a transaction takes longer than a short one itself (`make bench`, row 1)."""
        with _translated(), self.engine.connect() as tx:
            driver = tx.connection.driver_connection
            if not isinstance(driver, sqlite3.Connection):
                if at_one_moment:  # said with BEGIN: no statement more, and the pool takes it back
                    tx.execution_options(isolation_level="REPEATABLE READ")
                with tx.begin():
                    if not lasting:
                        tx.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")
                    yield tx
                return
            if not lasting:
                driver.execute("PRAGMA synchronous=NORMAL")
            try:
                driver.execute(begin)
                try:
                    yield tx
                    if not driver.in_transaction:
                        raise Unavailable("full")  # SQLite undid all of it by itself, and somebody went on
                    driver.commit()
                except BaseException:
                    driver.rollback()
                    raise
            finally:
                if not lasting:
                    driver.execute("PRAGMA synchronous=FULL")

    @contextmanager
    def sending(self, person: str, seconds: float = TURN_SECONDS) -> Iterator[bool]:
        """Holds the person's fence while they are written to; False where another sender keeps its turn that long."""
        with self._fences.sending(person, seconds) as held:
            yield held

    def still_sending(self, persons: Collection[str], seconds: float = 0.0) -> frozenset[str]:
        """Those of *persons* to whom something is leaving that was begun before this was asked, after *seconds*."""
        return self._fences.inside(persons, seconds) if persons else frozenset()

    def answers(self) -> bool:
        """Whether the database answers."""
        try:
            with self.read() as tx:
                tx.execute(text("SELECT 1"))
        except Unavailable:
            return False
        return True

    @property
    def untidy(self) -> bool:
        """Whether somebody wrote since ``tidy``; never on PostgreSQL, which tidies up by itself."""
        return self.is_sqlite and self._tidied != self._written

    def tidy(self, merge: Callable[[Tx], None]) -> None:
        """Has *merge* put together what was written into the index of words, and brings what was committed from
        SQLite's log into its file, beside those who read and write.

        Left to SQLite, whoever commits the thousandth page, or the sixty-fourth text, does it, and waits for it.
        """
        if self.is_sqlite:
            with self.begin(lasting=False) as tx:
                self._tidied = self._written + 1  # this one's own; what others write from now on is for the next time
                merge(tx)
            with _translated(), self.engine.connect() as connection:
                driver = connection.connection.driver_connection
                if isinstance(driver, sqlite3.Connection):
                    driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database; None for one in memory and for a server."""
        in_memory = self.url.database in (None, "", ":memory:")
        return None if not self.is_sqlite or in_memory else Path(str(self.url.database))

    def server_version(self) -> tuple[int, ...]:
        """The version of SQLite or PostgreSQL, as numbers."""
        with self.read() as tx:
            found = tx.dialect.server_version_info or ()
        return tuple(part for part in found if isinstance(part, int))

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def undone_alone(tx: Tx) -> Iterator[None]:
    """What the block writes is undone where it raises, and nothing else of the transaction."""
    cursor = tx.connection.cursor()
    cursor.execute("SAVEPOINT alone")
    try:
        yield
    except BaseException:
        cursor.execute("ROLLBACK TO SAVEPOINT alone")
        raise
    finally:
        cursor.execute("RELEASE SAVEPOINT alone")


def _read_only(url: URL) -> URL:
    """*url* so that nothing is written through it: only SQLite, with its one writing process, needs that."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return url
    return url.set(database=f"file:{quote(str(url.database))}", query={"mode": "ro", "uri": "true"})


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:  # SQLite's own come from ``storage.prepared``
        told = str(error.orig if isinstance(error, DBAPIError) else error)
        if isinstance(error, DBAPIError):
            told = _without_rows(error, told)
        if isinstance(error, IntegrityError | sqlite3.IntegrityError) or _RETRIED.search(told):
            raise Clash(told) from error
        why = next((name for name, pattern in _REASONS if pattern.search(told)), None)
        if why is None and not isinstance(error, OperationalError | sqlite3.OperationalError):
            raise
        raise Unavailable(why or "gone") from error


def _without_rows(error: DBAPIError, told: str) -> str:
    """What PostgreSQL said, without the row and the values that it repeats (DETAIL, LINE); *error* says no more either,
    wherever it is logged. In a wrong value (class 22) the first line repeats it, too."""
    diag: Any = getattr(error.orig, "diag", None)
    if diag is None or diag.message_primary is None or error.orig is None:
        return told
    says = f"SQLSTATE {diag.sqlstate}" if str(diag.sqlstate).startswith("22") else str(diag.message_primary)
    error.orig.args = (says,)
    error.args = (f"({type(error.orig).__name__}) {says}",)
    return says


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver opens no transactions of its own: `_begin` does
    connection.create_function("lap_words", 1, words_in, deterministic=True)  # the triggers of ``archive`` call it
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        try:
            cursor.execute(f"PRAGMA {pragma}")
        except Exception:  # a read-only file cannot change its journal mode; it is told when something is written
            if "journal_mode" not in pragma:
                raise
    cursor.close()


def _begin(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    if driver is not None and not driver.in_transaction:  # who asks past ``Store`` begins here
        driver.execute("BEGIN")
