"""A prepared statement does what SQLAlchemy would do with it; only the way to SQLite is shorter."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import bindparam, delete, insert, select

from bot.calls import CallKind, CallState
from bot.series import Cadence
from storage.migrate import migrate
from storage.prepared import Prepared
from storage.store import Clash, Store, Unavailable
from storage.tables import CallRow, MarkRow, SeriesRow, columns
from tests.statements import heard

AT = datetime(2027, 1, 4, 9, 0, 0, 120, tzinfo=UTC)
SERIES = tuple(c.name for c in columns(SeriesRow))
CALL = ("id", "title", "kind", "state", "start", "created_at", "only", "live_cleared", "list_early")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path_factory.mktemp('prepared')}/lap.db")
    migrate(made)
    yield made
    made.close()


def kept(store: Store, table: Any, names: Sequence[str], row: Mapping[str, Any]) -> list[Any]:
    """What comes back of *row*, written as *names*; it is taken out again."""
    asked = [columns(table)[name] for name in names]
    of_it = columns(table).id == bindparam("it")
    with store.begin() as tx:
        Prepared(insert(table), names).write(tx, row)
        found = Prepared(select(*asked).where(of_it)).rows(tx, it=row["id"])
        tx.execute(delete(table).where(of_it), {"it": row["id"]})
    return [list(values) for values in found]


def write_marks(store: Store, *names: str) -> None:
    with store.begin() as tx:
        Prepared(insert(MarkRow), ("name", "at")).write(tx, *({"name": name, "at": AT} for name in names))


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
ROWS = st.fixed_dictionaries(
    {
        "id": TEXTS, "title": TEXTS, "cadence": st.sampled_from(Cadence), "first": st.dates(), "local": st.times(),
        "zone": TEXTS, "minutes": st.integers(-(2**63), 2**63 - 1), "ended_at": st.none() | MOMENTS,
        "drafted_until": st.none() | st.dates(),
    }
)  # fmt: skip


@given(ROWS)
def test_what_is_written_is_read_back_whichever_way_it_goes(store: Store, row: dict[str, Any]) -> None:
    straight = kept(store, SeriesRow, SERIES, row)
    with heard(store) as said:
        by_sqlalchemy = kept(store, SeriesRow, SERIES, row)
    assert straight == by_sqlalchemy == [[row[name] for name in SERIES]]
    assert [s.split()[0] for s in said] == ["INSERT", "SELECT", "DELETE"]


@pytest.mark.parametrize("yes", [True, False])
def test_yes_and_no_come_back_as_such(store: Store, yes: bool) -> None:
    row: dict[str, Any] = dict(zip(CALL, ("c", "Reports", CallKind.MEMBERS, CallState.DRAFT, AT, AT, ""), strict=False))
    [values] = kept(store, CallRow, CALL, {**row, "live_cleared": yes, "list_early": not yes})
    assert [type(v) for v in values[-2:]] == [bool, bool]
    assert values[-2:] == [yes, not yes]


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="kept with its zone"):
        kept(store, SeriesRow, SERIES, {**dict.fromkeys(SERIES, None), "id": "x", "ended_at": datetime(2027, 1, 1)})


def test_several_rows_are_written_in_one_statement(store: Store) -> None:
    with heard(store) as said:
        write_marks(store, "a", "b")
    assert [s.split()[0] for s in said] == ["INSERT"]


def test_a_row_that_is_there_already_clashes(store: Store) -> None:
    with pytest.raises(Clash, match="UNIQUE"):
        write_marks(store, "the same", "the same")
    with heard(store), pytest.raises(Clash, match="UNIQUE"):
        write_marks(store, "the same", "the same")


def test_a_file_that_cannot_be_written_is_told_as_such(store: Store) -> None:
    reader = Store(str(store.url), read_only=True)
    with pytest.raises(Unavailable, match="read-only"):
        write_marks(reader, "a")
    reader.close()


def test_what_is_not_there_is_none(store: Store) -> None:
    with store.read() as tx:
        assert Prepared(select(columns(SeriesRow).id)).row(tx) is None


def test_dates_are_dates(store: Store) -> None:
    row = {
        "id": "s",
        "title": "",
        "cadence": Cadence.QUARTERLY,
        "first": date(2027, 2, 16),
        "local": time(13),
        "zone": "",
    }
    [values] = kept(store, SeriesRow, SERIES, {**row, "minutes": 90, "ended_at": AT, "drafted_until": None})
    assert values[3:5] == [date(2027, 2, 16), time(13)]
