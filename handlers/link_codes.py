"""Owns the code by which a Slack user proves to be a contact: mailed to an address, typed in Slack, good for minutes.

What else ties a user to a contact, and how that is undone, is ``linking``'s.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import Refusal
from bot.notices import Notice
from bot.participants import Contact, Participant
from bot.text import is_address
from bot.when import show_time
from bot.words import ALPHABET, LENGTH, fold_reference
from bot.zones import zone_of
from handlers.act import act, of_oneself
from handlers.composing import Compose
from handlers.desk import Desk
from handlers.identity import with_role
from handlers.linking import LINK_WAITS, speaks_no_longer, spoken_for
from handlers.work import Reading, Writing
from storage import directory, outbox
from storage import identity as ties
from storage.identity import MailedCode
from storage.outbox import Errand
from storage.tables import Door

CODE = "iam"
"""The kind of the mail that tells a code."""

CODE_LIFE = timedelta(minutes=10)
MOST_TRIES = 5
BETWEEN_CODES = timedelta(minutes=1)

NO_SECRET = "No code can be made: LAP_SECRET is not set. Tell whoever runs the bot."


def code_of(secret: str, team_id: str, user_id: str, contact_id: str, expires_at: datetime) -> str:
    """The code that ties a user to a contact until *expires_at*: six characters that can be made again, and so are kept
    nowhere but as SHA-256."""
    told = "|".join(("iam", team_id, user_id, contact_id, expires_at.isoformat()))
    number = int.from_bytes(hmac.new(secret.encode(), told.encode(), hashlib.sha256).digest()[:8], "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH))


def secrets_of(desk: Desk) -> list[str]:
    """LAP_SECRET and, while it is rotated, the one before. Raises Refusal where there is none."""
    known = [s.get_secret_value() for s in (desk.settings.lap_secret, desk.settings.lap_secret_old) if s]
    if not known:
        raise Refusal(NO_SECRET)
    return known


def sha256_of(code: str) -> str:
    """What the database keeps of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


@act
@of_oneself
def ask_code(work: Writing, team_id: str, email: str) -> None:
    """Mails a code to that address where it is a contact's; what is answered and kept is the same where it is not.

    Within a minute of the last code to the same contact none is sent again, whoever else a code was asked for
    meanwhile: that last one is good again then, unless it, or one asked for after it, was used. What was tried within
    that minute counts for whichever code comes next.
    """
    user, expires = work.actor.user, work.now + CODE_LIFE
    secret = secrets_of(work.desk)[0]
    found = directory.contact_by_email(work.tx, email) if is_address(email) else None
    contact_id = found[0].id if found else None
    work.record("code asked", "iam")
    last = ties.mailed_code(work.tx, team_id, user)
    if last and last.contact_id == contact_id and last.expires_at > expires - BETWEEN_CODES:
        return
    used = last.used_until if last else None
    asked = f"{team_id}/{user}/"
    mailed = outbox.subject_since(work.tx, CODE, contact_id or "", asked, work.now - BETWEEN_CODES) if last else None
    lately = datetime.fromisoformat(mailed.removeprefix(asked)) if mailed else None
    if lately is not None and (used is None or lately > used):
        expires = lately
    elif used is not None:
        lately, expires = None, max(expires, used + timedelta.resolution)  # also in the moment in which one was used
    code = code_of(secret, team_id, user, contact_id or "", expires)
    tried = last.tries if last and last.expires_at > work.now + CODE_LIFE - BETWEEN_CODES else 0
    ties.keep_code(work.tx, MailedCode(team_id, user, contact_id, sha256_of(code), expires, tried, used))
    if contact_id and lately is None:
        work.tell(CODE, [contact_id], subject=f"{asked}{expires.isoformat()}")


@dataclass(frozen=True, slots=True)
class Entered:
    """A code that was right: the contact and its organisation, and whether the secretariat has still to confirm."""

    contact: Contact
    participant: Participant
    waits: bool


@act
@of_oneself
def enter_code(work: Writing, team_id: str, typed: str, *, full_member: bool) -> Entered | None:
    """Ties the user to the contact whose code was typed; None for a wrong, old or used-up one, and that try counts.

    For guests and users of another team (not *full_member*) the secretariat confirms first.
    """
    user = work.actor.user
    last = ties.mailed_code(work.tx, team_id, user)
    if last is None or last.expires_at <= work.now or last.tries >= MOST_TRIES:
        return None
    right = hmac.compare_digest(sha256_of(fold_reference(typed)), last.code_sha256)
    known = directory.contact_by_id(work.tx, last.contact_id) if right and last.contact_id else None
    if known is None:
        ties.count_try(work.tx, team_id, user)
        return None
    contact, participant = known
    ties.use_code(work.tx, last, work.now)
    before = (t for t in ties.ties_of(work.tx, user, team_id) if t.contact_id != contact.id)
    speaks_no_longer(work, spoken_for(before))
    directory.link_slack_user(work.tx, team_id, user, contact.id, "code", work.now, confirmed=full_member)
    if full_member and user in work.desk.settings.secretariat:
        with_role(work.tx, contact, participant)
    if not full_member:
        told = [c.id for c in directory.secretariat(work.tx)]
        work.tell(LINK_WAITS, told, doors=(Door.MAIL, Door.SLACK), subject=f"{team_id}/{user}")
    work.record("linked by code", contact.id, named=contact.email, user=user, waits=not full_member)
    return Entered(contact, participant, waits=not full_member)


CODE_SUBJECT = "Your code for Slack"
CODE_SAYS = "Somebody in Slack says that they speak for {email}. If that was you, type this there before {until}:"
CODE_TYPED = "/lap iam {code}"
CODE_ELSE = "If it was not you, do nothing: without the code nobody is tied to this address. Questions: {address}."


def compose_code(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """The code, made again at the moment of sending; nothing once another was asked for, or it is too late."""
    team_id, user_id, expires = errands[0].subject.split("/")
    last = ties.mailed_code(work.tx, team_id, user_id)
    if last is None or last.contact_id != contact.id or last.expires_at.isoformat() != expires:
        return None
    if contact.removed_at or participant.left_at or last.expires_at <= work.now:
        return None
    made = [code_of(s, team_id, user_id, contact.id, last.expires_at) for s in secrets_of(work.desk)]
    code = next((c for c in made if sha256_of(c) == last.code_sha256), None)
    if code is None:
        return None
    until = show_time(last.expires_at, zone_of(contact.zone))
    return Notice(
        subject=CODE_SUBJECT,
        paragraphs=(CODE_SAYS.format(email=contact.email, until=until), CODE_TYPED.format(code=code)),
        closing=(CODE_ELSE.format(address=work.desk.settings.mail_from),),
    )


NOTICES: dict[str, Compose] = {CODE: compose_code}
