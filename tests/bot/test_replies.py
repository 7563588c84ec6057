"""Proves which answers by calendar count, and that nothing else does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.invitations import Invitation, Rsvp
from bot.replies import AHEAD_BY, Answer, Holder, Method, Outcome, Sender, judge

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
START = NOW + timedelta(days=15)
COPY = Invitation(
    "copy@lap.example", "call", "person", 0, 3, 4, NOW - timedelta(days=2), NOW - timedelta(days=9), START,
    START + timedelta(minutes=30), "Reports", cancelled=False,
)  # fmt: skip
PERSON = Holder("abuse@bank.example", "bank")
SENDER = Sender("abuse@bank.example", "bank", authentic=True)
YES = Answer(Method.REPLY, COPY.uid, 3, NOW - timedelta(minutes=5), "abuse@bank.example", Rsvp.ACCEPTED)


def judged(
    answer: Answer = YES, sender: Sender = SENDER, copy: Invitation | None = COPY, stamp: datetime | None = None
) -> Outcome:
    return judge(answer, sender, copy, PERSON if copy else None, stamp, NOW)


def test_an_authentic_answer_of_the_person_to_what_they_hold_counts() -> None:
    assert judged() is Outcome.COUNTED


def test_an_answer_that_is_not_proved_to_come_from_its_sender_is_shown_and_counts_nothing() -> None:
    assert judged(sender=replace(SENDER, authentic=False)) is Outcome.UNVERIFIED


def test_an_answer_to_a_uid_that_was_never_given_out_is_strange() -> None:
    assert judged(copy=None) is Outcome.STRANGE


def test_an_answer_to_the_time_before_a_move_is_stale() -> None:
    assert judged(replace(YES, sequence=2)) is Outcome.STALE


def test_an_answer_to_a_revision_that_was_never_sent_is_stale_too() -> None:
    assert judged(replace(YES, sequence=2**31 - 1)) is Outcome.STALE


def test_an_old_answer_sent_again_is_not_counted_again() -> None:
    assert judged(stamp=YES.dtstamp) is Outcome.REPEATED


def test_a_later_answer_takes_the_place_of_an_earlier_one() -> None:
    assert judged(stamp=NOW - timedelta(minutes=6)) is Outcome.COUNTED


def test_an_answer_from_the_time_to_come_waits_as_it_would_keep_later_ones_out() -> None:
    assert [judged(replace(YES, dtstamp=NOW + by)) for by in (timedelta(hours=1), timedelta(hours=1, seconds=1))] == [
        Outcome.COUNTED,
        Outcome.AHEAD,
    ]


def test_an_answer_without_its_time_is_not_counted() -> None:
    assert judged(replace(YES, dtstamp=None)) is Outcome.REPEATED


def test_an_answer_for_a_call_that_is_over_changes_nothing() -> None:
    assert judged(copy=replace(COPY, start=NOW - timedelta(hours=2), end=NOW)) is Outcome.OVER


def test_an_answer_to_a_copy_that_was_taken_back_changes_nothing() -> None:
    assert judged(copy=replace(COPY, cancelled=True)) is Outcome.OVER


def test_a_colleague_of_the_person_is_shown_to_the_secretariat() -> None:
    colleague = Sender("fraud@bank.example", "bank", authentic=True)
    assert judged(replace(YES, attendee="fraud@bank.example"), colleague) is Outcome.COLLEAGUE


def test_an_unknown_address_of_the_persons_own_mail_domain_is_shown_as_a_colleague() -> None:
    colleague = Sender("jane.doe@bank.example", None, authentic=True)
    assert [judged(YES, colleague), judged(YES, replace(colleague, address="jane@elsewhere.example"))] == [
        Outcome.COLLEAGUE,
        Outcome.UNVERIFIED,
    ]


def test_somebody_of_another_organisation_is_a_party_crasher() -> None:
    crasher = Sender("abuse@telecom.example", "telecom", authentic=True)
    assert [judged(replace(YES, attendee=a), crasher) for a in ("abuse@telecom.example", YES.attendee)] == [
        Outcome.STRANGE,
        Outcome.STRANGE,
    ]


def test_an_address_that_nobody_knows_and_that_answers_for_the_person_is_shown_as_unproved() -> None:
    service = Sender("noreply@calendars.example", None, authentic=True)
    assert [judged(replace(YES, attendee=a), service) for a in (YES.attendee, service.address)] == [
        Outcome.UNVERIFIED,
        Outcome.STRANGE,
    ]


def test_the_person_cannot_bring_another_by_naming_them_as_the_attendee() -> None:
    assert judged(replace(YES, attendee="friend@elsewhere.example")) is Outcome.STRANGE


def test_a_delegation_is_for_the_secretariat_to_decide() -> None:
    assert judged(replace(YES, delegated=True, rsvp=None)) is Outcome.DELEGATED


def test_a_proposal_of_another_time_is_a_wish() -> None:
    assert judged(replace(YES, method=Method.COUNTER)) is Outcome.WISH


def test_somebody_who_asks_anew_gets_their_own_copy() -> None:
    assert judged(replace(YES, method=Method.REFRESH, rsvp=None, dtstamp=None)) is Outcome.REFRESHED


@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_secretariat_looks_at_all_that_changes_nothing_by_itself(outcome: Outcome) -> None:
    settled = {Outcome.COUNTED, Outcome.REFRESHED, Outcome.REPEATED, Outcome.OVER}
    assert outcome.waits is (outcome not in settled)


answers = st.builds(
    Answer,
    st.sampled_from(Method),
    st.just(COPY.uid),
    st.integers(-1, 9),
    st.none() | st.datetimes(NOW.replace(tzinfo=None) - timedelta(days=3), timezones=st.just(UTC)),
    st.sampled_from(["abuse@bank.example", "fraud@bank.example", "abuse@telecom.example", ""]),
    st.none() | st.sampled_from(Rsvp),
    st.booleans(),
)
senders = st.builds(
    Sender,
    st.sampled_from(["abuse@bank.example", "fraud@bank.example", "abuse@telecom.example"]),
    st.none() | st.sampled_from(["bank", "telecom"]),
    st.booleans(),
)


@given(answers, senders, st.none() | st.just(NOW - timedelta(minutes=5)))
def test_nothing_counts_but_the_persons_own_proved_and_newer_answer_to_what_stands(
    answer: Answer, sender: Sender, stamp: datetime | None
) -> None:
    counted = judged(answer, sender, stamp=stamp) is Outcome.COUNTED
    own = sender.authentic and sender.address == answer.attendee == PERSON.address and not answer.delegated
    newer = answer.dtstamp is not None and (stamp or answer.dtstamp - timedelta(1)) < answer.dtstamp <= NOW + AHEAD_BY
    assert counted is (
        own and newer and answer.sequence == 3 and answer.method is Method.REPLY and answer.rsvp is not None
    )
