"""Owns what people are told of contacts: the first mail of a new one, and requests that wait for the secretariat.

Who is told is decided by ``contacts``, ``succession`` and ``invitations``; of codes tells ``link_codes``, of Slack
accounts ``linking``.
"""

from collections.abc import Sequence

from bot import audience
from bot.contact_words import ROLES
from bot.notices import Button, Notice
from bot.participants import Contact, Participant, Role, in_words
from bot.when import show_span
from bot.zones import zone_of
from handlers.composing import Compose
from handlers.contacts import REMOVED
from handlers.finding import named
from handlers.invitations import WELCOME
from handlers.proxies import ASKED, CONFIRMED
from handlers.work import Reading
from storage import calls, directory, proxies
from storage import contacts as queries
from storage.contacts import Request
from storage.outbox import Errand

WELCOME_SUBJECT = "Who writes to you, and why: the calls of the {network}"
WELCOME_WHO = (
    "This is the first mail that you get from the {network}. You are listed for {organisation} as {roles}, and from "
    "now on this address, {address}, invites you to conference calls of the network."
)
WELCOME_PROXY = (
    "This is the first mail that you get from the {network}. {by} brings you to one of its conference calls, in the "
    "place of {organisation}: this address, {address}, invites you to that call, and to no other."
)
WELCOME_COMES = (
    "What will come: an invitation for each call or part of a call that you may join, with your own link to join it; a "
    "mail when its time changes; reminders of it; and its agenda and minutes, as far as they are yours to read."
)
WELCOME_PROXY_GETS = (
    "What will come: an invitation to that call, with your own link to join it; a mail when its time changes; a "
    "reminder of it; and its agenda and minutes, as far as they are yours to read."
)
WELCOME_CALENDAR = (
    "So that your calendar takes these invitations, add {address} to your contacts now. Times are shown in your time "
    "zone, {zone}; if that is wrong, answer this mail."
)
WELCOME_WORDS = (
    "You need no account for any of it: at the foot of each mail stands the address of a page of your own, which "
    "says what awaits you. Whatever there is to do can be done by answering a mail in words: the secretariat reads it. "
    "Where you use Slack with the network, `/lap` does the same there."
)
WELCOME_HOLDS = "Who holds your data, and why: {holder} {purpose}"
QUESTIONS = "Questions: {address}."

ASKED_SUBJECT = "To confirm: {name} for {organisation}"
ASKED_ADD = "{asker} ({organisation}) asks that {name}, {email}, be {roles} of {organisation}."
ASKED_REPLACE = (
    "{asker} ({organisation}) asks that {name}, {email}, take the place of {old}, {old_email}: roles, open actions and "
    "coming invitations pass on; links, and what was under TLP:RED, do not."
)
ASKED_PROXY = (
    "{asker} ({organisation}) asks to bring {name}, {email}, to {title}, {when}, as a proxy of {organisation}. "
    "Confirmed, the name is put on the list of the parts that {organisation} is on the list of; it is circulated and "
    "approved as every other name is, and nothing is sent to it before."
)
ASKED_HOW = "Nothing changes until you confirm it: press the button in Slack, or type there: {line}"
LINE_ADD = '/lap contact add {email} "{name}" for {short}{roles} zone {zone}'
LINE_BRING = '/lap bring {email} "{name}" to {call} for {short}'
LINE_REPLACE = '/lap contact replace {old} by {email} "{name}"'

CONFIRMED_SUBJECT = "Confirmed: {name} for {organisation}"
CONFIRMED_SAYS = "The secretariat has confirmed what you asked for: {name}, {email}, is a contact of {organisation}."

CONFIRMED_PROXY = (
    "The secretariat has put {name}, {email}, on the list in the place of {organisation}. The Agencies are told the "
    "name first (Plan B.3); once it is approved, an invitation is on its way to that address."
)

REMOVED_SUBJECT = "Removed: {name} of {organisation}"
REMOVED_SAYS = "{organisation} has removed its contact {name}, {email}. There is nothing for you to do."

_WORD_OF = {role: word for word, role in ROLES.items()}


def roles_in_words(roles: frozenset[Role], none: str = "a contact") -> str:
    """'primary contact', 'point of contact and secretariat', 'a contact'; what another role implies is not said."""
    implied = {Role.POINT_OF_CONTACT} if Role.PRIMARY_CONTACT in roles else set()
    return " and ".join(in_words(r) for r in Role if r in roles - implied) or none


