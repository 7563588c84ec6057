"""Proves the table of docs/mail.md: each thing that comes by mail, what becomes of it, who is told and what changes."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.invitations import Invitation, Rsvp
from bot.replies import Incoming, Method, Outcome, Returned
from handlers.announcing import move_call
from handlers.mailed import CAME, COUNTED
from handlers.mailed_by_hand import count_answer, latest_mail
from tests.cast import Cast
from tests.handlers.test_mailed import BANK, SECRETARIAT, answering, copy_of, invited, take, to_secretariat
from tests.lists import DAY, START, arrive, leave
from tests.statements import heard

DOCUMENT = Path(__file__).parents[2] / "docs" / "mail.md"
EVIL, OTHER = "evil@elsewhere.example", "spam-enforcement@fr-cnil.example"
AT_ONCE, DAILY, NOBODY = "at once", "with the digest", "nobody"


@dataclass(frozen=True)
class Rule:
    """A line of the table: its name there, the mail, and what becomes of it."""

    name: str
    mail: Callable[[Cast, Invitation], Incoming]
    outcome: Outcome | None
    told: str
    answer: Rsvp = Rsvp.NEEDS_ACTION


def by(**changed: object) -> Callable[[Cast, Invitation], Incoming]:
    """An answer of Harbour Bank with that changed."""
    return lambda cast, copy: answering(cast, copy, **changed)


def of_a_machine(**more: object) -> Callable[[Cast, Invitation], Incoming]:
    return lambda cast, copy: Incoming(sender=BANK, subject="Away", words="I am away", automatic=True, **more)  # type: ignore[arg-type]


def after_a_move(cast: Cast, copy: Invitation) -> Incoming:
    answer = answering(cast, copy)
    move_call(cast.desk, cast.secretary, DAY, START + timedelta(days=1))
    cast.clock.advance(minutes=1)
    arrive(cast)
    return answer


def sent_again(cast: Cast, copy: Invitation) -> Incoming:
    old = answering(cast, copy)
    cast.clock.advance(minutes=5)
    take(cast, answering(cast, copy, Rsvp.DECLINED))
    return old


def of_a_colleague(cast: Cast, copy: Invitation) -> Incoming:
    return answering(cast, copy, sender="jane.doe@harbour-bank.example")


def numbered_anew(cast: Cast, copy: Invitation) -> Incoming:
    """A mail that was told of already, in a mailbox that was moved to another server."""
    mail = Incoming(sender=BANK, words="May we bring two?", message_id="<1@mx.example>")
    take(cast, mail)
    return mail


def came_back(cast: Cast, copy: Invitation) -> Incoming:
    returned = Returned(BANK, "5.1.1 no such user", "Invitation: Reports", copy.uid)
    return Incoming(sender="mailer-daemon@mx.example", returned=(returned,), automatic=True)


RULES = (
    Rule("Authentic answer", by(), Outcome.COUNTED, NOBODY, Rsvp.ACCEPTED),
    Rule("Words beside it", by(words="Ten minutes late"), Outcome.COUNTED, DAILY, Rsvp.ACCEPTED),
    Rule("Unproved answer", by(authentic=False), Outcome.UNVERIFIED, AT_ONCE),
    Rule("Answer to an earlier time", after_a_move, Outcome.STALE, AT_ONCE),
    Rule("Answer older than the one that counts", sent_again, Outcome.REPEATED, DAILY, Rsvp.DECLINED),
    Rule("Answer from the time to come", by(dtstamp=START), Outcome.AHEAD, AT_ONCE),
    Rule("Colleague's answer", of_a_colleague, Outcome.COLLEAGUE, AT_ONCE),
    Rule("Unknown address for the person", by(sender="noreply@calendars.example"), Outcome.UNVERIFIED, AT_ONCE),
    Rule("Party crasher", by(sender=EVIL, attendee=EVIL), Outcome.STRANGE, AT_ONCE),
    Rule("Answer for another's UID", by(sender=OTHER), Outcome.STRANGE, AT_ONCE),
    Rule("Delegation", by(delegated=True, rsvp=None), Outcome.DELEGATED, AT_ONCE),
    Rule("Proposed time", by(method=Method.COUNTER), Outcome.WISH, AT_ONCE),
    Rule("Request for the copy", by(method=Method.REFRESH, rsvp=None), Outcome.REFRESHED, NOBODY),
    Rule("A person's own words", lambda *_: Incoming(sender=BANK, words="May we bring two?"), None, AT_ONCE),
    Rule("A label that no door may carry", lambda *_: Incoming(sender=BANK, words="TLP:RED a raid"), None, AT_ONCE),
    Rule("The same mail again", numbered_anew, None, NOBODY),
    Rule("Answering machine", of_a_machine(), None, DAILY),
    Rule("Returned mail", came_back, None, AT_ONCE),
)  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_comes_by_mail_has_its_rule(cast: Cast, rule: Rule) -> None:
    copy = invited(cast)
    mail = rule.mail(cast, copy)
    leave(cast)
    outcome = take(cast, mail)
    now = to_secretariat(leave(cast))
    cast.clock.advance(days=1)
    later = [s for s in to_secretariat(leave(cast)) if s.kind == COUNTED]
    told = AT_ONCE if now else DAILY if later else NOBODY
    assert (outcome, told, copy_of(cast).rsvp) == (rule.outcome, rule.told, rule.answer)


def test_the_document_has_a_line_for_each_rule_and_no_other() -> None:
    table = re.findall(r"^\| (?!What came|--)([^|]+?) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert table == [*(rule.name for rule in RULES), "Unreadable mail"]


def test_every_outcome_has_its_rule() -> None:
    assert {rule.outcome for rule in RULES} == {*Outcome, None} - {Outcome.OVER}


# --- loops ---


def many(cast: Cast, count: int, **more: object) -> list[str]:
    """The kinds of messages that the secretariat is sent at once for as many mails of one address."""
    for _ in range(count):
        take(cast, replace(Incoming(sender="a@b.example", words="I am away"), **more))  # type: ignore[arg-type]
    return [s.kind for s in to_secretariat(leave(cast))]


def test_a_machine_that_does_not_say_what_it_is_is_told_five_times_an_hour(cast: Cast) -> None:
    assert many(cast, 12) == [CAME] * 5


def test_what_was_not_told_at_once_stands_in_the_digest(cast: Cast) -> None:
    many(cast, 7)
    cast.clock.advance(days=1)
    digest = to_secretariat(leave(cast))
    assert (len(digest), digest[0].text.count("Mail from a@b.example")) == (1, 2)


def test_an_answering_machine_of_the_secretariat_is_not_answered_by_what_it_is_told(cast: Cast) -> None:
    take(cast, Incoming(sender=SECRETARIAT, words="I am away", authentic=True))
    assert [s.email for s in leave(cast) if s.kind == CAME and s.email == SECRETARIAT] == []


def test_a_mail_that_came_back_from_the_secretariat_is_told_by_no_mail(cast: Cast) -> None:
    returned = (Returned(SECRETARIAT, "5.1.1 no such user"),)
    for _ in range(3):
        take(cast, Incoming(sender="mailer-daemon@mx.example", returned=returned, automatic=True))
    assert [s.door for s in leave(cast) if s.kind == CAME and s.door == "mail"] == []


def test_nothing_is_ever_answered_to_a_machine(cast: Cast) -> None:
    copy = invited(cast)
    take(cast, answering(cast, copy, None, method=Method.REFRESH, automatic=True))
    take(cast, Incoming(sender=BANK, words="I am away", authentic=True, automatic=True))
    take(cast, Incoming(sender=BANK, authentic=True, automatic=True))
    assert [s for s in leave(cast) if s.email == BANK] == []


# --- returned mail ---


def test_a_returned_invitation_names_whose_it_was_and_of_which_call(cast: Cast) -> None:
    take(cast, came_back(cast, invited(cast)))
    told = to_secretariat(leave(cast))[0]
    assert (told.notice.subject, *told.notice.paragraphs) == (
        "Not delivered to Harbour Bank (Spam enforcement contact): Invitation: Reports",
        f"This mail did not arrive; the server of {BANK} returned it.",
        "It was the invitation of Harbour Bank (Spam enforcement contact) for the call of 2027-02-16: they have not "
        "got it.",
        "The server says: 5.1.1 no such user",
        f'Ask them for an address that works, then: /lap contact replace {BANK} by NEW "NAME"',
    )


def test_a_returned_mail_that_names_anothers_invitation_tells_nothing_of_it(cast: Cast) -> None:
    copy = invited(cast)
    returned = (Returned("abuse-desk@meridian-net.example", uid=copy.uid),)
    take(cast, Incoming(sender="mailer-daemon@mx.example", returned=returned, automatic=True))
    assert "It was the invitation" not in to_secretariat(leave(cast))[0].text


# --- stamps ---


def test_an_answer_of_a_clock_that_runs_ahead_is_not_counted_again_after_a_later_one(cast: Cast) -> None:
    copy = invited(cast)
    ahead = cast.clock() + timedelta(minutes=50)
    yes = answering(cast, copy, dtstamp=ahead)
    take(cast, yes)
    take(cast, answering(cast, copy, Rsvp.DECLINED, dtstamp=ahead + timedelta(minutes=1)))
    assert (take(cast, yes), copy_of(cast).rsvp) == (Outcome.REPEATED, Rsvp.DECLINED)


def test_an_answer_counted_by_hand_keeps_no_earlier_one_alive(cast: Cast) -> None:
    copy = invited(cast)
    yes = answering(cast, copy)
    take(cast, yes)
    cast.clock.advance(days=-1)
    take(cast, answering(cast, copy, Rsvp.DECLINED, authentic=False))
    count_answer(cast.desk, cast.secretary, latest_mail(cast.desk, cast.secretary)[0].mail.reference)
    assert (take(cast, yes), copy_of(cast).rsvp) == (Outcome.REPEATED, Rsvp.DECLINED)


def test_an_answer_to_the_time_before_is_kept_beside_the_one_that_is_missing(cast: Cast) -> None:
    take(cast, after_a_move(cast, invited(cast)))
    assert (copy_of(cast).rsvp, copy_of(cast).rsvp_before) == (Rsvp.NEEDS_ACTION, Rsvp.ACCEPTED)


def test_taking_a_mail_takes_no_more_statements_than_an_act_may(cast: Cast) -> None:
    spent = {}
    for rule in RULES:
        copy = invited(cast) if not spent else copy_of(cast)
        mail = rule.mail(cast, copy) if rule.mail is not after_a_move else answering(cast, copy)
        with heard(cast.desk.store) as asked:
            take(cast, mail)
        spent[rule.name] = len(asked)
    assert max(spent.values()) <= 12, spent
