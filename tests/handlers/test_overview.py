"""What awaits somebody is cut to them, names the hour by which, and costs the same few statements for everybody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.invitations import Rsvp
from bot.procedure import StepKind
from handlers.desk import Actor
from handlers.overview import Overview, Task, show_overview
from handlers.ticking import tick
from storage.tables import Door
from tests.cast import Cast
from tests.slack_front import say
from tests.statements import heard

CALL = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
REP = "harbour-bank"


def do(cast: Cast, actor: Actor, *lines: str) -> None:
    """*actor* types each line."""
    for line in lines:
        say(cast, actor, line)


@pytest.fixture
def prepared(cast: Cast) -> Cast:
    """A call with a joint part of 30 minutes to which one representative is admitted, not yet circulated; its
    invitations have left."""
    cast.desk = replace(cast.desk, send={Door.MAIL: lambda *_: None})
    do(
        cast,
        cast.secretary,
        'call add 2027-02-16 13:00 UTC for 90 "Members\' call"',
        "announce 2027-02-16 go",
        'segment add 2027-02-16 joint 30 "Reports" go',
        f"admit {REP} to 2027-02-16/1",
    )
    tick(cast.desk)
    return cast


def tasks(overview: Overview) -> list[tuple[Task, datetime | None, int]]:
    return [(a.task, a.by, a.count) for a in overview.awaiting if a.task is not Task.ANSWER]


def test_nobody_is_awaited_where_nothing_is_planned(cast: Cast) -> None:
    for actor in (cast.secretary, cast.actor("nz-dia"), cast.actor(REP)):
        assert show_overview(cast.desk, actor) == Overview(cast.clock(), None, None, (), (), ())


def test_the_secretariat_reads_what_is_to_be_done_with_its_time_and_the_next_steps(prepared: Cast) -> None:
    do(prepared, prepared.actor("nz-dia"), 'propose cases 10 "A case"')
    found = show_overview(prepared.desk, prepared.secretary)
    assert tasks(found) == [
        (Task.PROPOSALS, datetime(2027, 1, 26, 13, 0, tzinfo=UTC), 1),
        (Task.CIRCULATE, datetime(2027, 1, 27, 13, 0, tzinfo=UTC), 1),
    ]
    assert [step.kind for step, _ in found.steps] == [
        StepKind.CALL_FOR_ITEMS, StepKind.ITEMS_CLOSE, StepKind.LIST_CIRCULATED,
    ]  # fmt: skip


def test_a_step_of_which_nothing_is_left_to_do_is_none_of_the_next(prepared: Cast) -> None:
    do(prepared, prepared.secretary, "circulate 2027-02-16 go")
    assert StepKind.LIST_CIRCULATED not in [s.kind for s, _ in show_overview(prepared.desk, prepared.secretary).steps]


def test_a_proxy_that_was_asked_for_awaits_the_secretariat_alone_until_it_is_confirmed(prepared: Cast) -> None:
    do(prepared, prepared.secretary, "circulate 2027-02-16 go", "approve 2027-02-16 early go")
    bring = 'bring jane@harbour-bank.example "Jane Doe" to 2027-02-16'
    do(prepared, prepared.actor(REP), bring)
    by = datetime(2027, 1, 27, 13, 0, tzinfo=UTC)
    assert tasks(show_overview(prepared.desk, prepared.secretary)) == [(Task.CONFIRM, by, 1)]
    told = say(prepared, prepared.secretary, "").text
    assert "1 proxy to confirm, by Wed 27 Jan 2027, 08:00 America/New_York (13:00 UTC). `/lap bring`" in told
    for actor in (prepared.actor(REP), prepared.actor("nz-dia")):
        assert Task.CONFIRM not in [t for t, _, _ in tasks(show_overview(prepared.desk, actor))]
    do(prepared, prepared.secretary, f"{bring} for {REP}")
    assert tasks(show_overview(prepared.desk, prepared.secretary)) == [(Task.CIRCULATE, by, 1)]


def test_a_circulated_list_awaits_the_agencies_until_its_window_ends_and_then_the_secretariat(prepared: Cast) -> None:
    do(prepared, prepared.secretary, "circulate 2027-02-16 until 2027-01-20 12:00 UTC go")
    end = datetime(2027, 1, 20, 12, 0, tzinfo=UTC)
    assert tasks(show_overview(prepared.desk, prepared.actor("nz-dia"))) == [(Task.OBJECT, end, 1)]
    assert tasks(show_overview(prepared.desk, prepared.secretary)) == [(Task.APPROVE, end, 1)]
    prepared.clock.at = end
    assert Task.OBJECT not in [t for t, _, _ in tasks(show_overview(prepared.desk, prepared.actor("nz-dia")))]


def test_agencies_are_asked_for_items_from_the_call_for_items_until_they_close(prepared: Cast) -> None:
    close = datetime(2027, 1, 26, 13, 0, tzinfo=UTC)
    seen = {}
    for day in (4, 6, 27):
        prepared.clock.at = datetime(2027, 1, day, 13, 0, tzinfo=UTC)
        tick(prepared.desk)
        seen[day] = (Task.PROPOSE, close, 0) in tasks(show_overview(prepared.desk, prepared.actor("nz-dia")))
    assert seen == {4: False, 6: True, 27: False}


def test_a_representative_learns_of_nothing_before_approval_and_then_of_its_own_part(prepared: Cast) -> None:
    rep = prepared.actor(REP)
    before = show_overview(prepared.desk, rep)
    do(prepared, prepared.secretary, "circulate 2027-02-16 go", "approve 2027-02-16 early go")
    after = show_overview(prepared.desk, rep)
    assert (before.next, before.awaiting, before.steps) == (None, (), ())
    assert after.next is not None
    assert (after.next.title, after.next.start, after.next.end) == ("Reports", CALL, CALL + timedelta(minutes=30))
    assert (tasks(after), after.steps) == ([], ())


def test_minutes_await_the_secretariat_from_the_end_of_the_call_to_their_adoption(prepared: Cast) -> None:
    prepared.clock.at = CALL
    do(prepared, prepared.secretary, "start now", "note Something was said", "end")
    sending = tasks(show_overview(prepared.desk, prepared.secretary))
    do(prepared, prepared.secretary, "minutes send 2027-02-16 go")
    reading = tasks(show_overview(prepared.desk, prepared.actor("nz-dia")))
    adopting = tasks(show_overview(prepared.desk, prepared.secretary))
    assert [t for t, _, _ in sending + reading + adopting] == [
        Task.SEND_MINUTES, Task.READ_MINUTES, Task.ADOPT_MINUTES,
    ]  # fmt: skip
    assert reading[0][1] == adopting[0][1] != sending[0][1]


def test_an_invitation_awaits_its_answer(prepared: Cast) -> None:
    agency = prepared.actor("nz-dia")
    before = show_overview(prepared.desk, agency)
    do(prepared, agency, "yes")
    after = show_overview(prepared.desk, agency)
    assert ([a.task for a in before.awaiting], before.rsvp) == ([Task.ANSWER], Rsvp.NEEDS_ACTION)
    assert ([a.task for a in after.awaiting], after.rsvp) == ([], Rsvp.ACCEPTED)


# --- cheap ---


def test_it_costs_at_most_twelve_statements_whatever_there_is(prepared: Cast) -> None:
    do(prepared, prepared.secretary, "circulate 2027-02-16 go", "approve 2027-02-16 early go")
    do(prepared, prepared.secretary, 'series add bimonthly "Cases" from 2027-01-19 at 14:00 UTC for 60')
    prepared.clock.advance(days=3)
    actors = (prepared.secretary, prepared.actor("nz-dia"), prepared.actor(REP))
    for actor in actors:
        say(prepared, actor, "")
    spent = []
    for actor in actors:
        with heard(prepared.desk.store) as seen:
            show_overview(prepared.desk, actor)
        spent.append(len(seen))
    assert max(spent) + 2 <= 12, spent  # and two to find out who asks
