"""Owns who somebody is in Slack: the contact a user speaks for, by the profile's address or by a link they made.

The directory itself is ``directory``'s; what a contact may see is ``audience``'s.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.participants import Contact, Participant, reader_of
from handlers.desk import Actor, Desk
from storage import directory


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says of a user: the address of the profile, and whether it is a full member of our own team."""

    email: str | None
    full_member: bool


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """What Slack says of a channel: whether it is private, and the ids of its members but the bot."""

    private: bool
    members: tuple[str, ...]


def actor_of(
    desk: Desk, team_id: str, user_id: str, request: str | None, profile: Callable[[], Profile | None]
) -> Actor | None:
    """The contact that a Slack user speaks for, with its widest hat; None for nobody.

    A user who is not yet tied to a contact is tied by the address of the profile, which *profile* asks Slack for; for
    guests and users of another team the secretariat confirms first, so they stay nobody until then.
    """
    with desk.store.read() as tx:
        known = directory.who_is(tx, team_id, user_id)
    if known is None:
        known = _by_profile(desk, team_id, user_id, profile)
    if known is None:
        return None
    contact, participant = known
    return Actor(contact, participant, reader_of(contact, participant), user_id, request)


def _by_profile(
    desk: Desk, team_id: str, user_id: str, profile: Callable[[], Profile | None]
) -> tuple[Contact, Participant] | None:
    told = profile()
    if told is None or not told.email or not told.full_member:
        return None
    with desk.store.begin() as tx:
        known = directory.contact_by_email(tx, told.email)
        if known is None or directory.is_linked(tx, team_id, user_id):
            return None
        directory.link_slack_user(tx, team_id, user_id, known[0].id, "profile", desk.now(), confirmed=True)
    return known


def slack_users_of(desk: Desk, contact_id: str) -> list[tuple[str, str]]:
    """The (team id, user id) of the Slack users who speak for a contact."""
    with desk.store.read() as tx:
        return directory.slack_users_of(tx, contact_id)


def link_by_profile(desk: Desk, team_id: str, user_id: str, contact: Contact) -> bool:
    """Ties a full member whose profile has the contact's address to that contact, where the user has no tie yet."""
    with desk.store.begin() as tx:
        if directory.is_linked(tx, team_id, user_id):
            return False
        directory.link_slack_user(tx, team_id, user_id, contact.id, "profile", desk.now(), confirmed=True)
    return True
