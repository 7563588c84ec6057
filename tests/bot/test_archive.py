"""How texts become words that can be found, in ten scripts; no sign means anything; long texts are cut around a hit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.archive import SNIPPET, read_wanted, snippet, words_in
from tests.bot.refusals import refusal_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The list was AGREED.", "the list was agreed"),
        ("L’ÉTÉ, ça va", "l ete ca va"),
        ("naïve cafe\u0301", "naive cafe"),
        ("“anti-spam” (v1.5)", "anti spam v1 5"),
        ("ΑΘΉΝΑ Ёлка Երևան", "αθηνα елка երևան"),
        ("מספר رقم नंबर", "מספר رقم नंबर"),
        ("電話番号", "電 話 番 号"),
        ("ｓｐａｍ １２３", "spam 123"),
        ("스팸 สแปม", "스 팸 ส แ ป ม"),
        ("สวัสดี မြန်မာ", "ส วั ส ดี မြ န် မာ"),
        ("a\u00adb", "a b"),
    ],
)
def test_words_are_small_without_accents_and_each_sign_of_an_unspaced_script_is_one(text: str, words: str) -> None:
    assert words_in(text) == words


def test_each_word_typed_is_one_or_several_in_a_row_and_no_sign_means_anything() -> None:
    assert read_wanted('"NEAR(a b)" words:x* -minus NOT 電話') == (
        ("near", "a"), ("b",), ("words", "x"), ("minus",), ("not",), ("電", "話"),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "  ", '"*()', "😀", "\u0301", "\u0e31"])
def test_what_has_no_word_is_refused_with_an_example(text: str) -> None:
    assert refusal_of(lambda: read_wanted(text)) == (
        "What are you looking for? Write it after `find`, as in `/lap find call gateways`."
    )


def test_too_many_words_are_refused_and_one_endless_word_is_cut() -> None:
    assert refusal_of(lambda: read_wanted(" ".join(f"w{n}" for n in range(1000)))).startswith(
        "That is more than 16 words. Look for the few that the text is sure to have, as in `/lap find call gateways`. "
    )
    assert read_wanted("x" * 3000) == (("x" * 60,),)


def test_a_long_text_is_cut_around_the_first_word_found() -> None:
    text = " ".join([*["before"] * 60, "GATEWAYS", *["after"] * 60])
    cut = snippet(text, read_wanted("gateways"))
    assert (cut.startswith("…before"), "GATEWAYS" in cut, cut.endswith("…"), len(cut) <= SNIPPET + 2) == (True,) * 4
    assert snippet("short", read_wanted("gateways")) == "short"


@given(st.text(), st.text())
def test_words_of_words_are_the_same_words_and_texts_side_by_side_keep_theirs(one: str, other: str) -> None:
    assert words_in(words_in(one)) == words_in(one)
    assert words_in(f"{one}\n{other}") == " ".join(f"{words_in(one)} {words_in(other)}".split())


@given(st.text(min_size=1, max_size=600), st.text(min_size=1, max_size=20))
def test_a_snippet_is_a_piece_of_its_text(text: str, word: str) -> None:
    wanted = tuple(tuple(words_in(w).split()) for w in word.split() if words_in(w))
    cut = snippet(text, wanted)
    assert cut.strip("…").strip() in text or len(text) <= SNIPPET
