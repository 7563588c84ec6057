"""Owns the proofs of Slack's limits: for each one, what just fits and what no longer does."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workspace.limits import block_text, problems_of_blocks, problems_of_view
from tests.workspace.tests.example_bot import EVERY_INPUT, button, field, modal, options, plain, section

Json = dict[str, Any]


def actions(*elements: Json) -> Json:
    """An actions block."""
    return {"type": "actions", "elements": list(elements)}


def select(**more: Any) -> Json:
    """A static select."""
    return {"type": "static_select", "action_id": "s", "options": options("a", "b"), **more}


def many(count: int, values: int = 3) -> list[Json]:
    """*count* different options whose value has *values* characters at least."""
    return options(*(f"{n:0{values}d}" for n in range(count)))


def confirm(**more: str) -> Json:
    """A confirm dialog with some texts exchanged."""
    words = {"title": "Sure?", "text": "Really?", "confirm": "Yes", "deny": "No"} | more
    return {name: plain(text) for name, text in words.items()}


FITS_AND_NOT: dict[str, tuple[Json, Json]] = {
    "section text": (section("x" * 3000), section("x" * 3001)),
    "empty section": (section("x"), section("")),
    "section needs text": ({"type": "section", "fields": [plain("x")]}, {"type": "section"}),
    "fields": (
        {"type": "section", "fields": [plain("x" * 2000)] * 10},
        {"type": "section", "fields": [plain("x")] * 11},
    ),
    "field text": ({"type": "section", "fields": [plain("x")]}, {"type": "section", "fields": [plain("x" * 2001)]}),
    "header": ({"type": "header", "text": plain("x" * 150)}, {"type": "header", "text": plain("x" * 151)}),
    "header is plain": ({"type": "header", "text": plain("x")}, {"type": "header", "text": section("x")["text"]}),
    "context": ({"type": "context", "elements": [plain("x")] * 10}, {"type": "context", "elements": [plain("x")] * 11}),
    "actions": (
        actions(*[button(f"b{n}", "x") for n in range(25)]),
        actions(*[button(f"b{n}", "x") for n in range(26)]),
    ),
    "one action_id a block": (actions(button("a", "x"), button("b", "x")), actions(button("a", "x"), button("a", "x"))),
    "button text": (actions(button("a", "x" * 75)), actions(button("a", "x" * 76))),
    "button value": (actions(button("a", "x", "v" * 2000)), actions(button("a", "x", "v" * 2001))),
    "button url": (actions(button("a", "x", url="u" * 3000)), actions(button("a", "x", url="u" * 3001))),
    "button style": (actions(button("a", "x", style="danger")), actions(button("a", "x", style="gentle"))),
    "accessibility label": (
        actions(button("a", "x", accessibility_label="l" * 75)),
        actions(button("a", "x", accessibility_label="l" * 76)),
    ),
    "action_id": (actions(button("a" * 255, "x")), actions(button("a" * 256, "x"))),
    "block_id": (section("x") | {"block_id": "b" * 255}, section("x") | {"block_id": "b" * 256}),
    "confirm title": (
        actions(button("a", "x", confirm=confirm(title="t" * 100))),
        actions(button("a", "x", confirm=confirm(title="t" * 101))),
    ),
    "confirm text": (
        actions(button("a", "x", confirm=confirm(text="t" * 300))),
        actions(button("a", "x", confirm=confirm(text="t" * 301))),
    ),
    "confirm buttons": (
        actions(button("a", "x", confirm=confirm(deny="t" * 30))),
        actions(button("a", "x", confirm=confirm(deny="t" * 31))),
    ),
    "options": (actions(select(options=many(100))), actions(select(options=many(101)))),
    "no options": (actions(select(options=many(1))), actions(select(options=[]))),
    "option value": (actions(select(options=many(1, 75))), actions(select(options=many(1, 151)))),
    "option text": (actions(select(options=many(1, 75))), actions(select(options=many(1, 76)))),
    "initial option": (
        actions(select(initial_option=options("a")[0])),
        actions(select(initial_option=options("c")[0])),
    ),
    "placeholder": (actions(select(placeholder=plain("x" * 150))), actions(select(placeholder=plain("x" * 151)))),
    "overflow": (
        actions({"type": "overflow", "action_id": "o", "options": many(5)}),
        actions({"type": "overflow", "action_id": "o", "options": many(6)}),
    ),
    "checkboxes": (
        actions({"type": "checkboxes", "action_id": "c", "options": many(10)}),
        actions({"type": "checkboxes", "action_id": "c", "options": many(11)}),
    ),
    "multi-selects sit in sections": (
        section("x") | {"accessory": {"type": "multi_users_select", "action_id": "m"}},
        actions({"type": "multi_users_select", "action_id": "m"}),
    ),
    "inputs sit in input blocks": (
        field("t", {"type": "plain_text_input"}),
        actions({"type": "plain_text_input", "action_id": "t"}),
    ),
    "input label": (
        field("t", {"type": "plain_text_input"}, label=plain("x" * 2000)),
        field("t", {"type": "plain_text_input"}, label=plain("x" * 2001)),
    ),
    "input hint": (
        field("t", {"type": "plain_text_input"}, hint=plain("x" * 2000)),
        field("t", {"type": "plain_text_input"}, hint=plain("x" * 2001)),
    ),
    "initial value": (
        field("t", {"type": "plain_text_input", "initial_value": "x" * 3000}),
        field("t", {"type": "plain_text_input", "initial_value": "x" * 3001}),
    ),
    "image alt": (
        {"type": "image", "image_url": "https://x.example/i.png", "alt_text": "x" * 2000},
        {"type": "image", "image_url": "https://x.example/i.png"},
    ),
    "known blocks": ({"type": "divider"}, {"type": "carousel"}),
}


@pytest.mark.parametrize("name", FITS_AND_NOT)
def test_what_just_fits_is_taken_and_a_little_more_is_not(name: str) -> None:
    fits, too_much = FITS_AND_NOT[name]
    assert (problems_of_blocks([fits], "message"), bool(problems_of_blocks([too_much], "message"))) == ([], True)


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_blocks_are_counted_by_surface(surface: str, most: int) -> None:
    blocks = [{"type": "divider"}] * (most + 1)
    assert (problems_of_blocks(blocks[:-1], surface), len(problems_of_blocks(blocks, surface))) == ([], 1)


VIEWS: dict[str, tuple[Json, Json]] = {
    "title": (modal(section("x"), title="x" * 24), modal(section("x"), title="x" * 25)),
    "submit": (modal(section("x"), submit=plain("x" * 24)), modal(section("x"), submit=plain("x" * 25))),
    "private_metadata": (
        modal(section("x"), private_metadata="x" * 3000),
        modal(section("x"), private_metadata="x" * 3001),
    ),
    "callback_id": (modal(section("x"), callback_id="x" * 255), modal(section("x"), callback_id="x" * 256)),
    "tables stay in messages": (modal(section("x")), modal({"type": "table", "rows": [[{}]]})),
}


@pytest.mark.parametrize("name", VIEWS)
def test_what_just_fits_a_view_is_taken_and_a_little_more_is_not(name: str) -> None:
    fits, too_much = VIEWS[name]
    assert (problems_of_view(fits), bool(problems_of_view(too_much))) == ([], True)


def test_the_form_with_every_input_is_taken() -> None:
    assert problems_of_view(EVERY_INPUT) == []


def test_a_block_id_stands_once() -> None:
    twice = [section("x") | {"block_id": "same"}, section("y") | {"block_id": "same"}]
    assert problems_of_blocks(twice, "message") == [
        "[ERROR] block_id already exists: same [json-pointer:/blocks/1/block_id]"
    ]


@pytest.mark.parametrize("blocks", [None, "blocks", [None], [{}], [{"type": []}], {}])
def test_what_is_no_block_at_all_is_a_problem(blocks: object) -> None:
    assert problems_of_blocks(blocks, "message")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "type", "options"]), inner),
    max_leaves=6,
)


@given(st.sampled_from([fits for fits, _ in FITS_AND_NOT.values()]), st.data())
def test_any_json_in_a_block_is_judged_and_never_breaks_the_judge(block: Json, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(block)))
    broken = block | {key: data.draw(json_values)}
    assert all(says.startswith("[ERROR]") for says in problems_of_blocks([broken], "message"))


@given(st.lists(st.sampled_from([fits for fits, _ in FITS_AND_NOT.values()]), max_size=8))
def test_blocks_that_fit_alone_fit_together(blocks: list[Json]) -> None:
    named = [block | {"block_id": f"b{number}"} for number, block in enumerate(blocks)]
    assert problems_of_blocks(named, "modal") == []


@given(st.text(), st.text())
def test_all_texts_of_blocks_count(one: str, two: str) -> None:
    assert block_text([section(one), actions(button("a", two))]) == len(one) + len(two)
