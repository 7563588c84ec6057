"""Proves who can be put on a list, and the words that tell why somebody cannot."""

from dataclasses import replace

import pytest

from bot.admitting import Placed, check_admits, place
from bot.calls import CallKind, Segment
from bot.participants import Participant, ParticipantKind, Sector
from bot.topics import AudienceKind
from tests.bot.refusals import refusal_of
from tests.bot.test_attendees import CALL, CLOSED, JOINT, NOW, SECOND, List, admission, objection

BANK = Participant(
    "bank", "harbour-bank", ParticipantKind.PRIVATE_SECTOR, "Harbour Bank", "GB", Sector.FINANCIAL_INSTITUTION, "UTC"
)
OECD = Participant("oecd", "oecd", ParticipantKind.OBSERVER, "OECD", "", None, "UTC")
AGENCY = Participant("agency", "fr-cnil", ParticipantKind.AGENCY, "CNIL", "FR", None, "Europe/Paris")
NAMES = {"agency": "CNIL"}


def placed(who: Participant, *named: str, known: List | None = None) -> tuple[list[str], tuple[str, ...]]:
    found: Placed = place(known or List(), who, f"c-{who.id}", named, NAMES, NOW)
    return [s.id for s in found.segments], found.why_not


def test_a_representative_is_admitted_to_every_joint_part() -> None:
    assert placed(BANK) == ([JOINT, SECOND], ())


def test_an_observer_is_admitted_to_a_closed_part_by_name() -> None:
    assert placed(OECD, CLOSED) == ([CLOSED], ())


def test_a_representative_is_told_why_a_closed_part_is_not_for_it() -> None:
    why = "Agencies is for Agencies only, and representatives join joint parts (Plan B.3)"
    assert placed(BANK, CLOSED) == ([], (why,))


def test_an_agency_is_invited_with_the_call_itself() -> None:
    assert placed(AGENCY) == ([], ("an Agency is invited with the call itself, when it is announced",))


def test_a_call_without_a_joint_part_tells_how_to_add_one() -> None:
    closed = replace(CALL, segments=(Segment(CLOSED, "Agencies", AudienceKind.AGENCIES, 90),))
    why = 'the call has no joint part; `/lap segment add CALL joint 30 "Reports"` adds one'
    assert placed(BANK, known=List(closed)) == ([], (why,))


def test_a_part_for_named_organisations_takes_only_those() -> None:
    only = replace(CALL, segments=(replace(CALL.segments[0], only=frozenset({"net"})),))
    assert placed(BANK, known=List(only)) == ([], ("Reports is only for the organisations named for it",))


def test_who_is_on_the_list_already_is_told_so() -> None:
    assert placed(BANK, JOINT, known=List(CALL, (admission(),))) == ([], ("already on the list",))


def test_the_secretariat_is_told_which_objection_keeps_somebody_out() -> None:
    why = "CNIL objects (`REF`), so Reports stays closed until it withdraws that"
    assert placed(BANK, known=List(CALL, (), (objection("bank", JOINT),))) == ([SECOND], (why,))


def test_whom_an_objection_keeps_out_is_not_said_to_be_on_the_list() -> None:
    why = "CNIL objects (`REF`), so Reports stays closed until it withdraws that"
    assert placed(BANK, JOINT, known=List(CALL, (), (objection("bank", JOINT),))) == ([], (why,))


@pytest.mark.parametrize(("kind", "says"), [
    (CallKind.MEMBERS, None),
    (CallKind.TRAINING, None),
    (
        CallKind.LAW_ENFORCEMENT,
        "“Case updates” is for law enforcement only (Plan B.3): nobody is admitted to it. "
        "Plan a members' call, or a training, for the private sector's part.",
    ),
])  # fmt: skip
def test_a_call_for_law_enforcement_admits_nobody(kind: CallKind, says: str | None) -> None:
    assert refusal_of(lambda: check_admits(replace(CALL, kind=kind))) == says
