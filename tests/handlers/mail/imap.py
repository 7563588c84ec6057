"""Owns the real IMAP server of the tests: pymap in a process of its own, with what it holds in memory."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from imap_tools import MailBoxUnencrypted

from handlers.mail.mailbox import Address, NoMailbox, opened
from tests.bench.places import free_port

USER, PASSWORD = "calls", "a-password"


@dataclass
class Server:
    """pymap with one empty mailbox, stopped and begun again at will; what it holds is in memory."""

    port: int
    folder: str = "INBOX"
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                str(Path(sys.executable).with_name("pymap")), "--no-tls",
                "--host", "127.0.0.1", "--port", str(self.port), "--no-service", "admin", "--no-service", "managesieve",
                "dict", "--demo-user", USER, "--demo-password", PASSWORD,
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(200):
            try:
                with opened(self.address):
                    return
            except NoMailbox:
                threading.Event().wait(0.05)
        raise RuntimeError("pymap does not start")

    def stop(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    @property
    def address(self) -> Address:
        return Address.of(f"imap://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{self.folder}")

    def append(self, *mails: bytes) -> None:
        with MailBoxUnencrypted("127.0.0.1", self.port).login(USER, PASSWORD) as box:
            for mail in mails:
                box.append(mail, self.folder)


class Wire:
    """A line to a server that can be cut; a *slow* one carries three octets at a time. Where *at_idle* is given, it is
    called once, before the server hears IDLE, and what the server says is carried in one with what it says next."""

    def __init__(self, to: int, *, slow: bool = False, at_idle: Callable[[], None] | None = None) -> None:
        self._to = to
        self._at_idle = at_idle
        self._gathers = at_idle is not None
        self._most = 3 if slow else 65536
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.connected = 0
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def cut(self) -> None:
        """Hangs up, on both sides."""
        ends, self._open = self._open, []
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._open += [near, far]
                self.connected += 1
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        other.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError):
            while one.recv(1, socket.MSG_PEEK):
                time.sleep(0.1 if self._gathers else 0)
                octets = one.recv(self._most)
                if self._at_idle is not None and octets.endswith(b" IDLE\r\n") and octets.count(b" ") == 1:
                    self._at_idle, at_idle = None, self._at_idle
                    at_idle()
                other.sendall(octets)
                time.sleep(0.001 if len(octets) == self._most else 0)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)


@contextmanager
def running() -> Iterator[Server]:
    """A server with an empty mailbox."""
    made = Server(free_port())
    made.start()
    try:
        yield made
    finally:
        made.stop()


def with_folder(server: Server, name: str) -> Server:
    """The same server, read in an empty folder for one test alone."""
    made = replace(server, folder=f"f{abs(hash(name))}")
    with MailBoxUnencrypted("127.0.0.1", made.port).login(USER, PASSWORD) as box:
        box.folder.create(made.folder)
    return made
