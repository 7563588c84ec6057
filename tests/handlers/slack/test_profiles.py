"""What Slack says of people and channels, asked of the embedded workspace with the real client."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from handlers.identity import ChannelInfo, Profile
from handlers.slack.channels import channel_info
from handlers.slack.profiles import Profiles, profile_from
from tests.workspace.clock import MovableClock
from tests.workspace.slack import Workspace

OWN = {"team_id": "T1", "profile": {"email": "a@b.example"}}
KINDS: list[tuple[dict[str, object], bool]] = [
    ({}, True),
    ({"is_restricted": True}, False),
    ({"is_restricted": True, "is_ultra_restricted": True}, False),
    ({"team_id": "T2"}, False),
    ({"team_id": None}, False),
    ({"is_stranger": True}, False),
    ({"deleted": True}, False),
]


@pytest.fixture
def slack() -> Iterator[Workspace]:
    with Workspace.from_roster(clock=MovableClock(frozen=True)) as made:
        yield made


@pytest.fixture
def client(slack: Workspace) -> WebClient:
    return WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=1)


@pytest.mark.parametrize(("more", "full"), KINDS)
def test_only_a_present_member_of_our_own_team_is_a_full_one(more: dict[str, object], full: bool) -> None:
    assert profile_from(OWN | more, "T1") == Profile("a@b.example", full)


@pytest.mark.parametrize(
    ("email", "full"),
    [
        ("newcomer@elsewhere.example", True),
        ("guest@venue.example", False),
        ("partner@other-team.example", False),
    ],
)
def test_guests_and_users_of_another_team_are_no_full_members(
    slack: Workspace, client: WebClient, email: str, full: bool
) -> None:
    told = Profiles(client)(slack.user(email).id)
    assert told is not None
    assert told.full_member is full


def test_while_slack_does_not_answer_nobody_is_known(slack: Workspace, client: WebClient) -> None:
    slack.break_down("users.info")
    assert Profiles(client)(slack.user("newcomer@elsewhere.example").id) is None


def test_our_own_team_is_asked_for_once(slack: Workspace, client: WebClient) -> None:
    profiles = Profiles(client)
    for _ in range(3):
        profiles(slack.user("newcomer@elsewhere.example").id)
    assert [call.method for call in slack.calls].count("auth.test") == 1


def test_a_private_channel_is_told_with_its_members_but_the_bot(slack: Workspace, client: WebClient) -> None:
    member = slack.user("newcomer@elsewhere.example")
    made = slack.add_channel("agencies", member.id)
    assert channel_info(client, made.id) == ChannelInfo(private=True, members=(member.id,))


def test_a_public_channel_is_not_private(slack: Workspace, client: WebClient) -> None:
    told = channel_info(client, slack.add_channel("everybody", private=False).id)
    assert told is not None
    assert told.private is False


def test_a_channel_that_the_bot_is_not_in_is_not_told(slack: Workspace, client: WebClient) -> None:
    assert channel_info(client, slack.add_channel("elsewhere", bot=False).id) is None
