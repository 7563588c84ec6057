"""What a new call of a kind begins with: how it is written in the procedure file, and the time that it takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calls import CallKind, Segment
from bot.errors import NotFound, NotUnderstood
from bot.procedure import default_text, read_procedure
from bot.templates import ItemTemplate, PartTemplate, item_topics, read_item, read_part, read_parts, segments_of
from bot.topics import AudienceKind
from tests.bot.refusals import refusal_of

JOINT, CLOSED = AudienceKind.JOINT, AudienceKind.AGENCIES
PLAN = read_procedure(default_text())


def ids() -> "list[str]":
    return [f"s{n}" for n in range(9, -1, -1)]


def test_a_part_and_an_item_are_written_as_they_are_typed() -> None:
    assert read_part('joint 30 "Reports" chatham') == PartTemplate(JOINT, 30, "Reports", chatham=True)
    assert read_part('agencies rest "Agencies"') == PartTemplate(CLOSED, None, "Agencies")
    assert read_item('cases 20 "Case updates"') == ItemTemplate("cases", 20, "Case updates")


@pytest.mark.parametrize("line", ["", "joint 30", "joint 30 Reports", 'open 30 "x"', 'joint 0 "x"', 'joint x "x"'])
def test_what_is_no_part_is_refused(line: str) -> None:
    with pytest.raises(NotUnderstood):
        read_part(line)


@pytest.mark.parametrize("lines", [[], ['joint 30 "x"'], ['joint rest "x"', 'agencies rest "y"']])
def test_exactly_one_part_takes_the_rest(lines: list[str]) -> None:
    assert refusal_of(lambda: read_parts(lines)).startswith("exactly one part takes the rest of the time")


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        (CallKind.MEMBERS, (("Agencies", CLOSED, 90),)),
        (CallKind.LAW_ENFORCEMENT, (("Agencies", CLOSED, 90),)),
        (CallKind.TRAINING, (("Training", JOINT, 90),)),
        (CallKind.ANNUAL, (("Reports", JOINT, 30), ("Agencies", CLOSED, 60))),
    ],
)
def test_the_kinds_begin_with_the_parts_of_the_procedure(kind: CallKind, parts: tuple[object, ...]) -> None:
    made = segments_of(PLAN.templates.parts(kind), 90, ids().pop)
    assert tuple((s.title, s.audience, s.minutes) for s in made) == parts


def test_a_call_too_short_for_its_parts_is_refused_with_the_least_it_needs() -> None:
    assert refusal_of(lambda: segments_of(PLAN.templates.parts(CallKind.ANNUAL), 30, ids().pop)) == (
        "That kind of call begins with parts of 30 minutes in all (procedure file, `[templates]`), and 30 minutes "
        "leave nothing for “Agencies”. Give 31 or more."
    )


def test_a_procedure_with_a_joint_part_for_law_enforcement_or_an_unknown_topic_is_not_in_force() -> None:
    told = refusal_of(
        lambda: read_procedure(
            "[templates]\nlaw_enforcement = ['joint 10 \"x\"', 'agencies rest \"y\"']\n"
            "annual_items = ['gossip 5 \"z\"']\n"
        )
    )
    assert "[templates] law_enforcement: a call for law enforcement only has no joint part (Plan B.3)." in told
    assert "[templates] annual_items: There is no topic “gossip”." in told


def test_an_item_of_an_unknown_topic_is_not_found() -> None:
    with pytest.raises(NotFound):
        item_topics([ItemTemplate("gossip", 5, "z")], PLAN.topics)


@given(st.lists(st.integers(1, 100), max_size=4), st.integers(1, 600))
def test_the_parts_of_a_new_call_fill_it_exactly(fixed: list[int], spare: int) -> None:
    parts = [*(PartTemplate(JOINT, n, "x") for n in fixed), PartTemplate(CLOSED, None, "y")]
    made: tuple[Segment, ...] = segments_of(parts, sum(fixed) + spare, ids().pop)
    assert (sum(s.minutes for s in made), made[-1].minutes) == (sum(fixed) + spare, spare)
