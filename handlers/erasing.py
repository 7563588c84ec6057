"""Owns the erasure of a person on request: who may be erased, and what is said of what stays; the rows are
``storage.erasing``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import Conflict, NotFound
from handlers.act import act
from handlers.work import Writing
from storage import erasing, holds, objections, subjects
from storage.erasing import FORMER
from storage.subjects import Subject

NOBODY = "Nothing is kept under the address {email}: it was erased already, or is nobody's. See that it is spelt right."
STILL_HERE = (
    "{email} is still a contact of {organisation}, so nothing was erased. Remove the contact first, with "
    '`/lap contact remove {email}`, or name a successor with `/lap contact replace {email} by EMAIL "NAME"`; then '
    "send the same again."
)
ON_HOLD = "{email} cannot be erased while a hold stands: {holds}. `lap hold lift REFERENCE` ends one."


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did: who it was (now “former contact of ORG”; nobody where the address never was a contact's),
    how many audit details were emptied, and the references of texts that still have the name in them.

    ``objections``: those that stand against the person, who is not known again by them under the same address."""

    former: tuple[str, ...]
    details: int
    mentions: tuple[str, ...]
    objections: tuple[str, ...] = ()


@act
def erase_subject(work: Writing, email: str) -> Erased:
    """Erases everybody whose address *email* was, in any spelling of capitals (GDPR Art. 17): of who never was a
    contact what they wrote by mail, and that they were asked for.

    Raises NotFound for an address that nothing is kept of, Conflict while the person is a contact, or held.
    """
    email = email.strip()
    people = subjects.subjects(work.tx, email)
    if not (people or subjects.mails(work.tx, email) or subjects.requests(work.tx, email)):
        raise NotFound(NOBODY.format(email=email))
    for person in people:
        if person.removed_at is None:
            raise Conflict(STILL_HERE.format(email=person.email, organisation=person.organisation))
    _refuse_held(work, email, people)
    return erase(work, email, people)


def erase(work: Writing, email: str, people: Sequence[Subject]) -> Erased:
    """Erases *people*, all of that address, in the act at hand, and puts that on the audit record without a name."""
    against = objections.against_people(work.tx, [p.id for p in people], work.now)
    details, mentions = erasing.erase(work.tx, email, people, work.now)
    work.record("subject.erase", people[0].id if people else "", contacts=[p.id for p in people])
    former = dict.fromkeys(FORMER.format(organisation=p.organisation) for p in people)
    return Erased(tuple(former), details, tuple(mentions), tuple(o.reference for o in against))


def _refuse_held(work: Writing, email: str, people: Sequence[Subject]) -> None:
    ids = [p.id for p in people]
    their_calls = {call for found in holds.calls_of(work.tx, ids).values() for call in found}
    standing = [h for h in holds.standing(work.tx) if h.reaches(ids, their_calls)]
    if standing:
        told = "; ".join(f"`{h.reference}` ({h.reason})" for h in standing)
        raise Conflict(ON_HOLD.format(email=email, holds=told))
