"""Owns the shape of what people are told: one notice for one reader, already cut; doors only render it."""

from dataclasses import dataclass

from bot.confidentiality import Tlp
from bot.itip import Copy


@dataclass(frozen=True, slots=True)
class Button:
    """A Slack button: ``action`` is the verb, ``value`` only a reference; ``style`` is '', 'primary' or 'danger'."""

    label: str
    action: str
    value: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person is told: subject, paragraphs, facts (name, value), a list, links (label, URL), buttons for Slack.

    Everything that a button does is also said in words, since mail has none. ``copy`` makes it an iMIP message.
    """

    subject: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    items: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    closing: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    label: Tlp | None = None
    copy: Copy | None = None
