"""Owns the Agencies' channel of the calls: which private channel of a Slack team it is, and who may be in it."""

from dataclasses import dataclass

from bot.errors import Conflict
from bot.participants import ParticipantKind
from handlers import posting
from handlers.act import act, secretariat_only
from handlers.identity import ChannelInfo
from handlers.work import Writing
from storage import directory, identity

NOT_SEEN = (
    "Slack does not let me look into this channel. Invite me into it with `/invite`, then send "
    "`/lap channel here` again."
)
NOT_PRIVATE = (
    "This is no private channel, so it cannot be the Agencies' channel. Make a private one, invite me, and send "
    "`/lap channel here` there."
)
GUESTS = (
    "People of {names} are in this channel, and the Agencies' channel holds Agencies and the secretariat only. "
    "Use a channel without them."
)
NONE = "This team has no Agencies' channel, so there is nothing to end."


@dataclass(frozen=True, slots=True)
class Set:
    """The channel is the Agencies' one now; ``unknown``: Slack users in it who speak for nobody that is known."""

    unknown: tuple[str, ...]


@act
def set_channel(work: Writing, team_id: str, channel_id: str, info: ChannelInfo | None) -> Set:
    """Makes a private channel the Agencies' channel of its team (barrier.md, Slack); *info* is what Slack says of it.

    Raises Conflict where it is not private, where Slack does not say, or where representatives or observers are in it.
    """
    secretariat_only(work, "set the Agencies' channel")
    if info is None:
        raise Conflict(NOT_SEEN)
    if not info.private:
        raise Conflict(NOT_PRIVATE)
    speaks_for = identity.speakers(work.tx, info.members)
    participants = directory.everybody(work.tx).participants
    guests = [
        p.name for p in participants if p.id in speaks_for.values() and p.kind is not ParticipantKind.AGENCY
    ]  # fmt: skip
    if guests:
        raise Conflict(GUESTS.format(names=", ".join(guests)))
    identity.set_channel(work.tx, team_id, channel_id, work.now)
    posting.tell_running(work)
    work.record("channel here", channel_id, members=len(info.members))
    return Set(tuple(m for m in info.members if m not in speaks_for))


@act
def drop_channel(work: Writing, team_id: str) -> None:
    """Ends the Agencies' channel of a team; what stands there of a running call is emptied. Raises Conflict where it
    has none."""
    secretariat_only(work, "end the Agencies' channel")
    if not identity.drop_channel(work.tx, team_id):
        raise Conflict(NONE)
    posting.tell_running(work)
    work.record("channel off", team_id)
