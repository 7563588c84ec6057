"""Owns what both sides of the bench are told alike: secrets of no worth, and how many connections each keeps."""

SIGNING_SECRET = "signing-secret-of-the-bench"
BOT_TOKEN = "xoxb-bench"
LAP_SECRET = "a-secret-of-the-bench-that-is-long-enough"
CONNECTIONS = 24
"""Database connections of each side, as many as ``Store`` keeps; both serve in the thread pool of their framework."""
