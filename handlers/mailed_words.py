"""Owns how a mail that came in reads to the secretariat, at every door; what was done with it is ``mailed``'s."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.invitations import Rsvp
from bot.notices import Button, Notice
from bot.participants import Contact, Participant
from bot.replies import MailKind, Outcome
from bot.when import show, show_span
from bot.zones import zone_of
from handlers.delivery import Compose
from handlers.desk import Reading
from handlers.mailed import CAME, COUNTED, MailView, views_of
from storage import mailed
from storage.outbox import Errand

ANSWERS = {Rsvp.ACCEPTED: "yes", Rsvp.DECLINED: "no", Rsvp.TENTATIVE: "maybe"}
STRANGER_SAYS = "from {sender}, who is no contact"
PROVED = "from {of}"
UNPROVED = "from {sender}, which says it is {of}; its server did not prove that"
SUBJECT = "Mail {standing}: {subject}"
NO_SUBJECT = "(no subject)"

WHAT: dict[Outcome, str] = {
    Outcome.COUNTED: "{holder} answered “{answer}” to the invitation for {call}; that is recorded.",
    Outcome.UNVERIFIED: (
        "It answers “{answer}” to the invitation of {holder} for {call}, but nothing proves that it comes from there, "
        "so it was not counted."
    ),
    Outcome.COLLEAGUE: "{of} answered “{answer}” for {holder}, who is invited for {call}. It was not counted.",
    Outcome.STALE: "{holder} answered “{answer}” to an earlier time of the call of {call}, so it was not counted.",
    Outcome.WISH: "{holder} would rather have {wish} for the call of {call}. Nothing was changed.",
    Outcome.DELEGATED: (
        "{holder} wants somebody else to come in their place to the call of {call}. Nothing was changed: whom a part "
        "takes is admitted and approved by name (Plan B.3)."
    ),
    Outcome.STRANGE: "It answers an invitation that is not its sender's. Nothing was changed.",
}
WISHED = "the time {span}"
ANOTHER = "another time"
BOUNCED = "These addresses could not be reached; their server returned what was sent:\n{words}"
BOUNCE_NEXT = 'Ask each organisation for an address that works, then: /lap contact replace OLD by NEW "NAME"'
UNREADABLE = "A mail came in that could not be read. It lies in the mailbox, untouched."
CUT = "It is longer than is kept here; the whole of it lies in the mailbox."
SAYS = "It says:\n{words}"
COUNT = "To count it for {holder}: /lap mail {reference} count"
MOVE = "To move the call: /lap call move {call} to DATE HH:MM ZONE. Otherwise tell the sender that the time stays."
SEVERAL = "Words beside answers to invitations"


def words_of(view: MailView, zone: ZoneInfo) -> tuple[str, ...]:
    """The mail in paragraphs: what became of it, what it says, and what can be done."""
    mail = view.mail
    if mail.kind is MailKind.BOUNCE:
        return BOUNCED.format(words=mail.words), BOUNCE_NEXT
    if mail.kind is MailKind.UNREADABLE:
        return (UNREADABLE,)
    told = [WHAT[mail.outcome].format(**_said(view, zone))] if mail.outcome in WHAT else []
    told += [SAYS.format(words=mail.words)] if mail.words else []
    told += [] if mail.whole else [CUT]
    if can_be_counted(view):
        told.append(COUNT.format(holder=view.holder, reference=mail.reference))
    if mail.outcome is Outcome.WISH:
        told.append(MOVE.format(call=view.call))
    return tuple(told)


def subject_of(view: MailView) -> str:
    """Who wrote, with how far that is proved, and what about."""
    mail = view.mail
    if mail.kind is MailKind.BOUNCE:
        return "Returned: mail that could not be delivered"
    if mail.kind is MailKind.UNREADABLE:
        return "A mail that could not be read"
    return SUBJECT.format(standing=standing_of(view), subject=mail.subject or NO_SUBJECT)


def standing_of(view: MailView) -> str:
    """Who wrote, as far as that is known: a contact that is proved, one that is only named, nobody known."""
    shape = STRANGER_SAYS if not view.of else PROVED if view.mail.authentic else UNPROVED
    return shape.format(sender=view.mail.sender or "an address that cannot be read", of=view.of)


def can_be_counted(view: MailView) -> bool:
    """Whether the secretariat may count the answer by hand."""
    mail = view.mail
    waits = mail.outcome in (Outcome.UNVERIFIED, Outcome.COLLEAGUE, Outcome.STALE)
    return waits and mail.rsvp is not None and bool(view.holder) and mail.settled_at is None


def _said(view: MailView, zone: ZoneInfo) -> dict[str, str]:
    mail, wish = view.mail, ANOTHER
    if mail.start is not None and mail.end is not None and mail.start < mail.end:
        wish = WISHED.format(span=show_span(mail.start, mail.end, zone))
    return {
        "holder": view.holder,
        "of": view.of or mail.sender,
        "call": view.call,
        "answer": ANSWERS.get(mail.rsvp, "") if mail.rsvp else "",
        "wish": wish,
    }


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Tells the secretariat of one mail, or of several that waited for the digest; nobody else is ever told."""
    found = views_of(work, mailed.several(work.tx, [e.subject for e in errands]))
    if not found or not work.reader.secretariat:
        return None
    zone = zone_of(contact.zone)
    if len(found) == 1:
        view = found[0]
        count = (Button("Count it", "mail.count", view.mail.reference, "primary"),) if can_be_counted(view) else ()
        came = (("Came in", show(view.mail.at, zone)), ("Reference", view.mail.reference))
        return Notice(subject_of(view), words_of(view, zone), facts=came, buttons=count)
    sections = tuple(words for view in found for words in (subject_of(view), *words_of(view, zone)))
    return Notice(SEVERAL, sections)


NOTICES: dict[str, Compose] = {CAME: compose, COUNTED: compose}
