"""Owns how a mail that came in reads to the secretariat, at every door; what was done with it is ``mailed``'s."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.invitations import Rsvp
from bot.itip import Declined
from bot.notices import QUESTIONS, Button, Notice
from bot.participants import Contact, Participant
from bot.replies import Mail, MailKind, Outcome
from bot.when import show, show_span
from bot.zones import zone_of
from handlers.composing import Compose
from handlers.mailed import CAME, COUNTED
from handlers.mailed_by_hand import DECLINED, MailView, may_be_counted, views_of
from handlers.mailed_cut import is_withheld
from handlers.reply_address import tagged
from handlers.work import Reading
from storage import invitations, mailed
from storage.outbox import Errand

ANSWERS = {Rsvp.ACCEPTED: "yes", Rsvp.DECLINED: "no", Rsvp.TENTATIVE: "maybe"}
STRANGER_SAYS = "from {sender}, who is no contact"
PROVED = "from {of}"
UNPROVED = "from {sender}, which says it is {of}; its server did not prove that"
SUBJECT = "Mail {standing}: {subject}"
NO_SUBJECT = "(no subject)"
RETURNED = "Not delivered to {to}: {subject}"

WHAT: dict[Outcome, str] = {
    Outcome.COUNTED: "{holder} answered “{answer}” to the invitation for {call}; that is recorded.",
    Outcome.UNVERIFIED: (
        "It answers “{answer}” to the invitation of {holder} for {call}, but nothing proves that it comes from there, "
        "so it was not counted."
    ),
    Outcome.COLLEAGUE: "{of} answered “{answer}” for {holder}, who is invited for {call}. It was not counted.",
    Outcome.STALE: "{holder} answered “{answer}” to an earlier time of the call of {call}, so it was not counted.",
    Outcome.AHEAD: (
        "{holder} answered “{answer}” to the invitation for {call}, but it says that it was written in the time to "
        "come, so it was not counted: one of the two clocks is wrong."
    ),
    Outcome.REPEATED: (
        "It answers “{answer}” to the invitation of {holder} for {call}, but is older than the answer that counts, so "
        "it was not counted."
    ),
    Outcome.OVER: (
        "It answers the invitation of {holder} for {call}, which was over or taken back when that came in. Nothing was "
        "changed."
    ),
    Outcome.WISH: "{holder} would rather have {wish} for the call of {call}. Nothing was changed.",
    Outcome.DELEGATED: (
        "{holder} wants somebody else to come in their place to the call of {call}. Nothing was changed: whom a part "
        "takes is admitted and approved by name (Plan B.3)."
    ),
    Outcome.STRANGE: "It answers an invitation that is not its sender's, or is no longer. Nothing was changed.",
}
"""What became of an answer; of one that changed nothing and needs nothing, only what its writer says is told."""
WISHED = "the time {span}"
ANOTHER = "another time"
CAME_BACK = "This mail did not arrive; the server of {address} returned it."
NOT_INVITED = "It was the invitation of {holder} for the call of {call}: they have not got it."
REASON = "The server says: {words}"
BOUNCE_NEXT = 'Ask them for an address that works, then: /lap contact replace {address} by NEW "NAME"'
UNREADABLE = "A mail came in that could not be read. It lies in the mailbox, untouched."
CUT = "Not all of it could be read, or is kept here; the whole of it lies in the mailbox."
MARKED = "It is marked {label}, which may not be carried this way, so its words are not kept: read it in the mailbox."
NOTHING_SAID = "It says nothing in words. What it carries along, if anything, lies in the mailbox."
SAYS = "It says:\n{words}"
REGRETS = (
    "It says “no”. To write their regrets down, until the minutes are sent: /lap regrets from {call} {organisation}"
)
COUNT = "To count it for {holder}: /lap mail {reference} count"
ADD_TOO = 'To invite who answered as well: /lap contact add {sender} "NAME" for {organisation}, then admit them.'
ADMIT_TOO = "To invite who answered as well: /lap admit {sender} to {call}"
MOVE = "To move the call so: /lap call move {call} to {to} (it shows who would be told before anything leaves)"
MOVE_SOMEWHERE = "To move the call: /lap call move {call} to DATE HH:MM ZONE"
DECLINE = "To tell them, and nobody else, that the time stays: /lap mail {reference} decline"
SETTLED = "That was settled {at}."
SENT_SINCE = "They were sent another time since, or are invited no longer: that answered it."
SEVERAL = "Mail that waited for this digest"


def words_of(view: MailView, zone: ZoneInfo) -> tuple[str, ...]:
    """The mail in paragraphs: what became of it, what it says, and what can be done."""
    mail = view.mail
    if mail.kind is MailKind.BOUNCE:
        return _came_back(view)
    if mail.kind is MailKind.UNREADABLE:
        return (UNREADABLE,)
    told = [WHAT[mail.outcome].format(**_said(view, zone))] if mail.outcome in WHAT else []
    told += [SAYS.format(words=mail.words)] if mail.words else []
    told += [] if mail.whole else [MARKED.format(label=mail.subject) if is_withheld(mail) else CUT]
    told = told or [NOTHING_SAID]
    told += [SETTLED.format(at=show(mail.settled_at, zone))] if mail.settled_at else []
    told += [SENT_SINCE] if mail.outcome is Outcome.WISH and view.moved and not mail.settled_at else []
    return (*told, *_to_do(view))


def _came_back(view: MailView) -> tuple[str, ...]:
    mail = view.mail
    told = [CAME_BACK.format(address=mail.sender)]
    told += [NOT_INVITED.format(holder=view.holder, call=view.call)] if view.holder else []
    told += [REASON.format(words=mail.words)] if mail.words else []
    return (*told, BOUNCE_NEXT.format(address=mail.sender))


def _to_do(view: MailView) -> list[str]:
    mail, found = view.mail, list[str]()
    if can_be_counted(view):
        found.append(COUNT.format(holder=view.holder, reference=mail.reference))
    if mail.outcome is Outcome.OVER and mail.rsvp is Rsvp.DECLINED and view.call:
        found.append(REGRETS.format(call=view.call, organisation=view.organisation))
    if mail.outcome is Outcome.COLLEAGUE:
        shape = ADMIT_TOO if view.of else ADD_TOO
        found.append(shape.format(sender=mail.sender, organisation=view.organisation, call=view.call))
    if can_be_declined(view):
        to = f"{view.would_begin:%Y-%m-%d %H:%M} UTC" if view.would_begin else ""
        found.append((MOVE if to else MOVE_SOMEWHERE).format(call=view.call, to=to))
        found.append(DECLINE.format(reference=mail.reference))
    return found


def subject_of(view: MailView) -> str:
    """Who wrote, with how far that is proved, and what about."""
    mail = view.mail
    if mail.kind is MailKind.BOUNCE:
        return RETURNED.format(to=view.of or mail.sender, subject=mail.subject or NO_SUBJECT)
    if mail.kind is MailKind.AUTOMATIC:
        return SUBJECT.format(standing=f"{standing_of(view)}, written by a machine", subject=mail.subject or NO_SUBJECT)
    if mail.kind is MailKind.UNREADABLE:
        return "A mail that could not be read"
    return SUBJECT.format(standing=standing_of(view), subject=mail.subject or NO_SUBJECT)


def standing_of(view: MailView) -> str:
    """Who wrote, as far as that is known: a contact that is proved, one that is only named, nobody known."""
    shape = STRANGER_SAYS if not view.of else PROVED if view.mail.authentic else UNPROVED
    return shape.format(sender=view.mail.sender or "an address that cannot be read", of=view.of)


def can_be_counted(view: MailView) -> bool:
    """Whether the secretariat may count the answer by hand."""
    return may_be_counted(view.mail) and bool(view.holder) and view.mail.settled_at is None


def can_be_declined(view: MailView) -> bool:
    """Whether the secretariat may decline the time that is proposed."""
    wish = view.mail.outcome is Outcome.WISH and bool(view.holder)
    return wish and view.mail.settled_at is None and not view.moved


def buttons_of(view: MailView) -> tuple[Button, ...]:
    """What can be done with it, as buttons: count it; or show the move that it asks for, and decline it."""
    reference, found = view.mail.reference, list[Button]()
    if can_be_counted(view):
        found.append(Button("Count it", "mail.count", reference, "primary"))
    if can_be_declined(view):
        found += [Button("Show the move", "mail.move", reference)] if view.would_begin else []
        found.append(Button("The time stays", "mail.decline", reference, "primary"))
    return tuple(found)


def _said(view: MailView, zone: ZoneInfo) -> dict[str, str]:
    mail = view.mail
    return {
        "holder": view.holder,
        "of": view.of or mail.sender,
        "call": view.call,
        "answer": ANSWERS.get(mail.rsvp, "") if mail.rsvp else "",
        "wish": _wish(mail, zone),
    }


def _wish(mail: Mail, zone: ZoneInfo) -> str:
    """The time that is proposed, which is the proposer's word, in the reader's zone and UTC."""
    if mail.start is None or mail.end is None or mail.start >= mail.end:
        return ANOTHER
    return WISHED.format(span=show_span(mail.start, mail.end, zone))


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Tells the secretariat of one mail, or of several that waited for the digest; nobody else is ever told."""
    found = views_of(work, mailed.several(work.tx, [e.subject for e in errands]))
    if not found or not work.reader.secretariat:
        return None
    zone = zone_of(contact.zone)
    if len(found) == 1:
        view = found[0]
        came = (("Came in", show(view.mail.at, zone)), ("Reference", view.mail.reference))
        return Notice(subject_of(view), words_of(view, zone), facts=came, buttons=buttons_of(view))
    sections = tuple(words for view in found for words in _in_digest(view, zone))
    return Notice(SEVERAL, sections)


