"""Owns the proofs of the Web API against the real ``WebClient``: directory, messages, refusals, troubles to order."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from tests.workspace.people import BOT_USER, OTHER_TEAM, TEAM, User, user_id
from tests.workspace.slack import AGENCIES_CHANNEL, Workspace
from tests.workspace.tests.example_bot import button, section


def error_of(client: WebClient, method: str, **arguments: object) -> str:
    """Slack's error word for a call that must fail."""
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, json=arguments)
    return str(caught.value.response["error"])


def test_the_token_belongs_to_the_bot(client: WebClient) -> None:
    found = client.auth_test()
    assert (found["user_id"], found["team_id"], "chat:write" in found.headers["x-oauth-scopes"]) == (
        BOT_USER,
        TEAM,
        True,
    )


@pytest.mark.parametrize(("token", "error"), [("xoxb-other", "invalid_auth"), ("", "not_authed")])
def test_a_wrong_token_is_refused(slack: Workspace, token: str, error: str) -> None:
    assert error_of(WebClient(token=token, base_url=slack.api_url), "users.list") == error


def test_the_app_token_opens_no_web_api_method(slack: Workspace) -> None:
    client = WebClient(token=slack.app_token, base_url=slack.api_url)
    assert error_of(client, "users.list") == "not_allowed_token_type"


def test_a_scope_that_was_not_granted_is_named(slack: Workspace, client: WebClient) -> None:
    slack.web_api.scopes.discard("users:read.email")
    with pytest.raises(SlackApiError) as caught:
        client.users_lookupByEmail(email="anybody@x.example")
    assert (caught.value.response["error"], caught.value.response["needed"]) == ("missing_scope", "users:read.email")


def test_a_contact_is_found_by_email(slack: Workspace, client: WebClient) -> None:
    found = client.users_lookupByEmail(email="spam-enforcement@au-acma.example")["user"]
    assert (found["id"], found["tz"], found["is_restricted"]) == (
        slack.user("au-acma").id,
        "Australia/Melbourne",
        False,
    )


def test_a_user_of_another_team_is_found_by_email_where_they_share_a_channel(
    slack: Workspace, client: WebClient
) -> None:
    email = "partner@other-team.example"
    assert client.users_lookupByEmail(email=email)["user"]["team_id"] == OTHER_TEAM
    slack.leave("partner", "general")
    assert error_of(client, "users.lookupByEmail", email=email) == "users_not_found"


def test_a_user_of_another_team_shows_their_team(slack: Workspace, client: WebClient) -> None:
    assert client.users_info(user=slack.user("partner").id)["user"]["team_id"] == OTHER_TEAM


def test_a_single_channel_guest_carries_both_flags(slack: Workspace, client: WebClient) -> None:
    found = client.users_info(user=slack.user("guest").id)["user"]
    assert (found["is_restricted"], found["is_ultra_restricted"]) == (True, True)


def test_a_stranger_of_another_team_can_be_neither_opened_nor_written_to(slack: Workspace, client: WebClient) -> None:
    mail = "stranger@far.example"
    user = slack.add_user(User(user_id(mail), OTHER_TEAM, "stranger", mail, is_stranger=True))
    errors = [
        error_of(client, "conversations.open", users=user.id),
        error_of(client, "chat.postMessage", channel=user.id, text="Hi"),
    ]
    assert errors == ["user_not_visible", "channel_not_found"]


def test_a_deactivated_user_is_marked_and_no_longer_found_by_email(slack: Workspace, client: WebClient) -> None:
    user = slack.change_user("gb-ico", deleted=True)
    found = client.users_info(user=user.id)["user"]
    assert (found["deleted"], error_of(client, "users.lookupByEmail", email=user.email)) == (True, "users_not_found")


def test_a_changed_email_is_the_one_that_is_found(slack: Workspace, client: WebClient) -> None:
    user = slack.change_user("gb-ico", email="new@gb-ico.example")
    assert client.users_lookupByEmail(email="new@gb-ico.example")["user"]["id"] == user.id


