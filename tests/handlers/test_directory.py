"""The directory as a whole: what each may read of it, one's own entry, participants, the Agencies' channel."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.contact_words import NewContact, NewParticipant
from bot.errors import Conflict, NotEntitled
from bot.participants import ParticipantKind
from bot.when import read_moment
from handlers.announcing import announce_call
from handlers.calls import add_call
from handlers.channels import drop_channel, set_channel
from handlers.contacts import add_contact
from handlers.desk import Actor
from handlers.directory import add_participant, leave, read_directory, set_zone, show_me
from handlers.identity import ChannelInfo
from handlers.linking import link_contact
from handlers.objecting import Asked
from handlers.objections import object_to_access
from storage import identity, objections
from tests.cast import Cast
from tests.handlers.newcomers import BANK
from tests.lists import leave as leave_house
from tests.lists import with_call
from tests.told import Told

ICO = "spam-enforcement@gb-ico.example"


def names(cast: Cast, actor: Actor, word: str = "") -> list[str]:
    return [o.short_name for o in read_directory(cast.desk, actor, word)]


def people(cast: Cast, actor: Actor) -> set[str]:
    return {p.email for o in read_directory(cast.desk, actor) for p in o.people}


# --- reading ---


@pytest.mark.parametrize("short", ["gb-ico", "us-ftc"])
def test_agencies_read_the_whole_directory(cast: Cast, short: str) -> None:
    assert len(names(cast, cast.actor(short))) == 51


@pytest.mark.parametrize(("short", "own"), [("harbour-bank", "abuse-desk@"), ("oecd", "liaison@")])
def test_guests_read_their_own_people_and_the_secretariat(cast: Cast, short: str, own: str) -> None:
    assert people(cast, cast.actor(short)) == {
        f"{own}{short}.example", "secretariat@gb-oft.example", "secretariat@us-ftc.example"
    }  # fmt: skip


def test_an_agency_contact_that_chose_to_be_shown_is_read_by_guests_until_it_hides(cast: Cast) -> None:
    seen = []
    for shown in (True, False):
        show_me(cast.desk, cast.actor("gb-ico"), shown=shown)
        seen.append(ICO in people(cast, cast.actor("oecd")))
    assert seen == [True, False]


def test_a_guest_cannot_choose_to_be_shown(cast: Cast) -> None:
    with pytest.raises(Conflict) as refused:
        show_me(cast.desk, cast.actor("oecd"), shown=True)
    assert refused.value.says == (
        "Only an Agency's contact can choose to stand in the directory that representatives and observers read."
    )


@pytest.mark.parametrize("word", ["KISA", "kr", "internet & security", "SPAM-ENFORCEMENT@KR-KISA"])
def test_a_word_finds_names_addresses_and_countries(cast: Cast, word: str) -> None:
    assert names(cast, cast.secretary, word) == ["kr-kisa"]


def test_a_sector_finds_its_representatives(cast: Cast) -> None:
    assert names(cast, cast.secretary, "mobile-operator") == ["savanna-mobile"]


def test_what_a_guest_may_not_know_of_is_not_found_by_a_word_either(cast: Cast) -> None:
    assert [names(cast, cast.actor("oecd"), word) for word in ("gb-ico", "no such word")] == [[], []]


# --- one's own entry ---


def test_a_zone_is_the_contacts_from_then_on(cast: Cast) -> None:
    set_zone(cast.desk, cast.actor("gb-ico"), ZoneInfo("Asia/Tokyo"))
    assert str(cast.actor("gb-ico").zone) == "Asia/Tokyo"


# --- participants ---


def test_a_new_participant_comes_with_a_contact_of_the_kinds_first_role_and_mails_nobody(cast: Cast) -> None:
    told = Told(cast)
    add_participant(cast.desk, cast.secretary, BANK)
    (entry,) = read_directory(cast.desk, cast.secretary, "second-bank")
    assert [(p.email, [r.value for r in p.roles]) for p in entry.people] == [
        ("desk@second-bank.example", ["spam_enforcement_contact"])
    ]
    assert told.now() == []


def test_a_participant_that_is_there_is_not_added_again(cast: Cast) -> None:
    add_participant(cast.desk, cast.secretary, BANK)
    with pytest.raises(Conflict) as refused:
        add_participant(cast.desk, cast.secretary, BANK)
    assert refused.value.says == (
        'second-bank takes part already: Second Bank. To add a person, send `/lap contact add EMAIL "NAME" for '
        "second-bank`."
    )


def test_a_participant_that_left_comes_back_under_its_short_name(cast: Cast) -> None:
    first = add_participant(cast.desk, cast.secretary, BANK)
    leave(cast.desk, cast.secretary, "second-bank")
    assert add_participant(cast.desk, cast.secretary, BANK).participant.id == first.participant.id


def test_the_first_contact_of_a_new_agency_is_invited_to_the_calls_that_are_announced(cast: Cast) -> None:
    """It heard of a call by the reminder of the day before, with no entry in its calendar."""
    with_call(cast)
    leave_house(cast)
    agency = NewParticipant(
        "it-agcm", "AGCM", ParticipantKind.AGENCY, "IT", None, "Europe/Rome", "desk@it-agcm.example", "Anna"
    )
    assert add_participant(cast.desk, cast.secretary, agency).invited == 1
    assert [s.kind for s in leave_house(cast)] == ["welcome", "invitation", "invitation.held"]


def test_a_participant_that_left_does_not_come_back_as_another_kind(cast: Cast) -> None:
    """What it proposed as an Agency is its own still: a company would read it."""
    leave(cast.desk, cast.secretary, "nz-dia")
    with pytest.raises(Conflict) as refused:
        add_participant(cast.desk, cast.secretary, replace(BANK, short_name="nz-dia"))
    assert refused.value.says == (
        "nz-dia took part as agency before, and what it shared then is still its own. A participant does not change "
        "its kind: give it another short name."
    )


def test_who_comes_back_with_their_organisation_is_objected_to_as_before(cast: Cast) -> None:
    add_participant(cast.desk, cast.secretary, BANK)
    add_contact(cast.desk, cast.secretary, NewContact("joe@second-bank.example", "Joe", BANK.short_name))
    object_to_access(cast.desk, cast.actor("nz-dia"), Asked(BANK.email, standing=True))
    leave(cast.desk, cast.secretary, "second-bank")
    add_participant(cast.desk, cast.secretary, BANK)
    with cast.desk.store.read() as tx:
        standing = objections.of_agency(tx, None)
    assert [o.contact_id for o in standing] == [cast.by_email(BANK.email).contact.id]


def test_only_the_secretariat_adds_participants(cast: Cast) -> None:
    with pytest.raises(NotEntitled) as refused:
        add_participant(cast.desk, cast.actor("gb-ico"), BANK)
    assert refused.value.says == "Only the secretariat can add a participant. Ask it to, at calls@lap.example."


def test_a_participant_that_leaves_is_gone_from_directory_and_calendars(cast: Cast) -> None:
    start, _ = read_moment(["2027-02-16", "13:00", "UTC"], now=cast.clock(), zone=cast.secretary.zone)
    add_call(cast.desk, cast.secretary, start, 90, "Members' call")
    announce_call(cast.desk, cast.secretary, "2027-02-16")
    told = Told(cast)
    told.now()
    leave(cast.desk, cast.secretary, "gb-ico")
    assert names(cast, cast.secretary, "gb-ico") == []
    assert [(to, n.copy.cancelled if n.copy else None) for to, n in told.mails()] == [(ICO, True)]


def test_the_last_secretariats_organisation_cannot_leave(cast: Cast) -> None:
    leave(cast.desk, cast.secretary, "gb-oft")
    with pytest.raises(Conflict) as refused:
        leave(cast.desk, cast.secretary, "us-ftc")
    assert refused.value.says == (
        "Nobody would be the secretariat any more (Plan C). Give somebody else that role first."
    )


def test_the_first_mail_says_who_writes_what_comes_who_holds_the_data_and_how_to_leave(cast: Cast) -> None:
    start, _ = read_moment(["2027-02-16", "13:00", "UTC"], now=cast.clock(), zone=cast.secretary.zone)
    add_call(cast.desk, cast.secretary, start, 90, "Members' call")
    announce_call(cast.desk, cast.secretary, "2027-02-16")
    told = Told(cast)
    notice = next(n for to, n in told.mails("welcome") if to == ICO)
    texts = cast.desk.procedure.texts
    assert notice.subject == "Who writes to you, and why: the calls of the London Action Plan"
    assert notice.paragraphs == (
        "This is the first mail that you get from the London Action Plan. You are listed for Information "
        "Commissioner's Office as point of contact, and from now on this address, calls@lap.example, invites you to "
        "conference calls of the network.",
        "What will come: an invitation for each call or part of a call that you may join, with your own link to join "
        "it; a mail when its time changes; reminders of it; and its agenda and minutes, as far as they are yours to "
        "read.",
        "So that your calendar takes these invitations, add calls@lap.example to your contacts now. Times are shown in "
        "your time zone, Europe/London; if that is wrong, answer this mail.",
        "You need no account for any of it: at the foot of each mail stands the address of a page of your own, which "
        "says what awaits you. Whatever there is to do can be done by answering a mail in words: the secretariat reads "
        "it. Where you use Slack with the network, `/lap` does the same there.",
        f"Who holds your data, and why: {texts.holder} {texts.purpose}",
        texts.leaving,
        texts.authority,
    )


# --- the channel ---

PRIVATE = ChannelInfo(private=True, members=("UICO00001", "UNOBODY01"))


def channel(cast: Cast) -> str | None:
    with cast.desk.store.read() as tx:
        return identity.channel_of(tx, "T1")


def test_a_private_channel_of_agencies_becomes_theirs_and_strangers_in_it_are_named(cast: Cast) -> None:
    link_contact(cast.desk, cast.secretary, ICO, "UICO00001")
    assert set_channel(cast.desk, cast.secretary, "T1", "G1", PRIVATE).unknown == ("UNOBODY01",)
    assert channel(cast) == "G1"


def test_the_channel_ends_when_the_secretariat_says_so(cast: Cast) -> None:
    set_channel(cast.desk, cast.secretary, "T1", "G1", PRIVATE)
    drop_channel(cast.desk, cast.secretary, "T1")
    assert channel(cast) is None


REFUSED_CHANNELS = [
    (
        None,
        "Slack does not let me look into this channel. Invite me into it with `/invite`, then send `/lap channel here` "
        "again.",
    ),
    (
        ChannelInfo(private=False, members=()),
        "This is no private channel, so it cannot be the Agencies' channel. Make a private one, invite me, and send "
        "`/lap channel here` there.",
    ),
    (
        ChannelInfo(private=True, members=("UBANK0001",)),
        "People of Harbour Bank are in this channel, and the Agencies' channel holds Agencies and the secretariat "
        "only. Use a channel without them.",
    ),
]


@pytest.mark.parametrize(("info", "says"), REFUSED_CHANNELS)
def test_a_channel_that_will_not_do_is_refused(cast: Cast, info: ChannelInfo | None, says: str) -> None:
    link_contact(cast.desk, cast.secretary, "abuse-desk@harbour-bank.example", "UBANK0001")
    with pytest.raises(Conflict) as refused:
        set_channel(cast.desk, cast.secretary, "T1", "G1", info)
    assert (refused.value.says, channel(cast)) == (says, None)
