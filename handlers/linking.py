"""Owns how a Slack user is tied to a contact on the secretariat's word, and undone again, by that or by the profile.

The code by which people tie themselves is ``link_codes``'. Whom a user is then taken for is ``identity``'s.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.errors import Conflict, NotFound
from bot.exposures import NONE_IN_FLIGHT, InFlight
from bot.notices import Button, Notice
from bot.participants import Contact, Participant
from handlers import posting
from handlers.act import act, reading, secretariat_only
from handlers.composing import Compose
from handlers.desk import Desk, the_clock
from handlers.identity import Profile, with_role
from handlers.work import Reading, Writing
from storage import directory
from storage import identity as ties
from storage.identity import Tie
from storage.outbox import Errand
from storage.tables import Door

LINK_WAITS, LINKED = "link.waits", "link.confirmed"
"""The kinds of what is told here: a guest's link that waits for the secretariat, a link that it confirmed."""

NO_CONTACT = "{email} is no contact's address. `/lap directory` lists them."
NO_TIE = "{user} is tied to nobody, so there is nothing to undo."
NO_TIES = "No Slack account is tied to {email}, so there is nothing to undo."
NOTHING_WAITS = "That account asks for nothing any more. `/lap contact link EMAIL to @USER` ties one at any time."


# --- a profile that changes ---


def follow_profile(desk: Desk, team_id: str, user_id: str, profile: Profile) -> None:
    """Ends the tie that a user has by the address of the profile, where it is another one by now or the user no full
    member any more: they have gone elsewhere, perhaps to a company. The profile does not tie them again by itself; what
    a code or the secretariat tied stands."""
    if _has_left(desk, the_clock(), team_id, user_id, profile):
        _untie(desk, the_clock(), team_id, user_id, profile)


@reading
def _has_left(work: Reading, team_id: str, user_id: str, profile: Profile) -> bool:
    return _lost(work, team_id, user_id, profile) is not None


@act
def _untie(work: Writing, team_id: str, user_id: str, profile: Profile) -> None:
    if lost := _lost(work, team_id, user_id, profile):
        tie, contact = lost
        ties.undo_ties(work.tx, [tie])
        speaks_no_longer(work, spoken_for([tie]))
        work.record("profile changed", contact.id, named=contact.email, user=user_id)


def _lost(work: Reading, team_id: str, user_id: str, profile: Profile) -> tuple[Tie, Contact] | None:
    """The tie that *profile* made, and does not bear out any more."""
    tie = ties.tie_of(work.tx, user_id, team_id)
    if tie is None or tie.source != "profile" or tie.confirmed_at is None:
        return None
    known = directory.contact_by_id(work.tx, tie.contact_id)
    if known is None or (profile.full_member and _bears(profile.email, known[0].email)):
        return None
    return tie, known[0]


def _bears(said: str | None, email: str) -> bool:
    """Whether a profile bears that address; one without any, as Slack gives who may not read addresses, says nothing
    against it."""
    return not said or said.casefold() == email.casefold()


# --- the secretariat's word ---


@dataclass(frozen=True, slots=True)
class Linked:
    """Who speaks for which contact now, or no longer does; ``in_flight``: what was leaving already for whom they spoke
    for."""

    users: tuple[str, ...]
    name: str
    email: str
    in_flight: InFlight = NONE_IN_FLIGHT


def speaks_no_longer(work: Writing, contact_ids: Iterable[str]) -> None:
    """Does what follows when a Slack account of each of those contacts speaks for them no longer: what is leaving for
    them is waited for, as it may go to that account, and the posts that it reads in channels say what it may know."""
    ids = sorted(set(contact_ids))
    work.narrow(ids)
    if ids:
        posting.tell_running(work)


def spoken_for(ended: Iterable[Tie]) -> Iterator[str]:
    return (tie.contact_id for tie in ended if tie.confirmed_at is not None)


@act
def link_contact(work: Writing, email: str, user_id: str) -> Linked:
    """Ties a Slack user to a contact on the secretariat's word, in place of any tie before."""
    secretariat_only(work, "tie a Slack account to a contact")
    known = directory.contact_by_email(work.tx, email)
    if known is None:
        raise NotFound(NO_CONTACT.format(email=email))
    tie = ties.tie_of(work.tx, user_id)
    return _link(work, known, user_id, tie if tie and tie.contact_id == known[0].id else None)


