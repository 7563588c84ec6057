"""A hold keeps what is about a person, a call or everything from being erased and from ageing away until lifted."""

import pytest

from bot.contact_words import NewContact
from handlers.contacts import add_contact, remove_contact
from handlers.erasing import erase_subject
from handlers.holds import add_hold, lift_hold, standing_holds
from handlers.identity import the_machine
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.lists import DAY, with_approved

MACHINE = the_machine("command line")
BANK = "jane@harbour-bank.example"


@pytest.fixture
def left(cast: Cast) -> Cast:
    """A cast whose Jane of Harbour Bank was approved for a call and left since."""
    add_contact(cast.desk, cast.secretary, NewContact(BANK, "Jane Roe", "harbour-bank"))
    with_approved(cast, BANK)
    remove_contact(cast.desk, cast.secretary, BANK)
    return cast


@pytest.mark.parametrize("about", [BANK, BANK.upper(), DAY, None])
def test_a_held_person_is_not_erased_before_the_hold_is_lifted(left: Cast, about: str | None) -> None:
    hold = add_hold(left.desk, MACHINE, "Request of the court", about)
    said = refusal_of(lambda: erase_subject(left.desk, MACHINE, BANK))
    lift_hold(left.desk, MACHINE, hold.reference.lower())
    assert said == (
        f"{BANK} cannot be erased while a hold stands: `{hold.reference}` (Request of the court). "
        "`lap hold lift REFERENCE` ends one."
    )
    assert erase_subject(left.desk, MACHINE, BANK).former == ("former contact of harbour-bank",)


def test_a_hold_of_somebody_elses_holds_nobody_up(left: Cast) -> None:
    add_hold(left.desk, MACHINE, "Request of the court", "liaison@oecd.example")
    assert erase_subject(left.desk, MACHINE, BANK).former == ("former contact of harbour-bank",)


def test_holds_are_listed_with_what_they_are_about(left: Cast) -> None:
    for about in (BANK, DAY, None):
        add_hold(left.desk, MACHINE, f"Reason {about}", about)
    listed = [(h.about, h.reason) for h in standing_holds(left.desk, MACHINE)]
    assert sorted(listed) == sorted([(BANK, f"Reason {BANK}"), ("2027-02-16", f"Reason {DAY}"), ("", "Reason None")])


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_a_hold_without_a_reason_is_refused(left: Cast, reason: str) -> None:
    assert refusal_of(lambda: add_hold(left.desk, MACHINE, reason, BANK)) == (
        'A hold needs a reason in words, as in: lap hold add "Request of the court of 3 May" jane@example.org'
    )


def test_a_hold_of_nobody_or_of_no_call_is_refused(left: Cast) -> None:
    said = [
        refusal_of(lambda about=about: add_hold(left.desk, MACHINE, "Court", about))
        for about in ("x@y.zz", "1999-01-01")
    ]
    assert said[0] == "Nobody with the address x@y.zz is or was a contact, so there is nothing to hold."
    assert (said[1] or "").startswith("I know no call “1999-01-01”")


def test_a_hold_that_does_not_stand_cannot_be_lifted(left: Cast) -> None:
    hold = add_hold(left.desk, MACHINE, "Court")
    lift_hold(left.desk, MACHINE, hold.reference)
    assert refusal_of(lambda: lift_hold(left.desk, MACHINE, hold.reference)) == (
        f"No hold stands under {hold.reference}. `lap hold list` shows those that do."
    )
