"""The scribe: who may be one, what one does beside the secretariat, and how the role is passed on and lost."""

import pytest

from bot.errors import NotEntitled
from bot.minutes import LineKind
from handlers.actions import give_action
from handlers.attendance import record_present
from handlers.lines import enter_line
from handlers.live import clear_gate, end_call, next_item, shut_gate, start_call
from handlers.looking import Wish
from handlers.minutes import read_minutes
from handlers.scribe import SCRIBE, name_scribe
from handlers.undo import undo_last
from storage import calls
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.held import leaves, running
from tests.lists import DAY, START, with_approved, with_item
from tests.slack_front import say

NOT_YOURS = (
    "No call is under way that is yours to run: the secretariat runs it, and the scribe whom it names. Ask the "
    "secretariat, at calls@lap.example."
)


def test_the_scribe_runs_the_call_from_its_start_to_its_end(cast: Cast) -> None:
    with_item(cast, with_approved(cast, "harbour-bank"), "harbour-bank")
    name_scribe(cast.desk, cast.secretary, f"{DAY} fr-cnil")
    cast.clock.at = START
    scribe = cast.actor("fr-cnil")
    begun = start_call(cast.desk, scribe, None)
    assert begun.expected.guests == ("Harbour Bank (Spam enforcement contact)",)
    record_present(cast.desk, scribe, "gb-ico harbour-bank")
    assert next_item(cast.desk, scribe).item is not None
    enter_line(cast.desk, scribe, LineKind.NOTE, "harbour-bank: it rises")
    give_action(cast.desk, scribe, "fr-cnil by +14d Write to them")
    assert [g.name for g in shut_gate(cast.desk, scribe).must_go] == ["Harbour Bank (Spam enforcement contact)"]
    assert clear_gate(cast.desk, scribe).segment.title == "Agencies"
    end_call(cast.desk, scribe)
    assert [len(p.subjects) for p in read_minutes(cast.desk, scribe, DAY).parts] == [1, 0]
    assert read_minutes(cast.desk, cast.actor("gb-ico"), DAY).parts == ()


def test_a_scribe_hears_every_part_and_is_of_an_agency(cast: Cast) -> None:
    running(cast)
    assert refusal_of(lambda: name_scribe(cast.desk, cast.secretary, "harbour-bank")) == (
        "Harbour Bank (Spam enforcement contact) cannot be the scribe of “Case updates”: a scribe hears every part of "
        "it, so is a contact of an Agency that is invited to all of them, or of the secretariat. Name another, as in "
        "`/lap scribe fr-cnil`."
    )


def test_who_runs_no_call_names_no_scribe_and_is_told_the_same_whether_one_is_on_or_not(cast: Cast) -> None:
    agency = cast.actor("gb-ico")
    before = refusal_of(lambda: name_scribe(cast.desk, agency, "gb-ico"))
    running(cast)
    assert (before, refusal_of(lambda: name_scribe(cast.desk, agency, "gb-ico"))) == (NOT_YOURS, NOT_YOURS)
    assert refusal_of(lambda: name_scribe(cast.desk, agency, f"{DAY} gb-ico")) == NOT_YOURS


def test_the_scribe_passes_the_role_on_and_takes_that_back(cast: Cast) -> None:
    running(cast)
    name_scribe(cast.desk, cast.secretary, "fr-cnil")
    first, second = cast.actor("fr-cnil"), cast.actor("gb-ico")
    assert name_scribe(cast.desk, first, "gb-ico").now == "Information Commissioner's Office (Point of contact)"
    assert refusal_of(lambda: shut_gate(cast.desk, first)) == NOT_YOURS
    assert undo_last(cast.desk, first, Wish("undo", go=True)).said.endswith(" is the scribe of “Case updates” again.")
    assert refusal_of(lambda: shut_gate(cast.desk, second)) == NOT_YOURS
    shut_gate(cast.desk, first)


@pytest.mark.parametrize("named_with", ["scribe", "#chair"])
def test_a_scribe_whom_somebody_else_named_since_stays_also_where_it_is_the_same_one_again(
    cast: Cast, named_with: str
) -> None:
    running(cast)
    name_scribe(cast.desk, cast.secretary, "fr-cnil")
    first = cast.actor("fr-cnil")
    name_scribe(cast.desk, first, "gb-ico")
    for who in ("au-acma", "gb-ico"):
        say(cast, cast.secretary, f"{named_with} {who}")
    assert refusal_of(lambda: undo_last(cast.desk, first, Wish("undo", go=True))) == (
        "Another scribe was named since, so that stays. `/lap scribe WHO` names one."
    )
    assert read_minutes(cast.desk, first, DAY).parts == ()
    assert [len(p.subjects) for p in read_minutes(cast.desk, cast.actor("gb-ico"), DAY).parts] == [0, 0]


def test_the_scribe_of_a_call_that_ended_since_stays_and_no_other_is_said_to_have_been_named(cast: Cast) -> None:
    running(cast)
    name_scribe(cast.desk, cast.secretary, "fr-cnil")
    end_call(cast.desk, cast.actor("fr-cnil"))
    assert refusal_of(lambda: undo_last(cast.desk, cast.secretary, Wish("undo", go=True))) == (
        "The call has ended since, so that stays. `/lap minutes` shows the draft of its minutes."
    )


def test_who_named_several_takes_them_back_one_after_the_other(cast: Cast) -> None:
    running(cast)
    for who in ("fr-cnil", "gb-ico"):
        name_scribe(cast.desk, cast.secretary, who)
    said = [undo_last(cast.desk, cast.secretary, Wish("undo", go=True)).said for _ in range(2)]
    assert said == [
        "Commission nationale de l'informatique et des libertés (Point of contact) is the scribe of “Case updates” "
        "again.",
        "“Case updates” has no scribe again.",
    ]


def test_the_one_who_is_scribe_now_and_the_one_who_was_are_told(cast: Cast) -> None:
    running(cast)
    name_scribe(cast.desk, cast.secretary, "fr-cnil")
    name_scribe(cast.desk, cast.secretary, "gb-ico")
    mails = [(s.email.partition("@")[2], s.notice.subject) for s in leaves(cast, SCRIBE) if s.door == "mail"]
    assert sorted(set(mails)) == [
        (
            "fr-cnil.example",
            "You are no longer the scribe of “Case updates”, Tue 16 Feb 2027, 14:00 Europe/Paris (13:00 UTC)",
        ),
        ("gb-ico.example", "You are the scribe of “Case updates”, Tue 16 Feb 2027, 13:00 Europe/London (13:00 UTC)"),
    ]


def test_a_scribe_who_loses_the_role_mid_sentence_gets_the_sentence_back_and_nothing_is_entered(cast: Cast) -> None:
    call_id = running(cast)
    name_scribe(cast.desk, cast.secretary, "fr-cnil")
    scribe = cast.actor("fr-cnil")
    name_scribe(cast.desk, cast.secretary, "none")
    answer = say(cast, scribe, "note gb-ico: two numbers were traced").text
    assert answer == f"{NOT_YOURS}\nYou typed: `/lap note gb-ico: two numbers were traced`"
    with pytest.raises(NotEntitled):
        name_scribe(cast.desk, scribe, "gb-ico")
    with cast.desk.store.read() as tx:
        record = calls.one(tx, call_id, calls.Part.LINES)
    assert record is not None
    assert record.lines == ()


def test_a_shut_gate_gives_the_sentence_back_too(cast: Cast) -> None:
    running(cast)
    shut_gate(cast.desk, cast.secretary)
    assert say(cast, cast.secretary, "decision Write to both").text.endswith("You typed: `/lap decision Write to both`")
