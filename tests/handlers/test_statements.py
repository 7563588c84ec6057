"""Every command takes few SQL statements, however much there is: a call's life is typed on two sizes of data."""

from pathlib import Path

import pytest

from tests.bench.places import Place
from tests.bench.statement_row import MOST, counted, over_the_most
from tests.cast import NOW


def test_no_command_takes_more_statements_than_it_may(tmp_path: Path) -> None:
    assert over_the_most(Place(tmp_path, NOW)) == []


@pytest.mark.long
def test_no_command_takes_more_statements_for_more_data(tmp_path: Path) -> None:
    wrong = [c for c in counted(Place(tmp_path, NOW)) if c.plain != c.tenfold or c.plain > MOST]
    assert wrong == []
