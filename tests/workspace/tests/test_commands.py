"""Owns the proofs of what reaches a real Bolt app over signed HTTP, and of what must not; modals are `test_modals`'."""

import json
import time
from datetime import timedelta

import pytest
from slack_bolt import App
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook import WebhookClient

from tests.workspace.answers import Answer
from tests.workspace.delivery import signed_headers
from tests.workspace.passes import RESPONSE_LIFE, RESPONSE_USES
from tests.workspace.people import OTHER_TEAM, User, user_id
from tests.workspace.slack import AGENCIES_CHANNEL, Impossible, Workspace
from tests.workspace.tests.example_bot import button, plain, section

HELP = b"command=%2Flap&text=help&user_id=U1&team_id=T1&trigger_id=1.1.x"


def test_the_answer_to_a_command_is_the_http_response(slack: Workspace, bot: App) -> None:
    answer = slack.command("au-acma", "hello")
    assert (answer.status, answer.text, [m.text for m in slack.messages("au-acma")]) == (
        200,
        "You said hello",
        ["You said hello"],
    )


def test_an_answer_is_for_its_reader_only(slack: Workspace, bot: App) -> None:
    slack.command("au-acma", "hello", AGENCIES_CHANNEL)
    assert slack.messages("au-accc") == []


def test_an_answer_in_channel_is_for_all_its_members(slack: Workspace, bot: App) -> None:
    slack.command("au-acma", "aloud Good morning", AGENCIES_CHANNEL)
    assert ([m.text for m in slack.messages("au-accc")], slack.messages("harbour-bank")) == (["Good morning"], [])


def test_an_answer_over_the_response_url_is_waited_for(slack: Workspace, bot: App) -> None:
    assert slack.command("au-acma", "later Now").text == "Now"


def test_text_arrives_escaped_and_marked_up(slack: Workspace, bot: App) -> None:
    slack.command("au-acma", "  a<b & c>d @gb-ico of me@x.example in #general, see https://x.example/a#b  ")
    gb_ico, general = slack.user("gb-ico").id, slack.channel("general").id
    assert bot.seen[0]["text"] == (  # type: ignore[attr-defined]
        f"a&lt;b &amp; c&gt;d <@{gb_ico}|gb-ico> of <mailto:me@x.example|me@x.example> in <#{general}|general>, "
        "see <https://x.example/a#b>"
    )


def test_without_should_escape_only_the_three_signs_are_changed(slack: Workspace, bot: App) -> None:
    slack.acts.should_escape = False
    slack.command("au-acma", "<@U1> & @gb-ico me@x.example")
    assert bot.seen[0]["text"] == "&lt;@U1&gt; &amp; @gb-ico me@x.example"  # type: ignore[attr-defined]


def test_a_command_names_the_place_it_was_typed_in(slack: Workspace, bot: App) -> None:
    for channel in (None, AGENCIES_CHANNEL, "general"):
        slack.command("au-acma", "hello", channel)
    names = [command["channel_name"] for command in bot.seen]  # type: ignore[attr-defined]
    assert names == ["directmessage", "privategroup", "general"]


def test_nobody_types_in_a_channel_they_are_not_in(slack: Workspace, bot: App) -> None:
    with pytest.raises(Impossible, match="harbour-bank is not in lap-agencies, so cannot type there"):
        slack.command("harbour-bank", "hello", AGENCIES_CHANNEL)


def test_a_user_of_another_team_cannot_run_our_command(slack: Workspace, bot: App) -> None:
    with pytest.raises(Impossible, match="users of another team cannot run"):
        slack.command("partner", "hello")


def test_a_workspace_may_keep_guests_from_commands(slack: Workspace, bot: App) -> None:
    slack.acts.guests_may_command = False
    with pytest.raises(Impossible, match="keep guests from slash commands"):
        slack.command("guest", "hello")


def test_a_listener_that_fails_shows_nothing_and_says_so(slack: Workspace, bot: App) -> None:
    answer = slack.command("au-acma", "boom")
    assert (answer.status, answer.text, answer.error) == (500, "", "dispatch_failed")


