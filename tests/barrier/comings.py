"""Owns the people of a generated history: who comes, is replaced, goes elsewhere or leaves, told to the model as it is
done; what is done about the call is ``test_histories``'.
"""

import itertools
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.barrier import model
from tests.barrier.calendars import CalendarStore, all_kinds, messages
from tests.barrier.doors import MAIL
from tests.barrier.model import NOBODY, OBSERVER, REPRESENTATIVE
from tests.barrier.people import COMES, EXCLUDED, NAMED, NEVER, OBJECTOR, OBSERVES, PROPOSER, SECRETARY, Reader
from tests.barrier.world import MAIN, World, built

GUESTS = (COMES, EXCLUDED, NEVER, OBSERVES)
AGENCIES = (PROPOSER, NAMED, OBJECTOR)
KINDS = {r.person.org: r.person.kind for r in (*GUESTS, *AGENCIES)}
ORGS = ("us-ftc", *KINDS)
orgs, which = st.sampled_from(sorted(KINDS)), st.integers(0, 30)
STEPS = {"steps": 0, "histories": 0, "probes": 0}


class Comings(RuleBasedStateMachine):
    """``people`` are all that ever were contacts, as the model has them now, by name; ``emails`` their addresses;
    ``mails`` those with a calendar, as they left."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = ExitStack()
        folder = Path(self.kept.enter_context(tempfile.TemporaryDirectory()))
        self.world: World = self.kept.enter_context(built(folder, ORGS))
        self.people = {r.person.name: r.person for r in (*GUESTS, *AGENCIES)}
        self.emails = {r.person.name: r.email for r in (*GUESTS, *AGENCIES)}
        self.stores: dict[str, list[CalendarStore]] = {}
        self.mails: list[bytes] = []
        self.numbers = itertools.count(1)
        self.admitted: set[tuple[str, str]] = set()
        probed = self.world.take

        def take(who: model.Person, door: str, media_type: str, data: bytes, typed: str = "") -> None:
            probed(self.people.get(who.name, who), door, media_type, data, typed)
            if media_type == MAIL:
                if messages(data):
                    self.mails.append(data)
                for store in self.stores.setdefault(who.name, all_kinds()):
                    store.receive(data)

        self.world.take = take  # type: ignore[method-assign]
        STEPS["histories"] += 1

    @property
    def call(self) -> model.Call:
        return self.world.calls[MAIN]

    def does(self, line: str, who: Reader = SECRETARY) -> str | None:
        """The answer where the line did something, which the model is then told of."""
        STEPS["steps"] += 1
        before = self.world.entries()
        said = self.world.says(who, line)
        assert "Something went wrong" not in said, line
        return said if self.world.entries() > before else None

    def guests(self) -> list[model.Person]:
        return [p for p in self.people.values() if p.kind in (REPRESENTATIVE, OBSERVER)]

    def places_of(self, org: str, parts: set[str]) -> set[tuple[str, str]]:
        """The places of an organisation's people, who come and go together, in those *parts*."""
        return {(p.name, part) for p in self.guests() if p.org == org for part in parts}

    def forget(self, places: set[tuple[str, str]]) -> None:
        """Takes *places* off the list to come; what was lawfully given of a call that has ended stays."""
        self.admitted -= places
        if self.call.ended is None:
            self.call.circulated -= places
            self.call.approved -= places

    def _one(self, number: int) -> model.Person | None:
        here = sorted((p for p in self.people.values() if p.kind != NOBODY), key=lambda p: p.name)
        return here[number % len(here)] if here else None

    def _arrives(self, email: str, org: str) -> None:
        name = next((n for n, known in self.emails.items() if known == email), email)
        self.people[name], self.emails[name] = model.Person(name, org, KINDS[org]), email

    def _goes(self, who: model.Person) -> None:
        self.forget({place for place in self.admitted | self.call.circulated if place[0] == who.name})
        self.people[who.name] = replace(who, kind=NOBODY)

    @rule(org=orgs)
    def a_colleague_comes(self, org: str) -> None:
        email = f"colleague{next(self.numbers)}@{org}.example"
        if self.does(f'contact add {email} "A colleague" for {org}'):
            self._arrives(email, org)

    @rule(number=which)
    def somebody_is_replaced(self, number: int) -> None:
        """The successor has the places on lists to come that nobody objects to."""
        if (old := self._one(number)) is None:
            return
        email = f"successor{next(self.numbers)}@{old.org}.example"
        if not self.does(f'contact replace {self.emails[old.name]} by {email} "A successor"'):
            return
        self._arrives(email, old.org)
        if self.call.ended is None:
            for places in (self.admitted, self.call.circulated, self.call.approved):
                theirs = {p for n, p in places if n == old.name}
                places |= {(email, p) for p in theirs if not model.barred(self.call, old.name, old.org, p)}
        self._goes(old)

    @rule(number=which)
    def somebody_is_removed(self, number: int) -> None:
        who = self._one(number)
        if who is not None and self.does(f"contact remove {self.emails[who.name]}"):
            self._goes(who)

    @rule(number=which, org=orgs)
    def somebody_changes_employer(self, number: int, org: str) -> None:
        """The same person, with the same address, is removed here and comes there: with the rights of there alone."""
        who = self._one(number)
        if who is None or not self.does(f"contact remove {self.emails[who.name]}"):
            return
        self._goes(who)
        if self.does(f'contact add {self.emails[who.name]} "Somebody new" for {org}'):
            self._arrives(self.emails[who.name], org)

    @precondition(lambda self: len({p.org for p in self.people.values() if p.kind != NOBODY}) > 3)
    @rule(org=orgs, surely=st.integers(0, 3))
    def a_participant_leaves(self, org: str, surely: int) -> None:
        if surely == 0 and self.does(f"participant leave {org}"):
            for who in [p for p in self.people.values() if p.org == org and p.kind != NOBODY]:
                self._goes(who)
