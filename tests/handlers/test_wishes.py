"""Proves what becomes of a time that somebody proposes (COUNTER): a wish, declined to that person alone or met."""

from datetime import timedelta

import pytest

from bot.invitations import Invitation
from bot.replies import Method, Outcome
from handlers.announcing import move_call
from handlers.attendees import unadmit
from handlers.mail.door import MailDoor
from handlers.mail.smtp import Smtp
from handlers.mailed_by_hand import decline_wish, latest_mail
from handlers.mailed_words import buttons_of, words_of
from handlers.slack.asked import Asked, Pressed
from handlers.slack.mailed import mail, press_decline, press_move
from handlers.slack.reply import Reply
from storage.outbox import Errand
from storage.tables import Door
from tests.bot.refusals import refusal_of
from tests.cast import NOW, Cast
from tests.handlers.test_mailed import BANK, answering, copy_of, invited, take, to_secretariat
from tests.lists import DAY, START, Sent, arrive, leave


def wished(cast: Cast, **more: object) -> tuple[Invitation, str]:
    """Harbour Bank, invited from 13:00 to 13:30, proposes 15:00 to 15:30 of the next day; its copy, and the mail's
    reference."""
    copy = invited(cast)
    start = START + timedelta(days=1, hours=2)
    wish = {"method": Method.COUNTER, "start": start, "end": start + timedelta(minutes=30), **more}
    take(cast, answering(cast, copy, **wish))
    return copy, latest_mail(cast.desk, cast.secretary)[0].mail.reference


def to_bank(sent: list[Sent]) -> list[Sent]:
    return [s for s in sent if s.email == BANK and s.door == Door.MAIL]


def pressed(cast: Cast, action: str, value: str) -> Pressed:
    return Pressed(cast.desk, cast.secretary, action, value, "T", "U", "C", "trigger")


def test_a_proposed_time_is_shown_in_the_secretariats_zone_and_in_utc(cast: Cast) -> None:
    wished(cast)
    told = to_secretariat(leave(cast))[0].text
    span = "Wed 17 Feb 2027, 10:00-10:30 America/New_York (15:00-15:30 UTC)"
    shown = f"would rather have the time {span} for the call of 2027-02-16"
    assert shown in told


def test_the_move_that_would_meet_it_is_given_as_it_is_typed(cast: Cast) -> None:
    _, reference = wished(cast)
    words = words_of(latest_mail(cast.desk, cast.secretary)[0], cast.secretary.zone)
    assert words[-2:] == (
        "To move the call so: /lap call move 2027-02-16 to 2027-02-17 15:00 UTC (it shows who would be told before "
        "anything leaves)",
        f"To tell them, and nobody else, that the time stays: /lap mail {reference} decline",
    )


def test_the_button_shows_the_move_and_moves_nothing(cast: Cast) -> None:
    copy, reference = wished(cast)
    leave(cast)
    reply = press_move(pressed(cast, "mail.move", reference))
    assert ("Moving “Case updates” to Wed 17 Feb 2027" in reply.text, [b.action for b in reply.buttons]) == (
        True,
        ["call"],
    )
    assert (leave(cast), copy_of(cast).start) == ([], copy.start)


def test_a_declined_wish_is_told_to_that_person_alone(cast: Cast) -> None:
    _, reference = wished(cast)
    leave(cast)
    decline_wish(cast.desk, cast.secretary, reference)
    assert [(s.email, s.door, s.kind) for s in leave(cast)] == [(BANK, "mail", "mail.declined")]


def test_the_calendar_is_told_by_declinecounter_with_the_uid_and_sequence_of_the_proposal(cast: Cast) -> None:
    copy, reference = wished(cast)
    leave(cast)
    decline_wish(cast.desk, cast.secretary, reference)
    notice = to_bank(leave(cast))[0].notice
    door = MailDoor(Smtp("smtp://127.0.0.1:1"), cast.desk.settings, "LAP")
    contact = cast.actor("harbour-bank").contact
    errand = Errand("e-1", "mail.declined", Door.MAIL, contact.id, None, reference, 0, False, NOW, NOW)
    raw = door.render(notice, errand, contact, NOW)
    assert raw == door.render(notice, errand, contact, NOW)
    assert b"text/calendar; method=DECLINECOUNTER; charset=UTF-8" in raw
    assert notice.declined is not None
    said = notice.declined
    assert (said.uid, said.sequence, said.organizer, said.attendee) == (
        copy.uid,
        copy.sequence,
        "calls@lap.example",
        BANK,
    )
    assert (said.start, said.end, said.summary) == (copy.start, copy.end, "Reports")


