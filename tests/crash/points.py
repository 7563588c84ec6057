"""Owns the points between a decision and its last mail at which a process is killed with -9."""

import os
import re
import signal
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, event


class When(StrEnum):
    """Right after a statement, after the commit of its transaction, or when the mail server has got so far."""

    AFTER = "after"
    COMMITTED = "committed"
    SERVER = "server"


@dataclass(frozen=True)
class Point:
    """A named point: the *nth* time that *what* (a pattern of SQL, or a step of SMTP) happens."""

    name: str
    when: When
    what: str
    nth: int = 1


POINTS = (
    Point("the act has begun", When.AFTER, r"SELECT audit_head"),
    Point("the list was read", When.AFTER, r"WITH meant AS .*FROM admission"),
    Point("names are approved", When.AFTER, r"UPDATE admission"),
    Point("the list is marked", When.AFTER, r"UPDATE call"),
    Point("first letters are marked", When.AFTER, r"UPDATE contact"),
    Point("errands are written", When.AFTER, r"INSERT INTO outbox"),
    Point("what was entered is kept", When.AFTER, r"INSERT INTO entered"),
    Point("the head has moved", When.AFTER, r"INSERT INTO audit"),
    Point("it is decided", When.COMMITTED, r"INSERT INTO audit"),
    Point("errands are claimed", When.AFTER, r"UPDATE outbox SET leased_until"),
    Point("errands are leased", When.COMMITTED, r"UPDATE outbox SET leased_until"),
    Point("an attempt is counted", When.AFTER, r"UPDATE outbox SET attempts", 15),
    Point("a copy is saved", When.AFTER, r"INSERT INTO invitation", 2),
    Point("a copy is kept", When.COMMITTED, r"INSERT INTO invitation", 3),
    Point("the server hears who writes", When.SERVER, "MAIL", 16),
    Point("the server hears to whom", When.SERVER, "RCPT", 17),
    Point("the server has the mail, nobody knows", When.SERVER, "recorded", 18),
    Point("the server lost the mail", When.SERVER, "lost", 16),
    Point("the copy is marked", When.AFTER, r"UPDATE invitation SET sent_revision", 4),
    Point("the copy is marked for good", When.COMMITTED, r"UPDATE invitation SET sent_revision", 5),
    Point("the errand is ended", When.AFTER, r"UPDATE outbox SET leased_until=.* state=", 14),
)
QUICK = {
    "sqlite": (
        "names are approved", "it is decided", "a copy is kept", "the server has the mail, nobody knows",
        "the copy is marked for good",
    ),
    "postgresql": ("the head has moved", "the server has the mail, nobody knows"),
}  # fmt: skip


def light(engine: Engine, point: Point) -> None:
    """Makes this process kill itself at *point*."""
    if point.when is When.SERVER:
        return
    pattern, seen, armed = re.compile(point.what), [0], [False]

    @event.listens_for(engine, "after_cursor_execute")
    def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if pattern.match(" ".join(statement.replace("\n", " ").split())):
            seen[0] += 1
            if seen[0] == point.nth:
                armed[0] = point.when is When.COMMITTED
                if point.when is When.AFTER:
                    os.kill(os.getpid(), signal.SIGKILL)

    @event.listens_for(engine, "checkin")
    def returned(*_: Any) -> None:
        if armed[0]:
            os.kill(os.getpid(), signal.SIGKILL)
