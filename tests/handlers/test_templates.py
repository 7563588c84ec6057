"""Templates on a real database: a new call with the parts and standing items of its kind, series included."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.calls import CallKind
from bot.procedure import default_text, read_procedure
from bot.series import Cadence
from bot.topics import AudienceKind
from handlers.agenda_pages import show_agenda
from handlers.calls import add_call
from handlers.series import add_series, end_series
from tests.cast import Cast
from tests.slack_front import say

LONDON = ZoneInfo("Europe/London")
FIRST = datetime(2027, 2, 16, 13, tzinfo=UTC)
OWN = read_procedure(
    default_text()
    .replace("members_items = []", 'members_items = ["cases 10 \\"Roll call\\""]', 1)
    .replace("annual_items = []", 'annual_items = ["trends 20 \\"The year in spam\\"", "cases 90 \\"Too long\\""]', 1)
)


@pytest.fixture
def planned(cast: Cast) -> Cast:
    cast.desk = replace(cast.desk, procedure=OWN)
    return cast


def agenda(cast: Cast, name: str) -> list[tuple[str, list[tuple[str, int, str]]]]:
    shown = show_agenda(cast.desk, cast.secretary, name)
    parts = [(p.segment.title, [(i.title, i.minutes, i.proposer) for i in p.items]) for p in shown.parts]
    return [*parts, ("", [(i.title, i.minutes, i.proposer) for i in shown.unplaced])]


def test_an_annual_meeting_has_its_parts_and_each_standing_item_where_it_may_be_heard(planned: Cast) -> None:
    made = add_call(planned.desk, planned.secretary, FIRST, 90, "The annual meeting", CallKind.ANNUAL)
    by = planned.secretary.participant.name
    assert agenda(planned, made.name) == [
        ("Reports", [("The year in spam", 20, by)]),
        ("Agencies", []),
        ("", [("Too long", 90, by)]),
    ]


def test_a_standing_item_is_for_whom_its_topic_is_whichever_part_the_call_begins_with(planned: Cast) -> None:
    made = add_call(planned.desk, planned.secretary, FIRST, 150, "The annual meeting", CallKind.ANNUAL)
    shown = show_agenda(planned.desk, planned.secretary, made.name)
    items = {item.title: (part.segment.title, item.audience) for part in shown.parts for item in part.items}
    assert items == {
        "The year in spam": ("Reports", AudienceKind.JOINT),
        "Too long": ("Agencies", AudienceKind.AGENCIES),
    }


def test_a_standing_item_is_the_secretariats_and_not_of_the_agency_that_it_is_people_of(planned: Cast) -> None:
    """The officers of that Agency found one for each call that is planned: each draft, and each call of others."""
    officer, seat = planned.actor("us-ftc"), planned.secretary
    add_call(planned.desk, seat, FIRST, 90, "A draft")
    made = add_call(planned.desk, seat, FIRST.replace(day=17), 90, "Of others", CallKind.MEMBERS, ["fr-cnil"])
    items = [part.items[0].reference for part in show_agenda(planned.desk, seat, made.name).parts]
    lines = ("find Roll", *(f"{verb} {items[0]}{more}" for verb, more in (("item", " withdraw"), ("paper", ""))))
    hidden = [say(planned, officer, line).text for line in lines]
    assert hidden == [say(planned, planned.actor("nz-dia"), line).text for line in lines]
    assert [say(planned, seat, "find Roll").text.count("Roll call"), hidden[0].count("Roll call")] == [2, 0]
    say(planned, seat, "announce 2027-02-16 go")
    assert say(planned, officer, "find Roll").text.count("Roll call") == 1


def test_the_standing_items_of_calls_that_are_off_come_to_no_other_call(planned: Cast) -> None:
    """Each call has its own: with every cancelled call, and six times with a series that ended, the next had more."""
    seat = planned.secretary
    add_series(planned.desk, seat, Cadence.BIMONTHLY, "Members' call", FIRST, LONDON, 60)
    proposed = say(planned, seat, f'propose {FIRST:%Y-%m-%d} cases "Robocalls"').text.split("`")[1]
    say(planned, seat, f"item {proposed} accept")
    add_call(planned.desk, seat, FIRST.replace(day=17), 90, "Another")
    end_series(planned.desk, seat, "Members' call")
    say(planned, seat, "agenda build 2027-02-17")
    titles = [title for title, *_ in agenda(planned, "2027-02-17")[0][1]]
    assert sorted(titles) == ["Robocalls", "Roll call"]


def test_every_call_of_a_series_begins_with_the_standing_items(planned: Cast) -> None:
    year = add_series(planned.desk, planned.secretary, Cadence.QUARTERLY, "Members' call", FIRST, LONDON, 60)
    by = planned.secretary.participant.name
    assert [agenda(planned, day.name)[0] for day in year.days] == [("Agencies", [("Roll call", 10, by)])] * 4
