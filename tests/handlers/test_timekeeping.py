"""The clock of a running call: who is told, once, in Slack; a gate that stands shut; a call that nobody ended."""

from datetime import timedelta

from handlers import ticking, timekeeping
from handlers.live import clear_gate, end_call, next_item, shut_gate
from handlers.scribe import name_scribe
from tests.cast import Cast
from tests.held import leaves, running
from tests.lists import START, Sent


def beat(cast: Cast, minutes: float) -> list[Sent]:
    """What the clock says at so many minutes from the start."""
    cast.clock.at = START + timedelta(minutes=minutes)
    ticking.beat(cast.desk)
    return leaves(cast, timekeeping.KIND)


def said(sent: list[Sent]) -> list[tuple[str, str]]:
    return [(s.email, s.notice.paragraphs[0]) for s in sent]


def test_an_item_s_time_is_told_of_to_the_secretariat_and_the_scribe_in_slack_once(cast: Cast) -> None:
    running(cast)
    name_scribe(cast.desk, cast.secretary, "fr-cnil")
    next_item(cast.desk, cast.secretary)
    quiet, nearly = beat(cast, 7), beat(cast, 8)
    assert (quiet, {s.door for s in nearly}, len(nearly)) == ([], {"slack"}, len({s.email for s in nearly}))
    assert "abuse" not in str(nearly)
    assert {e.partition("@")[2] for e, _ in said(nearly)} > {"fr-cnil.example", "us-ftc.example"}
    assert said(nearly)[0][1].startswith("2 min left for `")
    assert said(nearly)[0][1].endswith("TLP:AMBER Phishing of banks.")
    assert said(beat(cast, 8.5)) == []
    assert said(beat(cast, 10.5))[0][1].endswith("is up.")


def test_a_gate_that_stands_shut_is_told_of_each_minute_until_it_is_cleared(cast: Cast) -> None:
    running(cast)
    shut_gate(cast.desk, cast.secretary)
    first, again = beat(cast, 1), beat(cast, 2)
    assert [{w for _, w in said(s)} for s in (first, again)] == [
        {
            f"The gate behind “Reports” has been shut for {n} min: nobody is led in. Are only those on the line who "
            "may hear “Agencies”, and no recorder or notetaker? Then clear it."
        }
        for n in (1, 2)
    ]
    assert [b.action for b in first[0].notice.buttons] == ["clear"]
    clear_gate(cast.desk, cast.secretary)
    assert said(beat(cast, 3)) == []


def test_in_the_last_part_nothing_is_offered_that_lies_behind_it(cast: Cast) -> None:
    running(cast)
    in_the_first = beat(cast, 31)[0].notice
    shut_gate(cast.desk, cast.secretary)
    clear_gate(cast.desk, cast.secretary)
    in_the_last = beat(cast, 96)[0].notice
    assert [[b.action for b in it.buttons] for it in (in_the_first, in_the_last)] == [["next", "gate"], ["next"]]
    assert in_the_last.paragraphs[1] == ("`/lap next` goes on; this is the last part, so `/lap end` ends the call.")


def test_a_word_that_waited_until_the_gate_was_cleared_is_not_told(cast: Cast) -> None:
    running(cast)
    shut_gate(cast.desk, cast.secretary)
    cast.clock.at = START + timedelta(minutes=1)
    ticking.beat(cast.desk)
    clear_gate(cast.desk, cast.secretary)
    assert said(leaves(cast, timekeeping.KIND)) == []


def test_after_a_downtime_there_is_one_message_a_person_and_no_flood(cast: Cast) -> None:
    running(cast)
    next_item(cast.desk, cast.secretary)
    late = beat(cast, 55)
    assert len(late) == len({s.email for s in late})
    assert "min over its time" in str(late[0].notice)


def test_a_call_that_nobody_ended_is_told_of_by_mail_and_goes_on_running(cast: Cast) -> None:
    running(cast)
    shut_gate(cast.desk, cast.secretary)
    clear_gate(cast.desk, cast.secretary)
    beat(cast, 91)
    told = beat(cast, 90 + 121)
    assert {s.notice.subject for s in told if s.door == "mail"} == {"Nobody ended “Case updates”"}
    assert said(beat(cast, 500)) == []
    assert end_call(cast.desk, cast.secretary).view.title == "Case updates"
