"""Owns the proofs of modals: triggers, stacks, every kind of input, and what a submission answers."""

from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.workspace.acts import TROUBLE
from tests.workspace.records import View
from tests.workspace.slack import Impossible, Workspace
from tests.workspace.tests.example_bot import EVERY_INPUT, field, modal, section

FILLED: dict[str, Any] = {
    "title": "Botnets",
    "minutes": 30,
    "topic": "cases",
    "who": "harbour-bank",
    "labels": ["red", "Amber"],
    "scope": "Standing",
    "hour": "14:30",
    "moment": "2027-02-16T13:00:00+00:00",
    "owner": "gb-ico",
    "place": "general",
}


def form(slack: Workspace) -> View:
    """The example app's modal, open before au-acma."""
    view = slack.command("au-acma", "form").view
    assert view is not None
    return view


def opened(slack: Workspace, client: WebClient, user: str, *views: dict[str, Any]) -> list[View]:
    """Several modals opened before *user*, each with a trigger of its own."""
    person = slack.user(user).id
    for view in views:
        client.views_open(trigger_id=slack.state.trigger(person), view=view)
    return slack.views(user)


def error_of(client: WebClient, method: str, **arguments: object) -> str:
    """Slack's error word for a call that must fail."""
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, json=arguments)
    return str(caught.value.response["error"])


def test_a_command_that_opens_a_modal_answers_with_it(slack: Workspace, bot: App) -> None:
    assert (form(slack).title, [v.callback_id for v in slack.views("au-acma")]) == ("A form", ["form"])


def test_a_trigger_works_once(slack: Workspace, bot: App) -> None:
    answer = slack.command("au-acma", "form")
    found = error_of(bot.client, "views.open", trigger_id=answer.trigger_id, view=EVERY_INPUT)
    assert found == "exchanged_trigger_id"


def test_a_trigger_is_dead_after_three_seconds(slack: Workspace, bot: App) -> None:
    answer = slack.command("au-acma", "hello")
    slack.clock.advance(timedelta(seconds=3.1))
    found = error_of(bot.client, "views.open", trigger_id=answer.trigger_id, view=EVERY_INPUT)
    assert found == "expired_trigger_id"


def test_a_redelivery_makes_a_trigger_no_younger(slack: Workspace, bot: App) -> None:
    first = slack.command("au-acma", "hello")
    slack.clock.advance(timedelta(seconds=3.1))
    slack.command("au-acma", "hello", trigger_id=first.trigger_id)
    found = error_of(bot.client, "views.open", trigger_id=first.trigger_id, view=EVERY_INPUT)
    assert found == "expired_trigger_id"


def test_every_kind_of_input_arrives_in_its_own_shape(slack: Workspace, bot: App) -> None:
    slack.submit("au-acma", form(slack), FILLED)
    values = bot.seen[-1]["view"]["state"]["values"]  # type: ignore[attr-defined]
    plain = {name: next(v for k, v in values[name][name].items() if k.startswith(("value", "sel"))) for name in values}
    chosen = {
        name: [o["value"] for o in v] if isinstance(v, list) else v["value"] if isinstance(v, dict) else v
        for name, v in plain.items()
    }
    assert chosen == {
        "title": "Botnets",
        "minutes": "30",
        "topic": "cases",
        "who": "harbour-bank",
        "labels": ["red", "amber"],
        "parts": [],
        "scope": "standing",
        "day": "2027-02-16",
        "hour": "14:30",
        "moment": 1802782800,
        "owner": slack.user("gb-ico").id,
        "place": slack.channel("general").id,
    }


def test_what_follows_a_submission_is_told(slack: Workspace, bot: App) -> None:
    answer = slack.submit("au-acma", form(slack), FILLED)
    assert (answer.errors, answer.text, slack.views("au-acma")) == ({}, "Taken: Botnets", [])


def test_an_empty_required_field_never_reaches_the_bot(slack: Workspace, bot: App) -> None:
    answer = slack.submit("au-acma", form(slack), FILLED | {"title": "", "scope": None})
    required = "Please complete this required field."
    assert (answer.sent, answer.errors, len(slack.views("au-acma"))) == (
        False,
        {"title": required, "scope": required},
        1,
    )


@pytest.mark.parametrize(
    ("field_name", "value", "says"),
    [
        ("title", "x" * 21, "Please enter 0 to 20 characters."),
        ("title", "two\nlines", "Please enter one line."),
        ("minutes", "half", "Please enter a number."),
        ("minutes", 91, "Please enter a number from 1 to 90."),
    ],
)
def test_slacks_client_refuses_what_the_field_does_not_take(
    slack: Workspace, bot: App, field_name: str, value: object, says: str
) -> None:
    assert slack.submit("au-acma", form(slack), FILLED | {field_name: value}).errors == {field_name: says}


def test_an_option_that_is_not_offered_cannot_be_chosen(slack: Workspace, bot: App) -> None:
    with pytest.raises(Impossible, match=r"'rumours' is not offered in topic; offered: cases \(Cases\), tools"):
        slack.submit("au-acma", form(slack), FILLED | {"topic": "rumours"})


