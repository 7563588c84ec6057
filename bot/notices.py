"""Owns the shape of what people are told: one notice for one reader, already cut; doors only render it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from bot.confidentiality import Tlp, stricter
from bot.exposures import Exposure
from bot.itip import Copy, Declined


@dataclass(frozen=True, slots=True)
class Button:
    """A Slack button: ``action`` is the verb, ``value`` only a reference, and what it was shown with where that decides
    (docs/adr/0027); ``style`` is '', 'primary' or 'danger'."""

    label: str
    action: str
    value: str
    style: str = ""


def to_answer(call_id: str, start: datetime, end: datetime) -> tuple[Button, ...]:
    """The buttons that answer an invitation to a call, with the times (UTC) that its reader is shown beside them."""
    value = f"{call_id} {start.isoformat()} {end.isoformat()}"
    return (
        Button("Yes", "rsvp.yes", value, "primary"),
        Button("Maybe", "rsvp.maybe", value),
        Button("No", "rsvp.no", value),
    )


def read_answer(value: str) -> tuple[str, tuple[datetime, datetime] | None]:
    """The call and the times (UTC) that a button ``to_answer`` carries; no times in what has none that can be read."""
    call_id, *times = value.split(" ")
    try:
        start, end = map(datetime.fromisoformat, times)
    except ValueError:
        return call_id, None
    return call_id, (start, end)


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction of that ``name`` to the Slack message ``ts`` of a channel."""

    channel: str
    ts: str
    name: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person is told: subject, paragraphs, facts (name, value), a list, links (label, URL), buttons for Slack.

    Everything that a button does is also said in words, since mail has none. ``copy`` makes it an iMIP message, and so
    does ``declined``, which changes no copy.
    ``shows``: ids of the segments and references of the items, lines and actions in it, for the exposure ledger.
    ``instead``: earlier messages in Slack that say this from now on; nothing new is posted then.
    ``by_answer``: what an answer to the mail does; a copy in Slack leaves it out. ``reaction``: the whole of it is a
    reaction, where Slack takes one; ``only_for``: of the person's Slack users it is for that one alone. ``follows``:
    the DTSTAMPs of the mails of this same copy that its person was sent before, the first and the last, so that they
    stand together. ``moments`` (UTC): those that the paragraphs give last as '13:30 UTC', since many in many zones read
    them; Slack shows each the hour of their own beside it.
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
    declined: Declined | None = None
    shows: frozenset[str] = frozenset()
    instead: tuple[Exposure, ...] = ()
    by_answer: str = ""
    reaction: Reaction | None = None
    only_for: str = ""
    follows: tuple[datetime, ...] = ()
    moments: tuple[datetime, ...] = ()


QUESTIONS = "Questions: {address}."
"""The last closing line of what people are told; of several notices in one it is said once."""

OR_ANSWER = "Or answer this mail in words: the secretariat reads it."
OR_ENTERED = "Or answer this mail in words: the secretariat enters it for you."
"""What ``Notice.by_answer`` says where nothing more exact is to be said."""


def joined(notices: Sequence[Notice], subject: str) -> Notice:
    """Several notices as one under *subject*: each is a section with its own subject, facts, list and what can be done;
    only who answers questions is said once, at the end.

    None of them is an iMIP message.
    """
    several = sum(bool(n.links) for n in notices) > 1
    return Notice(
        subject=subject,
        paragraphs=tuple(words for n in notices for words in _section(n)),
        links=tuple(
            dict.fromkeys(
                (f"{n.subject}. {label}" if several else label, url) for n in notices for label, url in n.links
            )
        ),
        closing=tuple(dict.fromkeys(line for n in notices for line in n.closing if _asks(line))),
        buttons=tuple(dict.fromkeys(button for n in notices for button in n.buttons)),
        label=reduce(stricter, (n.label for n in notices), None),
        shows=frozenset().union(*(n.shows for n in notices)),
        by_answer=" ".join(dict.fromkeys(n.by_answer for n in notices if n.by_answer)),
    )


def closing_of_mail(notice: Notice) -> tuple[str, ...]:
    """The last lines in mail: what to do, that an answer does it too, and who answers questions."""
    questions = tuple(line for line in notice.closing if _asks(line))
    to_do = tuple(line for line in notice.closing if not _asks(line))
    return (*to_do, *((notice.by_answer,) if notice.by_answer else ()), *questions)


def _section(n: Notice) -> tuple[str, ...]:
    facts = (f"{name}: {value}" for name, value in n.facts)
    return (n.subject, *n.paragraphs, *facts, *(f"• {i}" for i in n.items), *(c for c in n.closing if not _asks(c)))


def _asks(line: str) -> bool:
    return line.startswith(QUESTIONS.partition("{")[0])
