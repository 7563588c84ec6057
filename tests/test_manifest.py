"""Owns the proof that slack-manifest.json asks for the least, in the form that Slack takes; texts are the door's."""

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
    "chat:write": "messages to people and to the Agencies' channel",
    "commands": "/lap",
    "groups:read": "who is in the Agencies' channel, a private one, before each post",
    "users:read": "who is a guest, of another team, or gone",
    "users:read.email": "knowing a contact by the address of their profile",
}
EVENTS: dict[str, str] = {}
# The methods of Slack's Web API that the bot may call, and the scope that each takes.
METHODS = {
    "auth_test": None,
    "chat_postMessage": "chat:write",
    "chat_update": "chat:write",
    "conversations_info": "groups:read",
    "conversations_members": "groups:read",
    "conversations_open": "im:write",
    "users_lookupByEmail": "users:read.email",
    "users_info": "users:read",
    "views_open": None,
    "views_push": None,
    "views_update": None,
}
SPOKEN = "\n".join(path.read_text(encoding="utf-8") for path in sorted((HOUSE / "handlers").rglob("*.py")))


def manifest() -> Any:
    return json.loads((HOUSE / "slack-manifest.json").read_text(encoding="utf-8"))


def faults(schema: Path, document: Any) -> list[str]:
    validator = Draft7Validator(json.loads(schema.read_text(encoding="utf-8")))
    return sorted(f"{error.json_path}: {error.message}" for error in validator.iter_errors(document))


OURS = HOUSE / "tests" / "schemas" / "slack-manifest.json"


def test_the_manifest_is_one_that_slack_takes() -> None:
    assert faults(OURS, manifest()) == []


def test_the_manifest_satisfies_slacks_own_schema() -> None:
    theirs = os.environ.get("SLACK_MANIFEST_SCHEMA")
    if not theirs:
        pytest.skip("Slack's schema is no part of this repository; CONTRIBUTING.md says how to name a copy of it")
    assert faults(Path(theirs), manifest()) == []


def test_the_manifest_asks_for_the_listed_scopes_and_no_other() -> None:
    assert manifest()["oauth_config"] == {"scopes": {"bot": sorted(SCOPES)}}


def test_each_scope_is_needed_by_a_method_that_the_bot_calls() -> None:
    called = {name for name in re.findall(r"client\.([a-z]+_\w+)", SPOKEN) if hasattr(WebClient, name)}
    not_by_method = {"commands"}
    assert {METHODS[name] for name in called} - {None} | not_by_method == set(SCOPES)


def test_the_manifest_subscribes_to_the_events_that_the_bot_listens_to() -> None:
    subscribed = manifest()["settings"].get("event_subscriptions", {}).get("bot_events", [])
    assert (sorted(subscribed), set(re.findall(r"\.event\(\s*[\"'](\w+)", SPOKEN))) == (sorted(EVENTS), set(EVENTS))


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
