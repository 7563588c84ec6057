"""Owns the canaries: a token of its own in every closed field, and the search for them in what leaves by a door."""

import random
import re
import string
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tests.barrier import model
from tests.barrier.decoders import layers

LETTERS = string.ascii_lowercase + string.digits
MOST_KEPT = 5_000
PAGE = "text/html"
SHORTEST = 7
"""So much of a token that was cut off (a button's label, a modal's title) still names it."""

_TOKEN = re.compile(f"zq[a-z0-9]{{{SHORTEST - 2},8}}")
_REFERENCE = re.compile(r"\b[0-9a-z]{6}\b")


def guessed(word: str) -> str:
    """A token or a reference as those who walk spell it: the house reads it alike (``bot.words.fold_reference``), and
    never spells one so. By that their own words, which it shows them again, are told from what it tells them. A
    reference has to be ``spellable``.
    """
    if word.casefold().startswith("zq"):
        return f"zQ{word[2:].casefold()}"
    large = word.upper()
    letters = [n for n, sign in enumerate(large) if sign.isalpha()]
    return large[: letters[0]] + large[letters[0]].casefold() + large[letters[0] + 1 :]


def spellable(reference: str) -> bool:
    """Whether a reference can be spelt as the house never spells it: with a small letter beside a large one."""
    return sum(map(str.isalpha, reference)) > 1


@dataclass(frozen=True)
class Secret:
    """One closed field of one thing; *call* is the model's, which changes as the story goes on."""

    name: str
    thing: model.Thing
    call: model.Call | None

    def may(self, who: model.Person) -> bool:
        return model.may(who, self.thing, self.call)


@dataclass(frozen=True)
class Hit:
    """A secret that somebody was given at a door, lawfully or not."""

    reader: str
    door: str
    secret: str


@dataclass
class Found:
    """``probes`` counts reader x door x secret that must not be found, ``leaks`` has what was, with all that was said;
    ``seen`` are the secrets that somebody entitled really was given, ``forms`` the media types in which any was."""

    probes: int = 0
    leaks: dict[Hit, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)