def test_pages_of_members_join_to_the_whole_list(client: WebClient) -> None:
    pages = [page["members"] for page in client.users_list(limit=10)]
    assert ([len(p) for p in pages[:2]], [u["id"] for p in pages for u in p]) == (
        [10, 10],
        [u["id"] for u in client.users_list()["members"]],
    )


def test_the_agencies_channel_is_private_and_holds_no_representative(slack: Workspace, client: WebClient) -> None:
    channel = slack.channel(AGENCIES_CHANNEL)
    members = set(client.conversations_members(channel=channel.id)["members"])
    assert (client.conversations_info(channel=channel.id)["channel"]["is_private"], members) == (
        True,
        {u.id for u in slack.users if u.group in {"agencies", "secretariat"}} | {BOT_USER},
    )


def test_the_bot_is_in_one_listed_private_channel(client: WebClient) -> None:
    found = client.conversations_list(types="private_channel,public_channel")["channels"]
    assert [(c["name"], c["is_member"]) for c in found] == [(AGENCIES_CHANNEL, True), ("general", False)]


def test_a_direct_message_opens_once(slack: Workspace, client: WebClient) -> None:
    user = slack.user("gb-ico").id
    first, second = (client.conversations_open(users=user)["channel"]["id"] for _ in range(2))
    assert (first, first[0]) == (second, "D")


def test_a_posted_message_is_seen_by_its_reader_alone(slack: Workspace, client: WebClient) -> None:
    client.chat_postMessage(channel=slack.user("gb-ico").id, text="Hello", blocks=[section("*Hello*")])
    assert ([m.text for m in slack.messages("gb-ico")], slack.messages("gb-oft")) == (["Hello"], [])


def test_a_form_encoded_call_is_understood_like_json(slack: Workspace, client: WebClient) -> None:
    blocks = '[{"type": "divider"}]'
    client.api_call("chat.postMessage", data={"channel": slack.user("gb-ico").id, "text": "Hi", "blocks": blocks})
    assert [b["type"] for b in slack.messages("gb-ico")[0].blocks] == ["divider"]


def test_an_update_keeps_what_was_shown_before(slack: Workspace, client: WebClient) -> None:
    posted = client.chat_postMessage(channel=slack.user("gb-ico").id, text="First")
    client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Second")
    message = slack.messages("gb-ico")[0]
    assert (message.text, message.updated, message.versions) == ("Second", True, [("First", [])])


def test_a_deleted_message_stays_as_a_mark(slack: Workspace, client: WebClient) -> None:
    posted = client.chat_postMessage(channel=slack.user("gb-ico").id, text="First")
    client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    assert [(m.text, m.deleted, m.buttons) for m in slack.messages("gb-ico")] == [("", True, [])]


def test_an_ephemeral_post_is_seen_by_one_member(slack: Workspace, client: WebClient) -> None:
    channel = slack.channel(AGENCIES_CHANNEL).id
    client.chat_postEphemeral(channel=channel, user=slack.user("gb-ico").id, text="For you")
    assert ([m.text for m in slack.messages("gb-ico")], slack.messages("gb-oft")) == (["For you"], [])


def test_nobody_outside_a_channel_gets_an_ephemeral_post_there(slack: Workspace, client: WebClient) -> None:
    channel, outsider = slack.channel(AGENCIES_CHANNEL).id, slack.user("harbour-bank").id
    assert error_of(client, "chat.postEphemeral", channel=channel, user=outsider, text="Hi") == "user_not_in_channel"


