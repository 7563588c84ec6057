"""``/lap`` alone, word for word."""

from dataclasses import replace
from datetime import UTC, datetime

from handlers.ticking import tick
from storage.tables import Door
from tests.cast import Cast
from tests.slack_front import say

WHEN = "Tue 16 Feb 2027"


def planned(cast: Cast) -> Cast:
    """An announced call on 16 February 2027 with a joint part, its invitations sent."""
    cast.desk = replace(cast.desk, send={Door.MAIL: lambda *_: None})
    for line in (
        'call add 2027-02-16 13:00 UTC for 90 "Calls & cases"',
        "announce 2027-02-16 go",
        'segment add 2027-02-16 joint 30 "Reports" go',
        "admit harbour-bank to 2027-02-16/1",
    ):
        say(cast, cast.secretary, line)
    tick(cast.desk)
    return cast


def test_with_nothing_planned(cast: Cast) -> None:
    assert say(cast, cast.actor("nz-dia"), "").text == (
        "*What awaits you* (Mon 4 Jan 2027, 22:00 Pacific/Auckland (09:00 UTC))\n"
        "No call is planned that you are invited to.\n"
        "Nothing awaits you.\n"
        "`/lap help` shows what you can do, `/lap feed` your page and your calendar feed."
    )


def test_the_secretariat_reads_its_tasks_and_the_next_steps_in_its_hour(cast: Cast) -> None:
    reply = say(planned(cast), cast.secretary, "")
    assert reply.text == (
        "*What awaits you* (Mon 4 Jan 2027, 04:00 America/New_York (09:00 UTC))\n"
        f"Your next call: “Calls &amp; cases”, {WHEN}, 08:00-09:30 America/New_York (13:00-14:30 UTC).\n"
        f"• “Calls &amp; cases”, {WHEN}: do you come? "
        "`/lap yes 2027-02-16`, `/lap no 2027-02-16` or `/lap maybe 2027-02-16`\n"
        f"• “Calls &amp; cases”, {WHEN}: 1 name to circulate, by Wed 27 Jan 2027, 08:00 America/New_York (13:00 UTC). "
        "`/lap circulate 2027-02-16`\n"
        "*Next steps*\n"
        f"• Tue 5 Jan 2027, 08:00 America/New_York (13:00 UTC): call for items, “Calls &amp; cases” of {WHEN}\n"
        f"• Tue 26 Jan 2027, 08:00 America/New_York (13:00 UTC): items close, “Calls &amp; cases” of {WHEN}\n"
        "• Wed 27 Jan 2027, 08:00 America/New_York (13:00 UTC): attendee list circulated, "
        f"“Calls &amp; cases” of {WHEN}\n"
        "`/lap help` shows what you can do, `/lap feed` your page and your calendar feed."
    )
    assert [b.action for b in reply.buttons] == ["rsvp.yes", "rsvp.maybe", "rsvp.no"]


def test_a_representative_reads_its_own_part_and_nothing_else(cast: Cast) -> None:
    planned(cast)
    for line in ("circulate 2027-02-16 go", "approve 2027-02-16 early go"):
        say(cast, cast.secretary, line)
    tick(cast.desk)
    assert say(cast, cast.actor("harbour-bank"), "").text == (
        "*What awaits you* (Mon 4 Jan 2027, 09:00 Europe/London (09:00 UTC))\n"
        f"Your next call: “Reports”, {WHEN}, 13:00-13:30 Europe/London (13:00-13:30 UTC).\n"
        f"• “Reports”, {WHEN}: do you come? `/lap yes 2027-02-16`, `/lap no 2027-02-16` or `/lap maybe 2027-02-16`\n"
        "`/lap help` shows what you can do, `/lap feed` your page and your calendar feed."
    )


def test_two_calls_of_one_day_are_named_with_their_hours(cast: Cast) -> None:
    planned(cast)
    for line in ('call add 2027-02-16 18:00 UTC for 30 "Second"', "announce 2027-02-16T18 go"):
        say(cast, cast.secretary, line)
    tick(cast.desk)
    text = say(cast, cast.actor("nz-dia"), "").text
    assert ("`/lap yes 2027-02-16T13`" in text, "`/lap yes 2027-02-16T18`" in text) == (True, True)


def test_whose_call_has_begun_is_not_asked_whether_they_come_and_answers_what_was_given_in_their_absence(
    cast: Cast,
) -> None:
    planned(cast)
    cast.clock.at = datetime(2027, 2, 16, 12, 50, tzinfo=UTC)
    assert say(cast, cast.actor("nz-dia"), "").text.splitlines()[1].startswith("Your next call: ")
    say(cast, cast.secretary, "start")
    given = say(cast, cast.secretary, "action nz-dia by +7d ask the carriers").text
    reference = given.split("`")[1]
    reply = say(cast, cast.actor("nz-dia"), "")
    assert reply.text.splitlines()[1:] == [
        "Now: “Calls &amp; cases”, Wed 17 Feb 2027, 02:00-03:30 Pacific/Auckland (Tue 16 Feb 2027, 13:00-14:30 UTC).",
        "*Open actions*",
        f"• `{reference}` TLP:AMBER ask the carriers, due Tue 23 Feb 2027, to be accepted. "
        f"`/lap accept {reference}` or `/lap decline {reference}`",
        "`/lap help` shows what you can do, `/lap feed` your page and your calendar feed.",
    ]
    assert reply.buttons == ()


def test_nobody_else_is_told_anything(cast: Cast) -> None:
    from handlers.slack.front import Front
    from handlers.slack.rooms import ROOMS

    planned(cast)
    reply = Front(cast.desk, ROOMS, lambda *_: None).command({"team_id": "T1", "user_id": "U0", "text": ""})
    assert reply.text.startswith("I do not know that command")
