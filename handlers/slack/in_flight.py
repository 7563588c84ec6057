"""Owns the words for what was already leaving when an act took effect; which messages these are says the act."""

from collections import Counter

from bot.exposures import InFlight

ONE = "\nRecorded; 1 message was already leaving: {kinds}. Nothing more begins to leave; you are told when it ended."
SEVERAL = (
    "\nRecorded; {count} messages were already leaving: {kinds}. Nothing more begins to leave; you are told when the "
    "last has ended."
)


def leaving(in_flight: InFlight) -> str:
    """A line for an answer, where the act was recorded and is not in effect for all yet; nothing else."""
    if not in_flight.count:
        return ""
    kinds = Counter(in_flight.messages)
    told = ", ".join(kind if count == 1 else f"{count} times {kind}" for kind, count in sorted(kinds.items()))
    return (ONE if in_flight.count == 1 else SEVERAL).format(count=in_flight.count, kinds=told)
