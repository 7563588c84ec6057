"""Proves that the secretariat sees who answered what, part by part, and who is missing, whichever door it came by."""

from datetime import timedelta

from bot.invitations import Rsvp
from bot.replies import Incoming, Outcome, Returned
from handlers.announcing import move_call
from handlers.answering import rsvp
from handlers.desk import the_clock
from handlers.links import page_link
from handlers.mailed import take_mail
from handlers.page import answer_on_page, show_page
from handlers.work import Reading
from tests.cast import Cast
from tests.delivered import deliver_quietly
from tests.handlers.test_mailed import BANK, answering, invited, place, take
from tests.lists import DAY, GUESTS, START, arrive, with_approved, with_call
from tests.slack_front import say


def told(cast: Cast, line: str = f"answers {DAY}") -> list[str]:
    return say(cast, cast.secretary, line).text.splitlines()


def guests(cast: Cast) -> list[str]:
    """The lines of the answers that are about the three guests."""
    return [line for line in told(cast) if line.startswith(("• Harbour", "• Meridian", "• Organisation"))]


def on_page(cast: Cast, short_name: str, answer: Rsvp) -> None:
    """Answers by the form on somebody's page."""
    actor = cast.actor(short_name)
    with cast.desk.store.begin() as tx:
        link = page_link(Reading(cast.desk, tx, actor, cast.clock()), actor.contact.id)
    token = link.rpartition("/")[2]
    page = show_page(cast.desk, token)
    assert page is not None
    form = page.calls[0].form
    assert form is not None
    answer_on_page(cast.desk, the_clock(), token, form, answer)


def test_an_answer_by_mail_in_slack_or_on_the_page_is_one_answer(cast: Cast) -> None:
    copy = invited(cast, *GUESTS)
    take(cast, answering(cast, copy))
    rsvp(cast.desk, cast.actor("meridian-net"), Rsvp.DECLINED, DAY)
    on_page(cast, "oecd", Rsvp.TENTATIVE)
    at = "Mon 4 Jan 2027, 05:00 America/New_York (10:00 UTC)"
    assert guests(cast) == [
        f"• Harbour Bank (Spam enforcement contact): yes, {at}",
        f"• Organisation for Economic Co-operation and Development (Liaison): maybe, {at}",
        f"• Meridian Net (Spam enforcement contact): no, {at}",
    ]


def test_a_later_answer_by_another_door_takes_the_place_of_an_earlier_one(cast: Cast) -> None:
    copy = invited(cast)
    take(cast, answering(cast, copy))
    cast.clock.advance(minutes=5)
    rsvp(cast.desk, cast.actor("harbour-bank"), Rsvp.TENTATIVE, DAY)
    assert "• Harbour Bank (Spam enforcement contact): maybe" in guests(cast)[-1]


def test_each_part_counts_those_whose_time_holds_it_and_their_names_come_on_pages(cast: Cast) -> None:
    with_approved(cast)
    deliver_quietly(cast)
    rsvp(cast.desk, cast.actor("harbour-bank"), Rsvp.ACCEPTED, DAY)
    assert told(cast)[1:4] == [
        "1 Reports, 08:00-08:30 America/New_York (13:00-13:30 UTC): 37 missing, 1 yes, 0 maybe, 0 no",
        "2 Agencies, 08:30-09:30 America/New_York (13:30-14:30 UTC): 35 missing, 0 yes, 0 maybe, 0 no",
        "*1 Reports*",
    ]
    assert told(cast)[-1] == f"… the rest: `/lap answers {DAY} page 2`"


def test_what_was_answered_stands_above_who_is_missing_who_share_a_line(cast: Cast) -> None:
    with_approved(cast)
    deliver_quietly(cast)
    rsvp(cast.desk, cast.actor("harbour-bank"), Rsvp.ACCEPTED, DAY)
    lines = told(cast)
    part = lines[lines.index("*1 Reports*") + 1 :]
    assert part[0].startswith("• Harbour Bank (Spam enforcement contact): yes, ")
    assert (part[1].startswith("• no answer: "), part[2]) == (True, "*2 Agencies*")
    asked = told(cast, f"answers {DAY} missing")
    assert sum(line.endswith(": no answer") for line in asked) > 20


def test_only_the_missing_are_named_where_they_are_asked_for(cast: Cast) -> None:
    take(cast, answering(cast, invited(cast)))
    assert [line for line in told(cast, f"answers {DAY} missing") if "Harbour" in line] == []


def test_an_answer_to_the_time_before_a_move_stands_beside_the_missing_one(cast: Cast) -> None:
    copy = invited(cast)
    take(cast, answering(cast, copy))
    move_call(cast.desk, cast.secretary, DAY, START + timedelta(days=1))
    cast.clock.advance(minutes=1)
    arrive(cast)
    lines = told(cast, "answers 2027-02-17")
    assert "• Harbour Bank (Spam enforcement contact): no answer; “yes” to the time before" in lines


def test_who_was_not_reached_is_missing_for_a_reason(cast: Cast) -> None:
    copy = invited(cast)
    returned = (Returned(BANK, uid=copy.uid),)
    take_mail(cast.desk, the_clock(), Incoming(returned=returned, automatic=True), place())
    said = "• Harbour Bank (Spam enforcement contact): no answer; the invitation came back, see `/lap mail`"
    assert said in guests(cast)


def test_a_call_shows_how_many_answered(cast: Cast) -> None:
    take(cast, answering(cast, invited(cast)))
    assert "Answers: 0 missing, 1 yes, 0 maybe, 0 no (`/lap answers 2027-02-16`)." in told(cast, f"call {DAY}")


def test_nobody_else_is_shown_who_answered(cast: Cast) -> None:
    with_call(cast)
    deliver_quietly(cast)
    said = say(cast, cast.actor("nz-dia"), f"call {DAY}").text
    assert ("Answers" in said, "secretariat" in say(cast, cast.actor("nz-dia"), f"answers {DAY}").text) == (False, True)


def test_a_call_that_nobody_is_invited_to_says_so(cast: Cast) -> None:
    say(cast, cast.secretary, 'call add 2027-03-16 13:00 UTC for 60 "Evening"')
    assert told(cast, "answers 2027-03-16") == [
        "Nobody holds an invitation to “Evening” (`2027-03-16`), Tue 16 Mar 2027, 09:00-10:00 America/New_York "
        "(13:00-14:00 UTC). `/lap call 2027-03-16` shows how far it is."
    ]


def test_mail_is_taken_and_answered_alike_on_postgresql(postgres_cast: Cast) -> None:
    cast, copy = postgres_cast, invited(postgres_cast, *GUESTS)
    where = place()
    taken = [take_mail(cast.desk, the_clock(), answering(cast, copy), where) for _ in range(2)]
    rsvp(cast.desk, cast.actor("meridian-net"), Rsvp.DECLINED, DAY)
    cast.clock.advance(minutes=5)
    take(cast, answering(cast, copy, Rsvp.TENTATIVE, words="Perhaps"))
    take(cast, Incoming(sender=BANK, words="Away", automatic=True))
    assert (taken, [line.partition(", ")[0] for line in guests(cast)[:2]]) == (
        [Outcome.COUNTED, None],
        ["• Harbour Bank (Spam enforcement contact): maybe", "• Meridian Net (Spam enforcement contact): no"],
    )
