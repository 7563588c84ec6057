"""Owns the proof that a proposal is read as it was meant, whatever the order of its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.confidentiality import Tlp
from bot.errors import NotFound, NotUnderstood
from bot.procedure import Procedure
from bot.proposing import Typed, names_only_a_call, need_title, read_proposal
from bot.topics import AudienceKind, find_topic

TOPICS = Procedure.default().topics
CASES, TRENDS = find_topic("cases", TOPICS), find_topic("trends", TOPICS)


def read(text: str) -> Typed:
    return read_proposal(text, TOPICS)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ('cases "Robocalls"', Typed(CASES, title="Robocalls")),
        ("cases Robocalls", Typed(CASES, title="Robocalls")),
        ("next a3a 20 Robocalls in 2027", Typed(CASES, "next", 20, title="Robocalls in 2027")),
        ("2027-02-16T13 A.3.a 15 min Robocalls", Typed(CASES, "2027-02-16T13", 15, title="Robocalls")),
        ('"Robocalls" cases 15 last', Typed(CASES, "last", 15, title="Robocalls")),
        ("cases Robocalls joint", Typed(CASES, audience=AudienceKind.JOINT, title="Robocalls")),
        ("cases Robocalls tlp:green", Typed(CASES, label=Tlp.GREEN, title="Robocalls")),
        ('cases "R" for us-ftc closed', Typed(CASES, org="us-ftc", audience=AudienceKind.AGENCIES, title="R")),
        ('cases "R" for Competition Bureau Canada', Typed(CASES, org="Competition Bureau Canada", title="R")),
        ("for gb-oft cases 10 Robocalls", Typed(CASES, None, 10, org="gb-oft", title="Robocalls")),
        ("cases The “Hydra” case", Typed(CASES, title="The “Hydra” case")),
    ],
)  # fmt: skip
def test_arguments_are_known_by_their_shape_in_any_order(text: str, typed: Typed) -> None:
    assert read(text) == typed


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("cases Joint operations in Asia", "Joint operations in Asia"),
        ("cases Closed cases of last year", "Closed cases of last year"),
        ("trends Next generation firewalls", "Next generation firewalls"),
        ("cases Operation 42", "Operation 42"),
        ("cases What comes next", "What comes next"),
    ],
)
def test_a_titles_own_words_are_not_taken_for_arguments(text: str, title: str) -> None:
    typed = read(text)
    assert (typed.title, typed.audience, typed.call, typed.minutes) == (title, None, None, None)


def test_a_title_that_ends_in_for_somebody_is_read_both_ways() -> None:
    typed = read("cases Robocalls TLP:CLEAR for us-ftc")
    assert typed == Typed(
        CASES,
        title="Robocalls TLP:CLEAR for us-ftc",
        otherwise=Typed(CASES, label=Tlp.CLEAR, org="us-ftc", title="Robocalls"),
    )


ARGUMENTS = {
    "next": "next", "cases": "topic", "15": "minutes", "joint": "audience", "TLP:GREEN": "label", "for us-ftc": "org",
}  # fmt: skip


@given(st.permutations([*ARGUMENTS, '"Next joint cases for 20 closed"']))
def test_beside_a_quoted_title_no_order_of_arguments_reads_differently(words: list[str]) -> None:
    assert read(" ".join(words)) == Typed(
        CASES, "next", 15, AudienceKind.JOINT, Tlp.GREEN, "us-ftc", "Next joint cases for 20 closed"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            'next cases fifteen "Robocalls"',
            "I read “Robocalls” as the title, and do not understand “fifteen” beside it. If it belongs to the title, "
            'put the quotes around both, for example `/lap propose next cases 15 "Robocall gateways"`.',
        ),
        ('cases "Robocalls', 'The quote before “Robocalls” has no end. Close it: cases "Robocalls"'),
        (
            "cases TLP:PURPLE Robocalls",
            "“TLP:PURPLE” is not a TLP 2.0 label. "
            "The labels are TLP:RED, TLP:AMBER+STRICT, TLP:AMBER, TLP:GREEN and TLP:CLEAR.",
        ),
    ],
)
def test_what_is_not_understood_is_named(text: str, says: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read(text)
    assert refused.value.says == says


@pytest.mark.parametrize("text", ["nonsense Robocalls", 'nonsense "Robocalls"', 'A.9.z 10 "Robocalls"'])
def test_a_topic_that_there_is_not_is_told_with_those_there_are(text: str) -> None:
    with pytest.raises(NotFound) as refused:
        read(text)
    assert refused.value.says.startswith(f"There is no topic “{text.split()[0]}”. The topics are A.3.a cases, ")


@pytest.mark.parametrize("text", ['cases "Robocalls to banks" to next', 'cases to next "Robocalls to banks"'])
def test_to_may_stand_before_the_call_where_the_title_is_quoted(text: str) -> None:
    typed = read(text)
    assert (typed.call, typed.title) == ("next", "Robocalls to banks")
    assert read("cases Robocalls, and what we reply to 2027-02-16").title == "Robocalls, and what we reply to"


@pytest.mark.parametrize(
    "text",
    [
        "Secret source [closed]", "[closed] Secret source", '"Secret source" [closed]', '"Secret source" (closed)',
        "Secret source （closed）", "Secret source 【closed】", "Secret source [closed].",
    ],
)  # fmt: skip
def test_the_word_that_closes_an_item_is_read_in_brackets_too(text: str) -> None:
    typed = read(f"next reports 5 {text}")
    assert (typed.title, typed.audience) == ("Secret source", AudienceKind.AGENCIES)


def test_a_missing_title_is_asked_for_with_what_was_understood() -> None:
    with pytest.raises(NotUnderstood) as refused:
        need_title(read("next cases 15"))
    assert refused.value.says == (
        "A title is missing (understood: topic A.3.a cases, 15 minutes, the call “next”). "
        "Write it last, for example `/lap propose next cases 15 Robocall gateways`."
    )


def test_a_call_alone_asks_for_the_form() -> None:
    asked = ("", "next", "2027-02-16", "cases", "Robocalls")
    assert [names_only_a_call(text) for text in asked] == [True, True, True, False, False]


def test_a_joint_topic_needs_no_word() -> None:
    assert read("trends Robocalls") == Typed(TRENDS, title="Robocalls")
