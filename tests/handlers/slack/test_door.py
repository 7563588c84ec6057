"""The Slack door against the workspace: what the bot posted by itself gets neutral words once its reader lost it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.attendees import neutral_words
from bot.item_changes import Change, Do
from bot.notices import Notice
from bot.participants import ParticipantKind
from handlers.agenda_changes import change_item
from handlers.attendees import admit, unadmit
from handlers.circulation import approve_list, circulate
from handlers.delivery import deliver_all
from handlers.kinds import KINDS
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.sending import NotTaken
from handlers.slack.door import SlackDoor
from handlers.ticking import tick
from storage import calls, directory
from storage.calls import Part
from storage.outbox import Errand
from storage.tables import Door, OutboxRow, OutboxState, columns
from tests.cast import Cast, cast_settings
from tests.lists import DAY, START, with_approved, with_item
from tests.slack_front import say
from tests.workspace.clock import MovableClock
from tests.workspace.people import member
from tests.workspace.slack import Workspace

NEUTRAL = neutral_words("calls@lap.example", ParticipantKind.PRIVATE_SECTOR)
WITHDRAWN = f"*Your invitation for Tue 16 Feb 2027*\nYour invitation for Tue 16 Feb 2027 has been withdrawn.\n{NEUTRAL}"


@dataclass
class Slacked:
    """A cast that posts into a workspace, and keeps its mail to itself."""

    cast: Cast
    slack: Workspace
    bank: str

    def deliver(self) -> None:
        deliver_all(self.cast.desk, KINDS)

    def later(self, **by: float) -> None:
        self.cast.clock.advance(**by)
        self.deliver()

    def posts(self) -> list[str]:
        """What Harbour Bank's person reads in the bot's direct messages now."""
        return [m.text for m in self.slack.messages(self.bank)]

    def buttons(self) -> int:
        return sum(len(m.blocks) > 1 for m in self.slack.messages(self.bank))


@pytest.fixture
def slacked(cast: Cast) -> Iterator[Slacked]:
    with Workspace.from_roster(clock=MovableClock(frozen=True)) as slack:
        made = opened(cast, slack)
        made.deliver()
        yield made


def opened(cast: Cast, slack: Workspace) -> Slacked:
    """A list approved, of which nothing has left yet."""
    bank = slack.user("harbour-bank").id
    settings = cast_settings(
        database_url=cast.desk.settings.database_url, slack_bot_token=slack.bot_token, slack_api_url=slack.api_url
    )
    desk = replace(cast.desk, settings=settings)
    cast.desk = replace(desk, send={Door.MAIL: lambda *_: None, Door.SLACK: SlackDoor(desk)})
    call_id = with_approved(cast, "harbour-bank")
    with_item(cast, call_id, "meridian-net")
    with cast.desk.store.begin() as tx:
        contact = cast.actor("harbour-bank").contact
        directory.link_slack_user(tx, "T1", bank, contact.id, "roster", cast.clock(), confirmed=True)
    return Slacked(cast, slack, bank)


def test_an_invitation_in_slack_gets_neutral_words_when_its_reader_is_told_and_not_before(slacked: Slacked) -> None:
    (first,) = slacked.posts()
    object_to_access(slacked.cast.desk, slacked.cast.actor("fr-cnil"), Asked("harbour-bank", calls=((DAY, ()),)))
    slacked.later(seconds=100)
    untold = slacked.posts()
    slacked.later(seconds=20)
    assert first.startswith("*Invitation: Reports")
    assert (untold, slacked.posts()[0], slacked.buttons()) == ([first], WITHDRAWN, 0)


def test_an_unadmission_leaves_the_same_words(slacked: Slacked) -> None:
    unadmit(slacked.cast.desk, slacked.cast.secretary, ["harbour-bank"], DAY)
    slacked.later(seconds=120)
    assert slacked.posts()[0] == WITHDRAWN


def test_what_was_taken_back_in_time_changes_no_message(slacked: Slacked) -> None:
    before = slacked.posts()
    france = slacked.cast.actor("fr-cnil")
    object_to_access(slacked.cast.desk, france, Asked("harbour-bank", calls=((DAY, ()),)))
    say(slacked.cast, france, "undo go")
    slacked.later(minutes=10)
    assert slacked.posts() == before


def test_a_reminder_of_an_item_that_was_closed_gets_neutral_words_and_the_invitation_stands(slacked: Slacked) -> None:
    slacked.cast.clock.at = START.replace(hour=12)  # the reminder an hour before names the items
    tick(slacked.cast.desk)
    invitation, *others = slacked.posts()
    assert any("Phishing of banks" in text for text in others)
    change_item(slacked.cast.desk, slacked.cast.secretary, _item(slacked.cast), Change(Do.CLOSED))
    slacked.later(seconds=120)
    assert (slacked.posts()[0], any("Phishing" in text for text in slacked.posts())) == (invitation, False)


def test_an_action_of_a_part_that_its_owner_lost_during_the_call_gets_neutral_words(slacked: Slacked) -> None:
    slacked.cast.clock.at = START
    say(slacked.cast, slacked.cast.secretary, f"start {DAY}")
    say(slacked.cast, slacked.cast.secretary, "action harbour-bank by 2027-03-01 send the list of victims")
    slacked.later(minutes=2)
    given = [text for text in slacked.posts() if "the list of victims" in text]
    object_to_access(slacked.cast.desk, slacked.cast.actor("fr-cnil"), Asked("harbour-bank", calls=((DAY, ()),)))
    slacked.deliver()
    left = [text for text in slacked.posts() if "the list of victims" in text]
    assert (len(given), left, WITHDRAWN in slacked.posts()) == (1, [], True)


def test_an_action_whose_words_are_confirmed_keeps_them_when_its_part_is_lost(slacked: Slacked) -> None:
    slacked.cast.clock.at = START
    say(slacked.cast, slacked.cast.secretary, f"start {DAY}")
    given = say(slacked.cast, slacked.cast.secretary, "action harbour-bank by 2027-03-01 send it").text.split("`")[1]
    slacked.later(minutes=2)
    unadmit(slacked.cast.desk, slacked.cast.secretary, ["harbour-bank"], DAY)
    say(slacked.cast, slacked.cast.secretary, f"action {given} confirm")
    slacked.deliver()
    assert any("send it" in text for text in slacked.posts())


def test_a_post_that_is_gone_holds_nothing_up(slacked: Slacked) -> None:
    message = slacked.slack.messages(slacked.bank)[0]
    message.deleted = True
    unadmit(slacked.cast.desk, slacked.cast.secretary, ["harbour-bank"], DAY)
    slacked.later(seconds=120)
    assert not any("Reports" in text for text in slacked.posts())


def test_who_was_deactivated_in_slack_keeps_no_message_from_the_others_of_a_mailbox(slacked: Slacked) -> None:
    gone = min(user.id for user in slacked.slack.users if user.id != slacked.bank)  # asked for first
    with slacked.cast.desk.store.begin() as tx:
        contact = slacked.cast.actor("harbour-bank").contact
        directory.link_slack_user(tx, "T1", gone, contact.id, "roster", slacked.cast.clock(), confirmed=True)
    slacked.slack.change_user(gone, deleted=True)
    unadmit(slacked.cast.desk, slacked.cast.secretary, ["harbour-bank"], DAY)
    slacked.later(minutes=5)
    admit(slacked.cast.desk, slacked.cast.secretary, ["harbour-bank"], DAY)
    circulate(slacked.cast.desk, slacked.cast.secretary, DAY, None)
    approve_list(slacked.cast.desk, slacked.cast.secretary, DAY, early=True)
    slacked.later(minutes=5)
    first, *_, last = slacked.posts()
    assert (first, last.startswith("*Invitation: Reports")) == (WITHDRAWN, True)


def test_of_who_has_no_slack_any_more_nobody_is_told_that_a_mail_server_refused_them(slacked: Slacked) -> None:
    slacked.slack.change_user(slacked.bank, deleted=True)
    told: list[str] = []
    desk = slacked.cast.desk
    mailed = {Door.MAIL: lambda notice, *_: told.append(notice.subject), Door.SLACK: desk.send[Door.SLACK]}
    slacked.cast.desk = replace(desk, send=mailed)
    unadmit(slacked.cast.desk, slacked.cast.secretary, ["harbour-bank"], DAY)
    slacked.later(minutes=5)
    assert [subject for subject in told if "Not delivered" in subject] == []


def test_an_answer_that_nobody_thought_of_puts_off_its_own_message_alone(slacked: Slacked) -> None:
    admit(slacked.cast.desk, slacked.cast.secretary, ["meridian-net", "oecd"], DAY)
    circulate(slacked.cast.desk, slacked.cast.secretary, DAY, None)
    approve_list(slacked.cast.desk, slacked.cast.secretary, DAY, early=True)
    slacked.slack.break_down("chat.postMessage", status=200, body=b"[]")

    def lists() -> int:
        posts = [m.text for user in slacked.slack.users for m in slacked.slack.messages(user.id)]
        return sum("Proposed attendees" in text for text in posts)

    slacked.deliver()
    at_once = lists()
    slacked.later(minutes=10)
    guests = [m.text for who in ("meridian-net", "oecd") for m in slacked.slack.messages(who)]
    assert [text.partition(":")[0] for text in guests] == ["*Invitation", "*Invitation"]
    assert lists() == at_once + 1


def test_who_has_a_message_already_is_not_given_it_again_when_another_of_the_mailbox_is(slacked: Slacked) -> None:
    slack, contact = slacked.slack, slacked.cast.actor("harbour-bank").contact
    other = slack.user("newcomer@elsewhere.example").id
    with slacked.cast.desk.store.begin() as tx:
        at = slacked.cast.clock() + timedelta(hours=1)
        directory.link_slack_user(tx, "T1", other, contact.id, "code", at, confirmed=True)
    errand = Errand("e1", "reminder", Door.SLACK, contact.id, None, "", 0, False, at, at)
    send = slacked.cast.desk.send[Door.SLACK]
    slack.hang("chat.postMessage", 0.0)
    slack.rate_limit("chat.postMessage")
    with pytest.raises(NotTaken):
        send(Notice("Told once", ()), errand, contact, at)
    posts = send(Notice("Told once", ()), errand, contact, at) or ()
    read = [[m.text for m in slack.messages(user) if "Told once" in m.text] for user in (slacked.bank, other)]
    assert (read, len(posts)) == ([["*Told once*"], ["*Told once*"]], 2)
    send(Notice("Told once", ()), replace(errand, id="e2"), contact, at)
    assert len([m for m in slack.messages(other) if "Told once" in m.text]) == 2


def test_what_one_of_a_mailbox_has_of_a_message_that_another_has_not_gets_neutral_words_as_well(cast: Cast) -> None:
    bank = member("abuse-desk@harbour-bank.example", "bank", organisation="harbour-bank")
    other = member("newcomer@elsewhere.example", "newcomer")
    with Workspace([bank, other], clock=MovableClock(frozen=True)) as slack:
        slacked = opened(cast, slack)
        with cast.desk.store.begin() as tx:
            contact, later = cast.actor("harbour-bank").contact, cast.clock() + timedelta(hours=1)
            directory.link_slack_user(tx, "T1", other.id, contact.id, "code", later, confirmed=True)
        slack.hang("chat.postMessage", 0.0)
        slack.rate_limit("chat.postMessage", retry_after=600)
        slacked.deliver()
        first = slacked.posts()
        unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
        slacked.later(seconds=120)
        assert [text.partition(",")[0] for text in first] == ["*Invitation: Reports"]
        assert slacked.posts()[0] == WITHDRAWN


@pytest.mark.parametrize("wait", ["Fri, 31 Dec 1999 23:59:59 GMT", "nan", "-5", "9" * 400])
def test_whatever_slack_or_a_proxy_says_of_when_to_come_again_no_message_is_lost(slacked: Slacked, wait: str) -> None:
    slacked.slack.rate_limit("chat.postMessage", retry_after=wait)
    unadmit(slacked.cast.desk, slacked.cast.secretary, ["harbour-bank"], DAY)
    slacked.later(minutes=5)
    admit(slacked.cast.desk, slacked.cast.secretary, ["harbour-bank"], DAY)
    circulate(slacked.cast.desk, slacked.cast.secretary, DAY, None)
    approve_list(slacked.cast.desk, slacked.cast.secretary, DAY, early=True)
    for _ in range(3):
        slacked.later(minutes=61)
    with slacked.cast.desk.store.read() as tx:
        o = columns(OutboxRow)
        left = select(o.state, o.kind).where(o.door == Door.SLACK, o.state.in_([OutboxState.FAILED, OutboxState.DUE]))
        assert [row.kind for row in tx.execute(left.where(o.due_at <= slacked.cast.clock()))] == []


@pytest.mark.parametrize("trouble", ["at its rate", "down", "behind a proxy that garbles"])
def test_while_slack_does_not_say_who_somebody_is_their_message_waits(slacked: Slacked, trouble: str) -> None:
    method = "users.lookupByEmail"
    if trouble == "at its rate":
        slacked.slack.rate_limit(method)
    elif trouble == "down":
        slacked.slack.break_down(method)
    else:
        slacked.slack.break_down(method, status=502, body=b"<h1>Mauvaise r\xe9ponse</h1>")
    admit(slacked.cast.desk, slacked.cast.secretary, ["meridian-net"], DAY)
    circulate(slacked.cast.desk, slacked.cast.secretary, DAY, None)
    approve_list(slacked.cast.desk, slacked.cast.secretary, DAY, early=True)
    slacked.deliver()
    before = [m.text for m in slacked.slack.messages("meridian-net")]
    slacked.later(minutes=10)
    after = [m.text for m in slacked.slack.messages("meridian-net") if m.text.startswith("*Invitation: Reports")]
    assert (before, len(after)) == ([], 1)


def test_a_user_of_another_team_is_nobodys_whatever_address_that_team_gives_them(slacked: Slacked) -> None:
    email = slacked.cast.actor("meridian-net").contact.email
    slacked.slack.change_user("meridian-net", email="former@meridian-net.example")
    slacked.slack.change_user("partner@other-team.example", email=email)
    partner = slacked.slack.user(email)
    admit(slacked.cast.desk, slacked.cast.secretary, ["meridian-net"], DAY)
    circulate(slacked.cast.desk, slacked.cast.secretary, DAY, None)
    approve_list(slacked.cast.desk, slacked.cast.secretary, DAY, early=True)
    slacked.deliver()
    assert "users.lookupByEmail" in [call.method for call in slacked.slack.calls]
    assert [m.text for m in slacked.slack.messages(partner.id) if "Reports" in m.text] == []
    with slacked.cast.desk.store.read() as tx:
        assert directory.is_linked(tx, partner.team_id, partner.id) is False
    asked = [call.method for call in slacked.slack.calls].count("users.lookupByEmail")
    contact = slacked.cast.actor("meridian-net").contact
    door = SlackDoor(slacked.cast.desk)
    for _ in range(3):  # who is nobody's for now is not asked for again with each message: Slack allows few such looks
        errand = Errand("E", "k", Door.SLACK, contact.id, None, "", 0, False, START, START)
        assert door(Notice("A", ()), errand, contact, START) == []
    assert [call.method for call in slacked.slack.calls].count("users.lookupByEmail") == asked + 1


def _item(cast: Cast) -> str:
    with cast.desk.store.read() as tx:
        (record,) = calls.upcoming(tx, cast.clock(), Part.ITEMS)
    return record.items[0].reference
