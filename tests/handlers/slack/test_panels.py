"""The post in the Agencies' channel against the workspace: what it says as the call moves, and when it says nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.confidentiality import Tlp
from bot.item_changes import Change, Do
from bot.notices import Notice
from bot.proxies import Bringing
from bot.spoken import read_spoken
from bot.topics import AudienceKind
from handlers.agenda_changes import change_item
from handlers.announcing import announce_call
from handlers.attendance import record_present
from handlers.attendees import unadmit
from handlers.calls import add_call
from handlers.channels import drop_channel, set_channel
from handlers.contacts import replace_contact
from handlers.delivery import deliver_all
from handlers.departures import record_left
from handlers.directory import leave
from handlers.identity import ChannelInfo, Profile, nobody, the_machine
from handlers.kinds import KINDS
from handlers.labels import set_label
from handlers.link_codes import ask_code, code_of, enter_code, secrets_of
from handlers.linking import follow_profile, link_contact, unlink
from handlers.live import clear_gate, end_call, next_item, shut_gate, start_call
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.panels import WITHHELD
from handlers.posting import KIND
from handlers.proxies import bring_proxy
from handlers.queue import ask_for_floor, show_queue
from handlers.roster import export_roster, import_roster
from handlers.said import Line
from handlers.segments import PartChange, add_segment, change_segment
from handlers.slack.door import SlackDoor, text_of
from handlers.spoken import speak
from handlers.work import CHANNEL
from storage import calls, contacts, directory, identity
from storage.calls import Part
from storage.tables import Door, ExposureRow, OutboxRow, OutboxState, columns
from tests.cast import Cast, cast_settings
from tests.lists import DAY, START, with_approved, with_item
from tests.slack_front import press, say
from tests.workspace.clock import MovableClock
from tests.workspace.slack import Workspace

AGENCIES = ("fr-cnil", "gb-ico")
NOTHING = "*Nothing is shown here at this moment.*"


@dataclass
class Room:
    """A cast that posts into a workspace with an Agencies' channel of two Agencies and the secretariat."""

    cast: Cast
    slack: Workspace
    channel: str

    def deliver(self) -> None:
        """Has the posts leave; all else that is due is let go."""
        t = columns(OutboxRow)
        with self.cast.desk.store.begin() as tx:
            others = update(OutboxRow).where(t.kind != KIND, t.state == OutboxState.DUE)
            tx.execute(others.values(state=OutboxState.DROPPED))
        deliver_all(self.cast.desk, KINDS)

    def posts(self) -> list[str]:
        """What stands in the channel now, the first line of each post taken off: the call's title."""
        self.deliver()
        posted = [m for m in self.slack.messages("fr-cnil") if m.channel == self.channel]
        return [m.text for m in posted]

    def tie(self, user: str, contact_id: str) -> None:
        with self.cast.desk.store.begin() as tx:
            directory.link_slack_user(tx, "T1", user, contact_id, "roster", self.cast.clock(), confirmed=True)

    def told(self, kind: str) -> int:
        t = columns(OutboxRow)
        with self.cast.desk.store.read() as tx:
            return len(tx.execute(select(t.id).where(t.kind == kind, t.door == Door.MAIL)).all())


@pytest.fixture
def room(cast: Cast) -> Iterator[Room]:
    with Workspace.from_roster(clock=MovableClock(frozen=True)) as slack:
        settings = cast_settings(
            database_url=cast.desk.settings.database_url, slack_bot_token=slack.bot_token, slack_api_url=slack.api_url
        )
        desk = replace(cast.desk, settings=settings)
        door = SlackDoor(desk)
        cast.desk = replace(desk, send={Door.MAIL: lambda *_: None, Door.SLACK: door}, channels=door)
        users = {name: slack.user(name).id for name in (*AGENCIES, "harbour-bank")}
        channel = slack.add_channel("agencies", *(users[name] for name in AGENCIES))
        made = Room(cast, slack, channel.id)
        for name in (*AGENCIES, "harbour-bank"):
            made.tie(users[name], cast.actor(name).contact.id)
        with cast.desk.store.begin() as tx:
            identity.set_channel(tx, "T1", channel.id, cast.clock())
        yield made


