"""Owns the process that sends and is stopped: it delivers what is due, and may stop itself at a statement."""

import os
import re
import signal
import sys
from datetime import datetime
from typing import Any

from sqlalchemy import event

from handlers.delivery import deliver_all
from handlers.kinds import KINDS
from tests.cast import Clock
from tests.crash.child import open_desk


def main(database_url: str, smtp_url: str, at: str, stop_after: str = "") -> None:
    desk = open_desk(database_url, smtp_url, Clock(datetime.fromisoformat(at)))
    if stop_after:
        stopped = [False]

        @event.listens_for(desk.store.engine, "after_cursor_execute")
        def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not stopped[0] and re.match(stop_after, " ".join(statement.split())):
                stopped[0] = True
                os.kill(os.getpid(), signal.SIGSTOP)

    deliver_all(desk, KINDS)


if __name__ == "__main__":
    main(*sys.argv[1:])