def test_an_answer_that_slack_would_not_show_is_not_shown(slack: Workspace, bot: App) -> None:
    answer = slack.command("au-acma", "wrong")
    assert (answer.text, answer.error, len(slack.complaints)) == ("", "invalid_command_response", 1)


def test_without_a_bot_a_command_fails_at_once(slack: Workspace) -> None:
    slack.bot_url = "http://127.0.0.1:9"
    assert slack.command("au-acma", "hello").error == "dispatch_failed"


def test_a_press_replaces_the_answer_it_stood_in(slack: Workspace, bot: App) -> None:
    answer = slack.press("au-acma", slack.command("au-acma", "ask R1"), "yes")
    assert (answer.text, [m.text for m in slack.messages("au-acma")]) == ("Done: R1", ["Done: R1"])


def test_a_press_in_an_ephemeral_message_comes_without_the_message(slack: Workspace, bot: App) -> None:
    slack.press("au-acma", slack.command("au-acma", "ask R1"), "yes")
    body = bot.seen[-1]  # type: ignore[attr-defined]
    assert ("message" in body, body["container"]["is_ephemeral"], body["actions"][0]["value"]) == (False, True, "R1")


def test_two_buttons_of_one_name_are_told_apart_by_their_value(slack: Workspace, bot: App) -> None:
    blocks = [
        {"type": "actions", "elements": [button("yes", "One", "1")]},
        {"type": "actions", "elements": [button("yes", "Two", "2")]},
    ]
    posted = bot.client.chat_postMessage(channel=slack.user("au-acma").id, text="Which?", blocks=blocks)
    assert slack.press("au-acma", posted["ts"], "yes", "2").text == "Done: 2"


def test_what_is_not_there_cannot_be_pressed(slack: Workspace, bot: App) -> None:
    answer = slack.command("au-acma", "ask R1")
    with pytest.raises(Impossible, match="there is no no  to press; there is: yes R1"):
        slack.press("au-acma", answer, "no")


def test_nobody_presses_in_what_another_one_was_shown(slack: Workspace, bot: App) -> None:
    answer = slack.command("au-acma", "ask R1")
    with pytest.raises(Impossible, match="gb-ico sees no message"):
        slack.press("gb-ico", answer, "yes")


def test_a_redelivered_command_carries_the_same_trigger(slack: Workspace, bot: App) -> None:
    first = slack.command("au-acma", "hello")
    slack.command("au-acma", "hello", trigger_id=first.trigger_id)
    triggers = [command["trigger_id"] for command in bot.seen]  # type: ignore[attr-defined]
    assert triggers == [first.trigger_id] * 2


def test_a_press_sent_again_is_the_same_request_byte_for_byte(slack: Workspace, bot: App) -> None:
    first = slack.press("au-acma", slack.command("au-acma", "ask R1"), "yes")
    second = slack.again("au-acma", first)
    assert isinstance(second, Answer)
    assert (second.delivery, second.status, bot.seen[-1]) == (first.delivery, 200, bot.seen[-2])  # type: ignore[attr-defined]


def test_the_signature_is_the_one_the_real_verifier_wants(slack: Workspace) -> None:
    headers = signed_headers(slack.signing_secret, HELP)
    assert SignatureVerifier(slack.signing_secret).is_valid_request(HELP, headers)


@pytest.mark.parametrize(
    ("what", "status"),
    [
        ({"signed": True}, 200),
        ({"signed": False}, 401),
        ({"headers": {"X-Slack-Signature": "v0=" + "0" * 64}}, 401),
        ({"timestamp": int(time.time()) - 301}, 401),
    ],
)
def test_only_a_well_signed_fresh_request_gets_in(
    slack: Workspace, bot: App, what: dict[str, object], status: int
) -> None:
    assert slack.raw(HELP, **what).status == status  # type: ignore[arg-type]


def test_a_malformed_body_can_be_sent(slack: Workspace, bot: App) -> None:
    assert slack.raw(b"payload=%7Bnot", signed=True).status >= 400


