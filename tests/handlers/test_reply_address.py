"""Proves that an answer to a person's own reply address is theirs, and that the address in a calendar never changes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.errors import Refusal
from bot.invitations import Invitation, Rsvp
from bot.replies import Answer, Incoming, Method, Outcome
from handlers.announcing import move_call
from handlers.desk import the_clock
from handlers.mail.door import MailDoor
from handlers.mail.smtp import Smtp
from handlers.mailed import Place, take_mail
from handlers.own_links import reset_links
from handlers.reply_address import tagged, tags_in
from handlers.settings import read_settings
from storage import invitations
from tests.cast import Cast
from tests.cast import cast as make_cast
from tests.lists import DAY, START, Sent, arrive, leave, with_approved

BANK, NET = "abuse-desk@harbour-bank.example", "abuse-desk@meridian-net.example"


@pytest.fixture
def cast(tmp_path: Path) -> Iterator[Cast]:
    """The cast with MAIL_REPLY=secret."""
    with make_cast(f"sqlite:///{tmp_path}/lap.db", mail_reply="secret") as made:
        yield made


def copy_of(cast: Cast, short_name: str = "harbour-bank") -> Invitation:
    with cast.desk.store.read() as tx:
        return invitations.of_person(tx, cast.actor(short_name).contact.id)[0]


def invited(cast: Cast, *names: str) -> Invitation:
    with_approved(cast, *(names or ("harbour-bank",)))
    arrive(cast)
    cast.clock.advance(hours=1)
    return copy_of(cast)


def address_of(copy: Invitation) -> str:
    return tagged("calls@lap.example", copy.tag)


def sent_to(cast: Cast, copy: Invitation, *to: str, **more: object) -> Outcome | None:
    """What becomes of Harbour Bank's unproved answer to *copy*, sent to those addresses."""
    said = Answer(Method.REPLY, copy.uid, copy.sequence, cast.clock(), BANK, Rsvp.ACCEPTED)
    mail = replace(Incoming(sender=BANK, answers=(said,), to=to), **more)  # type: ignore[arg-type]
    cast.chance.new_id()
    place = Place("calls@mx:993/INBOX", 7, int(cast.chance.new_id()[3:]))
    return take_mail(cast.desk, the_clock(), mail, place)


def mode(cast: Cast, **settings: object) -> None:
    cast.desk = replace(cast.desk, settings=cast.desk.settings.model_copy(update=settings))


def copies(sent: list[Sent], email: str = BANK) -> list[str]:
    return [s.notice.copy.organizer for s in sent if s.email == email and s.notice.copy]


def moved(cast: Cast) -> list[str]:
    """Whose organizer Harbour Bank's entry has after a move of the call."""
    move_call(cast.desk, cast.secretary, DAY, START.replace(day=17))
    cast.clock.advance(minutes=1)
    return copies(arrive(cast))


def test_each_person_is_invited_from_an_address_of_their_own(cast: Cast) -> None:
    invited(cast, "harbour-bank", "meridian-net")
    mine, other = copy_of(cast), copy_of(cast, "meridian-net")
    assert (len(mine.tag), mine.tag != other.tag, mine.tag.isalnum()) == (26, True, True)