def begun(room: Room) -> str:
    call_id = with_approved(room.cast, "harbour-bank")
    with_item(room.cast, call_id, "meridian-net")
    room.cast.clock.at = START
    start_call(room.cast.desk, room.cast.secretary, None)
    return call_id


def dated(minutes: int) -> str:
    """So many minutes after the start, as Slack shows it to each in their own hour, UTC beside it or in its place."""
    at = START + timedelta(minutes=minutes)
    return f"<!date^{int(at.timestamp())}^{{time}} ({at:%H:%M} UTC)|{at:%H:%M} UTC>"


def test_a_moment_within_what_people_typed_stays_as_they_typed_it() -> None:
    notice = Notice(
        "", ("Now: until 13:30 UTC, until 13:30 UTC: 30 min left",), moments=(START + timedelta(minutes=30),)
    )
    assert text_of(notice).splitlines()[-1] == f"Now: until 13:30 UTC, until {dated(30)}: 30 min left"


def test_one_post_says_where_the_call_stands_and_is_changed_as_it_moves(room: Room) -> None:
    begun(room)
    opening = room.posts()
    cast = room.cast
    next_item(cast.desk, cast.secretary)
    ask_for_floor(cast.desk, cast.actor("gb-ico"))
    item = room.posts()
    shut_gate(cast.desk, cast.secretary)
    shut = room.posts()
    clear_gate(cast.desk, cast.secretary)
    closed = room.posts()
    end_call(cast.desk, cast.secretary)
    assert [opening, shut, closed, room.posts()] == [
        [f"*Case updates (2027-02-16)*\nReports (joint), until {dated(30)}: 30 min left\nAt its opening. `/lap "
         "agenda` shows its items.\nNobody waits for the floor."],
        ["*Case updates (2027-02-16)*\nThe gate behind “Reports” is shut: nobody is led in until it is cleared."],
        [f"*Case updates (2027-02-16)*\nAgencies (for Agencies only), until {dated(60)}: 60 min left\nAt its "
         "opening. `/lap agenda` shows its items.\nNobody waits for the floor."],
        [NOTHING],
    ]  # fmt: skip
    [words] = item
    assert "TLP:AMBER Phishing of banks, until " + dated(10) + ": 10 min left" in words
    assert words.endswith("Waiting for the floor: 1. Information Commissioner's Office (Point of contact)")


def test_the_post_follows_the_words_that_move_a_call_as_it_does_next(room: Room) -> None:
    """The buttons of one that did not were a place behind: who pressed *Next* was told that somebody was quicker."""
    call_id = begun(room)
    cast = room.cast
    with_item(cast, call_id, "fr-cnil", "Robocall gateways")
    with cast.desk.store.read() as tx:
        found = calls.one(tx, call_id, Part.ITEMS)
    assert found is not None
    second = next(i.reference for i in found.items if i.title == "Robocall gateways")
    cast.clock.at += timedelta(seconds=5)
    room.deliver()
    spoken = read_spoken(f"#topic {second}")
    assert spoken is not None
    speak(cast.desk, cast.secretary, Line(spoken))
    assert "Robocall gateways" in room.posts()[0]


def test_the_post_names_whom_an_agency_brings_by_the_agency_alone(room: Room) -> None:
    begun(room)
    cast = room.cast
    bring_proxy(cast.desk, cast.actor("gb-ico"), Bringing("jane@gb-ico.example", "Jane Doe", DAY))
    ask_for_floor(cast.desk, cast.by_email("jane@gb-ico.example"))
    assert room.posts()[0].endswith("Waiting for the floor: 1. gb-ico")


