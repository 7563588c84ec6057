"""Owns the people of a generated history: who comes, is replaced, goes elsewhere, leaves or comes back, told to the
model as it is done; what is done about the call is ``test_histories``'.
"""

import itertools
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from bot.errors import Refusal
from handlers.identity import the_machine
from handlers.roster import export_roster, import_roster
from storage import objections
from tests.barrier import model
from tests.barrier.calendars import CalendarStore, all_kinds, messages
from tests.barrier.doors import MAIL, tie
from tests.barrier.model import NOBODY, OBSERVER, REPRESENTATIVE
from tests.barrier.people import COMES, EXCLUDED, NAMED, NEVER, OBJECTOR, OBSERVES, PROPOSER, SECRETARY, Reader
from tests.barrier.world import MAIN, World, built

GUESTS = (COMES, EXCLUDED, NEVER, OBSERVES)
AGENCIES = (PROPOSER, NAMED, OBJECTOR)
KINDS = {r.person.org: r.person.kind for r in (*GUESTS, *AGENCIES)}
ORGS = ("us-ftc", *KINDS)
MACHINE = the_machine("command line")
AS_TYPED = {
    model.AGENCY: "agency GB",
    REPRESENTATIVE: "representative GB mobile_operator",
    OBSERVER: "observer",
}
"""How a kind of participant is typed, with what it has to say of itself."""

orgs, which = st.sampled_from(sorted(KINDS)), st.integers(0, 30)
STEPS = {"steps": 0, "histories": 0, "probes": 0}


