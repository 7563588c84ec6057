"""Owns how a changed entry is told: what was and what is, in the reader's zone and in UTC; the mail around it is
``invitation_letters``'."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.attendees import NEUTRAL_NARROWED, neutral_words
from bot.invitations import Differs, Invitation
from bot.when import show, show_date, show_span
from handlers.work import Reading

INVITED = "You are invited to {title}, a conference call of the {network}."
INVITED_PART = "You are invited to take part in a conference call of the {network}: {title}."
MOVED = "{title} has been moved. Your calendar entry changes with this mail; please answer again."
CHANGED = "Your part of {title} now has other times. Your calendar entry changes with this mail; please answer again."
RETITLED = "{before} is now called {title}. Your calendar entry changes with this mail; time and answer stay."
TITLED = "Your calendar entry for this call is now called {title}. Its time stays as it was, and so does your answer."
RELINKED = "Your link to join is a new one. Please use it from now on, not the one that you were sent before."
UNCHANGED = "This is your calendar entry for {title} as it stands, once more: nothing in it has changed."

NAMES = {Differs.TIME: "time", Differs.TITLE: "title", Differs.LINK: "link to join"}


def opening(
    work: Reading, copy: Invitation, differs: Differs | None, zone: ZoneInfo, *, guest: bool, title: str | None = None
) -> tuple[tuple[str, ...], str]:
    """The first words and the subject; *differs* is what changed, None for a new copy; *title*: the earlier one, where
    it may be told (``audience.earlier_title``)."""
    subject = f"{_what(differs, guest=guest)}: {copy.title}, {show(copy.start, zone)}"
    if differs is None:
        network = work.desk.procedure.texts.network
        return ((INVITED_PART if guest else INVITED).format(title=copy.title, network=network),), subject
    return tuple(_told(work, copy, differs, zone, title, guest=guest)), subject


def is_shorter(differs: Differs | None, *, guest: bool) -> bool:
    """Whether a guest's time became less, which is told in the words that are the same for every cause."""
    return guest and differs is not None and Differs.NARROWED in differs


def is_moved(copy: Invitation, differs: Differs, *, guest: bool) -> bool:
    """Whether it is told as a call that was moved, and not as a part with other times: to another day, for Agencies."""
    day = copy.sent_start.date() if copy.sent_start else None
    return not guest and Differs.TIME in differs and Differs.NARROWED not in differs and copy.start.date() != day


def narrowed(work: Reading, copy: Invitation, zone: ZoneInfo) -> tuple[str, str]:
    """The neutral words for a smaller part."""
    day = show_date(copy.start.astimezone(zone).date())
    return NEUTRAL_NARROWED.format(day=day, span=show_span(copy.start, copy.end, zone)), reasons(work)


def reasons(work: Reading) -> str:
    """What follows the neutral words."""
    return neutral_words(work.desk.settings.mail_from or "", work.reader.kind)


def times(copy: Invitation, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """The entry's times and, where the person holds other ones, those."""
    yield "When", show_span(copy.start, copy.end, zone)
    if copy.sent_start and copy.sent_end and (copy.sent_start, copy.sent_end) != (copy.start, copy.end):
        yield "Before", show_span(copy.sent_start, copy.sent_end, zone)


def titles(copy: Invitation, differs: Differs | None, title: str | None) -> Iterator[tuple[str, str]]:
    """The entry's title as it is, where that changed, and the earlier *title*, where it may be told."""
    if differs is not None and Differs.TITLE in differs:
        yield "Title", copy.title
        if title:
            yield "Title before", title


def _what(differs: Differs | None, *, guest: bool) -> str:
    """'New time and title', for a subject."""
    if differs is None:
        return "Invitation"
    shorter = is_shorter(differs, guest=guest)
    names = [name for part, name in NAMES.items() if part in differs and not (shorter and part is Differs.TIME)]
    new = f"new {' and '.join([', '.join(names[:-1]), names[-1]] if names[1:] else names)}" if names else ""
    told = ", ".join((["now shorter"] if shorter else []) + ([new] if new else [])) or "unchanged"
    return told[0].upper() + told[1:]


def _told(
    work: Reading, copy: Invitation, differs: Differs, zone: ZoneInfo, title: str | None, *, guest: bool
) -> Iterator[str]:
    if is_shorter(differs, guest=guest):
        yield from narrowed(work, copy, zone)
    elif Differs.TIME in differs:
        yield (MOVED if is_moved(copy, differs, guest=guest) else CHANGED).format(title=copy.title)
    elif Differs.TITLE in differs:
        yield RETITLED.format(before=title, title=copy.title) if title else TITLED.format(title=copy.title)
    if Differs.LINK in differs:
        yield RELINKED
    if not differs:
        yield UNCHANGED.format(title=copy.title)