@pytest.mark.parametrize(
    "taken_off",
    ["unadmit", "object", "left", "part closed", "participant leaves", "contact replaced"],
)
def test_who_is_taken_off_while_they_wait_for_the_floor_is_named_there_no_longer(room: Room, taken_off: str) -> None:
    """They stood in the post until the call moved on, and who went on reading it counted on them."""
    begun(room)
    cast = room.cast
    ask_for_floor(cast.desk, cast.actor("harbour-bank"))
    assert room.posts()[0].endswith("Waiting for the floor: 1. Harbour Bank (Spam enforcement contact)")
    if taken_off == "unadmit":
        unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    elif taken_off == "object":
        object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank"))
    elif taken_off == "left":
        record_present(cast.desk, cast.secretary, "harbour-bank")
        record_left(cast.desk, cast.secretary, "harbour-bank")
    elif taken_off == "part closed":
        change_segment(cast.desk, cast.secretary, f"{DAY}/1", PartChange(audience=AudienceKind.AGENCIES))
    elif taken_off == "participant leaves":
        leave(cast.desk, cast.secretary, "harbour-bank")
    else:
        replace_contact(
            cast.desk, cast.secretary, "abuse-desk@harbour-bank.example", "new@harbour-bank.example", "Jane Doe"
        )
    assert room.posts()[0].endswith("Nobody waits for the floor.")


def test_a_name_that_was_not_approved_yet_and_leaves_the_list_moves_no_post(room: Room) -> None:
    """Agencies do not know of it before it goes round: a post that is made anew would say that something was there."""
    begun(room)
    cast = room.cast
    say(cast, cast.secretary, f"admit meridian-net to {DAY}/1")
    room.deliver()
    unadmit(cast.desk, cast.secretary, ["meridian-net"], DAY)
    t = columns(OutboxRow)
    with cast.desk.store.read() as tx:
        assert tx.execute(select(t.id).where(t.kind == KIND, t.state == OutboxState.DUE)).all() == []


def test_who_comes_back_onto_the_list_has_to_ask_for_the_floor_anew(room: Room) -> None:
    begun(room)
    cast = room.cast
    ask_for_floor(cast.desk, cast.actor("harbour-bank"))
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    for line in (f"admit harbour-bank to {DAY}/1", f"circulate {DAY} go", f"approve {DAY} early go"):
        say(cast, cast.secretary, line)
    assert show_queue(cast.desk, cast.actor("harbour-bank")).speakers == ()
    assert room.posts()[0].endswith("Nobody waits for the floor.")


def test_many_changes_at_once_are_one_message_to_slack(room: Room) -> None:
    begun(room)
    for name in AGENCIES:
        ask_for_floor(room.cast.desk, room.cast.actor(name))
    room.deliver()
    assert len(room.posts()) == 1


def test_the_buttons_of_the_post_act_for_who_runs_the_call_and_for_nobody_else(room: Room) -> None:
    begun(room)
    room.deliver()
    [post] = [m for m in room.slack.messages("fr-cnil") if m.channel == room.channel]
    buttons = {b["action_id"]: b["value"] for b in post.blocks[1]["elements"]}
    assert set(buttons) == {"q+", "next", "skip", "gate"}
    cast = room.cast
    refused = press(cast, cast.actor("gb-ico"), "next", buttons["next"]).text
    assert refused.startswith("No call is under way that is yours to run")
    assert press(cast, cast.actor("gb-ico"), "q+", buttons["q+"]).text.startswith("Information Commissioner's Office")
    assert press(cast, cast.secretary, "next", buttons["next"]).text.startswith("Now: ")
    assert press(cast, cast.secretary, "next", buttons["next"]).text.startswith("Somebody was quicker")


