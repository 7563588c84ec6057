"""Action items: how one is typed, when it is due and overdue, and that each of its reminders comes once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import (
    ActionItem,
    ActionState,
    Typed,
    check_due,
    confirmed,
    done,
    handed_over,
    is_overdue,
    put_off,
    read_given,
    read_task,
)
from bot.confidentiality import Tlp
from bot.due_days import hour_on, next_escalation, next_reminder, reminder_days
from tests.bot.refusals import refusal_of

NOW = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
TODAY = date(2027, 2, 16)
ACTION = ActionItem(
    "ACT222", "c1", "s1", "Send the list", "p-fr", None, date(2027, 3, 2), ActionState.OPEN, False, "U1", NOW
)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("fr-cnil by Fri Send the list", Typed("fr-cnil", "Fri", "Send the list")),
        ("fr-cnil by 16 Mar 2027 Send it by mail", Typed("fr-cnil", "16 Mar 2027", "Send it by mail")),
        ('Harbour Bank by next Send 5" tapes', Typed("Harbour Bank", "next", 'Send 5" tapes')),
        ("fr-cnil Send the list by +14d", Typed("fr-cnil Send the list", "+14d", "")),
        ("by +14d fr-cnil Send the list", Typed("", "+14d", "fr-cnil Send the list")),
        ("fr-cnil Stand by me by Fri", Typed("fr-cnil Stand by me", "Fri", "")),
        ('fr-cnil by Fri "Send the list"', Typed("fr-cnil", "Fri", "Send the list")),
    ],
)
def test_owner_date_and_task_are_told_apart(text: str, typed: Typed) -> None:
    assert read_given(text) == typed


def test_without_a_date_it_is_said_what_is_missing() -> None:
    assert refusal_of(lambda: read_given("fr-cnil Send the list")) == (
        "I found no due date in “fr-cnil Send the list”. Write it after `by`, as in `/lap action fr-cnil by +14d Send "
        "the list of numbers`; `by next` is the day of the next call."
    )


def test_a_task_is_one_line_of_at_most_500_characters_and_never_red() -> None:
    assert read_task("Send\nthe list") == (None, "Send the list")
    assert read_task("TLP:RED Call the informant") == (Tlp.RED, "Call the informant")
    assert refusal_of(lambda: read_task(" ")) == (
        "The task is missing. Write it last, as in `/lap action fr-cnil by +14d Send the list of numbers`."
    )
    assert refusal_of(lambda: read_task("TLP:RED " + "x" * 501)) == (
        "That task has 501 characters, and 500 fit. Shorten it."
    )
    assert refusal_of(lambda: read_task("x" * 501)) == (
        f"That task has 501 characters, and 500 fit. Shorten it: {'x' * 501}"
    )


def test_a_due_date_does_not_lie_behind() -> None:
    assert refusal_of(lambda: check_due(date(2027, 2, 15), TODAY)) == (
        "Mon 15 Feb 2027 has gone by. Give a date that lies ahead, for example `+14d`."
    )
    assert refusal_of(lambda: check_due(TODAY, TODAY)) is None


def test_a_done_action_changes_no_more() -> None:
    closed = done(ACTION, NOW)
    says = "`ACT222` is done already. `/lap actions` lists what is open."
    changes = (lambda: done(closed, NOW), lambda: put_off(closed, TODAY, TODAY), lambda: confirmed(closed))
    assert [refusal_of(change) for change in changes] == [says] * 3


def test_an_action_is_put_off_to_another_day_only() -> None:
    assert put_off(ACTION, date(2027, 3, 9), TODAY).due == date(2027, 3, 9)
    assert refusal_of(lambda: put_off(ACTION, ACTION.due, TODAY)) == (
        "`ACT222` is due on Tue 2 Mar 2027 already. Give another date."
    )


def test_words_are_confirmed_once() -> None:
    assert refusal_of(lambda: confirmed(replace(ACTION, confirmed=True))) == (
        "The words of `ACT222` are confirmed already, and its owner is told."
    )


def test_an_open_action_is_overdue_from_the_day_after_it_was_due() -> None:
    days = [date(2027, 3, 2), date(2027, 3, 3)]
    assert [is_overdue(ACTION, day) for day in days] == [False, True]
    assert not is_overdue(done(ACTION, NOW), days[1])


ZONES = st.sampled_from(["UTC", "Europe/Paris", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kolkata"])
SOME = st.lists(st.integers(0, 30), max_size=4)


def test_a_new_owner_has_yet_to_accept_and_its_words_are_confirmed_anew() -> None:
    given_on = handed_over(replace(ACTION, confirmed=True), "p-gb", None)
    assert (given_on.owner_id, given_on.state, given_on.confirmed) == ("p-gb", ActionState.PROPOSED, False)
    within = handed_over(replace(ACTION, confirmed=True), "p-fr", "c-2")
    assert (within.owner_contact_id, within.state, within.confirmed) == ("c-2", ActionState.OPEN, True)
    assert refusal_of(lambda: handed_over(ACTION, "p-fr", None)) == "`ACT222` is theirs already. Name somebody else."


@given(ZONES, st.integers(0, 40), st.integers(1, 10), st.integers(1, 20), st.lists(st.integers(1, 400), max_size=9))
def test_an_escalation_comes_twice_at_most_and_leaves_as_many_days_between(
    name: str, due_in: int, to_point: int, between: int, beats: list[int]
) -> None:
    zone, now, told = ZoneInfo(name), NOW, list[datetime]()
    action = replace(ACTION, due=TODAY + timedelta(days=due_in))
    days = (to_point, to_point + between)
    upcoming = next_escalation(action, zone, 7, *days, now)
    assert upcoming is not None
    for hours in [*beats, 24 * 90, 24 * 90]:
        now += timedelta(hours=hours)
        if upcoming is not None and upcoming <= now:
            told.append(now)
            action = replace(action, escalated=True)
            upcoming = next_escalation(action, zone, 7, *days, now) if len(told) == 1 else None
    dates = [moment.astimezone(zone).date() for moment in told]
    assert len(dates) == 2
    assert (dates[0] > action.due, (dates[1] - dates[0]).days >= between) == (True, True)


@given(ZONES, st.integers(0, 23), SOME, SOME, st.integers(-5, 40), st.lists(st.integers(1, 200), min_size=1))
def test_each_reminder_of_an_action_comes_once_however_the_beats_fall(
    name: str, hour: int, before: list[int], after: list[int], due_in: int, beats: list[int]
) -> None:
    zone = ZoneInfo(name)
    action = replace(ACTION, due=TODAY + timedelta(days=due_in))
    now, told = NOW, []
    upcoming = next_reminder(action, zone, hour, before, after, now)
    for hours in [*beats, 24 * 90]:
        now += timedelta(hours=hours)
        if upcoming is not None and upcoming <= now:
            told.append(upcoming)
            upcoming = next_reminder(action, zone, hour, before, after, now)
    days = [d for d in reminder_days(action.due, before, after) if d > NOW.astimezone(zone).date()]
    asked = [hour_on(day, zone, hour) for day in days]
    assert upcoming is None
    assert told == sorted(set(told))
    assert set(told) <= set(asked)
    assert bool(told) == bool(asked)
    assert all(moment.astimezone(zone).date() == day for moment, day in zip(asked, days, strict=True))
