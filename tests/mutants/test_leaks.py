"""Holds the leaks of ``make mutants`` to the code: each can still be put in, and there are enough of them."""

import ast
from functools import cache

import pytest

from tests.mutants.__main__ import HOUSE
from tests.mutants.leaks import LEAKS, Leak, put_into


@cache
def sound(path: str) -> tuple[str, str]:
    """A file of the house as it stands, and what it comes to."""
    text = (HOUSE / path).read_text(encoding="utf-8")
    return text, ast.dump(ast.parse(text))


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_each_leak_can_be_put_into_the_house_as_it_stands(leak: Leak) -> None:
    text, says = sound(leak.path)
    assert ast.dump(ast.parse(put_into(leak, text))) != says


def test_the_tests_that_a_leak_names_are_there() -> None:
    assert [leak.name for leak in LEAKS if leak.near and not (HOUSE / leak.near).is_file()] == []


def test_there_are_at_least_forty_leaks_of_different_names() -> None:
    assert len({leak.name for leak in LEAKS}) == len(LEAKS) >= 40
