"""Owns one received mail and its parts; how it was received is `mail`'s."""

import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from functools import cached_property


@dataclass(frozen=True)
class Mail:
    """One message as it arrived: *raw* with CRLF line ends, *number* in order of arrival from 1."""

    number: int
    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def to(self) -> str:
        """The (first) envelope recipient."""
        return self.recipients[0]

    @cached_property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        return BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(self.raw)

    @property
    def subject(self) -> str:
        """The subject, decoded."""
        return str(self.message["subject"] or "")

    @property
    def text(self) -> str:
        """The plain text part, decoded."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML part, decoded; "" when there is none."""
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""

    @property
    def calendar_part(self) -> EmailMessage | None:
        """The ``text/calendar`` part beside text and HTML, not the attachment."""
        parts = [p for p in self.message.walk() if p.get_content_type() == "text/calendar" and not p.is_attachment()]
        found = parts[0] if parts else None
        return found if isinstance(found, EmailMessage) else None

    @property
    def calendar(self) -> bytes | None:
        """The calendar part's bytes, transfer encoding undone."""
        part = self.calendar_part
        payload = part.get_payload(decode=True) if part is not None else None
        return payload if isinstance(payload, bytes) else None

    @property
    def method(self) -> str | None:
        """The iTIP method the calendar part's header names."""
        part = self.calendar_part
        found = part.get_param("method") if part is not None else None
        return str(found) if found else None

    @property
    def attachments(self) -> list[tuple[str, str, bytes]]:
        """File name, media type and bytes of every attachment."""
        found = []
        for part in self.message.iter_attachments():
            payload = part.get_payload(decode=True)
            found.append((part.get_filename() or "", part.get_content_type(), payload if payload else b""))
        return [(name, kind, bytes(content)) for name, kind, content in found if isinstance(content, bytes)]
