"""How a line of the minutes is typed: its marks, whose words it holds, how long it may be."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.confidentiality import Tlp
from bot.line_words import LONGEST_LINE, TooLong, Typed, attributed, pieces, read_line
from bot.participants import Participant, ParticipantKind
from tests.bot.refusals import refusal_of

BANK = Participant("p-bank", "harbour-bank", ParticipantKind.PRIVATE_SECTOR, "Harbour Bank", "GB", None, "UTC")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("The list was agreed.", Typed("The list was agreed.")),
        ("TLP:GREEN The list", Typed("The list", Tlp.GREEN)),
        ("The list tlp:amber+strict", Typed("The list", Tlp.AMBER_STRICT)),
        ("[closed] TLP:GREEN The list", Typed("The list", Tlp.GREEN, closed=True)),
        ("The list [Closed]", Typed("The list", closed=True)),
        ("The TLP:GREEN list is closed", Typed("The TLP:GREEN list is closed")),
        ("TLP:RED", Typed("", Tlp.RED)),
        ("[minuted] TLP:RED The source", Typed("The source", Tlp.RED, minuted=True)),
        ("The list [joint]", Typed("The list", closed=False)),
        ("harbour-bank: TLP:RED The source", Typed("harbour-bank: The source", Tlp.RED)),
        ("Harbour Bank: [closed] TLP:GREEN aside", Typed("Harbour Bank: aside", Tlp.GREEN, closed=True)),
        ("https://a.example/x TLP:RED The source", Typed("https://a.example/x The source", Tlp.RED)),
        ("Topic: TLP:RED", Typed("Topic:", Tlp.RED)),
        ("TLP:GREEN fr-cnil: TLP:RED The source", Typed("fr-cnil: The source", Tlp.RED)),
        ("TLP:AMBER what is TLP:GREEN", Typed("what is TLP:GREEN", Tlp.AMBER)),
    ],
)
def test_marks_stand_first_last_or_behind_who_speaks_and_what_is_left_is_the_text(typed: str, read: Typed) -> None:
    assert read_line(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "[closed]: a raid", "*[closed]* a raid", "[ Closed ] a raid", "［closed］ a raid", "【closed】a raid",
        "[closed]a raid", "{closed} a raid", "(closed) a raid", "（closed）a raid", "a raid [closed].",
        "[joint] [closed] a raid",
    ],
)  # fmt: skip
def test_the_mark_that_closes_a_line_is_read_whatever_signs_stand_around_it(typed: str) -> None:
    assert (read_line(typed).text, read_line(typed).closed) == ("a raid", True)
    assert read_line(f"fr-cnil: {typed}").closed is True
    assert read_line(f"fr-cnil：{typed}").closed is True


@pytest.mark.parametrize(
    "typed", ["the matter is (closed)", "the [closed] session", "［joint］ a raid", "[joint]: a raid"]
)
def test_a_word_of_the_text_closes_no_line_and_nothing_but_the_very_mark_opens_one(typed: str) -> None:
    assert read_line(typed).closed is None
    assert read_line(typed).text == typed


def test_a_line_without_text_is_refused_with_an_example() -> None:
    assert refusal_of(lambda: read_line("TLP:GREEN")) == (
        "The text is missing. Write it after the word, for example `/lap note The list was agreed.`"
    )


def test_a_label_that_there_is_not_is_refused() -> None:
    assert refusal_of(lambda: read_line("TLP:PINK The list")) == (
        "“TLP:PINK” is not a TLP 2.0 label. The labels are TLP:RED, TLP:AMBER+STRICT, TLP:AMBER, TLP:GREEN and "
        "TLP:CLEAR."
    )


def test_a_line_that_is_too_long_comes_back_whole() -> None:
    with pytest.raises(TooLong) as refused:
        read_line("x" * (LONGEST_LINE + 1))
    assert refused.value.says == (
        "That line has 3001 characters, and 3000 fit. Nothing was recorded: send it as several lines."
    )
    assert refused.value.typed == Typed("x" * (LONGEST_LINE + 1))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("harbour-bank: phishing is up", (BANK, "phishing is up")),
        ("Harbour  Bank: phishing is up", (BANK, "phishing is up")),
        ("harbour-bank：phishing is up", (BANK, "phishing is up")),
        ("harbour-bank: since 12：30: it is up", (BANK, "since 12：30: it is up")),
        ("harbour: phishing is up", (None, "harbour: phishing is up")),
        ("We note: phishing is up", (None, "We note: phishing is up")),
        ("harbour-bank:", (None, "harbour-bank:")),
    ],
)
def test_only_an_exact_name_before_a_colon_attributes_a_line(text: str, found: tuple[Participant | None, str]) -> None:
    assert attributed(text, [BANK]) == found


MARKED = st.builds(Typed, st.just("x"), st.none() | st.sampled_from(Tlp), st.none() | st.booleans(), st.booleans())


@given(MARKED, st.text("ab ", min_size=1, max_size=9000), st.sampled_from(["", "fr-cnil: "]))
def test_a_text_cut_into_lines_loses_nothing_and_each_line_fits(typed: Typed, text: str, head: str) -> None:
    long = replace(typed, text=head + text)
    found = pieces(long, head)
    assert "".join(p.removeprefix(typed.marks + head) for p in found).replace(" ", "") == text.replace(" ", "")
    assert all(len(p) <= LONGEST_LINE for p in found)


@given(MARKED)
def test_the_marks_of_a_line_cut_in_two_are_read_from_both_halves(typed: Typed) -> None:
    assert read_line(typed.marks + "y") == replace(typed, text="y")
