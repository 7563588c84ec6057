"""How a topic of the Plan is named, and the words with which a wrong name is answered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotFound, NotUnderstood
from bot.procedure import Procedure
from bot.topics import AudienceKind, Topic, find_topic, list_topics
from tests.bot.refusals import refusal_of

PLAN = Procedure.default().topics
LISTED = (
    "A.3.a cases, A.3.b developments, A.3.c techniques, A.3.d obstacles, A.3.e education, A.3.f training,"
    " B.3.a.i reports, B.3.a.ii trends, B.3.a.iii cooperation, B.3.a.iv barriers, B.3.a.v warning, B.3.b assistance"
)


@pytest.mark.parametrize("typed", ["A.3.a", "a3a", "A3a", "a.3.(a)", "cases", "Cases", "cas", " case "])
def test_a_topic_is_named_by_clause_by_word_or_by_the_beginning_of_its_word(typed: str) -> None:
    assert find_topic(typed, PLAN) == PLAN[0]


def test_a_clause_that_others_begin_with_names_itself() -> None:
    assert [find_topic(typed, PLAN).clause for typed in ("b3ai", "B.3.a.iii", "b3b")] == [
        "B.3.a.i",
        "B.3.a.iii",
        "B.3.b",
    ]


def test_an_exact_word_goes_before_a_longer_one() -> None:
    case = Topic("X.1", "case", "One case", AudienceKind.AGENCIES)
    assert find_topic("case", (*PLAN, case)) == case


@pytest.mark.parametrize("typed", ["weather", "ca", "a3z", "", "…"])
def test_an_unknown_topic_is_answered_with_the_catalogue(typed: str) -> None:
    with pytest.raises(NotFound) as refused:
        find_topic(typed, PLAN)
    assert refused.value.says == (
        f"There is no topic “{typed}”. The topics are {LISTED}. Write the word or the clause, for example “cases”."
    )


def test_a_clause_with_several_topics_is_answered_with_those() -> None:
    with pytest.raises(NotUnderstood) as refused:
        find_topic("B.3.a", PLAN)
    assert refused.value.says == (
        "“B.3.a” can mean B.3.a.i reports, B.3.a.ii trends, B.3.a.iii cooperation, B.3.a.iv barriers, B.3.a.v warning."
        " Write the word or the clause, for example “reports”."
    )


def test_a_beginning_that_two_words_share_is_answered_with_both() -> None:
    two = (Topic("X.1", "trends", "Trends", AudienceKind.JOINT), Topic("X.2", "trending", "Now", AudienceKind.JOINT))
    with pytest.raises(NotUnderstood) as refused:
        find_topic("tren", two)
    assert refused.value.says == (
        "“tren” can mean X.1 trends, X.2 trending. Write the word or the clause, for example “trends”."
    )


def test_without_a_catalogue_the_secretariat_is_named() -> None:
    with pytest.raises(NotFound) as refused:
        find_topic("cases", ())
    assert refused.value.says == "The procedure file names no topics. Ask the secretariat to add them there."


@given(st.sampled_from(PLAN))
def test_every_topic_is_found_by_each_of_its_names(topic: Topic) -> None:
    names = (topic.clause, topic.clause.lower().replace(".", ""), topic.word, topic.word.upper())
    assert [find_topic(name, PLAN) for name in names] == [topic] * 4


@given(st.sampled_from(PLAN), st.integers(1, 15))
def test_a_beginning_of_a_word_names_its_topic_or_is_refused(topic: Topic, letters: int) -> None:
    if letters >= 3:
        assert find_topic(topic.word[:letters], PLAN) == topic
    else:
        assert refusal_of(lambda: find_topic(topic.word[:letters], PLAN))


@given(st.text(max_size=20))
def test_any_text_is_a_topic_or_a_refusal_that_lists_topics(text: str) -> None:
    written = "Write the word or the clause"
    assert written in (refusal_of(lambda: find_topic(text, PLAN)) or written)


def test_topics_are_listed_in_the_catalogue_s_order() -> None:
    assert list_topics(PLAN) == LISTED
