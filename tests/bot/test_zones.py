"""Which zone a city's name means, and the words with which everything else is asked back."""

from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotUnderstood
from bot.zones import ABBREVIATIONS, ELSEWHERE, REGIONS, at_a_place, find_zone, places
from tests.bot.refusals import refusal_of

PLACES = sorted(n for n in available_timezones() if n.split("/")[0] in REGIONS and "/" in n)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("europe/paris", "Europe/Paris"),
        ("Paris", "Europe/Paris"),
        ("London", "Europe/London"),
        ("New York", "America/New_York"),
        ("new_york", "America/New_York"),
        (" NEW  YORK ", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("port au prince", "America/Port-au-Prince"),
        ("Istanbul", "Europe/Istanbul"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("Singapore", "Asia/Singapore"),
        ("US/Eastern", "US/Eastern"),
        ("America/Indiana/Petersburg", "America/Indiana/Petersburg"),
        ("UTC", "UTC"),
        ("z", "UTC"),
        ("Etc/UTC", "UTC"),
    ],
)
def test_a_city_or_a_full_name_is_found(typed: str, name: str) -> None:
    assert find_zone(typed) == ZoneInfo(name)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("EST", "“EST” is the short name of more than one clock. Write a city, for example “14:30 New York”."),
        ("bst", "“bst” is the short name of more than one clock. Write a city, for example “14:30 London”."),
        ("GMT", "“GMT” is taken for London time as well as for UTC. Write “14:30 UTC” or “14:30 London”."),
        (
            "Washington",
            "The time zone database does not name “Washington”."
            " Write the city it names for that zone: “14:30 New York”.",
        ),
        (
            "UTC+1",
            "“UTC+1” is a distance from UTC, which daylight saving changes. Write a city, for example “14:30 Paris”.",
        ),
        (
            "Etc/GMT+5",
            "“Etc/GMT+5” is a distance from UTC, which daylight saving changes."
            " Write a city, for example “14:30 Paris”.",
        ),
        (
            "−05:00",
            "“−05:00” is a distance from UTC, which daylight saving changes. Write a city, for example “14:30 Paris”.",
        ),
        (
            "Londn",
            "No time zone is known by the name “Londn”. Did you mean “London”?"
            " Write a city, for example “14:30 Paris”.",
        ),
        ("Petersburg", "No time zone is known by the name “Petersburg”. Write a city, for example “14:30 Paris”."),
        ("North", "No time zone is known by the name “North”. Write a city, for example “14:30 Paris”."),
        (
            "../../etc/passwd",
            "No time zone is known by the name “../../etc/passwd”. Write a city, for example “14:30 Paris”.",
        ),
        ("", "No time zone is known by the name “”. Write a city, for example “14:30 Paris”."),
    ],
)
def test_what_names_no_one_zone_is_asked_back(typed: str, says: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        find_zone(typed)
    assert refused.value.says == says


@given(st.sampled_from(PLACES))
def test_every_full_name_is_read_as_itself(name: str) -> None:
    assert find_zone(name.lower()).key == name


@pytest.mark.parametrize("city", sorted({*ABBREVIATIONS.values(), *ELSEWHERE.values()}))
def test_every_city_that_a_refusal_offers_is_understood(city: str) -> None:
    assert find_zone(city).key.endswith(city.replace(" ", "_"))


@pytest.mark.parametrize("other", sorted({*ABBREVIATIONS, *ELSEWHERE}))
def test_no_abbreviation_and_no_other_place_is_a_city_itself(other: str) -> None:
    with pytest.raises(NotUnderstood, match="14:30"):
        find_zone(other)


@given(st.text(max_size=40))
def test_any_text_is_a_zone_or_a_refusal(text: str) -> None:
    assert "14:30" in (refusal_of(lambda: find_zone(text)) or "14:30")


def reads_back(name: str) -> bool:
    try:
        return str(find_zone(name)) == name
    except NotUnderstood:
        return False


def test_the_zones_of_places_are_those_that_are_read_back_as_they_are_written() -> None:
    """The roster's files took WET, which no command takes."""
    assert {name for name in available_timezones() if reads_back(name)} == places()


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("WET", "Europe/Lisbon"),
        ("Singapore", "Asia/Singapore"),
        ("Paris", "Europe/Paris"),
        ("Etc/UTC", "UTC"),
        ("Etc/GMT+5", ""),
    ],
)
def test_for_a_zone_that_is_no_place_s_one_that_keeps_its_clock_is_named_where_there_is_one(
    name: str, place: str
) -> None:
    assert at_a_place(name) == place
