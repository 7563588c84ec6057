"""Owns each person's own reply address (``MAIL_REPLY=secret``): what it is, and whose mail proves itself by it.

It is the organizer's address with a token of that person's behind a plus sign (RFC 5233), so that an answer by calendar
comes back to an address that nobody else was told. Where it may stand in a copy is ``invitation_letters``'.
"""

from collections.abc import Iterable

from handlers.links import REPLY, holder_of, known_token, sha256_of, token_of
from handlers.work import Reading
from storage import links
from storage.links import Kept
from storage.tables import LinkPurpose

SECRET = "secret"
MOST_LOOKED_UP = 3
"""A mail of one person is addressed to one such address; a list of guesses is not tried to its end."""


def tagged(mailbox: str, tag: str) -> str:
    """*mailbox* with *tag* behind a plus sign; itself without one."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}+{tag}@{domain}" if tag else mailbox


def tags_in(mailbox: str, addresses: Iterable[str]) -> list[str]:
    """The tags of those of *addresses* (lower case) that are *mailbox* with one; the first few."""
    local, _, domain = mailbox.lower().rpartition("@")
    start, end = f"{local}+", f"@{domain}"
    found = (a[len(start) : -len(end)] for a in addresses if a.startswith(start) and a.endswith(end))
    return [tag for tag in dict.fromkeys(found) if tag][:MOST_LOOKED_UP]


def tag_for(work: Reading, contact_id: str) -> str:
    """The tag of the organizer's address in a new copy of that person's: empty where answers come to the mailbox alone.

    One a person for life: what was printed under a secret that is still set is printed on while that is rotated, and
    only ``links reset`` makes another. It is made known first.
    """
    if work.desk.settings.mail_reply != SECRET:
        return ""
    known = [k for k in links.of_person(work.tx, contact_id) if k.purpose is LinkPurpose.REPLY]
    printed = known_token(work, REPLY, contact_id, known)
    if printed is None:
        epoch = max((k.epoch for k in known), default=0)
        printed = token_of(work, REPLY, contact_id, epoch)
        links.add(work.tx, contact_id, [Kept(sha256_of(printed), LinkPurpose.REPLY, None, epoch)])
    return printed


def whose(work: Reading, addresses: Iterable[str]) -> frozenset[str]:
    """The contacts whose own reply address is among *addresses*; of one that was reset, nobody's."""
    tags = tags_in(work.desk.settings.mail_from or "", addresses)
    held = (holder_of(work, tag, LinkPurpose.REPLY) for tag in tags)
    return frozenset(h.contact.id for h in held if h is not None)
