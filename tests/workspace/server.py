"""Owns the thread in which an HTTP server of the workspace runs; what it serves is its neighbours'."""

import asyncio
import socket
import threading
from types import TracebackType

import uvicorn
from starlette.types import ASGIApp

START_WITHIN = 10.0  # seconds
END_WITHIN = 1.0  # seconds that requests under way have to end


class _Announced(uvicorn.Server):
    """A uvicorn server that says when it listens, and ends when told: tests start and stop hundreds of them."""

    ready: threading.Event
    ending: asyncio.Event
    loop: asyncio.AbstractEventLoop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.loop, self.ending = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets=sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        await self.ending.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            _, late = await asyncio.wait(self.server_state.tasks, timeout=END_WITHIN)
            for task in late:
                task.cancel()


class ServerThread:
    """Serves *app* on a loopback *port* (0: any free one) until stopped."""

    def __init__(self, app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> None:
        self._app = app
        self._host = host
        self._asked = port
        self.port = port
        self._thread: threading.Thread | None = None
        self._server: _Announced | None = None

    @property
    def url(self) -> str:
        """Where it answers, without a closing slash."""
        return f"http://{self._host}:{self.port}"

    def start(self) -> None:
        """Listen; returns once requests are taken. A port in use raises ``OSError``."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self._host, self._asked))
        except OSError:
            listener.close()
            raise
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            self._app,
            loop="asyncio",
            http="h11",
            ws="wsproto",
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,
        )
        server = _Announced(config)
        server.ready = threading.Event()
        self._server = server
        self._thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name=f"workspace-{self.port}", daemon=True
        )
        self._thread.start()
        if not server.ready.wait(START_WITHIN):
            raise RuntimeError(f"the workspace did not start on port {self.port} within {START_WITHIN:.0f} s")

    def stop(self) -> None:
        """Stop listening and end the thread; stopping twice is harmless."""
        if self._server is None or self._thread is None:
            return
        self._server.loop.call_soon_threadsafe(self._server.ending.set)
        self._thread.join(5)
        self._server = self._thread = None

    def __enter__(self) -> "ServerThread":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
