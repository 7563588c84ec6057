"""The room of a call's parts as it is typed: added, opened with consent, closed at once, sized, ordered, removed."""

import re

import pytest

from handlers.slack.reply import Reply
from tests.cast import Cast
from tests.delivered import deliver_quietly
from tests.lists import DAY, leave, with_approved
from tests.slack_front import press, say

ADD = '`/lap segment add 2027-02-16 joint 30 "Reports"`'


def london(cast: Cast, line: str) -> Reply:
    return say(cast, cast.by_email("secretariat@gb-oft.example"), line)


def planned(cast: Cast) -> None:
    london(cast, 'call add 2027-02-16 13:00 UTC for 90 "Members\' call"')


HEAD = "“Members' call” (`2027-02-16`), Tue 16 Feb 2027, 13:00-14:30 Europe/London (13:00-14:30 UTC), is now:\n"
DRAFT = "\nNothing is sent: the call is a draft."


def test_a_part_is_added_in_one_line_and_the_parts_are_repeated(cast: Cast) -> None:
    planned(cast)
    assert london(cast, 'segment add 2027-02-16 joint 30 "Reports"').text == (
        HEAD + "1 Reports: 13:00-13:30 Europe/London (13:00-13:30 UTC), joint\n"
        "2 Agencies: 13:30-14:30 Europe/London (13:30-14:30 UTC), for Agencies only\n"
        "“Agencies” has 60 minutes instead of 90." + DRAFT
    )


def lost(text: str) -> list[str]:
    """Of an answer the lines on the time of other parts and on what is sent, behind the parts themselves."""
    return [line for line in text.splitlines()[1:] if not re.match(r"\d+ .+: \d\d:\d\d", line)]


def with_case(cast: Cast, audience: str = "agencies") -> None:
    """Cases of twenty minutes for two Agencies behind the unassigned 70."""
    planned(cast)
    london(cast, f'segment add 2027-02-16 {audience} 20 "Cases" only us-ftc, gb-oft')


def test_what_takes_time_takes_what_is_unassigned_before_what_somebody_made_something_of(cast: Cast) -> None:
    with_case(cast)
    done = london(cast, 'segment add 2027-02-16 joint 69 "Reports"').text
    assert lost(done) == ["“Agencies” has 1 minute instead of 70.", DRAFT.strip()]
    back = london(cast, "segment 2027-02-16/1 remove").text
    assert lost(back) == ["“Agencies” has 70 minutes instead of 1.", DRAFT.strip()]


KEEP = "To keep it, ask for fewer minutes, or shorten another part first: `/lap segment 2027-02-16/N MINUTES`."


def test_a_part_that_is_used_up_is_asked_about_where_it_holds_something_and_told_where_not(cast: Cast) -> None:
    with_case(cast)
    look = london(cast, 'segment add 2027-02-16 joint 90 "Reports"')
    assert lost(look.text) == [
        "“Agencies” would be gone: its 70 minutes would be taken.",
        f"“Cases” would be gone: its 20 minutes would be taken. {KEEP}",
        DRAFT.strip(),
        'Nothing has left yet. To do it, press the button or send `/lap segment add 2027-02-16 joint 90 "Reports" go`.',
    ]
    assert "2 Cases" in london(cast, "call 2027-02-16").text
    done = press(cast, cast.by_email("secretariat@gb-oft.example"), "segment", look.buttons[0].value)
    assert lost(done.text) == [
        "“Agencies” is gone: its 70 minutes were taken.",
        "“Cases” is gone: its 20 minutes were taken.",
        DRAFT.strip(),
    ]
    given = london(cast, "segment 2027-02-16/1 60").text
    assert lost(given) == ["“Agencies” is new: the 30 minutes that were left.", DRAFT.strip()]


def test_unassigned_time_that_is_used_up_is_told_and_nobody_is_asked(cast: Cast) -> None:
    with_case(cast)
    done = london(cast, 'segment add 2027-02-16 joint 70 "Reports"').text
    assert lost(done) == ["“Agencies” is gone: its 70 minutes were taken.", DRAFT.strip()]


def test_a_part_with_an_item_in_it_is_asked_about_before_it_is_used_up(cast: Cast) -> None:
    planned(cast)
    reference = london(cast, 'propose 2027-02-16 cases "Botnet takedown"').text.split("`")[1]
    london(cast, f"item {reference} accept")
    london(cast, f"item {reference} to 2027-02-16/1")
    assert lost(london(cast, 'segment add 2027-02-16 joint 90 "Reports"').text)[:2] == [
        f"“Agencies” would be gone: its 90 minutes would be taken. {KEEP}",
        "1 of its agenda items would have no part; `/lap agenda build 2027-02-16` places it again.",
    ]
    assert "1 of its agenda items has no part now" in london(cast, 'segment add 2027-02-16 joint 90 "Reports" go').text


