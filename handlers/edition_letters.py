"""Owns what is told of named editions: the organisations asked, the secretariat when the silence ended, all readers."""

from collections.abc import Mapping, Sequence

from bot import audience
from bot.audience import NamedRecord
from bot.exposures import shown
from bot.notices import OR_ENTERED, QUESTIONS, Button, Notice
from bot.participants import Contact, Participant
from bot.when import show
from bot.zones import zone_of
from handlers.composing import Compose
from handlers.edition import addresses
from handlers.links import page_link
from handlers.named_editions import ASKED, ENDED, RELEASED
from handlers.named_views import NamedView, find_named, view_of
from handlers.work import Reading
from storage import directory
from storage.outbox import Errand

ASKED_SUBJECT = "May these words leave their part? “{name}”, until {ends}"
ASKED_WORDS = (
    "The secretariat asks whether these lines, which come from {organisation} or from a part that it heard, may go "
    "into the edition “{name}”: for {whom}, without part, time or speaker. Whoever says nothing agrees. Lines are "
    "taken out before {ends}, when the silence ends; afterwards the secretariat releases what is left."
)
WHOM = {"TLP:GREEN": "all participants of the network", "TLP:CLEAR": "anybody, such as another group"}
TAKE_OUT = (
    "To take all of them out, press the button in Slack, or send `/lap edition {reference} object`; for some, name "
    "them: `/lap edition {reference} object LINE`. No reason is asked for, and only the secretariat sees who did."
)
BUTTON = "Take our lines out"
ENDED_SUBJECT = "The silence on “{name}” has ended"
ENDED_WORDS = "The silence on the edition “{name}” ended on {ends}. {left} of its lines are left to release."
RELEASE = "`/lap edition {reference} release` shows who gets it, `/lap edition {reference}` how it stands."
RELEASED_SUBJECT = "“{name}”"
RELEASED_WORDS = "The secretariat releases “{name}”, for {whom}:"
SHOWS_AGAIN = "`/lap edition {reference}` shows it again."
AS_A_FILE = "As a file ({format})"


def compose_asked(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """Its own lines to an organisation that is asked, with the exact end; nothing once nothing of its is left."""
    found = _found(work, errands)
    if found is None:
        return None
    view = found[1]
    if view.released_at is not None or not view.lines or view.ends_at <= work.now:
        return None
    ends = show(view.ends_at, zone_of(contact.zone))
    known = {"name": view.name, "ends": ends, "whom": WHOM[view.label], "organisation": participant.name}
    return Notice(
        subject=ASKED_SUBJECT.format(**known),
        paragraphs=(ASKED_WORDS.format(**known),),
        items=tuple(f"`{line.reference}` {line.text}" for line in view.lines),
        closing=(TAKE_OUT.format(reference=view.reference), _questions(work)),
        buttons=(Button(BUTTON, "edition.object", view.reference, "danger"),),
        label=view.label,
        shows=shown(lines=(line.reference for line in view.lines)),
        by_answer=OR_ENTERED,
    )


def compose_ended(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """To the secretariat that it may release an edition, where that is still to be done."""
    found = _found(work, errands)
    if found is None or found[1].released_at is not None or not work.reader.secretariat:
        return None
    view = found[1]
    known = {"name": view.name, "ends": show(view.ends_at, zone_of(contact.zone)), "left": len(view.lines)}
    return Notice(
        subject=ENDED_SUBJECT.format(**known),
        paragraphs=(ENDED_WORDS.format(**known),),
        closing=(RELEASE.format(reference=view.reference),),
        label=view.label,
    )


def compose_released(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """The edition, to whoever reads it: the same words for each of them."""
    found = _found(work, errands)
    if found is None or found[1].released_at is None or not found[1].lines:
        return None
    named, view = found
    page = page_link(work, work.reader.contact_id)
    return Notice(
        subject=RELEASED_SUBJECT.format(name=view.name),
        paragraphs=(RELEASED_WORDS.format(name=view.name, whom=WHOM[view.label]),),
        items=tuple(line.text for line in view.lines),
        links=tuple((AS_A_FILE.format(format=n), url) for n, url in addresses(page, f"edition/{view.reference}")),
        closing=(SHOWS_AGAIN.format(reference=view.reference), _questions(work)),
        label=view.label,
        shows=shown(lines=(line.reference for line in named.left)),
    )


def _found(work: Reading, errands: Sequence[Errand]) -> tuple[NamedRecord, NamedView] | None:
    named = find_named(work, errands[0].subject)
    if named is None or named.edition.dropped_at is not None:
        return None
    if not work.reader.secretariat and not audience.cut_edition(work.reader, named, work.now):
        return None
    return named, view_of(work, named, directory.everybody(work.tx, past=True))


def _questions(work: Reading) -> str:
    return QUESTIONS.format(address=work.desk.settings.mail_from)


NOTICES: Mapping[str, Compose] = {ASKED: compose_asked, ENDED: compose_ended, RELEASED: compose_released}
