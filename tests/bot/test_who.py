"""Proves how names are read: one, many in a row, a whole sector."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.participants import Contact, Participant, ParticipantKind, Sector
from bot.who import Names, Who, read_sector, split_names, told_apart

KNOWN = {"harbour-bank", "meridian net", "oecd", "organisation for economic co-operation and development"}


def known(text: str) -> bool:
    return text.casefold() in KNOWN


@pytest.mark.parametrize("text", ["financial_institution", "financial institution", "Financial-Institutions"])
def test_a_sector_is_named_with_spaces_hyphens_or_underscores(text: str) -> None:
    assert read_sector(text) is Sector.FINANCIAL_INSTITUTION


def test_a_sector_ending_in_y_has_its_plural() -> None:
    assert read_sector("telecommunications companies") is Sector.TELECOMMUNICATIONS_COMPANY


def test_what_is_no_sector_is_none() -> None:
    assert read_sector("banks") is None


def test_people_of_one_name_are_told_apart_by_their_organisation_and_in_one_by_their_address() -> None:
    bank, net = (Participant(x, x, ParticipantKind.PRIVATE_SECTOR, x, "FR", None, "UTC") for x in ("bank", "net"))
    found = [
        Who(of, Contact(email, of.id, name, email, "UTC", frozenset()))
        for of, email, name in ((bank, "a@b", "Kim"), (bank, "b@b", "Kim"), (net, "c@n", "Kim"), (net, "d@n", "Lee"))
    ]
    assert told_apart([*found, Who(net)]) == ["Kim (a@b)", "Kim (b@b)", "Kim (net)", "Lee", "net"]


def test_names_of_several_words_need_no_quotes() -> None:
    words = "harbour-bank Meridian Net Organisation for Economic Co-operation and Development".split()
    found = ["harbour-bank", "Meridian Net", "Organisation for Economic Co-operation and Development"]
    assert split_names(words, known, 6) == found


def test_a_comma_ends_a_name() -> None:
    assert split_names("oecd, harbour-bank ,".split(), known, 6) == ["oecd", "harbour-bank"]


def test_a_word_that_nobody_is_called_stands_alone() -> None:
    assert split_names("oecd nobody meridian net".split(), known, 6) == ["oecd", "nobody", "meridian net"]


@given(st.lists(st.sampled_from(sorted(KNOWN)), max_size=6))
def test_names_written_in_a_row_are_read_back(names: list[str]) -> None:
    assert split_names(" ".join(names).split(), known, 6) == names


def test_a_name_of_more_words_than_anybody_has_is_not_looked_for() -> None:
    asked: list[str] = []
    split_names(["word"] * 300, lambda text: bool(asked.append(text)), 3)
    assert max(len(text.split()) for text in asked) == 3


ORGANISATIONS = [
    Participant(f"p{n}", short, ParticipantKind.PRIVATE_SECTOR, name, "GB", None, "UTC")
    for n, (short, name) in enumerate(
        [("harbour-bank", "Harbour Bank"), ("harbour", "Harbour Masters"), ("oecd", "OECD")]
    )
]
PEOPLE = [Contact("c", "p0", "Abuse Desk", "abuse@bank.example", "UTC", frozenset())]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("harbour", ["harbour"]),
        ("harb", ["harbour", "harbour-bank"]),
        ("HARBOUR  bank", ["harbour-bank"]),
        ("harbour_bank", ["harbour-bank"]),
        ("abuse desk", ["harbour-bank"]),
        ("Abuse@Bank.example", ["harbour-bank"]),
        ("oe", ["oecd"]),
        ("o", []),
        ("abuse", []),
        ("nobody", []),
    ],
)
def test_a_name_is_found_exactly_and_else_by_its_beginning(text: str, found: list[str]) -> None:
    assert [who.participant.short_name for who in Names(ORGANISATIONS, PEOPLE).of(text)] == found
