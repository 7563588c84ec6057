"""Owns the built world of the canaries: one story typed at the doors, told to the model; each closed field has a token.

Every message that leaves on the way is probed as the wire has it; who walks the doors in between is ``walk``'s.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import event

from bot.notices import Notice
from bot.participants import Contact
from bot.procedure import Procedure
from handlers.delivery import deliver_all
from handlers.joining import follow
from handlers.kinds import KINDS
from handlers.mail.door import MailDoor
from handlers.slack.door import text_of
from handlers.slack.front import Front
from handlers.slack.reply import Errors, Reply, blocks, fitted, message
from handlers.slack.rooms import ROOMS
from storage import directory
from storage.outbox import Errand
from storage.store import Store
from storage.tables import Door
from tests.barrier import model
from tests.barrier.canaries import Secret, Secrets
from tests.barrier.people import (
    COMES,
    EXCLUDED,
    FORMER,
    NAMED,
    NARROWED,
    OBJECTOR,
    OBSERVES,
    OBSERVES_CLOSED,
    OTHER,
    PENDING,
    PROPOSER,
    READERS,
    SECOND_OBJECTOR,
    SECRETARY,
    TEAM,
    UNADMITTED,
    Reader,
)  # fmt: skip
from tests.cast import Cast, Clock
from tests.cast import cast as make_cast
from tests.lists import START

MAIN, FEW, DRAFT, OFF = "2027-02-16", "2027-03-09", "2027-04-06", "2027-05-04"
BRIDGES = 5
LINK = re.compile(r"https://lap\.example(/\w+/[\w.-]+)")
MAIL, JSON, TEXT = "message/rfc822", "application/json", "text/plain"


@dataclass(frozen=True)
class Button:
    """A button that somebody was shown, or a modal by its callback, with what it carries."""

    action: str
    value: str


@dataclass
class World:
    """The house with its story so far; ``references`` are the random names of things, ``buttons`` and ``views`` all
    that anybody was shown, ``links`` each reader's own."""

    cast: Cast
    secrets: Secrets
    calls: dict[str, model.Call] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    buttons: set[Button] = field(default_factory=set)
    views: dict[str, str] = field(default_factory=dict)
    links: dict[str, set[str]] = field(default_factory=dict)

    # --- the doors ---

    def says(self, who: Reader, line: str) -> str:
        """What *who* is answered on typing ``/lap`` *line*, escaped as Slack does; the answer is probed."""
        typed = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        body = {"team_id": TEAM, "user_id": who.user, "text": typed, "channel_id": "D1"}
        return self.given(
            who, f"/lap {line}", self.front().command({**body, "trigger_id": self.cast.desk.new_id()}), line
        )

    def presses(self, who: Reader, button: Button) -> str:
        """What *who* is answered on pressing a button, or a forged one."""
        body = {
            "actions": [{"action_id": button.action, "value": button.value}],
            "user": {"id": who.user, "team_id": TEAM},
            "channel": {"id": "D1"},
            "trigger_id": self.cast.desk.new_id(),
        }
        return self.given(who, f"press {button.action} {button.value}", self.front().press(body), button.value)

    def submits(self, who: Reader, callback: str, values: dict[str, object], reference: str) -> str:
        """What *who* is answered on sending a modal: *values* by block_id."""
        view = {
            "callback_id": callback,
            "private_metadata": reference,
            "state": {"values": {block: {"input": _element(value)} for block, value in values.items()}},
            "blocks": [{"type": "input", "block_id": block} for block in values],
        }
        user = {"id": who.user, "team_id": TEAM}
        answer = self.front().submission({"view": view, "user": user, "trigger_id": self.cast.desk.new_id()})
        typed = f"{reference} {json.dumps(values, ensure_ascii=False)}"
        return self.given(who, f"submit {callback} {reference} {sorted(values.items())}", answer, typed)

    def front(self) -> Front:
        return Front(self.cast.desk, ROOMS, lambda team, user: None)

    def given(self, who: Reader, door: str, answer: Reply | Errors, typed: str = "") -> str:
        """Probes an answer as the wire has it: its message, and the modal that is opened beside it."""
        if isinstance(answer, Errors):
            wire = [dict(answer.by_block)]
            said = json.dumps(wire)
        else:
            wire = [message(answer), *([dict(answer.modal.view)] if answer.modal else [])]
            said = answer.text
            self.buttons |= {Button(b.action, b.value) for b in answer.buttons}
            if answer.modal:
                self.views[str(answer.modal.view["callback_id"])] = json.dumps(answer.modal.view)
        data = json.dumps(wire, ensure_ascii=len(said) % 2 == 0)
        self.keep_links(who, data)
        self.secrets.probe(who.person, door, JSON, data.encode(), typed)
        return said

    def keep_links(self, who: Reader, said: str) -> None:
        for link in LINK.findall(said):
            name = f"{who.person.name}'s links"
            if name not in self.secrets.by_name:
                self.secrets.add("link", name, person=who.person.name)
            self.links.setdefault(who.person.name, set()).add(link)
            self.secrets.quote(name, link)

    # --- what leaves ---

    def leave(self) -> None:
        """Delivers what is due, each message rendered by its door, and probes it for whom it is."""
        by_email = {r.email: r for r in READERS}
        settings = self.cast.desk.settings
        mail = MailDoor(None, settings, self.cast.desk.procedure.texts.network)  # type: ignore[arg-type]

        def by_mail(notice: Notice, errand: Errand, contact: Contact, dated: object) -> None:
            data = mail.render(notice, errand, contact, self.cast.clock())
            self.told(by_email.get(contact.email), contact, f"mail {errand.kind}", MAIL, data, notice)

        def by_slack(notice: Notice, errand: Errand, contact: Contact, dated: object) -> None:
            text = fitted(text_of(notice))
            data = json.dumps({"text": text, "blocks": blocks(text, notice.buttons)}).encode()
            self.told(by_email.get(contact.email), contact, f"message {errand.kind}", JSON, data, notice)

        deliver_all(replace(self.cast.desk, send={Door.MAIL: by_mail, Door.SLACK: by_slack}), KINDS)

    def told(
        self, who: Reader | None, contact: Contact, door: str, media_type: str, data: bytes, notice: Notice
    ) -> None:
        """Messages to people who do not walk are probed too, as what they are."""
        self.buttons |= {Button(b.action, b.value) for b in notice.buttons}
        if who is not None:
            for _, url in notice.links:
                self.keep_links(who, url)
        person = who.person if who else self.person_of(contact)
        self.secrets.probe(person, f"{door} at {self.cast.clock():%d %b %H:%M:%S}", media_type, data)

    def person_of(self, contact: Contact) -> model.Person:
        kinds = {"agency": model.AGENCY, "private_sector": model.REPRESENTATIVE, "observer": model.OBSERVER}
        with self.cast.desk.store.read() as tx:
            known = directory.contact_even_removed(tx, contact.id)
        assert known is not None
        if "secretariat" in contact.roles:
            return model.Person(contact.email, known[1].short_name, model.SECRETARIAT)
        return model.Person(contact.email, known[1].short_name, kinds[known[1].kind])

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


