"""Owns the silence procedure: a text stands as it is from an exact time on unless somebody objects before; what follows
from an objection is each text's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from bot.procedure import window_end


@dataclass(frozen=True, slots=True)
class SilenceProcedure:
    """The time in which a text can be objected to: from ``begun_at`` up to ``ends_at`` (UTC), which is no longer in it.

    What is entered at that very moment comes too late: the text may be declared adopted from then on, and what could be
    both in time and too late would depend on who was quicker.
    """

    begun_at: datetime
    ends_at: datetime

    @classmethod
    def of_working_days(cls, begun_at: datetime, days: int) -> Self:
        """A silence of so many working days, up to a whole minute (``procedure.window_end``)."""
        return cls(begun_at, window_end(begun_at, days))

    def runs(self, at: datetime) -> bool:
        """Whether an objection entered at *at* is in time."""
        return self.begun_at <= at < self.ends_at

    def has_ended(self, at: datetime) -> bool:
        """Whether what nobody objected to stands at *at*."""
        return at >= self.ends_at


MOST_NAMED = 5


def unasked(agencies: Sequence[str]) -> str:
    """Those who were told too late to object, in words: the first few of *agencies* (short names), and how many more.

    Their silence says nothing: it is that of who was asked before it ended.
    """
    named = ", ".join(agencies[:MOST_NAMED])
    return f"{named} and {len(agencies) - MOST_NAMED} more" if len(agencies) > MOST_NAMED else named
