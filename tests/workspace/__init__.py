"""Owns the embedded Slack-compatible workspace, the mail drop and the movable clock; the bot knows nothing of it."""
