"""Proves that questions asked in one statement are answered as each is alone, on both databases."""

import pytest
from sqlalchemy import select

from storage.store import Tx
from storage.tables import CallRow, ContactRow, SegmentRow, columns
from storage.together import together
from tests.cast import Cast
from tests.lists import with_names

C, S, K = columns(CallRow), columns(SegmentRow), columns(ContactRow)
QUESTIONS = (
    select(S.position, S.title, S.call_id),
    select(C.id, C.start, C.list_approved_at, C.list_early),
    select(K.told_at, K.attending, K.email).where(K.email == "nobody@nowhere.example"),
    select(K.told_at, K.attending, K.email, K.removed_at, K.listed),
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest) -> Cast:
    """A cast on each database in turn."""
    made: Cast = request.getfixturevalue("cast" if request.param == "sqlite" else "postgres_cast")
    return made


def alone(tx: Tx) -> list[list[tuple[object, ...]]]:
    return [sorted(map(tuple, tx.execute(question).all()), key=repr) for question in QUESTIONS]


def test_questions_asked_together_are_answered_as_each_is_alone(either: Cast) -> None:
    with_names(either)
    with either.desk.store.read() as tx:
        found = together(*QUESTIONS)(tx, {})
        assert [sorted(map(tuple, rows), key=repr) for rows in found] == alone(tx)
        assert [bool(rows) for rows in found] == [True, True, False, True]
