"""Owns what is done with a mail that came in: an answer that counts is counted, all else the secretariat reads.

How its bytes are read is the mail door's; what an answer is worth, ``bot.replies``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.invitations import Invitation, Rsvp, reasked
from bot.participants import Contact, Participant, Role, reader_of
from bot.replies import Answer, Holder, Incoming, Mail, MailKind, Outcome, Returned, Sender, judge, told_regrets
from handlers.act import act, of_oneself, reading
from handlers.changed_lists import next_digest
from handlers.desk import Actor
from handlers.invitations import KIND as INVITATION
from handlers.mailed_cut import cut, digest_of
from handlers.reply_address import whose
from handlers.work import Reading, Writing
from storage import directory, invitations, mailed
from storage.tables import Door

CAME, COUNTED = "mail.came", "mail.counted"

ASKED_AGAIN_AFTER = timedelta(minutes=10)
"""A copy that was sent so lately is not sent again on request: a program that asks in a circle gets no answer."""
MOST_AT_ONCE, AT_ONCE_IN = 5, timedelta(hours=1)
"""So many mails from one address are told at once in an hour; more wait for the digest, as an answering machine that
does not say what it is would go on for ever."""
MOST_RETURNED = 5
BOTH, SLACK_ALONE = (Door.MAIL, Door.SLACK), (Door.SLACK,)

Known = tuple[Contact, Participant] | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail lies: the mailbox, its UIDVALIDITY and the mail's UID there (RFC 3501 2.3.1.1)."""

    mailbox: str
    validity: int
    uid: int


@reading
def read_until(work: Reading, mailbox: str, validity: int) -> int | None:
    """The last UID of that mailbox that was taken; None for one never read."""
    return mailed.read_until(work.tx, mailbox, validity)


@act
@of_oneself
def take_mail(work: Writing, mail: Incoming | None, place: Place) -> Outcome | None:
    """Takes one mail, once: *mail* is None where it could not be read. Returns what became of its answer.

    1. A mail whose place was taken already changes nothing, nor does one that is kept already, word by word: a mailbox
       that was renamed or moved to another server numbers all its mails anew (UIDVALIDITY).
    2. It is proved by the configured server's word or, where that does not deny it, by having come to the reply address
       that nobody was told but who is named as its sender: in From, or in Reply-To where a calendar's server writes for
       its user from an address of its own.
    3. A delivery status says which mail of ours did not reach whom. It is told by no mail where that is somebody of the
       secretariat: such a mail would come back as well.
    4. The answer is judged by the copy of its UID, by whose that is and by who wrote; one that counts is recorded in
       the name of its person, one that asks anew (REFRESH) sends that person their own copy.
    5. What a person wrote, and every answer that waits, is kept, as ``mailed_cut`` says, and told to the secretariat at
       once; the words beside an answer that counted, and what a machine wrote, with the next digest. To a machine
       nothing is ever answered (RFC 3834 2).
    """
    if not mailed.move_on(work.tx, place.mailbox, place.validity, place.uid):
        return None
    if mail is None:
        _keep(work, _kept(work, MailKind.UNREADABLE, Incoming(whole=False), None), None, "mail.unreadable")
        return None
    digest = digest_of(mail)
    if digest is not None and mailed.is_kept(work.tx, digest):
        return None
    if mail.returned:
        for returned in mail.returned[:MOST_RETURNED]:
            _came_back(work, mail, returned, digest)
        return None
    known = directory.contact_by_email(work.tx, mail.sender) if mail.sender else None
    proved = mail.authentic and known is not None
    if not proved and not mail.refuted and (owners := whose(work, mail.to)):
        named = known or (directory.contact_by_email(work.tx, mail.reply_to) if mail.reply_to else None)
        if named and named[0].id in owners:
            mail, known = replace(mail, sender=named[0].email.lower(), authentic=True), named
    answer = mail.answers[0] if mail.answers else None
    if answer is not None:
        return _answered(work, mail, answer, known, digest)
    kind = MailKind.AUTOMATIC if mail.automatic else MailKind.WORDS
    _keep(work, _kept(work, kind, mail, known), digest, "mail", at_once=not mail.automatic)
    return None