@pytest.mark.parametrize("who", ["harbour-bank", "a stranger", "somebody removed"])
def test_while_somebody_who_may_not_read_it_is_in_the_channel_nothing_is_posted_and_the_secretariat_told(
    room: Room, who: str
) -> None:
    if who == "somebody removed":
        with room.cast.desk.store.begin() as tx:
            gone = room.cast.actor("gb-ico").contact
            contacts.end_contacts(tx, [gone.id], room.cast.clock())
    else:
        user = room.slack.user("harbour-bank" if who == "harbour-bank" else "polar-telecom")
        room.slack.join(user.id, room.channel)
    begun(room)
    assert room.posts() == []
    once = room.told(WITHHELD)
    next_item(room.cast.desk, room.cast.secretary)
    assert room.posts() == []
    assert (once > 0, room.told(WITHHELD)) == (True, once)


def test_a_post_that_stands_is_emptied_once_somebody_comes_who_may_not_read_it(room: Room) -> None:
    begun(room)
    before = room.posts()
    room.slack.join(room.slack.user("harbour-bank").id, room.channel)
    next_item(room.cast.desk, room.cast.secretary)
    assert ("Reports" in before[0], room.posts()) == (True, [NOTHING])


def test_of_a_part_that_one_agency_in_the_channel_does_not_hear_nothing_stands_there(room: Room) -> None:
    cast = room.cast
    add_call(cast.desk, cast.secretary, START, 60, "Case updates")
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.AGENCIES, 20, "Two of us", only=["gb-ico", "us-ftc"])
    announce_call(cast.desk, cast.secretary, DAY)
    cast.clock.at = START
    start_call(cast.desk, cast.secretary, None)
    open_to_all = room.posts()
    shut_gate(cast.desk, cast.secretary)
    clear_gate(cast.desk, cast.secretary)
    assert ("\nAgencies (" in open_to_all[0], room.posts()) == (True, [NOTHING])


@pytest.mark.parametrize("before", [True, False])
def test_neither_a_number_nor_a_gate_tells_an_agency_in_the_channel_of_a_part_that_it_does_not_hear(
    room: Room, before: bool
) -> None:
    cast = room.cast
    add_call(cast.desk, cast.secretary, START, 60, "Case updates")
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.AGENCIES, 20, "Two of us", only=["gb-ico", "us-ftc"])
    if before:
        change_segment(cast.desk, cast.secretary, f"{DAY}/2", PartChange(by=-1))
    announce_call(cast.desk, cast.secretary, DAY)
    cast.clock.at = START
    start_call(cast.desk, cast.secretary, None)
    if before:
        shut_gate(cast.desk, cast.secretary)
        clear_gate(cast.desk, cast.secretary)
    [heard] = room.posts()
    assert (heard.count("\nAgencies ("), "2027-02-16/" in heard) == (1, False)
    if not before:
        shut_gate(cast.desk, cast.secretary)
        assert (room.posts(), room.told(WITHHELD)) == ([heard], 0)


@pytest.mark.parametrize("behind", [True, False])
def test_to_who_is_left_out_of_what_lies_behind_a_part_the_post_ends_as_that_of_a_call_which_ends_there(
    room: Room, behind: bool
) -> None:
    cast = room.cast
    add_call(cast.desk, cast.secretary, START, 60 if behind else 40, "Case updates")
    if behind:
        add_segment(cast.desk, cast.secretary, DAY, AudienceKind.AGENCIES, 20, "Two of us", only=["gb-ico", "us-ftc"])
    announce_call(cast.desk, cast.secretary, DAY)
    cast.clock.at = START
    start_call(cast.desk, cast.secretary, None)
    on = room.posts()
    if behind:
        shut_gate(cast.desk, cast.secretary)
    shut = room.posts()
    (clear_gate if behind else end_call)(cast.desk, cast.secretary)
    assert shut == on
    assert [on, room.posts()] == [
        [f"*Case updates (2027-02-16)*\nAgencies (for Agencies only), until {dated(40)}: 40 min left\nAt its "
         "opening. `/lap agenda` shows its items.\nNobody waits for the floor."],
        [NOTHING],
    ]  # fmt: skip


