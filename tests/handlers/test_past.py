"""What a personal page leads back to: nothing of twelve months is cut, whatever else there is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.calls import Call, CallKind, CallState, Live, Segment
from bot.topics import AudienceKind
from handlers.past import Past, look_back
from handlers.work import Reading
from storage import calls
from tests.cast import Cast

MANY = 75


def a_call(cast: Cast, n: int, only: frozenset[str] = frozenset()) -> None:
    """A call that was held *n* days ago with its minutes adopted, for *only* those Agencies where some are named."""
    start = cast.clock() - timedelta(days=n)
    part = Segment(f"part-{n}-{len(only)}", "Reports", AudienceKind.AGENCIES, 30)
    call = Call(
        f"call-{n}-{len(only)}", f"Call {n}", CallKind.MEMBERS, CallState.HELD, start, (part,), only,
        live=Live(start, part.id, None, cleared=True, ended_at=start),
    )  # fmt: skip
    with cast.desk.store.begin() as tx:
        calls.insert_call(tx, replace(call, live=None), start)
        calls.update_call(
            tx, call.id, live_started_at=start, live_ended_at=start, minutes_sent_at=start, minutes_adopted_at=start
        )  # fmt: skip


def past_of(cast: Cast, who: str) -> Past:
    actor = cast.secretary if who == "secretariat" else cast.actor(who)
    with cast.desk.store.read() as tx:
        return look_back(Reading(cast.desk, tx, actor, cast.clock()), ())


@pytest.mark.parametrize("who", ["secretariat", "fr-cnil"])
def test_of_more_calls_than_any_list_holds_all_stand_there_latest_first(cast: Cast, who: str) -> None:
    for n in range(1, MANY + 1):
        a_call(cast, n)
    assert [m.title for m in past_of(cast, who).minutes] == [f"Call {n}" for n in range(1, MANY + 1)]


def test_calls_of_others_take_no_place(cast: Cast) -> None:
    for n in range(1, MANY + 1):
        a_call(cast, n, frozenset({cast.actor("nz-dia").participant.id}))
    a_call(cast, MANY + 1)
    assert [m.title for m in past_of(cast, "fr-cnil").minutes] == [f"Call {MANY + 1}"]


def test_what_is_longer_ago_than_twelve_months_is_no_longer_led_to(cast: Cast) -> None:
    a_call(cast, 366)
    a_call(cast, 367)
    assert [m.title for m in past_of(cast, "fr-cnil").minutes] == ["Call 366"]
