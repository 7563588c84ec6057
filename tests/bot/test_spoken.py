"""The accepted forms, read from the one table that the help shows: a line is one of them, or ordinary talk."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotUnderstood
from bot.spoken import (
    ACCEPTED,
    BY_FORM,
    Accepted,
    Correction,
    Form,
    Spoken,
    check_one_line,
    read_action,
    read_correction,
    read_spoken,
    word_of,
)

EVERY_WORD = [(a, word) for a in ACCEPTED for word in a.words]
WITH_TEXT = [(a, w) for a, w in EVERY_WORD if a.form not in (Form.UNDO, Form.CORRECT, Form.OFF)]


def test_every_form_stands_once_in_the_table_and_its_example_has_it() -> None:
    read = [read_spoken(a.example) for a in ACCEPTED]
    assert ([s.form if s else None for s in read], {a.form for a in ACCEPTED}) == (
        [a.form for a in ACCEPTED],
        set(Form),
    )


def test_no_word_is_that_of_two_forms() -> None:
    words = [word.casefold() for _, word in EVERY_WORD]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(("accepted", "word"), WITH_TEXT)
def test_each_word_of_the_table_is_read_in_any_case(accepted: Accepted, word: str) -> None:
    lines = [f"{spelt} fr-cnil" for spelt in (word, word.upper(), word.lower())]
    assert [read_spoken(line) for line in lines] == [Spoken(accepted.form, "fr-cnil")] * 3


@pytest.mark.parametrize("accepted", ACCEPTED, ids=lambda a: a.form.value)
def test_the_usage_begins_with_the_usual_word(accepted: Accepted) -> None:
    assert accepted.usage.startswith(accepted.words[0])


def test_a_reaction_stands_for_each_form_that_is_entered_and_for_no_two() -> None:
    reactions = [a.reaction for a in ACCEPTED if a.form is not Form.OFF]
    assert (all(re.fullmatch(r"[a-z0-9_]+", r) for r in reactions), len(set(reactions))) == (True, len(ACCEPTED) - 1)


@pytest.mark.parametrize(
    "talk",
    [
        "", "hello", "agreed", "Action at last", "info: see above", "topic", "#agreedalready", "# info", "s/he said",
        "s/he and s/his", "ack, will do", "ack. Thanks for the list", "ack that we have it in writing by Friday",
        "present", "q", "regrets+ to all who wait, we are late", "the [off] switch is broken", "https://lap.example",
    ],
)  # fmt: skip
def test_ordinary_talk_is_none_of_them(talk: str) -> None:
    assert read_spoken(talk) is None


@pytest.mark.parametrize(
    "line", ["[off] the coffee is cold", "the coffee is cold [OFF]", "#agreed we stop [off]", "[off]"]
)
def test_what_is_off_the_record_is_not_even_read(line: str) -> None:
    assert read_spoken(line) == Spoken(Form.OFF)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("#link <https://lap.example/a|lap.example/a> The report", "https://lap.example/a The report"),
        ("#link <https://lap.example/a>", "https://lap.example/a"),
        ("<#C0123ABC|info> two", "two"),
        ("#info:  two\nlines", "two\nlines"),
        ("#action:fr-cnil send it", "fr-cnil send it"),
        ("Action:fr-cnil send it", "fr-cnil send it"),
    ],
)
def test_what_follows_the_word_is_the_text_without_slacks_marks(line: str, text: str) -> None:
    spoken = read_spoken(line)
    assert spoken is not None
    assert spoken.text == text


@pytest.mark.parametrize("accepted", ACCEPTED, ids=lambda a: a.form.value)
def test_lap_knows_each_form_by_the_first_word_of_the_table(accepted: Accepted) -> None:
    assert word_of(accepted.example) == accepted.words[0].casefold()


def test_lap_knows_a_form_without_its_sign_too() -> None:
    assert [word_of(line) for line in ("agreed we stop", "topic K7MPQ2", "undo", "calls", "here fr-cnil")] == [
        "#agreed", "#topic", "#undo", "", "",
    ]  # fmt: skip


def test_several_forms_in_one_message_are_not_guessed_apart() -> None:
    several = read_spoken("#info one\n#agreed two")
    assert several is not None
    with pytest.raises(NotUnderstood, match="a message of its own"):
        check_one_line(several)


def test_several_lines_of_one_form_are_one_text() -> None:
    one = read_spoken("#info first: this\nsecond: that")
    assert one is not None
    check_one_line(one)
    assert one.text == "first: this\nsecond: that"


@pytest.mark.parametrize(
    ("typed", "text", "after"),
    [
        ("s/Firday/Friday/", "by Firday, Firday", "by Friday, Firday"),
        ("s/Firday/Friday/g", "by Firday, Firday", "by Friday, Friday"),
        ("s|1/2|2/3|", "a share of 1/2", "a share of 2/3"),
        (r"s/1\/2/2\/3/", "a share of 1/2", "a share of 2/3"),
        ("s/ not//", "is not agreed", "is agreed"),
        ("s/a.c/x/", "abc a.c", "abc x"),
        ("s/Monday/Tuesday/", "by Friday", None),
    ],
)
def test_a_correction_replaces_words_as_they_stand(typed: str, text: str, after: str | None) -> None:
    assert read_correction(typed).of(text) == after


@pytest.mark.parametrize("typed", ["s/a/b", "s//b/", "x/a/b/", "s/a/b/q"])
def test_what_is_no_correction_is_told_how_one_is_written(typed: str) -> None:
    with pytest.raises(NotUnderstood, match="s/Firday/Friday/"):
        read_correction(typed)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("fr-cnil send the list - 2027-03-01", ("fr-cnil send the list", "2027-03-01")),
        ("fr-cnil send the list - due Friday", ("fr-cnil send the list", "Friday")),
        ("fr-cnil send the list – by 1 March 2027.", ("fr-cnil send the list", "1 March 2027")),
        ("fr-cnil send it — next", ("fr-cnil send it", "next")),
        ("fr-cnil send it", ("fr-cnil send it", "next")),
        ("fr-cnil send it - not by mail", ("fr-cnil send it - not by mail", "next")),
        ("fr-cnil send it - twice - +14d", ("fr-cnil send it - twice", "+14d")),
        ("- Friday", ("- Friday", "next")),
    ],
)
def test_an_action_ends_with_its_date_and_without_one_is_due_at_the_next_call(
    typed: str, read: tuple[str, str]
) -> None:
    assert read_action(typed) == read


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_left_alone(line: str) -> None:
    spoken = read_spoken(line)
    assert spoken is None or spoken.form in BY_FORM


@given(st.text(min_size=1, max_size=8), st.text(max_size=8), st.text(max_size=30))
def test_a_correction_leaves_alone_what_does_not_hold_it(old: str, new: str, text: str) -> None:
    after = Correction(old, new, everywhere=True).of(text)
    assert (after is None) == (old not in text)


@pytest.mark.parametrize("line", ["s/" + "\\a" * 2000, "s/a/" + "\\\\" * 2000, "<http://a" * 4000, "<mailto:a" * 4000])
def test_a_line_that_is_made_to_be_slow_is_read_at_once(line: str) -> None:
    began = time.process_time()
    assert (read_spoken(line), time.process_time() - began < 2) == (None, True)
