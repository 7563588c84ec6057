"""Owns a cast whose mail leaves through a real server, and a sender at work while somebody else acts."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from handlers.delivery import deliver_all
from handlers.kinds import KINDS
from handlers.mail.door import MailDoor
from handlers.mail.smtp import Smtp
from storage.tables import Door
from tests.cast import Cast
from tests.workspace.mail import MailDrop

BANK = "abuse-desk@harbour-bank.example"
ANSWERED_WITHIN = 2.5
"""Seconds in which every narrowing answers (design.md 3.6)."""
T = TypeVar("T")


@dataclass
class Mailing:
    """A cast with a mail door, and the server behind it."""

    cast: Cast
    drop: MailDrop

    def deliver(self) -> None:
        deliver_all(self.cast.desk, KINDS)

    @contextmanager
    def leaving(self, command: str = "DATA ", seconds: float = 60.0) -> Iterator[None]:
        """A sender that is at work in another thread, and that the server keeps waiting at DATA's final dot, until the
        block ends."""
        before = len(self.drop.commands)
        self.drop.hang(seconds, at="DATA")
        sender = threading.Thread(target=self.deliver)
        sender.start()
        end = time.monotonic() + 10
        while "DATA" not in self.drop.commands[before:]:
            assert time.monotonic() < end, "nothing leaves"
            time.sleep(0.005)
        try:
            yield
        finally:
            self.drop.go_on()
            sender.join(30)


@contextmanager
def mailing(cast: Cast) -> Iterator[Mailing]:
    """The cast with three guests approved, whose invitations are due; what Agencies are to be told is taken as told."""
    with MailDrop() as drop:
        door = MailDoor(Smtp(drop.url, timeout=10.0), cast.desk.settings, "London Action Plan")
        cast.desk = replace(cast.desk, send={Door.MAIL: door})
        yield Mailing(cast, drop)


def timed(act: Callable[[], T]) -> tuple[T, float]:
    """What *act* answers, and after how many seconds."""
    began = time.monotonic()
    return act(), time.monotonic() - began
