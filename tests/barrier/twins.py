"""Owns two worlds side by side: one script and one clock; what each reader is given at every door, made comparable.

Random ids and references are renamed by their first appearance to that reader; nothing else is forgiven.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

from handlers.identity import the_machine
from handlers.subjects import export_subject
from tests.barrier import model
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


@dataclass(frozen=True)
class Step:
    """One line that somebody types, in both worlds alike, or (without anybody) a time to wait. ``{ref}`` is the
    reference that the answer before named, ``{first}`` the first that was named since the worlds differ, ``{words}``
    what differs where contents are compared."""

    line: str
    who: Reader | None = SECRETARY

    def __repr__(self) -> str:
        return f"{self.who.person.name if self.who else 'all'}: {self.line}"


def wait(**by: float) -> Step:
    return Step(str(timedelta(**by).total_seconds()), None)


@dataclass
class Twin(Doors):
    """One of two worlds; ``told_to`` is what each reader was given, in order; ``acted`` which steps did anything (a
    wait always)."""

    told_to: dict[model.Person, list[tuple[str, str, bytes]]] = field(default_factory=dict)
    acted: list[bool] = field(default_factory=list)
    reference: str = ""
    first: str = ""

    def take(self, who: model.Person, door: str, media_type: str, data: bytes, typed: str = "") -> None:
        self.told_to.setdefault(who, []).append((f"{self.cast.clock()} {door}", media_type, data))

    def tell(self, steps: Sequence[Step], words: str) -> None:
        """Does *steps*, and delivers after each what is due."""
        for step in steps:
            before = self.entries()
            if step.who is None:
                self.cast.clock.advance(seconds=float(step.line))
            else:
                said = self.says(step.who, step.line.format(ref=self.reference, first=self.first, words=words))
                if found := re.search(r"`(X[0-9A-Z]{5})`", said):
                    self.reference, self.first = found[1], self.first or found[1]
                if step.line.startswith("bring "):
                    tie(self)
            self.acted.append(step.who is None or self.entries() > before)
            self.leave()

    def asks(self, who: Reader, lines: Sequence[str], ending: str = "") -> None:
        """*who* types *lines*, walks every page, or, with files of one *ending*, their own, and asks what is kept of
        them."""
        for line in lines:
            self.says(who, line)
        if ending:
            self.own_pages(who, ending)
        else:
            self.pages(who)
        letter = export_subject(self.cast.desk, the_machine("command line"), who.email).letter
        self.take(who.person, "the letter on what is kept", TEXT, letter.encode())

    def shown_to(self, who: model.Person) -> str:
        """All that *who* was given, with random words renamed by their first appearance."""
        said = []
        for door, media_type, data in self.told_to.get(who, ()):
            layers = list(DECODERS.get(media_type, DECODERS[TEXT])(data))
            said += [door, *(layers[1:] if media_type == MAIL else layers)]  # base64 hides what is to be renamed
        names: dict[str, str] = {}
        return RANDOM.sub(lambda m: names.setdefault(m[0], f"<{len(names)}>"), "\n".join(said))

    @contextmanager
    def once_more(self, file: Path) -> Iterator["Twin"]:
        """This world on a copy, with counters of its own from the same number on, and nothing given yet."""
        with self.copied(file) as copy:
            ids, references = count(500_000), references_from(10_000)
            desk = copy.cast.desk
            copy.cast.desk = replace(desk, new_id=lambda: f"id-{next(ids)}", new_reference=lambda: next(references))
            yield replace(copy, told_to={}, acted=[], first="")


def references_from(first: int) -> Iterator[str]:
    """References that rise: where two things are listed by theirs, chance is no difference between worlds."""
    for number in count(first):
        yield "X" + "".join(DIGITS[number >> shift & 31] for shift in (20, 15, 10, 5, 0))


def reads(days: Sequence[str]) -> list[str]:
    return [f"{verb} {word}".strip() for verb in READING for word in ("", *days)]


@contextmanager
def small_world(folder: Path, orgs: Sequence[str]) -> Iterator[Twin]:
    """A world with the people of *orgs* alone, before anything was planned."""
    with make_cast(f"sqlite:///{folder}/lap.db", people=False) as cast:
        cast.desk.store.engine.dispose()
        unsynced(cast.desk.store)
        settle_people(cast, orgs)
        references = references_from(1)
        cast.desk = replace(cast.desk, new_reference=lambda: next(references))
        world = Twin(cast)
        tie(world)
        yield world
        world.close()
