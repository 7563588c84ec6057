"""Owns the catalogue of topics (Plan A.3, B.3) and how one is named; which topics there are says the procedure file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import NotFound, NotUnderstood

SHORTEST_BEGINNING = 3


class AudienceKind(StrEnum):
    """Who may hear: the Agencies alone, or also the representatives who were admitted and approved (B.3)."""

    AGENCIES = "agencies"
    JOINT = "joint"


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject of the calls: its ``clause`` in the Plan (``A.3.a``), one ``word`` for typing, and a ``title``.

    ``audience`` is who hears an item of this topic unless its Agency says otherwise.
    """

    clause: str
    word: str
    title: str
    audience: AudienceKind


def find_topic(text: str, catalogue: Sequence[Topic]) -> Topic:
    """The topic named by its clause (``A.3.a``, ``a3a``), its word, or a beginning of the word that no other shares.

    Raises NotFound where no topic has that name and NotUnderstood where several have, with those to choose from.
    """
    said = text.strip().casefold()
    for topic in catalogue:
        if said == topic.word or plain_clause(said) == plain_clause(topic.clause):
            return topic
    begun = [t for t in catalogue if len(said) >= SHORTEST_BEGINNING and t.word.startswith(said)]
    if len(begun) == 1:
        return begun[0]
    within = [t for t in catalogue if plain_clause(said) and plain_clause(t.clause).startswith(plain_clause(said))]
    several = begun or within
    if several:
        raise NotUnderstood(
            f"“{text.strip()}” can mean {list_topics(several)}."
            f" Write the word or the clause, for example “{several[0].word}”."
        )
    if not catalogue:
        raise NotFound("The procedure file names no topics. Ask the secretariat to add them there.")
    raise NotFound(
        f"There is no topic “{text.strip()}”. The topics are {list_topics(catalogue)}."
        f" Write the word or the clause, for example “{catalogue[0].word}”."
    )


def list_topics(topics: Sequence[Topic]) -> str:
    """'A.3.a cases, A.3.b developments', in the order given, which is the procedure file's."""
    return ", ".join(f"{t.clause} {t.word}" for t in topics)


def plain_clause(clause: str) -> str:
    """A clause as it is compared: ``A.3.a``, ``A3a`` and ``a 3 (a)`` are one."""
    return re.sub(r"[\s.()]", "", clause.casefold())
