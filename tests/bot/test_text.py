"""Owns the cases of ``bot.text``: what is dropped from people's words, and which addresses can be used."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import clean_line, clean_text, ended, is_address, is_domain

# Any character at all, lone surrogates too, with those that matter here drawn often.
SUSPECTS = "\r\n\t\x00\x0b\x1b\x7f\x85\u2028\u2029\u202a\u202e\u2066\u2069\ud800\u200d\u200e\u200f “”👩"
anything = st.text(st.one_of(st.sampled_from(SUSPECTS), st.characters()))


def test_line_breaks_in_a_line_become_one_space() -> None:
    assert clean_line("one\r\ntwo\rthree\n\nfour") == "one two three four"


def test_line_breaks_in_a_text_are_kept() -> None:
    assert clean_text("one\r\ntwo\rthree\n\nfour") == "one\ntwo\nthree\n\nfour"


def test_controls_separators_and_directions_are_dropped() -> None:
    assert clean_line("a\x00b\x07c\x1bd\x7fe\x85f\u2028g\u2029h\u202ai\u202ej\u2066k\u2069l") == "abcdefghijkl"


def test_joiners_marks_emoji_and_curly_quotes_are_kept() -> None:
    kept = "\u200fשלום\u200e “it’s” 👩‍👩‍👧‍👦 کتاب\u200cها <!channel> <@U1> &"
    assert clean_line(kept) == kept


def test_what_no_utf8_can_carry_is_dropped() -> None:
    assert clean_line("a\ud83db\udc00c") == "abc"


def test_ends_are_stripped_of_what_dropping_lays_bare() -> None:
    assert clean_text(" \x00 \n a \u2028\n") == "a"


@given(anything)
def test_a_clean_line_is_one_line_without_controls_that_stays_as_it_is(text: str) -> None:
    line = clean_line(text)
    assert clean_line(line) == line == line.strip()
    assert not [c for c in line if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert len(line.splitlines()) <= 1
    assert line.encode().decode() == line


@given(anything)
def test_a_clean_text_is_clean_lines_joined_by_line_feeds(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert [clean_line(line) for line in cleaned.split("\n")] == [line.strip() for line in cleaned.split("\n")]


@given(anything)
def test_cleaning_invents_nothing(text: str) -> None:
    assert set(clean_line(text)) - {" "} <= set(text)


@pytest.mark.parametrize(
    "address",
    ["ann@agency.example", "o'neill+calls@x-1.agency.example", "a.b_c~d*e!f$g@xn--bcher-kva.example", "a@localhost"],
)
def test_an_address_that_mail_and_calendars_carry_unchanged_is_one(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ann",
        "@x.example",
        "ann@",
        "Ann <ann@x.example>",
        "ann@x.example, eve@y.example",
        'q"uo;te@x.example',
        '"ann smith"@x.example',
        "ann@x.example\r\nBcc: eve@y.example",
        "ann@x.example\n",
        "ann@@x.example",
        "ann..b@x.example",
        ".ann@x.example",
        "ann?subject=x@y.example",
        "ann%40y@x.example",
        "ann@-x.example",
        "ann@x..example",
        "ann@[192.0.2.1]",
        "zoë@x.example",
        "a" * 65 + "@x.example",
        "a@" + "b" * 64 + ".example",
        "a@" + "b.c" * 90,
    ],
)
def test_anything_else_is_no_address(address: str) -> None:
    assert not is_address(address)


@given(anything)
def test_an_address_needs_no_cleaning(text: str) -> None:
    address = f"{text}@x.example"
    assert not is_address(address) or clean_line(address) == address


def test_a_domain_is_labels_joined_by_dots() -> None:
    assert [is_domain(d) for d in ("lap.example", "x", "", "a b", "a.", ">.example", "lap.example\n")] == [
        True, True, False, False, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "says"), [("agreed", "agreed."), ("agreed.", "agreed."), ("agreed?", "agreed?")])
def test_a_sentence_has_one_mark_at_its_end(text: str, says: str) -> None:
    assert ended(text) == says