@dataclass
class Secrets:
    """Every canary of a world, what the search for them found."""

    rng: random.Random = field(default_factory=lambda: random.Random(1))
    by_name: dict[str, Secret] = field(default_factory=dict)
    found: Found = field(default_factory=Found)
    only_on_pages: set[str] = field(default_factory=set)
    """What is too strict for every door but a page: nobody is given it elsewhere, whoever may have it."""
    _given: dict[str, set[str]] = field(default_factory=dict)
    _of_token: dict[str, str] = field(default_factory=dict)
    _of_reference: dict[str, str] = field(default_factory=dict)

    def token(self, name: str) -> str:
        """A word of ten letters and digits that nothing else contains, and that names the secret *name*."""
        number = len(self._of_token)
        made = f"zq{LETTERS[number // 36]}{LETTERS[number % 36]}" + "".join(self.rng.choices(LETTERS, k=6))
        self._of_token[made] = name
        return made

    def text(self, kind: str, name: str, call: model.Call | None = None, **more: object) -> str:
        """A text for the field *name*: a token first, one behind signs to be escaped, one where lines are folded."""
        self.add(kind, name, call, **more)
        first, escaped, folded = (self.token(name) for _ in range(3))
        return f"{first} & <Zoë,{escaped}; and more of it, so that a line is folded> {folded}"

    def add(self, kind: str, name: str, call: model.Call | None = None, **more: object) -> None:
        thing = model.Thing(kind, call=call.name if call else "", **more)  # type: ignore[arg-type]
        self.by_name[name] = Secret(name, thing, call)

    def refer(self, name: str, reference: str) -> str:
        """Has the random *reference* name that secret too."""
        self._of_reference[reference.casefold()] = name
        return reference

    def not_of(self, org: str) -> "Secrets":
        """Without what *org* may open by itself: for what is told after its people did what they liked."""
        kept = {n: s for n, s in self.by_name.items() if not org or s.thing.org != org}
        return replace(self, by_name=kept)

    def but(self, *kinds: str) -> "Secrets":
        """Without the *kinds* of things that a door is there to show."""
        return replace(self, by_name={n: s for n, s in self.by_name.items() if s.thing.kind not in kinds})

    def of_kind(self, kind: str) -> set[str]:
        return {name for name, secret in self.by_name.items() if secret.thing.kind == kind}

    def words(self) -> list[str]:
        """Every token, as somebody might guess it."""
        return [guessed(token) for token in self._of_token]

    def whole(self, name: str, text: str) -> None:
        """Has *text*, word for word, name that secret: what is drawn and counted bears no token."""
        self._quoted[text.casefold()] = name

    def quote(self, name: str, text: str) -> None:
        """Has each long word of *text* name that secret: a link's token, a bridge."""
        for word in re.findall(r"[\w-]{10,}", text.casefold()):
            self._quoted[word] = name

    _quoted: dict[str, str] = field(default_factory=dict)
    _searched: dict[tuple[object, ...], dict[str, str]] = field(default_factory=dict)
    _closed: dict[tuple[object, ...], int] = field(default_factory=dict)

    def change(self, name: str, **changes: object) -> None:
        secret = self.by_name[name]
        self.by_name[name] = replace(secret, thing=replace(secret.thing, **changes))  # type: ignore[arg-type]

    def found_in(self, media_type: str, data: bytes, *, also_guesses: bool = False) -> dict[str, str]:
        """What *data* says in any layer: each word that names a secret, and its name; *also_guesses*: as those who walk
        spell it, too. The same bytes are searched once, for as long as no other word names one."""
        key = media_type, data, also_guesses, len(self._of_token), len(self._of_reference), len(self._quoted)
        if key not in self._searched:
            if len(self._searched) > MOST_KEPT:
                self._searched.clear()
            self._searched[key] = self._search(media_type, data, also_guesses)
        return self._searched[key]

    def _search(self, media_type: str, data: bytes, also_guesses: bool) -> dict[str, str]:
        spelt = layers(media_type, data)
        said = spelt.casefold()
        found = {word: name for word in _TOKEN.findall(said) if (name := self._named(word))}
        found |= {word: self._of_reference[word] for word in _REFERENCE.findall(said) if word in self._of_reference}
        if not also_guesses:
            found = {word: name for word, name in found.items() if not _only_guessed(word, said, spelt)}
        return found | {word: name for word, name in self._quoted.items() if word in said}

    def probe(self, reader: model.Person, door: str, media_type: str, data: bytes, typed: str = "") -> set[str]:
        """Searches what *reader* was given at *door*; what they had *typed* themselves is no news to them. Returns the
        names of what was found."""
        found = self.found_in(media_type, data)
        repeated = self.found_in("text/plain", typed.encode(), also_guesses=True) if typed else {}
        said = {name for word, name in found.items() if word not in repeated}
        texts = {name for word, name in found.items() if word not in repeated and _TOKEN.fullmatch(word)}
        if said:
            self.found.forms.add(media_type)
        # A cancellation, mailed or in a feed, repeats the title that the person holds: calendars show it by that. The
        # message beside such a mail repeats it too, also to somebody who is nobody by now.
        repeats = b"method=CANCEL" in data or b"STATUS:CANCELLED" in data or door.startswith("message invitation.held")
        held = self._given.get(reader.name, set()) if repeats else set()
        for name in said & self.by_name.keys():
            strict, may = name in self.only_on_pages, self.by_name[name].may(reader)
            if strict and may and name not in texts:
                continue  # its reference stands anywhere
            if may and (not strict or media_type == PAGE):
                self.found.seen.add(name)
                self._given.setdefault(reader.name, set()).add(name)
            elif name not in held:
                self.found.leaks.setdefault(Hit(reader.name, door, name), data.decode("utf-8", "replace"))
        self.found.probes += self._closed_to(reader)
        return said

    def _closed_to(self, reader: model.Person) -> int:
        """How many secrets are closed to *reader*, counted anew whenever the story has gone on."""
        calls = {s.thing.call: c for s in self.by_name.values() if (c := s.call) is not None}
        stage = (
            reader,
            len(self.by_name),
            *(
                (
                    c.state,
                    c.running,
                    c.now,
                    c.sent,
                    c.adopted,
                    c.scribe,
                    len(c.approved),
                    len(c.circulated),
                    len(c.objections),
                )
                for c in calls.values()
            ),
        )
        if stage not in self._closed:
            self._closed[stage] = sum(not s.may(reader) for s in self.by_name.values())
        return self._closed[stage]

    def given_to(self, reader: model.Person) -> frozenset[str]:
        """The secrets that *reader* was given so far and was entitled to then."""
        return frozenset(self._given.get(reader.name, ()))

    def unproved(self) -> list[str]:
        """The secrets that the walk never saw with anybody: whether it would find them there is not shown."""
        return sorted(self.by_name.keys() - self.found.seen)

    def _named(self, word: str) -> str | None:
        if word in self._of_token:
            return self._of_token[word]
        whole: Iterable[str] = (t for t in self._of_token if len(word) >= SHORTEST and t.startswith(word))
        return next((self._of_token[t] for t in whole), None)


def _only_guessed(word: str, said: str, spelt: str) -> bool:
    """Whether *word* stands in *said*, which is *spelt* casefolded, in the spelling of those who walk and in no
    other."""
    own = guessed(word)
    return own != word.upper() and 0 < spelt.count(own) == said.count(word)
