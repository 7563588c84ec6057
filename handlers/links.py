"""Owns personal links: tokens that a retry prints again, kept only as SHA-256; where one leads is ``joining``'s."""

import base64
import hashlib
import hmac

from handlers.desk import Reading
from storage import invitations
from storage.tables import LinkPurpose


def token(secret: str, purpose: LinkPurpose, person: str, call_id: str = "", epoch: int = 0) -> str:
    """base64url of HMAC-SHA256(secret, purpose | person | call | epoch), the first 16 octets."""
    told = "|".join((purpose, person, call_id, str(epoch)))
    digest = hmac.new(secret.encode(), told.encode(), hashlib.sha256).digest()[:16]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def sha256_of(printed: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(printed.encode()).hexdigest()


def join_link(work: Reading, contact_id: str, call_id: str) -> str:
    """The person's own link to the call: it leads to the bridge of the segment they may join now (barrier.md)."""
    secret = work.desk.settings.lap_secret
    if secret is None:
        raise RuntimeError("LAP_SECRET is needed for links")
    printed = token(secret.get_secret_value(), LinkPurpose.JOIN, contact_id, call_id)
    invitations.add_link(work.tx, sha256_of(printed), LinkPurpose.JOIN, contact_id, call_id, 0)
    return f"{work.desk.settings.public_url}/join/{printed}"
