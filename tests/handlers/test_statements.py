"""Every command takes few SQL statements, however much there is: a call's life is typed on two sizes of data."""

from pathlib import Path

from tests.bench.places import Place
from tests.bench.statement_row import MOST, counted
from tests.cast import NOW


def test_no_command_takes_more_statements_for_more_data_nor_more_than_it_may(tmp_path: Path) -> None:
    found = counted(Place(tmp_path, NOW))
    wrong = [c for c in found if c.plain != c.tenfold or c.plain > MOST]
    assert wrong == []
