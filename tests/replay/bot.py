"""Owns the bot that is killed: the whole house over HTTP, its courier sending, with the time of a file."""

import os
import socket
from datetime import datetime
from pathlib import Path

import uvicorn

from handlers.clock.courier import Courier
from handlers.settings import Settings
from handlers.wiring import make_bell, make_house


class FileClock:
    """The time that a file says, which another process writes; that file's renaming is what moves it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self) -> datetime:
        return datetime.fromisoformat(self.path.read_text(encoding="utf-8"))

    def set(self, moment: datetime) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text(moment.isoformat(), encoding="utf-8")
        os.replace(fresh, self.path)


def serve(listener: socket.socket, clock: Path, settings: dict[str, str]) -> None:
    """Serves on *listener* until it is killed; whoever connects before is answered once it serves. On PostgreSQL it
    sends at once what another process made due."""
    courier = Courier()
    house = make_house(Settings(_env_file=None, **settings), now=FileClock(clock), wake=courier.wake)  # type: ignore[arg-type, call-arg]
    courier.start(house.deliver_once, house.leaving)
    if bell := make_bell(house.desk, courier.wake):
        bell.start()
    uvicorn.Server(
        uvicorn.Config(house.web, log_config=None, access_log=False, lifespan="off", loop="uvloop", http="httptools")
    ).run(sockets=[listener])
