"""Owns the queries of mailed codes, of ties that wait for the secretariat, and of the Agencies' channel in Slack.

The tie itself, which every request looks at, is ``directory``'s.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, insert, select, update

from storage.directory import ANY_TEAM
from storage.store import Tx
from storage.tables import ChannelRow, ContactRow, ProxyRow, SlackCodeRow, SlackUserRow, columns

_C = columns(SlackCodeRow)
_U = columns(SlackUserRow)
_K = columns(ContactRow)
_BROUGHT = exists().where(columns(ProxyRow).contact_id == _K.id)
_H = columns(ChannelRow)


@dataclass(frozen=True, slots=True)
class MailedCode:
    """The last code that a Slack user asked for: its SHA-256; ``contact_id`` is None where the address was nobody's.

    ``used_until`` says when the latest code that this user used would have ended: whichever ends no later is good no
    more, whoever it was mailed to.
    """

    team_id: str
    user_id: str
    contact_id: str | None
    code_sha256: str
    expires_at: datetime
    tries: int = 0
    used_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """A Slack user and the contact it speaks for once ``confirmed_at`` is set; ``source`` says how it came about."""

    team_id: str
    user_id: str
    contact_id: str
    source: str
    confirmed_at: datetime | None


def mailed_code(tx: Tx, team_id: str, user_id: str) -> MailedCode | None:
    """The last code that this user asked for."""
    query = select(*(_C[name] for name in MailedCode.__slots__)).where(_C.team_id == team_id, _C.user_id == user_id)
    row = tx.execute(query).one_or_none()
    return MailedCode(*row) if row else None


def keep_code(tx: Tx, code: MailedCode) -> None:
    """Keeps a code in place of the user's one before."""
    tx.execute(delete(SlackCodeRow).where(_C.team_id == code.team_id, _C.user_id == code.user_id))
    tx.execute(insert(SlackCodeRow).values(**{name: getattr(code, name) for name in MailedCode.__slots__}))


def count_try(tx: Tx, team_id: str, user_id: str) -> None:
    """One more wrong code was typed."""
    tx.execute(
        update(SlackCodeRow).where(_C.team_id == team_id, _C.user_id == user_id).values(tries=_C.tries + 1)
    )  # fmt: skip


def use_code(tx: Tx, code: MailedCode, now: datetime) -> None:
    """The user's code is good no more, nor any that ends as early; the row stays to say so."""
    mine = (_C.team_id == code.team_id, _C.user_id == code.user_id)
    tx.execute(update(SlackCodeRow).where(*mine).values(expires_at=now, used_until=code.expires_at))


def tie_of(tx: Tx, user_id: str, team_id: str | None = None) -> Tie | None:
    """The tie of a Slack user to a present contact, confirmed or not; the latest where several teams know it."""
    return next(iter(ties_of(tx, user_id, team_id)), None)


def ties_of(tx: Tx, user_id: str, team_id: str | None = None) -> list[Tie]:
    """The ties of a Slack user to present contacts, confirmed or not, by that team or any; the latest first."""
    query = (
        select(*(_U[name] for name in Tie.__slots__))
        .join(ContactRow, _K.id == _U.contact_id)
        .where(_U.user_id == user_id, _K.removed_at.is_(None))
        .order_by(_U.linked_at.desc(), _U.team_id)
    )
    if team_id is not None:
        query = query.where(_U.team_id.in_((team_id, ANY_TEAM)))
    return [Tie(*row) for row in tx.execute(query)]


def ties_to(tx: Tx, contact_id: str) -> list[Tie]:
    """Every tie to a contact, confirmed or not, oldest first."""
    query = select(*(_U[name] for name in Tie.__slots__)).where(_U.contact_id == contact_id)
    return [Tie(*row) for row in tx.execute(query.order_by(_U.linked_at, _U.user_id))]


def confirm_tie(tx: Tx, tie: Tie, now: datetime) -> None:
    """The user speaks for the contact from now on."""
    tx.execute(
        update(SlackUserRow).where(_U.team_id == tie.team_id, _U.user_id == tie.user_id).values(confirmed_at=now)
    )


def undo_ties(tx: Tx, ties: Collection[Tie]) -> None:
    """Those users are nobody from now on; the rows stay, so that a profile does not tie them again by itself."""
    for tie in ties:
        tx.execute(
            update(SlackUserRow).where(_U.team_id == tie.team_id, _U.user_id == tie.user_id).values(confirmed_at=None)
        )


def speakers(tx: Tx, user_ids: Collection[str]) -> dict[str, str]:
    """Of those Slack users, the ones who speak for somebody at every call, with the contact's participant."""
    query = (
        select(_U.user_id, _K.participant_id)
        .join(ContactRow, _K.id == _U.contact_id)
        .where(_U.user_id.in_(list(user_ids)), _U.confirmed_at.is_not(None), _K.removed_at.is_(None), ~_BROUGHT)
        .order_by(_U.user_id)
    )
    return {row.user_id: row.participant_id for row in tx.execute(query)}


def channels(tx: Tx) -> list[tuple[str, str]]:
    """The Agencies' channel of each team (team, channel), by team."""
    return [(row.team_id, row.channel_id) for row in tx.execute(select(_H.team_id, _H.channel_id).order_by(_H.team_id))]


def contacts_of(tx: Tx, user_ids: Collection[str]) -> dict[str, str]:
    """Of those Slack users, the ones who speak for a present contact, with its id."""
    query = (
        select(_U.user_id, _U.contact_id)
        .join(ContactRow, _K.id == _U.contact_id)
        .where(_U.user_id.in_(list(user_ids)), _U.confirmed_at.is_not(None), _K.removed_at.is_(None))
        .order_by(_U.user_id)
    )
    return {row.user_id: row.contact_id for row in tx.execute(query)}


def set_channel(tx: Tx, team_id: str, channel_id: str, now: datetime) -> None:
    """Makes that the Agencies' channel of the team."""
    drop_channel(tx, team_id)
    tx.execute(insert(ChannelRow).values(team_id=team_id, channel_id=channel_id, set_at=now))


def drop_channel(tx: Tx, team_id: str) -> bool:
    """The team has no such channel from now on; whether it had one."""
    return bool(tx.execute(delete(ChannelRow).where(_H.team_id == team_id)).rowcount)


def channel_of(tx: Tx, team_id: str) -> str | None:
    """The Agencies' channel of a team."""
    return tx.execute(select(_H.channel_id).where(_H.team_id == team_id)).scalar()
