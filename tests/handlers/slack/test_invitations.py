"""Answers to an invitation, typed: what is said back."""

import pytest

from tests.cast import Cast
from tests.delivered import deliver_quietly
from tests.lists import DAY, with_call
from tests.slack_front import say

WHEN = "Case updates, Wed 17 Feb 2027, 02:00 Pacific/Auckland (Tue 16 Feb 2027, 13:00 UTC)."


@pytest.mark.parametrize(
    ("word", "said"),
    [("yes", "You are expected at"), ("no", "You are not expected at"), ("maybe", "You may come to")],
)
def test_an_answer_repeats_the_call_and_how_to_change_it(cast: Cast, word: str, said: str) -> None:
    with_call(cast)
    deliver_quietly(cast)
    assert say(cast, cast.actor("nz-dia"), f"{word} {DAY}").text.startswith(f"{said} {WHEN}")


def test_a_date_names_the_call_held_that_day_and_not_the_one_cancelled(cast: Cast) -> None:
    with_call(cast)
    say(cast, cast.secretary, 'call add 2027-02-16 18:00 UTC for 60 "Evening" law-enforcement')
    say(cast, cast.secretary, "announce 2027-02-16T18 go")
    say(cast, cast.secretary, "call cancel 2027-02-16T18 go")
    cast.clock.advance(days=43, hours=4)
    say(cast, cast.secretary, "start")
    say(cast, cast.secretary, "end")
    assert "Case updates" in say(cast, cast.actor("nz-dia"), f"call {DAY}").text
