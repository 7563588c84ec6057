"""Lines of the calls' channel over signed HTTP and Socket Mode: acted on once, acknowledged by a reaction, or refused
to their author alone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from handlers.slack.app import make_app
from handlers.slack.lines_heard import MENTIONED
from handlers.slack.socket_mode import Socket
from tests.story.teller import Teller, utc
from tests.workspace.clock import MovableClock
from tests.workspace.people import BOT, BOT_USER
from tests.workspace.records import Message
from tests.workspace.running import Running, running
from tests.workspace.slack import AGENCIES_CHANNEL

S = "secretariat@us-ftc.example"
SCRIBE = "spam-enforcement@fr-cnil.example"
NZ = "spam-enforcement@nz-dia.example"
BANK = "abuse-desk@harbour-bank.example"
STRANGER = "I do not know that command, or I do not know you yet."
CALL = "2027-02-16"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Teller]:
    """A call that runs, with lines read in its channel; Harbour Bank was let into the channel by mistake."""
    clock = MovableClock(utc("2027-02-15T09:00"), frozen=True)
    with running(tmp_path_factory.mktemp("lines"), clock=clock) as made:
        made.served.slack.read_lines()
        teller = Teller(made)
        teller.says(S, f'call add {CALL} 13:00 UTC for 90 "Members\' call"')
        teller.says(S, f"announce {CALL} go")
        made.served.slack.command(S, "channel here", AGENCIES_CHANNEL)
        made.served.slack.join(BANK, AGENCIES_CHANNEL)
        clock.set(utc("2027-02-16T13:00"))
        teller.says(S, "start")
        teller.says(S, f"scribe {SCRIBE}")
        yield teller


def typed(told: Teller, user: str, text: str) -> Message:
    """What somebody writes into the channel, a second and a half after what was last written; all that follows from it
    has happened."""
    told.made.served.clock.advance(timedelta(seconds=1.5))
    made = told.made.served.slack.say(user, AGENCIES_CHANNEL, text)
    told.made.settle()
    return made


def minutes(told: Teller) -> str:
    return told.says(S, f"minutes {CALL}")


def read_by(told: Teller, user: str) -> list[str]:
    """What the bot told *user* alone, oldest first."""
    said = told.made.served.slack.messages(user)
    return [m.text for m in said if m.author == BOT_USER and (m.ephemeral or m.channel != typed_in(told))]


def _message(told: Teller, ts: str, text: str) -> dict[str, str]:
    user = told.made.served.slack.user(SCRIBE)
    moment = f"{told.made.served.clock.now().timestamp():.0f}"[:-1] + ts
    return {"user": user.id, "channel": typed_in(told), "channel_type": "group", "text": text, "ts": moment}


@contextmanager
def over_socket(made: Running) -> Iterator[None]:
    """The workspace reaches the bot over a socket that the bot opens, not over HTTP."""
    slack = made.served.slack
    settings = made.house.desk.settings.model_copy(update={"slack_app_token": SecretStr(slack.app_token)})
    url, socket = slack.bot_url, Socket(make_app(replace(made.house.desk, settings=settings)), settings)
    socket.start()
    try:
        assert slack.sockets.wait_connected()
        slack.bot_url = None
        yield
    finally:
        slack.bot_url = url
        socket.stop()


def typed_in(told: Teller) -> str:
    return told.made.served.slack.channel(AGENCIES_CHANNEL).id


def test_a_line_is_entered_and_acknowledged_by_a_reaction_alone(told: Teller) -> None:
    before = read_by(told, SCRIBE)
    line = typed(told, SCRIBE, "#agreed The list & its annex are shared")
    assert (line.reactions, read_by(told, SCRIBE)) == (["white_check_mark"], before)
    assert "The list &amp; its annex are shared" in minutes(told)


def test_a_line_after_the_bots_name_acts_once_though_slack_brings_it_twice(told: Teller) -> None:
    line = typed(told, SCRIBE, f"@{BOT.name} #info once and no more")
    assert (line.reactions, minutes(told).count("once and no more")) == (["memo"], 1)


def test_talk_is_left_alone_and_after_the_bots_name_it_is_told_what_it_reads(told: Teller) -> None:
    before = read_by(told, NZ)
    talk = typed(told, NZ, "agreed, see you then")
    typed(told, NZ, f"@{BOT.name} hello")
    told.made.served.slack.wait_for(NZ, lambda _: len(read_by(told, NZ)) > len(before))
    assert (talk.reactions, read_by(told, NZ)[len(before) :]) == ([], [MENTIONED])


def test_what_is_not_entered_is_told_to_its_author_alone_with_what_they_typed(told: Teller) -> None:
    line = typed(told, NZ, "#info me too")
    last = read_by(told, NZ)[-1]
    assert (line.reactions, "is for who runs the call" in last) == ([], True)
    assert last.endswith("You typed: #info me too")
    assert "me too" not in minutes(told) + "".join(read_by(told, SCRIBE))


@pytest.mark.parametrize("text", ["TLP:AMBER+STRICT me as well", "Re:TLP:AMBER+STRICT me as well"])
def test_what_is_too_strict_for_slack_is_not_repeated_and_not_said_to_stand_on_a_page_where_it_is_not(
    told: Teller, text: str
) -> None:
    typed(told, NZ, f"#info {text}")
    last = read_by(told, NZ)[-1]
    assert last.endswith(
        "What you typed is not repeated here, because of TLP:AMBER+STRICT: it stands where you typed it."
    )
    assert ("me as well" in last, "page" in last) == (False, False)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("#info " + "long " * 7_999, "fit. Nothing was recorded"),
        ("ACTION: nobody-at-all send it - 2027-03-01", "nobody called"),
        ("ACTION: fr-cnil send it - 2027-01-01", "has gone by"),
        ("[off] lunch is here", "Slack keeps what is typed there"),
    ],
)
def test_bad_lines_are_refused_in_words_that_help(told: Teller, text: str, why: str) -> None:
    line = typed(told, SCRIBE, text)
    assert (line.reactions, why in read_by(told, SCRIBE)[-1]) == ([], True)


def test_what_is_off_the_record_is_given_back_to_nobody(told: Teller) -> None:
    typed(told, SCRIBE, "[off] the coffee is cold")
    assert "coffee" not in read_by(told, SCRIBE)[-1]


@pytest.mark.parametrize("who", [BANK, "guest@venue.example", "partner@other-team.example"])
def test_who_is_no_agencys_gets_one_answer_and_nothing_happens(told: Teller, who: str) -> None:
    slack = told.made.served.slack
    user = slack.user(who)
    if user.id not in slack.channel(AGENCIES_CHANNEL).members:
        slack.join(user.id, AGENCIES_CHANNEL)
    before = len(read_by(told, user.id))
    line = typed(told, user.id, f"@{BOT.name} #agreed we may come")
    slack.wait_for(user.id, lambda _: len(read_by(told, user.id)) > before)
    said = read_by(told, user.id)[before:]
    assert (line.reactions, [STRANGER in s for s in said], "we may come" in minutes(told)) == ([], [True], False)


def test_about_oneself_an_agency_speaks_for_itself(told: Teller) -> None:
    lines = [typed(told, NZ, text) for text in ("present+", "q+", "q-", "agenda+ Robocall gateways")]
    lines.append(typed(told, NZ, "ACTION: nz-dia send the numbers - 2027-03-01"))
    assert [m.reactions for m in lines] == [
        ["wave"],
        ["raised_hand"],
        ["heavy_multiplication_x"],
        ["inbox_tray"],
        ["pushpin"],
    ]
    assert "send the numbers" in told.says(NZ, "actions mine")


def test_without_the_option_a_mention_is_acknowledged_to_its_author_alone(told: Teller) -> None:
    slack = told.made.served.slack
    slack.web_api.scopes.discard("reactions:write")
    line = typed(told, SCRIBE, f"@{BOT.name} #info by name")
    slack.web_api.scopes.add("reactions:write")
    assert (line.reactions, bool(re.fullmatch(r"\*Entered as `\w{6}`\.\*", read_by(told, SCRIBE)[-1]))) == ([], True)


def test_reactions_keep_to_slacks_rate_and_wait_where_it_asks(told: Teller) -> None:
    slack = told.made.served.slack
    slack.rate_limit("reactions.add", retry_after=30)
    lines = [slack.say(SCRIBE, AGENCIES_CHANNEL, f"#info burst {n}") for n in range(5)]
    told.made.settle()
    told.later(seconds=20)
    early = [list(m.reactions) for m in lines]
    told.later(seconds=40)
    late = [list(m.reactions) for m in lines]
    assert (early[0], late) == ([], [["memo"]] * 5)


def test_an_event_is_not_acknowledged_where_it_could_not_be_committed(told: Teller) -> None:
    slack, store = told.made.served.slack, told.made.house.desk.store
    with store.begin():
        busy = slack.event("message", **_message(told, "9.000001", "#info while busy"))
    again = slack.event("message", **_message(told, "9.000001", "#info while busy"))
    assert (busy.status, again.status) == (503, 200)


def test_the_same_lines_come_over_socket_mode(told: Teller) -> None:
    made, slack = told.made, told.made.served.slack
    with over_socket(made):
        line = typed(told, SCRIBE, "#info over a socket")
    assert (line.reactions, "over a socket" in minutes(told), slack.complaints) == (["memo"], True, [])


BANKS = "2027-02-18"


def test_at_a_gate_that_somebody_may_not_know_of_words_over_a_socket_are_answered_as_before_it(told: Teller) -> None:
    """A guest at the gate behind its part, and an Agency at one before a part that leaves it out; who hears what lies
    behind is told that the gate is shut."""
    made = told.made
    for line in (
        "end",
        f'call add {BANKS} 13:00 UTC for 90 "Reports of banks"',
        f'segment add {BANKS} joint 30 "Reports"',
        f'segment add {BANKS} agencies 20 "Two of us" only fr-cnil us-ftc',
        f"announce {BANKS} go",
        f"admit harbour-bank to {BANKS}/1",
        f"circulate {BANKS} go",
        f"approve {BANKS} early go",
    ):
        told.says(S, line)
    made.served.clock.set(utc(f"{BANKS}T13:00"))
    with over_socket(made):
        told.says(S, f"start {BANKS}")
        bank = [_words(told, BANK, alone=4)]
        told.says(S, "gate")
        bank.append(_words(told, BANK, alone=4))
        told.says(S, "clear")
        agency = [_words(told, NZ)]
        told.says(S, "gate")
        agency.append(_words(told, NZ))
        knows = told.says(SCRIBE, "q+")
    assert (bank[1], agency[1], "The gate is shut" in knows) == (bank[0], agency[0], True)
    assert ("You wait for the floor in “Reports”" in bank[0][0], STRANGER in bank[0][-1]) == (True, True)
    assert agency[0][-4:] == ["raised_hand", "heavy_multiplication_x"] * 2
    assert made.served.slack.complaints == []


def _words(told: Teller, who: str, alone: int = 0) -> list[str]:
    """What somebody is answered to words of a part, as commands and as lines of the channel, also after the bot's name:
    of lines the reactions, and then what they *alone* were told, so often."""
    said = [told.says(who, line) for line in ("q+", "queue", "q-", "q- me", "q+ to ask", "q-")]
    before = len(read_by(told, who))
    lines = ("q+", "q-", f"@{BOT.name} q+ to say something", f"@{BOT.name} q-")
    said += [" ".join(typed(told, who, line).reactions) for line in lines]
    told.made.served.slack.wait_for(who, lambda _: len(read_by(told, who)) >= before + alone)
    said += read_by(told, who)[before:]
    return [re.sub(r"\d\d:\d\d", "HH:MM", s) for s in said]
