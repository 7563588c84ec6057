"""A whole call replayed: 400 lines by 40 people in 60 seconds, brought late, twice and in any order, while the bot is
killed with -9: every line answered in time while it is up, nothing acknowledged lost, nothing doubled, and the minutes
equal to what the script says in every edition."""

import itertools
import os
import random
import re
import signal
import socket
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.agenda import AgendaItem, ItemState
from bot.confidentiality import Tlp, Way
from bot.topics import AudienceKind
from handlers import live
from handlers.announcing import announce_call
from handlers.attendees import admit
from handlers.calls import add_call
from handlers.circulation import approve_list, circulate
from handlers.edition import paragraphs
from handlers.minutes import adopt_minutes, read_minutes, send_minutes
from handlers.said import SEEN
from handlers.scribe import name_scribe
from handlers.segments import add_segment
from handlers.wiring import make_desk
from storage import agenda, calls, directory, identity
from tests.cast import SECRET, Cast, Clock, cast, cast_settings
from tests.handlers.cli.processes import _BEGUN
from tests.lists import DAY, START
from tests.replay import script
from tests.replay.bot import FileClock, serve
from tests.replay.script import Typed
from tests.workspace.clock import MovableClock
from tests.workspace.delivery import BotAnswer
from tests.workspace.people import TEAM
from tests.workspace.serve import Served, served_workspace
from tests.workspace.slack import AGENCIES_CHANNEL

SLACK_WAITS = 3.0
BEGINS = 60.0
"""Seconds that a process may take to begin; who asks meanwhile waits, and is not counted."""
ITEMS = {"R1": 0, "R2": 0, "A1": 1, "A2": 1, "N1": 2, "N2": 2}
"""The items of the agenda, and the number of the part that each stands in."""
READERS = {"S": "", "A": "nz-dia", "ONLY": "nl-acm", "P": "meridian-net", "O": "oecd"}
USERS = {script.SECRETARY: "secretariat@us-ftc.example", "guest": "guest@venue.example"}


@dataclass(frozen=True)
class World:
    """A call that has begun on the database at *url*; ``items``: references by the script's names."""

    url: str
    items: dict[str, str]
    agencies: list[str]
    served: Served


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    url = f"sqlite:///{tmp_path}/lap.db"
    clock = MovableClock(START, frozen=True)
    with served_workspace(clock=clock, patience=SLACK_WAITS) as served, cast(url) as made:
        served.slack.read_lines()
        for who in script.NOBODIES:
            served.slack.join(user_of(who), AGENCIES_CHANNEL)
        items = begun(made, served.slack.channel(AGENCIES_CHANNEL).id)
        agencies = [p.short_name for p in everybody(made) if p.kind == "agency"]
        yield World(url, items, agencies, served)


def everybody(made: Cast) -> Any:
    with made.desk.store.read() as tx:
        return directory.everybody(tx).participants


def user_of(who: str) -> str:
    return USERS.get(who, who)


def begun(made: Cast, channel: str) -> dict[str, str]:
    """The call of the script, begun on time: a joint part, a closed one, and one for three Agencies alone."""
    desk, secretary = made.desk, made.secretary
    add_call(desk, secretary, START, 90, "Case updates")
    add_segment(desk, secretary, DAY, AudienceKind.JOINT, 30, script.REPORTS)
    view = add_segment(desk, secretary, DAY, AudienceKind.AGENCIES, 20, script.NUMBERS, only=list(script.ONLY)).view
    announce_call(desk, secretary, DAY)
    admit(desk, secretary, ["meridian-net", "oecd"], DAY)
    circulate(desk, secretary, DAY, None)
    approve_list(desk, secretary, DAY, early=True)
    items = {}
    with desk.store.begin() as tx:
        record = calls.one(tx, view.id)
        assert record is not None
        for n, (name, part) in enumerate(ITEMS.items(), 1):
            items[name] = desk.new_reference()
            heard = AudienceKind.AGENCIES if name == script.CLOSED_ITEM or part else AudienceKind.JOINT
            agenda.add(
                tx,
                AgendaItem(
                    items[name], view.id, record.call.segments[part].id, n, "A.3.a", name, 10, heard, Tlp.AMBER,
                    ItemState.ACCEPTED, secretary.participant.id, secretary.contact.id, made.clock(),
                ),
            )  # fmt: skip
        identity.set_channel(tx, TEAM, channel, made.clock())
        tx.execute(text("UPDATE outbox SET state = 'sent' WHERE state = 'due'"))  # the invitations are no part of this
    made.clock.at = START
    name_scribe(desk, secretary, script.FIRST)
    live.start_call(desk, secretary, None)
    return items


# --- how it is brought ---


