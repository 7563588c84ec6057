"""Who reads of the running of a part: who told that they cannot come, and when the gates between parts were shut."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot import audience, roll
from bot.audience import Record
from bot.minutes import Attendance, Minutes, Regrets
from bot.participants import Participant, Reader
from bot.places import Shut
from tests.bot.test_audience import (
    AGENCY,
    CALL,
    CLOSED,
    EVERYBODY,
    GUESTS,
    JOINT,
    NOW,
    OTHER_AGENCY,
    REP,
    SECRETARY,
    START,
    approved,
)  # fmt: skip

SENT = Minutes(sent_at=CALL.end, adopts_at=CALL.end)
NAMED = replace(CALL, segments=(JOINT, replace(CLOSED, only=frozenset({"p-other"}))))
ORGANISATIONS = [
    Participant(r.participant_id, r.participant_id, r.kind, r.participant_id, "", None, "UTC")
    for r in (AGENCY, OTHER_AGENCY, REP)
]
GATE = Shut(JOINT.id, START, "U1", START + timedelta(minutes=5), "U1", CLOSED.id)


def regrets(*who: Reader) -> tuple[Regrets, ...]:
    return tuple(Regrets("call", r.participant_id, NOW) for r in who)


def read(reader: Reader, record: Record) -> tuple[tuple[str, str], ...]:
    return audience.cut_regrets(reader, record, ORGANISATIONS, NOW)


def test_regrets_stand_where_their_organisation_could_have_come_and_the_reader_reads_who_was_there() -> None:
    record = Record(NAMED, (approved(REP, JOINT),), regrets=regrets(AGENCY, OTHER_AGENCY, REP), minutes=SENT)
    joint = tuple((JOINT.id, p) for p in ("p-agency", "p-other", "p-rep"))
    assert read(AGENCY, record) == joint
    assert read(OTHER_AGENCY, record) == ((CLOSED.id, "p-other"), *joint)
    assert [read(guest, record) for guest in GUESTS] == [()] * len(GUESTS)
    assert read(AGENCY, replace(record, minutes=Minutes())) == ()


def test_nobody_regrets_where_it_came_after_all_and_of_nobody_under_the_chatham_house_rule() -> None:
    record = Record(CALL, regrets=regrets(AGENCY), minutes=SENT)
    assert read(SECRETARY, record) == ((CLOSED.id, "p-agency"), (JOINT.id, "p-agency"))
    came = replace(record, attendance=(Attendance("call", JOINT.id, "p-agency", START),))
    assert read(SECRETARY, came) == ((CLOSED.id, "p-agency"),)
    ruled = replace(CALL, segments=(replace(JOINT, chatham=True), CLOSED))
    assert read(SECRETARY, replace(record, call=ruled)) == ((CLOSED.id, "p-agency"),)


def test_of_a_guest_that_stands_on_no_list_agencies_do_not_learn_that_it_could_have_come() -> None:
    record = Record(CALL, regrets=regrets(REP), minutes=SENT)
    assert read(AGENCY, record) == ()


def test_a_gate_is_told_to_who_hears_both_parts_and_to_no_guest() -> None:
    record = Record(NAMED, tuple(approved(r, s) for r in GUESTS for s in (JOINT, CLOSED)), minutes=SENT)
    told = [reader for reader in EVERYBODY if audience.cut_gates(reader, record, [GATE], NOW)]
    assert told == [OTHER_AGENCY, SECRETARY]
    unsent = replace(record, minutes=Minutes())
    assert [r for r in EVERYBODY if audience.cut_gates(r, unsent, [GATE], NOW)] == [SECRETARY]


def test_a_gate_that_the_call_did_not_go_through_stands_in_no_edition() -> None:
    assert audience.cut_gates(SECRETARY, Record(CALL, minutes=SENT), [replace(GATE, opens=None)], NOW) == ()


def test_who_comes_back_was_away_for_so_long_in_all() -> None:
    seats = [
        Attendance("call", "a", "one", START, START + timedelta(minutes=10), away=3),
        Attendance("call", "a", "two", START),
        Attendance("call", "b", "three", START, START),
    ]
    assert roll.away(seats, "a", START + timedelta(minutes=15)) == {"one": 8}


@given(st.integers(0, 30), st.integers(0, 3600))
def test_nobody_is_away_for_less_than_a_minute_and_no_gap_grows_less(before: int, seconds: int) -> None:
    seat = Attendance("call", "a", "one", START, START, before)
    assert roll.away([seat], "a", START + timedelta(seconds=seconds))["one"] >= before + 1
