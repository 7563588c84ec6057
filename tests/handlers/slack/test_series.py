"""The room of call series as it is typed: a year in one line, what runs, and the end of one."""

import pytest

from handlers.series import fill_all_series
from handlers.slack.reply import Reply
from tests.cast import Cast
from tests.delivered import deliver_quietly
from tests.slack_front import press, say

YEAR = 'series add bimonthly "Members\' call" from 2027-02-16 at 14:00 Europe/Paris for 90'
EXAMPLE = '`/lap series add bimonthly "Members\' call" from 2027-02-16 at 14:00 Europe/Paris for 90`'


def london(cast: Cast, line: str) -> Reply:
    return say(cast, cast.by_email("secretariat@gb-oft.example"), line)


def test_a_year_is_planned_in_one_line_and_its_price_is_told(cast: Cast) -> None:
    assert london(cast, YEAR).text == (
        "Drafted 6 calls, “Members' call”: the third Tuesday of every second month, 14:00 Europe/Paris, 90 minutes. "
        "In brackets the earliest and the latest local hour among the members.\n"
        "`2027-02-16` Tue 16 Feb 2027, 13:00 Europe/London (13:00 UTC) [07:00 to Wed 02:00]\n"
        "`2027-04-20` Tue 20 Apr 2027, 13:00 Europe/London (12:00 UTC) [06:00 to Wed 00:00]\n"
        "`2027-06-15` Tue 15 Jun 2027, 13:00 Europe/London (12:00 UTC) [06:00 to Wed 00:00]\n"
        "`2027-08-17` Tue 17 Aug 2027, 13:00 Europe/London (12:00 UTC) [06:00 to Wed 00:00]\n"
        "`2027-10-19` Tue 19 Oct 2027, 13:00 Europe/London (12:00 UTC) [06:00 to Wed 01:00]\n"
        "`2027-12-21` Tue 21 Dec 2027, 13:00 Europe/London (13:00 UTC) [07:00 to Wed 02:00]\n"
        "Who sits there between 22:00 and 06:00, with the hours at which calls start: "
        "my-mcmc (20:00 to 21:00 Asia/Kuala_Lumpur), kr-kisa (21:00 to 22:00 Asia/Seoul), "
        "tw-ncc (20:00 to 21:00 Asia/Taipei), jp-mic (21:00 to 22:00 Asia/Tokyo), "
        "au-acma (22:00 to 00:00 Australia/Melbourne), au-accc (22:00 to 00:00 Australia/Sydney), "
        "nz-dia (00:00 to 02:00 Pacific/Auckland).\n"
        "Nothing is sent. `/lap announce 2027-02-16` invites the Agencies to the first."
    )


def test_a_date_that_a_clock_change_moves_is_marked(cast: Cast) -> None:
    text = london(cast, 'series add bimonthly "Night call" from 2027-11-14 at 02:30 New York for 60').text
    marked = [line for line in text.splitlines() if "moved" in line]
    assert marked == [
        "`2028-03-12` Sun 12 Mar 2028, 07:00 Europe/London (07:00 UTC) [01:00 to 20:00], "
        "moved since clocks skip 02:30 that day"
    ]


@pytest.mark.parametrize(
    ("first", "rule", "says"),
    [
        (
            "2027-03-28 at 01:30 London",
            "the fourth Sunday of every third month, 01:30 Europe/London, 60 minutes",
            "`2027-03-28` Sun 28 Mar 2027, 02:00 Europe/London (01:00 UTC) [19:00 to Sun 14:00], moved since clocks "
            "skip 01:30 that day",
        ),
        (
            "2027-04-04 at 01:45 Lord Howe",
            "the first Sunday of every third month, 01:45 Australia/Lord_Howe, 60 minutes",
            "`2027-04-03` Sat 3 Apr 2027, 15:45 Europe/London (14:45 UTC) [08:45 to Sun 02:45]",
        ),
    ],
)
def test_a_series_keeps_its_hour_also_where_its_first_day_skips_or_repeats_it(
    cast: Cast, first: str, rule: str, says: str
) -> None:
    """It was asked back for a moment in UTC, from which on it kept UTC's hour."""
    lines = london(cast, f'series add quarterly "Night call" from {first} for 60').text.splitlines()
    assert (rule in lines[0], lines[1]) == (True, says)


