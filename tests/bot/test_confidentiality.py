"""Labels: how they are read, which is stricter, and the strictest that each way to a reader carries."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.confidentiality import (
    Tlp,
    Way,
    check_inside,
    may_carry,
    read_label,
    respelt,
    split_label,
    stricter,
    strictest_in,
    unlabelled,
)
from bot.line_words import read_line
from bot.procedure import Procedure
from bot.proposing import read_proposal
from bot.terms import LabelTerms
from tests.bot.refusals import refusal_of

LABELS = st.sampled_from(Tlp)
TERMS = st.builds(LabelTerms, LABELS, LABELS, LABELS, LABELS)


@pytest.mark.parametrize(
    "typed", ["TLP:AMBER+STRICT", "amber+strict", " tlp:Amber+Strict ", "[TLP:AMBER+STRICT]", "(tlp:amber+strict):"]
)
def test_a_label_is_read_with_and_without_its_prefix(typed: str) -> None:
    assert read_label(typed) is Tlp.AMBER_STRICT


def test_a_label_that_there_is_not_is_told_by_name() -> None:
    assert refusal_of(lambda: read_label("TLP:WHITE")) == (
        "“TLP:WHITE” is not a TLP 2.0 label. The labels are TLP:RED, TLP:AMBER+STRICT, TLP:AMBER, TLP:GREEN and "
        "TLP:CLEAR."
    )


REASON = (
    "A reason has no label of its own: it is read, and mailed, with what it is about. Leave TLP:RED out, and with it "
    "what is not for everybody who reads that."
)


@pytest.mark.parametrize("typed", ["TLP:RED the source", "the source TLP:RED", "the TLP:RED source"])
def test_what_has_no_label_of_its_own_is_refused_with_one(typed: str) -> None:
    assert refusal_of(lambda: unlabelled(typed)) == REASON
    assert unlabelled(typed.replace("TLP:RED", "red")) == typed.replace("TLP:RED", "red")


@pytest.mark.parametrize(
    ("typed", "label", "rest"),
    [
        ("the source is known", None, "the source is known"),
        ("TLP:RED the source", Tlp.RED, "the source"),
        ("the source [TLP:RED]", Tlp.RED, "the source"),
        ("*TLP:RED:* the source", Tlp.RED, "the source"),
        ("TLP:GREEN the source TLP:RED", Tlp.RED, "the source"),
        ("TLP:RED TLP:GREEN the source", Tlp.RED, "the source"),
        ("the TLP:RED source", None, "the TLP:RED source"),
        ("TLP:RED", Tlp.RED, ""),
    ],
)
def test_of_two_labels_at_the_edges_of_a_text_the_stricter_counts(typed: str, label: Tlp | None, rest: str) -> None:
    assert split_label(typed) == (label, rest)


@pytest.mark.parametrize(
    ("typed", "is_"),
    [
        ("TLP RED", Tlp.RED), ("tlp-red", Tlp.RED), ("[TLP: Red]", Tlp.RED), ("TLP AMBER STRICT", Tlp.AMBER_STRICT),
        ("TLP:AMBER STRICT", Tlp.AMBER_STRICT), ("TLP AMBER + strict", Tlp.AMBER_STRICT), ("TLP_GREEN", Tlp.GREEN),
        ("TLP : RED", Tlp.RED), ("TLP :red", Tlp.RED), ("TLP: GREEN", Tlp.GREEN),
        ("tlp-amber-strict", Tlp.AMBER_STRICT),
    ],
)  # fmt: skip
def test_a_label_is_read_however_people_put_it_together(typed: str, is_: Tlp) -> None:
    read = read_proposal(f'cases "The source" {typed}', Procedure.default().topics)
    assert (split_label(f"{typed} the source"), read.label) == ((is_, "the source"), is_)
    assert read_line(f"the source {typed}").label is is_
    assert refusal_of(lambda: unlabelled(f"the {typed} source"))
    assert (refusal_of(lambda: check_inside(f"the {typed} source", Tlp.GREEN)) is None) == (is_ is Tlp.GREEN)


@pytest.mark.parametrize(
    ("typed", "is_"),
    [
        ("TLP：RED 捜査", Tlp.RED), ("ＴＬＰ：ＲＥＤ 捜査", Tlp.RED), ("TLP：RED　捜査", Tlp.RED),
        ("ＴＬＰ　ＲＥＤ　捜査", Tlp.RED),
        ("TLP：AMBER＋STRICT 捜査", Tlp.AMBER_STRICT), ("TLP：AMBER　STRICT　捜査", Tlp.AMBER_STRICT),
        ("tlp：green 捜査", Tlp.GREEN), ("TLP:RED捜査", Tlp.RED), ("捜査TLP：RED", Tlp.RED), ("TLP:RED、捜査", Tlp.RED),
        ("【TLP：RED】捜査", Tlp.RED), ("TLP RED捜査", Tlp.RED), ("TLP:AMBER+STRICT捜査", Tlp.AMBER_STRICT),
    ],
)  # fmt: skip
def test_a_label_is_read_in_wide_signs_and_beside_words_that_no_space_parts_from_it(typed: str, is_: Tlp) -> None:
    assert (split_label(typed), strictest_in(typed)) == ((is_, "捜査"), is_)
    assert (read_line(typed).label, read_line(typed).text) == (is_, "捜査")


@pytest.mark.parametrize("typed", ["TLP:RED,the raid", "(TLP:RED)the raid", "TLP:RED:the raid", "TLP:RED/the raid"])
def test_a_label_is_read_where_the_space_behind_it_was_forgotten(typed: str) -> None:
    assert split_label(typed) == (Tlp.RED, "the raid")


@pytest.mark.parametrize(
    "text",
    [
        "what TLP:AMBER's limits are", "see cert.example/TLP:RED.pdf", "TLP:REDS", "捜査とTLPの説明",
        "the  TLP redesign ",
        "TLP:AMBER strict rules", "the tlp redesign", "red TLP lists", "what TLP means: red",
        "see https://cert.example/tlp-amber-strict.pdf, page 2", "<https://cert.example/a?tlp-red|tlp-red>",
        "ask tlp-red@cert.example", "see http://cert.example/TLP:AMBER-STRICT",
    ],
)  # fmt: skip
def test_what_is_no_label_stays_as_it_is(text: str) -> None:
    assert respelt(text) == text


def test_a_label_beside_an_address_is_read() -> None:
    text = "https://cert.example/tlp-red mailed by tlp-clear@cert.example"
    assert split_label(f"{text} TLP RED") == split_label(f"tlp-red {text}") == (Tlp.RED, text)


@pytest.mark.parametrize(
    "text", ["TLP - clear wording was asked for", "TLP Green paper", "read on the TLP green", "the TLP clear of errors"]
)
def test_a_sentence_of_the_protocol_is_no_label_that_lets_it_go_further(text: str) -> None:
    assert (split_label(text), read_line(text).text) == ((None, text), text)
    assert refusal_of(lambda: read_line("TLP: clear rules are needed"))


def test_no_word_of_a_sentence_behind_a_label_is_taken_for_a_part_of_it() -> None:
    assert split_label("TLP:AMBER - strict liability")[0] is Tlp.AMBER
    assert split_label("TLP:AMBER - strict liability")[1].endswith("strict liability")


@given(LABELS, LABELS, st.sampled_from(["{}", "[{}]", "({}):", "{},"]))
def test_a_stricter_label_in_the_middle_of_a_text_is_refused_and_no_other(own: Tlp, inside: Tlp, put: str) -> None:
    refused = refusal_of(lambda: check_inside(f"we said {put.format(inside)} of it", own))
    assert (refused is None) == may_carry(inside, own)


def test_by_default_slack_and_mail_carry_amber_documents_strict_calendars_green_and_pages_all() -> None:
    labels = Procedure.default().labels
    assert {way: labels.highest(way) for way in (*Way, None)} == {
        Way.PAGE: Tlp.RED,
        Way.SLACK: Tlp.AMBER,
        Way.MESSAGE: Tlp.AMBER,
        Way.MAIL: Tlp.AMBER,
        Way.DOCUMENT: Tlp.AMBER_STRICT,
        Way.CALENDAR: Tlp.GREEN,
        None: Tlp.CLEAR,
    }


def test_what_slack_may_answer_in_red_it_sends_to_nobody_unasked() -> None:
    labels = replace(Procedure.default().labels, slack=Tlp.RED)
    assert (labels.highest(Way.SLACK), labels.highest(Way.MESSAGE)) == (Tlp.RED, Tlp.AMBER_STRICT)


@given(TERMS, st.sampled_from([Way.MESSAGE, Way.DOCUMENT, None]))
def test_what_leaves_by_itself_or_is_exported_is_never_red(terms: LabelTerms, way: Way | None) -> None:
    assert not may_carry(Tlp.RED, terms.highest(way))


@given(LABELS | st.none(), LABELS | st.none())
def test_the_stricter_of_two_labels_is_one_of_them_and_neither_is_stricter(one: Tlp | None, other: Tlp | None) -> None:
    found = stricter(one, other)
    assert found in (one, other)
    assert found is None or all(may_carry(label, found) for label in (one, other) if label)


# --- the strictest label anywhere ---

WORDS = st.lists(st.sampled_from(["the", "raid", "is,", "TLP", "red", "on", "Thursday.", "\n> "]), max_size=6).map(
    " ".join
)


@given(st.lists(LABELS, max_size=4), st.lists(WORDS, min_size=5, max_size=5), st.sampled_from(["{}", "[{}]", "*{}*,"]))
def test_the_strictest_label_is_found_wherever_it_stands(labels: list[Tlp], words: list[str], shape: str) -> None:
    put = [*(shape.format(label) for label in labels), *[""] * 5]
    text = "\n".join(f"{around.replace('TLP', '')} {label}" for around, label in zip(words, put, strict=False))
    assert strictest_in(text) == max(labels, key=lambda label: label.strictness, default=None)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Re:[TLP:RED] the raid", Tlp.RED),
        ("[TLP:RED]The raid", Tlp.RED),
        ("AW:TLP:RED-raid", Tlp.RED),
        ("*TLP:AMBER+STRICT*The raid", Tlp.AMBER_STRICT),
        ("TLP：RED the raid", Tlp.RED),
    ],
)
def test_a_label_that_stands_close_to_another_word_is_one_too(text: str, label: Tlp) -> None:
    assert strictest_in(text) == label
    assert refusal_of(lambda: unlabelled(text))


@pytest.mark.parametrize("text", ["[TLP:RED]The raid", "we heard of it [TLP:RED]today", "TLP:RED/the raid"])
def test_a_label_close_to_another_word_is_refused_so_that_nothing_is_entered_under_a_milder_one(text: str) -> None:
    assert refusal_of(lambda: check_inside(text, Tlp.AMBER)) == (
        "TLP:RED stands in the middle of the words, where it would not count. If all of it is TLP:RED, put that first, "
        "as a word of its own; else leave it out, or enter what is TLP:RED by itself."
    )


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("tlp red: the raid", Tlp.RED),
        ("(TLP: AMBER + STRICT)", Tlp.AMBER_STRICT),
        ("`K7MPQ2` TLP:RED (on your page), TLP:GREEN we come", Tlp.GREEN),
        ("TLP:RED, not minuted", None),
        ("> TLP:RED (on\n> your page) by fr-cnil\n>> TLP:RED,\n>> not minuted\nWe come", None),
        ("TLP: clear rules", None),
        ("TLP:WHITE", None),
        ("TLP:REDACTED", None),
        ("https://cert.example/tlp:red", None),
    ],
)
def test_what_is_no_label_of_words_that_are_there_is_none(text: str, label: Tlp | None) -> None:
    assert strictest_in(text) == label
