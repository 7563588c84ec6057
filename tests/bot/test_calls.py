"""What a call may be called."""

from bot.calls import LONGEST_TITLE, read_title
from tests.bot.refusals import refusal_of


def test_a_title_of_200_characters_is_taken_and_one_more_is_not() -> None:
    assert read_title("x" * LONGEST_TITLE) == "x" * 200
    assert refusal_of(lambda: read_title("x" * 201)) == (
        "That title has 201 characters, and 200 fit. Shorten it by 1, and send the command again."
    )


def test_a_title_is_one_line_without_what_nobody_sees() -> None:
    assert read_title(" Case\nupdates\u202e\x00 <!channel> 👩‍💻 ") == "Case updates <!channel> 👩‍💻"
    assert refusal_of(lambda: read_title(" \n ")) == (
        'A title is missing. Give it in quotes, for example `"Case updates"`.'
    )