class Comings(RuleBasedStateMachine):
    """``people`` are all that ever were contacts, as the model has them now, by name; ``emails`` their addresses;
    ``files`` are the roster's, as it was written out last, with the organisations of those in it by their addresses;
    ``mails`` those with a calendar, as they left; ``objecting`` for each of the model's objections whose it is, and its
    reference."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = ExitStack()
        folder = Path(self.kept.enter_context(tempfile.TemporaryDirectory()))
        self.world: World = self.kept.enter_context(built(folder, ORGS))
        self.people = {r.person.name: r.person for r in (*GUESTS, *AGENCIES)}
        self.emails = {r.person.name: r.email for r in (*GUESTS, *AGENCIES)}
        self.the_roster_is_written_out()
        self.stores: dict[str, list[CalendarStore]] = {}
        self.mails: list[bytes] = []
        self.numbers = itertools.count(1)
        self.admitted: set[tuple[str, str]] = set()
        self.objecting: list[tuple[str, str]] = []
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

    def asks(self, who: Reader) -> None:
        """*who* reads what is theirs of the call."""
        raise NotImplementedError

    def guests(self) -> list[model.Person]:
        return [p for p in self.people.values() if p.kind in (REPRESENTATIVE, OBSERVER)]

    def places_of(self, org: str, parts: set[str]) -> set[tuple[str, str]]:
        """The places of an organisation's people, who come and go together, in those *parts*."""
        return {(p.name, part) for p in self.guests() if p.org == org for part in parts}

    def off_the_list(self, places: set[tuple[str, str]]) -> None:
        """They stay admitted to *places*, and are on no list that was sent round."""
        if self.call.ended is None:
            self.call.circulated -= places
            self.call.approved -= places

    def forget(self, places: set[tuple[str, str]]) -> None:
        """Takes *places* off the list to come; what was lawfully given of a call that has ended stays."""
        self.admitted -= places
        self.off_the_list(places)

    def _here(self) -> list[model.Person]:
        return sorted((p for p in self.people.values() if p.kind != NOBODY), key=lambda p: p.name)

    def _one(self, number: int) -> model.Person | None:
        here = self._here()
        return here[number % len(here)] if here else None

    def _two(self, number: int) -> tuple[model.Person, model.Person] | None:
        """Somebody and a colleague of theirs."""
        pairs = [(a, b) for a in self._here() for b in self._here() if a != b and a.org == b.org]
        pairs = [(a, b) for a, b in pairs if not (a.brought or b.brought)]
        return pairs[number % len(pairs)] if pairs else None

    def _arrives(self, email: str, org: str) -> None:
        name = next((n for n, known in self.emails.items() if known == email), email)
        self.people[name], self.emails[name] = model.Person(name, org, KINDS[org]), email
        tie(self.world)

    def _goes(self, who: model.Person) -> None:
        self.forget({place for place in self.admitted | self.call.circulated if place[0] == who.name})
        self.people[who.name] = replace(who, kind=NOBODY)

    @rule(org=orgs)
    def a_colleague_comes(self, org: str) -> None:
        email = f"colleague{next(self.numbers)}@{org}.example"
        if self.does(f'contact add {email} "A colleague" for {org}'):
            self._arrives(email, org)

    @rule(number=which, again=st.booleans())
    def somebody_is_replaced(self, number: int, again: bool) -> None:
        """The successor has the places on lists to come that nobody objects to: to whom they come after, or to them,
        where they were there before."""
        if (old := self._one(number)) is None:
            return
        before = [n for n, p in self.people.items() if (p.org, p.kind, p.brought) == (old.org, NOBODY, "")]
        new = before[number % len(before)] if before and again else f"successor{next(self.numbers)}@{old.org}.example"
        email = self.emails.get(new, new)
        if not self.does(f'contact replace {self.emails[old.name]} by {email} "A successor"'):
            return
        self._arrives(email, old.org)
        self._passes(old, new)

    @precondition(lambda self: self._two(0))
    @rule(number=which)
    def a_colleague_takes_somebodys_place(self, number: int) -> None:
        """Who stands on the lists by themselves keeps their own places there, but for those that an objection to whom
        they come after takes."""
        if (both := self._two(number)) is None:
            return
        old, new = both
        if self.does(f"contact replace {self.emails[old.name]} by {self.emails[new.name]}"):
            self._passes(old, new.name)

    def _passes(self, old: model.Person, new: str) -> None:
        """What is objected to *old* by name goes on and is to *new*, too, who has the places that nobody objects to."""
        self._follow(old, new)
        if self.call.ended is None:
            own = {p for n, p in self.admitted if n == new}
            for places in (self.admitted, self.call.circulated, self.call.approved):
                theirs = {p for n, p in places if n == old.name} - own
                places |= {(new, p) for p in theirs if not model.barred(self.call, new, old.org, p)}
        lost = {(new, part.name) for part in self.call.parts if model.barred(self.call, new, old.org, part.name)}
        self.off_the_list(lost)
        self._goes(old)

    def _follow(self, old: model.Person, new: str) -> None:
        """Each objection to *old* of the call to come is followed by one to *new*, where there is none with its scope,
        under a reference of its own."""
        if self.call.state != "announced":
            return
        with self.world.cast.desk.store.read() as tx:
            stand = {o.reference: o for o in objections.of_agency(tx, None)}
        known = {reference for _, reference in self.objecting}
        for one, (agency, reference) in list(zip(self.call.objections, self.objecting, strict=True)):
            follows = replace(one, person=new)
            mine = (one.org, one.person, one.withdrawn) == (old.org, old.name, None)
            if not mine or follows in self.call.objections:
                continue
            was = stand[reference]
            [found] = [
                r for r, o in stand.items()
                if r not in known and (o.by_id, o.segment_ids) == (was.by_id, was.segment_ids)
            ]  # fmt: skip
            self.call.objections.append(follows)
            self.objecting.append((agency, found))
            known.add(found)

    @rule(number=which)
    def somebody_is_removed(self, number: int) -> None:
        """Whoever is the last of their organisation stays."""
        both = self._two(number)
        who = both[0] if both else self._one(number)
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
    @rule(org=orgs, surely=st.integers(0, 1))
    def a_participant_leaves(self, org: str, surely: int) -> None:
        if surely == 0 and self.does(f"participant leave {org}"):
            for who in [p for p in self.people.values() if p.org == org and p.kind != NOBODY]:
                self._goes(who)

    def _gone(self) -> list[str]:
        """The organisations that have left."""
        return sorted(KINDS.keys() - {p.org for p in self._here()})

    @precondition(lambda self: self._gone())
    @rule(number=which, kind=st.sampled_from(sorted(AS_TYPED)), at_once=st.booleans())
    def a_participant_comes_back(self, number: int, kind: str, at_once: bool) -> None:
        """Under its short name, with whom it had or with somebody new. As another kind it would be somebody else: what
        the one proposed is not the other's."""
        org = self._gone()[number % len(self._gone())]
        before = sorted(email for email, of in self.written.items() if of == org)
        email = before[0] if before and at_once else f"back{next(self.numbers)}@{org}.example"
        line = f'participant add {org} "Back again" {AS_TYPED[kind]} zone London {email} "Somebody"'
        if self.does(line):
            self._arrives(email, org)
            if kind != KINDS[org]:
                name = next(n for n, address in self.emails.items() if address == email)
                self.people[name] = model.Person(name, f"{org}, another", kind)
            for who in (r for r in (*GUESTS, *AGENCIES) if r.email == email):
                self.asks(who)

    @rule()
    def the_roster_is_written_out(self) -> None:
        self.files = export_roster(self.world.cast.desk, MACHINE)
        self.written = {self.emails[p.name]: p.org for p in self._here() if not p.brought}

    @rule()
    def the_files_of_the_roster_are_read_again(self) -> None:
        """Whoever stands in them and is not here comes back, to no place on any list; Agencies' people are invited then
        as the answer says."""
        STEPS["steps"] += 1
        try:
            done = import_roster(
                self.world.cast.desk, MACHINE, self.files.participants.encode(), self.files.contacts.encode()
            )
        except Refusal:
            return
        for email in done.contacts_added:
            self._arrives(email, self.written[email])
        for email in done.uninvited:
            assert self.does(f"contact add {email}"), email
