"""The room of the steps, word for word."""

from datetime import UTC, datetime

import pytest

from handlers.ticking import beat
from tests.cast import Cast
from tests.slack_front import say


@pytest.fixture
def planned(cast: Cast) -> Cast:
    say(cast, cast.secretary, 'call add 2027-02-16 13:00 UTC for 90 "Members\' call"')
    return cast


def test_the_steps_of_a_call_are_listed_with_their_words_and_times(planned: Cast) -> None:
    lines = say(planned, planned.secretary, "steps 2027-02-16").text.splitlines()
    assert lines[0] == "Steps of “Members' call”, Tue 16 Feb 2027, 08:00 America/New_York (13:00 UTC):"
    assert lines[1] == "• `items` call for items: Tue 5 Jan 2027, 08:00 America/New_York (13:00 UTC)"
    assert lines[-1] == "To move one: `/lap step 2027-02-16 items to DATE [HH:MM ZONE]`."
    assert len(lines) == 12


def test_the_step_offered_to_be_moved_is_one_that_was_not_told(planned: Cast) -> None:
    say(planned, planned.secretary, "announce 2027-02-16 go")
    planned.clock.at = datetime(2027, 1, 27, 12, tzinfo=UTC)
    beat(planned.desk)
    lines = say(planned, planned.secretary, "steps 2027-02-16").text.splitlines()
    assert (lines[1].endswith(" (told)"), lines[-1]) == (
        True,
        "To move one: `/lap step 2027-02-16 list to DATE [HH:MM ZONE]`.",
    )


@pytest.mark.parametrize(
    ("line", "due"),
    [
        ("step 2027-02-16 list to 2027-01-28 09:00 Paris", "Thu 28 Jan 2027, 03:00 America/New_York (08:00 UTC)"),
        ("step list to 2027-01-28", "Thu 28 Jan 2027, 08:00 America/New_York (13:00 UTC)"),
        ("step 2027-02-16 LIST to 28 Jan 2027 13:30 UTC", "Thu 28 Jan 2027, 08:30 America/New_York (13:30 UTC)"),
    ],
)
def test_a_step_is_moved_for_this_call_and_both_times_are_said(planned: Cast, line: str, due: str) -> None:
    assert say(planned, planned.secretary, line).text == (
        f"“attendee list circulated” of “Members' call” is now due {due}; "
        "it was due Wed 27 Jan 2027, 08:00 America/New_York (13:00 UTC). "
        "Only the reminder moves, for this call alone."
    )


def test_a_moved_step_is_marked_in_the_list(planned: Cast) -> None:
    say(planned, planned.secretary, "step list to 2027-01-28")
    assert "`list` attendee list circulated: Thu 28 Jan 2027, 08:00 America/New_York (13:00 UTC) (moved)" in (
        say(planned, planned.secretary, "steps").text
    )


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        ("step", "I read no step. A step is moved like this: "),
        ("step list", "I read “list”. A step is moved like this: "),
        ("step lunch to 2027-01-28", "There is no step “lunch”. The steps are `items` (call for items), "),
        ("step list to 2027-02-30", "“2027-02-30”"),
        ("step list to 2027-01-28 25:00 UTC", "“25:00” is no time of day"),
        ("step list to 2027-01-01", "2027-01-01 13:00 UTC has gone by."),
        ("step hour to 2027-03-01", "“reminder shortly before” comes before the call, "),
        ("step 2027-05-05 list to 2027-04-28", "I know no call “2027-05-05” for you."),
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_moves(planned: Cast, line: str, begins: str) -> None:
    before = say(planned, planned.secretary, "steps").text
    assert begins in say(planned, planned.secretary, line).text
    assert say(planned, planned.secretary, "steps").text == before


def test_an_agency_is_told_whose_verb_it_is(planned: Cast) -> None:
    assert say(planned, planned.actor("nz-dia"), "steps").text == (
        "`steps` is for the secretariat. `/lap help` shows what is yours."
    )
