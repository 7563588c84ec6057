"""Proves who may answer an invitation, and until when."""

from datetime import timedelta

from bot.invitations import Rsvp
from handlers.announcing import move_call
from handlers.answering import rsvp
from handlers.desk import Actor
from storage import invitations
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.lists import DAY, START, leave, with_approved, with_call
from tests.slack_front import press, say

OVER = "That call is over; nothing is left to answer. `/lap calls` lists what is to come."


def test_an_answer_is_taken_until_the_call_is_over(cast: Cast) -> None:
    with_call(cast)
    leave(cast)
    cast.clock.advance(days=43, hours=5)
    answered = rsvp(cast.desk, cast.actor("nz-dia"), Rsvp.ACCEPTED, DAY).rsvp
    cast.clock.advance(hours=1)
    over = refusal_of(lambda: rsvp(cast.desk, cast.actor("nz-dia"), Rsvp.DECLINED, DAY))
    assert (answered, over) == (Rsvp.ACCEPTED, OVER)


def test_a_button_of_a_call_that_is_over_answers_nothing(cast: Cast) -> None:
    call_id = with_call(cast)
    leave(cast)
    cast.clock.advance(days=44)
    assert refusal_of(lambda: rsvp(cast.desk, cast.actor("nz-dia"), Rsvp.DECLINED, None, call_id)) == OVER


def counted(cast: Cast, who: Actor) -> list[tuple[Rsvp, Rsvp | None]]:
    with cast.desk.store.read() as tx:
        return [(c.rsvp, c.rsvp_before) for c in invitations.of_person(tx, who.contact.id)]


def yes_buttons(cast: Cast, who: Actor) -> list[str]:
    sent = [s for s in leave(cast) if s.email == who.contact.email]
    return [b.value for s in sent for b in s.notice.buttons if b.action == "rsvp.yes"]


def test_a_button_beside_the_earlier_times_of_a_moved_call_answers_nothing(cast: Cast) -> None:
    with_call(cast)
    who = cast.actor("nz-dia")
    [early] = yes_buttons(cast, who)
    move_call(cast.desk, cast.secretary, DAY, START + timedelta(hours=3))
    cast.clock.advance(minutes=1)
    [late] = yes_buttons(cast, who)
    said = press(cast, who, "rsvp.yes", early).text
    assert said.startswith("The times of that call have changed since you were shown them: it is now Wed 17 Feb 2027, ")
    assert counted(cast, who) == [(Rsvp.NEEDS_ACTION, None)]
    assert press(cast, who, "rsvp.yes", late).text.startswith(
        "You are expected at Case updates, Wed 17 Feb 2027, 05:00"
    )
    assert counted(cast, who) == [(Rsvp.ACCEPTED, None)]


def test_an_answer_to_the_new_times_counts_before_the_new_entry_has_left(cast: Cast) -> None:
    """It was told as one to the new time, and then taken for one to the earlier: who had said yes was missing."""
    with_call(cast)
    who = cast.actor("nz-dia")
    leave(cast)
    rsvp(cast.desk, who, Rsvp.DECLINED, DAY)
    move_call(cast.desk, cast.secretary, DAY, START + timedelta(hours=3))
    rsvp(cast.desk, who, Rsvp.ACCEPTED, DAY)
    cast.clock.advance(minutes=1)
    mails = [s for s in leave(cast) if s.email == who.contact.email and s.notice.copy]
    assert [s.notice.copy and (s.notice.copy.start, s.notice.copy.sequence) for s in mails] == [
        (START + timedelta(hours=3), 1)
    ]
    assert counted(cast, who) == [(Rsvp.ACCEPTED, Rsvp.DECLINED)]


def test_an_answer_before_a_guest_may_be_told_of_a_narrowing_shows_nothing_of_it(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    who = cast.actor("harbour-bank")
    [button] = yes_buttons(cast, who)
    assert "The invitations of harbour-bank change." in say(cast, cast.secretary, f"segment {DAY}/1 20").text
    assert press(cast, who, "rsvp.yes", button).text.startswith("You are expected at")
    with cast.desk.store.read() as tx:
        [copy] = invitations.of_person(tx, who.contact.id)
    assert (copy.rsvp, copy.sequence, copy.end - copy.start) == (Rsvp.ACCEPTED, 0, timedelta(minutes=30))
