"""The roll of a part: who came late, who left and came back, whose regrets were told; and what `undo` takes back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.announcing import announce_call
from handlers.attendance import WHO_IS_HERE, record_present
from handlers.calls import add_call
from handlers.departures import record_left
from handlers.live import clear_gate, end_call, shut_gate, start_call
from handlers.minutes import read_minutes, send_minutes
from handlers.regrets import record_regrets
from handlers.roll import call_roll
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.handlers.test_live import take_back
from tests.held import running
from tests.lists import DAY, START
from tests.slack_front import press, say
from tests.statements import heard


def there(cast: Cast) -> list[tuple[str, bool]]:
    return [(s.name, s.late) for s in call_roll(cast.desk, cast.secretary).there]


def test_the_roll_tells_who_is_there_late_gone_missed_and_excused(cast: Cast) -> None:
    running(cast, "harbour-bank", "oecd")
    record_present(cast.desk, cast.secretary, "fr-cnil gb-ico")
    cast.clock.at = START + timedelta(minutes=7)
    record_present(cast.desk, cast.secretary, "harbour-bank")
    record_left(cast.desk, cast.secretary, "gb-ico")
    record_regrets(cast.desk, cast.secretary, "nl-acm")
    found = call_roll(cast.desk, cast.secretary)
    assert there(cast) == [("fr-cnil", False), ("harbour-bank", True)]
    assert [(s.name, s.at) for s in found.left] == [("gb-ico", START + timedelta(minutes=7))]
    assert (found.regrets, "oecd" in found.missed, "nl-acm" in found.missed) == (("nl-acm",), True, False)


def test_nobody_is_late_for_a_roll_that_was_called_late(cast: Cast) -> None:
    running(cast)
    cast.clock.at = START + timedelta(minutes=9)
    assert not record_present(cast.desk, cast.secretary, "fr-cnil gb-ico").late
    assert there(cast) == [("fr-cnil", False), ("gb-ico", False)]


def test_the_roll_says_who_left_and_came_back_and_for_how_long(cast: Cast) -> None:
    running(cast)
    record_present(cast.desk, cast.secretary, "fr-cnil gb-ico")
    record_left(cast.desk, cast.secretary, "fr-cnil")
    cast.clock.advance(minutes=6)
    record_present(cast.desk, cast.secretary, "fr-cnil nz-dia")
    assert say(cast, cast.secretary, "roll").text.splitlines()[1] == (
        "There (3): fr-cnil (left and came back, away 6 min), gb-ico, "
        "nz-dia (late, 08:06 America/New_York (13:06 UTC))."
    )


def test_who_left_comes_back_and_came_when_they_first_came(cast: Cast) -> None:
    running(cast)
    record_present(cast.desk, cast.secretary, "fr-cnil")
    cast.clock.advance(minutes=10)
    record_left(cast.desk, cast.secretary, "fr-cnil")
    cast.clock.advance(minutes=5)
    assert record_present(cast.desk, cast.secretary, "fr-cnil").recorded == ("fr-cnil",)
    assert [(s.name, s.at) for s in call_roll(cast.desk, cast.secretary).there] == [("fr-cnil", START)]


def test_coming_back_is_taken_back_without_what_was_recorded_before(cast: Cast) -> None:
    running(cast)
    record_present(cast.desk, cast.secretary, "fr-cnil")
    cast.clock.advance(minutes=10)
    record_left(cast.desk, cast.secretary, "fr-cnil")
    cast.clock.advance(minutes=5)
    before = call_roll(cast.desk, cast.secretary)
    say(cast, cast.secretary, "here fr-cnil gb-ico")
    assert say(cast, cast.secretary, "undo go").text == (
        "Taken back: fr-cnil, gb-ico are no longer recorded as being there."
    )
    assert call_roll(cast.desk, cast.secretary) == before
    record_present(cast.desk, cast.secretary, "fr-cnil")
    end_call(cast.desk, cast.secretary)
    assert read_minutes(cast.desk, cast.secretary, DAY).parts[0].present == ("fr-cnil (away 5 min)",)


def test_however_long_each_was_away_they_come_back_by_as_many_statements(cast: Cast) -> None:
    names = ("fr-cnil", "gb-ico", "nl-acm", "nz-dia")
    running(cast)
    record_present(cast.desk, cast.secretary, " ".join(names))
    for name in names:
        cast.clock.advance(minutes=5)
        record_left(cast.desk, cast.secretary, name)
    cast.clock.advance(minutes=5)
    counted = []
    for back in (names[0], " ".join(names[1:])):
        with heard(cast.desk.store) as sent:
            record_present(cast.desk, cast.secretary, back)
        counted.append(len(sent))
    end_call(cast.desk, cast.secretary)
    seats = next(p.present for p in read_minutes(cast.desk, cast.secretary, DAY).parts if p.present)
    assert (counted[0], [name.partition(" (away ")[2] for name in seats]) == (
        counted[1], ["20 min)", "15 min)", "10 min)", "5 min)"],
    )  # fmt: skip


def test_who_is_not_recorded_as_being_there_cannot_leave(cast: Cast) -> None:
    running(cast)
    assert refusal_of(lambda: record_left(cast.desk, cast.secretary, "fr-cnil")) == (
        "Nobody was recorded. fr-cnil is not recorded as being there, so cannot leave."
    )


def test_who_left_is_not_here_any_more_at_the_gate(cast: Cast) -> None:
    running(cast)
    record_present(cast.desk, cast.secretary, "harbour-bank meridian-net")
    record_left(cast.desk, cast.secretary, "harbour-bank")
    assert [g.name.split(" (")[0] for g in shut_gate(cast.desk, cast.secretary).must_go if g.here] == ["Meridian Net"]


def test_those_of_the_part_before_who_may_hear_this_one_are_recorded_with_one_word(cast: Cast) -> None:
    running(cast)
    record_present(cast.desk, cast.secretary, "fr-cnil gb-ico harbour-bank")
    record_left(cast.desk, cast.secretary, "gb-ico")
    shut_gate(cast.desk, cast.secretary)
    clear_gate(cast.desk, cast.secretary)
    assert call_roll(cast.desk, cast.secretary).before == ("fr-cnil",)
    assert press(cast, cast.secretary, "here.same", "2027-02-16").text == "There in “Agencies”: fr-cnil."
    assert refusal_of(lambda: record_present(cast.desk, cast.secretary, "same")) == (
        "Nobody who was in the part before and may hear this one is left to be recorded. `/lap roll` calls the roll."
    )


def test_all_but_a_few_of_sixty_are_recorded_with_one_line(cast: Cast) -> None:
    running(cast, "harbour-bank", "oecd")
    record_regrets(cast.desk, cast.secretary, "nl-acm")
    expected = set(call_roll(cast.desk, cast.secretary).missed)
    unknown = refusal_of(lambda: record_present(cast.desk, cast.secretary, "all except fr-cnil nobody-here"))
    assert (unknown.startswith("Nobody was recorded. I know nobody called “nobody-here”"), there(cast)) == (True, [])
    assert refusal_of(lambda: record_present(cast.desk, cast.secretary, "all except")) == (
        "Who is not there? Name them behind that word, as in `/lap here all except fr-cnil`; `/lap here all` records "
        "everybody."
    )
    assert there(cast) == []
    recorded = record_present(cast.desk, cast.secretary, "Everybody, except fr-cnil, oecd").recorded
    assert (set(recorded), "nl-acm" in recorded) == (expected - {"fr-cnil", "oecd"}, False)
    assert record_present(cast.desk, cast.secretary, "all").recorded == ("fr-cnil", "oecd")
    assert refusal_of(lambda: record_present(cast.desk, cast.secretary, "all")) == (
        "Nobody else is expected in this part, so nobody was recorded. `/lap roll` calls the roll."
    )


def test_quotes_with_nothing_in_them_name_nobody(cast: Cast) -> None:
    running(cast)
    assert refusal_of(lambda: record_present(cast.desk, cast.secretary, '""')) == WHO_IS_HERE


def test_leaving_and_regrets_are_taken_back(cast: Cast) -> None:
    running(cast)
    record_present(cast.desk, cast.secretary, "fr-cnil")
    record_left(cast.desk, cast.secretary, "fr-cnil")
    assert take_back(cast) == "Taken back: fr-cnil is recorded as being there again."
    assert there(cast) == [("fr-cnil", False)]
    record_regrets(cast.desk, cast.secretary, "nl-acm ie-comreg")
    assert take_back(cast) == "Taken back: ie-comreg, nl-acm are expected again."
    assert call_roll(cast.desk, cast.secretary).regrets == ()


def test_who_left_a_while_ago_is_recorded_at_the_time_that_is_told(cast: Cast) -> None:
    running(cast)
    cast.clock.advance(seconds=20)
    record_present(cast.desk, cast.secretary, "fr-cnil nz-dia ie-comreg")
    cast.clock.advance(minutes=20)
    gone = [
        record_left(cast.desk, cast.secretary, f"{clock} {who}").at
        for clock, who in (("08:00", "fr-cnil"), ("1310Z", "nz-dia"), ("08:20", "ie-comreg"))
    ]
    assert [at - START for at in gone] == [timedelta(seconds=s) for s in (59, 10 * 60 + 59, 20 * 60 + 20)]
    refused = [refusal_of(lambda clock=clock: record_left(cast.desk, cast.secretary, f"{clock} fr-cnil"))
               for clock in ("07:59", "08:21")]  # fmt: skip
    assert refused == [
        "The part has been on since 08:00 America/New_York (13:00 UTC), and it is 08:20 America/New_York (13:20 UTC) "
        f"now, so nobody left it at {clock}. Give the time on your own clock, or none for now."
        for clock in ("07:59", "08:21")
    ]
    record_present(cast.desk, cast.secretary, "jp-mic")
    assert "jp-mic is recorded as being there only since later" in (
        refusal_of(lambda: record_left(cast.desk, cast.secretary, "08:05 jp-mic")) or ""
    )


def test_a_time_that_came_twice_during_the_part_is_asked_back(cast: Cast) -> None:
    """London's clocks go back on 31 October 2027 at 01:00 UTC."""
    london, start = cast.by_email("secretariat@gb-oft.example"), datetime(2027, 10, 31, 0, 0, tzinfo=UTC)
    cast.clock.at = datetime(2027, 10, 1, 9, 0, tzinfo=UTC)
    add_call(cast.desk, london, start, 120, "Case updates")
    announce_call(cast.desk, london, "2027-10-31")
    cast.clock.at = start
    start_call(cast.desk, london, None)
    record_present(cast.desk, london, "fr-cnil nz-dia jp-mic")
    cast.clock.advance(minutes=30)
    early = say(cast, london, "left 2027-10-31/1 01:15 fr-cnil").text
    cast.clock.advance(hours=3)
    twice = refusal_of(lambda: record_left(cast.desk, london, "2027-10-31/1 01:15 nz-dia"))
    later = say(cast, london, "left 2027-10-31/1 0115Z nz-dia").text
    assert early.startswith("Left “Agencies” at 01:15 Europe/London (00:15 UTC): fr-cnil.")
    assert twice == (
        "01:15 Europe/London came twice during that part, because the clocks went back. Write the time in UTC: `0015Z` "
        "or `0115Z`."
    )
    assert later.startswith("Left “Agencies” at 01:15 Europe/London (01:15 UTC): nz-dia.")