def test_a_post_and_its_buttons_name_a_part_behind_midnight_by_its_own_day(room: Room) -> None:
    cast, late = room.cast, START + timedelta(hours=10, minutes=30)
    add_call(cast.desk, cast.secretary, late, 60, "Case updates")
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.AGENCIES, 30, "Two of us", only=["gb-ico", "us-ftc"])
    change_segment(cast.desk, cast.secretary, f"{DAY}/2", PartChange(by=-1))
    announce_call(cast.desk, cast.secretary, DAY)
    cast.clock.at = late
    start_call(cast.desk, cast.secretary, None)
    shut_gate(cast.desk, cast.secretary)
    cast.clock.at = late + timedelta(minutes=30)
    clear_gate(cast.desk, cast.secretary)
    assert room.posts()[0].startswith("*Case updates (2027-02-17)*\n")
    [post] = [m for m in room.slack.messages("fr-cnil") if m.channel == room.channel]
    buttons = {b["action_id"]: b["value"] for b in post.blocks[-1]["elements"]}
    assert all(value.startswith("2027-02-17") for value in buttons.values())
    for name in AGENCIES:
        assert "1. " in press(cast, cast.actor(name), "q+", buttons["q+"]).text, name
    assert press(cast, cast.secretary, "gate", buttons["gate"]).text.startswith("“Agencies” is the last part")


def test_a_post_is_emptied_once_somebody_who_reads_it_is_a_contact_no_longer(room: Room) -> None:
    begun(room)
    before = room.posts()
    cast = room.cast
    replace_contact(cast.desk, cast.secretary, cast.actor("gb-ico").contact.email, "new@gb-ico.example", "New")
    assert ("Reports" in before[0], room.posts()) == (True, [NOTHING])


@pytest.mark.parametrize(
    "way", ["unlink", "unlink the contact", "profile", "link to another", "code of another", "roster"]
)
def test_a_post_is_emptied_once_an_account_that_reads_it_speaks_for_its_agency_no_longer(room: Room, way: str) -> None:
    """Who went to a company kept the post before their eyes until the call moved."""
    cast, user, bank = room.cast, room.slack.user("gb-ico").id, room.cast.actor("harbour-bank").contact.email
    with cast.desk.store.begin() as tx:
        directory.link_slack_user(
            tx, "T1", user, cast.actor("gb-ico").contact.id, "profile", cast.clock(), confirmed=True
        )
    begun(room)
    before = room.posts()
    if way == "unlink":
        unlink(cast.desk, cast.secretary, user_id=user)
    elif way == "unlink the contact":
        unlink(cast.desk, cast.secretary, email=cast.actor("gb-ico").contact.email)
    elif way == "profile":
        follow_profile(cast.desk, "T1", user, Profile(bank, full_member=True))
    elif way == "link to another":
        link_contact(cast.desk, cast.secretary, bank, user)
    elif way == "roster":
        now = export_roster(cast.desk, the_machine("command line"))
        lines = now.contacts.replace(user, "").splitlines()
        told = "\n".join(f"{line.rpartition(',')[0]},{user}" if bank in line else line for line in lines)
        import_roster(cast.desk, the_machine("command line"), now.participants.encode(), told.encode())
    else:
        ask_code(cast.desk, nobody(user, None), "T1", bank)
        with cast.desk.store.read() as tx:
            asked = identity.mailed_code(tx, "T1", user)
        assert asked is not None
        code = code_of(secrets_of(cast.desk)[0], "T1", user, asked.contact_id or "", asked.expires_at)
        enter_code(cast.desk, nobody(user, None), "T1", code, full_member=True)
    assert ("Reports" in before[0], room.posts()) == (True, [NOTHING])


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_post_is_emptied_once_its_channel_is_the_agencies_no_longer(room: Room, elsewhere: bool) -> None:
    """Whoever is let into that channel from then on, nobody asks whether they may read what stands there."""
    cast, members = room.cast, [room.slack.user(name).id for name in AGENCIES]
    begun(room)
    before = room.posts()
    if elsewhere:
        other = room.slack.add_channel("others", *members).id
        set_channel(cast.desk, cast.secretary, "T1", other, ChannelInfo(private=True, members=tuple(members)))
    else:
        drop_channel(cast.desk, cast.secretary, "T1")
    assert ("Reports" in before[0], room.posts()) == (True, [NOTHING])
    if elsewhere:
        next_item(cast.desk, cast.secretary)
        room.deliver()
        assert [m.text.count("Phishing") for m in room.slack.messages("fr-cnil") if m.channel == other] == [1]


