"""Owns the look at the whole audit record, and the daily mail of its head to those who keep it outside; each act
appends its own entry to the record (``handlers.work``).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.audit import Head, Verified, show_head, verify
from bot.notices import Notice
from bot.participants import Contact, Participant
from handlers.act import act, reading
from handlers.composing import Compose
from handlers.desk import Errand
from handlers.work import Reading, Writing
from storage import audit, marks

HEAD = "audit.head"

SUBJECT = "Head of the audit record, entry {number}"
KEEP = (
    "The audit record of {network} ends with the entry below. Please keep this mail where those who run the program "
    "cannot change it: with it, anybody can show later that nothing before this entry was changed or taken out."
)
VERIFY = "To verify, have this run where the program is installed:"
SAYS = "It ends with `{count} entries` or more and with status 0 where all is well, else with what is wrong."
SINCE = "Last entry made"
STOPPED = "You get this mail every day. Should it stop, ask why."


@reading
def verify_record(work: Reading, mailed: Head | None = None) -> Verified:
    """Whether the whole chain holds, and still has the head that was *mailed* once. Raises Broken where it does not."""
    head, entries = audit.whole(work.tx)
    return verify(entries, head, mailed)


def head_to_mail(work: Reading) -> bool:
    """Whether today's head is still to be mailed: from the hour of the digest (UTC), where anybody is to keep it."""
    procedure = work.desk.procedure
    return (
        bool(procedure.audit.heads)
        and work.now.hour >= procedure.reminders.digest_hour
        and not marks.made(work.tx, [_mark(work.now)])
    )


@act
def mail_head(work: Writing) -> int:
    """Has the chain's head mailed to the addresses of the procedure file (``[audit] heads``), once a day; how many.

    It is the head of this moment that leaves, however late: a chain rewritten meanwhile shows by it.
    """
    if not head_to_mail(work):
        return 0
    marks.make(work.tx, [_mark(work.now)], work.now)
    head, since = audit.head_since(work.tx)
    told = f"{show_head(head)} {since:%Y-%m-%d %H:%M:%S} UTC" if since else show_head(head)
    addresses = work.desk.procedure.audit.heads
    work.tell_outside(HEAD, addresses, subject=told)
    return len(addresses)


def _mark(now: datetime) -> str:
    return f"head {now.date()}"


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """The head as it was when the mail became due; the errand's subject holds it, so that a retry says the same.
    Nothing to an address that the procedure file names no longer."""
    if contact.email not in work.desk.procedure.audit.heads:
        return None
    shown, _, since = errands[0].subject.partition(" ")
    number, _, digest = shown.partition(":")
    return Notice(
        subject=SUBJECT.format(number=number),
        paragraphs=(
            KEEP.format(network=work.desk.procedure.texts.network),
            f"{VERIFY} lap audit verify --head {shown}",
            SAYS.format(count=number),
            STOPPED,
        ),
        facts=(("Entry", number), ("Hash", digest), *([(SINCE, since)] if since else [])),
    )


NOTICES: Mapping[str, Compose] = {HEAD: compose}
