"""The directory typed into Slack: contacts, participants, the channel, and the buttons of what waits."""

import pytest

from bot.contact_words import ADD, LINK, PARTICIPANT, REMOVE, REPLACE, UNLINK
from handlers.identity import ChannelInfo, nobody
from handlers.link_codes import ask_code, enter_code
from handlers.slack.front import Front
from handlers.slack.reply import MOST_TEXT
from handlers.slack.rooms import ROOMS
from tests.cast import Cast
from tests.slack_front import press, say, unmended
from tests.told import Told

ICO = "spam-enforcement@gb-ico.example"
BANK = "abuse-desk@harbour-bank.example"

# --- directory ---


def test_a_guest_reads_its_own_people_and_the_secretariat(cast: Cast) -> None:
    assert say(cast, cast.actor("harbour-bank"), "directory").text == (
        "Who takes part, as far as you may know:\n"
        "`gb-oft` Office of Fair Trading (GB)\n"
        "• Secretariat, gb-oft, secretariat@gb-oft.example, secretariat\n"
        "`harbour-bank` Harbour Bank (GB, financial institution)\n"
        f"• Spam enforcement contact, harbour-bank, {BANK}, spam enforcement contact, Europe/London\n"
        "`us-ftc` Federal Trade Commission (US)\n"
        "• Secretariat, us-ftc, secretariat@us-ftc.example, secretariat"
    )


def test_a_long_directory_ends_with_the_command_for_the_rest_until_all_was_shown(cast: Cast) -> None:
    line, shown = "directory", []
    while line:
        text = say(cast, cast.secretary, line).text
        assert len(text) <= MOST_TEXT
        shown += [row.split("`")[1] for row in text.splitlines() if row.startswith("`")]
        rest = text.rpartition("… the rest: `/lap ")
        line = rest[2].strip("`") if rest[1] else ""
    assert (len(shown), len(set(shown))) == (51, 51)


@pytest.mark.parametrize("word", ["gb-ico", "zzz"])
def test_hidden_and_missing_are_answered_alike(cast: Cast, word: str) -> None:
    assert say(cast, cast.actor("oecd"), f"directory {word}").text == (
        f"Nothing in the directory that is yours to see holds “{word}”. `/lap directory` shows all of it."
    )


def test_an_agency_contact_shows_itself(cast: Cast) -> None:
    assert say(cast, cast.actor("gb-ico"), "directory show me").text == (
        "You stand in the directory that representatives and observers read, with name and address."
    )
    assert ICO in say(cast, cast.actor("oecd"), "directory gb-ico").text


# --- contact ---

DONE = [
    (
        'contact add jane@gb-ico.example "Jane Doe" for gb-ico as point zone Paris',
        "Jane Doe, jane@gb-ico.example, is point of contact of Information Commissioner's Office (`gb-ico`) now; times "
        "are shown in Europe/Paris. Nobody was mailed.",
    ),
    (
        f'contact replace {ICO} by jane@gb-ico.example "Jane <!channel>"',
        "Jane &lt;!channel&gt;, jane@gb-ico.example, is in the place of Point of contact, gb-ico for Information "
        "Commissioner's Office now. Roles, open actions and coming invitations have passed on; links, and what was "
        "under TLP:RED, have not.",
    ),
    (
        "contact remove secretariat@gb-oft.example",
        "Secretariat, gb-oft, secretariat@gb-oft.example, is no contact of Office of Fair Trading any more. Links are "
        "dead, and coming calendar entries are taken back. This is in effect now.",
    ),
    (
        f"contact link <mailto:{ICO}|{ICO}> to <@U024BE7LH|jane>",
        f"<@U024BE7LH> speaks for Point of contact, gb-ico, {ICO}, from now on. They are told by mail and in Slack.",
    ),
]


@pytest.mark.parametrize(("line", "says"), DONE)
def test_the_secretariat_keeps_the_contacts(cast: Cast, line: str, says: str) -> None:
    reply = say(cast, cast.secretary, line)
    assert says in (reply.text, unmended(reply))


def test_a_tie_is_undone_by_mention(cast: Cast) -> None:
    say(cast, cast.secretary, f"contact link {ICO} to <@U024BE7LH>")
    assert say(cast, cast.secretary, "contact unlink <@U024BE7LH>").text == (
        f"<@U024BE7LH> no longer speaks for Point of contact, gb-ico, {ICO}."
    )


REFUSED = [
    (
        "contact",
        f"Say what to do with whom: {ADD}, {REPLACE}, {REMOVE}, {LINK} or {UNLINK}.",
    ),
    (
        "contact add Jane Doe for gb-ico",
        f"I find no e-mail address in “Jane Doe for gb-ico”. Write it as in {ADD}.\nYou typed: `/lap contact add Jane "
        "Doe for gb-ico`",
    ),
    (
        "contact remove Jane",
        f"I find no e-mail address in “Jane”. Write it as in {REMOVE}.\nYou typed: `/lap contact remove Jane`",
    ),
    (
        "contact remove nobody@nowhere.example",
        "nobody@nowhere.example is no contact's address. `/lap directory` lists them.",
    ),
]


