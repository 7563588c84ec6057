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


def test_who_is_written_down_afterwards_as_there_all_along_was_not_away() -> None:
    seat = Attendance("call", "a", "one", START, START + timedelta(minutes=10), away=3)
    assert roll.away([seat], "a", START) == {"one": 3}


def seen(*minutes: int) -> list[Attendance]:
    return [Attendance("call", JOINT.id, str(m), START + timedelta(minutes=m)) for m in minutes]


def test_who_comes_five_minutes_after_the_part_opened_came_late() -> None:
    assert roll.late(START, START, seen(0, 4, 5, 20)) == {"5", "20"}


def test_nobody_is_late_who_comes_when_the_part_was_planned_to_begin() -> None:
    early = START - timedelta(minutes=20)
    seats = [Attendance("call", JOINT.id, "first", early), *seen(0, 4, 5)]
    assert roll.late(early, START, seats) == {"5"}


def test_while_no_roll_was_called_nobody_came_late() -> None:
    assert roll.late(START, START, seen(8)) == frozenset()
    assert roll.late(START, START, seen(8, 12, 13)) == {"13"}


@given(st.lists(st.integers(0, 90), unique=True), st.integers(0, 90))
def test_who_came_before_somebody_in_time_came_in_time(minutes: list[int], opened: int) -> None:
    late = {int(m) for m in roll.late(START + timedelta(minutes=opened), START, seen(*minutes))}
    assert all(m in late for m in minutes if any(m > earlier for earlier in late))
    assert not minutes or min(minutes) >= opened + 5 or min(minutes) not in late


def test_of_how_long_somebody_was_away_who_keeps_the_record_reads_and_other_agencies_do_not() -> None:
    seat = Attendance("call", JOINT.id, "p-other", START, START + timedelta(minutes=20), away=3)
    record = Record(CALL, attendance=(seat,), minutes=SENT)
    read_by = {r.contact_id: [a.away for a in audience.cut_attendance(r, record, NOW)] for r in EVERYBODY}
    assert (read_by[SECRETARY.contact_id], read_by[AGENCY.contact_id]) == ([3], [0])
    assert [read_by[guest.contact_id] for guest in GUESTS] == [[]] * len(GUESTS)


@given(st.integers(0, 30), st.integers(0, 3600))
def test_nobody_is_away_for_less_than_a_minute_and_no_gap_grows_less(before: int, seconds: int) -> None:
    seat = Attendance("call", "a", "one", START, START, before)
    assert roll.away([seat], "a", START + timedelta(seconds=seconds))["one"] >= before + 1
