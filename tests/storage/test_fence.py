"""The fence around each person, in one process and between processes on PostgreSQL: who waits for whom, how long."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from storage.store import Store
from tests.cast import Cast


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Store:
    name = "cast" if request.param == "sqlite" else "postgres_cast"
    made: Cast = request.getfixturevalue(name)
    return made.desk.store


@contextmanager
def sending(store: Store, person: str, leaves: threading.Event) -> Iterator[None]:
    """Somebody who is inside the fence of *person* from here until *leaves* is set."""
    inside = threading.Event()

    def send() -> None:
        with store.sending(person) as mine:
            assert mine
            inside.set()
            leaves.wait(10)

    thread = threading.Thread(target=send)
    thread.start()
    assert inside.wait(10)
    try:
        yield
    finally:
        leaves.set()
        thread.join(10)


def test_nobody_is_inside_where_nobody_sends(store: Store) -> None:
    assert store.still_sending({"a", "b"}, 1.0) == frozenset()


def test_who_is_inside_is_waited_for_and_no_longer_than_was_said(store: Store) -> None:
    with sending(store, "a", threading.Event()):
        began = time.monotonic()
        still = store.still_sending({"a", "b"}, 0.2)
        took = time.monotonic() - began
    assert (still, took < 1.0) == (frozenset({"a"}), True)


def test_who_leaves_in_time_is_inside_no_more(store: Store) -> None:
    leaves = threading.Event()
    threading.Timer(0.1, leaves.set).start()
    with sending(store, "a", leaves):
        assert (store.still_sending({"a"}, 5.0), leaves.is_set()) == (frozenset(), True)


def test_many_persons_share_one_deadline(store: Store) -> None:
    leaves, people = threading.Event(), [f"p{n}" for n in range(4)]
    with sending(store, "p0", leaves), sending(store, "p1", leaves), sending(store, "p2", leaves):
        began = time.monotonic()
        still = store.still_sending(people, 0.3)
        assert (still, time.monotonic() - began < 1.0) == ({"p0", "p1", "p2"}, True)


def test_who_begins_after_the_question_is_not_waited_for(store: Store) -> None:
    first, asked = threading.Event(), threading.Event()
    began = threading.Event()

    def next_one() -> None:
        with store.sending("a", 5.0) as mine:
            assert mine
            began.set()
            asked.wait(10)

    with sending(store, "a", first):
        follower = threading.Thread(target=next_one)
        follower.start()
        threading.Timer(0.2, first.set).start()
        still = store.still_sending({"a"}, 5.0)
    asked.set()
    follower.join(10)
    assert (still, began.is_set()) == (frozenset(), True)


def test_one_person_is_written_to_by_one_at_a_time(store: Store) -> None:
    with sending(store, "a", threading.Event()), store.sending("a", 0.1) as mine:
        assert not mine
