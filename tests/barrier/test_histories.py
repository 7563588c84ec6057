"""Generated histories of one call: what a person is sent, the model entitles them to at the moment of sending; and once
everything is delivered, the mails of each calendar leave there what the model says, in whatever way it takes them.
"""

import re
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from tests.barrier import model
from tests.barrier.calendars import Entry, all_kinds
from tests.barrier.comings import AGENCIES, GUESTS, STEPS, Comings, which
from tests.barrier.people import COMES, EXCLUDED, OBSERVES, Reader
from tests.barrier.world import MAIN
from tests.lists import START

PARTS = ("reports", "trends", "cases")
guests, agencies, parts = st.sampled_from(GUESTS), st.sampled_from(AGENCIES), st.sampled_from(PARTS)
Spans = list[tuple[datetime, datetime]]
READ_BY_OTHERS = 5
LONGEST: list[list[bytes]] = []
"""The mails of the histories that sent most of them, for other people's calendars to read."""
INTEROP = Path(__file__).parents[1] / "interop"


def to_come(machine: "Histories") -> bool:
    return machine.call.state == "announced"


class Histories(Comings):
    def __init__(self) -> None:
        super().__init__()
        self.start = START
        self.kept_entries: dict[str, list[Entry]] | None = None

    def teardown(self) -> None:
        self.everything_is_delivered()
        LONGEST.append(self.mails)
        LONGEST.sort(key=len, reverse=True)
        del LONGEST[READ_BY_OTHERS:]
        STEPS["probes"] += self.world.secrets.found.probes
        self.kept.close()

    @property
    def day(self) -> str:
        """The date that names the call now; MAIN remains the model's name of it."""
        return f"{self.start:%Y-%m-%d}"

    def part_named(self, name: str) -> str:
        return f"{self.day}/{self.titles[name].split(' ')[0]}"

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

    @precondition(to_come)
    @rule(guest=guests)
    def one_is_admitted(self, guest: Reader) -> None:
        self._admit(guest)

    def _admit(self, guest: Reader) -> None:
        joint = {p.name for p in self.call.parts if p.joint}
        if self.does(f"admit {guest.person.org} to {self.day}"):
            places = self.places_of(guest.person.org, joint)
            self.admitted |= {(n, p) for n, p in places if not self._barred(n, guest.person.org, p)}

    @precondition(to_come)
    @rule()
    def admit_and_approve(self) -> None:
        """The list is sent round and approved, with every name on it that nobody objects to."""
        for guest in (COMES, EXCLUDED, OBSERVES):
            if not self.admitted & self.places_of(guest.person.org, set(PARTS)):
                self._admit(guest)
        stands = {
            (g.name, p.name)
            for g in self.guests()
            for p in self.call.parts
            if (g.name, p.name) in self.admitted
            and model.takes(self.call, g.kind, g.org, p)
            and not self._barred(g.name, g.org, p.name)
        }
        if self.does(f"circulate {self.day} go"):
            self.call.circulated |= stands
        if self.does(f"approve {self.day} early go"):
            self.call.approved |= stands & self.call.circulated

    def _barred(self, name: str, org: str, part: str) -> bool:
        return model.barred(self.call, name, org, part)

    @precondition(to_come)
    @rule(guest=guests, by=agencies, part=st.one_of(st.none(), parts))
    def an_agency_objects(self, guest: Reader, by: Reader, part: str | None) -> None:
        scope = self.part_named(part) if part else self.day
        self._objected(by, guest.person.org, "", part, self.does(f"object {guest.person.org} to {scope}", by))

    @precondition(lambda self: to_come(self) and self.guests())
    @rule(number=which, by=agencies, part=st.one_of(st.none(), parts))
    def an_agency_objects_to_one_person(self, number: int, by: Reader, part: str | None) -> None:
        """To their organisation, where nobody else speaks for it."""
        who = sorted(self.guests(), key=lambda p: p.name)[number % len(self.guests())]
        scope = self.part_named(part) if part else self.day
        person = who.name if len([p for p in self.guests() if p.org == who.org]) > 1 else ""
        self._objected(by, who.org, person, part, self.does(f"object {self.emails[who.name]} to {scope}", by))

    @precondition(to_come)
    @rule(guest=guests, by=agencies, way=st.sampled_from(("word", "files", "colleague")))
    def who_is_objected_to_goes_and_is_there_again(self, guest: Reader, by: Reader, way: str) -> None:
        """By the secretariat's word or by the roster's files, and is admitted by address; or, where they are new, by a
        colleague on the list who comes in their place, and asks once the objection to them is withdrawn."""
        colleague = self._colleague_of(guest)
        if colleague is None:
            return
        me = self.people[guest.person.name]
        self._admit_alone(me)
        self.admit_and_approve()
        self.everything_is_delivered()
        who = colleague if way == "colleague" else me
        self._objected(by, who.org, who.name, None, self.does(f"object {self.emails[who.name]} to {self.day}", by))
        self.the_roster_is_written_out()
        if way == "colleague":
            if self.does(f"contact replace {self.emails[who.name]} by {self.emails[me.name]}"):
                self._passes(who, me.name)
            self.everything_is_delivered()
            if self.objecting:
                self.an_objection_is_withdrawn(len(self.objecting) - 1)
            self.asks(guest)
        elif self.does(f"contact remove {self.emails[who.name]}"):
            self._goes(who)
            if way == "files":
                self.the_files_of_the_roster_are_read_again()
            elif self.does(f'contact add {self.emails[who.name]} "Somebody again" for {who.org}'):
                self._arrives(self.emails[who.name], who.org)
            self._admit_alone(self.people[who.name])
        self.admit_and_approve()
        self.everything_is_delivered()

    @precondition(lambda self: to_come(self) and len({p.org for p in self._here()}) > 3)
    @rule(by=agencies, kind=st.sampled_from((model.REPRESENTATIVE, model.OBSERVER)))
    def an_agency_leaves_and_would_be_back_as_another_kind(self, by: Reader, kind: str) -> None:
        """With an item in confidence, which it asks for then; refused, it comes back as the Agency that it was."""
        org = by.person.org
        self.an_agency_proposes_in_confidence(by, None)
        self.the_roster_is_written_out()
        self.a_participant_leaves(org, 0)
        for back in (kind, model.AGENCY):
            if org in self._gone():
                self.a_participant_comes_back(self._gone().index(org), back, True)

    def _colleague_of(self, guest: Reader) -> model.Person | None:
        """Somebody else who speaks for the organisation for which that guest does now, new where there was nobody."""
        me = self.people[guest.person.name]
        if me not in self.guests():
            return None
        if not self._others(me):
            self.a_colleague_comes(me.org)
        return next(iter(self._others(me)), None)

    def _others(self, me: model.Person) -> list[model.Person]:
        return [p for p in self._here() if p.org == me.org and p != me and not p.brought]

    def _admit_alone(self, who: model.Person) -> None:
        joint = {p.name for p in self.call.parts if p.joint}
        if who.kind != model.NOBODY and self.does(f"admit {self.emails[who.name]} to {self.day}"):
            self.admitted |= {(who.name, p) for p in joint if not self._barred(who.name, who.org, p)}

    def _objected(self, by: Reader, org: str, person: str, part: str | None, said: str | None) -> None:
        found = re.findall(r"`([0-9A-Z]{6})`", said or "")
        if not found:
            return
        reached = frozenset({part} if part else {model.EVERYWHERE})
        self.objecting.append((by.person.org, found[0]))
        self.call.objections.append(model.Objection(by.person.org, org, person, parts=reached))
        lost = self.places_of(org, {part} if part else set(PARTS))
        self.off_the_list({place for place in lost if person in ("", place[0])})

    @precondition(lambda self: self.objecting and to_come(self))
    @rule(which=st.integers(0, 5))
    def an_objection_is_withdrawn(self, which: int) -> None:
        at = which % len(self.objecting)
        org, reference = self.objecting[at]
        by = next(a for a in AGENCIES if a.person.org == org)
        if self.does(f"withdraw {reference}", by):
            self.call.objections[at] = replace(self.call.objections[at], withdrawn=-50_000)

    @precondition(to_come)
    @rule(by=agencies)
    def an_agency_brings_somebody(self, by: Reader) -> None:
        """A proxy hears what the Agency hears of this call, and has it in their calendar at once."""
        org = by.person.org
        email = f"proxy{next(self.numbers)}@{org}.example"
        if self.does(f'bring {email} "A proxy" to {self.day} for {org}'):
            self.people[email], self.emails[email] = model.Person(email, org, model.AGENCY, MAIN), email

    @precondition(to_come)
    @rule(guest=guests, part=st.one_of(st.none(), parts))
    def a_name_is_taken_off(self, guest: Reader, part: str | None) -> None:
        scope = self.part_named(part) if part else self.day
        if self.does(f"unadmit {guest.person.org} from {scope} go"):
            self.forget(self.places_of(guest.person.org, {part} if part else set(PARTS)))

    @precondition(to_come)
    @rule(part=parts, joint=st.booleans())
    def a_part_is_opened_or_closed(self, part: str, joint: bool) -> None:
        """It then starts with nobody admitted. With a closed item in it its proposer is asked first, and it stays."""
        said = self.does(f"segment {self.part_named(part)} {'joint' if joint else 'agencies'} go")
        if said and not said.startswith("Nothing is changed yet"):
            at = [p.name for p in self.call.parts].index(part)
            if self.call.parts[at].joint != joint:
                self.call.parts[at] = replace(self.call.parts[at], joint=joint)
                self.forget({(g.name, part) for g in self.guests()})

    @precondition(to_come)
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

    @precondition(to_come)
    @rule(by=agencies, part=st.one_of(st.none(), parts))
    def an_agency_proposes_in_confidence(self, by: Reader, part: str | None) -> None:
        """An item that no guest reads, wherever it comes to stand; not accepted it is its own and the secretariat's."""
        name = f"item {next(self.numbers)}"
        title = self.world.secrets.text("item", name, self.call, org=by.person.org)
        said = self.does(f'propose {self.day} cases 5 "{title}" closed', by)
        if said is None:
            return
        reference = self.world.refers(name, said)
        if part and self.does(f"item {reference} to {self.part_named(part)}"):
            self.world.secrets.change(name, part=part, accepted=True)

    @precondition(to_come)
    @rule(day=st.integers(16, 20))
    def the_call_is_moved(self, day: int) -> None:
        if self.does(f"call move {self.day} to 2027-02-{day} 13:00 UTC go"):
            self.start = START.replace(day=day)

    @precondition(to_come)
    @rule(surely=st.integers(0, 9))
    def the_call_is_cancelled(self, surely: int) -> None:
        if surely == 0 and self.does(f"call cancel {self.day} go"):
            self.call.state = "cancelled"

    @precondition(to_come)
    @rule(surely=st.integers(0, 2))
    def the_call_is_held(self, surely: int) -> None:
        """It runs through its parts, with a line in each; from its end on its list and its calendars stand."""
        clock = self.world.cast.clock
        if surely or clock() > self.start - timedelta(hours=1):
            return
        self.everything_is_delivered()
        clock.at = self.start
        self.world.leave()
        assert self.does(f"start {self.day}")
        self.kept_entries = self._all_entries()
        self.call.running, self.call.now = True, self._minutes()
        for part in self.call.parts:
            if part is not self.call.parts[0]:
                for line in ("gate", "clear"):
                    assert self.does(line), line
            name = f"line {next(self.numbers)}"
            said = self.does(f"note {self.world.secrets.text('line', name, self.call, part=part.name)}")
            assert said, part
            self.world.refers(name, said)
            clock.advance(minutes=1)
            self.world.leave()
        clock.at = self.start + timedelta(minutes=sum(p.minutes for p in self.call.parts) + 1)
        assert self.does("end")
        self.call.running, self.call.ended, self.call.state = False, self._minutes(), "held"

    def _minutes(self) -> int:
        return int((self.world.cast.clock() - self.start).total_seconds() // 60)

    @precondition(lambda self: self.call.state == "held" and not self.call.sent)
    @rule()
    def the_minutes_are_sent(self) -> None:
        self.call.sent = bool(self.does(f"minutes send {self.day} go"))

    @precondition(lambda self: self.call.sent and not self.call.adopted)
    @rule()
    def the_minutes_are_adopted(self) -> None:
        """After the silence; the guests' edition goes to those who are there now."""
        self.world.leave()
        self.world.cast.clock.advance(days=15)
        self.call.adopted = bool(self.does(f"minutes adopt {self.day} go"))
        self.world.leave()

    @rule(minutes=st.sampled_from((0, 1, 3, 24 * 60)))
    def time_passes(self, minutes: int) -> None:
        self.world.cast.clock.advance(minutes=minutes)
        self.world.leave()

    @rule(who=st.one_of(guests, agencies))
    def somebody_asks(self, who: Reader) -> None:
        """Also who was an Agency's, and is a company's by now."""
        self.asks(who)

    def asks(self, who: Reader) -> None:
        for line in ("", "calls", f"call {self.day}", f"agenda {self.day}", f"minutes {self.day}", "find folded"):
            self.world.says(who, line)
        self.world.pages(who)

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
        for name, wanted in (self.kept_entries or self._all_entries()).items():
            held = {store.name: store.entries() for store in self.stores.get(name, all_kinds())}
            assert held == dict.fromkeys(held, wanted), name

    def _all_entries(self) -> dict[str, list[Entry]]:
        return {name: self._entries(who) for name, who in self.people.items()}

    def _entries(self, who: model.Person) -> list[Entry]:
        """Start, end and title of each stretch without a gap that *who* is invited to."""
        title = self.call_title
        if who.kind not in (model.AGENCY, model.SECRETARIAT):
            title = " and ".join(self.titles[p.name] for p in self.call.parts if model.hears(who, self.call, p.name))
        return [(start, end, title) for start, end in self._spans(who)]

    def _spans(self, who: model.Person) -> Spans:
        spans: Spans = []
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


@pytest.mark.long
def test_other_peoples_calendars_take_the_longest_of_these_histories(tmp_path: Path) -> None:
    if not (INTEROP / ".deps" / ".setup-done").exists():
        pytest.skip("other people's calendars are not installed here: tests/interop/setup brings them")
    if not LONGEST:
        pytest.skip("no history was generated in this process")
    for number, mails in enumerate(LONGEST):
        folder = tmp_path / str(number)
        folder.mkdir()
        for at, data in enumerate(mails):
            (folder / f"{at:04d}.eml").write_bytes(data)
        done = subprocess.run(
            [INTEROP / "check-invites", "--only", "order,libical,xandikos,radicale", folder],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout[-1500:]) == (0, done.stdout[-1500:])
