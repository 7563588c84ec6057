"""Owns what the secretariat does with mail that came in: lists it, reads it, counts an answer, declines a wish.

What became of it by itself is ``mailed``'s; how it reads, ``mailed_words``'.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Conflict, NotFound
from bot.replies import Mail, MailKind, Outcome
from bot.words import fold_reference
from handlers.act import act, reading, secretariat_only
from handlers.invitations import KIND as INVITATION
from handlers.naming import Person
from handlers.work import Reading, Writing
from storage import calls, directory, invitations, mailed, outbox

DECLINED = "mail.declined"

NO_MAIL = "I know no mail `{reference}`. `/lap mail` lists those that came in last."
NOTHING_TO_COUNT = "`{reference}` holds no answer that could be counted. `/lap mail {reference}` shows it."
NOTHING_TO_DECLINE = "`{reference}` proposes no time that could be declined. `/lap mail {reference}` shows it."
SETTLED = "`{reference}` was settled already."
OVER = "That call is over, or the person is no longer invited to it: there is nothing left to answer."
MOVED = (
    "That call has moved since `{reference}` came in, and the person was sent the new time: that answered their wish. "
    "`/lap call {call}` shows it."
)
LISTED = 15


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail as the secretariat reads it: ``of``: name and organisation of the contact with the sender's address;
    ``holder``: of whose copy is answered; ``call``: the date of that call; ``organisation``: that of the holder, by its
    short name. ``would_begin``: when the call would begin (UTC) if the time that is wished for were met; ``moved``: the
    person was sent another time since the mail came in.
    """

    mail: Mail
    of: str
    holder: str
    call: str
    organisation: str = ""
    would_begin: datetime | None = None
    moved: bool = False


@reading
def latest_mail(work: Reading, *, machines: bool = False) -> tuple[MailView, ...]:
    """The mails that came in last, latest first, for the secretariat: those that *machines* wrote, or all others."""
    secretariat_only(work, "read the mail that came in")
    return views_of(work, mailed.latest(work.tx, LISTED, machines=machines))


@reading
def read_mail(work: Reading, asked: str) -> MailView:
    """One mail by its reference, for the secretariat. Raises NotFound."""
    secretariat_only(work, "read the mail that came in")
    return _found(work, asked)


@act
def count_answer(work: Writing, asked: str) -> MailView:
    """Counts an answer that did not count by itself for the person whose copy it answers, in the secretariat's name.

    Raises NotFound, or Conflict where there is nothing to count, it was settled, or the call is over.
    """
    secretariat_only(work, "count an answer")
    found = _found(work, asked)
    mail = found.mail
    copy = invitations.by_uid(work.tx, mail.uid) if mail.uid else None
    if copy is None or mail.rsvp is None or not may_be_counted(mail):
        raise Conflict(NOTHING_TO_COUNT.format(reference=mail.reference))
    if mail.settled_at is not None:
        raise Conflict(SETTLED.format(reference=mail.reference))
    if copy.cancelled or copy.end <= work.now:
        raise Conflict(OVER)
    invitations.answer(work.tx, [copy.uid], mail.rsvp, work.now)
    mailed.settle(work.tx, mail.reference, work.now)
    work.record("rsvp", copy.call_id, answer=mail.rsvp, by=f"mail {mail.reference}")
    return replace(found, mail=replace(mail, settled_at=work.now))


@act
def decline_wish(work: Writing, asked: str) -> MailView:
    """Tells somebody who proposed another time that theirs stays (DECLINECOUNTER, RFC 5546 3.2.8), and nobody else.

    Raises NotFound, or Conflict where nothing was proposed, it was settled, the call is over or was moved since.
    """
    secretariat_only(work, "decline a time that somebody proposes")
    found = _found(work, asked)
    mail = found.mail
    copy = invitations.by_uid(work.tx, mail.uid) if mail.uid else None
    if copy is None or mail.outcome is not Outcome.WISH:
        raise Conflict(NOTHING_TO_DECLINE.format(reference=mail.reference))
    if mail.settled_at is not None:
        raise Conflict(SETTLED.format(reference=mail.reference))
    if copy.cancelled or copy.end <= work.now:
        raise Conflict(OVER)
    if copy.sequence != mail.sequence or outbox.is_due(work.tx, INVITATION, copy.contact_id, copy.call_id):
        raise Conflict(MOVED.format(reference=mail.reference, call=found.call))
    mailed.settle(work.tx, mail.reference, work.now)
    work.tell(DECLINED, [copy.contact_id], call_id=copy.call_id, subject=mail.reference)
    work.record("mail.decline", mail.reference, call=copy.call_id)
    return replace(found, mail=replace(mail, settled_at=work.now))


def may_be_counted(mail: Mail) -> bool:
    """Whether *mail* holds an answer that did not count by itself and may be counted by hand: its copy is known."""
    by_hand = (Outcome.UNVERIFIED, Outcome.COLLEAGUE, Outcome.STALE, Outcome.AHEAD, Outcome.REPEATED)
    return mail.kind is MailKind.ANSWER and mail.outcome in by_hand and mail.rsvp is not None


def _found(work: Reading, asked: str) -> MailView:
    reference = fold_reference(asked)
    mail = mailed.one(work.tx, reference)
    if mail is None:
        raise NotFound(NO_MAIL.format(reference=asked))
    return views_of(work, [mail])[0]


def views_of(work: Reading, mails: Sequence[Mail]) -> tuple[MailView, ...]:
    """Mails with the names of who wrote them and of whose copy they answer."""
    people = directory.everybody(work.tx, past=True)
    copies = invitations.by_uids(work.tx, {m.uid for m in mails if m.uid})
    starts = {r.call.id: r.call.start for r in calls.many(work.tx, {c.call_id for c in copies.values()})}

    def person(contact_id: str | None) -> Person | None:
        contact = people.contact(contact_id) if contact_id else None
        organisation = people.organisation_of(contact) if contact else None
        return Person(contact, organisation) if contact and organisation else None

    def view(mail: Mail) -> MailView:
        copy, of = copies.get(mail.uid or ""), person(mail.contact_id)
        if copy is None or (holder := person(copy.contact_id)) is None:
            return MailView(mail, of.name if of else "", "", "")
        start, moved = starts[copy.call_id], copy.sequence != mail.sequence
        wished = mail.start if mail.outcome is Outcome.WISH and not moved else None
        return MailView(
            mail, of.name if of else "", holder.name, f"{start:%Y-%m-%d}", holder.participant.short_name,
            start + (wished - copy.start) if wished else None, moved,
        )  # fmt: skip

    return tuple(view(m) for m in mails)
