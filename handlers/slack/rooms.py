"""Owns the list of rooms: every verb, press and view of the Slack door, in one table each; no name twice."""

from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import TypeVar

from handlers.slack import (
    acting,
    actions,
    agenda,
    answers,
    attendees,
    calls,
    directory,
    editions,
    exposing,
    finding,
    help,
    identity,
    invitations,
    labels,
    lines,
    links,
    live,
    mailed,
    minutes,
    objections,
    overview,
    papers,
    proxies,
    queue,
    reports,
    roll,
    rotating,
    runsheet,
    scribe,
    segments,
    series,
    spoken,
    steps,
    undo,
)
from handlers.slack.front import Rooms

T = TypeVar("T")

MODULES = (
    help,
    identity,
    directory,
    calls,
    series,
    segments,
    agenda,
    attendees,
    objections,
    invitations,
    answers,
    links,
    live,
    roll,
    scribe,
    runsheet,
    queue,
    spoken,
    lines,
    minutes,
    finding,
    editions,
    mailed,
    actions,
    acting,
    labels,
    undo,
    steps,
    overview,
    exposing,
    rotating,
    reports,
    papers,
    proxies,
)


def gather(modules: Iterable[ModuleType], table: str) -> Mapping[str, T]:
    """One mapping from the tables of that name; raises ValueError where two rooms claim one word."""
    found: dict[str, T] = {}
    for module in modules:
        for word, entry in getattr(module, table, {}).items():
            if word in found:
                raise ValueError(f"two rooms register {word!r}")
            found[word] = entry
    return found


ROOMS = Rooms(
    gather(MODULES, "VERBS"), gather(MODULES, "PRESSES"), gather(MODULES, "VIEWS"), gather(MODULES, "OPEN_VERBS")
)
