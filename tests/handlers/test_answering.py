"""Proves who may answer an invitation, and until when."""

from bot.invitations import Rsvp
from handlers.answering import rsvp
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.lists import DAY, leave, with_call

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
