"""Holds docs/doors.toml against what the code registers: a door, or a field of a value, not listed there fails."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from bot.errors import Refusal
from handlers.actions import list_actions
from handlers.agenda_pages import show_agenda
from handlers.attendee_views import attendees
from handlers.calls import list_calls, show_call
from handlers.directory import read_directory
from handlers.minutes import read_minutes
from handlers.objections import objections
from handlers.overview import show_overview
from tests import doors
from tests.cast import Cast
from tests.held import sent
from tests.lists import DAY

LISTED = doors.listed()
WORDED = ("listeners", "events", "messages", "commands", "jobs")
"""Sections in which each door says in words what it is, or to whom it goes."""


@pytest.fixture
def registered(cast: Cast) -> Any:
    return doors.registered(cast.desk)


@pytest.mark.parametrize("section", ["verbs", "presses", "views", "routes", "logs"])
def test_each_door_is_listed_as_the_code_registers_it(section: str, registered: Any) -> None:
    said = {n: {k: v for k, v in door.items() if k != "says"} for n, door in LISTED[section].items()}
    assert said == {name: dict(door) for name, door in registered[section].items()}


@pytest.mark.parametrize("section", WORDED)
def test_each_kind_of_door_is_listed_and_says_what_it_is(section: str, registered: Any) -> None:
    assert {name for name, door in LISTED[section].items() if door.get("says")} == set(registered[section])


def test_each_property_of_a_calendar_entry_is_listed_and_says_what_it_holds() -> None:
    said = {name: {p for p, says in properties.items() if says} for name, properties in LISTED["calendar"].items()}
    assert said == {name: set(properties) for name, properties in doors.calendar().items()}


def test_there_is_no_section_that_nobody_checks(registered: Any) -> None:
    assert set(LISTED) == {*registered, "values", "calendar", "metrics"}


def test_each_field_of_a_value_that_readers_get_is_listed() -> None:
    said = {name: sorted(" ".join(by_reader.values()).split()) for name, by_reader in LISTED["values"].items()}
    assert said == {name: sorted(fields) for name, fields in doors.values().items()}


def test_each_field_says_by_their_letters_who_may_have_it() -> None:
    letters = {who for by_reader in LISTED["values"].values() for who in by_reader} - {"inside"}
    assert {who for who in letters if "".join(x for x in "SAPON" if x in who) != who} == set()


@pytest.mark.parametrize(
    ("letter", "who"),
    [("S", "secretariat@us-ftc.example"), ("A", ""), ("P", "abuse-desk@harbour-bank.example"), ("O", "")],
)
def test_what_a_reader_gets_holds_nothing_in_the_fields_that_are_others(cast: Cast, letter: str, who: str) -> None:
    sent(cast)
    reader = cast.by_email(who) if who else cast.actor({"A": "fr-cnil", "O": "oecd"}[letter])
    looks: list[Callable[[], object]] = [
        lambda: list_calls(cast.desk, reader),
        lambda: show_call(cast.desk, reader, DAY),
        lambda: show_agenda(cast.desk, reader, DAY),
        lambda: attendees(cast.desk, reader, DAY),
        lambda: objections(cast.desk, reader),
        lambda: read_minutes(cast.desk, reader, DAY),
        lambda: list_actions(cast.desk, reader),
        lambda: show_overview(cast.desk, reader),
        lambda: read_directory(cast.desk, reader),
    ]
    got = []
    for look in looks:
        with suppress(Refusal):
            got.append(look())
    assert (len(got) >= 6, set(doors.not_theirs(got, letter, LISTED["values"]))) == (True, set())
