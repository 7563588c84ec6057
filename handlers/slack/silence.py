"""Owns how it shows that Slack does not answer a call of ours, or not as Slack does; what follows is each caller's."""

from http.client import HTTPException

from slack_sdk.errors import SlackClientError

UNREADABLE = (HTTPException, UnicodeError)
"""What came back was cut off, or is no answer of Slack's: a proxy's page, for one."""

NO_ANSWER = (SlackClientError, OSError, *UNREADABLE)
