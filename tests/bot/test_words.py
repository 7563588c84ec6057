"""How a command's text falls into words, and what a word is taken for by its shape."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import NotUnderstood
from bot.words import (
    ALPHABET,
    Word,
    draw_reference,
    each_word,
    fold_reference,
    is_date,
    is_minutes,
    is_reference,
    mailto,
    mention,
    read_minutes,
    rest_from,
    rest_of,
    split_words,
    unescape,
)
from tests.bot.refusals import refusal_of

PLAIN = st.text("abcXYZ09.,'/-éß", min_size=1, max_size=8)


def texts(typed: str) -> list[str]:
    return [word.text for word in split_words(typed)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ('segment add next joint 30 "Open reports"', ["segment", "add", "next", "joint", "30", "Open reports"]),
        ("propose cases “New letters” closed", ["propose", "cases", "New letters", "closed"]),
        ("a „Bericht der Woche“ z", ["a", "Bericht der Woche", "z"]),
        ("a ”Veckans fall” z", ["a", "Veckans fall", "z"]),
        ("a « Rapports du jour » z", ["a", "Rapports du jour", "z"]),
        ('a “mixed quotes" z', ["a", "mixed quotes", "z"]),
        ('a "The "Nigerian" letter" z', ["a", 'The "Nigerian" letter', "z"]),
        ("a “Letters called “Nigerian”” z", ["a", "Letters called “Nigerian”", "z"]),
        ('a ""Nigerian" letters" z', ["a", '"Nigerian" letters', "z"]),
        ("l'agence FTC's agencies' 'tis", ["l'agence", "FTC's", "agencies'", "'tis"]),
        ('a 5" disk', ["a", '5"', "disk"]),
        ('a "" z', ["a", "", "z"]),
        ("a\u00a0b\n c", ["a", "b", "c"]),
        ("  ", []),
    ],
)
def test_text_falls_into_words_and_quotations(typed: str, words: list[str]) -> None:
    assert texts(typed) == words


def test_a_word_knows_its_place_and_whether_it_was_quoted() -> None:
    assert split_words('a  "b c"') == [Word("a", False, 0, 1), Word("b c", True, 3, 8)]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (
            'segment add next joint 30 "Reports',
            'The quote before “Reports” has no end. Close it: segment add next joint 30 "Reports"',
        ),
        ("propose cases “Letters", "The quote before “Letters” has no end. Close it: propose cases “Letters”"),
        ("propose cases „Briefe", "The quote before “Briefe” has no end. Close it: propose cases „Briefe“"),
        ("propose cases « Lettres", "The quote before “Lettres” has no end. Close it: propose cases « Lettres»"),
        ('propose cases "', "The quote at the end opens nothing. Leave it out: propose cases"),
    ],
)
def test_a_quote_without_an_end_is_refused_with_the_line_mended(typed: str, says: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        split_words(typed)
    assert refused.value.says == says


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ('note he said "hello', 'he said "hello'),
        ('note "all of it"', "all of it"),
        ('note "one" and "two"', '"one" and "two"'),
        ('note "The "Nigerian" letter"', 'The "Nigerian" letter'),
        ('note "hello" they said', '"hello" they said'),
        ("note   two  spaces ", "two  spaces"),
        ("note « Rapports »", "Rapports"),
        ("note", ""),
    ],
)
def test_a_last_text_needs_no_quotes(typed: str, rest: str) -> None:
    assert rest_of(typed, next(each_word(typed))) == rest


def test_a_last_text_that_only_opens_a_quote_is_refused() -> None:
    with pytest.raises(NotUnderstood) as refused:
        rest_of('note "hello', Word("note", False, 0, 4))
    assert refused.value.says == 'The quote before “hello” has no end. Close it: note "hello"'


def test_a_last_text_may_begin_with_a_word_that_was_no_argument() -> None:
    typed = "action be-economy by Fri send the list"
    assert rest_from(typed, split_words(typed)[4]) == "send the list"


@given(st.lists(st.tuples(PLAIN, st.booleans()), max_size=6), st.sampled_from(['""', "“”", "„“", "””", "«»"]))
def test_joined_words_are_split_into_the_same(words: list[tuple[str, bool]], quotes: str) -> None:
    typed = " ".join(f"{quotes[0]}{text} x{quotes[1]}" if quoted else text for text, quoted in words)
    assert [(w.text, w.quoted) for w in split_words(typed)] == [(f"{t} x" if q else t, q) for t, q in words]


@given(st.text("ab \t\"“”„«»'", max_size=20))
def test_words_stand_where_they_say_and_only_spaces_are_left_out(typed: str) -> None:
    try:
        words = split_words(typed)
    except NotUnderstood:
        return
    slices = [typed[w.start : w.end] for w in words]
    assert [w.text for w in words] == [s[1:-1].strip() if w.quoted else s for s, w in zip(slices, words, strict=True)]
    ends = [0, *(w.end for w in words)]
    assert not "".join(
        typed[end:start] for end, start in zip(ends, [*(w.start for w in words), len(typed)], strict=True)
    ).strip()


@given(st.text('ab "“”„«»', max_size=20))
def test_a_line_mended_as_told_is_understood(typed: str) -> None:
    try:
        split_words(typed)
    except NotUnderstood as refused:
        split_words(refused.says.split(": ", 1)[1])


def test_slack_s_escapes_are_undone_once() -> None:
    assert unescape("a &amp; b &lt;c&gt; &amp;lt; &quot;") == "a & b <c> &lt; &quot;"


@given(st.text("&<>amplgt; x", max_size=30))
def test_unescape_undoes_slack_s_escaping(text: str) -> None:
    assert unescape(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")) == text


@pytest.mark.parametrize(
    ("typed", "is_one"),
    [
        ("K7Q2MX", True),
        ("k7q2mx", True),
        ("`k7q2mx`", True),
        ("ABOCD2", True),
        ("oracle", False),
        ("trends", False),
        ("123456", False),
        ("120min", False),
        ("12345M", False),
        ("K7Q2M", False),
        ("K7Q2MU", False),
        ("2027-02-16", False),
        ("10:30Z", False),
    ],
)
def test_a_reference_is_known_by_its_shape(typed: str, is_one: bool) -> None:
    assert is_reference(typed) is is_one


def test_what_is_mistaken_for_a_figure_is_folded() -> None:
    assert [fold_reference(typed) for typed in ("abOcl2", "`ABICL2`")] == ["AB0C12", "AB1C12"]


@given(st.text(max_size=8))
@example("0 `")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold_reference(fold_reference(text)) == fold_reference(text)


@given(st.data())
def test_a_drawn_reference_is_taken_for_nothing_else(data: st.DataObject) -> None:
    drawn = draw_reference(lambda n: data.draw(st.integers(0, n - 1)))
    assert (is_reference(drawn), is_reference(drawn.lower()), fold_reference(drawn.lower())) == (True, True, drawn)
    assert [drawn.isalpha(), drawn.isdigit(), is_minutes(drawn), is_date(drawn)] == [False] * 4


@given(st.text(ALPHABET.lower() + "ilou", min_size=6, max_size=6).filter(str.isalpha))
def test_no_word_is_taken_for_a_reference(word: str) -> None:
    assert not is_reference(word)


@given(st.integers(-999, 9999), st.sampled_from(["", "m", " min", "min", " minutes", "MIN"]))
def test_minutes_are_read_with_and_without_their_unit(number: int, unit: str) -> None:
    assert read_minutes(f"{number}{unit}") == number


@pytest.mark.parametrize("typed", ["", "m", "45s", "1h", "4 5", "45 min x", "٤٥", "9999999999"])
def test_what_is_no_length_in_minutes_is_none(typed: str) -> None:
    assert not is_minutes(typed)


@pytest.mark.parametrize(
    ("typed", "user"),
    [("<@U1>", "U1"), ("<@U1|x>", "U1"), ("<@W0A|>", "W0A"), ("@U1", None), ("<@U1> x", None), ("<!here>", None)],
)
def test_a_mention_names_a_slack_user(typed: str, user: str | None) -> None:
    assert mention(typed) == user


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<mailto:a@b.example>", "a@b.example"),
        ("a@b.example", "a@b.example"),
        ("A.B+c@b.example", "A.B+c@b.example"),
        ("a@b@c", None),
        ("@b", None),
        ("a b@c", None),
    ],
)
def test_an_address_is_read_plain_or_as_slack_links_it(typed: str, address: str | None) -> None:
    assert mailto(typed) == address


def test_thousands_of_quotes_in_a_row_are_read_at_once() -> None:
    began = time.process_time()
    assert refusal_of(lambda: split_words('"' * 20_000))
    assert time.process_time() - began < 2
