"""What a rule says when it refuses, for laws that hold whether it does or not."""

from collections.abc import Callable

from bot.errors import Refusal


def refusal_of(act: Callable[[], object]) -> str | None:
    """The text of the refusal that *act* ends in; nothing where it does what it is asked."""
    try:
        act()
    except Refusal as refused:
        return refused.says
    return None
