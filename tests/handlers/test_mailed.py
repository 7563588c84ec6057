"""Proves what becomes of mail that came in: what counts is counted once, all else the secretariat reads."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.contact_words import NewContact
from bot.invitations import Invitation, Rsvp
from bot.participants import Role
from bot.replies import Answer, Incoming, MailKind, Method, Outcome, Returned
from handlers.announcing import move_call
from handlers.answering import rsvp
from handlers.attendees import unadmit
from handlers.contacts import add_contact
from handlers.desk import the_clock
from handlers.mailed import Place, take_mail
from handlers.mailed_by_hand import count_answer, latest_mail, read_mail
from storage import directory, invitations
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.lists import DAY, Sent, arrive, leave, with_approved
from tests.statements import heard

BANK = "abuse-desk@harbour-bank.example"
SECRETARIAT = "secretariat@us-ftc.example"
_uids = iter(range(1, 10_000))


def place(uid: int | None = None) -> Place:
    return Place("calls@mx:993/INBOX", 7, uid or next(_uids))


def copy_of(cast: Cast, short_name: str = "harbour-bank") -> Invitation:
    with cast.desk.store.read() as tx:
        return invitations.of_person(tx, cast.actor(short_name).contact.id)[0]


def invited(cast: Cast, *names: str) -> Invitation:
    """Harbour Bank (and others of *names*) hold their invitations; what it holds."""
    with_approved(cast, *(names or ("harbour-bank",)))
    arrive(cast)
    cast.clock.advance(hours=1)
    return copy_of(cast)


def answering(cast: Cast, copy: Invitation, answer: Rsvp | None = Rsvp.ACCEPTED, **more: object) -> Incoming:
    """A proved mail of Harbour Bank with its answer to *copy*."""
    said = Answer(Method.REPLY, copy.uid, copy.sequence, cast.clock(), BANK, answer)
    of_answer = {n: more.pop(n) for n in list(more) if n in Answer.__slots__}
    mail = Incoming(sender=BANK, subject="Accepted: Reports", authentic=True, answers=(replace(said, **of_answer),))
    return replace(mail, **more)


def take(cast: Cast, mail: Incoming | None, uid: int | None = None) -> Outcome | None:
    return take_mail(cast.desk, the_clock(), mail, place(uid))


def to_secretariat(sent: list[Sent]) -> list[Sent]:
    return [s for s in sent if s.email == SECRETARIAT and s.kind.startswith("mail.") and s.door == "mail"]


# --- what counts ---


def test_an_answer_by_mail_is_the_persons_answer(cast: Cast) -> None:
    copy = invited(cast)
    take(cast, answering(cast, copy))
    assert copy_of(cast).rsvp is Rsvp.ACCEPTED


def test_an_answer_that_counts_without_a_word_tells_nobody(cast: Cast) -> None:
    take(cast, answering(cast, invited(cast)))
    assert to_secretariat(leave(cast)) == []


def test_words_beside_an_answer_that_counts_wait_for_the_digest(cast: Cast) -> None:
    take(cast, answering(cast, invited(cast), words="I shall be ten minutes late"))
    now = to_secretariat(leave(cast))
    cast.clock.advance(days=1)
    later = to_secretariat(leave(cast))
    assert (now, "I shall be ten minutes late" in later[0].text) == ([], True)


def test_the_same_mail_is_taken_once(cast: Cast) -> None:
    copy = invited(cast)
    take(cast, answering(cast, copy), uid=40)
    assert take(cast, answering(cast, copy, Rsvp.DECLINED, dtstamp=cast.clock() + timedelta(1)), uid=40) is None


def test_an_old_answer_sent_again_changes_nothing(cast: Cast) -> None:
    copy = invited(cast)
    old = answering(cast, copy)
    take(cast, old)
    cast.clock.advance(minutes=5)
    take(cast, answering(cast, copy, Rsvp.DECLINED))
    assert (take(cast, old), copy_of(cast).rsvp) == (Outcome.REPEATED, Rsvp.DECLINED)


def test_an_answer_in_slack_is_not_undone_by_an_older_one_by_mail(cast: Cast) -> None:
    copy = invited(cast)
    old = answering(cast, copy)
    cast.clock.advance(minutes=5)
    rsvp(cast.desk, cast.actor("harbour-bank"), Rsvp.DECLINED, DAY)
    assert (take(cast, old), copy_of(cast).rsvp) == (Outcome.REPEATED, Rsvp.DECLINED)


def test_an_answer_to_the_time_before_a_move_is_shown_and_not_counted(cast: Cast) -> None:
    copy = invited(cast)
    move_call(cast.desk, cast.secretary, DAY, datetime(2027, 2, 17, 13, 0, tzinfo=UTC))
    cast.clock.advance(minutes=1)
    arrive(cast)
    outcome = take(cast, answering(cast, copy, dtstamp=cast.clock() + timedelta(minutes=1)))
    assert (outcome, copy_of(cast).rsvp) == (Outcome.STALE, Rsvp.NEEDS_ACTION)


def test_a_clock_set_back_counts_no_replayed_answer(cast: Cast) -> None:
    copy = invited(cast)
    yes = answering(cast, copy)
    take(cast, yes)
    cast.clock.advance(minutes=1)
    take(cast, answering(cast, copy, Rsvp.DECLINED))
    cast.clock.advance(days=-1)
    assert (take(cast, yes), copy_of(cast).rsvp) == (Outcome.REPEATED, Rsvp.DECLINED)


# --- what the secretariat reads ---


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"authentic": False}, "nothing proves that it comes from there, so it was not counted."),
        ({"delegated": True}, "wants somebody else to come in their place"),
        (
            {"sender": "spam-enforcement@fr-cnil.example"},
            "It answers an invitation that is not its sender's, or is no longer.",
        ),
        ({"uid": "another@lap.example"}, "It answers an invitation that is not its sender's, or is no longer."),
        ({"method": Method.COUNTER}, "would rather have another time for the call of 2027-02-16."),
    ],
)
def test_an_answer_that_does_not_count_is_told_to_the_secretariat_at_once(
    cast: Cast, changed: dict[str, object], says: str
) -> None:
    copy = invited(cast)
    take(cast, answering(cast, copy, **changed))
    told = to_secretariat(leave(cast))
    assert (len(told), says in told[0].text, copy_of(cast).rsvp) == (1, True, Rsvp.NEEDS_ACTION)


def test_the_secretariat_may_count_an_unproved_answer_itself(cast: Cast) -> None:
    take(cast, answering(cast, invited(cast), authentic=False))
    reference = latest_mail(cast.desk, cast.secretary)[0].mail.reference
    count_answer(cast.desk, cast.secretary, reference)
    assert copy_of(cast).rsvp is Rsvp.ACCEPTED


def test_an_answer_is_counted_by_hand_once(cast: Cast) -> None:
    take(cast, answering(cast, invited(cast), authentic=False))
    reference = latest_mail(cast.desk, cast.secretary)[0].mail.reference
    count_answer(cast.desk, cast.secretary, reference)
    said = refusal_of(lambda: count_answer(cast.desk, cast.secretary, reference))
    assert said == f"`{reference}` was settled already."


def test_a_colleagues_answer_is_shown_as_answered_for_the_one_invited(cast: Cast) -> None:
    copy = invited(cast)
    answer = answering(cast, copy, sender="fraud@harbour-bank.example", authentic=True)
    with_colleague(cast, "fraud@harbour-bank.example")
    outcome = take(cast, answer)
    told = to_secretariat(leave(cast))[0].text
    assert (outcome, "Harbour Bank (Fraud) answered “yes” for Harbour Bank (Spam enforcement contact)" in told) == (
        Outcome.COLLEAGUE,
        True,
    )


def with_colleague(cast: Cast, email: str) -> None:
    add_contact(cast.desk, cast.secretary, NewContact(email, "Fraud", "harbour-bank"))


def test_mail_in_a_persons_own_words_is_read_by_the_secretariat(cast: Cast) -> None:
    take(cast, Incoming(sender=BANK, subject="The call", words="May we bring a second speaker?", authentic=True))
    told = to_secretariat(leave(cast))
    assert [s.notice.subject for s in told] == ["Mail from Harbour Bank (Spam enforcement contact): The call"]


def test_a_stranger_is_named_as_one(cast: Cast) -> None:
    take(cast, Incoming(sender="a@b.example", subject="Hello", words="Hello", authentic=True))
    assert to_secretariat(leave(cast))[0].notice.subject == "Mail from a@b.example, who is no contact: Hello"


def test_what_a_machine_wrote_is_answered_and_told_to_nobody(cast: Cast) -> None:
    take(cast, Incoming(sender=BANK, subject="Away", words="I am away", authentic=True, automatic=True))
    assert (latest_mail(cast.desk, cast.secretary), leave(cast)) == ((), [])


def test_a_bounce_names_the_address_and_what_to_do(cast: Cast) -> None:
    take(cast, Incoming(sender="mailer-daemon@mx.example", returned=(Returned(BANK),), automatic=True))
    told = to_secretariat(leave(cast))[0].text
    assert (BANK in told, f"/lap contact replace {BANK} by NEW" in told) == (True, True)


def test_a_mail_that_cannot_be_read_is_told_and_the_next_one_taken(cast: Cast) -> None:
    take(cast, None, uid=5)
    take(cast, Incoming(sender=BANK, words="Hello", authentic=True), uid=6)
    kinds = {view.mail.kind for view in latest_mail(cast.desk, cast.secretary)}
    assert kinds == {MailKind.UNREADABLE, MailKind.WORDS}


# --- asking anew ---


def test_who_asks_anew_is_sent_their_own_copy_with_the_same_sequence(cast: Cast) -> None:
    copy = invited(cast)
    take(cast, answering(cast, copy, None, method=Method.REFRESH))
    sent = [s.notice.copy for s in leave(cast) if s.email == BANK and s.notice.copy]
    assert [(c.uid, c.sequence, c.dtstamp > copy.dtstamp) for c in sent] == [(copy.uid, copy.sequence, True)]


def test_who_asks_anew_for_an_entry_that_was_taken_back_is_told_so_again(cast: Cast) -> None:
    copy = invited(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    cast.clock.advance(minutes=3)
    leave(cast)
    cast.clock.advance(minutes=11)
    take(cast, answering(cast, copy, None, method=Method.REFRESH))
    sent = [s.notice for s in leave(cast) if s.email == BANK and s.notice.copy]
    assert [(n.copy.uid, n.copy.cancelled, n.subject) for n in sent if n.copy] == [
        (copy.uid, True, "Withdrawn: your invitation for Tue 16 Feb 2027, 13:00 Europe/London (13:00 UTC)")
    ]


def test_who_asks_anew_before_a_withdrawal_is_told_learns_nothing_of_it(cast: Cast) -> None:
    copy = invited(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    take(cast, answering(cast, copy, None, method=Method.REFRESH))
    assert [s for s in leave(cast) if s.email == BANK] == []


def test_who_asks_anew_in_a_circle_gets_one_copy(cast: Cast) -> None:
    copy = invited(cast)
    for _ in range(3):
        take(cast, answering(cast, copy, None, method=Method.REFRESH))
        cast.clock.advance(minutes=1)
    assert len([s for s in leave(cast) if s.email == BANK and s.notice.copy]) == 1


def test_a_machine_that_asks_anew_gets_nothing(cast: Cast) -> None:
    copy = invited(cast)
    take(cast, answering(cast, copy, None, method=Method.REFRESH, automatic=True))
    assert [s for s in leave(cast) if s.email == BANK] == []


# --- nobody else's ---


def test_only_the_secretariat_reads_mail(cast: Cast) -> None:
    take(cast, Incoming(sender=BANK, words="Hello", authentic=True))
    reference = latest_mail(cast.desk, cast.secretary)[0].mail.reference
    said = refusal_of(lambda: read_mail(cast.desk, cast.actor("fr-cnil"), reference))
    assert said == "Only the secretariat can read the mail that came in. Ask it to, at calls@lap.example."


def test_who_is_the_secretariat_no_longer_is_not_told_what_came_in_before(cast: Cast) -> None:
    take(cast, Incoming(sender=BANK, words="Hello", authentic=True))
    secretary = cast.secretary.contact
    with cast.desk.store.begin() as tx:
        directory.update_contact(tx, replace(secretary, roles=frozenset({Role.POINT_OF_CONTACT})))
    assert to_secretariat(leave(cast)) == []


def test_a_list_of_mails_costs_the_same_statements_however_many_answers_it_holds(cast: Cast) -> None:
    copy, spent = invited(cast), []
    for _ in range(3):
        take(cast, answering(cast, copy, authentic=False))
        with heard(cast.desk.store) as asked:
            latest_mail(cast.desk, cast.secretary)
        spent.append(len(asked))
    assert spent == [spent[0]] * 3


def test_an_unknown_reference_is_refused(cast: Cast) -> None:
    said = refusal_of(lambda: read_mail(cast.desk, cast.secretary, "ZZZZZZ"))
    assert said == "I know no mail `ZZZZZZ`. `/lap mail` lists those that came in last."


# --- what came too late ---


def test_regrets_that_could_be_read_only_once_the_call_was_over_are_told(cast: Cast) -> None:
    copy = invited(cast)
    mail = answering(cast, copy, Rsvp.DECLINED)
    cast.clock.at = copy.end + timedelta(days=1)
    leave(cast)
    assert (take(cast, mail), copy_of(cast).rsvp) == (Outcome.OVER, Rsvp.NEEDS_ACTION)
    [told] = to_secretariat(leave(cast))
    assert told.notice.paragraphs == (
        "It answers the invitation of Harbour Bank (Spam enforcement contact) for 2027-02-16, which was over or taken "
        "back when that came in. Nothing was changed.",
        "It says “no”. To write their regrets down, until the minutes are sent: /lap regrets from 2027-02-16 "
        "harbour-bank",
    )


def test_regrets_written_after_the_call_and_any_other_late_answer_are_told_to_nobody(cast: Cast) -> None:
    copy = invited(cast)
    in_time = answering(cast, copy)
    cast.clock.at = copy.end + timedelta(days=1)
    leave(cast)
    take(cast, in_time, 2)
    take(cast, answering(cast, copy, Rsvp.DECLINED), 3)
    assert to_secretariat(leave(cast)) == []
