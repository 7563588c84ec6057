"""Errands are claimed once, whoever claims and however the clock is set, and what goes together is claimed together."""

import threading
from datetime import timedelta

import pytest

from storage import outbox
from storage.outbox import LEASE, Errand
from storage.tables import Door, OutboxState
from tests.cast import Cast

NZ, AU = "c-spam-enforcement@nz-dia.example", "c-spam-enforcement@au-acma.example"


@pytest.fixture(params=["cast", pytest.param("postgres_cast", marks=pytest.mark.postgres)])
def each_cast(request: pytest.FixtureRequest) -> Cast:
    """The cast on SQLite, then on PostgreSQL."""
    made: Cast = request.getfixturevalue(request.param)
    return made


def put(cast: Cast, *errands: tuple[str, str, str]) -> None:
    """Due errands: (id, kind, person)."""
    now = cast.clock()
    with cast.desk.store.begin() as tx:
        outbox.add(tx, [Errand(i, kind, Door.MAIL, who, None, i, 0, False, now, now) for i, kind, who in errands])


def claim(cast: Cast, most: int = 10, goes_with: dict[str, set[str]] | None = None) -> list[str]:
    together = goes_with or {}
    with cast.desk.store.begin() as tx:
        found = outbox.claim(tx, cast.desk.store, cast.clock(), most, lambda kind: together.get(kind, set()))
    return [e.id for e in found]


def test_what_is_leased_is_claimed_again_only_after_the_lease(each_cast: Cast) -> None:
    put(each_cast, ("a", "invitation", NZ))
    assert [claim(each_cast), claim(each_cast)] == [["a"], []]
    each_cast.clock.at += LEASE + timedelta(seconds=1)
    assert claim(each_cast) == ["a"]


def test_an_errand_that_is_there_already_is_not_put_there_twice(each_cast: Cast) -> None:
    put(each_cast, ("a", "digest", NZ))
    put(each_cast, ("a", "digest", NZ), ("b", "digest", AU))
    assert claim(each_cast) == ["a", "b"]


def test_a_lease_of_a_clock_that_was_set_back_holds_nothing_up(each_cast: Cast) -> None:
    put(each_cast, ("a", "invitation", NZ))
    each_cast.clock.advance(days=1)
    assert claim(each_cast) == ["a"]
    each_cast.clock.advance(days=-1)
    assert claim(each_cast) == ["a"]


def test_what_goes_together_is_claimed_together_beyond_the_number(each_cast: Cast) -> None:
    put(each_cast, *((f"r{n}", "reminder", NZ) for n in range(4)), ("x", "action", NZ), ("y", "reminder", AU))
    together = {kind: {"reminder", "action"} for kind in ("reminder", "action")}
    assert sorted(claim(each_cast, 1, together)) == ["r0", "r1", "r2", "r3", "x"]


def test_two_who_claim_at_once_share_and_never_double(each_cast: Cast) -> None:
    put(each_cast, *((f"e{n:02}", "invitation", NZ) for n in range(40)))
    claimed: list[str] = []
    threads = [threading.Thread(target=lambda: claimed.extend(claim(each_cast, 15))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed))
    assert set(claimed) | set(claim(each_cast, 40)) == {f"e{n:02}" for n in range(40)}


def test_what_has_ended_is_never_due_again(each_cast: Cast) -> None:
    put(each_cast, ("a", "invitation", NZ), ("b", "invitation", AU))
    with each_cast.desk.store.begin() as tx:
        outbox.end(tx, ["a"], OutboxState.SENT, each_cast.clock())
        outbox.put_off(tx, ["b"], each_cast.clock() + timedelta(hours=1), "later")
    told = []
    for _ in range(2):
        with each_cast.desk.store.read() as tx:
            told.append(outbox.any_due(tx, each_cast.clock()))
        each_cast.clock.advance(hours=1)
    assert (told, claim(each_cast, 9)) == ([False, True], ["b"])
