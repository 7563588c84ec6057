"""Owns the proof of what may be done to an item: how it is read, by whom, and in which state."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agenda import ItemState
from bot.errors import Conflict, NotEntitled, NotUnderstood
from bot.item_changes import FROM, PROPOSERS, Change, Do, check_entitled, check_state, read_change
from tests.bot.test_agenda import item


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("accept", Change(Do.ACCEPT)),
        ("Withdraw", Change(Do.WITHDRAW)),
        ("joint for us-ftc", Change(Do.JOINT, org="us-ftc")),
        ("15", Change(Do.MINUTES, minutes=15)),
        ("15 min", Change(Do.MINUTES, minutes=15)),
        ("to next/2", Change(Do.TO, call="next", part="2")),
        ("to 2027-02-16/Reports", Change(Do.TO, call="2027-02-16", part="Reports")),
        ("to next", Change(Do.TO, call="next")),
        ('"A new title"', Change(Do.TITLE, title="A new title")),
        ("„Ein Titel“", Change(Do.TITLE, title="Ein Titel")),
        ('"joint"', Change(Do.TITLE, title="joint")),
        ("A new title", Change(Do.TITLE, title="A new title")),
        ('"A" and "B"', Change(Do.TITLE, title='"A" and "B"')),
        ('"A new title" for us-ftc', Change(Do.TITLE, title="A new title", org="us-ftc")),
    ],
)
def test_a_change_is_read_as_typed(text: str, change: Change) -> None:
    assert read_change(f"K7M2QX {text}") == ("K7M2QX", change)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "accept it",
            "I understood `accept`, but not “it” after it. Send `/lap item K7M2QX accept`; "
            "a title that begins so goes in quotes.",
        ),
        ("to", "Where to? Name a call, or one of its parts, as in `/lap item K7M2QX to next/2`."),
        ('"Gateways', 'The quote before “Gateways” has no end. Close it: K7M2QX "Gateways"'),
        (
            '"Gateways" joint',
            "I read “Gateways” as the new title, and do not understand “joint” beside it. Say one thing at a time, "
            'or put the quotes around the whole title, for example `/lap item K7M2QX "Gateways"`.',
        ),
    ],
)
def test_what_is_not_understood_is_named(text: str, says: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_change(f"K7M2QX {text}")
    assert refused.value.says == says


def test_a_slip_of_one_word_becomes_no_title() -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_change("K7M2QX acept")
    assert refused.value.says.startswith("I do not understand “acept”. After the item's reference say one of: `accept`")


@given(st.sampled_from(Do), st.sampled_from(ItemState), st.booleans())
def test_a_state_allows_what_the_table_says_and_an_agenda_that_is_over_stands(
    do: Do, state: ItemState, over: bool
) -> None:
    it = replace(item("K7M2QX"), state=state)
    stands = do in (Do.WITHDRAW, Do.MINUTES, Do.UP, Do.DOWN, Do.TITLE, Do.JOINT, Do.HARM, Do.CONFIRM)
    if state in FROM[do] and not (over and state is ItemState.ACCEPTED and stands):
        check_state(Change(do), it, over=over)
    else:
        with pytest.raises(Conflict):
            check_state(Change(do), it, over=over)


def test_closing_an_item_is_never_too_late() -> None:
    check_state(Change(Do.CLOSED), item("K7M2QX"), over=True)


def test_an_item_that_is_decided_on_says_so_and_what_to_do() -> None:
    with pytest.raises(Conflict) as refused:
        check_state(Change(Do.ACCEPT), item("K7M2QX"), over=False)
    assert refused.value.says == (
        "`K7M2QX` has been accepted, so it cannot be changed like that now. "
        "To take it off again: `/lap item K7M2QX decline` or `defer`."
    )


@given(st.sampled_from(Do), st.booleans(), st.booleans())
def test_the_secretariat_may_all_its_proposer_a_few_things_others_nothing(do: Do, secretariat: bool, own: bool) -> None:
    if secretariat or (own and do in PROPOSERS):
        check_entitled(Change(do), item("K7M2QX"), "CNIL", secretariat=secretariat, own=own)
    else:
        with pytest.raises(NotEntitled):
            check_entitled(Change(do), item("K7M2QX"), "CNIL", secretariat=secretariat, own=own)


def test_others_are_told_whose_item_it_is() -> None:
    with pytest.raises(NotEntitled) as refused:
        check_entitled(Change(Do.TITLE), item("K7M2QX"), "CNIL", secretariat=False, own=False)
    assert refused.value.says == "`K7M2QX` was proposed by CNIL: only it and the secretariat can change it."
