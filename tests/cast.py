"""Owns the cast that the tests share: the example roster on a real database, its people as actors, a moved clock."""

import csv
import functools
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from sqlalchemy import Dialect

from bot.confidentiality import Way
from bot.participants import Contact, Participant, ParticipantKind, Role, Sector, reader_of
from bot.procedure import Procedure
from bot.words import draw_reference
from handlers.desk import Actor, Desk
from handlers.settings import Settings
from storage import directory, guards
from storage.store import Store
from storage.tables import metadata

ROSTER = Path(__file__).parent / "workspace" / "roster"
NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)  # a Monday
SECRET = "a-secret-of-the-tests-that-is-long-enough"


class Clock:
    """The time of a test: it moves when told."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


class Chance:
    """What a test draws: ids in their order, and references from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._drawn = 0

    def new_id(self) -> str:
        self._drawn += 1
        return f"id-{self._drawn:06d}"

    def new_reference(self) -> str:
        return draw_reference(self._random.randrange)

    def copy(self) -> "Chance":
        made = Chance(0)
        made.set(self)
        return made

    def set(self, other: "Chance") -> None:
        """Draws from now on what *other* would draw."""
        self._random.setstate(other._random.getstate())
        self._drawn = other._drawn


@dataclass
class Cast:
    """A desk on a database with the roster, and everybody in it by short name; ``secretary`` is the FTC's."""

    desk: Desk
    clock: Clock
    chance: Chance = field(default_factory=lambda: Chance(1))

    @property
    def secretary(self) -> Actor:
        return self.by_email("secretariat@us-ftc.example")

    def actor(self, short_name: str) -> Actor:
        """The first contact of an organisation that is not the secretariat's."""
        with self.desk.store.read() as tx:
            known = directory.everybody(tx)
        participant = next(p for p in known.participants if p.short_name == short_name)
        contact = next(c for c in known.people_of(participant.id) if Role.SECRETARIAT not in c.roles)
        return Actor(contact, participant, reader_of(contact, participant), f"U-{short_name}", way=Way.SLACK)

    def by_email(self, email: str) -> Actor:
        with self.desk.store.read() as tx:
            found = directory.contact_by_email(tx, email)
        assert found is not None, email
        contact, participant = found
        return Actor(contact, participant, reader_of(contact, participant), f"U-{email}", way=Way.SLACK)

    def again(self, actor: Actor, request: str) -> Actor:
        """*actor* with the id of a Slack request."""
        return replace(actor, request=request)


class _Given(Settings):
    """Settings from what is given alone: to look through the environment took a tenth of a test."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def cast_settings(**more: object) -> Settings:
    """The settings of the cast, from nobody's environment."""
    given = {"mail_from": "calls@lap.example", "lap_secret": SECRET, "public_url": "https://lap.example", **more}
    return _Given(_env_file=None, **given)  # type: ignore[arg-type, call-arg]


def read_roster() -> tuple[list[Participant], list[Contact]]:
    """The example roster as values with fixed ids; several rows with one e-mail are one contact."""
    participants = [
        Participant(
            f"p-{row['short_name']}", row["short_name"], ParticipantKind(row["kind"]), row["name"], row["country"],
            Sector(row["sector"]) if row["sector"] else None, row["zone"],
        )
        for row in csv.DictReader((ROSTER / "participants.csv").open(encoding="utf-8"))
    ]  # fmt: skip
    zones = {p.short_name: p.zone for p in participants}
    contacts: dict[str, Contact] = {}
    for row in csv.DictReader((ROSTER / "contacts.csv").open(encoding="utf-8")):
        email, short = row["email"].lower(), row["participant"]
        roles = {Role(row["role"])} | (contacts[email].roles if email in contacts else frozenset())
        zone = row["zone"] or zones[short]
        contacts[email] = Contact(f"c-{email}", f"p-{short}", row["name"], email, zone, frozenset(roles))
    return participants, list(contacts.values())


def _fill(store: Store, people: bool) -> None:
    metadata.create_all(store.engine)
    participants, contacts = read_roster() if people else ([], [])
    with store.begin() as tx:
        guards.lay(tx)
        directory.insert_participants(tx, participants)
        directory.insert_contacts(tx, contacts)


@functools.cache
def _filled(people: bool) -> bytes:
    """A SQLite file as every cast begins with, made once in a process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lap.db"
        store = Store(f"sqlite:///{path}")
        _fill(store, people)
        store.close()
        return path.read_bytes()


_worded: dict[str, tuple[Dialect, dict[Any, Any]]] = {}


def worded_once(store: Store) -> Store:
    """*store*, which takes its SQL as another one of this process had it worded: to word it anew for each test took a
    third of the suite's time in tests of acts."""
    name = store.engine.dialect.name
    if name not in _worded:
        first = Store(store.url.render_as_string(hide_password=False))
        with first.engine.connect():
            pass  # its dialect learns what the database is
        first.close()
        _worded[name] = first.engine.dialect, {}
    store.engine.dialect, worded = _worded[name]
    store.engine.update_execution_options(compiled_cache=worded)
    return store


@contextmanager
def cast(
    url: str,
    *,
    seed: int = 1,
    procedure: Procedure | None = None,
    people: bool = True,
    filled: bool = False,
    **settings: object,
) -> Iterator[Cast]:
    """A cast on the database at *url*, its tables made, unless it is *filled* by now, without *people* an empty one;
    closed at the end."""
    file = url.removeprefix("sqlite:///")
    if file != url:
        Path(file).write_bytes(_filled(people))
    store, clock, chance = worded_once(Store(url)), Clock(), Chance(seed)
    if file == url and not filled:
        _fill(store, people)
    desk = Desk(
        store=store,
        now=clock,
        new_id=chance.new_id,
        new_reference=chance.new_reference,
        settings=cast_settings(database_url=url, **settings),
        procedure=procedure or Procedure.default(),
    )
    try:
        yield Cast(desk, clock, chance)
    finally:
        store.close()
