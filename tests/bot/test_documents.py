"""What a document is: signs that no font draws, text that no file can hold, which way a text is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents import drawn, is_right_to_left, writable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Agreed 😀", "Agreed [grinning face]"),
        ("👩‍👩‍👧", "[woman][woman][girl]"),
        ("❤️ ok", "[heavy black heart] ok"),
        ("\U0010fffd", "[u+10fffd]"),
        ("two\nlines 😀", "two\nlines [grinning face]"),
        ("nothing to do\nhere", "nothing to do\nhere"),
    ],
)
def test_a_sign_that_no_font_draws_is_written_as_its_name(text: str, shown: str) -> None:
    assert drawn(text, str.isascii) == shown


@given(st.text())
def test_nothing_is_left_that_no_font_draws(text: str) -> None:
    assert all(sign.isascii() for sign in drawn(text, str.isascii))


@given(st.text("aé1 .\n", max_size=20))
def test_what_is_drawn_stays_as_it_is(text: str) -> None:
    assert drawn(text, lambda sign: True) == text


@pytest.mark.parametrize(
    ("text", "is_it"),
    [("abc", False), ("1. العربية abc", True), ("abc العربية", False), ("«עברית»", True), ("12", False)],
)
def test_a_text_is_read_in_the_direction_of_its_first_letter(text: str, is_it: bool) -> None:
    assert is_right_to_left(text) is is_it


def test_what_xml_cannot_hold_is_left_out() -> None:
    assert writable("a\ufffeb\uffffc") == "abc"
