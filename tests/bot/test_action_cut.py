"""The history of an action, cut to its reader: an owner learns nothing of what was before it was theirs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot import audience
from bot.actions import ActionChange, ActionItem, ActionState, ChangeKind
from bot.audience import Record
from bot.calls import Segment
from bot.minutes import Minutes
from bot.participants import Reader
from tests.bot.test_audience import (
    AGENCY,
    CALL,
    CLOSED,
    EVERYBODY,
    JOINT,
    OTHER_AGENCY,
    OTHER_REP,
    REP,
    SECRETARY,
    START,
    approved,
)

DUE = date(2027, 3, 1)
SENT = Minutes(sent_at=START + timedelta(days=5))
RECORD = Record(CALL, admissions=(approved(REP, JOINT), approved(OTHER_REP, JOINT)), minutes=SENT)
KINDS = list(ChangeKind)


def action(segment: Segment, owner: Reader, *, confirmed: bool = False) -> ActionItem:
    return ActionItem(
        "ACT222",
        CALL.id,
        segment.id,
        "Send it",
        owner.participant_id,
        None,
        DUE,
        ActionState.OPEN,
        confirmed,
        "U1",
        START,
    )


def history(*steps: tuple[ChangeKind, str | None, Reader, str]) -> tuple[ActionChange, ...]:
    """What happened, by whom (None: the secretariat), whose it was from then on, and why."""
    return tuple(
        ActionChange(
            "ACT222", n, kind, START + timedelta(hours=n), by, owner.participant_id, None, DUE, ActionState.OPEN, False,
            why,
        )
        for n, (kind, by, owner, why) in enumerate(steps, 1)
    )  # fmt: skip


def read(
    reader: Reader, it: ActionItem, changes: Sequence[ActionChange], record: Record = RECORD
) -> list[ActionChange]:
    return list(audience.cut_changes(reader, record, it, changes, START + timedelta(days=20)))


PASSED_ON = history(
    (ChangeKind.GIVEN, None, AGENCY, ""),
    (ChangeKind.MOVED, AGENCY.participant_id, AGENCY, ""),
    (ChangeKind.HANDED_OVER, AGENCY.participant_id, REP, "they hold the logs"),
    (ChangeKind.CONFIRMED, None, REP, ""),
    (ChangeKind.DECLINED, REP.participant_id, REP, "no staff"),
)


def test_an_owner_that_does_not_hear_the_part_reads_from_the_words_confirmed_for_it_on() -> None:
    told = read(REP, action(CLOSED, REP, confirmed=True), PASSED_ON)
    assert [(c.kind, c.by_id, c.text) for c in told] == [
        (ChangeKind.GIVEN, None, ""),
        (ChangeKind.DECLINED, REP.participant_id, "no staff"),
    ]


def test_an_owner_that_hears_the_part_reads_from_when_it_became_theirs_on_and_names_no_third() -> None:
    told = read(REP, action(JOINT, REP), PASSED_ON)
    assert [(c.kind, c.by_id, c.text) for c in told] == [
        (ChangeKind.GIVEN, "", "they hold the logs"),
        (ChangeKind.DECLINED, REP.participant_id, "no staff"),
    ]


def test_agencies_of_the_part_read_all_of_it_but_that_words_were_confirmed_and_none_before_the_minutes() -> None:
    it = action(CLOSED, REP, confirmed=True)
    assert [c.number for c in read(OTHER_AGENCY, it, PASSED_ON)] == [1, 2, 3, 5]
    assert read(OTHER_AGENCY, it, PASSED_ON, replace(RECORD, minutes=Minutes())) == []
    assert read(SECRETARY, it, PASSED_ON) == list(PASSED_ON)


def test_an_action_of_a_call_that_was_not_fetched_is_the_secretariats_alone() -> None:
    open_still = action(JOINT, REP)
    told = [audience.cut_carried(r, [open_still], [], START) for r in (SECRETARY, AGENCY, OTHER_AGENCY, REP, OTHER_REP)]
    assert told == [(open_still,), (), (), (), ()]


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(KINDS), st.sampled_from([None, AGENCY.participant_id, REP.participant_id]),
        st.sampled_from([AGENCY, REP]), st.sampled_from(["", "why"]),
    ),
    max_size=6,
)  # fmt: skip


@given(CHANGES, st.sampled_from(EVERYBODY), st.sampled_from([JOINT, CLOSED]), st.booleans(), st.booleans())
def test_what_was_before_it_was_theirs_changes_nothing_for_an_owner(
    steps: list[tuple[ChangeKind, str | None, Reader, str]], reader: Reader, part: Segment, confirmed: bool, sent: bool
) -> None:
    """Two worlds: with and without an earlier owner. Who may not read the action reads nothing of its history."""
    record = RECORD if sent else replace(RECORD, minutes=Minutes())
    it = action(part, REP, confirmed=confirmed)
    changes = history(*steps, (ChangeKind.HANDED_OVER, None, REP, ""))
    told = read(reader, it, changes, record)
    if not audience.sees_action(reader, record, it, START + timedelta(days=20)):
        assert told == []
    if reader == REP:
        since = [c for n, c in enumerate(changes) if all(o.owner_id == REP.participant_id for o in changes[n:])]
        assert told == read(reader, it, since, record)


def test_an_owner_reads_why_the_secretariat_dropped_it_only_where_it_heard_the_part() -> None:
    dropped = history((ChangeKind.GIVEN, None, REP, ""), (ChangeKind.DROPPED, None, REP, "the raid was yesterday"))
    told = [read(REP, action(part, REP, confirmed=part is CLOSED), dropped)[-1].text for part in (JOINT, CLOSED)]
    assert told == ["the raid was yesterday", ""]
