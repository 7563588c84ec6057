"""Owns the mail drop: a real SMTP server that keeps every message byte for byte and makes trouble to order."""

import asyncio
import threading
from collections import deque
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.workspace.mails import Mail

Reply = str
GONE = ""  # a reply of nothing: the connection is dropped instead


@dataclass
class Connection:
    """What one SMTP connection said: its commands in order, ``DATA`` once the final dot was there."""

    number: int
    commands: list[str] = field(default_factory=list)


@dataclass
class _Hang:
    seconds: float
    at: str
    to: str | None
    over: asyncio.Event = field(default_factory=asyncio.Event)


class _Protocol(SMTP):
    """aiosmtpd's protocol, which knows its record, and a silent way to drop the line."""

    record: Connection
    live: set["_Protocol"]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.live.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.live.discard(self)
        super().connection_lost(error)

    def abort(self) -> None:
        """Close the connection at once, without a word."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def push(self, status: Any) -> None:
        if status == GONE:
            self.abort()
            raise ConnectionResetError
        await super().push(status)


class MailDrop:
    """An SMTP server on a loopback port that takes every mail, unless told to make trouble."""

    def __init__(
        self, port: int = 0, host: str = "127.0.0.1", *, credentials: tuple[str, str] | None = None, utf8: bool = True
    ) -> None:
        self.host = host
        self.port = port
        self.connections: list[Connection] = []
        self._credentials = credentials
        self._utf8 = utf8
        self._changed = threading.Condition()
        self._mails: list[Mail] = []
        self._refused: dict[str, Reply] = {}
        self._greylist: dict[str, int] = {}
        self._hangs: deque[_Hang] = deque()
        self._silent: list[_Hang] = []
        self._drops: deque[bool] = deque()  # for each drop after DATA: is the mail kept
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None
        self._live: set[_Protocol] = set()

    # -- running

    @property
    def url(self) -> str:
        """For ``SMTP_URL``."""
        login = f"{self._credentials[0]}:{self._credentials[1]}@" if self._credentials else ""
        return f"smtp://{login}{self.host}:{self.port}"

    def start(self) -> Self:
        """Listen; the port is known afterwards."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mail-drop", daemon=True)
        self._thread.start()
        self.up()
        return self

    def stop(self) -> None:
        """Close everything; the mails stay readable."""
        if self._loop is None or self._thread is None:
            return
        self.down()
        self._run(self._end_tasks())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()
        self._loop = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def down(self) -> None:
        """Close the port and every connection, as a server that died."""
        self._run(self._down())

    def up(self) -> None:
        """Listen (again) on the same port."""
        self._run(self._up())

    # -- what arrived

    def mails(self, to: str | None = None) -> list[Mail]:
        """All mails in order of arrival, or those *to* one address."""
        with self._changed:
            found = list(self._mails)
        return found if to is None else [m for m in found if to.lower() in (r.lower() for r in m.recipients)]

    def wait_for(self, count: int, to: str | None = None, seconds: float = 10.0) -> list[Mail]:
        """Wait until *count* mails (*to* one address) are there; ``TimeoutError`` after *seconds*."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.mails(to)) >= count, seconds):
                raise TimeoutError(f"{len(self.mails(to))} of {count} mails to {to or 'anybody'} after {seconds} s")
        return self.mails(to)

    def clear(self) -> None:
        """Forget the mails so far; numbers go on from 1."""
        with self._changed:
            self._mails.clear()

    @property
    def commands(self) -> list[str]:
        """The commands of all connections, in order of connection."""
        return [command for connection in self.connections for command in connection.commands]

    # -- troubles to order

    def refuse(self, address: str, reply: Reply = "550 5.1.1 No such mailbox here") -> None:
        """Refuse a recipient for good, until ``accept``."""
        self._refused[address.lower()] = reply

    def accept(self, address: str) -> None:
        """Take mail for *address* again."""
        self._refused.pop(address.lower(), None)
        self._greylist.pop(address.lower(), None)

    def greylist(self, address: str, times: int = 1) -> None:
        """Answer 451 to a recipient the first *times* times."""
        self._greylist[address.lower()] = times

    def hang(self, seconds: float, at: str = "DATA", times: int = 1, to: str | None = None) -> None:
        """Be silent for *seconds* at the next *times* commands *at*: EHLO, MAIL, RCPT, or DATA's final dot; *to*: only
        in a mail to that address, at RCPT or DATA."""
        self._hangs.extend([_Hang(seconds, at, to)] * times)

    def go_on(self) -> None:
        """End every silence, under way or to come."""
        self._run(self._go_on())

    def drop_after_data(self, times: int = 1, *, recorded: bool = True) -> None:
        """Drop the connection after DATA's final dot without an answer, the mail kept or (*recorded* False) lost."""
        self._drops.extend([recorded] * times)

    # -- aiosmtpd's hooks

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """EHLO."""
        await self._log(server, "EHLO", hostname)
        session.host_name = hostname
        return responses

    async def handle_HELO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str) -> Reply:  # noqa: N802
        """HELO."""
        await self._log(server, "HELO", hostname)
        session.host_name = hostname
        return f"250 {server.hostname}"

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> Reply:
        """MAIL FROM."""
        await self._log(server, "MAIL", address)
        if self._credentials and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> Reply:
        """RCPT TO."""
        await self._log(server, "RCPT", address, [address])
        key = address.lower()
        if key in self._refused:
            return self._refused[key]
        if self._greylist.get(key, 0) > 0:
            self._greylist[key] -= 1
            return "451 4.7.1 Greylisted, please try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> Reply:  # noqa: N802
        """The final dot is there."""
        await self._log(server, "DATA", "", envelope.rcpt_tos)
        drop = self._drops.popleft() if self._drops else None
        if drop is not False:
            content = envelope.content
            raw = content if isinstance(content, bytes) else str(content).encode()
            with self._changed:
                made = Mail(len(self._mails) + 1, envelope.mail_from or "", tuple(envelope.rcpt_tos), raw)
                self._mails.append(made)
                self._changed.notify_all()
        return "250 OK, kept" if drop is None else GONE

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> Reply:  # noqa: N802
        """QUIT."""
        await self._log(server, "QUIT", "")
        return "221 Bye"

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> Reply:  # noqa: N802
        """RSET."""
        await self._log(server, "RSET", "")
        return "250 OK"

    # -- inner parts

    async def _log(self, server: SMTP, command: str, argument: str, to: Collection[str] = ()) -> None:
        assert isinstance(server, _Protocol)
        server.record.commands.append(f"{command} {argument}".strip())
        hang = next((h for h in self._hangs if h.at == command and h.to in (None, *to)), None)
        if hang is not None:
            self._hangs.remove(hang)
            self._silent.append(hang)
            with suppress(TimeoutError):
                await asyncio.wait_for(hang.over.wait(), hang.seconds)

    def _protocol(self) -> SMTP:
        login = self._authenticator if self._credentials else None
        made = _Protocol(
            self,
            hostname="mail-drop",
            enable_SMTPUTF8=self._utf8,
            authenticator=login,
            auth_require_tls=False,
            data_size_limit=10_000_000,
            loop=self._loop,
        )
        made.live = self._live
        made.record = Connection(len(self.connections) + 1)
        self.connections.append(made.record)
        return made

    def _authenticator(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        user, password = self._credentials or ("", "")
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=good, handled=not good if good else False)

    async def _up(self) -> None:
        assert self._loop is not None
        if self._server is None:
            self._server = await self._loop.create_server(self._protocol, self.host, self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _down(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for protocol in list(self._live):
            protocol.abort()

    async def _go_on(self) -> None:
        self._hangs.clear()
        for hang in self._silent:
            hang.over.set()
        self._silent.clear()

    async def _end_tasks(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _run(self, work: Any) -> None:
        if self._loop is None:
            work.close()
            raise RuntimeError("the mail drop has not been started")
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)
