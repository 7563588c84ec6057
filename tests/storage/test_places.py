"""The history of a run is written down by whoever moves the call, and ends where the call stands."""

from datetime import timedelta

import pytest

from bot.calls import Live
from bot.places import History, Scribing
from handlers import live, undo
from handlers.looking import Wish
from storage import calls, places
from tests.cast import Cast
from tests.held import running
from tests.lists import START

DATABASES = ["cast", pytest.param("postgres_cast", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def each_cast(request: pytest.FixtureRequest) -> Cast:
    made = request.getfixturevalue(request.param)
    assert isinstance(made, Cast)
    return made


def written(cast: Cast, call_id: str) -> History:
    with cast.desk.store.read() as tx:
        return places.history(tx, call_id)[0]


def stands(cast: Cast, call_id: str) -> Live | None:
    with cast.desk.store.read() as tx:
        record = calls.one(tx, call_id)
    return record.call.live if record else None


def test_each_move_of_a_call_is_written_down_with_its_moment(each_cast: Cast) -> None:
    desk, secretary, call_id = each_cast.desk, each_cast.secretary, running(each_cast)
    for move in (live.next_item, live.shut_gate, live.clear_gate):
        each_cast.clock.advance(minutes=5)
        move(desk, secretary)
    found = written(each_cast, call_id).places
    assert [(p.at - START, p.item is None, p.cleared) for p in found] == [
        (timedelta(minutes=0), True, True),
        (timedelta(minutes=5), False, True),
        (timedelta(minutes=10), False, False),
        (timedelta(minutes=15), True, True),
    ]


def test_the_last_place_is_where_the_call_stands_and_an_open_gate_is_one(each_cast: Cast) -> None:
    desk, secretary, call_id = each_cast.desk, each_cast.secretary, running(each_cast)
    live.shut_gate(desk, secretary)
    undo.undo_last(desk, secretary, Wish("undo", go=True))
    last, now = written(each_cast, call_id).places[-1], stands(each_cast, call_id)
    assert now is not None
    assert (last.segment_id, last.item, last.cleared) == (now.segment_id, now.item, now.cleared) != (None, None, False)


def test_a_scribe_is_written_down_beside_the_places(each_cast: Cast) -> None:
    call_id, contact = running(each_cast), each_cast.actor("fr-cnil").contact.id
    with each_cast.desk.store.begin() as tx:
        places.keep(tx, Scribing(call_id, START, contact))
    found = written(each_cast, call_id)
    assert (found.scribe(START), len(found.places)) == (contact, 1)
