"""Errands leave the house through a real mail server, whatever it does to them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.item_changes import Change, Do
from bot.proposing import read_proposal
from bot.when import read_moment
from handlers.agenda import propose_item
from handlers.agenda_changes import change_item
from handlers.announcing import announce_call, cancel_call, move_call
from handlers.calls import add_call
from handlers.delivery import deliver_all
from handlers.kinds import KINDS
from handlers.mail.door import MailDoor
from handlers.mail.smtp import Smtp
from storage.tables import Door
from tests.cast import Cast
from tests.lists import leave
from tests.workspace.mail import MailDrop

NZ = "spam-enforcement@nz-dia.example"
PEOPLE = 35  # the attending contacts of the 33 Agencies, the two secretariats among them


@dataclass
class Post:
    """A cast whose desk has a mail door, and the server behind it."""

    cast: Cast
    drop: MailDrop

    def deliver(self) -> None:
        deliver_all(self.cast.desk, KINDS)

    def invitations(self, to: str = NZ) -> list[str]:
        return [m.method or "" for m in self.drop.mails(to) if m.method]


@pytest.fixture
def post(cast: Cast) -> Iterator[Post]:
    with MailDrop() as drop:
        door = MailDoor(Smtp(drop.url, timeout=3.0), cast.desk.settings, "London Action Plan")
        cast.desk = replace(cast.desk, send={Door.MAIL: door})
        start, _ = read_moment(["2027-02-16", "13:00", "UTC"], now=cast.clock(), zone=cast.secretary.zone)
        add_call(cast.desk, cast.secretary, start, 90, "Members' call")
        yield Post(cast, drop)


def test_a_draft_tells_nobody(post: Post) -> None:
    post.deliver()
    assert post.drop.mails() == []


def test_announcing_invites_every_attending_agency_contact_once_and_welcomes_each_first(post: Post) -> None:
    announce_call(post.cast.desk, post.cast.secretary, "2027-02-16")
    post.deliver()
    post.deliver()
    assert len({m.to for m in post.drop.mails()}) == PEOPLE
    assert [m.method for m in post.drop.mails(NZ)] == [None, "REQUEST"]


def test_a_second_announcement_is_not_needed_for_a_move_and_sequence_rises(post: Post) -> None:
    announce_call(post.cast.desk, post.cast.secretary, "2027-02-16")
    post.deliver()
    move_call(post.cast.desk, post.cast.secretary, "2027-02-16", post.cast.clock() + timedelta(days=50))
    post.cast.clock.advance(minutes=1)
    post.deliver()
    last = post.drop.mails(NZ)[-1]
    assert (last.method, b"SEQUENCE:1" in (last.calendar or b"")) == ("REQUEST", True)
    assert last.subject.startswith("New time: ")
    assert "Before: Wed 17 Feb 2027, 02:00" in last.text


def test_changes_that_came_before_the_first_attempt_leave_as_one_invitation(post: Post) -> None:
    announce_call(post.cast.desk, post.cast.secretary, "2027-02-16")
    move_call(post.cast.desk, post.cast.secretary, "2027-02-16", post.cast.clock() + timedelta(days=50))
    post.deliver()
    assert post.invitations() == ["REQUEST"]


def test_a_call_cancelled_before_anybody_was_told_tells_nobody_of_it(post: Post) -> None:
    announce_call(post.cast.desk, post.cast.secretary, "2027-02-16")
    cancel_call(post.cast.desk, post.cast.secretary, "2027-02-16")
    post.deliver()
    assert post.invitations() == []


def test_a_cancelled_call_leaves_every_calendar_with_its_reason(post: Post) -> None:
    announce_call(post.cast.desk, post.cast.secretary, "2027-02-16")
    post.deliver()
    cancel_call(post.cast.desk, post.cast.secretary, "2027-02-16", "a public holiday")
    post.deliver()
    assert post.invitations() == ["REQUEST", "CANCEL"]
    assert "a public holiday" in post.drop.mails(NZ)[-1].text


def test_one_refused_recipient_holds_up_nobody_and_the_secretariat_is_told(post: Post) -> None:
    post.drop.refuse(NZ)
    announce_call(post.cast.desk, post.cast.secretary, "2027-02-16")
    post.deliver()
    assert len({m.to for m in post.drop.mails() if m.method == "REQUEST"}) == PEOPLE - 1
    told = [m for m in post.drop.mails("secretariat@us-ftc.example") if m.subject.startswith("Not delivered")]
    assert NZ in told[0].text


def test_the_log_has_of_a_servers_answer_the_codes_alone_and_the_secretariat_all_of_it(
    post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    post.drop.refuse(NZ, "550 5.1.1 no mailbox spam-enforcement here for Items wanted: Members' call")
    post.drop.refuse("spam-enforcement@fr-cnil.example", "451 come back, spam-enforcement (fr-cnil)")
    announce_call(post.cast.desk, post.cast.secretary, "2027-02-16")
    post.deliver()
    logged = capsys.readouterr().out
    found = ("550 5.1.1" in logged, "451" in logged)
    assert (found, [w for w in ("spam-enforcement", "Members", "fr-cnil") if w in logged]) == ((True, True), [])
    told = [m for m in post.drop.mails("secretariat@us-ftc.example") if m.subject.startswith("Not delivered")]
    assert "no mailbox spam-enforcement here for Items wanted: Members' call" in told[0].text


def test_a_greylisted_recipient_gets_the_same_bytes_at_the_second_attempt(post: Post) -> None:
    post.drop.greylist(NZ, times=2)
    announce_call(post.cast.desk, post.cast.secretary, "2027-02-16")
    post.deliver()
    assert post.invitations() == []
    post.cast.clock.advance(minutes=5)
    post.deliver()
    assert post.invitations() == ["REQUEST"]


def test_a_connection_dropped_after_the_final_dot_repeats_the_same_bytes(post: Post) -> None:
    announce_call(post.cast.desk, post.cast.secretary, "2027-02-16")
    post.drop.drop_after_data(times=3, recorded=True)
    post.deliver()
    post.cast.clock.advance(minutes=10)
    post.deliver()
    by_id: dict[str, set[bytes]] = {}
    for mail in post.drop.mails():
        by_id.setdefault(str(mail.message["Message-ID"]), set()).add(mail.raw)
    assert len(post.drop.mails()) == 2 * PEOPLE + 3 + 1  # and word that all of it has left
    assert all(len(copies) == 1 for copies in by_id.values())


def test_a_server_that_hangs_puts_the_mail_off_and_nothing_is_lost(post: Post) -> None:
    announce_call(post.cast.desk, post.cast.secretary, "2027-02-16")
    post.drop.hang(10, at="DATA", times=1)
    post.deliver()
    post.cast.clock.advance(minutes=10)
    post.deliver()
    assert len({m.to for m in post.drop.mails() if m.method == "REQUEST"}) == PEOPLE


def test_a_server_that_is_down_for_an_hour_loses_nothing(post: Post) -> None:
    post.drop.down()
    announce_call(post.cast.desk, post.cast.secretary, "2027-02-16")
    post.deliver()
    post.drop.up()
    post.cast.clock.advance(hours=1)
    post.deliver()
    assert len({m.to for m in post.drop.mails() if m.method == "REQUEST"}) == PEOPLE


def test_the_first_mail_of_all_says_who_writes_whatever_comes_first(cast: Cast) -> None:
    bank, topics = cast.actor("harbour-bank"), cast.desk.procedure.topics
    item = propose_item(cast.desk, bank, read_proposal("b3ai Robocalls", topics)).item
    change_item(cast.desk, cast.secretary, item.reference, Change(Do.DECLINE))
    first = [s.kind for s in leave(cast) if (s.email, s.door) == (bank.contact.email, Door.MAIL)]
    item = propose_item(cast.desk, bank, read_proposal("b3ai Mule accounts", topics)).item
    change_item(cast.desk, cast.secretary, item.reference, Change(Do.DECLINE))
    later = [s.kind for s in leave(cast) if (s.email, s.door) == (bank.contact.email, Door.MAIL)]
    assert (first, later) == (["welcome", "item.news"], ["item.news"])
