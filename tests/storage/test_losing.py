"""What is asked before somebody loses a part is the same in one statement as in two."""

import pytest

from storage import attendees, exposures
from storage.losing import left_and_not_told
from tests.cast import Cast
from tests.lists import DAY, leave, with_approved
from tests.slack_front import say
from tests.statements import heard


@pytest.mark.parametrize("on", ["cast", pytest.param("postgres_cast", marks=[pytest.mark.postgres, pytest.mark.long])])
def test_what_left_and_what_nobody_was_told_of_are_read_together(on: str, request: pytest.FixtureRequest) -> None:
    house: Cast = request.getfixturevalue(on)
    call = with_approved(house, "harbour-bank", "oecd")
    house.clock.advance(minutes=5)
    leave(house)
    say(house, house.actor("fr-cnil"), f"object harbour-bank to {DAY}/1")
    people = [house.actor(who).contact.id for who in ("harbour-bank", "oecd")]
    with house.desk.store.read() as tx:
        apart = (
            exposures.of_people(tx, people, house.clock(), [call]),
            attendees.not_told(tx, [call], "invitation"),
        )
        with heard(house.desk.store) as asked:
            together = left_and_not_told(tx, people, [call], "invitation", house.clock())
    assert (together, len(asked), [len(it) > 0 for it in apart]) == (apart, 1, [True, True])
