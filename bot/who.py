"""Owns the reading of WHO: which organisation or person is meant; what a reader may know of them is ``audience``'s."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from bot.participants import Contact, Participant, Sector


@dataclass(frozen=True, slots=True)
class Who:
    """An organisation, or one of its people where a person was named."""

    participant: Participant
    contact: Contact | None = None

    @property
    def name(self) -> str:
        return self.contact.name if self.contact else self.participant.name


class Names:
    """Everything that present organisations and people are called, folded once for many questions."""

    def __init__(self, participants: Iterable[Participant], contacts: Iterable[Contact]) -> None:
        present = {p.id: p for p in participants if p.left_at is None}
        self._addresses: dict[str, list[Who]] = defaultdict(list)
        self._organisations: dict[str, list[Who]] = defaultdict(list)
        self._people: dict[str, list[Who]] = defaultdict(list)
        for p in present.values():
            for name in {_fold(p.short_name), _fold(p.name)}:
                self._organisations[name].append(Who(p))
        for c in contacts:
            if c.removed_at is None and c.participant_id in present:
                who = Who(present[c.participant_id], c)
                self._addresses[_fold(c.email)].append(who)
                self._people[_fold(c.name)].append(who)
        self._in_order = sorted(self._organisations)
        every = (*self._organisations, *self._people, *(sector.replace("_", " ") for sector in Sector))
        self.most_words = max(len(name.split()) for name in every)

    def of(self, text: str) -> list[Who]:
        """Everybody that *text* may mean: short name, full name or e-mail address exactly, else a beginning of a name.

        An address of a participant's only contact means the organisation as much as the person; it names the person.
        Never guessed: two candidates are two, and the door asks.
        """
        asked = _fold(text)
        if "@" in text:
            return list(self._addresses.get(asked, ()))
        exact = self._organisations.get(asked) or self._people.get(asked) or ()
        if exact or len(asked) < 2:
            return list(exact)
        begun = takewhile(lambda name: name.startswith(asked), self._in_order[bisect_left(self._in_order, asked) :])
        found = {who for name in begun for who in self._organisations[name]}
        return sorted(found, key=lambda who: who.participant.short_name)


def told_apart(found: Sequence[Who]) -> list[str]:
    """The name of each; where others bear it, with its organisation's short name, or with the address where they are
    that organisation's, too."""
    bearing = Counter(who.name for who in found)
    at_home = Counter((who.name, who.participant.id) for who in found)

    def told(who: Who) -> str:
        if bearing[who.name] == 1:
            return who.name
        alike = at_home[who.name, who.participant.id] > 1
        return f"{who.name} ({who.contact.email if who.contact and alike else who.participant.short_name})"

    return [told(who) for who in found]


def candidates(text: str, participants: Iterable[Participant], contacts: Iterable[Contact]) -> list[Who]:
    """The same for one question: ``Names.of``."""
    return Names(participants, contacts).of(text)


def read_sector(text: str) -> Sector | None:
    """The sector of the Plan that *text* names, written with spaces, hyphens or underscores, also in the plural."""
    said = "_".join(text.casefold().replace("-", " ").replace("_", " ").split())
    return next((s for s in Sector if said in (s, f"{s}s", f"{s.removesuffix('y')}ies")), None)


def split_names(words: Sequence[str], known: Callable[[str], bool], most_words: int) -> list[str]:
    """*words* as names one after another: each time the longest run of words that is *known*, else the single word.

    A comma after a word ends a name; no name has more words than *most_words*.
    """
    names: list[str] = []
    at = 0
    while at < len(words):
        last = min(len(words), at + most_words) - 1
        most = next((n for n in range(at, last + 1) if words[n].endswith(",")), last) + 1
        runs = ((" ".join(words[at:end]).rstrip(",").strip(), end) for end in range(most, at, -1))
        name, at = next((run for run in runs if run[0] and known(run[0])), (words[at].rstrip(","), at + 1))
        if name:
            names.append(name)
    return names


def _fold(text: str) -> str:
    return " ".join(text.casefold().replace("_", "-").split())