def test_a_part_that_grows_asks_before_it_uses_up_another_that_holds_something(cast: Cast) -> None:
    with_case(cast)
    look = london(cast, "segment 2027-02-16/1 90").text
    assert lost(look)[0] == f"“Cases” would be gone: its 20 minutes would be taken. {KEEP}"
    dry = london(cast, "segment 2027-02-16/1 90 dry-run").text
    assert lost(dry) == [f"“Cases” would be gone: its 20 minutes would be taken. {KEEP}", DRAFT.strip()]
    assert lost(london(cast, "segment 2027-02-16/1 90 go").text)[0] == "“Cases” is gone: its 20 minutes were taken."


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("segment add next agencies Cases 20 only us-ftc, gb-oft", ["Agencies", "Cases, only gb-oft, us-ftc"]),
        ('segment add "Trends" joint 20 minutes 2027-02-16', ["Trends", "Agencies"]),
        ("segment add 2027-02-16T13 joint 20 Joint reports", ["Joint reports", "Agencies"]),
    ],
)
def test_the_arguments_of_a_part_come_in_any_order(cast: Cast, line: str, parts: list[str]) -> None:
    planned(cast)
    _, *lines, _, _ = london(cast, line).text.splitlines()
    shown = [(it.split(":")[0].split(" ", 1)[1], it.partition(", only")[2]) for it in lines]
    assert [f"{title}{', only' + only if only else ''}" for title, only in shown] == parts


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("segment 2027-02-16/1 40", "1 Reports: 13:00-13:40 Europe/London (13:00-13:40 UTC), joint"),
        ("segment next/reports down", "1 Agencies: 13:00-14:00 Europe/London (13:00-14:00 UTC), for Agencies only"),
        ("segment Members' call/2 up", "1 Agencies: 13:00-14:00 Europe/London (13:00-14:00 UTC), for Agencies only"),
        (
            'segment "Members\' call"/1 agencies',
            "1 Reports: 13:00-13:30 Europe/London (13:00-13:30 UTC), for Agencies only",
        ),
        ("segment 2027-02-16/1 remove", "1 Agencies: 13:00-14:30 Europe/London (13:00-14:30 UTC), for Agencies only"),
    ],
)
def test_a_part_is_changed_in_one_line(cast: Cast, line: str, first: str) -> None:
    planned(cast)
    london(cast, 'segment add 2027-02-16 joint 30 "Reports"')
    assert london(cast, line).text.splitlines()[:2] == [HEAD.strip(), first]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("segment add", f"For which call? Give its date, or `next`, as in {ADD}."),
        ('segment add 2027-02-16 30 "A"', f"Who hears it: `agencies` or `joint`? Say it as in {ADD}."),
        ('segment add 2027-02-16 joint "A"', f"How many minutes? Say it as in {ADD}."),
        ("segment add 2027-02-16 joint 30", 'A title is missing. Give it in quotes, for example `"Case updates"`.'),
        (
            'segment add 2027-02-16 joint 91 "A"',
            "91 minutes is not a length I can use: give 1 to 90 minutes, for example `30`.",
        ),
        (
            'segment add 2027-02-16 joint 0 "A"',
            "0 minutes is not a length I can use: give 1 to 90 minutes, for example `30`.",
        ),
        (
            'segment add 2027-02-16 joint 30 "A',
            'The quote before “A” has no end. Close it: 2027-02-16 joint 30 "A"',
        ),
        (
            "segment 2027-02-16/1 open",
            "I understood the part, and not “open”. Say `agencies`, `joint`, a number of minutes, `up`, `down`, "
            "`remove`, `chatham` or `chatham off`, as in `/lap segment 2027-02-16/1 joint`.",
        ),
        (
            "segment 2027-02-16 joint",
            f"Name the part and what is to become of it, as in `/lap segment 2027-02-16/1 joint`, or add one: {ADD}.",
        ),
        ("segment 2027-02-16/7 joint", "Members' call has no part “7” for you. Its parts: 1 Agencies."),
        (
            "segment 2027-02-16/1 remove",
            "A call has at least one part. Cancel the call instead, with `/lap call cancel`.",
        ),
    ],
)
def test_what_cannot_be_done_is_answered_and_changes_nothing(cast: Cast, line: str, says: str) -> None:
    planned(cast)
    before = london(cast, "call").text
    assert london(cast, line).text.startswith(says)
    assert london(cast, "call").text == before


