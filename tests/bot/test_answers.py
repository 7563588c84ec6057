"""Proves who counts as having answered which part of a call, and who as missing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Missing, by_part, counted, why_missing
from bot.audience import Record, cut_answers
from bot.calls import Call, CallKind, CallState, Segment
from bot.invitations import Invitation, Rsvp
from bot.participants import ParticipantKind, Reader
from bot.topics import AudienceKind

START = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
PARTS = (
    Segment("joint", "Reports", AudienceKind.JOINT, 30),
    Segment("closed", "Cases", AudienceKind.AGENCIES, 60),
)
CALL = Call("call", "Case updates", CallKind.MEMBERS, CallState.ANNOUNCED, START, PARTS)
COPY = Invitation(
    "uid@lap.example", "call", "person", 0, 0, 1, START, START, START, START + timedelta(minutes=90), "Case updates",
    cancelled=False, sent_revision=1,
)  # fmt: skip


def copy(minutes: int, **more: object) -> Invitation:
    return replace(COPY, uid=f"{minutes}@lap.example", end=START + timedelta(minutes=minutes), **more)  # type: ignore[arg-type]


def test_an_answer_is_one_to_each_part_that_the_invitation_holds() -> None:
    guest, member = copy(30), copy(90)
    assert by_part(CALL, [guest, member]) == {"joint": [guest, member], "closed": [member]}


def test_who_is_no_longer_invited_is_neither_counted_nor_missing() -> None:
    assert by_part(CALL, [copy(90, cancelled=True)]) == {"joint": [], "closed": []}


def test_why_an_answer_may_be_missing() -> None:
    unsent, answered = copy(30, sent_revision=0), copy(30, rsvp=Rsvp.DECLINED)
    found = [why_missing(c, [COPY.uid]) for c in (unsent, COPY, copy(90), answered)]
    assert found == [Missing.NOT_SENT, Missing.CAME_BACK, None, None]


def test_only_the_secretariat_is_shown_what_others_answered() -> None:
    record = Record(CALL, copies=(COPY, replace(COPY, uid="2@lap.example", contact_id="other")))
    agency = Reader("other", "agency", ParticipantKind.AGENCY)
    guest = Reader("person", "bank", ParticipantKind.PRIVATE_SECTOR)
    seen = [[c.contact_id for c in cut_answers(r, record)] for r in (replace(agency, secretariat=True), agency, guest)]
    assert seen == [["person", "other"], ["other"], ["person"]]


@given(st.lists(st.sampled_from(Rsvp)))
def test_everybody_is_counted_once(answers: list[Rsvp]) -> None:
    assert sum(counted(answers).values()) == len(answers)
