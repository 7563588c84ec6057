"""Owns personal links: tokens that a retry prints again, kept only as SHA-256; where one leads is its own room's.

A link lives until it is reset, its contact or participant goes, or, to join, its person's last right in the call ends
(``storage.links.holder``). While LAP_SECRET is rotated, what was printed under the old secret goes on working.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.confidentiality import Way
from bot.participants import reader_of
from handlers.desk import Actor
from handlers.settings import Settings
from handlers.work import Reading
from storage import links
from storage.links import Holder, Kept
from storage.tables import LinkPurpose

_QUOTED = re.compile(r"((?:/|%2F)(?:join|me|calendar)(?:/|%2F))[\w-]{22}(?![\w-])", re.IGNORECASE)
"""The path of a link up to its token, which is made in ``token``."""
PATHS = {LinkPurpose.JOIN: "/join/{}", LinkPurpose.PAGE: "/me/{}", LinkPurpose.FEED: "/calendar/{}.ics"}


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """Which link of somebody: what it is for and, to join, the call. Each counts its resets (epochs) for itself."""

    purpose: LinkPurpose
    call_id: str | None = None


WAYS = {LinkPurpose.PAGE: Way.PAGE, LinkPurpose.FEED: Way.CALENDAR}

PAGE, FEED, REPLY = Link(LinkPurpose.PAGE), Link(LinkPurpose.FEED), Link(LinkPurpose.REPLY)


def token(secret: str, purpose: LinkPurpose, person: str, epoch: int = 0, call_id: str | None = None) -> str:
    """base64url(HMAC-SHA256(secret, purpose | person | epoch)[:16]): 22 signs, for the same arguments the same.

    A join link has its call in it, too (purpose | person | call | epoch): it leads to one call, and one that is passed
    on with that call's entry must not lead to others. What stands in a mail address is base32 in lower case, 26 signs:
    servers change the case. Raises ValueError for an id that holds the separator.
    """
    parts = (purpose, person, *(() if call_id is None else (call_id,)), str(epoch))
    if any("|" in part for part in parts):
        raise ValueError("An id in a link holds no |.")
    text = "|".join(parts).encode()
    if purpose is LinkPurpose.REPLY:
        return base64.b32encode(_digest(secret, text)).rstrip(b"=").decode().lower()
    return _short(secret, text)


def _short(secret: str, text: bytes) -> str:
    return base64.urlsafe_b64encode(_digest(secret, text)).rstrip(b"=").decode()


def _digest(secret: str, text: bytes) -> bytes:
    return hmac.digest(secret.encode(), text, "sha256")[:16]


def sha256_of(printed: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(printed.encode("utf-8", "replace")).hexdigest()


def mark_of(address: str) -> str:
    """What is kept of a link that was mailed, to know it again by: nobody makes the link from it; nothing of none."""
    return sha256_of(address)[:16] if address else ""


def holder_of(work: Reading, printed: str, purpose: LinkPurpose) -> Holder | None:
    """Whom a living link belongs to; None for every other token alike, whatever its length."""
    return links.holder(work.tx, sha256_of(printed), purpose)


def enter(work: Reading, printed: str, purpose: LinkPurpose) -> bool:
    """Gives the one who reads or acts the hat of the link's holder; whether there is one."""
    held = holder_of(work, printed, purpose)
    if held is not None:
        reader = reader_of(held.contact, held.participant)
        user, request = f"link:{purpose}", work.actor.request
        work.actor = Actor(held.contact, held.participant, reader, user, request, WAYS.get(purpose))
    return held is not None


def print_links(work: Reading, contact_id: str, *wanted: Link) -> tuple[str, ...]:
    """The addresses of somebody's links, in the order wanted; those that were never printed are made known first."""
    known = links.of_person(work.tx, contact_id)
    epochs = epochs_of(known)
    made = {link: token_of(work, link, contact_id, epochs.get(link, 0)) for link in wanted}
    kept = {k.token_sha256 for k in known}
    new = [Kept(sha256_of(t), link.purpose, link.call_id, epochs.get(link, 0)) for link, t in made.items()]
    links.add(work.tx, contact_id, [k for k in new if k.token_sha256 not in kept])
    return tuple(_address(work, link, made[link]) for link in wanted)


def token_of(work: Reading, link: Link, contact_id: str, epoch: int) -> str:
    """The token of somebody's link as it is printed now."""
    return token(_secrets(work.desk.settings)[0], link.purpose, contact_id, epoch, link.call_id)


def known_links(work: Reading, contact_id: str, kept: Sequence[Kept] | None = None) -> Mapping[Link, str]:
    """The addresses of somebody's links that were printed before, as they are now; nothing is written. *kept*: what is
    kept of them, where it was fetched.

    One printed under a secret that is set no longer works on, but nobody can tell its address.
    """
    known = links.of_person(work.tx, contact_id) if kept is None else kept
    printed = {link: known_token(work, link, contact_id, known) for link in epochs_of(known)}
    return {link: _address(work, link, t) for link, t in printed.items() if t is not None and link.purpose in PATHS}


def known_token(work: Reading, link: Link, contact_id: str, known: Sequence[Kept]) -> str | None:
    """The token of somebody's link as it was printed before, under whichever secret is set; *known* is what is kept."""
    kept, epoch = {k.token_sha256 for k in known}, epochs_of(known).get(link, 0)
    made = (token(s, link.purpose, contact_id, epoch, link.call_id) for s in _secrets(work.desk.settings))
    return next((t for t in made if sha256_of(t) in kept), None)


def epochs_of(known: Iterable[Kept]) -> dict[Link, int]:
    """How often each link was reset: its latest epoch counts."""
    found: dict[Link, int] = {}
    for kept in known:
        link = Link(kept.purpose, kept.call_id)
        found[link] = max(kept.epoch, found.get(link, 0))
    return found


def seals(settings: Settings, *told: str) -> tuple[str, ...]:
    """What proves that a form with these values is ours, as it is printed now and, while the secret is rotated, as it
    was before."""
    text = json.dumps(["seal", *told]).encode()
    return tuple(_short(secret, text) for secret in _secrets(settings))


def without_links(text: str) -> str:
    """*text* without the tokens of personal links that it quotes, also where a mail server has written them anew as a
    part of an address of its own, with their strokes encoded (RFC 3986 2.1)."""
    return _QUOTED.sub(r"\1…", text)


def join_link(work: Reading, contact_id: str, call_id: str) -> str:
    """The person's own link to the call: it leads to the bridge of the segment they may join now (barrier.md).

    At the foot of a mail stands their page's, too: the two are made known together.
    """
    join = Link(LinkPurpose.JOIN, call_id)
    if work.actor.way is not Way.MAIL or contact_id != work.reader.contact_id:
        return print_links(work, contact_id, join)[0]
    link, work.page, _ = print_links(work, contact_id, join, PAGE, FEED)
    return link


def page_link(work: Reading, contact_id: str) -> str:
    """The person's own page. Their feed is made known with it: the page shows its address, and changes nothing."""
    return print_links(work, contact_id, PAGE, FEED)[0]


def _address(work: Reading, link: Link, printed: str) -> str:
    return work.desk.settings.public_url + PATHS[link.purpose].format(printed)


def _secrets(settings: Settings) -> tuple[str, ...]:
    """The secret that links are made with, then the one before it while it is rotated."""
    if settings.lap_secret is None:
        raise RuntimeError("LAP_SECRET is needed for links")
    return tuple(s.get_secret_value() for s in (settings.lap_secret, settings.lap_secret_old) if s is not None)
