"""Owns the queries of mail that came in: how far each mailbox was read, and what the secretariat reads of it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, func, insert, or_, select, update

from bot.invitations import Rsvp
from bot.replies import Mail, MailKind, Outcome
from storage.store import Tx, insert_into
from storage.tables import MailboxRow, MailRow, columns
from storage.values import maker

_B = columns(MailboxRow)
_M = columns(MailRow)
_COLUMNS = [_M[name] for name in Mail.__slots__]
_to_value = maker(Mail, kind=MailKind, outcome=Outcome, rsvp=Rsvp)


def read_until(tx: Tx, name: str, validity: int) -> int | None:
    """The last UID taken from that mailbox; None where none was, or its UIDs are no longer the same."""
    return tx.execute(select(_B.last_uid).where(_B.name == name, _B.validity == validity)).scalar()


def move_on(tx: Tx, name: str, validity: int, uid: int) -> bool:
    """Takes the mail with that UID as read; False where it was already."""
    row = insert_into(tx, MailboxRow).values(name=name, validity=validity, last_uid=uid)
    changed = {"validity": row.excluded.validity, "last_uid": row.excluded.last_uid}
    new = or_(_B.validity != row.excluded.validity, _B.last_uid < row.excluded.last_uid)
    taken = row.on_conflict_do_update(index_elements=["name"], set_=changed, where=new).returning(_B.last_uid)
    return tx.execute(taken).one_or_none() is not None


def add(tx: Tx, mail: Mail, digest: str | None) -> None:
    """Keeps a mail for the secretariat; *digest*: of all that it said."""
    tx.execute(insert(MailRow).values(digest=digest, **{name: getattr(mail, name) for name in Mail.__slots__}))


def is_kept(tx: Tx, digest: str) -> bool:
    """Whether a mail of that digest is kept."""
    return bool(tx.execute(select(exists().where(_M.digest == digest))).scalar_one())


def one(tx: Tx, reference: str) -> Mail | None:
    """The mail with that reference."""
    row = tx.execute(select(*_COLUMNS).where(_M.reference == reference)).one_or_none()
    return _to_value(row) if row else None


def several(tx: Tx, references: Sequence[str]) -> list[Mail]:
    """The mails with those references, earliest first."""
    query = select(*_COLUMNS).where(_M.reference.in_(list(references))).order_by(_M.at, _M.reference)
    return [_to_value(row) for row in tx.execute(query)]


def latest(tx: Tx, most: int, *, machines: bool = False) -> list[Mail]:
    """The *most* mails that came in last, latest first: those that *machines* wrote, or all others."""
    which = _M.kind == MailKind.AUTOMATIC if machines else _M.kind != MailKind.AUTOMATIC
    query = select(*_COLUMNS).where(which).order_by(_M.at.desc(), _M.reference).limit(most)
    return [_to_value(row) for row in tx.execute(query)]


def lately(tx: Tx, sender: str, since: datetime) -> int:
    """How many mails from that address were kept after *since*."""
    return int(tx.execute(select(func.count()).where(_M.sender == sender, _M.at > since)).scalar_one())


def came_back(tx: Tx, uids: Collection[str]) -> set[str]:
    """Of those UIDs of copies, the ones of which a server said that they could not be delivered."""
    query = select(_M.uid).where(_M.kind == MailKind.BOUNCE, _M.uid.in_(list(uids)))
    return set(tx.execute(query).scalars())


def settle(tx: Tx, reference: str, at: datetime) -> None:
    """The secretariat is done with that mail's answer."""
    tx.execute(update(MailRow).where(_M.reference == reference).values(settled_at=at))