def test_declining_changes_neither_the_copy_nor_its_answer(cast: Cast) -> None:
    copy, reference = wished(cast)
    decline_wish(cast.desk, cast.secretary, reference)
    leave(cast)
    assert copy_of(cast) == copy


def test_it_says_in_words_that_the_time_stays(cast: Cast) -> None:
    _, reference = wished(cast)
    leave(cast)
    decline_wish(cast.desk, cast.secretary, reference)
    told = to_bank(leave(cast))[0].notice
    assert told.paragraphs == (
        "You proposed the time Wed 17 Feb 2027, 15:00-15:30 Europe/London (15:00-15:30 UTC) for Reports. Its time "
        "stays, and your invitation stands as you hold it.",
    )


def test_a_wish_is_declined_once(cast: Cast) -> None:
    _, reference = wished(cast)
    decline_wish(cast.desk, cast.secretary, reference)
    said = refusal_of(lambda: decline_wish(cast.desk, cast.secretary, reference))
    assert said == f"`{reference}` was settled already."


def test_a_move_answers_the_wish(cast: Cast) -> None:
    _, reference = wished(cast)
    move_call(cast.desk, cast.secretary, DAY, START + timedelta(days=1, hours=2))
    before = refusal_of(lambda: decline_wish(cast.desk, cast.secretary, reference))
    cast.clock.advance(minutes=1)
    arrive(cast)
    view = latest_mail(cast.desk, cast.secretary)[0]
    assert words_of(view, cast.secretary.zone)[-1] == (
        "They were sent another time since, or are invited no longer: that answered it."
    )
    assert buttons_of(view) == ()
    said = refusal_of(lambda: decline_wish(cast.desk, cast.secretary, reference))
    assert before == said
    assert said == (
        f"That call has moved since `{reference}` came in, and the person was sent the new time: that answered their "
        "wish. `/lap call 2027-02-17` shows it."
    )


def test_a_wish_of_somebody_who_is_no_longer_invited_is_not_answered(cast: Cast) -> None:
    _, reference = wished(cast)
    leave(cast)
    decline_wish(cast.desk, cast.secretary, reference)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    cast.clock.advance(minutes=3)
    assert [s.kind for s in to_bank(leave(cast))] == ["invitation"]


def test_an_answer_is_no_wish_that_could_be_declined(cast: Cast) -> None:
    take(cast, answering(cast, invited(cast), authentic=False))
    reference = latest_mail(cast.desk, cast.secretary)[0].mail.reference
    said = refusal_of(lambda: decline_wish(cast.desk, cast.secretary, reference))
    assert said == f"`{reference}` proposes no time that could be declined. `/lap mail {reference}` shows it."


def test_only_the_secretariat_declines(cast: Cast) -> None:
    _, reference = wished(cast)
    said = refusal_of(lambda: decline_wish(cast.desk, cast.actor("fr-cnil"), reference))
    assert said == ("Only the secretariat can decline a time that somebody proposes. Ask it to, at calls@lap.example.")


@pytest.mark.parametrize("by", ["command", "button"])
def test_command_and_button_say_who_is_told(cast: Cast, by: str) -> None:
    _, reference = wished(cast)
    asked = Asked(cast.desk, cast.secretary, "mail", f"{reference} decline", "", "T", "U", "C", "trigger")
    reply = mail(asked) if by == "command" else press_decline(pressed(cast, "mail.decline", reference))
    assert reply == Reply(
        "Harbour Bank (Spam enforcement contact) is told, and nobody else, that the time of the call of 2027-02-16 "
        "stays; their calendar is told the same."
    )


def test_a_proposal_to_an_earlier_time_of_the_call_is_stale(cast: Cast) -> None:
    copy = invited(cast)
    move_call(cast.desk, cast.secretary, DAY, START + timedelta(days=1))
    cast.clock.advance(minutes=1)
    arrive(cast)
    wish = answering(cast, copy, method=Method.COUNTER, start=START, end=START + timedelta(minutes=30))
    assert take(cast, wish) is Outcome.STALE


def test_a_machine_proposes_a_time_and_is_answered_only_when_the_secretariat_says_so(cast: Cast) -> None:
    _, reference = wished(cast, automatic=True)
    before = to_bank(leave(cast))
    decline_wish(cast.desk, cast.secretary, reference)
    assert (before, len(to_bank(leave(cast)))) == ([], 1)