def test_the_url_is_verified_by_its_challenge(slack: Workspace, bot: App) -> None:
    assert slack.url_verification("abc").json() == {"challenge": "abc"}


def test_the_certificate_check_is_answered(slack: Workspace, bot: App) -> None:
    assert slack.ssl_check().status == 200


def test_a_retried_event_keeps_its_id_and_says_why(slack: Workspace, bot: App) -> None:
    for retry in (None, 1):
        slack.event("member_joined_channel", event_id="Ev1", retry_num=retry, user="U1", channel="C1")
    assert [body["event_id"] for body in bot.seen] == ["Ev1", "Ev1"]  # type: ignore[attr-defined]


def test_joining_a_channel_is_told_to_the_bot(slack: Workspace, bot: App) -> None:
    slack.join("harbour-bank", AGENCIES_CHANNEL)
    event = bot.seen[0]["event"]  # type: ignore[attr-defined]
    assert (event["user"], event["channel"], event["channel_type"]) == (
        slack.user("harbour-bank").id,
        slack.channel(AGENCIES_CHANNEL).id,
        "G",
    )


def test_the_home_tab_is_published_when_it_is_opened(slack: Workspace, bot: App) -> None:
    home = slack.open_home("au-acma")
    assert home is not None
    assert home.blocks[0]["text"]["text"] == "Welcome home"


def test_a_response_url_takes_five_posts(slack: Workspace, bot: App) -> None:
    hook = WebhookClient(slack.command("au-acma", "hello").response_url)
    statuses = [hook.send(text=f"Post {n}").status_code for n in range(RESPONSE_USES + 1)]
    assert (statuses, len(slack.messages("au-acma"))) == ([200] * RESPONSE_USES + [404], 1 + RESPONSE_USES)


def test_a_response_url_dies_after_thirty_minutes(slack: Workspace, bot: App) -> None:
    hook = WebhookClient(slack.command("au-acma", "hello").response_url)
    slack.clock.advance(RESPONSE_LIFE + timedelta(seconds=1))
    assert hook.send(text="Too late").body == "expired_url"


def test_a_response_url_can_delete_its_message(slack: Workspace, bot: App) -> None:
    pressed = slack.press("au-acma", slack.command("au-acma", "ask R1"), "yes")
    WebhookClient(pressed.response_url).send(delete_original=True)
    assert [(m.text, m.deleted) for m in slack.messages("au-acma")] == [("", True)]


def test_a_response_url_refuses_blocks_that_slack_refuses(slack: Workspace, bot: App) -> None:
    hook = WebhookClient(slack.command("au-acma", "hello").response_url)
    found = hook.send(text="x", blocks=[{"type": "header", "text": plain("x" * 151)}])
    assert (found.status_code, found.body) == (400, "invalid_blocks")


def test_a_newcomer_is_told_to_the_bot_and_can_be_found(slack: Workspace) -> None:
    mail = "visitor@other.example"
    slack.add_user(User(id=user_id(mail), team_id=OTHER_TEAM, name="visitor", email=mail), "general")
    assert slack.user("visitor").id in slack.channel("general").members


def test_waiting_for_a_message_ends_when_it_comes(slack: Workspace, bot: App) -> None:
    bot.client.chat_postMessage(channel=slack.user("au-acma").id, text="Here", blocks=[section("Here")])
    assert slack.wait_for("au-acma", lambda found: len(found) == 1)[0].text == "Here"


def test_waiting_in_vain_says_what_was_seen(slack: Workspace) -> None:
    with pytest.raises(TimeoutError, match=r"au-acma waited 0.01 s in vain; sees \[\]"):
        slack.wait_for("au-acma", bool, seconds=0.01)


def test_a_message_posted_to_the_bot_carries_json_as_slack_writes_it(slack: Workspace, bot: App) -> None:
    answer = slack.press("au-acma", slack.command("au-acma", "ask R1"), "yes")
    assert answer.delivery is not None
    fields = answer.delivery.body.decode()
    assert (fields.startswith("payload=%7B"), json.loads(json.dumps(answer.delivery.payload))["type"]) == (
        True,
        "block_actions",
    )
