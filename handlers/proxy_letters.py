"""Owns what the secretariat is told of an Agency's proxy; the first mail of one is ``contact_letters``'."""

from collections.abc import Sequence

from bot import audience
from bot.notices import Notice
from bot.participants import Contact, Participant
from bot.when import show_span
from bot.zones import zone_of
from handlers.delivery import Compose
from handlers.desk import Reading
from handlers.finding import named
from handlers.proxies import BROUGHT
from storage import calls, directory, proxies
from storage.outbox import Errand

SUBJECT = "A proxy of {organisation}: {name}"
SAYS = (
    "{by} brings {name}, {email}, to {title}, {when}, as a proxy of {organisation}. That is in effect: an invitation "
    "with the Agency's times is on its way, and there is nothing for you to do. `/lap contact remove {email}` ends it."
)


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
                by=proxies.brought_by(work.tx, proxy.id), name=proxy.name, email=proxy.email,
                title=f"{view.title} ({named(work, view).name})", when=when, organisation=organisation.name,
            ),
        ),
    )  # fmt: skip


NOTICES: dict[str, Compose] = {BROUGHT: compose}
