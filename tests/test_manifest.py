"""Owns the proof that both manifests ask for the least, in the form that Slack takes; texts are the door's."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from slack_sdk import WebClient

from tests.test_floors import HOUSE

# Slack's own schema lets any scope and any event pass, so each is listed here with what it is for.
SCOPES = {
    "app_mentions:read": "lines of a call that begin with the bot's name, and no other",
    "chat:write": "messages to people and to the Agencies' channel",
    "commands": "/lap",
    "groups:read": "who is in the Agencies' channel, a private one, before each post",
    "users:read": "who is a guest, of another team, or gone",
    "users:read.email": "knowing a contact by the address of their profile",
}
EVENTS = {
    "app_mention": "a line of a call that begins with the bot's name",
    "user_change": "that a profile bears the address no longer by which its user is known",
}
# slack-manifest-lines.json asks for these too: the option of reading plain lines of the Agencies' channel.
LINES_SCOPES = {
    "groups:history": "reading lines of the Agencies' channel, a private one, while a call runs",
    "reactions:write": "acknowledging such a line without a word",
}
LINES_EVENTS = {"message.groups": "a line of a private channel that the bot is in"}
MANIFESTS = {
    "slack-manifest.json": (SCOPES, EVENTS),
    "slack-manifest-lines.json": ({**SCOPES, **LINES_SCOPES}, {**EVENTS, **LINES_EVENTS}),
}
every_manifest = pytest.mark.parametrize("name", MANIFESTS)
# The methods of Slack's Web API that the bot may call, and the scope that each takes.
METHODS = {
    "auth_test": None,
    "chat_postEphemeral": "chat:write",
    "chat_postMessage": "chat:write",
    "chat_update": "chat:write",
    "conversations_info": "groups:read",
    "conversations_members": "groups:read",
    "conversations_open": "im:write",
    "reactions_add": "reactions:write",
    "users_lookupByEmail": "users:read.email",
    "users_info": "users:read",
    "views_open": None,
    "views_push": None,
    "views_update": None,
}
SPOKEN = "\n".join(path.read_text(encoding="utf-8") for path in sorted((HOUSE / "handlers").rglob("*.py")))


def manifest(name: str = "slack-manifest.json") -> Any:
    return json.loads((HOUSE / name).read_text(encoding="utf-8"))


def faults(schema: Path, document: Any) -> list[str]:
    validator = Draft7Validator(json.loads(schema.read_text(encoding="utf-8")))
    return sorted(f"{error.json_path}: {error.message}" for error in validator.iter_errors(document))


OURS = HOUSE / "tests" / "schemas" / "slack-manifest.json"


@every_manifest
def test_the_manifest_is_one_that_slack_takes(name: str) -> None:
    assert faults(OURS, manifest(name)) == []


@every_manifest
def test_the_manifest_satisfies_slacks_own_schema(name: str) -> None:
    theirs = os.environ.get("SLACK_MANIFEST_SCHEMA")
    if not theirs:
        pytest.skip("Slack's schema is no part of this repository; CONTRIBUTING.md says how to name a copy of it")
    assert faults(Path(theirs), manifest(name)) == []


@every_manifest
def test_the_manifest_asks_for_the_listed_scopes_and_no_other(name: str) -> None:
    assert manifest(name)["oauth_config"] == {"scopes": {"bot": sorted(MANIFESTS[name][0])}}


def test_each_scope_is_needed_by_a_method_that_the_bot_calls_or_for_what_it_hears() -> None:
    called = {name for name in re.findall(r"client\.([a-z]+_\w+)", SPOKEN) if hasattr(WebClient, name)}
    not_by_method = {"commands", "app_mentions:read", "groups:history"}
    assert {METHODS[name] for name in called} - {None} | not_by_method == {*SCOPES, *LINES_SCOPES}


@every_manifest
def test_the_manifest_subscribes_to_the_listed_events_and_no_other(name: str) -> None:
    assert manifest(name)["settings"]["event_subscriptions"]["bot_events"] == sorted(MANIFESTS[name][1])


def test_the_bot_listens_to_the_events_that_the_manifests_subscribe_to() -> None:
    listened = set(re.findall(r"\.event\(\s*[\"'](\w+)", SPOKEN))
    assert listened == {event.partition(".")[0] for event in {**EVENTS, **LINES_EVENTS}}


def test_the_manifests_differ_in_what_reading_lines_takes_alone() -> None:
    plain, lines = (manifest(name) for name in MANIFESTS)
    lines["oauth_config"]["scopes"]["bot"] = sorted(SCOPES)
    lines["settings"]["event_subscriptions"]["bot_events"] = sorted(EVENTS)
    assert lines == plain


@pytest.mark.parametrize(
    ("part", "change", "fault"),
    [
        ("display_information", {"name": "n" * 36}, "is too long"),
        ("oauth_config", {"scopes": {"bot": ["commands"], "user": ["chat:write"]}}, "'user' was unexpected"),
        ("settings", {"interactivity": {"is_enabled": True, "request_url": "http://lap.example/"}}, "does not match"),
        ("features", {"slash_commands": []}, "should be non-empty"),
    ],
)
def test_a_broken_manifest_is_refused(part: str, change: dict[str, Any], fault: str) -> None:
    broken = manifest()
    broken[part] |= change
    assert [told for told in faults(OURS, broken) if fault in told] != []
