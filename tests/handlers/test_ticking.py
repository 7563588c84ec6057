"""One beat does once what is due; one with nothing due looks at indexes only, and one part's fault stops no other."""

import re
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.series import Cadence
from bot.when import find_zone
from handlers.announcing import announce_call
from handlers.calls import add_call
from handlers.clock.courier import Courier
from handlers.delivery import deliver
from handlers.desk import the_clock
from handlers.kinds import KINDS
from handlers.mail.door import MailDoor
from handlers.mail.smtp import Smtp
from handlers.sending import Delivered, NotTaken
from handlers.series import add_series
from handlers.steps import Ran
from handlers.ticking import Due, Ticked, beat, tick, what_is_due
from storage import requests
from storage.requests import Look
from storage.tables import Door
from tests.cast import Cast
from tests.lists import leave
from tests.statements import heard
from tests.workspace.mail import MailDrop

CALL = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
SECRETARIES = 2


def planned(cast: Cast) -> Cast:
    """*cast* with an announced call on 16 February 2027, everybody told of it."""
    add_call(cast.desk, cast.secretary, CALL, 90, "Members' call")
    announce_call(cast.desk, cast.secretary, "2027-02-16")
    tick(cast.desk)
    return cast


def test_a_beat_with_nothing_due_does_nothing_and_says_so(cast: Cast) -> None:
    done = tick(planned(cast).desk)
    assert (done, str(done)) == (Ticked(), "Nothing was due.")


def test_what_a_beat_did_is_said_line_by_line() -> None:
    done = Ticked(
        Ran(told=2, put_off=1),
        drafted=6,
        delivered=Delivered(sent=3, unreachable=frozenset({Door.MAIL})),
        failed=("quarters",),
    )
    assert str(done).splitlines() == [
        "steps told: 2",
        "steps put off: 1",
        "calls drafted: 6",
        "messages sent: 3",
        "went wrong, the log says why: quarters",
    ]


def test_a_beat_wakes_delivery_once_when_all_is_done(cast: Cast) -> None:
    woken: list[Due] = []
    planned(cast)
    desk = replace(cast.desk, wake=lambda: woken.append(what_is_due(cast.desk, the_clock())))
    cast.clock.at = CALL - timedelta(days=7)
    beat(desk)
    assert [(due.steps, due.messages) for due in woken] == [(False, True)]


def test_a_series_is_kept_filled_for_twelve_months(cast: Cast) -> None:
    add_series(cast.desk, cast.secretary, Cadence.BIMONTHLY, "Members' call", CALL, find_zone("UTC"), 90)
    cast.clock.advance(days=70)
    assert (tick(cast.desk).drafted, tick(cast.desk).drafted) == (1, 0)


def test_a_quarter_without_a_call_is_told_once_four_weeks_before_its_end(cast: Cast) -> None:
    """Plan A.3: at least quarterly."""
    cast.clock.at = datetime(2027, 3, 3, 23, 59, tzinfo=UTC)
    assert tick(cast.desk).quarters == 0
    cast.clock.advance(minutes=2)
    assert [tick(cast.desk).quarters for _ in range(3)] == [1, 0, 0]
    cast.clock.at = datetime(2027, 6, 29, tzinfo=UTC)
    assert [tick(cast.desk).quarters for _ in range(2)] == [1, 0]


def test_a_quarter_with_a_call_is_not_told_of(cast: Cast) -> None:
    planned(cast)
    cast.clock.at = datetime(2027, 3, 20, tzinfo=UTC)
    assert tick(cast.desk).quarters == 0


def told_at(cast: Cast, at: datetime) -> tuple[int, int]:
    """What a beat at that moment owes again, and how many reminders of the call leave then."""
    cast.clock.at = at
    return beat(cast.desk).owed, sum(sent.kind == "reminder" for sent in leave(cast))


def test_what_a_clock_that_ran_ahead_missed_is_told_at_its_time_once_it_is_set_back(cast: Cast) -> None:
    planned(cast)
    told_at(cast, CALL - timedelta(hours=25))
    ahead = told_at(cast, CALL + timedelta(hours=20))
    back = told_at(cast, CALL - timedelta(hours=25))
    day, hour = told_at(cast, CALL - timedelta(hours=23)), told_at(cast, CALL - timedelta(hours=1))
    after = told_at(cast, CALL + timedelta(hours=1))
    assert (ahead, back, day[0], hour, after) == ((0, 0), (2, 0), 0, day, (0, 0))
    assert day[1] > 2


def test_reminders_that_a_clock_which_ran_ahead_found_too_late_leave_once_it_is_set_back(cast: Cast) -> None:
    planned(cast)
    told_at(cast, CALL - timedelta(hours=25))
    cast.clock.at = CALL - timedelta(hours=23)
    beat(cast.desk)
    cast.clock.at = CALL + timedelta(hours=20)
    assert [sent for sent in leave(cast) if sent.kind == "reminder"] == []
    owed, told = told_at(cast, CALL - timedelta(hours=22))
    assert (owed >= told > 2, told_at(cast, CALL - timedelta(hours=21))) == (True, (0, 0))