def _element(value: object) -> dict[str, object]:
    if isinstance(value, list):
        return {"selected_options": [{"value": v} for v in value]}
    return {"value": value}


def unsynced(store: Store) -> None:
    """Lets SQLite leave writing to the disk to the system: these tests lose no current."""

    @event.listens_for(store.engine, "connect")
    def quick(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")


@contextmanager
def built(folder: Path) -> Iterator[World]:
    """The world before anything was planned: everybody's Slack account tied, a pool of bridges with canaries."""
    secrets = Secrets()
    urls = []
    for n in range(BRIDGES):
        secrets.add("nobody's", f"bridge {n}")
        urls.append(f"https://meet.example/{secrets.token(f'bridge {n}')}")
    default = Procedure.default()
    procedure = replace(default, bridges=replace(default.bridges, urls=tuple(urls)))
    with make_cast(f"sqlite:///{folder}/lap.db", procedure=procedure) as cast:
        cast.desk.store.engine.dispose()
        unsynced(cast.desk.store)
        world = World(cast, secrets)
        tie(world)
        yield world


def tie(world: World) -> None:
    with world.cast.desk.store.begin() as tx:
        for who in READERS:
            known = directory.contact_by_email(tx, who.email) if who.email else None
            if known is not None:
                directory.link_slack_user(
                    tx, TEAM, who.user, known[0].id, "roster", world.cast.clock(), confirmed=True
                )  # fmt: skip


@contextmanager
def copied(world: World, file: Path) -> Iterator[World]:
    """*world* on a copy of its database, in which somebody may do what they like; what was found is counted in one."""
    source = world.cast.desk.store.file
    assert source is not None
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(file)) as new:
        old.backup(new)
    store = Store(f"sqlite:///{file}")
    unsynced(store)
    clock = Clock(world.cast.clock())
    cast = Cast(replace(world.cast.desk, store=store, now=clock), clock)
    try:
        yield replace(world, cast=cast, links={name: set(links) for name, links in world.links.items()})
    finally:
        store.close()


