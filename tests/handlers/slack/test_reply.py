"""What is said to one person is said to that person alone."""

import pytest

from bot.notices import Button
from handlers.slack.reply import Reply, message


@pytest.mark.parametrize("reply", [Reply("Agreed"), Reply("Agreed", (Button("Take it back", "undo", "K7MPQ2"),))])
def test_an_answer_is_shown_to_nobody_else_in_the_channel(reply: Reply) -> None:
    assert message(reply)["response_type"] == "ephemeral"
