"""Owns the look before a mass mail leaves: what was shown to whom, and whether it still stands; doors show and ask."""

import hashlib
from dataclasses import dataclass

from handlers.desk import Actor, Desk, Writing
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


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: the line that does it, whether ``go`` is said, and the look whose button was pressed."""

    line: str
    go: bool = False
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """Whether it may be done now; if not, the look's reference, and whether it is shown again because it changed."""

    go: bool
    reference: str = ""
    changed: bool = False


GO = Weighed(True)


def weigh(work: Writing, wish: Wish | None, digest: str) -> Weighed:
    """Whether an act may do what it found to be of *digest*, in its own transaction and before it writes anything.

    Not before the actor was shown exactly that, or sent the line with ``go`` without ever looking; else the look is
    kept, and nothing more is done. No *wish*: nobody is asked.
    """
    if wish is None:
        return GO
    look = None
    if wish.go:
        of = {"reference": wish.reference} if wish.reference else {"line": wish.line}
        look = requests.find_look(work.tx, work.actor.contact.id, **of)
        if (look is not None and look.digest == digest) or (look is None and not wish.reference):
            return GO
    reference = work.desk.new_reference()
    requests.add_look(work.tx, Look(reference, work.actor.contact.id, wish.line, digest, work.now))
    return Weighed(False, reference, changed=wish.go)


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
