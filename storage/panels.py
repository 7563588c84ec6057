"""Owns the queries of the bot's posts in the Agencies' channels that say where a call stands."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from storage.store import Tx, insert_into
from storage.tables import PanelRow, columns

_P = columns(PanelRow)


@dataclass(frozen=True, slots=True)
class Panel:
    """The post of one call in one channel; ``shows``: ids of what it says now."""

    ts: str
    shows: frozenset[str]


def find(tx: Tx, call_id: str, team_id: str, channel_id: str) -> Panel | None:
    """The post of that call in that channel."""
    mine = (_P.call_id == call_id, _P.team_id == team_id, _P.channel_id == channel_id)
    row = tx.execute(select(_P.ts, _P.shows).where(*mine)).one_or_none()
    return Panel(row.ts, frozenset(row.shows.split())) if row else None


def elsewhere(tx: Tx, call_id: str, channels: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    """Where posts of that call say something but in those channels (team, channel), in order."""
    found = tx.execute(select(_P.team_id, _P.channel_id).where(_P.call_id == call_id, _P.shows != ""))
    return sorted({(row.team_id, row.channel_id) for row in found} - set(channels))


def save(tx: Tx, call_id: str, team_id: str, channel_id: str, panel: Panel) -> None:
    """Keeps which post it is, and what it says."""
    values = {"ts": panel.ts, "shows": " ".join(sorted(panel.shows))}
    keys = {"call_id": call_id, "team_id": team_id, "channel_id": channel_id}
    row = insert_into(tx, PanelRow).values(**keys, **values)
    tx.execute(row.on_conflict_do_update(index_elements=list(keys), set_=values))
