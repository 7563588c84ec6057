"""Owns the house that lives the year and the model that lives it beside: every act is done in the one and said to the
other; what happens in which month is ``plan``'s.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.notices import Notice
from bot.participants import Contact
from bot.replies import Answer, Incoming, Method
from bot.topics import AudienceKind
from handlers.action_changes import mark_done
from handlers.actions import give_action
from handlers.announcing import announce_call, cancel_call, move_call
from handlers.attendees import admit, unadmit
from handlers.calls import add_call
from handlers.circulation import approve_list, circulate
from handlers.delivery import deliver_all
from handlers.desk import the_clock
from handlers.feed import read_feed
from handlers.kept_feeds import KeptFeeds
from handlers.kinds import KINDS
from handlers.live import end_call, start_call
from handlers.mail.door import MailDoor
from handlers.mailed import Place, take_mail
from handlers.mailed_by_hand import decline_wish, latest_mail
from handlers.objecting import Asked
from handlers.objections import object_to_access, withdraw_objection
from handlers.own_links import reset_links
from handlers.segments import PartChange, add_segment, change_segment
from handlers.windows import window
from storage.outbox import Errand
from storage.tables import Door
from tests.barrier import model
from tests.cast import Cast
from tests.links import FEED, printed
from tests.year.shelf import Meant, Planned, Shelf, first_in_feed

LONDON = ZoneInfo("Europe/London")
KINDS_OF = {"agency": model.AGENCY, "private_sector": model.REPRESENTATIVE, "observer": model.OBSERVER}
NOTICE = timedelta(minutes=3)
"""After it all that an act makes due has left."""


@dataclass(frozen=True)
class Written:
    """A mail or a feed with its number in the order of delivery, and what it means; *meant* is empty for a mail
    without a calendar."""

    name: str
    data: bytes
    meant: Meant


@dataclass
class Year:
    """The house, the model of its calls, what everybody's calendar is to hold, and what was delivered so far."""

    cast: Cast
    people: dict[str, model.Person]
    contacts: dict[str, Contact]
    calls: dict[str, Planned] = field(default_factory=dict)
    shelves: dict[tuple[str, str], Shelf] = field(default_factory=dict)
    written: list[Written] = field(default_factory=list)
    declining: dict[str, Meant] = field(default_factory=dict)
    kept: KeptFeeds = field(default_factory=KeptFeeds)

    @property
    def guests(self) -> list[str]:
        """The organisations that are no Agencies."""
        kinds = (model.OBSERVER, model.REPRESENTATIVE)
        return list(dict.fromkeys(p.org for p in self.people.values() if p.kind in kinds))

    # --- acts, each told to the model ---

    def at(self, moment: datetime) -> None:
        self.cast.clock.at = max(self.cast.clock.at, moment)

    def plan(self, local: str, minutes: int, title: str) -> Planned:
        """A draft that begins at *local* time in London: ``2027-02-16 13:00``."""
        start = datetime.fromisoformat(local).replace(tzinfo=LONDON).astimezone(self.cast.clock.at.tzinfo)
        view = add_call(self.cast.desk, self.cast.secretary, start, minutes, title).view
        call = Planned(view.id, start, title, model.Call(title, [model.Part("Agencies", minutes, joint=False)]))
        self.calls[view.id] = call
        return call

    def part(self, call: Planned, minutes: int, name: str, *, joint: bool = True, only: Sequence[str] = ()) -> None:
        """A part out of the closed time: a joint one before what is closed, another one at the end."""
        audience = AudienceKind.JOINT if joint else AudienceKind.AGENCIES
        add_segment(self.cast.desk, self.cast.secretary, _day(call), audience, minutes, name, only)
        parts = call.model.parts
        closed = next(n for n, p in enumerate(parts) if p.name == "Agencies")
        rest = replace(parts[closed], minutes=parts[closed].minutes - minutes)
        new = model.Part(name, minutes, joint, frozenset(only))
        parts[closed : closed + 1] = [new, rest] if joint else [rest]
        if not joint:
            parts.append(new)

    def shift(self, call: Planned, number: int, by: int) -> None:
        """The part with that number goes up (-1) or down (1)."""
        change_segment(self.cast.desk, self.cast.secretary, f"{_day(call)}/{number}", PartChange(by=by))
        parts = call.model.parts
        parts.insert(number - 1 + by, parts.pop(number - 1))

    def shorten(self, call: Planned, number: int, minutes: int) -> None:
        """A joint part becomes shorter; its time goes to the closed one."""
        change_segment(self.cast.desk, self.cast.secretary, f"{_day(call)}/{number}", PartChange(minutes=minutes))
        parts = call.model.parts
        freed = parts[number - 1].minutes - minutes
        closed = next(n for n, p in enumerate(parts) if p.name == "Agencies")
        parts[number - 1] = replace(parts[number - 1], minutes=minutes)
        parts[closed] = replace(parts[closed], minutes=parts[closed].minutes + freed)

    def turn(self, call: Planned, number: int, *, joint: bool) -> None:
        """A part is opened or closed, and then begins with nobody admitted."""
        audience = AudienceKind.JOINT if joint else AudienceKind.AGENCIES
        change_segment(self.cast.desk, self.cast.secretary, f"{_day(call)}/{number}", PartChange(audience))
        part = call.model.parts[number - 1]
        call.model.parts[number - 1] = replace(part, joint=joint)
        call.model.approved -= {pair for pair in call.model.approved if pair[1] == part.name}

    def announce(self, call: Planned) -> None:
        announce_call(self.cast.desk, self.cast.secretary, _day(call))
        call.model.state = "announced"

    def invite(self, call: Planned, orgs: Sequence[str]) -> None:
        """The guests *orgs* are admitted, sent round and approved for every joint part."""
        admit(self.cast.desk, self.cast.secretary, orgs, _day(call))
        self.approve(call, orgs)

    def approve(self, call: Planned, orgs: Sequence[str]) -> None:
        """*orgs*, which stand on the list, are sent round and approved for every joint part."""
        circulate(self.cast.desk, self.cast.secretary, _day(call), None)
        approve_list(self.cast.desk, self.cast.secretary, _day(call), early=True)
        joint = [p.name for p in call.model.parts if p.joint]
        call.model.approved |= {(name, p) for name in self._of(orgs) for p in joint}

    def take_off(self, call: Planned, org: str, *numbers: int) -> None:
        day = _day(call)
        unadmit(self.cast.desk, self.cast.secretary, [org], day, [str(n) for n in numbers])
        self._lose(call, org, [call.model.parts[n - 1].name for n in numbers])

    def object(self, call: Planned, by: str, org: str, *numbers: int) -> str:
        """The objection's reference."""
        asked = Asked(org, calls=((_day(call), tuple(str(n) for n in numbers)),))
        done = object_to_access(self.cast.desk, self.cast.actor(by), asked)
        self._lose(call, org, [call.model.parts[n - 1].name for n in numbers])
        return done.scopes[0].reference

    def withdraw(self, by: str, reference: str) -> None:
        withdraw_objection(self.cast.desk, self.cast.actor(by), reference)

    def keep(self, call: Planned, org: str, *numbers: int) -> None:
        """The secretariat chooses which blocks of the call somebody keeps."""
        window(self.cast.desk, self.cast.secretary, org, _day(call), [str(n) for n in numbers])
        parts = [call.model.parts[n - 1].name for n in numbers]
        call.model.chosen = {(name, p) for name in self._of([org]) for p in parts}

    def move(self, call: Planned, local: str) -> None:
        start = datetime.fromisoformat(local).replace(tzinfo=LONDON).astimezone(self.cast.clock.at.tzinfo)
        move_call(self.cast.desk, self.cast.secretary, _day(call), start)
        call.start = start

    def cancel(self, call: Planned, because: str) -> None:
        cancel_call(self.cast.desk, self.cast.secretary, _day(call), because)
        call.model.state = "cancelled"

    def hold(self, call: Planned, task: str, owners: Sequence[str]) -> None:
        """The call takes place on its day, and each of *owners* is given an action; the first has done its own."""
        self.at(call.start)
        start_call(self.cast.desk, self.cast.secretary, _day(call))
        given = [
            give_action(self.cast.desk, self.cast.secretary, f"{org} by +14d {task}").reference for org in owners
        ]  # fmt: skip
        self.at(call.start + timedelta(minutes=90))
        end_call(self.cast.desk, self.cast.secretary)
        call.model.state = "held"
        mark_done(self.cast.desk, self.cast.secretary, given[0])

    def wish(self, call: Planned, org: str, local: str) -> None:
        """The first of *org* proposes another time by calendar, in London, and is told that theirs stays."""
        name = self._of([org])[0]
        block = next(b for b in self.shelves[name, call.id].blocks if b.live)
        start = datetime.fromisoformat(local).replace(tzinfo=LONDON).astimezone(self.cast.clock.at.tzinfo)
        length, now = block.span[1] - block.span[0], self.cast.clock.at
        said = Answer(Method.COUNTER, block.uid, block.sequence, now, name, None, start=start, end=start + length)
        mail = Incoming(sender=name, subject="Another time", authentic=True, answers=(said,))
        take_mail(self.cast.desk, the_clock(), mail, Place("calls@mx:993/INBOX", 1, len(self.written) + 1))
        decline_wish(
            self.cast.desk, self.cast.secretary, latest_mail(self.cast.desk, self.cast.secretary)[0].mail.reference
        )
        self.declining[name] = self.shelves[name, call.id].declined(block)

    def renew(self, org: str) -> None:
        reset_links(self.cast.desk, self.cast.secretary, org)
        for name in self._of([org]):
            for (who, _), shelf in self.shelves.items():
                if who == name:
                    shelf.renew()

    def _of(self, orgs: Sequence[str]) -> list[str]:
        return [p.name for p in self.people.values() if p.org in orgs]

    def _lose(self, call: Planned, org: str, parts: Sequence[str]) -> None:
        mine = self._of([org])
        call.model.approved -= {(n, p) for n, p in call.model.approved if n in mine and (not parts or p in parts)}

    # --- what leaves ---

    def leave(self) -> None:
        """All that is due leaves; each mail with a calendar is laid beside what the model expects, and none may lack.

        Raises AssertionError where the house sends one mail more or less than is meant.
        """
        self.cast.clock.at += NOTICE
        moment, mails = self.cast.clock.at, self._delivered()
        meant: dict[tuple[str, str], list[Meant]] = defaultdict(list)
        for call in self.calls.values():
            for who in self.people.values():
                shelf = self.shelves.setdefault(
                    (who.name, call.id), Shelf(who, self.contacts[who.name].id, call)
                )  # fmt: skip
                meant[who.name, call.id] = shelf.catch_up(moment)
        for to, call_id, data in mails:
            number = len(self.written)
            if b"method=DECLINECOUNTER" in data:
                name = f"declined/{number:04d}-declinecounter-{_word(to)}.eml"
                self.written.append(Written(name, data, self.declining.pop(to)))
                continue
            if call_id is None:
                self.written.append(Written(f"{number:04d}-words-to-{_word(to)}.eml", data, {}))
                continue
            waiting = meant[to, call_id]
            assert waiting, f"{to} is sent a mail about {self.calls[call_id].title} that nobody meant"
            one = waiting.pop(0)
            self.written.append(Written(f"{number:04d}-{str(one['method']).lower()}-{_word(to)}.eml", data, one))
        lacking = {**{key: left for key, left in meant.items() if left}, **self.declining}
        assert not lacking, f"these mails were meant and did not leave: {lacking}"

    def _delivered(self) -> list[tuple[str, str | None, bytes]]:
        """The mails that left, in order: to whom, about which call where one has a calendar, and its bytes."""
        door = MailDoor(None, self.cast.desk.settings, self.cast.desk.procedure.texts.network)  # type: ignore[arg-type]
        sent: list[tuple[str, str | None, bytes]] = []

        def by_mail(notice: Notice, errand: Errand, contact: Contact, dated: datetime) -> None:
            data = door.render(notice, errand, contact, dated)
            sent.append((contact.email, errand.call_id if notice.copy else None, data))

        deliver_all(replace(self.cast.desk, send={Door.MAIL: by_mail, Door.SLACK: lambda *_: None}), KINDS)
        return sent

    def feeds(self, names: Sequence[str]) -> None:
        """The feeds of those people as they are served now, of calls that they hold and of nothing that is to come."""
        for name in names:
            token = printed(self.cast, self.cast.by_email(name), FEED)
            found = read_feed(self.cast.desk, token, self.kept)
            assert found is not None
            meant = first_in_feed([s for (who, _), s in self.shelves.items() if who == name])
            if meant is not None:
                number = len(self.written)
                self.written.append(Written(f"{number:04d}-feed-{_word(name)}.ics", found.body, meant))


def _day(call: Planned) -> str:
    return f"{call.start:%Y-%m-%d}"


def _word(address: str) -> str:
    """An address as a file may be named by it."""
    return address.replace("@", "-at-").removesuffix(".example")