@act
def confirm_link(work: Writing, team_id: str, user_id: str) -> Linked:
    """Confirms a link that a guest or a user of another team made by code."""
    secretariat_only(work, "confirm a Slack account")
    tie = ties.tie_of(work.tx, user_id, team_id)
    known = directory.contact_by_id(work.tx, tie.contact_id) if tie else None
    if tie is None or known is None or tie.confirmed_at is not None:
        raise Conflict(NOTHING_WAITS)
    return _link(work, known, user_id, tie)


def _link(work: Writing, known: tuple[Contact, Participant], user_id: str, tie: Tie | None) -> Linked:
    contact, participant = known
    if tie:
        ties.confirm_tie(work.tx, tie, work.now)
    else:
        speaks_no_longer(work, spoken_for(ties.ties_of(work.tx, user_id)))
        directory.link_slack_user(
            work.tx, directory.ANY_TEAM, user_id, contact.id, "secretariat", work.now, confirmed=True
        )
    if user_id in work.desk.settings.secretariat:
        with_role(work.tx, contact, participant)
    work.tell(LINKED, [contact.id], doors=(Door.MAIL, Door.SLACK), subject=user_id)
    work.record("linked", contact.id, named=contact.email, user=user_id)
    return Linked((user_id,), contact.name, contact.email)


@act
def unlink(work: Writing, *, email: str | None = None, user_id: str | None = None) -> Linked:
    """Undoes the ties of a contact (*email*), or of one Slack user; their profile does not tie them again by itself."""
    secretariat_only(work, "undo a Slack account's tie")
    if email is not None:
        known = directory.contact_by_email(work.tx, email)
        if known is None:
            raise NotFound(NO_CONTACT.format(email=email))
        undone = [t for t in ties.ties_to(work.tx, known[0].id) if t.confirmed_at]
        if not undone:
            raise Conflict(NO_TIES.format(email=email))
    else:
        tie = ties.tie_of(work.tx, user_id or "")
        known = directory.contact_by_id(work.tx, tie.contact_id) if tie else None
        if tie is None or known is None:
            raise Conflict(NO_TIE.format(user=f"<@{user_id}>"))
        undone = [tie]
    ties.undo_ties(work.tx, undone)
    speaks_no_longer(work, spoken_for(undone))
    users = tuple(t.user_id for t in undone)
    work.record("unlinked", known[0].id, named=known[0].email, users=users)
    return Linked(users, known[0].name, known[0].email)


WAITS_SUBJECT = "To confirm: a Slack account for {email}"
WAITS_SAYS = (
    "Somebody in Slack typed the code that was mailed to {email} ({name}, {organisation}). That account is a guest's "
    "or another team's, so it speaks for nobody until you confirm it. If you doubt it, ask {name} on the telephone."
)
WAITS_HOW = (
    "To confirm, press the button in Slack, or type `/lap contact link {email} to @NAME` there, with the name of the "
    "account."
)

LINKED_SUBJECT = "A Slack account speaks for {email} now"
LINKED_SAYS = "The secretariat has confirmed that a Slack account speaks for {email}. `/lap` works for it now."
LINKED_ELSE = "If that is wrong, tell {address}, and the tie is undone."


def compose_waits(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """Asks the secretariat to confirm a guest's link; nothing once it was confirmed or another link took its place."""
    team_id, user_id = errands[0].subject.split("/")
    tie = ties.tie_of(work.tx, user_id, team_id)
    known = directory.contact_by_id(work.tx, tie.contact_id) if tie and tie.confirmed_at is None else None
    if known is None or contact.removed_at or not work.reader.secretariat:
        return None
    asking, organisation = known
    return Notice(
        subject=WAITS_SUBJECT.format(email=asking.email),
        paragraphs=(
            WAITS_SAYS.format(email=asking.email, name=asking.name, organisation=organisation.name),
            WAITS_HOW.format(email=asking.email),
        ),
        buttons=(Button("Confirm", "contact.link", f"{team_id}/{user_id}", "primary"),),
    )


def compose_linked(
    work: Reading, errands: Sequence[Errand], contact: Contact, participant: Participant
) -> Notice | None:
    """Tells a contact that a Slack account speaks for it now; nothing where it no longer does."""
    user_id = errands[0].subject
    tied = any(t.user_id == user_id and t.confirmed_at for t in ties.ties_to(work.tx, contact.id))
    if not tied or contact.removed_at or participant.left_at:
        return None
    return Notice(
        subject=LINKED_SUBJECT.format(email=contact.email),
        paragraphs=(LINKED_SAYS.format(email=contact.email),),
        closing=(LINKED_ELSE.format(address=work.desk.settings.mail_from),),
    )


NOTICES: dict[str, Compose] = {LINK_WAITS: compose_waits, LINKED: compose_linked}
