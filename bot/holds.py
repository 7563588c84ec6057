"""Owns what a hold suspends: erasure and retention of what is about one person, one call, or of all there is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """A stated *reason*, since when (UTC), for a contact, for a call, or, without either, for everything."""

    reference: str
    reason: str
    contact_id: str | None
    call_id: str | None
    at: datetime

    @property
    def whole(self) -> bool:
        return self.contact_id is None and self.call_id is None

    def reaches(self, contact_ids: Iterable[str], call_ids: Iterable[str]) -> bool:
        """Whether something of those people, who take part in those calls, is to be kept."""
        return self.whole or self.contact_id in set(contact_ids) or self.call_id in set(call_ids)


@dataclass(frozen=True, slots=True)
class Held:
    """All that is held: everything, or those people, under each entry that they had in the directory, with their
    *addresses* (in lower case), and those calls."""

    whole: bool = False
    contacts: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    @property
    def any(self) -> bool:
        return self.whole or bool(self.contacts or self.calls)


def held_by(holds: Iterable[Hold], addresses_of: Mapping[str, str], calls_of: Mapping[str, Iterable[str]]) -> Held:
    """What *holds* keep. A person's hold keeps all that are or were contacts under the same address (*addresses_of*, by
    contact, empty where nobody knows it any more), and the calls that they take part in (*calls_of*)."""
    holds = list(holds)
    named = {h.contact_id for h in holds if h.contact_id}
    addresses = {addresses_of[c].lower() for c in named if addresses_of.get(c)}
    contacts = named | {c for c, address in addresses_of.items() if address.lower() in addresses}
    calls = {h.call_id for h in holds if h.call_id} | {i for c in contacts for i in calls_of.get(c, ())}
    return Held(any(h.whole for h in holds), frozenset(contacts), frozenset(calls), frozenset(addresses))