def test_a_change_that_mails_many_is_looked_at_first_and_done_by_its_button(cast: Cast) -> None:
    planned(cast)
    london(cast, 'segment add 2027-02-16 joint 30 "Reports"')
    london(cast, "announce 2027-02-16 go")
    look = london(cast, "segment 2027-02-16/1 40")
    assert look.text.startswith(HEAD.replace("is now", "would be") + "1 Reports: 13:00-13:40 Europe/London")
    done = press(cast, cast.by_email("secretariat@gb-oft.example"), "segment", look.buttons[0].value)
    assert done.text.startswith(HEAD + "1 Reports: 13:00-13:40 Europe/London")


def test_a_part_with_an_item_of_an_organisation_that_left_stays_closed(cast: Cast) -> None:
    planned(cast)
    london(cast, "announce 2027-02-16 go")
    reference = say(cast, cast.actor("fr-cnil"), 'propose 2027-02-16 cases "Botnet takedown"').text.split("`")[1]
    london(cast, f"item {reference} to 2027-02-16/1")
    london(cast, "segment 2027-02-16/1 joint")
    london(cast, "participant leave fr-cnil go")
    assert london(cast, "segment 2027-02-16/1 joint").text == (
        f"Nothing is changed: that part of “Members' call” holds closed items (`{reference}`) of organisations that "
        "have nobody left to open them. Move these to another part, or take them off with `/lap item ITEM decline`."
    )
    assert london(cast, f"item {reference} joint").text == (
        "Only Commission nationale de l'informatique et des libertés, which proposed it, can open "
        f"`{reference}`, and nobody of it is there to be asked. It stays closed: leave it in a part for Agencies only, "
        "or have it proposed anew."
    )


def test_a_part_with_closed_items_waits_for_their_proposers_consent(cast: Cast) -> None:
    planned(cast)
    london(cast, "announce 2027-02-16 go")
    agency = cast.actor("fr-cnil")
    reference = say(cast, agency, 'propose 2027-02-16 cases 20 "Botnet takedown"').text.split("`")[1]
    london(cast, f"item {reference} accept")
    london(cast, "agenda build 2027-02-16")
    assert london(cast, "segment 2027-02-16/1 joint").text == (
        f"Nothing is changed yet: that part of “Members' call” holds closed items (`{reference}`), and only who "
        "proposed them can open them. They are asked for their consent. Once it is there, send this again; or move the "
        "items to another part."
    )
    say(cast, agency, f"item {reference} joint")
    assert london(cast, "segment 2027-02-16/1 joint go").text.startswith(
        HEAD + "1 Agencies: 13:00-14:30 Europe/London (13:00-14:30 UTC), joint"
    )


def test_a_title_is_shown_inert_wherever_it_stands(cast: Cast) -> None:
    planned(cast)
    text = london(cast, 'segment add 2027-02-16 joint 30 "<!channel> <@U1> & “so”"').text
    assert "1 &lt;!channel&gt; &lt;@U1&gt; &amp; “so”: 13:00-13:30" in text


def test_a_dry_run_shows_before_closing_who_loses_what_and_changes_nothing(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    deliver_quietly(cast)
    look = say(cast, cast.secretary, f"segment {DAY}/1 agencies dry-run").text
    again = say(cast, cast.secretary, f"segment {DAY}/1 agencies dry-run").text
    assert look == again
    assert look.startswith("Nothing was changed. “Case updates”")
    assert look.endswith(
        "\nNobody is admitted to that part any longer, observers included. Whoever is to come to it: `/lap admit`, and "
        "the list goes round again.\nOff the list: harbour-bank.\nThat changes the invitations of harbour-bank.\n"
        "Less or no time: harbour-bank.\nOne mail would leave."
    )


def test_a_dry_run_names_who_comes_off_the_list_before_any_mail_of_it_left(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    look = say(cast, cast.secretary, f"segment {DAY}/1 agencies dry-run").text
    assert "\nOff the list: harbour-bank.\n" in look


def test_the_look_before_a_part_grows_says_who_has_more_time_and_how_many_mails_leave(cast: Cast) -> None:
    with_approved(cast, "harbour-bank", "meridian-net")
    deliver_quietly(cast)
    look = say(cast, cast.secretary, f"segment {DAY}/1 40").text
    assert "\nNew, more or other time: harbour-bank, meridian-net.\n2 mails would leave, one a person." in look


def test_a_change_of_an_announced_call_that_changes_no_invitation_says_that_nobody_is_told(cast: Cast) -> None:
    planned(cast)
    london(cast, "announce 2027-02-16 go")
    leave(cast)
    answer = london(cast, 'segment add 2027-02-16 joint 30 "Reports"').text
    assert answer.endswith("\nNobody's invitation changes, and nobody is told.")
