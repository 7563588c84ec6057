"""Owns the Slack room of live."""

from handlers.slack.asked import Press, Verb, View

VERBS: dict[str, Verb] = {}
PRESSES: dict[str, Press] = {}
VIEWS: dict[str, View] = {}
