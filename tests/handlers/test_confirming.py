"""Proves that a standing objection is asked about once a year, of whom, and that it stands whatever is answered."""

from handlers.confirming import ask_to_confirm
from handlers.desk import the_clock
from handlers.objecting import Asked
from handlers.objections import object_to_access
from tests.cast import Cast
from tests.lists import DAY, Sent, leave, with_call
from tests.slack_front import press, say

CNIL = "spam-enforcement@fr-cnil.example"
SEATS = ["secretariat@gb-oft.example", "secretariat@us-ftc.example"]


def raised(cast: Cast, **more: object) -> str:
    """France's standing objection to Harbour Bank, the record of it told."""
    done = object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank", standing=True, **more))  # type: ignore[arg-type]
    leave(cast)
    return done.references[0]


def after(cast: Cast, days: int) -> list[Sent]:
    """What is asked after so many days more."""
    cast.clock.advance(days=days)
    ask_to_confirm(cast.desk, the_clock())
    return [s for s in leave(cast) if s.kind == "objection.confirm"]


def mailed(sent: list[Sent]) -> list[str]:
    return sorted(s.email for s in sent if s.door == "mail")


def test_after_a_year_the_agencys_point_of_contact_is_asked_once(cast: Cast) -> None:
    raised(cast)
    assert [mailed(after(cast, days)) for days in (364, 1, 1)] == [[], [CNIL], []]


def test_unanswered_it_is_asked_again_with_the_secretariat_and_goes_on_standing(cast: Cast) -> None:
    reference = raised(cast)
    after(cast, 365)
    assert mailed(after(cast, 28)) == sorted([CNIL, *SEATS])
    assert reference in say(cast, cast.actor("fr-cnil"), "objections").text


def test_confirmed_by_its_button_it_is_asked_about_a_year_later_and_not_before(cast: Cast) -> None:
    reference = raised(cast)
    (button,) = next(s.notice.buttons for s in after(cast, 365) if s.door == "slack")
    answer = press(cast, cast.actor("fr-cnil"), button.action, button.value).text
    assert answer == (
        "For Commission nationale de l'informatique et des libertés: the standing objection "
        f"`{reference}` to Harbour Bank is confirmed. You are asked again on Wed 3 Jan 2029, 10:00 Europe/Paris "
        f"(09:00 UTC); `/lap withdraw {reference}` ends it at any time."
    )
    assert [mailed(after(cast, days)) for days in (28, 336, 1)] == [[], [], [CNIL]]


def test_the_secretariat_enters_an_agencys_confirmation_for_it(cast: Cast) -> None:
    reference = raised(cast)
    after(cast, 365)
    assert "is confirmed." in say(cast, cast.secretary, f"objections confirm {reference} for fr-cnil").text
    assert after(cast, 28) == []


def test_what_is_withdrawn_ran_out_or_is_for_one_call_is_not_asked_about(cast: Cast) -> None:
    with_call(cast)
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("oecd", calls=((DAY, ()),)))
    raised(cast, until=cast.clock.at.replace(month=6))
    say(cast, cast.actor("nz-dia"), "object harbour-bank standing")
    say(cast, cast.actor("nz-dia"), "undo go")
    leave(cast)
    assert after(cast, 365) == []


def test_another_agencys_objection_is_told_as_one_that_is_not_there(cast: Cast) -> None:
    reference = raised(cast)
    other = say(cast, cast.actor("nz-dia"), f"objections confirm {reference}").text
    assert other == say(cast, cast.actor("nz-dia"), "objections confirm K7M2QX").text.replace("K7M2QX", reference)
