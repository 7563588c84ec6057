"""Owns what the secretariat sees of a mass mailing: how many have left, who waits and why, who was given up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.mailings import Mailing, worth_telling
from bot.notices import QUESTIONS, Notice
from bot.participants import Contact, Participant
from bot.when import show
from bot.zones import zone_of
from handlers.composing import Compose, NotYet
from handlers.work import MAILED, MAILED_AFTER, Reading
from storage import calls, mailings, outbox
from storage.outbox import Errand

MOST_NAMED, MOST_REFUSED = 3, 50
ALL_LEFT = "All {people} people have been written to: {what}"
SOME_LEFT = "{left} of {people} people have been written to, {refused}: {what}"
ONE_REFUSED, MORE_REFUSED = "1 was refused", "{count} were refused"
WHAT = {
    "call.announce": "invitation to {call}",
    "circulate": "proposed attendees of {call}",
    "call.move": "new time of {call}",
    "call.cancel": "cancellation of {call}",
    "minutes.send": "draft minutes of {call}",
    "minutes.adopt": "minutes of {call}",
    "briefing.send": "briefing for {call}",
}
"""What an act writes to many about a call, by its name in the audit record; other acts write about the call."""
ABOUT = "mail about {call}"
CALL = "{title}, {when}"
WHICH = "It began to leave on {begun}. No more of it is to come."
REFUSED = "{name} ({email}): {why}"
AND_MORE = "and {count} more"
MEND = (
    'Ask each of them for an address that works, then send `/lap contact replace OLD by NEW "NAME"`. What they were to '
    "be told does not leave again by itself."
)


def mailing_of(work: Reading, call_id: str) -> Mailing | None:
    """How far the last mailing about that call is, for the secretariat; None where all of it left some time ago."""
    if not work.reader.secretariat:
        return None
    found = worth_telling(mailings.of_call(work.tx, call_id), work.now)
    if found is None:
        return None
    found = replace(found, kinds=outbox.kinds_of(work.tx, call_id, found.begun))
    if not (found.waiting or found.given_up):
        return found
    return replace(found, troubles=mailings.troubles(work.tx, call_id, found.begun, MOST_NAMED))


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Tells who wrote to many how many it has left for, and who was refused, once none of it is to leave any more;
    nothing to somebody who is not of the secretariat any longer. Raises NotYet before that."""
    call_id, moment, *by = errands[0].subject.split()
    begun = datetime.fromisoformat(moment)
    record = calls.one(work.tx, call_id)
    if record is None or not work.reader.secretariat:
        return None
    due = mailings.next_due(work.tx, call_id, begun)
    if due is not None:
        raise NotYet(max(due, work.now) + MAILED_AFTER)
    it = next((m for m in mailings.of_call(work.tx, call_id) if m.begun == begun), None)
    if it is None:  # all of it was taken back before it left
        return None
    zone, call = zone_of(contact.zone), record.call
    named = CALL.format(title=call.title, when=show(call.start, zone))
    refused = mailings.troubles(work.tx, call_id, begun, MOST_REFUSED)
    names = [REFUSED.format(name=t.name, email=t.email, why=t.why) for t in refused]
    more = it.given_up - len(refused)
    return Notice(
        subject=_counted(it, WHAT.get("".join(by), ABOUT).format(call=named)),
        paragraphs=(WHICH.format(begun=show(begun, zone)),),
        items=(*names, *([AND_MORE.format(count=more)] if more > 0 else [])),
        closing=(*((MEND,) if refused else ()), QUESTIONS.format(address=work.desk.settings.mail_from or "")),
    )


def _counted(it: Mailing, what: str) -> str:
    if not it.given_up:
        return ALL_LEFT.format(people=it.people, what=what)
    refused = ONE_REFUSED if it.given_up == 1 else MORE_REFUSED.format(count=it.given_up)
    return SOME_LEFT.format(left=it.left, people=it.people, refused=refused, what=what)


NOTICES: dict[str, Compose] = {MAILED: compose}
