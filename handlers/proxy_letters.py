"""Owns what the secretariat is told of an Agency's proxy, and whoever brought one of its end; the first mail of one is
``contact_letters``'.
"""

from collections.abc import Sequence

from bot import audience
from bot.attendees import neutral_words
from bot.notices import OR_ANSWER, Notice
from bot.participants import Contact, Participant, ParticipantKind
from bot.when import show_span
from bot.zones import zone_of
from handlers.composing import Compose
from handlers.finding import named
from handlers.proxies import BROUGHT
from handlers.proxy_ends import ENDED
from handlers.work import Reading
from storage import calls, contacts, directory, proxies
from storage.outbox import Errand

SUBJECT = "A proxy of {organisation}: {name}"
SAYS = (
    "{by} brings {name}, {email}, to {title}, {when}, as a proxy of {organisation}. That is in effect: an invitation "
    "with the Agency's times is on its way, and there is nothing for you to do. `/lap contact remove {email}` ends it."
)

ENDED_SUBJECT = "Not expected: {name} for {organisation}"
ENDED_SAYS = "{name}, {email}, whom you would bring to a call, is not expected there as a proxy of {organisation}."
ENDED_NEXT = (
    "Nothing else changes by this: what you are invited to yourself is in your calendar. To name somebody else: "
    '`/lap bring EMAIL "NAME" to CALL`.'
)
AGENCYS_REASONS = "The secretariat gives no reasons for single changes. Questions: {address}."


def compose(work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant) -> Notice | None:
    """Tells the secretariat whom an Agency brings to a call, while they still are."""
    known = directory.contact_by_id(work.tx, errands[0].subject)
    record = calls.one(work.tx, errands[0].call_id or "")
    view = audience.cut_call(work.reader, record, work.now) if record and work.reader.secretariat else None
    if known is None or view is None:
        return None
    proxy, organisation = known
    when = show_span(view.start, view.end, zone_of(contact.zone))
    return Notice(
        SUBJECT.format(organisation=organisation.name, name=proxy.name),
        (
            SAYS.format(
                by=proxies.brought_by(work.tx, proxy.id)[1], name=proxy.name, email=proxy.email,
                title=f"{view.title} ({named(work, view).name})", when=when, organisation=organisation.name,
            ),
        ),
    )  # fmt: skip


def compose_ended(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """Tells whoever asked for a proxy, or brought one, that the secretariat ended it: the same for every cause."""
    ended = _ended(work, errands[0].subject)
    if ended is None or ended.participant_id != participant.id:
        return None
    said = {"name": ended.name, "email": ended.email, "organisation": participant.name}
    address = work.desk.settings.mail_from
    agency = participant.kind is ParticipantKind.AGENCY
    reasons = AGENCYS_REASONS.format(address=address) if agency else neutral_words(address or "", participant.kind)
    return Notice(
        ENDED_SUBJECT.format(**said),
        (ENDED_SAYS.format(**said), reasons),
        closing=(ENDED_NEXT,),
        by_answer=OR_ANSWER,
    )


def _ended(work: Reading, subject: str) -> contacts.Request | Contact | None:
    """The wish that the secretariat ended, or the proxy that is none any more; None of one that was asked for or
    brought again meanwhile, or whose data are erased."""
    asked = contacts.request(work.tx, subject)
    one: contacts.Request | Contact | None
    if asked is not None:
        one = asked if asked.ended_at else None
    else:
        proxy = directory.contact_even_removed(work.tx, subject)
        one = proxy[0] if proxy and proxy[0].removed_at else None
    if one is None or not one.email:
        return None
    brought = directory.contact_by_email(work.tx, one.email)
    if brought is not None and brought[1].id == one.participant_id:
        return None
    asks = ((r.email, r.participant_id) for r in proxies.waiting(work.tx))
    return None if (one.email, one.participant_id) in asks else one


NOTICES: dict[str, Compose] = {BROUGHT: compose, ENDED: compose_ended}
