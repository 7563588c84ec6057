"""Owns the mail door: a notice rendered as one mail to one person and handed to the mail server."""

from datetime import datetime

from bot import itip
from bot.notices import Notice, closing_of_mail
from bot.participants import Contact
from handlers.desk import Errand
from handlers.mail.compose import Letter, invitation_bytes, letter_bytes, message_id
from handlers.mail.html import Page, html_of, text_of
from handlers.mail.smtp import Later, Pool, Refused, Slow, Smtp, Unreachable
from handlers.sending import NotTaken
from handlers.settings import Settings


class MailDoor:
    """Sends notices through one mail server. Raises ``NotTaken`` where it did not take one."""

    def __init__(self, smtp: Smtp | Pool, settings: Settings, sender_name: str) -> None:
        self._smtp = smtp
        self._from = settings.mail_from or ""
        self._domain = settings.mail_domain
        self._sender_name = sender_name

    def __call__(self, notice: Notice, errand: Errand, contact: Contact, dated: datetime) -> None:
        data = self.render(notice, errand, contact, dated)
        try:
            self._smtp.send(self._sender(notice), contact.email, data)
        except Refused as error:
            raise NotTaken(error.says, for_good=True, offered=error.offered) from error
        except Later as error:
            unreachable, slow = isinstance(error, Unreachable), isinstance(error, Slow)
            raise NotTaken(error.says, unreachable=unreachable, slow=slow, offered=error.offered) from error

    def render(self, notice: Notice, errand: Errand, contact: Contact, dated: datetime) -> bytes:
        """The bytes of the mail: the same for the same notice, errand and date of the first attempt."""
        label, subject = notice.label, f"{notice.label} {notice.subject}" if notice.label else notice.subject
        page = Page(
            title=subject,
            paragraphs=notice.paragraphs,
            facts=notice.facts,
            items=notice.items,
            links=notice.links,
            footer="\n".join([*closing_of_mail(notice), *([label] if label else [])]),
        )
        about, revision = (notice.copy.uid, _revision(notice)) if notice.copy else (errand.id, 0)
        identifier = message_id(contact.id, about, revision, self._domain)
        letter = Letter(
            to=contact.email,
            to_name=contact.name,
            subject=subject,
            text=text_of(page),
            html=html_of(page),
            sender=self._sender(notice),
            sender_name=self._sender_name,
            message_id=identifier,
            date=dated,
            boundary_seed=identifier,
            in_reply_to=None,
            thread=tuple(message_id(contact.id, about, _number(stamp), self._domain) for stamp in notice.follows),
        )
        if notice.declined is not None:
            return invitation_bytes(letter, itip.decline_counter(notice.declined), "DECLINECOUNTER")
        if notice.copy is None:
            return letter_bytes(letter)
        if notice.copy.cancelled:
            return invitation_bytes(letter, itip.cancel(notice.copy), "CANCEL")
        return invitation_bytes(letter, itip.request(notice.copy), "REQUEST")

    def _sender(self, notice: Notice) -> str:
        """The organizer's address of what a calendar takes: many take it from no other (calendar programs compare it
        with From), and what cannot be delivered comes back to it. Ours for all else."""
        imip = notice.copy or notice.declined
        return imip.organizer if imip else self._from


def _revision(notice: Notice) -> int:
    """What tells two revisions of a copy apart: DTSTAMP strictly rises with each (RFC 5546 2.1.5)."""
    return _number(notice.copy.dtstamp) if notice.copy else 0


def _number(dtstamp: datetime) -> int:
    return int(dtstamp.timestamp())
