"""Owns the rule of the audit chain: what an entry's hash covers, and what shows that one was changed; where the entries
lie is ``storage.audit``'s.

What people wrote, and who they are, stands outside the chain: an entry's hash covers a salted commitment of its detail.
Emptying detail and salt therefore leaves the chain whole, and without the salt nobody can guess what the detail was.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.errors import Refusal

START = "0" * 64
"""What the first entry names as the hash before it."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends: the number of its last entry and that entry's hash; an empty one ends at 0."""

    number: int = 0
    hash: str = START


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision: when (UTC), by whom (a contact's id, never a name), what, and about what (a reference).

    ``detail`` and ``salt`` are both empty once they were erased; ``commitment`` stays and says what they were.
    """

    number: int
    at: datetime
    actor: str
    act: str
    subject: str
    commitment: str
    previous: str
    hash: str
    detail: str
    salt: str

    @property
    def head(self) -> Head:
        return Head(self.number, self.hash)

    @property
    def erased(self) -> bool:
        return not self.detail and not self.salt


def next_entry(head: Head, *, at: datetime, actor: str, act: str, subject: str, detail: str, salt: str) -> Entry:
    """The entry that follows *head*; *salt* is random and long enough not to be guessed."""
    number, commitment = head.number + 1, commitment_of(detail, salt)
    digest = entry_hash(head.hash, number, at, actor, act, subject, commitment)
    return Entry(number, at, actor, act, subject, commitment, head.hash, digest, detail, salt)


def entry_hash(previous: str, number: int, at: datetime, actor: str, act: str, subject: str, commitment: str) -> str:
    """SHA-256 over the entry before and this one's fields, but for the detail, of which it covers the commitment."""
    return _digest(previous, str(number), at.astimezone(UTC).isoformat(), actor, act, subject, commitment)


def commitment_of(detail: str, salt: str) -> str:
    """SHA-256 over *detail* and its *salt*."""
    return _digest(salt, detail)


def _digest(*fields: str) -> str:
    """Over the fields, each with its length, so that nothing can be shifted from one into the next."""
    return hashlib.sha256("".join(f"{len(f)}:{f}" for f in fields).encode()).hexdigest()


class Broken(Refusal):
    """The chain does not hold; ``number`` is the first entry where it shows."""

    def __init__(self, number: int, says: str) -> None:
        super().__init__(f"{says} {WHAT_NOW}")
        self.number = number


WHAT_NOW = "Keep a copy of the database as it is now, and compare it with a backup and with the heads that were mailed."
UNREADABLE = "Entry {n} cannot be read: it holds what is never written there."
MISSING = "Entry {n} is missing: after entry {before} comes entry {after}."
NOT_FOLLOWING = "Entry {n} does not follow the one before: one of the two was changed."
CHANGED = "Entry {n} was changed: its hash is not that of what it says."
DETAIL_CHANGED = "The detail of entry {n} was changed: the entry was made with another one."
CUT = "The chain ends with entry {end}, but its head is entry {head}: its end was cut off."
ANOTHER_HEAD = "The chain ends with entry {end}, but its head says otherwise: one of the two was changed."
CUT_SINCE = "The chain ends with entry {end}, but the head that was mailed is entry {head}: its end was cut off."
REWRITTEN = "Entry {n} is not the one whose head was mailed: the chain was rewritten there or before."


@dataclass(frozen=True, slots=True)
class Verified:
    """A chain that holds: its head, and of how many entries the detail was erased."""

    head: Head
    erased: int


def verify(entries: Iterable[tuple[int, Entry | None]], head: Head, mailed: Head | None = None) -> Verified:
    """Looks at every entry (its number, and None where it cannot be read), in order of number; then at the *head* that
    is kept beside them, and at the one that was *mailed* once: those show a cut end, and a chain rewritten as a whole.

    Raises Broken at the first entry where something is wrong.
    """
    at, erased = Head(), 0
    for number, entry in entries:
        if number != at.number + 1:
            raise Broken(at.number + 1, MISSING.format(n=at.number + 1, before=at.number, after=number))
        if entry is None:
            raise Broken(number, UNREADABLE.format(n=number))
        if fault := _fault(entry, at.hash):
            raise Broken(number, fault.format(n=number))
        at, erased = entry.head, erased + entry.erased
        if mailed is not None and mailed.number == number and mailed.hash != entry.hash:
            raise Broken(number, REWRITTEN.format(n=number))
    if head != at:
        raise Broken(
            at.number + 1, (CUT if head.number > at.number else ANOTHER_HEAD).format(end=at.number, head=head.number)
        )
    if mailed is not None and mailed.number > at.number:
        raise Broken(at.number + 1, CUT_SINCE.format(end=at.number, head=mailed.number))
    return Verified(at, erased)


def _fault(entry: Entry, before: str) -> str | None:
    """What is wrong with one entry, in words with a place for its number."""
    if entry.previous != before:
        return NOT_FOLLOWING
    covered = (entry.number, entry.at, entry.actor, entry.act, entry.subject, entry.commitment)
    if entry.hash != entry_hash(before, *covered):
        return CHANGED
    if not entry.erased and entry.commitment != commitment_of(entry.detail, entry.salt):
        return DETAIL_CHANGED
    return None


def read_head(text: str) -> Head | None:
    """A head as the mails give it, ``NUMBER:HASH``; None for what is none."""
    number, _, digest = text.strip().partition(":")
    if not re.fullmatch(r"[0-9]{1,18}", number) or not re.fullmatch(r"[0-9a-fA-F]{64}", digest):
        return None
    return Head(int(number), digest.lower())


def show_head(head: Head) -> str:
    return f"{head.number}:{head.hash}"
