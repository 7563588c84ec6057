"""Owns how a row becomes a value of ``bot``: by the order of its columns, which the queries make that of its fields."""

from collections.abc import Callable, Sequence
from dataclasses import make_dataclass
from enum import Enum, EnumType
from typing import Any, TypeVar

V = TypeVar("V")

Make = Callable[[Sequence[Any]], V]


def maker(of: type[V], /, **converted: Callable[[Any], Any]) -> Make[V]:
    """Makes values of the class *of* from rows with exactly its fields in their order; those named in *converted* are
    converted, but for NULL, which stays None.

    A value is filled while it is one of a twin class, with the same slots, that is not frozen, and frozen once it is
    whole: a frozen one sets each field by a call, which takes four times as long (`make bench`, rows 2 and 7).
    Raises TypeError for a class that checks itself when it is made: it would not be asked.
    """
    slots: Sequence[str] = of.__slots__  # type: ignore[attr-defined]
    if hasattr(of, "__post_init__"):
        raise TypeError(f"{of.__name__} checks itself when it is made, so it is not made of rows.")
    twin: Any = make_dataclass(of.__name__, slots, slots=True, repr=False, eq=False)
    places: dict[str, int] = {name: at for at, name in enumerate(slots)}
    changed = [(places[name], reads(convert)) for name, convert in converted.items()]

    def make(row: Sequence[Any]) -> V:
        values = list(row)
        for at, convert in changed:
            if values[at] is not None:
                values[at] = convert(values[at])
        made = twin(*values)
        made.__class__ = of
        return made  # type: ignore[no-any-return]

    return make


def reads(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """*convert*; the words of an enum are looked up, as an enum's own reading of one takes ten times as long."""
    if isinstance(convert, EnumType):
        members: list[Enum] = list(convert)
        return {member.value: member for member in members}.__getitem__
    return convert
