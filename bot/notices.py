"""Owns the shape of what people are told: one notice for one reader, already cut; doors only render it."""

from collections.abc import Sequence
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


def joined(notices: Sequence[Notice], subject: str) -> Notice:
    """Several notices as one under *subject*: each begins with its own; a closing line that recurs is said once.

    None of them is an iMIP message.
    """
    return Notice(
        subject=subject,
        paragraphs=tuple(words for n in notices for words in (n.subject, *n.paragraphs)),
        facts=tuple(fact for n in notices for fact in n.facts),
        items=tuple(item for n in notices for item in n.items),
        links=tuple(dict.fromkeys(link for n in notices for link in n.links)),
        closing=tuple(dict.fromkeys(line for n in notices for line in n.closing)),
        buttons=tuple(dict.fromkeys(button for n in notices for button in n.buttons)),
        label=max((n.label for n in notices if n.label), key=lambda label: label.strictness, default=None),
    )