def test_what_a_server_did_not_take_while_the_clock_ran_ahead_waits_no_day_once_it_is_set_back(cast: Cast) -> None:
    add_call(cast.desk, cast.secretary, CALL, 90, "Members' call")
    announce_call(cast.desk, cast.secretary, "2027-02-16")

    def refuse(*_: object) -> None:
        raise NotTaken("down", unreachable=True)

    away = replace(cast.desk, send=dict.fromkeys(Door, refuse))
    now = cast.clock.at
    cast.clock.advance(hours=24)
    tick(away)
    cast.clock.at = now + timedelta(minutes=1)
    assert beat(cast.desk).owed > 2
    assert {sent.kind for sent in leave(cast)} >= {"welcome"}
    assert beat(cast.desk).owed == 0


def test_looks_are_forgotten_after_a_day(cast: Cast) -> None:
    with cast.desk.store.begin() as tx:
        requests.add_look(tx, Look("ABC234", cast.secretary.contact.id, "announce 2027-02-16", "digest", cast.clock()))

    def kept() -> bool:
        with cast.desk.store.read() as tx:
            return requests.find_look(tx, cast.secretary.contact.id, reference="ABC234") is not None

    cast.clock.advance(hours=23)
    tick(cast.desk)
    before = kept()
    cast.clock.advance(hours=2)
    tick(cast.desk)
    assert (before, kept()) == (True, False)


def test_one_part_that_goes_wrong_holds_up_none_of_the_others(cast: Cast) -> None:
    planned(cast)
    add_series(
        cast.desk, cast.secretary, Cadence.BIMONTHLY, "Case calls", CALL + timedelta(days=1), find_zone("UTC"), 90
    )
    with cast.desk.store.begin() as tx:
        tx.execute(text("UPDATE series SET zone = 'Nowhere/City'"))
    cast.clock.at = CALL - timedelta(days=21, hours=-1)
    done = tick(cast.desk)
    assert (done.failed, done.steps.any) == (("series",), True)


def test_a_part_of_the_database_that_does_not_answer_is_named_and_the_next_beat_goes_on(cast: Cast) -> None:
    planned(cast)
    with cast.desk.store.begin() as tx:
        tx.execute(text("ALTER TABLE step RENAME TO away"))
    failed = tick(cast.desk).failed
    with cast.desk.store.begin() as tx:
        tx.execute(text("ALTER TABLE away RENAME TO step"))
    assert (failed, tick(cast.desk).failed) == (("clock", "steps"), ())


# --- cheap ---


@pytest.fixture(params=["cast", pytest.param("postgres_cast", marks=pytest.mark.postgres)])
def each_cast(request: pytest.FixtureRequest) -> Cast:
    """The cast on SQLite, then on PostgreSQL."""
    made: Cast = request.getfixturevalue(request.param)
    return made


def test_a_beat_with_nothing_due_only_reads_and_asks_little(each_cast: Cast) -> None:
    desk = planned(each_cast).desk
    beat(desk)  # puts in order what was written before
    with heard(desk.store) as seen:
        beat(desk)
    assert [s for s in seen if not re.match(r"BEGIN|SELECT|ROLLBACK|COMMIT", s)] == []
    assert len(seen) <= 20


def test_every_look_of_a_beat_goes_by_an_index(cast: Cast) -> None:
    """Tables that grow are never read through: calls, steps, messages, actions, requests, looks (bench row 10)."""
    desk = planned(cast).desk
    cast.clock.at = datetime(2027, 3, 20, tzinfo=UTC)  # the quarter is looked at too
    with desk.store.begin() as tx:
        tx.execute(text("DELETE FROM mark"))
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if statement.lstrip().startswith("SELECT") and not many:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in cursor.fetchall())

    event.listen(desk.store.engine, "before_cursor_execute", explain)
    what_is_due(desk, the_clock())
    event.remove(desk.store.engine, "before_cursor_execute", explain)
    scans = {plan.split()[1] for plan in plans if plan.startswith("SCAN") and "USING" not in plan}
    assert (len(plans) > 5, scans - {"series", "CONSTANT"}) == (True, set())


# --- slow ---


def test_a_mail_server_that_hangs_stops_no_beat(cast: Cast) -> None:
    with MailDrop() as drop:
        door = MailDoor(Smtp(drop.url, timeout=10.0), cast.desk.settings, "London Action Plan")
        courier, hung = Courier(), threading.Event()
        desk = replace(cast.desk, send={Door.MAIL: door}, wake=courier.wake)
        add_call(desk, cast.secretary, CALL, 90, "Members' call")
        drop.hang(60, at="MAIL", times=1000)

        def deliver_once() -> bool:
            hung.set()
            return deliver(desk, KINDS).any

        courier.start(deliver_once)
        announce_call(desk, cast.secretary, "2027-02-16")
        assert hung.wait(10)
        cast.clock.at = CALL - timedelta(days=21, hours=-1)
        assert beat(desk).steps.told == 2
        courier.stop(patience=0.1)
