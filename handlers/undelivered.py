"""Owns what the secretariat is told of a person who could not be reached; that it is told is ``sending``'s."""

from collections.abc import Sequence

from bot.notices import Notice
from bot.participants import Contact, Participant
from handlers.work import Reading
from storage import directory, outbox
from storage.outbox import Errand

NOT_REACHED = "{name} ({email}) could not be reached: the mail server will not take mail for that address."
SERVER_SAID = "The server said: {why}"
NOT_REACHED_OUTSIDE = "The daily head of the audit record could not be mailed to {email}."
MEND_HEADS = "Give an address that works in [audit] heads of the procedure file: without it nobody there notices a cut."
WHAT_NOW = 'Ask the organisation for an address that works, then send `/lap contact replace {email} by NEW "NAME"`.'


def undelivered(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Tells the secretariat of an address that does not work; nothing to who is of it no longer."""
    failed = outbox.one(work.tx, errands[0].subject)
    if failed is None or not work.reader.secretariat:
        return None
    errand, why = failed
    said = SERVER_SAID.format(why=why)
    if errand.address:
        outside = NOT_REACHED_OUTSIDE.format(email=errand.address)
        return Notice(f"Not delivered: {errand.address}", (outside, said, MEND_HEADS))
    known = directory.contact_even_removed(work.tx, errand.contact_id)
    if known is None:
        return None
    unreached = known[0]
    return Notice(
        subject=f"Not delivered: {unreached.name}",
        paragraphs=(
            NOT_REACHED.format(name=unreached.name, email=unreached.email),
            said,
            WHAT_NOW.format(email=unreached.email),
        ),
    )
