"""Killed with -9 anywhere between a decision and the last mail: nothing lost, nothing half done, nothing doubled."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import text

from bot.topics import AudienceKind
from bot.when import read_moment
from handlers.announcing import announce_call
from handlers.attendees import admit
from handlers.calls import add_call
from handlers.circulation import circulate
from handlers.delivery import deliver_all
from handlers.desk import Desk
from handlers.kinds import KINDS
from handlers.segments import add_segment
from storage import audit
from tests.cast import Cast, Clock, cast, read_roster
from tests.crash.child import CALL, approve_and_deliver, open_desk
from tests.crash.points import POINTS, QUICK, Point, When
from tests.workspace.mail import MailDrop

REPS = [p.short_name for p in read_roster()[0] if p.kind == "private_sector"]
CASES = [
    pytest.param(point, database, id=f"{database}: {point.name}", marks=[
        *([] if point.name in QUICK[database] else [pytest.mark.long]),
        *([pytest.mark.postgres] if database == "postgresql" else []),
    ])
    for database in ("sqlite", "postgresql")
    for point in POINTS
]  # fmt: skip


class KillingDrop(MailDrop):
    """A mail server that kills its client at the *nth* time of one step."""

    victim: int | None = None
    step = ""
    nth = 0

    def reached(self, step: str) -> None:
        if step == self.step and self.victim is not None:
            self.nth -= 1
            if self.nth == 0:
                os.kill(self.victim, signal.SIGKILL)

    async def handle_MAIL(self, *args: Any) -> Any:  # noqa: N802 -- aiosmtpd's name
        self.reached("MAIL")
        return await super().handle_MAIL(*args)

    async def handle_RCPT(self, *args: Any) -> Any:  # noqa: N802 -- aiosmtpd's name
        self.reached("RCPT")
        return await super().handle_RCPT(*args)

    async def handle_DATA(self, *args: Any) -> Any:  # noqa: N802 -- aiosmtpd's name
        if self.step == "lost" and self.nth == 1 and self.victim is not None:
            self.reached("lost")
            return "451 lost"
        self.reached("lost")
        answer = await super().handle_DATA(*args)
        self.reached("recorded")
        return answer


@pytest.mark.parametrize(("point", "database"), CASES)
def test_killed_at_a_point_and_started_again(
    point: Point, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/lap.db" if database == "sqlite" else request.getfixturevalue("postgres")
    with KillingDrop() as drop, cast(url) as made:
        _circulated(made, drop)
        child = _run_until_killed(url, drop, made.clock, point)
        assert child == -signal.SIGKILL, f"the point was not reached: exit {child}"
        made.clock.advance(minutes=5)
        again = open_desk(url, drop.url, made.clock)
        approve_and_deliver(again, made.clock)
        for name in REPS:
            assert _calendar(drop, f"abuse-desk@{name}.example") == [("20270216T130000Z", "20270216T133000Z")], name
        _nothing_half_done(again)


def _circulated(made: Cast, drop: MailDrop) -> None:
    desk, secretary = made.desk, made.secretary
    start, _ = read_moment([CALL, "13:00", "UTC"], now=made.clock(), zone=secretary.zone)
    add_call(desk, secretary, start, 90, "Members' call")
    add_segment(desk, secretary, CALL, AudienceKind.JOINT, 30, "Reports")
    announce_call(desk, secretary, CALL)
    admit(desk, secretary, REPS, CALL)
    circulate(desk, secretary, CALL, None)
    deliver_all(open_desk(str(desk.settings.database_url), drop.url, made.clock), KINDS)
    made.clock.advance(days=10)


def _run_until_killed(url: str, drop: KillingDrop, clock: Clock, point: Point) -> int:
    command = [sys.executable, "-m", "tests.crash.child", url, drop.url, clock().isoformat(), point.name]
    if point.when is When.SERVER:
        drop.step, drop.nth = point.what, point.nth
    child = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    drop.victim = child.pid
    try:
        return child.wait(60)
    finally:
        drop.victim = None
        child.kill()


def _calendar(drop: MailDrop, address: str) -> list[tuple[str, str]]:
    """What stands in the person's calendar after every mail, in order of arrival, doubled ones too."""
    held: dict[str, tuple[str, str]] = {}
    stamps: dict[str, bytes] = {}
    for mail in drop.mails(address):
        if mail.calendar is None:
            continue
        (event,) = Calendar.from_ical(mail.calendar).walk("VEVENT")
        uid = str(event["UID"])
        again = f"{uid} {event['SEQUENCE']} {event['DTSTAMP'].to_ical()!r}"
        assert stamps.setdefault(again, mail.raw) == mail.raw, "a retry of one revision differs"
        held.pop(uid, None)
        if mail.method == "REQUEST":
            held[uid] = (event["DTSTART"].to_ical().decode(), event["DTEND"].to_ical().decode())
    return sorted(held.values())


def _nothing_half_done(desk: Desk) -> None:
    with desk.store.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM outbox WHERE state = 'due'")).scalar() == 0
        assert tx.execute(text("SELECT count(*) FROM admission WHERE state = 'approved'")).scalar() == len(REPS)
        assert tx.execute(text("SELECT count(*) FROM audit WHERE act = 'approve'")).scalar() == 1
        rows = tx.execute(text("SELECT number, hash FROM audit ORDER BY number")).all()
        assert [n for n, _ in rows] == list(range(1, len(rows) + 1))
        assert audit.hold_head(tx).hash == rows[-1].hash
