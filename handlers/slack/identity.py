"""Owns the Slack room of who is who: whoami, iam and timezone; ties on the secretariat's word are ``directory``'s."""

from bot.contact_words import read_zone
from bot.errors import Conflict
from bot.when import show, show_time
from bot.words import mailto
from bot.zones import zone_of
from handlers.contact_letters import roles_in_words
from handlers.directory import set_zone
from handlers.identity import Me, nobody, who_am_i
from handlers.link_codes import ask_code, enter_code
from handlers.slack.asked import ALL, Asked, Knock, OpenVerb, Verb
from handlers.slack.front import STRANGER
from handlers.slack.help import HATS
from handlers.slack.reply import Reply, escape

ON_ITS_WAY = (
    "If that address is a contact's, a code is on its way to it. It is good for ten minutes: type it here, as in "
    "`/lap iam 7K2M9Q`."
)
HOW = (
    "Give the address by which the network knows you, as in `/lap iam jane@agency.example`, or the code that was "
    "mailed there, as in `/lap iam 7K2M9Q`."
)
WRONG = (
    "That code is not good, or no longer: a code lasts ten minutes and takes five tries. "
    "`/lap iam EMAIL` sends a new one, from a minute after the last."
)
TIED = (
    "I take you for {name} now, {email}, of {organisation}. `/lap` says what awaits you, `/lap help` what you can do."
)
WAITS = (
    "The code was right. You are a guest here or of another team, so the secretariat confirms first; it has been "
    "asked. Until then I know nobody by your account."
)
NO_PROFILE = "Slack does not say just now whether you are a member here. Send the same again in a moment."

I_AM = "You are {name}, {email}, {roles} of {organisation} (`{short}`)."
A_CONTACT, A_PROXY = "a contact", "a proxy for one call"
HAT = "You act as {hat}."
ONE_CALL = "You read, answer and join that call, and know of no other; `/lap help` shows what you can type."
TWO_HATS = "You act as the secretariat, and as {organisation} only with `for {short}`; each answer names the hat."
ZONE = "It is {now} for you. To read times as in another city: `/lap timezone CITY`."
USERS = "Slack accounts that speak for {email}: {users}."
OTHER = "Somebody else? `/lap iam EMAIL` ties your account to another contact's address."
SOURCES = {
    "profile": "by the address of the profile",
    "code": "by a code",
    "secretariat": "on the secretariat's word",
    "roster": "by the roster",
}
NEW_ZONE = "You read times as in {zone} from now on, here and in mails. It is {now} for you."
NO_ZONE = "You read times as in {zone}. To change that, name a city, as in `/lap timezone Paris`."


def iam(knock: Knock) -> Reply:
    """``/lap iam EMAIL|CODE``, for strangers too."""
    actor = knock.actor or nobody(knock.user, knock.trigger or None)
    email = mailto(knock.text)
    if email is not None:
        ask_code(knock.desk, actor, knock.team, email)
        return Reply(ON_ITS_WAY)
    if not knock.text or len(knock.text.split()) > 1:
        return Reply(HOW)
    profile = knock.profile()
    if profile is None:
        raise Conflict(NO_PROFILE)
    entered = enter_code(knock.desk, actor, knock.team, knock.text, full_member=profile.full_member)
    if entered is None:
        return Reply(WRONG)
    if entered.waits:
        return Reply(WAITS)
    names = {"name": entered.contact.name, "email": entered.contact.email, "organisation": entered.participant.name}
    return Reply(escape(TIED.format(**names)))


def whoami(knock: Knock) -> Reply:
    """``/lap whoami``: whom the account is taken for; a stranger reads what to do about it."""
    if knock.actor is None:
        return Reply(STRANGER.format(address=knock.desk.settings.mail_from))
    return Reply(me_text(who_am_i(knock.desk, knock.actor)))


def me_text(me: Me) -> str:
    contact, participant, zone = me.contact, me.participant, zone_of(me.contact.zone)
    words = {"organisation": participant.name, "short": participant.short_name}
    proxy = contact.only_call is not None
    roles = roles_in_words(contact.roles, A_PROXY if proxy else A_CONTACT)
    i_am = I_AM.format(name=contact.name, email=contact.email, roles=roles, **words)
    hat = TWO_HATS.format(**words) if me.secretariat else ONE_CALL if proxy else HAT.format(hat=HATS[participant.kind])
    users = ", ".join(f"<@{user}> ({SOURCES[source]})" for user, source in me.users)
    lines = [i_am, hat, ZONE.format(now=show_time(me.now, zone))]
    return "\n".join([*map(escape, lines), USERS.format(email=escape(contact.email), users=users), OTHER])


def timezone(asked: Asked) -> Reply:
    """``/lap timezone ZONE``."""
    if not asked.text:
        return Reply(NO_ZONE.format(zone=asked.actor.contact.zone))
    zone = zone_of(read_zone(asked.text))
    now = set_zone(asked.desk, asked.actor, zone)
    return Reply(NEW_ZONE.format(zone=zone, now=show(now, zone)))


VERBS: dict[str, Verb] = {
    "timezone": Verb(timezone, ALL, "timezone ZONE", "Shows your times in the zone of that city, in mails too."),
}
OPEN_VERBS: dict[str, OpenVerb] = {
    "whoami": OpenVerb(whoami, "whoami", "Says whom I take you for, with which hats, and in which zone."),
    "iam": OpenVerb(iam, "iam EMAIL|CODE", "Ties your Slack account to a contact, by a code mailed to its address."),
}