def test_the_mail_comes_from_the_organizer_of_its_entry(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    notice = next(s.notice for s in leave(cast) if s.email == BANK and s.notice.copy)
    door = MailDoor(Smtp("smtp://127.0.0.1:1"), cast.desk.settings, "LAP")
    assert (door._sender(notice), notice.copy.organizer) == (address_of(copy_of(cast)),) * 2  # type: ignore[union-attr]


def test_an_answer_to_the_persons_own_address_counts_without_any_other_proof(cast: Cast) -> None:
    copy = invited(cast)
    assert (sent_to(cast, copy, address_of(copy)), copy_of(cast).rsvp) == (Outcome.COUNTED, Rsvp.ACCEPTED)


def test_an_answer_to_any_other_address_proves_nothing(cast: Cast) -> None:
    copy = invited(cast)
    others = ("calls@lap.example", "calls+@lap.example", f"calls+{'a' * 26}@lap.example", "x@elsewhere.example")
    assert {sent_to(cast, copy, to) for to in others} == {Outcome.UNVERIFIED}
    assert copy_of(cast).rsvp is Rsvp.NEEDS_ACTION


def test_the_address_of_somebody_else_proves_nothing_of_this_person(cast: Cast) -> None:
    copy = invited(cast, "harbour-bank", "meridian-net")
    assert sent_to(cast, copy, address_of(copy_of(cast, "meridian-net"))) is Outcome.UNVERIFIED


def test_who_has_anothers_address_does_not_answer_for_them(cast: Cast) -> None:
    copy = invited(cast)
    outcome = sent_to(cast, copy, address_of(copy), sender="evil@elsewhere.example")
    assert (outcome, copy_of(cast).rsvp) == (Outcome.UNVERIFIED, Rsvp.NEEDS_ACTION)


def test_a_calendars_server_that_writes_for_its_user_is_known_by_reply_to(cast: Cast) -> None:
    copy = invited(cast)
    outcome = sent_to(cast, copy, address_of(copy), sender="noreply@calendars.example", reply_to=BANK)
    assert (outcome, copy_of(cast).rsvp) == (Outcome.COUNTED, Rsvp.ACCEPTED)


def test_another_contact_who_was_forwarded_the_invitation_does_not_answer_for_its_holder(cast: Cast) -> None:
    copy = invited(cast)
    assert sent_to(cast, copy, address_of(copy), sender=NET, reply_to=BANK) is Outcome.STRANGE


def test_what_the_server_denies_is_not_proved_by_an_address(cast: Cast) -> None:
    copy = invited(cast)
    assert sent_to(cast, copy, address_of(copy), refuted=True) is Outcome.UNVERIFIED


def test_after_a_reset_the_address_stays_in_the_calendar_and_proves_nothing_any_more(cast: Cast) -> None:
    copy = invited(cast)
    reset_links(cast.desk, cast.secretary, "harbour-bank")
    assert sent_to(cast, copy, address_of(copy)) is Outcome.UNVERIFIED
    cast.clock.advance(minutes=1)
    assert copies(leave(cast)) == [address_of(copy)]


def test_after_a_reset_the_next_call_has_an_address_that_proves_again(cast: Cast) -> None:
    before = invited(cast).tag
    reset_links(cast.desk, cast.secretary, "harbour-bank")
    with_approved(cast, "harbour-bank", start=START.replace(month=4, day=20))
    arrive(cast)
    with cast.desk.store.read() as tx:
        latest = invitations.of_person(tx, cast.actor("harbour-bank").contact.id)[-1]
    assert (latest.tag != before, sent_to(cast, latest, address_of(latest))) == (True, Outcome.COUNTED)


@pytest.mark.parametrize("to", ["plain", "secret"])
def test_a_change_of_the_setting_changes_the_organizer_of_no_entry_that_somebody_holds(cast: Cast, to: str) -> None:
    mode(cast, mail_reply="secret" if to == "plain" else "plain")
    copy = invited(cast)
    mode(cast, mail_reply=to)
    assert (bool(copy.tag), moved(cast)) == (to == "plain", [address_of(copy)])


def test_an_address_given_out_before_the_setting_was_changed_goes_on_proving(cast: Cast) -> None:
    copy = invited(cast)
    mode(cast, mail_reply="plain")
    assert sent_to(cast, copy, address_of(copy)) is Outcome.COUNTED


def test_a_new_secret_changes_no_organizer_and_the_address_goes_on_proving(cast: Cast) -> None:
    copy = invited(cast)
    mode(cast, lap_secret=SecretStr("another-secret-that-is-long-enough-too"), lap_secret_old=None)
    assert (moved(cast), sent_to(cast, copy_of(cast), address_of(copy))) == ([address_of(copy)], Outcome.COUNTED)


def test_while_the_secret_is_rotated_a_new_entry_has_the_persons_earlier_address(cast: Cast) -> None:
    before = invited(cast)
    old = cast.desk.settings.lap_secret
    mode(cast, lap_secret=SecretStr("another-secret-that-is-long-enough-too"), lap_secret_old=old)
    with_approved(cast, "harbour-bank", start=START.replace(month=4, day=20))
    arrive(cast)
    with cast.desk.store.read() as tx:
        assert {c.tag for c in invitations.of_person(tx, before.contact_id)} == {before.tag}


def test_a_list_of_guessed_addresses_is_not_tried_to_its_end() -> None:
    guesses = [f"calls+{n}@lap.example" for n in range(1000)]
    assert tags_in("Calls@lap.example", guesses) == ["0", "1", "2"]


def test_a_word_that_is_no_mode_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAIL_REPLY", "hidden")
    with pytest.raises(Refusal, match="MAIL_REPLY is wrong: write plain, or secret"):
        read_settings()
