"""Owns the queries of bridges: which conference address a segment has been given, and who was led to which."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, literal, or_, select, union_all

from bot.participants import ParticipantKind
from storage.store import Tx, insert_into
from storage.tables import BridgeLedRow, BridgeRow, ContactRow, ParticipantRow, ProxyRow, columns

_B = columns(BridgeRow)
_L = columns(BridgeLedRow)
_K = columns(ContactRow)
_P = columns(ParticipantRow)


@dataclass(frozen=True, slots=True)
class Led:
    """Somebody who was led to a bridge, by name, with their organisation; one who is no contact any more, too."""

    url: str
    contact_id: str
    name: str
    participant_id: str
    organisation: str
    kind: ParticipantKind


@dataclass(frozen=True, slots=True)
class Bridges:
    """The bridge of each segment of a call that has one, and who was led to which; ``elsewhere``: the guests and
    the proxies who were led to one at another call, and so know where it is."""

    held: dict[str, str]
    led: tuple[Led, ...]
    elsewhere: tuple[Led, ...] = ()


def of_call(tx: Tx, call_id: str) -> Bridges:
    """The bridges of a call, in one statement."""
    nothing = [literal("").label(name) for name in ("contact_id", "name", "participant_id", "organisation", "kind")]
    given = select(literal("held"), _B.url, _B.segment_id, *nothing).where(_B.call_id == call_id)
    led = _led("led").where(_L.call_id == call_id)
    for_one_call = or_(_P.kind != ParticipantKind.AGENCY, _K.id.in_(select(columns(ProxyRow).contact_id)))
    elsewhere = _led("elsewhere").where(_L.call_id != call_id, for_one_call).distinct()
    found = defaultdict[str, list[Any]](list)
    for what, url, segment_id, *who in sorted(tuple(row) for row in tx.execute(union_all(given, led, elsewhere))):
        found[what].append((segment_id, url) if what == "held" else _made(url, *who))
    return Bridges(dict(found["held"]), tuple(found["led"]), tuple(found["elsewhere"]))


def _made(url: str, contact_id: str, name: str, participant_id: str, organisation: str, kind: str) -> Led:
    return Led(url, contact_id, name, participant_id, organisation, ParticipantKind(kind))


def _led(what: str) -> Select[Any]:
    people = [_K.id, _K.name, _P.id, _P.name.label("organisation"), _P.kind]
    return (
        select(literal(what), _L.url, literal(""), *people)
        .join(ContactRow, _K.id == _L.contact_id)
        .join(ParticipantRow, _P.id == _K.participant_id)
    )


def give(tx: Tx, call_id: str, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Gives segments of a call their bridges, *after* in place of *before*; nothing is written of what stays."""
    lost = before.keys() - after.keys()
    if lost:
        tx.execute(delete(BridgeRow).where(_B.call_id == call_id, _B.segment_id.in_(list(lost))))
    changed = [
        {"segment_id": segment_id, "call_id": call_id, "url": url}
        for segment_id, url in after.items()
        if before.get(segment_id) != url
    ]
    if changed:
        rows = insert_into(tx, BridgeRow).values(changed)
        tx.execute(rows.on_conflict_do_update(index_elements=["segment_id"], set_={"url": rows.excluded.url}))


def remember_led(tx: Tx, call_id: str, url: str, contact_id: str, at: datetime) -> None:
    """That person was led to that bridge; of several times the first counts."""
    row = insert_into(tx, BridgeLedRow).values(call_id=call_id, url=url, contact_id=contact_id, at=at)
    tx.execute(row.on_conflict_do_nothing())


def was_led(led: Collection[Led], url: str, contact_id: str) -> bool:
    """Whether it is on record that the person was led to that bridge."""
    return any((one.url, one.contact_id) == (url, contact_id) for one in led)
