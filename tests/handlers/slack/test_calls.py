"""The room of calls as it is typed: every one-line form, what is answered, and what is refused, word for word."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from handlers.slack.reply import MOST_TEXT, Reply
from storage.tables import AgendaItemRow, CallRow, columns
from tests.cast import Cast
from tests.delivered import deliver_quietly
from tests.slack_front import press, say

ADD = '`/lap call add 2027-02-16 14:00 Europe/Paris for 90 "Case updates"`'
NOT_THERE = "I know no call “{}” for you. `/lap calls` lists yours; a call is named by its date, as in `2027-02-16`."


def secretary(cast: Cast, line: str) -> Reply:
    return say(cast, cast.secretary, line)


def london(cast: Cast, line: str) -> str:
    """What the British secretariat is answered, in whose winter local time is UTC."""
    return say(cast, cast.by_email("secretariat@gb-oft.example"), line).text


def planned(cast: Cast) -> None:
    secretary(cast, 'call add 2027-02-16 13:00 UTC for 90 "Members\' call"')


def announced(cast: Cast) -> None:
    planned(cast)
    secretary(cast, "announce 2027-02-16 go")


# --- planning ---


def test_a_call_is_planned_in_one_line(cast: Cast) -> None:
    assert secretary(cast, 'call add 2027-02-16 14:00 Paris for 90 "Cases & <!channel>"').text == (
        "Drafted `2027-02-16`: “Cases &amp; &lt;!channel&gt;”, a members' call, "
        "Tue 16 Feb 2027, 08:00-09:30 America/New_York (13:00-14:30 UTC).\n"
        "1 Agencies: 08:00-09:30 America/New_York (13:00-14:30 UTC), for Agencies only\n"
        'Nothing is sent. `/lap segment add 2027-02-16 joint 30 "Reports"` adds a part with the private sector. '
        "`/lap announce 2027-02-16` invites the Agencies.\n"
        "Still without a call: Q2 2027, Q3 2027, Q4 2027. The Plan asks for calls at least quarterly (A.3); "
        "`/lap series add` plans a year of them."
    )


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        (
            'call add 2027-02-16 14:00 Paris for 60 "Phishing" law-enforcement only us-ftc gb-oft',
            "Drafted `2027-02-16`: “Phishing”, for law enforcement only (Plan B.3), only gb-oft, us-ftc, Tue 16 Feb",
        ),
        (
            "call add for 60 Tracing spam training 2027-02-16 1pm London",
            "Drafted `2027-02-16`: “Tracing spam”, training with the private sector (Plan A.3.f), Tue 16 Feb",
        ),
    ],
)
def test_kinds_and_named_agencies_come_in_any_order(cast: Cast, line: str, begins: str) -> None:
    assert london(cast, line).startswith(begins)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("call add", f"When is the call? Give date, time and zone, as in {ADD}."),
        ('call add 2027-02-16 13:00 UTC "A"', f"How long is the call? Say it after `for`, as in {ADD}."),
        (
            "call add 2027-02-16 13:00 UTC for 90",
            'A title is missing. Give it in quotes, for example `"Case updates"`.',
        ),
        (
            'call add 2027-01-01 13:00 UTC for 90 "A"',
            "2027-01-01 13:00 UTC has gone by. Give a date and time that lie ahead.",
        ),
        (
            'call add 2027-02-30 13:00 UTC for 90 "A"',
            "“2027-02-30” does not exist: February 2027 has 28 days. Write for example 2027-02-28.",
        ),
        (
            'call add 2027-02-16 25:00 UTC for 90 "A"',
            "“25:00” is no time of day: the day runs from 00:00 to 23:59. Write for example 14:30.",
        ),
        (
            'call add 2027-02-16 13:00 Atlantis for 90 "A"',
            "No time zone is known by the name “Atlantis”. Write a city, for example “14:30 Paris”.",
        ),
        (
            'call add 2027-03-28 02:30 Paris for 90 "A"',
            "Sun 28 Mar 2027, 02:30 Europe/Paris does not exist, because the clocks go forward. "
            "The next time that does is 2027-03-28 03:00 Europe/Paris.",
        ),
        (
            'call add 2027-10-31 02:30 Paris for 90 "A"',
            "Sun 31 Oct 2027, 02:30 Europe/Paris comes twice, because the clocks go back: 2027-10-31 00:30 UTC and "
            "2027-10-31 01:30 UTC. Write the one you mean in UTC.",
        ),
        (
            'call add 2027-02-16 13:00 UTC for 0 "A"',
            "0 minutes is not a length I can use: give 1 to 1440 minutes, for example `30`.",
        ),
        (
            'call add 2027-02-16 13:00 UTC for 90 "A',
            'The quote before “A” has no end. Close it: 2027-02-16 13:00 UTC for 90 "A"',
        ),
        (
            f'call add 2027-02-16 13:00 UTC for 90 "{"x" * 201}"',
            "That title has 201 characters, and 200 fit. Shorten it by 1, and send the command again.",
        ),
        (
            "call move",
            "Name the call, then `to` and the new date and time, as in "
            "`/lap call move 2027-02-16 to 2027-02-18 14:00 Europe/Paris`.",
        ),
        ("announce", "Name the call by its date or its title, as in `/lap announce 2027-02-16`."),
        ("announce 2031-01-01", NOT_THERE.format("2031-01-01")),
        ("call cancel Nothing", NOT_THERE.format("Nothing")),
        ("call move 2031-01-01 to 2031-02-01 13:00 UTC", NOT_THERE.format("2031-01-01")),
    ],
)
def test_what_cannot_be_done_is_answered_and_changes_nothing(cast: Cast, line: str, says: str) -> None:
    assert secretary(cast, line).text.startswith(says)
    assert secretary(cast, "calls").text == "There is no call that you are invited to."


def test_an_agency_is_told_whose_verb_it_is(cast: Cast) -> None:
    agency = cast.actor("fr-cnil")
    assert say(cast, agency, "announce next").text == (
        "`announce` is for the secretariat. `/lap help` shows what is yours."
    )
    assert say(cast, agency, 'call add 2027-02-16 13:00 UTC for 90 "A"').text == (
        "Only the secretariat can plan a call. Ask it to, at calls@lap.example."
    )


# --- announcing, moving, cancelling ---


def test_announcing_is_looked_at_first_and_done_by_its_button(cast: Cast) -> None:
    planned(cast)
    look = secretary(cast, "announce Members' call")
    assert look.text.startswith(
        "Announcing “Members' call”, Tue 16 Feb 2027, 08:00-09:30 America/New_York (13:00-14:30 UTC), sends an "
        "invitation to 35 people of 33 organisations (au-accc, au-acma, "
    )
    assert look.text.endswith(
        "Representatives and observers hear nothing before you approve them (Plan B.3).\n"
        "Nothing has left yet. To do it, press the button or send `/lap announce Members' call go`."
    )
    (button,) = look.buttons
    done = press(cast, cast.secretary, "announce", button.value)
    assert done.text.startswith("“Members' call” (`2027-02-16`), Tue 16 Feb 2027, 08:00-09:30 America/New_York (13:00-")
    assert say(cast, cast.actor("fr-cnil"), "calls").text == (
        "`2027-02-16` Members' call: Tue 16 Feb 2027, 14:00-15:30 Europe/Paris (13:00-14:30 UTC)"
    )


def test_a_look_that_no_longer_stands_is_shown_anew(cast: Cast) -> None:
    planned(cast)
    look = secretary(cast, "announce 2027-02-16")
    secretary(cast, 'segment add 2027-02-16 joint 30 "Reports"')
    again = press(cast, cast.secretary, "announce", look.buttons[0].value)
    assert again.text.startswith(
        "Since you looked, the call changed, so nothing was done. As it stands now:\nAnnouncing "
    )
    assert say(cast, cast.actor("fr-cnil"), "calls").text == "There is no call that you are invited to."


def test_a_button_is_good_for_the_person_who_was_shown_it(cast: Cast) -> None:
    planned(cast)
    (button,) = secretary(cast, "announce 2027-02-16").buttons
    other = cast.by_email("secretariat@gb-oft.example")
    assert press(cast, other, "announce", button.value).text == (
        "That button is no longer good. Send the command again to see how things stand."
    )


def test_moving_an_announced_call_is_looked_at_first(cast: Cast) -> None:
    announced(cast)
    line = "call move 2027-02-16 to 2027-02-18 14:00 Paris"
    look = secretary(cast, line)
    assert look.text.startswith(
        "Moving “Members' call” to Thu 18 Feb 2027, 08:00-09:30 America/New_York (13:00-14:30 UTC) sends the new time "
        "to 35 people of 33 organisations ("
    )
    done = press(cast, cast.secretary, "call", look.buttons[0].value)
    assert done.text.startswith("“Members' call” is moved: it is now `2027-02-18`, Thu 18 Feb 2027, 08:00-09:30 ")
    assert say(cast, cast.actor("fr-cnil"), "call 2027-02-16").text.startswith(
        "Members' call (`2027-02-18`): Thu 18 Feb"
    )


def test_a_draft_moves_and_vanishes_at_once(cast: Cast) -> None:
    planned(cast)
    assert london(cast, "call move Members' call to 2027-02-18 13:00 UTC").startswith(
        "The draft “Members' call” is moved: it is now `2027-02-18`, Thu 18 Feb 2027, 13:00-14:30 Europe/London "
        "(13:00-14:30 UTC). Nothing is sent."
    )
    assert london(cast, "call cancel 2027-02-18 because nobody can come").startswith(
        "The draft “Members' call” (`2027-02-18`), Thu 18 Feb 2027, 13:00-14:30 Europe/London (13:00-14:30 UTC), "
        "is gone. Nobody was told of it, and nothing is sent."
    )


def test_cancelling_an_announced_call_is_looked_at_first(cast: Cast) -> None:
    announced(cast)
    deliver_quietly(cast)
    look = secretary(cast, "call cancel 2027-02-16 because the host's “team” is away")
    assert look.text.startswith(
        "Cancelling “Members' call” (`2027-02-16`), Tue 16 Feb 2027, 08:00-09:30 America/New_York (13:00-14:30 UTC), "
        "sends a cancellation to 35 people of 33 organisations ("
    )
    done = press(cast, cast.secretary, "call", look.buttons[0].value)
    assert "is cancelled. The cancellation goes to 35 people" in done.text
    assert say(cast, cast.actor("fr-cnil"), "calls").text == "There is no call that you are invited to."


@pytest.mark.parametrize(("typed", "kept"), [
    ("because of a “holiday”", "because of a “holiday”"), ("because offices are shut", "offices are shut"), ("", ""),
])  # fmt: skip
def test_a_reason_is_kept_as_a_sentence_of_its_own(cast: Cast, typed: str, kept: str) -> None:
    announced(cast)
    secretary(cast, f"call cancel 2027-02-16 {typed} go")
    t = columns(CallRow)
    with cast.desk.store.read() as tx:
        assert tx.execute(select(t.cancelled_because)).scalar_one() == kept


def test_what_was_to_be_discussed_in_a_cancelled_call_is_not_lost(cast: Cast) -> None:
    announced(cast)
    agency = cast.actor("fr-cnil")
    taken, waiting = (
        say(cast, agency, f"propose 2027-02-16 cases 20 “{title}”").text.split("`")[1] for title in ("Taken", "Waiting")
    )
    secretary(cast, f"item {taken} accept")
    secretary(cast, "call cancel 2027-02-16 go")
    t = columns(AgendaItemRow)
    with cast.desk.store.read() as tx:
        found = {row.reference: (row.state, row.call_id is None) for row in tx.execute(select(*t))}
    assert found == {taken: ("deferred", False), waiting: ("proposed", True)}


# --- reading ---


def test_the_secretariat_sees_a_draft_whole(cast: Cast) -> None:
    planned(cast)
    assert london(cast, "call") == (
        "Members' call (`2027-02-16`): Tue 16 Feb 2027, 13:00-14:30 Europe/London (13:00-14:30 UTC), a draft. "
        "A members' call.\n"
        "1 Agencies: 13:00-14:30 Europe/London (13:00-14:30 UTC), for Agencies only\n"
        "List: 0 names; not circulated (`/lap attendees 2027-02-16`).\n"
        "Agenda: 0 items, 0 minutes (`/lap agenda 2027-02-16`).\n"
        "Only the secretariat sees a draft. `/lap announce 2027-02-16` invites the Agencies."
    )


def approved_guest(cast: Cast, closed_title: str) -> None:
    planned(cast)
    secretary(cast, 'segment add 2027-02-16 joint 30 "Reports"')
    secretary(cast, f'segment add 2027-02-16 agencies 20 "{closed_title}"')
    secretary(cast, "announce 2027-02-16 go")
    secretary(cast, "admit harbour-bank to 2027-02-16/1")
    secretary(cast, "circulate 2027-02-16 go")
    secretary(cast, "approve 2027-02-16 early go")


def test_a_guest_is_shown_its_own_part_and_no_word_of_the_rest(cast: Cast) -> None:
    approved_guest(cast, "Operation Canary")
    guest = cast.actor("harbour-bank")
    assert say(cast, guest, "calls").text == (
        "`2027-02-16` Reports: Tue 16 Feb 2027, 13:00-13:30 Europe/London (13:00-13:30 UTC)"
    )
    assert say(cast, guest, "call 2027-02-16").text == (
        "Reports (`2027-02-16`): Tue 16 Feb 2027, 13:00-13:30 Europe/London (13:00-13:30 UTC).\n"
        "1 Reports: 13:00-13:30 Europe/London (13:00-13:30 UTC)"
    )


def test_hidden_and_missing_calls_are_one_answer_to_a_guest(cast: Cast) -> None:
    announced(cast)
    guest = cast.actor("harbour-bank")
    assert [say(cast, guest, line).text for line in ("call 2027-02-16", "call 2027-02-17", "call Members' call")] == [
        NOT_THERE.format(asked) for asked in ("2027-02-16", "2027-02-17", "Members' call")
    ]
    assert say(cast, guest, "calls").text == "There is no call that you are invited to."


def test_a_long_list_names_the_command_for_the_rest(cast: Cast) -> None:
    for month in range(2, 13):
        for day in range(1, 5):
            line = f'call add 2027-{month:02}-{day:02} 13:00 UTC for 60 "{"A long title of a call " * 4}"'
            secretary(cast, line)
    text = secretary(cast, "calls").text
    *lines, rest = text.splitlines()
    assert len(text) < MOST_TEXT
    day = rest.removeprefix("… the rest: `/lap calls from ").removesuffix("`")
    assert datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC) > datetime(2027, 2, 1, tzinfo=UTC)
    assert day not in "".join(lines)
    assert secretary(cast, f"calls from {day}").text.startswith(f"`{day}` ")


def test_a_request_that_arrives_twice_plans_one_call(cast: Cast) -> None:
    line = 'call add 2027-02-16 13:00 UTC for 90 "Members\' call"'
    say(cast, cast.secretary, line, trigger="t1")
    assert say(cast, cast.secretary, line, trigger="t1").text == "This was already done: `2027-02-16`."


def test_announcing_a_call_of_law_enforcement_speaks_of_no_approval(cast: Cast) -> None:
    secretary(cast, 'call add 2027-02-16 14:00 Paris for 60 "Phishing" law-enforcement')
    assert secretary(cast, "announce 2027-02-16 go").text.endswith(
        "are invited now. It is for law enforcement only: nobody else ever hears of it (Plan B.3)."
    )


def test_quarters_without_a_call_are_said_in_the_look_and_not_again_at_its_button(cast: Cast) -> None:
    secretary(cast, 'call add 2027-02-16 14:00 Paris for 60 "Members\' call"')
    secretary(cast, "announce 2027-02-16 go")
    look = secretary(cast, "call cancel 2027-02-16")
    done = press(cast, cast.secretary, "call", look.buttons[0].value)
    assert ["Still without a call" in it.text for it in (look, done)] == [True, False]
