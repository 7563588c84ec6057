"""Owns two whole bots on one PostgreSQL, each a process of its own over HTTP, and people who ask both at once."""

import random
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any, TypeVar

from sqlalchemy import text

from handlers.wiring import the_procedure
from storage.bell import ring
from tests.cast import NOW, SECRET, Cast, cast, cast_settings
from tests.handlers.cli.processes import _BEGUN
from tests.replay.bot import FileClock, serve
from tests.workspace import payloads
from tests.workspace.acts import Acts
from tests.workspace.answers import Answer
from tests.workspace.clock import MovableClock
from tests.workspace.delivery import BotDoor, Delivery
from tests.workspace.serve import Served, served_workspace

T = TypeVar("T")
ANSWERS_WITHIN, BEGINS_WITHIN = 10.0, 60.0
APART = 0.008
"""So many seconds one request may come before the other: both orders, and all between them, are met."""
POOL = tuple(f"https://meet.example/{n}" for n in range(1, 9))


@dataclass(frozen=True)
class House:
    """One of the bots: how it is reached, and what people type to it."""

    url: str
    acts: Acts

    def types(self, user: str, line: str, trigger: str | None = None) -> Answer:
        """What ``/lap LINE`` is answered; the same *trigger* is the same request."""
        state = self.acts.state
        person = state.person(user)
        answer = self.acts.command(person, line, state.direct(person.id), "/lap", trigger)
        assert (answer.status, answer.elapsed < ANSWERS_WITHIN) == (200, True), (line, answer)
        return answer

    def hears(self, user: str, channel: str, words: str, ts: str) -> int:
        """The status with which a line of a channel is taken; the same *ts* is the same line."""
        person, now = self.acts.state.person(user), int(float(ts))
        line = {
            "type": "message", "channel_type": "group", "user": person.id, "team": person.team_id,
            "user_team": person.team_id, "channel": channel, "text": words, "ts": ts, "event_ts": ts,
        }  # fmt: skip
        return self.acts.door.send(Delivery("events_api", payloads.event_callback(line, f"Ev{ts}", now))).status

    def leads(self, token: str) -> str | None:
        """The bridge that the join link with that token leads to."""
        opener = urllib.request.build_opener(_Stays)
        try:
            with opener.open(f"{self.url}/join/{token}", timeout=ANSWERS_WITHIN) as answer:
                return str(answer.headers["Location"]) if answer.status in (302, 303, 307) else None
        except urllib.error.HTTPError as error:
            return error.headers["Location"]


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@dataclass
class Two:
    """Two houses on one database, and ``cast``, a third hand on it that prepares and looks; one clock for all."""

    cast: Cast
    served: Served
    houses: tuple[House, House]
    clock: FileClock
    chance: random.Random
    pool: ThreadPoolExecutor

    def at(self, moment: datetime) -> None:
        """It is *moment* now, for everybody."""
        self.cast.clock.at = moment
        self.served.clock.set(moment)
        self.clock.set(moment)

    def after(self, **by: float) -> None:
        self.at(self.cast.clock.at + timedelta(**by))

    def at_once(self, *asks: Callable[[House], T]) -> list[T]:
        """What each of *asks* is answered, which begin together, at one house and the other in turn."""
        gate, first = Barrier(len(asks)), self.chance.randrange(2)

        def ask(n: int, one: Callable[[House], T], apart: float) -> T:
            gate.wait(ANSWERS_WITHIN)
            time.sleep(apart)
            return one(self.houses[(n + first) % 2])

        begun = [self.pool.submit(ask, n, one, self.chance.uniform(0, APART)) for n, one in enumerate(asks)]
        return [one.result(2 * ANSWERS_WITHIN) for one in begun]

    def typed(self, *lines: tuple[str, str]) -> list[str]:
        """The answers to *lines*, each of somebody, which are typed at once."""
        return [a.text for a in self.at_once(*(lambda house, w=w, x=x: house.types(w, x) for w, x in lines))]

    def typed_again(self, user: str, line: str, trigger: str) -> list[str]:
        """The answers to one request that comes to both houses at once."""
        return [a.text for a in self.at_once(*[lambda house: house.types(user, line, trigger)] * 2)]

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """What stands in the database."""
        with self.cast.desk.store.read() as tx:
            return [tuple(row) for row in tx.execute(text(query), values)]

    def ring(self) -> None:
        """Both hear that something is due."""
        ring(self.cast.desk.store)

    def settle(self, seconds: float = 60.0) -> None:
        """Waits until nothing more is due, and nothing is leaving."""
        end = time.monotonic() + seconds
        due = "SELECT count(*) FROM outbox WHERE state = 'due' AND due_at <= :now"
        while self.rows(due, now=self.cast.clock()) != [(0,)]:
            assert time.monotonic() < end, self.rows(
                "SELECT kind, door, attempts, why FROM outbox WHERE state = 'due' AND due_at <= :now",
                now=self.cast.clock(),
            )
            self.ring()
            time.sleep(0.05)

    def let_go(self) -> None:
        """What is due now is taken as told, but what a house has in hand."""
        due = "SELECT id FROM outbox WHERE state = 'due' AND due_at <= :now FOR UPDATE SKIP LOCKED"
        told = text(f"UPDATE outbox SET state = 'sent', ended_at = :now WHERE id IN ({due})")
        with self.cast.desk.store.begin() as tx:
            tx.execute(told, {"now": self.cast.clock()})