# --- the story ---

Step = Callable[[World], None]


def planned(w: World) -> None:
    """Calls of every state, parts of every audience, people with names of their own; then who asks for what."""
    s = w.secrets
    main, few, draft, off = (w.calls.setdefault(day, model.Call(day)) for day in (MAIN, FEW, DRAFT, OFF))
    w.done(f'call add {MAIN} 13:00 UTC for 120 "{s.text("call title", "main", main)}"')
    for name, joint, minutes, only in (
        ("reports", True, 30, ""),
        ("trends", True, 20, ""),
        ("cases", False, 30, ""),
        ("strategy", False, 20, "fr-cnil us-fcc"),
    ):
        title = s.text("part title", name, main, part=name)
        word = "joint" if joint else "agencies"
        w.done(f'segment add {MAIN} {word} {minutes} "{title}"' + (f" only {only}" if only else ""))
        main.parts.append(model.Part(name, minutes, joint, frozenset(only.split())))
    main.parts.insert(2, model.Part("the closed rest", 20, joint=False))
    few.only = frozenset({"fr-cnil", "us-fcc"})
    w.done(f'call add {FEW} 14:00 UTC for 60 "{s.text("call title", "few", few)}" only fr-cnil us-fcc')
    w.done(f'call add {DRAFT} 14:00 UTC for 60 "{s.text("call title", "draft", draft)}"')
    w.done(f'call add {OFF} 14:00 UTC for 60 "{s.text("call title", "off", off)}"')
    for call in (few, draft, off):
        call.parts.append(model.Part("all of it", 60, joint=False))
    for day in (MAIN, FEW, OFF):
        w.done(f"announce {day} go")
        w.calls[day].state = "announced"
    contact(w, "an Agency's person", PROPOSER, "point")
    contact(w, "a representative's person", COMES)
    contact(w, "an excluded one's person", EXCLUDED)
    contact(w, "an observer's person", OBSERVES, "liaison")
    w.done(f'contact add {FORMER.email} "Former" for meridian-net')
    tie(w)
    w.leave()
    w.done(f"contact remove {FORMER.email}")
    w.leave()


def contact(w: World, name: str, of: Reader, role: str = "") -> None:
    text = w.secrets.text("contact", name, org=of.person.org)
    email = f"{w.secrets.token(name)}@{of.person.org}.example"
    w.done(f'contact add {email} "{re.sub("[<>;]", "", text)}" for {of.person.org}' + (f" as {role}" if role else ""))


