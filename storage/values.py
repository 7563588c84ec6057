"""Owns how a row becomes a value of ``bot``: by the order of its columns, which the queries make that of its fields."""

from collections.abc import Callable, Sequence
from enum import Enum, EnumType
from typing import Any, TypeVar

V = TypeVar("V")

Make = Callable[[Sequence[Any]], V]


def maker(of: type[V], /, **converted: Callable[[Any], Any]) -> Make[V]:
    """Makes values of the class *of* from rows with exactly its fields in their order; those named in *converted* are
    converted, but for NULL, which stays None."""
    places: dict[str, int] = {name: at for at, name in enumerate(of.__slots__)}  # type: ignore[attr-defined]
    changed = [(places[name], reads(convert)) for name, convert in converted.items()]

    def make(row: Sequence[Any]) -> V:
        values = list(row)
        for at, convert in changed:
            if values[at] is not None:
                values[at] = convert(values[at])
        return of(*values)

    return make


def reads(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """*convert*; the words of an enum are looked up, as an enum's own reading of one takes ten times as long."""
    if isinstance(convert, EnumType):
        members: list[Enum] = list(convert)
        return {member.value: member for member in members}.__getitem__
    return convert