def procedure_in(folder: Path) -> Path:
    """A procedure file with bridges enough."""
    path = folder / "procedure.toml"
    urls = ", ".join(f'"{url}"' for url in POOL)
    path.write_text(f"[bridges]\nurls = [{urls}]\n", encoding="utf-8")
    return path


@contextmanager
def two_houses(url: str, folder: Path, seed: int = 1) -> Iterator[Two]:
    """Two bots that serve, send and are woken by one another's commits, killed at the end."""
    clock, procedure = FileClock(folder / "now"), procedure_in(folder)
    movable = MovableClock(NOW, frozen=True)
    with ExitStack() as stack:
        served = stack.enter_context(served_workspace(clock=movable, patience=ANSWERS_WITHIN, linger=0.0))
        served.slack.read_lines()
        made = stack.enter_context(cast(url, procedure=the_procedure(cast_settings(lap_procedure=procedure))))
        clock.set(made.clock())
        houses = []
        for _ in range(2):
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=128))
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            houses.append(House(address, _acts(served, address)))
            settings = {
                "slack_bot_token": served.slack.bot_token, "slack_signing_secret": served.slack.signing_secret,
                "slack_api_url": served.slack.api_url, "database_url": url, "mail_from": "calls@lap.example",
                "smtp_url": served.mail.url, "lap_secret": SECRET, "public_url": "https://lap.example",
                "lap_procedure": str(procedure),
            }  # fmt: skip
            process = _BEGUN.Process(target=serve, args=(listener, clock.path, settings), daemon=True)
            process.start()
            stack.callback(_end, process)
        for house in houses:
            with urllib.request.urlopen(f"{house.url}/healthz", timeout=BEGINS_WITHIN) as answer:
                assert answer.status == 200
        pool = stack.enter_context(ThreadPoolExecutor(8))
        yield Two(made, served, (houses[0], houses[1]), clock, random.Random(seed), pool)


def _acts(served: Served, url: str) -> Acts:
    slack = served.slack
    door = BotDoor(url, slack.signing_secret, slack.sockets, ANSWERS_WITHIN)
    acts = Acts(slack.state, door, lambda: slack.url)
    acts.linger = 0.0
    return acts


def _end(process: Any) -> None:
    process.join(0)
    alone = process.exitcode  # None: it runs, as it should until here
    process.kill()
    process.join(10)
    assert alone is None, f"a house ended by itself: {alone}"