class GivenUp:
    """A door of Slack while whose look into a channel somebody gives that up."""

    def __init__(self, room: Room) -> None:
        self._room, self._door = room, room.cast.desk.channels
        self._desk = room.cast.desk

    def look(self, channel: str) -> Sequence[str]:
        assert self._door is not None
        members = self._door.look(channel)
        drop_channel(self._desk, self._room.cast.secretary, "T1")
        return members

    def post(self, channel: str, ts: str | None, notice: Notice) -> str:
        assert self._door is not None
        return self._door.post(channel, ts, notice)


def test_nothing_is_posted_in_a_channel_that_is_given_up_while_it_is_looked_into(room: Room) -> None:
    begun(room)
    room.cast.desk = replace(room.cast.desk, channels=GivenUp(room))
    assert room.posts() == []


def test_what_unties_an_account_waits_for_what_is_leaving_for_it(room: Room) -> None:
    cast, ico = room.cast, room.cast.actor("gb-ico").contact
    with cast.desk.store.sending(ico.id):
        done = unlink(cast.desk, cast.secretary, email=ico.email)
    assert done.in_flight.count == 1


def test_a_title_leaves_the_post_once_its_label_is_too_strict_for_slack(room: Room) -> None:
    begun(room)
    cast = room.cast
    item = next_item(cast.desk, cast.secretary).item
    assert item is not None
    shown = room.posts()
    set_label(cast.desk, cast.actor("fr-cnil"), item.reference, Tlp.RED)
    assert (["Phishing" in text for text in shown], ["Phishing" in text for text in room.posts()]) == ([True], [False])


@pytest.mark.parametrize("change", [Change(Do.TITLE, title="Kauri"), Change(Do.WITHDRAW)])
def test_a_title_leaves_the_post_once_its_item_has_another_or_none_reads_it(room: Room, change: Change) -> None:
    begun(room)
    cast = room.cast
    item = next_item(cast.desk, cast.secretary).item
    assert item is not None
    shown = room.posts()
    change_item(cast.desk, cast.actor("meridian-net"), item.reference, change)
    assert (["Phishing" in text for text in shown], ["Phishing" in text for text in room.posts()]) == ([True], [False])


def test_what_the_post_showed_stands_in_the_ledger_of_each_who_reads_the_channel(room: Room) -> None:
    begun(room)
    room.deliver()
    e = columns(ExposureRow)
    with room.cast.desk.store.read() as tx:
        rows = tx.execute(select(e.contact_id, e.left_at).where(e.kind == KIND)).all()
    assert {r.contact_id for r in rows} == {room.cast.actor(n).contact.id for n in AGENCIES}
    assert all(r.left_at is not None for r in rows)


def test_an_act_that_narrows_an_agency_waits_for_a_post_that_is_leaving_and_names_it(room: Room) -> None:
    begun(room)
    with room.cast.desk.store.sending(CHANNEL):
        email = room.cast.actor("gb-ico").contact.email
        done = replace_contact(room.cast.desk, room.cast.secretary, email, "new@gb-ico.example", "Jane Doe")
    assert done.in_flight.messages == ("the post in the Agencies' channel",)


def test_an_objection_to_a_guest_names_no_post_that_no_guest_reads(room: Room) -> None:
    begun(room)
    with room.cast.desk.store.sending(CHANNEL):
        done = object_to_access(room.cast.desk, room.cast.actor("fr-cnil"), Asked("harbour-bank"))
    assert done.in_flight.messages == ()
