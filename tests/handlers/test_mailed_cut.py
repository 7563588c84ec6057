"""What is kept of a mail that came in: no link that its writer quotes, nothing that its label lets no door carry, and
the same mail once, wherever it lies."""

from dataclasses import replace
from urllib.parse import quote

import pytest

from bot.replies import Incoming, MailKind, Method, Outcome
from handlers.desk import the_clock
from handlers.mailed import take_mail
from handlers.mailed_by_hand import decline_wish, latest_mail
from tests.cast import Cast
from tests.handlers.test_mailed import BANK, answering, invited, place, take, to_secretariat
from tests.links import FEED, JOIN, PAGE, path
from tests.lists import leave
from tests.slack_front import say

RED = "The raid is on Thursday"


def kept(cast: Cast) -> list[tuple[str, str, bool]]:
    """Subject and words of what is kept, latest first, and whether it is whole."""
    return [(v.mail.subject, v.mail.words, v.mail.whole) for v in latest_mail(cast.desk, cast.secretary)]


def told(cast: Cast) -> str:
    """Everything that the secretariat is told of mail, by every door, and what it reads when it asks."""
    sent = "\n".join(s.text for s in leave(cast) if s.kind.startswith("mail."))
    cast.clock.advance(days=1)
    digest = "\n".join(s.text for s in leave(cast) if s.kind.startswith("mail."))
    references = [v.mail.reference for v in latest_mail(cast.desk, cast.secretary)]
    return "\n".join([sent, digest, *(say(cast, cast.secretary, f"mail {one}").text for one in ["", *references])])


# --- links ---


def test_whoever_quotes_a_mail_hands_over_none_of_the_links_in_it(cast: Cast) -> None:
    copy = invited(cast)
    bank = cast.actor("harbour-bank")
    paths = [path(cast, bank, PAGE), path(cast, bank, FEED), path(cast, bank, JOIN, copy.call_id)]
    urls = [f"https://lap.example{it}" for it in paths]
    written_anew = f"https://links.mail.example/?url={quote(urls[0], safe='')}&data=1"
    words = f"We come, both of us.\n> Your page: <{urls[0]}>\n> {urls[1]}\n> To join: {urls[2]}\n{written_anew}"
    take(cast, Incoming(sender=BANK, subject=f"Re: {urls[2]}", words=words, authentic=True))
    said = told(cast)
    tokens = [it.rpartition("/")[2].removesuffix(".ics") for it in paths]
    assert "We come, both of us." in said
    assert [token for token in tokens if token in said or token in repr(kept(cast))] == []
    assert "> To join: https://lap.example/join/…" in said


def test_whoever_quotes_their_own_reply_address_does_not_hand_it_over(cast: Cast) -> None:
    words = "From: calls+mzxw6ytboi2gk3tfojqwy4tf4y@lap.example\n> To: Calls+MZXW6@LAP.example, calls@lap.example"
    take(cast, Incoming(sender=BANK, words=f"Yes.\n{words}"))
    assert kept(cast)[0][1] == "Yes.\nFrom: calls@lap.example\n> To: calls@lap.example, calls@lap.example"


# --- labels ---


@pytest.mark.parametrize(
    "mail",
    [
        Incoming(sender=BANK, subject="Thursday", words=f"TLP:RED {RED}"),
        Incoming(sender=BANK, subject="[tlp red] Thursday", words=RED),
        Incoming(sender=BANK, subject=RED, words=f"Dear all,\n{RED}.\n\nTLP:AMBER+STRICT"),
        Incoming(sender=BANK, subject="Away", words=f"TLP:RED {RED}", automatic=True),
    ],
    ids=["at the head", "in the subject", "at the foot", "of a machine"],
)
def test_of_what_stands_under_a_label_that_no_door_may_carry_the_label_alone_is_kept(
    cast: Cast, mail: Incoming
) -> None:
    take(cast, replace(mail, authentic=True))
    said = told(cast)
    assert RED not in said
    assert "Mail from Harbour Bank" in said
    if not mail.automatic:
        label = "TLP:AMBER+STRICT" if "STRICT" in mail.words else "TLP:RED"
        assert kept(cast) == [(label, "", False)]
        assert f"It is marked {label}, which may not be carried this way, so its words are not kept:" in said


def test_an_answer_counts_whatever_its_words_are_labelled(cast: Cast) -> None:
    copy = invited(cast)
    assert take(cast, answering(cast, copy, words=f"TLP:RED {RED}")) is Outcome.COUNTED
    assert kept(cast) == [("TLP:RED", "", False)]


@pytest.mark.parametrize(
    "words",
    ["> `K7MPQ2` TLP:RED (on your page)\nWe come.", "> TLP:RED, not minuted\nWe come.", "TLP:AMBER We come."],
)
def test_who_quotes_what_stands_in_place_of_such_words_is_read(cast: Cast, words: str) -> None:
    take(cast, Incoming(sender=BANK, words=words))
    assert kept(cast) == [("", words, True)]


# --- the same mail again ---


def again(cast: Cast, mail: Incoming, uid: int) -> Outcome | None:
    """The same mail in a mailbox whose mails were numbered anew (UIDVALIDITY)."""
    return take_mail(cast.desk, the_clock(), mail, replace(place(uid), validity=8))


def test_mails_that_are_numbered_anew_are_not_told_again(cast: Cast) -> None:
    copy = invited(cast)
    wish = replace(answering(cast, copy, method=Method.COUNTER), message_id="<1@mx.example>")
    words = Incoming(sender=BANK, words="May we bring two?", message_id="<2@mx.example>")
    take(cast, wish)
    take(cast, words)
    leave(cast)
    decline_wish(cast.desk, cast.secretary, latest_mail(cast.desk, cast.secretary)[1].mail.reference)
    leave(cast)
    again(cast, wish, 1)
    again(cast, words, 2)
    assert (to_secretariat(leave(cast)), len(kept(cast))) == ([], 2)


def test_the_same_words_in_another_mail_are_another_mail(cast: Cast) -> None:
    for name in ("<1@mx.example>", "<2@mx.example>", "", ""):
        take(cast, Incoming(sender=BANK, words="Yes", message_id=name))
    assert len(kept(cast)) == 4


def test_nobody_keeps_a_mail_from_being_told_by_its_name_alone(cast: Cast) -> None:
    named = Incoming(sender=BANK, words="We come", message_id="<1@mx.example>")
    take(cast, replace(named, words="Nothing"))
    take(cast, named)
    take(cast, replace(named, authentic=True))
    assert len(kept(cast)) == 3


def test_a_mail_without_a_word_says_so(cast: Cast) -> None:
    take(cast, Incoming(sender=BANK, subject="Fwd: Reports", authentic=True))
    notice = to_secretariat(leave(cast))[0].notice
    assert notice.paragraphs == ("It says nothing in words. What it carries along, if anything, lies in the mailbox.",)
    assert latest_mail(cast.desk, cast.secretary)[0].mail.kind is MailKind.WORDS
