"""Owns the rule of the audit chain: what an entry's hash covers, and what shows that one was changed; where the entries
lie is ``storage.audit``'s.

What people wrote, and who they are, stands outside the chain: an entry's hash covers a salted commitment of its detail.
Emptying detail and salt therefore leaves the chain whole, and without the salt nobody can guess what the detail was.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

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
