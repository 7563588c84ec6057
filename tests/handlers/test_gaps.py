"""Proves what the secretariat is told of a gap in somebody's parts of a call, whatever its cause."""

import pytest

from bot.topics import AudienceKind
from handlers.attendees import admit, unadmit
from handlers.circulation import approve_list, circulate
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.segments import PartChange, add_segment, change_segment
from handlers.windows import window
from tests.cast import Cast
from tests.lists import DAY, Sent, arrive, leave, with_call

BANK = "abuse-desk@harbour-bank.example"
SEATS = {"secretariat@us-ftc.example", "secretariat@gb-oft.example"}


def admitted(cast: Cast) -> None:
    """Harbour Bank circulated for three joint parts in a row."""
    with_call(cast)
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 20, "Middle")
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 10, "Trends")
    admit(cast.desk, cast.secretary, ["harbour-bank"], DAY, ["1", "2", "3"])
    circulate(cast.desk, cast.secretary, DAY, None)


def approved(cast: Cast) -> None:
    admitted(cast)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    arrive(cast)


def unadmitted(cast: Cast) -> None:
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY, ["2"])


def objected(cast: Cast) -> None:
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank", calls=((DAY, ("2",)),)))


def closed(cast: Cast) -> None:
    change_segment(cast.desk, cast.secretary, f"{DAY}/2", PartChange(audience=AudienceKind.AGENCIES))


def reordered(cast: Cast) -> None:
    """The closed rest of the call comes between the second and the third joint part."""
    change_segment(cast.desk, cast.secretary, f"{DAY}/4", PartChange(by=-1))


def gaps(sent: list[Sent]) -> list[Sent]:
    return [s for s in sent if s.kind == "gap"]


@pytest.mark.parametrize("cause", [unadmitted, objected, closed, reordered])
def test_a_gap_is_told_to_the_secretariat_alone_and_once_whatever_its_cause(cast: Cast, cause) -> None:  # type: ignore[no-untyped-def]
    approved(cast)
    cause(cast)
    told = gaps(leave(cast))
    assert sorted((s.email, s.door) for s in told) == sorted((e, d) for e in SEATS for d in ("mail", "slack"))
    cast.clock.advance(days=1)
    assert gaps(leave(cast)) == []


def test_the_word_of_a_gap_names_what_is_kept_and_the_commands_that_choose(cast: Cast) -> None:
    approved(cast)
    unadmitted(cast)
    notice = next(s.notice for s in gaps(leave(cast)) if s.email == "secretariat@gb-oft.example")
    assert notice.subject == (
        "A gap in somebody's parts: Case updates, Tue 16 Feb 2027, 13:00 Europe/London (13:00 UTC)"
    )
    assert notice.paragraphs == (
        "In Case updates, Tue 16 Feb 2027, 13:00-14:30 Europe/London (13:00-14:30 UTC), Harbour Bank (Spam enforcement "
        "contact) may still join 1 Reports, 13:00-13:30 Europe/London (13:00-13:30 UTC), and 3 Trends, 13:50-14:00 "
        "Europe/London (13:50-14:00 UTC); there is a gap between them. Until you decide, they keep 1 Reports: "
        "two invitations would tell that something takes place in between.",
        f"To give them another part, or both although the gap tells: `/lap window {BANK} {DAY}/3`, "
        f"`/lap window {BANK} {DAY}/1 {DAY}/3`. Or change the order of the parts.",
    )


def test_a_gap_that_is_there_at_approval_is_told(cast: Cast) -> None:
    admitted(cast)
    objected(cast)
    leave(cast)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    assert {s.email for s in gaps(leave(cast))} == SEATS


def test_a_gap_that_the_secretariat_chose_in_before_it_was_told_is_told_no_more(cast: Cast) -> None:
    approved(cast)
    unadmitted(cast)
    window(cast.desk, cast.secretary, "harbour-bank", DAY, ["3"])
    assert gaps(leave(cast)) == []


def test_no_gap_is_told_of_where_a_part_at_the_edge_is_lost(cast: Cast) -> None:
    approved(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY, ["3"])
    assert gaps(leave(cast)) == []
