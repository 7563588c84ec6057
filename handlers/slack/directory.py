"""Owns the Slack room of the directory: who there is, contacts, participants, and the Agencies' channel."""

import re
from dataclasses import replace

from bot import contact_words
from bot.audience import OrganisationView, PersonView
from bot.errors import NotUnderstood
from bot.participants import ParticipantKind
from bot.words import mailto
from handlers import channels, contacts, directory, linking
from handlers.contact_letters import roles_in_words
from handlers.contacts import Done
from handlers.slack.asked import ALL, A, Asked, P, Press, Pressed, S, Verb
from handlers.slack.in_flight import leaving
from handlers.slack.proxies import LISTED
from handlers.slack.reply import MOST_TEXT, Reply, escape

NOBODY = "Nothing in the directory that is yours to see holds “{word}”. `/lap directory` shows all of it."
HEADED = "Who takes part, as far as you may know:"
REST = "… the rest: `/lap directory {word}from {short}`"
SHOWN = "You stand in the directory that representatives and observers read, with name and address."
HIDDEN = "Representatives and observers do not see you in the directory from now on."
STAYS_AWAY = "does not attend"

ADDED = "{name}, {email}, is {roles} of {organisation} (`{short}`) now; times are shown in {zone}.{invited}"
INVITED = " {count} on the way; a first mail says who writes, and why."
NOT_MAILED = " Nobody was mailed."
ASKED_FOR = (
    "Asked: `{reference}`. The secretariat has been asked by mail and in Slack to confirm {name}, {email}, as {roles} "
    "of {organisation}. Nothing changes until it does; you are told by mail."
)
REPLACED = (
    "{name}, {email}, is in the place of {old} for {organisation} now. Roles, open actions and coming invitations have "
    "passed on; links, and what was under TLP:RED, have not."
)
REMOVED = (
    "{name}, {email}, is no contact of {organisation} any more. Links are dead, and coming calendar entries are taken "
    "back."
)
PROXY_REMOVED = (
    "{name}, {email}, comes to that call no longer as a proxy of {organisation}. Links are dead, and the calendar "
    "entry is taken back."
)
ASKED_NO_LONGER = "{name}, {email}, is not asked for any longer as a proxy of {organisation}. {told}"
NOBODY_TOLD = "Nobody is told of that."
ASKER_TOLD = "Whoever asked is told so, and no reason."
IN_EFFECT = " This is in effect now."
LINKED = "<@{user}> speaks for {name}, {email}, from now on. They are told by mail and in Slack."
UNLINKED = "{users} no longer {verb} for {name}, {email}."

JOINED = "{name} (`{short}`) takes part from now on, with {person}, {email}, as its first contact.{invited}"
LEFT = "{name} (`{short}`) no longer takes part. Its contacts are nobody from now on, and their links are dead."
LEFT_OVER = (
    "\nActions that it had open are yours to give to somebody else or to drop: `/lap actions declined` lists what is "
    "left over."
)

CHANNEL = "This is the Agencies' channel of the calls now."
UNKNOWN = (
    " I do not know {users}: nothing closed is said here while they are in it. If they are Agency contacts, each can "
    "type `/lap iam EMAIL`."
)
NO_CHANNEL = "This team has no Agencies' channel any more."

HOW_CONTACT = "Say what to do with whom: {add}, {replace}, {remove}, {link} or {unlink}."
HOW_PARTICIPANT = "Say which one: {add} or `/lap participant leave nz-dia`."
HOW_CHANNEL = "Say `/lap channel here` in the private channel that is to be the Agencies' one, or `/lap channel off`."


def show(asked: Asked) -> Reply:
    """``/lap directory [WORD]``, the rest of a long one ``from SHORT``; ``show me`` and ``hide me`` for Agencies."""
    text = asked.text.casefold()
    if text in ("show me", "hide me"):
        directory.show_me(asked.desk, asked.actor, shown=text == "show me")
        return Reply(SHOWN if text == "show me" else HIDDEN)
    word, _, since = f" {asked.text}".rpartition(" from ")
    if not since or " " in since:
        word, since = asked.text, ""
    word = mailto(word.strip()) or word.strip()
    return Reply(_listed(directory.read_directory(asked.desk, asked.actor, word, since.casefold()), word))