@dataclass(frozen=True)
class Brought:
    """A line on its way: brought at that second; ``again``: a time more than once."""

    at: float
    typed: Typed
    again: bool = False


def brought(lines: list[Typed], chance: random.Random) -> list[Brought]:
    """Every line a moment after it was typed, some long after, some twice; a few seconds turn the order about."""
    first = [
        Brought(t.at + (chance.uniform(5, script.LATEST) if chance.random() < 0.05 else chance.uniform(0, 0.5)), t)
        for t in lines
    ]
    twice = [Brought(b.at + chance.uniform(0, 5), b.typed, again=True) for b in first if chance.random() < 0.05]
    return sorted([*first, *twice], key=lambda b: b.at)


@dataclass
class Bot:
    """The bot as a process of its own, which may be killed and begun again; what was connected meanwhile waits."""

    world: World
    listener: socket.socket
    clock: FileClock
    _process: Any = None

    def begin(self) -> None:
        slack = self.world.served.slack
        settings = {
            "slack_bot_token": slack.bot_token, "slack_signing_secret": slack.signing_secret,
            "slack_api_url": slack.api_url, "database_url": self.world.url, "mail_from": "calls@lap.example",
            "lap_secret": SECRET,
        }  # fmt: skip
        self._process = _BEGUN.Process(target=serve, args=(self.listener, self.clock.path, settings), daemon=True)
        self._process.start()
        with urllib.request.urlopen(f"{self.world.served.slack.bot_url}/healthz", timeout=BEGINS) as answer:
            assert answer.status == 200

    def kill(self) -> None:
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join(10)

    def at(self, second: float) -> None:
        """It is that second of the call now, for everybody."""
        moment = START + timedelta(seconds=second)
        self.world.served.clock.set(moment)
        self.clock.set(moment)


@contextmanager
def begun_bot(world: World, folder: Path) -> Iterator[Bot]:
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        world.served.slack.bot_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        bot = Bot(world, listener, FileClock(folder / "now"))
        bot.at(0)
        bot.begin()
        try:
            yield bot
        finally:
            bot.kill()


@dataclass
class Replay:
    """A call being replayed: eight lines at once, and in some of these moments the bot is killed."""

    bot: Bot
    chance: random.Random
    pool: ThreadPoolExecutor
    real: bool
    answers: list[BotAnswer] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def run(self, lines: list[Typed], kills: int) -> None:
        steps: list[Any] = sorted([*brought(lines, self.chance), *_moves()], key=lambda step: step.at)
        bunches = [list(b) for _, b in itertools.groupby(_numbered(steps), key=lambda n: n[0])]
        of_lines = [n for n, bunch in enumerate(bunches) if isinstance(bunch[0][1], Brought)]
        fatal = set(self.chance.sample(of_lines, kills))
        for n, bunch in enumerate(bunches):
            now = bunch[-1][1].at
            if self.real:
                time.sleep(max(0.0, self.began + now - time.monotonic()))
            self.bot.at(now)
            if n not in of_lines:
                self._move(bunch[0][1].text)
            elif n in fatal:
                self._killed([b for _, b in bunch])
            else:
                self.answers += self._bring([b for _, b in bunch])

    def _move(self, line: str) -> None:
        answer = self.bot.world.served.slack.command(USERS[script.SECRETARY], line)
        assert answer.status == 200, answer

    def _bring(self, lines: list[Brought], retry: int | None = None) -> list[BotAnswer]:
        return list(self.pool.map(lambda b: self._event(b, 1 if b.again else retry), lines))

    def _killed(self, lines: list[Brought]) -> None:
        """Kills the bot while it answers; what it did not answer with 200 Slack brings again once it is back."""
        coming = self.pool.submit(self._bring_apart, lines)
        time.sleep(self.chance.uniform(0, 0.03))
        self.bot.kill()
        answers = coming.result(SLACK_WAITS * 2)
        self.bot.begin()
        lost = [b for b, answer in zip(lines, answers, strict=True) if answer.status != 200]
        self._bring(lost, 1)
        assert {a.status for a in self._bring(lost, 2)} <= {200}

    def _bring_apart(self, lines: list[Brought]) -> list[BotAnswer]:
        with ThreadPoolExecutor(len(lines)) as apart:
            return list(apart.map(self._event, lines, [None] * len(lines)))

    def _event(self, it: Brought, retry: int | None) -> BotAnswer:
        slack, typed = self.bot.world.served.slack, it.typed
        user = slack.user(user_of(typed.who))
        words = typed.text
        for name, reference in self.bot.world.items.items():
            words = words.replace(f"#topic {name}", f"#topic {reference}")
        words = re.sub(r"#chair (\S+)", r"#chair spam-enforcement@\1.example", words)
        fields = {"user": user.id, "channel": slack.channel(AGENCIES_CHANNEL).id, "text": words, "ts": ts_of(typed)}
        team = {"team": user.team_id, "user_team": user.team_id, "channel_type": "group"}
        return slack.event("message", event_id=f"Ev{ts_of(typed)}", retry_num=retry, **fields, **team)