@pytest.mark.parametrize(("line", "says"), REFUSED)
def test_what_cannot_be_done_is_refused_with_an_example_and_what_was_typed(cast: Cast, line: str, says: str) -> None:
    reply = say(cast, cast.secretary, line)
    assert says in (reply.text, unmended(reply))


def test_a_representative_asks_and_the_button_of_the_secretariat_confirms(cast: Cast) -> None:
    told = Told(cast)
    asked = say(cast, cast.actor("harbour-bank"), 'contact add jane@harbour-bank.example "Jane Doe"').text
    button = told.now()[0][3].buttons[0]
    assert asked == (
        f"Asked: `{button.value}`. The secretariat has been asked by mail and in Slack to confirm Jane Doe, "
        "jane@harbour-bank.example, as a contact of Harbour Bank. Nothing changes until it does; you are told by mail."
    )
    assert press(cast, cast.secretary, button.action, button.value).text == (
        "Jane Doe, jane@harbour-bank.example, is a contact of Harbour Bank (`harbour-bank`) now; times are shown in "
        "Europe/London. Nobody was mailed."
    )


def test_the_same_request_twice_asks_once(cast: Cast) -> None:
    lines = [
        say(cast, cast.actor("harbour-bank"), 'contact add j@harbour-bank.example "Jane"', trigger="one").text
        for _ in range(2)
    ]
    reference = lines[0].split("`")[1]
    assert lines[1] == f"This was already done: `{reference}`."


def test_a_guests_link_is_confirmed_by_its_button(cast: Cast) -> None:
    told = Told(cast)
    ask_code(cast.desk, nobody("UGUEST001", None), "T1", ICO)
    code = told.mails("iam")[0][1].paragraphs[1].rpartition(" ")[2]
    enter_code(cast.desk, nobody("UGUEST001", None), "T1", code, full_member=False)
    button = next(n.buttons[0] for k, _, _, n in told.now() if k == "link.waits")
    assert press(cast, cast.secretary, button.action, button.value).text == (
        f"<@UGUEST001> speaks for Point of contact, gb-ico, {ICO}, from now on. They are told by mail and in Slack."
    )


def test_observers_are_told_whose_verb_it_is(cast: Cast) -> None:
    assert say(cast, cast.actor("oecd"), "contact remove a@b.c").text == (
        "`contact` is for the secretariat, Agencies and private sector representatives. `/lap help` shows what is "
        "yours."
    )


# --- participant ---

SECOND = 'second-bank "Second Bank" representative financial-institution GB zone London d@second.example "Desk"'


def test_a_participant_comes_and_leaves(cast: Cast) -> None:
    said = [
        say(cast, cast.secretary, line).text for line in (f"participant add {SECOND}", "participant leave second-bank")
    ]
    assert said == [
        "Second Bank (`second-bank`) takes part from now on, with Desk, d@second.example, as its first contact. Nobody "
        "was mailed.",
        "Second Bank (`second-bank`) no longer takes part. Its contacts are nobody from now on, and their links are "
        "dead. This is in effect now.\nActions that it had open are yours to give to somebody else or to drop: `/lap "
        "actions declined` lists what is left over.",
    ]


@pytest.mark.parametrize("meant", ["me", "meridian", "Meridian Net", "abuse-desk@meridian-net.example"])
def test_nobody_leaves_by_a_beginning_of_their_name(cast: Cast, meant: str) -> None:
    assert "leave meridian-net`" in say(cast, cast.secretary, f"participant leave {meant}").text
    assert "(`meridian-net`) no longer takes part" in say(cast, cast.secretary, "participant leave MERIDIAN-net").text


def test_a_participant_without_words_is_asked_for_with_an_example(cast: Cast) -> None:
    assert unmended(say(cast, cast.secretary, "participant")) == (
        f"Say which one: {PARTICIPANT} or `/lap participant leave nz-dia`."
    )


# --- channel ---


def in_channel(cast: Cast, line: str, info: ChannelInfo | None) -> str:
    """What the secretariat is answered in a channel of which Slack says *info*."""
    say(cast, cast.secretary, "whoami")
    front = Front(cast.desk, ROOMS, lambda team, user: None, lambda team, channel: info)
    body = {"team_id": "T1", "user_id": cast.secretary.user, "text": line, "channel_id": "G1"}
    return front.command({**body, "trigger_id": cast.desk.new_id()}).text


def test_a_private_channel_becomes_the_agencies_one_and_ends(cast: Cast) -> None:
    info = ChannelInfo(private=True, members=("UNOBODY01",))
    assert [in_channel(cast, f"channel {word}", info) for word in ("here", "off")] == [
        "This is the Agencies' channel of the calls now. I do not know <@UNOBODY01>: nothing closed is said here while "
        "they are in it. If they are Agency contacts, each can type `/lap iam EMAIL`.",
        "This team has no Agencies' channel any more.",
    ]


def test_the_channel_verb_says_where_it_is_typed(cast: Cast) -> None:
    assert in_channel(cast, "channel", None).partition("\nYou typed")[0] == (
        "Say `/lap channel here` in the private channel that is to be the Agencies' one, or `/lap channel off`."
    )