def _listed(found: tuple[OrganisationView, ...], word: str) -> str:
    if not found:
        return NOBODY.format(word=escape(word))
    text = HEADED
    for organisation in found:
        entry = "\n".join(("", _head(organisation), *map(_person, organisation.people)))
        rest = "\n" + REST.format(word=f"{escape(word)} " if word else "", short=organisation.short_name)
        if len(text) + len(entry) + len(rest) > MOST_TEXT:
            return text + rest
        text += entry
    return text


def _head(organisation: OrganisationView) -> str:
    what = organisation.sector or (organisation.kind if organisation.kind is not ParticipantKind.AGENCY else "")
    said = ", ".join(word for word in (organisation.country, what.replace("_", " ")) if word)
    return f"`{organisation.short_name}` {escape(organisation.name)}" + (f" ({said})" if said else "")


def _person(person: PersonView) -> str:
    more = (
        roles_in_words(person.roles, ""),
        person.zone or "",
        STAYS_AWAY if person.attending is False else "",
    )
    return escape("• " + ", ".join(word for word in (person.name, person.email, *more) if word))


def contact(asked: Asked) -> Reply:
    """``/lap contact add|replace|remove|link|unlink ...``."""
    what, _, rest = asked.text.partition(" ")
    do = {"add": _add, "replace": _replace, "remove": _remove, "link": _link, "unlink": _unlink}.get(what.casefold())
    if do is None:
        words = contact_words
        raise NotUnderstood(
            HOW_CONTACT.format(
                add=words.ADD, replace=words.REPLACE, remove=words.REMOVE, link=words.LINK, unlink=words.UNLINK
            )
        )
    return do(asked, rest.strip())


def _add(asked: Asked, text: str) -> Reply:
    return _done(contacts.add_contact(asked.desk, asked.actor, contact_words.read_add(text)))


def _replace(asked: Asked, text: str) -> Reply:
    return _done(contacts.replace_contact(asked.desk, asked.actor, *contact_words.read_replace(text)))


def _done(done: Done) -> Reply:
    """What became of a contact: asked for, added or changed, or put in another's place."""
    person, participant = done.contact, done.participant
    words = {
        "reference": done.reference,
        "name": person.name,
        "email": person.email,
        "roles": roles_in_words(person.roles),
        "organisation": participant.name,
        "short": participant.short_name,
        "zone": person.zone,
        "old": done.before.name if done.before else "",
    }
    if done.waits:
        return Reply(escape(ASKED_FOR.format(**words)))
    if done.call is not None:
        return Reply(escape(LISTED.format(**words, call=done.call.name)))
    if done.before is not None and done.before.id != person.id:
        return Reply(escape(REPLACED.format(**words)) + leaving(done.in_flight))
    invited = _invited(done.invited if done.before is None else 0)
    return Reply(escape(ADDED.format(**words, invited=invited)) + leaving(done.in_flight))


def _invited(calls: int) -> str:
    count = "1 invitation is" if calls == 1 else f"{calls} invitations are"
    return INVITED.format(count=count) if calls else NOT_MAILED


def _remove(asked: Asked, text: str) -> Reply:
    done = contacts.remove_contact(asked.desk, asked.actor, contact_words.read_email(_without_go(text)))
    words = {"name": done.contact.name, "email": done.contact.email, "organisation": done.participant.name}
    if done.waits:
        told = ASKER_TOLD if asked.actor.is_secretariat else NOBODY_TOLD
        return Reply(escape(ASKED_NO_LONGER.format(**words, told=told)))
    removed = REMOVED if done.contact.only_call is None else PROXY_REMOVED
    return Reply(escape(removed.format(**words)) + (leaving(done.in_flight) or IN_EFFECT))


def _link(asked: Asked, text: str) -> Reply:
    email, user = contact_words.read_link(text)
    return _linked(linking.link_contact(asked.desk, asked.actor, email, user))


def _linked(done: linking.Linked) -> Reply:
    linked = LINKED.format(user=done.users[0], name=escape(done.name), email=escape(done.email))
    return Reply(linked + leaving(done.in_flight))


