"""Who is who, typed into Slack: iam, whoami and timezone, by strangers too."""

import re

import pytest

from handlers.identity import Profile
from handlers.slack.front import STRANGER, Front
from handlers.slack.rooms import ROOMS
from tests.cast import Cast
from tests.slack_front import say, unmended
from tests.told import Told

ICO = "spam-enforcement@gb-ico.example"
TOLD_STRANGERS = STRANGER.format(address="calls@lap.example")
ON_ITS_WAY = (
    "If that address is a contact's, a code is on its way to it. It is good for ten minutes: type it here, as in "
    "`/lap iam 7K2M9Q`."
)


MEMBER = Profile(None, full_member=True)


def typed(cast: Cast, line: str, profile: Profile | None = MEMBER, *, trigger: str = "") -> str:
    """What a Slack user whom nobody knows yet is answered."""
    front = Front(cast.desk, ROOMS, lambda team, user: profile)
    body = {"team_id": "T1", "user_id": "UNEW00001", "text": line, "trigger_id": trigger or cast.desk.new_id()}
    return front.command(body).text


def code(told: Told) -> str:
    return re.findall(r"/lap iam (\w+)$", told.mails("iam")[0][1].paragraphs[1])[0]


@pytest.mark.parametrize("email", [ICO, "nobody@nowhere.example", f"<mailto:{ICO}|{ICO}>", "a@b"])
def test_iam_answers_the_same_for_every_address(cast: Cast, email: str) -> None:
    assert typed(cast, f"iam {email}") == ON_ITS_WAY


def test_the_mailed_code_makes_a_stranger_a_contact(cast: Cast) -> None:
    told = Told(cast)
    typed(cast, f"iam {ICO}")
    assert typed(cast, f"iam {code(told)}") == (
        "I take you for Point of contact, gb-ico now, spam-enforcement@gb-ico.example, of Information Commissioner's "
        "Office. `/lap` says what awaits you, `/lap help` what you can do."
    )
    assert typed(cast, "whoami").startswith("You are Point of contact, gb-ico, ")


def test_a_guest_with_the_right_code_waits_and_stays_a_stranger(cast: Cast) -> None:
    told, guest = Told(cast), Profile(None, full_member=False)
    typed(cast, f"iam {ICO}", guest)
    assert typed(cast, f"iam {code(told)}", guest) == (
        "The code was right. You are a guest here or of another team, so the secretariat confirms first; it has been "
        "asked. Until then I know nobody by your account."
    )
    assert typed(cast, "whoami", guest) == TOLD_STRANGERS


def test_a_wrong_code_is_answered_like_an_old_one(cast: Cast) -> None:
    assert typed(cast, "iam 7K2M9Q") == (
        "That code is not good, or no longer: a code lasts ten minutes and takes five tries. `/lap iam EMAIL` sends a "
        "new one, from a minute after the last."
    )


def test_a_code_is_not_used_up_while_slack_does_not_answer(cast: Cast) -> None:
    told = Told(cast)
    typed(cast, f"iam {ICO}")
    right = code(told)
    assert typed(cast, f"iam {right}", None) == (
        "Slack does not say just now whether you are a member here. Send the same again in a moment."
    )
    assert typed(cast, f"iam {right}").startswith("I take you for ")


def test_iam_alone_says_how(cast: Cast) -> None:
    assert typed(cast, "iam") == (
        "Give the address by which the network knows you, as in `/lap iam jane@agency.example`, or the code that was "
        "mailed there, as in `/lap iam 7K2M9Q`."
    )


@pytest.mark.parametrize("line", ["whoami", "help", "help propose", "calls", "no such verb", ""])
def test_a_stranger_gets_one_answer_whatever_is_typed(cast: Cast, line: str) -> None:
    assert typed(cast, line) == TOLD_STRANGERS


def test_the_same_request_ties_once(cast: Cast) -> None:
    told = Told(cast)
    typed(cast, f"iam {ICO}", trigger="one")
    right = code(told)
    typed(cast, f"iam {right}", trigger="two")
    cast.clock.advance(minutes=1)
    assert typed(cast, f"iam {ICO}", trigger="one") == "This was already done: `iam`."


def test_whoami_names_hats_times_and_accounts(cast: Cast) -> None:
    assert say(cast, cast.secretary, "whoami").text == (
        "You are Secretariat, us-ftc, secretariat@us-ftc.example, secretariat of Federal Trade Commission (`us-ftc`).\n"
        "You act as the secretariat, and as Federal Trade Commission only with `for us-ftc`; each answer names the "
        "hat.\n"
        "It is 04:00 America/New_York (09:00 UTC) for you. To read times as in another city: `/lap timezone CITY`.\n"
        "Slack accounts that speak for secretariat@us-ftc.example: <@U-secretariat@us-ftc.example> (by the roster).\n"
        "Somebody else? `/lap iam EMAIL` ties your account to another contact's address."
    )


def test_whoami_of_one_hat_names_that(cast: Cast) -> None:
    assert "You act as a private sector representative." in say(cast, cast.actor("harbour-bank"), "whoami").text


ZONES = [
    ("timezone Tokyo", "You read times as in Asia/Tokyo from now on, here and in mails. It is Mon 4 Jan 2027, 18:00 "
     "Asia/Tokyo (09:00 UTC) for you."),
    ("timezone", "You read times as in Europe/London. To change that, name a city, as in `/lap timezone Paris`."),
    ("timezone Atlantis", "No time zone is known by the name “Atlantis”. Write a city, for example “Paris”."),
    ("timezone CET", "“CET” is the short name of more than one clock. Write a city, for example “Paris”."),
]  # fmt: skip


@pytest.mark.parametrize(("line", "says"), ZONES)
def test_a_zone_is_named_by_a_city(cast: Cast, line: str, says: str) -> None:
    assert unmended(say(cast, cast.actor("gb-ico"), line)) == says
