"""Owns what the bot needs to be allowed in Slack, and asks what it is; ``slack-manifest.json`` asks for the same."""

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.settings import Settings
from handlers.slack import silence

SCOPES = frozenset({"app_mentions:read", "chat:write", "commands", "groups:read", "users:read", "users:read.email"})

PROBE_SECONDS = 3

NO_TOKEN = "No Slack app is set: give SLACK_BOT_TOKEN."
NO_ANSWER = "Slack does not answer ({why})."
REFUSED = "Slack refuses the bot's token: {why}. Copy it anew from “OAuth & Permissions” of the Slack app."
LACKING = "The Slack app lacks these scopes: {names}. Install it again from slack-manifest.json."


def problem(settings: Settings) -> str | None:
    """What is wrong with the bot's token or its scopes, with the remedy; None where Slack has all that is needed."""
    if settings.slack_bot_token is None:
        return NO_TOKEN
    token = settings.slack_bot_token.get_secret_value()
    client = WebClient(token=token, base_url=settings.slack_api_url, timeout=PROBE_SECONDS)
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        return REFUSED.format(why=error.response.get("error", "no reason given"))
    except silence.NO_ANSWER as error:
        return NO_ANSWER.format(why=type(error).__name__)
    said = next((value for name, value in answer.headers.items() if name.lower() == "x-oauth-scopes"), None)
    if said is None:
        return None
    lacking = sorted(SCOPES - {scope.strip() for scope in said.split(",")})
    return LACKING.format(names=", ".join(lacking)) if lacking else None