def _unlink(asked: Asked, text: str) -> Reply:
    email, user = contact_words.read_unlink(text)
    done = linking.unlink(asked.desk, asked.actor, email=email, user_id=user)
    users = ", ".join(f"<@{u}>" for u in done.users)
    verb = "speaks" if len(done.users) == 1 else "speak"
    unlinked = UNLINKED.format(users=users, verb=verb, name=escape(done.name), email=escape(done.email))
    return Reply(unlinked + leaving(done.in_flight))


def participant(asked: Asked) -> Reply:
    """``/lap participant add SHORT "NAME" KIND [COUNTRY] [SECTOR] zone ZONE EMAIL "PERSON"`` or ``leave SHORT``."""
    what, _, rest = asked.text.partition(" ")
    do = {"add": _join, "leave": _leave}.get(what.casefold())
    if do is None or not rest.strip():
        raise NotUnderstood(HOW_PARTICIPANT.format(add=contact_words.PARTICIPANT))
    return do(asked, rest.strip())


def _join(asked: Asked, text: str) -> Reply:
    new = contact_words.read_participant(text)
    added = directory.add_participant(asked.desk, asked.actor, new)
    joined = added.participant
    words = {"name": joined.name, "short": joined.short_name, "person": new.person, "email": new.email}
    return Reply(escape(JOINED.format(**words, invited=_invited(added.invited))))


def _leave(asked: Asked, text: str) -> Reply:
    left = directory.leave(asked.desk, asked.actor, _without_go(text))
    words = {"name": left.participant.name, "short": left.participant.short_name}
    return Reply(escape(LEFT.format(**words)) + (leaving(left.in_flight) or IN_EFFECT) + LEFT_OVER)


def channel(asked: Asked) -> Reply:
    """``/lap channel here|off``: typed in a private channel, it is the Agencies' channel of the calls."""
    what = asked.text.casefold()
    if what == "off":
        channels.drop_channel(asked.desk, asked.actor, asked.team)
        return Reply(NO_CHANNEL)
    if what != "here":
        raise NotUnderstood(HOW_CHANNEL)
    info = asked.channel_info(asked.team, asked.channel)
    done = channels.set_channel(asked.desk, asked.actor, asked.team, asked.channel, info)
    users = ", ".join(f"<@{user}>" for user in done.unknown)
    return Reply(CHANNEL + (UNKNOWN.format(users=users) if users else ""))


def _without_go(text: str) -> str:
    """*text* without a last word ``go``: these acts never wait for it, and it names nobody."""
    return re.sub(r"(?i)\s+go$", "", text)


def confirm_contact(pressed: Pressed) -> Reply:
    """The button of a request for a contact."""
    done = contacts.confirm_contact(pressed.desk, pressed.actor, pressed.value)
    return replace(_done(done), replace=True)


def confirm_link(pressed: Pressed) -> Reply:
    """The button of a guest's link."""
    team, _, user = pressed.value.partition("/")
    return replace(_linked(linking.confirm_link(pressed.desk, pressed.actor, team, user)), replace=True)


VERBS: dict[str, Verb] = {
    "directory": Verb(
        show, ALL, "directory [WORD]",
        "Who takes part and who speaks for them, as far as you may know. Agencies: `directory show me` or `hide me` "
        "decides whether representatives and observers see you.",
    ),
    "contact": Verb(
        contact, S + A + P,
        'contact add EMAIL "NAME" for ORG [as point|primary|spam-contact|liaison|secretariat] [zone ZONE] | '
        'replace EMAIL by EMAIL "NAME" | remove EMAIL | link EMAIL to @USER | unlink @USER',
        "Adds, replaces or removes a contact; for your own organisation, the secretariat confirms who comes.",
    ),
    "participant": Verb(
        participant, S,
        'participant add SHORT "NAME" agency|representative|observer [COUNTRY] [SECTOR] zone ZONE EMAIL "PERSON" | '
        "leave SHORT",
        "Adds an organisation with its first contact, or ends its part, by its short name in full alone.",
    ),
    "channel": Verb(
        channel, S, "channel here|off", "Makes the private channel that you type it in the Agencies' one, or ends that."
    ),
}  # fmt: skip
PRESSES: dict[str, Press] = {
    "contact.add": confirm_contact,
    "contact.replace": confirm_contact,
    "contact.link": confirm_link,
}