def proposed(w: World) -> None:
    """Items of every audience and state, by Agencies for a call, by guests into the pool."""
    s, main = w.secrets, w.calls[MAIN]

    def item(name: str, who: Reader, line: str, *, joint: bool, call: bool = True) -> str:
        title = s.text("item", name, main if call else None, org=who.person.org, joint=joint)
        return w.refers(name, w.done(f'propose {line} "{title}"', who))

    placed = (
        ("a closed case", PROPOSER, f"{MAIN} cases 10", False, "3"),
        ("a joint item of an Agency", PROPOSER, f"{MAIN} a3a 5 joint", True, "1"),
        ("an item of the named", NAMED, f"{MAIN} cases 10", False, "5"),
        ("a guest's report", COMES, "reports 5", True, "1"),
        ("an excluded guest's report", EXCLUDED, "reports 5", True, "1"),
        ("a guest's training", NARROWED, "training 5", True, "2"),
    )
    for name, who, line, joint, _ in placed:
        item(name, who, line, joint=joint, call=who.person.kind == model.AGENCY)
    for name, who, line in (
        ("a declined case", OTHER, f"{MAIN} cases 10"),
        ("a proposal that waits", OTHER, f"{MAIN} cases 10"),
        ("a deferred case", OBJECTOR, f"{MAIN} cases 10"),
    ):
        item(name, who, line, joint=False)
    for name, who in (("a proposal in the pool", PENDING), ("an observer's proposal", OBSERVES)):
        item(name, who, "reports 5", joint=True, call=False)
    w.leave()
    w.done(f"item {w.references['a declined case']} decline")
    w.done(f"item {w.references['a deferred case']} defer")
    for name, _, _, _, number in placed:
        w.done(f"item {w.references[name]} to {MAIN}/{number}")
        parts = {"1": "reports", "2": "trends", "3": "the closed rest", "5": "strategy"}
        secret = s.by_name[name]
        s.by_name[name] = replace(secret, call=main)
        s.change(name, call=MAIN, part=parts[number], accepted=True)
        main.own.add((secret.thing.org, parts[number]))
    closing_item = w.references["a joint item of an Agency"]
    w.done(f"item {closing_item} closed", PROPOSER)
    s.change("a joint item of an Agency", joint=False)
    w.leave()


GUESTS = {
    COMES: ("reports", "trends"),
    EXCLUDED: ("reports", "trends"),
    NARROWED: ("reports", "trends"),
    UNADMITTED: ("reports", "trends"),
    OBSERVES: ("reports", "trends"),
    OBSERVES_CLOSED: ("cases",),
}


def approved(w: World) -> None:
    """A list sent round and approved, but for one name that waits; then objections, and a name taken off."""
    s, main = w.secrets, w.calls[MAIN]
    w.done(f"admit {' '.join(r.person.org for r in GUESTS if r is not OBSERVES_CLOSED)} to {MAIN}")
    w.done(f"admit itu to {MAIN}/4")
    w.done(f"circulate {MAIN} go")
    places = {(name, part) for guest, parts in GUESTS.items() for name in w.people_of(guest) for part in parts}
    main.circulated |= places
    w.leave()
    w.done(f"approve {MAIN} early go")
    main.approved |= places
    w.leave()
    w.done(f"admit {PENDING.person.org} to {MAIN}")
    s.add("objection", "an objection", main, org=OBJECTOR.person.org)
    w.refers("an objection", w.done(f"object harbour-bank to {MAIN}", OBJECTOR))
    main.objections.append(model.Objection(OBJECTOR.person.org, "harbour-bank"))
    reason = s.text("objection", "a reason", main, org=SECOND_OBJECTOR.person.org)
    object_by_form(w, SECOND_OBJECTOR, NARROWED, "trends", reason)
    main.objections.append(model.Objection(SECOND_OBJECTOR.person.org, "savanna-mobile", parts=frozenset({"trends"})))
    w.done(f"unadmit paybridge from {MAIN} go")
    off = {(UNADMITTED.person.name, part) for part in ("reports", "trends")}
    main.approved -= off
    main.circulated -= off
    w.leave()
    w.cast.clock.advance(minutes=3)
    w.leave()
    w.cast.clock.advance(days=1)
    w.leave()
    w.says(SECRETARY, f"call cancel {OFF} because {s.text('cancel reason', 'why it is off', w.calls[OFF])} go")
    w.calls[OFF].state = "cancelled"
    w.leave()


