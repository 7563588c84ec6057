"""Owns Socket Mode: envelopes to the bot over websockets, and their acknowledgements; HTTP is `delivery`'s."""

import asyncio
import json
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.workspace.people import APP_ID, Json


@dataclass(eq=False)
class _Connection:
    socket: WebSocket
    loop: asyncio.AbstractEventLoop
    end: asyncio.Event

    def run(self, work: Coroutine[Any, Any, None]) -> "Future[None]":
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    async def hang_up(self, last_words: str) -> None:
        with suppress(RuntimeError, WebSocketDisconnect):  # the other side was quicker
            if last_words:
                await self.socket.send_text(last_words)
            await self.socket.close()
        self.end.set()


class SocketHub:
    """The bot's open websockets; an envelope goes to one of them in turn."""

    def __init__(self) -> None:
        self.base = ""  # ws://host:port, known once the server listens
        self._changed = threading.Condition()
        self._tickets: set[str] = set()
        self._open: list[_Connection] = []
        self._waiting: dict[str, Future[Json]] = {}
        self._count = 0

    def routes(self) -> list[WebSocketRoute]:
        """Its route for a Starlette app."""
        return [WebSocketRoute("/slack/socket", self.connect)]

    def new_url(self) -> str:
        """A websocket address good for one connection (``apps.connections.open``)."""
        with self._changed:
            self._count += 1
            ticket = f"ticket-{self._count}"
            self._tickets.add(ticket)
        return f"{self.base}/slack/socket?ticket={quote(ticket)}&app_id={APP_ID}"

    @property
    def connected(self) -> int:
        """How many websockets are open."""
        return len(self._open)

    def wait_connected(self, seconds: float = 10) -> bool:
        """Wait for a first connection; False when none came within *seconds*."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._open), seconds)

    async def connect(self, socket: WebSocket) -> None:
        """One connection's life: hello, then acknowledgements until it closes."""
        ticket = socket.query_params.get("ticket", "")
        with self._changed:
            known = ticket in self._tickets
            self._tickets.discard(ticket)
        if not known:
            await socket.close(4001)
            return
        await socket.accept()
        entry = _Connection(socket, asyncio.get_running_loop(), asyncio.Event())
        await socket.send_text(
            json.dumps(
                {
                    "type": "hello",
                    "num_connections": self.connected + 1,
                    "connection_info": {"app_id": APP_ID},
                    "debug_info": {"host": "workspace", "approximate_connection_time": 18060},
                }
            )
        )
        with self._changed:
            self._open.append(entry)
            self._changed.notify_all()
        try:
            await self._listen(entry)
        finally:
            with self._changed:
                self._open = [other for other in self._open if other is not entry]
                self._changed.notify_all()

    async def _listen(self, connection: "_Connection") -> None:
        end = asyncio.ensure_future(connection.end.wait())
        try:
            while True:
                heard = asyncio.ensure_future(connection.socket.receive_text())
                await asyncio.wait({heard, end}, return_when=asyncio.FIRST_COMPLETED)
                if not heard.done():
                    heard.cancel()
                    return
                self._acknowledge(heard.result())
        except WebSocketDisconnect:
            return
        finally:
            end.cancel()

    def _acknowledge(self, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            return
        with self._changed:
            waiting = self._waiting.pop(str(answer.get("envelope_id")), None)
        if waiting is not None:
            waiting.set_result(answer)

    def send(self, kind: str, payload: Json, patience: float, **more: Any) -> Json | None:
        """Send one envelope and wait *patience* seconds for its acknowledgement; None when none came."""
        with self._changed:
            if not self._open:
                return None
            self._count += 1
            envelope_id = f"envelope-{self._count}"
            connection = self._open[self._count % len(self._open)]
            answered: Future[Json] = Future()
            self._waiting[envelope_id] = answered
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
            "payload": payload,
            **more,
        }
        connection.run(connection.socket.send_text(json.dumps(envelope)))
        try:
            return answered.result(patience)
        except TooLate:
            with self._changed:
                self._waiting.pop(envelope_id, None)
            return None

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to come again, as Slack does now and then, and close it; "" closes without a word."""
        with self._changed:
            connections, self._open = self._open, []
        text = json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "workspace"}})
        for connection in connections:
            connection.run(connection.hang_up(text if reason else "")).result(5)
