"""Every command takes few SQL statements, however much there is: a call's life is typed on two sizes of data."""

from pathlib import Path

from tests.bench.places import Place
from tests.bench.statement_row import MOST, counted
from tests.cast import NOW

STILL_OVER = {
    "undo go": 13,
}
"""Commands that take more than the goal allows, and how many: none may take more than here, and no other may join."""


def test_no_command_takes_more_statements_for_more_data_nor_more_than_it_may(tmp_path: Path) -> None:
    found = counted(Place(tmp_path, NOW))
    wrong = [c for c in found if c.plain != c.tenfold or c.plain > STILL_OVER.get(c.line, MOST)]
    assert wrong == []
