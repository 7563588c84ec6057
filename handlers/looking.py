"""Owns the look before a mass mail leaves: what was shown to whom, and whether it still stands; doors show and ask."""

import hashlib
from dataclasses import dataclass

from handlers.desk import Actor, Desk
from storage import requests
from storage.requests import Look


@dataclass(frozen=True, slots=True)
class Shown:
    """What would leave: the text shown, and a digest of the state that it was made from."""

    text: str
    digest: str


def digest_of(*state: object) -> str:
    """A digest of values with a stable repr (dataclasses, tuples, strings)."""
    return hashlib.sha256(repr(state).encode()).hexdigest()


def remember(desk: Desk, actor: Actor, line: str, shown: Shown) -> str:
    """Keeps that *actor* was shown *shown* for *line*; returns the reference that its button carries."""
    reference = desk.new_reference()
    with desk.store.begin() as tx:
        requests.add_look(tx, Look(reference, actor.contact.id, line, shown.digest, desk.now()))
    return reference


def may_go(desk: Desk, actor: Actor, line: str, shown: Shown, reference: str = "") -> bool:
    """Whether what *actor* was shown for *line* (by the look's *reference*, else last) is still so.

    A line sent with ``go`` that was never looked at names no earlier state: it may go as things stand.
    """
    with desk.store.read() as tx:
        look = (
            requests.find_look(tx, actor.contact.id, reference=reference)
            if reference
            else requests.find_look(tx, actor.contact.id, line=line)
        )
    return look.digest == shown.digest if look else not reference


def line_of(desk: Desk, actor: Actor, reference: str) -> str | None:
    """The line that a look's button does, or None where this person was shown no such look."""
    with desk.store.read() as tx:
        look = requests.find_look(tx, actor.contact.id, reference=reference)
    return look.line if look else None
