"""Owns what is done with a mail that came in: an answer that counts is counted, all else the secretariat reads.

How its bytes are read is the mail door's; what an answer is worth, ``bot.replies``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import Conflict, NotFound
from bot.invitations import Invitation, Rsvp, reasked
from bot.participants import Contact, Participant, reader_of
from bot.replies import Answer, Holder, Incoming, Mail, MailKind, Outcome, Sender, judge, stamp_of
from bot.words import fold_reference
from handlers.desk import Actor, Reading, Writing, act, reading, secretariat_only
from handlers.invitations import KIND as INVITATION
from handlers.listing import next_digest
from handlers.naming import Person
from storage import calls, directory, invitations, mailed
from storage.tables import Door

CAME, COUNTED = "mail.came", "mail.counted"

NO_MAIL = "I know no mail `{reference}`. `/lap mail` lists those that came in last."
NOTHING_TO_COUNT = "`{reference}` holds no answer that could be counted. `/lap mail {reference}` shows it."
SETTLED = "`{reference}` was settled already."
OVER = "That call is over, or the person is no longer invited to it: there is nothing left to answer."

ASKED_AGAIN_AFTER = timedelta(minutes=10)
"""A copy that was sent so lately is not sent again on request: a program that asks in a circle gets no answer."""
LISTED = 15


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail lies: the mailbox, its UIDVALIDITY and the mail's UID there (RFC 3501 2.3.1.1)."""

    mailbox: str
    validity: int
    uid: int


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail as the secretariat reads it: ``of``: name and organisation of the contact with the sender's address;
    ``holder``: of whose copy is answered; ``call``: the date of that call."""

    mail: Mail
    of: str
    holder: str
    call: str


@reading
def read_until(work: Reading, mailbox: str, validity: int) -> int | None:
    """The last UID of that mailbox that was taken; None for one never read."""
    return mailed.read_until(work.tx, mailbox, validity)


@act
def take_mail(work: Writing, mail: Incoming | None, place: Place) -> Outcome | None:
    """Takes one mail, once: *mail* is None where it could not be read. Returns what became of its answer.

    1. A mail whose place was taken already changes nothing.
    2. The answer is judged by the copy of its UID, by whose that is and by who wrote; one that counts is recorded in
       the name of its person, one that asks anew (REFRESH) sends that person their own copy.
    3. What a person wrote, and every answer that waits, is kept and told to the secretariat; the words beside an answer
       that counted with the next digest. To what a machine wrote nothing is ever answered (RFC 3834 2).
    """
    if not mailed.move_on(work.tx, place.mailbox, place.validity, place.uid):
        return None
    reference = work.desk.new_reference()
    if mail is None:
        unread = Incoming(whole=False)
        _keep(work, _kept(work, reference, MailKind.UNREADABLE, unread, None), "mail.unreadable")
        return None
    known = directory.contact_by_email(work.tx, mail.sender) if mail.sender else None
    if mail.bounced:
        _keep(work, _kept(work, reference, MailKind.BOUNCE, mail, known), "mail.bounce")
        return None
    answer = mail.answers[0] if mail.answers else None
    if answer is None:
        if not mail.automatic:
            _keep(work, _kept(work, reference, MailKind.WORDS, mail, known), "mail")
        return None
    return _answered(work, reference, mail, answer, known)


def _answered(
    work: Writing, reference: str, mail: Incoming, answer: Answer, known: tuple[Contact, Participant] | None
) -> Outcome:
    copy = invitations.by_uid(work.tx, answer.uid)
    holder = directory.contact_by_id(work.tx, copy.contact_id) if copy else None
    outcome = judge(
        answer,
        Sender(mail.sender, known[1].id if known else None, mail.authentic),
        copy,
        Holder(holder[0].email.lower(), holder[1].id) if holder else None,
        invitations.answer_stamp(work.tx, copy.uid) if copy else None,
        work.now,
    )
    kept = replace(
        _kept(work, reference, MailKind.ANSWER, mail, known),
        outcome=outcome, uid=copy.uid if copy else None, rsvp=answer.rsvp, sequence=answer.sequence,
        start=answer.start, end=answer.end,
    )  # fmt: skip
    told = outcome.waits or bool(mail.words and not mail.automatic)
    if told:
        _keep(work, kept, "mail.answer", at_once=outcome.waits)
    if copy is None or holder is None:
        return outcome
    if outcome is Outcome.COUNTED and answer.rsvp is not None:
        _count(work, copy, holder, answer.rsvp, stamp_of(answer, work.now))
    if outcome is Outcome.REFRESHED and not mail.automatic and work.now - copy.dtstamp > ASKED_AGAIN_AFTER:
        invitations.save(work.tx, [reasked(copy, work.now)])
        work.tell(INVITATION, [copy.contact_id], call_id=copy.call_id, subject=copy.call_id)
        _as(work, holder)
        work.record("refresh", copy.call_id)
    return outcome


def _count(work: Writing, copy: Invitation, holder: tuple[Contact, Participant], rsvp: Rsvp, stamp: datetime) -> None:
    invitations.answer(work.tx, [copy.uid], rsvp, work.now, stamp)
    _as(work, holder)
    work.record("rsvp", copy.call_id, answer=rsvp, by="mail")


def _as(work: Writing, who: tuple[Contact, Participant]) -> None:
    work.actor = Actor(*who, reader_of(*who), "mail")


def _kept(
    work: Writing, reference: str, kind: MailKind, mail: Incoming, known: tuple[Contact, Participant] | None
) -> Mail:
    words = "\n".join(mail.bounced) if mail.bounced else mail.words
    return Mail(
        reference, work.now, kind, mail.sender, mail.sender_name, known[0].id if known else None, mail.authentic,
        mail.subject, words, mail.whole,
    )  # fmt: skip


def _keep(work: Writing, mail: Mail, what: str, *, at_once: bool = True) -> None:
    mailed.add(work.tx, mail)
    people = [c.id for c in directory.secretariat(work.tx)]
    due = work.now if at_once else next_digest(work.now, work.desk.procedure.reminders.digest_hour)
    kind = CAME if at_once else COUNTED
    work.tell(
        kind, people, doors=(Door.MAIL, Door.SLACK) if at_once else (Door.MAIL,), subject=mail.reference, due_at=due
    )
    work.record(what, mail.reference)


# --- the secretariat's side ---


@reading
def latest_mail(work: Reading) -> tuple[MailView, ...]:
    """The mails that came in last, latest first, for the secretariat."""
    secretariat_only(work, "read the mail that came in")
    return views_of(work, mailed.latest(work.tx, LISTED))


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
    if copy is None or mail.rsvp is None or mail.outcome is None or not mail.outcome.waits:
        raise Conflict(NOTHING_TO_COUNT.format(reference=mail.reference))
    if mail.settled_at is not None:
        raise Conflict(SETTLED.format(reference=mail.reference))
    if copy.cancelled or copy.end <= work.now:
        raise Conflict(OVER)
    invitations.answer(work.tx, [copy.uid], mail.rsvp, work.now)
    mailed.settle(work.tx, mail.reference, work.now)
    work.record("rsvp", copy.call_id, answer=mail.rsvp, by=f"mail {mail.reference}")
    return replace(found, mail=replace(mail, settled_at=work.now))


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

    def named(contact_id: str | None) -> str:
        contact = people.contact(contact_id) if contact_id else None
        organisation = people.organisation_of(contact) if contact else None
        return Person(contact, organisation).name if contact and organisation else ""

    def view(mail: Mail) -> MailView:
        copy = copies.get(mail.uid or "")
        day = f"{starts[copy.call_id]:%Y-%m-%d}" if copy and copy.call_id in starts else ""
        return MailView(mail, named(mail.contact_id), named(copy.contact_id) if copy else "", day)

    return tuple(view(m) for m in mails)
