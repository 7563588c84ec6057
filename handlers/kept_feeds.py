"""Owns the feeds that this process keeps once they were made, and until when each is still true; ``feed`` makes them.

Nothing kept is given out on its own word: who asks for it first reads in the database what it stands on (ADR 16).
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from storage.feeds import Standing

MOST_OCTETS = 16 * 1024 * 1024
"""So much is kept at most; what was not asked for longest goes first."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's bytes with their strong entity tag (RFC 9110 8.8.3), and when (UTC) anything in it changed last; None
    where it is empty."""

    body: bytes
    tag: str
    modified: datetime | None


def tagged(body: bytes, modified: datetime | None) -> Feed:
    """A feed of those bytes: the same have the same tag, in whatever process and whenever they were made."""
    return Feed(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', modified)


@dataclass(frozen=True, slots=True)
class _Kept:
    standing: Standing
    made_at: datetime
    until: datetime | None
    feed: Feed


class KeptFeeds:
    """Feeds by the SHA-256 of the token that leads to each; several threads may ask at once."""

    def __init__(self, most_octets: int = MOST_OCTETS) -> None:
        self._most = most_octets
        self._octets = 0
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = Lock()

    def find(self, key: str, standing: Standing, now: datetime) -> Feed | None:
        """The feed kept under *key* where it stands on just that and its time has neither run out nor, by a clock set
        back, begun."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.standing != standing or now < kept.made_at:
                return None
            if kept.until is not None and kept.until <= now:
                return None
            self._kept.move_to_end(key)
            return kept.feed

    def keep(self, key: str, standing: Standing, made_at: datetime, until: datetime | None, feed: Feed) -> None:
        """Keeps *feed*, made at *made_at* of what stood so then, until the clock changes it at *until* (UTC)."""
        with self._lock:
            before = self._kept.pop(key, None)
            self._octets += len(feed.body) - (len(before.feed.body) if before else 0)
            self._kept[key] = _Kept(standing, made_at, until, feed)
            while self._octets > self._most:
                _, oldest = self._kept.popitem(last=False)
                self._octets -= len(oldest.feed.body)
