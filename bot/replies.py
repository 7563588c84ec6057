"""Owns what a mail that came in says, and what an answer by calendar means (RFC 5546 3.2.3, 3.2.6, 3.2.7).

How its bytes are read is the mail door's; what is done with an answer that counts is ``handlers.mailed``'s.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.invitations import Invitation, Rsvp

AHEAD_BY = timedelta(hours=1)
"""So far a sender's clock may run ahead of ours. More would keep their later answers out: each has to be newer than
the last (RFC 5546 2.1.5)."""


class Method(StrEnum):
    """The METHODs that an attendee may send (RFC 5546 3.2)."""

    REPLY = "REPLY"
    COUNTER = "COUNTER"
    REFRESH = "REFRESH"


@dataclass(frozen=True, slots=True)
class Answer:
    """One iTIP object as its sender wrote it: nothing in it is true before ``judge`` said what it is.

    ``attendee`` is a bare address in lower case; times are UTC; ``start`` and ``end`` are what a COUNTER proposes;
    ``comment`` is what the person wrote beside it.
    """

    method: Method
    uid: str
    sequence: int
    dtstamp: datetime | None
    attendee: str
    rsvp: Rsvp | None = None
    delegated: bool = False
    start: datetime | None = None
    end: datetime | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """Whom a mail of ours did not reach, as a delivery status says (RFC 3464): the address (bare, lower case), the
    server's reason, and the mail's subject and UID where they came back with it."""

    address: str
    reason: str = ""
    subject: str = ""
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail as it was read, capped in size: nothing of it is true but what *authentic* proves, its From address.

    ``sender`` is that address, bare and in lower case, ``reply_to`` the one that answers are to go to, ``to`` are those
    it went to; ``words`` is what a person wrote, as plain text. ``refuted``: the server that proves says that it does
    not come from there. ``automatic``: a machine wrote it (RFC 3834), so nothing is ever answered to it. ``returned``:
    whom a mail of ours did not reach. ``whole`` is False where something was left out, or could not be read.
    """

    message_id: str = ""
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    to: tuple[str, ...] = ()
    subject: str = ""
    words: str = ""
    answers: tuple[Answer, ...] = ()
    authentic: bool = False
    refuted: bool = False
    automatic: bool = False
    returned: tuple[Returned, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent it: the From address (bare, lower case), the organisation of the contact with that address (None for
    a stranger), and whether the mail was proved to come from there."""

    address: str
    participant_id: str | None
    authentic: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose copy the UID is: the person's address (lower case) and organisation."""

    address: str
    participant_id: str


class Outcome(StrEnum):
    """What becomes of an answer. Only COUNTED and REFRESHED change anything by themselves."""

    COUNTED = "counted"
    REFRESHED = "refreshed"
    WISH = "wish"
    COLLEAGUE = "colleague"
    DELEGATED = "delegated"
    STALE = "stale"
    AHEAD = "ahead"
    REPEATED = "repeated"
    OVER = "over"
    UNVERIFIED = "unverified"
    STRANGE = "strange"

    @property
    def waits(self) -> bool:
        """Whether the secretariat has to look at it: what changes nothing by itself and is no mere repetition."""
        return self not in (Outcome.COUNTED, Outcome.REFRESHED, Outcome.REPEATED, Outcome.OVER)


def judge(
    answer: Answer,
    sender: Sender,
    copy: Invitation | None,
    holder: Holder | None,
    stamp: datetime | None,
    now: datetime,
) -> Outcome:
    """What becomes of *answer*; *copy* is the one of its UID and *holder* whose it is (both None: there is none).

    *stamp* is the DTSTAMP (UTC) of the answer that was counted last: a repeated mail, or an old one sent again, is
    never counted (RFC 5546 2.1.5), and none that says it was written in the time to come. A SEQUENCE other than the
    copy's answers another time than the one that stands. Nobody else's copy is answered, whoever the mail names (a
    “party crasher”); somebody of the same organisation, or who writes from the same mail domain and is not known, is
    shown as a colleague. Nobody sends another in their place: whom a part takes is approved by name (Plan B.3).
    """
    if copy is None or holder is None:
        return Outcome.STRANGE
    unknown, theirs = sender.participant_id is None, answer.attendee == holder.address
    own = sender.participant_id == holder.participant_id or (
        unknown and _domain(sender.address) == _domain(holder.address)
    )
    if not (theirs and (own or unknown)) and not (own and answer.attendee == sender.address):
        return Outcome.STRANGE
    if not sender.authentic or not own:
        return Outcome.UNVERIFIED
    if sender.address != holder.address or not theirs:
        return Outcome.COLLEAGUE if answer.rsvp is not None else Outcome.STRANGE
    if copy.end <= now:
        return Outcome.OVER
    if answer.method is Method.REFRESH:
        return Outcome.REFRESHED
    if copy.cancelled:
        return Outcome.OVER
    if answer.delegated:
        return Outcome.DELEGATED
    if answer.dtstamp is None or (stamp is not None and answer.dtstamp <= stamp):
        return Outcome.REPEATED
    if answer.dtstamp > now + AHEAD_BY:
        return Outcome.AHEAD
    if answer.sequence != copy.sequence:
        return Outcome.STALE
    if answer.method is Method.COUNTER:
        return Outcome.WISH
    return Outcome.COUNTED if answer.rsvp is not None else Outcome.STRANGE


def told_regrets(answer: Answer, copy: Invitation) -> bool:
    """Whether an answer that came once the call was over says that its person could not come, and was written before
    that: mail waits where it is, and so may we (a mailbox that was out of reach). Whoever keeps the record is told."""
    news = answer.rsvp is Rsvp.DECLINED and copy.rsvp is not Rsvp.DECLINED and not copy.cancelled
    return news and answer.dtstamp is not None and answer.dtstamp < copy.end


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


class MailKind(StrEnum):
    """What a mail is to the secretariat, who reads every one that a person wrote, and hears daily of what machines
    wrote."""

    WORDS = "words"
    AUTOMATIC = "automatic"
    ANSWER = "answer"
    BOUNCE = "bounce"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that the secretariat reads: who wrote it, their words, and what became of their answer.

    ``sender`` is who wrote it; of a BOUNCE, the address that it came back from. ``contact_id``: the contact with that
    address, proved to be theirs where *authentic*; ``uid`` and ``rsvp`` are of the answer, ``start`` and ``end`` (UTC)
    what it proposes; ``settled_at`` is when the secretariat counted or declined it.
    """

    reference: str
    at: datetime
    kind: MailKind
    sender: str
    sender_name: str
    contact_id: str | None
    authentic: bool
    subject: str
    words: str
    whole: bool
    outcome: Outcome | None = None
    uid: str | None = None
    rsvp: Rsvp | None = None
    sequence: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    settled_at: datetime | None = None
