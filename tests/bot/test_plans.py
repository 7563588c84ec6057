"""How the words that plan a call fall into date, time, zone, length, names and title, in whatever order they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plans import Plan, read_plan
from tests.bot.refusals import refusal_of

KINDS = ("members", "law-enforcement", "training")
EXAMPLE = '`/lap call add 2027-02-16 14:00 Paris for 90 "Case updates"`'


def read(text: str) -> Plan:
    return read_plan(text, KINDS, EXAMPLE)


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ('2027-02-16 13:00 UTC for 90 "Spring"', Plan("2027-02-16 13:00 UTC", 90, "Spring", (), ())),
        ("2027-02-16 13:00 UTC for 90 Spring call", Plan("2027-02-16 13:00 UTC", 90, "Spring call", (), ())),
        ("16 Feb 2027 at 2 pm New York 45 min “Law”", Plan("16 Feb 2027 2 pm New York", 45, "Law", (), ())),
        ('2027-02-16T13:00Z 90 "Top 10"', Plan("2027-02-16T13:00Z", 90, "Top 10", (), ())),
        ("2027-02-16 1430Z for 60 Top 10 scams", Plan("2027-02-16 1430Z", 60, "Top 10 scams", (), ())),
        ("2027-02-16 9:00 Training day training 60", Plan("2027-02-16 9:00", 60, "Training day", (), ("training",))),
        ("from Fri at 13:00 Port of Spain for 60 'A'", Plan("Fri 13:00 Port of Spain", 60, "'A'", (), ())),
        (
            '2027-02-16 13:00 for -5 "X" only us-ftc, gb-oft',
            Plan("2027-02-16 13:00", -5, "X", ("us-ftc,", "gb-oft"), ()),
        ),
        (
            'only "Trade Office" eu 2027-02-16 13:00 60 "X"',
            Plan("2027-02-16 13:00", 60, "X", ("Trade Office", "eu"), ()),
        ),
        ('2027-02-16 13:00 Pariss for 60 "X"', Plan("2027-02-16 13:00 Pariss", 60, "X", (), ())),
        ("", Plan("", None, "", (), ())),
    ],
)
def test_arguments_are_known_by_their_shape(text: str, plan: Plan) -> None:
    assert read(text) == plan


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '2027-02-16 13:00 "A" "B"',
            f"I understood the title “A”, and not “B”. Give one title in quotes, for example {EXAMPLE}.",
        ),
        (
            '2027-02-16 13:00 UTC for ninety "A"',
            f"I understood the title “A”, and not “for ninety”. Leave that out, or say it as in {EXAMPLE}.",
        ),
        (
            "2027-02-16 13:00 Pariss for 60 Big talk",
            f"I cannot tell which of “Pariss”, “Big talk” is the title. Put it in quotes, for example {EXAMPLE}.",
        ),
        (
            '2027-02-16 for 90 "Spring',
            'The quote before “Spring” has no end. Close it: 2027-02-16 for 90 "Spring"',
        ),
    ],
)
def test_what_cannot_be_told_apart_is_asked_back(text: str, says: str) -> None:
    assert refusal_of(lambda: read(text)) == says


@pytest.mark.parametrize(
    "text", ['2027-02-16 13:00 60 "A" only', '2027-02-16 13:00 60 only "A"', "13:00 60 For few only"]
)
def test_only_with_nobody_after_it_is_asked_back_and_is_not_for_all(text: str) -> None:
    assert refusal_of(lambda: read(text)) == (
        "Only for whom? Name the organisations after `only`, as in `only fr-cnil us-fcc`; where the word belongs to "
        f"the title, put that in quotes, for example {EXAMPLE}."
    )
    assert read('2027-02-16 13:00 60 "Members only"').title == "Members only"


PIECES = ["2027-02-16", "13:00 Europe/Paris", "for 90 minutes", '"Case updates"', "training", "only us-ftc gb-oft"]


@given(st.permutations(PIECES))
def test_the_order_of_the_arguments_changes_nothing(pieces: list[str]) -> None:
    plan = Plan("2027-02-16 13:00 Europe/Paris", 90, "Case updates", ("us-ftc", "gb-oft"), ("training",))
    assert read(" ".join(pieces)) == plan


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Z"]), max_size=80))
def test_any_text_is_a_plan_or_a_refusal(text: str) -> None:
    assert refusal_of(lambda: read(text)) != ""
