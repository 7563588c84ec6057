"""What is stated of a case: how it is read and written, and the order that it offers."""

import string
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agenda import AgendaItem, ItemState
from bot.cases import (
    MOST,
    NOTHING,
    Case,
    by_harm,
    read_amount,
    read_harm,
    read_written,
    shown,
    weight,
    with_stated,
    written,
)
from bot.confidentiality import Tlp
from bot.errors import NotUnderstood
from bot.topics import AudienceKind

KINDS = ("spam", "phishing", "malware", "sms-spam", "do-not-call")
FULL = Case("phishing", 12_000, 3_400_000, ("NZ", "AU"), "elderly people", urgent=True)

codes = st.text(string.ascii_uppercase, min_size=2, max_size=2).filter(lambda code: code not in ("UK", "EL"))
cases = st.builds(
    Case,
    st.sampled_from(("", *KINDS)),
    st.none() | st.integers(0, MOST),
    st.none() | st.integers(0, MOST),
    st.lists(codes, unique=True, max_size=5).map(tuple),
    st.sampled_from(("", "yes", "elderly people", "victims of “none”", 'a "quoted" one')),
    st.booleans(),
)


def item(n: int, case: Case = NOTHING) -> AgendaItem:
    return AgendaItem(
        f"ITEM{n:02}", "call", "part", n, "A.3.a", "Title", 10, AudienceKind.AGENCIES, Tlp.AMBER, ItemState.ACCEPTED,
        "nz", "c", datetime(2027, 1, 1, tzinfo=UTC), case=written(case),
    )  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        'phishing victims 12000 loss 3.4M countries NZ AU vulnerable "elderly people" urgent',
        "urgent vulnerable elderly people kind phishing victims 12k loss 3,400,000 countries nz, au",
        'phishing, 12,000 victims, 3.4M loss; countries NZ AU; vulnerable "elderly people" urgent',
    ],
)
def test_what_is_known_is_said_word_by_word_in_any_order(typed):
    assert read_harm(typed, NOTHING, KINDS, "K7M2QX") == FULL


def test_what_is_not_named_stays_and_none_takes_back():
    assert read_harm("victims 5 loss none urgent none", FULL, KINDS, "K7M2QX") == replace(
        FULL, victims=5, loss=None, urgent=False
    )
    assert read_harm("none", FULL, KINDS, "K7M2QX") == NOTHING


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("12000", 12_000), ("12,000", 12_000), ("12k", 12_000), ("3.4M", 3_400_000), ("1.25bn", 1_250_000_000)],
)
def test_numbers_are_read_as_people_write_them(typed, amount):
    assert read_amount(typed) == amount


@pytest.mark.parametrize("typed", ["", "many", "-5", "1.2.3", "1e9", "2000000000k"])
def test_what_is_no_number_is_none(typed):
    assert read_amount(typed) is None


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Say what is known of the case"),
        ("done to consumers", "I do not understand “done”."),
        ("victims many", "After `victims` comes a number, for example `12000`, `12k` or `3.4M`; not “many”."),
        ("countries New Zealand", "After `countries` come two letters for each (ISO 3166), for example `NZ AU`."),
        (f"vulnerable {'x' * 61}", "Say in at most 60 characters who is vulnerable"),
    ],
)
def test_what_is_not_understood_is_told_with_an_example(typed, says):
    with pytest.raises(NotUnderstood) as refused:
        read_harm(typed, FULL, KINDS, "K7M2QX")
    assert refused.value.says.startswith(says)


def test_two_codes_that_people_type_are_the_standards():
    assert read_harm("countries UK EL UK", NOTHING, KINDS, "K7M2QX").countries == ("GB", "GR")


def test_a_case_is_shown_in_words():
    assert shown(FULL, "USD") == (
        "phishing, 12,000 victims, loss 3,400,000 USD, NZ AU, vulnerable: elderly people, urgent"
    )


def test_the_heaviest_case_takes_the_first_place_of_a_case_and_nothing_else_moves():
    order = by_harm([item(1, Case(victims=9)), item(2), item(3, Case(victims=400)), item(4, Case(urgent=True))])
    assert [(i.reference, i.position) for i in order] == [("ITEM04", 1), ("ITEM02", 2), ("ITEM03", 3), ("ITEM01", 4)]


def test_estimates_of_the_same_size_leave_the_order():
    order = by_harm([item(1, Case(victims=1_000)), item(2, Case(victims=9_000))])
    assert [i.reference for i in order] == ["ITEM01", "ITEM02"]


@given(cases)
def test_a_case_is_read_back_as_it_was_written(case):
    assert written(read_written(written(case))) == written(case)


@given(st.lists(cases, max_size=6))
def test_ordering_loses_nothing_and_twice_is_once(stated):
    items = [item(n, case) for n, case in enumerate(stated, 1)]
    order = by_harm(items)
    assert by_harm(order) == order
    assert sorted(i.reference for i in order) == [i.reference for i in items]
    assert [i.reference for i in order if not i.case] == [i.reference for i in items if not i.case]
    heavy = [weight(read_written(i.case)) for i in order if i.case]
    assert heavy == sorted(heavy)


@pytest.mark.parametrize(
    ("kept", "before", "after", "is_"),
    [
        (Case(victims=5000), Case(victims=100), Case(), Case(victims=5000)),
        (Case(victims=100, urgent=True), Case(victims=100), Case(), Case(urgent=True)),
        (Case(victims=5000), Case(victims=100), Case(victims=200), Case(victims=200)),
        (Case(victims=5000), Case(victims=100), Case(victims=100, loss=7), Case(victims=5000, loss=7)),
    ],
    ids=["others put it right", "it was theirs", "stated anew", "something else"],
)
def test_who_takes_back_what_they_stated_takes_back_nothing_that_others_put_in_its_place(
    kept: Case, before: Case, after: Case, is_: Case
) -> None:
    assert with_stated(kept, before, after) == is_
