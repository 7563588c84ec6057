"""Owns the cases of ``storage.store``: what a transaction waits for, what of it is undone, what counts as written."""

import traceback
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, ProgrammingError

from storage import marks
from storage.store import Clash, Unavailable, undone_alone
from tests.cast import Cast

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


def test_only_a_lasting_transaction_waits_for_the_disk(cast: Cast) -> None:
    found = []
    for lasting in (True, False, True):
        with cast.desk.store.begin(lasting=lasting) as tx:
            found.append(tx.execute(text("PRAGMA synchronous")).scalar())
    assert found == [2, 1, 2]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def each_cast(request: pytest.FixtureRequest) -> Cast:
    made: Cast = request.getfixturevalue("cast" if request.param == "sqlite" else "postgres_cast")
    return made


def test_what_goes_wrong_in_a_part_of_a_transaction_is_undone_alone(each_cast: Cast) -> None:
    with each_cast.desk.store.begin() as tx:
        marks.make(tx, ["kept"], NOW)
        with suppress(KeyError), undone_alone(tx):
            marks.make(tx, ["lost"], NOW)
            raise KeyError
        marks.make(tx, ["after"], NOW)
    with each_cast.desk.store.read() as tx:
        assert marks.made(tx, ["kept", "lost", "after"]) == {"kept", "after"}


def test_a_reading_transaction_sees_one_moment_whatever_is_committed_meanwhile(each_cast: Cast) -> None:
    store = each_cast.desk.store
    with store.read() as tx:
        before = marks.made(tx, ["closed"])
        with store.begin() as other:
            marks.make(other, ["closed"], NOW)
        meanwhile = marks.made(tx, ["closed"])
    with store.read() as tx:
        after = marks.made(tx, ["closed"])
    assert (before, meanwhile, after) == (set(), set(), {"closed"})


@pytest.mark.postgres
def test_a_writing_transaction_on_postgresql_goes_on_with_what_others_committed(postgres_cast: Cast) -> None:
    """It waits for the audit head first, and then has to see what it waited for: also on a connection that read."""
    store = postgres_cast.desk.store
    with store.read() as tx:
        marks.made(tx, ["kept"])
    with store.begin() as tx:
        marks.made(tx, ["kept"])
        with store.begin() as other:
            marks.make(other, ["kept"], NOW)
        assert marks.made(tx, ["kept"]) == {"kept"}


def test_a_transaction_counts_as_written_whatever_became_of_it(cast: Cast) -> None:
    store = cast.desk.store
    before = store.written
    assert before is not None
    with store.begin(lasting=False) as tx:
        marks.make(tx, ["one"], NOW)
    with pytest.raises(KeyError), store.begin():
        raise KeyError
    with store.read():
        pass
    assert store.written == before + 2


def test_on_postgresql_others_write_too_and_what_need_not_last_waits_for_no_disk_either(postgres_cast: Cast) -> None:
    store = postgres_cast.desk.store
    with store.begin() as tx:  # the tests' own server waits for no disk at all
        tx.execute(text("SET synchronous_commit TO ON"))
    with store.begin(lasting=False) as tx:
        quick = tx.execute(text("SHOW synchronous_commit")).scalar()
    with store.begin() as tx:
        lasting = tx.execute(text("SHOW synchronous_commit")).scalar()
    assert (store.written, quick, lasting) == (None, "off", "on")


def test_nothing_of_a_transaction_that_the_database_undid_by_itself_passes_for_written(cast: Cast) -> None:
    """On a full disk SQLite undoes more than the statement: what goes wrong in a part then is not undone alone."""

    def write() -> None:
        with cast.desk.store.begin() as tx:
            marks.make(tx, ["claimed"], NOW)
            pages = tx.execute(text("PRAGMA page_count")).scalar()
            tx.execute(text(f"PRAGMA max_page_count={pages}"))
            with suppress(Exception), undone_alone(tx):
                marks.make(tx, [f"{n:06}" * 99 for n in range(999)], NOW)
            tx.execute(text("PRAGMA max_page_count=4294967294"))

    with pytest.raises(Unavailable) as told:
        write()
    with cast.desk.store.read() as tx:
        assert (told.value.why, marks.made(tx, ["claimed"])) == ("full", set())


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("statement", "raises"),
    [
        ("UPDATE participant SET kind = 'Operation Heron'", Clash),
        ("INSERT INTO participant SELECT * FROM participant", Clash),
        ("SELECT CAST(name || 'Operation Heron' AS integer) FROM participant", DataError),
        ("SELECT 'Operation Heron' FROM nowhere", ProgrammingError),
    ],
)
def test_what_goes_wrong_on_postgresql_repeats_no_row_and_no_value_wherever_it_is_logged(
    postgres_cast: Cast, statement: str, raises: type[Exception]
) -> None:
    def fails() -> None:
        with postgres_cast.desk.store.begin() as tx:
            tx.exec_driver_sql(statement)

    with pytest.raises(raises) as told:
        fails()
    logged = "".join(traceback.format_exception(told.value)).replace(statement, "")
    assert [words for words in ("Heron", "Australian", "au-acma") if words in logged] == []