def compose_welcome(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """The first mail of a new contact: who writes, what will come, who holds the data and why, how to leave."""
    texts, address = work.desk.procedure.texts, work.desk.settings.mail_from
    roles = roles_in_words(contact.roles)
    by = proxies.brought_by(work.tx, contact.id)[1] if contact.only_call is not None else ""
    who = WELCOME_WHO if contact.only_call is None else WELCOME_PROXY
    return Notice(
        subject=WELCOME_SUBJECT.format(network=texts.network),
        paragraphs=(
            who.format(network=texts.network, roles=roles, organisation=participant.name, address=address, by=by),
            WELCOME_COMES if contact.only_call is None else WELCOME_PROXY_GETS,
            WELCOME_CALENDAR.format(address=address, zone=contact.zone),
            WELCOME_WORDS,
            WELCOME_HOLDS.format(holder=texts.holder, purpose=texts.purpose),
            texts.leaving,
            texts.authority,
        ),
        closing=(QUESTIONS.format(address=address),),
    )


def compose_asked(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """Asks the secretariat to confirm a contact; nothing once it did, or once the one to be replaced is gone."""
    asked = queries.request(work.tx, errands[0].subject)
    if asked is None or not asked.waits or not work.reader.secretariat:
        return None
    asker = directory.contact_even_removed(work.tx, asked.asked_by)
    old = directory.contact_by_id(work.tx, asked.replaces_id) if asked.replaces_id else None
    if asker is None or asker[1].left_at or (asked.replaces_id and old is None):
        return None
    organisation = asker[1]
    if asked.call_id is not None:
        return _asked_to_bring(work, asked, asker[0], organisation, contact)
    told = ASKED_REPLACE if old else ASKED_ADD
    says = told.format(
        asker=asker[0].name, organisation=organisation.name, name=asked.name, email=asked.email,
        roles=roles_in_words(asked.roles), old=old[0].name if old else "", old_email=old[0].email if old else "",
    )  # fmt: skip
    action = "contact.replace" if old else "contact.add"
    return Notice(
        subject=ASKED_SUBJECT.format(name=asked.name, organisation=organisation.name),
        paragraphs=(says, ASKED_HOW.format(line=line_of(asked, organisation, old[0] if old else None))),
        buttons=(Button("Confirm", action, asked.reference, "primary"),),
    )


def _asked_to_bring(
    work: Reading, asked: Request, asker: Contact, organisation: Participant, contact: Contact
) -> Notice | None:
    record = calls.one(work.tx, asked.call_id or "")
    view = audience.cut_call(work.reader, record, work.now) if record else None
    if view is None:
        return None
    view = named(work, view)
    words = {"name": asked.name, "email": asked.email, "organisation": organisation.name}
    when = show_span(view.start, view.end, zone_of(contact.zone))
    line = LINE_BRING.format(email=asked.email, name=asked.name, call=view.name, short=organisation.short_name)
    return Notice(
        subject=ASKED_SUBJECT.format(name=asked.name, organisation=organisation.name),
        paragraphs=(
            ASKED_PROXY.format(asker=asker.name, title=view.title, when=when, **words), ASKED_HOW.format(line=line),
        ),
        buttons=(Button("Confirm", "contact.add", asked.reference, "primary"),),
    )  # fmt: skip


def line_of(asked: Request, participant: Participant, old: Contact | None) -> str:
    """The line of the secretariat's that does what was asked for."""
    if old is not None:
        return LINE_REPLACE.format(old=old.email, email=asked.email, name=asked.name)
    implied = {Role.POINT_OF_CONTACT} if Role.PRIMARY_CONTACT in asked.roles else set()
    roles = "".join(f" as {_WORD_OF[r]}" for r in Role if r in asked.roles - implied)
    return LINE_ADD.format(
        email=asked.email, name=asked.name, short=participant.short_name, roles=roles, zone=asked.zone
    )


def compose_confirmed(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """Tells who asked for a contact that it was confirmed; nothing of somebody who was erased meanwhile."""
    asked = queries.request(work.tx, errands[0].subject)
    if asked is None or not asked.email or participant.id != asked.participant_id:
        return None
    return Notice(
        subject=CONFIRMED_SUBJECT.format(name=asked.name, organisation=participant.name),
        paragraphs=(
            (CONFIRMED_PROXY if asked.call_id else CONFIRMED_SAYS).format(
                name=asked.name, email=asked.email, organisation=participant.name
            ),
        ),
        closing=(QUESTIONS.format(address=work.desk.settings.mail_from),),
    )


def compose_removed(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """Tells the secretariat of a contact that its own organisation removed; nothing of one that was erased since."""
    removed = directory.contact_even_removed(work.tx, errands[0].subject)
    if removed is None or not removed[0].email or not work.reader.secretariat:
        return None
    gone, organisation = removed
    return Notice(
        subject=REMOVED_SUBJECT.format(name=gone.name, organisation=organisation.name),
        paragraphs=(REMOVED_SAYS.format(name=gone.name, email=gone.email, organisation=organisation.name),),
    )


NOTICES: dict[str, Compose] = {
    WELCOME: compose_welcome,
    ASKED: compose_asked,
    CONFIRMED: compose_confirmed,
    REMOVED: compose_removed,
}
