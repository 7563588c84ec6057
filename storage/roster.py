"""Owns the queries of importing and exporting beyond ``directory``'s: places in the roster, ties, many rows at once."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select, update

from bot.participants import Contact, Participant
from storage.directory import insert_contacts, insert_participants, update_contact, update_participant
from storage.identity import Tie
from storage.store import Tx
from storage.tables import ContactRow, ParticipantRow, SlackUserRow, columns

_K = columns(ContactRow)
_P = columns(ParticipantRow)
_U = columns(SlackUserRow)


def places(tx: Tx) -> dict[str, int]:
    """Where participants and contacts stand in the roster, by id; 0 for who came by a command."""
    query = select(_P.id, _P.listed).union_all(select(_K.id, _K.listed))
    return {row.id: row.listed for row in tx.execute(query)}


def ties(tx: Tx) -> list[Tie]:
    """Every confirmed tie of a Slack user to a present contact, oldest first."""
    query = (
        select(*(_U[name] for name in Tie.__slots__))
        .join(ContactRow, _K.id == _U.contact_id)
        .where(_U.confirmed_at.is_not(None), _K.removed_at.is_(None))
        .order_by(_U.linked_at, _U.user_id, _U.team_id)
    )
    return [Tie(*row) for row in tx.execute(query)]


def save_participants(tx: Tx, new: Sequence[Participant], changed: Sequence[Participant]) -> None:
    """Writes new participants in one statement, and those that changed."""
    insert_participants(tx, new)
    for participant in changed:
        update_participant(tx, participant)


def save_contacts(tx: Tx, new: Sequence[Contact], changed: Sequence[Contact]) -> None:
    """Writes new contacts in one statement, and those that changed."""
    insert_contacts(tx, new)
    for contact in changed:
        update_contact(tx, contact)


def set_places(tx: Tx, participants: Mapping[str, int], contacts: Mapping[str, int]) -> None:
    """Gives participants and contacts their places in the roster."""
    for table, column, given in ((ParticipantRow, _P.id, participants), (ContactRow, _K.id, contacts)):
        if given:
            statement = update(table).where(column == bindparam("row")).values(listed=bindparam("place"))
            tx.execute(statement, [{"row": row, "place": place} for row, place in given.items()])
