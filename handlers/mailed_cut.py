"""Owns what of the words of a mail that came in is kept: neither the personal links that it quotes, nor what its label
lets no door carry; what is done with it is ``mailed``'s."""

import hashlib
import re
from dataclasses import replace

from bot.confidentiality import Tlp, Way, may_carry, strictest_in
from bot.replies import Incoming, Mail
from handlers.links import without_links
from handlers.work import Reading

WAYS = (Way.MAIL, Way.MESSAGE, Way.SLACK)
"""How the secretariat reads of mail: it has no place on a page."""


def cut(work: Reading, mail: Mail) -> Mail:
    """*mail* as it may be kept and shown.

    Whoever answers a mail quotes it, with the links and the reply address that prove who they are: to the secretariat
    these would be a way to act as them. Of what stands under a label above those that Slack and mail may carry the
    label alone is kept: the whole of it lies in the mailbox.
    """
    label = strictest_in(f"{mail.subject}\n{mail.words}")
    if label is not None and not may_carry(label, _highest(work)):
        return replace(mail, subject=str(label), words="", whole=False)
    return replace(mail, subject=_bare(work, mail.subject), words=_bare(work, mail.words))


def is_withheld(mail: Mail) -> bool:
    """Whether of *mail* the label alone was kept."""
    return not mail.whole and not mail.words and mail.subject in set(Tlp)


def digest_of(mail: Incoming) -> str | None:
    """A digest of all that *mail* says, by which the same mail is known where it comes to lie in the mailbox once more,
    as in one that was moved to another server; None for one without a Message-ID (RFC 5322 3.6.4)."""
    return hashlib.sha256(repr(mail).encode()).hexdigest() if mail.message_id else None


def _highest(work: Reading) -> Tlp:
    return min((work.desk.procedure.labels.highest(way) for way in WAYS), key=lambda label: label.strictness)


def _bare(work: Reading, text: str) -> str:
    local, _, domain = (work.desk.settings.mail_from or "").rpartition("@")
    own = re.compile(rf"\b{re.escape(local)}\+[\w-]+@{re.escape(domain)}", re.IGNORECASE)
    return without_links(own.sub(f"{local}@{domain}", text) if domain else text)
