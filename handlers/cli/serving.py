"""Owns listening and ending well: one uvicorn worker, stopped by SIGTERM, SIGINT or SIGHUP; wiring makes what it
serves."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot.errors import Refusal

SIGNALS = (signal.SIGTERM, signal.SIGINT)
DRAIN_SECONDS = 10
BACKLOG = 512
CANNOT_LISTEN = "{host}:{port} cannot be listened on ({why}). Set HOST and PORT to an address and port that are free."


def bound(host: str, port: int) -> socket.socket:
    """A socket on that address, on which nobody can connect before ``serve``. Raises Refusal where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise Refusal(CANNOT_LISTEN.format(host=host, port=port, why=error.strerror or error)) from error
    return made


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listening()


def serve(app: Starlette, on: socket.socket, listening: Callable[[], None]) -> None:
    """Serves until a signal comes, then lets the answers under way go out, and returns."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        workers=1,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    server = _Server(config, listening)
    with _quiet_signals():
        _when_hung_up(lambda: setattr(server, "should_exit", True))
        server.run(sockets=[on])


@contextmanager
def _quiet_signals() -> Iterator[None]:
    """uvicorn raises the signal that ended it once more when it is done; here that would end us before our own end."""
    before = {number: signal.signal(number, _pass_over) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _pass_over(_number: int, _frame: Any) -> None:
    return


def _when_hung_up(end: Callable[[], None]) -> None:
    """A terminal that closes (SIGHUP) ends us as any other signal does, unless we are to outlive it (nohup)."""
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: end())


def wait_for_signal() -> None:
    """Returns when SIGTERM, SIGINT or SIGHUP comes."""
    ended = threading.Event()
    for number in SIGNALS:
        signal.signal(number, lambda *_: ended.set())
    _when_hung_up(ended.set)
    while not ended.wait(3600):
        pass
