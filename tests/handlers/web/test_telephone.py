"""What a telephone dials of a number as it is written; whose numbers are shown is ``test_joining``'s."""

import pytest

from handlers.web.telephone import dialled


@pytest.mark.parametrize(
    ("written", "dials"),
    [
        ("+44 20 7946 0000, PIN 1234#", "+442079460000"),
        ("+44 (0)20 7946 0000, PIN 1234#", "+442079460000"),
        ("+49 (0) 30 901820", "+4930901820"),
        ("+1 (212) 555-0100; code 1", "+12125550100"),
        ("020 7946 0000", "02079460000"),
        ("ask the secretariat", ""),
    ],
)
def test_a_number_is_dialled_from_anywhere(written: str, dials: str) -> None:
    """The (0) of a number is dialled within its country alone (RFC 3966 5.1.4)."""
    assert dialled(written) == dials
