"""Owns how a test starts ``lap``: a real process of its own, with the settings it is given and nothing else."""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from handlers.__main__ import main
from tests.cast import SECRET
from tests.test_floors import HOUSE
from tests.workspace.serve import Served

START_WITHIN = 60.0


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


def environment(**settings: str) -> dict[str, str]:
    """The environment of a process: *settings* by their own names, and what Python needs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPATH": str(HOUSE), **settings}


# A process of its own for each command, begun from one that has read the program already: reading it takes a second.
_BEGUN = multiprocessing.get_context("forkserver")
_BEGUN.set_forkserver_preload(["handlers.__main__", __name__])


def lap(folder: Path, *args: str, out: Path | None = None, **settings: str) -> Ended:
    """Runs a command in *folder* to its end; with *out* it prints there, and what it printed is not read."""
    with tempfile.TemporaryDirectory() as kept:
        printed, err = out or Path(kept) / "out", Path(kept) / "err"
        process = _BEGUN.Process(target=_run, args=(folder, args, environment(**settings), printed, err))
        process.start()
        process.join(120)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"lap {' '.join(args)} does not end")
        return Ended(process.exitcode, "" if out else printed.read_text(), err.read_text())


def _run(folder: Path, args: Sequence[str], settings: dict[str, str], out: Path, err: Path) -> None:
    """Becomes ``python -m handlers`` with those arguments and that environment."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(settings)
    for stream, path in ((sys.stdout, out), (sys.stderr, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), stream.fileno())
    sys.argv = ["lap", *args]
    sys.exit(main())


def settings_of(served: Served, database_url: str, **more: str) -> dict[str, str]:
    """Every setting that a serving process needs, with *served* for Slack and the mail server."""
    return {
        "SLACK_BOT_TOKEN": served.slack.bot_token,
        "SLACK_SIGNING_SECRET": served.slack.signing_secret,
        "SLACK_API_URL": served.slack.api_url,
        "DATABASE_URL": database_url,
        "SMTP_URL": served.mail.url,
        "MAIL_FROM": "calls@lap.example",
        "LAP_SECRET": SECRET,
        **more,
    }


@dataclass
class Running:
    """A serving process: ``url`` is its address, ``log`` the file with what it wrote on stderr."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a GET; (0, "") where nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def ready(self) -> None:
        """Waits until it says that it is ready."""
        end = time.monotonic() + START_WITHIN
        while self.get("/readyz")[0] != 200:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, (self.get("/readyz"), self.log.read_text())
            time.sleep(0.02)

    def says(self, words: str) -> None:
        """Waits until *words* stand in its log."""
        end = time.monotonic() + START_WITHIN
        while words not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.02)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Sends the signal; returns the exit status."""
        self.process.send_signal(number)
        return self.process.wait(START_WITHIN)


@contextmanager
def running(folder: Path, command: str, name: str = "", **settings: str) -> Iterator[Running]:
    """A process of ``lap`` COMMAND on a free port; killed at the end where it still runs."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = folder / f"{name or command}.log"
    with log.open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "handlers", command],
            cwd=folder,
            env=environment(PORT=str(port), **settings),
            stdout=subprocess.DEVNULL,
            stderr=err,
        )
    try:
        yield Running(process, port, log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
