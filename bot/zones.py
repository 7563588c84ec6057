"""Owns which time zone a person means by a city's name; dates and clock times belong to ``bot/when.py``."""

import difflib
import functools
import re
import unicodedata
import zoneinfo
from zoneinfo import ZoneInfo

from bot.errors import NotUnderstood

# Only names of the form Region/City are cities: US/Eastern or Brazil/West are legacy names, taken when written in full.
REGIONS = frozenset(
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"],
)
NOT_CITIES = frozenset(["act", "lhi", "north", "nsw", "south", "west"])

_UTC = frozenset(["utc", "z", "etc/utc"])
_OFFSET = re.compile(r"(?:etc/)?(?:utc|gmt)?\s*[-+−]", re.IGNORECASE)  # noqa: RUF001 - the minus sign that phones write

# Several clocks share each of these, and none of them follows daylight saving: a city does.
ABBREVIATIONS = {
    "acst": "Adelaide", "aedt": "Sydney", "aest": "Sydney", "akst": "Anchorage", "art": "Buenos Aires",
    "ast": "Halifax", "awst": "Perth", "brt": "Sao Paulo", "bst": "London", "cat": "Johannesburg", "cdt": "Chicago",
    "cest": "Paris", "cet": "Paris", "clt": "Santiago", "cst": "Chicago", "eat": "Nairobi", "edt": "New York",
    "eest": "Athens", "eet": "Athens", "est": "New York", "gmt": "London", "hkt": "Hong Kong", "hst": "Honolulu",
    "ist": "Kolkata", "jst": "Tokyo", "kst": "Seoul", "mdt": "Denver", "met": "Paris", "mst": "Denver",
    "msk": "Moscow", "nzdt": "Auckland", "nzst": "Auckland", "pdt": "Los Angeles", "pst": "Los Angeles",
    "sast": "Johannesburg", "sgt": "Singapore", "trt": "Istanbul", "wat": "Lagos", "west": "Lisbon", "wet": "Lisbon",
}  # fmt: skip

# Seats of members and other large places that the database files under another city.
ELSEWHERE = {
    "abuja": "Lagos", "ankara": "Istanbul", "barcelona": "Madrid", "beijing": "Shanghai", "bern": "Zurich",
    "bonn": "Berlin", "boston": "New York", "brasilia": "Sao Paulo", "delhi": "Kolkata", "edinburgh": "London",
    "geneva": "Zurich", "mumbai": "Kolkata", "new_delhi": "Kolkata", "osaka": "Tokyo", "ottawa": "Toronto",
    "pretoria": "Johannesburg", "rio_de_janeiro": "Sao Paulo", "san_francisco": "Los Angeles",
    "the_hague": "Amsterdam", "washington": "New York", "washington_dc": "New York", "wellington": "Auckland",
}  # fmt: skip


@functools.cache
def zone_of(name: str) -> ZoneInfo:
    """The zone of that IANA name, kept: ``ZoneInfo`` itself keeps eight, and reads the others from disk each time."""
    return ZoneInfo(name)


def find_zone(text: str) -> ZoneInfo:
    """The zone of a city ('Paris', 'New York', 'sao_paulo') or of a full name ('Europe/Paris'), or UTC.

    Raises NotUnderstood for an abbreviation, an offset, or a city that the time zone database does not name.
    """
    said = _plain(text)
    if said in _UTC:
        return ZoneInfo("UTC")
    if name := _full_names().get(said) or _cities().get(said):
        return ZoneInfo(name)
    shown = text.strip()
    if said == "gmt":
        raise NotUnderstood("“GMT” is taken for London time as well as for UTC. Write “14:30 UTC” or “14:30 London”.")
    if city := ABBREVIATIONS.get(said):
        raise NotUnderstood(
            f"“{shown}” is the short name of more than one clock. Write a city, for example “14:30 {city}”."
        )
    if city := ELSEWHERE.get(said):
        raise NotUnderstood(
            f"The time zone database does not name “{shown}”. Write the city it names for that zone: “14:30 {city}”."
        )
    if _OFFSET.match(shown):
        raise NotUnderstood(
            f"“{shown}” is a distance from UTC, which daylight saving changes. Write a city, for example “14:30 Paris”."
        )
    near = difflib.get_close_matches(said, list(_cities()), n=1, cutoff=0.75)
    hint = f" Did you mean “{_city(_cities()[near[0]])}”?" if near else ""
    raise NotUnderstood(f"No time zone is known by the name “{shown}”.{hint} Write a city, for example “14:30 Paris”.")


@functools.cache
def places() -> frozenset[str]:
    """UTC and the zones of places, spelt as in the time zone database: what ``find_zone`` reads in full."""
    return frozenset(_full_names().values()) | {"UTC"}


@functools.cache
def names() -> frozenset[str]:
    """Every name in the time zone database, read once."""
    return frozenset(zoneinfo.available_timezones())


def at_a_place(name: str) -> str:
    """The zone of the place that *name* (“WET”, “Singapore”) means, or stands for, or UTC; empty where it does for
    none."""
    if _plain(name) in _UTC:
        return "UTC"
    return _cities().get(_plain(ABBREVIATIONS.get(name.casefold(), name)), "")


@functools.cache
def _full_names() -> dict[str, str]:
    """The database's names of places by their plain form, without its offsets (Etc/GMT+5 is five hours behind)."""
    return {_plain(name): name for name in sorted(names()) if "/" in name and not name.startswith("Etc/")}


@functools.cache
def _cities() -> dict[str, str]:
    """Full names by plain city.

    Of three-part names only Argentina's count: Indiana has a Petersburg and a Vincennes that nobody means. The few
    cities with two names (Asia/Istanbul, Europe/Istanbul) are one zone under both; the longer name is taken.
    """
    cities: dict[str, str] = {}
    for name in sorted(_full_names().values(), key=lambda name: (len(name), name)):
        region, *between, city = name.split("/")
        if region in REGIONS and between in ([], ["Argentina"]) and _plain(city) not in NOT_CITIES:
            cities[_plain(city)] = name
    return cities


def _city(name: str) -> str:
    return name.rsplit("/", 1)[-1].replace("_", " ")


def _plain(text: str) -> str:
    """Lower case, without accents, words joined by underscores."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "_".join(re.split(r"[\s_-]+", bare.strip().casefold().replace(".", "")))
