"""Owns how it ends that somebody is brought to a call: a wish is dropped, a slip taken back, whoever brought them told.

How they are brought is ``proxies``'; that a proxy loses what it had, as any contact does that goes, ``succession``'s.
"""

from collections.abc import Callable, Mapping

from bot.errors import Conflict, NotFound
from bot.participants import Contact
from handlers.succession import close_everything
from handlers.work import Reading, Writing
from storage import calls, contacts, directory, exposures
from storage import proxies as rows
from storage.calls import Part
from storage.directory import Directory
from storage.tables import Door

ENDED = "proxy.ended"
"""The kind of what whoever brought somebody, or asked to, is told: that the secretariat ended it."""

HAS_LEFT = (
    "What is for {name} or tells of them has left, so it is not taken back in silence. `/lap contact remove {email}` "
    "ends it."
)
CONFIRMED_ALREADY = "The secretariat has put {email} on the list meanwhile. `/lap contact remove {email}` ends that."
GONE = "That proxy is there no longer, so there is nothing to take back."
TAKEN_BACK = "{name}, {email}, is not brought to that call. Nothing had left."


def drop_asked(work: Writing, email: str, known: Directory) -> Contact | None:
    """Drops the wishes, not confirmed, of the reader's organisation (for the secretariat, of any one) to bring somebody
    with that address; returns whom, as they would have come to the first of those calls, under the wish's reference.
    Where the secretariat does it, whoever asked is told, without a cause.

    None where there are none, and where it is that organisation's contact, who is to be removed with them. Whether
    another organisation has such a contact changes nothing: the answer would tell it.
    """
    wanted, held = email.strip().lower(), known.by_email(email.strip().lower())
    own, everyone = work.actor.participant.id, work.actor.is_secretariat
    whose = {p.id for p in known.participants if everyone or p.id == own}
    asked = [r for r in rows.waiting(work.tx) if r.email == wanted and r.participant_id in whose]
    if not asked:
        return None
    first = asked[0]
    theirs = [r for r in asked if r.participant_id == first.participant_id]
    if everyone:
        rows.end_requests(work.tx, [r.reference for r in theirs], work.now)
        for by_id, reference in {r.asked_by: r.reference for r in reversed(theirs)}.items():
            work.tell(ENDED, [by_id], doors=(Door.MAIL, Door.SLACK), subject=reference)
    else:
        rows.drop_requests(work.tx, [r.reference for r in theirs])
    if held is not None and held.participant_id == first.participant_id:
        return None
    return Contact(
        first.reference, first.participant_id, first.name, first.email, first.zone, first.roles, only_call=first.call_id
    )


def tell_ended(work: Writing, proxy: Contact, known: Directory) -> None:
    """Has whoever brought that proxy told that the secretariat ended it; the proxy's own house alone, and not by
    itself."""
    by_id, _ = rows.brought_by(work.tx, proxy.id)
    bringer = known.contact(by_id)
    if bringer is not None and bringer.participant_id == proxy.participant_id and by_id != work.actor.contact.id:
        work.tell(ENDED, [by_id], doors=(Door.MAIL, Door.SLACK), subject=proxy.id)


def undo_bring(work: Writing, subject: str) -> str:
    """Takes back that somebody was brought, or asked for, where nothing of it has left; for another organisation only
    who is of the secretariat still."""
    asked = contacts.request(work.tx, subject)
    if asked is not None:
        _check_own(work, asked.participant_id)
        if asked.confirmed_at is not None:
            raise Conflict(CONFIRMED_ALREADY.format(email=asked.email))
        if not asked.waits:
            raise NotFound(GONE)
        rows.drop_requests(work.tx, [asked.reference])
        return TAKEN_BACK.format(name=asked.name, email=asked.email)
    known = directory.everybody(work.tx)
    proxy = known.contact(subject)
    if proxy is None or proxy.only_call is None:
        raise NotFound(GONE)
    _check_own(work, proxy.participant_id)
    said = {"name": proxy.name, "email": proxy.email}
    record = calls.one(work.tx, proxy.only_call, Part.LIST)
    sent_round = any(a.contact_id == proxy.id and a.circulated_at for a in record.admissions) if record else False
    if sent_round or exposures.of_people(work.tx, [proxy.id], work.now):
        raise Conflict(HAS_LEFT.format(**said))
    close_everything(work, [proxy], known)
    return TAKEN_BACK.format(**said)


def _check_own(work: Reading, participant_id: str) -> None:
    if not work.reader.secretariat and participant_id != work.reader.participant_id:
        raise NotFound(GONE)


UNDO: Mapping[str, Callable[[Writing, str], str]] = {"bring": undo_bring}