def _came_back(work: Writing, mail: Incoming, returned: Returned, digest: str | None) -> None:
    """Keeps which mail did not arrive: the copy of its UID, where that is of whom it did not reach."""
    known = directory.contact_by_email(work.tx, returned.address)
    copy = invitations.by_uid(work.tx, returned.uid) if returned.uid else None
    own = copy is not None and known is not None and copy.contact_id == known[0].id
    kept = replace(
        _kept(work, MailKind.BOUNCE, mail, known),
        sender=returned.address, subject=returned.subject, words=returned.reason, authentic=False,
        uid=copy.uid if copy and own else None,
    )  # fmt: skip
    ours = known is not None and Role.SECRETARIAT in known[0].roles
    _keep(work, kept, digest, "mail.bounce", doors=SLACK_ALONE if ours else BOTH)


def _answered(work: Writing, mail: Incoming, answer: Answer, known: Known, digest: str | None) -> Outcome:
    copy, stamp = invitations.with_stamp(work.tx, answer.uid) or (None, None)
    own = known is not None and copy is not None and known[0].id == copy.contact_id
    holder = known if own else directory.contact_by_id(work.tx, copy.contact_id) if copy else None
    outcome = judge(
        answer,
        Sender(mail.sender, known[1].id if known else None, mail.authentic),
        copy,
        Holder(holder[0].email.lower(), holder[1].id) if holder else None,
        stamp,
        work.now,
    )
    kept = replace(
        _kept(work, MailKind.ANSWER, mail, known),
        outcome=outcome, uid=copy.uid if copy else None, rsvp=answer.rsvp, sequence=answer.sequence,
        start=answer.start, end=answer.end,
    )  # fmt: skip
    contradicts = outcome is Outcome.REPEATED and copy is not None and answer.rsvp not in (None, copy.rsvp)
    regrets = outcome is Outcome.OVER and copy is not None and told_regrets(answer, copy)
    if outcome.waits or contradicts or regrets or (mail.words and not mail.automatic):
        _keep(work, kept, digest, "mail.answer", at_once=outcome.waits or regrets)
    if copy is None or holder is None:
        return outcome
    if outcome is Outcome.COUNTED and answer.rsvp is not None:
        _count(work, copy, holder, answer.rsvp, answer.dtstamp or work.now)
    if outcome is Outcome.STALE and answer.rsvp is not None:
        invitations.answer_before(work.tx, copy.uid, answer.rsvp)
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


def _kept(work: Writing, kind: MailKind, mail: Incoming, known: Known) -> Mail:
    return Mail(
        work.desk.new_reference(), work.now, kind, mail.sender, mail.sender_name, known[0].id if known else None,
        mail.authentic, mail.subject, mail.words, mail.whole,
    )  # fmt: skip


def _keep(
    work: Writing, mail: Mail, digest: str | None, what: str, *, at_once: bool = True, doors: Sequence[Door] = BOTH
) -> None:
    """Keeps *mail* and tells the secretariat; at once nobody of whom it is, whose answering machine would answer that,
    too."""
    mailed.add(work.tx, cut(work, mail), digest)
    people = [c.id for c in directory.secretariat(work.tx)]
    others = [i for i in people if i != mail.contact_id]
    if at_once and others and mailed.lately(work.tx, mail.sender, work.now - AT_ONCE_IN) <= MOST_AT_ONCE:
        work.tell(CAME, others, doors=doors, subject=mail.reference)
    else:
        due = next_digest(work.now, work.desk.procedure.reminders.digest_hour)
        work.tell(COUNTED, people, subject=mail.reference, due_at=due)
    work.record(what, mail.reference)
