"""Owns the refusals of the rules; how a refusal is shown belongs to the doors."""


class Refusal(Exception):
    """What was refused and what to do next, in words that a door passes on as they are."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


class NotUnderstood(Refusal):
    """An argument could not be read: the text says what was understood, what was not, and gives one correct example."""


class NotEntitled(Refusal):
    """A known contact asks for an act of another role; the text names whose act it is."""


class NotFound(Refusal):
    """Nothing of that name that this reader may know of; hidden and non-existent share one text."""


class Conflict(Refusal):
    """The state no longer allows it; the text says what the state is now and the next step."""