def _in_digest(view: MailView, zone: ZoneInfo) -> tuple[str, ...]:
    """A mail among others: of one that a machine wrote its subject is enough, and where it stands in full."""
    if view.mail.kind is MailKind.AUTOMATIC:
        return (f"{subject_of(view)} (/lap mail {view.mail.reference})",)
    return (subject_of(view), *words_of(view, zone))


STAYS_SUBJECT = "The time stays: {title}, {when}"
STAYS = "You proposed {wish} for {title}. Its time stays, and your invitation stands as you hold it."


def compose_declined(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """Tells who proposed another time that theirs stays; nothing once they hold no such time any more."""
    mail = mailed.one(work.tx, errands[0].subject)
    copy = invitations.by_uid(work.tx, mail.uid) if mail and mail.uid else None
    if mail is None or copy is None or copy.cancelled or mail.settled_at is None or mail.sequence != copy.sequence:
        return None
    if copy.sent_start is None or copy.sent_end is None or copy.sent_end <= work.now:
        return None
    zone, address = zone_of(contact.zone), work.desk.settings.mail_from or ""
    return Notice(
        subject=STAYS_SUBJECT.format(title=copy.sent_title, when=show(copy.sent_start, zone)),
        paragraphs=(STAYS.format(wish=_wish(mail, zone), title=copy.sent_title),),
        facts=(("When", show_span(copy.sent_start, copy.sent_end, zone)),),
        closing=(QUESTIONS.format(address=address),),
        declined=Declined(
            copy.uid,
            copy.sequence,
            mail.settled_at,
            copy.sent_start,
            copy.sent_end,
            copy.sent_title,
            tagged(address, copy.tag),
            contact.email,
            contact.name,
        ),
    )


NOTICES: dict[str, Compose] = {CAME: compose, COUNTED: compose, DECLINED: compose_declined}
