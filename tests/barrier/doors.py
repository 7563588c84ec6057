"""Owns how the checks use the house from outside: typed, pressed, sent and fetched, each answer handed on as its bytes.

What is made of the bytes is for who takes them: ``world`` searches them, ``twins`` compares them.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from sqlalchemy import event, func, select
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.notices import Notice
from bot.participants import Contact
from handlers.desk import Desk
from handlers.formats import FORMATS
from handlers.identity import Profile
from handlers.kinds import KINDS
from handlers.mail.door import MailDoor
from handlers.slack.door import text_of
from handlers.slack.front import Front
from handlers.slack.reply import Errors, Reply, blocks, fitted, message
from handlers.slack.rooms import ROOMS
from handlers.ticking import tick
from handlers.web.app import make_app
from storage import directory
from storage.outbox import Errand
from storage.store import Store
from storage.tables import AuditRow, Door, columns
from tests.barrier import model
from tests.barrier.people import GUEST_ACCOUNT, READERS, SECRETARY, TEAM, Reader
from tests.barrier.wire import Ask, Sheet, Slack, asked, sheets
from tests.cast import Cast, Clock, read_roster, worded_once

LINK = re.compile(r"https://lap\.example(/\w+/[\w.-]+)")
PAPER = "2027-02-16"
"""The call whose minutes are fetched as files: the one that is held in the stories."""
MAIL, JSON, TEXT = "message/rfc822", "application/json", "text/plain"


async def at_once(seconds: float) -> None:
    """Waits for nothing, where the web door would before it finds nothing."""


@dataclass(frozen=True)
class Button:
    """A button that somebody was shown, or a modal by its callback, with what it carries."""

    action: str
    value: str


@dataclass
class Doors:
    """The house with all its doors; ``buttons`` and ``views`` are all that anybody was shown, ``links`` and ``sheets``
    (the forms of pages) each reader's; ``slack`` is whom requests come from over HTTP; ``stores`` the copies: one is
    used again and again, since what SQL is compiled to is kept with it; ``databases`` copies one that is no file, by
    its URL; ``sought`` is what pages are asked to find.

    ``take`` is handed every byte that leaves: for whom, by which door, of which media type, and what they had typed.
    """

    cast: Cast
    buttons: set[Button] = field(default_factory=set)
    views: dict[str, str] = field(default_factory=dict)
    links: dict[str, set[str]] = field(default_factory=dict)
    stores: dict[Path, Store] = field(default_factory=dict)
    typed: dict[str, list[str]] = field(default_factory=dict)
    sheets: dict[str, list[Sheet]] = field(default_factory=dict)
    databases: Callable[[str], AbstractContextManager[str]] | None = None
    slack: Slack | None = None
    apps: list[tuple[Desk, Starlette]] = field(default_factory=list)
    pause: Callable[[float], object] = lambda seconds: None
    sought: Sequence[str] = ("folded", "folded&page=2")

    def take(self, who: model.Person, door: str, media_type: str, data: bytes, typed: str = "") -> None:
        raise NotImplementedError

    # --- the doors ---

    def says(self, who: Reader, line: str) -> str:
        """What *who* is answered on typing ``/lap`` *line*, escaped as Slack does."""
        self.typed.setdefault(who.person.name, []).append(line)
        typed = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        body = {"team_id": TEAM, "user_id": who.user, "text": typed, "channel_id": "D1"}
        return self.given(
            who, f"/lap {line}", self.front().command({**body, "trigger_id": self.cast.desk.new_id()}), line
        )

    def presses(self, who: Reader, button: Button) -> str:
        """What *who* is answered on pressing a button, or a forged one; a look's says what they typed before."""
        typed = "\n".join([button.value, *self.typed.get(who.person.name, ())])
        body = {
            "actions": [{"action_id": button.action, "value": button.value}],
            "user": {"id": who.user, "team_id": TEAM},
            "channel": {"id": "D1"},
            "trigger_id": self.cast.desk.new_id(),
        }
        return self.given(who, f"press {button.action} {button.value}", self.front().press(body), typed)

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
        return Front(self.cast.desk, ROOMS, profile_of, pause=self.pause)

    def given(self, who: Reader, door: str, answer: Reply | Errors, typed: str = "") -> str:
        """Hands on an answer as the wire has it: its message, and the modal that is opened beside it."""
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
        self.take(who.person, door, JSON, data.encode(), typed)
        return said

    def keep_links(self, who: Reader, said: str) -> None:
        self.links.setdefault(who.person.name, set()).update(LINK.findall(said))

    # --- what leaves ---

    def leave(self) -> None:
        """The heart beats once, and what is due leaves: each message is rendered by its door, and handed on."""
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

        done = tick(replace(self.cast.desk, send={Door.MAIL: by_mail, Door.SLACK: by_slack}), KINDS)
        assert not done.failed, done.failed
        if self.slack is not None:
            self.told_slack(SECRETARY)

    def told(
        self, who: Reader | None, contact: Contact, door: str, media_type: str, data: bytes, notice: Notice
    ) -> None:
        """Messages to people who do not walk are handed on too, as what they are."""
        self.buttons |= {Button(b.action, b.value) for b in notice.buttons}
        if who is not None:
            for _, url in notice.links:
                self.keep_links(who, url)
        person = who.person if who else self.person_of(contact)
        self.take(person, f"{door} at {self.cast.clock():%d %b %H:%M:%S}", media_type, data)

    def person_of(self, contact: Contact) -> model.Person:
        kinds = {"agency": model.AGENCY, "private_sector": model.REPRESENTATIVE, "observer": model.OBSERVER}
        with self.cast.desk.store.read() as tx:
            known = directory.contact_even_removed(tx, contact.id)
        assert known is not None
        if "secretariat" in contact.roles:
            return model.Person(contact.email, known[1].short_name, model.SECRETARIAT)
        return model.Person(contact.email, known[1].short_name, kinds[known[1].kind])

    def entries(self) -> int:
        """How many acts did something so far."""
        with self.cast.desk.store.read() as tx:
            return int(tx.execute(select(func.count(columns(AuditRow).number))).scalar_one())

    # --- pages, and Slack's requests ---

    def pages(self, who: Reader, guesses: Sequence[str] = ()) -> None:
        """Every route of the web door: with the reader's own links, with none of its purpose, and with a random one;
        under a page of the reader's, with each of *guesses* for what it is of."""
        app = self.web()
        own = sorted(self.links.get(who.person.name, ()))
        tokens = {*map(_token, own), "AAAAAAAAAAAAAAAAAAAAAA"}
        paths = [re.sub(r"\{[^}]*\}", token, route.path) for route in app.routes for token in sorted(tokens)]  # type: ignore[attr-defined]
        under = [r.path for r in app.routes if re.fullmatch(r"/me/\{token\}/\w+/\{\w+\}(/\w+)?", r.path)]  # type: ignore[attr-defined]
        papers = [
            re.sub(r"\{\w+\}", it, route.replace("/me/{token}", link))
            for link in own if link.startswith("/me/") for route in under for it in guesses
        ]  # fmt: skip
        every = dict.fromkeys([*self._own(own, list(FORMATS)), *paths, *papers, "/", "/no/such/page"])
        self.sheets[who.person.name] = self._asks(who, app, [Ask(m, p) for p in every for m in ("GET", "POST")])

    def own_pages(self, who: Reader, *endings: str) -> None:
        """What stands at the reader's own links: the pages, what they find, and the minutes as files of these kinds."""
        paths = self._own(sorted(self.links.get(who.person.name, ())), endings)
        self.sheets[who.person.name] = self.fetches(who, paths)

    def _own(self, links: Sequence[str], endings: Sequence[str]) -> list[str]:
        pages = [link for link in links if link.startswith("/me/")]
        files = [f"{page}/minutes/{PAPER}.{ending}" for page in pages for ending in endings]
        return [*links, *files, *(f"{page}/find?q={words}" for page in pages for words in self.sought)]

    def fetches(self, who: Reader, paths: Sequence[str]) -> list[Sheet]:
        """What *who* gets at those paths of the web door; the forms that stand there."""
        return self._asks(who, self.web(), [Ask("GET", path) for path in paths])

    def sends(self, who: Reader, ask: Ask) -> None:
        """What *who* is answered on sending a form of a page."""
        self._asks(who, self.web(), [ask])

    def web(self) -> Starlette:
        """The web application on this desk: one a world, since each reads its templates anew and what
        it keeps of feeds is to be searched."""
        if not self.apps or self.apps[0][0] is not self.cast.desk:
            made = make_app(self.cast.desk, None, lambda: {"database": True, "mail": False}, at_once)
            self.apps[:] = [(self.cast.desk, made)]
        return self.apps[0][1]

    def posts(self, who: Reader) -> None:
        """Every form of the pages that *who* was shown, with each of its buttons: as it stands there; to another of
        their own links; and those of everybody else, to *who*'s own page."""
        own = sorted({_token(link) for link in self.links.get(who.person.name, ())})
        mine = self.sheets.get(who.person.name, [])
        theirs = [s for name, found in self.sheets.items() if name != who.person.name for s in found]
        asks = [ask for sheet in mine for ask in sheet.filled()]
        asks += [ask for sheet in mine[:1] for token in own for ask in sheet.filled(token)]
        asks += [ask for sheet in theirs[:8] for token in own[:3] for ask in sheet.filled(token)]
        self._asks(who, self.web(), asks)

    def over_slack(self, who: Reader, lines: Sequence[str], channel: str = "D1") -> None:
        """*lines* and every event and interaction, over signed HTTP; what the house then asks of Slack is told too."""
        assert self.slack is not None
        asks = list(self.slack.requests(who, lines, channel))
        self._asks(who, self.slack.app(self.cast.desk), asks, "\n".join(lines))
        self.told_slack(who, "\n".join(lines))

    def types(self, who: Reader, words: str, ahead: float = 0) -> None:
        """*who* writes *words* in the Agencies' channel, by a clock that is so many seconds *ahead*."""
        assert self.slack is not None
        escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        ask = self.slack.line(who, escaped, f"{self.cast.clock().timestamp() + ahead:.6f}")
        self._asks(who, self.slack.app(self.cast.desk), [ask], words)
        self.told_slack(who, words)

    def told_slack(self, who: Reader, typed: str = "") -> None:
        """What the house asked of Slack: for whom it names; else, in the Agencies' channel, for each who reads there;
        else for *who*."""
        assert self.slack is not None
        users = {r.user: r.person for r in READERS}
        for call in self.slack.calls():
            named = next((users[v] for v in call.arguments.values() if isinstance(v, str) and v in users), None)
            everybody = call.arguments.get("channel") == self.slack.channel != ""
            to = [named] if named else [r.person for r in self.slack.members] if everybody else [who.person]
            for one in to:
                data = json.dumps(call.arguments).encode()
                self.take(one, f"Slack's {call.method}", JSON, data, typed if one == who.person else "")

    def _asks(self, who: Reader, app: ASGIApp, asks: Sequence[Ask], typed: str = "") -> list[Sheet]:
        """The forms that the answers hold."""
        found = []
        for ask, answer in asked(app, asks):
            head = "\n".join([str(answer.status_code), *(f"{n}: {v}" for n, v in answer.headers.items())])
            media_type = answer.headers.get("content-type", TEXT).partition(";")[0]
            sent = "\n".join([ask.path, ask.body.decode("utf-8", "replace"), typed])
            self.take(who.person, f"{ask} (head)", TEXT, head.encode(), sent)
            self.take(who.person, str(ask), media_type, answer.content, sent)
            if media_type == "text/html":
                found += sheets(answer.content)
        return found

    # --- the same house once more ---

    @contextmanager
    def copied(self, file: Path) -> Iterator[Self]:
        """This house on a copy of its database and with a clock of its own: somebody may do what they like in it."""
        with self._copy(file) as store:
            clock = Clock(self.cast.clock())
            cast = Cast(replace(self.cast.desk, store=store, now=clock), clock)
            links = {name: set(links) for name, links in self.links.items()}
            yield replace(self, cast=cast, typed={}, links=links, apps=[])

    @contextmanager
    def _copy(self, file: Path) -> Iterator[Store]:
        """A copy of the database: in that *file*, or beside this one on its server."""
        source = self.cast.desk.store
        if self.databases is not None:
            source.engine.dispose()
            with self.databases(source.url.render_as_string(hide_password=False)) as url:
                store = worded_once(Store(url))
                try:
                    yield store
                finally:
                    store.close()
            return
        assert source.file is not None
        if file not in self.stores:
            self.stores[file] = worded_once(Store(f"sqlite:///{file}"))
            unsynced(self.stores[file])
        with closing(sqlite3.connect(source.file)) as old, closing(sqlite3.connect(file)) as new:
            old.backup(new)
        yield self.stores[file]

    def close(self) -> None:
        """Closes the copies; who made the first store closes that."""
        for store in self.stores.values():
            store.close()
        if self.slack is not None:
            self.slack.close()