def test_a_field_that_is_not_there_cannot_be_filled(slack: Workspace, bot: App) -> None:
    with pytest.raises(Impossible, match="no input is called colour; there are: day, hour"):
        slack.submit("au-acma", form(slack), {"colour": "red"})


def test_external_options_come_from_the_bot(slack: Workspace, bot: App) -> None:
    assert [o["value"] for o in slack.options("au-acma", form(slack), "who", "pol")] == ["polar-telecom"]


def test_errors_of_the_bot_leave_the_modal_open(slack: Workspace, bot: App) -> None:
    answer = slack.submit("au-acma", form(slack), FILLED | {"title": "bad"})
    assert (answer.errors, len(slack.views("au-acma"))) == ({"title": "Another title, please"}, 1)


def test_errors_on_a_block_that_is_no_input_are_trouble(slack: Workspace, bot: App) -> None:
    answer = slack.submit("au-acma", form(slack), FILLED | {"title": "wrong"})
    assert (answer.error, len(slack.complaints)) == (TROUBLE, 1)


def test_a_pushed_modal_lies_on_the_first(slack: Workspace, bot: App) -> None:
    answer = slack.submit("au-acma", form(slack), FILLED | {"title": "next"})
    assert answer.view is not None
    assert [v.callback_id for v in slack.views("au-acma")] == ["form", "second"]


def test_clearing_closes_the_whole_stack(slack: Workspace, bot: App) -> None:
    answer = slack.submit("au-acma", form(slack), FILLED | {"title": "next"})
    slack.acts.linger = 0
    slack.submit("au-acma", answer)
    assert slack.views("au-acma") == []


def test_an_updated_modal_stays_and_changes_its_hash(slack: Workspace, bot: App) -> None:
    view = form(slack)
    before = view.hash
    answer = slack.submit("au-acma", view, FILLED | {"title": "change"})
    assert answer.view is not None
    assert (answer.view.id, answer.view.callback_id, answer.view.hash != before) == (view.id, "second", True)


def test_a_submission_sent_again_is_taken_again_by_a_careless_bot(slack: Workspace, bot: App) -> None:
    first = slack.submit("au-acma", form(slack), FILLED)
    slack.again("au-acma", first)
    assert [m.text for m in slack.messages("au-acma")] == ["Taken: Botnets"] * 2


def test_a_closed_modal_cannot_be_submitted(slack: Workspace, bot: App) -> None:
    view = form(slack)
    slack.close("au-acma", view)
    with pytest.raises(Impossible, match="is closed"):
        slack.submit("au-acma", view, FILLED)


def test_nobody_submits_the_modal_of_another(slack: Workspace, bot: App) -> None:
    with pytest.raises(Impossible, match="gb-ico has no view"):
        slack.submit("gb-ico", form(slack).id, FILLED)


def test_a_fourth_modal_in_a_stack_is_refused(slack: Workspace, client: WebClient) -> None:
    [view] = opened(slack, client, "au-acma", modal(section("1")))
    user = slack.user("au-acma").id
    for number in (2, 3):
        pushed = client.views_push(trigger_id=slack.state.trigger(user, view.id), view=modal(section(str(number))))
        view = slack.state.views[pushed["view"]["id"]]
    trigger = slack.state.trigger(user, view.id)
    assert error_of(client, "views.push", trigger_id=trigger, view=modal(section("4"))) == "push_limit_reached"


def test_an_update_with_an_old_hash_is_a_conflict(slack: Workspace, client: WebClient) -> None:
    [view] = opened(slack, client, "au-acma", modal(section("1")))
    old = view.hash
    client.views_update(view_id=view.id, hash=old, view=modal(section("2")))
    assert error_of(client, "views.update", view_id=view.id, hash=old, view=modal(section("3"))) == "hash_conflict"


def test_an_external_id_names_one_open_view(slack: Workspace, client: WebClient) -> None:
    opened(slack, client, "au-acma", modal(section("1"), external_id="only"))
    trigger = slack.state.trigger(slack.user("au-acma").id)
    found = error_of(client, "views.open", trigger_id=trigger, view=modal(section("2"), external_id="only"))
    assert found == "duplicate_external_id"


def test_a_view_past_250_kilobytes_is_too_large(slack: Workspace, client: WebClient) -> None:
    trigger = slack.state.trigger(slack.user("au-acma").id)
    large = modal(*[section("x" * 2900) for _ in range(90)])
    assert error_of(client, "views.open", trigger_id=trigger, view=large) == "view_too_large"


def test_a_modal_with_inputs_needs_something_to_submit(slack: Workspace, client: WebClient) -> None:
    trigger = slack.state.trigger(slack.user("au-acma").id)
    mute = modal(field("title", {"type": "plain_text_input"})) | {"submit": None}
    assert error_of(client, "views.open", trigger_id=trigger, view=mute) == "invalid_arguments"
