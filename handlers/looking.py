"""Owns the look before a mass mail leaves: what was shown to whom, and whether it still stands; doors show and ask."""

import hashlib
from dataclasses import dataclass

from handlers.desk import Actor, Desk
from handlers.work import Writing
from storage import requests
from storage.requests import Look as Look


def digest_of(**state: object) -> str:
    """A digest of each named part of what is shown, of values with a stable repr (dataclasses, tuples, strings); the
    names are keys of the words in which the door says what changed."""
    return " ".join(f"{name}:{hashlib.sha256(repr(part).encode()).hexdigest()}" for name, part in state.items())


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: the line that does it, whether ``go`` is said, and the look whose button was pressed, by its
    reference, and itself where it was found already: nothing changes a look."""

    line: str
    go: bool = False
    reference: str = ""
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """Whether it may be done now; if not, the look's reference, and where it is shown again the names (``digest_of``)
    of what changed meanwhile."""

    go: bool
    reference: str = ""
    changed: tuple[str, ...] = ()


GO = Weighed(True)


def weigh(work: Writing, wish: Wish | None, digest: str) -> Weighed:
    """Whether an act may do what it found to be of *digest*, in its own transaction and before it writes anything.

    Not before the actor was shown exactly that, or sent the line with ``go`` without ever looking; else the look is
    kept, and nothing more is done. No *wish*: nobody is asked.
    """
    work.is_weighed = True
    if wish is None:
        return GO
    look = wish.look
    if wish.go and look is None:
        of = {"reference": wish.reference} if wish.reference else {"line": wish.line}
        look = requests.find_look(work.tx, work.actor.contact.id, **of)
    return weigh_seen(work, wish, digest, look)


def weigh_seen(work: Writing, wish: Wish, digest: str, look: Look | None) -> Weighed:
    """The same where the actor's last *look* at what is wished was fetched already."""
    work.is_weighed = True
    if wish.go and (look.digest == digest if look else not wish.reference):
        return GO
    reference = work.desk.new_reference()
    requests.add_look(work.tx, Look(reference, work.actor.contact.id, wish.line, digest, work.now))
    return Weighed(False, reference, _changed(look.digest, digest) if wish.go and look else ())


def _changed(before: str, now: str) -> tuple[str, ...]:
    """The names of what is not the same in two digests."""
    was, is_ = (dict(part.split(":") for part in digest.split()) for digest in (before, now))
    return tuple(name for name in {**was, **is_} if was.get(name) != is_.get(name))


def button_for(desk: Desk, actor: Actor, line: str) -> str:
    """The reference of a button that does *line* for *actor*, whatever changes until then."""
    reference = desk.new_reference()
    with desk.store.begin() as tx:
        requests.add_look(tx, Look(reference, actor.contact.id, line, "", desk.now()))
    return reference
