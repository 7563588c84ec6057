"""One process wakes another through PostgreSQL, and listens again after its connection was lost."""

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from handlers.clock.courier import Courier
from storage.bell import CHANNEL, Bell, ring
from storage.store import Store

SOON = 5.0
"""Seconds; the beat that would come instead is not part of these tests."""


@pytest.fixture
def store(postgres: str) -> Iterator[Store]:
    made = Store(postgres)
    yield made
    made.close()


def test_what_a_commit_in_one_process_leaves_wakes_the_courier_of_another(store: Store, postgres: str) -> None:
    rounds, other = threading.Semaphore(0), Store(postgres)
    worker, web = Courier(), Courier()
    worker.start(lambda: bool(rounds.release()))
    web.start(lambda: ring(other))
    bell = Bell(store, worker.wake)
    bell.start()
    assert rounds.acquire(timeout=SOON)  # it looks once when it begins to listen
    web.wake()
    assert rounds.acquire(timeout=SOON)
    bell.stop()
    web.stop()
    worker.stop()
    other.close()


def test_a_listener_that_lost_its_connection_listens_again(store: Store, postgres: str) -> None:
    heard = threading.Semaphore(0)
    bell = Bell(store, heard.release, again=0.05)
    bell.start()
    assert heard.acquire(timeout=SOON)
    with psycopg.connect(postgres.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = %s", [f"LISTEN {CHANNEL}"]
        )
    assert heard.acquire(timeout=SOON)
    ring(store)
    assert heard.acquire(timeout=SOON)
    bell.stop()


def test_a_bell_ends_when_it_is_told_to_though_the_database_is_gone(store: Store) -> None:
    gone = Store(str(store.url.set(database="nowhere").render_as_string(hide_password=False)))
    bell = Bell(gone, lambda: None, again=30.0)
    bell.start()
    begun = time.monotonic()
    bell.stop()
    assert time.monotonic() - begun < SOON
    gone.close()