def _moves() -> list[Typed]:
    return [Typed(at, script.SECRETARY, line) for at, line, _ in script.MOVES]


def _numbered(steps: list[Any]) -> Iterator[tuple[int, Any]]:
    """Each step with the number of its bunch: at most eight lines that come within a second, a move alone."""
    number, size, began, lines = 0, 0, 0.0, False
    for step in steps:
        is_line = isinstance(step, Brought)
        if not is_line or not lines or size >= 8 or step.at - began > 1:
            number, size, began = number + 1, 0, step.at
        size, lines = size + 1, is_line
        yield number, step


def ts_of(typed: Typed) -> str:
    return f"{(START + timedelta(seconds=typed.at)).timestamp():.6f}"


# --- what stands then ---


def read_again(world: World) -> Cast:
    """The house once more, on the database that the killed ones left."""
    clock = Clock(START + timedelta(seconds=script.SECONDS))
    return Cast(make_desk(cast_settings(database_url=world.url), now=clock), clock)


def read(made: Cast, reader: str) -> list[tuple[str, list[str]]]:
    """The edition of a reader on their page, its parts by name, references and what is beside the lines left out."""
    actor = made.secretary if reader == "S" else made.actor(READERS[reader])
    found = read_minutes(made.desk, replace(actor, way=Way.PAGE), DAY)
    beside = ("Present: ", "Regrets: ", "The gate before this part", "Action ", "Nothing was minuted")
    return [
        (part.segment.title, [REFERENCE.sub("", x) for x in said.split("\n")[1:] if not x.startswith(beside)])
        for part, said in zip(found.parts, paragraphs(found, made.secretary.zone), strict=True)
    ]


REFERENCE = re.compile(r"^`\w{6}` ")


def asked(made: Cast, query: str) -> list[tuple[Any, ...]]:
    with made.desk.store.read() as tx:
        return [tuple(row) for row in tx.execute(text(query))]


@pytest.mark.parametrize(
    ("kills", "seed", "real"),
    [
        pytest.param(20, 1, False, id="killed twenty times"),
        pytest.param(20, 2, True, id="killed twenty times in real time", marks=pytest.mark.long),
        pytest.param(20, 3, False, id="killed at twenty other points", marks=pytest.mark.long),
    ],
)
def test_a_whole_call_of_four_hundred_lines(world: World, tmp_path: Path, kills: int, seed: int, real: bool) -> None:
    lines = script.script(world.agencies, seed)
    with begun_bot(world, tmp_path) as bot, ThreadPoolExecutor(8) as pool:
        replay = Replay(bot, random.Random(seed), pool, real)
        replay.run(lines, kills)
    made, found = read_again(world), script.expected(lines)

    slow = [a.elapsed for a in replay.answers if a.elapsed >= SLACK_WAITS]
    assert (len(lines), len({t.who for t in lines}), slow) == (script.LINES, script.PEOPLE, [])
    assert Counter(a.status for a in replay.answers) == {200: len(replay.answers)}

    kept = {ts for (ts,) in asked(made, "SELECT ts FROM said WHERE ts IS NOT NULL")}
    assert kept == {ts_of(t) for t in lines if t.who not in script.NOBODIES and script.is_form(t.text)}
    entered = asked(made, "SELECT id FROM said WHERE state IN ('entered', 'taken_back')")
    told = asked(made, f"SELECT subject FROM outbox WHERE kind = '{SEEN}'")
    assert set(entered) <= set(told)  # a line that came to count no more was acknowledged in its time
    given = "SELECT s.title, p.short_name, a.task FROM action_item a JOIN segment s ON s.id = a.segment_id"
    actions = asked(made, f"{given} JOIN participant p ON p.id = a.owner_id")
    assert Counter(actions) == Counter(a for a in found.actions if a[0])
    there = "SELECT s.title, p.short_name FROM attendance a JOIN segment s ON s.id = a.segment_id"
    assert set(asked(made, f"{there} JOIN participant p ON p.id = a.participant_id")) == found.present

    live.end_call(made.desk, made.secretary)
    assert read(made, "S") == list(script.edition(found, "S"))
    send_minutes(made.desk, made.secretary, DAY)
    made.clock.advance(days=15)
    adopt_minutes(made.desk, made.secretary, DAY)
    assert {r: read(made, r) for r in READERS} == {r: list(script.edition(found, r)) for r in READERS}
    made.desk.store.close()