def test_that_one_left_again_is_not_taken_back_with_the_first_time(cast: Cast) -> None:
    running(cast)
    say(cast, cast.secretary, "scribe gb-ico")
    record_present(cast.desk, cast.secretary, "fr-cnil nl-acm")
    record_left(cast.desk, cast.secretary, "fr-cnil nl-acm")
    cast.clock.advance(minutes=5)
    record_present(cast.desk, cast.actor("gb-ico"), "fr-cnil")
    cast.clock.advance(minutes=5)
    record_left(cast.desk, cast.actor("gb-ico"), "fr-cnil")
    assert say(cast, cast.secretary, "undo go").text == "Taken back: nl-acm is recorded as being there again."
    assert [s.name for s in call_roll(cast.desk, cast.secretary).left] == ["fr-cnil"]


def test_regrets_are_written_down_in_slack_for_others_and_answer_one_s_own_invitation(cast: Cast) -> None:
    running(cast)
    assert say(cast, cast.secretary, "regrets from nl-acm").text == (
        "Regrets of nl-acm are written down for “Case updates”."
    )
    assert say(cast, cast.actor("fr-cnil"), "regrets from nl-acm").text.startswith("No call is under way that is yours")


@pytest.mark.parametrize("entered", ["here fr-cnil", "left nl-acm", "regrets from ie-comreg"])
def test_who_was_there_is_not_taken_back_once_the_minutes_that_say_so_were_sent(cast: Cast, entered: str) -> None:
    running(cast)
    other = replace(cast.secretary, user="another")
    record_present(cast.desk, other, "nl-acm")
    say(cast, cast.secretary, entered)
    end_call(cast.desk, other)
    send_minutes(cast.desk, other, DAY)
    assert refusal_of(lambda: take_back(cast)) == (
        "The minutes of “Case updates” were sent already. `/lap correct LINE TEXT` puts right what they say."
    )
