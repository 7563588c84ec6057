"""Owns the bot and the workspace running together in one process, as `make run` and the story tests use them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot.procedure import Procedure, procedure_text
from bot.roster import CONTACTS, PARTICIPANTS
from handlers.identity import the_machine
from handlers.roster import import_roster
from handlers.settings import Settings
from handlers.ticking import tick
from handlers.wiring import House, alone, make_house
from storage.migrate import migrate
from tests.workspace.clock import MovableClock
from tests.workspace.serve import Served, serve_workspace
from tests.workspace.slack import ROSTER

SECRET = "a-secret-for-trying-things-out-0123456789"
BRIDGES = ("https://bridge.example/blue", "https://bridge.example/green", "https://bridge.example/amber")


@dataclass
class Running:
    """A bot with its workspace: ``slack``, ``mail`` and ``clock`` are the workspace's, ``house`` is the bot's."""

    house: House
    served: Served
    url: str

    def settle(self) -> None:
        """Everything that is due now is done, and has arrived."""
        self.house.deliver()

    def beat(self) -> None:
        """One beat of the heart at the time that the clock shows."""
        tick(self.house.desk)


def write_procedure(folder: Path) -> Path:
    """The Plan's procedure with a pool of three example bridges."""
    text = procedure_text(Procedure.default())
    path = folder / "procedure.toml"
    listed = ", ".join(f'"{url}"' for url in BRIDGES)
    path.write_text(text.replace("urls = []", f"urls = [{listed}]"), encoding="utf-8")
    return path


@contextmanager
def running(
    folder: Path,
    *,
    database_url: str | None = None,
    port: int = 0,
    workspace_port: int = 0,
    clock: MovableClock | None = None,
    **settings: Any,
) -> Iterator[Running]:
    """A bot and its workspace on loopback ports, the example roster loaded; stopped at the end."""
    time = clock or MovableClock()
    served = serve_workspace(port=workspace_port, clock=time, roster=ROSTER, awaits_bot=True)
    listener = socket.create_server(("127.0.0.1", port))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    given = {
        "slack_bot_token": served.slack.bot_token,
        "slack_signing_secret": served.slack.signing_secret,
        "slack_api_url": served.slack.api_url,
        "database_url": database_url or f"sqlite:///{folder}/lap.db",
        "smtp_url": served.mail.url,
        "mail_from": "calls@lap.example",
        "public_url": url,
        "lap_secret": SECRET,
        "lap_procedure": write_procedure(folder),
        **settings,
    }
    read = Settings(_env_file=None, **given)  # type: ignore[call-arg]
    house = make_house(read, now=time.now)
    try:
        with alone(read, "make run"):
            migrate(house.desk.store)
            files = [(ROSTER / name).read_bytes() for name in (PARTICIPANTS, CONTACTS)]
            import_roster(house.desk, the_machine("make run"), *files)
            with serving(house.web, listener):
                made = Running(house, served, url)
                served.slack.bot_url = url
                served.doors.settle, served.doors.after_move = made.settle, made.beat
                served.doors.open.set()
                yield made
    finally:
        served.stop()
        house.close()


@contextmanager
def serving(app: Starlette, listener: socket.socket) -> Iterator[None]:
    """*app* answering on *listener* for a ``with``."""
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
