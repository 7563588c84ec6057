"""Holds that the database of the tests is a real PostgreSQL, new for each test, and that times come back in UTC."""

from datetime import UTC

import pytest
from sqlalchemy import text

from bot.proposing import read_proposal
from handlers.agenda import propose_item
from storage import mailed, requests
from storage.store import Store
from tests.cast import Cast
from tests.lists import with_call

pytestmark = pytest.mark.postgres


def test_each_test_gets_an_empty_database(postgres: str) -> None:
    store = Store(postgres)
    with store.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar() == 0
    store.close()


def test_times_come_back_in_utc_whatever_the_zone_of_the_server(postgres_cast: Cast) -> None:
    with_call(postgres_cast)
    who = postgres_cast.actor("fr-cnil")
    propose_item(postgres_cast.desk, who, read_proposal("next cases Robocalls", postgres_cast.desk.procedure.topics))
    with postgres_cast.desk.store.read() as tx:
        found, _ = requests.last_entered(tx, who.user, who.contact.id, "", "")
    assert found is not None
    assert (found.at, found.at.tzinfo) == (postgres_cast.clock(), UTC)


def test_the_numbers_of_a_mailbox_take_32_bits(postgres_cast: Cast) -> None:
    most = 2**32 - 1
    with postgres_cast.desk.store.begin() as tx:
        mailed.move_on(tx, "calls", most, most)
    with postgres_cast.desk.store.read() as tx:
        assert mailed.read_until(tx, "calls", most) == most
