"""Owns two worlds side by side: one script and one clock; what each reader is given at every door, made comparable.

Random ids are renamed by their first appearance to that reader, and references, though what both worlds have is called
alike in both: that of a thing which is there in one alone can be asked for in the other. Nothing else is forgiven: a
file that says the same in other bytes is another.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

from bot.procedure import Procedure
from handlers.formats import FORMATS
from handlers.identity import the_machine
from handlers.subjects import export_subject
from storage import calls
from tests.barrier import model
from tests.barrier.attached import pages_of
from tests.barrier.decoders import DECODERS
from tests.barrier.doors import MAIL, TEXT, Doors, settle_people, tie, unsynced
from tests.barrier.people import SECRETARY, Reader
from tests.barrier.walk import READING
from tests.cast import cast as make_cast

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM = re.compile(
    r"\bid-\d{6}\b"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|(?<![0-9a-z])[0-9a-f]{16,64}(?![0-9a-z])"
    r"|(?<=/join/)[\w-]{22}|(?<=/me/)[\w-]{22}|(?<=/calendar/)[\w-]{22}"
    r"|X0[0-9A-Z]{4}"
)
"""Ids of rows, UIDs, digests (Message-IDs, boundaries, ETags), tokens of links, and our references, as made below."""

REFERENCE = re.compile(r"\bX0[0-9A-Z]{4}\b")
OPENING = ("paper", "edition", "minutes", "actions")
"""What shows one thing by its reference."""
READ_AS_TEXT = re.compile(r"text/|application/(json|ics)|message/")
"""Media types whose decoder forgets nothing."""
POOL = tuple(f"https://meet.example/{n}" for n in range(8))
SINCE, ROOM, FEW = 10_000, 500, 20
"""From which number on references are drawn once the worlds part; how many are there for one step, and for one that the
other world has not."""


@dataclass(frozen=True)
class Step:
    """One line that somebody types, in both worlds alike, or (without anybody) a time to wait. ``{ref}`` is the
    reference that the answer before named, ``{first}`` the first that was named since the worlds differ, ``{base}`` the
    last before that, ``{words}`` what differs where contents are compared. ``refused``: what the refusal says of a step
    that is to do nothing; ``called``: the word in braces by which later steps name the reference that is answered."""

    line: str
    who: Reader | None = SECRETARY
    refused: str = ""
    called: str = ""

    def __repr__(self) -> str:
        return f"{self.who.person.name if self.who else 'all'}: {self.line}"

    @property
    def says(self) -> bool:
        """Whether it says the words that differ."""
        return "{words}" in self.line

    @property
    def acts(self) -> bool:
        """Whether it is to stand on the audit record that something was done."""
        return self.who is not None

    def is_called(self, other: "Step") -> bool:
        """Whether it has the name of *other*: in each world that brings about the same, with another content."""
        return self.called == other.called != ""

    def done_in(self, twin: "Twin", words: str) -> str:
        """Does it, and returns what is answered."""
        assert self.who is not None
        return twin.says(self.who, twin.filled(self.line, words))


def wait(**by: float) -> Step:
    return Step(str(timedelta(**by).total_seconds()), None)


@dataclass
class Twin(Doors):
    """One of two worlds; ``told_to`` is what each reader was given, in order; ``acted`` which steps did anything (a
    wait always); ``own`` the references of what the other world has not."""

    told_to: dict[model.Person, list[tuple[str, str, bytes]]] = field(default_factory=dict)
    acted: list[bool] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    reference: str = ""
    first: str = ""
    base: str = ""
    named: dict[str, str] = field(default_factory=dict)
    references: "References" = field(default_factory=lambda: References(1))
    sought: Sequence[str] = ("Alpha", "phishing")

    def take(self, who: model.Person, door: str, media_type: str, data: bytes, typed: str = "") -> None:
        self.told_to.setdefault(who, []).append((f"{self.cast.clock()} {door}", media_type, data))

    def tell(
        self, steps: Sequence[Step], words: str, numbers: Sequence[int] = (), there: Sequence[Step] | None = None
    ) -> None:
        """Does *steps*, and delivers after each what is due; *numbers*: of the references that each draws; *there*:
        what the other world does, where that differs."""
        for n, step in enumerate(steps):
            if numbers:
                self.references.number = numbers[n]
            before = self.entries()
            if step.who is None:
                self.cast.clock.advance(seconds=float(step.line))
            else:
                said = step.done_in(self, words)
                assert step.refused in said, f"{step}: {said}"
                if found := re.search(r"`(X[0-9A-Z]{5})`", said):
                    self.reference, self.first = found[1], self.first or found[1]
                    self.named |= {step.called: found[1]} if step.called else {}
                if step.line.startswith("bring "):
                    tie(self)
            self.acted.append(not step.acts or (self.entries() > before) is not bool(step.refused))
            if there is not None and step not in there:
                self.own |= {References.at(n) for n in range(numbers[n] + 1, self.references.number + 1)}
            self.leave()

    def item_on(self) -> str | None:
        """The reference of the item that is on, if one is."""
        with self.cast.desk.store.read() as tx:
            places = [record.call.live for record in calls.running(tx)]
        return next((place.item for place in places if place and place.item), None)

    def filled(self, line: str, words: str) -> str:
        """*line* as it is typed in this world."""
        return line.format(ref=self.reference, first=self.first, base=self.base, words=words, **self.named)

    def asks(self, who: Reader, lines: Sequence[str], *endings: str, opens: Sequence[str] | None = None) -> None:
        """*who* types *lines* and walks every page, or, with files of those *endings*, their own; it is asked what
        is kept of them; and they open what they were shown as an item, a paper and an edition of their page, and what
        *opens* names, where that is given."""
        for line in lines:
            self.says(who, line)
        if endings:
            self.own_pages(who, *endings)
        else:
            self.pages(who)
        letter = export_subject(self.cast.desk, the_machine("command line"), who.email).letter
        self.take(who.person, "the letter on what is kept", TEXT, letter.encode())
        if opens is None:
            return
        named = dict.fromkeys([*opens, *self.named_to(who.person)])
        for reference in named:
            for verb in OPENING:
                self.says(who, f"{verb} {reference}")
        under = ["item/{}", "paper/{}", *(f"edition/{{}}.{ending}" for ending in endings or FORMATS)]
        self.fetches(who, [f"{page}/{it.format(r)}" for page in pages_of(self, who) for r in named for it in under])

    def named_to(self, who: model.Person) -> list[str]:
        """The references that *who* was shown, in the order of their appearance."""
        return list(dict.fromkeys(REFERENCE.findall("\n".join(self._layers(who)))))

    def shown_to(self, who: model.Person) -> str:
        """All that *who* was given, with random words renamed by their first appearance."""
        names: dict[str, str] = {}
        return RANDOM.sub(lambda m: names.setdefault(m[0], f"<{len(names)}>"), "\n".join(self._layers(who)))

    def _layers(self, who: model.Person) -> list[str]:
        said = []
        for door, media_type, data in self.told_to.get(who, ()):
            layers = list(DECODERS.get(media_type, DECODERS[TEXT])(data))
            said += [door, *(layers[1:] if media_type == MAIL else layers)]  # base64 hides what is to be renamed
            if not READ_AS_TEXT.match(media_type):
                said.append(f"in the bytes {sha256(data).hexdigest().upper()}")  # no digest to be renamed
        return said

    @contextmanager
    def once_more(self, file: Path) -> Iterator["Twin"]:
        """This world on a copy, with counters of its own from the same number on, and nothing given yet."""
        with self.copied(file) as copy:
            ids, references = count(500_000), References(SINCE)
            desk = copy.cast.desk
            copy.cast.desk = replace(desk, new_id=lambda: f"id-{next(ids)}", new_reference=references)
            base = self.reference
            yield replace(
                copy,
                told_to={},
                acted=[],
                own=set(),
                named={},
                first="",
                reference=base,
                base=base,
                references=references,
            )


@dataclass
class References:
    """References that rise: where two things are listed by theirs, chance is no difference between worlds."""

    number: int

    def __call__(self) -> str:
        self.number += 1
        return self.at(self.number)

    @staticmethod
    def at(number: int) -> str:
        return "X" + "".join(DIGITS[number >> shift & 31] for shift in (20, 15, 10, 5, 0))


def start_of(step: int) -> int:
    """From which number on the step in that place draws."""
    return SINCE + ROOM * step


def numbered(steps: Sequence[Step], among: Sequence[Step]) -> list[int]:
    """From which number on each of *steps* draws its references: a step that stands *among* those of the other world
    too, or is called as one of those, draws the same there; what one world alone does comes behind the last of
    those."""
    numbers, last, behind = [], -1, 0
    for step in steps:
        at = next((n for n in range(last + 1, len(among)) if among[n] == step or among[n].is_called(step)), None)
        last, behind = (last, behind + 1) if at is None else (at, 0)
        numbers.append(start_of(last) + (ROOM // 2 + FEW * behind if at is None else 0))
    return numbers


def drawn(steps: Sequence[Step]) -> list[str]:
    """The first reference that each of *steps* draws, if it draws any; what both worlds have is called so in both."""
    return [References.at(start_of(n) + 1) for n, step in enumerate(steps) if step.who is not None]


def reads(days: Sequence[str]) -> list[str]:
    return [f"{verb} {word}".strip() for verb in READING for word in ("", *days)]


@contextmanager
def small_world(folder: Path, orgs: Sequence[str]) -> Iterator[Twin]:
    """A world with the people of *orgs* alone, before anything was planned."""
    default = Procedure.default()
    procedure = replace(default, bridges=replace(default.bridges, urls=POOL))
    with make_cast(f"sqlite:///{folder}/lap.db", procedure=procedure, people=False) as cast:
        cast.desk.store.engine.dispose()
        unsynced(cast.desk.store)
        settle_people(cast, orgs)
        world = Twin(cast)
        cast.desk = replace(cast.desk, new_reference=world.references)
        tie(world)
        yield world
        world.close()
