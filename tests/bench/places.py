"""Owns what the rows run on: copies of the data set, the processes side by side, and the Slack that both speak to."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.migrate import migrate
from storage.store import Store
from tests.bench import data
from tests.bench.common import BOT_TOKEN, LAP_SECRET, SIGNING_SECRET

HOUSE = Path(__file__).parents[2]
START_WITHIN = REST_WITHIN = 60.0  # seconds
LOOK_EVERY, IDLE = 0.25, 0.015
"""A server rests that took less than 15 ms of the processor in 250 ms."""


@dataclass(frozen=True)
class Server:
    """A process that answers on *port*."""

    process: subprocess.Popen[bytes]
    port: int
    seconds: float
    """From its start to the first 200 of ``/readyz``."""

    @property
    def resident_mb(self) -> float:
        """What it holds in memory now (VmRSS)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024

    @property
    def busy_seconds(self) -> float:
        """The processor's time that it took so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rest(self) -> None:
        """Returns once it has had nothing to do for a moment."""
        until = time.monotonic() + REST_WITHIN
        before = -1.0
        while (now := self.busy_seconds) - before > IDLE and time.monotonic() < until:
            before = now
            time.sleep(LOOK_EVERY)


@dataclass(frozen=True)
class Slack:
    """The workspace that stands for Slack, in a process of its own."""

    url: str
    smtp_url: str

    @property
    def api_url(self) -> str:
        return f"{self.url}/slack/api/"

    def response_url(self, number: int) -> str:
        return f"{self.url}/slack/response/r{number}"

    def posted(self) -> int:
        """How many posts to response_urls it took."""
        with urllib.request.urlopen(f"{self.url}/api/calls") as answer:
            calls = json.load(answer)["calls"]
        return sum(c["method"] == "response_url" and c["ok"] for c in calls)


@dataclass(frozen=True)
class Place:
    """A folder for one run, with the data set ready in it as it stands at *now* (UTC)."""

    folder: Path
    now: datetime

    def database(
        self, name: str, size: data.Size = data.PLAIN, more: Callable[[Store, datetime], None] | None = None
    ) -> Path:
        """A fresh copy of the data set under that name; *more* adds to the data set, and is remembered by its name."""
        kept = f"ready-{size.times}-{size.coming}-{size.people}-{more.__name__ if more else 'plain'}.db"
        ready, copy = self.folder / kept, self.folder / f"{name}.db"
        if not ready.exists():
            store = Store(f"sqlite:///{ready}")
            migrate(store)
            data.fill(store, self.now, size)
            if more is not None:
                more(store, self.now)
            with store.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            store.close()
        for left in self.folder.glob(f"{name}.db*"):
            left.unlink()
        shutil.copyfile(ready, copy)
        return copy

    @contextmanager
    def slack(self) -> Iterator[Slack]:
        with self._process([sys.executable, "-m", "tests.bench.slack_side"], {}, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            yield Slack(**json.loads(process.stdout.readline()))

    @contextmanager
    def ours(self, database: Path, slack: Slack) -> Iterator[Server]:
        """``lap serve`` with every door that the bench needs."""
        given = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.api_url,
            "DATABASE_URL": f"sqlite:///{database}",
            "SMTP_URL": slack.smtp_url,
            "MAIL_FROM": "calls@lap.example",
            "LAP_SECRET": LAP_SECRET,
        }
        with self._served([sys.executable, "-m", "handlers", "serve"], given) as server:
            yield server

    @contextmanager
    def reference(self, database: Path, slack: Slack) -> Iterator[Server]:
        argv = [sys.executable, "-m", "tests.bench.reference", f"sqlite:///{database}", slack.api_url]
        with self._served(argv, {}) as server:
            yield server

    @contextmanager
    def _served(self, argv: Sequence[str], env: dict[str, str]) -> Iterator[Server]:
        port = free_port()
        begun = time.perf_counter()
        with self._process(argv, {"PORT": str(port), **env}) as process:
            yield Server(process, port, ready_after(process, port, begun))

    @contextmanager
    def _process(
        self, argv: Sequence[str], env: dict[str, str], stdout: int | None = None
    ) -> Iterator[subprocess.Popen[bytes]]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        whole = {**kept, "PYTHONPATH": str(HOUSE), **env}
        log = self.folder / "servers.log"
        with log.open("ab") as told:
            process = subprocess.Popen(argv, cwd=self.folder, env=whole, stdout=stdout or told, stderr=told)
        try:
            yield process
        except RuntimeError as error:
            error.add_note(log.read_text(encoding="utf-8", errors="replace")[-2000:])
            raise
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def ready_after(process: subprocess.Popen[bytes], port: int, begun: float) -> float:
    """Seconds from *begun* (``perf_counter``) to the first 200 of ``/readyz``. Raises RuntimeError where none comes."""
    asked = b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    while time.perf_counter() - begun < START_WITHIN:
        if process.poll() is not None:
            raise RuntimeError(f"a server of the bench ended by itself with status {process.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as line:
                line.sendall(asked)
                if line.recv(64).split(b" ", 2)[1:2] == [b"200"]:
                    return time.perf_counter() - begun
        except OSError:
            pass
        time.sleep(0.005)
    raise RuntimeError(f"a server of the bench was not ready within {START_WITHIN:.0f} s")


@contextmanager
def side_by_side(place: Place, size: data.Size = data.PLAIN) -> Iterator[tuple[Server, Server, Slack]]:
    """The reference and ours, each on a copy of the data set of its own, and the Slack of both."""
    with ExitStack() as stack:
        slack = stack.enter_context(place.slack())
        reference = stack.enter_context(place.reference(place.database("reference", size), slack))
        ours = stack.enter_context(place.ours(place.database("ours", size), slack))
        yield reference, ours, slack
