"""Every command takes few SQL statements, however much there is: a call's life is typed on two sizes of data."""

from pathlib import Path

from tests.bench.places import Place
from tests.bench.statement_row import MOST, counted
from tests.cast import NOW

STILL_OVER = {
    'series end "The network\'s calls"': 13,
    'segment add {D} joint 30 "Briefing"': 13,
    "segment {D}/1 40": 14,
    "segment {D}/1 down": 14,
    "segment {D}/2 up": 14,
    'segment add {D} agencies 10 "Procedure"': 13,
    "segment {D}/3 remove": 16,
    "announce {D} go": 13,
    "announce {E} go": 13,
    "call move {D} to {D} 15:00 UTC go": 17,
    "call cancel {E} because the host is away go": 13,
    "undo": 13,
    "undo go": 18,
    "circulate {D} go": 14,
    "approve {D} early go": 15,
    "object oecd to {D}": 16,
    "object meridian-net to {D}/1": 17,
    "window harbour-bank {D}/1": 16,
    "participant leave new-bank": 13,
    "minutes send {D} go": 17,
    "minutes adopt {D} go": 16,
}
"""Commands that take more than the goal allows, and how many: none may take more than here, and no other may join."""


def test_no_command_takes_more_statements_for_more_data_nor_more_than_it_may(tmp_path: Path) -> None:
    found = counted(Place(tmp_path, NOW))
    wrong = [c for c in found if c.plain != c.tenfold or c.plain > STILL_OVER.get(c.line, MOST)]
    assert wrong == []
