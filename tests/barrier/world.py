"""Owns the world of the canaries: what leaves it is searched for the tokens; which story is told is ``story``'s."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from sqlalchemy import select

from bot.procedure import Procedure
from handlers.joining import follow, way_in
from storage import directory
from storage.tables import AuditRow, columns
from tests.barrier import model
from tests.barrier.canaries import Secret, Secrets, spellable
from tests.barrier.doors import JSON, LINK, MAIL, TEXT, Doors, settle_people, tie, unsynced
from tests.barrier.people import GUEST_ACCOUNT, READERS, SECRETARY, Reader
from tests.barrier.people import MAIN as MAIN
from tests.barrier.wire import Slack
from tests.cast import cast as make_cast

FEW, DRAFT, OFF = "2027-03-09", "2027-04-06", "2027-05-04"
BRIDGES = 5


@dataclass
class World(Doors):
    """The house with the story so far: what leaves it is searched for ``secrets``; ``calls`` are the model's of it,
    ``references`` the random names of things; ``mails`` what each reader was mailed; ``strangers`` the names of those
    whose Slack account speaks for nobody. ``begun``: how many entries the audit record of a copy had at first."""

    secrets: Secrets = field(default_factory=Secrets)
    calls: dict[str, model.Call] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    mails: dict[str, list[bytes]] = field(default_factory=dict)
    strangers: set[str] = field(default_factory=set)
    begun: int = 0

    def take(self, who: model.Person, door: str, media_type: str, data: bytes, typed: str = "") -> None:
        if media_type == MAIL:
            self.mails.setdefault(who.name, []).append(data)
        leaks = self.secrets.found.leaks
        known = len(leaks)
        self.secrets.probe(who, door, media_type, data, typed)
        for hit in [*leaks][known:]:
            leaks[hit] += f"\nafter {self.done_here()}"

    def leave(self) -> None:
        """As it does; then everybody reads what stands in the channels that they are in."""
        super().leave()
        if self.slack is None or self.begun:
            return  # the channels are one for all copies
        for who in READERS:
            stranger = who.person.name in self.strangers
            person = replace(who.person, kind=model.NOBODY) if stranger else who.person
            for said in self.slack.standing(who):
                self.take(person, "what stands in a channel", JSON, said)

    @contextmanager
    def copied(self, file: Path) -> Iterator[Self]:
        with super().copied(file) as copy:
            copy.begun = copy.entries()
            yield copy

    def done_here(self) -> str:
        """What was done in a copy, by its audit record: the trail of whatever is found in it."""
        a = columns(AuditRow)
        with self.cast.desk.store.read() as tx:
            query = select(a.number, a.actor, a.act, a.subject).where(a.number > self.begun).order_by(a.number)
            return "; ".join(f"{row.actor} {row.act} {row.subject}".strip() for row in tx.execute(query)) or "nothing"

    def keep_links(self, who: Reader, said: str) -> None:
        super().keep_links(who, said)
        name = f"{who.person.name}'s links"
        for link in LINK.findall(said):
            if name not in self.secrets.by_name:
                self.secrets.add("link", name, person=who.person.name)
            self.secrets.quote(name, link)

    def people_of(self, who: Reader) -> list[str]:
        """The model's names of everybody who comes with *who*'s organisation: it is admitted as a whole."""
        with self.cast.desk.store.read() as tx:
            known = directory.everybody(tx)
        org = next(p.id for p in known.participants if p.short_name == who.person.org)
        return [who.person.name, *(c.email for c in known.contacts if c.participant_id == org and c.email != who.email)]

    def learn_bridge(self, who: Reader, part: str) -> None:
        """Follows *who*'s links, which lead to the bridge of *part* now: from here on it is that part's secret."""
        urls = [url for link in self.links[who.person.name] if (url := follow(self.cast.desk, link.split("/")[2]))]
        for name in self.secrets.found_in(TEXT, " ".join(urls).encode()).values():
            self.secrets.by_name[name] = Secret(name, model.Thing("bridge", MAIN, part), self.calls[MAIN])

    def learn_numbers(self, who: Reader) -> None:
        """What *who*'s links show of numbers now: from here on each is the secret of its part, and so is its bridge."""
        found = [way for link in self.links[who.person.name] if (way := way_in(self.cast.desk, link.split("/")[2]))]
        for told in (one for way in found for one in way.telephone):
            title = self.secrets.found_in(TEXT, told.title.encode()).values()
            numbers = self.secrets.found_in(TEXT, " ".join(told.numbers).encode()).values()
            part = next(iter(title), "the closed rest")  # which has no title of its own
            for name in numbers:
                self.secrets.by_name[name] = Secret(name, model.Thing("number", MAIN, part), self.calls[MAIN])

    # --- words of the story ---

    def refers(self, name: str, said: str) -> str:
        """The reference in backticks that an answer names, kept under *name* as the secret's too."""
        found = re.search(r"`([0-9A-Z]{6})`", said)
        assert found, said
        self.references[name] = found[1]
        return self.secrets.refer(name, found[1]) if name in self.secrets.by_name else found[1]

    def done(self, line: str, who: Reader = SECRETARY) -> str:
        """Types *line*, with ``go`` where it is looked at first; anything but a refusal."""
        said = self.says(who, line)
        assert not REFUSED.search(said), f"{line}: {said}"
        return said


REFUSED = re.compile(r"You typed: |^I (found|read|do not)|is for the secretariat|Something went wrong")


@contextmanager
def built(folder: Path, orgs: Sequence[str] = (), *, over_slack: bool = False, url: str = "") -> Iterator[World]:
    """The world before anything was planned: everybody's Slack account tied, a pool of bridges with canaries; with
    *orgs* those alone take part. *over_slack*: there is a workspace, for requests over HTTP; *url*: of an empty
    database, in the place of a file in *folder*."""
    secrets = Secrets()
    for n in range(BRIDGES):
        secrets.add("bridge", f"bridge {n}")
        secrets.add("number", f"number {n}")
    urls = [f"https://meet.example/{secrets.token(f'bridge {n}')}" for n in range(BRIDGES)]
    dial_in = [(url, f"+44 20 7946 0000, PIN {secrets.token(f'number {n}')}") for n, url in enumerate(urls)]
    default = Procedure.default()
    procedure = replace(default, bridges=replace(default.bridges, urls=tuple(urls), dial_in=tuple(dial_in)))
    with make_cast(
        url or f"sqlite:///{folder}/lap.db", procedure=procedure, people=not orgs, lap_secretariat=GUEST_ACCOUNT.user
    ) as cast:
        if cast.desk.store.is_sqlite:
            cast.desk.store.engine.dispose()
            unsynced(cast.desk.store)
        if orgs:
            settle_people(cast, orgs)
        drawn = cast.desk.new_reference
        cast.desk = replace(cast.desk, new_reference=lambda: next(filter(spellable, iter(drawn, ""))))
        world = World(cast, secrets=secrets, slack=Slack() if over_slack else None)
        tie(world)
        yield world
        world.close()
