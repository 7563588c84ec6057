"""Whose address a proxy may have, how many an organisation brings, and how one is typed."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Conflict, NotUnderstood
from bot.participants import Contact, Participant, ParticipantKind
from bot.proxies import MOST, check_domain, check_room, read_bring, whose_domain

NAMES = ("cnil", "bank", "body")
CNIL, BANK, BODY = (Participant(name, name, ParticipantKind.AGENCY, name.upper(), "FR", None, "UTC") for name in NAMES)
PEOPLE = [
    Contact(f"{of.id} {domain}", of.id, "Somebody", f"x@{domain}", "UTC", frozenset())
    for of, domain in ((CNIL, "cnil.example"), (BANK, "bank.example"), (CNIL, "gov.example"), (BODY, "gov.example"))
]


@pytest.mark.parametrize(
    ("email", "whose"),
    [("a@cnil.example", ""), ("a@BANK.example", "BANK"), ("a@gov.example", ""), ("a@elsewhere.example", "")],
)
def test_a_proxy_comes_from_no_address_of_another_organisation(email: str, whose: str) -> None:
    assert whose_domain(email, CNIL, (CNIL, BANK, BODY), PEOPLE) == whose


def test_such_an_address_is_refused_with_whose_it_is() -> None:
    check_domain("a@cnil.example", "")
    with pytest.raises(Conflict, match=r"a@bank\.example is at bank\.example, the address of BANK\."):
        check_domain("a@bank.example", "BANK")


def test_an_organisation_brings_three_to_a_call() -> None:
    check_room(CNIL, [str(n) for n in range(MOST - 1)])
    with pytest.raises(Conflict, match="CNIL brings 3 people to that call already"):
        check_room(CNIL, [str(n) for n in range(MOST)])


@given(st.permutations(['"Jane Doe"', "to 2027-02-16", "for us-ftc"]))
def test_the_address_and_the_name_come_first_and_the_clauses_in_any_order(clauses: list[str]) -> None:
    rest = [c for c in clauses if not c.startswith('"')]
    asked = read_bring(f'jane@agency.example "Jane Doe" {" ".join(rest)}')
    assert (asked.email, asked.name, asked.call, asked.organisation) == (
        "jane@agency.example", "Jane Doe", "2027-02-16", "us-ftc",
    )  # fmt: skip


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused_with_an_example(text: str) -> None:
    with suppress(NotUnderstood):
        assert read_bring(text).call
