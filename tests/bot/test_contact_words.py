"""How contacts and participants are typed: every argument by its shape, the name as what is left."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contact_words import (
    ADD,
    LINK,
    PARTICIPANT,
    REPLACE,
    UNLINK,
    NewContact,
    NewParticipant,
    read_add,
    read_link,
    read_participant,
    read_replace,
    read_unlink,
    read_zone,
)
from bot.errors import NotUnderstood
from bot.participants import ParticipantKind, Role, Sector

POINT = frozenset({Role.POINT_OF_CONTACT})
JANE = NewContact("jane@x.example", "Jane Doe", "us-ftc", POINT, "America/New_York")

SAME = [
    'jane@x.example "Jane Doe" for us-ftc as point zone New York',
    "<mailto:jane@x.example|jane@x.example> “Jane Doe” for us-ftc as point zone America/New_York",
    "jane@x.example Jane Doe for us-ftc as point zone New York",
    "for us-ftc as point zone New York jane@x.example Jane Doe",
    "zone New York Jane Doe for us-ftc as point jane@x.example",
    "as point Jane Doe jane@x.example for us-ftc zone New York",
    "AS point FOR us-ftc ZONE new york «Jane Doe» jane@x.example",
]


@pytest.mark.parametrize("text", SAME)
def test_a_contact_is_read_the_same_in_any_order_and_with_any_quotes(text: str) -> None:
    assert read_add(text) == JANE


def test_a_full_name_of_an_organisation_needs_no_quotes_beside_a_quoted_name() -> None:
    read = read_add('jane@x.example "Jane Doe" for Federal Trade Commission')
    assert read == NewContact("jane@x.example", "Jane Doe", "Federal Trade Commission")


def test_behind_a_short_name_the_rest_is_the_person() -> None:
    assert read_add("jane@x.example for us-ftc Jane Doe").name == "Jane Doe"


@pytest.mark.parametrize("words", ["as point as secretariat", "as point,secretariat", "as point and secretariat"])
def test_several_roles_may_be_named(words: str) -> None:
    assert read_add(f"jane@x.example Jane for us-ftc {words}").roles == POINT | {Role.SECRETARIAT}


CLAUSES = ("jane@x.example", '"Jane Doe"', "for us-ftc", "as point", "zone New York")


@given(st.permutations(CLAUSES))
def test_no_order_of_the_arguments_reads_otherwise(clauses: list[str]) -> None:
    assert read_add(" ".join(clauses)) == JANE


REFUSED = [
    ("Jane for us-ftc", f"I find no e-mail address in “Jane for us-ftc”. Write it as in {ADD}."),
    ("a@b.c d@e.f Jane", f"I find 2 e-mail addresses in “a@b.c d@e.f Jane”, and need one. Write it as in {ADD}."),
    ("a@b.c Jane for", f"What follows `for`? Write it as in {ADD}."),
    (
        "a@b.c Jane for x as boss",
        f"“boss” is no role. Write one of `point`, `primary`, `spam-contact`, `liaison`, `secretariat`, as in {ADD}.",
    ),
    ("a@b.c Jane zone Atlantis", "No time zone is known by the name “Atlantis”. Write a city, for example “Paris”."),
    (
        'a@b.c "Jane" Doe for x',
        f"I read “Jane” as the name, and do not understand “Doe” beside it. Write it as in {ADD}.",
    ),
    ('a@b.c "Jane Doe for x', 'The quote before “Jane Doe for x” has no end. Close it: a@b.c "Jane Doe for x"'),
]


@pytest.mark.parametrize(("text", "says"), REFUSED)
def test_a_contact_that_cannot_be_read_is_refused_with_an_example(text: str, says: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_add(text)
    assert refused.value.says == says


@pytest.mark.parametrize("text", ['a@b.c by d@e.f "Jane Doe"', "a@b.c by d@e.f Jane Doe", 'a@b.c d@e.f "Jane Doe"'])
def test_a_successor_is_the_second_address(text: str) -> None:
    assert read_replace(text) == ("a@b.c", "d@e.f", "Jane Doe")


def test_a_successor_without_an_address_is_refused() -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_replace("a@b.c Jane")
    assert refused.value.says == f"I find 1 e-mail address in “a@b.c Jane”, and need two. Write it as in {REPLACE}."


def test_an_account_is_linked_by_address_and_mention() -> None:
    assert read_link("a@b.c to <@U024BE7LH|jane>") == ("a@b.c", "U024BE7LH")


def test_a_link_without_an_account_is_refused() -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_link("a@b.c to jane")
    assert refused.value.says == f"I find no Slack user in “a@b.c to jane”. Write it as in {LINK}."


def test_a_tie_is_undone_by_mention_or_address() -> None:
    assert (read_unlink("<@U024BE7LH>"), read_unlink("a@b.c")) == ((None, "U024BE7LH"), ("a@b.c", None))


def test_a_tie_of_nobody_cannot_be_named() -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_unlink("jane")
    assert refused.value.says == f"I find no Slack user in “jane”. Write it as in {UNLINK}."


BANK = ("big-bank", '"Big Bank"', "representative", "GB", "financial-institution", "zone London", "j@big.example")


@given(st.permutations(BANK))
def test_a_participant_is_read_in_any_order_of_its_words(words: list[str]) -> None:
    text = " ".join(itertools.chain(words, ['"Jane Doe"']))
    assert read_participant(text) == NewParticipant(
        "big-bank", "Big Bank", ParticipantKind.PRIVATE_SECTOR, "GB", Sector.FINANCIAL_INSTITUTION, "Europe/London",
        "j@big.example", "Jane Doe",
    )  # fmt: skip


REFUSED_PARTICIPANTS = [
    ('x agency NZ zone Paris j@x.example "X"', "Give two names in quotes, the organisation's and its first contact's,"),
    ('x "X" NZ zone Paris j@x.example "Jane"', "What is it: an agency, a representative or an observer? Write it"),
    ('x "X" agency NZ j@x.example "Jane"', "What follows `zone`? Write it"),
    ('"X" agency NZ zone Paris j@x.example "Jane"', "A short name is missing. Write it first,"),
    (
        'x y "X" agency NZ zone Paris j@x.example "Jane"',
        "I read “X” as the name, and do not understand “y” beside it. Write it",
    ),
]


@pytest.mark.parametrize(("text", "says"), REFUSED_PARTICIPANTS)
def test_a_participant_that_cannot_be_read_is_refused_with_an_example(text: str, says: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_participant(text)
    assert refused.value.says == f"{says} as in {PARTICIPANT}."


def test_a_zone_is_named_without_a_time() -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_zone("CET")
    assert refused.value.says == ("“CET” is the short name of more than one clock. Write a city, for example “Paris”.")


def test_a_missing_address_is_asked_for_and_no_empty_quotes_are_shown() -> None:
    with pytest.raises(NotUnderstood, match=r"^An e-mail address is missing\. Write it as in `/lap contact add "):
        read_add("")