def test_two_messages_at_one_frozen_moment_have_two_stamps(slack: Workspace, client: WebClient) -> None:
    slack.clock.freeze()
    stamps = {client.chat_postMessage(channel=slack.user("gb-ico").id, text="Hi")["ts"] for _ in range(3)}
    assert len(stamps) == 3


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "Hi"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "general", "text": "Hi"}, "not_in_channel"),
        ("chat.postMessage", {"channel": AGENCIES_CHANNEL}, "no_text"),
        ("chat.postMessage", {"channel": AGENCIES_CHANNEL, "text": "x" * 40_001}, "msg_too_long"),
        ("chat.postMessage", {"channel": AGENCIES_CHANNEL, "text": "x", "blocks": [{"type": "no"}]}, "invalid_blocks"),
        (
            "chat.postMessage",
            {"channel": AGENCIES_CHANNEL, "text": "x", "blocks": [section("y" * 3000)] * 5},
            "msg_blocks_too_long",
        ),
        ("chat.postMessage", {"text": "Hi"}, "invalid_arguments"),
        ("chat.update", {"channel": AGENCIES_CHANNEL, "ts": "1.1", "text": "Hi"}, "message_not_found"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("users.list", {"limit": "many"}, "invalid_limit"),
        ("users.list", {"cursor": "?"}, "invalid_cursor"),
        ("views.open", {"trigger_id": "1.1.x", "view": {"type": "home", "blocks": []}}, "invalid_arguments"),
        ("no.such.method", {}, "unknown_method"),
    ],
)
def test_what_slack_refuses_is_refused_in_its_own_word(
    client: WebClient, method: str, arguments: dict[str, object], error: str
) -> None:
    assert error_of(client, method, **arguments) == error


def test_the_bot_cannot_change_what_somebody_else_said(slack: Workspace, client: WebClient) -> None:
    said = slack.say("gb-ico", AGENCIES_CHANNEL, "Mine")
    assert error_of(client, "chat.update", channel=said.channel, ts=said.ts, text="Yours") == "cant_update_message"


def test_a_private_channel_without_the_bot_does_not_exist_for_it(slack: Workspace, client: WebClient) -> None:
    hidden = slack.add_channel("hidden", "gb-ico", bot=False)
    assert error_of(client, "conversations.info", channel=hidden.id) == "channel_not_found"


def test_what_slack_would_not_take_is_kept_as_a_complaint(slack: Workspace, client: WebClient) -> None:
    wrong = {"type": "actions", "elements": [button("same", "One"), button("same", "Two")]}
    error_of(client, "chat.postMessage", channel=AGENCIES_CHANNEL, text="x", blocks=[wrong])
    assert ["chat.postMessage: invalid_blocks" in c for c in slack.complaints] == [True]


def test_the_clients_own_handler_honours_retry_after(slack: Workspace, client: WebClient) -> None:
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=2))
    slack.rate_limit("chat.postMessage", times=2, retry_after=0)
    client.chat_postMessage(channel=slack.user("gb-ico").id, text="At last")
    assert [m.text for m in slack.messages("gb-ico")] == ["At last"]


def test_a_rate_limit_without_a_handler_reaches_the_caller(slack: Workspace, client: WebClient) -> None:
    slack.rate_limit("users.info", retry_after=30)
    with pytest.raises(SlackApiError) as caught:
        client.users_info(user=BOT_USER)
    response = caught.value.response
    assert (response.status_code, response["error"], response.headers["retry-after"]) == (429, "ratelimited", "30")


def test_a_broken_method_answers_as_ordered_and_then_works_again(slack: Workspace, client: WebClient) -> None:
    slack.break_down("users.info", status=503)
    with pytest.raises(SlackApiError) as caught:
        client.users_info(user=BOT_USER)
    assert (caught.value.response.status_code, client.users_info(user=BOT_USER)["ok"]) == (503, True)


def test_an_ordered_error_word_is_given(slack: Workspace, client: WebClient) -> None:
    slack.refuse("users.info", "fatal_error")
    assert error_of(client, "users.info", user=BOT_USER) == "fatal_error"


def test_a_hanging_method_outlasts_a_client_in_a_hurry(slack: Workspace) -> None:
    slack.hang("users.info", seconds=5)
    client = WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=1)
    with pytest.raises(TimeoutError):
        client.users_info(user=BOT_USER)
