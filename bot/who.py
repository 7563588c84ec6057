"""Owns the reading of WHO: which organisation or person is meant; what a reader may know of them is ``audience``'s."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.participants import Contact, Participant, Sector


@dataclass(frozen=True, slots=True)
class Who:
    """An organisation, or one of its people where a person was named."""

    participant: Participant
    contact: Contact | None = None

    @property
    def name(self) -> str:
        return self.contact.name if self.contact else self.participant.name


def candidates(text: str, participants: Iterable[Participant], contacts: Iterable[Contact]) -> list[Who]:
    """Everybody that *text* may mean: short name, full name or e-mail address exactly, else a beginning of a name.

    An address of a participant's only contact means the organisation as much as the person; it names the person.
    Never guessed: two candidates are two, and the door asks.
    """
    by_id = {p.id: p for p in participants if p.left_at is None}
    present = [c for c in contacts if c.removed_at is None and c.participant_id in by_id]
    asked = _fold(text)
    if "@" in text:
        return [Who(by_id[c.participant_id], c) for c in present if _fold(c.email) == asked]
    exact = [Who(p) for p in by_id.values() if asked in (_fold(p.short_name), _fold(p.name))]
    exact = exact or [Who(by_id[c.participant_id], c) for c in present if _fold(c.name) == asked]
    if exact or len(asked) < 2:
        return exact
    return [
        Who(p)
        for p in sorted(by_id.values(), key=lambda p: p.short_name)
        if _fold(p.short_name).startswith(asked) or _fold(p.name).startswith(asked)
    ]


def read_sector(text: str) -> Sector | None:
    """The sector of the Plan that *text* names, written with spaces, hyphens or underscores, also in the plural."""
    said = "_".join(text.casefold().replace("-", " ").replace("_", " ").split())
    return next((s for s in Sector if said in (s, f"{s}s", f"{s.removesuffix('y')}ies")), None)


def split_names(words: Sequence[str], known: Callable[[str], bool]) -> list[str]:
    """*words* as names one after another: each time the longest run of words that is *known*, else the single word.

    A comma after a word ends a name.
    """
    names: list[str] = []
    at = 0
    while at < len(words):
        most = next((n for n in range(at, len(words)) if words[n].endswith(",")), len(words) - 1) + 1
        runs = ((" ".join(words[at:end]).rstrip(",").strip(), end) for end in range(most, at, -1))
        name, at = next((run for run in runs if run[0] and known(run[0])), (words[at].rstrip(","), at + 1))
        if name:
            names.append(name)
    return names


def _fold(text: str) -> str:
    return " ".join(text.casefold().replace("_", "-").split())