def test_the_series_that_run_are_listed_with_what_lies_ahead(cast: Cast) -> None:
    assert london(cast, "series").text == f"No series is running. To plan a year of calls at once: {EXAMPLE}."
    london(cast, 'series add quarterly "Members\' call" from 2027-02-16 at 14:00 Europe/Paris for 90')
    london(cast, "announce Members' call go")
    assert london(cast, "series").text == (
        "“Members' call”: the third Tuesday of every third month, 14:00 Europe/Paris, 90 minutes. Ahead: "
        "`2027-02-16` (announced), `2027-05-18` (draft), `2027-08-17` (draft), `2027-11-16` (draft)."
    )


def test_ending_a_series_of_drafts_is_done_at_once(cast: Cast) -> None:
    london(cast, YEAR)
    assert london(cast, "series end Members' call").text == (
        "“Members' call” has ended, and 6 drafts with it. Nothing is sent.\n"
        "Still without a call: Q1 2027, Q2 2027, Q3 2027, Q4 2027. The Plan asks for calls at least quarterly (A.3); "
        "`/lap series add` plans a year of them."
    )


def test_ending_a_series_with_an_announced_call_is_looked_at_first(cast: Cast) -> None:
    london(cast, YEAR)
    london(cast, "announce Members' call go")
    deliver_quietly(cast)
    look = london(cast, 'series end "Members\' call"')
    assert look.text.startswith(
        "Ending “Members' call” cancels Tue 16 Feb 2027 and 5 drafts, and sends a cancellation to "
        "35 people of 33 organisations (au-accc, "
    )
    done = press(cast, cast.by_email("secretariat@gb-oft.example"), "series", look.buttons[0].value)
    assert done.text.startswith(
        "“Members' call” has ended. Cancelled: Tue 16 Feb 2027 and 5 drafts. A cancellation goes"
    )
    assert say(cast, cast.actor("fr-cnil"), "calls").text == "There is no call that you are invited to."


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("series add", f"Say how often: `quarterly` or `bimonthly`, as in {EXAMPLE}."),
        ('series add quarterly "A"', f"When is the first call? Give date, time and zone, as in {EXAMPLE}."),
        (
            'series add quarterly "A" from 2027-02-16 at 14:00 Paris',
            f"How long are the calls? Say it after `for`, as in {EXAMPLE}.",
        ),
        (
            'series add quarterly "A" from 2027-01-03 at 14:00 Paris for 60',
            "2027-01-03 13:00 UTC has gone by. Give a date and time that lie ahead.",
        ),
        (
            'series add quarterly "A" from 10/11 at 14:00 Paris for 60',
            "“10/11” can mean 10 November 2027 or 11 October 2027. Write 2027-11-10 or 2027-10-11.",
        ),
        (
            "series stop A",
            f"`series stop` is not something I do. Say `series`, `series end TITLE`, or for example {EXAMPLE}.",
        ),
        (
            "series end",
            "Name the series by its title, as in `/lap series end Members' call`; `/lap series` lists them.",
        ),
        ("series end A", "No series is running. `/lap series add` plans a year of calls at once."),
    ],
)
def test_what_cannot_be_done_is_answered_with_a_right_example(cast: Cast, line: str, says: str) -> None:
    assert london(cast, line).text.startswith(says)
    assert london(cast, "calls").text == "There is no call that you are invited to."


@pytest.mark.postgres
def test_a_year_is_planned_changed_filled_and_ended_on_postgresql_too(postgres_cast: Cast) -> None:
    for line, begins in [
        (YEAR, "Drafted 6 calls"),
        ('segment add 2027-02-16 joint 30 "Reports"', "“Members' call” (`2027-02-16`)"),
        ("announce Members' call go", "“Members' call” (`2027-02-16`), Tue 16 Feb"),
        ("segment 2027-02-16/1 remove go", "“Members' call” (`2027-02-16`)"),
        ("call move 2027-02-16 to 2027-02-18 13:00 UTC go", "“Members' call” is moved"),
        ("call cancel 2027-04-20 because of a holiday", "The draft “Members' call” (`2027-04-20`)"),
        ("calls", "`2027-02-18` Members' call"),
        ("series", "“Members' call”: the third Tuesday"),
        ("call 2027-02-16", "Members' call (`2027-02-18`)"),
        ("call move 2027-02-18 to 2027-02-16 13:00 UTC go", "“Members' call” is moved"),
        ("call move 2027-02-16 to 2027-02-18 13:00 UTC go", "“Members' call” is moved"),
        ("call cancel 2027-02-18 go", "“Members' call” (`2027-02-18`)"),
        ("announce Members' call go", "“Members' call” (`2027-06-15`)"),
        ("series end Members' call go", "“Members' call” has ended."),
    ]:
        assert london(postgres_cast, line).text.startswith(begins)
    assert fill_all_series(postgres_cast.desk, postgres_cast.secretary) == ()
