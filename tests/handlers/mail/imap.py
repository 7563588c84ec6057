"""Owns the real IMAP server of the tests: pymap in a process of its own, with what it holds in memory."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
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
