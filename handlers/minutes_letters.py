"""Owns the mails that carry minutes: each reader's edition as ``bot.audience`` cuts it at the moment of sending."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot import audience
from bot.exposures import shown
from bot.notices import Notice
from bot.participants import Contact, Participant
from bot.when import show
from bot.zones import zone_of
from handlers.composing import Compose
from handlers.edition import Edition, addresses, edition, paragraphs, told_line, with_record
from handlers.finding import named
from handlers.links import page_link
from handlers.minutes import ADOPTED, LINES, SENT
from handlers.work import Reading
from storage import calls, directory
from storage.calls import Part
from storage.outbox import Errand

DRAFT_SUBJECT = "Draft minutes: {title}, {when}"
DRAFT_WORDS = "These are the draft minutes of {title}, {when}."
SILENCE = "They can be adopted from {adopts}, unless an Agency objects to a line before."
CORRECT = (
    "To put a line right, send `/lap correct LINE TEXT` with its reference; to object to its adoption, "
    "`/lap hold LINE`. Or answer this mail in words: the secretariat reads it. Questions: {address}."
)
CORRECT_BY_OTHERS = (
    "To put a line right, tell a contact of {name}, or answer this mail in words: the secretariat reads it. "
    "Questions: {address}."
)
"""Of both, for a proxy, whose word these acts are not."""
LINES_SUBJECT = "Your words in the minutes: {title}, {when}"
LINES_WORDS = "In the draft minutes of {title}, {when}, this is attributed to {organisation}."
CORRECT_OWN = (
    "To put a line right, send `/lap correct LINE TEXT` with its reference, before {adopts}. Or answer this mail in "
    "words: the secretariat reads it. Questions: {address}."
)
ADOPTED_SUBJECT = "Minutes: {title}, {when}"
ADOPTED_WORDS = "These are the minutes of {title}, {when}, as adopted on {adopted}."
AS_A_FILE = "As a file ({format})"
ASK = "`/lap minutes {name}` shows them again. Questions: {address}."


def compose_draft(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """The draft for somebody of an Agency, with how to correct it and until when."""
    it = _edition(work, errands)
    if it is None or it.minutes.adopts_at is None or not it.parts:
        return None
    zone, address = zone_of(contact.zone), work.desk.settings.mail_from or ""
    silence = SILENCE.format(adopts=show(it.minutes.adopts_at, zone))
    words = (f"{DRAFT_WORDS.format(**_said(it, zone))} {silence}", *paragraphs(it, zone))
    change = CORRECT if contact.only_call is None else CORRECT_BY_OTHERS
    close = change.format(name=participant.name, address=address)
    return _notice(work, it, DRAFT_SUBJECT.format(**_said(it, zone)), words, close)


def compose_lines(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """To a representative or observer the lines attributed to it."""
    it = _edition(work, errands)
    if it is None or it.minutes.adopts_at is None:
        return None
    own = [
        told_line(line, zone_of(contact.zone))
        for part in it.parts
        for subject in part.subjects
        for line in subject.lines
        if line.speaker == participant.short_name
    ]
    if not own:
        return None
    zone, address = zone_of(contact.zone), work.desk.settings.mail_from or ""
    words = (LINES_WORDS.format(organisation=participant.name, **_said(it, zone)), *own)
    change = CORRECT_OWN if contact.only_call is None else CORRECT_BY_OTHERS
    close = change.format(adopts=show(it.minutes.adopts_at, zone), name=participant.name, address=address)
    return _notice(work, it, LINES_SUBJECT.format(**_said(it, zone)), words, close)


def compose_adopted(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """The adopted minutes, each reader its own edition."""
    it = _edition(work, errands)
    if it is None or it.minutes.adopted_at is None or not it.parts:
        return None
    zone, address = zone_of(contact.zone), work.desk.settings.mail_from or ""
    words = ADOPTED_WORDS.format(adopted=show(it.minutes.adopted_at, zone), **_said(it, zone))
    close = ASK.format(name=it.name, address=address)
    return _notice(work, it, ADOPTED_SUBJECT.format(**_said(it, zone)), (words, *paragraphs(it, zone)), close)


def _edition(work: Reading, errands: Sequence[Errand]) -> Edition | None:
    """What this person may read now of the call that the errand is about."""
    record = calls.one(work.tx, errands[0].subject, Part.LIST)
    record = with_record(work, record) if record else None
    view = audience.cut_call(work.reader, record, work.now) if record else None
    if record is None or view is None:
        return None
    people = directory.everybody(work.tx, past=True)
    return edition(work, record, named(work, view), people)


def _said(it: Edition, zone: ZoneInfo) -> dict[str, str]:
    return {"title": it.view.title, "when": show(it.view.start, zone)}


def _notice(work: Reading, it: Edition, subject: str, words: tuple[str, ...], close: str) -> Notice:
    label = it.label or work.desk.procedure.labels.default
    shows = shown(
        segments=(p.segment.id for p in it.parts),
        lines=(line.reference for p in it.parts for s in p.subjects for line in s.lines),
    )
    page = page_link(work, work.reader.contact_id)
    links = tuple((AS_A_FILE.format(format=name), url) for name, url in addresses(page, f"minutes/{it.name}"))
    return Notice(
        subject=subject, paragraphs=words, closing=(close,), label=label, shows=shows, links=links
    )  # fmt: skip


NOTICES: dict[str, Compose] = {SENT: compose_draft, LINES: compose_lines, ADOPTED: compose_adopted}
