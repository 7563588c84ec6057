"""Generated histories of one call: what a person is sent, the model entitles them to at the moment of sending; and once
everything is delivered, the mails of each calendar leave there what the model says, in whatever way it takes them.
"""

import itertools
import re
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.barrier import model
from tests.barrier.calendars import CalendarStore, Entry, all_kinds
from tests.barrier.doors import MAIL
from tests.barrier.people import COMES, EXCLUDED, NAMED, NEVER, OBJECTOR, OBSERVES, PROPOSER, SECRETARY, Reader
from tests.barrier.world import MAIN, World, built
from tests.lists import START

ORGS = ("us-ftc", "fr-cnil", "us-fcc", "de-bnetza", "harbour-bank", "meridian-net", "polar-telecom", "oecd")
GUESTS = (COMES, EXCLUDED, NEVER, OBSERVES)
AGENCIES = (PROPOSER, NAMED, OBJECTOR)
PARTS = ("reports", "trends", "cases")
guests, agencies, parts = st.sampled_from(GUESTS), st.sampled_from(AGENCIES), st.sampled_from(PARTS)
STEPS = {"steps": 0, "histories": 0, "probes": 0}


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.kept = ExitStack()
        folder = Path(self.kept.enter_context(tempfile.TemporaryDirectory()))
        self.world: World = self.kept.enter_context(built(folder, ORGS))
        self.stores: dict[model.Person, list[CalendarStore]] = {}
        self.start = START
        self.numbers = itertools.count(1)
        self.admitted: set[tuple[str, str]] = set()
        self.objecting: list[tuple[str, str]] = []
        probed = self.world.take

        def take(who: model.Person, door: str, media_type: str, data: bytes, typed: str = "") -> None:
            probed(who, door, media_type, data, typed)
            if media_type == MAIL:
                for store in self.stores.setdefault(who, all_kinds()):
                    store.receive(data)

        self.world.take = take  # type: ignore[method-assign]
        STEPS["histories"] += 1

    def teardown(self) -> None:
        self.everything_is_delivered()
        STEPS["probes"] += self.world.secrets.found.probes
        self.kept.close()

    # --- what is typed, and whether it was done ---

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

    def places(self, guest: Reader) -> set[tuple[str, str]]:
        return {(guest.person.name, p) for p in PARTS}

    def forget(self, places: set[tuple[str, str]]) -> None:
        self.admitted -= places
        self.call.circulated -= places
        self.call.approved -= places

    def part_named(self, name: str) -> str:
        return f"{MAIN}/{self.titles[name].split(' ')[0]}"

    @initialize()
    def planned(self) -> None:
        w, s = self.world, self.world.secrets
        call = w.calls.setdefault(MAIN, model.Call(MAIN, state="announced"))
        self.call_title = s.text("call title", "main", call)
        w.done(f'call add {MAIN} 13:00 UTC for 120 "{self.call_title}"')
        self.titles: dict[str, str] = {}
        for name, joint, minutes in (("reports", True, 30), ("trends", True, 20), ("cases", False, 30)):
            self.titles[name] = s.text("part title", name, call, part=name)
            w.done(f'segment add {MAIN} {"joint" if joint else "agencies"} {minutes} "{self.titles[name]}"')
            call.parts.append(model.Part(name, minutes, joint))
        call.parts.insert(2, model.Part("the rest", 40, joint=False))
        w.done(f"announce {MAIN} go")
        self.admit_and_approve()
        self.everything_is_delivered()

    # --- what people do ---

    @rule(guest=guests)
    def one_is_admitted(self, guest: Reader) -> None:
        self._admit(guest)

    def _admit(self, guest: Reader) -> None:
        joint = {p.name for p in self.call.parts if p.joint}
        if self.does(f"admit {guest.person.org} to {MAIN}"):
            free = {(n, p) for n, p in self.places(guest) if p in joint and not self._barred(guest, p)}
            self.admitted |= free - self.admitted

    @rule()
    def admit_and_approve(self) -> None:
        """The list is sent round and approved, with every name on it that nobody objects to."""
        for guest in (COMES, EXCLUDED, OBSERVES):
            if not self.admitted & self.places(guest):
                self._admit(guest)
        self._send_round()

    def _send_round(self) -> None:
        stands = {
            (g.person.name, p.name)
            for g in GUESTS
            for p in self.call.parts
            if (g.person.name, p.name) in self.admitted
            and model.takes(self.call, g.person.kind, g.person.org, p)
            and not self._barred(g, p.name)
        }
        if self.does(f"circulate {MAIN} go"):
            self.call.circulated |= stands
        if self.does(f"approve {MAIN} early go"):
            self.call.approved |= stands & self.call.circulated

    def _barred(self, guest: Reader, part: str) -> bool:
        return model.barred(self.call, guest.person.name, guest.person.org, part)

    @rule(guest=guests, by=agencies, part=st.one_of(st.none(), parts))
    def an_agency_objects(self, guest: Reader, by: Reader, part: str | None) -> None:
        scope = self.part_named(part) if part else MAIN
        said = self.does(f"object {guest.person.org} to {scope}", by)
        found = re.findall(r"`([0-9A-Z]{6})`", said or "")
        if not found:
            return
        reached = frozenset({part} if part else {model.EVERYWHERE})
        self.objecting.append((by.person.org, found[0]))
        self.call.objections.append(model.Objection(by.person.org, guest.person.org, parts=reached))
        lost = {(n, p) for n, p in self.places(guest) if part in (None, p)}
        self.call.approved -= lost
        self.call.circulated -= lost

    @precondition(lambda self: self.objecting)
    @rule(which=st.integers(0, 5))
    def an_objection_is_withdrawn(self, which: int) -> None:
        at = which % len(self.objecting)
        org, reference = self.objecting[at]
        by = next(a for a in AGENCIES if a.person.org == org)
        if self.does(f"withdraw {reference}", by):
            self.call.objections[at] = replace(self.call.objections[at], withdrawn=-50_000)

    @rule(guest=guests, part=st.one_of(st.none(), parts))
    def a_name_is_taken_off(self, guest: Reader, part: str | None) -> None:
        scope = self.part_named(part) if part else MAIN
        if self.does(f"unadmit {guest.person.org} from {scope} go"):
            self.forget({(n, p) for n, p in self.places(guest) if part in (None, p)})

    @rule(part=parts, joint=st.booleans())
    def a_part_is_opened_or_closed(self, part: str, joint: bool) -> None:
        """It then starts with nobody admitted."""
        if self.does(f"segment {self.part_named(part)} {'joint' if joint else 'agencies'} go"):
            at = [p.name for p in self.call.parts].index(part)
            if self.call.parts[at].joint != joint:
                self.call.parts[at] = replace(self.call.parts[at], joint=joint)
                self.forget({(g.person.name, part) for g in GUESTS})

    @rule(guest=guests, part=parts)
    def an_item_is_proposed_and_placed(self, guest: Reader, part: str) -> None:
        name = f"item {next(self.numbers)}"
        title = self.world.secrets.text("item", name, self.call, org=guest.person.org, joint=True)
        said = self.does(f'propose reports 5 "{title}" for {guest.person.org}')
        if said is None:
            return
        reference = self.world.refers(name, said)
        if self.does(f"item {reference} to {self.part_named(part)}"):
            self.world.secrets.change(name, part=part, accepted=True)
            self.call.own.add((guest.person.org, part))

    @rule(day=st.integers(16, 20))
    def the_call_is_moved(self, day: int) -> None:
        if self.does(f"call move {MAIN} to 2027-02-{day} 13:00 UTC go"):
            self.start = START.replace(day=day)

    @precondition(lambda self: self.call.state == "announced")
    @rule(surely=st.integers(0, 9))
    def the_call_is_cancelled(self, surely: int) -> None:
        if surely == 0 and self.does(f"call cancel {MAIN} go"):
            self.call.state = "cancelled"

    @rule(minutes=st.sampled_from((0, 1, 3, 24 * 60)))
    def time_passes(self, minutes: int) -> None:
        self.world.cast.clock.advance(minutes=minutes)
        self.world.leave()

    @rule(guest=guests)
    def the_guest_asks(self, guest: Reader) -> None:
        for line in ("", "calls", f"call {MAIN}", f"agenda {MAIN}"):
            self.world.says(guest, line)
        self.world.pages(guest)

    # --- what has to hold ---

    @invariant()
    def nobody_was_given_what_is_not_theirs(self) -> None:
        assert {hit: said[:1500] for hit, said in self.world.secrets.found.leaks.items()} == {}

    @rule()
    def everything_is_delivered(self) -> None:
        """After the time in which a slip can be undone each calendar shows what the model says, and nothing else: with
        its mails applied once, twice, with all earlier ones again after each, and whatever their numbers."""
        self.world.leave()
        self.world.cast.clock.advance(minutes=3)
        self.world.leave()
        for reader in (*GUESTS, *AGENCIES):
            wanted = self._entries(reader.person)
            held = {store.name: store.entries() for store in self.stores.get(reader.person, all_kinds())}
            assert held == dict.fromkeys(held, wanted), reader.person.name

    def _entries(self, who: model.Person) -> list[Entry]:
        """Start, end and title of each stretch without a gap that *who* is invited to."""
        title = self.call_title
        if who.kind not in (model.AGENCY, model.SECRETARIAT):
            title = " and ".join(self.titles[p.name] for p in self.call.parts if model.hears(who, self.call, p.name))
        return [(start, end, title) for start, end in self._spans(who)]

    def _spans(self, who: model.Person) -> list[tuple[datetime, datetime]]:
        spans: list[tuple[datetime, datetime]] = []
        at = self.start
        for part in self.call.parts:
            end = at + timedelta(minutes=part.minutes)
            if model.hears(who, self.call, part.name):
                begins = spans.pop()[0] if spans and spans[-1][1] == at else at
                spans.append((begins, end))
            at = end
        return spans


def test_no_history_gives_anybody_what_is_not_theirs(request: pytest.FixtureRequest) -> None:
    long = request.config.getoption("--long")
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=250 if long else 6,
            stateful_step_count=40 if long else 15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print("\nhistories:", STEPS)
