"""Holds that the database of the tests is a real PostgreSQL, new for each test, and that times come back in UTC."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from storage import requests
from storage.store import Store
from tests.cast import Cast

pytestmark = pytest.mark.postgres


def test_each_test_gets_an_empty_database(postgres: str) -> None:
    store = Store(postgres)
    with store.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar() == 0
    store.close()


def test_times_come_back_in_utc_whatever_the_zone_of_the_server(postgres_cast: Cast) -> None:
    at = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
    store = postgres_cast.desk.store
    with store.begin() as tx:
        requests.enter(tx, 1, "U1", None, "ABC234", ("propose", "ABC234"), at)
        found, _ = requests.last_entered(tx, "U1", "", "", "")
    assert found is not None
    assert (found.at, found.at.tzinfo) == (at, UTC)