def profile_of(team: str, user: str) -> Profile | None:
    """What Slack says of an account: that one is a guest's, of the others nothing."""
    return Profile(None, full_member=False) if user == GUEST_ACCOUNT.user else None


def _token(link: str) -> str:
    return link.rsplit("/", 1)[1].removesuffix(".ics")


def _element(value: object) -> dict[str, object]:
    if isinstance(value, list):
        return {"selected_options": [{"value": v} for v in value]}
    return {"value": value}


def unsynced(store: Store) -> None:
    """Lets SQLite leave writing to the disk to the system: these tests lose no current."""

    @event.listens_for(store.engine, "connect")
    def quick(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")


def settle_people(cast: Cast, orgs: Sequence[str]) -> None:
    """Enters the participants *orgs* of the roster and their contacts into a house with nobody in it."""
    participants, contacts = read_roster()
    ids = {p.id for p in participants if p.short_name in orgs}
    with cast.desk.store.begin() as tx:
        directory.insert_participants(tx, [p for p in participants if p.id in ids])
        directory.insert_contacts(tx, [c for c in contacts if c.participant_id in ids])


def tie(doors: Doors) -> None:
    """Ties each reader's Slack account to their address, where that is a contact's."""
    with doors.cast.desk.store.begin() as tx:
        for who in READERS:
            known = directory.contact_by_email(tx, who.email) if who.email else None
            if known is not None:
                directory.link_slack_user(
                    tx, TEAM, who.user, known[0].id, "roster", doors.cast.clock(), confirmed=True
                )  # fmt: skip
