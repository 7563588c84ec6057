"""Owns the process that is killed: it approves the list and delivers what follows, with a fuse lit at one point."""

import sys
from dataclasses import replace
from datetime import datetime

from bot.errors import Refusal
from handlers.circulation import approve_list
from handlers.delivery import deliver_all
from handlers.desk import Desk
from handlers.kinds import KINDS
from handlers.mail.door import MailDoor
from handlers.mail.smtp import Smtp
from handlers.wiring import make_desk
from storage.tables import Door
from tests.cast import Cast, Clock, cast_settings
from tests.crash.points import POINTS, light

CALL = "2027-02-16"


def open_desk(database_url: str, smtp_url: str, clock: Clock) -> Desk:
    desk = make_desk(cast_settings(database_url=database_url), now=clock)
    door = MailDoor(Smtp(smtp_url, timeout=5.0), desk.settings, "London Action Plan")
    return replace(desk, send={Door.MAIL: door})


def approve_and_deliver(desk: Desk, clock: Clock) -> None:
    """What the secretary does, and does again where no answer came: one request, acted on once."""
    cast = Cast(desk, clock)
    try:
        approve_list(desk, cast.again(cast.secretary, "the-one-request"), CALL)
    except Refusal as refusal:
        if "already" not in refusal.says:
            raise
    deliver_all(desk, KINDS)


def main(database_url: str, smtp_url: str, at: str, point: str) -> None:
    clock = Clock(datetime.fromisoformat(at))
    desk = open_desk(database_url, smtp_url, clock)
    light(desk.store.engine, next(p for p in POINTS if p.name == point))
    approve_and_deliver(desk, clock)


if __name__ == "__main__":
    main(*sys.argv[1:])
