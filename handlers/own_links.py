"""Owns the acts on somebody's own links: told, given anew so that the earlier ones are dead, and the feed's alarm.

Tokens are ``links``'.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.invitations import renewed
from bot.notices import QUESTIONS, Notice
from bot.participants import Contact, Participant
from handlers.act import act, of_oneself, secretariat_only
from handlers.composing import Compose
from handlers.invitations import KIND as INVITATION
from handlers.invitations import merged_at
from handlers.links import FEED, PAGE, REPLY, Link, epochs_of, known_links, print_links, sha256_of, token_of
from handlers.naming import find_one
from handlers.work import Reading, Writing
from storage import directory, feeds, invitations, links
from storage.links import Kept
from storage.outbox import Errand
from storage.tables import LinkPurpose

RENEWED = "links"

SUBJECT = "Your personal links are new"
SAYS = (
    "Your page, your calendar feed and your links to join calls have new addresses. The earlier ones lead nowhere from "
    "now on."
)
FOLLOWS = "The entries of coming calls in your calendar follow, each with its new link."
SUBSCRIBE = "If you had subscribed to your calendar feed, do so again"


@dataclass(frozen=True, slots=True)
class Own:
    """Where somebody's page and feed are, and how many minutes before its entries the feed has calendars ring."""

    page: str
    feed: str
    alarm: int | None


def _own(work: Reading) -> Own:
    page, feed = print_links(work, work.reader.contact_id, PAGE, FEED)
    return Own(page, feed, feeds.alarm_of(work.tx, work.reader.contact_id))


@act
@of_oneself
def tell_links(work: Writing) -> Own:
    """The actor's page and feed, printed for the first time or again."""
    return _own(work)


@act
@of_oneself
def set_feed_alarm(work: Writing, minutes: int | None) -> Own:
    """Has calendars ring so many minutes before each entry of the actor's feed; None: not at all."""
    wish_for_alarm(work, minutes)
    return _own(work)


def wish_for_alarm(work: Writing, minutes: int | None) -> None:
    """The same in an act of another room. Mails keep the one alarm that they have: a wish is no new revision."""
    contact = work.actor.contact
    feeds.set_alarm(work.tx, contact.id, minutes)
    work.record("feed alarm", contact.id, named=contact.email, minutes=minutes)


@act
@of_oneself
def reset_feed(work: Writing) -> Own:
    """Gives the actor's feed a new address; the earlier one is dead with this transaction."""
    contact_id = work.reader.contact_id
    links.kill(work.tx, [contact_id], work.now, [LinkPurpose.FEED])
    _make_anew(work, contact_id, [FEED])
    work.record("feed reset", contact_id, named=work.actor.contact.email)
    return _own(work)


@dataclass(frozen=True, slots=True)
class Renewed:
    """Whose links are new; ``own`` where they are the actor's."""

    name: str
    own: Own | None = None


@act
@of_oneself
def reset_links(work: Writing, who: str = "") -> Renewed:
    """Gives somebody's links new addresses, all of them; the earlier ones are dead with this transaction.

    Their own, or anybody's of the organisation or the person named (S). They are mailed their page, and the entries of
    coming calls with the new links to join.
    """
    people, name = [work.actor.contact], work.actor.contact.name
    if who:
        secretariat_only(work, "give somebody else new links")
        known = directory.everybody(work.tx)
        found = find_one(work, who, known)
        people = [found.contact] if found.contact else known.people_of(found.participant.id)
        name = found.name
    ids = [c.id for c in people]
    copies = [c for c in invitations.to_come(work.tx, ids, work.now) if c.sent_revision]
    links.kill(work.tx, ids, work.now)
    calls: dict[str, list[str]] = defaultdict(list)
    for copy in copies:
        calls[copy.contact_id].append(copy.call_id)
    for contact_id in ids:
        _make_anew(
            work,
            contact_id,
            [PAGE, FEED, REPLY, *(Link(LinkPurpose.JOIN, i) for i in dict.fromkeys(calls[contact_id]))],
        )
    invitations.revise(work.tx, [renewed(copy, work.now) for copy in copies])
    work.tell(RENEWED, ids)
    due = {c.call_id: merged_at(work, (c.start, c.sent_start or c.start)) for c in copies}
    for contact_id, call_id in dict.fromkeys((c.contact_id, c.call_id) for c in copies):
        work.tell(INVITATION, [contact_id], call_id=call_id, subject=call_id, due_at=due[call_id])
    work.record("links reset", " ".join(ids), named=name)
    own = _own(work) if ids == [work.actor.contact.id] else None
    return Renewed(name, own)


def _make_anew(work: Reading, contact_id: str, wanted: Collection[Link]) -> None:
    """Makes the next epoch of those links known, so that it is the one that is printed from now on."""
    epochs = epochs_of(links.of_person(work.tx, contact_id))
    fresh = {link: epochs[link] + 1 for link in wanted if link in epochs}
    links.add(
        work.tx, contact_id,
        [
            Kept(sha256_of(token_of(work, link, contact_id, epoch)), link.purpose, link.call_id, epoch)
            for link, epoch in fresh.items()
        ],
    )  # fmt: skip


def compose_renewed(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """Tells somebody that their links are new; the page's own stands at the foot, as in every mail."""
    feed = known_links(work, contact.id).get(FEED)
    return Notice(
        subject=SUBJECT,
        paragraphs=(SAYS, FOLLOWS),
        links=((SUBSCRIBE, feed),) if feed else (),
        closing=(QUESTIONS.format(address=work.desk.settings.mail_from),),
    )


NOTICES: dict[str, Compose] = {RENEWED: compose_renewed}
