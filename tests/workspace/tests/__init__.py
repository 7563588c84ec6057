"""Owns the proofs that the workspace behaves as Slack and a mail server do; the bot is proved elsewhere."""