def object_by_form(w: World, who: Reader, guest: Reader, part: str, reason: str) -> None:
    """An objection with a reason, which only the form has a field for; the choices are those that the form shows."""
    w.done("object", who)
    view = json.loads(w.views["object"])
    options = {
        option["text"]["text"]: option["value"]
        for block in view["blocks"]
        for option in block.get("element", {}).get("options", ())
    }
    token = next(t for t, name in w.secrets._of_token.items() if name == part)
    whom = next(v for text, v in options.items() if guest.person.org.split("-")[0] in text.casefold())
    scope = next(v for text, v in options.items() if token in text)
    w.submits(who, "object", {"who": whom, "scope": [scope], "until": "", "reason": reason}, view["private_metadata"])


def part_opens(w: World) -> None:
    """The call begins; the first part runs, with what is minuted in it."""
    s, main = w.secrets, w.calls[MAIN]
    w.cast.clock.at = START
    w.done(f"start {MAIN}")
    w.learn_bridge(PROPOSER, "reports")
    w.done("here meridian-net fr-cnil")

    def entered(name: str, line: str, **more: object) -> None:
        w.cast.clock.advance(seconds=1)
        verb, _, rest = line.partition(" ")
        text = s.text("line", name, main, part="reports", **more)
        w.refers(name, w.done(f"{verb} {rest}{text}"))

    entered("a joint note", "note ")
    entered("a guest's line", "note meridian-net: ", org="meridian-net")
    entered("an excluded guest's line", "note harbour-bank: ", org="harbour-bank")
    entered("a decision", "decision ")
    entered("a closed line", "note [closed] ", closed=True)
    w.cast.clock.advance(seconds=1)
    given(w, "a guest's action", COMES, "reports")
    given(w, "an Agency's action", NAMED, "reports")
    w.leave()


def given(w: World, name: str, to: Reader, part: str, *, confirmed: bool = False) -> None:
    text = w.secrets.text("action", name, w.calls[MAIN], part=part, org=to.person.org, confirmed=confirmed)
    w.refers(name, w.done(f"action {to.person.org} by 2027-03-01 {text}"))


def closed_part(w: World) -> None:
    """Through the gates to the closed parts; an action from there to a guest waits for its words."""
    s, main = w.secrets, w.calls[MAIN]

    def on() -> None:
        w.done(f"gate {MAIN}")
        w.done(f"clear {MAIN}")
        w.cast.clock.advance(seconds=1)

    on()
    on()
    on()
    w.learn_bridge(PROPOSER, "cases")
    w.refers("a closed note", w.done(f"note {s.text('line', 'a closed note', main, part='cases')}"))
    w.cast.clock.advance(seconds=1)
    given(w, "a guest's action of a closed part", COMES, "cases")
    given(w, "an Agency's action of a closed part", OTHER, "cases")
    w.cast.clock.advance(minutes=1)
    on()
    w.learn_bridge(PROPOSER, "strategy")
    w.refers("a note of the named", w.done(f"note {s.text('line', 'a note of the named', main, part='strategy')}"))
    w.leave()


def minutes_sent(w: World) -> None:
    """The call has ended and its minutes went out; one line was corrected, one is held."""
    s, main = w.secrets, w.calls[MAIN]
    w.cast.clock.at = START + timedelta(minutes=125)
    w.done(f"end {MAIN}")
    main.state = "held"
    w.leave()
    w.done(f"minutes send {MAIN} go")
    main.sent = True
    w.leave()
    text = s.text("line", "a correction", main, part="reports")
    w.done(f"correct {w.references['a joint note']} {text}")
    w.done(f"hold {w.references['a closed note']}", OTHER)
    w.leave()


def adopted(w: World) -> None:
    """The silence has ended: the minutes stand adopted, and the guests' edition goes out."""
    main = w.calls[MAIN]
    w.done(f"hold {w.references['a closed note']} release", OTHER)
    w.cast.clock.advance(days=15)
    w.leave()
    w.done(f"minutes adopt {MAIN} go")
    main.adopted = True
    w.done(f"action {w.references['a guest' + chr(39) + 's action of a closed part']} confirm")
    s = w.secrets
    s.change("a guest's action of a closed part", confirmed=True)
    w.leave()
    w.cast.clock.advance(days=3)
    w.leave()


STORY: tuple[Step, ...] = (planned, proposed, approved, part_opens, closed_part, minutes_sent, adopted)
